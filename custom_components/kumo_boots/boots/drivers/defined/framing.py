"""Frames: what is put around the body of a message, and taken off again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...errors import ProtocolError
from .checksums import CHECKSUMS

BODY = ("head", "payload")
"""The parts that a message fills; what is left belongs to the frame."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of a frame, from its beginning to its end."""

    name: str
    kind: Literal["fixed", "head", "length", "counter", "payload", "checksum"]
    data: bytes = b""
    """Of a fixed part."""
    size: int = 0
    order: Literal["little", "big"] = "big"
    checksum: str = ""
    first: str = ""
    """The parts that a length or a checksum is over, from this one …"""
    last: str = ""
    """… to this one."""
    add: int = 0
    """What a length says beyond the size of those parts."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts in their order; exactly one is the payload."""

    parts: tuple[Part, ...]

    @property
    def counts(self) -> int:
        """How many numbers its counter has; 0 without one."""
        sizes = [part.size for part in self.parts if part.kind == "counter"]
        return 1 << 8 * sizes[0] if sizes else 0

    def encode(self, body: bytes, counter: int = 0) -> bytes:
        """Frame a body; ``ProtocolError`` when it does not fit."""
        done = self._fill(body, counter)
        for part in self._of("length"):
            done[part.name] = _number(part, self._size(done, part) + part.add)
        # A checksum may be over another one that comes before it.
        for part in self._of("checksum"):
            done[part.name] = _number(
                part, CHECKSUMS[part.checksum].compute(self._range(done, part))
            )
        return b"".join(done[part.name] for part in self.parts)

    def decode(self, data: bytes) -> bytes:
        """Return the body of a frame; ``ProtocolError`` for anything that is none."""
        done = self._cut(data)
        for part in self.parts:
            said = int.from_bytes(done[part.name], part.order)
            if part.kind == "fixed" and done[part.name] != part.data:
                raise ProtocolError(f"{part.name} is {done[part.name].hex()}")
            if part.kind == "length" and said != self._size(done, part) + part.add:
                raise ProtocolError(f"the length is said to be {said}")
            if part.kind == "checksum" and said != CHECKSUMS[part.checksum].compute(
                self._range(done, part)
            ):
                raise ProtocolError(f"the {part.checksum} does not fit")
        return b"".join(done[p.name] for p in self.parts if p.kind in BODY)

    def _of(self, kind: str) -> list[Part]:
        return [part for part in self.parts if part.kind == kind]

    def _fill(self, body: bytes, counter: int) -> dict[str, bytes]:
        """Fill everything but lengths and checksums, whose size is known."""
        done: dict[str, bytes] = {}
        head = sum(part.size for part in self._of("head"))
        if len(body) < head:
            raise ProtocolError(f"a message has at least {head} bytes here")
        for part in self.parts:
            if part.kind == "fixed":
                done[part.name] = part.data
            elif part.kind == "counter":
                done[part.name] = _number(part, counter)
            elif part.kind == "head":
                done[part.name] = body[: part.size]
            elif part.kind == "payload":
                done[part.name] = body[head:]
            else:
                done[part.name] = bytes(part.size)
        return done

    def _cut(self, data: bytes) -> dict[str, bytes]:
        around = sum(p.size for p in self.parts if p.kind != "payload")
        if len(data) < around:
            raise ProtocolError(f"a frame of {len(data)} bytes")
        done, at = {}, 0
        for part in self.parts:
            size = len(data) - around if part.kind == "payload" else part.size
            done[part.name] = data[at : at + size]
            at += size
        return done

    def _range(self, done: Mapping[str, bytes], part: Part) -> bytes:
        return b"".join(done[name] for name in span(self.parts, part))

    def _size(self, done: Mapping[str, bytes], part: Part) -> int:
        return len(self._range(done, part))


BARE = Frame((Part(name="payload", kind="payload"),))
"""Nothing around the message."""


def span(parts: Sequence[Part], part: Part) -> list[str]:
    """Return the names of the parts that a length or a checksum is over."""
    names = [each.name for each in parts]
    return names[names.index(part.first) : names.index(part.last) + 1]


def _number(part: Part, value: int) -> bytes:
    try:
        return value.to_bytes(part.size, part.order)
    except OverflowError as error:
        raise ProtocolError(f"{value} does not fit into the {part.name}") from error

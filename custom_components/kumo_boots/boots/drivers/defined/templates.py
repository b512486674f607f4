"""Templates: a message with places for what is only known when it is sent.

Bytes are written in hexadecimal, ``10 {target_mmhg:u16be} 00``; text as it is,
``CYCLES:{minutes}``. A place is ``{name:type}``, may multiply or divide the value
(``{seconds:u8/60}``) and, for bytes that a handshake learned, change them
(``{nonce|xor=5AA5|reverse}``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
import re

from ...errors import ProtocolError
from .checksums import CHECKSUMS
from .numbers import NUMBERS, whole

type Value = float | bytes

_PLACE = re.compile(
    r"\{(?P<name>[a-z_][a-z0-9_]*)"
    r"(?::(?P<type>\w+))?"
    r"(?:(?P<by>[*/])(?P<factor>[1-9]\d{0,4}))?"
    r"(?P<changes>(?:\|\w+(?:=\w+)?)*)\}"
)


class TemplateError(ValueError):
    """A template cannot be read; the message is for the person who wrote it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a value goes."""

    name: str
    type: str = ""
    """'' is digits, as many as it takes, in text, and learned bytes in bytes."""
    multiply: int = 1
    divide: int = 1
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """What a message is made of."""

    pieces: tuple[bytes | Place, ...]

    @property
    def names(self) -> frozenset[str]:
        """The values that it needs."""
        return frozenset(p.name for p in self.pieces if isinstance(p, Place))

    def fill(self, values: Mapping[str, Value]) -> bytes:
        """Return the message; ``ProtocolError`` when a value lacks or does not fit."""
        return b"".join(
            piece if isinstance(piece, bytes) else _put(piece, values)
            for piece in self.pieces
        )


def _put(place: Place, values: Mapping[str, Value]) -> bytes:
    value = values.get(place.name)
    if value is None:
        raise ProtocolError(f"{place.name} is not known")
    if isinstance(value, bytes):
        for change, argument in place.changes:
            value = _CHANGES[change](value, argument)
        return value
    value = value * place.multiply / place.divide
    if place.type:
        return NUMBERS[place.type].encode(value)
    return str(whole(value)).encode()


def _xor(data: bytes, mask: str) -> bytes:
    key = bytes.fromhex(mask)
    return bytes(byte ^ key[i % len(key)] for i, byte in enumerate(data))


def _checksum(data: bytes, name: str) -> bytes:
    checksum = CHECKSUMS[name]
    return checksum.compute(data).to_bytes(checksum.size)


_CHANGES = {
    "xor": _xor,
    "reverse": lambda data, _: data[::-1],
    "invert": lambda data, _: bytes(byte ^ 0xFF for byte in data),
    "add": lambda data, n: bytes((byte + int(n)) & 0xFF for byte in data),
    "checksum": _checksum,
}
"""What an answer to a challenge may be made with."""


def bytes_template(text: str) -> Template:
    """Read a template of hexadecimal bytes; ``TemplateError`` if it is none."""
    return _template(text, in_text=False)


def text_template(text: str) -> Template:
    """Read a template of text."""
    return _template(text, in_text=True)


def _hexadecimal(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise TemplateError(
            f"'{text.strip()}' is not bytes in hexadecimal, like AA 01"
        ) from None


def _characters(text: str) -> bytes:
    if "{" in text or "}" in text:
        raise TemplateError("a place is written {name} or {name:type}")
    return text.encode()


def _template(text: str, *, in_text: bool) -> Template:
    read = _characters if in_text else _hexadecimal
    pieces: list[bytes | Place] = []
    at = 0
    for found in _PLACE.finditer(text):
        pieces += [read(text[at : found.start()]), _place(found, in_text=in_text)]
        at = found.end()
    pieces.append(read(text[at:]))
    return Template(tuple(piece for piece in pieces if piece))


def _place(found: re.Match[str], *, in_text: bool) -> Place:
    name, kind = found["name"], found["type"] or ""
    changes = tuple(
        (change, argument)
        for change, _, argument in (
            each.partition("=") for each in found["changes"].split("|")[1:]
        )
    )
    for change, argument in changes:
        _check_change(change, argument)
    if kind and kind not in NUMBERS:
        raise TemplateError(f"there is no type '{kind}'")
    if not kind and not in_text and (found["by"] or name in VALUES):
        raise TemplateError(f"{{{name}}} needs a type, like {{{name}:u8}}")
    factor = int(found["factor"] or 1)
    return Place(
        name=name,
        type=kind,
        multiply=factor if found["by"] == "*" else 1,
        divide=factor if found["by"] == "/" else 1,
        changes=changes,
    )


def _check_change(change: str, argument: str) -> None:
    if change not in _CHANGES:
        raise TemplateError(
            f"there is no change '{change}'; there are {', '.join(_CHANGES)}"
        )
    if change == "xor" and not re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", argument):
        raise TemplateError("xor needs bytes in hexadecimal, like xor=5AA5")
    if change == "add" and not argument.isdecimal():
        raise TemplateError("add needs a number, like add=1")
    if change == "checksum" and argument not in CHECKSUMS:
        raise TemplateError(f"there is no checksum '{argument}'")


VALUES = {
    "target_mmhg": "the foot's target, mmHg",
    "level": "the code of the level",
    "minutes": "how long, in minutes",
    "seconds": "how long, in seconds",
    "programme": "the code of the programme",
    "legs": "the legs: the sum of their codes",
    "zones": "a mask of the zones that take part, bit 0 the foot",
}
"""What a session gives to templates; anything else is learned in the handshake."""

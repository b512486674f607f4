"""Reading a frame's parts from a definition."""

from collections.abc import Mapping
from typing import Any

from .checksums import CHECKSUMS
from .framing import Frame, Part
from .schema import did_you_mean
from .wrong import Path, WrongError

_KINDS = ("fixed", "head", "payload", "length", "counter", "checksum")


def frame_of(said: list[dict[str, Any]], path: Path) -> Frame:
    """Return the frame; ``WrongError`` when its parts do not make one."""
    parts: list[Part] = []
    for number, each in enumerate(said):
        part = _part(each, (*path, number))
        if part.name in [other.name for other in parts]:
            raise WrongError(
                (*path, number),
                f"two parts are called '{part.name}'",
                "give one a 'name'",
            )
        parts.append(part)
    kinds = [part.kind for part in parts]
    if kinds.count("payload") != 1:
        raise WrongError(path, "a frame has exactly one payload")
    for kind in ("head", "counter"):
        if kinds.count(kind) > 1:
            raise WrongError(path, f"a frame has at most one {kind}")
    if "head" in kinds and kinds.index("head") > kinds.index("payload"):
        raise WrongError(path, "the head comes before the payload")
    names = [part.name for part in parts]
    for number, part in enumerate(parts):
        if part.kind in ("length", "checksum"):
            _check_range(part, number, parts, names, (*path, number))
    return Frame(tuple(parts))


def _check_range(
    part: Part, number: int, parts: list[Part], names: list[str], path: Path
) -> None:
    for end in (part.first, part.last):
        if end not in names:
            raise WrongError(
                (*path, "over"), f"no part is called '{end}'", did_you_mean(end, names)
            )
    first, last = names.index(part.first), names.index(part.last)
    if first > last:
        raise WrongError((*path, "over"), "the first part comes after the last")
    later = [p.kind for p in parts[max(first, number) : last + 1]]
    if part.kind == "checksum" and (first <= number <= last or "checksum" in later):
        raise WrongError(
            (*path, "over"), "a checksum cannot be over itself or a later one"
        )


def _part(said: Mapping[str, Any], path: Path) -> Part:
    kinds = [kind for kind in _KINDS if kind in said]
    if len(kinds) != 1:
        raise WrongError(path, f"a part is exactly one of {', '.join(_KINDS)}")
    kind = kinds[0]
    value = said[kind]
    over = said.get("over", ("payload",))
    size = {"fixed": lambda: len(value), "checksum": lambda: CHECKSUMS[value].size}
    return Part(
        name=said.get("name", kind),
        kind=kind,  # type: ignore[arg-type]
        data=value if kind == "fixed" else b"",
        size=size[kind]() if kind in size else 0 if kind == "payload" else value,
        order=said.get("order", "big"),
        checksum=value if kind == "checksum" else "",
        first=over[0],
        last=over[-1],
        add=said.get("add", 0),
    )

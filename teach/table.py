"""The findings, as a table that a person can read."""

from collections.abc import Iterable

from .analysis import SURE, Kind, Sum, kinds
from .captures import Capture

SHOWN = 8
"""Values of one byte under one label that are shown."""


def lines(capture: Capture) -> Iterable[str]:
    """Yield the lines of the table."""
    yield f"{capture.name or 'unnamed'}: {len(capture.frames)} frames"
    yield f"labels: {', '.join(capture.labels) or 'none'}"
    for kind in kinds(capture):
        way = "from the device" if kind.direction == "from" else "to the device"
        yield ""
        yield (
            f"{kind.characteristic}, {way}: {len(kind.frames)} frames of"
            f" {kind.size} bytes, {kind.distinct} different"
        )
        yield f"  example  {kind.frames[-1].data.hex(' ')}"
        if kind.distinct < SURE:
            yield f"  fewer than {SURE} different frames: no checksum can be told"
        for found in kind.sums[:3]:
            yield f"  checksum {describe(found, kind.size)}"
        for at in range(kind.size):
            yield f"  byte {at:2}  {_byte(kind, at)}"


def describe(found: Sum, size: int) -> str:
    """Return a checksum in words."""
    return (
        f"{found.name} ({found.order}) at byte {found.at % size},"
        f" over bytes {found.first} to {found.last - 1}"
    )


def _byte(kind: Kind, at: int) -> str:
    if at in kind.summed:
        return "checksum"
    if at in kind.counters:
        return "counts the frames"
    if at in kind.constants:
        value = kind.constants[at]
        length = ", may be a length" if at in kind.lengths else ""
        return f"always {value:02x}{length}"
    parts = []
    for label, values in kind.by_label[at].items():
        more = " …" if len(values) > SHOWN else ""
        shown = " ".join(f"{value:02x}" for value in values[:SHOWN])
        parts.append(f"{label}: {shown}{more}")
    return "; ".join(parts)

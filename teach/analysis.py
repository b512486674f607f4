"""What the bytes of one kind of frame do: stay, count, sum up, or change with a label."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from custom_components.kumo_boots.boots.drivers.defined.checksums import CHECKSUMS

from .captures import Capture, Direction, Frame

AT_REST, STARTED, STRONGER, STOPPED = "at_rest", "started", "stronger", "stopped"
"""The labels of the guided recording."""
SURE = 3
"""A checksum that fits so many different frames by accident is rarer than one in a
million, for the smallest one."""
MOST_PHASES = 8


@dataclass(frozen=True, slots=True)
class Sum:
    """A checksum that fits every frame of a kind."""

    name: str
    at: int
    """Where it is; negative from the end."""
    first: int
    """The first byte that it is over, to the byte before it, or to the end."""
    last: int
    order: Literal["little", "big"] = "big"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The frames of one length on one characteristic."""

    characteristic: str
    direction: Direction
    frames: tuple[Frame, ...]
    sums: tuple[Sum, ...] = ()
    counters: tuple[int, ...] = ()
    constants: dict[int, int] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    """Bytes that may say how long the frame is."""
    by_label: dict[int, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    """Of every other byte, the values under each label."""

    @property
    def size(self) -> int:
        """How long the frames are."""
        return len(self.frames[0].data)

    @property
    def distinct(self) -> int:
        """How many different frames there are."""
        return len({frame.data for frame in self.frames})

    @property
    def summed(self) -> frozenset[int]:
        """The bytes of the checksum that fits best."""
        if not self.sums:
            return frozenset()
        best = self.sums[0]
        start = best.at % self.size
        return frozenset(range(start, start + CHECKSUMS[best.name].size))


def kinds(capture: Capture) -> list[Kind]:
    """Return the kinds of frames, those with the most frames first."""
    groups: dict[tuple[str, Direction, int], list[Frame]] = {}
    for frame in capture.frames:
        if frame.data:
            key = frame.characteristic, frame.direction, len(frame.data)
            groups.setdefault(key, []).append(frame)
    found = [_kind(key[0], key[1], frames) for key, frames in groups.items()]
    return sorted(found, key=lambda kind: -len(kind.frames))


def _kind(characteristic: str, direction: Direction, frames: list[Frame]) -> Kind:
    size = len(frames[0].data)
    columns = [[frame.data[at] for frame in frames] for at in range(size)]
    constants = {at: c[0] for at, c in enumerate(columns) if len(set(c)) == 1}
    counters = tuple(at for at, column in enumerate(columns) if _counts(column))
    sums = tuple(_sums([frame.data for frame in frames], constants))
    kind = Kind(
        characteristic=characteristic,
        direction=direction,
        frames=tuple(frames),
        sums=sums,
        counters=counters,
        constants=constants,
        lengths=tuple(at for at, v in constants.items() if 0 < size - v - at <= 6),
    )
    other = set(range(size)) - set(constants) - set(counters) - kind.summed
    for at in sorted(other):
        kind.by_label[at] = _by_label(frames, at)
    return kind


def _by_label(frames: Sequence[Frame], at: int) -> dict[str, tuple[int, ...]]:
    values: dict[str, list[int]] = {}
    for frame in frames:
        values.setdefault(frame.label, []).append(frame.data[at])
    return {label: tuple(dict.fromkeys(said)) for label, said in values.items()}


def _counts(column: Sequence[int]) -> bool:
    """Whether a byte goes up by one with almost each frame; some may be lost."""
    steps = [(b - a) & 0xFF for a, b in pairwise(column)]
    return len(steps) >= SURE and sum(step == 1 for step in steps) > 0.8 * len(steps)


def _sums(frames: Sequence[bytes], constants: dict[int, int]) -> Iterable[Sum]:
    """Yield the checksums that fit, the plainest first."""
    distinct = sorted(set(frames))
    if len(distinct) < SURE:
        return
    size = len(distinct[0])
    # What ends all frames alike may come behind the sum.
    tail = 0
    while tail < 2 and size - 1 - tail in constants:
        tail += 1
    places = [
        (name, size - each.size - behind, "end")
        for behind in range(tail + 1)
        for name, each in CHECKSUMS.items()
    ]
    places += [(name, at, "front") for at in (1, 2) for name in CHECKSUMS]
    for name, at, where in places:
        width = CHECKSUMS[name].size
        ranges = (
            [(first, at) for first in range(min(4, at))]
            if where == "end"
            else [(at + width, size - cut) for cut in range(tail + 1)]
        )
        orders: tuple[Literal["big", "little"], ...] = (
            ("big", "little") if width > 1 else ("big",)
        )
        for first, last in ranges:
            if last - first < 2 or at < 0:
                continue
            sums = [CHECKSUMS[name].compute(data[first:last]) for data in distinct]
            for order in orders:
                if all(
                    int.from_bytes(data[at : at + width], order) == value
                    for data, value in zip(distinct, sums, strict=True)
                ):
                    yield Sum(name, at, first, last, order)


def phase_of(kind: Kind) -> tuple[int, dict[int, str]] | None:
    """Return the byte that goes with start and stop, and what its values may mean.

    At rest it has one value, after the start only others, and in the end that one again.
    """
    for at, said in kind.by_label.items():
        rest, ran = said.get(AT_REST, ()), said.get(STARTED, ())
        stopped = said.get(STOPPED, ())
        every = {value for values in said.values() for value in values}
        if len(rest) != 1 or not ran or len(every) > MOST_PHASES:
            continue
        idle = rest[0]
        running = set(ran) - {idle}
        # The first frames under a label may still be from before.
        if not running or (stopped and idle not in stopped):
            continue
        words = dict.fromkeys(sorted(running), "inflating")
        words |= {
            value: "venting"
            for value in stopped
            if value not in running and value != idle
        }
        others = every - set(words) - {idle}
        return at, {idle: "idle", **words, **dict.fromkeys(sorted(others), "inflating")}
    return None


def level_of(kind: Kind) -> int | None:
    """Return the byte that went up by one when the level was raised, and only then."""
    for at, said in kind.by_label.items():
        before = said.get(STARTED, ())
        after = said.get(STRONGER, ())
        if len(before) == 1 and after and after[-1] == before[0] + 1:
            return at
    return None

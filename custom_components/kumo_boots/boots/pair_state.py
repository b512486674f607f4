"""What a pair of boots reported last: its units' states as one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from .model import (
    CYCLING,
    BootsState,
    End,
    Fault,
    Origin,
    Phase,
    Programme,
    Side,
    is_empty,
)

IN_SESSION = CYCLING | {Phase.PAUSED}
"""The phases of a session that has started and not ended."""

AT_REST = frozenset({Phase.IDLE, Phase.OFFERED, Phase.ARMED})
"""The phases in which a unit has measured all its chambers empty (R10)."""

_WORST_FIRST = (
    Phase.FAULT,
    Phase.VENTING,
    Phase.RUNNING,
    Phase.INFLATING,
    Phase.HOLDING,
    Phase.RELEASING,
    Phase.RESTING,
    Phase.PAUSED,
    Phase.UNKNOWN,
    Phase.ARMED,
    Phase.OFFERED,
    Phase.IDLE,
)
"""What one leg does says more than that the other is unknown; rest says less."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PairState:
    """The merged state. None means unknown, or that the legs do not agree."""

    phase: Phase = Phase.UNKNOWN
    """The worst of the legs'; a unit that went away mid-session is unknown."""
    connected: bool = False
    """Every unit is connected."""
    available: bool = False
    """Every unit is connected, or its link rests because nobody needs it."""
    empty: bool = False
    """Every unit reported last that all its chambers are empty."""
    legs: frozenset[Side] = frozenset()
    """The legs that are in a session now."""
    origin: Origin = Origin.NONE
    """Who started it; not this controller where legs differ."""
    target_mmhg: int | None = None
    """Target of the foot chamber; the higher one where legs differ."""
    remaining_s: int | None = None
    """The longer one where legs differ."""
    cycles: int | None = None
    programme: Programme | None = None
    skipped: frozenset[int] = frozenset()
    """Zones left out on every leg in session."""
    boosted: int | None = None
    faults: frozenset[Fault] = frozenset()
    end: End = End.NONE
    """How the last session ended; the end that is not *completed* where legs differ."""
    accepted: bool = False
    """A press on any of the boots accepted an offer."""
    battery_low: bool = False
    battery_percent: tuple[int | None, ...] = ()
    """Per unit, in the order of ``Pair.units``."""
    charging: bool | None = None
    """Any unit charges."""
    worn: bool | None = None
    """Every unit is worn."""
    child_lock: bool | None = None
    """Every unit's start button is locked."""
    session_ids: tuple[int | None, ...] = ()
    """Per unit, in the order of ``Pair.units``."""
    peak_mmhg: float | None = None
    """The highest chamber pressure of all legs now."""
    pressures_mmhg: Mapping[Side, tuple[float | None, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Gauge pressure per leg and chamber, foot first; only what is known now."""
    sides: Mapping[Side, BootsState] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """What is known now of the unit that serves each leg."""

    def leg(self, side: Side) -> BootsState | None:
        """Return the state of the unit that serves a leg; None where none does."""
        return self.sides.get(side)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One unit's share of a pair's state."""

    sides: frozenset[Side]
    state: BootsState
    """What it reported last."""
    connected: bool
    available: bool
    doubtful: bool = False
    """It may do by now what it did not when it reported last."""


def at_rest(state: BootsState) -> bool:
    """Return whether a unit measured all its chambers empty when it reported last."""
    return state.phase in AT_REST or is_empty(state)


def known_now(
    state: BootsState, connected: bool, *, doubtful: bool = False
) -> BootsState:
    """Return what may be believed of a last report.

    While the link is down a unit at rest is taken to rest still, unless that is
    ``doubtful``; of one that did anything else only its lasting properties are kept.
    """
    if connected or (state.phase is Phase.IDLE and not doubtful):
        return state
    if state.phase in AT_REST and not doubtful:
        return replace(state, phase=Phase.IDLE, accepted=False)
    return replace(
        state,
        phase=Phase.UNKNOWN,
        active_zones=frozenset(),
        target_mmhg=None,
        remaining_s=None,
        cycles=None,
        origin=Origin.NONE,
        peak_mmhg=None,
        pressures_mmhg=MappingProxyType({}),
    )


def merge(parts: Sequence[Part]) -> PairState:
    """Return several units' states as one."""
    states = [
        known_now(part.state, part.connected, doubtful=part.doubtful) for part in parts
    ]
    sides = {
        side: state
        for part, state in zip(parts, states, strict=True)
        for side in sorted(part.sides)
    }
    active = [
        (part.sides, state)
        for part, state in zip(parts, states, strict=True)
        if state.phase in IN_SESSION
    ]
    running = [state for _, state in active]
    pressures = {
        side: values
        for state in states
        for side, values in state.pressures_mmhg.items()
    }
    return PairState(
        phase=min((state.phase for state in states), key=_WORST_FIRST.index),
        connected=all(part.connected for part in parts),
        available=all(part.available for part in parts),
        empty=all(at_rest(state) for state in states),
        legs=frozenset[Side]().union(
            *(sides & state.legs or sides for sides, state in active)
        ),
        origin=_origin(running),
        target_mmhg=_highest(state.target_mmhg for state in running),
        remaining_s=_highest(state.remaining_s for state in running),
        cycles=_highest(state.cycles for state in running),
        programme=_common(state.programme for state in running),
        skipped=frozenset(range(1, 9)).intersection(*(s.skipped for s in running))
        if running
        else frozenset(),
        boosted=_common(state.boosted for state in running),
        faults=frozenset[Fault]().union(*(state.faults for state in states)),
        end=_end(states),
        accepted=any(state.accepted for state in states),
        battery_low=any(state.battery_low for state in states),
        battery_percent=tuple(state.battery_percent for state in states),
        charging=_fold(any, (state.charging for state in states)),
        worn=_fold(all, (state.worn for state in states)),
        child_lock=_fold(all, (state.child_lock for state in states)),
        session_ids=tuple(state.session_id for state in states),
        peak_mmhg=_highest(
            [state.peak_mmhg for state in states]
            + [value for values in pressures.values() for value in values]
        ),
        pressures_mmhg=MappingProxyType(pressures),
        sides=MappingProxyType(sides),
    )


def _highest[N: (int, float, int | float)](values: Iterable[N | None]) -> N | None:
    return max((value for value in values if value is not None), default=None)


def _common[T](values: Iterable[T]) -> T | None:
    """Return what all have in common; None where they differ or there is nothing."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _fold(
    rule: Callable[[Iterable[bool]], bool], values: Iterable[bool | None]
) -> bool | None:
    known = [value for value in values if value is not None]
    return rule(known) if known else None


def _origin(running: Iterable[BootsState]) -> Origin:
    origins = {state.origin for state in running}
    return max(origins, key=_STRANGEST_LAST.index, default=Origin.NONE)


_STRANGEST_LAST = (
    Origin.THIS_CONTROLLER,
    Origin.BOOTS,
    Origin.OTHER_CONTROLLER,
    Origin.NONE,
)


def _end(states: Iterable[BootsState]) -> End:
    ends = [state.end for state in states if state.end is not End.NONE]
    bad = [end for end in ends if end is not End.COMPLETED]
    return next(iter(bad or ends), End.NONE)

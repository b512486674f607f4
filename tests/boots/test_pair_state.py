"""Two units' states as one."""

from types import MappingProxyType
from typing import Any

import pytest

from custom_components.kumo_boots.boots.model import (
    BootsState,
    End,
    Fault,
    Origin,
    Phase,
    Programme,
    Side,
)
from custom_components.kumo_boots.boots.pair_state import PairState, Part, merge

LEFT, RIGHT = frozenset({Side.LEFT}), frozenset({Side.RIGHT})


def of(left: BootsState, right: BootsState, **changes: Any) -> PairState:
    """Merge two connected units."""
    return merge(
        [
            Part(sides=LEFT, state=left, connected=True, available=True),
            Part(
                sides=RIGHT,
                state=right,
                **{"connected": True, "available": True, **changes},
            ),
        ]
    )


def doing(phase: Phase, **changes: Any) -> BootsState:
    """Return a state with pressures in it."""
    return BootsState(
        phase=phase,
        pressures_mmhg=MappingProxyType({Side.RIGHT: (30.5, None)}),
        **changes,
    )


@pytest.mark.parametrize(
    ("left", "right", "merged"),
    [
        (Phase.FAULT, Phase.VENTING, Phase.FAULT),
        (Phase.VENTING, Phase.INFLATING, Phase.VENTING),
        (Phase.RESTING, Phase.HOLDING, Phase.HOLDING),
        (Phase.PAUSED, Phase.RESTING, Phase.RESTING),
        (Phase.UNKNOWN, Phase.PAUSED, Phase.PAUSED),
        (Phase.IDLE, Phase.UNKNOWN, Phase.UNKNOWN),
        (Phase.OFFERED, Phase.IDLE, Phase.OFFERED),
        (Phase.IDLE, Phase.IDLE, Phase.IDLE),
    ],
)
def test_the_worst_phase_wins(left: Phase, right: Phase, merged: Phase) -> None:
    """Whichever leg it is."""
    assert of(BootsState(phase=left), BootsState(phase=right)).phase is merged
    assert of(BootsState(phase=right), BootsState(phase=left)).phase is merged


def test_invariant_8_unknown_stays_unknown() -> None:
    """Nothing that was not reported is made up."""
    state = of(BootsState(), BootsState())
    assert state.phase is Phase.UNKNOWN
    assert not state.empty
    assert state.target_mmhg is state.remaining_s is state.peak_mmhg is None
    assert state.charging is state.worn is state.child_lock is None
    assert state.battery_percent == state.session_ids == (None, None)
    assert state.origin is Origin.NONE
    assert state.leg(Side.LEFT) == BootsState()


def test_what_went_away_in_a_session_is_not_believed_any_more() -> None:
    """Its lasting properties are kept, what it did is not known."""
    running = doing(
        Phase.INFLATING,
        target_mmhg=40,
        remaining_s=300,
        peak_mmhg=31,
        battery_percent=70,
        origin=Origin.BOOTS,
    )
    state = of(BootsState(phase=Phase.IDLE), running, connected=False)
    assert state.phase is Phase.UNKNOWN
    assert not state.connected
    assert state.target_mmhg is state.remaining_s is state.peak_mmhg is None
    assert state.pressures_mmhg == {}
    assert state.battery_percent == (None, 70)
    assert state.origin is Origin.NONE
    right = state.leg(Side.RIGHT)
    assert right is not None and right.phase is Phase.UNKNOWN


def test_what_rested_when_it_went_away_rests() -> None:
    """Boots that were let go when idle are not unknown; an offer ends with the link."""
    state = of(BootsState(phase=Phase.IDLE), doing(Phase.IDLE), connected=False)
    assert state.phase is Phase.IDLE
    assert state.empty
    assert state.pressures_mmhg == {Side.RIGHT: (30.5, None)}
    offered = doing(Phase.OFFERED, accepted=True)
    state = of(BootsState(phase=Phase.IDLE), offered, connected=False)
    assert state.phase is Phase.IDLE
    assert not state.accepted


def test_only_legs_in_session_count_for_the_session() -> None:
    """A leg at rest has no say in target, time and origin."""
    running = doing(
        Phase.HOLDING,
        target_mmhg=40,
        remaining_s=300,
        cycles=3,
        origin=Origin.THIS_CONTROLLER,
        programme=Programme.WAVE,
        skipped=frozenset({1}),
        boosted=2,
        session_id=7,
        legs=RIGHT,
    )
    state = of(BootsState(phase=Phase.IDLE, skipped=frozenset({4})), running)
    assert state.legs == RIGHT
    assert (state.target_mmhg, state.remaining_s, state.cycles) == (40, 300, 3)
    assert state.programme is Programme.WAVE
    assert (state.skipped, state.boosted) == (frozenset({1}), 2)
    assert state.origin is Origin.THIS_CONTROLLER
    assert state.session_ids == (None, 7)
    assert state.peak_mmhg == 30.5
    assert not state.empty


def test_legs_that_differ() -> None:
    """The higher target, the longer time; what they do not agree on is not known."""
    state = of(
        doing(
            Phase.HOLDING,
            target_mmhg=40,
            remaining_s=300,
            programme=Programme.WAVE,
            origin=Origin.THIS_CONTROLLER,
            skipped=frozenset({1, 2}),
        ),
        doing(
            Phase.HOLDING,
            target_mmhg=30,
            remaining_s=301,
            programme=Programme.RELAX,
            origin=Origin.BOOTS,
            skipped=frozenset({2}),
            peak_mmhg=31,
        ),
    )
    assert (state.target_mmhg, state.remaining_s) == (40, 301)
    assert state.programme is None
    assert state.origin is Origin.BOOTS
    assert state.skipped == {2}
    assert state.legs == {Side.LEFT, Side.RIGHT}
    assert state.peak_mmhg == 31


def test_what_is_folded() -> None:
    """Locked and worn when all are; charging, low and accepted when any is."""
    state = of(
        BootsState(
            phase=Phase.IDLE, charging=True, worn=True, child_lock=True, accepted=True
        ),
        BootsState(
            phase=Phase.IDLE,
            charging=False,
            worn=False,
            child_lock=False,
            battery_low=True,
            faults=frozenset({Fault.RESTARTED}),
        ),
    )
    assert state.charging and state.accepted and state.battery_low
    assert state.worn is False and state.child_lock is False
    assert state.faults == {Fault.RESTARTED}


@pytest.mark.parametrize(
    ("left", "right", "merged"),
    [
        (End.COMPLETED, End.COMPLETED, End.COMPLETED),
        (End.COMPLETED, End.NONE, End.COMPLETED),
        (End.COMPLETED, End.LEASE_EXPIRED, End.LEASE_EXPIRED),
        (End.NONE, End.NONE, End.NONE),
    ],
)
def test_a_bad_end_is_the_end(left: End, right: End, merged: End) -> None:
    """Completed is only what both completed."""
    assert of(BootsState(end=left), BootsState(end=right)).end is merged


def test_invariant_5_a_fault_is_empty_only_when_measured() -> None:
    """A unit in a fault stays in that phase: its own pressure tells."""

    def empty(**changes: Any) -> bool:
        state = BootsState(phase=Phase.FAULT, **changes)
        return of(BootsState(phase=Phase.IDLE), state).empty

    assert empty(peak_mmhg=5)
    assert not empty(peak_mmhg=6)
    assert not empty()
    assert not empty(peak_mmhg=0, faults=frozenset({Fault.SENSOR}))

"""What becomes a database row: everything that matters at once, little else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.kumo_boots.boots.model import Fault, Programme, Side
from custom_components.kumo_boots.boots.pair import PairState
from custom_components.kumo_boots.boots.session import SessionPhase, SessionState
from custom_components.kumo_boots.history import History
from custom_components.kumo_boots.snapshot import CoarsePhase, Setpoints, Snapshot

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)


def snapshot(phase: SessionPhase = SessionPhase.IDLE, **pair: Any) -> Snapshot:
    """Return a snapshot of a moment."""
    return Snapshot(
        pair=PairState(connected=True, **pair),
        session=SessionState(phase=phase, ends_at=NOW),
        setpoints=Setpoints(mode=Programme.RELAX, target_mmhg=30, duration_s=900),
        phase=CoarsePhase.READY,
        available=True,
        connected=True,
        links=(),
        rssi=(-60,),
        link_free=False,
    )


def left(*pressures: float | None) -> dict[str, Any]:
    """Return the pressures of the left leg."""
    known = [pressure for pressure in pressures if pressure is not None]
    return {
        "pressures_mmhg": {Side.LEFT: pressures},
        "peak_mmhg": max(known, default=None),
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"rssi": (-61,)},
        {"pair": PairState(connected=True, remaining_s=17, cycles=3)},
        {"pair": PairState(connected=True, remaining_s=18, cycles=2)},
    ],
)
def test_live_values_wait(changes: dict[str, Any]) -> None:
    """They are for the screen, once they are known."""
    before = snapshot(remaining_s=18, cycles=3)
    history = History()
    history.publish(before, 0)
    assert not history.due(replace(before, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"available": False},
        {"connected": False},
        {"phase": CoarsePhase.RUNNING},
        {"phase": None},
        {"link_free": True},
        {"session": SessionState(phase=SessionPhase.STOPPING, ends_at=NOW)},
        {"session": SessionState(phase=SessionPhase.IDLE, stop_unconfirmed=True)},
        {"pair": PairState(connected=True, faults=frozenset({Fault.PUMP}))},
        {"pair": PairState(connected=True, target_mmhg=40)},
        {"pair": PairState(connected=True, battery_low=True)},
        {"pair": PairState(connected=True, battery_percent=(80,))},
        {"pair": PairState(connected=True, cycles=1)},
        {"setpoints": Setpoints(mode=Programme.WAVE, target_mmhg=30, duration_s=900)},
    ],
)
def test_what_matters_never_waits(changes: dict[str, Any]) -> None:
    """Availability, phase, stops, faults, setpoints."""
    history = History()
    history.publish(snapshot(), 0)
    assert history.due(replace(snapshot(), **changes))


def test_while_running_the_peaks_are_kept() -> None:
    """Each chamber's highest since the publication before; then anew."""
    history = History()
    running = SessionPhase.RUNNING
    history.publish(snapshot(running, **left(0, 0, None)), 0)
    for pressures in ((30.4, 2, None), (12, 21.7, None), (3, 4, None)):
        assert not history.due(snapshot(running, **left(*pressures)))
    assert history.due(snapshot(running, **left(3, 4, 1)))  # the third is known now
    published = history.publish(snapshot(running, **left(3, 4, 1)), 60)
    assert published.pair.pressures_mmhg == {Side.LEFT: (30, 22, 1)}
    assert published.pair.peak_mmhg == 30
    assert history.published_at == 60

    published = history.publish(snapshot(running, **left(3, 4, 1)), 120)
    assert published.pair.pressures_mmhg == {Side.LEFT: (3, 4, 1)}


def test_a_chamber_that_fills_is_soon_shown() -> None:
    """A person who looks should not read 0 for a minute; later peaks are no news."""
    history = History()
    running = SessionPhase.RUNNING
    assert not history.rising(9)
    history.publish(snapshot(running, **left(0, 0)), 0)
    history.due(snapshot(running, **left(9, 0)))
    assert not history.rising(6)
    history.due(snapshot(running, **left(25, 0)))
    assert not history.rising(4)
    assert history.rising(6)
    history.publish(snapshot(running, **left(25, 0)), 6)
    history.due(snapshot(running, **left(33, 0)))
    assert not history.rising(60)


def test_a_second_leg_or_another_number_of_chambers_is_taken_as_it_comes() -> None:
    """Peaks of legs are kept apart."""
    history = History()
    running = SessionPhase.RUNNING
    history.due(snapshot(running, **left(9)))
    history.due(snapshot(running, pressures_mmhg={Side.RIGHT: (7.0,)}))
    history.due(snapshot(running, **left(5, 6)))
    published = history.publish(snapshot(running, **left(1, 1)), 0)
    assert published.pair.pressures_mmhg == {Side.LEFT: (5, 6), Side.RIGHT: (7,)}


def test_nothing_known_has_no_peak() -> None:
    """Unknown is not zero."""
    history = History()
    running = SessionPhase.RUNNING
    history.due(snapshot(running, **left(None)))
    published = history.publish(snapshot(running, **left(None)), 0)
    assert published.pair.pressures_mmhg == {Side.LEFT: (None,)}
    assert published.pair.peak_mmhg is None


def test_at_rest_noise_is_no_news() -> None:
    """Whole mmHg, never below zero, and only when it moved."""
    history = History()
    published = history.publish(snapshot(**left(-0.4, 20.2)), 0)
    assert published.pair.pressures_mmhg == {Side.LEFT: (0, 20)}
    published = history.publish(snapshot(**left(0.7, 19.4)), 60)
    assert published.pair.pressures_mmhg == {Side.LEFT: (0, 20)}
    published = history.publish(snapshot(**left(1.2, 2.0)), 120)
    assert published.pair.pressures_mmhg == {Side.LEFT: (1, 2)}


def test_the_end_of_a_session_moves_only_when_a_person_would_notice() -> None:
    """Seconds of jitter are not rows."""
    history = History()
    first = snapshot(SessionPhase.RUNNING)
    history.publish(first, 0)
    for seconds, expected in ((2, 0), (-2, 0), (60, 60)):
        moved = replace(
            first,
            session=replace(first.session, ends_at=NOW + timedelta(seconds=seconds)),
        )
        published = history.publish(moved, 1)
        assert published.session.ends_at == NOW + timedelta(seconds=expected)
    gone = replace(first, session=replace(first.session, ends_at=None))
    assert history.publish(gone, 2).session.ends_at is None

"""Sessions that were not started here: on the boots, by others, before a restart."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from custom_components.kumo_boots.boots.cause import Actor
from custom_components.kumo_boots.boots.errors import BusyError, LimitError
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.model import Origin, Phase, Side
from custom_components.kumo_boots.boots.session import Session
from custom_components.kumo_boots.boots.session_state import SessionPhase

from . import wired
from .rig import EVENING, ME, ROUTINE, Rig, on
from .wired import Wire

HEARTBEAT = 8
SHORT = {"max_minutes": 3, "default_minutes": 2}


@pytest.fixture
async def rig(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """Two units that nobody has connected to yet."""
    monkeypatch.setattr(wired, "TICK_S", 0.05)
    rig = Rig(wire)
    await asyncio.sleep(0.2)
    yield rig
    await rig.close()


async def pressed(rig: Rig, **changes: object) -> Session:
    """Return a session that watches what a press on both boots started."""
    session = rig.open_session(**changes)
    await rig.connect()
    for boots in rig.boots:
        boots.press("start")
    await rig.until(SessionPhase.RUNNING, 5)
    return session


async def crash(rig: Rig, away_s: float = 2, **changes: object) -> Session:
    """Run a session, lose everything on our side, and come back."""
    lost = await rig.running(run_s=5)
    old = rig.pair
    await lost._end()  # Without a word to the boots
    await old.close()
    rig.restart()
    await asyncio.sleep(away_s)
    session = rig.open_session(**changes)
    await rig.connect()
    return session


async def test_a_press_on_the_boots_is_shown_and_can_be_stopped(rig: Rig) -> None:
    """With its origin, its time and no heartbeats."""
    session = await pressed(rig)
    await asyncio.sleep(15)
    assert session.state.origin is Origin.BOOTS
    assert session.state.remaining_s is not None
    assert session.state.settings is not None
    assert session.state.settings.target_mmhg == rig.left.unit.config.default_mmhg
    started = rig.event("started")
    assert (started.cause.actor, started.cause.why) == (Actor.BOOTS, "started")
    assert all(boots.count(HEARTBEAT) == 0 for boots in rig.boots)
    with pytest.raises(BusyError):
        await session.request(EVENING, ROUTINE)
    assert (await session.stop(ME)).result == "stopped"
    assert rig.empty
    assert rig.event("stopped").cause == ME


async def test_one_boot_after_the_other(rig: Rig) -> None:
    """A session on the boots may have one leg, then two, then one, then none."""
    session = rig.open_session()
    await rig.connect()
    rig.left.press("start")
    await rig.until(SessionPhase.RUNNING, 5)
    assert rig.pair.state.legs == {Side.LEFT}
    await asyncio.sleep(5)
    rig.right.press("start")
    await asyncio.sleep(5)
    assert rig.pair.state.legs == {Side.LEFT, Side.RIGHT}
    rig.left.press("stop")
    await asyncio.sleep(8)
    assert session.state.phase is SessionPhase.RUNNING
    rig.right.press("stop")
    await rig.until(SessionPhase.IDLE, 20)
    assert rig.kinds == ["started", "stopped"]
    assert rig.event("stopped").cause.why == "stopped_on_boots"


async def test_a_session_on_the_boots_runs_to_its_end(rig: Rig) -> None:
    """Completed is told as such."""
    await pressed(rig)
    for boots in rig.boots:
        boots.unit.session.remaining_ms = 3000
    await rig.until(SessionPhase.IDLE, 30)
    assert rig.kinds == ["started", "completed"]


async def test_invariant_4_a_press_above_the_limit_is_told_and_not_stopped(
    rig: Rig,
) -> None:
    """The person at the boots decides; it is counted once."""
    session = await pressed(rig, limits=Limits(target_max_mmhg=20))
    await asyncio.sleep(10)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.kinds == ["started", "over_limit"]


async def test_a_request_that_waits_when_somebody_presses_start(rig: Rig) -> None:
    """What runs is not what was asked for: the request is over."""
    rig.left.in_range = rig.right.in_range = False
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await asyncio.sleep(2)
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.press("start")
        boots.in_range = True
        unit.seen()
    await rig.until(SessionPhase.RUNNING, 10)
    assert rig.event("declined").cause.why == "started_elsewhere"
    assert session.state.awaiting_until is None


async def test_a_session_on_the_boots_outlives_the_link(rig: Rig) -> None:
    """It needs no lease; what it does meanwhile is unknown."""
    session = await pressed(rig)
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
    await asyncio.sleep(20)
    assert session.state.phase is SessionPhase.UNKNOWN
    assert "lost" not in rig.kinds
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.in_range = True
        unit.seen()
    await rig.until(SessionPhase.RUNNING, 10)
    assert rig.kinds == ["started"]


async def test_a_session_on_the_boots_that_is_never_heard_of_again(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link is not held for ever."""
    monkeypatch.setattr(wired, "TICK_S", 0.25)
    rig = Rig(wire, config=SHORT)
    await asyncio.sleep(1)
    session = await pressed(rig)
    longest_s = rig.left.unit.config.max_minutes * 60
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
    await asyncio.sleep(longest_s + 20)
    assert rig.kinds[-1] == "lost"
    assert rig.events[-1].cause.why == "link_lost"
    assert session.state.continue_offer is None
    assert session.state.phase is SessionPhase.UNKNOWN
    await rig.close()


async def test_invariant_6_a_session_on_the_boots_ends_too(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the boots forget: after the longest session they know."""
    monkeypatch.setattr(wired, "TICK_S", 0.25)
    rig = Rig(wire, config=SHORT)
    await asyncio.sleep(1)
    session = await pressed(rig)
    longest_s = rig.left.unit.config.max_minutes * 60
    for _ in range(longest_s // 60):
        for boots in rig.boots:
            boots.unit.session.remaining_ms = 1_000_000
        await asyncio.sleep(60)
    await rig.until(SessionPhase.IDLE, 60)
    assert rig.event("completed").cause.why == "time_up"
    assert session.state.last_end is not None
    await rig.close()


async def test_invariant_8_after_a_restart_our_session_is_adopted(rig: Rig) -> None:
    """Shorter than the lease: its true remaining time, and heartbeats again."""
    session = await crash(rig)
    await rig.until(SessionPhase.RUNNING, 5)
    adopted = rig.event("adopted")
    assert 580 <= int(adopted.facts["remaining_s"] or 0) <= 597
    assert session.state.origin is Origin.THIS_CONTROLLER
    assert session.state.settings is not None
    assert session.state.settings.target_mmhg == 40
    assert session.state.settings.legs == {Side.LEFT, Side.RIGHT}
    await asyncio.sleep(20)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.inflations == [1, 1]
    await session.stop(ME)
    assert rig.empty


async def test_invariant_8_after_a_longer_restart_nothing_runs(rig: Rig) -> None:
    """And nothing is started."""
    session = await crash(rig, away_s=12)
    await asyncio.sleep(10)
    assert session.state.phase is SessionPhase.IDLE
    assert rig.empty
    assert rig.inflations == [1, 1]
    assert rig.kinds == []


async def test_a_session_is_adopted_only_when_all_legs_are_in_sight(rig: Rig) -> None:
    """One leg is not kept alive alone: the lease ends it."""
    lost = await rig.running(run_s=5)
    await lost._end()
    await rig.pair.close()
    rig.restart()
    rig.right.in_range = False
    session = rig.open_session()
    await rig.units[0].ready(5)
    await rig.until(SessionPhase.RUNNING, 5)
    assert rig.kinds == []
    await asyncio.sleep(20)
    assert rig.empty
    assert rig.left.count(HEARTBEAT) <= 3
    assert session.state.phase is not SessionPhase.RUNNING
    rig.right.in_range = True


@pytest.mark.parametrize("on_leg_lost", ["stop", "continue"])
async def test_invariant_7_a_leg_whose_lease_ran_out_meanwhile(
    rig: Rig, on_leg_lost: str
) -> None:
    """The other was lost while we were away: the pair is no pair any more."""
    lost = await rig.running(run_s=5)
    await lost._end()
    await rig.pair.close()
    rig.restart()
    rig.left.unit.session.beat_at += 60_000
    await asyncio.sleep(12)
    assert rig.right.unit.end == 4
    session = rig.open_session(on_leg_lost=on_leg_lost)
    await rig.connect()
    await asyncio.sleep(10)
    if on_leg_lost == "stop":
        assert rig.empty
        assert rig.event("stopped").cause.why == "leg_lost"
    else:
        assert session.state.phase is SessionPhase.RUNNING
        assert rig.kinds == ["adopted"]


async def test_invariant_4_what_is_above_the_limit_is_not_adopted(rig: Rig) -> None:
    """The limit was lowered between."""
    await crash(rig, limits=Limits(target_max_mmhg=30))
    await asyncio.sleep(10)
    assert rig.kinds == ["adopted", "over_limit", "stopped"]
    assert rig.events[-1].cause.why == "over_limit"
    assert rig.empty


async def test_a_session_of_another_controller(rig: Rig) -> None:
    """Shown as what it is; its heartbeats are not ours to send."""
    await rig.connect()
    await rig.pair.begin(on())
    for boots in rig.boots:
        boots.unit.session.slot = 3
        boots.unit.session.beat_at += 60_000
        boots.unit.report.changed()
        boots.settle()
    session = rig.open_session()
    await rig.until(SessionPhase.RUNNING, 5)
    counts = [boots.count(HEARTBEAT) for boots in rig.boots]
    await asyncio.sleep(8)
    assert session.state.origin is Origin.OTHER_CONTROLLER
    assert rig.event("started").cause.actor is Actor.OTHER_CONTROLLER
    assert counts == [boots.count(HEARTBEAT) for boots in rig.boots]
    await session.stop(ME)
    assert rig.empty


async def test_our_session_was_replaced_while_we_were_away(rig: Rig) -> None:
    """The lease ran out, and somebody pressed start: that is another session."""
    session = await rig.running(run_s=4)
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
    for boots in rig.boots:
        boots.press("stop")
    await asyncio.sleep(7)
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.press("start")
        boots.in_range = True
        unit.seen()
    await asyncio.sleep(10)
    assert "adopted" not in rig.kinds
    assert rig.empty or session.state.origin is Origin.BOOTS
    assert rig.left.count(HEARTBEAT) <= 3


async def test_boots_that_vent_when_they_are_found(rig: Rig) -> None:
    """Somebody pressed stop just before: shown as such, and nothing to do."""
    rig.left.press("start")
    await asyncio.sleep(6)
    rig.left.press("stop")
    session = rig.open_session()
    await rig.connect()
    assert session.state.phase is SessionPhase.STOPPING
    await rig.until(SessionPhase.IDLE, 15)
    assert rig.kinds == []


async def test_a_programme_that_is_not_known(rig: Rig) -> None:
    """A newer firmware's programme: it runs, its settings are not made up."""
    session = rig.open_session()
    await rig.connect()
    for boots in rig.boots:
        boots.mangle = lambda uuid, frame: [
            frame[:14] + b"\x0d" + frame[15:]
            if uuid.startswith("dcc00003") and frame[14]
            else frame
        ]
        boots.press("start")
    await rig.until(SessionPhase.RUNNING, 5)
    await asyncio.sleep(3)
    assert session.state.settings is None
    assert session.state.remaining_s is not None
    outcome = await session.change(ME, target_mmhg=25)
    assert outcome.result == "changed"
    await session.change(ME, duration_s=600)
    assert rig.pair.state.programme is None
    await session.stop(ME)
    assert rig.empty
    assert rig.pair.state.phase is Phase.IDLE


async def test_the_end_of_one_boot_does_not_wait_for_the_other(rig: Rig) -> None:
    """A boot that was not in the session went away with air in it."""
    rig.left.press("start")
    rig.right.press("start")
    session = rig.open_session()
    await rig.connect()
    await rig.until(SessionPhase.RUNNING, 5)
    await asyncio.sleep(8)
    rig.left.press("stop")
    await asyncio.sleep(0.5)
    rig.left.in_range = False
    rig.left.drop_link()
    await asyncio.sleep(1)
    rig.right.press("stop")
    await asyncio.sleep(10)
    assert rig.kinds == ["started", "stopped"]
    assert session.state.phase is SessionPhase.UNKNOWN


async def test_a_press_right_after_the_end_is_another_session(wire: Wire) -> None:
    """It is not stopped for the sake of the one before."""
    rig = Rig(wire, units=1)
    await asyncio.sleep(0.2)
    session = rig.open_session()
    await rig.connect()
    rig.left.press("start")
    await rig.until(SessionPhase.RUNNING, 5)
    await asyncio.sleep(1)
    # The report of being empty is lost on the way.
    idle = 0
    rig.left.mangle = lambda uuid, frame: (
        [] if uuid.startswith("dcc00003") and frame[1] == idle else [frame]
    )
    rig.left.press("stop")
    await asyncio.sleep(6)
    assert session.state.phase is SessionPhase.STOPPING
    rig.left.press("start")
    await asyncio.sleep(2)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.kinds == ["started", "stopped", "started"]
    await asyncio.sleep(20)
    assert session.state.phase is SessionPhase.RUNNING
    await rig.close()


async def test_what_was_found_under_way_is_not_made_longer(rig: Rig) -> None:
    """Nobody knows how long it ran: the longest session must not begin anew."""
    await asyncio.sleep(1)
    for boots in rig.boots:
        boots.press("start")
    await asyncio.sleep(300)
    session = rig.open_session()
    await rig.connect()
    await rig.until(SessionPhase.RUNNING, 5)
    with pytest.raises(LimitError):
        await session.change(ME, duration_s=1800)
    assert (session.state.remaining_s or 0) <= 600
    await session.change(ME, duration_s=60)

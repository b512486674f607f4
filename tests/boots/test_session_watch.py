"""What ends a session without being asked: time, faults, pressure, lost legs."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

import pytest

from custom_components.kumo_boots.boots.cause import Actor
from custom_components.kumo_boots.boots.errors import (
    LinkLostError,
    NotSeenError,
    WrongPhaseError,
)
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.model import Phase, Settings, Side
from custom_components.kumo_boots.boots.session_state import SessionPhase
from firmware import obp

from . import wired
from .rig import EVENING, ME, ROUTINE, Rig, on
from .wired import Wire, WiredBoots

HEARTBEAT = 8


@pytest.fixture
async def rig(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """Two units that nobody has connected to yet."""
    monkeypatch.setattr(wired, "TICK_S", 0.05)
    rig = Rig(wire)
    await asyncio.sleep(0.2)
    yield rig
    await rig.close()


def away(*boots: WiredBoots) -> None:
    """Take boots out of range."""
    for each in boots:
        each.in_range = False
        each.drop_link()


def back(rig: Rig) -> None:
    """Bring all boots back, and have their advertisements heard."""
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.in_range = True
        unit.seen()


async def test_heartbeats_keep_the_lease(rig: Rig) -> None:
    """At most one each quarter lease and unit, and only while a session of ours runs."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await asyncio.sleep(5)
    assert all(boots.count(HEARTBEAT) == 0 for boots in rig.boots)
    await session.confirm(ME)
    await asyncio.sleep(30)
    for boots in rig.boots:
        assert 10 <= boots.count(HEARTBEAT) <= 13
    assert session.state.phase is SessionPhase.RUNNING
    await session.stop(ME)
    counts = [boots.count(HEARTBEAT) for boots in rig.boots]
    await asyncio.sleep(10)
    assert counts == [boots.count(HEARTBEAT) for boots in rig.boots]


async def test_no_heartbeat_without_a_fresh_view(rig: Rig) -> None:
    """A unit whose state does not come through gets none: it vents by itself."""
    session = await rig.running()
    # Only its states are lost; writes and their results still pass.
    state = "dcc00003"
    for boots in rig.boots:
        boots.mangle = lambda uuid, frame: [] if uuid.startswith(state) else [frame]
    await asyncio.sleep(4)
    assert session.state.phase is SessionPhase.UNKNOWN
    assert session.state.remaining_s is None
    counts = [boots.count(HEARTBEAT) for boots in rig.boots]
    await asyncio.sleep(6)
    assert counts == [boots.count(HEARTBEAT) for boots in rig.boots]
    await asyncio.sleep(10)
    assert rig.empty
    for boots in rig.boots:
        boots.mangle = None


async def test_invariant_8_an_outage_shorter_than_the_lease_is_bridged(
    rig: Rig,
) -> None:
    """The session is unknown meanwhile, then it is ours again with its true time."""
    session = await rig.running(run_s=5)
    away(*rig.boots)
    await asyncio.sleep(4)
    assert session.state.phase is SessionPhase.UNKNOWN
    assert session.state.remaining_s is None
    back(rig)
    await rig.until(SessionPhase.RUNNING, 5)
    adopted = rig.event("adopted")
    assert adopted.cause.why == "reconnected"
    assert isinstance(adopted.facts["remaining_s"], int)
    assert 585 <= adopted.facts["remaining_s"] <= 595
    await asyncio.sleep(20)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.inflations == [1, 1], "nothing was started again"


async def test_invariant_8_an_outage_longer_than_the_lease_is_told(rig: Rig) -> None:
    """The boots have vented by then; going on is offered, never done."""
    session = await rig.running(run_s=5)
    away(*rig.boots)
    await asyncio.sleep(15)
    assert rig.empty
    assert session.state.phase is SessionPhase.UNKNOWN
    lost = rig.event("lost")
    assert lost.cause.why == "lease"
    left_s = lost.facts["remaining_s"]
    assert isinstance(left_s, int)
    assert 580 <= left_s <= 590
    # What ran is offered, whatever is set for the next session.
    assert session.state.continue_offer == replace(EVENING, duration_s=left_s)
    assert session.state.last_end is not None
    assert not session.state.last_end.completed
    back(rig)
    await rig.until(SessionPhase.IDLE)
    await asyncio.sleep(20)
    assert rig.inflations == [1, 1], "never done by itself"
    assert rig.kinds[-1] == "lost"
    # A person takes the offer: a request like any other.
    await session.request(EVENING, ME)
    assert session.state.continue_offer is None


async def test_boots_that_come_back_just_after_the_lease(rig: Rig) -> None:
    """They say themselves that the lease ran out."""
    session = await rig.running(run_s=4)
    away(*rig.boots)
    await asyncio.sleep(10.3)
    back(rig)
    await asyncio.sleep(3)
    assert rig.event("lost").cause.why == "lease"
    assert session.state.last_end is not None


async def test_a_lost_session_with_little_left_is_not_offered(rig: Rig) -> None:
    """Under a minute is not worth a question."""
    session = await rig.running(replace(EVENING, duration_s=65), run_s=2)
    away(*rig.boots)
    await asyncio.sleep(15)
    assert rig.kinds[-1] == "lost"
    assert session.state.continue_offer is None
    outcome = await session.stop(ME)
    assert outcome.result == "not_confirmed", "lost is not measured empty"
    back(rig)
    await rig.until(SessionPhase.IDLE)


async def test_after_a_loss_the_link_is_sought_for_a_while(rig: Rig) -> None:
    """To learn how it ended; not for ever."""
    await rig.running(run_s=2)
    away(*rig.boots)
    await asyncio.sleep(15)
    asked = rig.wire.asked
    await asyncio.sleep(300)
    assert rig.wire.asked > asked
    await asyncio.sleep(400)
    asked = rig.wire.asked
    await asyncio.sleep(200)
    assert rig.wire.asked == asked


async def test_fault_matrix_both_leases_over_is_not_one_leg_lost(rig: Rig) -> None:
    """One leg is always the first to say so; the reason is that of both.

    Found by the fault matrix (Home Assistant frozen for 15 s): *one leg was lost* was
    given as the reason.
    """
    session = await rig.running()
    session._heartbeat.end()
    await rig.until(SessionPhase.IDLE)
    assert rig.event("lost").cause.why == "lease"
    assert rig.inflations == [1, 1]
    assert rig.empty


async def test_fault_matrix_held_up_for_15_s_is_not_one_leg_lost(rig: Rig) -> None:
    """What the legs said meanwhile comes one by one, the first while none was heard."""
    session = await rig.running()
    said: list[tuple[WiredBoots, str, bytes]] = []
    for boots in rig.boots:

        def keep(uuid: str, frame: bytes, boots: WiredBoots = boots) -> list[bytes]:
            said.append((boots, uuid, frame))
            return []

        boots.mangle = keep
    session._reviewing = True
    session._heartbeat.end()
    await asyncio.sleep(15)
    session._reviewing = False
    for boots in rig.boots:
        boots.mangle = None
    for boots, uuid, frame in said:
        boots.notify(uuid, frame)
    await rig.until(SessionPhase.IDLE)
    assert rig.event("lost").cause.why == "lease"
    assert rig.inflations == [1, 1]


async def test_fault_matrix_one_lease_over_stops_the_other_leg(rig: Rig) -> None:
    """Soon, though not at once."""
    session = await rig.running()
    beats = session._heartbeat._tasks.pop(rig.units[0])
    beats.cancel()
    async with asyncio.timeout(15):
        while rig.left.unit.phase in obp.RUNNING:
            await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    assert rig.right.unit.phase not in obp.RUNNING
    await rig.until(SessionPhase.IDLE)
    assert rig.event("stopped").cause.why == "leg_lost"


async def test_invariant_7_when_a_leg_is_lost_the_other_stops(rig: Rig) -> None:
    """Longer than the lease; until then it may come back."""
    session = await rig.running(run_s=4)
    away(rig.right)
    await asyncio.sleep(8)
    assert session.state.phase is SessionPhase.RUNNING
    await asyncio.sleep(12)
    assert rig.empty
    back(rig)
    await rig.until(SessionPhase.IDLE)
    assert rig.event("stopped").cause.why == "leg_lost"
    assert rig.event("stopped").cause.actor is Actor.SESSION
    assert rig.inflations == [1, 1]


async def test_a_leg_that_is_away_for_good_does_not_keep_the_other(rig: Rig) -> None:
    """A person was told of it, and it has vented by itself; its stop goes on."""
    session = await rig.running(run_s=4)
    away(rig.right)
    await rig.until(SessionPhase.STOPPING, 15)
    await asyncio.sleep(17)
    assert session.state.phase is SessionPhase.STOPPING, "it may still hold air"
    assert session.state.stop_unconfirmed
    with pytest.raises(WrongPhaseError):
        await session.request(on(Side.LEFT), ME)
    await asyncio.sleep(15)
    assert session.state.phase is SessionPhase.UNKNOWN
    assert session.state.stop_unconfirmed
    assert rig.event("stopped").cause.why == "leg_lost"

    await session.request(EVENING, ME)
    with pytest.raises(NotSeenError) as away_still:
        await session.confirm(ME)
    assert away_still.value.values["side"] == "right"
    await session.request(on(Side.LEFT), ME)
    await session.confirm(ME)
    await asyncio.sleep(3)
    assert session.state.phase is SessionPhase.RUNNING
    assert session.state.stop_unconfirmed
    assert rig.pair.state.legs == {Side.LEFT}

    back(rig)
    await asyncio.sleep(5)
    assert not session.state.stop_unconfirmed
    assert session.state.phase is SessionPhase.RUNNING
    await session.stop(ME)
    assert rig.inflations == [2, 1]


async def test_invariant_8_not_ready_before_the_stop_has_arrived(rig: Rig) -> None:
    """A leg that is back and empty is told first; until then nothing may begin."""
    session = await rig.running(run_s=4)
    away(rig.right)
    await asyncio.sleep(40)
    assert session.state.phase is SessionPhase.UNKNOWN
    phases: list[SessionPhase] = []
    session.listen_state(
        lambda: phases.append(session.state.phase) if rig.units[1].stopping else None
    )
    rig.right.latency_s = 0.2
    back(rig)
    await rig.until(SessionPhase.IDLE, 10)
    assert SessionPhase.STOPPING in phases
    assert SessionPhase.IDLE not in phases
    await session.request(EVENING, ME)
    assert (await session.confirm(ME)).result == "started"
    await session.stop(ME)


async def test_invariant_7_a_leg_that_comes_back_in_time_goes_on(rig: Rig) -> None:
    """Shorter than the lease, the pair stays a pair."""
    session = await rig.running(run_s=4)
    away(rig.right)
    await asyncio.sleep(5)
    back(rig)
    await asyncio.sleep(15)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.pair.state.legs == {Side.LEFT, Side.RIGHT}
    assert "adopted" not in rig.kinds, "the session was in sight all the time"


async def test_option_continue_goes_on_with_one_leg(rig: Rig) -> None:
    """The lost leg has vented; it is not started again when it comes back."""
    session = await rig.running(run_s=4, on_leg_lost="continue")
    away(rig.right)
    await asyncio.sleep(14)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.event("lost").facts["leg"] == "right"
    back(rig)
    await asyncio.sleep(15)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.pair.state.legs == {Side.LEFT}
    await session.stop(ME)
    assert rig.inflations == [1, 1]


def forget_lease(boots: WiredBoots) -> None:
    """Let boots run on as if a heartbeat had come a minute from now."""
    boots.unit.session.beat_at = boots.now_ms + 60_000


async def test_option_continue_stops_a_lost_leg_that_still_runs(rig: Rig) -> None:
    """Boots that forget their lease are told when they are back."""
    session = await rig.running(run_s=4, on_leg_lost="continue")
    forget_lease(rig.right)
    away(rig.right)
    await asyncio.sleep(13)
    assert rig.event("lost").facts["leg"] == "right"
    back(rig)
    await asyncio.sleep(20)
    assert rig.right.body.highest_mmhg < 6
    assert not rig.pair.stopping
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.pair.state.legs == {Side.LEFT}


async def test_a_session_told_as_lost_is_not_taken_up_again(rig: Rig) -> None:
    """Boots that forget their lease are stopped when they are back."""
    session = await rig.running(run_s=4)
    for boots in rig.boots:
        forget_lease(boots)
    away(*rig.boots)
    await asyncio.sleep(15)
    assert rig.kinds[-1] == "lost"
    back(rig)
    await asyncio.sleep(12)
    assert rig.empty
    assert session.state.phase is SessionPhase.IDLE
    assert rig.events[-1].cause.why == "lease"


async def test_a_leg_that_vanishes_while_the_other_is_out_of_sight(rig: Rig) -> None:
    """What the one leg does decides, and is waited for."""
    session = await rig.running(run_s=4)
    away(rig.right)
    await asyncio.sleep(6)
    away(rig.left)
    await asyncio.sleep(6)
    assert session.state.phase is SessionPhase.UNKNOWN
    assert "lost" not in rig.kinds
    await asyncio.sleep(7)
    assert rig.event("lost").cause.why == "lease"
    back(rig)
    await rig.until(SessionPhase.IDLE)


async def test_a_stop_on_one_boot_stops_the_other(rig: Rig) -> None:
    """Also where a lost leg may be done without."""
    session = await rig.running(run_s=4, on_leg_lost="continue")
    rig.left.press("stop")
    await rig.until(SessionPhase.IDLE)
    assert rig.empty
    stopped = rig.event("stopped")
    assert (stopped.cause.actor, stopped.cause.why) == (
        Actor.BOOTS,
        "stopped_on_boots",
    )
    assert session.state.last_end is not None
    assert 585 < session.state.last_end.remaining_s <= 600


async def test_a_restart_of_one_boot_stops_the_other(rig: Rig) -> None:
    """It lost power for a moment, and its air."""
    session = await rig.running(run_s=4)
    rig.right.reboot()
    await rig.until(SessionPhase.IDLE)
    assert rig.event("stopped").cause.why == "leg_lost"
    assert session.state.phase is SessionPhase.IDLE
    assert rig.inflations == [1, 1]


async def test_a_restart_of_all_boots(rig: Rig) -> None:
    """Nothing to tell them any more."""
    await rig.running(run_s=4)
    for boots in rig.boots:
        boots.reboot()
    await rig.until(SessionPhase.IDLE)
    assert rig.events[-1].cause.why in ("restarted", "leg_lost")


async def test_a_stop_by_another_controller(rig: Rig) -> None:
    """The phone app stopped one leg: the other follows."""
    await rig.running(run_s=4)
    rig.left.unit.write_control(b"\x00\x01", False, rig.left.now_ms)
    rig.left.settle()
    await rig.until(SessionPhase.IDLE)
    assert rig.event("stopped").cause.actor is Actor.OTHER_CONTROLLER


async def test_a_change_by_another_controller_is_told(rig: Rig) -> None:
    """The phone app may change what runs (R22); it is not put down to us."""
    session = await rig.running(run_s=4)
    for boots in rig.boots:
        running = boots.unit.session
        running.target = 30
        boots.unit.report.changed()
        boots.settle()
    await asyncio.sleep(1.5)
    changed = [event for event in rig.events if event.kind == "changed"]
    assert changed[-1].facts["target_mmhg"] == 30
    assert changed[-1].cause.actor is Actor.OTHER_CONTROLLER
    assert session.state.settings is not None
    assert session.state.settings.target_mmhg == 30
    for boots in rig.boots:
        boots.unit.pause(boots.unit.session)
        boots.settle()
    await rig.until(SessionPhase.PAUSED)
    assert rig.event("paused").cause.actor is Actor.OTHER_CONTROLLER


async def test_invariant_6_a_session_ends_on_time_even_if_the_boots_forget(
    rig: Rig,
) -> None:
    """By our own clock, a few seconds after the planned end."""
    await rig.running(replace(EVENING, duration_s=60), run_s=2)
    for boots in rig.boots:
        boots.unit.session.remaining_ms = 10_000_000
    await asyncio.sleep(59)
    assert "completed" not in rig.kinds
    await rig.until(SessionPhase.IDLE, 20)
    assert rig.empty
    end = rig.event("completed")
    assert (end.cause.actor, end.cause.why) == (Actor.SESSION, "time_up")


async def test_invariant_6_a_pause_ends_even_if_the_boots_forget(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The boots' own limit is ten minutes."""
    monkeypatch.setattr(wired, "TICK_S", 0.25)
    monkeypatch.setattr(obp, "PAUSE_LIMIT_MS", 10_000_000)
    session = await rig.running()
    await session.pause(ME)
    await asyncio.sleep(595)
    assert session.state.phase is SessionPhase.PAUSED
    await rig.until(SessionPhase.IDLE, 30)
    assert rig.event("stopped").cause.why == "paused_too_long"


async def test_the_boots_own_limit_of_a_pause(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told as what it was."""
    monkeypatch.setattr(obp, "PAUSE_LIMIT_MS", 10_000)
    session = await rig.running()
    await session.pause(ME)
    await rig.until(SessionPhase.IDLE, 30)
    assert rig.event("stopped").cause.why == "paused_too_long"
    assert rig.event("stopped").cause.actor is Actor.BOOTS


async def test_invariant_5_every_end_counts_only_when_measured_empty(
    rig: Rig,
) -> None:
    """A valve sticks at the end: the boots are told, and a person."""
    session = await rig.running(replace(EVENING, duration_s=60), run_s=2)
    session_left = rig.left.unit.session
    await asyncio.sleep(20)
    for chamber in range(1, 6):
        rig.left.body.stick(0, chamber, "closed")
        rig.left.body.overpressure(0, chamber, 30)
    session_left.remaining_ms = rig.right.unit.session.remaining_ms = 100
    await asyncio.sleep(3)
    assert session.state.phase is SessionPhase.STOPPING
    assert "completed" not in rig.kinds
    await asyncio.sleep(32)
    assert session.state.stop_unconfirmed
    assert rig.kinds[-1] == "stop_unconfirmed"
    rig.left.body.repair()
    await asyncio.sleep(15)
    assert not session.state.stop_unconfirmed
    assert rig.kinds[-1] == "completed"
    assert session.state.phase is SessionPhase.FAULT
    rig.left.press("stop")
    await rig.until(SessionPhase.IDLE, 5)


async def test_invariant_5_a_fault_of_one_leg_stops_both(rig: Rig) -> None:
    """A chamber that does not fill, a broken sensor, a pump that fails."""
    session = await rig.running(run_s=4, on_leg_lost="continue")
    rig.right.body.break_sensor(1, 2, None)
    await asyncio.sleep(10)
    assert rig.left.body.highest_mmhg < 6
    fault = rig.event("fault")
    assert fault.facts["faults"] == "sensor"
    assert rig.kinds.count("fault") == 1
    # A sensor that fails cannot tell that the leg is empty.
    assert session.state.phase is SessionPhase.STOPPING
    rig.right.body.repair()
    await asyncio.sleep(20)
    assert session.state.stop_unconfirmed
    rig.right.press("stop")
    await rig.until(SessionPhase.IDLE, 5)
    assert not session.state.stop_unconfirmed


@pytest.mark.parametrize("mmhg", [75, 115])
async def test_invariant_5_measured_over_pressure_stops(
    rig: Rig, mmhg: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boots that do not notice it themselves are stopped."""
    monkeypatch.setattr(rig.left.unit.guards, "check", lambda *_: 0)
    session = await rig.running(run_s=4)
    rig.left.body.overpressure(0, 1, mmhg)
    await rig.until(SessionPhase.STOPPING, 4)
    await rig.until(SessionPhase.IDLE, 12)
    assert rig.event("fault").cause.why == "over_pressure"
    assert rig.event("stopped").cause.why == "over_pressure"
    assert rig.empty
    assert session.state.phase is SessionPhase.IDLE


async def test_a_lower_target_is_no_over_pressure(rig: Rig) -> None:
    """The air that is in takes a while to leave."""
    session = await rig.running(replace(EVENING, target_mmhg=60), run_s=25)
    assert rig.left.body.highest_mmhg > 45
    await session.change(ME, target_mmhg=20)
    await asyncio.sleep(15)
    assert session.state.phase is SessionPhase.RUNNING
    await session.change(ME, target_mmhg=40)
    await asyncio.sleep(3)
    await session.change(ME, target_mmhg=30)
    await asyncio.sleep(3)
    await session.change(ME, target_mmhg=25)
    await asyncio.sleep(15)
    assert session.state.phase is SessionPhase.RUNNING


async def test_a_boosted_zone_may_have_more(rig: Rig) -> None:
    """Its own target is 10 mmHg higher."""
    session = await rig.running(replace(EVENING, boosted=1), run_s=4)
    rig.left.body.overpressure(0, 1, 67)
    await asyncio.sleep(3)
    assert session.state.phase is SessionPhase.RUNNING
    assert "fault" not in rig.kinds


async def test_invariant_4_above_the_limit_by_another_is_told_once(rig: Rig) -> None:
    """The phone app raised our session above the wearer's limit."""
    session = await rig.running(run_s=4)
    for boots in rig.boots:
        boots.unit.session.target = 70
        boots.unit.report.changed()
        boots.settle()
    await asyncio.sleep(3)
    assert session.state.phase is SessionPhase.RUNNING
    told = rig.event("over_limit")
    assert told.facts["target_mmhg"] == 70
    assert told.facts["target_max_mmhg"] == 60


async def test_invariant_6_longer_than_the_limit_by_another_is_told(rig: Rig) -> None:
    """And our own clock still ends it as planned."""
    session = await rig.running(run_s=4, limits=Limits(duration_max_s=700))
    for boots in rig.boots:
        boots.unit.session.remaining_ms = 900_000
    await asyncio.sleep(2)
    assert rig.kinds[-1] == "over_limit"
    assert session.state.phase is SessionPhase.RUNNING


async def test_invariant_4_beyond_the_boots_own_range_is_stopped(rig: Rig) -> None:
    """Whoever did it."""
    await rig.running(run_s=4)
    rig.left.unit.session.target = 130
    rig.left.unit.report.changed()
    rig.left.settle()
    await rig.until(SessionPhase.IDLE, 20)
    assert rig.event("stopped").cause.why == "over_range"


async def test_a_session_of_one_leg_does_not_care_for_the_other(rig: Rig) -> None:
    """Its faults and its absence are its own."""
    session = await rig.running(on(Side.LEFT), run_s=4)
    away(rig.right)
    await asyncio.sleep(15)
    assert session.state.phase is SessionPhase.RUNNING
    rig.right.in_range = True


async def test_one_leg_completes_a_moment_before_the_other(rig: Rig) -> None:
    """That is no lost leg."""
    await rig.running(replace(EVENING, duration_s=60), run_s=2)
    rig.left.unit.session.remaining_ms = 2000
    rig.right.unit.session.remaining_ms = 3000
    await rig.until(SessionPhase.IDLE, 20)
    assert rig.kinds[3:] == ["completed"]


async def test_boots_that_were_not_committed_in_time(rig: Rig) -> None:
    """An end that the boots tell is an end of both."""
    await rig.running(run_s=4)
    unit = rig.left.unit
    unit._end_session(obp.END_NOT_COMMITTED)
    unit.report.changed()
    rig.left.settle()
    await rig.until(SessionPhase.IDLE, 20)
    assert rig.event("stopped").cause.why == "not_committed"


async def test_a_fault_without_a_session_is_told_once(rig: Rig) -> None:
    """And again when it comes again."""
    rig.open_session()
    release = rig.pair.hold("test")
    await rig.connect()
    for _ in range(2):
        rig.left.body.break_sensor(0, 1, 450)
        await rig.until(SessionPhase.FAULT, 5)
        await asyncio.sleep(3)
        rig.left.body.repair()
        rig.left.press("stop")
        await rig.until(SessionPhase.IDLE, 5)
    assert rig.kinds == ["fault", "fault"]
    release()


async def test_pain_4_a_link_that_dies_silently(rig: Rig) -> None:
    """Nothing comes through any more and nobody notices: no stale values."""
    session = await rig.running(run_s=4)
    for boots in rig.boots:
        boots.deaf = True
    await asyncio.sleep(4)
    assert session.state.phase is SessionPhase.UNKNOWN
    await asyncio.sleep(10)
    assert rig.kinds[-1] == "lost"
    assert rig.empty
    for boots in rig.boots:
        boots.deaf = False
        boots.drop_link()
    await rig.until(SessionPhase.IDLE, 60)
    assert rig.pair.state.phase is Phase.IDLE


async def test_time_is_up_while_the_boots_are_out_of_sight(rig: Rig) -> None:
    """The lease decides what to say then; they cannot be told anyway."""
    await rig.running(replace(EVENING, duration_s=60), run_s=2)
    for boots in rig.boots:
        boots.unit.session.remaining_ms = 10_000_000
    await asyncio.sleep(58)
    away(*rig.boots)
    await asyncio.sleep(8)
    assert rig.kinds[-1] == "over_limit"
    await asyncio.sleep(5)
    assert rig.kinds[-1] == "lost"
    back(rig)
    await rig.until(SessionPhase.IDLE)


async def test_invariant_7_one_leg_does_not_go_on_while_the_other_is_paused(
    rig: Rig,
) -> None:
    """However it came to that."""
    await rig.running(run_s=4)
    rig.left.unit.pause(rig.left.unit.session)
    rig.left.settle()
    await rig.until(SessionPhase.IDLE, 20)
    assert rig.event("stopped").cause.why == "leg_lost"
    assert rig.empty


@pytest.mark.parametrize("succeeds", [True, False])
async def test_invariant_3_a_stop_in_the_moment_a_start_ends(
    rig: Rig, succeeds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way it ends, the stop is what counts."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    gate = asyncio.Event()
    begin = rig.pair.begin

    async def held(settings: Settings, check: Callable[[], None]) -> None:
        await begin(settings, check)
        await gate.wait()
        if not succeeds:
            raise LinkLostError

    monkeypatch.setattr(rig.pair, "begin", held)
    confirm = asyncio.create_task(session.confirm(ME))
    await asyncio.sleep(2)
    assert session.state.phase is SessionPhase.STARTING
    stop = asyncio.create_task(session.stop(ME))
    await asyncio.sleep(0)
    gate.set()
    if succeeds:
        assert (await confirm).result == "stopped"
    else:
        with pytest.raises(LinkLostError):
            await confirm
    assert (await stop).result == "stopped"
    assert rig.empty
    assert rig.kinds == ["requested", "confirmed", "stopped"]


async def test_a_pause_that_nobody_hears(wire: Wire) -> None:
    """The error is told; the session is what the boots say when they are back."""
    rig = Rig(wire, units=1)
    session = await rig.running()
    rig.left.drop_link()
    with pytest.raises(LinkLostError):
        await session.pause(ME)
    await asyncio.sleep(4)
    assert session.state.phase is SessionPhase.RUNNING
    assert "paused" not in rig.kinds
    await rig.close()

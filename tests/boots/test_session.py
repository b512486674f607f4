"""A session on real firmware: asking, confirming, changing, stopping."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.boots.errors import (
    BatteryLowError,
    BusyError,
    FaultedError,
    LimitError,
    LinkError,
    LinkLostError,
    NonceExpiredError,
    NotSeenError,
    NotSupportedError,
    WrongPhaseError,
)
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.model import (
    BOTH,
    Origin,
    Phase,
    Programme,
    Settings,
    Side,
)
from custom_components.kumo_boots.boots.session import Policy, Session
from custom_components.kumo_boots.boots.session_state import SessionPhase

from . import wired
from .rig import EVENING, ME, ROUTINE, Rig, on
from .wired import Wire

ARM, START = 2, 3


@pytest.fixture
async def rig(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """Two units that nobody has connected to yet."""
    monkeypatch.setattr(wired, "TICK_S", 0.05)
    rig = Rig(wire)
    await asyncio.sleep(0.2)
    yield rig
    await rig.close()


async def test_invariant_1_a_request_waits_for_a_person(rig: Rig) -> None:
    """Under *ask* nothing inflates by a request, however long it waits."""
    session = rig.open_session(wait_s=30)
    assert session.state.phase is SessionPhase.UNKNOWN
    outcome = await session.request(EVENING, ROUTINE)
    assert outcome.result == "awaiting"
    assert outcome.until == rig.now() + timedelta(seconds=30)
    assert session.state.phase is SessionPhase.AWAITING
    assert session.state.settings == EVENING
    assert session.state.awaiting_until == outcome.until
    await asyncio.sleep(25)
    assert rig.pair.state.connected, "the link is held for the confirmation"
    assert rig.left.count(ARM) == 0
    await asyncio.sleep(6)
    assert session.state.phase is SessionPhase.IDLE
    assert rig.kinds == ["requested", "expired"]
    assert rig.event("expired").cause.why == "unconfirmed"
    with pytest.raises(WrongPhaseError):
        await session.confirm(ME)
    await asyncio.sleep(10)
    assert rig.untouched


async def test_a_confirmed_request_runs_to_its_end(rig: Rig) -> None:
    """The main job."""
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.speed = 4
        unit.idle_release_s = 5
    session = rig.open_session()
    states: list[SessionPhase] = []
    session.listen_state(lambda: states.append(session.state.phase))
    await session.request(replace(EVENING, duration_s=120), ROUTINE)
    outcome = await session.confirm(ME)
    assert outcome.result == "started"
    assert outcome.settings is not None and outcome.settings.duration_s == 120
    assert outcome.until is not None
    assert session.state.phase is SessionPhase.RUNNING
    assert session.state.origin is Origin.THIS_CONTROLLER
    assert session.state.cause == ME
    await asyncio.sleep(10)
    assert session.state.remaining_s is not None
    assert 70 < session.state.remaining_s < 85
    assert session.state.ends_at is not None
    await rig.until(SessionPhase.IDLE)
    assert rig.kinds == ["requested", "confirmed", "started", "completed"]
    assert rig.inflations == [1, 1]
    assert rig.empty
    end = session.state.last_end
    assert end is not None and end.completed
    assert end.settings is not None and end.settings.target_mmhg == 40
    assert end.cause.why == "time_up"
    assert list(dict.fromkeys(states)) == [
        SessionPhase.AWAITING,
        SessionPhase.STARTING,
        SessionPhase.RUNNING,
        SessionPhase.STOPPING,
        SessionPhase.IDLE,
    ]
    await asyncio.sleep(10)
    assert not rig.pair.state.connected, "the link is let go afterwards"


async def test_invariant_1_direct_starts_at_once(rig: Rig) -> None:
    """The option that lets requests start."""
    session = rig.open_session(policy=Policy.DIRECT)
    outcome = await session.request(EVENING, ROUTINE)
    assert outcome.result == "started"
    assert rig.kinds == ["requested", "started"]
    assert (await session.stop(ME)).result == "stopped"


async def test_a_press_on_the_boots_confirms(rig: Rig) -> None:
    """The request is offered on the boots that are there; one press is enough."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await rig.until_boots(Phase.OFFERED)
    assert session.state.phase is SessionPhase.AWAITING
    assert rig.untouched
    rig.right.press("start")
    await rig.until(SessionPhase.RUNNING, 5)
    assert rig.kinds == ["requested", "confirmed", "started"]
    assert rig.event("confirmed").cause.actor is Actor.BOOTS
    await asyncio.sleep(2)
    assert rig.inflations == [1, 1]


async def test_a_stop_on_the_boots_declines(rig: Rig) -> None:
    """A person at the boots said no; the other leg's offer is taken back."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await rig.until_boots(Phase.OFFERED)
    rig.left.press("stop")
    await rig.until(SessionPhase.IDLE, 5)
    assert rig.event("declined").cause.actor is Actor.BOOTS
    await rig.until_boots(Phase.IDLE)
    await asyncio.sleep(5)
    assert rig.untouched


async def test_an_offer_is_made_again_after_an_outage(rig: Rig) -> None:
    """An offer ends with its connection; the request does not."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await rig.until_boots(Phase.OFFERED)
    rig.left.drop_link()
    await asyncio.sleep(5)
    await rig.until_boots(Phase.OFFERED)
    rig.left.press("start")
    await rig.until(SessionPhase.RUNNING, 5)


async def test_boots_without_a_start_button_get_no_offer(wire: Wire) -> None:
    """There would be nobody to accept it."""
    rig = Rig(wire, config={"features": 1})
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await asyncio.sleep(3)
    assert rig.pair.state.phase is Phase.IDLE
    assert all(boots.count(1) == 0 for boots in rig.boots)
    await session.confirm(ME)
    await rig.close()


async def test_an_offer_that_is_refused_is_not_repeated(rig: Rig) -> None:
    """It is a courtesy; the request can still be confirmed."""
    session = rig.open_session()
    for boots in rig.boots:
        boots.unit.phase = 8
        boots.body.stick(0 if boots is rig.left else 1, 1, "closed")
    await session.request(EVENING, ROUTINE)
    await asyncio.sleep(3)
    for boots in rig.boots:
        boots.body.repair()
    assert all(boots.count(1) <= 1 for boots in rig.boots)
    assert session.state.phase is SessionPhase.AWAITING


async def test_a_newer_request_takes_the_place_of_one_that_waits(rig: Rig) -> None:
    """And is offered on the boots anew."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await rig.until_boots(Phase.OFFERED)
    gentle = replace(EVENING, target_mmhg=25, legs=frozenset({Side.LEFT}))
    await session.request(gentle, ROUTINE)
    assert session.state.settings == gentle
    await asyncio.sleep(4)
    assert [unit.state.phase for unit in rig.units] == [Phase.OFFERED, Phase.IDLE]
    await session.confirm(ME)
    await asyncio.sleep(2)
    assert rig.inflations == [1, 0]
    assert rig.left.told("inflation_start")[0]["target_mmhg"] == 25


async def test_a_request_can_be_declined(rig: Rig) -> None:
    """Nothing waits any more."""
    session = rig.open_session()
    with pytest.raises(WrongPhaseError):
        await session.decline(ME)
    await session.request(EVENING, ROUTINE)
    assert (await session.decline(ME)).result == "declined"
    assert session.state.awaiting_until is None
    with pytest.raises(WrongPhaseError):
        await session.confirm(ME)


async def test_a_waiting_request_can_be_changed(rig: Rig) -> None:
    """What is confirmed is what the person sees."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    outcome = await session.change(ME, target_mmhg=30, duration_s=300, boosted=2)
    assert outcome.result == "changed"
    assert session.state.settings == replace(
        EVENING, target_mmhg=30, duration_s=300, boosted=2
    )
    outcome = await session.change(ME, skipped=frozenset({1}), boosted=0)
    assert outcome.settings == replace(
        EVENING, target_mmhg=30, duration_s=300, skipped=frozenset({1})
    )
    with pytest.raises(LimitError):
        await session.change(ME, target_mmhg=65)
    assert session.state.settings == outcome.settings


async def test_invariant_4_a_request_above_the_limit_is_refused(rig: Rig) -> None:
    """It neither waits nor takes the place of one that does."""
    session = rig.open_session(limits=Limits(target_max_mmhg=50))
    await session.request(EVENING, ROUTINE)
    with pytest.raises(LimitError):
        await session.request(replace(EVENING, target_mmhg=55), ROUTINE)
    assert session.state.settings == EVENING


async def test_invariant_4_the_limit_of_the_moment_of_confirmation(rig: Rig) -> None:
    """A limit that was lowered meanwhile holds."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    session.limits = Limits(target_max_mmhg=30)
    with pytest.raises(LimitError):
        await session.confirm(ME)
    assert session.state.phase is SessionPhase.AWAITING


async def test_a_leg_that_the_boots_do_not_serve(wire: Wire) -> None:
    """Told before anybody connects."""
    rig = Rig(wire)
    rig.pair = type(rig.pair)(rig.units[:1])
    session = rig.open_session()
    with pytest.raises(LimitError):
        await session.request(EVENING, ROUTINE)
    await rig.close()


async def test_one_session_at_a_time(rig: Rig) -> None:
    """Busy while it runs, the wrong moment while it ends."""
    session = await rig.running()
    with pytest.raises(BusyError):
        await session.request(EVENING, ROUTINE)
    stop = asyncio.create_task(session.stop(ME))
    await asyncio.sleep(0.1)
    assert session.state.phase is SessionPhase.STOPPING
    with pytest.raises(WrongPhaseError):
        await session.request(EVENING, ROUTINE)
    assert (await stop).result == "stopped"
    await session.request(EVENING, ROUTINE)


async def test_two_people_confirm_at_once(rig: Rig) -> None:
    """One start."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    results = await asyncio.gather(
        session.confirm(ME), session.confirm(ME), return_exceptions=True
    )
    assert [type(result).__name__ for result in results] == [
        "Outcome",
        "WrongPhaseError",
    ]
    await asyncio.sleep(2)
    assert rig.inflations == [1, 1]


async def test_invariant_2_a_failed_start_is_not_repeated(rig: Rig) -> None:
    """It is told, and that was it."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    rig.right.body.percent = 2
    with pytest.raises(BatteryLowError):
        await session.confirm(ME)
    assert session.state.phase is SessionPhase.IDLE
    assert rig.event("failed").facts["error"] == "battery_low"
    rig.right.body.percent = 100
    await asyncio.sleep(30)
    assert rig.untouched
    assert session.state.phase is SessionPhase.IDLE


async def test_boots_that_are_off_leave_the_request_waiting(rig: Rig) -> None:
    """The person switches them on and confirms again."""
    rig.right.in_range = False
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    with pytest.raises(NotSeenError):
        await session.confirm(ME)
    assert session.state.phase is SessionPhase.AWAITING
    assert rig.kinds == ["requested", "confirmed", "failed"]
    rig.right.in_range = True
    rig.units[1].seen()
    await asyncio.sleep(5)
    assert rig.untouched
    assert (await session.confirm(ME)).result == "started"


async def test_a_request_that_ran_out_meanwhile_does_not_wait_again(
    wire: Wire,
) -> None:
    """The attempt to connect took longer than the request had."""
    rig = Rig(wire, ready_timeout_s=5)
    session = rig.open_session(wait_s=3)
    await session.request(EVENING, ROUTINE)
    wire.connect_hangs = True
    await asyncio.sleep(0)
    with pytest.raises(LinkError):
        await session.confirm(ME)
    assert session.state.phase is not SessionPhase.AWAITING
    wire.connect_hangs = False
    await rig.close()


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.05, 0.08, 0.11, 0.15])
async def test_a_cancelled_confirmation_leaves_nothing_inflating(
    rig: Rig, delay_s: float
) -> None:
    """The service call was cancelled in the middle."""
    for boots in rig.boots:
        boots.latency_s = 0.03
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await asyncio.sleep(2)
    confirm = asyncio.create_task(session.confirm(ME))
    await asyncio.sleep(delay_s)
    confirm.cancel()
    with pytest.raises(asyncio.CancelledError):
        await confirm
    await asyncio.sleep(10)
    assert rig.empty
    assert session.state.phase is SessionPhase.IDLE
    assert rig.kinds.count("failed") <= 1
    await asyncio.sleep(15)
    assert rig.empty


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.05, 0.08, 0.11, 0.15])
async def test_invariant_3_stop_overtakes_a_start(rig: Rig, delay_s: float) -> None:
    """The confirmation says so."""
    for boots in rig.boots:
        boots.latency_s = 0.03
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await asyncio.sleep(2)
    confirm = asyncio.create_task(session.confirm(ME))
    await asyncio.sleep(delay_s)
    stopped = await session.stop(ME)
    assert stopped.result in ("stopped", "declined")
    assert rig.empty
    try:
        assert (await confirm).result in ("stopped", "started")
    except WrongPhaseError:
        assert delay_s == 0
    await asyncio.sleep(12)
    assert rig.empty
    assert session.state.phase is SessionPhase.IDLE
    assert "failed" not in rig.kinds


async def test_invariant_3_stop_works_in_every_state(rig: Rig) -> None:
    """Unknown, idle, awaiting, running, paused, stopping."""
    session = rig.open_session()
    assert (await session.stop(ME)).result == "already_idle"
    assert session.state.phase is SessionPhase.IDLE
    await session.request(EVENING, ROUTINE)
    assert (await session.stop(ME)).result == "declined"
    assert session.state.phase is SessionPhase.IDLE
    await session.request(EVENING, ROUTINE)
    await session.confirm(ME, session.state.request_id)
    await asyncio.sleep(2)
    outcome = await session.stop(ME)
    assert outcome.result == "stopped"
    assert outcome.settings is not None
    assert rig.empty
    await session.request(EVENING, ROUTINE)
    await session.confirm(ME)
    await asyncio.sleep(2)
    await session.pause(ME)
    first, second = await asyncio.gather(session.stop(ME), session.stop(ROUTINE))
    assert first.result == second.result == "stopped"
    assert rig.events[-1].kind == "stopped"
    assert rig.events[-1].cause == ME
    assert rig.empty


async def test_invariant_3_an_unconfirmed_stop_is_told_until_it_is(rig: Rig) -> None:
    """The state and an event say so; both boots are told when they are back."""
    session = await rig.running(run_s=4)
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
    assert (await session.stop(ME)).result == "not_confirmed"
    assert session.state.phase is SessionPhase.STOPPING
    assert session.state.stop_unconfirmed
    told = rig.event("stop_unconfirmed")
    assert told.facts["side"] == "left, right"
    assert (await session.stop(ME)).result == "not_confirmed"
    assert rig.event("stop_unconfirmed") == told, "it is told once"
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.in_range = True
        unit.seen()
    await rig.until(SessionPhase.IDLE)
    assert not session.state.stop_unconfirmed
    assert rig.kinds[-1] == "stopped"
    assert session.state.last_end is not None


async def test_invariant_3_a_stop_outlives_who_asked_for_it(rig: Rig) -> None:
    """The automation that called it was cancelled."""
    session = await rig.running()
    stop = asyncio.create_task(session.stop(ME))
    await asyncio.sleep(0)
    stop.cancel()
    await rig.until(SessionPhase.IDLE)
    assert rig.empty


async def test_a_dead_link_to_boots_at_rest_is_told_too(rig: Rig) -> None:
    """They were idle when heard last; whether they still are, nobody can say."""
    session = rig.open_session()
    await rig.connect()
    await asyncio.sleep(1)
    rig.left.deaf = True
    assert (await session.stop(ME)).result == "not_confirmed"
    assert session.state.stop_unconfirmed
    rig.left.deaf = False
    rig.left.drop_link()
    await asyncio.sleep(10)
    assert not session.state.stop_unconfirmed


async def test_pause_and_resume(rig: Rig) -> None:
    """Time stands still in a pause; events carry their cause."""
    session = await rig.running(run_s=5)
    with pytest.raises(WrongPhaseError):
        await session.resume(ME)
    assert (await session.pause(ME)).result == "paused"
    await rig.until(SessionPhase.PAUSED, 2)
    before = session.state.remaining_s
    assert session.state.ends_at is None
    await asyncio.sleep(14)
    assert rig.empty
    assert session.state.remaining_s == before
    with pytest.raises(WrongPhaseError):
        await session.pause(ME)
    assert (await session.resume(ME)).result == "resumed"
    await rig.until(SessionPhase.RUNNING, 2)
    await asyncio.sleep(3)
    assert not rig.empty
    assert rig.event("paused").cause == rig.event("resumed").cause == ME


async def test_pause_where_boots_cannot(wire: Wire) -> None:
    """A feature they do not have."""
    rig = Rig(wire, config={"features": 0})
    session = await rig.running()
    with pytest.raises(NotSupportedError):
        await session.pause(ME)
    await rig.close()


async def test_invariant_7_a_pause_that_one_leg_does_not_hear_stops(rig: Rig) -> None:
    """Better no session than one leg alone."""
    session = await rig.running(run_s=4)
    rig.right.in_range = False
    rig.right.drop_link()
    await asyncio.sleep(0.1)
    with pytest.raises(LinkLostError):
        await session.pause(ME)
    assert session.state.phase is SessionPhase.STOPPING
    await asyncio.sleep(8)
    assert rig.left.body.highest_mmhg < 6
    rig.right.in_range = True
    rig.units[1].seen()
    await rig.until(SessionPhase.IDLE)
    assert rig.event("stopped").cause.why == "leg_lost"


async def test_invariant_9_changes_go_to_the_running_session(rig: Rig) -> None:
    """And what is shown is what the boots report then."""
    session = await rig.running(run_s=5)
    await session.change(ME, target_mmhg=30)
    await asyncio.sleep(1)
    assert session.state.settings == replace(EVENING, target_mmhg=30)
    assert [boots.unit.session.target for boots in rig.boots] == [30, 30]
    outcome = await session.change(ME, duration_s=900, skipped=frozenset({5}))
    assert outcome.until is not None
    await asyncio.sleep(2)
    assert session.state.remaining_s is not None
    assert 880 < session.state.remaining_s < 895
    assert session.state.settings == replace(
        EVENING, target_mmhg=30, duration_s=900, skipped=frozenset({5})
    )
    assert session.state.ends_at is not None
    assert abs(session.state.ends_at - outcome.until) < timedelta(seconds=3)
    await session.change(ME, boosted=1)
    await asyncio.sleep(1)
    assert session.state.settings is not None
    assert session.state.settings.boosted == 1
    await session.change(ME, boosted=0)
    await asyncio.sleep(1)
    assert session.state.settings.boosted is None
    assert rig.kinds[3:] == ["changed"] * 4
    assert all(event.cause == ME for event in rig.events[3:])


async def test_invariant_6_extensions_never_pass_the_longest_session(rig: Rig) -> None:
    """What has run counts."""
    session = await rig.running(run_s=10, limits=Limits(duration_max_s=900))
    with pytest.raises(LimitError) as caught:
        await session.change(ME, duration_s=901)
    assert caught.value.values["maximum"] == 900
    with pytest.raises(LimitError) as caught:
        await session.change(ME, duration_s=5)
    assert int(caught.value.values["minimum"]) == 60
    await session.change(ME, duration_s=900)
    await asyncio.sleep(1.5)
    assert session.state.remaining_s is not None
    assert session.state.remaining_s <= 892


@pytest.mark.parametrize(
    "change",
    [
        {"target_mmhg": 61},
        {"target_mmhg": 55, "boosted": 1},
        {"boosted": 6},
        {"skipped": frozenset({1, 2, 3, 4, 5})},
    ],
)
async def test_invariant_4_a_change_above_the_limit_is_refused(
    rig: Rig, change: dict[str, object]
) -> None:
    """Nothing is sent."""
    session = await rig.running()
    with pytest.raises(LimitError):
        await session.change(ME, **change)
    assert all(boots.count(7) == 0 for boots in rig.boots)


async def test_a_boost_is_checked_against_the_target_that_runs(rig: Rig) -> None:
    """55 mmHg and a boost are 65."""
    session = await rig.running(replace(EVENING, target_mmhg=55))
    with pytest.raises(LimitError):
        await session.change(ME, boosted=1)


async def test_changing_what_does_not_run(rig: Rig) -> None:
    """Setpoints while idle are Home Assistant's, not ours."""
    session = rig.open_session()
    await rig.connect()
    with pytest.raises(WrongPhaseError):
        await session.change(ME, target_mmhg=30)


async def test_no_start_with_a_fault(rig: Rig) -> None:
    """It has to be cleared on the boots."""
    session = rig.open_session()
    await rig.connect()
    rig.left.body.break_sensor(0, 1, None)
    await rig.until(SessionPhase.FAULT, 5)
    with pytest.raises(FaultedError) as caught:
        await session.request(EVENING, ROUTINE)
    assert caught.value.values["faults"] == "sensor"
    assert rig.kinds == ["fault"]
    rig.left.body.repair()
    rig.left.press("stop")
    await rig.until(SessionPhase.IDLE, 5)
    await session.request(EVENING, ROUTINE)


async def test_a_session_of_one_leg(rig: Rig) -> None:
    """The other leg stays out of it."""
    session = await rig.running(on(Side.LEFT))
    assert session.state.settings == on(Side.LEFT)
    await session.stop(ME)
    assert rig.inflations == [1, 0]
    end = session.state.last_end
    assert end is not None and end.settings is not None
    assert end.settings.legs == {Side.LEFT} < BOTH


async def test_one_unit_for_both_legs(wire: Wire) -> None:
    """The other shape of boots."""
    rig = Rig(wire, units=1)
    session = await rig.running()
    await asyncio.sleep(12)
    assert session.state.phase is SessionPhase.RUNNING
    await session.stop(ME)
    assert rig.empty
    await rig.close()


async def test_invariant_8_closing_vents_first(rig: Rig) -> None:
    """Shutdown, unload and reload."""
    session = await rig.running(run_s=4)
    shutdown = Cause(actor=Actor.HOME_ASSISTANT, why="shutdown")
    await session.close(shutdown)
    assert rig.empty
    assert rig.event("stopped").cause == shutdown
    with pytest.raises(WrongPhaseError):
        await session.request(EVENING, ME)


async def test_closing_ends_a_request_and_does_not_wait_for_boots_at_rest(
    rig: Rig,
) -> None:
    """Nothing to vent, nothing to wait for."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    for boots in rig.boots:
        boots.in_range = False
    began = rig.loop.time()
    await session.close(ME)
    assert rig.loop.time() - began < 1
    assert rig.kinds[-1] == "declined"


async def test_listeners_come_and_go(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """One that fails does not keep the session from anything."""
    session: Session = rig.open_session()

    def fail(*_: object) -> None:
        raise RuntimeError("mine")

    heard: list[object] = []
    session.listen_state(fail)
    session.listen_events(fail)
    removers = [
        session.listen_state(lambda: heard.append(1)),
        session.listen_events(heard.append),
    ]
    await session.request(EVENING, ROUTINE)
    assert len(heard) >= 2
    for remove in removers:
        remove()
        remove()
    count = len(heard)
    await session.decline(ME)
    assert len(heard) == count
    assert caplog.text.count("A listener failed") >= 2


async def test_settings_of_a_focus_session(rig: Rig) -> None:
    """One zone, boosted."""
    focus = replace(EVENING, programme=Programme.FOCUS, boosted=3)
    session = await rig.running(focus)
    await asyncio.sleep(5)
    assert session.state.settings == focus
    assert rig.left.body.peaks[0][0] < 1 < rig.left.body.peaks[0][2]


async def test_a_guard_refuses_what_nothing_else_would(rig: Rig) -> None:
    """When it is requested, and again when it is confirmed; the request stays."""
    session = rig.open_session()
    asked: list[tuple[int, Actor]] = []

    def guard(settings: Settings, cause: Cause) -> None:
        asked.append((settings.target_mmhg, cause.actor))
        if refuse:
            raise NotSupportedError

    session.guard, refuse = guard, True
    with pytest.raises(NotSupportedError):
        await session.request(EVENING, ROUTINE)
    refuse = False
    await session.request(EVENING, ROUTINE)
    refuse = True
    with pytest.raises(NotSupportedError):
        await session.confirm(ME)
    assert session.state.phase is SessionPhase.AWAITING
    refuse = False
    await session.confirm(ME)
    assert asked == [(40, Actor.AUTOMATION)] * 2 + [(40, Actor.PERSON)] * 2
    refuse = True
    await session.change(ME, target_mmhg=30)
    assert (await session.stop(ME)).result == "stopped"


async def test_a_look_that_fails_keeps_nobody_from_stopping(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong in watching and telling."""
    session = await rig.running()

    def broken() -> SessionPhase:
        raise RuntimeError("a look failed")

    with monkeypatch.context() as context:
        context.setattr(session, "_phase", broken)
        await asyncio.sleep(2)
        assert (await session.stop(ME)).result == "stopped"
        assert rig.empty
    await rig.until(SessionPhase.IDLE)


async def test_a_guard_that_fails_starts_nothing(rig: Rig) -> None:
    """A press on the boots is then no yes, and the request can still be stopped."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await rig.connect()
    await rig.until_boots(Phase.OFFERED)

    def guard(settings: Settings, cause: Cause) -> None:
        raise RuntimeError("a guard failed")

    session.guard = guard
    await asyncio.sleep(4)
    rig.left.press("start")
    await asyncio.sleep(5)
    assert session.state.phase is SessionPhase.AWAITING
    assert (await session.stop(ME)).result == "declined"
    assert session.state.phase is SessionPhase.IDLE
    assert rig.untouched


async def test_limits_that_fell_while_boots_were_waited_for_hold(
    rig: Rig, wire: Wire
) -> None:
    """A yes of half a minute ago was said to what was allowed then."""
    session = rig.open_session(policy=Policy.DIRECT)
    wire.connect_s = 8.0
    start = asyncio.create_task(session.request(EVENING, ME))
    await asyncio.sleep(2)
    assert session.state.phase is SessionPhase.STARTING
    session.limits = Limits(target_max_mmhg=30)
    with pytest.raises(LimitError):
        await start
    assert rig.kinds == ["requested", "failed"]
    assert rig.untouched
    await rig.until(SessionPhase.IDLE)


@pytest.mark.parametrize("held_s", [25, 35])
async def test_invariant_2_an_old_yes_starts_nothing(rig: Rig, held_s: float) -> None:
    """Whatever kept the start waiting: after half a minute somebody asks anew."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    async with rig.pair._lock:
        confirm = asyncio.create_task(session.confirm(ME))
        await asyncio.sleep(held_s)
        assert session.state.phase is SessionPhase.STARTING
    if held_s < 30:
        assert (await confirm).result == "started"
    else:
        with pytest.raises(NonceExpiredError):
            await confirm
        await asyncio.sleep(5)
        assert rig.untouched
    await session.stop(ME)

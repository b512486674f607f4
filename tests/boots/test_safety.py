"""What must not happen though an adapter, a link or a caller misbehaves."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest

from custom_components.kumo_boots.boots.cause import Cause, by_boots
from custom_components.kumo_boots.boots.errors import (
    NeedsPersonError,
    RequestChangedError,
    RequestWaitsError,
    WrongPhaseError,
)
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.model import CYCLING, Phase
from custom_components.kumo_boots.boots.session_state import Policy, SessionPhase
from firmware import obp

from . import wired
from .rig import EVENING, ME, ROUTINE, Rig
from .wired import Wire, WiredBackend


@pytest.fixture
async def rig(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """Two units that nobody has connected to yet."""
    monkeypatch.setattr(wired, "TICK_S", 0.05)
    rig = Rig(wire)
    await asyncio.sleep(0.2)
    yield rig
    await rig.close()


# Stop survives whatever an adapter does


def broken(
    monkeypatch: pytest.MonkeyPatch, method: str = "write_gatt_char", seconds: float = 3
) -> list[str]:
    """Have the adapter fail for a while as no adapter should; returns its failures."""
    real = getattr(WiredBackend, method)
    failures: list[str] = []
    until = asyncio.get_running_loop().time() + seconds

    async def fail(self: WiredBackend, *args: Any, **kwargs: Any) -> Any:
        if asyncio.get_running_loop().time() >= until:
            return await real(self, *args, **kwargs)
        failures.append(self.name)
        raise AssertionError(method)

    monkeypatch.setattr(WiredBackend, method, fail)
    return failures


async def test_stop_goes_on_when_the_adapter_fails_strangely(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception that nobody expects ends no stop, and is logged once a link."""
    session = await rig.running()
    failures = broken(monkeypatch)
    outcome = await session.stop(ME)
    assert len(failures) > 4
    assert outcome.result == "stopped"
    assert rig.empty
    assert session.state.phase is SessionPhase.IDLE
    strange = [r for r in caplog.records if "unexpected failure" in r.getMessage()]
    assert [r.levelname for r in strange].count("ERROR") == 2


async def test_a_link_is_made_again_when_letting_go_fails_strangely(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What an adapter says to a farewell changes nothing."""
    session = await rig.running()
    failures = broken(monkeypatch, "disconnect", 10)
    rig.left.drop_link()
    await asyncio.sleep(5)
    assert failures
    assert "Unexpected failure" in caplog.text
    assert rig.pair.state.connected
    assert session.state.phase is SessionPhase.RUNNING


async def test_stop_goes_on_when_the_driver_fails_strangely(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the quick stop's failure nor that of the acknowledged one ends it."""
    session = await rig.running()
    driver = type(rig.units[0]._driver)
    real = {name: getattr(driver, name) for name in ("stop", "stop_now")}
    until = rig.loop.time() + 4.5

    def failing(name: str, from_s: float) -> Any:
        begin = rig.loop.time() + from_s

        async def fail(self: Any) -> None:
            if not begin <= rig.loop.time() < until:
                await real[name](self)
                return
            raise ZeroDivisionError(name)

        return fail

    monkeypatch.setattr(driver, "stop_now", failing("stop_now", 0))
    stopping = asyncio.create_task(session.stop(ME))
    await asyncio.sleep(3)
    assert all(unit.stopping for unit in rig.units)
    monkeypatch.setattr(driver, "stop_now", real["stop_now"])
    monkeypatch.setattr(driver, "stop", failing("stop", 0))
    assert (await stopping).result == "stopped"
    assert "stop not acknowledged" in caplog.text
    assert rig.empty


async def test_a_stop_that_vanished_is_sent_again(rig: Rig) -> None:
    """While air may be in, something is always letting it out."""
    session = await rig.running()
    rig.left.open_gate.clear()
    rig.left.deaf = rig.right.deaf = True
    stopping = asyncio.create_task(session.stop(ME))
    await asyncio.sleep(0.2)
    vanished = [t for t in asyncio.all_tasks() if t.get_name().startswith("stop ")]
    assert len(vanished) == 2
    for task in vanished:
        task.cancel()
    assert (await stopping).result == "not_confirmed"
    assert all(unit.state.phase in CYCLING for unit in rig.units)
    rig.left.open_gate.set()
    rig.left.deaf = rig.right.deaf = False
    await asyncio.sleep(2)
    assert all(unit.stopping for unit in rig.units)
    await rig.until(SessionPhase.IDLE)
    assert rig.empty


async def test_a_listener_of_a_unit_that_fails_harms_nobody(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """A stop least of all."""
    session = await rig.running()

    def fail() -> None:
        raise RuntimeError("listener")

    remove = rig.units[0].listen(fail)
    assert (await session.stop(ME)).result == "stopped"
    assert "A listener failed" in caplog.text
    remove()


# Stop tells the truth about boots that it cannot reach


async def test_stop_of_boots_that_rest_without_a_free_slot(
    rig: Rig, wire: Wire
) -> None:
    """Somebody may have started them on their own button since."""
    session = rig.open_session()
    await rig.connect()
    await asyncio.sleep(200)
    assert session.state.phase is SessionPhase.IDLE
    wire.slots = 0
    rig.left.press("start")
    began = rig.loop.time()
    outcome = await session.stop(ME)
    assert outcome.result == "not_reached"
    assert rig.loop.time() - began <= rig.pair.stop_limit_s + 1
    assert not session.state.stop_unconfirmed
    await asyncio.sleep(20)
    assert not rig.pair.stopping, "nothing waits for boots that are away"
    wire.slots = 9
    assert (await session.stop(ME)).result == "stopped"
    assert rig.empty


async def test_fault_matrix_a_start_after_a_stop_that_reached_nobody(
    rig: Rig, wire: Wire
) -> None:
    """The older stop, which still looks for the boots, does not swallow the start.

    Found by the fault matrix (no slot on any proxy, then freed): the session stood at
    *starting* for ever, and whoever had said yes was told nothing.
    """
    session = rig.open_session()
    await rig.connect()
    await asyncio.sleep(200)
    wire.slots = 0
    assert (await session.stop(ME)).result == "not_reached"
    wire.slots = 9
    await session.request(EVENING, ROUTINE)
    assert (await session.confirm(ME)).result == "started"
    await asyncio.sleep(30)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.inflations == [1, 1]


async def test_fault_matrix_a_start_that_a_foreign_stop_overtook_is_over(
    rig: Rig,
) -> None:
    """A stop of a unit that the session knows nothing of ends the start, and is told."""
    session = rig.open_session()
    await rig.connect()
    await session.request(EVENING, ROUTINE)
    await asyncio.sleep(1)
    for boots in rig.boots:
        boots.latency_s = 0.1
    confirming = asyncio.create_task(session.confirm(ME))
    await asyncio.sleep(0.05)
    assert session.state.phase is SessionPhase.STARTING
    await rig.units[0].stop()
    assert (await confirming).result == "stopped"
    await rig.until(SessionPhase.IDLE)
    assert rig.event("failed").facts["error"] == "stopped"
    assert rig.empty


async def test_stop_after_a_restart_without_a_free_slot(rig: Rig, wire: Wire) -> None:
    """Boots in sight whose state nobody knows are stopped until they are empty."""
    await rig.connect()
    rig.left.press("start")
    await asyncio.sleep(5)
    rig.restart()
    wire.slots = 0
    session = rig.open_session()
    await asyncio.sleep(1)
    assert (await session.stop(ME)).result == "not_confirmed"
    assert session.state.stop_unconfirmed
    wire.slots = 9
    await asyncio.sleep(90)
    assert rig.empty
    assert not rig.pair.stopping
    assert not session.state.stop_unconfirmed


async def test_stop_of_one_leg_that_waits_for_a_slot_while_the_other_has_it(
    rig: Rig, wire: Wire
) -> None:
    """The leg that is connected says nothing about the one that is not."""
    session = rig.open_session()
    await rig.connect()
    await asyncio.sleep(200)
    release = rig.units[1].hold("test")
    await rig.units[1].ready(10)
    wire.slots = 1
    rig.left.press("start")
    assert (await session.stop(ME)).result == "not_reached"
    release()


async def test_fuzz_a_stop_that_ends_one_leg_and_does_not_reach_the_other(
    rig: Rig,
) -> None:
    """Not *stopped*: the leg out of reach may have been started on its own button.

    Found by ``script/fuzz`` (seed 2472500560).
    """
    session = rig.open_session()
    await rig.connect()
    await asyncio.sleep(200)
    rig.left.in_range = False
    for boots in rig.boots:
        boots.press("start")
    assert (await session.stop(ME)).result == "not_reached"
    assert rig.right.body.empty
    assert not rig.left.body.empty


async def test_fuzz_a_leg_that_is_squeezed_while_the_other_empties(rig: Rig) -> None:
    """It had reported empty; the stop is over when both have.

    Found by ``script/fuzz``: a chamber forced from outside.
    """
    session = rig.open_session()
    await rig.connect()
    for boots in rig.boots:
        if boots is rig.right:
            stop = asyncio.create_task(session.stop(ME))
            await asyncio.sleep(0.3)
        boots.body.overpressure(boots.body.legs[0], 1, 120)
        await asyncio.sleep(3)
        assert boots.unit.phase not in obp.RUNNING
        assert not boots.body.empty
    assert (await stop).result == "stopped"
    assert rig.right.body.highest_mmhg < 8
    assert rig.left.body.highest_mmhg < 8


async def test_stop_of_boots_that_are_switched_off(rig: Rig) -> None:
    """A normal state, unless they were there a moment ago or were never heard."""
    session = rig.open_session()
    for boots in rig.boots:
        boots.in_range = False
    assert (await session.stop(ME)).result == "not_reached"
    for boots in rig.boots:
        boots.in_range = True
    await rig.connect()
    await asyncio.sleep(200)
    for boots in rig.boots:
        boots.in_range = False
    assert (await session.stop(ME)).result == "not_reached"
    await asyncio.sleep(300)
    assert (await session.stop(ME)).result == "already_idle"


async def test_stop_of_a_waiting_request_for_boots_that_are_switched_off(
    rig: Rig, wire: Wire
) -> None:
    """The request is gone, which is all that a person wants to know then."""
    session = rig.open_session()
    for boots in rig.boots:
        boots.in_range = False
    await session.request(EVENING, ROUTINE)
    assert (await session.stop(ME)).result == "declined"
    for boots in rig.boots:
        boots.in_range = True
    await rig.connect()
    await asyncio.sleep(200)
    wire.slots = 0
    await session.request(EVENING, ROUTINE)
    assert (await session.stop(ME)).result == "not_reached"


async def test_stop_that_reaches_boots_at_the_last_moment_goes_on(
    rig: Rig, wire: Wire
) -> None:
    """Boots found to run are stopped until they are empty, however long it takes."""
    session = rig.open_session()
    await rig.connect()
    await asyncio.sleep(200)
    rig.left.press("start")
    await asyncio.sleep(5)
    wire.connect_s = 1.6
    rig.pair.stop_limit_s = 2
    assert (await session.stop(ME)).result == "not_confirmed"
    await asyncio.sleep(20)
    assert rig.empty
    assert not rig.pair.stopping


async def test_boots_that_advertise_a_session_are_not_ready(
    rig: Rig, wire: Wire
) -> None:
    """And a stop goes on until they are empty, since they are known to run."""
    session = rig.open_session()
    await rig.connect()
    await asyncio.sleep(200)
    left = rig.units[0]
    left.seen(running=False)
    assert session.state.phase is SessionPhase.IDLE
    rig.left.press("start")
    await asyncio.sleep(5)
    left.seen(running=True)
    left.seen()
    assert left.advertised_running
    assert rig.pair.state.phase is Phase.UNKNOWN
    assert session.state.phase is SessionPhase.UNKNOWN
    assert not rig.pair.state.empty
    wire.slots = 0
    assert (await session.stop(ME)).result == "not_confirmed"
    assert session.state.stop_unconfirmed
    wire.slots = 9
    await asyncio.sleep(90)
    assert rig.empty
    assert session.state.phase is SessionPhase.IDLE
    assert left.advertised_running is None, "the state tells more"
    assert not session.state.stop_unconfirmed


async def test_boots_left_to_another_app_are_not_ready(rig: Rig) -> None:
    """Nobody here knows what that app does with them."""
    session = rig.open_session()
    await rig.connect()
    await asyncio.sleep(1)
    assert session.state.phase is SessionPhase.IDLE
    rig.units[0].release_to_user(True)
    await asyncio.sleep(1)
    assert session.state.phase is SessionPhase.UNKNOWN
    rig.units[0].release_to_user(False)
    assert session.state.phase is SessionPhase.IDLE


# A yes is bound to what the person saw


async def test_a_routine_does_not_touch_what_a_person_asked_for(rig: Rig) -> None:
    """It may make it less, never more or something else."""
    session = rig.open_session()
    await session.request(EVENING, ME)
    with pytest.raises(RequestWaitsError) as busy:
        await session.request(replace(EVENING, target_mmhg=20), ROUTINE)
    assert busy.value.values == {"phase": "awaiting"}
    more: list[dict[str, Any]] = [
        {"target_mmhg": 45},
        {"duration_s": 900},
        {"boosted": 1},
    ]
    for change in more:
        with pytest.raises(RequestWaitsError):
            await session.change(ROUTINE, **change)
    assert session.state.settings == EVENING
    await session.change(
        ROUTINE, target_mmhg=20, duration_s=300, skipped=frozenset({5})
    )
    assert session.state.settings == replace(
        EVENING, target_mmhg=20, duration_s=300, skipped=frozenset({5})
    )
    with pytest.raises(RequestWaitsError):
        await session.change(ROUTINE, skipped=frozenset())
    await session.change(ME, target_mmhg=50)
    await session.request(replace(EVENING, target_mmhg=30), ME)


async def test_a_person_makes_a_request_theirs_by_changing_it(rig: Rig) -> None:
    """From then on a routine cannot make it more."""
    session = rig.open_session()
    await session.request(EVENING, ROUTINE)
    await session.change(ROUTINE, target_mmhg=50)
    await session.change(ME, target_mmhg=30)
    with pytest.raises(RequestWaitsError):
        await session.change(ROUTINE, target_mmhg=31)


@pytest.mark.parametrize("how", ["change", "request"])
async def test_a_yes_to_what_somebody_else_just_changed_is_refused(
    rig: Rig, how: str
) -> None:
    """It goes on waiting, and the next yes is meant for what is shown now."""
    session = rig.open_session()
    await rig.connect()
    other = replace(ME, user_id="other")
    await session.request(EVENING, ME)
    await asyncio.sleep(5)
    if how == "change":
        await session.change(other, target_mmhg=55)
    else:
        await session.request(replace(EVENING, target_mmhg=55), other)
    await session.change(ME, duration_s=500)
    await asyncio.sleep(2.5)
    for cause in (ME, replace(ME, user_id=None)):
        with pytest.raises(RequestChangedError):
            await session.confirm(cause)
    assert session.state.phase is SessionPhase.AWAITING
    assert rig.inflations == [0, 0]
    await asyncio.sleep(0.6)
    assert (await session.confirm(ME)).result == "started"


@pytest.mark.parametrize("asker", [ROUTINE, replace(ME, user_id="other")])
@pytest.mark.parametrize("end", ["decline", "expire"])
async def test_a_yes_meant_for_a_request_that_ended_starts_no_other(
    rig: Rig, asker: Cause, end: str
) -> None:
    """Somebody else's took its place: their own yes counts, any other has to wait."""
    session = rig.open_session()
    await rig.connect()
    await session.request(EVENING, ME)
    if end == "decline":
        await session.decline(asker)
    else:
        await asyncio.sleep(session.wait_s)
    await rig.until(SessionPhase.IDLE)
    await session.request(replace(EVENING, target_mmhg=55), asker)
    await asyncio.sleep(2)
    with pytest.raises(RequestChangedError):
        await session.confirm(ME)
    assert session.state.phase is SessionPhase.AWAITING
    assert rig.inflations == [0, 0]
    if asker.user_id == "other":
        assert (await session.confirm(asker)).result == "started"
        return
    await asyncio.sleep(1.1)
    assert (await session.confirm(ME)).result == "started"


async def test_a_yes_to_ones_own_change_is_taken_at_once(rig: Rig) -> None:
    """And so is one after a change that changed nothing."""
    session = rig.open_session()
    await rig.connect()
    await session.request(EVENING, ME)
    await session.change(ME, target_mmhg=30)
    await session.change(ROUTINE, target_mmhg=30)
    assert (await session.confirm(ME)).result == "started"


async def test_a_press_that_meets_a_change_is_answered_once(rig: Rig) -> None:
    """It is refused, told, and never taken for a later yes; another press is one."""
    session = rig.open_session()
    await rig.connect()
    await session.request(replace(EVENING, target_mmhg=20), ROUTINE)
    await rig.until_boots(Phase.OFFERED)
    await session.change(ROUTINE, target_mmhg=50)
    rig.left.press("start")
    await asyncio.sleep(9)
    assert rig.event("failed").facts["error"] == "request_changed"
    assert session.state.phase is SessionPhase.AWAITING
    assert rig.inflations == [0, 0]
    await asyncio.sleep(5)
    await rig.until_boots(Phase.OFFERED)
    rig.left.press("start")
    await rig.until(SessionPhase.RUNNING)


async def test_a_refused_press_does_not_start_when_the_limit_is_raised(
    rig: Rig,
) -> None:
    """One press, one answer."""
    session = rig.open_session()
    await rig.connect()
    await session.request(EVENING, ME)
    await rig.until_boots(Phase.OFFERED)
    session.limits = Limits(target_max_mmhg=30)
    rig.left.press("start")
    await asyncio.sleep(6)
    session.limits = Limits()
    await asyncio.sleep(10)
    assert rig.event("failed").facts["error"] == "out_of_range"
    assert rig.kinds == ["requested", "failed"]
    assert rig.inflations == [0, 0]
    assert session.state.phase is SessionPhase.AWAITING


@pytest.mark.parametrize("wait_s", [0, 0.3, 1])
async def test_a_yes_while_former_offers_are_taken_back(
    rig: Rig, wait_s: float
) -> None:
    """The request is not lost: the start waits for the boots to be free."""
    for boots in rig.boots:
        boots.latency_s = 0.2
    session = rig.open_session()
    await rig.connect()
    await session.request(replace(EVENING, target_mmhg=20), ME)
    await rig.until_boots(Phase.OFFERED)
    await session.request(replace(EVENING, target_mmhg=30), ME)
    await asyncio.sleep(wait_s)
    outcome = await session.confirm(ME)
    assert outcome.result == "started"
    assert outcome.settings
    assert outcome.settings.target_mmhg == 30


async def test_a_stop_while_a_start_waits_for_former_offers(rig: Rig) -> None:
    """Nothing inflates after it."""
    session = rig.open_session()
    await rig.connect()
    for boots in rig.boots:
        boots.latency_s = 0.5
    await session.request(EVENING, ME)
    await rig.until_boots(Phase.OFFERED)
    await session.request(replace(EVENING, target_mmhg=30), ME)
    starting = asyncio.create_task(session.confirm(ME))
    await asyncio.sleep(0.1)
    assert session.state.phase is SessionPhase.STARTING
    await session.stop(ME)
    assert (await starting).result == "stopped"
    await asyncio.sleep(5)
    assert rig.inflations == [0, 0]


async def test_a_request_is_not_lost_when_the_boots_are_still_stopping(
    rig: Rig,
) -> None:
    """It waits for another yes."""
    session = rig.open_session()
    await rig.connect()
    await session.request(EVENING, ME)
    await rig.until_boots(Phase.OFFERED)
    rig.left.deaf = True
    await session.request(replace(EVENING, target_mmhg=30), ME)
    with pytest.raises(WrongPhaseError):
        await session.confirm(ME)
    assert session.state.phase is SessionPhase.AWAITING
    rig.left.deaf = False
    await asyncio.sleep(30)
    assert (await session.confirm(ME)).result == "started"


# What only a person may do with a session that runs


async def test_only_a_person_lets_a_session_go_on(rig: Rig) -> None:
    """A routine may pause it; under *direct* it may do both."""
    session = await rig.running()
    await session.pause(ROUTINE)
    await rig.until(SessionPhase.PAUSED)
    with pytest.raises(NeedsPersonError):
        await session.resume(ROUTINE)
    assert session.state.phase is SessionPhase.PAUSED
    await session.resume(ME)
    await rig.until(SessionPhase.RUNNING)
    await session.pause(ME)
    await rig.until(SessionPhase.PAUSED)
    session.policy = Policy.DIRECT
    await session.resume(ROUTINE)


@pytest.mark.parametrize(
    "more",
    [
        {"target_mmhg": 45},
        {"duration_s": 900},
        {"boosted": 1},
        {"skipped": frozenset()},
    ],
)
async def test_only_a_person_makes_a_session_stronger_or_longer(
    rig: Rig, more: dict[str, Any]
) -> None:
    """Anybody may make it less."""
    rested = replace(EVENING, skipped=frozenset({5}))
    session = await rig.running(rested)
    with pytest.raises(NeedsPersonError):
        await session.change(ROUTINE, **more)
    await session.change(by_boots("changed"), **more)
    await session.change(ROUTINE, duration_s=300, skipped=frozenset({4, 5}), boosted=0)
    await session.change(ROUTINE, target_mmhg=30)
    with pytest.raises(NeedsPersonError):
        await session.change(ROUTINE, target_mmhg=35)
    session.policy = Policy.DIRECT
    await asyncio.sleep(3)
    await session.change(ROUTINE, **more)


async def test_quick_changes_do_not_make_a_session_longer_than_the_limit(
    rig: Rig,
) -> None:
    """A report from before the last change makes no room."""
    session = await rig.running(replace(EVENING, duration_s=900), run_s=300)
    await session.change(ME, duration_s=480)
    await session.change(ME, duration_s=1800)
    await session.change(ME, duration_s=1800)
    await asyncio.sleep(5)
    assert session.state.remaining_s is not None
    assert 1490 <= session.state.remaining_s <= 1500
    for _ in range(2):
        await asyncio.sleep(700)
        await session.change(ME, duration_s=1750)
        await session.change(ME, duration_s=1800)
    await asyncio.sleep(110)
    assert session.state.phase is not SessionPhase.RUNNING


async def test_no_start_slips_in_while_a_session_is_closed(rig: Rig) -> None:
    """Not even one that a routine asks for as soon as the last is over."""
    session = await rig.running(policy=Policy.ASK)
    session.policy = Policy.DIRECT
    again: list[asyncio.Task[Any]] = []

    def ask() -> None:
        if session.state.phase is SessionPhase.IDLE:
            request = session.request(EVENING, ROUTINE)
            again.append(asyncio.create_task(request, eager_start=True))

    session.listen_state(ask)
    await session.close(ME)
    assert again
    for request in again:
        with pytest.raises(WrongPhaseError):
            await request
    await asyncio.sleep(5)
    assert rig.inflations == [1, 1]


async def test_a_heartbeat_whose_cancellation_was_lost_ends(rig: Rig) -> None:
    """A stop that overtakes a heartbeat may swallow it."""
    session = await rig.running()
    beating = list(session._heartbeat._tasks.values())
    assert len(beating) == 2
    session._heartbeat._tasks.clear()
    await asyncio.sleep(4)
    assert all(task.done() for task in beating)

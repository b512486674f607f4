"""What ran before a restart: taken over, or told; never started."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.boots.errors import LimitError
from custom_components.kumo_boots.boots.model import Origin, Programme, Side
from custom_components.kumo_boots.boots.run import Run
from custom_components.kumo_boots.boots.session import Session
from custom_components.kumo_boots.boots.session_state import Ran, SessionPhase
from firmware import obp

from . import wired
from .rig import EVENING, ME, ROUTINE, Rig
from .wired import Wire

HOME = Cause(actor=Actor.HOME_ASSISTANT, why="shutdown")


@pytest.fixture
async def rig(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """Two units that nobody has connected to yet."""
    monkeypatch.setattr(wired, "TICK_S", 0.05)
    rig = Rig(wire)
    await asyncio.sleep(0.2)
    yield rig
    await rig.close()


async def killed(rig: Rig, run_s: float = 5) -> Ran:
    """Run a session and lose everything but what was kept of it."""
    session = await rig.running(run_s=run_s)
    ran = session.ran
    assert ran is not None
    await session._end()  # Without a word to the boots
    await rig.pair.close()
    rig.restart()
    return ran


async def back(rig: Rig, ran: Ran, **changes: Any) -> Session:
    """Come back and recall."""
    session = rig.open_session(**changes)
    session.recall(ran)
    assert session.recalling
    return session


async def test_within_the_lease_it_is_adopted_as_it_was(rig: Rig) -> None:
    """With its beginning, its whole length, and the limits of the whole of it."""
    ran = await killed(rig)
    assert 590 <= ran.remaining_s <= 600
    assert rig.now() - ran.known_at < timedelta(seconds=3)
    await asyncio.sleep(2)
    session = await back(rig, ran)
    await rig.until(SessionPhase.RUNNING, 10)
    adopted = rig.event("adopted")
    assert adopted.facts["duration_s"] == 600
    assert 580 <= int(adopted.facts["remaining_s"] or 0) <= 597
    assert session.state.started_at == ran.started_at
    assert session.state.settings == EVENING
    assert not session.recalling
    with pytest.raises(LimitError):
        await session.change(ME, duration_s=1801)
    assert session.ran is not None
    assert session.ran.settings == EVENING
    assert rig.inflations == [1, 1]
    assert (await session.stop(ME)).result == "stopped"
    assert session.ran is None


async def test_invariant_6_forgetful_boots_end_on_time_after_a_restart(
    rig: Rig,
) -> None:
    """What was kept of it is what it may still run."""
    ran = await killed(rig)
    for boots in rig.boots:
        boots.unit.session.remaining_ms = 800_000
    session = await back(rig, replace(ran, remaining_s=30))
    await rig.until(SessionPhase.RUNNING, 10)
    await asyncio.sleep(45)
    assert rig.kinds == ["adopted", "completed"]
    assert rig.empty
    assert session.state.phase is SessionPhase.IDLE


async def test_what_runs_is_another_one(rig: Rig) -> None:
    """It is adopted as the boots report it."""
    ran = await killed(rig)
    other = replace(ran.settings, programme=Programme.WAVE)
    session = await back(rig, replace(ran, settings=other))
    await rig.until(SessionPhase.RUNNING, 10)
    assert session.state.settings is not None
    assert session.state.settings.programme is Programme.RELAX
    assert session.state.settings.duration_s < 600


async def test_a_longer_outage_is_told_and_the_rest_offered(rig: Rig) -> None:
    """Never done."""
    ran = await killed(rig)
    await asyncio.sleep(30)
    session = await back(rig, ran)
    await asyncio.sleep(20)
    assert rig.kinds == ["lost"]
    lost = rig.event("lost")
    assert lost.cause.why == "lease"
    assert lost.facts["target_mmhg"] == 40
    end = session.state.last_end
    assert end is not None
    assert (end.settings, end.started_at, end.completed) == (
        ran.settings,
        ran.started_at,
        False,
    )
    assert 3 <= end.ran_s <= 8
    left = replace(ran.settings, duration_s=ran.remaining_s - 10)
    assert session.state.continue_offer == left
    assert rig.inflations == [1, 1]
    assert rig.empty


async def test_an_old_loss_is_told_and_not_offered(rig: Rig) -> None:
    """Nobody continues the day before yesterday's session."""
    ran = await killed(rig)
    await asyncio.sleep(30)
    old = replace(ran, known_at=ran.known_at - timedelta(days=2))
    session = await back(rig, replace(old, started_at=old.known_at))
    await asyncio.sleep(20)
    assert rig.kinds == ["lost"]
    assert session.state.continue_offer is None


async def test_boots_that_are_not_found_again_have_vented(rig: Rig) -> None:
    """Told after a minute of looking."""
    ran = await killed(rig)
    for boots in rig.boots:
        boots.in_range = False
    session = await back(rig, ran)
    await asyncio.sleep(55)
    assert rig.kinds == []
    assert session.state.phase is SessionPhase.UNKNOWN
    await asyncio.sleep(10)
    assert rig.kinds == ["lost"]
    left = replace(ran.settings, duration_s=ran.remaining_s - 10)
    assert session.state.continue_offer == left


async def test_boots_without_that_fail_safe_are_waited_for(rig: Rig) -> None:
    """Nobody says that they are empty before they do."""
    ran = await killed(rig)
    for boots in rig.boots:
        boots.in_range = False
    await back(rig, replace(ran, lease_s=None))
    await asyncio.sleep(90)
    assert rig.kinds == []
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.in_range = True
        unit.seen()
    await asyncio.sleep(60)
    assert rig.kinds == ["lost"]


@pytest.mark.parametrize(
    ("how", "kind", "why"),
    [
        ("press", "stopped", "stopped_on_boots"),
        ("stop", "stopped", "ended"),
        ("complete", "completed", "time_up"),
        ("reboot", "lost", "restarted"),
    ],
)
async def test_how_it_ended_meanwhile(rig: Rig, how: str, kind: str, why: str) -> None:
    """The boots know; what a person stopped is not offered again."""
    ran = await killed(rig)
    for boots in rig.boots:
        match how:
            case "press":
                boots.press("stop")
            case "stop":
                boots.write(wired.profile.CONTROL, bytes([obp.STOP, 0]), response=False)
            case "complete":
                boots.unit.session.remaining_ms = 2000
            case _:
                boots.reboot()
    if how == "complete":
        ran = replace(ran, remaining_s=4)
    await asyncio.sleep(12)
    session = await back(rig, ran)
    await asyncio.sleep(20)
    assert rig.kinds == [kind]
    assert rig.events[0].cause.why == why
    assert session.state.last_end is not None
    assert session.state.last_end.completed == (how == "complete")
    assert (session.state.continue_offer is not None) == (how == "reboot")


@pytest.mark.parametrize("what", ["stop", "request"])
async def test_who_wants_something_else_is_offered_nothing(rig: Rig, what: str) -> None:
    """The loss is told all the same."""
    ran = await killed(rig)
    await asyncio.sleep(30)
    for boots in rig.boots:
        boots.in_range = False
    session = await back(rig, ran)
    if what == "stop":
        await session.stop(ME)
    else:
        await session.request(EVENING, ROUTINE)
        await session.decline(ME)
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.in_range = True
        unit.seen()
    await asyncio.sleep(30)
    assert rig.kinds.count("lost") == 1
    assert session.state.continue_offer is None


async def test_somebody_began_another_on_the_boots(rig: Rig) -> None:
    """Then the one before is over."""
    ran = await killed(rig)
    await asyncio.sleep(25)
    rig.left.press("start")
    session = await back(rig, ran)
    await rig.until(SessionPhase.RUNNING, 10)
    assert rig.kinds == ["lost", "started"]
    assert session.state.continue_offer is None
    assert session.ran is None


async def test_a_leg_that_was_lost_meanwhile_ends_the_other(rig: Rig) -> None:
    """And the end says what it was the end of."""
    ran = await killed(rig)
    rig.right.press("stop")
    session = await back(rig, ran)
    await asyncio.sleep(20)
    assert rig.kinds == ["stopped"]
    end = session.state.last_end
    assert end is not None
    assert (end.cause.why, end.settings, end.started_at) == (
        "leg_lost",
        ran.settings,
        ran.started_at,
    )
    assert not session.recalling


async def test_an_end_by_home_is_kept_until_it_is_measured(rig: Rig) -> None:
    """Boots that are away at shutdown: what became of them is told next time."""
    session = await rig.running(run_s=5)
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
    await session.close(HOME)
    assert session.ran is not None
    assert session.ran.settings.legs == {Side.LEFT, Side.RIGHT}
    for boots in rig.boots:
        boots.in_range = True
    await rig.pair.close()


async def test_a_yes_names_the_request_that_it_is_meant_for(rig: Rig) -> None:
    """Another number is another request; with the right one nobody has to wait."""
    from custom_components.kumo_boots.boots.errors import RequestChangedError

    session = rig.open_session()
    await rig.connect()
    await session.request(EVENING, ROUTINE)
    first = session.state.request_id
    await session.change(ROUTINE, target_mmhg=30)
    second = session.state.request_id
    await session.request(replace(EVENING, target_mmhg=35), ROUTINE)
    third = session.state.request_id
    assert len({first, second, third, None}) == 4
    for number in (first, second):
        with pytest.raises(RequestChangedError):
            await session.confirm(ME, number)
    assert (await session.confirm(ME, third)).result == "started"
    assert session.state.request_id is None
    assert rig.left.told("phase")


async def test_how_long_it_may_still_run_counts_without_its_settings(rig: Rig) -> None:
    """Boots may run a programme that nobody here knows."""
    run = Run(
        own=True,
        origin=Origin.THIS_CONTROLLER,
        cause=ME,
        settings=None,
        started_at=rig.now(),
        budget_s=60,
        units=[],
        remaining_s=None,
    )
    began = rig.now() - timedelta(minutes=5)
    run.take_over(600, began, 200)
    assert run.settings is None
    assert (run.started_at, run.clock_s, run.budget_s) == (began, 400, 600)


async def test_what_is_adopted_without_its_length_is_not_made_longer(rig: Rig) -> None:
    """Nobody knows how long it ran: the longest session must not begin anew."""
    await killed(rig, run_s=60)
    session = rig.open_session()
    await rig.connect()
    await rig.until(SessionPhase.RUNNING, 10)
    remaining_s = session.state.remaining_s
    assert remaining_s is not None
    with pytest.raises(LimitError):
        await session.change(ME, duration_s=1800)
    await session.change(ME, duration_s=remaining_s - 60)
    await session.change(ME, target_mmhg=30)
    assert session.state.phase is SessionPhase.RUNNING


async def test_a_leg_that_goes_on_alone_keeps_the_length_of_both(rig: Rig) -> None:
    """What was lost before a restart takes nothing off what already ran."""
    session = await rig.running(run_s=4, on_leg_lost="continue")
    rig.right.in_range = False
    rig.right.drop_link()
    await asyncio.sleep(60)
    assert session.state.phase is SessionPhase.RUNNING
    ran = session.ran
    assert ran is not None
    await session._end()  # Without a word to the boots
    await rig.pair.close()
    rig.right.in_range = True
    rig.restart()
    session = await back(rig, ran, on_leg_lost="continue")
    await rig.until(SessionPhase.RUNNING, 20)
    assert session.state.started_at == ran.started_at
    with pytest.raises(LimitError):
        await session.change(ME, duration_s=1801)
    elapsed = 1800 - 70
    await session.change(ME, duration_s=1800)
    await asyncio.sleep(2)
    assert (session.state.remaining_s or 0) <= elapsed + 10

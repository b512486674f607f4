"""A restart of Home Assistant ends no evening, and starts nothing in the boots."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import Context
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.kumo_boots.const import EVENT_SESSION
from custom_components.kumo_boots.kept_run import ran_as_dict, run_store
from custom_components.kumo_boots.routines.errors import NoRoutineError
from custom_components.kumo_boots.routines.kept_routine import routine_store
from custom_components.kumo_boots.routines.routine import Massage
from custom_components.kumo_boots.routines.run import RunPhase, StepState
from custom_components.kumo_boots.routines.session_step import SessionStep

from ..entities.acting import Acting, until
from .evenings import (
    LEGS_UP,
    LIGHT,
    LONG,
    MASSAGE,
    MASSAGER,
    ME,
    MOBILITY,
    PANEL,
    SESSION,
    SHORT,
    Evening,
)


async def begun(evening: Evening, *steps: Any, **data: Any) -> None:
    """Begin, and wait until the clock of the first step runs."""
    await evening.begin(*steps, **data)
    await until(lambda: evening.run.ends_at is not None)


async def test_a_timed_step_goes_on(evening: Evening) -> None:
    """With what is left of it, and without being begun again."""
    await begun(evening, MOBILITY, LEGS_UP)
    ends_at = evening.run.ends_at
    await evening.reload()
    assert (evening.run.ends_at, evening.run.index) == (ends_at, 0)
    assert evening.kinds.count("step_started mobility") == 1
    await evening.runner.async_skip(ME)
    await evening.over()
    assert evening.kinds[-1] == "finished"


async def test_a_light_is_put_back_at_its_end(evening: Evening) -> None:
    """Though it was switched on before the restart."""
    await begun(evening, PANEL)
    await until(lambda: evening.is_on(LIGHT))
    await evening.reload()
    assert evening.is_on(LIGHT)
    await evening.runner.async_skip(ME)
    await evening.over()
    await until(lambda: not evening.is_on(LIGHT))


async def test_a_pause_is_still_one(evening: Evening) -> None:
    """Until somebody goes on."""
    await begun(evening, MOBILITY)
    await evening.runner.async_pause(ME)
    await evening.reload()
    assert evening.run.phase is RunPhase.PAUSED
    await evening.runner.async_resume(ME)
    assert LONG - 30 < (evening.runner.remaining_s or 0) <= LONG
    await evening.runner.async_stop(ME)


async def test_a_session_is_asked_for_again(
    evening: Evening, boots: Acting, person: Context
) -> None:
    """With what was left; nothing inflates by itself."""
    await evening.begin(SESSION, SHORT)
    await evening.in_boots(person)
    await until(lambda: (evening.runner.remaining_s or 0) < 110)
    inflated = len(boots.inflations)
    await evening.reload()
    assert boots.empty
    await evening.asked()
    settings = boots.coordinator.session.state.settings
    assert settings is not None
    assert 60 <= settings.duration_s < 112
    assert len(boots.inflations) == inflated
    assert evening.kinds.count("step_started session") == 1
    await evening.in_boots(person)
    await evening.runner.async_stop(ME)


async def test_nobody_is_left_to_hear_how_it_ended(
    evening: Evening, boots: Acting, person: Context
) -> None:
    """Tasks are cancelled before the air is let out; what was left is known before."""
    await evening.begin(SESSION)
    await evening.in_boots(person)
    await until(lambda: (evening.runner.remaining_s or 0) < 110)
    evening.runner.close()
    await boots.coordinator.async_vent_and_close("shutdown")
    assert boots.empty
    await evening.runner.async_flush()
    left_s = (await stored(evening))["left_s"]
    assert left_s is not None
    assert 60 <= left_s < 112


async def test_a_session_that_was_asked_for_is_asked_for_in_full(
    evening: Evening, boots: Acting
) -> None:
    """It had not begun."""
    await evening.begin(SESSION)
    await evening.asked()
    await evening.reload()
    await evening.asked()
    settings = boots.coordinator.session.state.settings
    assert settings is not None
    assert settings.duration_s == 120
    await evening.runner.async_stop(ME)


async def test_a_session_that_was_all_but_over_is_over(
    evening: Evening, boots: Acting, person: Context
) -> None:
    """Less than the boots can do is not asked for."""
    await evening.begin(SESSION, LEGS_UP)
    await evening.in_boots(person)
    kept = await stored(evening)
    await evening.hass.config_entries.async_unload(boots.entry.entry_id)
    await keep(evening, kept | {"left_s": 20})
    await evening.hass.config_entries.async_setup(boots.entry.entry_id)
    await evening.told("finished")
    assert "step_finished session" in evening.kinds


@pytest.mark.parametrize("from_before", [None, 110])
async def test_a_home_that_was_killed_asks_for_what_was_left(
    evening: Evening, boots: Acting, person: Context, from_before: int | None
) -> None:
    """As far as it was known last; not what was left of a session before it."""
    await evening.begin(SESSION)
    await evening.in_boots(person)
    await until(lambda: boots.coordinator.session.ran is not None)
    kept = await stored(evening)
    ran = boots.coordinator.session.ran
    assert ran is not None
    await evening.hass.config_entries.async_unload(boots.entry.entry_id)
    await keep(evening, kept | {"left_s": from_before})
    await run_store(evening.hass, boots.entry.entry_id).async_save(
        ran_as_dict(replace(ran, remaining_s=80))
    )
    told = async_capture_events(evening.hass, EVENT_SESSION)
    await evening.hass.config_entries.async_setup(boots.entry.entry_id)
    await evening.asked()
    settings = boots.coordinator.session.state.settings
    assert settings is not None
    assert settings.duration_s == 80
    # How the one before ended is not how this one did.
    await until(lambda: any(event.data["kind"] == "stopped" for event in told))
    await asyncio.sleep(0.1)
    assert evening.run.states == (StepState.NOW,)
    assert boots.phase == "awaiting"
    await evening.runner.async_stop(ME)


async def test_boots_that_are_away_are_asked_for_all_the_same(
    evening: Evening, boots: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while in which they could have been heard."""
    monkeypatch.setattr("custom_components.kumo_boots.routines.session_step.KNOWN_S", 2)
    await evening.begin(SESSION)
    await evening.asked()
    entry_id = boots.entry.entry_id
    assert await evening.hass.config_entries.async_unload(entry_id)
    for each in boots.house.boots.values():
        each.faults.range(in_range=False)
    assert await evening.hass.config_entries.async_setup(entry_id)
    assert boots.phase == "unknown"
    with pytest.raises(NoRoutineError):
        await evening.runner.async_extend(ME)
    await evening.asked()
    await evening.runner.async_stop(ME)


async def test_a_session_that_still_runs_is_followed(
    evening: Evening, boots: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not asked for a second time."""

    async def known(_: SessionStep) -> bool:
        return True

    await evening.begin(SESSION)
    await evening.asked()
    monkeypatch.setattr(SessionStep, "async_known", known)
    await evening.reload()
    assert evening.run.step == SESSION
    assert boots.phase != "awaiting"
    await evening.runner.async_skip(ME)
    await evening.told("step_skipped session")


async def test_a_question_is_still_asked(evening: Evening) -> None:
    """For as long as it was to be."""
    routine = await evening.make(MOBILITY)
    await evening.runner.async_start(routine, ME, ask_s=600)
    ends_at = evening.run.ends_at
    await evening.reload()
    assert (evening.run.phase, evening.run.ends_at) == (RunPhase.ASKING, ends_at)
    await evening.runner.async_answer(True, ME)
    await evening.told("step_started mobility")
    await evening.runner.async_stop(ME)


async def stored(evening: Evening) -> dict[str, Any]:
    """Return what is kept of what is under way."""
    return evening.runner._kept.as_dict()  # type: ignore[union-attr]


async def keep(evening: Evening, data: Any) -> None:
    """Have something else be kept, while nothing is set up."""
    await routine_store(evening.hass, evening.boots.entry.entry_id).async_save(data)


async def restart_with(evening: Evening, **changes: Any) -> None:
    """Be away, and find something else to have been under way."""
    kept = await stored(evening)
    entry_id = evening.boots.entry.entry_id
    assert await evening.hass.config_entries.async_unload(entry_id)
    await keep(evening, kept | changes)
    assert await evening.hass.config_entries.async_setup(entry_id)


def ago(**since: float) -> str:
    """Return a moment that is over."""
    at: datetime = dt_util.utcnow() - timedelta(**since)
    return at.isoformat()


async def test_what_was_over_meanwhile_is_over(evening: Evening) -> None:
    """The next step begins, if it is not for too long."""
    await begun(evening, MASSAGE, MOBILITY)
    await restart_with(evening, ends_at=ago(minutes=10))
    await evening.told("step_started mobility")
    await until(lambda: not evening.is_on(MASSAGER))
    assert evening.run.states == (StepState.DONE, StepState.NOW)
    await evening.runner.async_stop(ME)


async def test_an_evening_that_is_long_over_is_ended(evening: Evening) -> None:
    """And its devices are put back."""
    await begun(evening, MASSAGE, MOBILITY)
    await restart_with(evening, ends_at=ago(minutes=31))
    await evening.told("stopped massage")
    assert evening.cause_of("stopped massage") == "away_too_long"
    await until(lambda: not evening.is_on(MASSAGER))


async def test_a_question_of_long_ago_is_not_asked(evening: Evening) -> None:
    """It was missed."""
    routine = await evening.make(MOBILITY)
    await evening.runner.async_start(routine, ME, ask_s=600)
    await restart_with(evening, ends_at=ago(hours=1))
    await evening.told("not_run")
    assert evening.cause_of("not_run") == "missed"


async def test_between_two_steps_the_next_one_begins(evening: Evening) -> None:
    """What is done is not done again."""
    await begun(evening, Massage(duration_s=LONG, entity_id=MASSAGER), MOBILITY)
    await restart_with(
        evening, states=["done", "ahead"], ends_at=None, before=None, phase="running"
    )
    await evening.told("step_started mobility")
    assert evening.kinds.count("step_started massage") == 1
    await evening.runner.async_stop(ME)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"index": 7},
        {"phase": "dreaming"},
        {"states": []},
        {"routine": {"name": "x", "steps": [{"kind": "mobility", "duration_s": -1}]}},
        {"ends_at": 3},
    ],
)
async def test_what_cannot_be_read_is_not_under_way(
    evening: Evening, spoilt: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The boots are set up all the same."""
    await begun(evening, MOBILITY)
    await restart_with(evening, **spoilt)
    assert evening.runner.run is None
    assert "cannot be read" in caplog.text
    await evening.begin(SHORT, name="Another")
    await evening.over()


async def test_unloading_before_home_has_started(evening: Evening) -> None:
    """Nothing is done, and nothing is lost."""
    await begun(evening, MOBILITY)
    entry_id = evening.boots.entry.entry_id
    assert await evening.hass.config_entries.async_unload(entry_id)
    evening.hass.set_state(type(evening.hass.state).starting)
    assert await evening.hass.config_entries.async_setup(entry_id)
    assert evening.run.step == MOBILITY
    assert evening.runner._task is None
    assert await evening.hass.config_entries.async_unload(entry_id)
    evening.hass.set_state(type(evening.hass.state).running)
    assert await evening.hass.config_entries.async_setup(entry_id)
    assert evening.run.step == MOBILITY
    assert evening.runner._task is not None
    await evening.runner.async_stop(ME)


async def test_nothing_is_left_of_a_pair_that_is_removed(
    evening: Evening, hass_storage: dict[str, Any]
) -> None:
    """No file of what was under way, or planned."""
    await begun(evening, MOBILITY)
    entry_id = evening.boots.entry.entry_id
    await evening.hass.config_entries.async_remove(entry_id)
    await evening.hass.async_block_till_done()
    assert not [key for key in hass_storage if entry_id in key]

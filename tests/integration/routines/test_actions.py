"""What automations and scripts do with routines, and what they are told."""

from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError, Unauthorized
import pytest

from ..entities.acting import Acting, until
from .evenings import LONG, MOBILITY, SESSION, SHORT, Evening


async def test_from_the_beginning_to_the_end(evening: Evening, boots: Acting) -> None:
    """Each action tells what became of it."""
    routine = await evening.make(MOBILITY, SHORT)
    told = await boots.ask("run_routine")
    assert (told["result"], told["routine"], told["name"]) == (
        "started",
        "Evening",
        "Boots",
    )
    await until(lambda: evening.run.ends_at is not None)
    told = await boots.ask("extend_step", minutes=1)
    assert (told["result"], told["step"], told["phase"]) == (
        "done",
        "mobility",
        "running",
    )
    assert (evening.runner.remaining_s or 0) > LONG
    assert (await boots.ask("pause_routine"))["phase"] == "paused"
    assert (await boots.ask("resume_routine"))["phase"] == "running"
    assert (await boots.ask("skip_step"))["result"] == "done"
    await evening.told("step_skipped mobility")
    await evening.over()
    for name in (routine.routine_id, "EVENING"):
        assert (await boots.ask("run_routine", routine=name))["result"] == "started"
        told = await boots.ask("stop_routine")
        assert (told["result"], told["routine"]) == ("stopped", None)
    assert (await boots.ask("stop_routine"))["result"] == "already_idle"


async def test_which_routine_has_to_be_said_where_there_are_two(
    evening: Evening, boots: Acting
) -> None:
    """None is begun by chance."""
    await evening.make(SHORT)
    await evening.make(SHORT, name="Morning")
    told = await boots.ask("run_routine")
    assert told["reason"] == "which_routine"
    assert told["message"] == "Which routine: Evening, Morning?"
    told = await boots.ask("run_routine", routine="Midnight")
    assert told["reason"] == "unknown_routine"
    assert "Midnight" in told["message"]
    with pytest.raises(ServiceValidationError, match="Midnight"):
        await boots.call("kumo_boots", "run_routine", {"routine": "Midnight"})
    assert evening.runner.run is None


async def test_without_a_routine_it_is_said(boots: Acting) -> None:
    """With what to do."""
    assert (await boots.ask("run_routine"))["reason"] == "no_routines"
    for action in ("skip_step", "pause_routine", "resume_routine", "extend_step"):
        told = await boots.ask(action)
        assert (told["result"], told["reason"]) == ("refused", "no_routine")


async def test_stop_is_refused_to_nobody(
    evening: Evening, boots: Acting, person: Context
) -> None:
    """Not for a lack of rights, nor for a target that means nothing."""
    user = await boots.hass.auth.async_get_user(person.user_id or "")
    assert user is not None
    user.is_owner = False
    user.groups.clear()
    user.invalidate_cache()
    await evening.begin(SESSION)
    await evening.asked()
    with pytest.raises(Unauthorized):
        await boots.call("kumo_boots", "skip_step", context=person)
    response: Any = await boots.hass.services.async_call(
        "kumo_boots",
        "stop_routine",
        {"device_id": "nobody", "what": 3},
        blocking=True,
        context=person,
        return_response=True,
    )
    assert [each["result"] for each in response["boots"]] == ["stopped"]
    assert boots.phase == "ready"


async def test_a_stop_without_boots_is_said(boots: Acting) -> None:
    """There is nothing to stop."""
    await boots.hass.config_entries.async_unload(boots.entry.entry_id)
    await boots.hass.config_entries.async_remove(boots.entry.entry_id)
    with pytest.raises(ServiceValidationError):
        await boots.call("kumo_boots", "stop_routine")


async def test_a_stop_that_is_not_confirmed_is_said(
    evening: Evening, boots: Acting, person: Context
) -> None:
    """The boots are out of reach: a person is told what to do."""
    boots.coordinator.pair.stop_limit_s = 1
    await evening.begin(SESSION)
    await evening.in_boots(person)
    for each in boots.house.boots.values():
        each.faults.range(in_range=False)
    told = await boots.ask("stop_routine")
    assert (told["result"], told["reason"]) == ("refused", "stop_not_confirmed")
    assert evening.runner.run is None
    for each in boots.house.boots.values():
        each.faults.range(in_range=True)
    await until(lambda: boots.phase == "ready", 60)

"""Routines trigger, and are asked for: all of a pair's, or one by its own device."""

from dataclasses import replace
from typing import Any

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.kumo_boots.automation.aims import Aim, aims_of
from custom_components.kumo_boots.const import EVENT_ROUTINE
from custom_components.kumo_boots.routines.routine import Routine, Water
from tests.json_schema import EVENTS, check

from ..conftest import until
from ..entities.acting import Acting
from ..routines.evenings import ME, MOBILITY, SESSION, SHORT, Evening
from .conftest import Listen
from .test_conditions import Ask, ask
from .test_events import attributes

__all__ = ["ask"]


@pytest.fixture
def evening(boots: Acting) -> Evening:
    """Return what happens to the pair's routines."""
    return Evening(boots)


def device_of(boots: Acting, routine: Routine) -> dict[str, str]:
    """Return a target that names a routine's own device."""
    [device] = [
        device
        for device in dr.async_entries_for_config_entry(
            dr.async_get(boots.hass), boots.entry.entry_id
        )
        if device.config_subentry_id == routine.routine_id
    ]
    return {"device_id": device.id}


async def test_steps_and_ends(
    boots: Acting, evening: Evening, listen: Listen, pair: dict[str, str]
) -> None:
    """The steps that are chosen; the end, and a stop only where it is asked for."""
    routine = await evening.make(SHORT, Water())
    other = await evening.make(SHORT, name="After work")
    await boots.hass.async_block_till_done()
    steps = await listen("routine_step_started", pair)
    water = await listen(
        "routine_step_started", device_of(boots, routine), step="water"
    )
    others = await listen("routine_step_started", device_of(boots, other))
    finished = await listen("routine_finished", pair)
    ended = await listen("routine_finished", pair, also_stopped=True)
    await evening.runner.async_start(routine, ME)
    await until(lambda: ended)
    await evening.runner.async_start(routine, ME)
    await evening.runner.async_stop(ME)
    await until(lambda: len(ended) == 2)
    assert [each["step"] for each in steps][:2] == ["mobility", "water"]
    assert [each["index"] for each in water] == [1]
    assert [each["kind"] for each in finished] == ["finished"]
    assert [each["kind"] for each in ended] == ["finished", "stopped"]
    assert not others
    assert (steps[0]["name"], steps[0]["routine"]) == ("Boots", "Evening")


async def test_a_reload_begins_no_step(
    boots: Acting, evening: Evening, listen: Listen, pair: dict[str, str]
) -> None:
    """A routine that goes on after it is no news."""
    steps = await listen("routine_step_started", pair)
    await evening.begin(MOBILITY)
    await until(lambda: steps)
    await evening.reload()
    await until(lambda: evening.runner.run is not None)
    await evening.runner.async_skip(ME)
    await evening.told("finished")
    assert len(steps) == 1


async def test_a_routine_is_running(
    boots: Acting, evening: Evening, ask: Ask, pair: dict[str, str]
) -> None:
    """Paused included; not while it only asks, and not another one."""
    routine = await evening.make(MOBILITY)
    other = await evening.make(MOBILITY, name="After work")
    await boots.hass.async_block_till_done()
    its, others = device_of(boots, routine), device_of(boots, other)
    assert (await ask("routine_running", pair))[0] is False
    await evening.runner.async_start(routine, ME, ask_s=600)
    assert (await ask("routine_running", pair))[0] is False
    await evening.runner.async_answer(True, ME)
    await evening.told("step_started mobility")
    for target, is_so in ((pair, True), (its, True), (others, False)):
        answer, [said] = await ask("routine_running", target)
        assert answer is is_so
        assert (said["routine"], said["step"]) == ("Evening", "mobility")
    await evening.runner.async_pause(ME)
    assert (await ask("routine_running", its))[0] is True


async def test_what_is_told_of_routines_is_as_promised(
    boots: Acting, evening: Evening, hass: HomeAssistant
) -> None:
    """On the bus and by the entity, from being asked to the end."""
    entity_id = boots.id("event", "routine")
    checked: list[str] = []

    @callback
    def entity(event: Event) -> None:
        if event.data["entity_id"] == entity_id:
            said: dict[str, Any] = attributes(event.data["new_state"])
            check(said, EVENTS["$defs"]["routine_event_entity"], said["event_type"])
            checked.append(said["event_type"])

    hass.bus.async_listen("state_changed", entity)
    routine = await evening.make(MOBILITY, SESSION, SHORT)
    runner = evening.runner
    await runner.async_start(routine, ME, ask_s=600)
    await runner.async_answer(True, ME)
    await evening.told("step_started mobility")
    await runner.async_pause(ME)
    await runner.async_resume(ME)
    await runner.async_extend(ME)
    await runner.async_skip(ME)
    await evening.asked()
    await boots.coordinator.session.decline(replace(ME, why="declined"))
    await evening.told("finished")
    for event in evening.events:
        check(event, EVENTS["$defs"][EVENT_ROUTINE], event["kind"])
    kinds = [event["kind"] for event in evening.events]
    await until(lambda: len(checked) == len(kinds))
    assert checked == kinds
    assert {"asked", "paused", "resumed", "extended", "step_skipped"} <= set(kinds)


async def test_what_a_routines_device_means(
    boots: Acting, evening: Evening, hass: HomeAssistant
) -> None:
    """That routine; and together with the pair, all of it."""
    routine = await evening.make(MOBILITY)
    await hass.async_block_till_done()
    target = device_of(boots, routine)
    aims = aims_of(hass, target)
    assert aims == {boots.entry.entry_id: Aim(routines=frozenset({routine.routine_id}))}
    both = [target["device_id"], boots.device.id]
    aim = aims_of(hass, {"device_id": both})[boots.entry.entry_id]
    assert aim.means_routine("another")
    assert aim.means_wearer(None)

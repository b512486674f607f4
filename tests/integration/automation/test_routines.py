"""Routines trigger, and are asked for: all of a pair's, or one by its own device."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.kumo_boots.automation.aims import Aim, aims_of
from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.const import DOMAIN, EVENT_ROUTINE
from custom_components.kumo_boots.routines.routine import (
    SUBENTRY_ROUTINE,
    Mobility,
    Routine,
    Water,
)
from custom_components.kumo_boots.routines.run import Run, RunPhase

from ..conftest import until
from ..entities.acting import Acting
from .conftest import Listen
from .schema import SCHEMA, check
from .test_conditions import Ask, ask

__all__ = ["ask"]

PERSON = Cause(actor=Actor.PERSON, why="requested")


async def routine(boots: Acting, name: str) -> tuple[Routine, dict[str, str]]:
    """Add a routine; return it, and a target that names its device."""
    made = Routine(routine_id="", name=name, steps=(Mobility(duration_s=60), Water()))
    subentry = ConfigSubentry(
        data=MappingProxyType(made.as_data()),
        subentry_type=SUBENTRY_ROUTINE,
        title=name,
        unique_id=None,
    )
    boots.hass.config_entries.async_add_subentry(boots.entry, subentry)
    await until(lambda: boots.coordinator.routines.get(subentry.subentry_id))
    device = dr.async_get(boots.hass).async_get_or_create(
        config_entry_id=boots.entry.entry_id,
        config_subentry_id=subentry.subentry_id,
        identifiers={
            (DOMAIN, f"{boots.entry.entry_id}_routine_{subentry.subentry_id}")
        },
        name=name,
        entry_type=dr.DeviceEntryType.SERVICE,
    )
    return boots.coordinator.routines.named(name), {"device_id": device.id}


def happens(boots: Acting, of: Routine, kind: str, **more: Any) -> None:
    """Tell of a routine, as is promised."""
    event = {
        "entry_id": boots.entry.entry_id,
        "device_id": boots.device.id,
        "kind": kind,
        "routine": of.name,
        "routine_id": of.routine_id,
        "step": None,
        "index": None,
        "wearer": "guest",
        "wearer_id": None,
        "actor": "person",
        "cause": "requested",
        **more,
    }
    check(event, SCHEMA["$defs"][EVENT_ROUTINE])
    boots.hass.bus.async_fire(EVENT_ROUTINE, event)


async def test_steps_and_ends(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """The steps that are chosen; the end, and a stop only where it is asked for."""
    evening, its_device = await routine(boots, "Evening")
    _, anothers = await routine(boots, "After work")
    steps = await listen("routine_step_started", pair)
    water = await listen("routine_step_started", its_device, step="water")
    other = await listen("routine_step_started", anothers)
    finished = await listen("routine_finished", pair)
    ended = await listen("routine_finished", its_device, also_stopped=True)
    happens(boots, evening, "step_started", step="mobility", index=0)
    happens(boots, evening, "step_started", step="water", index=1)
    happens(boots, evening, "finished")
    happens(boots, evening, "stopped")
    await boots.hass.async_block_till_done()
    assert [each["step"] for each in steps] == ["mobility", "water"]
    assert [each["index"] for each in water] == [1]
    assert [each["kind"] for each in finished] == ["finished"]
    assert [each["kind"] for each in ended] == ["finished", "stopped"]
    assert not other
    assert (steps[0]["name"], steps[0]["routine"]) == ("Boots", "Evening")


async def test_a_routine_is_running(
    boots: Acting,
    ask: Ask,
    pair: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Paused included; not while it only asks, and not another one."""
    assert (await ask("routine_running", pair))[0] is False
    evening, its_device = await routine(boots, "Evening")
    _, anothers = await routine(boots, "After work")
    for phase, is_running in (
        (RunPhase.ASKING, False),
        (RunPhase.RUNNING, True),
        (RunPhase.PAUSED, True),
    ):
        run = Run(routine=evening, phase=phase, cause=PERSON)
        monkeypatch.setattr(type(boots.coordinator.runner), "run", run, raising=False)
        monkeypatch.setitem(vars(boots.coordinator.runner), "run", run)
        for target in (pair, its_device):
            assert (await ask("routine_running", target))[0] is is_running
        assert (await ask("routine_running", anothers))[0] is False
    _, [said] = await ask("routine_running", pair)
    assert (said["routine"], said["step"]) == ("Evening", "mobility")


async def test_what_a_routines_device_means(boots: Acting, hass: HomeAssistant) -> None:
    """That routine; and together with the pair, all of it."""
    evening, its_device = await routine(boots, "Evening")
    entry_id = boots.entry.entry_id
    aims = aims_of(hass, its_device)
    assert aims == {entry_id: Aim(routines=frozenset({evening.routine_id}))}
    both = [its_device["device_id"], boots.device.id]
    aim = aims_of(hass, {"device_id": both})[entry_id]
    assert aim.means_routine("another")
    assert aim.means_wearer(None)

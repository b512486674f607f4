"""What happens to a session triggers, once and for whoever is meant."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.setup import async_setup_component
import pytest
import voluptuous as vol

from custom_components.kumo_boots.automation.aims import Aim, aims_of
from custom_components.kumo_boots.boots.model import Side
from custom_components.kumo_boots.const import DOMAIN

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON, run
from ..people.living import move_in
from .conftest import Listen, validated


def legs(boots: Acting) -> dict[Side, dr.BaseDeviceEntry]:
    """Return the devices of the legs."""
    devices = dr.async_get(boots.hass)
    children = dr.async_entries_for_parent_device(devices, boots.device.id)
    return {
        side: child
        for child in children
        for side in Side
        if any(identifier.endswith(side) for _, identifier in child.identifiers)
    }


async def test_a_session_is_heard_from_the_question_to_the_end(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """Each step once, with who did it and why."""
    keys = ("awaiting", "started", "paused", "completed", "stopped")
    heard = {key: await listen(f"session_{key}", pair) for key in keys}
    session = boots.coordinator.session
    await session.request(boots.coordinator.settings_from_setpoints(), PERSON)
    await until(lambda: heard["awaiting"])
    await session.confirm(PERSON)
    await until(lambda: heard["started"])
    await session.pause(PERSON)
    await until(lambda: heard["paused"])
    await session.stop(PERSON)
    await until(lambda: heard["stopped"])
    assert {key: len(each) for key, each in heard.items()} == {
        "awaiting": 1,
        "started": 1,
        "paused": 1,
        "completed": 0,
        "stopped": 1,
    }
    [stopped] = heard["stopped"]
    assert stopped["name"] == "Boots"
    assert stopped["entry_id"] == boots.entry.entry_id
    assert stopped["device_id"] == boots.device.id
    assert (stopped["kind"], stopped["actor"]) == ("stopped", "person")
    assert (stopped["wearer"], stopped["wearer_id"]) == ("guest", None)
    assert "Boots" in stopped["description"]


async def test_a_session_to_its_end(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """Is completed, and not stopped early."""
    completed = await listen("session_completed", pair)
    stopped = await listen("session_stopped", pair)
    await run(boots, duration_s=60)
    await until(lambda: completed, 60)
    assert not stopped


async def test_only_the_causes_that_were_chosen(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """A hand on the boots is another cause than a stop in Home Assistant."""
    by_hand = await listen("session_stopped", pair, cause="stopped_on_boots")
    here = await listen("session_stopped", pair, cause=["confirmed", "time_up"])
    await run(boots)
    boots.house.boots["pair1-left"].faults.press("stop")
    await until(lambda: by_hand)
    assert not here
    await until(lambda: boots.coordinator.data.phase == "ready")
    await run(boots)
    await boots.coordinator.session.stop(PERSON)
    await until(lambda: here)
    assert len(by_hand) == 1


async def test_where_sessions_start_at_once_none_waits(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """A request is no question there."""
    awaiting = await listen("session_awaiting", pair)
    started = await listen("session_started", pair)
    boots.hass.config_entries.async_update_entry(
        boots.entry, options={"policy": "direct"}
    )
    await until(lambda: boots.coordinator.session.policy == "direct")
    settings = boots.coordinator.settings_from_setpoints()
    await boots.coordinator.session.request(settings, PERSON)
    await until(lambda: started)
    assert not awaiting


async def test_a_fault(boots: Acting, listen: Listen, pair: dict[str, str]) -> None:
    """Is told when the boots tell it."""
    faults = await listen("boots_fault", pair)
    await run(boots)
    boots.house.boots["pair1-left"].faults.overpressure(1)
    await until(lambda: faults)
    assert faults[0]["kind"] == "fault"


async def test_a_stop_that_is_not_confirmed(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """Boots out of reach do not say that they are empty."""
    heard = await listen("stop_not_confirmed", pair)
    await run(boots)
    boots.coordinator.pair.stop_limit_s = 1
    for unit in boots.house.boots.values():
        unit.faults.range(False)
    await boots.coordinator.session.stop(PERSON)
    await until(lambda: heard)
    for unit in boots.house.boots.values():
        unit.faults.range(True)
    await until(lambda: boots.coordinator.data.pair.empty, 60)
    assert len(heard) == 1


async def test_a_wearers_device_means_their_sessions(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """And the boots' device everybody's."""
    anna = await move_in(boots, "Anna", follow_coach=False)
    await move_in(boots, "Bruno", follow_coach=False)
    await boots.hass.async_block_till_done()
    devices = {
        device.name: device.id
        for device in dr.async_entries_for_config_entry(
            dr.async_get(boots.hass), boots.entry.entry_id
        )
    }
    hers = await listen("session_awaiting", {"device_id": devices["Anna"]})
    his = await listen("session_awaiting", {"device_id": devices["Bruno"]})
    everybodys = await listen("session_awaiting", pair)
    await boots.coordinator.household.async_choose(anna)
    settings = boots.coordinator.settings_from_setpoints()
    await boots.coordinator.session.request(settings, PERSON)
    await until(lambda: hers and everybodys)
    assert not his
    assert hers[0]["wearer"] == "Anna"


async def test_areas_labels_and_entities(
    boots: Acting, listen: Listen, hass: HomeAssistant
) -> None:
    """Whatever names the boots; also when they are put there later."""
    area = ar.async_get(hass).async_create("Sofa")
    in_area = await listen("session_awaiting", {"area_id": area.id})
    elsewhere = await listen("session_awaiting", {"area_id": "cellar"})
    entity = await listen("session_awaiting", {"entity_id": "switch.boots_session"})
    strange = await listen("session_awaiting", {"entity_id": "switch.kettle"})
    left = await listen("session_awaiting", {"device_id": legs(boots)[Side.LEFT].id})
    dr.async_get(hass).async_update_device(boots.device.id, area_id=area.id)
    settings = boots.coordinator.settings_from_setpoints()
    await boots.coordinator.session.request(settings, PERSON)
    await until(lambda: in_area and entity and left)
    assert not elsewhere
    assert not strange


async def test_a_reload_is_no_news(
    boots: Acting, listen: Listen, hass: HomeAssistant, pair: dict[str, str]
) -> None:
    """Nothing triggers, and what happens afterwards does."""
    keys = (
        "session_awaiting",
        "session_started",
        "session_stopped",
        "session_completed",
        "boots_connected",
        "boots_disconnected",
    )
    heard = {key: await listen(key, pair) for key in keys}
    pressure = await listen("pressure_crossed", pair, direction="below", pressure=200)
    assert await hass.config_entries.async_reload(boots.entry.entry_id)
    await until(lambda: boots.coordinator.data.connected and boots.phase == "ready")
    await hass.async_block_till_done()
    assert not any(heard.values())
    assert not pressure
    settings = boots.coordinator.settings_from_setpoints()
    await boots.coordinator.session.request(settings, PERSON)
    await until(lambda: heard["session_awaiting"])


async def test_an_automation_runs(
    boots: Acting, hass: HomeAssistant, person: Context, pair: dict[str, str]
) -> None:
    """With a trigger and a condition of ours, as people write them."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "alias": "Say it",
                "triggers": {
                    "trigger": "kumo_boots.session_started",
                    "target": pair,
                },
                "conditions": {
                    "condition": "kumo_boots.session_running",
                    "target": pair,
                },
                "actions": {
                    "event": "said",
                    "event_data": {"text": "{{ trigger.name }}: {{ trigger.cause }}"},
                },
            }
        },
    )
    said: list[Any] = []
    hass.bus.async_listen("said", lambda event: said.append(event.data["text"]))
    await run(boots)
    await until(lambda: said == ["Boots: confirmed"])


SOFA = {"area_id": "sofa"}


async def test_what_makes_no_sense_is_refused(
    boots: Acting, hass: HomeAssistant
) -> None:
    """When it is saved, not when it would be needed."""
    nonsense: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        ("session_started", {}, {}),
        ("session_started", {"area_id": []}, {}),
        ("routine_step_started", SOFA, {"step": "sleeping"}),
        ("pressure_crossed", SOFA, {}),
        ("pressure_crossed", SOFA, {"pressure": 500}),
        ("pressure_crossed", SOFA, {"pressure": 40, "leg": "third"}),
        ("pressure_crossed", SOFA, {"pressure": 40, "chamber": 9}),
        ("session_stopped", SOFA, {"why": "because"}),
    )
    for key, target, options in nonsense:
        with pytest.raises((vol.Invalid, HomeAssistantError)):
            await validated(hass, key, target, **options)
    await validated(hass, "pressure_crossed", SOFA, pressure=40, leg="left", chamber=5)


async def test_what_a_target_means(boots: Acting, hass: HomeAssistant) -> None:
    """Parts are parts, also together; the pair is all of it."""
    entry_id = boots.entry.entry_id
    left = legs(boots)[Side.LEFT].id
    foot = "sensor.boots_left_leg_foot"
    assert hass.states.get(foot) is not None
    assert aims_of(hass, {"entity_id": foot}) == {
        entry_id: Aim(chambers=frozenset({(Side.LEFT, 1)}))
    }
    leg = aims_of(hass, {"device_id": left})[entry_id]
    assert leg.legs == {Side.LEFT}
    assert leg.means_chamber(Side.LEFT, 5)
    assert not leg.means_chamber(Side.RIGHT, 5)
    whole = aims_of(hass, {"device_id": boots.device.id})[entry_id]
    assert whole.pair
    assert whole.means_chamber(Side.RIGHT, 1)
    [proxy] = hass.config_entries.async_entries("esphome")
    [strange] = dr.async_entries_for_config_entry(dr.async_get(hass), proxy.entry_id)[
        :1
    ]
    loose = er.async_get(hass).async_get_or_create("sensor", DOMAIN, "without_device")
    nothing = {
        "device_id": ["nobody", strange.id],
        "entity_id": ["sensor.sun", loose.entity_id],
    }
    assert aims_of(hass, nothing) == {}

"""What asks for sessions, pauses and stops, with boots that really do."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON, run
from ..question.companion import Companion
from ..routines.evenings import ME, MOBILITY, Evening
from .conftest import TELL, Make, settled

WORKOUT = "calendar.training"


async def test_the_evening(
    hass: HomeAssistant, boots: Acting, boots_id: str, make: Make
) -> None:
    """At its time a session is asked for, and nothing inflates."""
    soon = dt_util.now() + timedelta(seconds=2)
    await make("evening_routine", boots=boots_id, at=soon.strftime("%H:%M:%S"))
    await until(lambda: boots.phase == "awaiting")
    assert boots.inflations == []


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("evening_routine", {}),
        ("home_from_a_trip", {"person": "person.anna", "settle": 0, "hours": 0}),
        ("after_a_workout", {"workout": [WORKOUT], "calm_down": 0}),
    ],
)
async def test_a_routine_by_its_name(
    hass: HomeAssistant,
    boots: Acting,
    boots_id: str,
    make: Make,
    name: str,
    inputs: dict[str, Any],
) -> None:
    """Begins where one is named, in the place of a session."""
    evening = Evening(boots)
    await evening.make(MOBILITY, name="Legs")
    for entity_id, state in ((WORKOUT, "on"), ("person.anna", "home")):
        hass.states.async_set(entity_id, state)
    if name == "evening_routine":
        soon = dt_util.now() + timedelta(seconds=2)
        inputs = {"at": soon.strftime("%H:%M:%S")}
    await make(name, boots=boots_id, routine="legs", **inputs)
    hass.states.async_set(WORKOUT, "off")
    hass.states.async_set("person.anna", "not_home")
    await settled()
    hass.states.async_set("person.anna", "home")
    await evening.told("step_started mobility")
    assert evening.run.routine.name == "Legs"
    assert boots.phase == "ready"
    await evening.runner.async_stop(ME)


@pytest.mark.parametrize("hindrance", ["day", "condition", "runs"])
async def test_not_this_evening(
    hass: HomeAssistant,
    boots: Acting,
    boots_id: str,
    make: Make,
    hindrance: str,
) -> None:
    """On another day, with another condition, or while a session runs."""
    inputs: dict[str, Any] = {}
    if hindrance == "day":
        tomorrow = dt_util.now() + timedelta(days=1)
        inputs["days"] = [tomorrow.strftime("%a").lower()]
    elif hindrance == "condition":
        hass.states.async_set("person.anna", "not_home")
        inputs["only_if"] = [
            {"condition": "state", "entity_id": "person.anna", "state": "home"}
        ]
    else:
        await run(boots)
    before = boots.phase
    soon = dt_util.now() + timedelta(seconds=2)
    await make(
        "evening_routine", boots=boots_id, at=soon.strftime("%H:%M:%S"), **inputs
    )
    asked: list[Any] = []
    hass.bus.async_listen("call_service", asked.append)
    await until(lambda: dt_util.now() > soon + timedelta(seconds=1))
    await settled()
    assert [call.data["service"] for call in asked] == []
    assert boots.phase == before


async def test_home_from_a_trip(
    hass: HomeAssistant, boots: Acting, boots_id: str, make: Make
) -> None:
    """Somebody who was far away is asked when they are home."""
    home = {"latitude": hass.config.latitude, "longitude": hass.config.longitude}
    hass.states.async_set("person.anna", "home", home)
    await make("home_from_a_trip", boots=boots_id, person="person.anna", settle=0)
    near = home | {"latitude": home["latitude"] + 0.2}
    hass.states.async_set("person.anna", "not_home", near)
    await settled()
    hass.states.async_set("person.anna", "home", home)
    await settled()
    assert boots.phase == "ready"
    far = home | {"latitude": home["latitude"] + 5}
    hass.states.async_set("person.anna", "not_home", far)
    await settled()
    hass.states.async_set("person.anna", "work", near)
    await settled()
    assert boots.phase == "ready"
    hass.states.async_set("person.anna", "home", home)
    await until(lambda: boots.phase == "awaiting")
    assert boots.inflations == []


async def test_home_after_long(
    hass: HomeAssistant, boots: Acting, boots_id: str, make: Make
) -> None:
    """Somebody who was away for long was on a trip, too, if not far."""
    hass.states.async_set("person.anna", "home")
    await make(
        "home_from_a_trip", boots=boots_id, person="person.anna", settle=0, hours=0
    )
    hass.states.async_set("person.anna", "unavailable")
    await settled()
    hass.states.async_set("person.anna", "home")
    await settled()
    assert boots.phase == "ready"
    hass.states.async_set("person.anna", "not_home")
    await settled()
    hass.states.async_set("person.anna", "home")
    await until(lambda: boots.phase == "awaiting")


async def test_after_a_workout(
    hass: HomeAssistant, boots: Acting, boots_id: str, make: Make
) -> None:
    """When a calendar's event is over, or a watch tells of another activity."""
    hass.states.async_set(WORKOUT, "off")
    hass.states.async_set("sensor.activity", "2026-11-25")
    await make(
        "after_a_workout",
        boots=boots_id,
        workout=[WORKOUT, "sensor.activity"],
        calm_down=0,
    )
    for state in ("on", "unavailable", "off"):
        hass.states.async_set(WORKOUT, state)
        await settled()
    assert boots.phase == "ready"
    hass.states.async_set(WORKOUT, "on")
    await settled()
    assert boots.phase == "ready"
    hass.states.async_set(WORKOUT, "off")
    await until(lambda: boots.phase == "awaiting")
    await boots.coordinator.session.stop(PERSON)
    await until(lambda: boots.phase == "ready")
    hass.states.async_set("sensor.activity", "2026-11-26")
    await until(lambda: boots.phase == "awaiting")


@pytest.mark.parametrize(
    ("ring", "states"),
    [
        ("event.doorbell", ("2026-11-26T10:00:00", "2026-11-26T12:00:00")),
        ("sensor.phone_state", ("idle", "ringing")),
    ],
)
async def test_somebody_rings(
    hass: HomeAssistant,
    boots: Acting,
    boots_id: str,
    make: Make,
    phone: Companion,
    ring: str,
    states: tuple[str, str],
) -> None:
    """The session is paused, the phone asks, and *Stop* there is a stop."""
    hass.states.async_set(ring, states[0])
    await make("pause_at_the_door", boots=boots_id, rings=[ring], phone=phone.device_id)
    hass.states.async_set(ring, states[1])
    await settled()
    assert not phone.pushes
    hass.states.async_set(ring, states[0])
    await run(boots, duration_s=600)
    hass.states.async_set(ring, states[1])
    await until(lambda: boots.phase == "paused")
    await until(lambda: phone.screen)
    assert phone.buttons["Open"] == "URI"
    assert boots_id in phone.notification["data"]["actions"][0]["uri"]
    await phone.press("Stop")
    await until(lambda: boots.phase == "ready")
    await until(lambda: not phone.screen)


async def test_going_on_is_a_persons(
    hass: HomeAssistant, boots: Acting, boots_id: str, make: Make, phone: Companion
) -> None:
    """Then the phone asks nothing any more."""
    hass.states.async_set("binary_sensor.door", "off")
    await make(
        "pause_at_the_door",
        boots=boots_id,
        rings=["binary_sensor.door"],
        phone=phone.device_id,
    )
    await run(boots, duration_s=600)
    hass.states.async_set("binary_sensor.door", "on")
    await until(lambda: phone.screen)
    await until(lambda: boots.phase == "paused")
    await boots.coordinator.session.resume(PERSON)
    await until(lambda: boots.phase == "running")
    await until(lambda: not phone.screen)
    assert boots.phase == "running"


@pytest.mark.parametrize(
    ("button", "before", "after"),
    [
        ("event.remote", "unknown", "2026-11-26T12:00:00"),
        ("input_button.stop", "2026-11-26T10:00:00", "2026-11-26T12:00:00"),
        ("switch.lamp", "on", "off"),
        ("also", "", ""),
    ],
)
async def test_any_button_is_a_stop(
    hass: HomeAssistant,
    boots: Acting,
    boots_id: str,
    make: Make,
    button: str,
    before: str,
    after: str,
) -> None:
    """One that comes back from nowhere is not."""
    if button == "also":
        inputs: dict[str, Any] = {"also": [{"trigger": "event", "event_type": "zha"}]}
    else:
        inputs = {"buttons": [button]}
        hass.states.async_set(button, before)
    await make("stop_with_any_button", boots=boots_id, **inputs)
    await run(boots, duration_s=600)
    if button == "also":
        hass.bus.async_fire("zha")
    else:
        hass.states.async_set(button, "unavailable")
        hass.states.async_set(button, before)
        hass.states.async_set(button, before, {"battery": 80})
        await settled()
        assert boots.phase == "running"
        hass.states.async_set(button, after)
    await until(lambda: boots.phase == "ready")
    assert boots.empty


async def test_a_session_behind_one_button(
    hass: HomeAssistant,
    boots: Acting,
    boots_id: str,
    make: Make,
    told: list[str],
) -> None:
    """Is asked for as it was set; what came of it is said."""
    await make("ask_for_a_session", "script", boots=boots_id, pressure=35, tell=[TELL])
    await hass.services.async_call("script", "made", blocking=True)
    await until(lambda: boots.phase == "awaiting")
    settings = boots.coordinator.session.state.settings
    assert settings is not None
    assert (settings.target_mmhg, settings.duration_s) == (35, 900)
    assert told == ["Boots: put them on and say yes when you are ready."]
    await boots.coordinator.session.confirm(PERSON)
    await until(lambda: boots.phase == "running")
    await hass.services.async_call("script", "made", blocking=True)
    assert told[1].startswith("Boots: The boots are in a session already.")


async def test_a_session_that_starts_at_once(
    hass: HomeAssistant,
    boots: Acting,
    boots_id: str,
    make: Make,
    told: list[str],
) -> None:
    """Where the house says so."""
    hass.config_entries.async_update_entry(boots.entry, options={"policy": "direct"})
    await until(lambda: boots.coordinator.session.policy == "direct")
    await make("ask_for_a_session", "script", boots=boots_id, tell=[TELL])
    await hass.services.async_call("script", "made", blocking=True)
    assert told == ["Boots: the session has started."]


async def test_a_session_for_a_stranger(
    hass: HomeAssistant, boots: Acting, boots_id: str, make: Make
) -> None:
    """Is an error for who pressed the button."""
    await make("ask_for_a_session", "script", boots=boots_id, wearer="Carla")
    with pytest.raises(ServiceValidationError, match="Carla"):
        await hass.services.async_call("script", "made", blocking=True)
    assert boots.phase == "ready"

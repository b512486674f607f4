"""A session by hand from the request to the word that they are off."""

from typing import Any

from homeassistant.components.persistent_notification import DOMAIN as NOTES
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import (
    DOMAIN as HOMEASSISTANT_DOMAIN,
    Context,
    HomeAssistant,
    ServiceCall,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.kumo_boots.boots import by_hand
from custom_components.kumo_boots.const import DOMAIN, EVENT_SESSION
from custom_components.kumo_boots.live import message
from custom_components.kumo_boots.live_choices import wearer_told
from custom_components.kumo_boots.people.access import Reader

from ..entities.acting import until
from ..people.living import move_in
from .conftest import IN_MMHG, PLUG, SENSOR, AddBoots, ByHandActing

FAKED = {"pressure", "connected", "battery", "child_lock", "identify", "link_free"}
FAKED |= {"charging", "cycles", "highest_pressure", "mode", "pause", "resume", "link"}
FAKED |= {"signal", "firmware", "serial", "boost", "skip"}


def notes(boots: ByHandActing) -> dict[str, Any]:
    """Return what the side bar says, by the end of its id."""
    return {
        note_id.removesuffix(f"_{boots.entry.entry_id}"): note
        for note_id, note in boots.hass.data[NOTES].items()
        if note_id.endswith(boots.entry.entry_id)
    }


async def test_nothing_is_faked(every_entity: None, boots: ByHandActing) -> None:
    """No pressure, no link, no battery; what there is can be filled by hand."""
    entities = er.async_entries_for_config_entry(
        er.async_get(boots.hass), boots.entry.entry_id
    )
    keys = {each.unique_id.split("_pair_", 1)[-1] for each in entities}
    assert keys == {
        "phase",
        "guidance",
        "time_remaining",
        "session_end",
        "session_running",
        "problem",
        "confirm_session",
        "stop",
        "it_runs",
        "they_are_off",
        "session",
        "routine",
        "calendar",
        "routines_paused_until",
        "for_whom",
        "legs",
        "level",
        "duration",
    }
    assert not {key for key in keys if any(key.startswith(fake) for fake in FAKED)}
    for each in entities:
        state = boots.hass.states.get(each.entity_id)
        assert state is not None
        assert state.attributes.get("unit_of_measurement") != "mmHg"
    assert boots.device.connections == set()
    devices = dr.async_entries_for_config_entry(
        dr.async_get(boots.hass), boots.entry.entry_id
    )
    assert len(devices) == 1


async def test_a_whole_session(boots: ByHandActing, person: Context) -> None:
    """Asked, confirmed, started and stopped by hand; a person is told what to do."""
    told = async_capture_events(boots.hass, EVENT_SESSION)
    assert (boots.phase, boots.guidance) == ("ready", "nothing")
    assert boots.get("number", "level").state == "1"
    await boots.set("level", 2)
    answer = await boots.ask(
        "start_session", entity_id=boots.id("switch", "session"), duration=20
    )
    assert answer["result"] == "awaiting_confirmation"
    assert answer["settings"]["level"] == 2
    assert "pressure" not in answer["settings"]
    await until(lambda: boots.guidance == "confirm")
    answer = await boots.ask(
        "confirm_session",
        Context(user_id=person.user_id),
        entity_id=boots.id("switch", "session"),
    )
    assert answer["result"] == "starting"
    await until(lambda: boots.guidance == "set_and_start")
    await until(lambda: "by_hand" in notes(boots))
    assert "level 2" in notes(boots)["by_hand"]["message"]
    assert "20 minutes" in notes(boots)["by_hand"]["message"]
    assert boots.get("sensor", "time_remaining").state == STATE_UNKNOWN
    await boots.press("it_runs")
    await until(lambda: boots.phase == "running")
    assert boots.guidance == "relax"
    await until(lambda: "by_hand" not in notes(boots))
    assert boots.get("sensor", "time_remaining").state == "20"
    assert boots.get("number", "level").state == "2"
    answer = await boots.ask("stop_session")
    assert answer["result"] == "asked"
    await until(lambda: boots.guidance == "press_stop")
    await until(lambda: "by_hand" in notes(boots))
    assert "Press the stop button" in notes(boots)["by_hand"]["message"]
    await boots.press("they_are_off")
    await until(lambda: boots.phase == "ready")
    await until(lambda: "by_hand" not in notes(boots))
    kinds = [event.data["kind"] for event in told]
    assert kinds == ["requested", "confirmed", "started", "stopped"]
    event = boots.get("event", "session").attributes
    assert event["level"] == 2
    assert "target_mmhg" not in event


async def test_nobody_says_anything(
    boots: ByHandActing, person: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start fails, nothing counts, and nobody is alarmed."""
    monkeypatch.setattr(by_hand, "SAY_RUNS_S", 0.2)
    wearer = await move_in(boots, "Anna", target_max_mmhg=3)
    await boots.switch(True)
    await boots.press("confirm_session", Context(user_id=person.user_id))
    await until(lambda: boots.phase == "ready")
    assert boots.get("event", "session").attributes["event_type"] == "failed"
    assert boots.coordinator.diary.sittings(wearer.wearer_id or "") == ()
    await until(lambda: notes(boots) == {})


async def test_a_stop_that_nobody_answers(
    boots: ByHandActing, person: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told by everything at hand, until somebody says that they are off."""
    await boots.begin(person)
    boots.coordinator.pair.stop_limit_s = 0.3
    await boots.press("stop")
    assert boots.phase == "venting"
    await until(lambda: "stop_not_confirmed" in notes(boots))
    assert "They are off" in notes(boots)["stop_not_confirmed"]["message"]
    assert boots.get("binary_sensor", "problem").state == "on"
    issue = ir.async_get(boots.hass).async_get_issue(
        DOMAIN, f"stop_not_confirmed_{boots.entry.entry_id}"
    )
    assert issue is not None
    assert issue.translation_key == "stop_not_confirmed_by_hand"
    await boots.press("they_are_off")
    await until(lambda: boots.phase == "ready" and notes(boots) == {})


@pytest.mark.parametrize(("low", "high"), [("0.4", "38"), ("off", "on")])
async def test_the_power_tells(
    add: AddBoots,
    person: Context,
    low: str,
    high: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It rises: they run. It is low for longer than a rest: they are off."""
    monkeypatch.setattr(by_hand, "REST_MAX_S", 0.3)
    hass = (boots := await add(sensor=SENSOR)).hass
    hass.states.async_set(SENSOR, low)
    await hass.async_block_till_done()
    await boots.switch(True)
    await boots.press("confirm_session", Context(user_id=person.user_id))
    await until(lambda: boots.guidance == "set_and_start")
    hass.states.async_set(SENSOR, high)
    await until(lambda: boots.phase == "running")
    for nothing in ("unavailable", "unknown", "a lot"):
        hass.states.async_set(SENSOR, nothing)
    hass.states.async_set(SENSOR, high)
    await boots.switch(False)
    assert boots.phase == "venting"
    hass.states.async_set(SENSOR, low)
    await until(lambda: boots.phase == "ready")


async def test_a_declared_plug_is_switched_off(
    add: AddBoots, person: Context, hass: HomeAssistant
) -> None:
    """Power loss lets the air out, says the owner: a stop ends it by itself."""
    boots = await add(IN_MMHG, plug=PLUG)
    hass.states.async_set(PLUG, "on")
    calls: list[ServiceCall] = []

    async def turn_off(call: ServiceCall) -> None:
        calls.append(call)
        hass.states.async_set(PLUG, "off")

    hass.services.async_register(HOMEASSISTANT_DOMAIN, "turn_off", turn_off)
    await boots.begin(person)
    assert calls == []
    assert boots.get("number", "target_pressure").state == "30"
    await boots.switch(False)
    await until(lambda: boots.phase == "ready")
    assert [call.data["entity_id"] for call in calls] == [PLUG]


async def test_a_plug_that_fails_is_told_to_hands(
    add: AddBoots, person: Context, hass: HomeAssistant
) -> None:
    """The person is told all the same, and their word ends it."""
    boots = await add(IN_MMHG, plug=PLUG)
    hass.states.async_set(PLUG, "on")

    async def turn_off(call: ServiceCall) -> None:
        raise HomeAssistantError("it is stuck")

    hass.services.async_register(HOMEASSISTANT_DOMAIN, "turn_off", turn_off)
    await boots.begin(person)
    await boots.switch(False)
    await until(lambda: "by_hand" in notes(boots))
    assert boots.phase == "venting"
    await boots.press("they_are_off")
    await until(lambda: boots.phase == "ready")


async def test_levels_are_refused_above_the_limit(
    boots: ByHandActing, person: Context
) -> None:
    """The ceiling is the middle level; pressures mean nothing here."""
    target = {"entity_id": boots.id("switch", "session")}
    for data, said in (
        ({"level": 4}, "The level goes from 1 to 3; 4 does not fit"),
        ({"pressure": 30}, "cannot do this"),
    ):
        with pytest.raises(ServiceValidationError, match=said):
            await boots.call(DOMAIN, "start_session", data, **target)
    assert boots.get("number", "level").attributes["max"] == 3
    await boots.begin(person)
    with pytest.raises(ServiceValidationError):
        await boots.set("level", 3.0, None)
    await boots.set("level", 2, person)
    await until(lambda: boots.get("number", "level").state == "2")


async def test_the_coach_speaks_in_levels(boots: ByHandActing, person: Context) -> None:
    """It begins with the first, and its cap is a limit."""
    wearer = await move_in(boots, "Anna", target_max_mmhg=5)
    assert boots.coordinator.coach.advice(wearer).target_mmhg == 1
    await boots.hass.async_block_till_done()
    registry = er.async_get(boots.hass)
    ids = {
        each.unique_id: each.entity_id
        for each in er.async_entries_for_config_entry(registry, boots.entry.entry_id)
        if "recommended" in each.unique_id
    }
    (level,) = [ids[key] for key in ids if key.endswith("recommended_level")]
    assert not [key for key in ids if key.endswith("pressure")]
    state = boots.hass.states.get(level)
    assert state is not None
    assert state.state == "1"
    with pytest.raises(ServiceValidationError, match="level"):
        await boots.call(
            DOMAIN,
            "start_session",
            {"level": 2, "wearer": "Anna"},
            entity_id=boots.id("switch", "session"),
        )


async def test_what_is_remembered_says_level(
    boots: ByHandActing, person: Context, hass_admin_user: Any
) -> None:
    """History and export have no pressure in them."""
    await move_in(boots, "Anna")
    await boots.begin(person)
    await boots.switch(False)
    await boots.press("they_are_off")
    await until(lambda: boots.phase == "ready")
    answer = await boots.hass.services.async_call(
        DOMAIN,
        "get_sessions",
        {},
        blocking=True,
        context=Context(user_id=hass_admin_user.id),
        return_response=True,
    )
    assert answer is not None
    (session,) = answer["boots"][0]["sessions"]
    assert session["level"] == session["ended_level"] == 1
    assert "target_mmhg" not in session
    assert session["peak_mmhg"] is None


async def test_the_live_view_tells_what_to_do(
    boots: ByHandActing, person: Context
) -> None:
    """In levels throughout, the coach's too; no link, and no pressure."""
    await move_in(boots, "Anna", follow_coach=True)
    await boots.begin(person)
    told = message(boots.coordinator)
    assert told["guidance"] == "relax"
    assert told["capabilities"]["by_hand"]
    assert told["session"]["settings"]["level"] == told["setpoints"]["level"] == 1
    assert told["limits"] == {"level_max": 1, "duration_max_s": 900}
    assert [leg["link"] for leg in told["legs"].values()] == [None, None]
    reader = Reader(boots.hass, None, is_routine=False)
    people = wearer_told(boots.coordinator, reader, with_wearer=True)
    assert people["coach"]["level"] == people["coach"]["level_cap"] == 1
    assert "_mmhg" not in str({**told, "legs": None, **people})

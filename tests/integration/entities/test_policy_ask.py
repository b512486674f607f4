"""Nothing inflates that a person did not confirm. The witness is the judge."""

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import Mock

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.helpers.http import current_request
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.const import DOMAIN

from .acting import Acting, until

type Request = Callable[[HomeAssistant, Acting], Coroutine[Any, Any, None]]


def place(hass: HomeAssistant, boots: Acting) -> str:
    """Put the boots in a room of a floor, labelled; return the room."""
    floor = fr.async_get(hass).async_create("Ground floor")
    label = lr.async_get(hass).async_create("Evening")
    area = ar.async_get(hass).async_create("Bedroom", floor_id=floor.floor_id)
    devices = dr.async_get(hass)
    pair = boots.device
    devices.async_update_device(pair.id, area_id=area.id, labels={label.label_id})
    return area.id


async def by_area(hass: HomeAssistant, boots: Acting) -> None:
    """Switch a room on."""
    await boots.call("switch", "turn_on", area_id=place(hass, boots))


async def by_floor(hass: HomeAssistant, boots: Acting) -> None:
    """Switch a floor on."""
    place(hass, boots)
    await boots.call("homeassistant", "turn_on", floor_id="ground_floor")


async def by_label(hass: HomeAssistant, boots: Acting) -> None:
    """Switch a label on."""
    place(hass, boots)
    await boots.call("switch", "turn_on", label_id="evening")


async def by_homeassistant(hass: HomeAssistant, boots: Acting) -> None:
    """Switch it on as anything can be."""
    await boots.call(
        "homeassistant", "turn_on", entity_id=boots.id("switch", "session")
    )


async def by_scene(hass: HomeAssistant, boots: Acting) -> None:
    """Apply a scene."""
    assert await async_setup_component(hass, "scene", {})
    entities = {boots.id("switch", "session"): "on"}
    await boots.call("scene", "apply", {"entities": entities})


async def by_toggle(hass: HomeAssistant, boots: Acting) -> None:
    """Toggle it, as a remote does."""
    await boots.call("switch", "toggle", entity_id=boots.id("switch", "session"))


async def by_action(hass: HomeAssistant, boots: Acting) -> None:
    """Call our own action."""
    await boots.call(DOMAIN, "start_session", area_id=place(hass, boots))


@pytest.mark.parametrize(
    "request_it",
    [by_area, by_floor, by_label, by_homeassistant, by_scene, by_toggle, by_action],
)
async def test_a_request_only_asks(
    hass: HomeAssistant, boots: Acting, person: Context, request_it: Request
) -> None:
    """Whatever switches it on, and be it on a person's behalf."""
    assert await async_setup_component(hass, "homeassistant", {})
    await request_it(hass, boots)
    await until(lambda: boots.phase == "awaiting")
    assert boots.get("switch", "session").state == "off"
    assert boots.get("sensor", "phase").attributes["awaiting_until"] is not None
    assert boots.get("sensor", "phase").attributes["actor"] == "automation"
    assert boots.inflations == []

    await boots.press("stop")
    await until(lambda: boots.phase == "ready")
    assert boots.inflations == []


async def test_a_person_confirms_and_both_legs_inflate(
    boots: Acting, person: Context
) -> None:
    """By the button; the session knows who it was."""
    await boots.switch(True)
    assert boots.inflations == []
    await boots.press("confirm_session", person)
    await until(lambda: boots.phase == "running")
    await until(lambda: boots.inflated == set(boots.house.boots))
    assert boots.get("switch", "session").state == "on"
    assert boots.get("sensor", "phase").attributes["actor"] == "person"
    cause = boots.coordinator.session.state.cause
    assert cause is not None
    assert (cause.why, cause.user_id) == ("confirmed", person.user_id)


async def test_asking_again_does_not_replace_what_waits(
    boots: Acting, person: Context
) -> None:
    """The yes is for what was asked first, not for what an area adds."""
    told = await boots.ask("start_session", pressure=25)
    assert told["result"] == "awaiting_confirmation"
    await boots.switch(True)
    waiting = boots.coordinator.session.state.settings
    assert waiting is not None
    assert waiting.target_mmhg == 25


async def test_a_yes_is_not_for_what_changed_a_moment_ago(
    boots: Acting, person: Context
) -> None:
    """The person saw 20 mmHg, and an automation made it 60; they are told."""
    await boots.ask("start_session", pressure=20, duration=5)
    await boots.ask("start_session", pressure=60, duration=30)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.press("confirm_session", person)
    assert refusal.value.translation_key == "request_changed"
    assert "confirm again" in str(refusal.value)
    assert boots.phase == "awaiting"
    assert boots.inflations == []


async def test_there_is_nothing_to_confirm(boots: Acting, person: Context) -> None:
    """A yes without a question is an error, and inflates nothing."""
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.press("confirm_session", person)
    assert refusal.value.translation_key == "wrong_phase"
    assert boots.inflations == []


# ---- who cannot say yes


async def nobody(hass: HomeAssistant, person: Context) -> Context:
    """Be an automation, a voice satellite, HomeKit."""
    return Context()


async def child(hass: HomeAssistant, person: Context) -> Context:
    """Be an automation that a person's deed has triggered."""
    return Context(user_id=person.user_id, parent_id=person.id)


async def stranger(hass: HomeAssistant, person: Context) -> Context:
    """Be a user who is not there."""
    return Context(user_id="nobody")


async def system(hass: HomeAssistant, person: Context) -> Context:
    """Be a user that Home Assistant made for something else, as for the cloud."""
    user = await hass.auth.async_create_system_user("Cloud")
    return Context(user_id=user.id)


async def inactive(hass: HomeAssistant, person: Context) -> Context:
    """Be a person who may not sign in any more."""
    user = await hass.auth.async_create_user("Left")
    await hass.auth.async_deactivate_user(user)
    return Context(user_id=user.id)


@pytest.mark.parametrize("by_action", [False, True])
@pytest.mark.parametrize("who", [nobody, child, stranger, system, inactive])
async def test_only_a_signed_in_person_confirms(
    hass: HomeAssistant,
    boots: Acting,
    person: Context,
    who: Callable[[HomeAssistant, Context], Coroutine[Any, Any, Context]],
    by_action: bool,
) -> None:
    """By the button and by the action alike."""
    await boots.switch(True)
    context = await who(hass, person)
    domain, service, target = (
        (DOMAIN, "confirm_session", {})
        if by_action
        else ("button", "press", {"entity_id": boots.id("button", "confirm_session")})
    )
    # Some may not control the boots at all.
    with pytest.raises((ServiceValidationError, Unauthorized, UnknownUser)) as refusal:
        await boots.call(domain, service, target, context)
    if isinstance(refusal.value, ServiceValidationError):
        assert refusal.value.translation_key == "confirm_needs_person"
    else:
        assert who in {stranger, system, inactive}
    assert boots.phase == "awaiting"
    assert boots.inflations == []


async def test_a_script_does_not_confirm_for_the_person_who_ran_it(
    hass: HomeAssistant, boots: Acting, person: Context
) -> None:
    """It keeps their context, also hours later."""
    press = {
        "action": "button.press",
        "target": {"entity_id": boots.id("button", "confirm_session")},
    }
    assert await async_setup_component(
        hass, "script", {"script": {"evening": {"sequence": [press]}}}
    )
    await boots.switch(True)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call("script", "evening", context=person)
    assert refusal.value.translation_key == "confirm_needs_person"
    assert boots.inflations == []


async def test_an_automation_does_not_confirm(
    hass: HomeAssistant, boots: Acting
) -> None:
    """Not even one that a person's click has triggered."""
    press = {
        "action": "button.press",
        "target": {"entity_id": boots.id("button", "confirm_session")},
        "continue_on_error": True,
    }
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {
                    "trigger": "state",
                    "entity_id": boots.id("sensor", "phase"),
                    "to": "awaiting",
                },
                "actions": [press, {"event": "tried"}],
            }
        },
    )
    tried: list[object] = []
    hass.bus.async_listen("tried", tried.append)
    await boots.switch(True)
    await until(lambda: tried)
    assert boots.phase == "awaiting"
    assert boots.inflations == []


def talking(hass: HomeAssistant) -> AbstractContextManager[object]:
    """Be within a conversation: a language model's tools carry the user's context."""
    return async_get_chat_session(hass)


@pytest.mark.parametrize(
    "path", ["/api/alexa/smart_home", "/api/google_assistant", "/api/mcp"]
)
async def test_a_voice_or_an_agent_does_not_confirm(
    boots: Acting, person: Context, path: str
) -> None:
    """Although its requests come with the linked person's own token."""
    await boots.switch(True)
    token = current_request.set(Mock(path=path))
    try:
        with pytest.raises(ServiceValidationError):
            await boots.press("confirm_session", person)
    finally:
        current_request.reset(token)
    assert boots.inflations == []


async def test_a_conversation_does_not_confirm(
    hass: HomeAssistant, boots: Acting, person: Context
) -> None:
    """A spoken yes goes another way: it answers our own question."""
    await boots.switch(True)
    with talking(hass), pytest.raises(ServiceValidationError):
        await boots.press("confirm_session", person)
    assert boots.inflations == []


@pytest.mark.parametrize(
    "path", ["/api/websocket", "/api/services/button/press", "/api/webhook/abc"]
)
async def test_a_person_confirms_over_what_people_use(
    boots: Acting, person: Context, path: str
) -> None:
    """The frontend, the REST API, the companion app."""
    await boots.switch(True)
    token = current_request.set(Mock(path=path))
    try:
        await boots.press("confirm_session", person)
    finally:
        current_request.reset(token)
    await until(lambda: boots.inflations)


async def test_under_direct_a_request_starts(
    hass: HomeAssistant, boots: Acting
) -> None:
    """The person chose so in the options."""
    hass.config_entries.async_update_entry(
        boots.entry, options={**boots.entry.options, "policy": "direct"}
    )
    await hass.async_block_till_done(wait_background_tasks=False)
    told = await boots.ask("start_session", legs="left")
    assert told["result"] == "started"
    assert told["settings"]["legs"] == "left"
    await until(lambda: boots.inflations)
    assert boots.inflated == {"pair1-left"}

"""Whose hand it was: the frontend's own websocket and REST, and those who borrow it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import count, product
from typing import Any

from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots import confirming
from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.const import DOMAIN

from .acting import Acting, until
from .test_services import leg_id

NUMBERS = count(1)


class Screen:
    """What somebody does in the frontend."""

    def __init__(self, boots: Acting, client: Any) -> None:
        """Look at a pair."""
        self.boots = boots
        self.client = client

    async def do(
        self, action: str, target: dict[str, Any], **data: Any
    ) -> dict[str, Any]:
        """Call an action as the frontend does; return the answer."""
        domain, service = action.split(".")
        number = next(NUMBERS)
        await self.client.send_json(
            {
                "id": number,
                "type": "call_service",
                "domain": domain,
                "service": service,
                "service_data": data,
                "target": target,
            }
        )
        while (answer := await self.client.receive_json())["id"] != number:
            pass
        assert isinstance(answer, dict)
        return answer

    async def press(self, key: str) -> dict[str, Any]:
        """Press a button."""
        return await self.do(
            "button.press", {"entity_id": self.boots.id("button", key)}
        )


@pytest.fixture
async def screen(boots: Acting, hass_ws_client: Any) -> Screen:
    """Be signed in at the frontend."""
    assert await async_setup_component(boots.hass, "websocket_api", {})
    return Screen(boots, await hass_ws_client(boots.hass))


@pytest.fixture
async def program(hass: HomeAssistant, hass_admin_user: Any) -> str:
    """Return the access token of a program that somebody gave a long-lived one."""
    token = await hass.auth.async_create_refresh_token(
        hass_admin_user,
        client_name="Node-RED",
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        access_token_expiration=timedelta(days=1),
    )
    return hass.auth.async_create_access_token(token)


@pytest.fixture
def causes(boots: Acting, monkeypatch: pytest.MonkeyPatch) -> list[Cause]:
    """Have kept who is behind each change and each resume; both happen as ever."""
    kept: list[Cause] = []
    session = boots.coordinator.session
    for name in ("resume", "change"):
        own: Callable[..., Any] = getattr(session, name)

        async def keep(cause: Cause, own: Any = own, **changes: Any) -> Any:
            kept.append(cause)
            return await own(cause, **changes)

        monkeypatch.setattr(session, name, keep)
    return kept


async def test_a_person_at_the_screen_confirms_raises_and_resumes(
    boots: Acting, screen: Screen, causes: list[Cause]
) -> None:
    """The slider and the buttons, over a real websocket."""
    await boots.switch(True)
    assert (await screen.press("confirm_session"))["success"]
    await until(lambda: len(boots.inflated) == 2 and boots.phase == "running")
    for key, entity, what, value in (
        ("target_pressure", "number", "set_value", {"value": 40}),
        ("duration", "number", "set_value", {"value": 25}),
        ("boost", "select", "select_option", {"option": "foot"}),
        ("skip_5", "switch", "turn_on", {}),
    ):
        answer = await screen.do(
            f"{entity}.{what}", {"entity_id": boots.id(entity, key)}, **value
        )
        assert answer["success"], answer
    settings = boots.coordinator.session.state.settings
    assert settings is not None
    assert settings.target_mmhg == 40
    assert (await screen.press("pause"))["success"]
    await until(lambda: boots.phase == "paused")
    assert (await screen.press("resume"))["success"]
    await until(lambda: boots.phase == "running")
    assert [cause.actor for cause in causes] == [Actor.PERSON] * 5


async def test_a_person_at_the_screen_confirms_and_resumes_by_action(
    boots: Acting, screen: Screen, causes: list[Cause]
) -> None:
    """As the card does, and the developer tools."""
    assert (await screen.do(f"{DOMAIN}.start_session", {}))["success"]
    pair = {"device_id": boots.device.id}
    assert (await screen.do(f"{DOMAIN}.confirm_session", pair))["success"]
    await until(lambda: boots.phase == "running")
    assert (await screen.do(f"{DOMAIN}.pause_session", pair))["success"]
    await until(lambda: boots.phase == "paused")
    assert (await screen.do(f"{DOMAIN}.resume_session", pair))["success"]
    assert [cause.actor for cause in causes] == [Actor.PERSON]


async def resume(boots: Acting, context: Context) -> None:
    """Press resume."""
    await boots.press("resume", context)


async def resume_by_action(boots: Acting, context: Context) -> None:
    """Call the action."""
    await boots.call(DOMAIN, "resume_session", context=context)


async def raise_pressure(boots: Acting, context: Context) -> None:
    """Set the number."""
    entity_id = boots.id("number", "target_pressure")
    await boots.call("number", "set_value", {"value": 50}, context, entity_id=entity_id)


async def boost(boots: Acting, context: Context) -> None:
    """Choose a zone."""
    entity_id = boots.id("select", "boost")
    await boots.call(
        "select", "select_option", {"option": "calf"}, context, entity_id=entity_id
    )


async def take_in(boots: Acting, context: Context) -> None:
    """Switch a zone."""
    entity_id = boots.id("switch", "skip_5")
    await boots.call("switch", "turn_off", context=context, entity_id=entity_id)


DEEDS = [resume, resume_by_action, raise_pressure, boost, take_in]


@pytest.mark.parametrize("deed", DEEDS)
async def test_an_automation_does_not_pass_for_a_person_in_a_session(
    hass: HomeAssistant,
    boots: Acting,
    person: Context,
    causes: list[Cause],
    deed: Callable[[Acting, Context], Any],
) -> None:
    """Neither by itself nor with the context of a script that a person ran."""
    await boots.run(person)
    zone = boots.id("switch", "skip_5")
    await boots.call("switch", "turn_on", entity_id=zone)
    await until(lambda: boots.coordinator.pair.state.skipped == {5})
    await boots.press("pause")
    await until(lambda: boots.phase == "paused")
    causes.clear()
    ran = Context(user_id=person.user_id)
    hass.services.async_register("script", "evening", lambda call: None)
    await boots.call("script", "evening", context=ran)
    for context in (Context(), ran):
        with pytest.raises(ServiceValidationError) as refusal:
            await deed(boots, context)
        assert refusal.value.translation_key == "needs_person"
        assert "Only a person" in str(refusal.value)
    assert boots.phase == "paused"
    assert [cause.actor for cause in causes] == [Actor.AUTOMATION] * 2


@pytest.mark.parametrize("by_action", [False, True])
async def test_a_script_does_not_pass_for_a_person_who_requests(
    hass: HomeAssistant, boots: Acting, person: Context, by_action: bool
) -> None:
    """A request of theirs is theirs alone to change."""
    ran = Context(user_id=person.user_id)
    hass.services.async_register("script", "evening", lambda call: None)
    await boots.call("script", "evening", context=ran)
    for context, actor in ((ran, Actor.AUTOMATION), (person, Actor.PERSON)):
        if by_action:
            await boots.ask("start_session", context)
        else:
            await boots.switch(True, context)
        cause = boots.coordinator.session.state.cause
        assert cause is not None
        assert cause.actor is actor
        await boots.press("stop")


async def test_a_template_button_does_not_confirm_what_it_requested(
    hass: HomeAssistant, boots: Acting, person: Context
) -> None:
    """The person pressed another button, a while ago."""
    confirm = {
        "action": "button.press",
        "target": {"entity_id": boots.id("button", "confirm_session")},
        "continue_on_error": True,
    }
    steps = [{"action": f"{DOMAIN}.start_session"}, confirm, {"event": "tried"}]
    tried: list[object] = []
    hass.bus.async_listen("tried", tried.append)
    assert await async_setup_component(
        hass,
        "template",
        {"template": [{"button": [{"name": "Good night", "press": steps}]}]},
    )
    await until(lambda: hass.states.get("button.good_night"))
    await boots.call("button", "press", entity_id="button.good_night", context=person)
    await until(lambda: tried)
    await until(lambda: boots.phase == "awaiting")
    await asyncio.sleep(0.5)
    assert boots.inflations == []


async def test_a_yes_is_of_this_moment(
    boots: Acting, person: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A context that began with a press does not go on saying yes."""
    monkeypatch.setattr(confirming, "THIS_MOMENT", timedelta(seconds=0.2))
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.press("confirm_session", person)
    assert refusal.value.translation_key == "wrong_phase"
    await boots.switch(True)
    await asyncio.sleep(0.3)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.press("confirm_session", person)
    assert refusal.value.translation_key == "confirm_needs_person"
    assert boots.inflations == []


@pytest.mark.parametrize(
    ("action", "target"),
    [
        *product(
            ["button.press", f"{DOMAIN}.confirm_session"],
            [
                {"area_id": "bedroom"},
                {"floor_id": "ground_floor"},
                {"label_id": "evening"},
            ],
        ),
        (f"{DOMAIN}.confirm_session", {"entity_id": "all"}),
    ],
)
async def test_a_place_is_not_a_yes(
    hass: HomeAssistant,
    boots: Acting,
    person: Context,
    action: str,
    target: dict[str, str],
) -> None:
    """Whoever names a room does not mean the boots in it."""
    fr.async_get(hass).async_create("Ground floor")
    ar.async_get(hass).async_create("Bedroom", floor_id="ground_floor")
    er.async_get(hass).async_update_entity(
        boots.id("button", "confirm_session"), area_id="bedroom", labels={"evening"}
    )
    await boots.switch(True)
    domain, service = action.split(".")
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(domain, service, target, person)
    assert refusal.value.translation_key == "confirm_needs_person"
    assert "area" in str(refusal.value)
    assert boots.phase == "awaiting"
    assert boots.inflations == []


@pytest.mark.parametrize("name", ["entity", "device", "leg", "nothing"])
async def test_naming_the_boots_is_a_yes(
    hass: HomeAssistant, boots: Acting, person: Context, name: str
) -> None:
    """By anything of theirs; by nothing where there is only one pair."""
    await boots.switch(True)
    target = {
        "entity": {"entity_id": [boots.id("sensor", "phase")]},
        "device": {"device_id": boots.device.id},
        "leg": {"device_id": [leg_id(hass, boots)]},
        "nothing": {},
    }[name]
    await boots.call(DOMAIN, "confirm_session", target, person)
    await until(lambda: boots.inflations)


async def test_what_is_not_there_is_not_a_yes(
    hass: HomeAssistant, boots: Acting, person: Context
) -> None:
    """The area meant the boots, and nothing that was named did."""
    area = ar.async_get(hass).async_create("Bedroom")
    dr.async_get(hass).async_update_device(boots.device.id, area_id=area.id)
    await boots.switch(True)
    target = {"area_id": area.id, "entity_id": "sensor.none", "device_id": "none such"}
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "confirm_session", target, person)
    assert refusal.value.translation_key == "confirm_needs_person"


async def test_a_program_does_not_confirm_by_websocket(
    boots: Acting, hass_ws_client: Any, program: str
) -> None:
    """A long-lived token says who gave it, and not who acts."""
    assert await async_setup_component(boots.hass, "websocket_api", {})
    node_red = Screen(boots, await hass_ws_client(boots.hass, program))
    await boots.switch(True)
    answer = await node_red.press("confirm_session")
    assert answer["error"]["translation_key"] == "confirm_needs_person"
    assert boots.inflations == []


@pytest.mark.parametrize("by_program", [False, True])
async def test_over_rest_a_person_confirms_and_a_program_does_not(
    boots: Acting, hass_client: Any, program: str, by_program: bool
) -> None:
    """The same address; the token makes the difference."""
    assert await async_setup_component(boots.hass, "api", {})
    client = await (hass_client(program) if by_program else hass_client())
    await boots.switch(True)
    answer = await client.post(
        "/api/services/button/press",
        json={"entity_id": boots.id("button", "confirm_session")},
    )
    assert (answer.status == 200) is not by_program
    if not by_program:
        await until(lambda: boots.inflations)
    assert bool(boots.inflations) is not by_program

"""Who may do what: the real groups of Home Assistant, over the real websocket."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.auth.const import GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.auth.permissions import PolicyPermissions
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.const import DOMAIN

from .acting import Acting, until

type SignIn = Callable[[User], Awaitable[Any]]

REFUSED = ("start_session", "confirm_session", "pause_session", "resume_session")


@pytest.fixture
async def reader(hass: HomeAssistant, person: Context) -> User:
    """Return somebody who may look only, and is not the first: that one is the owner."""
    return await hass.auth.async_create_user("Looks", group_ids=[GROUP_ID_READ_ONLY])


@pytest.fixture
async def sign_in(hass: HomeAssistant, hass_ws_client: Any) -> SignIn:
    """Return what gives a user a screen."""
    assert await async_setup_component(hass, "websocket_api", {})

    async def signed_in(user: User) -> Any:
        refresh = await hass.auth.async_create_refresh_token(
            user, "https://example.com/app"
        )
        return await hass_ws_client(hass, hass.auth.async_create_access_token(refresh))

    return signed_in


async def call(
    client: Any,
    domain: str,
    service: str,
    data: dict[str, Any] | None = None,
    **target: Any,
) -> dict[str, Any]:
    """Call an action over the websocket and return the answer."""
    await client.send_json_auto_id(
        {
            "type": "call_service",
            "domain": domain,
            "service": service,
            "service_data": data or {},
            "target": target,
        }
    )
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def test_who_may_only_look_cannot_do_anything_but_stop(
    boots: Acting, reader: User, sign_in: SignIn
) -> None:
    """Neither by our actions nor by the entities; nothing even waits."""
    client = await sign_in(reader)
    for action in REFUSED:
        for target in ({}, {"device_id": boots.device.id}):
            answer = await call(client, DOMAIN, action, **target)
            assert not answer["success"], action
            assert answer["error"]["message"] == "Unauthorized"
    for domain, service, key, data in (
        ("switch", "turn_on", "session", {}),
        ("button", "press", "confirm_session", {}),
        ("button", "press", "pause", {}),
        ("button", "press", "resume", {}),
        ("number", "set_value", "target_pressure", {"value": 40}),
        ("select", "select_option", "mode", {"option": "wave"}),
    ):
        entity_id = boots.id(domain, key)
        answer = await call(client, domain, service, data, entity_id=entity_id)
        assert answer["error"]["message"] == "Unauthorized", key
    assert boots.phase == "ready"
    assert boots.inflations == []


@pytest.mark.parametrize("named", [False, True])
async def test_who_may_only_look_can_stop(
    boots: Acting, person: Context, reader: User, sign_in: SignIn, named: bool
) -> None:
    """By the action; what runs is not paused or gone on with by them."""
    client = await sign_in(reader)
    await boots.run(person)
    for action in ("pause_session", "start_session", "resume_session"):
        answer = await call(client, DOMAIN, action)
        assert answer["error"]["message"] == "Unauthorized"
    assert boots.phase == "running"
    target = {"device_id": boots.device.id} if named else {}
    answer = await call(client, DOMAIN, "stop_session", **target)
    assert answer["success"], answer
    assert boots.empty
    await until(lambda: boots.phase == "ready")


async def test_who_may_only_look_does_not_say_yes(
    boots: Acting, reader: User, sign_in: SignIn
) -> None:
    """To a request that waits; they may end it."""
    client = await sign_in(reader)
    await boots.ask("start_session")
    answer = await call(client, DOMAIN, "confirm_session", device_id=boots.device.id)
    assert answer["error"]["message"] == "Unauthorized"
    assert boots.phase == "awaiting"
    assert (await call(client, DOMAIN, "stop_session"))["success"]
    assert boots.phase == "ready"
    assert boots.inflations == []


async def test_who_may_control_can(
    hass: HomeAssistant, boots: Acting, sign_in: SignIn
) -> None:
    """The same calls, of somebody of the house."""
    user = await hass.auth.async_create_user("Demo", group_ids=[GROUP_ID_USER])
    client = await sign_in(user)
    for action in ("start_session", "confirm_session"):
        answer = await call(client, DOMAIN, action, device_id=boots.device.id)
        assert answer["success"], answer
    await until(lambda: boots.phase == "running")
    for action, phase in (("pause_session", "paused"), ("resume_session", "running")):
        answer = await call(client, DOMAIN, action, device_id=boots.device.id)
        assert answer["success"], answer
        await until(lambda phase=phase: boots.phase == phase)


async def test_an_action_needs_what_the_entity_needs_that_does_the_same(
    hass: HomeAssistant, boots: Acting, person: Context
) -> None:
    """Who was given the pause button alone can pause, and nothing else."""
    user = await hass.auth.async_create_user("Nurse", group_ids=[GROUP_ID_READ_ONLY])
    user.permissions = PolicyPermissions(
        {"entities": {"entity_ids": {boots.id("button", "pause"): True}}},
        hass.auth._store._perm_lookup,
    )
    context = Context(user_id=user.id)
    for action in ("start_session", "confirm_session", "resume_session"):
        with pytest.raises(Unauthorized):
            await boots.ask(action, context=context)
    told = await boots.ask("pause_session", context=context)
    assert told["result"] == "refused"
    assert told["reason"] == "wrong_phase"


async def test_without_the_entity_only_who_may_do_everything(
    hass: HomeAssistant, boots: Acting, person: Context, reader: User
) -> None:
    """An entity that is gone opens no door."""
    er.async_get(hass).async_remove(boots.id("switch", "session"))
    with pytest.raises(Unauthorized):
        await boots.ask("start_session", context=Context(user_id=reader.id))
    told = await boots.ask("start_session", context=person)
    assert told["result"] == "awaiting_confirmation"


async def test_a_user_that_is_gone(boots: Acting) -> None:
    """As with the actions of entities."""
    with pytest.raises(UnknownUser):
        await boots.ask("start_session", context=Context(user_id="nobody"))
    assert boots.phase == "ready"
    told = await boots.ask("stop_session", context=Context(user_id="nobody"))
    assert told["result"] == "already_idle"


async def test_the_live_view_is_for_who_may_see_the_boots(
    hass: HomeAssistant, boots: Acting, reader: User, sign_in: SignIn
) -> None:
    """Reading is enough; without it nothing is told, and nothing subscribed."""
    blind = await hass.auth.async_create_user("Sees a lamp only")
    blind.permissions = PolicyPermissions(
        {"entities": {"entity_ids": {"light.lamp": True}}},
        hass.auth._store._perm_lookup,
    )
    for user, sees in ((reader, True), (blind, False)):
        client = await sign_in(user)
        await client.send_json_auto_id(
            {"type": "kumo_boots/live", "entry_id": boots.entry.entry_id}
        )
        answer = await client.receive_json()
        assert answer["success"] is sees
        assert len(boots.coordinator._live) == 1
        if sees:
            assert (await client.receive_json())["event"]["phase"] == "ready"
        else:
            assert answer["error"]["code"] == "unauthorized"

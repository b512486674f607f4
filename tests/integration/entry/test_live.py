"""The live view: everything at full rate, for whoever looks."""

from itertools import count
from typing import Any

from homeassistant.auth.permissions import PolicyPermissions
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.const import DOMAIN

from ..conftest import until
from ..entities.acting import Acting
from ..people.living import move_in
from .running import run

NUMBERS = count(1)


@pytest.fixture
async def client(boots: Acting, hass_ws_client: Any) -> Any:
    """Return somebody at a screen."""
    assert await async_setup_component(boots.hass, "websocket_api", {})
    return await hass_ws_client(boots.hass)


async def subscribe(client: Any, **which: str) -> dict[str, Any]:
    """Subscribe; returns the first message."""
    number = next(NUMBERS)
    await client.send_json({"id": number, "type": "kumo_boots/live", **which})
    answer = await receive(client, number)
    assert answer["success"], answer
    event: dict[str, Any] = (await receive(client, number))["event"]
    return event


async def receive(client: Any, number: int) -> dict[str, Any]:
    """Return the next message of one subscription; others are told meanwhile."""
    while True:
        message: dict[str, Any] = await client.receive_json()
        if message["id"] == number:
            return message


async def test_the_first_message_comes_at_once(boots: Acting, client: Any) -> None:
    """By entry or by device, with everything a screen shows."""
    device = dr.async_get(boots.hass).async_get_device_by_identifier(
        (DOMAIN, boots.entry.entry_id), boots.entry.entry_id
    )
    assert device is not None
    for which in ({"entry_id": boots.entry.entry_id}, {"device_id": device.id}):
        first = await subscribe(client, **which)
        assert first["phase"] == "ready"
        assert first["available"]
        assert first["session"]["phase"] == "idle"
        assert set(first["legs"]) == {"left", "right"}
        assert first["legs"]["left"]["phase"] == "idle"
        assert first["legs"]["left"]["in_session"] is False


async def test_a_device_is_found_without_what_home_assistant_gives_up(
    boots: Acting, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device belongs to one entry; the set of them is deprecated."""
    reported: list[str] = []
    monkeypatch.setattr(dr, "report_usage", lambda what, **how: reported.append(what))
    await subscribe(client, device_id=boots.device.id)
    assert reported == []


async def test_a_session_is_seen_at_full_rate_and_in_fine_phases(
    boots: Acting, client: Any
) -> None:
    """Though hardly anything is written to the database meanwhile."""
    await subscribe(client, entry_id=boots.entry.entry_id)
    await run(boots)
    events: list[dict[str, Any]] = []
    while len(events) < 40 or not events[-1]["legs"]["right"]["pressures_mmhg"]:
        events.append((await client.receive_json())["event"])
    phases = {leg["phase"] for event in events for leg in event["legs"].values()}
    assert {"armed", "inflating"} <= phases
    assert any(event["legs"]["left"]["active_zones"] for event in events)
    pressures = [event["legs"]["right"]["pressures_mmhg"] for event in events]
    assert max(known[0] for known in pressures if known) > 0
    last = events[-1]
    assert last["phase"] == "running"
    assert last["session"]["cause"] == {"actor": "person", "why": "confirmed"}
    assert last["session"]["remaining_s"] > 0
    assert last["target_mmhg"] == 30


async def test_it_tells_who_wears_the_boots(
    hass: HomeAssistant, boots: Acting, client: Any, hass_ws_client: Any
) -> None:
    """As soon as somebody else does; not to who may not see *for whom*."""
    anna = await move_in(boots, "Anna")
    await move_in(boots, "Ben")
    nurse = await hass.auth.async_create_user("Nurse")
    nurse.permissions = PolicyPermissions(
        {"entities": {"entity_ids": {boots.id("sensor", "phase"): True}}},
        hass.auth._store._perm_lookup,
    )
    token = await hass.auth.async_create_refresh_token(nurse, "https://example.com/app")
    nurses = await hass_ws_client(hass, hass.auth.async_create_access_token(token))
    first = await subscribe(client, entry_id=boots.entry.entry_id)
    assert first["wearer"] == "guest"
    assert (await subscribe(nurses, entry_id=boots.entry.entry_id))["wearer"] is None
    await boots.coordinator.household.async_choose(anna)
    while (event := (await client.receive_json())["event"])["wearer"] != "Anna":
        assert event["wearer"] == "guest"
    assert (await nurses.receive_json())["event"]["wearer"] is None
    assert event.keys() == first.keys()


async def test_nobody_looking_costs_nothing(boots: Acting, client: Any) -> None:
    """Unsubscribing, or going away, ends it."""
    await subscribe(client, entry_id=boots.entry.entry_id)
    listeners = boots.coordinator._live
    assert len(listeners) == 1
    following = len(boots.coordinator.coach._listeners)
    subscription = (await client.receive_json())["id"]
    await client.send_json(
        {
            "id": next(NUMBERS),
            "type": "unsubscribe_events",
            "subscription": subscription,
        }
    )
    await until(lambda: not listeners)
    assert len(boots.coordinator.coach._listeners) == following - 1
    await subscribe(client, entry_id=boots.entry.entry_id)
    await client.close()
    await until(lambda: not listeners)


async def test_a_screen_recovers_by_itself_from_a_reload(
    boots: Acting, client: Any
) -> None:
    """It is told that nothing is known, in the same shape, and then what is so."""
    first = await subscribe(client, entry_id=boots.entry.entry_id)
    await run(boots)
    old = boots.coordinator
    assert await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    assert not old._live
    events = [first]
    while (event := (await client.receive_json())["event"])["available"]:
        events.append(event)
    assert "venting" in {event["phase"] for event in events}
    assert event["phase"] is None
    assert event["connected"] is False
    assert event["session"]["phase"] == "unknown"
    assert event["session"]["stop_unconfirmed"] is False
    assert event["target_mmhg"] is None
    assert event.keys() == first.keys()
    assert event["session"].keys() == first["session"].keys()
    for side, leg in event["legs"].items():
        assert leg.keys() == first["legs"][side].keys()
        assert leg["phase"] == "unknown"
        assert leg["pressures_mmhg"] is None

    await until(lambda: boots.coordinator.data.phase == "ready")
    assert len(boots.coordinator._live) == 1
    await run(boots)
    while event["phase"] != "running":
        event = (await client.receive_json())["event"]
    assert event["session"]["phase"] == "running"


async def test_a_screen_can_be_left_while_the_boots_are_unloaded(
    boots: Acting, client: Any
) -> None:
    """And nothing follows the entry any more."""
    first = await subscribe(client, entry_id=boots.entry.entry_id)
    assert first["available"]
    old = boots.coordinator
    assert await boots.hass.config_entries.async_unload(boots.entry.entry_id)
    while (message := await client.receive_json())["event"]["available"]:
        pass
    assert not old._live
    await client.send_json(
        {
            "id": next(NUMBERS),
            "type": "unsubscribe_events",
            "subscription": message["id"],
        }
    )
    assert (await client.receive_json())["success"]
    assert await boots.hass.config_entries.async_setup(boots.entry.entry_id)
    assert boots.coordinator is not old
    assert not boots.coordinator._live


@pytest.mark.parametrize(
    ("which", "code"),
    [
        ({"entry_id": "nobody"}, "not_found"),
        ({"device_id": "nothing"}, "not_found"),
        ({}, "invalid_format"),
        ({"entry_id": "one", "device_id": "too many"}, "invalid_format"),
    ],
)
async def test_what_is_not_there_is_said_to_be_so(
    client: Any, which: dict[str, str], code: str
) -> None:
    """Rather than silence."""
    await client.send_json({"id": next(NUMBERS), "type": "kumo_boots/live", **which})
    answer = await client.receive_json()
    assert not answer["success"]
    assert answer["error"]["code"] == code

"""What helps, with nothing private in it."""

from enum import Flag
import json
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.setup import async_setup_component

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.diagnostics import (
    async_get_config_entry_diagnostics,
    plain,
    without,
)

from ..entities.acting import Acting
from ..entities.conftest import entry_of
from .running import PERSON, run


async def test_pain_15_everything_that_helps_and_nothing_private(boots: Acting) -> None:
    """Frames and attempts are there; keys, addresses, serials, ids are not."""
    await run(boots)
    told = await async_get_config_entry_diagnostics(boots.hass, boots.entry)
    text = json.dumps(told).lower()

    assert told["published"]["phase"] == "running"
    assert told["session"]["cause"]["actor"] == "person"
    assert told["setpoints"]["target_mmhg"] == 30
    for unit in told["units"]:
        assert unit["connected"]
        assert unit["status"]["state"] == "ready"
        assert unit["attempts"][-1]["result"]
        frames = unit["frames"]
        assert {"control", "state", "pressures"} <= {
            f["characteristic"] for f in frames
        }
    assert told["data"]["units"][0]["key"] == REDACTED
    private = [PERSON.user_id, boots.entry.data["pair_id"]]
    for unit in boots.coordinator.remembered:
        serial = unit.identity.serial
        private += [unit.address, serial, serial.encode().hex(), unit.key.secret.hex()]
    for proxy in boots.house.proxies:
        private += [proxy.mac, proxy.address]
    assert [secret for secret in private if secret.lower() in text] == []


async def test_boots_that_are_not_set_up_tell_what_is_remembered(
    boots: Acting,
) -> None:
    """An entry that is disabled, say."""
    entry = entry_of(boots.house)
    told = await async_get_config_entry_diagnostics(boots.hass, entry)
    assert set(told) == {"data", "options"}
    assert told["data"]["units"][0]["address"] == REDACTED


def test_values_become_plain() -> None:
    """Bytes as hex, flags by name."""

    class Colour(Flag):
        RED = 1

    assert plain((b"\x01", Colour.RED, None)) == ["01", "Colour.RED", None]
    assert without(["x secret", 1], frozenset({"secret"})) == [f"x {REDACTED}", 1]


async def test_system_health_counts(boots: Acting, hass_ws_client: Any) -> None:
    """Pairs, links, sessions."""
    hass: Any = boots.hass
    assert await async_setup_component(hass, "system_health", {})
    await run(boots)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "system_health/info"})
    assert (await client.receive_json())["success"]
    info = {}
    for _ in range(20):
        event = (await client.receive_json())["event"]
        if event["type"] == "initial" and DOMAIN in event["data"]:
            info = event["data"][DOMAIN]["info"]
            break
    assert info == {
        "pairs": 1,
        "by_hand": 0,
        "in_reach": 1,
        "connected": 1,
        "sessions": 1,
    }

"""Adding boots that have no Bluetooth, with and without Bluetooth in the house."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.kumo_boots.const import CONF_UNITS
from simulator.house import House

from ..flows.walking import Walk, begin, discovered
from .conftest import PLUG, SENSOR, ByHandActing

LEVELS = {"name": "Sofa boots", "measure": "levels"}


async def to_by_hand(hass: HomeAssistant) -> Walk:
    """Come to the first screen where there is no Bluetooth."""
    walk = await begin(hass, SOURCE_USER)
    assert walk.result["type"] is FlowResultType.MENU
    assert walk.result["step_id"] == "no_bluetooth"
    walk.result = await hass.config_entries.flow.async_configure(
        walk.flow_id, {"next_step_id": "by_hand"}
    )
    assert walk.result["step_id"] == "by_hand"
    return walk


async def finish(walk: Walk, power: dict[str, Any] | None = None) -> ByHandActing:
    """Go on from the power to the entry."""
    assert walk.result["step_id"] == "by_hand_power"
    await walk.submit(power)
    assert walk.result["step_id"] == "precautions"
    await walk.submit()
    assert walk.errors == {"understood": "acknowledge"}
    await walk.submit({"understood": True})
    await walk.hass.async_block_till_done()
    assert walk.entry.state is ConfigEntryState.LOADED
    return ByHandActing(walk.hass, walk.entry)


async def test_without_bluetooth(house_without: HomeAssistant) -> None:
    """Four screens; what is empty stays unknown, and the ceiling is gentle."""
    walk = await to_by_hand(house_without)
    await walk.submit(LEVELS)
    assert walk.result["step_id"] == "by_hand_levels"
    await walk.submit({"levels": 9})
    boots = await finish(walk)
    assert walk.entry.title == "Sofa boots"
    assert walk.entry.data[CONF_UNITS] == []
    assert walk.entry.options == {"target_max_mmhg": 5}
    assert boots.phase == "ready"
    assert boots.get("number", "level").state == "2"
    await house_without.config_entries.async_unload(walk.entry.entry_id)


async def test_looking_again_finds_no_bluetooth_either(
    house_without: HomeAssistant,
) -> None:
    """The menu is shown again."""
    walk = await begin(house_without, SOURCE_USER)
    result = await house_without.config_entries.flow.async_configure(
        walk.flow_id, {"next_step_id": "user"}
    )
    assert result["step_id"] == "no_bluetooth"


async def test_what_the_maker_says_of_the_levels(house_without: HomeAssistant) -> None:
    """It is where the gentle beginning and the ceiling come from."""
    walk = await to_by_hand(house_without)
    await walk.submit(LEVELS | {"name": "  "})
    assert walk.errors == {"name": "name_needed"}
    await walk.submit(LEVELS)
    for nominal in ("20, 40", "20 40 30", "0 40 60", "a b c"):
        await walk.submit({"levels": 3, "nominal_mmhg": nominal})
        assert walk.errors == {"nominal_mmhg": "nominal_per_level"}
    await walk.submit({"levels": 3, "nominal_mmhg": "40, 55, 80"})
    boots = await finish(walk, {"power_sensor": SENSOR})
    assert walk.entry.options == {"target_max_mmhg": 2}
    assert boots.get("number", "level").state == "1"
    await house_without.config_entries.async_unload(walk.entry.entry_id)


async def test_boots_that_show_mmhg(house_without: HomeAssistant) -> None:
    """What they can be set to, and a plug only where power loss lets the air out."""
    walk = await to_by_hand(house_without)
    await walk.submit(LEVELS | {"measure": "mmhg", "legs": "left"})
    assert walk.result["step_id"] == "by_hand_mmhg"
    await walk.submit({"lowest_mmhg": 80, "highest_mmhg": 20})
    assert walk.errors == {"highest_mmhg": "below_lowest"}
    await walk.submit({"lowest_mmhg": 20, "highest_mmhg": 80})
    await walk.submit({"plug": PLUG})
    assert walk.errors == {"plug": "plug_must_vent"}
    boots = await finish(walk, {"plug": PLUG, "vents_on_power_loss": True})
    pressure = boots.get("number", "target_pressure")
    assert pressure.state == "30"
    assert pressure.attributes["max"] == 60
    await house_without.config_entries.async_unload(walk.entry.entry_id)


@pytest.mark.parametrize("house_plan", [{"pairs": 1, "proxies": 1, "speed": 20.0}])
async def test_beside_boots_that_are_found(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """The screen that lists them has the way out."""
    await discovered(proxied_hass)
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.settle()
    assert walk.result["step_id"] == "pick"
    await walk.submit({"by_hand": True})
    assert walk.result["step_id"] == "by_hand"


@pytest.mark.parametrize("house_plan", [{"pairs": 0, "proxies": 1}])
async def test_where_none_is_found(
    proxied_hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So has the screen that says so."""
    monkeypatch.setattr("custom_components.kumo_boots.found.SCAN_RESPONSE_S", 0.2)
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.settle()
    assert walk.result["step_id"] == "none_found"
    await walk.submit({"by_hand": True})
    assert walk.result["step_id"] == "by_hand"


async def test_nothing_to_replace(boots: ByHandActing) -> None:
    """There is no unit that another could take the place of."""
    walk = Walk(boots.hass, await boots.entry.start_reconfigure_flow(boots.hass))
    assert walk.result["reason"] == "nothing_to_replace"

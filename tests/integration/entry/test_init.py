"""Setting up, going away, coming back: the life of an entry."""

import asyncio
from time import monotonic
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.boots.errors import AuthorisationError
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.diagnostics import async_get_config_entry_diagnostics
from custom_components.kumo_boots.remembered import RememberedUnit
from simulator.house import House

from ..conftest import until
from ..entities.acting import Acting
from ..entities.conftest import entry_of
from ..flows.walking import flows
from .running import run


async def test_pain_9_setup_does_not_wait_for_boots_that_are_off(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Nothing connects before Home Assistant goes on; entities are there."""
    for boots in house.boots.values():
        await boots.stop()
    entry = entry_of(house)
    entry.add_to_hass(proxied_hass)
    began = monotonic()
    assert await proxied_hass.config_entries.async_setup(entry.entry_id)
    assert monotonic() - began < 2
    assert entry.state is ConfigEntryState.LOADED
    assert er.async_entries_for_config_entry(er.async_get(proxied_hass), entry.entry_id)
    assert house.witness.entries(kind="link") == []


async def test_pain_6_switched_off_is_no_error(
    boots: Acting, caplog: pytest.LogCaptureFixture
) -> None:
    """The entry stays, controls keep their values, a sensor tells; then it is back."""
    caplog.clear()
    before = {
        key: boots.get(platform, key).state
        for platform, key in (
            ("select", "mode"),
            ("number", "target_pressure"),
            ("number", "duration"),
        )
    }
    for unit in boots.house.boots.values():
        await unit.faults.power(False)
    await until(lambda: not boots.coordinator.data.available, 40)
    assert boots.entry.state is ConfigEntryState.LOADED
    assert boots.get("binary_sensor", "connected").state == "off"
    assert before == {
        key: boots.get(platform, key).state
        for platform, key in (
            ("select", "mode"),
            ("number", "target_pressure"),
            ("number", "duration"),
        )
    }
    for unit in boots.house.boots.values():
        await unit.faults.power(True)
    await until(lambda: boots.coordinator.data.available, 40)
    ours = [r for r in caplog.records if r.name.startswith("custom_components")]
    assert [r for r in ours if r.levelname in {"WARNING", "ERROR"}] == []


async def test_unload_lets_the_air_out_first(boots: Acting) -> None:
    """The witness says so."""
    await run(boots)
    assert await boots.hass.config_entries.async_unload(boots.entry.entry_id)
    assert boots.entry.state is ConfigEntryState.NOT_LOADED
    ended = boots.house.witness.entries(kind="ended")
    assert {entry["boots"] for entry in ended} == {"pair1-left", "pair1-right"}
    assert boots.empty
    assert len(boots.inflations) == 2


async def test_reload_lets_the_air_out_and_starts_nothing(boots: Acting) -> None:
    """Whoever reloads wants it; nothing inflates again by itself."""
    await run(boots)
    assert await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    assert boots.empty
    await until(lambda: boots.coordinator.data.connected)
    await until(lambda: boots.phase == "ready")
    assert len(boots.inflations) == 2


async def test_shutdown_lets_the_air_out(boots: Acting) -> None:
    """Before Home Assistant cancels everything."""
    await run(boots)
    await boots.hass.async_stop(force=True)
    assert boots.hass.state is CoreState.stopped
    assert boots.empty
    assert {e["cause"] for e in boots.house.witness.entries(kind="ended")} == {
        "stopped"
    }


async def test_removal_erases_the_key_and_leaves_nothing(
    boots: Acting, hass_storage: dict[str, Any]
) -> None:
    """On the boots and here."""
    coordinator = boots.coordinator
    coordinator.set_setpoints(target_mmhg=40)
    await coordinator._store.async_save(coordinator.setpoints.as_dict())
    key = f"{DOMAIN}.{boots.entry.entry_id}"
    assert key in hass_storage
    await boots.hass.config_entries.async_remove(boots.entry.entry_id)

    assert key not in hass_storage
    for unit in boots.house.boots.values():
        assert unit.unit.keys.get(0) is None
    registry = er.async_get(boots.hass)
    assert er.async_entries_for_config_entry(registry, boots.entry.entry_id) == []
    devices = dr.async_get(boots.hass)
    assert dr.async_entries_for_config_entry(devices, boots.entry.entry_id) == []


async def test_removal_does_not_wait_long_for_boots_that_are_away(
    boots: Acting, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how to make them forget by hand."""
    monkeypatch.setattr("custom_components.kumo_boots.FORGET_TIMEOUT_S", 1)
    await boots.hass.config_entries.async_unload(boots.entry.entry_id)
    for unit in boots.house.boots.values():
        await unit.faults.power(False)
    began = monotonic()
    await boots.hass.config_entries.async_remove(boots.entry.entry_id)
    assert monotonic() - began < 5
    assert "makes it forget everybody" in caplog.text


async def test_pain_10_the_first_advertisement_wakes(
    hass: HomeAssistant, house: House, connect_proxy: Any
) -> None:
    """Set up before any proxy was there; seen as soon as one is."""
    for component in ("homeassistant", "bluetooth"):
        assert await async_setup_component(hass, component, {})
    entry = entry_of(house)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert not entry.runtime_data.data.available
    for proxy in house.proxies:
        await connect_proxy(proxy)
    await until(lambda: entry.runtime_data.data.connected)
    assert entry.runtime_data.data.phase == "ready"


async def test_what_cannot_be_read_is_said(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """An entry from a future version, say; not a stack trace."""
    entry = entry_of(house)
    entry.add_to_hass(proxied_hass)
    proxied_hass.config_entries.async_update_entry(
        entry, data=dict(entry.data) | {"units": [{}]}
    )
    assert not await proxied_hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "entry_unreadable"
    told = await async_get_config_entry_diagnostics(proxied_hass, entry)
    assert told["data"]["units"] == [{}]
    await proxied_hass.config_entries.async_remove(entry.entry_id)
    assert proxied_hass.config_entries.async_entries(DOMAIN) == []


async def test_a_refused_key_asks_for_pairing_and_stop_still_works(
    boots: Acting,
) -> None:
    """The boots were reset while they ran: nothing starts, everything stops."""
    await run(boots)
    for unit in boots.house.boots.values():
        unit.unit.keys.erase_all()
        unit.faults.drop()
    await until(lambda: flows(boots.hass))
    (flow,) = flows(boots.hass)
    assert flow["context"]["source"] == SOURCE_REAUTH
    await boots.press("stop")
    await until(lambda: boots.empty, 5)
    assert {e["cause"] for e in boots.house.witness.entries(kind="ended")} == {
        "stopped"
    }
    with pytest.raises(AuthorisationError):
        await run(boots)
    assert len(boots.inflations) == 2
    assert len(flows(boots.hass)) == 1


async def test_units_that_changed_are_loaded_anew(boots: Acting) -> None:
    """Another key is another unit; everything else is taken in place."""
    coordinator = boots.coordinator
    boots.hass.config_entries.async_update_entry(boots.entry, title="Mine")
    await asyncio.sleep(0.1)
    assert boots.coordinator is coordinator

    units = [dict(unit) for unit in boots.entry.data["units"]]
    units[0]["name"] = "Other"
    assert RememberedUnit.from_dict(units[0]) != coordinator.remembered[0]
    boots.hass.config_entries.async_update_entry(
        boots.entry, data={**boots.entry.data, "units": units}
    )
    await until(
        lambda: (
            boots.entry.state is ConfigEntryState.LOADED
            and boots.coordinator is not coordinator
        )
    )

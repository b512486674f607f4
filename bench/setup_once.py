"""Set up an entry of an integration in this fresh interpreter, and say how long.

    python -m bench.setup_once DOMAIN

The first setup imports everything and does not count. No device answers, but each is
known to Bluetooth: ours and casper_glow wait for none; besen's client does nothing
instead, as if its charger had answered in no time.
"""

import asyncio
from contextlib import ExitStack
import json
import logging
from pathlib import Path
from statistics import median
import sys
import tempfile
from time import perf_counter
from typing import Any
from unittest.mock import AsyncMock, patch

from bleak.backends.device import BLEDevice
from homeassistant import loader
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

# The test package brings a ``custom_components`` of its own; ours must be first.
import custom_components.kumo_boots
from custom_components.kumo_boots.boots.driver import ControllerKey
from custom_components.kumo_boots.boots.drivers.open_boots.profile import SERVICE
from custom_components.kumo_boots.boots.model import Identity, Side
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.remembered import RememberedUnit, capabilities_as_dict

from .boots import library

assert custom_components.kumo_boots

REPEATS = 9
_ROOT = Path(__file__).resolve().parent.parent
DATA = {
    "casper_glow": {"address": "C4:00:00:00:00:00"},
    "besen": {"address": "C4:00:00:00:00:00", "name": "ACP#Charger", "pin": "123456"},
}
ADDRESS = "C4:00:00:00:00:0{}"


async def _our_data() -> dict[str, Any]:
    """Return what an entry of a pair holds; a virtual unit tells its capabilities."""
    async with library(pairs=1, shape="one_unit") as made:
        (boots,) = made.house.boots.values()
        unit = made.unit(boots)
        await unit.ready(20)
        assert unit.capabilities is not None
        capabilities = capabilities_as_dict(unit.capabilities)
        await unit.close()
    return {
        "units": [
            RememberedUnit(
                address=ADDRESS.format(index),
                name=f"Boots {index}",
                legs=frozenset({side}),
                key=ControllerKey(0, bytes(32)),
                identity=Identity(),
                driver=SERVICE,
            ).as_dict()
            for index, side in enumerate((Side.LEFT, Side.RIGHT))
        ],
        "capabilities": capabilities,
        "pair_id": "01020304",
        "acknowledged": "2026-01-01T00:00:00+00:00",
    }


def _known_device(
    hass: HomeAssistant, address: str, connectable: bool = True
) -> BLEDevice:
    return BLEDevice(address, "Known", {})


async def _time(hass: HomeAssistant, entry: MockConfigEntry) -> float:
    began = perf_counter()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    took = perf_counter() - began
    assert entry.state is ConfigEntryState.LOADED, entry.reason
    return took


async def _measure(domain: str) -> dict[str, Any]:
    data = await _our_data() if domain == DOMAIN else DATA[domain]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        (Path(folder) / "custom_components").symlink_to(_ROOT / "custom_components")
        stack.enter_context(
            patch("bluetooth_adapters.systems.linux.LinuxAdapters.adapters", {})
        )
        stack.enter_context(
            patch("bluetooth_adapters.systems.linux.LinuxAdapters.refresh")
        )
        stack.enter_context(
            patch(
                "homeassistant.components.bluetooth.async_ble_device_from_address",
                _known_device,
            )
        )
        for method in ("async_start", "async_stop"):
            stack.enter_context(
                patch(f"besen.client.BesenClient.{method}", AsyncMock())
            )
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            for component in ("homeassistant", "bluetooth"):
                assert await async_setup_component(hass, component, {})
            entry = MockConfigEntry(domain=domain, data=data, unique_id="bench")
            entry.add_to_hass(hass)
            taken = []
            for turn in range(REPEATS + 1):
                took = await _time(hass, entry)
                if turn:
                    taken.append(took)
                if turn < REPEATS:
                    assert await hass.config_entries.async_unload(entry.entry_id)
                    await hass.async_block_till_done()
            entities = er.async_entries_for_config_entry(
                er.async_get(hass), entry.entry_id
            )
            enabled = sum(entity.disabled_by is None for entity in entities)
            assert await hass.config_entries.async_unload(entry.entry_id)
            await hass.async_stop(force=True)
    return {
        "setup_s": median(taken),
        "entities": len(entities),
        "enabled": enabled,
    }


def main(domain: str) -> None:
    """Set up, and print the seconds."""
    logging.disable(logging.ERROR)
    print(json.dumps(asyncio.run(_measure(domain))))


if __name__ == "__main__":
    main(*sys.argv[1:])

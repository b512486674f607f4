"""What every platform looks like, for both shapes of boots."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.kumo_boots import PLATFORMS

from ..conftest import HousePlan
from .acting import Acting
from .conftest import EVERYTHING

LIVE = {"awaiting_until", "restored"}
"""Attributes that are of the moment."""

SHAPES: dict[str, HousePlan] = {
    "two_units_of_five": {"pairs": 1, "config": {"features": EVERYTHING}},
    "one_unit_of_four": {
        "pairs": 1,
        "shape": "one_unit",
        "chambers": 4,
        "config": {"features": 0},
    },
}


@pytest.fixture(params=SHAPES)
def house_plan(request: pytest.FixtureRequest) -> HousePlan:
    """Have boots of either shape."""
    return SHAPES[request.param]


def looks(hass: HomeAssistant, boots: Acting, entry: er.RegistryEntry) -> Any:
    """Return what is the same every time: no ids, no measured values."""
    state = hass.states.get(entry.entity_id)
    assert state is not None
    return {
        "unique_id": entry.unique_id.replace(boots.entry.entry_id, "<entry>"),
        "category": str(entry.entity_category),
        "device_class": entry.original_device_class,
        "translation_key": entry.translation_key,
        "available": state.state != "unavailable",
        "attributes": {
            str(key): value
            for key, value in sorted(state.attributes.items())
            if key not in LIVE
        },
    }


async def test_every_platform(
    hass: HomeAssistant, boots: Acting, snapshot: SnapshotAssertion
) -> None:
    """Entities, by platform."""
    entries = er.async_entries_for_config_entry(
        er.async_get(hass), boots.entry.entry_id
    )
    assert {entry.domain for entry in entries} == set(PLATFORMS)
    for platform in PLATFORMS:
        assert {
            entry.entity_id: looks(hass, boots, entry)
            for entry in sorted(entries, key=lambda entry: entry.entity_id)
            if entry.domain == platform
        } == snapshot(name=platform)


async def test_devices(
    hass: HomeAssistant, boots: Acting, snapshot: SnapshotAssertion
) -> None:
    """One pair with every Bluetooth address, and its legs as parts of it."""
    devices = dr.async_get(hass)
    pair = boots.device
    assert {
        "name": pair.name,
        "manufacturer": pair.manufacturer,
        "model": pair.model,
        "serial": pair.serial_number,
        "firmware": pair.sw_version,
        "connections": sorted(pair.connections),
        "legs": sorted(
            str(part.name)
            for part in dr.async_entries_for_parent_device(devices, pair.id)
        ),
    } == snapshot

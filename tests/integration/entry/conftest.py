"""A pair of boots that was paired before; a test may unload or remove it."""

from collections.abc import AsyncGenerator

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from simulator.house import House

from ..conftest import until
from ..entities.acting import Acting
from ..entities.conftest import entry_of, house_plan

__all__ = ["house_plan"]


@pytest.fixture
async def boots(
    proxied_hass: HomeAssistant,
    house: House,
) -> AsyncGenerator[Acting]:
    """Return a pair that is set up, linked and ready."""
    entry = entry_of(house)
    entry.add_to_hass(proxied_hass)
    assert await proxied_hass.config_entries.async_setup(entry.entry_id)
    acting = Acting(proxied_hass, entry, house)
    await until(lambda: acting.coordinator.data.connected and acting.phase == "ready")
    yield acting
    if entry.state is ConfigEntryState.LOADED:
        await proxied_hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: acting.empty)

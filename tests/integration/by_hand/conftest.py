"""Boots by hand that were added before; there is no Bluetooth in this house."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.kumo_boots.boots.model import BOTH, Capabilities, Measure
from custom_components.kumo_boots.by_hand.plan import (
    Power,
    capabilities_by_hand,
    entry_data,
    first_options,
)
from custom_components.kumo_boots.const import DOMAIN

from ..entities.acting import Acting, until
from ..entities.conftest import every_entity, person

__all__ = ["every_entity", "person"]

SENSOR, PLUG = "sensor.sofa_power", "switch.sofa"

SIX_LEVELS = capabilities_by_hand(
    legs=BOTH,
    chambers=4,
    lowest=1,
    highest=6,
    step=1,
    measure=Measure.LEVELS,
    vents_on_power_loss=False,
)
IN_MMHG = capabilities_by_hand(
    legs=BOTH,
    chambers=4,
    lowest=20,
    highest=100,
    step=10,
    measure=Measure.MMHG,
    vents_on_power_loss=True,
)

type AddBoots = Callable[..., Coroutine[Any, Any, Acting]]


class ByHandActing(Acting):
    """Boots by hand, as Home Assistant shows them."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        """Take a pair that is set up."""
        self.hass = hass
        self.entry = entry

    @property
    def guidance(self) -> str:
        """Return what a person is told to do."""
        return self.get("sensor", "guidance").state

    async def begin(self, person: Context) -> None:
        """Ask, confirm, start by hand and say so."""
        await self.switch(True)
        await self.press("confirm_session", Context(user_id=person.user_id))
        await until(lambda: self.guidance == "set_and_start")
        await self.press("it_runs")
        await until(lambda: self.phase == "running")


@pytest.fixture
async def house_without(hass: HomeAssistant) -> HomeAssistant:
    """Return Home Assistant without any Bluetooth adapter or proxy."""
    for component in ("homeassistant", "bluetooth"):
        assert await async_setup_component(hass, component, {})
    return hass


@pytest.fixture
async def add(house_without: HomeAssistant) -> AsyncGenerator[AddBoots]:
    """Return a function that adds boots by hand."""
    hass = house_without
    entries: list[MockConfigEntry] = []

    async def add(
        capabilities: Capabilities = SIX_LEVELS, **power: Any
    ) -> ByHandActing:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Sofa boots",
            unique_id=f"by-hand-{len(entries)}",
            data=entry_data(capabilities, Power(**power), "2026-11-01T20:00:00+00:00"),
            options=first_options(capabilities),
        )
        entry.add_to_hass(hass)
        entries.append(entry)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return ByHandActing(hass, entry)

    yield add
    for entry in entries:
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def boots(add: AddBoots) -> Acting:
    """Return boots with six levels, and nothing that measures their power."""
    return await add()

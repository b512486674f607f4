"""Dates: until when the routines of a pair are paused."""

from datetime import date
from typing import override

from homeassistant.components.date import DateEntity, DateEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import KumoBootsConfigEntry
from .entity import KumoBootsControl

PARALLEL_UPDATES = 0

PAUSED_UNTIL = DateEntityDescription(
    key="routines_paused_until",
    translation_key="routines_paused_until",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the pause of routines."""
    async_add_entities([PausedUntilDate(entry.runtime_data, PAUSED_UNTIL)])


class PausedUntilDate(KumoBootsControl, DateEntity):
    """The day from which on routines are due again: holidays."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the planner."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.planner.listen(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> date | None:
        """Return the day; unknown while routines are not paused."""
        planner = self.coordinator.planner
        return planner.paused_until if planner.paused else None

    @override
    async def async_set_value(self, value: date) -> None:
        """Pause until a day; today's, or one that is over, ends the pause."""
        self.coordinator.planner.pause_until(value)

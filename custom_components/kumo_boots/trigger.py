"""Triggers: what an automation can wait for (``automation/``)."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .automation import measured, triggers


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of boots."""
    return triggers.TRIGGERS | measured.TRIGGERS

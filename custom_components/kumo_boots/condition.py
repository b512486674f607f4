"""Conditions: what an automation can ask of boots (``automation/conditions.py``)."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .automation.conditions import CONDITIONS


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions of boots."""
    return CONDITIONS

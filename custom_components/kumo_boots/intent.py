"""Intents: what can be said to the boots (``voice/``)."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .voice import evenings, sessions, telling


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register what is understood."""
    for handler in (*sessions.HANDLERS, *telling.HANDLERS, *evenings.HANDLERS):
        intent.async_register(hass, handler())

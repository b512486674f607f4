"""Intents: what can be said to the boots (``voice/``)."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .voice import evenings, sessions, stopping, telling
from .voice.talk import BootsIntent

HANDLERS: Final[tuple[type[BootsIntent], ...]] = (
    *sessions.HANDLERS,
    *stopping.HANDLERS,
    *telling.HANDLERS,
    *evenings.HANDLERS,
)


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register what is understood."""
    for handler in HANDLERS:
        intent.async_register(hass, handler())

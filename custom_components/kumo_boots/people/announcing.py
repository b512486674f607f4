"""Announcing: an event on Home Assistant's bus for every transition of a session.

``kumo_boots_session`` carries ``entry_id`` and ``device_id`` of the pair, ``kind``
(requested, confirmed, started, paused, stopped…), ``wearer`` (their name, or *guest*),
``wearer_id`` (None for the guest), ``actor`` and ``cause`` (why, a stable key), ``leg``
(the one that alone was lost while the other goes on, else None). Nothing that a wearer
said of a session is in it, and no pressure. It is a public interface: docs/events.md.
"""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..boots.session import Session, SessionEvent
from ..const import DOMAIN, EVENT_SESSION
from .wearer import WhoNow

ATTR_ENTRY_ID = "entry_id"
ATTR_KIND = "kind"
ATTR_WEARER = "wearer"
ATTR_WEARER_ID = "wearer_id"
ATTR_ACTOR = "actor"
ATTR_CAUSE = "cause"
ATTR_LEG = "leg"


class Announcing:
    """Tells automations and the logbook what happened, and to whose session."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, who: WhoNow) -> None:
        """Take the pair's entry and whoever knows who wears the boots."""
        self._hass = hass
        self._entry = entry
        self._who = who

    @callback
    def start(self, session: Session) -> Callable[[], None]:
        """Begin to listen; returns what ends it."""
        return session.listen_events(self._happened)

    @callback
    def _happened(self, event: SessionEvent) -> None:
        wearer = self._who()
        device = dr.async_get(self._hass).async_get_device_by_identifier(
            (DOMAIN, self._entry.entry_id), self._entry.entry_id
        )
        self._hass.bus.async_fire(
            EVENT_SESSION,
            {
                ATTR_ENTRY_ID: self._entry.entry_id,
                ATTR_DEVICE_ID: None if device is None else device.id,
                ATTR_KIND: event.kind.value,
                ATTR_WEARER: wearer.name,
                ATTR_WEARER_ID: wearer.wearer_id,
                ATTR_ACTOR: event.cause.actor.value,
                ATTR_CAUSE: event.cause.why,
                ATTR_LEG: event.facts.get(ATTR_LEG),
            },
        )

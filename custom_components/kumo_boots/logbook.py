"""Logbook: what happened to a session, in a line that a person can read."""

from collections.abc import Callable

from homeassistant.components.logbook import LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN, EVENT_SESSION
from .people.announcing import (
    ATTR_ACTOR,
    ATTR_CAUSE,
    ATTR_ENTRY_ID,
    ATTR_KIND,
    ATTR_WEARER,
    ATTR_WEARER_ID,
)

LOCALE_EN = "en"


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, str]]], None],
) -> None:
    """Say how events of sessions read."""

    @callback
    def describe(event: Event) -> dict[str, str]:
        """Describe one; called in a thread of the recorder as well."""
        entry_id = str(event.data.get(ATTR_ENTRY_ID))
        entry = hass.config_entries.async_get_entry(entry_id)
        return {
            LOGBOOK_ENTRY_NAME: _text(hass, "logbook_boots")
            if entry is None
            else entry.title,
            LOGBOOK_ENTRY_MESSAGE: _message(hass, event),
        }

    async_describe_event(DOMAIN, EVENT_SESSION, describe)


def _message(hass: HomeAssistant, event: Event) -> str:
    """Say what happened to whose session, and why or by whom."""
    data = event.data
    wearer = (
        _text(hass, "logbook_guest")
        if data.get(ATTR_WEARER_ID) is None
        else str(data.get(ATTR_WEARER))
    )
    # Names may hold braces.
    message = _text(hass, f"logbook_{data.get(ATTR_KIND)}").replace("{wearer}", wearer)
    reason = _text(hass, f"logbook_cause_{data.get(ATTR_CAUSE)}") or _text(
        hass, f"logbook_actor_{data.get(ATTR_ACTOR)}"
    )
    return f"{message} ({reason})" if reason else message


def _text(hass: HomeAssistant, key: str) -> str:
    """Return a text in the house's language; English where it has none."""
    path = f"component.{DOMAIN}.common.{key}"
    for language in (hass.config.language, LOCALE_EN):
        texts = async_get_cached_translations(hass, language, "common", DOMAIN)
        if text := texts.get(path):
            return text
    return ""

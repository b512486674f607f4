"""Logbook: what happened to a session or a routine, in a line that a person can read."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN, EVENT_ROUTINE, EVENT_SESSION
from .people.announcing import (
    ATTR_ACTOR,
    ATTR_CAUSE,
    ATTR_ENTRY_ID,
    ATTR_KIND,
    ATTR_WEARER,
    ATTR_WEARER_ID,
)
from .routines.announcing import ATTR_ROUTINE, ATTR_STEP

LOCALE_EN = "en"
ICONS = {EVENT_SESSION: "mdi:history", EVENT_ROUTINE: "mdi:format-list-checks"}
"""Those of the event entities, which tell the same."""


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, str]]], None],
) -> None:
    """Say how events of sessions and routines read."""

    @callback
    def describe(event: Event) -> dict[str, str]:
        """Describe one; called in a thread of the recorder as well."""
        entry_id = str(event.data.get(ATTR_ENTRY_ID))
        entry = hass.config_entries.async_get_entry(entry_id)
        return {
            LOGBOOK_ENTRY_NAME: _text(hass, "common.logbook_boots")
            if entry is None
            else entry.title,
            LOGBOOK_ENTRY_MESSAGE: _message(hass, event),
            LOGBOOK_ENTRY_ICON: ICONS[str(event.event_type)],
        }

    async_describe_event(DOMAIN, EVENT_SESSION, describe)
    async_describe_event(DOMAIN, EVENT_ROUTINE, describe)


def _message(hass: HomeAssistant, event: Event) -> str:
    """Say what happened, and why or by whom."""
    of_routine = event.event_type == EVENT_ROUTINE
    message = (_of_routine if of_routine else _of_session)(hass, event.data)
    why = "routine_why" if of_routine else "logbook_cause"
    reason = _text(hass, f"common.{why}_{event.data.get(ATTR_CAUSE)}") or _text(
        hass, f"common.logbook_actor_{event.data.get(ATTR_ACTOR)}"
    )
    return f"{message} ({reason.rstrip('.')})" if reason else message


def _of_routine(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    """Say what happened to which routine."""
    step = _text(hass, f"selector.routine_step.options.{data.get(ATTR_STEP)}")
    return (
        _text(hass, f"common.logbook_routine_{data.get(ATTR_KIND)}")
        .replace("{step}", step)
        .replace("{routine}", str(data.get(ATTR_ROUTINE)))
    )


def _of_session(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    """Say what happened to whose session."""
    wearer = (
        _text(hass, "common.logbook_guest")
        if data.get(ATTR_WEARER_ID) is None
        else str(data.get(ATTR_WEARER))
    )
    # Names may hold braces.
    return _text(hass, f"common.logbook_{data.get(ATTR_KIND)}").replace(
        "{wearer}", wearer
    )


def _text(hass: HomeAssistant, key: str) -> str:
    """Return a text in the house's language; English where it has none."""
    path, category = f"component.{DOMAIN}.{key}", key.partition(".")[0]
    for language in (hass.config.language, LOCALE_EN):
        texts = async_get_cached_translations(hass, language, category, DOMAIN)
        if text := texts.get(path):
            return text
    return ""

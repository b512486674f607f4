"""Reading the subentries of an entry; whichever cannot be read is said."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN


class Reading[T]:
    """Reads the wearers, or the routines, again and again; keeps its repairs up to date."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        subentry_type: str,
        read: Callable[[str, Mapping[str, Any]], T],
    ) -> None:
        """Begin with none.

        ``read`` makes one of the subentry's id and data; it raises KeyError, TypeError
        or ValueError.
        """
        self._hass = hass
        self._entry = entry
        self._type = subentry_type
        self._read = read
        self._unreadable: frozenset[str] = frozenset()

    @callback
    def all(self) -> tuple[T, ...]:
        """Return those that can be read, in the order they were added."""
        found, unreadable = [], {}
        for subentry in self._entry.subentries.values():
            if subentry.subentry_type != self._type:
                continue
            try:
                one = self._read(subentry.subentry_id, subentry.data)
            except KeyError, TypeError, ValueError:
                unreadable[subentry.subentry_id] = subentry.title
            else:
                found.append(one)
        for subentry_id, title in unreadable.items():
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                self._issue_id(subentry_id),
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=f"{self._type}_unreadable",
                translation_placeholders={"name": title, "boots": self._entry.title},
            )
        self._clear(self._unreadable - set(unreadable))
        self._unreadable = frozenset(unreadable)
        return tuple(found)

    @callback
    def close(self) -> None:
        """Take the repairs back: whoever reads next will say it again."""
        self._clear(self._unreadable)

    def _issue_id(self, subentry_id: str) -> str:
        return f"{self._type}_unreadable_{subentry_id}"

    def _clear(self, subentry_ids: frozenset[str]) -> None:
        for subentry_id in subentry_ids:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id(subentry_id))

"""Reading the wearers of an entry; whoever cannot be read is said."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .wearer import SUBENTRY_WEARER, Wearer


def _issue_id(wearer_id: str) -> str:
    return f"wearer_unreadable_{wearer_id}"


class Reading:
    """Reads the wearers again and again, and keeps its repairs up to date."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with nobody."""
        self._hass = hass
        self._entry = entry
        self._unreadable: frozenset[str] = frozenset()

    @callback
    def wearers(self) -> tuple[Wearer, ...]:
        """Return who can be read, in the order they were added."""
        wearers, unreadable = [], {}
        for subentry in self._entry.subentries.values():
            if subentry.subentry_type != SUBENTRY_WEARER:
                continue
            try:
                wearer = Wearer.from_subentry(subentry.subentry_id, subentry.data)
            except KeyError, TypeError, ValueError:
                unreadable[subentry.subentry_id] = subentry.title
            else:
                wearers.append(wearer)
        for wearer_id, title in unreadable.items():
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                _issue_id(wearer_id),
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key="wearer_unreadable",
                translation_placeholders={"name": title, "boots": self._entry.title},
            )
        self._clear(self._unreadable - set(unreadable))
        self._unreadable = frozenset(unreadable)
        return tuple(wearers)

    @callback
    def close(self) -> None:
        """Take the repairs back: whoever reads next will say it again."""
        self._clear(self._unreadable)

    def _clear(self, wearer_ids: frozenset[str]) -> None:
        for wearer_id in wearer_ids:
            ir.async_delete_issue(self._hass, DOMAIN, _issue_id(wearer_id))

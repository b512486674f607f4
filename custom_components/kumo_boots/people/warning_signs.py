"""Warning signs: showing them, until the wearer has read them."""

from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from .wearer import Wearer

SIGNS: Final = "warning_signs"
"""Shown with any discomfort; names nobody, and is put away by hand."""
READ_SIGNS: Final = "read_warning_signs"
"""Shown for a wearer who cannot start before they have read them: everybody at home
sees it, so that it names nobody."""


class WarningSigns:
    """The warning signs that one pair's people are shown.

    They say what is known of such signs in general: neither what was reported, nor
    what it may be.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin without knowing what was shown before a reload."""
        self._hass = hass
        self._entry = entry
        self._shown: set[str] = set()

    async def async_show(self, wearer: Wearer | None = None) -> str:
        """Show them, and return their text.

        To a wearer who has to read them, or to whoever is there.
        """
        key, notification_id = SIGNS, f"{SIGNS}_{self._entry.entry_id}"
        if wearer is not None:
            key, notification_id = READ_SIGNS, self._id(wearer)
        title, text = await self._text(key)
        persistent_notification.async_create(self._hass, text, title, notification_id)
        return text

    @callback
    def update(self, locked: tuple[Wearer, ...]) -> None:
        """Show them to the wearers who have yet to read them, and to nobody else."""
        wanted = {self._id(wearer): wearer for wearer in locked}
        for issue_id in self._known() - set(wanted):
            self._shown.discard(issue_id)
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            persistent_notification.async_dismiss(self._hass, issue_id)
        for issue_id in set(wanted) - self._shown:
            self._shown.add(issue_id)
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                is_fixable=False,
                severity=ir.IssueSeverity.CRITICAL,
                translation_key=READ_SIGNS,
                translation_placeholders={"name": self._entry.title},
            )
            self._entry.async_create_task(
                self._hass, self._remind(issue_id), "warning signs"
            )

    @callback
    def clear(self) -> None:
        """Take everything back; the entry is gone."""
        self.update(())
        persistent_notification.async_dismiss(
            self._hass, f"{SIGNS}_{self._entry.entry_id}"
        )

    async def _remind(self, issue_id: str) -> None:
        title, text = await self._text(READ_SIGNS)
        if issue_id in self._shown:
            persistent_notification.async_create(self._hass, text, title, issue_id)

    async def _text(self, key: str) -> tuple[str, str]:
        """Return title and text in the household's language."""
        texts = await async_get_translations(
            self._hass, self._hass.config.language, "issues", [DOMAIN]
        )
        title, text = (
            texts[f"component.{DOMAIN}.issues.{key}.{part}"].replace(
                "{name}", self._entry.title
            )
            for part in ("title", "description")
        )
        return title, text

    def _id(self, wearer: Wearer) -> str:
        return f"{self._prefix}{wearer.wearer_id}"

    @property
    def _prefix(self) -> str:
        return f"{READ_SIGNS}_{self._entry.entry_id}_"

    def _known(self) -> set[str]:
        """Return what is shown, also since before a reload, or to who is gone."""
        return self._shown | {
            issue_id
            for domain, issue_id in ir.async_get(self._hass).issues
            if domain == DOMAIN and issue_id.startswith(self._prefix)
        }

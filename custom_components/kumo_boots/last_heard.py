"""When the boots were heard last, also before Home Assistant was started again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from .boots.unit import Unit
from .const import DOMAIN
from .kept_file import KeptFile

STORAGE_VERSION: Final = 1
NOTE_EVERY_S: Final = 15 * 60
"""How exactly it is known after a restart that was not announced."""


def heard_store(hass: HomeAssistant, entry_id: str) -> KeptFile:
    """Return where it is kept when the units of an entry were heard, by address."""
    return KeptFile(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.heard")


class LastHeard:
    """Knows for the units of one entry how long ago they were there."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, units: Sequence[Unit]
    ) -> None:
        """Begin without knowing what was before."""
        self._hass = hass
        self._entry = entry
        self._units = units
        self._store = heard_store(hass, entry.entry_id)
        self._at: dict[str, datetime] = {}

    async def async_load(self) -> None:
        """Remember what was before, and note from now on what is; until the unload."""
        stored = await self._store.async_load() or {}
        for address, text in stored.items():
            at = dt_util.parse_datetime(text) if isinstance(text, str) else None
            if at is not None and at.tzinfo is not None:
                self._at[address] = at
        self._entry.async_on_unload(
            async_track_time_interval(
                self._hass, self._note, timedelta(seconds=NOTE_EVERY_S)
            )
        )
        self._entry.async_on_unload(self._note)

    @callback
    def within(self, unit: Unit, seconds: float) -> bool:
        """Tell whether a unit was heard in the last seconds, as far as is known."""
        if unit.heard(seconds):
            return True
        at = self._at.get(unit.address)
        # The clock may have been wrong then, or now: a time to come is none.
        return at is not None and (
            abs((dt_util.utcnow() - at).total_seconds()) <= seconds
        )

    async def _note(self, _now: datetime | None = None) -> None:
        """Keep which units were heard since the last time."""
        heard = [unit for unit in self._units if unit.heard(NOTE_EVERY_S)]
        if heard:
            now = dt_util.utcnow()
            self._at |= {unit.address: now for unit in heard}
            await self._store.async_save(
                {address: at.isoformat() for address, at in self._at.items()}
            )

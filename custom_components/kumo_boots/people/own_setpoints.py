"""Each wearer's own setpoints: what they used last is theirs and nobody else's."""

from collections.abc import Collection, Mapping
import logging
from typing import Any

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..kept_file import UNREADABLE, KeptFile
from ..snapshot import Setpoints

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION = 1
SAVE_DELAY_S = 5

KEY_WEARERS = "wearers"


def setpoints_store(hass: HomeAssistant, entry_id: str) -> KeptFile:
    """Return where the setpoints of an entry are kept."""
    return KeptFile(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}")


class OwnSetpoints:
    """Keeps the guest's setpoints, and each wearer's beside them."""

    def __init__(self, store: KeptFile) -> None:
        """Begin with none; ``store`` holds the guest's, with the others inside."""
        self._store = store
        self._kept: dict[str | None, Setpoints] = {}

    async def async_load(self) -> None:
        """Read what is stored; what cannot be read is said and forgotten."""
        if (stored := await self._store.async_load()) is None:
            return
        wearers = stored.get(KEY_WEARERS)
        self._take(None, stored)
        if isinstance(wearers, dict):
            for wearer_id, setpoints in wearers.items():
                self._take(wearer_id, setpoints)

    def _take(self, wearer_id: str | None, stored: Mapping[str, Any]) -> None:
        try:
            self._kept[wearer_id] = Setpoints.from_dict(stored)
        except UNREADABLE as error:
            _LOGGER.warning("The stored setpoints cannot be read: %r", error)

    def of(self, wearer_id: str | None) -> Setpoints | None:
        """Return what a wearer left; None is the guest's id, or: they left nothing."""
        return self._kept.get(wearer_id)

    def keep(self, wearer_id: str | None, setpoints: Setpoints) -> None:
        """Keep a wearer's setpoints; they are written a moment later."""
        self._kept[wearer_id] = setpoints
        self._store.async_delay_save(self._as_dict, SAVE_DELAY_S)

    def forget(self, wearer_id: str) -> None:
        """Forget a wearer's."""
        if self._kept.pop(wearer_id, None) is not None:
            self._store.async_delay_save(self._as_dict, SAVE_DELAY_S)

    def forget_all_but(self, wearer_ids: Collection[str | None]) -> None:
        """Forget those of wearers that are gone; the guest's stay."""
        for wearer_id in tuple(self._kept):
            if wearer_id is not None and wearer_id not in wearer_ids:
                self.forget(wearer_id)

    def _as_dict(self) -> dict[str, Any]:
        guest = self._kept.get(None)
        return {
            **({} if guest is None else guest.as_dict()),
            KEY_WEARERS: {
                wearer_id: setpoints.as_dict()
                for wearer_id, setpoints in self._kept.items()
                if wearer_id is not None
            },
        }

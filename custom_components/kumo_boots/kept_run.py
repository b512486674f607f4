"""What runs, kept so that a Home Assistant that was killed can tell what became of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
import logging
from typing import Any

from homeassistant.core import HomeAssistant, callback

from .boots.model import Programme, Settings, Side, Times
from .boots.session import Ran
from .const import DOMAIN
from .kept_file import UNREADABLE, KeptFile

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION = 1
KEEP_EVERY = timedelta(seconds=60)
"""How old what is kept may be: an end is told to the minute, and flash cards last."""


def run_store(hass: HomeAssistant, entry_id: str) -> KeptFile:
    """Return where the run of an entry is kept."""
    return KeptFile(
        hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.run", atomic_writes=True
    )


class KeptRun:
    """Keeps the running session of one pair of boots; nothing when none runs.

    It is written when a session begins or changes and every minute after that, at
    once: a process that is killed says no goodbye.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Know nothing yet."""
        self._hass = hass
        self._store = run_store(hass, entry_id)
        self._kept: Ran | None = None
        self._writing = False

    async def async_load(self) -> Ran | None:
        """Return what ran when it was last known; None when nothing did."""
        if not (stored := await self._store.async_load()):
            return None
        try:
            self._kept = ran_from_dict(stored)
        except UNREADABLE as error:
            _LOGGER.warning("The session that ran last cannot be read: %r", error)
        return self._kept

    @callback
    def update(self, ran: Ran | None) -> None:
        """Take over what runs now."""
        if not _is_news(self._kept, ran):
            return
        self._kept = ran
        if not self._writing:
            self._writing = True
            # Not a background task: those are cancelled at shutdown.
            self._hass.async_create_task(self._write(), f"{DOMAIN} keeps what runs")

    async def _write(self) -> None:
        """Write until what is kept is what there is."""
        try:
            while True:
                kept = self._kept
                await self._store.async_save({} if kept is None else ran_as_dict(kept))
                if kept is self._kept:
                    return
        finally:
            self._writing = False


def _is_news(kept: Ran | None, ran: Ran | None) -> bool:
    """Tell whether it is worth a write."""
    if kept is None or ran is None:
        return kept is not ran
    return (
        (kept.settings, kept.started_at) != (ran.settings, ran.started_at)
        or ran.remaining_s > kept.remaining_s
        or ran.known_at - kept.known_at >= KEEP_EVERY
    )


def settings_as_dict(settings: Settings) -> dict[str, Any]:
    """Make settings storable."""
    times = settings.times
    return {
        "programme": settings.programme.value,
        "target_mmhg": settings.target_mmhg,
        "duration_s": settings.duration_s,
        "legs": sorted(settings.legs),
        "skipped": sorted(settings.skipped),
        "boosted": settings.boosted,
        "times": None
        if times is None
        else [times.hold_s, times.release_s, times.rest_s],
    }


def settings_from_dict(data: Mapping[str, Any]) -> Settings:
    """Read what ``settings_as_dict`` made; KeyError, TypeError or ValueError else."""
    times = data["times"]
    return Settings(
        programme=Programme(data["programme"]),
        target_mmhg=int(data["target_mmhg"]),
        duration_s=int(data["duration_s"]),
        legs=frozenset(Side(leg) for leg in data["legs"]),
        skipped=frozenset(int(zone) for zone in data["skipped"]),
        boosted=data["boosted"],
        times=None
        if times is None
        else Times(hold_s=times[0], release_s=times[1], rest_s=times[2]),
    )


def ran_as_dict(ran: Ran) -> dict[str, Any]:
    """Make it storable."""
    return {
        "settings": settings_as_dict(ran.settings),
        "started_at": ran.started_at.isoformat(),
        "remaining_s": ran.remaining_s,
        "known_at": ran.known_at.isoformat(),
        "lease_s": ran.lease_s,
        "session_ids": list(ran.session_ids),
    }


def ran_from_dict(data: Mapping[str, Any]) -> Ran:
    """Read what ``ran_as_dict`` made; KeyError, TypeError or ValueError when it is not."""
    return Ran(
        settings=settings_from_dict(data["settings"]),
        started_at=moment(data["started_at"]),
        remaining_s=int(data["remaining_s"]),
        known_at=moment(data["known_at"]),
        lease_s=None if data["lease_s"] is None else float(data["lease_s"]),
        session_ids=tuple(data.get("session_ids", ())),
    )


def moment(text: str) -> datetime:
    """Read a moment; ValueError where it has no time zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"no time zone: {text}")
    return at

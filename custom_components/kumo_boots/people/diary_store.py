"""Where the diary lies: one file per pair, versioned; what is unreadable is kept aside."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
import logging
from pathlib import Path
from typing import Any, Final, Self, override

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..kept_file import UNREADABLE, KeptFile
from .sitting import Discomfort, Sitting

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1
STORAGE_MINOR_VERSION: Final = 2
"""1.0 held one list of everybody's sessions; 1.1 has a page for each wearer; 1.2 notes
the target that a session ended with, which nobody knows of those before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A discomfort that a wearer reported."""

    at: datetime
    kind: Discomfort
    one_sided: bool
    """It was in one leg only."""
    sitting_id: str | None
    """The session it was about; None where there was none."""

    def as_dict(self) -> dict[str, Any]:
        """Make it storable."""
        return {
            "at": self.at.isoformat(),
            "kind": self.kind.value,
            "one_sided": self.one_sided,
            "sitting_id": self.sitting_id,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_dict`` made; one of ``UNREADABLE`` when it is not."""
        return cls(
            at=_moment(data["at"]),
            kind=Discomfort(data["kind"]),
            one_sided=bool(data["one_sided"]),
            sitting_id=data["sitting_id"],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What is remembered of one wearer, oldest first."""

    sittings: tuple[Sitting, ...] = ()
    reports: tuple[Report, ...] = ()
    locked_at: datetime | None = None
    """Since when a warning sign keeps them from starting; None: it does not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A session that is not over yet, so that a restart does not forget its wearer."""

    sitting: Sitting
    """As far as it has come: ``ended_at`` is when it was looked at last."""
    session_ids: tuple[int | None, ...]
    """Its number on each unit, in the order of ``Pair.units``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """All that one file holds."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    opened: Opened | None = None

    def as_dict(self) -> dict[str, Any]:
        """Make it storable."""
        return {
            "wearers": {
                wearer_id: {
                    "sittings": [sitting.as_dict() for sitting in page.sittings],
                    "reports": [report.as_dict() for report in page.reports],
                    "locked_at": page.locked_at and page.locked_at.isoformat(),
                }
                for wearer_id, page in self.pages.items()
            },
            "opened": self.opened
            and {
                "sitting": self.opened.sitting.as_dict(),
                "session_ids": list(self.opened.session_ids),
            },
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was read, and whether all of it could be."""

    contents: Contents
    whole: bool
    """Nothing was left out because it could not be read."""


class DiaryStore(KeptFile):
    """The file of one pair: written atomically, readable for its owner only."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file of an entry; nothing is read yet."""
        super().__init__(
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.{entry_id}.diary",
            private=True,
            atomic_writes=True,
            minor_version=STORAGE_MINOR_VERSION,
            # Years of sessions must not hold the event loop up while it keeps a lease.
            serialize_in_event_loop=False,
        )

    async def async_read(self) -> Found:
        """Return what can be read; what cannot is kept aside and never raises.

        A file of a newer major version is kept aside, too, and not written over.
        """
        there = await self.hass.async_add_executor_job(Path(self.path).exists)
        if (data := await self.async_load()) is not None:
            try:
                found = parse(data)
            except UNREADABLE as error:
                _LOGGER.error("The sessions in %s cannot be read: %r", self.key, error)
                found = Found(contents=Contents(), whole=False)
            if not found.whole:
                await self.async_keep_aside()
            return found
        if there:
            # Nothing is in it, or what could not be read was moved away already.
            await self.async_keep_aside()
        return Found(contents=Contents(), whole=not there)

    @override
    async def _async_migrate_func(
        self,
        old_major_version: int,
        old_minor_version: int,
        old_data: dict[str, Any],
    ) -> dict[str, Any]:
        """Bring an older file to this version; a newer minor one is read as it is."""
        if old_minor_version >= 1:
            return old_data
        wearers: dict[str, Any] = {}
        for sitting in old_data["sittings"]:
            page = wearers.setdefault(sitting["wearer_id"], {"sittings": []})
            page["sittings"].append(sitting)
        return {"wearers": wearers}


def parse(data: Mapping[str, Any]) -> Found:
    """Read what ``Contents.as_dict`` made, leaving out what is broken.

    Raises one of ``UNREADABLE`` where there is nothing to read at all.
    """
    whole = True
    pages: dict[str, Page] = {}
    for wearer_id, stored in data["wearers"].items():
        try:
            sittings, good_sittings = _each(
                stored["sittings"], partial(_sitting, wearer_id)
            )
            reports, good_reports = _each(stored.get("reports", ()), Report.from_dict)
            locked_at, good_lock = _lock(stored.get("locked_at"))
        except UNREADABLE:
            whole = False
            continue
        whole &= good_sittings and good_reports and good_lock
        pages[wearer_id] = Page(sittings=sittings, reports=reports, locked_at=locked_at)
    opened: Opened | None = None
    if (stored := data.get("opened")) is not None:
        try:
            sitting = stored["sitting"]
            opened = Opened(
                sitting=_sitting(sitting["wearer_id"], sitting),
                session_ids=tuple(stored["session_ids"]),
            )
        except UNREADABLE:
            whole = False
    return Found(contents=Contents(pages=pages, opened=opened), whole=whole)


def _each[T](
    stored: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], T]
) -> tuple[tuple[T, ...], bool]:
    """Read a list; also tell whether all of it could be."""
    found: list[T] = []
    whole = True
    for one in stored:
        try:
            found.append(read(one))
        except UNREADABLE:
            whole = False
    return tuple(found), whole


def _lock(stored: str | None) -> tuple[datetime | None, bool]:
    """Read since when a wearer is locked; also tell whether it could be read.

    What cannot be read is a lock: nobody can tell that there was no warning.
    """
    if stored is None:
        return None, True
    try:
        return _moment(stored), True
    except UNREADABLE:
        return dt_util.utcnow(), False


_KNOWN: Final = frozenset(each.name for each in fields(Sitting))
_TEXTS: Final = ("sitting_id", "ended_why", "programme")
_NUMBERS: Final = ("ran_s", "target_mmhg", "duration_s")
_NUMBERS_OR_NONE: Final = ("ended_mmhg", "discomfort_mmhg")


def _sitting(wearer_id: str, data: Mapping[str, Any]) -> Sitting:
    """Read one session of a wearer; fields of a later version are left out."""
    sitting = Sitting.from_dict(
        {name: value for name, value in data.items() if name in _KNOWN}
    )
    if (
        sitting.wearer_id != wearer_id
        or not all(isinstance(getattr(sitting, name), str) for name in _TEXTS)
        or not all(isinstance(getattr(sitting, name), int) for name in _NUMBERS)
        or not all(
            isinstance(getattr(sitting, name), int | None) for name in _NUMBERS_OR_NONE
        )
        or not isinstance(sitting.peak_mmhg, (int, float, type(None)))
    ):
        raise ValueError("not a session of this wearer")
    # Times without a zone could not be compared with any other.
    for moment in (sitting.started_at, sitting.ended_at):
        _aware(moment)
    return sitting


def _moment(text: str) -> datetime:
    return _aware(datetime.fromisoformat(text))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment

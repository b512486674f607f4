"""The diary: what is remembered of each wearer's sessions, in this house only."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..boots.listeners import Listeners
from ..const import DOMAIN
from .diary_store import Contents, DiaryStore, Opened, Page, Report
from .sitting import Discomfort, Feeling, Sitting, is_warning

__all__ = ["Diary", "Opened", "Report"]

MOST_SITTINGS: Final = 1000
"""Sessions kept of one wearer; two a day are sixteen months. The oldest go first."""
MOST_REPORTS: Final = 200
"""Reports of discomfort kept of one wearer."""

UNREADABLE: Final = "diary_unreadable"


class Diary:
    """The memory of one pair. Written at once, for a session is worth a write.

    Holds what is health-like (feelings, discomfort): nothing of it may go to states,
    events, the log or diagnostics.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin empty; ``async_load`` reads what was kept."""
        self._hass = hass
        self._entry_id = entry_id
        self._store = DiaryStore(hass, entry_id)
        self._contents = Contents()
        self._listeners = Listeners[[]]()
        self._unwritten = False

    # ---- the file

    async def async_load(self) -> None:
        """Read the file. Never fails: unreadable files are kept aside and told."""
        found = await self._store.async_read()
        self._contents = found.contents
        if not found.whole:
            self._save()
        await self._tell_of_aside()

    async def async_flush(self) -> None:
        """Wait until everything is written."""
        if self._unwritten:
            self._unwritten = False
            await self._store.async_save(self._as_dict())

    async def async_remove(self) -> None:
        """Erase everything of everybody, files that were kept aside included."""
        self._contents = Contents()
        self._unwritten = False
        # Waits for a write that is under way, which would bring the file back.
        await self._store.async_save(self._contents.as_dict())
        await self._store.async_remove()
        await self.async_erase_aside()

    async def async_erase_aside(self) -> None:
        """Erase the files that were kept aside: nobody can tell whose they are."""
        await self._store.async_erase_aside()
        await self._tell_of_aside()

    async def _tell_of_aside(self) -> None:
        """Raise the repair issue while there is a file that could not be read."""
        issue_id = f"{UNREADABLE}_{self._entry_id}"
        if not (aside := await self._store.async_aside()):
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        entry = self._hass.config_entries.async_get_entry(self._entry_id)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=UNREADABLE,
            translation_placeholders={
                "name": self._entry_id if entry is None else entry.title,
                "file": aside[-1],
            },
        )

    def _as_dict(self) -> dict[str, Any]:
        # In a thread of its own: everything in it is frozen.
        return self._contents.as_dict()

    @callback
    def _save(self) -> None:
        self._unwritten = True
        self._store.async_delay_save(self._as_dict, 0)

    # ---- reading

    @property
    def wearer_ids(self) -> tuple[str, ...]:
        """Everybody of whom something is remembered."""
        return tuple(self._contents.pages)

    @property
    def opened(self) -> Opened | None:
        """The session that is not over yet."""
        return self._contents.opened

    def sittings(self, wearer_id: str | None) -> tuple[Sitting, ...]:
        """Return a wearer's sessions, oldest first; the guest has none."""
        return self._page(wearer_id).sittings

    def reports(self, wearer_id: str | None) -> tuple[Report, ...]:
        """Return what discomfort a wearer reported, oldest first."""
        return self._page(wearer_id).reports

    def locked(self, wearer_id: str | None) -> bool:
        """Tell whether a warning sign keeps this wearer from starting."""
        return self._page(wearer_id).locked_at is not None

    def _page(self, wearer_id: str | None) -> Page:
        return self._contents.pages.get(wearer_id or "", Page())

    def _sitting(self, sitting_id: str) -> Sitting | None:
        """Find a session, also the one that is not over."""
        opened = self.opened
        if opened is not None and opened.sitting.sitting_id == sitting_id:
            return opened.sitting
        return next(
            (
                sitting
                for page in self._contents.pages.values()
                for sitting in page.sittings
                if sitting.sitting_id == sitting_id
            ),
            None,
        )

    # ---- writing

    @callback
    def add(self, sitting: Sitting) -> None:
        """Keep a session; in the place of the one with the same id, if there is one."""
        page = self._page(sitting.wearer_id)
        if any(one.sitting_id == sitting.sitting_id for one in page.sittings):
            self._put_sitting(sitting)
        else:
            kept = (*page.sittings, sitting)[-MOST_SITTINGS:]
            self._put(sitting.wearer_id, replace(page, sittings=kept))
        self._changed()

    @callback
    def feel(self, sitting_id: str, feeling: Feeling) -> None:
        """Note what the wearer said of a session; KeyError when it is not known."""
        sitting = self._sitting(sitting_id)
        if sitting is None:
            raise KeyError(sitting_id)
        self._put_sitting(replace(sitting, feeling=feeling))
        self._changed()

    @callback
    def discomfort(
        self,
        wearer_id: str,
        kind: Discomfort,
        one_sided: bool,
        sitting_id: str | None = None,
    ) -> None:
        """Note what a wearer reported; a warning sign locks starting.

        Without ``sitting_id`` it is about their session that is not over yet, else
        about their last one. A session keeps the gravest of several reports.
        """
        sitting = self._about(wearer_id, sitting_id)
        now = dt_util.utcnow()
        report = Report(
            at=now,
            kind=kind,
            one_sided=one_sided,
            sitting_id=None if sitting is None else sitting.sitting_id,
        )
        page = self._page(wearer_id)
        locked_at = page.locked_at
        if is_warning(kind, one_sided):
            locked_at = locked_at or now
        self._put(
            wearer_id,
            replace(
                page,
                reports=(*page.reports, report)[-MOST_REPORTS:],
                locked_at=locked_at,
            ),
        )
        if sitting is not None and (one_sided or not sitting.one_sided):
            self._put_sitting(
                replace(
                    sitting,
                    discomfort=kind,
                    one_sided=one_sided,
                    discomfort_mmhg=sitting.ended_mmhg,
                )
            )
        self._changed()

    @callback
    def unlock(self, wearer_id: str) -> None:
        """Let a wearer start again; the caller saw to it that they read the warning."""
        if self.locked(wearer_id):
            self._put(wearer_id, replace(self._page(wearer_id), locked_at=None))
            self._changed()

    @callback
    def forget(self, wearer_id: str) -> None:
        """Forget a wearer's sessions and reports, the one under way included.

        A lock after a warning sign stays, without saying of what: forgetting must
        not be a way around it.
        """
        locked_at = self._page(wearer_id).locked_at
        self._drop(wearer_id)
        if locked_at is not None:
            self._put(wearer_id, Page(locked_at=locked_at))
        self._changed()

    @callback
    def keep_only(self, wearer_ids: Collection[str]) -> set[str]:
        """Forget whoever is not a wearer any more, their lock included; return whom."""
        gone = set(self.wearer_ids) - set(wearer_ids)
        if self.opened is not None:
            gone |= {self.opened.sitting.wearer_id} - set(wearer_ids)
        for wearer_id in gone:
            self._drop(wearer_id)
        if gone:
            self._changed()
        return gone

    # ---- the session that is not over

    @callback
    def open(self, opened: Opened) -> None:
        """Note that a session began, or goes on that was taken for over."""
        wearer_id = opened.sitting.wearer_id
        page = self._page(wearer_id)
        others = tuple(
            one for one in page.sittings if one.sitting_id != opened.sitting.sitting_id
        )
        if len(others) < len(page.sittings):
            self._put(wearer_id, replace(page, sittings=others))
        self._contents = replace(self._contents, opened=opened)
        self._changed()

    @callback
    def follow(self, sitting: Sitting, *, save: bool) -> None:
        """Take over how far the open session has come."""
        if (opened := self.opened) is not None:
            opened = replace(opened, sitting=sitting)
            self._contents = replace(self._contents, opened=opened)
            if save:
                self._save()

    @callback
    def close(self, sitting: Sitting) -> None:
        """Keep the open session as it ended."""
        self._contents = replace(self._contents, opened=None)
        self.add(sitting)

    # ---- telling

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call back when anything is remembered or forgotten; returns how to end it."""
        return self._listeners.add(listener)

    @callback
    def _changed(self) -> None:
        self._save()
        self._listeners.tell()

    def _about(self, wearer_id: str, sitting_id: str | None) -> Sitting | None:
        """Find the session that a wearer's report is about."""
        if sitting_id is not None:
            sitting = self._sitting(sitting_id)
            mine = sitting is not None and sitting.wearer_id == wearer_id
            return sitting if mine else None
        if (opened := self.opened) and opened.sitting.wearer_id == wearer_id:
            return opened.sitting
        return next(reversed(self.sittings(wearer_id)), None)

    def _put(self, wearer_id: str, page: Page) -> None:
        pages = {**self._contents.pages, wearer_id: page}
        self._contents = replace(self._contents, pages=pages)

    def _put_sitting(self, sitting: Sitting) -> None:
        """Put a session in the place of the one with the same id."""
        opened = self.opened
        if opened is not None and opened.sitting.sitting_id == sitting.sitting_id:
            self.follow(sitting, save=False)
            return
        page = self._page(sitting.wearer_id)
        self._put(
            sitting.wearer_id,
            replace(
                page,
                sittings=tuple(
                    sitting if one.sitting_id == sitting.sitting_id else one
                    for one in page.sittings
                ),
            ),
        )

    def _drop(self, wearer_id: str) -> None:
        opened = self.opened
        if opened is not None and opened.sitting.wearer_id == wearer_id:
            opened = None
        pages = {
            one: page for one, page in self._contents.pages.items() if one != wearer_id
        }
        self._contents = Contents(pages=pages, opened=opened)

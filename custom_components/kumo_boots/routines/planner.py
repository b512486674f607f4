"""The planner of one pair: what is due is asked for, politely, and never begun."""

from collections.abc import Callable, Iterator
import contextlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
import logging
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..boots.cause import Actor, Cause, by_rule
from ..boots.errors import BootsError
from ..boots.listeners import Listeners
from ..boots.model import Settings
from ..const import DOMAIN
from ..kept_file import UNREADABLE, KeptFile
from ..people.requesting import async_request_for
from ..people.rules import UnknownWearerError
from ..people.wearer import GUEST, Wearer
from .due import dues, next_due
from .plans import Plan
from .routine import BootsSession, Routine
from .session_step import settings_of, wearer_of

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1
LATE: Final = timedelta(minutes=15)
"""So late something may still be asked; then the evening has gone on without it."""
SEEN_WITHIN_S: Final = 24 * 60 * 60
"""Boots that were not there for a day are not taken out tonight either."""

DUE: Final = Cause(actor=Actor.AUTOMATION, why="due")
PLANNED: Final = Cause(actor=Actor.AUTOMATION, why="planned")


def plans_store(hass: HomeAssistant, entry_id: str) -> KeptFile:
    """Return where the plans of an entry are kept."""
    return KeptFile(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.plans")


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """Something that is going to be due."""

    at: datetime
    takes_s: int
    what: Routine | Plan


class Planner:
    """Owns time: schedules of routines, planned sessions, and the pause of both."""

    def __init__(self, coordinator: KumoBootsCoordinator) -> None:
        """Know of nothing yet; ``async_start`` reads what is planned."""
        self._hass = coordinator.hass
        self._coordinator = coordinator
        self._store = plans_store(self._hass, coordinator.config_entry.entry_id)
        self.plans: tuple[Plan, ...] = ()
        """In the order of their time."""
        self.paused_until: date | None = None
        """Routines are not due before this day; None for no pause."""
        self._looked_at = dt_util.utcnow()
        """What was due until then was taken care of."""
        self._timer: Callable[[], None] | None = None
        self._listeners = Listeners[[]]()

    # ---- life

    async def async_start(self) -> Callable[[], None]:
        """Read what is planned, and wait for it; returns how to end that."""
        stored = await self._store.async_load() or {}
        with contextlib.suppress(*UNREADABLE):
            self.plans = tuple(Plan.from_dict(plan) for plan in stored["plans"])
        with contextlib.suppress(*UNREADABLE):
            self.paused_until = date.fromisoformat(stored["paused_until"])
        with contextlib.suppress(*UNREADABLE):
            looked_at = dt_util.as_utc(datetime.fromisoformat(stored["looked_at"]))
            self._looked_at = min(looked_at, self._looked_at)
        unsubscribe = (
            self._coordinator.routines.listen(self._changed),
            self._coordinator.household.listen(self._wait),
        )
        # Other integrations come later, and with them the phone that is asked.
        self._wait(at_least_s=1)

        def stop() -> None:
            for each in unsubscribe:
                each()
            if self._timer is not None:
                self._timer()

        return stop

    async def async_flush(self) -> None:
        """Wait until everything is written."""
        await self._store.async_save(self._as_dict())

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call when something else is planned; returns how to end it."""
        return self._listeners.add(listener)

    @callback
    def _changed(self) -> None:
        """Look only ahead: what was changed just now was not due before."""
        self._looked_at = dt_util.utcnow()
        self._tell()

    @callback
    def _tell(self) -> None:
        self._store.async_delay_save(self._as_dict, 1)
        self._wait()
        self._listeners.tell()

    def _as_dict(self) -> dict[str, Any]:
        until = self.paused_until
        return {
            "plans": [plan.as_dict() for plan in self.plans],
            "paused_until": None if until is None else until.isoformat(),
            "looked_at": self._looked_at.isoformat(),
        }

    # ---- what is coming

    def takes_s(self, routine: Routine) -> int:
        """Return how long a routine takes, s; its session as it would be asked for."""
        total = 0
        for step in routine.steps:
            if isinstance(step, BootsSession):
                with contextlib.suppress(UnknownWearerError):
                    wearer = wearer_of(self._coordinator, routine)
                    total += settings_of(self._coordinator, step, wearer).duration_s
            else:
                total += step.duration_s
        return total

    def next_run(self, routine: Routine) -> datetime | None:
        """Return when a routine is due next; None where it is not."""
        if routine.schedule is None or not routine.enabled:
            return None
        after, zone = dt_util.utcnow(), dt_util.get_default_time_zone()
        if self.paused:
            assert self.paused_until is not None
            after = max(
                after, dt_util.as_utc(dt_util.start_of_local_day(self.paused_until))
            )
        return next_due(routine.schedule, self.takes_s(routine), after, zone)

    def coming(self, start: datetime, end: datetime) -> Iterator[Coming]:
        """Give what is due from ``start`` to before ``end``, in no order."""
        zone = dt_util.get_default_time_zone()
        for routine in self._coordinator.routines.all:
            if routine.schedule is None or not routine.enabled:
                continue
            takes_s = self.takes_s(routine)
            for at in dues(routine.schedule, takes_s, start, end, zone):
                if not self._paused_on(at):
                    yield Coming(at=at, takes_s=takes_s, what=routine)
        for plan in self.plans:
            if start <= plan.at < end:
                yield Coming(at=plan.at, takes_s=plan.settings.duration_s, what=plan)

    # ---- the pause

    @property
    def paused(self) -> bool:
        """Tell whether routines are paused today."""
        return self._paused_on(dt_util.utcnow())

    def _paused_on(self, at: datetime) -> bool:
        until = self.paused_until
        return until is not None and dt_util.as_local(at).date() < until

    @callback
    def pause_until(self, day: date) -> None:
        """Have no routine due before a day; one that has come ends the pause."""
        self.paused_until = day
        self._tell()

    # ---- planned sessions

    @callback
    def plan(self, at: datetime, wearer: Wearer, settings: Settings) -> Plan:
        """Plan a session; what it may be is checked before."""
        plan = Plan(
            plan_id=ulid_now(),
            at=dt_util.as_utc(at),
            wearer_id=wearer.wearer_id,
            settings=settings,
        )
        self.plans = tuple(sorted((*self.plans, plan), key=lambda plan: plan.at))
        self._tell()
        return plan

    @callback
    def cancel(self, plan_id: str | None) -> tuple[Plan, ...]:
        """Drop one plan, or all; return which those were."""
        dropped = tuple(plan for plan in self.plans if plan_id in (None, plan.plan_id))
        self.plans = tuple(plan for plan in self.plans if plan not in dropped)
        if dropped:
            self._tell()
        return dropped

    # ---- when it is due

    @callback
    def _wait(self, at_least_s: float = 0) -> None:
        """Wait for what is due next."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        now, since = dt_util.utcnow(), self._looked_at
        times = [each.at for each in self.coming(since, now + timedelta(days=9))]
        if times:
            soonest = now + timedelta(seconds=at_least_s)
            self._timer = async_track_point_in_utc_time(
                self._hass, self._due, max(min(times), soonest)
            )

    async def _due(self, _now: datetime) -> None:
        self._timer = None
        now = dt_util.utcnow()
        due = sorted(
            self.coming(self._looked_at, now + timedelta(microseconds=1)),
            key=lambda each: each.at,
        )
        self._looked_at = now + timedelta(microseconds=1)
        done = {each.what for each in due if isinstance(each.what, Plan)}
        self.plans = tuple(plan for plan in self.plans if plan not in done)
        self._tell()
        for each in due:
            late = now - each.at > LATE
            if isinstance(each.what, Plan):
                await self._ask_for_session(each.what, late=late)
            else:
                await self._ask_for_routine(each.what, late=late)

    async def _ask_for_session(self, plan: Plan, *, late: bool) -> None:
        coordinator = self._coordinator
        household = coordinator.household
        wearer = GUEST
        if plan.wearer_id is not None:
            wearer = household.wearer(plan.wearer_id) or Wearer(
                wearer_id=plan.wearer_id, name=plan.wearer_id
            )
        if late:
            coordinator.session.not_started(by_rule("planned"), "missed")
            return
        try:
            await async_request_for(coordinator, wearer, plan.settings, PLANNED)
        except BootsError as error:
            coordinator.session.not_started(by_rule("planned"), error.key)

    async def _ask_for_routine(self, routine: Routine, *, late: bool) -> None:
        runner = self._coordinator.runner
        try:
            why = "missed" if late else self._why_not(routine)
            if why is None:
                ask_s = self._coordinator.session.wait_s
                await runner.async_start(routine, DUE, ask_s=ask_s)
                return
        except BootsError as error:
            why = error.key
        runner.not_run(routine, by_rule(why))

    def _why_not(self, routine: Routine) -> str | None:
        """Return why nobody is asked; raises BootsError where the rules say so."""
        coordinator = self._coordinator
        for step in routine.steps:
            if not isinstance(step, BootsSession):
                continue
            if not all(
                coordinator.last_heard.within(unit, SEEN_WITHIN_S)
                for unit in coordinator.units
            ):
                return "not_seen"
            if coordinator.session.engaged:
                return "busy"
            wearer = wearer_of(coordinator, routine)
            settings = settings_of(coordinator, step, wearer)
            coordinator.household.check(wearer, settings)
        return None

"""Where a session stands, and telling it: everything but deciding anything."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from math import inf

from .any_unit import AnyUnit
from .cause import Cause, by_rule
from .heartbeat import Heartbeat
from .limits import Limits
from .model import Origin, Phase, Settings
from .pair import Pair
from .pair_state import IN_SESSION
from .pair_stopping import vented_unseen
from .run import FRESH_S, Leg, Run
from .session_state import (
    OnLegLost,
    Ran,
    SessionEnd,
    SessionEvent,
    SessionPhase,
    SessionState,
)
from .telling import Telling
from .waiting import Waiting

_LOGGER = logging.getLogger(__name__)

TICK_S = 0.5
"""How often the clock is looked at while something goes on."""
HELD_UP_S = 1.0
"""A look that comes later than this after its time: the event loop was held up…"""
CATCH_UP_S = 0.5
"""…and what the boots said meanwhile is let in, before anything is made of silence or
of a report that is long overtaken."""
ENDS_AT_STEP = timedelta(seconds=2)
"""Smaller corrections of the time of the end are noise."""


@dataclass(eq=False, kw_only=True)
class Ending:
    """A session that is over but not yet measured empty."""

    units: tuple[AnyUnit, ...]
    """Those that have to report empty: all, once they were told to stop."""
    halted: bool
    """They were told to stop; else they ended by themselves."""
    cause: Cause
    completed: bool
    halt_at: float
    """When to tell the boots (again), should nothing be stopping them then."""
    settings: Settings | None
    started_at: datetime | None
    ran_s: int
    remaining_s: int


@dataclass(frozen=True, kw_only=True)
class Halt:
    """What came of a stop within the time that a person waits."""

    confirmed: bool
    """All boots in reach reported empty."""
    unreached: tuple[AnyUnit, ...] = ()
    """Those out of reach that are not known to be empty."""


@dataclass(eq=False, kw_only=True)
class Starting:
    """A start that is under way."""

    settings: Settings
    cause: Cause


@dataclass(eq=False, kw_only=True)
class Command:
    """What was commanded last, so that its effect is not put down to others."""

    cause: Cause | None
    """Of the pause or resume whose report is still to come."""
    target_mmhg: int | None = None
    skipped: frozenset[int] | None = None
    boosted: int | None = None


class Standing:
    """What is known of a session, put together from what the boots report."""

    def __init__(
        self,
        pair: Pair,
        *,
        limits: Limits,
        on_leg_lost: OnLegLost,
        now: Callable[[], datetime],
    ) -> None:
        """Begin to watch the pair."""
        self.limits = limits
        self.on_leg_lost: OnLegLost = on_leg_lost
        self._pair = pair
        self._loop = asyncio.get_running_loop()
        self._telling = Telling(now)
        self._waiting: Waiting | None = None
        self._dropped_at = -inf
        """When a request ended last without a start; the event loop's clock, s."""
        self._starting: Starting | None = None
        self._run: Run | None = None
        self._ending: Ending | None = None
        self._command: Command | None = None
        self._cause: Cause | None = None
        self._last_end: SessionEnd | None = None
        self._continue_offer: Settings | None = None
        self._stop_unconfirmed = False
        self._lost_until: float | None = None
        self._recalled: Ran | None = None
        """What ran before this object was made, until its end is known."""
        self._fault_told = False
        self._withdrawals: set[asyncio.Task[None]] = set()
        """What is under way to take offers back."""
        self._halting = by_rule("stopped")
        """The cause of the latest stop."""
        self._halts: set[asyncio.Task[Halt]] = set()
        self._release: Callable[[], None] | None = None
        self._timer: asyncio.Handle | None = None
        self._look_at: float | None = None
        """When the clock is to be looked at next."""
        self._catching_up = False
        self._reviewing = False
        self._again = False
        self._closed = False
        self._heartbeat = Heartbeat(self._may_beat)
        self._remove = pair.listen(self._review)
        # Only then can somebody listen to what is found to run already.
        self._timer = self._loop.call_soon(self._review)

    @property
    def state(self) -> SessionState:
        """Return the session now."""
        return self._telling.state

    @property
    def engaged(self) -> bool:
        """Whether a session waits, starts, runs or ends, told already or not."""
        return bool(self._waiting or self._starting or self._run or self._ending)

    def listen_state(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back at every change of the state; returns how to end it."""
        return self._telling.listen_state(callback)

    def listen_events(
        self, callback: Callable[[SessionEvent], None]
    ) -> Callable[[], None]:
        """Call back with every event; returns how to end it."""
        return self._telling.listen_events(callback)

    def _review(self) -> None:
        """Look at everything; called whenever anything changed, and by the clock."""
        self._again = True
        if self._reviewing or self._closed or self._held_up(self._loop.time()):
            return
        self._reviewing = True
        try:
            while self._again:
                self._again = False
                try:
                    self._look(self._loop.time())
                except Exception:
                    # Whoever stops, or reports, must not be kept from it.
                    _LOGGER.exception("A look at the session failed")
        finally:
            self._reviewing = False
            self._schedule()

    def _held_up(self, now: float) -> bool:
        """Whether the loop was held up so lately that reports still wait to come in."""
        if self._look_at is not None and now > self._look_at + HELD_UP_S:
            self._look_again(None)
            self._catching_up = True
            self._timer = self._loop.call_later(CATCH_UP_S, self._caught_up)
        return self._catching_up

    def _caught_up(self) -> None:
        self._catching_up = False
        self._review()

    def _look_again(self, seconds: float | None) -> None:
        """Look at the clock after so many seconds; None: no more."""
        if self._timer:
            self._timer.cancel()
        self._timer = self._look_at = None
        if seconds is not None:
            self._look_at = self._loop.time() + seconds
            self._timer = self._loop.call_later(seconds, self._review)

    def _look(self, now: float) -> None:
        """Look at what changed, then tell it."""
        if not self._halts and not any(unit.stopping for unit in self._pair.units):
            run = self._run.units if self._run else []
            self._stop_unconfirmed &= any(u not in run for u in self._pair.inflatable)
        phase = self._phase()
        self._publish(phase)
        self._hold(phase, now)

    async def _end(self) -> None:
        """Watch no more."""
        self._closed = True
        self._remove()
        self._look_again(None)
        if self._release:
            self._release()
            self._release = None
        await self._heartbeat.close()

    def _running_units(self) -> list[AnyUnit]:
        return [
            unit
            for unit in self._pair.units
            if unit.fresh(FRESH_S) and unit.state.phase in IN_SESSION
        ]

    def _may_beat(self, unit: AnyUnit) -> bool:
        """Whether a unit runs our own session now."""
        run = self._run
        return (
            run is not None
            and run.own
            and unit in run.units
            and run.look(unit, self._loop.time()) is Leg.ALIVE
        )

    def _phase(self) -> SessionPhase:
        boots = self._pair.state.phase
        if self._ending:
            return SessionPhase.STOPPING
        if self._starting:
            return SessionPhase.STARTING
        if self._waiting:
            return SessionPhase.AWAITING
        if running := self._running_units():
            paused = all(unit.state.phase is Phase.PAUSED for unit in running)
            return SessionPhase.PAUSED if paused else SessionPhase.RUNNING
        if self._run or boots in IN_SESSION:
            return SessionPhase.UNKNOWN
        phase = _AT_REST.get(boots, SessionPhase.IDLE)
        stopping = [unit for unit in self._pair.units if unit.stopping]
        if phase is SessionPhase.IDLE and not all(map(vented_unseen, stopping)):
            # Empty, but nothing can begin before the stop is known to have arrived.
            return SessionPhase.STOPPING
        return phase

    def _publish(self, phase: SessionPhase) -> None:
        run, ending, boots = self._run, self._ending, self._pair.state
        task: Starting | Waiting | Run | Ending | None = (
            ending or self._starting or self._waiting or run
        )
        remaining_s = ends_at = None
        if phase in (SessionPhase.RUNNING, SessionPhase.PAUSED):
            remaining_s = boots.remaining_s
        if phase is SessionPhase.RUNNING and remaining_s is not None:
            ends_at = self._telling.now() + timedelta(seconds=remaining_s)
            before = self.state.ends_at
            if before and abs(ends_at - before) <= ENDS_AT_STEP:
                ends_at = before
        self._telling.publish(
            SessionState(
                phase=phase,
                settings=task.settings if task else None,
                origin=run.origin if run else Origin.NONE,
                remaining_s=remaining_s,
                ends_at=ends_at,
                awaiting_until=self._waiting.until_at if self._waiting else None,
                request_id=self._waiting.number if self._waiting else None,
                started_at=run.started_at if run else None,
                cause=self._cause,
                last_end=self._last_end,
                stop_unconfirmed=self._stop_unconfirmed,
                continue_offer=self._continue_offer,
            )
        )

    def _hold(self, phase: SessionPhase, now: float) -> None:
        """Hold the link while it is needed."""
        looking = self._lost_until is not None and now < self._lost_until
        looking |= self._recalled is not None
        needed = self._run is not None or looking or phase in _HELD
        if needed and self._release is None:
            self._release = self._pair.hold("session")
        elif not needed and self._release is not None:
            self._release()
            self._release = None

    def _schedule(self) -> None:
        needed = not self._closed and (self._release or self._stop_unconfirmed)
        self._look_again(TICK_S if needed else None)


_AT_REST = {
    Phase.VENTING: SessionPhase.STOPPING,
    Phase.FAULT: SessionPhase.FAULT,
    Phase.UNKNOWN: SessionPhase.UNKNOWN,
}

_HELD = frozenset(
    {
        SessionPhase.AWAITING,
        SessionPhase.STARTING,
        SessionPhase.RUNNING,
        SessionPhase.PAUSED,
        SessionPhase.STOPPING,
    }
)

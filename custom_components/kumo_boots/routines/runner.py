"""Doing a routine, step by step: one at a time for a pair."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..boots.cause import Cause, by_rule
from ..boots.errors import BenchOnlyError
from ..boots.session import Outcome
from ..kept_file import UNREADABLE
from .doing import Doing, from_now
from .errors import NoRoutineError, RoutineBusyError, RoutineEmptyError
from .kept_routine import Kept
from .routine import BootsSession, Routine
from .run import RoutineEvent, RoutineKind, Run, RunPhase, StepState

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

_LOGGER = logging.getLogger(__name__)

MORE_S: Final = 5 * 60
"""What *five minutes more* adds to a step."""

AWAY: Final = timedelta(minutes=30)
"""A step that was to end longer ago belongs to another evening."""


class Runner(Doing):
    """Does routines of one pair; never starts the boots, only asks for a session."""

    def __init__(self, hass: HomeAssistant, coordinator: KumoBootsCoordinator) -> None:
        """Nothing runs yet."""
        super().__init__(hass, coordinator)
        self._cancel_start: Callable[[], None] | None = None

    # ---- life

    async def async_load(self) -> None:
        """Read what Home Assistant's end interrupted; ``go_on`` does the rest of it."""
        if not (stored := await self._store.async_load()):
            return
        try:
            kept = Kept.from_dict(stored)
        except UNREADABLE as error:
            _LOGGER.warning("The routine that was under way cannot be read: %r", error)
            return
        ran = self._coordinator.session.ran
        if ran and isinstance(kept.run.step, BootsSession):
            # What was kept may be of a session before the one that ran last.
            known = (
                left for left in (kept.left_s, ran.remaining_s) if left is not None
            )
            kept = replace(kept, left_s=min(known))
        self._kept, self.run = kept, kept.run

    @callback
    def go_on(self) -> None:
        """Go on with what was interrupted, once everything is there.

        Never with a session: that is asked for again, with what was left of it.
        """
        if self.run is not None:
            # The devices of its steps belong to integrations that may come later.
            self._cancel_start = async_at_started(self._hass, self._go_on)

    @callback
    def _go_on(self, _hass: HomeAssistant) -> None:
        run = self._under_way
        late = run.ends_at is not None and dt_util.utcnow() - run.ends_at > AWAY
        if late and run.phase is RunPhase.ASKING:
            self._over(RoutineKind.NOT_RUN, by_rule("missed"))
        elif late:
            self._over(RoutineKind.STOPPED, by_rule("away_too_long"))
        else:
            self._drive(again=True)
            self._tell()

    @callback
    def keep_left(self) -> None:
        """Keep what is left of a session that Home Assistant's end is about to end.

        Its task is not there any more to hear of it: those are cancelled first.
        """
        kept, ran = self._kept, self._coordinator.session.ran
        if kept is not None and isinstance(kept.run.step, BootsSession) and ran:
            self._kept = replace(kept, left_s=ran.remaining_s)
            self._store.async_delay_save(self._as_dict, 0)

    @callback
    def close(self) -> None:
        """Follow nothing any more; what is under way is kept for the next start."""
        if self._cancel_start is not None:
            self._cancel_start()
            self._cancel_start = None
        self._end_task()

    # ---- what somebody wants

    async def async_start(
        self, routine: Routine, cause: Cause, *, ask_s: float | None = None
    ) -> None:
        """Begin a routine; with ``ask_s`` (s) only if a person says yes within it.

        One that is being asked about begins now. Raises RoutineBusyError while
        another one is under way, RoutineEmptyError, and BenchOnlyError where only a
        hand may ask for these boots.
        """
        if self._coordinator.bench_only:
            raise BenchOnlyError
        if self.run is not None:
            same = self.run.routine.routine_id == routine.routine_id
            if ask_s is None and same and self.run.phase is RunPhase.ASKING:
                await self.async_answer(True, cause)
                return
            raise RoutineBusyError(name=self.run.routine.name)
        if not routine.steps:
            raise RoutineEmptyError(name=routine.name)
        run = Run(
            routine=routine,
            phase=RunPhase.RUNNING,
            cause=cause,
            states=(StepState.AHEAD,) * len(routine.steps),
        )
        if ask_s is None:
            self._begin(run, cause)
            return
        until = dt_util.utcnow() + timedelta(seconds=ask_s)
        self._set(replace(run, phase=RunPhase.ASKING, ends_at=until))
        self._emit(RoutineKind.ASKED, cause)
        self._drive()

    @callback
    def _begin(self, run: Run, cause: Cause) -> None:
        self._set(replace(run, phase=RunPhase.RUNNING, cause=cause, ends_at=None))
        self._emit(RoutineKind.STARTED, cause, in_step=False)
        self._drive()

    @callback
    def not_run(self, routine: Routine, cause: Cause) -> None:
        """Tell that a routine was due and does not begin; ``cause.why`` says why."""
        self._on_event.tell(
            RoutineEvent(kind=RoutineKind.NOT_RUN, routine=routine, cause=cause)
        )

    async def async_answer(self, yes: bool, cause: Cause) -> None:
        """Take a person's word on what is asked; raises NoRoutineError."""
        run = self._under_way
        if run.phase is not RunPhase.ASKING:
            raise NoRoutineError
        self._end_task()
        if yes:
            self._begin(run, cause)
        else:
            self._over(RoutineKind.NOT_RUN, cause)

    async def async_skip(self, cause: Cause) -> None:
        """Go on with the next step; a session is stopped. Raises NoRoutineError."""
        if self._under_way.phase is RunPhase.ASKING:
            raise NoRoutineError
        self._skipped = cause
        self._wake()

    async def async_pause(self, cause: Cause) -> None:
        """Stand still; a session is paused.

        Raises NoRoutineError, and what ``Session.pause`` does.
        """
        run = self._under_way
        if run.phase is not RunPhase.RUNNING:
            raise NoRoutineError
        if self._session is not None:
            # The boots say when they are, and then the routine is.
            await self._coordinator.session.pause(cause)
            return
        self._stand_still(cause)

    async def async_resume(self, cause: Cause) -> None:
        """Go on after a pause. Raises NoRoutineError, and what ``Session.resume`` does."""
        run = self._under_way
        if run.phase is not RunPhase.PAUSED:
            raise NoRoutineError
        if self._session is not None:
            await self._coordinator.session.resume(cause)
            return
        self._move_on(cause, from_now(run.remaining_s or 0))

    async def async_extend(self, cause: Cause, seconds: int = MORE_S) -> None:
        """Make the step longer; raises NoRoutineError, and what ``Session.change`` does."""
        run = self._under_way
        if run.phase is RunPhase.ASKING:
            raise NoRoutineError
        if self._session is not None:
            session = self._coordinator.session
            settings = session.state.settings
            if settings is None:
                raise NoRoutineError
            await session.change(cause, duration_s=settings.duration_s + seconds)
        elif run.phase is RunPhase.PAUSED:
            self._set(replace(run, remaining_s=(run.remaining_s or 0) + seconds))
        elif run.ends_at is None:
            raise NoRoutineError
        else:
            longer = run.ends_at + timedelta(seconds=seconds)
            self._set(replace(run, ends_at=longer))
        self._emit(RoutineKind.EXTENDED, cause, seconds=seconds)
        self._wake()

    async def async_stop(self, cause: Cause) -> Outcome | None:
        """End it, and stop its session. Raises NoRoutineError.

        Returns what became of the session's stop; None where no session was under way.
        """
        run = self._under_way
        in_boots = self._session is not None
        self._end_task()
        asking = run.phase is RunPhase.ASKING
        self._over(RoutineKind.NOT_RUN if asking else RoutineKind.STOPPED, cause)
        return await self._coordinator.session.stop(cause) if in_boots else None

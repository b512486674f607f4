"""Doing the steps of a routine, one after the other."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..boots.cause import Cause, by_rule
from .around import async_run_actions
from .devices import StepFailedError, async_put_back, async_switch_on
from .routine import BootsSession, Light, Massage, Step
from .run import RoutineKind, Run, RunPhase, StepState
from .session_step import After, Ended, SessionStep
from .under_way import UnderWay

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

_KIND_OF: Final = {
    StepState.DONE: RoutineKind.STEP_FINISHED,
    StepState.SKIPPED: RoutineKind.STEP_SKIPPED,
    StepState.FAILED: RoutineKind.STEP_FAILED,
}


class _OverError(Exception):
    """The routine ends before its last step."""

    def __init__(self, cause: Cause) -> None:
        """Keep why."""
        super().__init__(cause.why)
        self.cause = cause


class Doing(UnderWay):
    """Carries out what is under way, in a task of its own."""

    def __init__(self, hass: HomeAssistant, coordinator: KumoBootsCoordinator) -> None:
        """Nothing runs yet."""
        super().__init__(hass, coordinator)
        self._task: asyncio.Task[None] | None = None
        self._session: SessionStep | None = None
        """The session, while that is the step."""
        self._skipped: Cause | None = None
        """Who wants to go on with the next step."""
        self._news = asyncio.Event()

    @callback
    def _wake(self) -> None:
        self._news.set()
        if self._session is not None:
            self._session.wake()

    @callback
    def _drive(self, *, again: bool = False) -> None:
        run = self._under_way
        # Not of the entry, which would wait for it when it is unloaded.
        self._task = self._hass.async_create_background_task(
            self._ask(run) if run.phase is RunPhase.ASKING else self._do(again),
            f"routine {run.routine.name}",
        )

    @callback
    def _end_task(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._session is not None:
            self._session.close()
            self._session = None
        self._skipped = None

    @callback
    def _stand_still(self, cause: Cause) -> None:
        run, left = self._under_way, self.remaining_s
        self._set(
            replace(run, phase=RunPhase.PAUSED, ends_at=None, remaining_s=left or 0)
        )
        self._emit(RoutineKind.PAUSED, cause)
        self._wake()

    @callback
    def _move_on(self, cause: Cause, ends_at: datetime | None) -> None:
        self._set(
            replace(
                self._under_way,
                phase=RunPhase.RUNNING,
                ends_at=ends_at,
                remaining_s=None,
            )
        )
        self._emit(RoutineKind.RESUMED, cause)
        self._wake()

    async def _ask(self, run: Run) -> None:
        assert run.ends_at is not None
        await asyncio.sleep((run.ends_at - dt_util.utcnow()).total_seconds())
        self._over(RoutineKind.NOT_RUN, by_rule("no_answer"))

    async def _do(self, again: bool) -> None:
        """Do the steps that are left, the present one ``again`` after a restart."""
        run = self._under_way
        routine = run.routine
        variables = {"routine": routine.name, "wearer": routine.wearer_id}
        if not again:
            await async_run_actions(self._hass, routine.name, routine.before, variables)
        try:
            for index, state in enumerate(run.states):
                if state in (StepState.AHEAD, StepState.NOW):
                    await self._step(index, again=state is StepState.NOW)
        except _OverError as over:
            self._over(RoutineKind.STOPPED, over.cause)
            return
        await async_run_actions(self._hass, routine.name, routine.after, variables)
        self._over(RoutineKind.FINISHED, by_rule("done"), in_step=False)

    async def _step(self, index: int, *, again: bool) -> None:
        """Do one step, and tell what became of it."""
        run = self._under_way
        step = run.routine.steps[index]
        if not again:
            self._skipped = None
            now = (*run.states[:index], StepState.NOW, *run.states[index + 1 :])
            self._set(
                replace(run, index=index, states=now, ends_at=None, remaining_s=None)
            )
            self._emit(RoutineKind.STEP_STARTED, by_rule("routine"))
        error = None
        try:
            state, cause = await self._work(step, again=again)
        except StepFailedError as failure:
            state, cause = StepState.FAILED, by_rule(failure.why)
            error = failure.error
        run = self._under_way
        self._emit(_KIND_OF[state], cause, error=error)
        states = (*run.states[:index], state, *run.states[index + 1 :])
        self._set(
            replace(
                run,
                phase=RunPhase.RUNNING,
                states=states,
                ends_at=None,
                remaining_s=None,
            ),
            before=None,
            left_s=None,
        )

    async def _work(self, step: Step, *, again: bool) -> tuple[StepState, Cause]:
        if isinstance(step, BootsSession):
            return await self._in_boots(step, again=again)
        if not isinstance(step, (Massage, Light)):
            return await self._time(step.duration_s, again=again)
        if not again:
            before = await async_switch_on(self._hass, step)
            self._set(self._under_way, before=before)
        done = await self._time(step.duration_s, again=again)
        if self._kept is not None and self._kept.before is not None:
            await async_put_back(self._hass, step, self._kept.before)
        return done

    async def _time(self, duration_s: int, *, again: bool) -> tuple[StepState, Cause]:
        """Let a step take its time; what is left of it ``again``."""
        run = self._under_way
        if not again or (run.ends_at is None and run.phase is RunPhase.RUNNING):
            self._set(replace(run, ends_at=from_now(duration_s)))
        while True:
            if self._skipped is not None:
                return StepState.SKIPPED, self._skipped
            ends_at = self._under_way.ends_at
            left = None
            if ends_at is not None:
                left = (ends_at - dt_util.utcnow()).total_seconds()
                if left <= 0:
                    return StepState.DONE, by_rule("time_up")
            self._news.clear()
            try:
                async with asyncio.timeout(left):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _in_boots(
        self, step: BootsSession, *, again: bool
    ) -> tuple[StepState, Cause]:
        """Ask for a session, and follow it to its end."""
        self._session = session = SessionStep(self._coordinator)
        try:
            if not (again and await session.async_known()):
                left_s = self._kept.left_s if again and self._kept else None
                if left_s and left_s < self._coordinator.capabilities.duration_min_s:
                    return StepState.DONE, by_rule("time_up")
                await session.async_ask(
                    self._under_way.routine,
                    replace(step, duration_s=left_s or step.duration_s),
                )
            while True:
                if (ended := session.ended) is None:
                    self._mirror(session)
                elif ended.after is After.HOME_ENDS:
                    # The next start asks for what is left.
                    self._set(self._under_way, left_s=ended.left_s)
                else:
                    return _after(ended)
                if self._skipped is not None:
                    await self._coordinator.session.stop(self._skipped)
                    return StepState.SKIPPED, self._skipped
                await session.async_news()
        finally:
            session.close()
            if self._session is session:
                self._session = None

    @callback
    def _mirror(self, session: SessionStep) -> None:
        """Show of a session what the boots say."""
        run = self._under_way
        if session.paused and run.phase is RunPhase.RUNNING:
            self._stand_still(by_rule("session"))
        elif not session.paused and run.phase is RunPhase.PAUSED:
            self._move_on(by_rule("session"), session.ends_at)
        elif session.ends_at != run.ends_at:
            self._set(replace(run, ends_at=session.ends_at))


def _after(ended: Ended) -> tuple[StepState, Cause]:
    """Tell what the end of a session means; StepFailedError, or _OverError for all."""
    match ended.after:
        case After.FAILED:
            raise StepFailedError(ended.why)
        case After.STOPPED:
            raise _OverError(ended.cause)
        case After.NO_ANSWER:
            raise _OverError(by_rule("no_answer"))
    done = ended.after is After.DONE
    return StepState.DONE if done else StepState.SKIPPED, ended.cause


def from_now(seconds: float) -> datetime:
    """Return the moment so many seconds ahead."""
    return dt_util.utcnow() + timedelta(seconds=seconds)

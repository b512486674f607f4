"""The session: who may start what, for how long, and when it has to end.

A start is a request that a person confirms. What runs is watched until the boots
report that they are empty. Nothing here starts or resumes by itself.
"""

import asyncio
from collections.abc import Callable, Coroutine
import contextlib
from datetime import datetime, timedelta
from typing import override

from .asking import Asking
from .cause import Actor, Cause, by_boots, by_rule
from .errors import (
    BootsError,
    LinkError,
    NonceExpiredError,
    StoppedError,
    WrongPhaseError,
)
from .limits import Limits
from .model import Origin, Settings
from .offers import WITHDRAW_LIMIT_S, Offers
from .pair import Pair
from .run import Run
from .session_state import (
    EventKind,
    OnLegLost,
    Outcome,
    Policy,
    Ran,
    SessionEnd,
    SessionEvent,
    SessionPhase,
    SessionState,
)
from .standing import Command, Starting
from .telling import facts_of
from .waiting import Waiting, is_more, with_changes

__all__ = [
    "Actor",
    "Cause",
    "EventKind",
    "Limits",
    "OnLegLost",
    "Outcome",
    "Policy",
    "Ran",
    "Session",
    "SessionEnd",
    "SessionEvent",
    "SessionPhase",
    "SessionState",
]


YES_S = 30.0
"""How old a yes may be, s, when the boots are armed: connecting (up to 20 s) and taking
offers back (5 s) are within it; who waited longer has to be asked again."""

ASKED_S = 0.2
"""How long a stop by hand may take to find that there is nothing to stop, s."""


class Session(Asking):
    """The session state machine of one pair of boots, and its safety envelope.

    ``limits``, ``policy``, ``wait_s``, ``on_leg_lost`` and ``guard`` may be set at any
    time.
    A waiting request is checked again when it is confirmed; a session that runs
    goes on, but what it may be changed to follows the new limits.
    """

    def __init__(
        self,
        pair: Pair,
        *,
        limits: Limits,
        policy: Policy = Policy.ASK,
        wait_s: float = 600.0,
        on_leg_lost: OnLegLost = "stop",
        now: Callable[[], datetime],
    ) -> None:
        """Watch a pair; needs a running event loop.

        ``wait_s``: how long a request waits for a person. ``now`` gives aware
        datetimes, for what is shown; what has to end by itself goes by the event
        loop's clock.
        """
        self.wait_s = wait_s
        self._confirmation: asyncio.Task[None] | None = None
        super().__init__(
            pair, limits=limits, policy=policy, on_leg_lost=on_leg_lost, now=now
        )

    async def request(self, settings: Settings, cause: Cause) -> Outcome:
        """Ask for a session.

        Under the policy *ask* it then waits for a person, and a newer request
        takes its place; under *direct* it starts at once. Raises LimitError,
        NotSupportedError, BusyError where a session runs, RequestWaitsError where a
        person's request waits and this is nobody's, WrongPhaseError while one ends,
        FaultedError, and what a start raises.
        """
        self.check_free()
        self._check(settings, cause)
        replaced = self._waiting
        if replaced:
            self._need_owner(replaced, cause)
            self._withdraw(replaced)
            self._waiting = None
        self._telling.emit(EventKind.REQUESTED, cause, **facts_of(settings))
        if self.policy is Policy.DIRECT:
            return await self._start(settings, cause)
        waiting = self._wait(settings, cause, replaced)
        return Outcome(
            result="awaiting",
            settings=settings,
            until=waiting.until_at,
            request_id=waiting.number,
        )

    async def confirm(self, cause: Cause, request_id: int | None = None) -> Outcome:
        """Start what waits. Raises WrongPhaseError when nothing does.

        ``request_id`` is the number of the request that the yes is said to, as
        ``SessionState`` gave it: RequestChangedError when another one waits, or this
        one was changed. Without a number the same is raised when somebody else
        changed or replaced it within the last ``SEEN_S``: the yes may be meant for
        what it was before. Then, and when the boots cannot be reached, the request
        goes on waiting for its person, who may look, or switch the boots on, and
        confirm again.
        """
        return await self._confirmed(self._check_yes(cause, request_id), cause)

    async def _confirmed(self, waiting: Waiting, cause: Cause) -> Outcome:
        self._telling.emit(EventKind.CONFIRMED, cause, **facts_of(waiting.settings))
        return await self._start(waiting.settings, cause, waiting)

    async def decline(self, cause: Cause) -> Outcome:
        """End a waiting request. Raises WrongPhaseError when nothing waits."""
        if self._waiting is None:
            raise WrongPhaseError(phase=self.state.phase)
        self._drop(self._waiting, EventKind.DECLINED, cause)
        return Outcome(result="declined")

    def not_started(self, cause: Cause, error: str) -> None:
        """Tell that a session that was planned is not even asked for."""
        self._telling.emit(EventKind.FAILED, cause, error=error)

    async def stop(self, cause: Cause) -> Outcome:
        """Let the air out, whatever goes on; works always and never raises.

        Returns *stopped* when the boots are measured empty, *already_idle* when
        they were, *declined* when only a request waited, *not_confirmed* when the
        boots did not say in time that they are empty; the stop is then repeated
        in the background, and the state says ``stop_unconfirmed`` until they do.
        *not_reached* when boots could not be reached that nothing says hold air,
        and nothing says do not; their stop is not repeated. *asked* at once where a
        person has to do it by hand.
        """
        result, settings = "already_idle", None
        before = self._last_end
        if self._waiting:
            self._drop(self._waiting, EventKind.DECLINED, cause)
            result = "declined"
        self._withdraw_offer()
        halt = self._halt(cause)
        if self._ending:
            result, settings = "stopped", self._ending.settings
        if self._pair.by_hand:
            await asyncio.wait((halt,), timeout=ASKED_S)
            if not halt.done():
                return Outcome(result="asked", settings=settings)
        # Whoever asked may go away; the stop stays.
        done = await asyncio.shield(halt)
        if not done.confirmed:
            result = "not_confirmed"
        elif result == "declined":
            # Boots may well be switched off while a request waits.
            if any(unit.in_sight for unit in done.unreached):
                result = "not_reached"
        elif done.unreached:
            result = "not_reached"
        elif result == "already_idle" and self._last_end is not before:
            result = "stopped"
        return Outcome(result=result, settings=settings)

    async def pause(self, cause: Cause) -> Outcome:
        """Let the air out and keep the session.

        Raises WrongPhaseError unless it runs, NotSupportedError, and what the
        link raises; when only one leg paused, all are stopped.
        """
        self._need(SessionPhase.RUNNING)
        self._need_pause()
        await self._together(self._pair.pause, cause)
        return Outcome(result="paused", settings=self.state.settings)

    async def resume(self, cause: Cause) -> Outcome:
        """Go on. Raises as ``pause`` does, unless the session is paused.

        NeedsPersonError under the policy *ask* when no person wants it.
        """
        self._need(SessionPhase.PAUSED)
        self._need_person(cause)
        self._need_pause()
        await self._together(self._pair.resume, cause)
        return Outcome(result="resumed", settings=self.state.settings)

    async def change(
        self,
        cause: Cause,
        *,
        target_mmhg: int | None = None,
        duration_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> Outcome:
        """Change the running session, or the waiting request.

        ``duration_s`` is the whole session's, time already run included;
        ``boosted=0`` takes the boost away. Raises LimitError, WrongPhaseError; where
        it makes more of it, RequestWaitsError when a person's request waits and this
        is nobody's, and NeedsPersonError under the policy *ask* when one runs.
        """
        if self._waiting:
            waiting = self._waiting
            changed = with_changes(
                waiting.settings,
                target_mmhg=target_mmhg,
                duration_s=duration_s,
                skipped=skipped,
                boosted=boosted,
            )
            self._check(changed)
            if is_more(
                waiting.settings,
                target_mmhg=target_mmhg,
                duration_s=duration_s,
                skipped=skipped,
                boosted=boosted,
            ):
                self._need_owner(waiting, cause)
            waiting.note_change(changed, cause, self._loop.time())
            self._telling.emit(EventKind.CHANGED, cause, **facts_of(changed))
            self._review()
            return Outcome(
                result="changed", settings=changed, until=self._waiting_until
            )
        run = self._need(SessionPhase.RUNNING, SessionPhase.PAUSED)
        remaining_s = self._check_change(run, target_mmhg, duration_s, skipped, boosted)
        if self._makes_more(run, target_mmhg, remaining_s, skipped, boosted):
            self._need_person(cause)
        self._command = Command(
            cause=None, target_mmhg=target_mmhg, skipped=skipped, boosted=boosted
        )
        await self._pair.change(
            target_mmhg=target_mmhg,
            remaining_s=remaining_s,
            skipped=skipped,
            boosted=boosted,
        )
        if duration_s is not None and remaining_s is not None:
            run.extend(duration_s, remaining_s)
        self._telling.emit(
            EventKind.CHANGED,
            cause,
            target_mmhg=target_mmhg,
            duration_s=duration_s,
            boosted=boosted,
            skipped=None if skipped is None else ", ".join(map(str, sorted(skipped))),
        )
        self._review()
        until = self.state.ends_at
        if remaining_s is not None and until is not None:
            until = self._telling.now() + timedelta(seconds=remaining_s)
        return Outcome(result="changed", settings=self.state.settings, until=until)

    async def close(self, cause: Cause) -> None:
        """Vent, then end. Bounded by the pair's stop limit, when air may be in.

        What a person runs by hand goes on: nobody may be there to end it, and ``ran``
        is what to ask them about next time.
        """
        self._closing = True
        if self._waiting:
            self._drop(self._waiting, EventKind.DECLINED, cause)
        if not self._pair.by_hand and (
            self._starting or self._run or self._ending or self._pair.unvented
        ):
            await asyncio.shield(self._halt(cause))
        await self._end()

    # How it starts

    async def _start(
        self, settings: Settings, cause: Cause, waiting: Waiting | None = None
    ) -> Outcome:
        """Start what a person asked for, once.

        By hand that takes its time: how it goes on is told as events.
        """
        if waiting:
            waiting.offers.close()
            self._waiting = None
        starting = self._starting = Starting(settings=settings, cause=cause)
        self._cause = cause
        self._withdraw_offer()
        self._review()
        if self._pair.by_hand:
            self._in_background(self._carry_out(starting, waiting))
            return Outcome(result="starting", settings=settings)
        return await self._carry_out(starting, waiting)

    async def _carry_out(self, starting: Starting, waiting: Waiting | None) -> Outcome:
        settings, cause = starting.settings, starting.cause
        asked_at = self._loop.time()

        def check() -> None:
            if self._loop.time() - asked_at > YES_S:
                raise NonceExpiredError
            self._check(settings)

        try:
            if self._withdrawals:
                # Else the units would be found stopping.
                await asyncio.wait(self._withdrawals, timeout=WITHDRAW_LIMIT_S)
            if self._starting is starting:
                await self._pair.begin(settings, check)
        except StoppedError as error:
            if self._starting is starting:
                # By a stop that did not come from here.
                self._starting = None
                self._failed(error, cause, waiting)
            return Outcome(result="stopped", settings=settings)
        except BaseException as error:
            if self._starting is starting:
                self._starting = None
                self._failed(error, cause, waiting)
            raise
        if self._starting is not starting:
            return Outcome(result="stopped", settings=settings)
        self._starting = None
        self._begin_run(
            Run(
                own=True,
                origin=Origin.THIS_CONTROLLER,
                cause=cause,
                settings=settings,
                started_at=self._telling.now(),
                budget_s=settings.duration_s,
                units=[],
                remaining_s=settings.duration_s,
            ),
            self._pair.serving(settings.legs),
        )
        self._telling.emit(EventKind.STARTED, cause, **facts_of(settings))
        self._review()
        return Outcome(result="started", settings=settings, until=self.state.ends_at)

    def _failed(
        self, error: BaseException, cause: Cause, waiting: Waiting | None
    ) -> None:
        """Say that a start did not succeed, and see to it that nothing holds air."""
        key = error.key if isinstance(error, BootsError) else "cancelled"
        self._telling.emit(EventKind.FAILED, cause, error=key)
        if self._pair.unvented:
            self._halt(by_rule("start_failed"))
        elif (
            waiting
            and isinstance(error, (LinkError, WrongPhaseError))
            and self._loop.time() < waiting.until
        ):
            self._await(waiting)
        self._review()

    def _wait(
        self, settings: Settings, cause: Cause, replaced: Waiting | None
    ) -> Waiting:
        """Wait for a person to confirm."""
        self._cause = cause
        self._withdraw_offer()
        now = self._loop.time()
        waiting = Waiting(
            settings=replaced.settings if replaced else settings,
            cause=cause,
            until=now + self.wait_s,
            until_at=self._telling.now() + timedelta(seconds=self.wait_s),
            offers=Offers((), 0),
            changes=replaced.changes if replaced else self._unseen_by(cause, now),
        )
        waiting.note_change(settings, cause, now)
        self._await(waiting)
        return waiting

    def _await(self, waiting: Waiting) -> None:
        waiting.offers = Offers(
            self._pair.serving(waiting.settings.legs), waiting.until
        )
        self._waiting = waiting
        self._review()

    @override
    def _accepted(self) -> None:
        cause = by_boots("confirmed")
        try:
            waiting = self._check_yes(cause)
        except BootsError as error:
            # Nobody waits for an answer: it is told as an event.
            self._telling.emit(EventKind.FAILED, cause, error=error.key)
            return

        self._in_background(self._confirmed(waiting, cause))

    def _in_background(self, job: Coroutine[None, None, Outcome]) -> None:
        async def confirm() -> None:
            # What goes wrong from here on is told as an event.
            with contextlib.suppress(BootsError):
                await job

        self._confirmation = asyncio.create_task(confirm(), eager_start=True)

    async def _together(
        self, do: Callable[[], Coroutine[None, None, None]], cause: Cause
    ) -> None:
        """Do something with all legs; when it worked on some only, all stop."""
        self._command = Command(cause=cause)
        try:
            await do()
        except BaseException:
            self._command = None
            if self._pair.stopping:
                self._halt(by_rule("leg_lost"))
            raise

    @property
    def _waiting_until(self) -> datetime | None:
        return self._waiting.until_at if self._waiting else None

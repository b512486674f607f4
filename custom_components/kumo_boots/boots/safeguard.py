"""The safety envelope: watches what runs and ends what has to end.

It goes by what the boots report and by its own clock, never by what was asked
for. It can stop; it cannot start anything.
"""

from abc import ABC, abstractmethod
import asyncio
from typing import override

from .any_unit import AnyUnit
from .cause import Actor, Cause, by_boots, by_rule
from .errors import StopNotConfirmedError
from .model import BOOST_MMHG, End, Fault, Origin, Phase, Settings
from .offers import Answer
from .pair_stopping import vented_unseen
from .recalling import LOOK_AGAIN_S, Recalling
from .run import GRACE_S, Leg, Run, Verdict
from .session_state import EventKind, SessionPhase
from .standing import Command, Ending, Halt
from .telling import facts_of
from .waiting import Waiting

HALT_AGAIN_S = 1.0
"""How long after a stop the next is sent, where nothing repeats the first."""


class Safeguard(Recalling, ABC):
    """What a session does by itself: watching, ending, telling."""

    # Ending

    def _halt(self, cause: Cause, *, completed: bool = False) -> asyncio.Task[Halt]:
        """Send a stop, now; the task tells what had come of it in time."""
        self._halting = cause
        self._ended(cause, completed=completed, halted=True)
        task = asyncio.create_task(self._vent(cause), eager_start=True)
        self._halts.add(task)
        task.add_done_callback(self._halted)
        self._review()
        return task

    def _ended(self, cause: Cause, *, completed: bool, halted: bool) -> None:
        """Note that what runs is over. It counts when the boots report empty."""
        run, starting, ran = self._run, self._starting, self._recalled
        self._last_ran = self.ran
        now = self._loop.time()
        halt_at = now + (HALT_AGAIN_S if halted else self._pair.stop_limit_s)
        units = tuple(run.units) if run and not halted else self._pair.units
        if self._ending:
            self._ending.halt_at = halt_at
            self._ending.units = units
            self._ending.halted |= halted
        elif run or starting or self._pair.inflatable:
            self._cause = cause
            self._ending = Ending(
                units=units,
                halted=halted,
                cause=cause,
                completed=completed,
                halt_at=halt_at,
                settings=task.settings if (task := run or starting or ran) else None,
                started_at=began.started_at if (began := run or ran) else None,
                ran_s=round(run.ran_s) if run else 0,
                remaining_s=(run.remaining_s or 0) if run else 0,
            )
            self._recalled = None
        self._run = self._starting = self._command = None
        self._heartbeat.end()

    async def _vent(self, cause: Cause) -> Halt:
        try:
            return Halt(confirmed=True, unreached=await self._pair.stop())
        except StopNotConfirmedError as error:
            if not self._stop_unconfirmed:
                self._stop_unconfirmed = True
                self._telling.emit(EventKind.STOP_UNCONFIRMED, cause, **error.values)
            return Halt(confirmed=False)

    def _halted(self, task: asyncio.Task[Halt]) -> None:
        self._halts.discard(task)
        self._review()

    def _review_ending(self, ending: Ending, now: float) -> None:
        # What runs without having been told to stop has begun anew, and boots do so
        # only when they are empty.
        anew = [] if ending.halted else self._running_units()
        inflatable = self._pair.inflatable
        held = [
            unit
            for unit in ending.units
            if unit not in anew and (unit.stopping or unit in inflatable)
        ]
        # A leg that is away for good, and was told of, is not to keep the other from
        # its next session. Its stop goes on.
        told = self._stop_unconfirmed and all(map(vented_unseen, held))
        if self._halts or (held and not told):
            left = [unit for unit in held if not unit.stopping]
            if left and not self._halts and now > ending.halt_at:
                self._halt(ending.cause)
            return
        self._ending = None
        self._stop_unconfirmed = bool(held)
        self._note_end(
            ending.cause,
            ending.settings,
            ending.started_at,
            ending.ran_s,
            ending.remaining_s,
            completed=ending.completed,
        )
        self._telling.emit(
            EventKind.COMPLETED if ending.completed else EventKind.STOPPED,
            ending.cause,
            **facts_of(ending.settings),
            ran_s=ending.ran_s,
            remaining_s=ending.remaining_s,
        )

    def _lose(self, run: Run, cause: Cause, now: float) -> None:
        """Say that the boots vented by themselves, unseen; offer, do nothing."""
        self._run = self._command = None
        self._heartbeat.end()
        self._lost_until = now + LOOK_AGAIN_S
        lease_s = max(
            (unit.capabilities.lease_s for unit in run.units if unit.capabilities),
            default=0.0,
        )
        self._tell_lost(
            cause,
            run.settings,
            run.started_at,
            round(run.ran_s),
            max(0, (run.remaining_s or 0) - round(lease_s)),
            offer=run.own,
        )

    def _drop(self, waiting: Waiting, kind: EventKind, cause: Cause) -> None:
        """End a waiting request."""
        self._waiting = None
        self._dropped_at = self._loop.time()
        self._cause = cause
        self._withdraw(waiting)
        self._telling.emit(kind, cause, **facts_of(waiting.settings))
        self._review()

    def _withdraw(self, waiting: Waiting) -> None:
        """Take back on the boots what waited."""
        for task in waiting.offers.withdraw():
            self._withdrawals.add(task)
            task.add_done_callback(self._withdrawals.discard)

    # Watching

    @override
    def _look(self, now: float) -> None:
        if self._waiting:
            self._review_waiting(self._waiting, now)
        if self._halts and any(unit.stopping for unit in self._pair.inflatable):
            # Boots of which nothing was known: the stop found that they hold air.
            self._ended(self._halting, completed=False, halted=True)
        if self._ending:
            self._review_ending(self._ending, now)
        elif self._run:
            self._review_run(self._run, now)
        elif not self._starting:
            self._review_rest(now)
        self._review_fault()
        super()._look(now)

    def _review_waiting(self, waiting: Waiting, now: float) -> None:
        if now >= waiting.until:
            self._drop(waiting, EventKind.EXPIRED, by_rule("unconfirmed"))
            return
        match waiting.offers.review():
            case Answer.ACCEPTED:
                self._accepted()
            case Answer.DECLINED:
                self._drop(waiting, EventKind.DECLINED, by_boots("declined"))

    @abstractmethod
    def _accepted(self) -> None:
        """Confirm a request that a press on the boots accepted."""

    def _review_run(self, run: Run, now: float) -> None:
        if not run.own:
            for unit in self._running_units():
                run.join(unit, now)
        before = run.settings
        legs = run.watch(self._pair, now)
        if not run.own and any(leg is not Leg.ENDED for leg in legs.values()):
            # On the boots each leg begins and ends by itself.
            legs = {unit: leg for unit, leg in legs.items() if leg is not Leg.ENDED}
            run.units = list(legs)
        self._notice(run, before, legs)
        verdict = run.judge(self._pair, legs, now, self.on_leg_lost)
        if verdict:
            self._execute(run, verdict, now)
        elif not run.over_limit_told and self._over_limit(run):
            run.over_limit_told = True
            self._telling.emit(
                EventKind.OVER_LIMIT,
                run.cause,
                **facts_of(run.settings),
                target_max_mmhg=self.limits.target_max_mmhg,
                duration_max_s=self.limits.duration_max_s,
            )

    def _execute(self, run: Run, verdict: Verdict, now: float) -> None:
        if verdict.fault:
            self._fault_told = True
            self._telling.emit(EventKind.FAULT, verdict.cause, **verdict.facts)
        if verdict.without:
            for unit in verdict.without:
                run.units.remove(unit)
                self._pair.give_up(unit)
                self._telling.emit(
                    EventKind.LOST, verdict.cause, leg=", ".join(sorted(unit.sides))
                )
        elif verdict.lost and not verdict.stop:
            self._lose(run, verdict.cause, now)
        elif verdict.stop:
            self._halt(verdict.cause, completed=verdict.completed)
        else:
            self._ended(verdict.cause, completed=verdict.completed, halted=False)

    def _notice(
        self, run: Run, before: Settings | None, legs: dict[AnyUnit, Leg]
    ) -> None:
        """Tell what the boots report to have changed."""
        alive = Leg.ALIVE in legs.values()
        if run.own and alive and run.out_of_sight:
            self._telling.emit(
                EventKind.ADOPTED,
                by_rule("reconnected"),
                **facts_of(run.settings),
                remaining_s=run.remaining_s,
            )
        run.out_of_sight = not alive
        was, command = self.state.phase, self._command
        by_others = Cause(actor=Actor.OTHER_CONTROLLER, why="changed")
        if alive and was in (SessionPhase.RUNNING, SessionPhase.PAUSED):
            phase = self._phase()
            if phase is not was:
                kind = (
                    EventKind.PAUSED
                    if phase is SessionPhase.PAUSED
                    else EventKind.RESUMED
                )
                self._cause = (command and command.cause) or by_others
                self._telling.emit(kind, self._cause, remaining_s=run.remaining_s)
                if command:
                    command.cause = None
        if before and run.settings and not _expected(before, run.settings, command):
            self._telling.emit(EventKind.CHANGED, by_others, **facts_of(run.settings))

    def _over_limit(self, run: Run) -> bool:
        """Whether what runs is above the wearer's limits."""
        boots = self._pair.state
        total_s = run.clock_s + (run.remaining_s or 0)
        if total_s > self.limits.duration_max_s + GRACE_S:
            return True
        top = boots.target_mmhg or 0
        return top + (BOOST_MMHG if boots.boosted else 0) > self.limits.target_max_mmhg

    # What is found without having been started here

    def _review_rest(self, now: float) -> None:
        running = self._running_units()
        if not running:
            if self._pair.state.connected:
                self._lost_until = None
            if self._recalled:
                self._review_recalled(self._recalled, now)
            return
        if self._waiting:
            cause = by_boots("started_elsewhere")
            self._drop(self._waiting, EventKind.DECLINED, cause)
        if all(unit.state.origin is Origin.THIS_CONTROLLER for unit in running):
            self._find_own(running, now)
        else:
            # Whatever ran before is over.
            self._withdraw_offer()
            self._tell_recalled(by_rule("lease"))
            self._found(running, now, own=False)

    def _find_own(self, running: list[AnyUnit], now: float) -> None:
        """Adopt a session of ours that this object did not start, or stop it.

        It is adopted when all units are in sight, so that no leg is left alone;
        until then there are no heartbeats, and the lease ends it. A leg that does
        not run may have been in it: unless its last session completed, it counts
        as lost.
        """
        if self._lost_until is not None:
            # It was told as lost already.
            self._halt(by_rule("lease"))
        elif not self._pair.state.connected:
            return
        elif self.on_leg_lost == "stop" and any(
            unit.state.end not in (End.NONE, End.COMPLETED)
            for unit in self._pair.units
            if unit not in running
        ):
            self._halt(by_rule("leg_lost"))
        else:
            run = self._found(running, now, own=True)
            if self._over_limit(run):
                run.over_limit_told = True
                self._telling.emit(
                    EventKind.OVER_LIMIT, run.cause, **facts_of(run.settings)
                )
                self._halt(by_rule("over_limit"))

    def _found(self, running: list[AnyUnit], now: float, *, own: bool) -> Run:
        state, capabilities = self._pair.state, self._pair.capabilities
        cause = by_rule("reconnected") if own else _starter(state.origin)
        settings = None
        if state.programme and state.target_mmhg and state.remaining_s:
            settings = Settings(
                programme=state.programme,
                target_mmhg=state.target_mmhg,
                duration_s=state.remaining_s,
                legs=state.legs,
                skipped=state.skipped,
                boosted=state.boosted,
            )
        longest_s = capabilities.duration_max_s if capabilities else 3600
        run = Run(
            own=own,
            origin=state.origin,
            cause=cause,
            settings=settings,
            started_at=self._telling.now(),
            budget_s=(own and state.remaining_s) or longest_s,
            units=[],
            remaining_s=state.remaining_s,
            # In its first cycle it has only just begun.
            length_known=state.cycles == 0,
        )
        if own:
            self._take_over(run)
        self._begin_run(run, running)
        self._telling.emit(
            EventKind.ADOPTED if own else EventKind.STARTED,
            cause,
            **facts_of(run.settings),
            origin=state.origin,
            remaining_s=run.remaining_s,
        )
        return run

    def _begin_run(self, run: Run, units: list[AnyUnit]) -> Run:
        """Watch a session from now on, with heartbeats if it is our own."""
        self._run = run
        self._cause = run.cause
        self._lost_until = None
        now = self._loop.time()
        for unit in units:
            run.join(unit, now)
            if run.own:
                self._heartbeat.watch(unit)
        return run

    def _review_fault(self) -> None:
        """Tell a fault once that was not found to end a session."""
        faults = self._pair.state.faults - {Fault.RESTARTED}
        if self._pair.state.phase is not Phase.FAULT:
            self._fault_told &= self._ending is not None
        elif not self._fault_told:
            self._fault_told = True
            self._cause = by_boots("fault")
            self._telling.emit(
                EventKind.FAULT, self._cause, faults=", ".join(sorted(faults))
            )


def _starter(origin: Origin) -> Cause:
    if origin is Origin.BOOTS:
        return by_boots("started")
    return Cause(actor=Actor.OTHER_CONTROLLER, why="started")


def _expected(before: Settings, after: Settings, command: Command | None) -> bool:
    """Whether a change of the settings is what we commanded, or none at all."""
    ours = command or Command(cause=None)
    return (
        after.target_mmhg in (before.target_mmhg, ours.target_mmhg)
        and after.skipped in (before.skipped, ours.skipped)
        and (after.boosted or 0) in (before.boosted or 0, ours.boosted)
    )

"""What may be asked of a session, by whom, and when."""

from abc import ABC
from collections.abc import Callable
from datetime import datetime

from .cause import Actor, Cause
from .errors import (
    BenchOnlyError,
    BusyError,
    FaultedError,
    LimitError,
    NeedsPersonError,
    NotSupportedError,
    RequestChangedError,
    RequestWaitsError,
    WrongPhaseError,
)
from .limits import (
    Limits,
    check_duration,
    check_legs,
    check_settings,
    check_target,
    check_zones,
)
from .model import Fault, Feature, Phase, Settings
from .pair import Pair
from .run import Run
from .safeguard import Safeguard
from .session_state import ACTIVE, OnLegLost, Policy, SessionPhase
from .waiting import Waiting

_HANDS = frozenset({Actor.PERSON, Actor.BOOTS})
"""A person did it: here, or with the boots' own button."""


class Asking(Safeguard, ABC):
    """Refuses what may not be done; does nothing itself."""

    def __init__(
        self,
        pair: Pair,
        *,
        limits: Limits,
        policy: Policy,
        on_leg_lost: OnLegLost,
        now: Callable[[], datetime],
    ) -> None:
        """Begin to watch the pair."""
        self.policy = policy
        self.guard: Callable[[Settings, Cause], None] | None = None
        """Raises a BootsError where nothing may begin now: who wears the boots, their
        rest, the hour. Asked when a session is requested and when it is confirmed."""
        self._closing = False
        super().__init__(pair, limits=limits, on_leg_lost=on_leg_lost, now=now)

    def _check_free(self) -> None:
        """Raise unless a session may begin."""
        phase = self.state.phase
        if self._closing or phase is SessionPhase.STOPPING:
            raise WrongPhaseError(phase="closed" if self._closing else phase)
        if self._run or phase in ACTIVE:
            raise BusyError(phase=phase)
        faults = self._pair.state.faults - {Fault.RESTARTED}
        if self._pair.state.phase is Phase.FAULT:
            raise FaultedError(faults=", ".join(sorted(faults)))

    def _check(self, settings: Settings, cause: Cause | None = None) -> None:
        """Raise unless the settings are within the limits.

        With a cause, unless something may begin now at all, too.
        """
        if cause:
            self._need_hand(cause)
        check_settings(settings, self.limits, self._pair.capabilities)
        check_legs(settings.legs, self._pair.sides)
        if self.guard and cause:
            self.guard(settings, cause)

    def _check_change(
        self,
        run: Run,
        target_mmhg: int | None,
        duration_s: int | None,
        skipped: frozenset[int] | None,
        boosted: int | None,
    ) -> int | None:
        """Raise unless the change is within the limits; return the remaining time."""
        boots, capabilities = self._pair.state, self._pair.capabilities
        if target_mmhg is None and boosted:
            target_mmhg = boots.target_mmhg
        if boosted is None:
            boosted = boots.boosted
        if target_mmhg is not None:
            check_target(target_mmhg, boosted, self.limits, capabilities)
        check_zones(
            boots.skipped if skipped is None else skipped, boosted, capabilities
        )
        if duration_s is None:
            return None
        elapsed_s = run.elapsed_s()
        check_duration(duration_s, self.limits, capabilities, elapsed_s=elapsed_s)
        longest_s = elapsed_s + (run.remaining_s or 0)
        if not run.length_known and duration_s > longest_s:
            # How much of the longest session is over already, nobody knows.
            raise LimitError(
                field="duration",
                value=duration_s,
                minimum=elapsed_s + 1,
                maximum=longest_s,
            )
        return duration_s - elapsed_s

    def _need(self, *phases: SessionPhase) -> Run:
        """Return what runs; WrongPhaseError unless it is in one of the phases."""
        if self._run is None or self.state.phase not in phases:
            raise WrongPhaseError(phase=self.state.phase)
        return self._run

    def _need_pause(self) -> None:
        capabilities = self._pair.capabilities
        if capabilities and Feature.PAUSE not in capabilities.features:
            raise NotSupportedError(what="pause")

    def _check_yes(self, cause: Cause, request_id: int | None = None) -> Waiting:
        """Return what a yes is said to; raise unless it may start now."""
        waiting = self._waiting
        if waiting is None:
            raise WrongPhaseError(phase=self.state.phase)
        self._check_free()
        if (
            waiting.changed_for(cause, self._loop.time())
            if request_id is None
            else waiting.number != request_id
        ):
            raise RequestChangedError
        self._check(waiting.settings, cause)
        return waiting

    def _makes_more(
        self,
        run: Run,
        target_mmhg: int | None,
        remaining_s: int | None,
        skipped: frozenset[int] | None,
        boosted: int | None,
    ) -> bool:
        """Whether a change makes what runs stronger or longer, or may do so."""
        boots, command = self._pair.state, self._command
        # A report may be one from before the last change.
        targets = [boots.target_mmhg or 0]
        if command and command.target_mmhg:
            targets.append(command.target_mmhg)
        return (
            (target_mmhg or 0) > min(targets)
            or (remaining_s or 0) > (run.remaining_s or 0)
            or (skipped is not None and not skipped >= boots.skipped)
            or bool(boosted and boosted != boots.boosted)
        )

    def _need_person(self, cause: Cause) -> None:
        """Raise unless a person is behind it, or nobody has to be."""
        self._need_hand(cause)
        if self.policy is Policy.ASK and cause.actor not in _HANDS:
            raise NeedsPersonError

    def _need_hand(self, cause: Cause) -> None:
        """Raise BenchOnlyError where only a person's own hand may do it."""
        if self._pair.bench_only and cause.actor not in _HANDS:
            raise BenchOnlyError

    @staticmethod
    def _need_owner(waiting: Waiting, cause: Cause) -> None:
        """Raise where a routine would make something else of a person's request."""
        if waiting.of_person and cause.actor is not Actor.PERSON:
            raise RequestWaitsError(phase=SessionPhase.AWAITING)

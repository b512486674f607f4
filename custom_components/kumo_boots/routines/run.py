"""A routine under way, and what is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..boots.cause import Cause
from ..boots.errors import BootsError
from .routine import Routine, Step, StepKind


class RunPhase(StrEnum):
    """Where a run is."""

    ASKING = "asking"
    """It is due, and waits for a person's word."""
    RUNNING = "running"
    PAUSED = "paused"


class StepState(StrEnum):
    """What became of a step."""

    AHEAD = "ahead"
    NOW = "now"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    """Its device failed, or the session did not take place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A routine under way, as of now."""

    routine: Routine
    """As it was when it began: a change of the subentry counts from the next run on."""
    phase: RunPhase
    cause: Cause
    """Who, or what, began it."""
    index: int = 0
    """Of the step that is done now, in ``routine.steps``; 0 while asking."""
    ends_at: datetime | None = None
    """When the step ends; None while asking or paused, and while nobody knows."""
    remaining_s: int | None = None
    """What is left of the step while paused, s."""
    states: tuple[StepState, ...] = ()
    """One for each step."""

    @property
    def step(self) -> Step | None:
        """The step that is done now; None while asking."""
        return None if self.phase is RunPhase.ASKING else self.routine.steps[self.index]


class RoutineKind(StrEnum):
    """What happened to a routine."""

    ASKED = "asked"
    """It was due, and a person was asked."""
    NOT_RUN = "not_run"
    """It was due and did not begin; the cause says why."""
    STARTED = "started"
    STEP_STARTED = "step_started"
    STEP_FINISHED = "step_finished"
    STEP_SKIPPED = "step_skipped"
    STEP_FAILED = "step_failed"
    """Its device failed, or the session did not take place; the routine goes on."""
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    FINISHED = "finished"
    STOPPED = "stopped"
    """Over before its last step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutineEvent:
    """Something that happened to a routine, and why."""

    kind: RoutineKind
    routine: Routine
    cause: Cause
    step: StepKind | None = None
    index: int | None = None
    """Of the step, from 0."""
    error: BootsError | None = None
    """What stood against a step, where the boots or their rules did."""
    facts: Mapping[str, Any] = field(default_factory=dict)

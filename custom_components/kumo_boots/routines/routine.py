"""What a routine is: its steps in order, and when it is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from ..boots.model import Programme, Side

SUBENTRY_ROUTINE: Final = "routine"


class StepKind(StrEnum):
    """What is done in a step."""

    MOBILITY = "mobility"
    MASSAGE = "massage"
    SESSION = "session"
    LIGHT = "light"
    ELEVATION = "elevation"
    WATER = "water"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mobility:
    """The person moves: heel raises, ankle circles, a short walk."""

    kind: ClassVar = StepKind.MOBILITY
    duration_s: int
    text: str = ""
    """What to do, in the person's own words; empty for the usual ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Massage:
    """A massager is switched on, and off again."""

    kind: ClassVar = StepKind.MASSAGE
    duration_s: int
    entity_id: str
    """A switch, a script or anything else that can be turned on and off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BootsSession:
    """The boots are asked for a session; a person confirms it.

    What is None is as the coach recommends, else as the wearer left it.
    """

    kind: ClassVar = StepKind.SESSION
    duration_s: int | None = None
    programme: Programme | None = None
    target_mmhg: int | None = None
    legs: frozenset[Side] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Light:
    """A light or an LED panel shines, and is then as it was before."""

    kind: ClassVar = StepKind.LIGHT
    duration_s: int
    entity_id: str
    """A light or a switch."""
    brightness_pct: int | None = None
    """1–100."""
    rgb: tuple[int, int, int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Elevation:
    """The legs lie higher than the heart."""

    kind: ClassVar = StepKind.ELEVATION
    duration_s: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Water:
    """The person is reminded to drink."""

    kind: ClassVar = StepKind.WATER
    duration_s: int = 0


type Step = Mobility | Massage | BootsSession | Light | Elevation | Water


class TellBy(StrEnum):
    """Where a routine speaks to the person."""

    PHONE = "phone"
    """The wearer's own."""
    SPEAKER = "speaker"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """When a routine is due by itself; anything richer is an automation."""

    days: frozenset[int]
    """0 is Monday, as in ``datetime.weekday``."""
    at: time
    """Local time."""
    finish_by: bool = False
    """``at`` is when it shall be over, and not when it begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Routine:
    """A routine as a person made it; a config subentry of the pair."""

    routine_id: str
    """The subentry's."""
    name: str
    wearer_id: str | None = None
    """For whom; None for who wears the boots then."""
    steps: tuple[Step, ...] = ()
    before: Sequence[Mapping[str, Any]] = ()
    """Home Assistant's actions, run before the first step."""
    after: Sequence[Mapping[str, Any]] = ()
    """Run after the last step, and not when the routine was stopped."""
    tell_by: TellBy = TellBy.PHONE
    speaker: str | None = None
    """A ``media_player`` for ``TellBy.SPEAKER``."""
    schedule: Schedule | None = None

    @classmethod
    def from_subentry(cls, routine_id: str, data: Mapping[str, Any]) -> Self:
        """Read a subentry; raises KeyError, TypeError or ValueError."""
        raise NotImplementedError

    def as_data(self) -> dict[str, Any]:
        """Return the subentry's data, in a form that JSON can hold."""
        raise NotImplementedError


class RunPhase(StrEnum):
    """Where a run is."""

    ASKING = "asking"
    """It was due, and waits for a person's word."""
    RUNNING = "running"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A routine under way, as of now."""

    routine: Routine
    phase: RunPhase
    index: int
    """Of the step, in ``routine.steps``; 0 while asking."""
    step_s: int | None = None
    """How long the step is, extensions included; None for a session's, which the
    boots tell."""
    ends_at: float | None = None
    """The wall clock's time (s since the epoch) at which the step ends; None while
    paused, asking, or in a session."""
    remaining_s: int | None = None
    """While paused: what is left of the step."""
    failed: tuple[int, ...] = field(default=())
    """The steps whose device failed."""

    @property
    def step(self) -> Step | None:
        """The step that is done now; None while asking."""
        return None if self.phase is RunPhase.ASKING else self.routine.steps[self.index]

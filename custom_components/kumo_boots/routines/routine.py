"""What a routine is: its steps in order, and when it is due.

A routine is a config subentry of its pair. Durations are whole seconds here and in the
subentry; screens show them as hours, minutes and seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from ..boots.model import Programme, Side

SUBENTRY_ROUTINE: Final = "routine"

CONF_NAME: Final = "name"
CONF_WEARER: Final = "wearer"
"""A wearer's subentry id; absent for who wears the boots then."""
CONF_STEPS: Final = "steps"
CONF_KIND: Final = "kind"
CONF_DURATION: Final = "duration_s"
CONF_TEXT: Final = "text"
CONF_ENTITY: Final = "entity_id"
CONF_MODE: Final = "mode"
CONF_PRESSURE: Final = "pressure"
CONF_LEGS: Final = "legs"
CONF_BRIGHTNESS: Final = "brightness_pct"
CONF_COLOUR: Final = "rgb"
CONF_BEFORE: Final = "before"
CONF_AFTER: Final = "after"
CONF_TELL_BY: Final = "tell_by"
CONF_SPEAKER: Final = "speaker"
CONF_ENABLED: Final = "enabled"
CONF_DAYS: Final = "days"
CONF_AT: Final = "at"
CONF_FINISH_BY: Final = "finish_by"

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As Home Assistant writes them; the index is ``datetime.weekday``'s."""


class StepKind(StrEnum):
    """What is done in a step; in the order of an evening."""

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
    """A massager is used: switched on, and off again, where it can be."""

    kind: ClassVar = StepKind.MASSAGE
    duration_s: int
    entity_id: str | None = None
    """A switch, a script, or anything else that can be turned on; None by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BootsSession:
    """The boots are asked for a session; a person confirms it.

    What is None is as the coach recommends, else as the wearer left it.
    """

    kind: ClassVar = StepKind.SESSION
    programme: Programme | None = None
    target_mmhg: int | None = None
    duration_s: int | None = None
    legs: frozenset[Side] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Light:
    """A light or an LED panel shines, and is then as it was before."""

    kind: ClassVar = StepKind.LIGHT
    duration_s: int
    entity_id: str | None = None
    """A light or a switch; None by hand."""
    brightness_pct: int | None = None
    """1–100; None as the light itself decides."""
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
    """0: said, and over at once."""


type Step = Mobility | Massage | BootsSession | Light | Elevation | Water


class TellBy(StrEnum):
    """Where a routine speaks to the person."""

    PHONE = "phone"
    """The wearer's own, in one notification that is updated in place."""
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
    """A routine as a person made it."""

    routine_id: str
    """The subentry's id."""
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
    """A ``media_player`` or ``assist_satellite`` for ``TellBy.SPEAKER``."""
    schedule: Schedule | None = None
    enabled: bool = True
    """Whether the schedule counts; it can be begun by hand either way."""

    @classmethod
    def from_subentry(cls, routine_id: str, data: Mapping[str, Any]) -> Self:
        """Read a subentry; raises KeyError, TypeError or ValueError."""
        return cls(
            routine_id=routine_id,
            name=str(data[CONF_NAME]),
            wearer_id=data.get(CONF_WEARER),
            steps=tuple(step_from_dict(step) for step in data[CONF_STEPS]),
            before=tuple(data.get(CONF_BEFORE, ())),
            after=tuple(data.get(CONF_AFTER, ())),
            tell_by=TellBy(data.get(CONF_TELL_BY, TellBy.PHONE)),
            speaker=data.get(CONF_SPEAKER),
            schedule=_schedule(data),
            enabled=bool(data.get(CONF_ENABLED, True)),
        )

    def as_data(self) -> dict[str, Any]:
        """Return the subentry's data, in a form that JSON can hold."""
        data: dict[str, Any] = {
            CONF_NAME: self.name,
            CONF_STEPS: [step_as_dict(step) for step in self.steps],
            CONF_BEFORE: [dict(action) for action in self.before],
            CONF_AFTER: [dict(action) for action in self.after],
            CONF_TELL_BY: self.tell_by.value,
            CONF_ENABLED: self.enabled,
        }
        if self.wearer_id is not None:
            data[CONF_WEARER] = self.wearer_id
        if self.speaker is not None:
            data[CONF_SPEAKER] = self.speaker
        if self.schedule is not None:
            data[CONF_DAYS] = [DAYS[day] for day in sorted(self.schedule.days)]
            data[CONF_AT] = self.schedule.at.isoformat()
            data[CONF_FINISH_BY] = self.schedule.finish_by
        return data


def _schedule(data: Mapping[str, Any]) -> Schedule | None:
    if not data.get(CONF_DAYS):
        return None
    return Schedule(
        days=frozenset(DAYS.index(day) for day in data[CONF_DAYS]),
        at=time.fromisoformat(data[CONF_AT]),
        finish_by=bool(data.get(CONF_FINISH_BY, False)),
    )


def step_from_dict(data: Mapping[str, Any]) -> Step:
    """Read what ``step_as_dict`` made; raises KeyError, TypeError or ValueError."""
    return _READ[StepKind(data[CONF_KIND])](data)


def step_as_dict(step: Step) -> dict[str, Any]:
    """Return a step in a form that JSON can hold, without what is not set."""
    data: dict[str, Any] = {CONF_KIND: step.kind.value, CONF_DURATION: step.duration_s}
    match step:
        case Mobility(text=text):
            data[CONF_TEXT] = text or None
        case Massage(entity_id=entity_id):
            data[CONF_ENTITY] = entity_id
        case BootsSession():
            data[CONF_MODE] = step.programme
            data[CONF_PRESSURE] = step.target_mmhg
            data[CONF_LEGS] = None if step.legs is None else sorted(step.legs)
        case Light():
            data[CONF_ENTITY] = step.entity_id
            data[CONF_BRIGHTNESS] = step.brightness_pct
            data[CONF_COLOUR] = None if step.rgb is None else list(step.rgb)
    return {key: value for key, value in data.items() if value is not None}


def _seconds(data: Mapping[str, Any]) -> int:
    seconds = int(data[CONF_DURATION])
    if seconds < 0:
        raise ValueError(f"a step of {seconds} s")
    return seconds


def _session(data: Mapping[str, Any]) -> BootsSession:
    mode, pressure = data.get(CONF_MODE), data.get(CONF_PRESSURE)
    legs = data.get(CONF_LEGS)
    return BootsSession(
        programme=None if mode is None else Programme(mode),
        target_mmhg=None if pressure is None else int(pressure),
        duration_s=_seconds(data) if CONF_DURATION in data else None,
        legs=None if legs is None else frozenset(Side(leg) for leg in legs),
    )


def _light(data: Mapping[str, Any]) -> Light:
    brightness, colour = data.get(CONF_BRIGHTNESS), data.get(CONF_COLOUR)
    rgb = None
    if colour is not None:
        red, green, blue = (int(value) for value in colour)
        rgb = red, green, blue
    return Light(
        duration_s=_seconds(data),
        entity_id=data.get(CONF_ENTITY),
        brightness_pct=None if brightness is None else int(brightness),
        rgb=rgb,
    )


_READ: Final[Mapping[StepKind, Callable[[Mapping[str, Any]], Step]]] = {
    StepKind.MOBILITY: lambda data: Mobility(
        duration_s=_seconds(data), text=str(data.get(CONF_TEXT, ""))
    ),
    StepKind.MASSAGE: lambda data: Massage(
        duration_s=_seconds(data), entity_id=data.get(CONF_ENTITY)
    ),
    StepKind.SESSION: _session,
    StepKind.LIGHT: _light,
    StepKind.ELEVATION: lambda data: Elevation(duration_s=_seconds(data)),
    StepKind.WATER: lambda data: Water(duration_s=_seconds(data)),
}

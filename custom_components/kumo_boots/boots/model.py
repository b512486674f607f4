"""What boots are: the words every other layer speaks.

Frozen values only; units are in the names. Chambers and zones are numbered
from 1, the foot, upwards. ``None`` always means *unknown*, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Flag, StrEnum
from types import MappingProxyType

EMPTY_MMHG = 5
"""A chamber below this gauge pressure counts as empty (Open Boots Profile, R10)."""

BOOST_MMHG = 10
"""How much more a boosted zone gets (Open Boots Profile, section 5)."""


class Side(StrEnum):
    """A leg, seen by the person who wears the boots."""

    LEFT = "left"
    RIGHT = "right"


BOTH = frozenset(Side)


class Phase(StrEnum):
    """What a unit is doing right now."""

    IDLE = "idle"
    OFFERED = "offered"
    ARMED = "armed"
    RUNNING = "running"
    """It runs, and nobody says where in its cycle it is."""
    INFLATING = "inflating"
    HOLDING = "holding"
    RELEASING = "releasing"
    RESTING = "resting"
    PAUSED = "paused"
    VENTING = "venting"
    FAULT = "fault"
    UNKNOWN = "unknown"


CYCLING = frozenset(
    {Phase.RUNNING, Phase.INFLATING, Phase.HOLDING, Phase.RELEASING, Phase.RESTING}
)
"""The phases of a running cycle."""


class Programme(StrEnum):
    """A named way for the chambers to follow each other."""

    RELAX = "relax"
    WAVE = "wave"
    SQUEEZE = "squeeze"
    PULSE = "pulse"
    FOCUS = "focus"
    OWN = "own"
    """Whatever was chosen on the boots themselves; nobody says what it is."""


class Measure(StrEnum):
    """What the strength of a session is counted in."""

    MMHG = "mmhg"
    LEVELS = "levels"
    """The boots' own, from 1; what pressure they stand for is not measured."""


class Origin(StrEnum):
    """Who started the session a unit is in."""

    NONE = "none"
    THIS_CONTROLLER = "this_controller"
    OTHER_CONTROLLER = "other_controller"
    BOOTS = "boots"


class End(StrEnum):
    """How a unit's last session ended, as the unit tells it."""

    NONE = "none"
    COMPLETED = "completed"
    STOPPED = "stopped"
    STOPPED_ON_BOOTS = "stopped_on_boots"
    LEASE_EXPIRED = "lease_expired"
    FAULT = "fault"
    PAUSED_TOO_LONG = "paused_too_long"
    NOT_COMMITTED = "not_committed"
    RESTARTED = "restarted"
    UNKNOWN = "unknown"


class Fault(StrEnum):
    """What the boots say is wrong with them."""

    OVER_PRESSURE = "over_pressure"
    NOT_FILLING = "not_filling"
    NOT_EMPTYING = "not_emptying"
    SENSOR = "sensor"
    BATTERY = "battery"
    PUMP = "pump"
    RESTARTED = "restarted"


class Feature(Flag):
    """What a unit can do beyond inflating and stopping."""

    PAUSE = 1
    ZONE_SKIP = 2
    ZONE_BOOST = 4
    CUSTOM_PROGRAMME = 8
    WORN = 16
    CHILD_LOCK = 32
    HEAT = 64
    IDENTIFY = 128
    CHARGING = 256
    START_BUTTON = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """The rhythm of a cycle, in whole seconds; 0–60 (release 1–60)."""

    hold_s: int
    release_s: int
    rest_s: int


STANDARD_TIMES: Mapping[Programme, Times] = MappingProxyType(
    {
        Programme.RELAX: Times(hold_s=4, release_s=6, rest_s=4),
        Programme.WAVE: Times(hold_s=2, release_s=3, rest_s=3),
        Programme.SQUEEZE: Times(hold_s=6, release_s=6, rest_s=6),
        Programme.PULSE: Times(hold_s=2, release_s=4, rest_s=4),
        Programme.FOCUS: Times(hold_s=6, release_s=4, rest_s=4),
    }
)
"""The rhythm of each programme as the Open Boots Profile sets it (section 5)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FailSafes:
    """What a device guarantees by itself, whatever a controller does."""

    vents_on_silence: bool
    vents_on_power_loss: bool
    own_ceiling: bool
    own_timer: bool

    @property
    def complete(self) -> bool:
        """Whether it can be worn: a device that lacks any of them is for the bench."""
        return (
            self.vents_on_silence
            and self.vents_on_power_loss
            and self.own_ceiling
            and self.own_timer
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a unit, or a pair, can do."""

    legs: frozenset[Side]
    chambers: int
    """Chambers per leg, 1–8."""
    target_min_mmhg: int
    target_max_mmhg: int
    target_step_mmhg: int
    duration_min_s: int
    duration_max_s: int
    programmes: tuple[Programme, ...]
    features: Feature
    lease_s: float
    """How long a session outlives its controller's silence; 0 where there is no
    controller that it listens to."""
    pair_id: bytes | None = field(repr=False)
    """The same for two units that are one pair; None where the unit has none."""
    fail_safes: FailSafes
    measure: Measure = Measure.MMHG
    """What every ``…_mmhg`` that is asked for, or allowed, counts for these boots."""
    nominal_mmhg: tuple[int, ...] = ()
    """What the maker says each level is, from the first; empty where nothing is said."""
    by_hand: bool = False
    """A person does what is asked, in their own time, and nothing measures it."""
    untold: frozenset[str] = frozenset()
    """What the boots never tell: ``pressures``, ``battery``, ``cycles``, ``remaining``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a session is to do. Checked against limits, never changed to fit."""

    programme: Programme
    target_mmhg: int
    """Target of the foot chamber; of boots that count in levels, the level."""
    duration_s: int
    legs: frozenset[Side] = BOTH
    skipped: frozenset[int] = frozenset()
    """Zones left out."""
    boosted: int | None = None
    """The zone that gets ``BOOST_MMHG`` more; the zone of *focus*."""
    times: Times | None = None
    """The rhythm; None is the programme's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BootsState:
    """What one unit reported last."""

    phase: Phase = Phase.UNKNOWN
    active_zones: frozenset[int] = frozenset()
    target_mmhg: int | None = None
    """None while idle."""
    remaining_s: int | None = None
    cycles: int | None = None
    faults: frozenset[Fault] = frozenset()
    origin: Origin = Origin.NONE
    session_id: int | None = None
    programme: Programme | None = None
    legs: frozenset[Side] = frozenset()
    skipped: frozenset[int] = frozenset()
    boosted: int | None = None
    end: End = End.NONE
    accepted: bool = False
    """An offer was accepted by a press on the boots."""
    peak_mmhg: int | None = None
    """The highest chamber pressure at the moment of the report."""
    battery_low: bool = False
    battery_percent: int | None = None
    charging: bool | None = None
    worn: bool | None = None
    child_lock: bool | None = None
    pressures_mmhg: Mapping[Side, tuple[float | None, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Gauge pressure of each chamber of each leg the unit serves."""


def is_empty(state: BootsState) -> bool:
    """Whether the unit itself says that every chamber is empty.

    A unit in a fault keeps that phase; then its highest pressure tells, unless a
    sensor is what fails.
    """
    if state.phase is Phase.FAULT:
        return (
            Fault.SENSOR not in state.faults
            and state.peak_mmhg is not None
            and state.peak_mmhg <= EMPTY_MMHG
        )
    return state.phase is Phase.IDLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What a unit says of itself (Device Information); '' where it says nothing."""

    manufacturer: str = ""
    model: str = ""
    serial: str = field(default="", repr=False)
    firmware: str = ""

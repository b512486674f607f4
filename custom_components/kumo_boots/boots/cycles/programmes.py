"""Programmes as steps: which zones fill, are held and are let go, in which order.

The programmes and their rhythm are those of the Open Boots Profile (section 5), so
that a mode means the same on every device.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from ..model import BOOST_MMHG, STANDARD_TIMES, Programme, Settings, Times

GRADIENT_MMHG: Mapping[Programme, int] = MappingProxyType(
    {
        Programme.RELAX: 5,
        Programme.WAVE: 5,
        Programme.SQUEEZE: 0,
        Programme.PULSE: 5,
        Programme.FOCUS: 0,
    }
)
"""How much less each chamber gets than the one below it (Open Boots Profile, section 5)."""
PULSES = 3
"""How often *pulse* fills the lowest zone before the others follow (the same)."""


class Kind(Enum):
    """What a step does."""

    FILL = auto()
    HOLD = auto()
    RELEASE = auto()
    REST = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a cycle."""

    kind: Kind
    zones: frozenset[int]
    seconds: int = 0
    """How long it lasts at least; a step that fills ends when it has."""


def target_of(zone: int, settings: Settings, lowest_mmhg: int) -> int:
    """Return the target of one zone, gradient and boost included, mmHg."""
    gradient = GRADIENT_MMHG[settings.programme]
    own = max(lowest_mmhg, settings.target_mmhg - gradient * (zone - 1))
    return own + (BOOST_MMHG if zone == settings.boosted else 0)


def worked_zones(settings: Settings, chambers: int) -> frozenset[int]:
    """Return the zones that a cycle fills."""
    if settings.programme is Programme.FOCUS:
        return frozenset({settings.boosted or 1})
    return frozenset(range(1, chambers + 1)) - settings.skipped


def steps_of(settings: Settings, chambers: int, lowest_mmhg: int) -> tuple[Step, ...]:
    """Return one cycle's steps; a device fills one order of zones at a time."""
    times = settings.times or STANDARD_TIMES[settings.programme]
    zones = sorted(worked_zones(settings, chambers))
    match settings.programme:
        case Programme.SQUEEZE:
            ups = _together(zones, settings, lowest_mmhg)
        case Programme.WAVE:
            ups = _wave(zones, times)
        case Programme.PULSE:
            ups = [*_pulses(zones[0], times), *_one_by_one(zones)]
        case _:
            ups = _one_by_one(zones)
    # In a wave the lower zones have been let go by then.
    held = zones[-2:] if settings.programme is Programme.WAVE else zones
    return (
        *ups,
        Step(Kind.HOLD, frozenset(held), times.hold_s),
        Step(Kind.RELEASE, frozenset(range(1, chambers + 1)), times.release_s),
        Step(Kind.REST, frozenset(range(1, chambers + 1)), times.rest_s),
    )


def _one_by_one(zones: Iterable[int]) -> list[Step]:
    return [Step(Kind.FILL, frozenset({zone})) for zone in zones]


def _pulses(zone: int, times: Times) -> list[Step]:
    one = frozenset({zone})
    pulse = [
        Step(Kind.FILL, one),
        Step(Kind.HOLD, one, times.hold_s),
        Step(Kind.RELEASE, one, times.release_s),
    ]
    return pulse * PULSES


def _wave(zones: list[int], times: Times) -> list[Step]:
    """Let the zone go that is two below a full one."""
    steps: list[Step] = []
    for number, zone in enumerate(zones):
        steps.append(Step(Kind.FILL, frozenset({zone})))
        if number > 1:
            behind = frozenset({zones[number - 2]})
            steps.append(Step(Kind.RELEASE, behind, times.release_s))
    return steps


def _together(zones: list[int], settings: Settings, lowest_mmhg: int) -> list[Step]:
    """All at once to the lowest target, then on with those whose own is higher."""
    targets = {zone: target_of(zone, settings, lowest_mmhg) for zone in zones}
    return [
        Step(Kind.FILL, frozenset(zone for zone in zones if targets[zone] >= level))
        for level in sorted(set(targets.values()))
    ]

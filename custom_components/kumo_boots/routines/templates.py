"""Templates: what a person may begin with, and change to their liking.

The order is an evening's: the active part first, then the boots, and something that
calms down at the end. Times are general guidance for wellness.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ..boots.limits import Limits
from ..boots.model import Capabilities, Programme
from ..setpoints import first_setpoints
from .routine import (
    BootsSession,
    Elevation,
    Light,
    Massage,
    Mobility,
    Step,
    StepKind,
    Water,
)


class Template(StrEnum):
    """What an evening can be like."""

    EVENING = "evening"
    AFTER_WORK = "after_work"
    AFTER_TRAVEL = "after_travel"
    AFTER_TRAINING = "after_training"
    FIRST_WEEK = "first_week"
    EMPTY = "empty"


TEMPLATES: Final[Mapping[Template, tuple[Step, ...]]] = MappingProxyType(
    {
        Template.EVENING: (
            Mobility(duration_s=4 * 60),
            BootsSession(),
            Light(duration_s=10 * 60),
            Elevation(duration_s=5 * 60),
            Water(),
        ),
        Template.AFTER_WORK: (
            Mobility(duration_s=3 * 60),
            BootsSession(),
            Elevation(duration_s=10 * 60),
            Water(),
        ),
        Template.AFTER_TRAVEL: (
            Mobility(duration_s=5 * 60),
            BootsSession(),
            Elevation(duration_s=10 * 60),
            Water(),
        ),
        Template.AFTER_TRAINING: (
            Mobility(duration_s=5 * 60),
            Massage(duration_s=5 * 60),
            BootsSession(),
            Water(),
        ),
        Template.FIRST_WEEK: (
            Mobility(duration_s=3 * 60),
            BootsSession(duration_s=15 * 60),
            Elevation(duration_s=5 * 60),
            Water(),
        ),
        Template.EMPTY: (),
    }
)

USUAL: Final[Mapping[StepKind, Step]] = MappingProxyType(
    {
        StepKind.MOBILITY: Mobility(duration_s=4 * 60),
        StepKind.MASSAGE: Massage(duration_s=5 * 60),
        StepKind.SESSION: BootsSession(),
        StepKind.LIGHT: Light(duration_s=10 * 60),
        StepKind.ELEVATION: Elevation(duration_s=5 * 60),
        StepKind.WATER: Water(),
    }
)
"""What is suggested for a step that a template does not have."""


def steps_of(template: Template, capabilities: Capabilities) -> tuple[Step, ...]:
    """Return what a template begins with, on these boots.

    The first week is gentle whoever it is for: with a mode and a strength of its own,
    because somebody may have left the coach, and others left their settings.
    """
    steps = TEMPLATES[template]
    if template is not Template.FIRST_WEEK:
        return steps
    gentle = first_setpoints(Limits(), capabilities)
    relax = Programme.RELAX if Programme.RELAX in capabilities.programmes else None
    return tuple(
        replace(step, programme=relax, target_mmhg=gentle.target_mmhg)
        if isinstance(step, BootsSession)
        else step
        for step in steps
    )

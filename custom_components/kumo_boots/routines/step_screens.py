"""The screen of each step: its fields, what they suggest, and what they mean."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import (
    ColorRGBSelector,
    DurationSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
)
import voluptuous as vol

from ..boots.model import BOTH, Capabilities, Measure
from ..counted import STRENGTH
from ..setpoints import LEGS, legs_key
from .routine import (
    CONF_BRIGHTNESS,
    CONF_COLOUR,
    CONF_DURATION,
    CONF_ENTITY,
    CONF_KIND,
    CONF_LEGS,
    CONF_MODE,
    CONF_PRESSURE,
    CONF_TEXT,
    BootsSession,
    Light,
    Massage,
    Mobility,
    Step,
    StepKind,
    step_from_dict,
)

CONF_TIME: Final = "duration"
"""As the screen has it: hours, minutes and seconds."""

MASSAGERS: Final = ("switch", "script", "input_boolean", "fan", "media_player", "scene")
LIGHTS: Final = ("light", "switch", "input_boolean")


def _entity(*domains: str) -> EntitySelector:
    return EntitySelector(EntitySelectorConfig(domain=list(domains)))


def _choice(options: list[str], translation_key: str) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(options=options, translation_key=translation_key)
    )


def _session(capabilities: Capabilities) -> dict[vol.Marker, Any]:
    strength = NumberSelectorConfig(
        min=capabilities.target_min_mmhg,
        max=capabilities.target_max_mmhg,
        step=capabilities.target_step_mmhg,
    )
    if capabilities.measure is Measure.MMHG:
        strength["unit_of_measurement"] = "mmHg"
    fields: dict[vol.Marker, Any] = {
        vol.Optional(CONF_MODE): _choice([*capabilities.programmes], "mode"),
        vol.Optional(STRENGTH[capabilities.measure]): NumberSelector(strength),
        vol.Optional(CONF_TIME): DurationSelector(),
    }
    if capabilities.legs == BOTH:
        fields[vol.Optional(CONF_LEGS)] = _choice([*LEGS], "legs")
    return fields


def _timed(**more: Any) -> Callable[[Capabilities], dict[vol.Marker, Any]]:
    return lambda capabilities: {
        vol.Required(CONF_TIME): DurationSelector(),
        **{vol.Optional(key): selector for key, selector in more.items()},
    }


FIELDS: Final[Mapping[StepKind, Callable[[Capabilities], dict[vol.Marker, Any]]]] = (
    MappingProxyType(
        {
            StepKind.MOBILITY: _timed(
                text=TextSelector(TextSelectorConfig(multiline=True))
            ),
            StepKind.MASSAGE: _timed(entity_id=_entity(*MASSAGERS)),
            StepKind.SESSION: _session,
            StepKind.LIGHT: _timed(
                entity_id=_entity(*LIGHTS),
                brightness_pct=NumberSelector(
                    NumberSelectorConfig(min=1, max=100, unit_of_measurement="%")
                ),
                rgb=ColorRGBSelector(),
            ),
            StepKind.ELEVATION: _timed(),
            StepKind.WATER: _timed(),
        }
    )
)


def suggested(step: Step, measure: Measure) -> dict[str, Any]:
    """Return what a screen shows of a step; ``measure`` is how the boots count."""
    shown: dict[str, Any] = {}
    if step.duration_s is not None:
        minutes, seconds = divmod(step.duration_s, 60)
        hours, minutes = divmod(minutes, 60)
        shown[CONF_TIME] = {"hours": hours, "minutes": minutes, "seconds": seconds}
    match step:
        case Mobility():
            shown[CONF_TEXT] = step.text
        case Massage():
            shown[CONF_ENTITY] = step.entity_id
        case BootsSession():
            shown[CONF_MODE] = step.programme
            shown[STRENGTH[measure]] = step.target_mmhg
            shown[CONF_LEGS] = None if step.legs is None else legs_key(step.legs)
        case Light():
            shown[CONF_ENTITY] = step.entity_id
            shown[CONF_BRIGHTNESS] = step.brightness_pct
            shown[CONF_COLOUR] = step.rgb
    return shown


def entered(kind: StepKind, user_input: Mapping[str, Any]) -> Step:
    """Return the step that a screen was filled with."""
    data = {key: value for key, value in user_input.items() if key != CONF_TIME}
    data[CONF_KIND] = kind
    if CONF_TIME in user_input:
        duration: timedelta = cv.time_period(user_input[CONF_TIME])
        data[CONF_DURATION] = round(duration.total_seconds())
    if (level := data.pop(STRENGTH[Measure.LEVELS], None)) is not None:
        data[CONF_PRESSURE] = level
    if CONF_LEGS in data:
        data[CONF_LEGS] = sorted(LEGS[data[CONF_LEGS]])
    return step_from_dict(data)


def errors_of(step: Step, capabilities: Capabilities) -> dict[str, str]:
    """Return what is wrong with a step, by field."""
    if step.duration_s is None:
        return {}
    if isinstance(step, BootsSession):
        shortest, longest = capabilities.duration_min_s, capabilities.duration_max_s
        if not shortest <= step.duration_s <= longest:
            return {CONF_TIME: "session_length"}
    elif not step.duration_s and step.kind is not StepKind.WATER:
        return {CONF_TIME: "no_time"}
    return {}

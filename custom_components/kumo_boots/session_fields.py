"""A session as the fields of an action: read, checked, and written again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from .boots.errors import LimitError, NotSupportedError
from .boots.limits import check_settings
from .boots.model import Capabilities, Programme, Settings
from .coordinator import KumoBootsCoordinator
from .counted import STRENGTH
from .people.actions import ATTR_WEARER
from .people.wearer import Wearer
from .setpoints import LEGS, NO_BOOST, legs_key

ATTR_MODE: Final = "mode"
ATTR_PRESSURE: Final = "pressure"
ATTR_LEVEL: Final = "level"
ATTR_DURATION: Final = "duration"
ATTR_LEGS: Final = "legs"
ATTR_ZONES: Final = "zones"
ATTR_BOOST: Final = "boost"

MOST_ZONES: Final = 8


def whole(value: Any) -> int:
    """Validate a whole number; a fraction is an error, and not rounded to fit."""
    number: float = vol.Coerce(float)(value)
    if not number.is_integer():
        raise vol.Invalid(f"expected a whole number, not {value}")
    return int(number)


ZONE = vol.All(whole, vol.Range(min=1, max=MOST_ZONES))

SESSION_FIELDS: Final[dict[vol.Marker, Any]] = {
    vol.Optional(ATTR_MODE): vol.Coerce(Programme),
    vol.Optional(ATTR_PRESSURE): vol.All(whole, vol.Range(min=1)),
    vol.Optional(ATTR_LEVEL): vol.All(whole, vol.Range(min=1)),
    # Minutes.
    vol.Optional(ATTR_DURATION): vol.All(
        vol.Coerce(float), vol.Range(min=0, min_included=False)
    ),
    vol.Optional(ATTR_LEGS): vol.In(LEGS),
    vol.Optional(ATTR_ZONES): vol.All(
        cv.ensure_list, vol.Length(min=1), [ZONE], vol.Coerce(frozenset)
    ),
    vol.Optional(ATTR_BOOST): vol.Any(NO_BOOST, ZONE),
    vol.Optional(ATTR_WEARER): cv.string,
}


def settings_of(
    coordinator: KumoBootsCoordinator, wearer: Wearer, data: Mapping[str, Any]
) -> Settings:
    """Make settings of a call and, where it is silent, of the wearer's setpoints.

    Raises LimitError or NotSupportedError, which name what does not fit.
    """
    capabilities = coordinator.capabilities
    zones: frozenset[int] | None = data.get(ATTR_ZONES)
    all_zones = frozenset(range(1, capabilities.chambers + 1))
    if zones is not None and not zones <= all_zones:
        raise LimitError(
            field="zones", value=max(zones), minimum=1, maximum=capabilities.chambers
        )
    for measure, field in STRENGTH.items():
        if field in data and measure is not capabilities.measure:
            raise NotSupportedError(what=field)
    minutes: float | None = data.get(ATTR_DURATION)
    boost: int | str | None = data.get(ATTR_BOOST)
    settings = coordinator.settings_from_setpoints(
        wearer,
        programme=data.get(ATTR_MODE),
        target_mmhg=data.get(STRENGTH[capabilities.measure]),
        duration_s=None if minutes is None else round(minutes * 60),
        legs=LEGS[data[ATTR_LEGS]] if ATTR_LEGS in data else None,
        skipped=None if zones is None else all_zones - zones,
        boosted=None if boost == NO_BOOST else boost,
    )
    if boost == NO_BOOST:
        settings = replace(settings, boosted=None)
    check_settings(settings, coordinator.household.limits_of(wearer), capabilities)
    return settings


def as_fields(settings: Settings, capabilities: Capabilities) -> JsonObjectType:
    """Write settings as the fields of the action that would ask for them."""
    return {
        ATTR_MODE: settings.programme.value,
        STRENGTH[capabilities.measure]: settings.target_mmhg,
        ATTR_DURATION: settings.duration_s / 60,
        ATTR_LEGS: legs_key(settings.legs),
        ATTR_ZONES: [
            zone
            for zone in range(1, capabilities.chambers + 1)
            if zone not in settings.skipped
        ],
        ATTR_BOOST: settings.boosted or NO_BOOST,
    }

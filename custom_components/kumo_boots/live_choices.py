"""What the live view tells besides the moment: what may be chosen, and what is advised.

Null is unknown, or nobody's business: the coach and the precautions are told to who
may see *for whom*; a lock after a warning sign and the week only to the wearer and to
administrators (``people/access.py``).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from homeassistant.util import dt as dt_util

from .boots.model import Capabilities, Feature, Settings
from .coordinator import KumoBootsCoordinator
from .counted import as_counted
from .people.access import Reader
from .people.sitting import Sitting
from .people.wearer import Wearer
from .setpoints import legs_key, lowest_limit
from .snapshot import Setpoints

_OF_NOBODY: dict[str, Any] = dict.fromkeys(
    ("wearer", "wearer_id", "own_limits", "coach", "precautions", "locked", "week_s")
)


def capabilities_told(capabilities: Capabilities) -> dict[str, Any]:
    """Tell what these boots can do: mmHg, s, and features by name."""
    return {
        "measure": capabilities.measure,
        "by_hand": capabilities.by_hand,
        "chambers": capabilities.chambers,
        "target_min_mmhg": capabilities.target_min_mmhg,
        "target_max_mmhg": capabilities.target_max_mmhg,
        "target_step_mmhg": capabilities.target_step_mmhg,
        "duration_min_s": capabilities.duration_min_s,
        "duration_max_s": capabilities.duration_max_s,
        "programmes": list(capabilities.programmes),
        "features": [
            str(feature.name).lower()
            for feature in Feature
            if feature in capabilities.features
        ],
    }


def setpoints_told(setpoints: Setpoints) -> dict[str, Any]:
    """Tell what the next session will be."""
    return {
        "mode": setpoints.mode,
        "target_mmhg": setpoints.target_mmhg,
        "duration_s": setpoints.duration_s,
        "legs": legs_key(setpoints.legs),
    }


def settings_told(settings: Settings | None) -> dict[str, Any] | None:
    """Tell what the session that waits or runs is, in the same shape."""
    if settings is None:
        return None
    return {
        "mode": settings.programme,
        "target_mmhg": settings.target_mmhg,
        "duration_s": settings.duration_s,
        "legs": legs_key(settings.legs),
    }


def limits_told(coordinator: KumoBootsCoordinator) -> dict[str, Any]:
    """Tell the highest target and the longest session that may be chosen now."""
    target, duration = lowest_limit(coordinator.limits, coordinator.capabilities)
    return {"target_max_mmhg": target, "duration_max_s": duration}


def wearer_told(
    coordinator: KumoBootsCoordinator, reader: Reader, *, with_wearer: bool
) -> dict[str, Any]:
    """Tell what concerns who wears the boots now, to whoever may know it.

    ``wearer`` is their name, or *guest*; ``week_s`` the seconds of each day of this
    week, from Monday.
    """
    if not with_wearer:
        return _OF_NOBODY
    wearer = coordinator.household.current
    told = _OF_NOBODY | {
        "wearer": wearer.name,
        "wearer_id": wearer.wearer_id,
        "own_limits": _own_limits(coordinator, wearer),
    }
    if wearer.is_guest:
        return told
    told |= {
        "coach": _coach(coordinator, wearer),
        "precautions": wearer.acknowledged is None,
    }
    if reader.is_trusted(wearer):
        told |= {
            "locked": coordinator.coach.locked(wearer),
            "week_s": days_s(coordinator.coach.sittings(wearer), dt_util.now().date()),
        }
    return told


def _own_limits(coordinator: KumoBootsCoordinator, wearer: Wearer) -> dict[str, Any]:
    """Tell what people set without the coach: its limit may be lower, or higher."""
    limits = coordinator.household.own_limits_of(wearer)
    target, duration = lowest_limit(limits, coordinator.capabilities)
    told = {"target_max_mmhg": target, "duration_max_s": duration}
    return as_counted(told, coordinator.capabilities)


def _coach(
    coordinator: KumoBootsCoordinator, wearer: Wearer
) -> dict[str, int | str] | None:
    """Tell what the coach advises, and its cap; None to who does not follow it."""
    if not wearer.follow_coach:
        return None
    advice = coordinator.coach.advice(wearer)
    told = {
        "stage": advice.stage,
        "target_mmhg": advice.target_mmhg,
        "duration_s": advice.duration_s,
        "cap_mmhg": advice.cap_mmhg,
        "cap_duration_s": advice.cap_duration_s,
    }
    return as_counted(told, coordinator.capabilities)


def days_s(sittings: Iterable[Sitting], today: date) -> list[int]:
    """Return how long sessions ran on each day of this week, which begins on Monday."""
    monday = today - timedelta(days=today.weekday())
    days = [0] * 7
    for sitting in sittings:
        day = (dt_util.as_local(sitting.started_at).date() - monday).days
        if 0 <= day < 7:
            days[day] += max(0, sitting.ran_s)
    return days

"""The user's setpoints: where they begin, and how they stay within limits."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .boots.levels import as_counted
from .boots.limits import Limits, check_settings
from .boots.model import BOOST_MMHG, BOTH, Capabilities, Programme, Settings, Side
from .const import DEFAULT_DURATION_MIN, DEFAULT_TARGET_MMHG
from .snapshot import Setpoints

BOTH_LEGS: Final = "both"
LEGS: Final[Mapping[str, frozenset[Side]]] = {
    BOTH_LEGS: BOTH,
    "left": frozenset({Side.LEFT}),
    "right": frozenset({Side.RIGHT}),
}
"""The legs of a session, as a person says it."""
NO_BOOST: Final = "none"
"""What a person says for no zone that gets more."""

FOCUS_ZONE = 1
"""The zone of *focus* while nobody chose one: the foot."""


def legs_key(legs: frozenset[Side]) -> str | None:
    """Say legs as a person does; None for none."""
    return next((key for key, value in LEGS.items() if value == legs), None)


def lowest_limit(limits: Limits, capabilities: Capabilities) -> tuple[int, int]:
    """Return the highest target (mmHg) and longest session (s) that both allow."""
    return (
        min(limits.target_max_mmhg, capabilities.target_max_mmhg),
        min(limits.duration_max_s, capabilities.duration_max_s),
    )


def _on_step(target: int, capabilities: Capabilities) -> int:
    """Return the next target at or below, as the boots step it."""
    above = max(0, target - capabilities.target_min_mmhg)
    step = capabilities.target_step_mmhg
    return capabilities.target_min_mmhg + above // step * step


def first_setpoints(limits: Limits, capabilities: Capabilities) -> Setpoints:
    """Return gentle setpoints that these boots can do."""
    target_max, duration_max = lowest_limit(limits, capabilities)
    return Setpoints(
        mode=next(iter(capabilities.programmes), Programme.RELAX),
        target_mmhg=_on_step(
            min(as_counted(DEFAULT_TARGET_MMHG, capabilities), target_max), capabilities
        ),
        duration_s=max(
            capabilities.duration_min_s, min(DEFAULT_DURATION_MIN * 60, duration_max)
        ),
        legs=capabilities.legs,
    )


def within(
    setpoints: Setpoints, limits: Limits, capabilities: Capabilities
) -> Setpoints:
    """Return the setpoints moved to where new limits, or other boots, allow them.

    This is for limits that moved, which their owner did on purpose; a request above
    a limit is refused instead.
    """
    first = first_setpoints(limits, capabilities)
    target_max, duration_max = lowest_limit(limits, capabilities)
    boosted = setpoints.boosted
    if boosted is not None:
        target_max -= BOOST_MMHG
        if boosted > capabilities.chambers or target_max < capabilities.target_min_mmhg:
            boosted, target_max = None, target_max + BOOST_MMHG
    zones = frozenset(range(1, capabilities.chambers + 1))
    skipped = setpoints.skipped & zones
    return replace(
        setpoints,
        mode=setpoints.mode
        if setpoints.mode in capabilities.programmes
        else first.mode,
        target_mmhg=_on_step(min(setpoints.target_mmhg, target_max), capabilities),
        duration_s=max(
            capabilities.duration_min_s, min(setpoints.duration_s, duration_max)
        ),
        legs=setpoints.legs & capabilities.legs or capabilities.legs,
        skipped=frozenset() if skipped == zones else skipped,
        boosted=boosted,
    )


def settings_from(setpoints: Setpoints, overrides: Mapping[str, Any]) -> Settings:
    """Return settings for a request: the setpoints, but for what is asked instead."""
    settings = Settings(
        programme=setpoints.mode,
        target_mmhg=setpoints.target_mmhg,
        duration_s=setpoints.duration_s,
        legs=setpoints.legs,
        skipped=setpoints.skipped,
        boosted=setpoints.boosted,
        times=setpoints.times,
    )
    asked = {name: value for name, value in overrides.items() if value is not None}
    if asked.get("programme", settings.programme) is not settings.programme:
        # The rhythm and the boosted zone were chosen for another mode.
        settings = replace(settings, times=None, boosted=None)
    settings = replace(settings, **asked)
    if settings.programme is Programme.FOCUS and settings.boosted is None:
        settings = replace(settings, boosted=FOCUS_ZONE)
    return settings


def changed(
    setpoints: Setpoints,
    changes: Mapping[str, Any],
    limits: Limits,
    capabilities: Capabilities,
) -> Setpoints:
    """Return changed setpoints; LimitError or NotSupportedError names what does not fit."""
    candidate = replace(setpoints, **changes)
    if "mode" in changes and changes["mode"] is not setpoints.mode:
        # A rhythm belongs to its mode.
        candidate = replace(candidate, times=changes.get("times"))
    check_settings(settings_from(candidate, {}), limits, capabilities)
    return candidate

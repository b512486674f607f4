"""Ranges: what a controller may ask for. Nothing is ever made to fit (R15).

Each check returns None, or the parameter's position (1 = first) and the limit that
was passed, as the result 06 tells them.
"""

from . import obp
from .programme import chamber_targets, worked_zones

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import Config
    from .programme import Programme
    from .session import Session

    Wrong = tuple[int, int] | None


def between(value: int, lowest: int, highest: int, position: int) -> "Wrong":
    """Check a plain range."""
    if value < lowest:
        return position, lowest
    if value > highest:
        return position, highest
    return None


def _target(config: "Config", target: int, position: int) -> "Wrong":
    wrong = between(target, config.min_mmhg, config.max_mmhg, position)
    if wrong is None and (target - config.min_mmhg) % config.step_mmhg:
        return position, target - (target - config.min_mmhg) % config.step_mmhg
    return wrong


def _skip(config: "Config", skip: int, position: int) -> "Wrong":
    if skip & ~config.all_zones or skip == config.all_zones:
        return position, config.all_zones
    return None


def _boost(
    config: "Config",
    programme: "Programme",
    target: int,
    skip: int,
    boost: int,
    position: int,
) -> "Wrong":
    if boost > config.chambers:
        return position, config.chambers
    if not worked_zones(programme, config.chambers, skip, boost):
        return position, 1  # focus without a zone, or with one that is skipped
    if boost:
        if skip & (1 << (boost - 1)):
            return position, 0
        targets = chamber_targets(
            programme, target, config.min_mmhg, config.chambers, boost
        )
        if targets[boost - 1] > config.max_mmhg:
            return position, config.max_mmhg
    return None


def check_arm(
    config: "Config",
    programme: "Programme",
    target: int,
    duration_s: int,
    legs: int,
    skip: int,
    boost: int,
) -> "Wrong":
    """Check the parameters of *arm*."""
    wrong = _target(config, target, 2)
    if wrong is None:
        wrong = between(duration_s, config.min_minutes * 60, config.max_minutes * 60, 3)
    if wrong is None and (legs == 0 or legs & ~config.legs):
        wrong = 4, config.legs
    if wrong is None:
        wrong = _skip(config, skip, 5)
    if wrong is None:
        wrong = _boost(config, programme, target, skip, boost, 6)
    return wrong


def check_set(config: "Config", session: "Session", field: int, value: int) -> "Wrong":
    """Check one field of *set* together with what the session has already."""
    wrong = None
    target, skip, boost = session.target, session.skip, session.boost
    if field == obp.SET_TARGET:
        wrong = _target(config, value, 3)
        target = value
    elif field == obp.SET_REMAINING:
        return between(value, 1, config.max_minutes * 60 - session.run_s(), 3)
    elif field == obp.SET_SKIP:
        wrong = _skip(config, value, 3)
        skip = value
    else:
        boost = value
    if wrong is None:
        wrong = _boost(config, session.programme, target, skip, boost, 3)
    return wrong

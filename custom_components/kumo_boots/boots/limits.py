"""What a session may be: the wearer's limits and the range of the boots.

Nothing here clamps. What does not fit raises ``LimitError``, whose values name
the field, the value and the limits that hold (mmHg, s or zone numbers).
"""

from dataclasses import dataclass

from .errors import LimitError, NotSupportedError
from .model import (
    BOOST_MMHG,
    BOTH,
    STANDARD_TIMES,
    Capabilities,
    Feature,
    Measure,
    Programme,
    Settings,
    Side,
    Times,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The wearer's own limits, on top of the range of the boots.

    The defaults are the general guidance for beginners: at most 60 mmHg and
    30 minutes.
    """

    target_max_mmhg: int = 60
    """No chamber's target above this, a boosted zone included."""
    duration_max_s: int = 1800
    """No session longer than this, extensions included."""
    measure: Measure = Measure.MMHG
    """What ``target_max_mmhg`` counts."""


def check_settings(
    settings: Settings, limits: Limits | None, capabilities: Capabilities | None
) -> None:
    """Raise LimitError or NotSupportedError unless a session may be like this.

    ``limits`` None checks the range of the boots only; ``capabilities`` None,
    when the boots have not been read yet, the wearer's limits only.
    """
    check_target(settings.target_mmhg, settings.boosted, limits, capabilities)
    check_duration(settings.duration_s, limits, capabilities)
    check_zones(settings.skipped, settings.boosted, capabilities)
    check_legs(settings.legs, capabilities.legs if capabilities else BOTH)
    if settings.programme is Programme.FOCUS and settings.boosted is None:
        raise _zones(0, capabilities)
    if settings.times is not None:
        _check_times(settings.times, settings.programme, capabilities)
    if capabilities and settings.programme not in capabilities.programmes:
        raise NotSupportedError(what=settings.programme)


def check_target(
    target_mmhg: int,
    boosted: int | None,
    limits: Limits | None,
    capabilities: Capabilities | None,
) -> None:
    """Check the target of the foot chamber, and what a boost makes of it.

    The gradient is left out: with a boost the highest target there can be is
    the foot's and ``BOOST_MMHG``, whichever zone is boosted.
    """
    minimum, step = 1, 1
    tops = [limits.target_max_mmhg] if limits else []
    if capabilities:
        minimum, step = capabilities.target_min_mmhg, capabilities.target_step_mmhg
        tops.append(capabilities.target_max_mmhg)
    maximum = min(tops, default=target_mmhg)
    if not minimum <= target_mmhg <= maximum or (target_mmhg - minimum) % step:
        measure = capabilities or limits
        raise LimitError(
            field="level"
            if measure and measure.measure is Measure.LEVELS
            else "target",
            value=target_mmhg,
            minimum=minimum,
            maximum=maximum,
            step=step,
        )
    if boosted and tops and target_mmhg + BOOST_MMHG > maximum:
        raise LimitError(
            field="boost",
            value=target_mmhg + BOOST_MMHG,
            minimum=minimum,
            maximum=maximum,
        )


def check_duration(
    duration_s: int,
    limits: Limits | None,
    capabilities: Capabilities | None,
    *,
    elapsed_s: int = 0,
) -> None:
    """Check the length of a whole session, of which ``elapsed_s`` is over."""
    minimum = elapsed_s + 1
    tops = [limits.duration_max_s] if limits else []
    if capabilities:
        minimum = max(minimum, capabilities.duration_min_s)
        tops.append(capabilities.duration_max_s)
    maximum = min(tops, default=duration_s)
    if not minimum <= duration_s <= maximum:
        raise LimitError(
            field="duration", value=duration_s, minimum=minimum, maximum=maximum
        )


def check_zones(
    skipped: frozenset[int], boosted: int | None, capabilities: Capabilities | None
) -> None:
    """Check that the zones exist and that at least one is left to work.

    ``boosted`` None or 0 is no boost. A boosted zone cannot be left out.
    """
    if (boosted and boosted in skipped) or any(zone < 1 for zone in skipped):
        raise _zones(boosted or min(skipped), capabilities)
    if capabilities is None:
        return
    named = skipped | {boosted or 1}
    if max(named) > capabilities.chambers or len(skipped) >= capabilities.chambers:
        raise _zones(max(named), capabilities)
    if skipped and Feature.ZONE_SKIP not in capabilities.features:
        raise NotSupportedError(what="zone skip")
    if boosted and Feature.ZONE_BOOST not in capabilities.features:
        raise NotSupportedError(what="zone boost")


def _zones(value: int, capabilities: Capabilities | None) -> LimitError:
    return LimitError(
        field="zones",
        value=value,
        minimum=1,
        maximum=capabilities.chambers if capabilities else 8,
    )


def check_legs(legs: frozenset[Side], served: frozenset[Side]) -> None:
    """Check that there is a leg, and that the boots serve them all."""
    if not legs or not legs <= served:
        raise LimitError(
            field="legs",
            value=", ".join(sorted(legs)),
            minimum=1,
            maximum=len(served),
        )


def _check_times(
    times: Times, programme: Programme, capabilities: Capabilities | None
) -> None:
    """Check the rhythm against what a custom programme can hold (R31)."""
    for field, value, minimum in (
        ("hold", times.hold_s, 0),
        ("release", times.release_s, 1),
        ("rest", times.rest_s, 0),
    ):
        if not minimum <= value <= 60:
            raise LimitError(field=field, value=value, minimum=minimum, maximum=60)
    if (
        capabilities
        and times != STANDARD_TIMES[programme]
        and Feature.CUSTOM_PROGRAMME not in capabilities.features
    ):
        raise NotSupportedError(what="custom programme")

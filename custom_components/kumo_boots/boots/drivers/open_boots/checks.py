"""What may be asked of a unit (R41): an error names the limit, nothing is clamped."""

from ...errors import LimitError, NotSupportedError
from ...model import BOOST_MMHG, Capabilities, Feature, Programme, Settings, Times
from .profile import GRADIENTS_MMHG, OFFER_MAX_S, Code


def check_settings(settings: Settings, capabilities: Capabilities) -> None:
    """Raise ``LimitError`` or ``NotSupportedError`` for what *arm* would refuse."""
    if settings.programme not in capabilities.programmes:
        raise unsupported(settings.programme)
    check_target(settings.target_mmhg, capabilities)
    within(
        "duration",
        settings.duration_s,
        capabilities.duration_min_s,
        capabilities.duration_max_s,
    )
    if not settings.legs or not settings.legs <= capabilities.legs:
        raise LimitError(
            field="legs",
            value=", ".join(sorted(settings.legs)),
            minimum=1,
            maximum=len(capabilities.legs),
            step=1,
        )
    check_skipped(settings.skipped, capabilities)
    check_boost(
        settings.boosted, settings.target_mmhg, settings.programme, capabilities
    )
    check_boost_is_filled(settings.programme, settings.boosted, settings.skipped)
    if settings.times is not None:
        check_times(settings.times, capabilities)


def check_target(target_mmhg: int, capabilities: Capabilities) -> None:
    """Raise ``LimitError`` for a target outside the range or between two steps."""
    minimum, step = capabilities.target_min_mmhg, capabilities.target_step_mmhg
    within("target", target_mmhg, minimum, capabilities.target_max_mmhg, step)
    if (target_mmhg - minimum) % step:
        raise LimitError(
            field="target",
            value=target_mmhg,
            minimum=minimum,
            maximum=capabilities.target_max_mmhg,
            step=step,
        )


def check_skipped(skipped: frozenset[int], capabilities: Capabilities) -> None:
    """Raise unless the zones exist and one of them is left."""
    if not skipped:
        return
    if Feature.ZONE_SKIP not in capabilities.features:
        raise unsupported("zone skip")
    for zone in skipped:
        within("zones", zone, 1, capabilities.chambers)
    within("zones", len(skipped), 0, capabilities.chambers - 1)


def check_boost(
    boosted: int | None,
    target_mmhg: int,
    programme: Programme | None,
    capabilities: Capabilities,
) -> None:
    """Raise unless the zone exists and its higher target is below the ceiling.

    A programme that is not known is taken to have no gradient, which is stricter.
    """
    if boosted is None:
        return
    if Feature.ZONE_BOOST not in capabilities.features:
        raise unsupported("zone boost")
    within("boost", boosted, 1, capabilities.chambers)
    gradient = GRADIENTS_MMHG[programme] if programme is not None else 0
    own = max(target_mmhg - gradient * (boosted - 1), capabilities.target_min_mmhg)
    within(
        "boost",
        own + BOOST_MMHG,
        capabilities.target_min_mmhg,
        capabilities.target_max_mmhg,
    )


def check_boost_is_filled(
    programme: Programme | None, boosted: int | None, skipped: frozenset[int]
) -> None:
    """Raise for a boosted zone that is skipped, or *focus*, which fills it alone, without."""
    if boosted in skipped or (programme is Programme.FOCUS and boosted is None):
        raise LimitError(
            field="boost", value=boosted or 0, minimum=1, maximum=8, step=1
        )


def check_times(times: Times, capabilities: Capabilities) -> None:
    """Raise unless the unit takes such a rhythm (section 5, custom programme)."""
    if Feature.CUSTOM_PROGRAMME not in capabilities.features:
        raise unsupported("custom programme")
    within("hold", times.hold_s, 0, 60)
    within("release", times.release_s, 1, 60)
    within("rest", times.rest_s, 0, 60)


def check_offer(seconds: int) -> None:
    """Raise for an offer shorter than a second or longer than an hour."""
    within("offer", seconds, 1, OFFER_MAX_S)


def within(field: str, value: int, minimum: int, maximum: int, step: int = 1) -> None:
    """Raise ``LimitError`` for a value outside ``minimum`` to ``maximum``."""
    if not minimum <= value <= maximum:
        raise LimitError(
            field=field, value=value, minimum=minimum, maximum=maximum, step=step
        )


def unsupported(what: str) -> NotSupportedError:
    """Return the error for something these boots cannot do."""
    return NotSupportedError(code=Code.NOT_SUPPORTED, what=what)

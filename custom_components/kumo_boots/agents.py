"""What a language model may know of whoever wears the boots."""

from typing import Final

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.llm import LLMContext

from .boots.errors import BootsError, LimitError
from .coordinator import KumoBootsCoordinator
from .people.access import Reader
from .people.rules import (
    LockedAfterWarningError,
    PrecautionsFirstError,
    QuietHoursError,
    RestFirstError,
    TooManyTodayError,
)
from .setpoints import lowest_limit
from .voice.aim import VoiceError

_OF_A_PERSON: Final = (
    LockedAfterWarningError,
    PrecautionsFirstError,
    RestFirstError,
    TooManyTodayError,
)
"""What stands against a start and tells of somebody's days, or of their health."""


class NotNowError(VoiceError):
    """Something that is not for a model to know stands against it."""

    key = "voice_not_now"


class QuietHoursNowError(VoiceError):
    """It is within the quiet hours of whoever wears the boots.

    Until when it does not tell: that may be the end of a rest that goes on after them.
    """

    key = "voice_quiet_hours"


async def may_know(
    hass: HomeAssistant, pair: KumoBootsCoordinator, llm_context: LLMContext
) -> bool:
    """Tell whether a model may know of who wears the boots: allowed, and for this reader."""
    if not pair.options.agents_see_history:
        return False
    reader = await Reader.async_of(hass, llm_context.context or Context())
    return reader.may_read(pair.household.current)


def without_reason(pair: KumoBootsCoordinator, error: BootsError) -> BootsError:
    """Return an error without what it tells of the wearer, the coach's limit included."""
    if isinstance(error, _OF_A_PERSON):
        return NotNowError()
    if isinstance(error, QuietHoursError):
        return QuietHoursNowError()
    if not isinstance(error, LimitError):
        return error
    own = pair.household.own_limits_of(pair.household.current)
    target, longest = lowest_limit(own, pair.capabilities)
    tops = {"target": target, "level": target, "boost": target, "duration": longest}
    values = error.values
    if (top := tops.get(str(values["field"]))) is None:
        return error
    if float(values["maximum"]) < float(values["value"]) <= top:
        return NotNowError()
    return LimitError("", **(values | {"maximum": top}))

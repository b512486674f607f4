"""The device of a step: switched on when the step begins, put back when it is over."""

import asyncio
import logging
from typing import Any, Final

from homeassistant.components.light import (
    ATTR_BRIGHTNESS_PCT,
    ATTR_RGB_COLOR,
    DOMAIN as LIGHT,
)
from homeassistant.const import (
    ATTR_ENTITY_ID,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    STATE_UNAVAILABLE,
)
from homeassistant.core import Context, HomeAssistant, State, split_entity_id
from homeassistant.helpers.state import async_reproduce_state

from ..boots.errors import BootsError
from .routine import Light, Massage

_LOGGER = logging.getLogger(__name__)

DEVICE_S: Final = 10
"""How long a device may take, s: what is stuck must not hold the evening up."""


class StepFailedError(Exception):
    """A step cannot be done; ``why`` is a stable key for people."""

    def __init__(self, why: str, error: BootsError | None = None) -> None:
        """Keep why, and what the boots or their rules said."""
        super().__init__(why)
        self.why = why
        self.error = error


async def async_switch_on(hass: HomeAssistant, step: Massage | Light) -> State | None:
    """Switch the device of a step on; return how it was before.

    None where a person does it by hand. Raises StepFailedError (device_away,
    device_failed).
    """
    if step.entity_id is None:
        return None
    before = hass.states.get(step.entity_id)
    if before is None or before.state == STATE_UNAVAILABLE:
        raise StepFailedError("device_away")
    data: dict[str, Any] = {}
    domain = split_entity_id(step.entity_id)[0]
    if isinstance(step, Light) and domain == LIGHT:
        wanted = {ATTR_BRIGHTNESS_PCT: step.brightness_pct, ATTR_RGB_COLOR: step.rgb}
        data = {key: value for key, value in wanted.items() if value is not None}
    try:
        async with asyncio.timeout(DEVICE_S):
            await hass.services.async_call(
                domain,
                SERVICE_TURN_ON,
                {ATTR_ENTITY_ID: step.entity_id, **data},
                blocking=True,
            )
    except Exception as error:
        # Whatever is wrong with it, the other steps go on.
        _LOGGER.exception("%s could not be switched on", step.entity_id)
        raise StepFailedError("device_failed") from error
    return before


async def async_put_back(
    hass: HomeAssistant, step: Massage | Light, before: State
) -> None:
    """Switch a massager off, have a light as it was before. Never raises."""
    domain = before.domain
    try:
        async with asyncio.timeout(DEVICE_S):
            if isinstance(step, Light):
                await async_reproduce_state(hass, before, context=Context())
            elif hass.services.has_service(domain, SERVICE_TURN_OFF):
                await hass.services.async_call(
                    domain,
                    SERVICE_TURN_OFF,
                    {ATTR_ENTITY_ID: before.entity_id},
                    blocking=True,
                )
    except Exception:
        _LOGGER.exception("%s could not be put back", before.entity_id)

"""Around a routine: the actions that a person wants before the first step and after."""

import asyncio
from collections.abc import Mapping, Sequence
import logging
from typing import Any, Final

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

ACTIONS_S: Final = 60
"""How long the actions may take, s; what takes longer goes in a script of its own."""


async def async_run_actions(
    hass: HomeAssistant,
    name: str,
    actions: Sequence[Mapping[str, Any]],
    variables: Mapping[str, Any],
) -> bool:
    """Run actions of Home Assistant's; tell whether it went well. Never raises.

    Cancelled, it ends them.
    """
    if not actions:
        return True
    try:
        config = await async_validate_actions_config(
            hass, cv.SCRIPT_SCHEMA([dict(action) for action in actions])
        )
        script = Script(hass, config, name, DOMAIN)
        async with asyncio.timeout(ACTIONS_S):
            await script.async_run(variables, Context())
    except Exception:
        # Whatever is wrong with them, the steps are done.
        _LOGGER.exception("The actions of %s failed", name)
        return False
    return True

"""A pair of boots that was paired before, and automations that listen."""

from collections.abc import AsyncGenerator, Callable
import logging
from typing import Any

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import (
    async_initialize_triggers,
    async_validate_trigger_config,
)
from homeassistant.helpers.typing import ConfigType
import pytest

from ..entities.acting import Acting
from ..entities.conftest import person
from ..entry.conftest import boots, house_plan

__all__ = ["boots", "house_plan", "person"]

type Heard = list[dict[str, Any]]
"""The variables of every time that a trigger triggered."""
type Listen = Callable[..., Any]


async def validated(
    hass: HomeAssistant, key: str, target: dict[str, Any], **options: Any
) -> list[ConfigType]:
    """Return the configuration of a trigger of ours as Home Assistant takes it."""
    config = {"trigger": f"kumo_boots.{key}", "target": target, "options": options}
    return await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA([config]))


@pytest.fixture
async def listen(hass: HomeAssistant) -> AsyncGenerator[Listen]:
    """Return a function that attaches a trigger of ours, as an automation does.

    It takes the trigger's key, the target and the options.
    """
    ends: list[CALLBACK_TYPE] = []

    async def listen(key: str, target: dict[str, Any], **options: Any) -> Heard:
        heard: Heard = []

        @callback
        def action(variables: dict[str, Any], context: Context | None = None) -> None:
            heard.append(variables["trigger"])

        end = await async_initialize_triggers(
            hass,
            await validated(hass, key, target, **options),
            action,
            "test",
            key,
            lambda level, message, **_: logging.getLogger(__name__).log(level, message),
        )
        assert end is not None
        ends.append(end)
        return heard

    yield listen
    for end in ends:
        end()


@pytest.fixture
def pair(boots: Acting) -> dict[str, str]:
    """Return a target that names the pair's device."""
    return {"device_id": boots.device.id}

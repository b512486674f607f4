"""Blueprints that an action put in place, and what they are made into."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.notify import NotifyEntity
from homeassistant.components.notify.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.kumo_boots.const import DOMAIN

from ..entities.acting import Acting
from ..entities.conftest import person
from ..entry.conftest import boots, house_plan
from ..question.conftest import new_phone, phone, relay

__all__ = ["boots", "house_plan", "new_phone", "person", "phone", "relay"]

TELL = "notify.phone"

type Make = Callable[..., Any]
type Pass = Callable[[timedelta], Any]


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Have a configuration folder of its own: blueprints are written."""
    return str(tmp_path)


async def settled() -> None:
    """Let everything happen that is due; what an automation waits for is not."""
    for _ in range(30):
        await asyncio.sleep(0)


class Phone(NotifyEntity):
    """Something that shows messages."""

    _attr_name = "Phone"

    def __init__(self) -> None:
        """Show nothing yet."""
        self.messages: list[str] = []

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Show it."""
        self.messages.append(message)


@pytest.fixture
async def told(hass: HomeAssistant) -> list[str]:
    """Return what ``TELL`` was told."""
    phone = Phone()
    assert await async_setup_component(hass, "notify", {})
    await hass.data[DATA_COMPONENT].async_add_entities([phone])
    assert hass.states.get(TELL) is not None
    return phone.messages


@pytest.fixture
async def installed(hass: HomeAssistant) -> dict[str, Any]:
    """Put all blueprints in place; return what the action said."""
    assert await async_setup_component(hass, DOMAIN, {})
    said = await hass.services.async_call(
        DOMAIN, "install_blueprints", blocking=True, return_response=True
    )
    assert said is not None
    return said


@pytest.fixture
async def make(hass: HomeAssistant, installed: dict[str, Any]) -> AsyncGenerator[Make]:
    """Return a function that makes an automation, or a script, from a blueprint."""

    async def make(name: str, domain: str = "automation", **inputs: Any) -> None:
        use = {"use_blueprint": {"path": f"kumo_boots/{name}.yaml", "input": inputs}}
        config = {"made": use} if domain == "script" else [{"alias": "Made", **use}]
        assert await async_setup_component(hass, domain, {domain: config})
        await hass.async_block_till_done()
        state = hass.states.get(f"{domain}.made")
        assert state is not None
        assert state.state != "unavailable"

    yield make
    for domain in ("automation", "script"):
        if hass.services.has_service(domain, "turn_off"):
            await hass.services.async_call(
                domain, "turn_off", {"entity_id": "all"}, blocking=True
            )


@pytest.fixture
def time_passes(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Return a function that lets time pass; not beside boots, which have their own."""

    async def time_passes(span: timedelta) -> None:
        freezer.tick(span)
        async_fire_time_changed(hass, dt_util.utcnow())
        await settled()

    return time_passes


@pytest.fixture
def boots_id(boots: Acting) -> str:
    """Return what a person picks as the boots."""
    return boots.device.id

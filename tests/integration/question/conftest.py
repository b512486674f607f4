"""A pair of boots, its wearer and the wearer's phone."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.people.question import Question
from custom_components.kumo_boots.people.wearer import GUEST, Wearer

from ..conftest import until
from ..entities.acting import Acting
from ..entry.conftest import boots, house_plan
from .companion import Companion, Relay

__all__ = ["boots", "house_plan"]


class Household:
    """Knows who wears the boots, as a test says."""

    def __init__(self) -> None:
        """Begin with somebody nobody knows."""
        self.current: Wearer = GUEST
        self._listeners: list[Callable[[], None]] = []

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when the wearer changed."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def put_on(self, wearer: Wearer) -> None:
        """Have somebody wear the boots."""
        self.current = wearer
        for listener in tuple(self._listeners):
            listener()

    def change(self, **changes: Any) -> None:
        """Change something of the wearer's."""
        self.put_on(replace(self.current, **changes))


@pytest.fixture
async def relay() -> AsyncGenerator[Relay]:
    """Stand in for what passes pushes on: the one thing that is not in the house."""
    relay = Relay()
    await relay.server.start_server()
    yield relay
    await relay.server.close()


type NewPhone = Callable[..., Any]


@pytest.fixture
async def new_phone(boots: Acting, hass_client: Any, relay: Relay) -> NewPhone:
    """Return a function that registers a phone."""
    hass = boots.hass
    for component in ("http", "api", "person", "notify", "mobile_app"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()

    async def new(name: str, *, user: Any = None, encrypted: bool = False) -> Companion:
        if user is None:
            user = await hass.auth.async_create_user(name, group_ids=["system-users"])
        phone = Companion(hass, hass_client, relay, name, user)
        await phone.register(encrypted=encrypted)
        return phone

    return new


@pytest.fixture
async def phone(new_phone: NewPhone) -> Companion:
    """Return Anna's phone."""
    phone: Companion = await new_phone("Anna's phone")
    return phone


@pytest.fixture
def household(phone: Companion) -> Household:
    """Have Anna wear the boots."""
    household = Household()
    household.put_on(Wearer(wearer_id="anna", name="Anna", phone=phone.device_id))
    return household


@pytest.fixture
async def question(
    hass: HomeAssistant, boots: Acting, household: Household
) -> AsyncGenerator[Question]:
    """Ask."""
    question = Question(hass, boots.coordinator, household)
    yield question
    question.close()
    await hass.async_block_till_done()


async def asked(phone: Companion) -> None:
    """Wait until the question is on the screen."""
    await until(lambda: "Start" in phone.buttons)

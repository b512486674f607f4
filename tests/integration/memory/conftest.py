"""A pair of boots in a household whose wearers have accounts, and memory on disk."""

from collections.abc import AsyncGenerator
from pathlib import Path
from types import MappingProxyType
from typing import Any

from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.people.household import Household as RealHousehold
from custom_components.kumo_boots.people.wearer import (
    CONF_ACKNOWLEDGED,
    CONF_FOLLOW_COACH,
    CONF_NAME,
    CONF_PERSON,
    CONF_REST,
    SUBENTRY_WEARER,
    Wearer,
)
from simulator.house import House

from ..conftest import until
from ..entities.acting import Acting
from ..entities.conftest import entry_of, house_plan
from .remembered_sessions import ANNA, BERT

__all__ = ["house_plan"]


class Household:
    """The household of the boots, once they are set up, as a test wants it."""

    real: RealHousehold

    @property
    def wearers(self) -> tuple[Wearer, ...]:
        """Everybody who is known: Anna, then Bert."""
        return self.real.wearers

    @wearers.setter
    def wearers(self, wearers: tuple[Wearer, ...]) -> None:
        self.real.wearers = wearers

    @property
    def current(self) -> Wearer:
        """Whose legs are in the boots."""
        return self.real.current

    @current.setter
    def current(self, wearer: Wearer) -> None:
        self.real.current = wearer


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give every test a configuration folder of its own: files are real here."""
    return str(tmp_path)


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Have Home Assistant's real storage instead of the test package's stand-in."""
    return {}


@pytest.fixture
async def anna_user(hass: HomeAssistant) -> User:
    """Return Anna's account; she is no administrator, as the first one always is."""
    await hass.auth.async_create_user("Owner", group_ids=["system-admin"])
    return await hass.auth.async_create_user("Anna A.", group_ids=["system-users"])


@pytest.fixture
async def admin(hass: HomeAssistant) -> Context:
    """Return the context of an administrator who clicks."""
    user = await hass.auth.async_create_user("Adam", group_ids=["system-admin"])
    return Context(user_id=user.id)


@pytest.fixture
def anna(anna_user: User) -> Context:
    """Return the context of Anna's clicks."""
    return Context(user_id=anna_user.id)


@pytest.fixture
async def household(hass: HomeAssistant, anna_user: User) -> Household:
    """Return Anna, who has an account, and Bert, who is only a name."""
    person = {"id": "anna", "name": "Anna", "user_id": anna_user.id}
    assert await async_setup_component(hass, "person", {"person": [person]})
    await hass.async_block_till_done()
    return Household()


WEARERS = {ANNA: ("Anna", "person.anna"), BERT: ("Bert", None)}


@pytest.fixture
async def boots(
    proxied_hass: HomeAssistant, house: House, household: Household
) -> AsyncGenerator[Acting]:
    """Return a pair that is set up, linked and ready, of that household."""
    entry = entry_of(house)
    entry.add_to_hass(proxied_hass)
    for wearer_id, (name, person) in WEARERS.items():
        data = {
            CONF_NAME: name,
            CONF_PERSON: person,
            CONF_ACKNOWLEDGED: "2026-11-01T20:00:00+00:00",
            CONF_REST: 0,
            CONF_FOLLOW_COACH: False,
        }
        proxied_hass.config_entries.async_add_subentry(
            entry,
            ConfigSubentry(
                data=MappingProxyType(data),
                subentry_id=wearer_id,
                subentry_type=SUBENTRY_WEARER,
                title=name,
                unique_id=None,
            ),
        )
    assert await proxied_hass.config_entries.async_setup(entry.entry_id)
    acting = Acting(proxied_hass, entry, house)
    household.real = acting.coordinator.household
    await until(lambda: acting.coordinator.data.connected and acting.phase == "ready")
    yield acting
    if entry.state is ConfigEntryState.LOADED:
        await proxied_hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: acting.empty)

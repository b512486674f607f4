"""A pair of boots that was paired before, and people around it."""

from collections.abc import AsyncGenerator, Generator
from hashlib import sha256
from unittest.mock import patch

from homeassistant.core import Context, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.kumo_boots.boots.driver import ControllerKey
from custom_components.kumo_boots.boots.drivers.open_boots.profile import SERVICE
from custom_components.kumo_boots.boots.model import (
    STANDARD_TIMES,
    Capabilities,
    FailSafes,
    Feature,
    Identity,
    Side,
)
from custom_components.kumo_boots.const import (
    CONF_ACKNOWLEDGED,
    CONF_CAPABILITIES,
    CONF_PAIR_ID,
    CONF_UNITS,
    DOMAIN,
)
from custom_components.kumo_boots.remembered import RememberedUnit, capabilities_as_dict
from simulator.house import Boots, House

from ..conftest import HousePlan
from .acting import Acting, until

EVERYTHING = 0x03AF
"""All features but worn detection and heat."""


@pytest.fixture
def house_plan() -> HousePlan:
    """Have boots that can do everything."""
    return {
        "pairs": 1,
        "proxies": 1,
        "speed": 20.0,
        "config": {"features": EVERYTHING},
    }


def legs_of(boots: Boots) -> frozenset[Side]:
    """Return the legs that a unit serves."""
    mask = boots.config["legs"]
    return frozenset(side for bit, side in enumerate(Side) if mask & (1 << bit))


def remembered(boots: Boots) -> RememberedUnit:
    """Have a unit know this home, as after pairing, and remember it."""
    secret = sha256(boots.name.encode()).digest()
    boots.unit.keys.put(0, secret)
    return RememberedUnit(
        address=boots.address,
        name=boots.shape.short_name,
        legs=legs_of(boots),
        key=ControllerKey(slot=0, secret=secret),
        identity=Identity(
            manufacturer=boots.config["manufacturer"],
            model=boots.config["model"],
            serial=boots.config["serial"],
            firmware=boots.config["version"],
        ),
        driver=SERVICE,
    )


def capabilities_of(house: House, pair: str) -> Capabilities:
    """Return what a pair of the house can do."""
    units = [boots for boots in house.boots.values() if boots.shape.pair == pair]
    config = units[0].config
    return Capabilities(
        legs=frozenset().union(*(legs_of(boots) for boots in units)),
        chambers=config["chambers"],
        target_min_mmhg=config["min_mmhg"],
        target_max_mmhg=config["max_mmhg"],
        target_step_mmhg=config["step_mmhg"],
        duration_min_s=config["min_minutes"] * 60,
        duration_max_s=config["max_minutes"] * 60,
        programmes=tuple(STANDARD_TIMES),
        features=Feature(config["features"]),
        lease_s=10.0,
        pair_id=config["pair_id"],
        fail_safes=FailSafes(
            vents_on_silence=True,
            vents_on_power_loss=True,
            own_ceiling=True,
            own_timer=True,
        ),
    )


def entry_of(house: House, pair: str = "pair1") -> MockConfigEntry:
    """Return the entry of a pair that was paired before."""
    capabilities = capabilities_of(house, pair)
    assert capabilities.pair_id is not None
    return MockConfigEntry(
        domain=DOMAIN,
        title="Boots" if pair == "pair1" else pair,
        unique_id=capabilities.pair_id.hex(),
        data={
            CONF_UNITS: [
                remembered(boots).as_dict()
                for boots in house.boots.values()
                if boots.shape.pair == pair
            ],
            CONF_CAPABILITIES: capabilities_as_dict(capabilities),
            CONF_PAIR_ID: capabilities.pair_id.hex(),
            CONF_ACKNOWLEDGED: "2026-11-01T20:00:00+00:00",
        },
    )


@pytest.fixture
def every_entity() -> Generator[None]:
    """Have entities enabled that are not by default."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default", True
    ):
        yield


async def set_up(hass: HomeAssistant, house: House, pair: str = "pair1") -> Acting:
    """Set a pair up and wait until it is linked and ready."""
    entry = entry_of(house, pair)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    acting = Acting(hass, entry, house)
    await until(lambda: acting.coordinator.data.connected and acting.phase == "ready")
    return acting


@pytest.fixture
async def boots(
    proxied_hass: HomeAssistant,
    house: House,
    every_entity: None,
) -> AsyncGenerator[Acting]:
    """Return a pair that is set up, linked and ready; all entities are enabled."""
    acting = await set_up(proxied_hass, house)
    yield acting
    await proxied_hass.config_entries.async_unload(acting.entry.entry_id)
    await until(lambda: acting.empty)


@pytest.fixture
async def person(hass: HomeAssistant) -> Context:
    """Return the context of a person who clicks."""
    user = await hass.auth.async_create_user("Demo", group_ids=["system-users"])
    return Context(user_id=user.id)

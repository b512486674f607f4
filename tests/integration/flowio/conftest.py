"""A FlowIO within reach of Home Assistant, and a person beside it."""

from collections.abc import AsyncGenerator

from homeassistant.core import Context, HomeAssistant
import pytest

from simulator.flowio import VirtualFlowIO
from simulator.house import House

from ..conftest import HousePlan, until
from ..entities.acting import Acting
from ..flows.walking import Walk, discovered


@pytest.fixture
def house_plan() -> HousePlan:
    """Have a house without boots."""
    return {"pairs": 0, "proxies": 1}


@pytest.fixture
async def flowio(house: House) -> AsyncGenerator[VirtualFlowIO]:
    """Switch a FlowIO on."""
    flowio = VirtualFlowIO(house.air, house.witness)
    await flowio.start()
    yield flowio
    await flowio.stop()


@pytest.fixture
def person(hass_admin_user: object) -> Context:
    """Be signed in, with one's own hand."""
    return Context(user_id=hass_admin_user.id)  # type: ignore[attr-defined]


async def added(hass: HomeAssistant) -> Walk:
    """Walk from *Discovered* to ready."""
    (walk,) = await discovered(hass)
    await walk.submit({"understood": True})
    await walk.submit({"understood": True})
    await walk.settle()
    await walk.submit()
    return walk


@pytest.fixture
async def bench(
    flowio: VirtualFlowIO, proxied_hass: HomeAssistant, house: House
) -> Acting:
    """Return a FlowIO that was added, linked and found empty."""
    walk = await added(proxied_hass)
    bench = Acting(proxied_hass, walk.entry, house)
    await until(lambda: bench.coordinator.data.connected and bench.phase == "ready", 60)
    return bench

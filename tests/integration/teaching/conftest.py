"""A house with boots that nobody has described."""

from collections.abc import AsyncGenerator, Generator

import pytest

from custom_components.kumo_boots.boots.driver import DRIVERS
from simulator.house import House
from simulator.stranger import QuietMill

from ..conftest import HousePlan


@pytest.fixture(autouse=True)
def _drivers() -> Generator[None]:
    """Leave the registry as it was."""
    before = dict(DRIVERS)
    yield
    DRIVERS.clear()
    DRIVERS.update(before)


@pytest.fixture
def house_plan() -> HousePlan:
    """No boots of the open profile, one proxy."""
    return {"pairs": 0, "proxies": 1}


@pytest.fixture
async def mill(house: House) -> AsyncGenerator[QuietMill]:
    """Return unknown boots, switched on."""
    mill = QuietMill(house.air, house.witness, speed=8.0, notify_s=0.2)
    await mill.start()
    yield mill
    await mill.stop()

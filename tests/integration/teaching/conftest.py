"""A house with boots that nobody has described."""

import asyncio
from collections.abc import AsyncGenerator, Generator

from homeassistant.core import HomeAssistant
import pytest

from custom_components.kumo_boots.boots.driver import DRIVERS
from simulator.house import House
from simulator.quiet_mill import QuietMill

from ..conftest import HousePlan, until


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
async def _scanners_at_rest(hass: HomeAssistant) -> AsyncGenerator[None]:
    """Wait until no scanner listens actively any more: that ends by its own clock."""
    yield
    await until(
        lambda: (
            not any(
                "async_request_active_window" in repr(task.get_coro())
                for task in asyncio.all_tasks()
            )
        )
    )


@pytest.fixture
async def mill(house: House, _scanners_at_rest: None) -> AsyncGenerator[QuietMill]:
    """Return unknown boots, switched on."""
    mill = QuietMill(house.air, house.witness, speed=8.0, notify_s=0.2)
    await mill.start()
    yield mill
    await mill.stop()

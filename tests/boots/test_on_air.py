"""The library against virtual boots on a virtual radio: Bumble, real time."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from custom_components.kumo_boots.boots.driver import Heard, driver_for
from custom_components.kumo_boots.boots.drivers.open_boots import profile
from custom_components.kumo_boots.boots.model import (
    CYCLING,
    Phase,
    Programme,
    Settings,
    Side,
)
from custom_components.kumo_boots.boots.unit import Unit
from simulator.bleak_backend import ble_device, bleak_client_class
from simulator.house import House

pytestmark = pytest.mark.real_time


@pytest.fixture
async def house() -> AsyncGenerator[House]:
    """One pair of boots, fast, and no proxy."""
    async with House(pairs=1, proxies=0, speed=10.0) as house:
        yield house


async def test_pair_session_lost_link_and_stop(house: House) -> None:
    """From the button to empty again, judged by the witness."""
    boots = house.boots["pair1-left"]
    driver = driver_for(Heard(service_uuids=frozenset({profile.SERVICE})))
    assert driver is not None
    unit = Unit(
        address=boots.address,
        name="left",
        key=None,
        driver=driver,
        find_device=lambda: ble_device(boots.address, "left"),
        client_class=bleak_client_class(house.air),
    )
    boots.press("start_long")
    key = await unit.pair(10)
    assert unit.key is key
    release = unit.hold("test")
    armed = await unit.arm(
        Settings(
            programme=Programme.WAVE,
            target_mmhg=40,
            duration_s=600,
            legs=frozenset({Side.LEFT}),
        )
    )
    await unit.start(armed, 50)
    await unit.commit(armed)
    await asyncio.sleep(0.5)
    assert unit.state.phase in CYCLING
    boots.lose()
    while unit.connected:
        await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        await unit.ready(5)
    await unit.heartbeat()
    assert unit.fresh(3)
    assert unit.state.phase in CYCLING
    await unit.stop(10)
    assert unit.state.phase is Phase.IDLE
    assert not boots.witness.running
    release()
    await unit.close()

"""The library's units on virtual boots in this process, without Home Assistant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from custom_components.kumo_boots.boots import drivers as _drivers
from custom_components.kumo_boots.boots.driver import ControllerKey
from custom_components.kumo_boots.boots.drivers.open_boots import OpenBoots
from custom_components.kumo_boots.boots.model import Programme, Settings, Side
from custom_components.kumo_boots.boots.pair import Pair
from custom_components.kumo_boots.boots.unit import Unit
from simulator.bleak_backend import ble_device, bleak_client_class
from simulator.house import Boots, House

assert _drivers

SPEED = 30.0
"""Of pneumatics and programme, so that boots are soon empty again; links are real."""
SETTINGS = Settings(
    programme=Programme.RELAX,
    target_mmhg=40,
    duration_s=1800,
    legs=frozenset({Side.LEFT, Side.RIGHT}),
)
PAIRING_LIMIT_S = 30


class Library:
    """Makes units for the boots of a house."""

    def __init__(self, house: House) -> None:
        """Use the house's air."""
        self.house = house
        self.client_class = bleak_client_class(house.air)
        self._keys: dict[str, ControllerKey] = {}

    def unit(self, boots: Boots, *, key: bool = True) -> Unit:
        """Return a unit that is not connected yet and remembers nothing but its key."""
        device = ble_device(boots.address, boots.name)
        return Unit(
            address=boots.address,
            name=boots.name,
            key=self._keys.get(boots.name) if key else None,
            driver=OpenBoots,
            find_device=lambda: device,
            idle_release_s=600,
            client_class=self.client_class,
        )

    async def trust(self) -> None:
        """Exchange keys with all boots."""
        for boots in self.house.boots.values():
            boots.faults.press("start_long")
            unit = self.unit(boots)
            self._keys[boots.name] = await unit.pair(PAIRING_LIMIT_S)
            await unit.close()

    def delay(self, ms: float, jitter_ms: float = 0) -> None:
        """Make everything between boots and controller late, each way."""
        for boots in self.house.boots.values():
            self.house.air.delay(boots.address, ms, jitter_ms)

    def last(self) -> int:
        """Return the number of the witness's last entry."""
        return len(self.house.witness.entries())

    def pair(self) -> Pair:
        """Return both legs as a pair."""
        return Pair([self.unit(boots) for boots in self.house.boots.values()])


@asynccontextmanager
async def library(**plan: Any) -> AsyncIterator[Library]:
    """Run a house without proxies whose boots trust this controller."""
    async with House(proxies=0, **plan) as house:
        made = Library(house)
        await made.trust()
        yield made
    await house.air.close()

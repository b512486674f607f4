"""An air with strangers on it, and units for them."""

import asyncio
from collections.abc import Callable
from typing import Any

from custom_components.kumo_boots.boots.drivers.defined import Definition, driver_from
from custom_components.kumo_boots.boots.model import Programme, Settings
from custom_components.kumo_boots.boots.unit import Unit
from simulator.air import Air
from simulator.bleak_backend import ble_device, bleak_client_class
from simulator.stranger import Stranger
from simulator.witness import Witness

WANTED = Settings(programme=Programme.WAVE, target_mmhg=40, duration_s=300)


class Scene:
    """An air, its witness, and units for the devices on it."""

    def __init__(self) -> None:
        """Begin with nobody about."""
        self.air = Air(1)
        self.witness = Witness()
        self.units: list[Unit] = []
        self.strangers: list[Stranger] = []

    async def add[S: Stranger](self, kind: Callable[..., S]) -> S:
        """Switch a device on."""
        stranger = kind(self.air, self.witness, speed=10.0)
        self.strangers.append(stranger)
        await stranger.start()
        return stranger

    def unit(self, stranger: Stranger, known: Definition) -> Unit:
        """Return a unit for it."""
        unit = Unit(
            address=stranger.address,
            name=stranger.name,
            key=None,
            driver=driver_from(known),
            find_device=lambda: ble_device(stranger.address, stranger.name),
            client_class=bleak_client_class(self.air),
        )
        self.units.append(unit)
        return unit

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        """Return what the witness saw of a kind."""
        return self.witness.entries(kind=kind)


async def until(condition: Callable[[], object], seconds: float = 15) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)

"""Homes and residents of the bench: Home Assistants with and without the integration."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
import tempfile
from typing import Any, override

from simulator.home import Home
from simulator.resident import DOMAIN, Pair, Resident

from .far_house import FarHouse, now

_ROOT = Path(__file__).resolve().parent.parent
_PROBE = Path(__file__).resolve().parent / "components" / "bench_probe"
ADD_AT_ONCE = 4
WINDOW_S = 50.0
"""Boots accept a new controller for 60 s after their button was held."""


class FarResident(Resident):
    """A resident whose house is in another process."""

    house: FarHouse

    def __init__(self, home: Home, house: FarHouse) -> None:
        """Sit down on the sofa."""
        self.home = home
        self.house = house
        self._held_at = -WINDOW_S
        self._pressing: set[asyncio.Task[Any]] = set()

    @override
    def hold_start(self) -> None:
        # Once for all that are being added: to hold it again would disturb those who
        # are exchanging keys.
        if now() - self._held_at < WINDOW_S:
            return
        self._held_at = now()
        press = self.house.control.do("press", boots="*", button="start_long")
        task = asyncio.create_task(press)
        self._pressing.add(task)
        task.add_done_callback(self._pressing.discard)

    async def add_all(self, number: int) -> None:
        """Add every discovered pair, until so many have been added."""
        await self.add_proxies_once()
        self._held_at = -WINDOW_S
        there = len(await self.home.call("config_entries/get", domain=DOMAIN))
        flows = await self.discovered(number - there, within_s=120)
        turns = asyncio.Semaphore(ADD_AT_ONCE)

        async def add(flow: str) -> None:
            async with turns:
                await self.add(flow)

        await asyncio.gather(*(add(flow) for flow in flows))

    async def add_proxies_once(self) -> None:
        """Add the proxies that Home Assistant does not have yet."""
        if not await self.home.call("config_entries/get", domain="esphome"):
            await self.add_proxies()

    async def enable(self, pair: Pair, key: str) -> None:
        """Enable an entity that is off by default; its unique id ends with ``key``."""
        for row in await self.home.call("config/entity_registry/list"):
            if row["config_entry_id"] == pair.entry_id and row["unique_id"].endswith(
                key
            ):
                await self.home.call(
                    "config/entity_registry/update",
                    entity_id=row["entity_id"],
                    disabled_by=None,
                )
        await self.home.rest(
            "POST", f"config/config_entries/entry/{pair.entry_id}/reload"
        )


@asynccontextmanager
async def home(*, integration: bool = True) -> AsyncIterator[Home]:
    """Run a Home Assistant with the bench's probe and, or not, the integration."""
    with tempfile.TemporaryDirectory(prefix="kumo-bench-") as name:
        folder = Path(name)
        components = folder / "custom_components"
        components.mkdir()
        (components / "bench_probe").symlink_to(_PROBE)
        if integration:
            ours = _ROOT / "custom_components" / DOMAIN
            (components / DOMAIN).symlink_to(ours)
        async with Home(
            components=False, folder=folder, configuration="bench_probe:\n"
        ) as running:
            yield running

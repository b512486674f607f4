"""The throw-away Home Assistant itself, and what it hears through a proxy."""

import asyncio
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from simulator.home import Home, HomeError
from simulator.house import House
from tests.simulator.plain_unit import SERVICE, PlainUnit

pytestmark = pytest.mark.e2e

ADDRESS = "F0:00:00:00:00:11"


async def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until something is so; a loaded machine may take its time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


class Heard:
    """What Home Assistant's Bluetooth tells a page that shows it."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self.advertisements: dict[str, dict[str, Any]] = {}
        self.scanners: dict[str, dict[str, Any]] = {}

    async def listen(self, home: Home) -> None:
        """Subscribe to the advertisements and the scanners."""
        await home.subscribe("bluetooth/subscribe_advertisements", self._advertised)
        await home.subscribe("bluetooth/subscribe_scanner_details", self._scanner)

    def _advertised(self, event: dict[str, list[dict[str, Any]]]) -> None:
        self.advertisements.update(
            {one["address"]: one for one in event.get("add", [])}
        )

    def _scanner(self, event: dict[str, list[dict[str, Any]]]) -> None:
        self.scanners.update({one["source"]: one for one in event.get("add", [])})


async def test_a_home_hears_through_its_proxy_and_survives_being_killed() -> None:
    """Started, killed and started again, it hears; stopped, nothing of it is left."""
    async with House(pairs=0, proxies=1) as house:
        (proxy,) = house.proxies
        unit = PlainUnit(house.air, ADDRESS)
        await unit.start()
        async with Home(components=False) as home:
            assert await home.add_proxy(proxy.port) == proxy.name.capitalize()
            heard = Heard()
            await heard.listen(home)
            await until(lambda: ADDRESS in heard.advertisements)
            advertisement = heard.advertisements[ADDRESS]
            assert advertisement["service_uuids"] == [SERVICE]
            assert advertisement["source"] == proxy.address
            assert heard.scanners[proxy.address]["connectable"]

            # Home Assistant writes what it has learnt a second late.
            entries = home.folder / ".storage" / "core.config_entries"
            await until(
                lambda: entries.exists() and proxy.address in entries.read_text()
            )
            killed = psutil.Process(home.pid)
            await home.kill()
            assert not killed.is_running()
            with pytest.raises(HomeError):
                await home.states()

            await home.start()
            heard = Heard()
            await heard.listen(home)
            await until(lambda: ADDRESS in heard.advertisements)
            assert heard.scanners.keys() == {proxy.address}

            process = psutil.Process(home.pid)
            folder = home.folder
        assert not process.is_running()
        assert not folder.exists()
    await house.air.close()

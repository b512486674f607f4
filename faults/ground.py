"""The ground that the matrix is played on: one house, one Home Assistant, several lanes.

A lane is a pair of boots with Bluetooth proxies of its own, out of earshot of all
others, so that rows on different lanes do not disturb each other.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
import re
import tempfile
from typing import Any, override

from simulator.home import Home
from simulator.house import Boots, House
from simulator.proxy import Proxy
from simulator.resident import DOMAIN, Pair, Resident

from .clock import NoClockError, SteppedClock
from .mirror import Mirror

_ROOT = Path(__file__).resolve().parent.parent
_PROBE = Path(__file__).resolve().parent / "components" / "faults_probe"
SLOTS = 9
IDLE_RELEASE_S = 3600
"""Nothing but a row lets go of a link."""
ADD_LIMIT_S = 180
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_OURS = re.compile(r"^[\d-]+ [\d:.]+ (\w+) \([^)]*\) \[custom_components\.kumo_boots")


@dataclass(kw_only=True)
class Lane:
    """One pair of boots and the proxies that hear it."""

    number: int
    units: list[Boots]
    proxies: list[Proxy]
    pair: Pair | None = None
    names: frozenset[str] = frozenset()
    """How its units are called in the log."""
    proxy_entries: list[str] = field(default_factory=list)
    """The entries of its proxies in Home Assistant."""

    @property
    def title(self) -> str:
        """How the simulator calls the pair."""
        return self.units[0].shape.pair


class _Adder(Resident):
    """Adds all pairs at once; every start button is held once, for all of them."""

    held = False

    @override
    def hold_start(self) -> None:
        if not self.held:
            self.held = True
            super().hold_start()


class Ground:
    """Everything that a row can touch."""

    def __init__(self, home: Home, house: House, lanes: list[Lane]) -> None:
        """Take what runs."""
        self.home = home
        self.house = house
        self.lanes = lanes
        self.mirror = Mirror()
        self.clock: SteppedClock | None = None
        self.no_clock = ""
        """Why there is none."""

    async def furnish(self) -> None:
        """Add the proxies and all pairs through their real flows."""
        for lane in self.lanes:
            for proxy in lane.proxies:
                await self.home.add_proxy(proxy.port)
        titles = {
            entry["title"]: entry["entry_id"]
            for entry in await self.home.call("config_entries/get", domain="esphome")
        }
        for lane in self.lanes:
            lane.proxy_entries = [
                titles[proxy.name.capitalize()] for proxy in lane.proxies
            ]
        resident = _Adder(self.home, self.house)
        async with asyncio.timeout(ADD_LIMIT_S):
            while missing := len(self.lanes) - len(await self._entries()):
                resident.held = False
                flows = await resident.discovered(min(missing, len(self.lanes)))
                await asyncio.gather(
                    *(resident.add(flow) for flow in flows), return_exceptions=True
                )
        pairs = {pair.entry_id: pair for pair in await resident.pairs()}
        devices = await self.home.call("config/device_registry/list")
        for lane in self.lanes:
            lane.names = frozenset(boots.shape.short_name for boots in lane.units)
            addresses = {boots.address for boots in lane.units}
            [lane.pair] = {
                pairs[entry_id].entry_id: pairs[entry_id]
                for device in devices
                if addresses & {where for _, where in device.get("connections", ())}
                for entry_id in device["config_entries"]
                if entry_id in pairs
            }.values()
            await resident.options(lane.pair.entry_id, idle_release_s=IDLE_RELEASE_S)
        await self.mirror.attach(self.home)
        for lane in self.lanes:
            assert lane.pair is not None
            # It connects both legs: what is logged of that belongs to no row.
            await self.home.service(
                "button.press", target={"entity_id": lane.pair.entity("button.stop")}
            )
            await self.let_go(lane.pair, True)

    async def let_go(self, pair: Pair, on: bool) -> None:
        """Leave the links of a pair to a phone app, or take them back."""
        await self.home.call("faults_probe/let_go", entry_id=pair.entry_id, on=on)

    async def _entries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.home.call(
            "config_entries/get", domain=DOMAIN
        )
        return found

    # --- Home Assistant as a process ---

    async def kill(self) -> None:
        """End Home Assistant without a word."""
        self.mirror.gone()
        await self.home.kill()

    async def stop(self) -> None:
        """Stop Home Assistant as a service manager does."""
        self.mirror.gone()
        await self.home.stop()

    async def start(self) -> None:
        """Start it again, and open the page again."""
        await self.home.start()
        await self.mirror.attach(self.home)

    def freeze(self) -> None:
        """Let Home Assistant do nothing at all."""
        self.mirror.live = False
        self.home.freeze()

    def thaw(self) -> None:
        """Let it go on."""
        self.home.thaw()
        self.mirror.live = True

    def need_clock(self) -> SteppedClock:
        """Return a clock that can be stepped; raises ``NoClockError``."""
        if self.clock is None and not self.no_clock:
            try:
                self.clock = SteppedClock(self.home.folder)
            except NoClockError as error:
                self.no_clock = str(error)
        if self.clock is None:
            raise NoClockError(self.no_clock)
        return self.clock

    # --- what is written and what is left ---

    def log_size(self) -> int:
        """Return how much has been logged, over all starts."""
        return (self.home.folder / "console.log").stat().st_size

    def log_since(self, size: int) -> list[str]:
        """Return what the integration has logged since: level and message."""
        with (self.home.folder / "console.log").open("rb") as file:
            file.seek(size)
            text = _COLOURS.sub("", file.read().decode(errors="replace"))
        return [
            f"{found[1]} {line.split('] ', 1)[-1]}"
            for line in text.splitlines()
            if (found := _OURS.match(line))
        ]

    async def tasks(self) -> dict[str, Any]:
        """Return the integration's tasks, and how many there are of anybody's."""
        told: dict[str, Any] = await self.home.call("faults_probe/tasks")
        return told


@asynccontextmanager
async def ground(proxies: tuple[int, ...], speed: float) -> AsyncIterator[Ground]:
    """Run a house and a Home Assistant with a lane for each number of proxies."""
    async with House(len(proxies), sum(proxies), speed, slots=SLOTS) as house:
        lanes: list[Lane] = []
        left = list(house.proxies)
        for number, own in enumerate(proxies, 1):
            units = [
                boots
                for boots in house.boots.values()
                if boots.shape.pair == f"pair{number}"
            ]
            lanes.append(Lane(number=number, units=units, proxies=left[:own]))
            left = left[own:]
        for lane in lanes:
            for boots in lane.units:
                for proxy in house.proxies:
                    if proxy not in lane.proxies:
                        house.air.set_range(boots.address, False, of=proxy.address)
        with tempfile.TemporaryDirectory(
            prefix="kumo-faults-", ignore_cleanup_errors=True
        ) as name:
            folder = Path(name)
            components = folder / "custom_components"
            components.mkdir()
            (components / _PROBE.name).symlink_to(_PROBE)
            (components / DOMAIN).symlink_to(_ROOT / "custom_components" / DOMAIN)
            async with Home(
                components=False, folder=folder, configuration=f"{_PROBE.name}:\n"
            ) as home:
                made = Ground(home, house, lanes)
                await made.furnish()
                yield made

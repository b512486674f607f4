"""An unmodified Home Assistant in this process, with boots within reach.

The real ``bluetooth`` and ``esphome`` integrations connect to emulated proxies on
loopback; behind these is a simulated house. Nothing of Home Assistant is replaced
but the network that it would touch (mDNS, HTTP server, local Bluetooth adapters).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
import logging
from typing import Any
from unittest.mock import patch

from homeassistant.components.bluetooth import async_scanner_count
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

# Imported before Home Assistant looks for it: the test package has a
# ``custom_components`` of its own.
from custom_components.kumo_boots.const import DOMAIN
from simulator.air import Air
from simulator.house import House
from simulator.proxy import Proxy

# The test package has it tell every statement.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)

type HousePlan = dict[str, Any]


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something is so; a loaded machine may take its time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _our_components(enable_custom_integrations: None) -> None:
    """Let Home Assistant load custom integrations."""


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """Allow sockets; the test package lets them reach loopback only."""


@pytest.fixture(autouse=True, scope="session")
def _no_adapters(mock_bluetooth_adapters: None) -> Generator[None]:
    """Have no Bluetooth adapter of the machine's own: all hearing is by proxy."""
    with patch("bluetooth_adapters.systems.linux.LinuxAdapters.adapters", {}):
        yield


@pytest.fixture
def house_plan() -> HousePlan:
    """Return what the house is built with (arguments of ``House``).

    Override it in a module, or ``@pytest.mark.parametrize("house_plan", [{…}])``;
    speed scales programme and pneumatics only.
    """
    return {"pairs": 1, "proxies": 1, "speed": 20.0}


@pytest.fixture
async def house(house_plan: HousePlan) -> AsyncGenerator[House]:
    """Run the house: boots switched on, proxies listening."""
    async with House(**house_plan) as house:
        yield house
    await house.air.close()


@pytest.fixture
def air(house: House) -> Air:
    """Return the radio of the house, with its faults."""
    return house.air


@pytest.fixture
async def connect_proxy(
    hass: HomeAssistant, mock_async_zeroconf: Any
) -> AsyncGenerator[Callable[[Proxy], Any]]:
    """Return a function that adds a proxy to Home Assistant as an ESPHome device."""
    entries: list[MockConfigEntry] = []
    proxies: list[Proxy] = []

    async def connect(proxy: Proxy) -> MockConfigEntry:
        scanners = (
            async_scanner_count(hass) if "bluetooth" in hass.config.components else 0
        )
        entry = MockConfigEntry(
            domain="esphome",
            title=proxy.name,
            unique_id=proxy.mac.lower(),
            data={
                "host": proxy.host,
                "port": proxy.port,
                "password": "",
                "noise_psk": "",
                "device_name": proxy.name,
                "bluetooth_mac_address": proxy.address,
            },
        )
        entry.add_to_hass(hass)
        entries.append(entry)
        proxies.append(proxy)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: async_scanner_count(hass) > scanners)
        return entry

    yield connect
    # A dead proxy answers no goodbye, and Home Assistant would wait for it.
    for proxy in proxies:
        if not proxy.alive:
            await proxy.revive()
    # Ours first, while the boots can still be told to let the air out. What was
    # under way (a discovery importing its flow, say) has to end before Home
    # Assistant stops.
    ours = hass.config_entries.async_entries(DOMAIN)
    for entry in (*ours, *entries):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    for flow in hass.config_entries.flow.async_progress():
        hass.config_entries.flow.async_abort(flow["flow_id"])
    # A discovery waits up to 10 s for what names its pair, and cannot be aborted before.
    async with asyncio.timeout(30):
        await hass.async_block_till_done(wait_background_tasks=True)
    # Home Assistant's window of active scanning outlives whoever asked for it and left.
    windows = [
        task for task in asyncio.all_tasks() if "_flip_scanners_for_sweep" in repr(task)
    ]
    for window in windows:
        window.cancel()
    await asyncio.gather(*windows, return_exceptions=True)


@pytest.fixture
async def proxied_hass(
    hass: HomeAssistant, house: House, connect_proxy: Callable[[Proxy], Any]
) -> HomeAssistant:
    """Return Home Assistant, connected to every proxy of the house."""
    for component in ("homeassistant", "bluetooth"):
        assert await async_setup_component(hass, component, {})
    for proxy in house.proxies:
        await connect_proxy(proxy)
    return hass

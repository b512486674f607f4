"""Stock Home Assistant reaches Bluetooth devices through emulated proxies."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bleak.backends.device import BLEDevice
from bleak.exc import BleakError
import bleak_retry_connector
from bleak_retry_connector import establish_connection
from habluetooth import HaBleakClientWrapper, get_manager
from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import BluetoothScanningMode
from homeassistant.core import HomeAssistant
import pytest

from simulator.house import House
from tests.simulator.plain_unit import (
    BATTERY,
    LEVEL,
    NAME,
    NOTIFIES,
    READABLE,
    SERVICE,
    WRITABLE,
    PlainUnit,
)

from .conftest import until

ADDRESS = "F0:00:00:00:00:11"


@pytest.fixture
def house_plan() -> dict[str, Any]:
    """Have proxies only."""
    return {"pairs": 0, "proxies": 1}


@pytest.fixture
async def unit(house: House) -> PlainUnit:
    """Put a device on the air that no integration knows."""
    unit = PlainUnit(house.air, ADDRESS)
    await unit.start()
    return unit


async def found(hass: HomeAssistant) -> BLEDevice:
    """Wait for Home Assistant to have heard the unit."""
    found: list[BLEDevice] = []

    def look() -> bool:
        device = bluetooth.async_ble_device_from_address(hass, ADDRESS, True)
        found.extend([device] if device else [])
        return bool(found)

    await until(look)
    return found[0]


async def connect(
    hass: HomeAssistant, on_lost: Callable[[Any], None] | None = None, attempts: int = 2
) -> bleak_retry_connector.BleakClientWithServiceCache:
    """Connect the way integrations do."""
    return await establish_connection(
        # Home Assistant puts its own class there when it starts Bluetooth.
        bleak_retry_connector.BleakClientWithServiceCache,
        await found(hass),
        NAME,
        disconnected_callback=on_lost,
        max_attempts=attempts,
        ble_device_callback=lambda: bluetooth.async_ble_device_from_address(
            hass, ADDRESS, True
        ),
    )


async def test_an_advertisement_arrives(
    proxied_hass: HomeAssistant, house: House, unit: PlainUnit
) -> None:
    """An advertisement arrives."""
    await found(proxied_hass)
    info = bluetooth.async_last_service_info(proxied_hass, ADDRESS, True)
    assert info is not None
    assert info.service_uuids == [SERVICE]
    assert info.source == house.proxies[0].address
    assert -65 < info.rssi < -55
    assert info.connectable


async def test_an_active_scan_brings_the_name(
    proxied_hass: HomeAssistant, house: House, unit: PlainUnit
) -> None:
    """An active scan brings the name."""
    await found(proxied_hass)
    info = bluetooth.async_last_service_info(proxied_hass, ADDRESS, True)
    assert info is not None
    assert info.name == ADDRESS
    heard: list[str] = []
    stop = bluetooth.async_register_callback(
        proxied_hass,
        lambda info, _change: heard.append(info.name),
        {"address": ADDRESS},
        BluetoothScanningMode.ACTIVE,
    )
    scanner = bluetooth.async_scanner_by_source(proxied_hass, house.proxies[0].address)
    assert scanner is not None
    window = asyncio.create_task(scanner.async_request_active_window(0.5))
    await until(lambda: NAME in heard)
    await window
    stop()


async def test_gatt_and_disconnect(
    proxied_hass: HomeAssistant, house: House, unit: PlainUnit
) -> None:
    """Gatt and disconnect."""
    lost: list[Any] = []
    client = await connect(proxied_hass, lost.append)
    assert isinstance(client, HaBleakClientWrapper)
    assert client.is_connected
    assert {service.uuid for service in client.services} >= {SERVICE, BATTERY}
    assert await client.read_gatt_char(READABLE) == b"hello"
    assert await client.read_gatt_char(LEVEL) == b"\x57"

    await client.write_gatt_char(WRITABLE, b"with", response=True)
    await client.write_gatt_char(WRITABLE, b"without", response=False)
    await until(lambda: unit.written == [b"with", b"without"])

    heard: list[bytes] = []
    await client.start_notify(NOTIFIES, lambda _, data: heard.append(bytes(data)))
    for number in range(20):
        await unit.notify(bytes([number]))
    await until(lambda: len(heard) == 20)
    assert heard == [bytes([number]) for number in range(20)]
    await client.stop_notify(NOTIFIES)

    await client.disconnect()
    await until(lambda: lost and not house.air.linked(ADDRESS))


async def test_the_second_connection_uses_cached_services(
    proxied_hass: HomeAssistant, unit: PlainUnit
) -> None:
    """The second connection uses cached services."""
    for _ in range(2):
        client = await connect(proxied_hass)
        assert await client.read_gatt_char(READABLE) == b"hello"
        await client.disconnect()


async def test_a_lost_link_is_noticed(
    proxied_hass: HomeAssistant, house: House, unit: PlainUnit
) -> None:
    """A lost link is noticed."""
    lost: list[Any] = []
    client = await connect(proxied_hass, lost.append)
    house.air.drop(ADDRESS)
    await until(lambda: lost)
    assert not client.is_connected
    with pytest.raises(BleakError):
        await client.read_gatt_char(READABLE)


async def try_once(hass: HomeAssistant, timeout: float = 5) -> Any:
    """Connect without the patience of the retry library."""
    client = bleak_retry_connector.BleakClientWithServiceCache(await found(hass))
    async with asyncio.timeout(timeout):
        await client.connect()
    return client


async def test_no_free_slot_is_an_own_error(
    proxied_hass: HomeAssistant, house: House, unit: PlainUnit
) -> None:
    """Without a free slot Home Assistant says so; with one it connects."""
    (proxy,) = house.proxies
    await found(proxied_hass)

    def free() -> int:
        (allocation,) = get_manager().async_current_allocations(proxy.address) or ()
        return allocation.free

    assert free() == 3
    proxy.slots = 0
    await until(lambda: free() == 0)
    with pytest.raises(BleakError, match="available connection slot"):
        await try_once(proxied_hass)
    proxy.slots = 3
    await until(lambda: free() == 3)
    client = await try_once(proxied_hass)
    await until(lambda: free() == 2)
    await client.disconnect()


async def test_a_unit_that_refuses(
    proxied_hass: HomeAssistant, house: House, unit: PlainUnit
) -> None:
    """A refused connection is ESPHome's error for it."""
    await found(proxied_hass)
    house.air.refuse(ADDRESS, True)
    with pytest.raises(BleakError, match="CONN_FAIL_ESTABLISH"):
        await try_once(proxied_hass)


@pytest.mark.parametrize("house_plan", [{"pairs": 0, "proxies": 2}])
async def test_the_other_proxy_serves_when_one_is_dead(
    proxied_hass: HomeAssistant, house: House, unit: PlainUnit
) -> None:
    """Home Assistant turns to the other proxy after failing at a dead one."""
    near, far = house.proxies
    house.air.set_gain(far.address, -8)
    client = await try_once(proxied_hass)
    assert client._connected_scanner.source == near.address
    await client.disconnect()

    await near.kill()
    # Only after 90 s does Home Assistant know that it is dead.
    async with asyncio.timeout(20):
        while not client.is_connected:
            with suppress(TimeoutError):
                client = await try_once(proxied_hass, 0.5)
    assert client._connected_scanner.source == far.address
    assert await client.read_gatt_char(READABLE) == b"hello"
    await client.disconnect()


async def test_a_proxy_that_comes_back_is_used_again(
    proxied_hass: HomeAssistant, house: House, unit: PlainUnit
) -> None:
    """A proxy that was without power serves again, without anybody's help."""
    (proxy,) = house.proxies
    proxy.supervision_s = 0.3
    client = await connect(proxied_hass)
    await proxy.kill()
    await until(lambda: not house.air.linked(ADDRESS))
    assert client.is_connected, "nobody can know yet"
    await proxy.revive()
    client = await connect(proxied_hass, attempts=5)
    assert await client.read_gatt_char(READABLE) == b"hello"
    await client.disconnect()

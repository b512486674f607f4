"""The emulated proxy, spoken to by ESPHome's own client library."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from aioesphomeapi import (
    APIClient,
    APIConnectionError,
    BluetoothProxyFeature,
    BluetoothScannerMode,
)
from aioesphomeapi.core import BluetoothConnectionDroppedError, BluetoothGATTAPIError
import pytest

from simulator.air import Air
from simulator.proxy import Proxy

from .plain_unit import (
    ADVERTISEMENT,
    DESCRIPTION,
    LEVEL,
    NOTIFIES,
    READABLE,
    REFUSED,
    SCAN_RESPONSE,
    WRITABLE,
    PlainUnit,
)

UNIT = "F0:00:00:00:00:01"
NUMBER = int(UNIT.replace(":", ""), 16)
SECOND = "F0:00:00:00:00:02"
FEATURES = sum(BluetoothProxyFeature)


async def until(condition: Callable[[], Any], seconds: float = 5) -> None:
    """Wait for something that happens soon."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Allow loopback."""


@pytest.fixture
async def air() -> AsyncIterator[Air]:
    """Make an empty air."""
    air = Air(seed=1)
    yield air
    await air.close()


@pytest.fixture
async def unit(air: Air) -> PlainUnit:
    """Put a peripheral on the air."""
    unit = PlainUnit(air, UNIT)
    await unit.start()
    return unit


@pytest.fixture
async def proxy(air: Air) -> AsyncIterator[Proxy]:
    """Start one proxy."""
    proxy = Proxy(air, "hall-proxy", slots=2, supervision_s=0.3)
    await proxy.start()
    yield proxy
    await proxy.stop()


class Client:
    """ESPHome's client with what it has heard."""

    def __init__(self, proxy: Proxy) -> None:
        """Describe the client."""
        self.api = APIClient("127.0.0.1", proxy.port, None)
        self.advertisements: list[Any] = []
        self.slots: list[tuple[int, int, list[int]]] = []
        self.scanner: list[Any] = []
        self.states: list[tuple[bool, int, int]] = []
        self.handles: dict[str, int] = {}

    async def start(self) -> None:
        """Connect and subscribe to all that Home Assistant subscribes to."""
        await self.api.connect()
        await asyncio.to_thread(lambda: None)
        self.api.subscribe_bluetooth_scanner_state(self.scanner.append)
        self.api.subscribe_bluetooth_le_raw_advertisements(
            lambda batch: self.advertisements.extend(batch.advertisements)
        )
        self.api.subscribe_bluetooth_connections_free(
            lambda free, limit, used: self.slots.append((free, limit, used))
        )
        await until(lambda: self.slots and self.scanner)

    async def connect(
        self, number: int = NUMBER, *, cached: bool = False, within: float = 5
    ) -> None:
        """Connect to a unit over the proxy."""
        await self.api.bluetooth_device_connect(
            number,
            lambda *state: self.states.append(state),
            timeout=within,
            disconnect_timeout=2,
            feature_flags=FEATURES,
            has_cache=cached,
            address_type=1,
        )

    async def services(self) -> None:
        """Discover, and remember the handles of what was found."""
        services = await self.api.bluetooth_gatt_get_services(NUMBER)
        for service in services.services:
            for characteristic in service.characteristics:
                self.handles[characteristic.uuid] = characteristic.handle
                for descriptor in characteristic.descriptors:
                    self.handles[characteristic.uuid + descriptor.uuid] = (
                        descriptor.handle
                    )


@pytest.fixture
async def client(proxy: Proxy) -> AsyncIterator[Client]:
    """Be a client of the proxy."""
    client = Client(proxy)
    await client.start()
    yield client
    with suppress(APIConnectionError):
        await client.api.disconnect(force=not proxy.alive)


@pytest.fixture
async def connected(unit: PlainUnit, client: Client) -> Client:
    """Be a client with a link to the unit and its services."""
    await client.connect()
    await client.services()
    return client


async def test_it_introduces_itself(proxy: Proxy, client: Client) -> None:
    """It introduces itself."""
    info = await client.api.device_info()
    assert info.name == "hall-proxy"
    assert info.bluetooth_mac_address == proxy.address != info.mac_address
    assert info.bluetooth_proxy_feature_flags_compat(client.api.api_version) == 255
    assert (await client.api.list_entities_services()) == ([], [])
    assert client.slots == [(2, 2, [])]


async def test_advertisements_come_in_batches_with_scan_responses_if_asked(
    unit: PlainUnit, client: Client
) -> None:
    """Advertisements come in batches with scan responses if asked."""
    await until(lambda: len(client.advertisements) > 3)
    heard = client.advertisements[1]
    assert (heard.address, heard.address_type) == (NUMBER, 1)
    assert -70 < heard.rssi < -50
    assert heard.data == ADVERTISEMENT + SCAN_RESPONSE

    client.api.bluetooth_scanner_set_mode(BluetoothScannerMode.PASSIVE)
    await until(lambda: len(client.scanner) == 2)
    assert client.scanner[-1].mode is BluetoothScannerMode.PASSIVE
    assert client.scanner[-1].configured_mode is BluetoothScannerMode.ACTIVE
    client.advertisements.clear()
    await until(lambda: len(client.advertisements) > 3)
    assert {heard.data for heard in client.advertisements[2:]} == {ADVERTISEMENT}


async def test_gatt_from_connecting_to_disconnecting(
    unit: PlainUnit, connected: Client
) -> None:
    """Gatt from connecting to disconnecting."""
    api, handles = connected.api, connected.handles
    assert connected.states == [(True, 517, 0)]
    assert connected.slots[-1] == (1, 2, [NUMBER])
    assert await api.bluetooth_gatt_read(NUMBER, handles[READABLE]) == b"hello"
    assert await api.bluetooth_gatt_read(NUMBER, handles[LEVEL]) == b"\x57"

    descriptor = handles[READABLE + DESCRIPTION]
    await api.bluetooth_gatt_write_descriptor(NUMBER, descriptor, b"other words")
    read = await api.bluetooth_gatt_read_descriptor(NUMBER, descriptor)
    assert read == b"other words"

    for value, response in ((b"one", True), (b"two", False)):
        await api.bluetooth_gatt_write(NUMBER, handles[WRITABLE], value, response)
    await until(lambda: unit.written == [b"one", b"two"])

    heard: list[bytes] = []
    stop, _ = await api.bluetooth_gatt_start_notify(
        NUMBER, handles[NOTIFIES], lambda _handle, value: heard.append(bytes(value))
    )
    cccd = handles[NOTIFIES + "00002902-0000-1000-8000-00805f9b34fb"]
    await unit.notify(b"early")
    await api.bluetooth_gatt_write_descriptor(NUMBER, cccd, b"\x01\x00")
    await unit.notify(b"late")
    await until(lambda: heard)
    await stop()
    await unit.notify(b"after")
    assert heard == [b"late"]

    await api.bluetooth_device_set_connection_params(NUMBER, 6, 12, 0, 400)
    await api.bluetooth_device_disconnect(NUMBER)
    await until(lambda: connected.slots[-1] == (2, 2, []))
    assert connected.states[-1][0] is False


async def test_a_client_that_knows_the_services_cannot_ask_for_them(
    unit: PlainUnit, client: Client
) -> None:
    """A client that knows the services cannot ask for them."""
    await client.connect(cached=True)
    assert (await client.api.bluetooth_gatt_get_services(NUMBER)).services == []


async def test_errors_are_those_of_the_esp32(
    unit: PlainUnit, connected: Client
) -> None:
    """Errors are those of the esp32."""
    api, handles = connected.api, connected.handles
    for request, error in (
        (api.bluetooth_gatt_read(NUMBER, 0x0F00), 1),
        (api.bluetooth_gatt_read(NUMBER, handles[WRITABLE]), 2),
        (api.bluetooth_gatt_write(NUMBER, handles[WRITABLE], REFUSED, True), 14),
        (api.bluetooth_gatt_read(NUMBER + 1, 1), -1),
    ):
        with pytest.raises(BluetoothGATTAPIError) as caught:
            await request
        assert caught.value.error.error == error


async def test_no_slot_is_a_refusal(
    proxy: Proxy, unit: PlainUnit, client: Client
) -> None:
    """No slot is a refusal."""
    proxy.slots = 0
    await until(lambda: client.slots[-1][0] == 0)
    free, limit, used = client.slots[-1]
    assert (free, limit, len(used)) == (0, 2, 2)
    await client.connect()
    assert client.states == [(False, 0, 0)]

    proxy.slots = 2
    await client.connect()
    assert client.states[-1] == (True, 517, 0)
    # One taken away while in use stays in use.
    proxy.slots = 0
    await until(lambda: client.slots[-1][0] == 0)
    assert NUMBER in client.slots[-1][2] and len(client.slots[-1][2]) == 2


async def test_connecting_to_nobody_is_given_up_on_request(
    air: Air, unit: PlainUnit, client: Client
) -> None:
    """Connecting to nobody is given up on request."""
    air.set_range(UNIT, False)
    with pytest.raises(APIConnectionError):
        await client.connect(within=0.1)
    await until(lambda: client.slots[-1] == (2, 2, []))
    air.set_range(UNIT, True)
    await client.connect()
    assert client.states == [(True, 517, 0)]


async def test_attempts_wait_for_each_other_and_can_be_given_up_waiting(
    air: Air, unit: PlainUnit, client: Client
) -> None:
    """Attempts wait for each other and can be given up waiting."""
    absent = asyncio.create_task(client.connect(NUMBER + 1, within=5))
    await until(lambda: client.slots[-1][0] == 1)
    waiting = asyncio.create_task(client.connect(within=5))
    await until(lambda: client.slots[-1][0] == 0)
    await asyncio.sleep(0.1)
    assert not waiting.done()
    # The waiting one is given up first, then the one that holds it up.
    await client.api.bluetooth_device_disconnect(NUMBER)
    await client.api.bluetooth_device_disconnect(NUMBER + 1)
    await asyncio.gather(absent, waiting)
    assert [state[0] for state in client.states] == [False, False]
    await until(lambda: client.slots[-1] == (2, 2, []))
    await client.connect()


async def test_a_refused_connection_says_why(
    air: Air, unit: PlainUnit, client: Client
) -> None:
    """A refused connection says why."""
    air.refuse(UNIT, True)
    await client.connect()
    assert client.states == [(False, 0, 0x3E)]


async def test_a_lost_link_is_told_and_fails_what_is_under_way(
    air: Air, unit: PlainUnit, connected: Client
) -> None:
    """A lost link is told and fails what is under way."""
    air.set_range(UNIT, False)
    reading = asyncio.create_task(
        connected.api.bluetooth_gatt_read(NUMBER, connected.handles[READABLE])
    )
    with pytest.raises((BluetoothGATTAPIError, BluetoothConnectionDroppedError)):
        await reading
    await until(lambda: connected.states[-1] == (False, 0, 0x08))
    await until(lambda: connected.slots[-1] == (2, 2, []))


async def test_the_link_is_lost_at_the_nth_operation(
    proxy: Proxy, unit: PlainUnit, connected: Client
) -> None:
    """The link is lost at the nth operation."""
    handle = connected.handles[READABLE]
    proxy.drop_at(2)
    await connected.api.bluetooth_gatt_read(NUMBER, handle)
    with pytest.raises((BluetoothGATTAPIError, BluetoothConnectionDroppedError)):
        await connected.api.bluetooth_gatt_read(NUMBER, handle)


async def test_stalled_writes_arrive_late_in_order(
    proxy: Proxy, unit: PlainUnit, connected: Client
) -> None:
    """Stalled writes arrive late in order."""
    handle = connected.handles[WRITABLE]
    proxy.stall_writes(0.5)
    writes = [
        asyncio.create_task(
            connected.api.bluetooth_gatt_write(NUMBER, handle, bytes([n]), False)
        )
        for n in range(5)
    ]
    reading = connected.api.bluetooth_gatt_read(NUMBER, connected.handles[READABLE])
    assert await reading == b"hello"
    assert unit.written == []
    await asyncio.gather(*writes)
    await until(lambda: len(unit.written) == 5)
    assert unit.written == [bytes([n]) for n in range(5)]


async def test_pairing_is_just_works(unit: PlainUnit, connected: Client) -> None:
    """Pairing is just works."""
    answer = await connected.api.bluetooth_device_pair(NUMBER)
    assert answer.paired, answer
    assert (await connected.api.bluetooth_device_unpair(NUMBER)).success
    assert (await connected.api.bluetooth_device_clear_cache(NUMBER)).success
    await connected.api.bluetooth_device_disconnect(NUMBER)
    assert not (await connected.api.bluetooth_device_pair(NUMBER)).paired


async def test_one_client_uses_bluetooth_and_takes_its_links_along(
    air: Air, proxy: Proxy, unit: PlainUnit, connected: Client
) -> None:
    """One client uses bluetooth and takes its links along."""
    other = APIClient("127.0.0.1", proxy.port, None)
    await other.connect()
    heard: list[Any] = []
    other.subscribe_bluetooth_scanner_state(heard.append)
    other.subscribe_bluetooth_le_raw_advertisements(lambda _batch: None)
    assert (await other.device_info()).name == "hall-proxy"
    assert not heard

    await connected.api.disconnect()
    await until(lambda: not air.linked(UNIT))
    other.subscribe_bluetooth_le_raw_advertisements(lambda _batch: None)
    await until(lambda: heard)
    await other.disconnect()


async def test_a_dead_proxy_says_nothing_and_its_links_die(
    air: Air, proxy: Proxy, unit: PlainUnit, connected: Client
) -> None:
    """A dead proxy says nothing and its links die."""
    lost: list[bool] = []
    await proxy.kill()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(connected.api.device_info(), 0.1)
    newcomer = APIClient("127.0.0.1", proxy.port, None)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(newcomer.connect(), 0.2)
    assert not lost and connected.states == [(True, 517, 0)]
    # The unit notices by itself and advertises again.
    await until(lambda: not air.linked(UNIT))

    await proxy.revive()
    again = Client(proxy)
    await again.start()
    await again.connect()
    assert again.states == [(True, 517, 0)]
    await again.api.disconnect()


async def test_each_proxy_hears_with_its_own_strength(
    air: Air, proxy: Proxy, unit: PlainUnit, client: Client
) -> None:
    """Each proxy hears with its own strength."""
    far = Proxy(air, "attic-proxy", gain_db=-25)
    await far.start()
    assert far.address != proxy.address
    other = Client(far)
    await other.start()
    await until(lambda: other.advertisements and client.advertisements)
    assert other.advertisements[0].rssi < client.advertisements[0].rssi - 15
    await other.api.disconnect()
    await far.stop()


async def test_something_else_than_plaintext_is_hung_up_on(proxy: Proxy) -> None:
    """Something else than plaintext is hung up on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"\x01\x00\x00")
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 2) == b""
    writer.close()

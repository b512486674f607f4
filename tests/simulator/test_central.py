"""The bleak client on the air does what bleak promises."""

import asyncio

from bleak import BleakClient
from bleak.exc import BleakError, BleakGATTProtocolError
from bleak_retry_connector import BleakNotFoundError, establish_connection
from bumble import att
import pytest

from simulator.bleak_backend import ble_device, bleak_backend_class, bleak_client_class
from simulator.central import Central
from simulator.gatt import CAPABILITIES_UUID, CONTROL_UUID, STATE_UUID
from simulator.house import Boots, House

from .controller import until

CCCD = "00002902-0000-1000-8000-00805f9b34fb"
ABSENT = "F0:00:00:00:00:99"


async def test_plain_bleak_with_a_backend(house: House, left: Boots) -> None:
    """``BleakClient(device, backend=…)`` works too, by address or device."""
    backend = bleak_backend_class(house.air)
    for who in (left.address, ble_device(left.address, "Boots1L")):
        async with BleakClient(who, backend=backend) as client:
            assert client.is_connected
            assert len(await client.read_gatt_char(CAPABILITIES_UUID)) == 20
            name = left.address.replace(":", "-") if who is left.address else "Boots1L"
            assert client.name == name


async def test_notifications_start_and_stop(house: House, left: Boots) -> None:
    """Between start and stop they come, and not before or after."""
    got: list[bytes] = []
    async with bleak_client_class(house.air)(ble_device(left.address)) as client:
        left.press("start_long")
        await asyncio.sleep(0.2)
        await client.start_notify(STATE_UUID, lambda _, data: got.append(bytes(data)))
        assert got == []
        with pytest.raises(BleakError, match="already started"):
            await client.start_notify(STATE_UUID, lambda _, data: None)
        left.press("start")
        await until(lambda: got)
        await client.stop_notify(STATE_UUID)
        count = len(got)
        left.press("stop")
        await asyncio.sleep(0.3)
        assert len(got) == count


async def test_an_answer_to_who_has_gone(house: House, left: Boots) -> None:
    """Is no error of whoever delivers it."""
    central = Central(house.air)
    connection = await central.connect(left.address)
    client = connection.gatt_client
    await client.discover_services()
    reading = asyncio.create_task(client.read_value(1))
    await asyncio.sleep(0)
    reading.cancel()
    assert client.pending_response is not None
    assert client.pending_response.done()
    client.on_gatt_pdu(att.ATT_Read_Response(attribute_value=b"late"))
    with pytest.raises(asyncio.CancelledError):
        await reading
    # The next one is answered as ever.
    assert await client.read_value(1)
    await central.close()


async def test_descriptors(house: House, left: Boots) -> None:
    """Descriptors are found, read and written."""
    async with bleak_client_class(house.air)(ble_device(left.address)) as client:
        characteristic = client.services.get_characteristic(STATE_UUID)
        assert characteristic is not None
        descriptor = characteristic.get_descriptor(CCCD)
        assert descriptor is not None
        assert await client.read_gatt_descriptor(descriptor) == b"\0\0"
        # The client leaves this descriptor to start_notify; the backend does not.
        await client._backend.write_gatt_descriptor(descriptor, b"\1\0")
        assert await client.read_gatt_descriptor(descriptor) == b"\1\0"
        assert characteristic.max_write_without_response_size == 20


async def test_errors_of_the_server(house: House, left: Boots) -> None:
    """An ATT error is a GATT protocol error."""
    async with bleak_client_class(house.air)(ble_device(left.address)) as client:
        descriptor = client.services.get_characteristic(CONTROL_UUID)
        assert descriptor is not None
        backend = client._backend
        descriptor._handle = 0x7FFF
        with pytest.raises(BleakGATTProtocolError, match="Invalid Handle"):
            await backend.read_gatt_char(descriptor)


async def test_misuse(house: House, left: Boots) -> None:
    """Twice connected, not connected, and pairing, which the profile does not ask for."""
    client = bleak_client_class(house.air)(ble_device(left.address))
    assert client.mtu_size == 23
    await client.disconnect()
    async with client:
        with pytest.raises(BleakError, match="already connected"):
            await client.connect()
        for call in (client.pair, client.unpair):
            with pytest.raises(NotImplementedError):
                await call()
    with pytest.raises(BleakError):
        await client.read_gatt_char(STATE_UUID)


async def test_nobody_there(house: House) -> None:
    """Not found, and establish_connection says so."""
    client_class = bleak_client_class(house.air)
    with pytest.raises(TimeoutError):
        await client_class(ble_device(ABSENT)).connect(timeout=0.3)
    house.air.refuse(ABSENT, True)
    async with Central(house.air) as central:
        with pytest.raises(TimeoutError):
            await central.connect(ABSENT, 0.3)
        with pytest.raises(TimeoutError):
            await central.scan(lambda a: False, 0.3)


async def test_retries_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connector gives up with its own error."""
    monkeypatch.setattr("bleak_retry_connector.BLEAK_TIMEOUT", 0.2)
    with pytest.raises(BleakNotFoundError):
        await establish_connection(
            bleak_client_class(house.air), ble_device(ABSENT), "absent", max_attempts=1
        )


async def test_a_cancelled_attempt_takes_nothing(house: House, left: Boots) -> None:
    """After giving up, the unit that comes back is not connected to."""
    left.faults.range(False)
    client = bleak_client_class(house.air)(ble_device(left.address))
    attempt = asyncio.create_task(client.connect())
    await asyncio.sleep(0.2)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    left.faults.range(True)
    await asyncio.sleep(0.7)
    assert left.connection is None
    async with client:
        assert left.connection is not None


async def test_cancelled_calls_stay_cancelled(house: House, left: Boots) -> None:
    """A caller's cancellation is not mistaken for a lost link."""
    async with bleak_client_class(house.air)(ble_device(left.address)) as client:
        left.faults.delay(300)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.read_gatt_char(STATE_UUID)
        assert client.is_connected


async def test_two_at_once_do_not_wait_for_each_other(
    house: House, left: Boots
) -> None:
    """An absent unit holds nobody up, and adapters are used again."""
    client_class = bleak_client_class(house.air)
    absent = asyncio.create_task(client_class(ble_device(ABSENT)).connect(timeout=2))
    for _ in range(3):
        async with (
            asyncio.timeout(1.5),
            client_class(ble_device(left.address)) as client,
        ):
            assert client.is_connected
    with pytest.raises(TimeoutError):
        await absent
    assert len(house.air.controllers) == 2 + 2


async def test_a_bumble_peer(house: House, left: Boots) -> None:
    """The layer below, for whoever needs GATT itself."""
    async with Central(house.air) as central:
        async with central.peer(left.address) as peer:
            found = [str(service.uuid) for service in peer.services]
            assert len(found) == 5
        await until(lambda: left.connection is None)
        connection = await central.connect(left.address)
        await central.disconnect(connection)
        await central.disconnect(connection)
        await central.connect(left.address)
    await until(lambda: left.connection is None)

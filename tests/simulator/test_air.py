"""The virtual radio behaves like a real one where software can tell the difference."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bumble import core, hci
from bumble.device import Connection, ConnectionParametersPreferences, Device, Peer
from bumble.gatt import Characteristic, Service
import pytest

from simulator.air import Air

UNIT = "F0:00:00:00:00:01"
PROXY = "F0:00:00:00:00:A1"
OTHER = "F0:00:00:00:00:A2"
SERVICE = "dcc00001-8a2d-415f-90c5-c487a9ac566b"
READABLE = "dcc00002-8a2d-415f-90c5-c487a9ac566b"
ADVERTISEMENT = bytes.fromhex("020106")
SCAN_RESPONSE = bytes.fromhex("0308") + b"hi"


async def advertise(device: Device) -> None:
    """Advertise every 20 ms, with a scan response."""
    await device.start_advertising(
        auto_restart=True,
        advertising_data=ADVERTISEMENT,
        scan_response_data=SCAN_RESPONSE,
        advertising_interval_min=20,
        advertising_interval_max=20,
    )


@asynccontextmanager
async def powered(air: Air, address: str) -> AsyncIterator[Device]:
    """Have one more device on the air."""
    device = air.device("device", address)
    await device.power_on()
    yield device
    air.power_off(address)


@pytest.fixture
async def air() -> AsyncIterator[Air]:
    """Make an empty air."""
    air = Air(seed=1)
    yield air
    await air.close()


@pytest.fixture
async def unit(air: Air) -> Device:
    """Put an advertising peripheral on the air."""
    device = air.device("unit", UNIT)
    device.add_service(
        Service(
            SERVICE,
            [
                Characteristic(
                    READABLE,
                    Characteristic.Properties.READ,
                    Characteristic.READABLE,
                    b"hello",
                )
            ],
        )
    )
    await device.power_on()
    await advertise(device)
    return device


@pytest.fixture
async def central(air: Air) -> Device:
    """Put a central on the air."""
    device = air.device("central", PROXY)
    await device.power_on()
    return device


async def connect(
    central: Device, address: str = UNIT, supervision_ms: int = 200
) -> Connection:
    """Connect with a short supervision time."""
    return await central.connect(
        address,
        timeout=2,
        connection_parameters_preferences={
            hci.Phy.LE_1M: ConnectionParametersPreferences(
                supervision_timeout=supervision_ms
            )
        },
    )


def reasons(connection: Connection) -> list[int]:
    """Collect why the connection ends."""
    heard: list[int] = []
    connection.on(connection.EVENT_DISCONNECTION, heard.append)
    return heard


async def until(condition: Callable[[], Any], seconds: float = 3) -> None:
    """Wait for something that happens soon."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def hear(
    central: Device, *, active: bool, count: int = 6
) -> list[hci.HCI_LE_Advertising_Report_Event.Report]:
    """Return some advertising reports of a scan."""
    reports: list[hci.HCI_LE_Advertising_Report_Event.Report] = []
    central.host.on("advertising_report", reports.append)
    await central.start_scanning(active=active)
    await until(lambda: len(reports) >= count)
    await central.stop_scanning()
    central.host.remove_listener("advertising_report", reports.append)
    return reports


@pytest.mark.parametrize("address", [UNIT, UNIT + "/P"])
async def test_a_service_is_read_over_the_air(
    air: Air, central: Device, address: str
) -> None:
    """A service is read over the air."""
    async with powered(air, address) as device:
        device.add_service(
            Service(
                SERVICE,
                [
                    Characteristic(
                        READABLE, Characteristic.READ, Characteristic.READABLE, b"hello"
                    )
                ],
            )
        )
        own = hci.OwnAddressType.PUBLIC if "/P" in address else 1
        await device.start_advertising(
            own_address_type=hci.OwnAddressType(own), advertising_interval_min=20
        )
        connection = await central.connect(hci.Address(address), timeout=2)
        peer = Peer(connection)
        await peer.discover_all()
        (characteristic,) = peer.get_characteristics_by_uuid(core.UUID(READABLE))
        assert await characteristic.read_value() == b"hello"


async def test_the_scan_response_is_heard_in_an_active_scan_only(
    unit: Device, central: Device
) -> None:
    """The scan response is heard in an active scan only."""
    passive = await hear(central, active=False)
    active = await hear(central, active=True)

    assert {(r.event_type, r.data) for r in passive} == {(0, ADVERTISEMENT)}
    assert {(r.event_type, r.data) for r in active} == {
        (0, ADVERTISEMENT),
        (4, SCAN_RESPONSE),
    }


async def test_signal_strength_is_the_units_and_the_listeners(
    air: Air, unit: Device, central: Device
) -> None:
    """Signal strength is the units and the listeners."""
    air.set_rssi(UNIT, -80)
    air.set_gain(PROXY, -5)
    heard = [report.rssi for report in await hear(central, active=False)]
    assert all(-87 <= rssi <= -83 for rssi in heard)


async def test_out_of_range_is_not_heard(
    air: Air, unit: Device, central: Device
) -> None:
    """Out of range is not heard."""
    air.set_range(UNIT, False, of=PROXY)
    reports: list[object] = []
    central.host.on("advertising_report", reports.append)
    await central.start_scanning()
    await asyncio.sleep(0.1)
    assert not reports
    air.set_range(UNIT, True, of=PROXY)
    await until(lambda: reports)


async def test_connecting_to_nobody_ends_and_can_be_repeated(
    air: Air, unit: Device, central: Device
) -> None:
    """Connecting to nobody ends and can be repeated."""
    air.set_range(UNIT, False)
    with pytest.raises(core.TimeoutError):
        await central.connect(UNIT, timeout=0.05)
    air.set_range(UNIT, True)
    assert (await connect(central)).handle


async def test_an_attempt_is_cancelled(air: Air, unit: Device, central: Device) -> None:
    """An attempt is cancelled."""
    air.set_range(UNIT, False)
    attempt = asyncio.create_task(connect(central))
    await until(lambda: central.is_le_connecting)
    await central.cancel_connection()
    with pytest.raises(core.ConnectionError) as caught:
        await attempt
    assert caught.value.error_code == hci.HCI_UNKNOWN_CONNECTION_IDENTIFIER_ERROR
    with pytest.raises(hci.HCI_Error):
        await central.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())


async def test_a_unit_refuses(air: Air, unit: Device, central: Device) -> None:
    """A unit refuses."""
    air.refuse(UNIT, True)
    with pytest.raises(core.ConnectionError) as caught:
        await connect(central)
    assert caught.value.error_code == hci.HCI_CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR
    air.refuse(UNIT, False)
    assert (await connect(central)).handle


async def test_two_initiators_and_only_one_is_served(
    air: Air, unit: Device, central: Device
) -> None:
    """Two initiators and only one is served."""
    async with powered(air, OTHER) as other:
        results = await asyncio.gather(
            central.connect(UNIT, timeout=1),
            other.connect(UNIT, timeout=1),
            return_exceptions=True,
        )
    assert {type(result) for result in results} == {Connection, core.TimeoutError}


async def test_a_silent_link_is_lost_after_its_supervision_time(
    air: Air, unit: Device, central: Device
) -> None:
    """A silent link is lost after its supervision time."""
    connection = await connect(central, supervision_ms=500)
    lost = reasons(connection)
    lost_by_unit = reasons(next(iter(unit.connections.values())))
    start = asyncio.get_running_loop().time()
    air.set_range(UNIT, False)
    await asyncio.sleep(0.1)
    assert air.linked(UNIT)
    await until(lambda: lost and lost_by_unit)
    assert lost == lost_by_unit == [hci.HCI_CONNECTION_TIMEOUT_ERROR]
    assert asyncio.get_running_loop().time() - start >= 0.49
    assert not air.linked(UNIT)


async def test_a_short_silence_loses_nothing(
    air: Air, unit: Device, central: Device
) -> None:
    """A short silence loses nothing."""
    connection = await connect(central, supervision_ms=2000)
    peer = Peer(connection)
    air.set_range(UNIT, False)
    discovery = asyncio.create_task(peer.discover_all())
    await asyncio.sleep(0.1)
    assert not discovery.done()
    air.set_range(UNIT, True)
    await asyncio.wait_for(discovery, 2)
    assert peer.get_characteristics_by_uuid(core.UUID(READABLE))


async def test_a_link_is_dropped_at_once(
    air: Air, unit: Device, central: Device
) -> None:
    """A link is dropped at once."""
    lost = reasons(await connect(central, supervision_ms=8000))
    assert air.drop(UNIT) == 1
    await until(lambda: lost)
    assert lost == [hci.HCI_CONNECTION_TIMEOUT_ERROR]
    assert air.drop(UNIT) == 0
    assert (await connect(central)).handle


async def test_a_disconnect_reaches_the_other_end_with_its_reason(
    unit: Device, central: Device
) -> None:
    """A disconnect reaches the other end with its reason."""
    connection = await connect(central)
    lost = reasons(next(iter(unit.connections.values())))
    await connection.disconnect()
    await until(lambda: lost)
    assert lost == [hci.HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR]


async def test_a_disconnect_out_of_range_is_noticed_late_by_the_unit(
    air: Air, unit: Device, central: Device
) -> None:
    """A disconnect out of range is noticed late by the unit."""
    connection = await connect(central, supervision_ms=200)
    lost = reasons(next(iter(unit.connections.values())))
    air.set_range(UNIT, False)
    await connection.disconnect()
    assert not lost
    await until(lambda: lost)
    assert lost == [hci.HCI_CONNECTION_TIMEOUT_ERROR]


async def test_a_unit_without_power_is_lost_and_comes_back(
    air: Air, unit: Device, central: Device
) -> None:
    """A unit without power is lost and comes back."""
    lost = reasons(await connect(central, supervision_ms=1000))
    air.power_off(UNIT)
    async with powered(air, UNIT) as again:
        await advertise(again)
        with pytest.raises(core.ConnectionError) as caught:
            await connect(central)
        assert caught.value.error_code == hci.HCI_CONNECTION_ALREADY_EXISTS_ERROR
        await until(lambda: lost)
        assert lost == [hci.HCI_CONNECTION_TIMEOUT_ERROR]
        assert (await connect(central)).handle


async def test_delay_and_jitter_keep_order(
    air: Air, unit: Device, central: Device
) -> None:
    """Delay and jitter keep order."""
    connection = await connect(central, supervision_ms=8000)
    peer = Peer(connection)
    await peer.discover_all()
    (characteristic,) = peer.get_characteristics_by_uuid(core.UUID(READABLE))
    loop = asyncio.get_running_loop()

    async def took() -> float:
        start = loop.time()
        assert await characteristic.read_value() == b"hello"
        return loop.time() - start

    assert await took() < 2
    air.delay(UNIT, 40)
    assert 0.08 <= await took() < 2
    air.delay(UNIT, 0, from_unit=False)
    assert 0.04 <= await took() < 2

    # Bursts under jitter arrive in the order of sending.
    air.delay(UNIT, 5, 30, to_unit=False)
    heard: list[bytes] = []
    notify = unit.gatt_server.get_characteristic_attributes(
        core.UUID(SERVICE), core.UUID(READABLE)
    )
    assert notify
    handle = notify[1].handle
    connection.gatt_client.notification_subscribers[handle] = {heard.append}
    (link,) = unit.connections.values()
    for number in range(50):
        unit.gatt_server.send_gatt_pdu(
            link,
            bytes([0x1B, handle & 0xFF, handle >> 8, number]),
        )
    await until(lambda: len(heard) == 50)
    assert heard == [bytes([number]) for number in range(50)]


async def test_disconnecting_what_is_gone_is_an_error(
    air: Air, unit: Device, central: Device
) -> None:
    """Disconnecting what is gone is an error."""
    await connect(central)
    with pytest.raises(hci.HCI_Error):
        await central.send_async_command(
            hci.HCI_Disconnect_Command(connection_handle=0x77, reason=0x13)
        )

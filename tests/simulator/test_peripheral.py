"""Virtual boots, used over Bluetooth by a controller that only knows the profile."""

import asyncio
from collections.abc import Callable
import struct
from typing import Any

from bleak.exc import BleakError
from bleak_retry_connector import establish_connection
from bumble.core import AdvertisingData
import pytest

from simulator.bleak_backend import ble_device, bleak_client_class
from simulator.central import Central
from simulator.gatt import (
    AUTHORISATION_UUID,
    CAPABILITIES_UUID,
    CONTROL_UUID,
    PRESSURES_UUID,
    SERVICE_UUID,
    STATE_UUID,
)
from simulator.house import Boots, House

from .controller import SQUEEZE, Controller, Keys, until

type Seen = Callable[..., list[dict[str, Any]]]


async def test_advertisement_and_scan_response(house: House, left: Boots) -> None:
    """R3 and R4, byte for byte."""
    async with Central(house.air) as central:
        heard = await central.scan(
            lambda a: str(a.address).startswith(left.address), active=False
        )
        answered = await central.scan(lambda a: str(a.address).startswith(left.address))
    uuid = bytes.fromhex(SERVICE_UUID.replace("-", ""))[::-1]
    assert heard.data_bytes == b"\x02\x01\x06\x11\x07" + uuid + b"\x08\x08Boots1L"
    assert len(heard.data_bytes) <= 31
    data = answered.data.get(AdvertisingData.Type.SERVICE_DATA_128_BIT_UUID, raw=True)
    assert data == uuid + left.unit.advertisement()
    assert answered.data_bytes[1] == 0x21
    # A left leg, no window, no session, and the hash of the pair id.
    assert data is not None and data[16:18] == b"\x01\x01" and data[18:20] != b"\0\0"
    assert int(left.address[:2], 16) >= 0xC0


async def test_pairing_window_shows_in_scan_response(house: House, left: Boots) -> None:
    """R4: bit 2 of the flags."""
    left.faults.press("start_long")

    def open_window(advertisement: Any) -> bool:
        return (
            str(advertisement.address).startswith(left.address)
            and advertisement.data_bytes[19] & 4
        )

    async with Central(house.air) as central:
        await central.scan(open_window)


async def test_services_and_properties(house: House, left: Boots) -> None:
    """Section 1: every characteristic with at least its properties, and no more."""
    client = bleak_client_class(house.air)(ble_device(left.address))
    async with client:
        found = {
            characteristic.uuid: set(characteristic.properties)
            for service in client.services
            for characteristic in service.characteristics
        }
        capabilities = await client.read_gatt_char(CAPABILITIES_UUID)
        assert client.mtu_size == 23
        assert await client.read_gatt_char("2a19") == b"\x64"
        assert await client.read_gatt_char("2a29") == b"Open Boots"
        assert await client.read_gatt_char("2a25") == left.config["serial"].encode()
    assert found[CAPABILITIES_UUID] == {"read"}
    assert found[STATE_UUID] == {"read", "notify"}
    assert found[PRESSURES_UUID] == {"notify"}
    assert found[CONTROL_UUID] == {"write", "write-without-response", "notify"}
    assert found[AUTHORISATION_UUID] == {"write", "notify"}
    assert found["00002a19-0000-1000-8000-00805f9b34fb"] == {"read", "notify"}
    assert len(capabilities) == 20
    assert capabilities[0] == 1
    assert capabilities[3] == 5


async def test_silent_while_connected_and_heard_again_after(
    house: House, left: Boots
) -> None:
    """R5."""
    async with Central(house.air) as central:

        async def heard() -> bool:
            try:
                await central.scan(
                    lambda a: str(a.address).startswith(left.address), timeout_s=0.6
                )
            except TimeoutError:
                return False
            return True

        assert await heard()
        client = bleak_client_class(house.air)(ble_device(left.address))
        async with client:
            assert not await heard()
        assert await heard()


async def test_stranger_is_dropped(house: House, left: Boots, keys: Keys) -> None:
    """R6: the unit closes what has not authorised itself within 10 s."""
    async with Controller(house, left, keys) as controller:
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(12):
            await controller.lost.wait()
        assert 9.5 < asyncio.get_running_loop().time() - began < 11


async def test_a_session_from_pairing_to_empty(
    house: House, keys: Keys, seen: Seen
) -> None:
    """Both units: pair, prove, arm, start, commit, heartbeats, pressures, stop."""
    left, right = house.boots.values()
    async with (
        Controller(house, left, keys) as one,
        Controller(house, right, keys) as two,
    ):
        both = (one, two)
        for controller in both:
            await controller.prove()
            assert (await controller.client.read_gatt_char(STATE_UUID))[1] == 0
        armed = [await controller.arm() for controller in both]
        assert not seen("inflation")
        for controller, (session, nonce) in zip(both, armed, strict=True):
            delay = struct.pack("<H", 100)
            assert await controller.request(0x03, session + nonce + delay) == b"\0"
        for controller, (session, _) in zip(both, armed, strict=True):
            assert await controller.request(0x04, session) == b"\0"
        for _ in range(4):
            await asyncio.sleep(1)
            for controller, (session, _) in zip(both, armed, strict=True):
                assert await controller.request(0x08, session) == b"\0"
        # A wave of 40 mmHg was there to be seen, four times a second, in both legs.
        for leg, controller in enumerate(both):
            frames = [frame for frame in controller.pressures if frame[2]]
            assert len(controller.pressures) >= 14
            assert {frame[1] for frame in frames} == {leg}
            highest = max(max(struct.unpack_from("<5h", frame, 4)) for frame in frames)
            assert 380 <= highest <= 450
            assert {state[1] for state in controller.states} >= {3, 4, 5, 6}
        # Two units do not notify in step.
        await one.stop()
        await two.stop(response=True)
        await until(lambda: len(seen("empty")) == 2)
        await until(lambda: all(c.states[-1][1] == 0 for c in both))

    began = seen("inflation")
    assert [entry["cause"] for entry in began] == ["controller", "controller"]
    assert [r[0] for r in began[0]["requests"]] == ["arm", "start"]
    assert began[0]["target_mmhg"] == 40
    (skew,) = seen("skew")
    assert 0 <= skew["ms"] < 60
    stops = seen("stop")
    assert [(s["by"], s["running"]) for s in stops] == [
        ("command", True),
        ("write", True),
    ]
    for ended in seen("ended"):
        assert ended["cause"] == "stopped"
        assert ended["open_ms"] < 20
        (peaks,) = ended["peaks_mmhg"].values()
        assert all(
            t - 1 < p < t + 8 for p, t in zip(peaks, (40, 35, 30, 25, 20), strict=True)
        )
    for empty in seen("empty"):
        assert 0.3 < empty["after_programme_s"] <= 8
        assert 0 < empty["stop_ms"] <= 800 + 100


async def test_stop_needs_no_authorisation(
    house: House, left: Boots, keys: Keys, seen: Seen
) -> None:
    """R14, and a session of the boots' own button."""
    left.faults.press("start")
    await until(lambda: left.body.highest_mmhg > 20)
    async with Controller(house, left, keys) as stranger:
        await stranger.stop()
        await until(lambda: left.unit.phase in {0, 8})
    await until(lambda: seen("empty"))
    (began,) = seen("inflation")
    assert began["cause"] == "boots"
    (ended,) = seen("ended")
    assert ended["cause"] == "stopped"


async def test_vents_when_the_heartbeat_stays_away(
    house: House, left: Boots, keys: Keys, seen: Seen
) -> None:
    """R19: the lease is real time, whatever the speed."""
    async with Controller(house, left, keys) as controller:
        await controller.prove()
        await controller.begin()
        left.faults.range(False)
        await until(lambda: seen("ended"), 12)
    (began,), (ended,) = seen("inflation"), seen("ended")
    assert ended["cause"] == "lease_expired"
    assert ended["open_ms"] is None
    assert 9.9 < ended["t"] - began["t"] < 10.5


async def test_link_lost_and_found_within_the_lease(
    house: House, left: Boots, keys: Keys, seen: Seen
) -> None:
    """R19: the same controller may go on."""
    async with Controller(house, left, keys) as controller:
        await controller.prove()
        session = await controller.begin()
        assert left.faults.drop() == 1
        await asyncio.wait_for(controller.lost.wait(), 2)
    async with Controller(house, left, keys) as again:
        await again.prove()
        assert await again.request(0x08, session) == b"\0"
        assert left.unit.phase in {3, 4, 5, 6}
    assert len(seen("inflation")) == 1
    assert not seen("ended")
    ends = [e for e in seen("link", boots=left.name) if e["event"] == "lost"]
    # Pairing (closed by the other end), then the fault (silence).
    assert [end["reason"] for end in ends][:2] == [0x13, 0x08]


async def test_reboot_in_a_session_vents_and_remembers(
    house: House, left: Boots, keys: Keys, seen: Seen
) -> None:
    """R26, and the keys are still there."""
    async with Controller(house, left, keys) as controller:
        await controller.prove()
        await controller.begin(SQUEEZE)
        await until(lambda: left.body.highest_mmhg > 20)
        await left.faults.reboot()
        async with asyncio.timeout(6):
            await controller.lost.wait()
    async with Controller(house, left, keys) as again:
        await again.prove()
        state = await again.client.read_gatt_char(STATE_UUID)
    assert state[16] == 8
    assert state[8] & 0x40
    (ended,) = seen("ended")
    assert (ended["cause"], ended["phase"]) == ("power_lost", "off")
    assert len(seen("inflation")) == 1
    assert [e["on"] for e in seen("power", boots=left.name)] == [
        True,
        False,
        True,
    ]


async def test_switching_twice_changes_nothing(left: Boots) -> None:
    """Start and stop know where they are."""
    await left.start()
    await left.stop()
    await left.stop()
    assert not left.on
    assert left.faults.drop() == 0


async def test_retry_connector_and_a_call_under_way(house: House, left: Boots) -> None:
    """The bleak client is a drop-in, and says BleakError when the link breaks."""
    gone = asyncio.Event()
    client = await establish_connection(
        bleak_client_class(house.air),
        ble_device(left.address),
        left.name,
        disconnected_callback=lambda _: gone.set(),
    )
    left.faults.drop(at=2)
    assert len(await client.read_gatt_char(STATE_UUID)) == 20
    with pytest.raises(BleakError):
        await client.read_gatt_char(STATE_UUID)
    await asyncio.wait_for(gone.wait(), 1)
    assert not client.is_connected
    with pytest.raises(BleakError):
        await client.read_gatt_char(STATE_UUID)

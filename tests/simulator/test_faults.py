"""Every fault on demand does what it says, seen from a controller."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from bleak.exc import BleakError
from hypothesis import given, strategies as st
import pytest

from simulator.bleak_backend import ble_device, bleak_client_class
from simulator.central import Central
from simulator.faults import FaultError, FrameFault
from simulator.gatt import (
    AUTHORISATION_UUID,
    CAPABILITIES_UUID,
    CONTROL_UUID,
    PRESSURES_UUID,
    STATE_UUID,
)
from simulator.house import Boots, House
from simulator.places import static_address

from .controller import SQUEEZE, Controller, Keys, until

type Seen = Callable[..., list[dict[str, Any]]]

OVER_PRESSURE, NOT_FILLING, NOT_EMPTYING, SENSOR, BATTERY = (1 << n for n in range(5))
FAULT = 9


async def running(house: House, left: Boots, keys: Keys) -> Controller:
    """Connect and begin a session that fills all chambers at once."""
    controller = await Controller(house, left, keys).__aenter__()
    await controller.prove()
    await controller.begin(SQUEEZE)
    await until(lambda: left.body.highest_mmhg > 10)
    return controller


async def faulted(left: Boots, seen: Seen, flag: int) -> None:
    """Wait for a fault; all valves are open then."""
    await until(lambda: left.unit.faults & flag, 15)
    assert left.body.valves_open
    assert left.unit.phase == FAULT
    (ended,) = seen("ended", boots=left.name)
    assert ended["cause"] == "fault"


async def test_overpressure(house: House, left: Boots, keys: Keys, seen: Seen) -> None:
    """R28; the witness keeps the true peak."""
    controller = await running(house, left, keys)
    left.faults.overpressure(chamber=2)
    await faulted(left, seen, OVER_PRESSURE)
    assert seen("ended")[0]["peaks_mmhg"]["left"][1] == 150
    await until(lambda: controller.states[-1][1] == FAULT)
    # So little that the noise of the sensors does not matter.
    await until(lambda: left.body.highest_mmhg < 2)
    left.faults.press("stop")
    assert left.unit.phase == 0


async def test_valve_stuck_open() -> None:
    """R28: a chamber that does not fill is noticed after three cycles."""
    async with House(proxies=0, speed=40) as house:
        left = house.boots["pair1-left"]
        left.faults.stick(3, "open", leg="left")
        left.faults.press("start")
        await until(lambda: left.unit.faults)
        assert left.unit.faults == NOT_FILLING
        (ended,) = house.witness.entries(kind="ended")
        assert ended["cause"] == "fault"
        assert ended["peaks_mmhg"]["left"][2] == 0


async def test_valve_stuck_closed(
    house: House, left: Boots, keys: Keys, seen: Seen
) -> None:
    """R10: 30 s of venting that does not empty."""
    controller = await running(house, left, keys)
    left.faults.stick(1, "closed")
    await until(lambda: left.body.truth[0][0] > 20)
    await controller.stop()
    await until(lambda: left.unit.faults & NOT_EMPTYING)
    assert not seen("empty")
    left.faults.repair()
    await until(lambda: seen("empty"))


async def test_sensor_fails(house: House, left: Boots, keys: Keys, seen: Seen) -> None:
    """R30."""
    await running(house, left, keys)
    left.faults.sensor(1)
    await faulted(left, seen, SENSOR)


async def test_battery(house: House, left: Boots, keys: Keys, seen: Seen) -> None:
    """An exhausted battery ends the session; the level is notified and read."""
    controller = await running(house, left, keys)
    levels: list[int] = []
    await controller.client.start_notify("2a19", lambda _, data: levels.append(data[0]))
    left.faults.drain(3)
    await faulted(left, seen, BATTERY)
    await until(lambda: levels)
    assert levels[-1] == 3
    assert await controller.client.read_gatt_char("2a19") == b"\x03"
    with pytest.raises(FaultError, match="percent"):
        left.faults.drain(101)
    left.faults.charge(True)
    assert left.body.battery() == (3, True)


async def test_worn_and_identify(house: House, left: Boots, keys: Keys) -> None:
    """Small things that a person does and sees."""
    left.faults.worn(False)
    assert left.body.worn() is False
    async with Controller(house, left, keys) as controller:
        await controller.prove()
        assert await controller.request(0x0C) == b"\0"
    assert left.body.identified == 1


async def test_drop_at_the_nth_operation(house: House, left: Boots, keys: Keys) -> None:
    """The third operation from now does not come through."""
    async with Controller(house, left, keys) as controller:
        left.faults.drop(at=3)
        for _ in range(2):
            await controller.client.read_gatt_char(STATE_UUID)
        with pytest.raises(BleakError):
            await controller.client.read_gatt_char(STATE_UUID)
        await asyncio.wait_for(controller.lost.wait(), 1)


async def test_range_refuse_and_rssi(house: House, left: Boots) -> None:
    """Out of range nobody hears it; refusing, it is heard and yet cannot be had."""
    client = bleak_client_class(house.air)(ble_device(left.address), timeout=1)
    async with Central(house.air) as central:

        async def heard() -> int:
            found = await central.scan(
                lambda a: str(a.address).startswith(left.address), timeout_s=1
            )
            return found.rssi

        left.faults.range(False)
        with pytest.raises(TimeoutError):
            await heard()
        with pytest.raises(TimeoutError):
            await client.connect()
        left.faults.range(True)
        left.faults.rssi(-90)
        assert -95 < await heard() < -85
        left.faults.refuse(True)
        assert await heard()
        with pytest.raises(BleakError, match="Failed to connect"):
            await client.connect()
        left.faults.refuse(False)
        async with client:
            assert client.is_connected


async def test_a_phone_takes_the_link(house: House, left: Boots, keys: Keys) -> None:
    """Others lose it and hear nothing until it is given back."""
    async with Central(house.air) as central:

        async def heard() -> None:
            await central.scan(
                lambda a: str(a.address).startswith(left.address), timeout_s=0.7
            )

        async with Controller(house, left, keys) as controller:
            await left.faults.take()
            await asyncio.wait_for(controller.lost.wait(), 1)
        with pytest.raises(TimeoutError):
            await heard()
        await left.faults.give()
        await heard()


async def test_delay(house: House, left: Boots, keys: Keys) -> None:
    """An operation takes the delay there and back."""
    async with Controller(house, left, keys) as controller:
        left.faults.delay(100, 20)
        began = asyncio.get_running_loop().time()
        await controller.client.read_gatt_char(STATE_UUID)
        assert 0.2 <= asyncio.get_running_loop().time() - began < 0.3
        left.faults.delay(0)


async def test_power(left: Boots) -> None:
    """Off is off, and the same device comes back."""
    before = left.address
    await left.faults.power(False)
    assert not left.on
    await left.faults.power(True)
    assert left.on
    assert left.address == before


async def test_another_version(house: House, left: Boots, keys: Keys) -> None:
    """Said in the capabilities, and nowhere else, until it is taken back."""
    async with Controller(house, left, keys) as controller:
        before = await controller.client.read_gatt_char(CAPABILITIES_UUID)
        left.faults.version(9)
        after = await controller.client.read_gatt_char(CAPABILITIES_UUID)
        assert bytes(after) == b"\x09" + bytes(before[1:])
        left.faults.version(None)
        assert await controller.client.read_gatt_char(CAPABILITIES_UUID) == before


@pytest.mark.parametrize("fault", ["corrupt", "truncate", "duplicate", "delay", "lose"])
async def test_spoilt_frames(
    house: House, left: Boots, keys: Keys, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """State and pressures are spoilt; answers and authorisation never."""
    said: list[tuple[str, bytes]] = []
    got: list[tuple[str, bytes]] = []
    spoil = left.faults._spoil
    notify = left.notify

    def spoiling(uuid: str, frame: bytes) -> None:
        said.append((uuid, frame))
        spoil(uuid, frame)

    def notifying(uuid: str, frame: bytes) -> None:
        got.append((uuid, frame))
        notify(uuid, frame)

    monkeypatch.setattr(left, "notify", notifying)
    monkeypatch.setattr(left.faults, "_spoil", spoiling)
    left.faults.frames(fault, 300 if fault == "delay" else 1)
    async with Controller(house, left, keys) as controller:
        await controller.prove()
        await controller.begin()
        await asyncio.sleep(1)
        await controller.stop()
        await asyncio.sleep(0.5)
        said, got = list(said), list(got)
    plain = {STATE_UUID, PRESSURES_UUID}
    others = {CONTROL_UUID, AUTHORISATION_UUID}
    answers = [frame for uuid, frame in said if uuid in others]
    assert answers == [frame for uuid, frame in got if uuid in others]
    frames = [frame for uuid, frame in said if uuid in plain]
    spoilt = [frame for uuid, frame in got if uuid in plain]
    assert len(frames) > 4
    match fault:
        case "corrupt":
            assert [len(f) for f in spoilt] == [len(f) for f in frames]
            assert all(a != b for a, b in zip(frames, spoilt, strict=True))
        case "truncate":
            assert all(
                len(b) < len(a) and a.startswith(b)
                for a, b in zip(frames, spoilt, strict=True)
            )
        case "lose":
            assert not spoilt
        case "duplicate":
            assert spoilt == [frame for frame in frames for _ in range(2)]
        case _:
            assert spoilt != frames
            assert set(spoilt) <= set(frames)
    left.faults.frames("none")
    assert left.deliver == left.notify


async def test_sometimes_is_sometimes(
    left: Boots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a probability of a half about half of the frames are spoilt."""
    got: list[bytes] = []
    monkeypatch.setattr(left, "notify", lambda _, frame: got.append(frame))
    left.faults.frames("truncate", 0.5)
    for _ in range(400):
        left.deliver(STATE_UUID, bytes(20))
    whole = sum(len(frame) == 20 for frame in got)
    assert 140 < whole < 260
    left.deliver(CONTROL_UUID, bytes(20))
    assert len(got[-1]) == 20


async def test_refused_faults(left: Boots) -> None:
    """What is not to be had is said."""
    with pytest.raises(FaultError, match="no leg right"):
        left.faults.stick(1, "open", leg="right")
    with pytest.raises(FaultError, match="no button"):
        left.faults.press("self_destruct")
    with pytest.raises(FaultError, match="no fault"):
        left.faults.frames(cast("FrameFault", "upside_down"))
    with pytest.raises(ValueError, match="no chamber"):
        left.faults.overpressure(chamber=9)


@given(st.integers(), st.text(max_size=20))
def test_addresses_are_static_random_and_constant(seed: int, name: str) -> None:
    """R2: the two highest bits are set, and the same seed gives the same address."""
    address = static_address(seed, name)
    assert int(address[:2], 16) >= 0xC0
    assert address == static_address(seed, name)
    assert address != static_address(seed + 1, name)

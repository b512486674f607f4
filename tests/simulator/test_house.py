"""Houses: shapes, names, cost, and the memory of boots."""

import asyncio
from pathlib import Path
import time

from bumble.transport import open_transport
import pytest

from simulator.bleak_backend import ble_device, bleak_client_class
from simulator.gatt import CAPABILITIES_UUID, STATE_UUID
from simulator.house import House
from simulator.places import RealRadio
from simulator.stores import FileStore, Stores

from .controller import Controller, Keys, until

# What 64 units may take of one core while all run; measured: 8 to 14 % on the machine
# this was written on. A margin for slower ones.
CPU_LIMIT = 0.6


async def test_two_units_of_one_pair() -> None:
    """One leg each, the same pair id, different addresses and serials."""
    async with House(pairs=2, proxies=0) as house:
        assert list(house.boots) == [
            "pair1-left",
            "pair1-right",
            "pair2-left",
            "pair2-right",
        ]
        told = [boots.unit.read_capabilities() for boots in house.boots.values()]
        assert [c[2] for c in told] == [1, 2, 1, 2]
        assert told[0][15:19] == told[1][15:19] != bytes(4)
        assert told[0][15:19] != told[2][15:19]
        assert len({b.address for b in house.boots.values()}) == 4
        assert len({b.config["serial"] for b in house.boots.values()}) == 4
        offsets = [b.config["notify_offset_ms"] for b in house.boots.values()]
        assert offsets[1] - offsets[0] == 125
        again = House(pairs=2, proxies=0)
        assert [b.address for b in again.boots.values()] == [
            b.address for b in house.boots.values()
        ]
        other = House(proxies=0, seed=2)
        assert other.boots["pair1-left"].address != house.boots["pair1-left"].address


async def test_one_unit_for_both_legs_with_eight_chambers() -> None:
    """Both legs in one frame each, over Bluetooth."""
    async with House(proxies=0, shape="one_unit", chambers=8, speed=10) as house:
        boots = house.boots["pair1"]
        boots.faults.press("start_long")
        async with Controller(house, boots, Keys()) as controller:
            await controller.pair()
            await controller.prove()
            await controller.begin()
            await until(lambda: len(controller.pressures) >= 8)
            assert {frame[1] for frame in controller.pressures} == {0, 1}
            assert {len(frame) for frame in controller.pressures} == {20}
            assert set(boots.as_dict()["pressures_mmhg"]) == {"left", "right"}


async def test_strangers_and_another_firmware() -> None:
    """Units that do not know each other; and what their maker decides."""
    async with House(
        proxies=0, acquainted=False, config={"max_mmhg": 80, "version": "9.9"}
    ) as house:
        boots = house.boots["pair1-left"]
        client = bleak_client_class(house.air)(ble_device(boots.address))
        async with client:
            capabilities = await client.read_gatt_char(CAPABILITIES_UUID)
            assert await client.read_gatt_char("2a26") == b"9.9"
        assert capabilities[15:19] == bytes(4)
        assert capabilities[5] == 80
        assert boots.unit.advertisement()[2:4] == b"\0\0"


async def test_keys_outlive_the_process(tmp_path: Path) -> None:
    """With a folder the boots know their controller the next time."""
    keys = Keys()
    async with House(proxies=0, keep=tmp_path) as house:
        boots = house.boots["pair1-left"]
        boots.faults.press("start_long")
        async with Controller(house, boots, keys) as controller:
            await controller.pair()
    async with (
        House(proxies=0, keep=tmp_path) as house,
        Controller(house, house.boots["pair1-left"], keys) as controller,
    ):
        await controller.prove()


def test_stores(tmp_path: Path) -> None:
    """A file for each unit, or nothing that lasts."""
    stores = Stores(tmp_path / "new")
    store = stores.of("pair1")
    store["key"] = bytearray(b"\x00\xff")
    assert FileStore(tmp_path / "new" / "pair1.json") == {"key": b"\x00\xff"}
    assert stores.of("pair2") == {}
    assert Stores(None).of("pair1") == {}


async def test_64_running_units_are_cheap() -> None:
    """32 pairs that all run take a small part of one core."""
    async with House(pairs=32, proxies=0) as house:
        await asyncio.sleep(0.5)
        for boots in house.boots.values():
            boots.press("start")
        await until(lambda: all(b.witness.running for b in house.boots.values()))
        cpu, real = time.process_time(), time.monotonic()
        await asyncio.sleep(2)
        cost = (time.process_time() - cpu) / (time.monotonic() - real)
    assert cost < CPU_LIMIT


async def test_a_real_controller_behind_hci(
    socket_enabled: None, unused_tcp_port: int
) -> None:
    """``--transport``: the same unit through a serialised HCI, here over TCP."""
    async with House(proxies=0, pairs=0) as house:
        wire = f"127.0.0.1:{unused_tcp_port}"
        dongle = house.air.controller("dongle", "00:11:22:33:44:55/P")
        served = await open_transport(f"tcp-server:{wire}")
        served.source.set_packet_sink(dongle)
        dongle.host = served.sink
        real = House(
            proxies=0,
            shape="one_unit",
            speed=10,
            place=RealRadio(f"tcp-client:{wire}"),
        )
        async with real:
            boots = real.boots["pair1"]
            client = bleak_client_class(house.air)(ble_device(boots.address))
            async with client:
                assert (await client.read_gatt_char(STATE_UUID))[1] == 0
                boots.press("start")
                await until(lambda: boots.body.highest_mmhg > 20)
                await client.write_gatt_char(
                    "dcc00005-8a2d-415f-90c5-c487a9ac566b", b"\0\1", response=False
                )
                await until(lambda: boots.body.valves_open)
                assert boots.faults.drop() == 1
                await until(lambda: not client.is_connected)
            with pytest.raises(Exception, match="virtual air"):
                boots.faults.range(False)
            # It advertises again, with a session's end behind it.
            async with client:
                assert (await client.read_gatt_char(STATE_UUID))[16] == 2
        await served.close()

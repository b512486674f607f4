"""(a) From the wish to talk to a unit until it is connected and subscribed."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

from bleak_retry_connector import establish_connection

from custom_components.kumo_boots.boots.drivers.open_boots import profile
from simulator import peripheral
from simulator.bleak_backend import ble_device
from simulator.house import Boots

from .boots import Library, library
from .far_house import FarHouse
from .homes import FarResident, home
from .samples import Samples
from .table import Row, ratio

PART = "a"
LIMIT = 1.15
READ = (
    profile.CAPABILITIES,
    profile.MANUFACTURER,
    profile.MODEL,
    profile.SERIAL,
    profile.FIRMWARE,
    profile.BATTERY,
    profile.STATE,
)
READ_AGAIN = (profile.CAPABILITIES, profile.BATTERY, profile.STATE)
"""The same, when the unit is known from before."""
SUBSCRIBE = (
    profile.AUTHORISATION,
    profile.CONTROL,
    profile.STATE,
    profile.PRESSURES,
    profile.BATTERY,
)
"""What the library reads and subscribes to, in this order."""
LINK_MS = 7.5
"""Each way: a request and its answer take a connection interval of 15 ms."""
INTERVAL_S = peripheral.ADVERTISING_INTERVAL_MS / 1000
QUIET_S = 0.05

type Connect = Callable[[], Awaitable[float]]


class Advertisements:
    """Knows when a unit advertised last, to begin at a chosen moment after that."""

    def __init__(self, made: Library, boots: Boots) -> None:
        """Listen to everything that goes on the air."""
        self._heard = asyncio.Event()
        air = made.house.air
        sent = air.send_advertising_pdu

        def listening(sender: object, packet: object) -> None:
            if str(getattr(packet, "advertiser_address", "")).startswith(boots.address):
                self._heard.set()
            sent(sender, packet)

        air.send_advertising_pdu = listening

    async def after(self, seconds: float) -> None:
        """Return so long after the next advertisement."""
        self._heard.clear()
        async with asyncio.timeout(5):
            await self._heard.wait()
        await asyncio.sleep(seconds)


async def bare(made: Library, boots: Boots) -> float:
    """Connect, read and subscribe with bleak-retry-connector alone; how long, s."""
    device = ble_device(boots.address, boots.name)
    began = perf_counter()
    client = await establish_connection(made.client_class, device, boots.name)
    for uuid in READ:
        await client.read_gatt_char(uuid)
    for uuid in SUBSCRIBE:
        await client.start_notify(uuid, lambda _characteristic, _data: None)
    took = perf_counter() - began
    await client.disconnect()
    return took


async def ours(made: Library, boots: Boots, *, key: bool) -> float:
    """Let a fresh unit of the library connect; how long, s."""
    unit = made.unit(boots, key=key)
    began = perf_counter()
    await unit.ready(30)
    took = perf_counter() - began
    await unit.close()
    return took


async def _in_turn(
    ways: dict[str, Connect], repeats: int, aligned: Callable[[float], Awaitable[None]]
) -> dict[str, Samples]:
    """Let all ways take turns, each at the same moments between two advertisements."""
    for connect in ways.values():
        await connect()
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(repeats):
        for way, connect in ways.items():
            await asyncio.sleep(QUIET_S)
            await aligned((turn + 0.5) / repeats * INTERVAL_S)
            taken[way].append(await connect() * 1000)
    return {way: Samples.of(values, "ms") for way, values in taken.items()}


async def in_process(*, quick: bool) -> list[Row]:
    """Compare the library with bare bleak-retry-connector on one unit."""
    rows = []
    async with library(pairs=1) as made:
        boots = made.house.boots["pair1-left"]
        advertisements = Advertisements(made, boots)
        ways: dict[str, Connect] = {
            "ours": lambda: ours(made, boots, key=True),
            "reading": lambda: ours(made, boots, key=False),
            "bare": lambda: bare(made, boots),
        }
        for ms, repeats in ((LINK_MS, 3 if quick else 8), (0.0, 4 if quick else 24)):
            made.delay(ms)
            taken = await _in_turn(ways, repeats, advertisements.after)
            link = f"{2 * ms:g} ms a request" if ms else "no latency"
            rows.append(
                ratio(
                    PART,
                    f"connected, subscribed and authorised; {link}",
                    taken["ours"],
                    taken["bare"],
                    limit=LIMIT,
                    note="the reference does not authorise",
                )
            )
            rows.append(
                ratio(
                    PART,
                    f"the same without a key; {link}",
                    taken["reading"],
                    taken["bare"],
                    limit=LIMIT,
                )
            )
    return rows


async def in_home(*, quick: bool) -> list[Row]:
    """Compare within a real Home Assistant, through a proxy."""
    repeats = 3 if quick else 20
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    async with (
        FarHouse(pairs=1, proxies=1, shape="one_unit") as house,
        home() as running,
    ):
        resident = FarResident(running, house)
        await resident.add_all(1)
        (pair,) = await resident.pairs()
        (address,) = house.addresses.values()

        async def do(what: str, **args: object) -> float:
            took: float | None = await running.call(
                "bench_probe/do", what=what, args=args
            )
            return (took or 0.0) * 1000

        await asyncio.sleep(1)
        await do("integration_lets_go", entry_id=pair.entry_id)
        for turn in range(-2, repeats):
            after_s = (turn % repeats + 0.5) / repeats * INTERVAL_S
            ours = await do(
                "integration_connects", entry_id=pair.entry_id, after_s=after_s
            )
            await do("integration_lets_go", entry_id=pair.entry_id)
            bare = await do(
                "connect",
                address=address,
                read=READ_AGAIN,
                subscribe=SUBSCRIBE,
                after_s=after_s,
            )
            await do("disconnect")
            if turn >= 0:
                taken["ours"].append(ours)
                taken["bare"].append(bare)
    return [
        ratio(
            PART,
            "connected, subscribed, authorised; in hass through a proxy",
            Samples.of(taken["ours"], "ms"),
            Samples.of(taken["bare"], "ms"),
            limit=LIMIT,
        )
    ]


async def measure(*, quick: bool) -> list[Row]:
    """Measure part (a)."""
    return [*await in_process(quick=quick), *await in_home(quick=quick)]

"""(f) How soon the valves are open after a stop, while ten commands wait."""

import asyncio
from typing import Any

from custom_components.kumo_boots.boots.errors import BootsError
from custom_components.kumo_boots.boots.pair import Pair

from .boots import SETTINGS, SPEED, Library, library
from .far_house import FarHouse, now
from .homes import FarResident, home
from .samples import Samples
from .table import Row

PART = "f"
WAITING = 10
LATENCIES_MS = (7.5, 50.0, 200.0)
EXTRA_MS = 10.0
AIR_S = 0.3
"""How long air flows before the stop."""
TARGETS_MMHG = (35, 40)


def limit_ms(latency_ms: float) -> float:
    """Return two connection intervals and 10 ms.

    What is late by ``latency_ms`` each way is a link whose events are so far apart.
    """
    return 2 * latency_ms + EXTRA_MS


def opened_ms(entries: list[dict[str, Any]], asked: float) -> float:
    """Return when the last leg's valves were open, ms after a moment.

    ``ended`` tells how long after the last stop that came in its valves were open.
    """
    arrived: dict[str, float] = {}
    opened: dict[str, float] = {}
    for entry in entries:
        name = entry["boots"]
        if entry["kind"] == "stop":
            arrived[name] = entry["t"]
        elif entry["kind"] == "ended":
            opened[name] = arrived[name] + entry["open_ms"] / 1000
    return (max(opened.values()) - asked) * 1000


def _row(what: str, latency_ms: float, busy: list[float], calm: list[float]) -> Row:
    ours = Samples.of(busy, "ms")
    return Row(
        part=PART,
        what=f"stop with {WAITING} commands waiting, {what}; latency {latency_ms:g} ms",
        ours=ours,
        reference=Samples.of(calm, "ms"),
        kind="value",
        figure=ours.highest,
        unit="ms",
        limit=limit_ms(latency_ms),
        note="the worst of all; reference: the same stop with nothing waiting"
        if latency_ms == LATENCIES_MS[0]
        else "",
    )


async def _stop(made: Library, pair: Pair, waiting: int) -> float:
    """Start, let commands wait, stop; return when the valves were open, ms."""
    since = made.last()
    await pair.begin(SETTINGS)
    async with asyncio.timeout(5):
        while len(made.house.witness.entries(since, kind="inflation")) < 2:
            await asyncio.sleep(0.01)
    await asyncio.sleep(AIR_S)
    commands = [
        asyncio.create_task(pair.change(target_mmhg=TARGETS_MMHG[index % 2]))
        for index in range(waiting)
    ]
    # The first of them is on its way, the others wait for it.
    await asyncio.sleep(0.002)
    asked = now()
    await pair.stop()
    for outcome in await asyncio.gather(*commands, return_exceptions=True):
        if outcome is not None and not isinstance(outcome, BootsError):
            raise outcome
    return opened_ms(made.house.witness.entries(since), asked)


async def in_process(*, quick: bool) -> list[Row]:
    """Stop the library's pair over links of different latency."""
    rows = []
    for latency_ms in LATENCIES_MS:
        busy: list[float] = []
        calm: list[float] = []
        async with library(pairs=1, speed=SPEED) as made:
            pair = made.pair()
            release = pair.hold("bench")
            for unit in pair.units:
                await unit.ready(30)
            made.delay(latency_ms)
            for _ in range(1 if quick else 8):
                busy.append(await _stop(made, pair, WAITING))
                calm.append(await _stop(made, pair, 0))
            made.delay(0)
            release()
            await pair.close()
        rows.append(_row("in the library", latency_ms, busy, calm))
    return rows


async def _stop_at_home(
    resident: FarResident, entities: dict[str, str], waiting: int
) -> float:
    """Do the same through services of a real Home Assistant."""
    home, house = resident.home, resident.house
    legs = len(house.addresses)
    since = await house.last()
    await home.service(
        "kumo_boots.start_session", target={"entity_id": entities["switch.session"]}
    )
    await house.seen("inflation", lambda entry: True, since=since, number=legs)
    await asyncio.sleep(AIR_S)
    commands = [
        asyncio.create_task(
            home.service(
                "number.set_value",
                {"value": TARGETS_MMHG[index % 2]},
                target={"entity_id": entities["number.target_pressure"]},
            )
        )
        for index in range(waiting)
    ]
    await asyncio.sleep(0.005)
    asked = now()
    await home.service("button.press", target={"entity_id": entities["button.stop"]})
    await asyncio.gather(*commands, return_exceptions=True)
    await house.seen("ended", lambda entry: True, since=since, number=legs)
    await house.seen("empty", lambda entry: True, since=since, number=legs)
    return opened_ms(await house.witness(since), asked)


async def in_home(*, quick: bool) -> list[Row]:
    """Stop by the button's service in a real Home Assistant, through a proxy."""
    rows = []
    async with (
        FarHouse(pairs=1, proxies=1, speed=SPEED) as house,
        home() as running,
    ):
        resident = FarResident(running, house)
        await resident.add_all(1)
        (pair,) = await resident.pairs()
        await resident.options(pair.entry_id, policy="direct")
        await resident.ready(pair)
        await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
        for latency_ms in LATENCIES_MS:
            await house.control.do("delay", boots="*", ms=latency_ms)
            busy: list[float] = []
            calm: list[float] = []
            for _ in range(1 if quick else 6):
                busy.append(await _stop_at_home(resident, pair.entities, WAITING))
                await resident.ready(pair)
                calm.append(await _stop_at_home(resident, pair.entities, 0))
                await resident.ready(pair)
            rows.append(_row("service in hass", latency_ms, busy, calm))
        await house.control.do("delay", boots="*", ms=0)
    return rows


async def measure(*, quick: bool) -> list[Row]:
    """Measure part (f)."""
    return [*await in_process(quick=quick), *await in_home(quick=quick)]

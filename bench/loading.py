"""(c) What sessions cost Home Assistant: processor time and the loop's lag."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from simulator.home import Home
from simulator.resident import Pair

from .far_house import FarHouse, now
from .homes import FarResident, home
from .samples import Samples, percentile
from .table import Row

PART = "c"
SIZES, QUICK_SIZES = (1, 8, 32), (1, 4)
JUDGED = 32
LIMIT_PERCENT = 20.0
LIMIT_LAG_MS = 20.0
LIMIT_GROWTH = 1.25
PAIRS_PER_PROXY = 4
START_AT_ONCE = 4
SETTLE_S = 3.0


@dataclass
class Cost:
    """Several looks at one state of things."""

    percent: list[float] = field(default_factory=list)
    lag_ms: list[float] = field(default_factory=list)
    per_s: list[float] = field(default_factory=list)
    simulator_percent: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> Samples:
        """Processor time of hass, percent of a core."""
        return Samples.of(self.percent, "%")

    @property
    def lag(self) -> Samples:
        """The loop's lag, 99th percentile, ms."""
        return Samples.of(self.lag_ms, "ms")

    @property
    def each(self) -> Samples:
        """Processor time of hass by notification, µs."""
        return Samples.of(
            (
                percent * 1e4 / rate
                for percent, rate in zip(self.percent, self.per_s, strict=True)
            ),
            "µs",
        )


def cpu_s(pid: int) -> float:
    """Return the processor time that a process has used.

    Linux tells it of each thread by the nanosecond, others by hundredths of a second.
    """
    try:
        return sum(
            int(file.read_text().split()[0]) / 1e9
            for file in Path(f"/proc/{pid}/task").glob("*/schedstat")
        ) or _cpu_s_by_ticks(pid)
    except OSError:
        return _cpu_s_by_ticks(pid)


def _cpu_s_by_ticks(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


async def _look(running: Home, house: FarHouse, cost: Cost, seconds: float) -> None:
    """Add one look of so many seconds."""
    pids = (running.pid, house.pid)

    def used() -> list[float]:
        return [cpu_s(pid) for pid in pids]

    await running.call("bench_probe/lag")
    before, began = used(), now()
    await asyncio.sleep(seconds)
    after, ended = used(), now()
    late = await running.call("bench_probe/lag")
    took = ended - began
    percents = [100 * (b - a) / took for a, b in zip(before, after, strict=True)]
    cost.percent.append(percents[0])
    cost.simulator_percent.append(percents[1])
    cost.lag_ms.append(percentile(late, 99) * 1000)
    cost.per_s.append(await house.notified_per_s(began, ended))


async def _switch_on(house: FarHouse, before: int, number: int) -> None:
    for index in range(before + 1, number + 1):
        await house.control.do("power", boots=f"pair{index}", on=True)


async def _batches(pairs: list[Pair], do: Callable[[Pair], Awaitable[Any]]) -> None:
    turns = asyncio.Semaphore(START_AT_ONCE)

    async def one(pair: Pair) -> None:
        async with turns:
            await do(pair)

    await asyncio.gather(*(one(pair) for pair in pairs))


async def _in_session(resident: FarResident, pairs: list[Pair]) -> None:
    """Raise unless every pair's session runs."""
    states = await resident.home.states()
    for pair in pairs:
        phase = states[pair.entity("sensor.phase")]["state"]
        if phase != "running":
            raise RuntimeError(f"{pair.title} is not running but {phase}")


async def _ours(
    resident: FarResident, number: int, looks: int, seconds: float
) -> tuple[Cost, Cost]:
    """Run sessions on so many pairs; look at it with nobody and with one watching."""
    running, house = resident.home, resident.house
    await resident.add_all(number)
    pairs = await resident.pairs()

    async def start(pair: Pair) -> None:
        await resident.options(pair.entry_id, policy="direct")
        await resident.ready(pair, within_s=60)
        await running.service(
            "kumo_boots.start_session",
            {"duration": 20},
            target={"entity_id": pair.entity("switch.session")},
        )

    await _batches(pairs, start)
    await asyncio.sleep(SETTLE_S)
    alone, watched = Cost(), Cost()
    for _ in range(looks):
        await _in_session(resident, pairs)
        await _look(running, house, alone, seconds)
        end = await resident.watch(pairs[0], lambda message: None)
        await _look(running, house, watched, seconds)
        await end()
    await _in_session(resident, pairs)

    async def stop(pair: Pair) -> None:
        await resident.stop(pair)

    await _batches(pairs, stop)
    return alone, watched


async def measure(*, quick: bool) -> list[Row]:
    """Measure part (c)."""
    sizes = QUICK_SIZES if quick else SIZES
    looks, seconds = (1, 2.0) if quick else (3, 4.0)
    most = max(sizes)
    plan: dict[str, Any] = {
        "pairs": most,
        "proxies": -(-most // PAIRS_PER_PROXY),
        "rooms": True,
        "off": True,
    }
    without: dict[int, Cost] = {}
    costs: dict[int, tuple[Cost, Cost]] = {}
    async with FarHouse(**plan) as house, home(integration=False) as running:
        resident = FarResident(running, house)
        await resident.add_proxies()
        before = 0
        for number in sizes:
            await _switch_on(house, before, number)
            before = number
            await asyncio.sleep(SETTLE_S)
            without[number] = Cost()
            for _ in range(looks):
                await _look(running, house, without[number], seconds)
    async with FarHouse(**plan) as house, home() as running:
        resident = FarResident(running, house)
        before = 0
        for number in sizes:
            await _switch_on(house, before, number)
            before = number
            costs[number] = await _ours(resident, number, looks, seconds)
    return _rows(sizes, costs, without)


def _rows(
    sizes: tuple[int, ...],
    costs: dict[int, tuple[Cost, Cost]],
    without: dict[int, Cost],
) -> list[Row]:
    rows = []
    for number in sizes:
        for cost, who in zip(
            costs[number], ("nobody watches", "one live subscriber"), strict=True
        ):
            judged = number == JUDGED and cost is costs[number][0]
            what = f"{number} pair{'s' if number > 1 else ''} in session, {who}"
            rate = Samples.of(cost.per_s, "").median
            simulator = Samples.of(cost.simulator_percent, "").median
            rows.append(
                Row(
                    part=PART,
                    what=f"{what}: hass, of one core",
                    ours=cost.cpu,
                    reference=without[number].cpu,
                    kind="value",
                    figure=cost.cpu.median,
                    unit="%",
                    limit=LIMIT_PERCENT if judged else None,
                    note=f"{rate:.0f} notifications/s; the simulator took"
                    f" {simulator:.0f} % of a core",
                )
            )
            rows.append(
                Row(
                    part=PART,
                    what=f"{what}: lag of the loop, p99",
                    ours=cost.lag,
                    reference=without[number].lag,
                    kind="value",
                    figure=cost.lag.median,
                    unit="ms",
                    limit=LIMIT_LAG_MS if number == JUDGED else None,
                )
            )
            rows.append(
                Row(
                    part=PART,
                    what=f"{what}: hass, by notification",
                    ours=cost.each,
                    reference=None,
                    kind="value",
                    figure=cost.each.median,
                    unit="µs",
                )
            )
    if len(sizes) > 2:
        low, middle, high = sizes

        def slope(less: int, more: int) -> float:
            difference = costs[more][0].cpu.median - costs[less][0].cpu.median
            return difference / (more - less)

        rows.append(
            Row(
                part=PART,
                what=f"cost of one pair more, {middle} to {high} by {low} to {middle}",
                ours=Samples.of([slope(middle, high)], "% each"),
                reference=Samples.of([slope(low, middle)], "% each"),
                kind="ratio",
                figure=slope(middle, high) / slope(low, middle),
                limit=LIMIT_GROWTH,
                note="linear growth is × 1",
            )
        )
    return rows

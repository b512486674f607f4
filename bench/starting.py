"""(e) How far apart two legs begin to inflate, as the witness inside them saw it."""

import asyncio
from dataclasses import replace

from custom_components.kumo_boots.boots.pair import Pair
from custom_components.kumo_boots.boots.unit import Unit

from .boots import SETTINGS, SPEED, Library, library
from .samples import Samples
from .table import Row

PART = "e"
JITTER_MS = 200
LIMIT_GOOD_MS, LIMIT_JITTER_MS = 30.0, 250.0


async def _skews(made: Library, pair: Pair, starts: int, *, naive: bool) -> Samples:
    """Start and stop so many times; return how far apart the legs began, ms."""
    witness = made.house.witness
    skews = []
    for _ in range(starts):
        since = made.last()
        if naive:
            await asyncio.gather(*(_start_at_once(unit) for unit in pair.units))
        else:
            await pair.begin(SETTINGS)
        async with asyncio.timeout(10):
            while len(begun := witness.entries(since, kind="inflation")) < len(
                pair.units
            ):
                await asyncio.sleep(0.01)
        moments = [entry["t"] for entry in begun]
        skews.append((max(moments) - min(moments)) * 1000)
        await pair.stop()
    return Samples.of(skews, "ms")


async def _start_at_once(unit: Unit) -> None:
    """Start one leg as soon as it can be, as if there were no other."""
    await unit.ready(20)
    armed = await unit.arm(replace(SETTINGS, legs=SETTINGS.legs & unit.sides))
    await unit.start(armed, 0)


async def measure(*, quick: bool) -> list[Row]:
    """Measure part (e)."""
    starts = 3 if quick else 20
    rows = []
    for what, jitter_ms, limit in (
        ("good link", 0, LIMIT_GOOD_MS),
        (f"up to {JITTER_MS} ms of jitter each way", JITTER_MS, LIMIT_JITTER_MS),
    ):
        async with library(pairs=1, speed=SPEED) as made:
            pair = made.pair()
            release = pair.hold("bench")
            for unit in pair.units:
                await unit.ready(30)
            made.delay(0, jitter_ms)
            ours = await _skews(made, pair, starts, naive=False)
            naive = await _skews(made, pair, max(3, starts // 2), naive=True)
            made.delay(0)
            release()
            await pair.close()
        rows.append(
            Row(
                part=PART,
                what=f"start skew of two legs, the worst; {what}",
                ours=ours,
                reference=naive,
                kind="value",
                figure=ours.highest,
                unit="ms",
                limit=limit,
                note="reference: arm and start each leg at once, no common instant",
            )
        )
    return rows

"""The main job: discovers and adds the boots, asks, says yes, watches, stops."""

import asyncio
from functools import partial
from typing import Any

from ..home import PASSWORD, USER, Home, HomeError
from ..house import House
from ..resident import Resident
from ..show import Show
from .options import Options

MODE, TARGET_MMHG, MINUTES = "relax", 40, 20
CHECK_SESSION_S = 12
"""Long enough, at the default speed, for the first cycles to be seen."""
SOFTER_MMHG = 35
PAIRS_PER_PROXY = 4


async def play(options: Options, show: Show) -> None:
    """Live the whole session, in order."""
    proxies = -(-options.boots // PAIRS_PER_PROXY)
    async with (
        # Nine connections are the most that a real proxy can be set to.
        House(options.boots, proxies, speed=options.speed, slots=9) as house,
        Home(port=options.port) as home,
    ):
        print(f"✓ Home Assistant at {home.url} (user {USER}, password {PASSWORD})")
        resident = Resident(home, house)
        await show.step("Bluetooth proxies added", resident.add_proxies())
        for _ in range(options.boots):
            # Adding one pair takes the card of its other leg away, too.
            [flow, *_] = await show.step("boots discovered", resident.discovered(1))
            adding = await show.step("a pair added", resident.add(flow))
            name, took, _ = show.rows.pop()
            show.rows.append(
                (name, took, f"{adding.screens} screens, {adding.clicks} clicks")
            )
        pairs = await resident.pairs()
        await show.step("ready", _all(resident.ready(pair) for pair in pairs))
        for pair in pairs:
            await resident.set_up(
                pair, mode=MODE, target_mmhg=TARGET_MMHG, minutes=MINUTES
            )
        await show.step(
            "session asked for, waiting for an OK",
            _all(resident.ask(pair) for pair in pairs),
            f"{MODE}, {TARGET_MMHG} mmHg, {MINUTES} min",
        )
        if house.witness.entries(kind="inflation"):
            raise HomeError("something inflated before anybody said yes")
        await show.step(
            "confirmed and running", _all(resident.say_yes(pair) for pair in pairs)
        )
        ends = [await resident.watch(pair, partial(show.live, pair)) for pair in pairs]
        if options.check:
            await asyncio.sleep(CHECK_SESSION_S)
            for pair in pairs:
                await home.service(
                    "number.set_value",
                    {"value": SOFTER_MMHG},
                    target={"entity_id": pair.entity("number.target_pressure")},
                )
            await show.until_full()
        else:
            print(f"  {home.url} shows it too; Ctrl-C ends the show")
            await home.until(
                lambda states: all(
                    states[pair.entity("sensor.phase")]["state"] == "ready"
                    for pair in pairs
                ),
                "the sessions end",
                within_s=MINUTES * 60 / options.speed + 60,
            )
        for end in ends:
            await end()
        show.over()
        if options.check:
            await show.step(
                "stopped and empty", _all(resident.stop(pair) for pair in pairs)
            )
        await resident.all_empty()
        _testify(house, show, stopped=options.check)
        show.table()
        if not options.check:
            print(
                f"\nServing {home.url} (user {USER}, password {PASSWORD}) until Ctrl-C"
            )
            await show.until_interrupted()


async def _all(doings: Any) -> None:
    await asyncio.gather(*doings)


def _asked(inflation: dict[str, Any]) -> list[str]:
    """Return the requests that led a unit to inflate."""
    return [request[0] for request in inflation.get("requests", ())]


def _testify(house: House, show: Show, *, stopped: bool) -> None:
    """Judge by the witness; raise HomeError where it saw something else."""
    for name, boots in house.boots.items():
        started = house.witness.entries(boots=name, kind="inflation")
        ended = house.witness.entries(boots=name, kind="ended")
        empty = house.witness.entries(boots=name, kind="empty")
        if [_asked(entry) for entry in started] != [["arm", "start"]]:
            raise HomeError(f"{name} inflated otherwise than asked: {started}")
        if len(ended) != 1 or len(empty) != 1 or not boots.body.empty:
            raise HomeError(f"{name} is not empty: {ended} {empty}")
        peak = max((max(peaks) for peaks in ended[0]["peaks_mmhg"].values()), default=0)
        if not TARGET_MMHG / 2 < peak < TARGET_MMHG + 10:
            raise HomeError(f"{name} reached {peak} mmHg")
        told = f"peak {peak:.0f} mmHg, empty after {empty[0]['after_ms'] / 1000:.1f} s"
        if stopped:
            told += f", valves open {ended[0]['open_ms']:.0f} ms after the stop came"
        show.rows.append((f"witness in {name}", 0, told))
    for skew in house.witness.entries(kind="skew"):
        show.rows.append(
            (
                f"witness: {skew['boots']} and {skew['other']}",
                0,
                f"{skew['ms']:.0f} ms apart",
            )
        )

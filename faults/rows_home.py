"""Faults of Home Assistant and of its host."""

import asyncio
from datetime import timedelta

from firmware import obp

from .clock import ZONE, last_change
from .rows import row
from .scene import Scene

HOUR_S = 3600
BEFORE_CHANGE_S = 5
CALM_S = 3.0
"""Longer than a state stays fresh."""


@row("our entry reloaded", begins=1, seconds=15)
async def reloaded(scene: Scene) -> None:
    """The air is let out first; then it waits to be asked."""
    await scene.run()
    await scene.full()
    await scene.reload(scene.pair.entry_id)
    await scene.empties("let out")
    await scene.ready()


@row(
    "Home Assistant killed and started",
    alone=True,
    outages=1,
    fewest=0,
    begins=1,
    seconds=30,
)
async def killed(scene: Scene) -> None:
    """The boots vent without it; started again, it finds them and begins nothing.

    Its first attempt may find the boots held by the link of the one that was killed.
    """
    await scene.run()
    await scene.full()
    await scene.ground.kill()
    await scene.empties()
    await scene.ground.start()
    await scene.ready()


@row("Home Assistant stopped and started", alone=True, begins=1, seconds=25)
async def restarted(scene: Scene) -> None:
    """It lets the air out before it ends."""
    await scene.run()
    await scene.full()
    await scene.ground.stop()
    await scene.empties("let out", 1.0)
    await scene.ground.start()
    await scene.ready()


@row("Home Assistant frozen for 3 s", alone=True, outages=0, seconds=20)
async def frozen_3_s(scene: Scene) -> None:
    """Shorter than the lease: it goes on."""
    await scene.run()
    scene.ground.freeze()
    await asyncio.sleep(3)
    scene.ground.thaw()
    await asyncio.sleep(CALM_S)
    scene.went_on()
    await scene.stop()


@row("Home Assistant frozen for 15 s", alone=True, seconds=35)
async def frozen_15_s(scene: Scene) -> None:
    """Longer than the lease: the boots vent, and that is said."""
    await scene.run()
    await scene.full()
    scene.ground.freeze()
    try:
        await scene.empties()
        ended = scene.entries("ended")
        await asyncio.sleep(max(0.0, 15 - obp.LEASE_MS / 1000))
    finally:
        scene.ground.thaw()
    await scene.ready()
    causes = {str(entry["cause"]) for entry in ended}
    scene.note(", ".join(sorted(causes)), causes == {"lease_expired"})
    await scene.says("lease")


async def _clock(scene: Scene) -> None:
    """Start Home Assistant anew with a clock that can be stepped, once."""
    clock = scene.ground.need_clock()
    home = scene.ground.home
    if home.environment != clock.environment:
        await scene.ground.stop()
        home.environment = clock.environment
        await scene.ground.start()
        await scene.ready()


async def _stepped(scene: Scene, seconds: int) -> None:
    await _clock(scene)
    clock = scene.ground.need_clock()
    await scene.run()
    clock.step(seconds)
    await asyncio.sleep(CALM_S)
    scene.went_on()
    await scene.stop()
    # The same while a request waits.
    await scene.ask()
    clock.step(-seconds)
    await asyncio.sleep(CALM_S)
    waits = scene.shows()
    scene.note(f"a request: {waits}", waits == "awaiting")
    if error := await scene.yes():
        scene.note(error, False)
    await scene.runs()
    await scene.stop()


@row("clock stepped 1 h ahead", alone=True, begins=1, seconds=35)
async def ahead(scene: Scene) -> None:
    """The session goes by the boots' clock, and by one that is never stepped."""
    await _stepped(scene, HOUR_S)


@row("clock stepped 1 h back", alone=True, begins=1, seconds=25)
async def back(scene: Scene) -> None:
    """The same."""
    await _stepped(scene, -HOUR_S)


@row("across a change of daylight saving", alone=True, begins=1, seconds=30)
async def daylight_saving(scene: Scene) -> None:
    """An hour is there twice, or not at all; the session does not notice."""
    await _clock(scene)
    clock, home = scene.ground.need_clock(), scene.ground.home
    before = (await home.call("get_config"))["time_zone"]
    await home.call("config/core/update", time_zone=ZONE)
    change = last_change(clock.now)
    clock.set(change - timedelta(seconds=BEFORE_CHANGE_S))
    await scene.run()
    await scene.until(lambda: clock.now > change, "the clocks were changed")
    await asyncio.sleep(CALM_S)
    scene.went_on()
    await scene.stop()
    await home.call("config/core/update", time_zone=before)

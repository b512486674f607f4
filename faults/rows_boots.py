"""Faults of the boots and of what they say."""

import asyncio
from collections.abc import Callable

from firmware import obp
from simulator.faults import FrameFault

from .rows import Play, row
from .scene import LEASE_AND_VENT_S, TARGET_MMHG, Scene

SPOILT_S = 5.0
"""How long frames are spoilt: longer than a state is fresh."""
HELD_S = 90.0


@row("unit reboots", outages=1, seconds=25)
async def reboot(scene: Scene) -> None:
    """Both legs vent; nothing begins when it is up again."""
    await scene.run()
    await scene.full()
    await scene.left.faults.reboot(off_s=2)
    await scene.empties("both vented")
    await scene.says("leg_lost", "restarted")
    await scene.ready()


def _spoilt(how: FrameFault, value: float) -> Play:
    async def play(scene: Scene) -> None:
        await scene.run()
        for unit in scene.units:
            unit.faults.frames(how, value)
        await asyncio.sleep(SPOILT_S)
        causes = {str(entry["cause"]) for entry in scene.entries("ended")}
        scene.note(
            f"ended ({', '.join(sorted(causes))})" if causes else "goes on", True
        )
        await scene.stop()

    return play


for _name, _how, _value in (
    ("frames corrupt (1 in 3)", "corrupt", 0.33),
    ("frames truncated (1 in 3)", "truncate", 0.33),
    ("frames duplicated", "duplicate", 1.0),
    ("frames up to 1.5 s late, out of order", "delay", 1500.0),
):
    row(_name, seconds=14)(_spoilt(_how, _value))


@row("unknown version of the profile", outages=1, seconds=50)
async def version(scene: Scene) -> None:
    """It is not understood, so that nothing is started; a person is told."""
    scene.left.faults.version(9)
    await scene.ask()
    error = await scene.yes()
    begun = scene.entries("inflation")
    scene.note(f"{error}: {len(begun)} legs", bool(error) and not begun)
    await scene.stop()
    scene.left.faults.version(None)


@row("silence, the link up", seconds=40)
async def silence(scene: Scene) -> None:
    """No state for 3 s is unknown; without heartbeats the boots vent."""
    await scene.run()
    await scene.full()
    scene.left.faults.frames("lose", 1.0)
    await scene.empties()
    await scene.stop()
    scene.left.faults.frames("none")
    await scene.ready()


async def _faulted(
    scene: Scene, what: Callable[[], object], within_s: float, *, measured: bool = True
) -> None:
    """Wait until the fault ends the session and is shown; mend, clear on the boots.

    ``measured``: whether the boots can still tell that they are empty.
    """
    await scene.run()
    await scene.full()
    what()
    await scene.until(
        lambda: scene.left.unit.faults & obp.BLOCKING, "the unit notices", within_s
    )
    await scene.empties("both vented")
    await scene.says("fault", "over_pressure")
    if measured:
        await scene.shown("fault")
    else:
        await scene.told()
    scene.left.faults.repair()
    scene.left.faults.drain(90)
    await scene.acknowledge()
    await scene.ready()


@row("a valve sticks open (does not fill)", seconds=30)
async def stuck_open(scene: Scene) -> None:
    """Noticed after three cycles."""
    await _faulted(scene, lambda: scene.left.faults.stick(2, "open"), HELD_S)


@row("over-pressure", seconds=15)
async def over_pressure(scene: Scene) -> None:
    """The session ends at once."""
    await _faulted(scene, lambda: scene.left.faults.overpressure(chamber=2), 10)


@row("a sensor fails", seconds=30)
async def sensor(scene: Scene) -> None:
    """The session ends at once; that nobody knows whether the boots are empty is told."""
    await _faulted(scene, lambda: scene.left.faults.sensor(1), 10, measured=False)


@row("battery empty", seconds=15)
async def battery(scene: Scene) -> None:
    """The session ends."""
    await _faulted(scene, lambda: scene.left.faults.drain(3), 15)


@row("a chamber does not empty", seconds=50)
async def not_emptying(scene: Scene) -> None:
    """A stop that leaves air in is told, and confirmed once the air is out."""
    await scene.run()
    await scene.full()
    scene.left.faults.stick(2, "closed")
    held = scene.left.body.truth[0][1]
    await scene.stop()
    scene.note(f"{held:.0f} mmHg held", held > TARGET_MMHG / 3)
    scene.left.faults.repair()
    await scene.empties("mended, empty", LEASE_AND_VENT_S)
    await scene.acknowledge()
    await scene.ready()

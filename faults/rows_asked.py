"""Too much at once: requests, starts and stops that race, commands without end."""

import asyncio
from time import monotonic

from .rows import row
from .scene import MINUTES, Scene
from .verdict import Yes

OFFSETS_S = (0.0, 0.02, 0.1, 0.4, 0.8)
"""How long after the yes the stop is pressed."""
COMMANDS = 100
FLOOD_STOP_S = 1.0
"""A stop waits behind nothing."""


@row("two requests at once", seconds=15)
async def two_requests(scene: Scene) -> None:
    """Two people ask, and two say yes: it begins once."""
    await scene.let_go(False)
    await scene.set_up()
    asked = await asyncio.gather(
        *(scene.do("switch.turn_on", "switch.session") for _ in range(2))
    )
    await scene.until_shows("awaiting")
    scene.yeses.append(Yes(monotonic()))
    said = await asyncio.gather(*(scene.press("confirm_session") for _ in range(2)))
    await scene.runs()
    answers = ", ".join(error or "ok" for error in (*asked, *said))
    scene.note(
        f"{answers}: {len(scene.entries('inflation'))} legs", said.count("") == 1
    )
    await scene.stop()


@row("start and stop race", seconds=25)
async def race(scene: Scene) -> None:
    """Whoever is first: after the stop was answered all are empty and stay so."""
    for offset in OFFSETS_S:
        await scene.ask()

        async def late_stop(after_s: float) -> None:
            await asyncio.sleep(after_s)
            await scene.stop()

        await asyncio.gather(scene.yes(), late_stop(offset))
        await scene.ready()
    legs = len(scene.entries("inflation"))
    scene.note(f"{legs} legs began in {len(OFFSETS_S)} races", True)


@row("100 commands in a second, then stop", seconds=20)
async def flood(scene: Scene) -> None:
    """None is lost in Home Assistant, and the stop passes them all."""
    await scene.run()
    await scene.full()
    began = monotonic()
    flood = [
        asyncio.create_task(command)
        for number in range(COMMANDS // 4)
        for command in (
            scene.do(
                "number.set_value",
                "number.target_pressure",
                {"value": 20 + 5 * (number % 3)},
            ),
            scene.do(
                "number.set_value", "number.duration", {"value": MINUTES - number % 3}
            ),
            scene.do("switch.turn_on", "switch.session"),
            scene.press("confirm_session"),
        )
    ]
    await asyncio.sleep(max(0.0, began + 1 - monotonic()))
    pressed = monotonic()
    stopping = asyncio.create_task(scene.stop())
    await scene.until(
        lambda: all(
            any(entry["t"] > pressed for entry in scene.entries("stop", unit))
            for unit in scene.units
        ),
        "the stop arrived at both legs",
    )
    arrived = max(
        next(e["t"] for e in scene.entries("stop", unit) if e["t"] > pressed)
        for unit in scene.units
    )
    await stopping
    answers = await asyncio.gather(*flood)
    scene.note(
        f"{len(answers)} answered, stop arrived after {arrived - pressed:.2f} s",
        len(answers) == COMMANDS and arrived - pressed < FLOOD_STOP_S,
    )

"""The main job, shown: virtual boots in a real Home Assistant.

Discovers and adds the boots, asks for an evening session, says yes, shows it live,
and stops it. What is reported at the end is what the witness inside the boots saw.
"""

import argparse
import asyncio
from collections.abc import Awaitable
import contextlib
from functools import partial
import signal
import sys
from time import monotonic
from typing import Any

from .home import PASSWORD, USER, Home, HomeError
from .house import House
from .resident import Pair, Resident

MODE, TARGET_MMHG, MINUTES = "relax", 40, 20
CHECK_LIMIT_S = 240
CHECK_SESSION_S = 12
"""Long enough, at the default speed, for the first cycles to be seen."""
SOFTER_MMHG = 35
PAIRS_PER_PROXY = 4


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="unattended and bounded; an exit code"
    )
    parser.add_argument("--boots", type=int, default=1, metavar="N", help="pairs (1)")
    parser.add_argument(
        "--speed",
        type=float,
        default=10,
        metavar="X",
        help="pneumatics and programme run so much faster (10); 1 is real time",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="Home Assistant's port (a free one)"
    )
    parsed = parser.parse_args()
    if not 1 <= parsed.boots <= 32:
        parser.error("--boots is 1 to 32 pairs")
    if not 0.5 <= parsed.speed <= 60:
        parser.error("--speed is 0.5 to 60")
    return parsed


class Show:
    """The terminal: steps that take time, then a line per leg."""

    def __init__(self) -> None:
        """Begin with an empty page."""
        self.rows: list[tuple[str, float, str]] = []
        self._live: dict[str, tuple[str, dict[str, Any]]] = {}
        self._drawn = 0
        self._last = 0.0
        self._tty = sys.stdout.isatty()

    async def step[T](self, name: str, doing: Awaitable[T], told: str = "") -> T:
        """Do one step and say how long it took."""
        print(f"… {name}", end="\r" if self._tty else "\n", flush=True)
        began = monotonic()
        result = await doing
        took = monotonic() - began
        self.rows.append((name, took, told))
        print(f"✓ {name} ({took:.1f} s) {told}", flush=True)
        return result

    def live(self, pair: Pair, message: dict[str, Any]) -> None:
        """Take one live message and draw: all of them on a terminal, some elsewhere."""
        self._live[pair.entry_id] = (pair.title, message)
        now = monotonic()
        if now - self._last < (0.2 if self._tty else 2):
            return
        self._last = now
        lines = [
            _leg_line(title, side, leg, told["session"])
            for title, told in self._live.values()
            for side, leg in told["legs"].items()
        ]
        if self._tty and self._drawn:
            sys.stdout.write(f"\x1b[{self._drawn}A")
        for line in lines:
            print(f"\x1b[2K{line}" if self._tty else line, flush=True)
        self._drawn = len(lines)

    async def until_full(self) -> None:
        """Wait until a leg holds its air: the hardest moment to stop in."""
        while not any(
            leg["phase"] == "holding"
            for _, told in self._live.values()
            for leg in told["legs"].values()
        ):
            await asyncio.sleep(0.05)

    def over(self) -> None:
        """Let the live lines stand as they are."""
        self._drawn = 0
        self._live.clear()

    def table(self) -> None:
        """Print the summary."""
        width = max(len(name) for name, _, _ in self.rows)
        print()
        for name, took, told in self.rows:
            print(f"  {name:<{width}}  {took:6.1f} s  {told}")


def _leg_line(
    title: str, side: str, leg: dict[str, Any], session: dict[str, Any]
) -> str:
    pressures = leg["pressures_mmhg"] or []
    bars = " ".join(
        f"{'▸' if zone in leg['active_zones'] else ' '}"
        + ("  ?" if value is None else f"{max(0, value):3.0f}")
        for zone, value in enumerate(pressures, 1)
    )
    left = leg["remaining_s"]
    clock = "--:--" if left is None else f"{left // 60:02d}:{left % 60:02d}"
    return (
        f"  {title[:20]:<20} {side:<5} {leg['phase']:<10} [{bars} ] mmHg  "
        f"{clock} left  ({session['phase']})"
    )


async def evening(options: argparse.Namespace, show: Show) -> None:
    """Live the whole evening, in order."""
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
            await asyncio.Event().wait()


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


async def run(options: argparse.Namespace) -> int:
    """Run until the end, the limit, or a signal; return the exit code."""
    show = Show()
    task = asyncio.create_task(evening(options, show))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        limit = CHECK_LIMIT_S + 30 * options.boots if options.check else None
        async with asyncio.timeout(limit):
            await task
    except asyncio.CancelledError:
        print("\nstopped: Home Assistant has let the air out and ended")
        return 130 if options.check else 0
    except (HomeError, TimeoutError) as error:
        print(f"\n✗ {error or 'took too long'}", file=sys.stderr)
        return 1
    return 0


def main() -> None:
    """Run the demo."""
    options = arguments()
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(run(options)))


if __name__ == "__main__":
    main()

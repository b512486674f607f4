"""The terminal of the demo: steps that take time, then a line per leg."""

import asyncio
from collections.abc import Awaitable
import sys
from time import monotonic
from typing import Any

from .resident import Pair


class Show:
    """What is printed, live and at the end."""

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

    async def until_interrupted(self) -> None:
        """Leave everything as it is until Ctrl-C."""
        await asyncio.Event().wait()

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

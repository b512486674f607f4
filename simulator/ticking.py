"""How time passes for a virtual unit: the more it has to do, the finer its ticks."""

import asyncio
from collections.abc import Callable
from math import ceil
from time import monotonic

from .witness import CYCLING

# How often the unit is ticked, s: it cycles, something waits for a moment to come,
# somebody is connected, nobody is.
TICK_RUNNING_S = 0.025
TICK_ARMED_S = 0.005
TICK_CONNECTED_S = 0.05
TICK_ALONE_S = 0.1
# The firmware sees no longer step of its programme clock than this, whatever the
# speed: a real one is ticked as often.
PROGRAMME_STEP_S = 0.05
# What is made up for after the process was held up; the rest of the time is lost.
LONGEST_STEP_S = 2.0

_ARMED = 2
_VENTING = 8


def now_ms() -> int:
    """Return the time by the firmware's own clock, ms."""
    return int(monotonic() * 1000)


def pace_of(phase: int, *, running: bool, empty: bool, connected: bool) -> float:
    """Return how long a unit may go without a tick, s.

    ``running`` is whether it inflates by now, ``empty`` whether it holds no air.
    """
    cycling = phase in CYCLING
    # A start waits for its moment: both legs of a pair are to hit it.
    if phase == _ARMED or (cycling and not running):
        return TICK_ARMED_S
    if cycling or phase == _VENTING or not empty:
        return TICK_RUNNING_S
    return TICK_CONNECTED_S if connected else TICK_ALONE_S


class Ticking:
    """The two clocks of one unit: its own, and that of the programme, which is sped up."""

    def __init__(
        self,
        speed: float,
        *,
        step: Callable[[float, int, int], None],
        ticked: Callable[[], None],
        pace: Callable[[], float],
    ) -> None:
        """``step`` lets a part of a tick pass: programme time, s, and both clocks, ms.

        ``ticked`` is called after each tick; ``pace`` tells when the next is due, s.
        """
        self._speed = speed
        self._step = step
        self._ticked = ticked
        self._pace = pace
        self._programme_s = 0.0
        self._last = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Let time pass from now on."""
        self._last = monotonic()
        self._tick()

    def stop(self) -> None:
        """Let no time pass any more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def hurry(self) -> None:
        """Look at the pace again: it may have become faster."""
        due = asyncio.get_running_loop().time() + self._pace()
        if self._timer and self._timer.when() > due:
            self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_at(due, self._tick)

    def _tick(self) -> None:
        now = monotonic()
        passed = min(now - self._last, LONGEST_STEP_S)
        self._last = now
        self._pass(passed)
        self._ticked()
        self._timer = asyncio.get_running_loop().call_later(self._pace(), self._tick)

    def _pass(self, passed_s: float) -> None:
        programme = passed_s * self._speed
        steps = max(1, ceil(programme / PROGRAMME_STEP_S))
        now = now_ms()
        for step in range(1, steps + 1):
            self._programme_s += programme / steps
            behind = passed_s * (steps - step) / steps
            self._step(
                programme / steps,
                now - int(behind * 1000),
                int(self._programme_s * 1000),
            )

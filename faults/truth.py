"""What the boots truly do, and for how long Home Assistant showed something else."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from firmware import obp
from simulator.house import Boots

LOOK_S = 0.05
NOISE_MMHG = 5.0
"""Below this a chamber is empty (Open Boots Profile, R10)."""

WRONG: Mapping[str, frozenset[str]] = {
    "running": frozenset({"ready", "awaiting", "paused", "fault"}),
    "paused": frozenset({"ready", "awaiting", "running", "fault"}),
    "venting": frozenset({"ready", "awaiting", "running"}),
    "fault": frozenset({"ready", "awaiting", "running", "paused"}),
    "empty": frozenset({"running", "paused", "fault"}),
}
"""What must not be shown while the boots do this. *Unknown* is never wrong, nor is
*starting* or *letting air out*: both say that something is under way, not that it is
done."""


def truth(units: Sequence[Boots]) -> str:
    """Return what a pair of boots truly does, by its valves, pump and chambers."""
    powered = [boots for boots in units if boots.on]
    if any(boots.witness.running for boots in units):
        return "running"
    if any(boots.unit.phase == obp.PAUSED for boots in powered):
        return "paused"
    if any(boots.unit.phase == obp.FAULT for boots in powered):
        return "fault"
    if any(boots.body.highest_mmhg > NOISE_MMHG for boots in units):
        return "venting"
    return "empty"


@dataclass
class Lie:
    """The longest time that something wrong was shown without a break."""

    seconds: float = 0.0
    what: str = ""


class Comparison:
    """Compares, twenty times a second, what is shown with what is true."""

    def __init__(self, units: Sequence[Boots], shown: Callable[[], str | None]) -> None:
        """Compare these boots with what ``shown`` returns (None: nothing)."""
        self._units = units
        self._shown = shown
        self._since: float | None = None
        self.worst = Lie()
        self.late_s = 0.0
        """How late this process was at worst, on a machine that is busy."""
        self._task = asyncio.create_task(self._look())

    def close(self) -> None:
        """Look no more."""
        self._task.cancel()

    async def _look(self) -> None:
        while True:
            before = monotonic()
            self._compare(before)
            await asyncio.sleep(LOOK_S)
            self.late_s = max(self.late_s, monotonic() - before - LOOK_S)

    def _compare(self, now: float) -> None:
        shown, true = self._shown(), truth(self._units)
        if shown is None or shown not in WRONG[true]:
            self._since = None
            return
        if shown == "fault" and not all(boots.connection for boots in self._units):
            # Whoever cannot ask goes by what was said last.
            self._since = None
            return
        self._since = self._since or now
        if now - self._since >= self.worst.seconds:
            self.worst = Lie(now - self._since, f"{shown} while {true}")

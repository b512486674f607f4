"""Heartbeats: how the boots know that this controller still watches."""

import asyncio
from collections.abc import Callable
import logging

from .any_unit import AnyUnit
from .errors import BootsError
from .run import FRESH_S

_LOGGER = logging.getLogger(__name__)

LOOK_S = 0.25
"""How soon a unit that was away gets its heartbeat after it is heard again."""


class Heartbeat:
    """One loop per unit, so that one unit's slow link does not starve the other."""

    def __init__(self, may_beat: Callable[[AnyUnit], bool]) -> None:
        """Beat for the units of which ``may_beat`` says so at that moment."""
        self._may_beat = may_beat
        self._tasks: dict[AnyUnit, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def watch(self, unit: AnyUnit) -> None:
        """Begin to beat for a unit, unless it listens to nobody."""
        if unit.capabilities is not None and not unit.capabilities.lease_s:
            return
        self._tasks[unit] = asyncio.create_task(self._beat(unit))

    def end(self) -> None:
        """End all heartbeats."""
        for task in self._tasks.values():
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
        self._tasks.clear()

    async def close(self) -> None:
        """End all heartbeats and wait until they have."""
        self.end()
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _beat(self, unit: AnyUnit) -> None:
        """Beat every quarter of the lease, only while the unit's state is fresh (R39)."""
        # A cancellation can be lost to a stop that overtakes the heartbeat.
        while self._tasks.get(unit) is asyncio.current_task():
            capabilities = unit.capabilities
            if (
                capabilities is None
                or not unit.fresh(FRESH_S)
                or not self._may_beat(unit)
            ):
                await asyncio.sleep(LOOK_S)
                continue
            try:
                await unit.heartbeat()
            except BootsError as error:
                # What it means for the session shows in what the boots report.
                _LOGGER.debug("%s: heartbeat: %s", unit.name, error)
            await asyncio.sleep(capabilities.lease_s / 4)

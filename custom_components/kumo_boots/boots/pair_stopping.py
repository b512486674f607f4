"""The stop of a pair: of every unit that holds air, or may, or can still be reached.

Each unit repeats its own stop (``Stopping``); here is which units must report empty,
which are only looked for, and what a stop that failed on some of them means.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
import logging

from .any_unit import AnyUnit
from .errors import BootsError, NotSeenError, StopNotConfirmedError
from .model import Phase
from .pair_state import at_rest
from .together import side_of

_LOGGER = logging.getLogger(__name__)

RECENT_S = 300.0
"""Boots heard within this long were there a moment ago: whoever asks for a stop is
told when they cannot be reached now."""
LOOK_S = 0.25
"""How often a unit that is looked for is looked at."""
LEASES_TO_TRUST = 3
"""After this many leases of silence a unit that vents on silence is left alone when
the pair is closed; a stop that somebody asks for still wants it measured."""


class PairStopping:
    """The stops of a pair's units; they go on whatever becomes of who asked."""

    def __init__(
        self,
        units: Sequence[AnyUnit],
        limit_s: float,
        *,
        commanded: Callable[[], bool],
        changed: Callable[[], None],
    ) -> None:
        """``limit_s`` is how long a person waits for *empty*, s.

        ``commanded`` tells whether a command to the pair is under way; ``changed`` is
        called when a stop is over.
        """
        self.limit_s = limit_s
        self._units = units
        self._commanded = commanded
        self._changed = changed
        self._tasks: set[asyncio.Task[object]] = set()
        self._looking: dict[AnyUnit, asyncio.Task[object]] = {}
        """The latest stop that looks for a unit, perhaps over by now."""
        self._touched: set[AnyUnit] = set()
        """Units that were told to arm and have not shown since what came of it."""

    @property
    def tasks(self) -> frozenset[asyncio.Task[object]]:
        """Return what is under way."""
        return frozenset(self._tasks)

    @property
    def active(self) -> bool:
        """Return whether a stop is still being repeated."""
        return bool(self._tasks) or any(unit.stopping for unit in self._units)

    def touch(self, units: Iterable[AnyUnit]) -> None:
        """Note that units may inflate from now on, whatever they report."""
        self._touched.update(units)

    def trust(self, units: Iterable[AnyUnit]) -> None:
        """Note that what units report can be believed again."""
        self._touched.difference_update(units)

    def may_hold_air(self, unit: AnyUnit) -> bool:
        """Return whether a unit has not reported empty since it might hold air."""
        if (
            unit in self._touched
            and unit.connected
            and at_rest(unit.state)
            and not (unit.stopping or self._commanded() or self._tasks)
        ):
            # A stop that was not confirmed in time has been since.
            self._touched.discard(unit)
        if unit in self._touched:
            return True
        # Of a unit that is away and never told anything there is nothing to fear.
        return not at_rest(unit.state) and (
            unit.connected or unit.state.phase is not Phase.UNKNOWN
        )

    async def arrived(self, units: Iterable[AnyUnit]) -> None:
        """Return when no stop looks for these units, which are connected, any more."""
        if looking := [self._looking[unit] for unit in units if unit in self._looking]:
            await asyncio.wait(looking)

    def begin(self) -> asyncio.Task[object]:
        """Stop all units in the background."""
        return self._background(self.stop())

    def begin_one(self, unit: AnyUnit) -> asyncio.Task[object]:
        """Stop one unit in the background, until it reports empty."""
        return self._background(unit.stop(self.limit_s))

    async def stop(self) -> tuple[AnyUnit, ...]:
        """Stop all units; see ``Pair.stop``."""
        until = asyncio.get_running_loop().time() + self.limit_s
        must = [unit for unit in self._units if self._must_empty(unit)]
        stops = {
            unit: self.begin_one(unit)
            if unit in must
            else self._background(self._reach_and_stop(unit))
            for unit in self._units
        }
        await asyncio.wait(stops.values())
        # A leg that reported empty first may let air out again when the last one does.
        left_s = until - asyncio.get_running_loop().time()
        again = [unit for unit in stops if unit.state.phase is Phase.VENTING]
        for unit in again if left_s > 0 else ():
            if unit.connected and _error(stops[unit]) is None:
                stops[unit] = self._background(unit.stop(left_s))
        await asyncio.wait(stops.values())
        errors = {unit: error for unit in stops if (error := _error(stops[unit]))}
        self.trust(unit for unit in stops if unit not in errors)
        if failed := [unit for unit in errors if unit in must or unit.stopping]:
            raise StopNotConfirmedError(side=side_of(failed))
        return tuple(unit for unit in errors if _suspicious(unit, errors[unit]))

    def _must_empty(self, unit: AnyUnit) -> bool:
        """Whether a stop goes on until the unit has reported empty."""
        return (
            unit.connected
            or unit.doubtful
            or self.may_hold_air(unit)
            or (unit.state.phase is Phase.UNKNOWN and unit.in_sight)
        )

    async def _reach_and_stop(self, unit: AnyUnit) -> None:
        """Stop a unit that holds no air as far as is known, if it is there at all.

        Fails at once when it is not. It is looked for a little longer then, but
        not for ever: the stop would meet a session that somebody starts later.
        """
        until = asyncio.get_running_loop().time() + self.limit_s
        try:
            await unit.ready(self.limit_s)
        except BootsError:
            look = self._background(self._stop_when_seen(unit, until))
            self._looking[unit] = look
            raise
        # It was there after all: its stop goes on, however late it was reached.
        await unit.stop(until - asyncio.get_running_loop().time())

    async def _stop_when_seen(self, unit: AnyUnit, until: float) -> None:
        """Stop a unit if it can be reached before then."""
        release = unit.hold("stop")
        try:
            async with asyncio.timeout_at(until):
                while not unit.connected:
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            return
        finally:
            release()
        await unit.stop(self.limit_s)

    def _background(self, job: Coroutine[None, None, object]) -> asyncio.Task[object]:
        task = asyncio.create_task(job, eager_start=True)
        self._tasks.add(task)
        task.add_done_callback(self._stopped)
        return task

    def _stopped(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if error := _error(task):
            _LOGGER.debug("Stop: %s", error)
        self._changed()


def vented_unseen(unit: AnyUnit) -> bool:
    """Return whether a unit has let its air out by itself, out of sight.

    A unit that vents on its controller's silence has done so long ago when it
    was last heard several leases before now.
    """
    capabilities = unit.capabilities
    return (
        capabilities is not None
        and capabilities.fail_safes.vents_on_silence
        and unit.silent_s >= LEASES_TO_TRUST * capabilities.lease_s
    )


def _suspicious(unit: AnyUnit, error: BaseException) -> bool:
    """Whether a unit that could not be reached may run for all we know.

    Boots that are switched off are a normal state; but somebody may have started
    them, on the boots themselves or from another app, since they were heard last.
    """
    return (
        unit.state.phase is Phase.UNKNOWN
        or not isinstance(error, NotSeenError)
        or unit.heard(RECENT_S)
    )


def _error(task: asyncio.Task[object]) -> BaseException | None:
    """Return what a finished task failed with."""
    return asyncio.CancelledError() if task.cancelled() else task.exception()

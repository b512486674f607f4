"""One or two units as one pair of boots."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence

from .any_unit import AnyUnit
from .errors import (
    BootsError,
    LinkLostError,
    NotSeenError,
    StoppedError,
    WrongPhaseError,
)
from .limits import check_legs, check_settings
from .listeners import Listeners
from .model import Capabilities, Settings, Side
from .pair_capabilities import intersect
from .pair_state import IN_SESSION, PairState, Part, merge
from .pair_stopping import PairStopping, vented_unseen
from .starting import start_together
from .together import each, settle, side_of

__all__ = ["Pair", "PairState"]


class Pair:
    """One pair of boots: one unit for both legs, or one unit per leg."""

    def __init__(
        self,
        units: Sequence[AnyUnit],
        *,
        ready_timeout_s: float = 20.0,
        stop_limit_s: float = 15.0,
    ) -> None:
        """Take the units.

        ``ready_timeout_s`` is how long a start may take to connect;
        ``stop_limit_s`` how long a person waits for *empty*, s.
        """
        self._units = tuple(units)
        self._ready_timeout_s = ready_timeout_s
        self._state: PairState | None = None
        self._listeners = Listeners[[]]()
        self._lock = asyncio.Lock()
        self._commands: set[asyncio.Task[None]] = set()
        self._stopping = PairStopping(
            self._units,
            stop_limit_s,
            commanded=lambda: bool(self._commands),
            changed=self._changed,
        )
        self._removers = [unit.listen(self._changed) for unit in self._units]

    @property
    def units(self) -> tuple[AnyUnit, ...]:
        """Return the physical units."""
        return self._units

    @property
    def state(self) -> PairState:
        """Return what the boots reported last."""
        if self._state is None:
            self._state = merge(
                [
                    Part(
                        sides=unit.sides,
                        state=unit.state,
                        connected=unit.connected,
                        available=unit.available,
                        doubtful=unit.doubtful,
                    )
                    for unit in self._units
                ]
            )
        return self._state

    @property
    def capabilities(self) -> Capabilities | None:
        """Return what all units can do; None until every unit has said it."""
        known = [unit.capabilities for unit in self._units]
        return (
            intersect([capabilities for capabilities in known if capabilities])
            if (all(known))
            else None
        )

    @property
    def by_hand(self) -> bool:
        """Return whether a person does what is asked, in their own time."""
        return self.capabilities is not None and self.capabilities.by_hand

    @property
    def sides(self) -> frozenset[Side]:
        """Return the legs the units serve."""
        return frozenset[Side]().union(*(unit.sides for unit in self._units))

    @property
    def bench_only(self) -> bool:
        """Return whether any unit lacks a fail-safe that boots need to be worn."""
        return any(unit.bench_only for unit in self._units)

    @property
    def stopping(self) -> bool:
        """Return whether a stop is still being repeated."""
        return self._stopping.active

    @property
    def stop_limit_s(self) -> float:
        """Return how long a person waits for *empty*, s."""
        return self._stopping.limit_s

    @stop_limit_s.setter
    def stop_limit_s(self, seconds: float) -> None:
        self._stopping.limit_s = seconds

    @property
    def inflatable(self) -> tuple[AnyUnit, ...]:
        """Return the units that may hold air: not reported empty since they might.

        A unit that never told its state and that nobody started is not among them.
        """
        return tuple(u for u in self._units if self._stopping.may_hold_air(u))

    @property
    def unvented(self) -> tuple[AnyUnit, ...]:
        """Return those ``inflatable`` that have not let their air out by themselves."""
        return tuple(u for u in self.inflatable if not vented_unseen(u))

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back at every change of any unit; returns how to end it."""
        return self._listeners.add(callback)

    def hold(self, why: str) -> Callable[[], None]:
        """Keep all units connected until the returned function is called."""
        releases = [unit.hold(why) for unit in self._units]

        def release() -> None:
            while releases:
                releases.pop()()

        return release

    def serving(self, legs: Iterable[Side]) -> list[AnyUnit]:
        """Return the units that serve any of the legs; LimitError if a leg has none."""
        wanted = frozenset(legs)
        check_legs(wanted, self.sides)
        return [unit for unit in self._units if unit.sides & wanted]

    async def begin(
        self, settings: Settings, check: Callable[[], None] | None = None
    ) -> None:
        """Start a session on the legs of the settings: all of them, or none.

        ``check`` may raise a BootsError once the boots are there: what was allowed
        when it was asked for may not be any more.

        Returns when every leg reports that it runs and was told to go on. Any
        error, and cancelling, stops all legs; nothing is tried twice. Errors of
        one leg name it in ``values["side"]``. Raises StoppedError when a stop
        came first.
        """
        await self._command(self._begin(settings, check))

    async def stop(self) -> tuple[AnyUnit, ...]:
        """Let the air out of all legs; return when all in reach report empty.

        Returns the units that could not be reached and are not known to be empty.
        Their stop is not repeated: it would meet a session that somebody starts
        much later.

        Overtakes everything else. Raises StopNotConfirmedError after
        ``stop_limit_s`` where units that may hold air did not report empty; their
        stop is then repeated in the background until they do.
        """
        for command in self._commands:
            command.cancel()
        return await self._stopping.stop()

    def give_up(self, unit: AnyUnit) -> None:
        """Stop a unit that was lost, in the background, until it reports empty."""
        self._stopping.begin_one(unit)

    async def pause(self) -> None:
        """Pause the legs in session; stops all when only one of them paused."""
        await self._together(lambda unit: unit.pause())

    async def resume(self) -> None:
        """Go on after a pause; stops all when only one leg did."""
        await self._together(lambda unit: unit.resume())

    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        """Change the running session of all legs in it; ``boosted=0`` takes it away."""

        async def change() -> None:
            async with self._lock:
                await settle(
                    self._in_session(),
                    lambda unit: unit.change(
                        target_mmhg=target_mmhg,
                        remaining_s=remaining_s,
                        skipped=skipped,
                        boosted=boosted,
                    ),
                )

        await self._command(change())

    async def identify(self) -> None:
        """Let the boots show which they are."""
        await settle(self._units, lambda unit: unit.identify())

    async def set_child_lock(self, on: bool) -> None:
        """Lock or unlock the start buttons of all units; never their stop."""
        await settle(self._units, lambda unit: unit.set_child_lock(on))

    async def close(self) -> None:
        """End what is under way, a stop in the background too, and close the units."""
        for remove in self._removers:
            remove()
        # What ends may begin something more.
        while tasks := [*self._commands, *self._stopping.tasks]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        await asyncio.gather(*(unit.close() for unit in self._units))

    async def _begin(
        self, settings: Settings, check: Callable[[], None] | None
    ) -> None:
        units = self.serving(settings.legs)
        async with self._lock:
            _check_stopped(units)
            await each(units, lambda unit: unit.ready(self._ready_timeout_s))
            # A stop that was looking for them is older: it comes first.
            await self._stopping.arrived(units)
            _check_stopped(units)
            # Only now the range of the boots is sure to be known.
            check_settings(settings, None, self.capabilities)
            if check:
                check()
            self._stopping.touch(units)
            try:
                await start_together(units, settings, self.listen)
            except BaseException as error:
                stop = self._stopping.begin()
                if isinstance(error, BootsError):
                    await asyncio.wait([stop])
                raise
            self._stopping.trust(units)

    async def _together(self, do: Callable[[AnyUnit], Awaitable[None]]) -> None:
        """Do something to all legs in session; stop all when it worked on some only."""

        async def together() -> None:
            async with self._lock:
                units = self._in_session()
                done: set[AnyUnit] = set()

                async def note(unit: AnyUnit) -> None:
                    await do(unit)
                    done.add(unit)

                try:
                    await settle(units, note)
                except BaseException:
                    if done:
                        self._stopping.begin()
                    raise

        await self._command(together())

    def _in_session(self) -> list[AnyUnit]:
        """Return the units in session; one whose link is down is still among them."""
        units = [unit for unit in self._units if unit.state.phase in IN_SESSION]
        if not units:
            raise WrongPhaseError(phase=self.state.phase)
        return units

    async def _command(self, job: Coroutine[None, None, None]) -> None:
        """Do what a stop overtakes; StoppedError when it did."""
        task = asyncio.create_task(job)
        self._commands.add(task)
        try:
            await task
        except (asyncio.CancelledError, BootsError) as error:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise asyncio.CancelledError from error
            if task.cancelled():
                raise StoppedError from None
            raise
        finally:
            self._commands.discard(task)

    def _changed(self) -> None:
        self._state = None
        self._listeners.tell()


def _check_stopped(units: Sequence[AnyUnit]) -> None:
    """Raise while a stop of any of the units is still being repeated."""
    if stopping := [unit for unit in units if unit.stopping]:
        if away := [unit for unit in stopping if not unit.connected]:
            heard = all(unit.in_sight for unit in away)
            raise (LinkLostError if heard else NotSeenError)(side=side_of(away))
        raise WrongPhaseError(phase="stopping", side=side_of(stopping))

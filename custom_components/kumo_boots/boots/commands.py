"""The commands to one unit that are under way, which a stop overtakes."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, cast

from .driver import Driver
from .errors import BootsError, LinkLostError, StoppedError
from .link import Link
from .stopping import Stopping

CONNECT_S = 30
"""How long a command waits for the link that it asked for."""


@dataclass(eq=False, slots=True)
class _Command:
    """A command in flight."""

    task: asyncio.Task[Any]
    sent: bool = False
    """Whether it has a connection, which it must not outlive."""
    error: BootsError | None = None
    """Why it was given up."""


class Commands:
    """What one unit is being told. None of it is ever sent again."""

    def __init__(
        self,
        name: str,
        link: Link,
        driver: Callable[[], Driver | None],
        stopping: Stopping,
    ) -> None:
        """``driver`` gives that of the connection there is now."""
        self._name = name
        self._link = link
        self._driver = driver
        self._stopping = stopping
        self._in_flight: set[_Command] = set()

    async def do[T](
        self, act: Callable[[Driver], Coroutine[Any, Any, T]], connect_s: float = 0
    ) -> T:
        """Do something with the driver, unless a stop or a loss comes first.

        Waits up to ``connect_s`` for a link; without it, one must be there.
        """
        if self._stopping.active:
            raise StoppedError(f"{self._name}: a stop is under way")

        async def do() -> T:
            if connect_s:
                await self._link.ready(connect_s)
            driver = self._driver()
            if driver is None:
                raise LinkLostError(f"{self._name} is not connected")
            command.sent = True
            return await act(driver)

        command = _Command(asyncio.create_task(do()))
        self._in_flight.add(command)
        try:
            return cast(T, await command.task)
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if command.error is None or (caller is not None and caller.cancelling()):
                raise
            raise command.error from None
        finally:
            self._in_flight.discard(command)

    def give_up(self, error: BootsError) -> None:
        """End all of them."""
        for command in self._in_flight:
            self._end(command, error)

    def lost(self, error: BootsError) -> None:
        """End those whose connection is gone; who waits for a link goes on waiting."""
        for command in self._in_flight:
            if command.sent:
                self._end(command, error)

    @staticmethod
    def _end(command: _Command, error: BootsError) -> None:
        command.error = error
        command.task.cancel()

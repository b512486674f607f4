"""A stop that is repeated until the boots report empty.

A stop waits behind nothing: it is written without response at once, since a link
carries only one request with response at a time, and then with response too. It
is repeated, also over new connections, until the unit reports that it is empty.
"""

import asyncio
from collections.abc import Callable
import contextlib
import logging

from .driver import Driver
from .errors import BootsError, LinkLostError, StopNotConfirmedError
from .link import Link
from .model import CYCLING, BootsState, Phase, is_empty

_LOGGER = logging.getLogger(__name__)

CONNECT_S = 45
"""How long one attempt to connect may take before the next."""
REPEAT_S = 1.0
"""Between two stops, until the unit shows that one has arrived."""
_NOT_STOPPED = CYCLING | {Phase.OFFERED, Phase.ARMED, Phase.PAUSED}


class Stopping:
    """The stop of one unit; at most one is under way."""

    def __init__(
        self,
        name: str,
        link: Link,
        driver: Callable[[], Driver | None],
        state: Callable[[], BootsState],
        changed: Callable[[], None],
    ) -> None:
        """``driver`` and ``state`` give what is known now; ``changed`` tells of it."""
        self._name = name
        self._link = link
        self._driver = driver
        self._state = state
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._arrived = False
        """Whether the unit has shown that a stop reached it."""
        self._again = False
        """Whether somebody asked once more."""
        self._closed = False

    @property
    def active(self) -> bool:
        """Whether a stop is still being repeated."""
        return self._task is not None

    def news(self) -> None:
        """Tell that the unit reported something, or that the link changed."""
        self._news.set()

    async def stop(self, timeout_s: float | None) -> None:
        """Stop now; see ``Unit.stop``."""
        if self._closed:
            raise LinkLostError(f"{self._name}: closed")
        self._again = True
        self._news.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"stop {self._name}")
        task = self._task
        # Neither a time limit nor a cancelled caller ends the stop itself.
        await asyncio.wait((task,), timeout=timeout_s)
        if not task.done() or task.cancelled():
            raise StopNotConfirmedError(f"{self._name} has not reported empty")
        task.result()

    async def close(self) -> None:
        """Give up."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _run(self) -> None:
        """Repeat the stop over as many connections as it takes."""
        let_go = self._link.hold("stop", urgent=True)
        self._changed()
        try:
            while not await self._over_one_connection():
                await asyncio.sleep(REPEAT_S)
        finally:
            self._task = None
            let_go()
            self._changed()

    async def _over_one_connection(self) -> bool:
        """Stop over the present link or the next; returns whether the unit is empty."""
        try:
            await self._link.ready(CONNECT_S, urgent=True)
            driver = self._driver()
            return driver is not None and await self._until_empty(driver)
        except BootsError as error:
            _LOGGER.debug("%s: stop goes on: %s", self._name, error)
        except Exception:
            # Nothing but *empty* ends a stop.
            _LOGGER.exception("%s: stop goes on", self._name)
        return False

    async def _until_empty(self, driver: Driver) -> bool:
        """Return True when empty, False when the connection is over."""
        self._arrived = False
        asked: asyncio.Task[None] | None = None
        looking = asyncio.create_task(self._look(driver))
        try:
            while True:
                if self._again or not self._arrived:
                    self._again = False
                    await driver.stop_now()
                    if asked is None or asked.done():
                        asked = asyncio.create_task(self._acknowledged(driver))
                if await self._empty_soon():
                    return True
                if self._driver() is not driver:
                    return False
        finally:
            looking.cancel()
            if asked is not None:
                asked.cancel()

    async def _acknowledged(self, driver: Driver) -> None:
        """Stop with response; the state read after that is one after the stop."""
        try:
            await driver.stop()
            await driver.refresh()
        except BootsError as error:
            _LOGGER.debug("%s: stop not acknowledged: %s", self._name, error)
        except Exception:
            _LOGGER.exception("%s: stop not acknowledged", self._name)
        else:
            self._arrived = True
            self._news.set()

    async def _look(self, driver: Driver) -> None:
        """Read the state once a second, which is told as any other news.

        A unit in a fault keeps its phase: that it has let its air out it tells only
        with its next report, up to 10 s later (Open Boots Profile, R9).
        """
        while True:
            await asyncio.sleep(REPEAT_S)
            try:
                await driver.refresh()
            except BootsError as error:
                _LOGGER.debug("%s: state not read: %s", self._name, error)

    async def _empty_soon(self) -> bool:
        """Look at what is reported until the stop is to be repeated."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REPEAT_S):
                while not self._again:
                    # Looked at before waiting: the news may have come in between.
                    phase = self._state().phase
                    if phase is Phase.VENTING:
                        self._arrived = True
                    elif phase in _NOT_STOPPED:
                        self._arrived = False
                    if self._arrived and is_empty(self._state()):
                        return True
                    self._news.clear()
                    await self._news.wait()
        return False

"""One Bluetooth link, well kept.

The link is a state machine with a reason for every transition. It connects
while somebody holds it or asks for it, reconnects without end while held, lets
go after a while when nobody does, and can be left to another app.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
import contextlib
import logging
from random import random as standard_random

from bleak.backends.device import BLEDevice

from .connecting import ClientClass, connect, source_of
from .connection import Connection
from .demand import Demand
from .errors import BootsError, LinkError, LinkLostError, LinkReleasedError
from .gatt import Gatt
from .journal import Journal
from .link_status import (
    HOPELESS,
    INTENDED,
    LinkReason,
    LinkState,
    LinkStatus,
    reason_of,
)

__all__ = ["Gatt", "Link", "LinkReason", "LinkState", "LinkStatus"]

_LOGGER = logging.getLogger(__name__)

SILENCE_S = 25
"""A link without a word for this long is dead: units notify at least every 10 s
(Open Boots Profile, R9), so two were missed."""
CALM_FAILURES = 3
"""After more failures in a row only a steady link is logged as up again."""
BACKOFF_MAX_S = 60
"""The longest wait between two attempts while the link is held."""
STEADY_S = 30
"""A link that lived shorter than this counts as a failed attempt, so that a link
which breaks as soon as it is up is not made again at once, for ever."""
FAREWELL_S = 10.0
"""How long a unit may take to be left in peace: some let their air out first."""
HISTORY = 50
"""Transitions kept for diagnostics."""


class Link:
    """The link to one unit."""

    def __init__(
        self,
        *,
        address: str,
        name: str,
        find_device: Callable[[], BLEDevice | None],
        open_driver: Callable[[Gatt], Awaitable[None]],
        lost: Callable[[], None],
        status: Callable[[LinkStatus], None],
        farewell: Callable[[], Awaitable[None]] | None = None,
        journal: Journal | None = None,
        client_class: ClientClass | None = None,
        idle_release_s: float = 120,
        random: Callable[[], float] = standard_random,
    ) -> None:
        """Make a link that nobody wants yet; needs a running event loop.

        ``find_device`` gives the freshest device for every attempt, or None when
        the unit is not heard. ``open_driver`` makes a new connection usable and
        raises ``BootsError`` when it cannot; ``lost`` is called once for every
        connection that was ready, and ``farewell`` before that where the link is let go
        on purpose, for at most ``FAREWELL_S``. ``random`` (0–1) spreads the attempts.
        """
        self.address = address
        self.name = name
        self.journal = journal or Journal()
        self.idle_release_s = idle_release_s
        self._find_device = find_device
        self._open_driver = open_driver
        self._lost = lost
        self._farewell = farewell
        self._tell = status
        self._client_class = client_class
        self._random = random
        self._time = asyncio.get_running_loop().time
        self._status = LinkStatus(
            state=LinkState.RELEASED, reason=LinkReason.NEW, since=self._time()
        )
        self._history: deque[LinkStatus] = deque([self._status], maxlen=HISTORY)
        self._demand = Demand(name, self._poke)
        self._failures = 0
        self._wake = asyncio.Event()
        self._seen = False
        self._keeper: asyncio.Task[None] | None = None
        self._attempt: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        self._said_up: bool | None = None
        self._puzzled = False
        """Whether a failure that nobody expects has been logged."""

    @property
    def status(self) -> LinkStatus:
        """Where the link is, and why."""
        return self._status

    @property
    def history(self) -> tuple[LinkStatus, ...]:
        """The last transitions, oldest first."""
        return tuple(self._history)

    @property
    def up(self) -> bool:
        """Whether the link can be used this moment."""
        return (
            self._status.state is LinkState.READY
            and self._connection is not None
            and not self._connection.ended.done()
        )

    @property
    def left_to_user(self) -> bool:
        """Whether the link is left to another app."""
        return self._demand.left_to_user

    @property
    def held_for(self) -> tuple[str, ...]:
        """Why the link is held."""
        return self._demand.held_for

    def hold(self, why: str, *, urgent: bool = False) -> Callable[[], None]:
        """Keep the link up until the returned function is called.

        ``urgent``, for a stop only, holds it even when it is left to another app.
        """
        return self._demand.hold(why, urgent=urgent)

    async def ready(self, timeout_s: float, *, urgent: bool = False) -> None:
        """Return when the link is up; connects on demand and ends a backoff.

        Raises the ``LinkError`` (or ``AuthorisationError``, ``ProtocolError``) of
        the attempt that failed, ``LinkTimeoutError`` when the time is up, or
        ``LinkReleasedError`` when the link is left to another app.
        """
        if not self.up:
            await self._demand.wait(timeout_s, urgent=urgent)

    def seen(self) -> None:
        """Tell that an advertisement was heard: it ends a backoff early."""
        if self._status.state is LinkState.WAITING and not self._seen:
            self._seen = True
            self._wake.set()

    def release_to_user(self, on: bool) -> None:
        """Leave the link to another app, or take it back."""
        self._demand.left_to_user = on
        if self._demand.given_away:
            self._abandon(LinkReleasedError(f"{self.name} is left to another app"))
        self._poke()

    async def close(self) -> None:
        """Disconnect for good."""
        self._demand.closed = True
        self._abandon(LinkLostError(f"{self.name}: closed"))
        self._poke()
        if self._keeper is not None:
            await asyncio.wait((self._keeper,))
        self._set(LinkState.CLOSED, LinkReason.CLOSED)

    def _poke(self) -> None:
        """Let the keeper look again at what is wanted."""
        self._wake.set()
        if self._keeper is None and self._demand.wanted:
            self._keeper = asyncio.create_task(self._keep(), name=f"link {self.name}")

    def _abandon(self, error: BootsError) -> None:
        """Give up an attempt that is under way, and whoever waits for it."""
        self._demand.refuse(error)
        if self._attempt is not None:
            self._attempt.cancel()

    def _set(self, state: LinkState, reason: LinkReason) -> None:
        self._status = LinkStatus(
            state=state, reason=reason, since=self._time(), attempts=self._failures
        )
        self._history.append(self._status)
        self._tell(self._status)

    async def _keep(self) -> None:
        """Keep the link as long as it is wanted, one connection after the other."""
        why = LinkReason.WANTED
        try:
            while self._demand.wanted:
                why = await self._one_connection(why)
        finally:
            self._keeper = None

    async def _one_connection(self, why: LinkReason) -> LinkReason:
        """Make, use and end one connection; returns why to make the next one."""
        connection = Connection(name=self.name, journal=self.journal)
        self._connection = connection
        connection.ended.add_done_callback(lambda _: self._wake.set())
        self._set(LinkState.CONNECTING, why)
        reason = await self._try(connection)
        was_ready = reason is LinkReason.CONNECTED
        if was_ready:
            reason = await self._stay(connection)
            if reason in INTENDED:
                await self._take_leave()
        connection.end(reason)
        if was_ready:
            self._lost()
        if reason not in INTENDED:
            self._say_down(reason)
        self._set(
            LinkState.WAITING if self._demand.held else LinkState.RELEASED, reason
        )
        await connection.disconnect()
        if self._demand.held and reason not in INTENDED:
            return await self._back_off(reason)
        return LinkReason.WANTED

    async def _take_leave(self) -> None:
        """Let the unit be told that it will be alone."""
        if self._farewell is None:
            return
        try:
            async with asyncio.timeout(FAREWELL_S):
                await self._farewell()
        except BootsError, TimeoutError:
            _LOGGER.info("%s: let go without a farewell", self.name)

    async def _try(self, connection: Connection) -> LinkReason:
        """Connect and make usable; returns ``CONNECTED`` or what went wrong."""
        device: BLEDevice | None = None

        def find() -> BLEDevice | None:
            nonlocal device
            device = self._find_device()
            return device

        async def attempt() -> None:
            connection.opened(
                await connect(
                    self.name,
                    find,
                    lambda: connection.end(LinkReason.LOST),
                    self._client_class,
                )
            )
            await self._open_driver(connection)

        started = self._time()
        self._attempt = asyncio.create_task(attempt(), name=f"connect {self.name}")
        await asyncio.wait((self._attempt,))
        task, self._attempt = self._attempt, None
        if task.cancelled():
            reason = (
                LinkReason.CLOSED if self._demand.closed else LinkReason.USER_RELEASED
            )
        elif (error := task.exception()) is None:
            reason = LinkReason.CONNECTED
        else:
            self._failures += 1
            reason = self._failed(error)
            if reason is LinkReason.LOST and connection.ended.done():
                reason = LinkReason(connection.ended.result())
        self.journal.attempt(
            result="connected" if reason is LinkReason.CONNECTED else "failed",
            reason=reason,
            duration_s=self._time() - started,
            source=source_of(device),
        )
        return reason

    def _failed(self, error: BaseException) -> LinkReason:
        """Tell those who wait, and find the word for it."""
        if not isinstance(error, BootsError):
            level = logging.DEBUG if self._puzzled else logging.ERROR
            self._puzzled = True
            _LOGGER.log(level, "%s: unexpected failure", self.name, exc_info=error)
            error = LinkError(f"{self.name}: {error}")
        self._demand.refuse(error)
        return reason_of(error)

    async def _stay(self, connection: Connection) -> LinkReason:
        """Watch over a connection; returns why it is over."""
        since = self._time()
        self._set(LinkState.READY, LinkReason.CONNECTED)
        self._demand.meet()
        while True:
            self._wake.clear()
            # A link that keeps breaking is not news each time that it is up.
            calm = 0 if self._failures <= CALM_FAILURES else STEADY_S
            if self._time() >= since + calm:
                self._say_up()
            reason = self._over(connection)
            if reason is not None:
                break
            until, _ = self._deadline(connection)
            await self._rest(until if self._said_up else min(until, since + calm))
        if reason in INTENDED or self._time() - since >= STEADY_S:
            self._failures = 0
        else:
            self._failures += 1
        return reason

    def _over(self, connection: Connection) -> LinkReason | None:
        """Return why the connection is over by now, if it is."""
        if self._demand.closed:
            return LinkReason.CLOSED
        if self._demand.given_away:
            return LinkReason.USER_RELEASED
        if connection.ended.done():
            return LinkReason(connection.ended.result())
        deadline, reason = self._deadline(connection)
        return reason if self._time() >= deadline else None

    def _deadline(self, connection: Connection) -> tuple[float, LinkReason]:
        """Return when the connection is over if nothing happens, and why."""
        silent = connection.heard_at + SILENCE_S, LinkReason.SILENT
        if self._demand.held:
            return silent
        needed = max(connection.used_at, self._demand.free_since)
        return min(silent, (needed + self.idle_release_s, LinkReason.IDLE))

    async def _back_off(self, reason: LinkReason) -> LinkReason:
        """Wait before the next attempt; returns why it is made."""
        delay = 0.0
        if self._failures:
            delay = min(BACKOFF_MAX_S, 2.0 ** min(self._failures - 1, 10))
            if reason in HOPELESS:
                delay = BACKOFF_MAX_S
            delay *= 0.5 + 0.5 * self._random()
        # Units advertise several times a second: without a part of the delay that
        # no advertisement ends, attempts that fail would follow each other closely.
        share = {LinkReason.NOT_SEEN: 0.0}.get(reason, 0.25)
        soonest = self._time() + delay * (1 if reason in HOPELESS else share)
        latest = self._time() + delay
        self._seen = False
        while True:
            self._wake.clear()
            if not self._demand.held:
                if not self._demand.waited_for:
                    self._set(
                        LinkState.RELEASED,
                        LinkReason.USER_RELEASED
                        if self._demand.left_to_user
                        else LinkReason.IDLE,
                    )
                return LinkReason.WANTED
            if self._demand.waited_for:
                return LinkReason.WANTED
            if self._time() >= latest:
                return LinkReason.RETRY
            if self._seen and self._time() >= soonest:
                return LinkReason.SEEN
            await self._rest(soonest if self._seen else latest)

    async def _rest(self, until: float) -> None:
        """Sleep until a time, or until something changed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._wake.wait()

    def _say_up(self) -> None:
        """Log that the link is up, once."""
        if self._said_up is not True:
            _LOGGER.info("%s: connected", self.name)
        self._said_up = True

    def _say_down(self, reason: LinkReason) -> None:
        """Log that the link is down, once; the attempts that follow are silent."""
        if self._said_up is not False:
            _LOGGER.info("%s: not connected (%s)", self.name, reason)
        self._said_up = False

"""One generation of a link: a connected client whose calls all end in time."""

import asyncio
from collections.abc import Callable, Coroutine
import logging
from typing import TYPE_CHECKING, Any

from bleak.exc import (
    BleakCharacteristicNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from .errors import BootsError, LinkLostError, LinkTimeoutError, ProtocolError
from .journal import Journal

if TYPE_CHECKING:
    from bleak.backends.characteristic import BleakGATTCharacteristic
    from bleak_retry_connector import BleakClientWithServiceCache

_LOGGER = logging.getLogger(__name__)

CALL_TIMEOUT_S = 10
"""For every GATT call. A proxy may sit on a call for 30 s; the lease of a session
(10 s) has run out by then, so that waiting longer gains nothing."""
FLOOD_A_SECOND = 100
"""Notifications that may come for long: a unit of the Open Boots Profile sends about
a dozen (R9, R12), and one answer to each request."""
FLOOD_AT_ONCE = 500
"""Notifications that may come at once: a proxy that stalled delivers what it held back,
at most until the link counts as silent."""
FAREWELL_TIMEOUT_S = 5
"""For a disconnect: a dead proxy answers that no more than anything else."""


class Connection:
    """A connected client, as a driver sees it (``Gatt``), until the link ends it.

    Once ``ended`` is done every call raises ``LinkLostError`` and no notification
    is passed on, however late the adapter delivers it.
    """

    def __init__(self, *, name: str, journal: Journal) -> None:
        """Take notes in ``journal``."""
        loop = asyncio.get_running_loop()
        self._name = name
        self._journal = journal
        self._time = loop.time
        self._client: BleakClientWithServiceCache | None = None
        self._puzzled = False
        """Whether a failure that nobody expects has been logged."""
        self._welcome: float = FLOOD_AT_ONCE
        """How many more notifications may come at once."""
        self._notified_at = loop.time()
        self.ended: asyncio.Future[str] = loop.create_future()
        """Done, with the reason, when this connection must not be used any more."""
        self.heard_at = loop.time()
        """When the unit last sent anything (the event loop's clock, s)."""
        self.used_at = loop.time()
        """When the unit was last asked for anything."""

    def opened(self, client: BleakClientWithServiceCache) -> None:
        """Use this client from now on."""
        self._client = client
        self.heard_at = self.used_at = self._time()

    def end(self, reason: str) -> None:
        """Let nothing pass any more; only the first reason counts."""
        if not self.ended.done():
            self.ended.set_result(reason)

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""
        client = self._usable()
        data = bytes(await self._call(client, client.read_gatt_char(uuid)))
        self.heard_at = self._time()
        self._journal.frame("read", uuid, data)
        return data

    async def write(self, uuid: str, data: bytes, *, response: bool) -> None:
        """Write a characteristic."""
        client = self._usable()
        self._journal.frame("written" if response else "sent", uuid, data)
        await self._call(client, client.write_gatt_char(uuid, data, response=response))
        if response:
            self.heard_at = self._time()

    async def subscribe(self, uuid: str, callback: Callable[[bytes], None]) -> None:
        """Pass on notifications while this connection lives."""
        client = self._usable()

        def notified(_: BleakGATTCharacteristic, data: bytearray) -> None:
            if not self.ended.done():
                if self._flooded():
                    # Whatever it says, it would keep the house from doing else.
                    self.end("flooding")
                    return
                frame = bytes(data)
                self.heard_at = self._time()
                self._journal.frame("notified", uuid, frame)
                callback(frame)

        await self._call(client, client.start_notify(uuid, notified))

    async def disconnect(self) -> None:
        """Let the unit go; whatever the adapter says, it is gone for us."""
        client, self._client = self._client, None
        if client is not None:
            await _patiently(client.disconnect())

    def _flooded(self) -> bool:
        """Count a notification; return whether it is one too many."""
        now = self._time()
        passed, self._notified_at = now - self._notified_at, now
        regained = self._welcome + passed * FLOOD_A_SECOND
        self._welcome = min(FLOOD_AT_ONCE, regained) - 1
        return self._welcome < 0

    def _usable(self) -> BleakClientWithServiceCache:
        if self._client is None or self.ended.done():
            raise LinkLostError(f"{self._name}: the connection is over")
        self.used_at = self._time()
        return self._client

    async def _call[T](
        self, client: BleakClientWithServiceCache, call: Coroutine[Any, Any, T]
    ) -> T:
        """Await a GATT call until it, the connection or the time ends."""
        task = asyncio.ensure_future(call)
        task.add_done_callback(_heed)
        try:
            await asyncio.wait(
                (task, self.ended),
                timeout=CALL_TIMEOUT_S,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if task.done():
                return await self._result(client, task)
        finally:
            task.cancel()
        if self.ended.done():
            raise LinkLostError(f"{self._name}: {self.ended.result()}")
        # A link that does not answer is dead, though nobody has said so yet.
        self.end("timed_out")
        raise LinkTimeoutError(f"{self._name}: no answer within {CALL_TIMEOUT_S} s")

    async def _result[T](
        self, client: BleakClientWithServiceCache, task: asyncio.Task[T]
    ) -> T:
        try:
            return task.result()
        except asyncio.CancelledError:
            # The backend gave up the call because the link went down.
            error: BootsError = LinkLostError(f"{self._name}: the call was given up")
            raise error from None
        except BleakCharacteristicNotFoundError as cause:
            # The cached services may be those of an older firmware.
            await _patiently(client.clear_cache())
            raise ProtocolError(f"{self._name}: {cause}") from cause
        except BleakGATTProtocolError as cause:
            raise ProtocolError(f"{self._name}: {cause}") from cause
        except TimeoutError as cause:
            raise LinkTimeoutError(f"{self._name}: {cause}") from cause
        except (BleakError, OSError, EOFError) as cause:
            raise LinkLostError(f"{self._name}: {cause}") from cause
        except Exception as cause:
            # Adapters fail in ways of their own, and a stop must survive them all.
            level = logging.DEBUG if self._puzzled else logging.ERROR
            self._puzzled = True
            _LOGGER.log(level, "%s: unexpected failure", self._name, exc_info=cause)
            raise LinkLostError(f"{self._name}: {cause!r}") from cause


def _heed(task: asyncio.Task[Any]) -> None:
    """Keep asyncio from complaining about the failure of a call given up."""
    if not task.cancelled():
        task.exception()


async def _patiently(farewell: Coroutine[Any, Any, Any]) -> None:
    """Await something whose failure changes nothing any more, but not for long."""
    try:
        async with asyncio.timeout(FAREWELL_TIMEOUT_S):
            await farewell
    except BleakError, OSError, EOFError, TimeoutError:
        pass
    except Exception:
        _LOGGER.exception("Unexpected failure")

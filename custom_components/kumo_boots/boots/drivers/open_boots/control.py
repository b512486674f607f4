"""Requests and results of the control point (section 4)."""

import asyncio
from collections.abc import Awaitable, Callable
import struct

from ...errors import AuthorisationError, LinkTimeoutError
from ...gatt import Gatt
from . import authorisation, frames, profile
from .frames import Result
from .profile import Code, Opcode
from .refusals import refusal

RESULT_TIMEOUT_S = 5
"""For a result after its request was acknowledged: a unit answers at once, so this is
two round trips over a slow proxy and then some."""

COUNTER_MAX = 0xFFFF


class ControlPoint:
    """Sends requests over one connection and matches their results by opcode and number."""

    def __init__(self, gatt: Gatt, renew: Callable[[], Awaitable[None]]) -> None:
        """Send over ``gatt``; no request is possible before ``authorised``.

        ``renew`` is awaited for a new proof when the counter is used up.
        """
        self._gatt = gatt
        self._renew = renew
        self._link_key: bytes | None = None
        self._counter = 0
        self._number = 0
        self._results: dict[tuple[int, int], asyncio.Future[Result]] = {}
        # Counters must arrive in order; a stop has none and never takes this lock.
        self._in_order = asyncio.Lock()

    def authorised(self, link_key: bytes | None) -> None:
        """Use this key from now on; None when the unit has forgotten it."""
        self._link_key = link_key
        self._counter = 0

    async def request(self, opcode: Opcode, parameters: bytes = b"") -> Result:
        """Send a request and return its result; a refusal is raised."""
        async with self._in_order:
            if self._counter >= COUNTER_MAX:
                await self._renew()
            if self._link_key is None:
                raise AuthorisationError("this connection is not authorised")
            self._counter += 1
            number, answer = self._expect(opcode)
            body = bytes((opcode, number)) + parameters
            body += struct.pack("<H", self._counter)
            body += authorisation.tag(self._link_key, body)
            try:
                await self._gatt.write(profile.CONTROL, body, response=True)
            except BaseException:
                self._results.pop((opcode, number), None)
                raise
        result = await self._result((opcode, number), answer)
        if result.code != Code.DONE:
            raise refusal(opcode, parameters, result)
        return result

    async def stop_now(self) -> None:
        """Write *stop* without response: it overtakes what waits for one."""
        self._number = (self._number + 1) & 0xFF
        await self._gatt.write(
            profile.CONTROL, frames.stop_request(self._number), response=False
        )

    async def stop(self) -> None:
        """Write *stop* with response; returns when the unit has answered it."""
        number, answer = self._expect(Opcode.STOP)
        try:
            await self._gatt.write(
                profile.CONTROL, frames.stop_request(number), response=True
            )
        except BaseException:
            self._results.pop((Opcode.STOP, number), None)
            raise
        await self._result((Opcode.STOP, number), answer)

    def notified(self, data: bytes) -> None:
        """Take a notification of the control point."""
        result = frames.decode_result(data)
        answer = self._results.get((result.opcode, result.number))
        if answer is not None and not answer.done():
            answer.set_result(result)

    def _expect(self, opcode: Opcode) -> tuple[int, asyncio.Future[Result]]:
        number = self._number = (self._number + 1) & 0xFF
        answer = asyncio.get_running_loop().create_future()
        self._results[opcode, number] = answer
        return number, answer

    async def _result(
        self, which: tuple[int, int], answer: asyncio.Future[Result]
    ) -> Result:
        try:
            async with asyncio.timeout(RESULT_TIMEOUT_S):
                return await answer
        except TimeoutError as cause:
            raise LinkTimeoutError("the unit did not answer a request") from cause
        finally:
            self._results.pop(which, None)

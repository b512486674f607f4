"""One FlowIO's hands and eyes: orders become commands, the open port is measured."""

import asyncio

from ...cycles import Do, Order, vent
from ...errors import ProtocolError
from ...gatt import Gatt
from . import frames, profile
from .profile import ALL, Action

SETTLE_S = 0.15
"""After a valve moved the manifold takes this long to hold what the port holds."""
NOTIFIED_S = 0.3
"""How long an answer is waited for before it counts as missed and is read instead."""
READING_S = 0.8
"""How long one measurement may take: the pump may be running meanwhile."""
VENT_AGAIN_S = 2.0
"""A *release* is repeated, should anything have closed a port."""
STAY_ON_S = 30.0
"""How often the switch-off timer is started again: it has a minute at least."""


class Manifold:
    """The valves, the pump and the one sensor, over one connection."""

    def __init__(self, gatt: Gatt) -> None:
        """Use this connection; nothing is sent yet."""
        self._gatt = gatt
        self._time = asyncio.get_running_loop().time
        self.heard_at: float | None = None
        """When the device last answered."""
        self._told: Order | None = None
        self._told_at = self._stayed_on_at = self._time()
        self._orders = 0
        """Counts up with each: what was measured across two of them says nothing."""
        self._one_at_a_time = asyncio.Lock()
        """Bluetooth stacks refuse a write while another one waits for its response."""
        self._answer: asyncio.Future[bytes] | None = None
        self._is_asked = True
        self._off_after_min: int | None = None

    async def open(self) -> None:
        """Let the air out, and see what the device is; ProtocolError where it is none."""
        await self.release()
        await self.look()
        await self._gatt.subscribe(profile.PRESSURE, self._notified)
        timer = await self.optional(profile.POWER_OFF)
        if len(timer) == 1 and timer[0] not in (0, profile.NEVER_OFF):
            self._off_after_min = timer[0]

    async def release(self) -> None:
        """Open all ports to the outside, now."""
        self._note(vent(ALL))
        async with self._one_at_a_time:
            await self._send(Action.RELEASE, ALL)

    async def close(self) -> None:
        """Close what need not be open any more: valves that are held open cost power."""
        if self._told is not None:
            await self._command(self._note(None), Action.STOP, ALL)

    async def carry_out(self, order: Order) -> None:
        """Do what is ordered, unless it is so already."""
        now = self._time()
        due = order.do is Do.VENT and now - self._told_at > VENT_AGAIN_S
        if order == self._told and not due:
            return
        number = self._note(order)
        match order.do:
            case Do.FILL:
                await self._command(number, Action.INFLATE, order.zones)
            case Do.VENT:
                await self._command(number, Action.RELEASE, order.zones)
            case _:
                await self._command(number, Action.STOP, ALL)
                await self._command(number, Action.OPEN, order.zones)

    async def measure(self) -> float | None:
        """Return the absolute pressure behind what is open, mmHg; None when not known."""
        number = self._orders
        await asyncio.sleep(SETTLE_S)
        try:
            async with asyncio.timeout(READING_S):
                absolute = frames.decode_pressure(await self._reading())
        except TimeoutError, ProtocolError:
            return None
        self.heard_at = self._time()
        return absolute if number == self._orders else None

    async def look(self) -> None:
        """See that the device is there."""
        frames.decode_status(await self._gatt.read(profile.STATUS))
        self.heard_at = self._time()

    async def stay_on(self) -> None:
        """Start the switch-off timer again: a device that holds air must not go off."""
        minutes, now = self._off_after_min, self._time()
        if minutes is not None and now - self._stayed_on_at >= STAY_ON_S:
            self._stayed_on_at = now
            await self._gatt.write(profile.POWER_OFF, bytes((minutes,)), response=True)

    async def optional(self, uuid: str) -> bytes:
        """Read what not every firmware has; empty where this one has not."""
        try:
            return await self._gatt.read(uuid)
        except ProtocolError:
            return b""

    def _note(self, order: Order | None) -> int:
        """Note what is to be so; return its number."""
        self._told, self._told_at = order, self._time()
        self._orders += 1
        return self._orders

    async def _command(
        self, number: int, action: Action, ports: frozenset[int]
    ) -> None:
        """Send a part of an order, unless another one, a stop say, has overtaken it."""
        async with self._one_at_a_time:
            if number == self._orders:
                await self._send(action, ports)

    async def _send(self, action: Action, ports: frozenset[int]) -> None:
        # It can be written with response only.
        await self._gatt.write(
            profile.COMMAND, frames.command(action, ports), response=True
        )

    async def _reading(self) -> bytes:
        """Ask for a pressure; where its notification is missed, read it."""
        self._answer = asyncio.get_running_loop().create_future()
        if self._is_asked:
            try:
                await self._gatt.write(profile.PRESSURE, profile.ASK, response=True)
            except ProtocolError:
                # An older firmware measures by itself.
                self._is_asked = False
        done, _ = await asyncio.wait((self._answer,), timeout=NOTIFIED_S)
        if done:
            return self._answer.result()
        return await self._gatt.read(profile.PRESSURE)

    def _notified(self, data: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(data)

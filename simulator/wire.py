"""The link between two radios: ordered, with delay, and lost when it falls silent."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from bumble import hci

if TYPE_CHECKING:
    from .air import Air
    from .radio import AirConnection

type Delivery = Callable[[AirConnection], None]


class Lane:
    """One direction of a wire. Keeps order whatever the jitter."""

    def __init__(self, wire: Wire, end: AirConnection) -> None:
        """Carry data to this end."""
        self._wire = wire
        self._end = end
        self._queue: deque[tuple[float, Delivery]] = deque()
        self._timer: asyncio.Handle | None = None

    def put(self, delay_s: float, deliver: Delivery) -> None:
        """Send something that arrives after the delay, and after all before it."""
        due = asyncio.get_running_loop().time() + delay_s
        if self._queue:
            due = max(due, self._queue[-1][0])
        self._queue.append((due, deliver))
        if self._timer is None:
            self.move()

    def move(self) -> None:
        """Plan the next delivery, unless nothing gets through."""
        if not self._queue or not self._wire.audible:
            self._timer = None
            return
        loop = asyncio.get_running_loop()
        due = self._queue[0][0]
        if due <= loop.time():
            self._timer = loop.call_soon(self._arrive)
        else:
            self._timer = loop.call_at(due, self._arrive)

    def _arrive(self) -> None:
        self._timer = None
        if not self._wire.audible:
            return
        now = asyncio.get_running_loop().time()
        # One loop turn delivers all that is due: the clock's resolution may have
        # woken us a little early for the first.
        delivered = False
        while self._queue and (not delivered or self._queue[0][0] <= now):
            _, deliver = self._queue.popleft()
            delivered = True
            if self._end.open:
                deliver(self._end)
        if self._timer is None:
            self.move()

    def stop(self) -> None:
        """Lose whatever is under way."""
        self._queue.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None


class Wire:
    """A connection on the air.

    While the two radios do not hear each other everything waits, as the link layer
    repeats unacknowledged packets; after the supervision time both ends report
    the link lost (0x08), whatever they were doing.
    """

    def __init__(self, air: Air, supervision_s: float) -> None:
        """Make a wire without ends."""
        self._air = air
        self._supervision_s = supervision_s
        self._lanes: dict[int, Lane] = {}
        self._watch: asyncio.TimerHandle | None = None
        self.ends: tuple[AirConnection, ...] = ()
        self.audible = True

    def join(self, central: AirConnection, peripheral: AirConnection) -> None:
        """Connect both ends."""
        self.ends = (central, peripheral)
        self._lanes = {
            id(central): Lane(self, peripheral),
            id(peripheral): Lane(self, central),
        }

    def send(self, sender: AirConnection, deliver: Delivery) -> None:
        """Carry something from one end to the other."""
        central, peripheral = self.ends
        unit = peripheral.self_address
        self._lanes[id(sender)].put(
            self._air.draw_delay(unit, to_unit=sender is central), deliver
        )

    def set_audible(self, audible: bool) -> None:
        """Say whether the two radios hear each other now."""
        if audible == self.audible:
            return
        self.audible = audible
        if audible:
            if self._watch:
                self._watch.cancel()
                self._watch = None
            for lane in self._lanes.values():
                lane.move()
        else:
            self._watch = asyncio.get_running_loop().call_later(
                self._supervision_s, self.lose
            )

    def lose(self, reason: int = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR) -> None:
        """Report the link lost at both ends that still believe in it."""
        self.cut()
        for end in self.ends:
            end.controller.on_le_disconnected(end, reason)

    def cut(self) -> None:
        """Drop what is under way and stop watching; nobody is told."""
        if self._watch:
            self._watch.cancel()
            self._watch = None
        for lane in self._lanes.values():
            lane.stop()

    @property
    def over(self) -> bool:
        """Whether both ends know that the link is gone."""
        return not any(end.open for end in self.ends)

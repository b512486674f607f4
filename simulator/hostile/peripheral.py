"""A hostile peripheral: a unit of the house whose firmware was replaced by a worse one.

It holds its controllers' keys, so that all it does comes from somebody who is trusted.
What it does to air is still the real firmware's: the witness can be believed.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bumble import att

from ..gatt import CONTROL_UUID
from ..peripheral import VirtualBoots
from . import frames

A_TURN: Final = 20
"""Notifications in one breath."""

A_BREATH_S: Final = 0.02
"""Seconds between two: 1000 a second are more than any air carries.

Without a pause the flood would starve the other boots' firmware, which runs in the same
process here and does not in any house.
"""


def _name(uuid: str) -> str:
    """Return how the server knows a characteristic."""
    return "2A19" if uuid == frames.BATTERY else uuid


class HostilePeripheral:
    """One unit that has begun to lie."""

    def __init__(self, boots: VirtualBoots) -> None:
        """Begin with a unit that is on the air; it is honest yet."""
        self._boots = boots
        self._flood: asyncio.Task[None] | None = None
        self.sent = 0
        """How many hostile notifications went out."""

    def read(self, uuid: str, value: bytes | Callable[[], bytes]) -> None:
        """Have a characteristic read as this from now on."""
        server = self._boots.server
        assert server is not None
        source = value if callable(value) else lambda: value
        server.values[uuid].value = att.AttributeValue(read=lambda _: source())

    def flood(self, notifications: Iterable[tuple[str, bytes]]) -> None:
        """Notify these, faster than any air would, whenever somebody is linked."""
        self._flood = asyncio.create_task(self._pour(iter(notifications)))

    async def _pour(self, notifications: Iterator[tuple[str, bytes]]) -> None:
        while True:
            await asyncio.sleep(A_BREATH_S)
            boots = self._boots
            if boots.connection is None or boots.server is None:
                continue
            for _ in range(A_TURN):
                uuid, frame = next(notifications)
                boots.notify(_name(uuid), frame)
                self.sent += 1

    def never_answer(self) -> None:
        """Keep the link and say nothing any more, whatever is asked."""
        assert self._boots.server is not None
        self._boots.server.operation = lambda: False
        self._boots.deliver = lambda uuid, frame: None

    def answer_everything(self) -> None:
        """Answer each write with a result for every request that there may be."""
        server = self._boots.server
        assert server is not None

        def answer(data: bytes, with_response: bool) -> None:
            for frame in frames.every_result():
                self._boots.notify(CONTROL_UUID, frame)
                self.sent += 1

        server.on_write(CONTROL_UUID, answer)

    async def rest(self) -> None:
        """Stop flooding."""
        if self._flood is not None:
            self._flood.cancel()
            await asyncio.gather(self._flood, return_exceptions=True)
            self._flood = None

"""A connection whose other end says what a test tells it to."""

import asyncio
from collections.abc import Callable

from custom_components.kumo_boots.boots.drivers.open_boots import profile
from custom_components.kumo_boots.boots.errors import LinkLostError


class ScriptedGatt:
    """A ``Gatt`` with fixed values to read, and a function that answers writes."""

    def __init__(self, values: dict[str, bytes] | None = None) -> None:
        """Answer nothing until ``answer`` is set."""
        self.values = values or {}
        self.callbacks: dict[str, Callable[[bytes], None]] = {}
        self.written: list[tuple[str, bytes, bool]] = []
        self.answer: Callable[[bytes], list[bytes]] = lambda _: []
        self.broken = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, uuid: str) -> bytes:
        """Return the value."""
        return self.values[uuid]

    async def write(self, uuid: str, data: bytes, *, response: bool) -> None:
        """Keep the frame and answer it."""
        if self.broken:
            raise LinkLostError("scripted")
        if response:
            await self.gate.wait()
        self.written.append((uuid, data, response))
        for frame in self.answer(data):
            self.notify(uuid, frame)

    async def subscribe(self, uuid: str, callback: Callable[[bytes], None]) -> None:
        """Keep the callback."""
        self.callbacks[uuid] = callback

    def notify(self, uuid: str, frame: bytes) -> None:
        """Send a notification."""
        self.callbacks[uuid](frame)

    @property
    def control(self) -> list[bytes]:
        """What was written to the control point."""
        return [data for uuid, data, _ in self.written if uuid == profile.CONTROL]

"""What a driver may ask of a Bluetooth link."""

from collections.abc import Callable
from typing import Protocol


class Gatt(Protocol):
    """One connection's characteristics; useless once that connection ended.

    Every call ends within a time limit, and raises ``LinkError`` when the
    connection fails or ``ProtocolError`` when the unit has no such characteristic.
    """

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""

    async def write(self, uuid: str, data: bytes, *, response: bool) -> None:
        """Write a characteristic; without a response it overtakes what waits."""

    async def subscribe(self, uuid: str, callback: Callable[[bytes], None]) -> None:
        """Have ``callback`` called with every notification of this connection."""

"""Where a unit's Bluetooth device comes from: the virtual air, or a real controller."""

import asyncio
from hashlib import sha256
import logging
from typing import Protocol

from bumble import hci
from bumble.device import Device
from bumble.transport import open_transport
from bumble.transport.common import Transport

from .air import Air

_LOGGER = logging.getLogger(__name__)

# A controller that takes longer to reset has been unplugged.
RESET_S = 2.0


class PlaceError(OSError):
    """A real controller cannot be had."""


class Place(Protocol):
    """Where a device comes from: the air, or a real controller."""

    async def open(self, name: str, address: str) -> Device:
        """Return a device that is not yet powered on."""

    async def close(self, device: Device) -> None:
        """Take the device away without a word."""


class OnAir:
    """Devices on the virtual air."""

    def __init__(self, air: Air) -> None:
        """Use this air."""
        self.air = air

    async def open(self, name: str, address: str) -> Device:
        """Return a device with an own radio."""
        return self.air.device(name, address)

    async def close(self, device: Device) -> None:
        """Take its radio off the air; the other end notices when it hears nothing."""
        for radio in list(self.air.controllers):
            if radio.random_address == device.static_address:
                self.air.remove_controller(radio)


class RealRadio:
    """A real HCI controller, named as Bumble names its transports (``usb:0``)."""

    def __init__(self, transport: str) -> None:
        """Use this transport; it is opened with the device."""
        self.transport = transport
        self._open: Transport | None = None

    async def open(self, name: str, address: str) -> Device:
        """Open the controller; raises ``PlaceError``."""
        try:
            self._open = await open_transport(self.transport)
        except Exception as error:
            # Every kind of transport has errors of its own.
            raise PlaceError(f"{self.transport}: {error}") from error
        return Device.with_hci(
            name, hci.Address(address), self._open.source, self._open.sink
        )

    async def close(self, device: Device) -> None:
        """Reset the controller, so that nothing advertises any more, and let it go."""
        if self._open:
            try:
                async with asyncio.timeout(RESET_S):
                    await device.host.reset()
            except TimeoutError:
                _LOGGER.warning("%s does not answer; is it gone?", self.transport)
            await self._open.close()
            self._open = None


def static_address(seed: int, name: str) -> str:
    """Return the static random address that belongs to a seed and a name."""
    octets = bytearray(sha256(f"{seed}/{name}".encode()).digest()[:6])
    octets[0] |= 0xC0
    return octets.hex(":").upper()

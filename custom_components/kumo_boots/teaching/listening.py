"""Listening to a device that nobody knows: it is read and subscribed to, never written.

The one thing that reaches the device as a write is what a subscription is made of in
Bluetooth, the client characteristic configuration of each characteristic.
"""

import asyncio
from contextlib import suppress
import logging
from typing import TYPE_CHECKING

from bleak.exc import BleakError
from homeassistant.core import HomeAssistant

from ..boots.connecting import connect
from ..units import device_finder
from .bundle import SERIAL, STANDARD, Characteristic, Message, Recording, Service

if TYPE_CHECKING:
    from bleak.backends.characteristic import BleakGATTCharacteristic
    from bleak_retry_connector import BleakClientWithServiceCache

_LOGGER = logging.getLogger(__name__)

CALL_S = 10
"""For one read or subscription; what takes longer is left out."""
MOST = 5000
"""Messages that are kept: a quarter of an hour of five a second."""


class Listening:
    """One device, connected to from ``start`` until ``close``."""

    def __init__(self, hass: HomeAssistant, address: str, recording: Recording) -> None:
        """Fill in ``recording``."""
        self._hass = hass
        self._address = address
        self._recording = recording
        self._client: BleakClientWithServiceCache | None = None
        self._began = hass.loop.time()

    async def start(self) -> None:
        """Connect, read what is standard, subscribe; ``LinkError`` if it cannot be."""
        client = self._client = await connect(
            "the device", device_finder(self._hass, self._address), self._lost, None
        )
        self._began = self._hass.loop.time()
        services = []
        for service in client.services:
            each = [await self._look(client, c) for c in service.characteristics]
            services.append(Service(uuid=service.uuid, characteristics=tuple(each)))
        self._recording.services = tuple(services)

    async def _look(
        self, client: BleakClientWithServiceCache, each: BleakGATTCharacteristic
    ) -> Characteristic:
        value = None
        if each.uuid in STANDARD | {SERIAL} and "read" in each.properties:
            value = await self._read(client, each)
        if each.uuid == SERIAL:
            self._recording.serial = value or b""
            value = None
        if {"notify", "indicate"} & set(each.properties):
            await self._subscribe(client, each)
        return Characteristic(
            uuid=each.uuid, properties=tuple(each.properties), value=value
        )

    async def _read(
        self, client: BleakClientWithServiceCache, each: BleakGATTCharacteristic
    ) -> bytes | None:
        try:
            async with asyncio.timeout(CALL_S):
                return bytes(await client.read_gatt_char(each))
        except (BleakError, OSError, TimeoutError) as error:
            _LOGGER.debug("%s was not read: %s", each.uuid, error)
            return None

    async def _subscribe(
        self, client: BleakClientWithServiceCache, each: BleakGATTCharacteristic
    ) -> None:
        def heard(_: BleakGATTCharacteristic, data: bytearray) -> None:
            if len(self._recording.messages) < MOST:
                self._recording.messages.append(
                    Message(
                        at_s=self._hass.loop.time() - self._began,
                        label=self._recording.label,
                        characteristic=each.uuid,
                        data=bytes(data),
                    )
                )

        try:
            async with asyncio.timeout(CALL_S):
                await client.start_notify(each, heard)
        except (BleakError, OSError, TimeoutError) as error:
            _LOGGER.debug("%s was not subscribed to: %s", each.uuid, error)

    def _lost(self) -> None:
        self._recording.lost = True

    async def close(self) -> None:
        """Let the device go."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(BleakError, OSError, EOFError, TimeoutError):
                async with asyncio.timeout(CALL_S):
                    await client.disconnect()

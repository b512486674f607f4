"""A Bluetooth central on the virtual air.

``Central`` is one adapter: one connection attempt at a time, as hardware has it. What
speaks bleak wants ``bleak_backend`` instead, which is made from it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self

from bleak.exc import BleakError
from bumble import core, hci
from bumble.device import (
    Advertisement,
    Connection,
    ConnectionParametersPreferences,
    Device,
    Peer,
)

from .air import Air
from .gatt_client import GattClient

# Much as a Home Assistant connects: fast, and lost after 4 s of silence.
CONNECTION_INTERVAL_MS = 15.0
SUPERVISION_TIMEOUT_MS = 4000


class Central:
    """One adapter on the air that scans and connects.

    As bleak's own backends do, ``connect`` raises ``TimeoutError`` when nobody answers
    in time, and ``BleakError`` when the unit refuses. Close it when done.
    """

    def __init__(self, air: Air, address: str = "C2:00:00:00:00:01") -> None:
        """Take a place on the air under a static random address."""
        self.air = air
        self.device: Device = air.device(f"central {address}", address)
        self._powered = False
        self._connecting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Power on."""
        await self.power_on()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect everything and leave the air."""
        await self.close()

    async def power_on(self) -> None:
        """Power on; once is enough."""
        if not self._powered:
            await self.device.power_on()
            self._powered = True

    async def close(self) -> None:
        """Disconnect everything and leave the air."""
        for connection in list(self.device.connections.values()):
            await self.disconnect(connection)
        if self._powered:
            self._powered = False
            await self.device.power_off()
        for radio in list(self.air.controllers):
            if radio.random_address == self.device.static_address:
                self.air.remove_controller(radio)

    async def scan(
        self,
        until: Callable[[Advertisement], bool],
        timeout_s: float = 5,
        *,
        active: bool = True,
    ) -> Advertisement:
        """Return the first that ``until`` accepts; raises ``TimeoutError``.

        An active scan gives scan responses, whose ``data`` holds the advertisement's
        fields too; a passive one gives advertisements.
        """
        found: asyncio.Future[Advertisement] = (
            asyncio.get_running_loop().create_future()
        )

        def heard(advertisement: Advertisement) -> None:
            if not found.done() and until(advertisement):
                found.set_result(advertisement)

        await self.power_on()
        self.device.on(Device.EVENT_ADVERTISEMENT, heard)
        try:
            await self.device.start_scanning(active=active)
            async with asyncio.timeout(timeout_s):
                return await found
        finally:
            self.device.remove_listener(Device.EVENT_ADVERTISEMENT, heard)
            await self.device.stop_scanning()

    async def connect(self, address: str, timeout_s: float = 10) -> Connection:
        """Connect to a unit by its static random address."""
        await self.power_on()
        preferences = ConnectionParametersPreferences()
        preferences.connection_interval_min = CONNECTION_INTERVAL_MS
        preferences.connection_interval_max = CONNECTION_INTERVAL_MS
        preferences.supervision_timeout = SUPERVISION_TIMEOUT_MS
        async with self._connecting:
            try:
                connection = await self.device.connect_le(
                    hci.Address(address),
                    {hci.Phy.LE_1M: preferences},
                    timeout=timeout_s,
                )
            except core.TimeoutError as error:
                raise TimeoutError(f"{address} was not found") from error
            except core.ConnectionError as error:
                raise BleakError(f"Failed to connect: {error}") from error
            except asyncio.CancelledError:
                # Bumble leaves the attempt running; it would take the unit later.
                await self._give_up()
                raise
            connection.gatt_client = GattClient(connection)
            return connection

    async def _give_up(self) -> None:
        try:
            await self.device.send_sync_command(
                hci.HCI_LE_Create_Connection_Cancel_Command()
            )
        except hci.HCI_Error:
            # Too late to cancel: the link is there.
            for connection in list(self.device.connections.values()):
                await self.disconnect(connection)

    async def disconnect(self, connection: Connection) -> None:
        """End a link; nothing happens when it is gone already."""
        if self.device.connections.get(connection.handle) is not connection:
            return
        try:
            async with asyncio.timeout(5):
                await connection.disconnect()
        except core.BaseBumbleError, TimeoutError:
            pass

    @asynccontextmanager
    async def peer(self, address: str) -> AsyncIterator[Peer]:
        """Connect, discover everything, and disconnect at the end."""
        connection = await self.connect(address)
        try:
            peer = Peer(connection)
            await peer.discover_all()
            yield peer
        finally:
            await self.disconnect(connection)

"""One connection slot in use: a BLE link of the proxy, from request to end."""

import asyncio
from collections.abc import Coroutine
import logging
from typing import TYPE_CHECKING, Any

from bumble import core, hci
from bumble.att import ATT_Error
from bumble.device import Connection, ConnectionParametersPreferences
from bumble.hci import Address

from ..gatt_client import GattClient
from .gatt import EveryHandle, discover
from .wire_format import pb

if TYPE_CHECKING:
    from .proxy import Proxy

_LOGGER = logging.getLogger(__name__)
# esp_gatt_defs.h
NOT_CONNECTED = -1
ESP_GATT_ERROR = 133
# api_connection.cpp sends services in messages of about a network packet.
SERVICES_IN_A_MESSAGE = 3


class Link:
    """Connects, serves GATT requests, and reports its own end."""

    def __init__(
        self, proxy: Proxy, number: int, address_type: int, *, cached: bool
    ) -> None:
        """Reserve the slot and start connecting.

        ``number``: the peer's address as ESPHome writes it; ``address_type``: 0
        public, 1 random; ``cached``: the client knows the services already, so
        they cannot be asked for on this connection.
        """
        self.number = number
        self.connected = False
        self._proxy = proxy
        self._cached = cached
        self._peer = Address(
            number.to_bytes(6, "little"), hci.AddressType(address_type)
        )
        self._unwanted: asyncio.Future[None] = (
            asyncio.get_running_loop().create_future()
        )
        self._connection: Connection | None = None
        self._closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._operations: set[asyncio.Task[None]] = set()
        self._listening: set[int] = set()
        self.task = asyncio.create_task(self._run())

    # --- life ---

    async def _run(self) -> None:
        error = 0
        try:
            connection = await self._connect()
            if connection is not None:
                error = await self._serve(connection)
        except core.BaseError as failed:
            error = failed.error_code or ESP_GATT_ERROR
        finally:
            self.connected = False
            for operation in self._operations:
                operation.cancel()
            self._proxy.released(self, 0 if self._unwanted.done() else error)

    async def _connect(self) -> Connection | None:
        # Like ESPHome, one attempt at a time; others wait in their slots.
        turn = asyncio.create_task(self._proxy.connecting.acquire())
        await self._either(turn)
        if not turn.done():
            turn.cancel()
            return None
        try:
            return None if self._unwanted.done() else await self._attempt()
        finally:
            self._proxy.connecting.release()

    async def _attempt(self) -> Connection:
        device = self._proxy.device
        timing = ConnectionParametersPreferences(
            supervision_timeout=round(self._proxy.supervision_s * 1000)
        )
        attempt = asyncio.create_task(
            device.connect_le(
                self._peer,
                own_address_type=hci.OwnAddressType.PUBLIC,
                connection_parameters_preferences={hci.Phy.LE_1M: timing},
                timeout=None,
            )
        )
        try:
            await self._either(attempt)
            while not attempt.done():
                # Unwanted, though perhaps not under way yet.
                if device.is_le_connecting:
                    await self._cancel_attempt()
                await asyncio.wait({attempt}, timeout=0.001)
            return attempt.result()
        finally:
            attempt.cancel()

    async def _either(self, task: asyncio.Task[Any]) -> None:
        """Wait until a task is done or the link is unwanted."""
        try:
            await asyncio.wait(
                {task, self._unwanted}, return_when=asyncio.FIRST_COMPLETED
            )
        except asyncio.CancelledError:
            task.cancel()
            raise

    async def _cancel_attempt(self) -> None:
        try:
            await self._proxy.device.cancel_connection()
        except hci.HCI_Error:
            _LOGGER.debug("The connection came up while it was cancelled")

    async def _serve(self, connection: Connection) -> int:
        """Use the link until it ends; return why (an HCI reason)."""
        connection.on(connection.EVENT_DISCONNECTION, self._lost)
        self._connection = connection
        connection.gatt_client = client = GattClient(connection)
        client.notification_subscribers = EveryHandle(self._notified)
        client.indication_subscribers = EveryHandle(self._notified)
        try:
            mtu = await client.request_mtu(self._proxy.mtu)
        except ATT_Error:
            mtu = client.mtu
        except asyncio.CancelledError:
            # Bumble cancels requests when their link is lost.
            if self._closed.done():
                return self._closed.result()
            raise
        if self._unwanted.done():
            await self._hang_up()
        else:
            self.connected = True
            self._proxy.tell(
                pb.BluetoothDeviceConnectionResponse(
                    address=self.number, connected=True, mtu=mtu
                )
            )
        return await self._closed

    def _lost(self, reason: int) -> None:
        self.connected = False
        if not self._closed.done():
            self._closed.set_result(reason)

    def disconnect(self) -> None:
        """End the link, or the attempt at it; its end is reported as any other."""
        if self._unwanted.done():
            return
        self._unwanted.set_result(None)
        if self.connected:
            self.connected = False
            self._start(self._hang_up())

    async def _hang_up(self) -> None:
        if self._connection is not None:
            try:
                await self._connection.disconnect()
            except hci.HCI_Error:
                _LOGGER.debug("The link was gone already")

    # --- requests ---

    def _start(self, operation: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(operation)
        self._operations.add(task)
        task.add_done_callback(self._operations.discard)

    def request(self, message: Any) -> None:
        """Serve a GATT request; the answer or the error goes to the client."""
        self._start(self._answer(message))

    async def _answer(self, message: Any) -> None:
        handle = getattr(message, "handle", 0)
        try:
            answers = await self._perform(message)
        except ATT_Error as refused:
            answers = [self.error(handle, refused.error_code)]
        except core.BaseBumbleError:
            answers = [self.error(handle, ESP_GATT_ERROR)]
        except asyncio.CancelledError:
            if self._closed.done():
                self._proxy.tell(self.error(handle, NOT_CONNECTED))
            raise
        for answer in answers:
            self._proxy.tell(answer)

    def error(self, handle: int, code: int) -> Any:
        """Return the message for a failed request."""
        return pb.BluetoothGATTErrorResponse(
            address=self.number, handle=handle, error=code
        )

    async def _perform(self, message: Any) -> list[Any]:
        assert self._connection is not None
        client = self._connection.gatt_client
        self._proxy.count_operation(self)
        where: dict[str, int] = {"address": self.number}
        match type(message):
            case pb.BluetoothGATTGetServicesRequest:
                services = [] if self._cached else await discover(client)
                return [
                    *(
                        pb.BluetoothGATTGetServicesResponse(
                            **where, services=services[start:][:SERVICES_IN_A_MESSAGE]
                        )
                        for start in range(0, len(services), SERVICES_IN_A_MESSAGE)
                    ),
                    pb.BluetoothGATTGetServicesDoneResponse(**where),
                ]
            case pb.BluetoothGATTNotifyRequest:
                change = (
                    self._listening.add if message.enable else self._listening.discard
                )
                change(message.handle)
                return [pb.BluetoothGATTNotifyResponse(**where, handle=message.handle)]
            case pb.BluetoothGATTWriteRequest | pb.BluetoothGATTWriteDescriptorRequest:
                await self._proxy.writes_flow.wait()
                await client.write_value(
                    message.handle,
                    message.data,
                    with_response=getattr(message, "response", True),
                )
                # Without response as well: the ESP32's stack reports both as done.
                return [pb.BluetoothGATTWriteResponse(**where, handle=message.handle)]
            case _:
                value = await client.read_value(message.handle)
                return [
                    pb.BluetoothGATTReadResponse(
                        **where, handle=message.handle, data=value
                    )
                ]

    def pair(self) -> None:
        """Pair with Just Works, all that a proxy without keys or display can."""
        self._start(self._pair())

    async def _pair(self) -> None:
        assert self._connection is not None
        error = 0
        try:
            await self._connection.pair()
        except core.ProtocolError as failed:
            error = failed.error_code or ESP_GATT_ERROR
        self._proxy.tell(
            pb.BluetoothDevicePairingResponse(
                address=self.number, paired=not error, error=error
            )
        )

    def _notified(self, handle: int, value: bytes) -> None:
        if handle in self._listening:
            self._proxy.tell(
                pb.BluetoothGATTNotifyDataResponse(
                    address=self.number, handle=handle, data=value
                )
            )

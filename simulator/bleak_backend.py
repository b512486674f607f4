"""A bleak backend on the virtual air.

In-process tests and benches reach the virtual boots through this, without Home
Assistant and without a proxy::

    async with House() as house:
        client_class = bleak_client_class(house.air)
        device = ble_device(house.boots["pair1-left"].address, "Boots 1L")
        async with client_class(device) as client:          # a BleakClient
            await client.read_gatt_char(CAPABILITIES)
        client = await establish_connection(client_class, device, "boots")

``bleak_client_class`` is a ``BleakClientWithServiceCache`` with its backend chosen, so
it goes wherever a ``client_class`` is asked for. For plain bleak:
``BleakClient(device, backend=bleak_backend_class(air))``.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast, override

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bleak_retry_connector import BleakClientWithServiceCache
from bumble import att, core, gatt_client
from bumble.core import UUID
from bumble.device import Connection

from .air import Air
from .central import Central

DEFAULT_MTU = 185


def ble_device(address: str, name: str | None = None) -> BLEDevice:
    """Return what a scanner would have found, for a unit with this address."""
    return BLEDevice(address.upper(), name, {})


class _Adapters:
    """The centrals of one air: an own one for each link, so that none waits."""

    def __init__(self, air: Air) -> None:
        self._air = air
        self._free: list[Central] = []
        self._made = 0

    def take(self) -> Central:
        if self._free:
            return self._free.pop()
        self._made += 1
        return Central(
            self._air, f"C3:00:00:00:{self._made >> 8:02X}:{self._made & 0xFF:02X}"
        )

    def give_back(self, central: Central) -> None:
        self._free.append(central)


class BumbleBleakClient(BaseBleakClient):
    """A bleak backend over a Bumble central; made for an air by ``bleak_backend_class``.

    The disconnected callback comes with every end of a link. A call that is under way
    when the link is lost raises ``BleakError``.
    """

    adapters: _Adapters

    def __init__(self, address_or_ble_device: BLEDevice | str, **kwargs: Any) -> None:
        """Prepare; ``connect`` does the work."""
        super().__init__(address_or_ble_device, **kwargs)
        self._name = (
            address_or_ble_device.name
            if isinstance(address_or_ble_device, BLEDevice)
            else None
        )
        self._central: Central | None = None
        self._connection: Connection | None = None
        self._client: gatt_client.Client | None = None
        self._subscriptions: dict[int, Callable[[bytes], None]] = {}

    @property
    @override
    def name(self) -> str:
        return self._name or self.address.replace(":", "-")

    @property
    @override
    def mtu_size(self) -> int:
        return self._connection.att_mtu if self._connection else 23

    @property
    @override
    def is_connected(self) -> bool:
        return self._connection is not None

    @override
    async def connect(self, pair: bool, **kwargs: Any) -> None:
        if self._connection is not None:
            raise BleakError("already connected")
        central = self.adapters.take()
        try:
            timeout_s = kwargs.get("timeout", self._timeout)
            connection = await central.connect(self.address, timeout_s)
        except BaseException:
            self.adapters.give_back(central)
            raise
        self._central, self._connection = central, connection
        self._client = connection.gatt_client
        connection.once(Connection.EVENT_DISCONNECTION, self._lost)
        try:
            await self._call(connection.gatt_client.request_mtu(DEFAULT_MTU))
            self.services = await self._discover()
        except BaseException:
            await self.disconnect()
            raise

    def _lost(self, _reason: int) -> None:
        central, self._central = self._central, None
        self._connection = self._client = None
        self._subscriptions.clear()
        if central is not None:
            self.adapters.give_back(central)
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    @override
    async def disconnect(self) -> None:
        if self._central is not None and self._connection is not None:
            await self._central.disconnect(self._connection)

    @override
    async def pair(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the Open Boots Profile asks for no pairing")

    @override
    async def unpair(self) -> None:
        raise NotImplementedError("the Open Boots Profile asks for no pairing")

    async def _call[T](self, call: Coroutine[Any, Any, T]) -> T:
        try:
            return await call
        except asyncio.CancelledError:
            # Bumble cancels what is pending when the link goes.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise BleakError("disconnected") from None
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except (core.TimeoutError, TimeoutError) as error:
            raise TimeoutError from error
        except core.BaseBumbleError as error:
            raise BleakError(str(error)) from error

    async def _discover(self) -> BleakGATTServiceCollection:
        client = self._gatt()
        found = BleakGATTServiceCollection()
        for service in await self._call(client.discover_services()):
            owner = BleakGATTService(service, service.handle, _uuid(service.uuid))
            found.add_service(owner)
            for proxy in await self._call(client.discover_characteristics((), service)):
                characteristic = BleakGATTCharacteristic(
                    proxy,
                    proxy.handle,
                    _uuid(proxy.uuid),
                    list(gatt_char_props_to_strs(int(proxy.properties))),
                    lambda: self.mtu_size - 3,
                    owner,
                )
                found.add_characteristic(characteristic)
                for descriptor in await self._call(client.discover_descriptors(proxy)):
                    found.add_descriptor(
                        BleakGATTDescriptor(
                            descriptor,
                            descriptor.handle,
                            _uuid(descriptor.type),
                            characteristic,
                        )
                    )
        return found

    def _gatt(self) -> gatt_client.Client:
        if self._client is None:
            raise BleakError("Not connected")
        return self._client

    @override
    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,
        **kwargs: Any,
    ) -> bytearray:
        value = await self._call(self._gatt().read_value(characteristic.handle))
        return bytearray(value)

    @override
    async def read_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        *,
        use_cached: bool = False,
        **kwargs: Any,
    ) -> bytearray:
        value = await self._call(self._gatt().read_value(descriptor.handle))
        return bytearray(value)

    @override
    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        await self._call(
            self._gatt().write_value(characteristic.handle, bytes(data), response)
        )

    @override
    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        await self._call(
            self._gatt().write_value(descriptor.handle, bytes(data), with_response=True)
        )

    @override
    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **kwargs: Any,
    ) -> None:
        if characteristic.handle in self._subscriptions:
            raise BleakError("Characteristic notifications already started")

        def notified(value: bytes) -> None:
            callback(bytearray(value))

        self._subscriptions[characteristic.handle] = notified
        proxy = cast("gatt_client.CharacteristicProxy[bytes]", characteristic.obj)
        await self._call(self._gatt().subscribe(proxy, notified))

    @override
    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        if notified := self._subscriptions.pop(characteristic.handle, None):
            proxy = cast("gatt_client.CharacteristicProxy[bytes]", characteristic.obj)
            await self._call(self._gatt().unsubscribe(proxy, notified))


def _uuid(uuid: UUID) -> str:
    return normalize_uuid_str(uuid.to_hex_str("-").lower())


def bleak_backend_class(air: Air) -> type[BumbleBleakClient]:
    """Return a backend for ``BleakClient(device, backend=…)`` on this air."""

    class Backend(BumbleBleakClient):
        adapters = _Adapters(air)

    return Backend


def bleak_client_class(air: Air) -> type[BleakClientWithServiceCache]:
    """Return a ``BleakClient`` that uses this air, for ``establish_connection``."""
    backend = bleak_backend_class(air)

    class Client(BleakClientWithServiceCache):
        def __init__(
            self, address_or_ble_device: BLEDevice | str, *args: Any, **kwargs: Any
        ) -> None:
            kwargs["backend"] = backend
            super().__init__(address_or_ble_device, *args, **kwargs)

    return Client

"""The proxy itself: one radio, its slots, its clients, its faults."""

import asyncio
from functools import partial
from hashlib import sha256
from typing import Any

from aioesphomeapi import BluetoothProxyFeature
from bumble.device import Device
from bumble.hci import Address

from simulator.air import Air

from .link import NOT_CONNECTED, Link
from .scanner import Scanner
from .session import ApiSession
from .wire_format import pb

HOST = "127.0.0.1"
# What an ESP32 with ESPHome's default configuration offers.
DEFAULT_SLOTS = 3
# esp32_ble_client: MEDIUM_CONN_TIMEOUT, in 10 ms.
SUPERVISION_S = 8.0
MTU = 517
ESPHOME_VERSION = "2026.10.0"


def _mac(seed: str) -> bytes:
    # A locally administered address; the last byte leaves room for the Bluetooth one.
    digest = sha256(seed.encode()).digest()
    return bytes([0x02, *digest[:4], digest[4] & 0xFC])


def _text(mac: bytes) -> str:
    return mac.hex(":").upper()


class Proxy:
    """An ESPHome Bluetooth proxy on loopback, with a radio of its own on the air.

    ``port`` 0 takes a free one, known after ``start``. ``gain_db`` is how much
    better than other proxies it hears. One client at a time may use Bluetooth, as
    on the device; others are served everything else.
    """

    def __init__(
        self,
        air: Air,
        name: str,
        port: int = 0,
        slots: int = DEFAULT_SLOTS,
        *,
        gain_db: int = 0,
        active: bool = True,
        supervision_s: float = SUPERVISION_S,
        mtu: int = MTU,
    ) -> None:
        """Describe the proxy; nothing is on the air before ``start``.

        ``name`` is a host name (lower case, digits, hyphens) and gives the MAC
        addresses; ``slots`` 0–9; ``active`` is the
        scan mode it is configured for (ESPHome's default is active; Home Assistant
        never asks a passive one for scan responses); ``supervision_s`` 0.1–32;
        ``mtu`` 23–517.
        """
        self.name = name
        self.host = HOST
        self.port = port
        self.supervision_s = supervision_s
        self.mtu = mtu
        mac = _mac(name)
        self.mac = _text(mac)
        # An ESP32's Bluetooth address is its base address plus two.
        self.address = _text(mac[:5] + bytes([mac[5] + 2]))
        self.connecting = asyncio.Lock()
        self.writes_flow = asyncio.Event()
        self.writes_flow.set()
        self._air = air
        self._active = active
        self._slots = self._limit = slots
        self._server: asyncio.Server | None = None
        self._device: Device | None = None
        self._scanner: Scanner | None = None
        self._sessions: set[ApiSession] = set()
        self._subscriber: ApiSession | None = None
        self._links: dict[int, Link] = {}
        self._stall: asyncio.TimerHandle | None = None
        self._drop_in: int | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        air.set_gain(self.address, gain_db)

    # --- power ---

    async def start(self) -> None:
        """Power the radio and listen; raises OSError when the port is taken."""
        await self._power_on()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: ApiSession(self), self.host, self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Switch off: every client is disconnected, every link is lost."""
        if self._server:
            self._server.close()
            self._server = None
        for session in list(self._sessions):
            session.abort()
        await self._power_off()
        await asyncio.sleep(0)

    async def _power_on(self) -> None:
        self._device = self._air.device(self.name, self.address + "/P")
        await self._device.power_on()
        self.connecting = asyncio.Lock()
        self._scanner = Scanner(self._device, self.tell, active=self._active)
        await self._scanner.scan(active=self._active)

    async def _power_off(self) -> None:
        if self._scanner:
            self._scanner.stop()
            self._scanner = None
        if self._device:
            self._air.power_off(self.address)
        self._flow()
        self._subscriber = None
        tasks = [link.task for link in self._links.values()] + list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._device = None

    @property
    def device(self) -> Device:
        """The Bumble host of the radio; only while powered."""
        assert self._device is not None
        return self._device

    @property
    def device_info(self) -> Any:
        """The message that describes the device."""
        return pb.DeviceInfoResponse(
            name=self.name,
            friendly_name=self.name.replace("-", " ").capitalize(),
            mac_address=self.mac,
            bluetooth_mac_address=self.address,
            esphome_version=ESPHOME_VERSION,
            compilation_time="2026-10-01 00:00:00 +0000",
            manufacturer="Simulated",
            model="esp32dev",
            project_name="kumo_boots.bluetooth-proxy",
            project_version="1.0",
            bluetooth_proxy_feature_flags=sum(BluetoothProxyFeature),
        )

    # --- faults ---

    async def kill(self) -> None:
        """Lose power: clients hear nothing more, not even that it is gone."""
        for session in self._sessions:
            session.mute = True
        await self._power_off()

    async def revive(self) -> None:
        """Get power back: old clients are reset, new ones are served."""
        for session in list(self._sessions):
            session.abort()
        await self._power_on()

    @property
    def alive(self) -> bool:
        """Whether the proxy has power."""
        return self._device is not None

    @property
    def slots(self) -> int:
        """How many connections it has to give, those in use included.

        Fewer than at first means that other devices hold the rest; links that are
        up stay up.
        """
        return self._slots

    @slots.setter
    def slots(self, slots: int) -> None:
        self._slots = slots
        self._limit = max(self._limit, slots)
        self._tell_slots()

    @property
    def held(self) -> frozenset[str]:
        """The addresses of the units whose connections take up its slots."""
        return frozenset(_text(number.to_bytes(6, "big")) for number in self._links)

    def stall_writes(self, seconds: float) -> None:
        """Hold all GATT writes that long from now; then they go out in order."""
        if self._stall:
            self._stall.cancel()
        self.writes_flow.clear()
        self._stall = asyncio.get_running_loop().call_later(seconds, self._flow)

    def _flow(self) -> None:
        if self._stall:
            self._stall.cancel()
            self._stall = None
        self.writes_flow.set()

    def drop_at(self, operation: int) -> None:
        """Lose the link that performs the n-th GATT operation from now (1 = next)."""
        self._drop_in = operation

    def count_operation(self, link: Link) -> None:
        """Note one GATT operation, and lose the link when it is its turn."""
        if self._drop_in is None:
            return
        self._drop_in -= 1
        if self._drop_in == 0:
            self._drop_in = None
            self._air.drop(_text(link.number.to_bytes(6, "big")))

    # --- clients ---

    def joined(self, session: ApiSession) -> None:
        """Note a new client; while dead, one that will hear nothing."""
        session.mute = not self.alive
        self._sessions.add(session)

    def left(self, session: ApiSession) -> None:
        """Note that a client is gone; with the Bluetooth one go its links."""
        self._sessions.discard(session)
        if session is self._subscriber:
            self._unsubscribe()

    def _unsubscribe(self) -> None:
        self._subscriber = None
        if self._scanner:
            self._scanner.wanted = False
        for link in self._links.values():
            link.disconnect()

    def tell(self, message: Any) -> None:
        """Send something to the client that uses Bluetooth."""
        if self._subscriber:
            self._subscriber.send(message)

    def _tell_slots(self) -> None:
        self.tell(self._slots_message)

    @property
    def _slots_message(self) -> Any:
        used = list(self._links)
        free = max(0, self._slots - len(used))
        # The rest belongs to nobody in particular: addresses 1, 2, ….
        others = range(1, self._limit - free - len(used) + 1)
        return pb.BluetoothConnectionsFreeResponse(
            free=free, limit=self._limit, allocated=[*used, *others]
        )

    # --- Bluetooth requests ---

    def bluetooth(self, session: ApiSession, message: Any) -> None:
        """Serve a request that concerns Bluetooth; ignore any other."""
        kind = type(message)
        if kind is pb.SubscribeBluetoothLEAdvertisementsRequest:
            if self._subscriber in (None, session):
                self._subscribe(session)
        elif kind is pb.SubscribeBluetoothConnectionsFreeRequest:
            # Home Assistant asks before it subscribes to advertisements.
            session.send(self._slots_message)
        elif session is not self._subscriber:
            return
        elif kind is pb.UnsubscribeBluetoothLEAdvertisementsRequest:
            self._unsubscribe()
        elif kind is pb.BluetoothScannerSetModeRequest:
            self._start(self._set_mode(active=bool(message.mode)))
        elif kind is pb.BluetoothDeviceRequest:
            self._device_request(message)
        elif kind is pb.BluetoothSetConnectionParamsRequest:
            self.tell(pb.BluetoothSetConnectionParamsResponse(address=message.address))
        elif kind.__name__.startswith("BluetoothGATT"):
            link = self._links.get(message.address)
            if link and link.connected:
                link.request(message)
            else:
                self._tell_not_connected(message)

    def _tell_not_connected(self, message: Any) -> None:
        self.tell(
            pb.BluetoothGATTErrorResponse(
                address=message.address,
                handle=getattr(message, "handle", 0),
                error=NOT_CONNECTED,
            )
        )

    def _subscribe(self, session: ApiSession) -> None:
        self._subscriber = session
        if self._scanner:
            self._scanner.wanted = True
            self.tell(self._scanner.state)

    async def _set_mode(self, *, active: bool) -> None:
        if self._scanner:
            await self._scanner.scan(active=active)
            self.tell(self._scanner.state)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _device_request(self, message: Any) -> None:
        link = self._links.get(message.address)
        tell_connection = partial(
            pb.BluetoothDeviceConnectionResponse, address=message.address
        )
        match message.request_type:
            case (
                pb.BLUETOOTH_DEVICE_REQUEST_TYPE_CONNECT_V3_WITH_CACHE
                | pb.BLUETOOTH_DEVICE_REQUEST_TYPE_CONNECT_V3_WITHOUT_CACHE
                | pb.BLUETOOTH_DEVICE_REQUEST_TYPE_CONNECT
            ):
                if link:
                    if link.connected:
                        self.tell(tell_connection(connected=True, mtu=self.mtu))
                        self._tell_slots()
                elif len(self._links) >= self._slots:
                    self.tell(tell_connection(connected=False))
                else:
                    cached = (
                        message.request_type
                        == pb.BLUETOOTH_DEVICE_REQUEST_TYPE_CONNECT_V3_WITH_CACHE
                    )
                    self._links[message.address] = Link(
                        self, message.address, message.address_type, cached=cached
                    )
                    self._tell_slots()
            case pb.BLUETOOTH_DEVICE_REQUEST_TYPE_DISCONNECT:
                if link:
                    link.disconnect()
                else:
                    self.tell(tell_connection(connected=False))
                    self._tell_slots()
            case pb.BLUETOOTH_DEVICE_REQUEST_TYPE_PAIR:
                if link and link.connected:
                    link.pair()
                else:
                    self.tell(
                        pb.BluetoothDevicePairingResponse(
                            address=message.address, paired=False, error=NOT_CONNECTED
                        )
                    )
            case pb.BLUETOOTH_DEVICE_REQUEST_TYPE_UNPAIR:
                self._start(self._unpair(message.address))
            case pb.BLUETOOTH_DEVICE_REQUEST_TYPE_CLEAR_CACHE:
                self.tell(
                    pb.BluetoothDeviceClearCacheResponse(
                        address=message.address, success=True
                    )
                )

    async def _unpair(self, number: int) -> None:
        keys = self.device.keystore
        peer = Address(number.to_bytes(6, "little"))
        found = [name for name, _ in await keys.get_all()] if keys else []
        for name in found:
            if name.startswith(peer.to_string(with_type_qualifier=False)) and keys:
                await keys.delete(name)
        self.tell(
            pb.BluetoothDeviceUnpairingResponse(address=number, success=bool(found))
        )

    def released(self, link: Link, error: int) -> None:
        """Take a slot back and tell why its link ended (an HCI reason, 0 none)."""
        if self._links.get(link.number) is link:
            del self._links[link.number]
        self.tell(
            pb.BluetoothDeviceConnectionResponse(
                address=link.number, connected=False, error=error
            )
        )
        self._tell_slots()

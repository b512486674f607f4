"""Boots at the end of a wire: the real firmware behind a bleak backend in memory.

    async def test_something(wire: Wire) -> None:
        boots = wire.add("left", legs=1)
        unit = wire.unit(boots)            # a Unit with a key that the firmware knows
        await unit.ready(5)
        boots.press("stop")

Time is the event loop's (see virtual_time.py), for the firmware and the air too, and
nothing but the transport is made up: bleak's client, bleak-retry-connector, the
firmware and the simulator's pneumatics are the real ones.
"""

import asyncio
from collections.abc import Callable
import contextlib
from random import Random
from typing import Any, override

from bleak.args import SizedBuffer
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError
from bleak_retry_connector import BleakClientWithServiceCache

from custom_components.kumo_boots.boots.driver import ControllerKey
from custom_components.kumo_boots.boots.drivers.open_boots import OpenBoots, profile
from custom_components.kumo_boots.boots.model import Side
from custom_components.kumo_boots.boots.unit import Unit
from firmware.obp import IDLE
from firmware.unit import Unit as Firmware
from simulator.pneumatics import Pneumatics

TICK_S = 0.02
IDLE_TICK_S = 0.5
OUT_OF_SLOTS = "No backend with an available connection slot was found"

_PROPERTIES = {
    profile.CAPABILITIES: ["read"],
    profile.STATE: ["read", "notify"],
    profile.PRESSURES: ["notify"],
    profile.CONTROL: ["write", "write-without-response", "notify"],
    profile.AUTHORISATION: ["write", "notify"],
    profile.BATTERY: ["read", "notify"],
    profile.MANUFACTURER: ["read"],
    profile.MODEL: ["read"],
    profile.SERIAL: ["read"],
    profile.FIRMWARE: ["read"],
}
CHANNELS = {
    "state": profile.STATE,
    "pressures": profile.PRESSURES,
    "control": profile.CONTROL,
    "authorisation": profile.AUTHORISATION,
}


class WiredBoots:
    """One unit: its firmware, its air, and what is wrong with its link."""

    def __init__(self, wire: Wire, name: str, address: str, **config: Any) -> None:
        """``config`` goes to the firmware, over its defaults."""
        self.wire = wire
        self.name = name
        self.address = address
        self.config = {"serial": name, "pair_id": b"PAIR", **config}
        self.random = Random(name)
        self.store: dict[str, bytes] = {}
        self.facts: list[tuple[str, dict[str, Any]]] = []
        """What the firmware told its witness: kind and facts."""
        self.speed = 1.0
        self.body = Pneumatics(
            self.config.get("legs", 1), self.config.get("chambers", 5), seed=1
        )
        self.loop = asyncio.get_running_loop()
        self.backend: WiredBackend | None = None
        self.written: list[tuple[bytes, bool]] = []
        """Every write to the control point that arrived, and whether with response."""
        self.in_range = True
        self.latency_s = 0.0
        """One way."""
        self.deaf = False
        """Nothing passes in either direction any more, and nobody notices."""
        self.open_gate = asyncio.Event()
        """While cleared, writes with response wait, as in a stalled proxy."""
        self.open_gate.set()
        self.stubborn = False
        """Writes that were handed over arrive, even when their caller gave up."""
        self.handed_over: set[asyncio.Task[None]] = set()
        self.mangle: Callable[[str, bytes], list[bytes]] | None = None
        """Turns a notification into those that arrive."""
        self.missing: set[str] = set()
        """Characteristics that are not there."""
        self._programme_s = 0.0
        self._ticked_at = self.loop.time()
        self.ticked: Callable[[], None] | None = None
        """Called whenever the unit has gone on."""
        self._woken = asyncio.Event()
        self.unit = self._boot()
        self._ticker = asyncio.create_task(self._tick())

    def _boot(self) -> Firmware:
        unit = Firmware(
            self.config,
            self.body,
            self.random.randbytes,
            self.store,
            lambda kind, **facts: self.facts.append((kind, facts)),
        )
        # One look at the sensors, so that it knows whether it is empty.
        unit.tick(self.now_ms, int(self._programme_s * 1000))
        return unit

    @property
    def now_ms(self) -> int:
        """The unit's own clock."""
        return int(self.loop.time() * 1000)

    def learn(self, slot: int = 0) -> ControllerKey:
        """Have the unit know a controller, as after pairing."""
        key = ControllerKey(slot, self.random.randbytes(32))
        self.unit.keys.put(slot, key.secret)
        return key

    def press(self, button: str) -> None:
        """Press ``start``, ``stop``, ``start_long`` (pairing) or ``reset``."""
        self.unit.press(button, self.now_ms)
        self._woken.set()
        self.settle()

    def reboot(self) -> None:
        """Lose power for a moment."""
        self.drop_link()
        self.unit = self._boot()

    def drop_link(self) -> None:
        """Lose the link; both sides notice."""
        backend, self.backend = self.backend, None
        if backend is not None:
            self.unit.disconnected(self.now_ms)
            backend.lose()

    def settle(self) -> None:
        """Let out what the firmware wants to say."""
        frames = list(self.unit.outbox)
        self.unit.outbox.clear()
        for channel, frame in frames:
            self.notify(CHANNELS[channel], bytes(frame))
        if self.unit.drop:
            self.drop_link()

    def notify(self, uuid: str, frame: bytes) -> None:
        """Send a notification."""
        if self.backend is None or self.deaf:
            return
        arriving = [frame] if self.mangle is None else self.mangle(uuid, frame)
        for data in arriving:
            self.backend.deliver(uuid, data)

    def pass_time(self, seconds: float) -> None:
        """Let the programme, the air and the firmware go on."""
        self._ticked_at = self.loop.time()
        self._programme_s += seconds
        self.body.advance(seconds)
        self.unit.tick(self.now_ms, int(self._programme_s * 1000))
        if self.ticked is not None:
            self.ticked()

    async def _tick(self) -> None:
        while True:
            # Idle hours would cost seconds at the pace of a session.
            pace = IDLE_TICK_S if self.unit.phase == IDLE else TICK_S
            self._woken.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pace):
                    await self._woken.wait()
            passed = (self.loop.time() - self._ticked_at) * self.speed
            steps = max(1, round(passed / 0.05))
            for _ in range(steps):
                self.pass_time(passed / steps)
            self.settle()

    async def close(self) -> None:
        """Switch off."""
        self._ticker.cancel()
        for writing in self.handed_over:
            writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._ticker

    # What the backend asks for

    def read(self, uuid: str) -> bytes:
        """Return a characteristic's value."""
        unit = self.unit
        if uuid == profile.CAPABILITIES:
            return bytes(unit.read_capabilities())
        if uuid == profile.STATE:
            return bytes(unit.read_state())
        if uuid == profile.BATTERY:
            return bytes([self.body.battery()[0] or 0])
        field = {
            profile.MANUFACTURER: "manufacturer",
            profile.MODEL: "model",
            profile.SERIAL: "serial",
            profile.FIRMWARE: "version",
        }[uuid]
        return str(getattr(unit.config, field)).encode()

    def write(self, uuid: str, data: bytes, *, response: bool) -> None:
        """Take a write."""
        if uuid == profile.CONTROL:
            self.written.append((data, response))
            self.unit.write_control(data, response, self.now_ms)
        else:
            self.unit.write_authorisation(data, self.now_ms)
        self._woken.set()
        self.settle()

    def count(self, opcode: int) -> int:
        """Return how many requests of a kind have arrived."""
        return sum(data[0] == opcode for data, _ in self.written)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Return the facts of one kind that the witness was told."""
        return [facts for what, facts in self.facts if what == kind]


class Wire:
    """All boots of a test, and the adapter that reaches them."""

    def __init__(self) -> None:
        """Start with no boots."""
        self.boots: dict[str, WiredBoots] = {}
        self.units: list[Unit] = []
        self.slots = 9
        self.connects: list[float] = []
        """When each connection was tried, s."""
        self.refuse: Exception | None = None
        """What every attempt to connect fails with."""
        self.connect_s = 0.05
        self.disconnect_hangs = False
        self.connect_hangs = False
        self.asked = 0
        """How often a device was looked for."""
        self.newest: dict[str, BLEDevice] = {}
        wire = self

        class Backend(WiredBackend):
            at = wire

        class Client(BleakClientWithServiceCache):
            def __init__(self, device: BLEDevice | str, **kwargs: Any) -> None:
                super().__init__(device, backend=Backend, **kwargs)

            @override
            async def clear_cache(self) -> bool:
                wire.cleared += 1
                return True

        self.cleared = 0
        self.client_class = Client

    def add(self, name: str, *, legs: int = 1, **config: Any) -> WiredBoots:
        """Switch on a unit."""
        number = len(self.boots) + 1
        boots = WiredBoots(
            self, name, f"C0:00:00:00:00:{number:02X}", legs=legs, **config
        )
        self.boots[boots.address] = boots
        return boots

    def find_device(self, boots: WiredBoots) -> Callable[[], BLEDevice | None]:
        """Return what a link finds the unit with; a new device each time."""

        def find() -> BLEDevice | None:
            self.asked += 1
            if not boots.in_range:
                return None
            device = BLEDevice(boots.address, boots.name, {"source": "wire"})
            self.newest[boots.address] = device
            return device

        return find

    def unit(self, boots: WiredBoots, **changes: Any) -> Unit:
        """Return a Unit for these boots; paired, unless ``key`` says otherwise."""
        given: dict[str, Any] = {
            "address": boots.address,
            "name": boots.name,
            "driver": OpenBoots,
            "find_device": self.find_device(boots),
            "legs": frozenset(
                side for bit, side in enumerate(Side) if boots.config["legs"] >> bit & 1
            ),
            "client_class": self.client_class,
            "random": lambda: 1.0,
            **changes,
        }
        if "key" not in given:
            given["key"] = boots.learn()
        unit = Unit(**given)
        self.units.append(unit)
        return unit

    async def close(self) -> None:
        """Close everything."""
        for unit in self.units:
            await unit.close()
        for boots in self.boots.values():
            await boots.close()
            # What is still on its way through the air.
            await asyncio.sleep(boots.latency_s)


class WiredBackend(BaseBleakClient):
    """A bleak backend whose other end is a ``WiredBoots``."""

    at: Wire

    def __init__(self, address_or_ble_device: BLEDevice | str, **kwargs: Any) -> None:
        """Keep the device: a stale one must not be used."""
        super().__init__(address_or_ble_device, **kwargs)
        self._device = address_or_ble_device
        self._boots = self.at.boots[self.address]
        self._loop = asyncio.get_running_loop()
        self._connected = False
        self._one_at_a_time = asyncio.Lock()
        self._callbacks: dict[str, NotifyCallback] = {}
        self._lost = self._loop.create_future()
        self._due = 0.0

    @property
    @override
    def name(self) -> str:
        return self._boots.name

    @property
    @override
    def mtu_size(self) -> int:
        return 23

    @property
    @override
    def is_connected(self) -> bool:
        return self._connected

    @override
    async def connect(self, pair: bool, **kwargs: Any) -> None:
        wire, boots = self.at, self._boots
        wire.connects.append(self._loop.time())
        if wire.connect_hangs:
            await asyncio.sleep(3600)
        await asyncio.sleep(wire.connect_s)
        if wire.refuse is not None:
            raise wire.refuse
        if self._device is not wire.newest.get(self.address):
            raise BleakError("stale device")
        if (
            sum(other.backend is not None for other in wire.boots.values())
            >= wire.slots
        ):
            raise BleakError(OUT_OF_SLOTS)
        if not boots.in_range or boots.backend is not None:
            raise BleakDeviceNotFoundError(self.address, "not found")
        self._connected = True
        self.services = _services(boots.missing)
        boots.backend = self
        boots.unit.connected(boots.now_ms)

    def lose(self) -> None:
        """Notice that the link is gone."""
        self._connected = False
        self._callbacks.clear()
        if not self._lost.done():
            self._lost.set_result(None)
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    def deliver(self, uuid: str, data: bytes) -> None:
        """Pass on a notification after the latency of the wire."""
        callback = self._callbacks.get(uuid)
        if callback is None:
            return
        if self._boots.latency_s:
            # What is due at the same time is called in no particular order, and
            # notifications never overtake each other.
            due = self._loop.time() + self._boots.latency_s
            self._due = max(due, self._due + 1e-6)
            self._loop.call_at(self._due, callback, bytearray(data))
        else:
            callback(bytearray(data))

    @override
    async def disconnect(self) -> None:
        if self.at.disconnect_hangs:
            await asyncio.sleep(3600)
        if self._connected:
            self._boots.drop_link()

    @override
    async def pair(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError

    @override
    async def unpair(self) -> None:
        raise NotImplementedError

    async def _trip(self) -> None:
        """Take one way through the air."""
        if not self._connected:
            raise BleakError("Not connected")
        if self._boots.deaf:
            await asyncio.sleep(3600)
        await asyncio.wait((self._lost,), timeout=self._boots.latency_s)
        if not self._connected:
            raise BleakError("disconnected")

    @override
    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,
        **kwargs: Any,
    ) -> bytearray:
        async with self._one_at_a_time:
            await self._trip()
            value = self._boots.read(characteristic.uuid)
            await self._trip()
            return bytearray(value)

    @override
    async def read_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        *,
        use_cached: bool = False,
        **kwargs: Any,
    ) -> bytearray:
        raise NotImplementedError

    @override
    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        boots, frame = self._boots, bytes(data)
        if not response:
            # It overtakes what waits for a response.
            await self._trip()
            boots.write(characteristic.uuid, frame, response=False)
            return
        writing = asyncio.create_task(self._write(characteristic.uuid, frame))
        if not boots.stubborn:
            await writing
            return
        boots.handed_over.add(writing)
        writing.add_done_callback(boots.handed_over.discard)
        await asyncio.shield(writing)

    async def _write(self, uuid: str, frame: bytes) -> None:
        async with self._one_at_a_time:
            await self._boots.open_gate.wait()
            await self._trip()
            self._boots.write(uuid, frame, response=True)
            await self._trip()

    @override
    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        raise NotImplementedError

    @override
    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **kwargs: Any,
    ) -> None:
        if characteristic.uuid in self._callbacks:
            raise BleakError("notifications already started")
        await self._trip()
        self._callbacks[characteristic.uuid] = callback

    @override
    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        self._callbacks.pop(characteristic.uuid, None)


def _services(missing: set[str]) -> BleakGATTServiceCollection:
    """Return the services as discovered."""
    found = BleakGATTServiceCollection()
    service = BleakGATTService(None, 1, profile.SERVICE)
    found.add_service(service)
    for number, (uuid, properties) in enumerate(_PROPERTIES.items()):
        if uuid not in missing:
            found.add_characteristic(
                BleakGATTCharacteristic(
                    None, 2 + 2 * number, uuid, list(properties), lambda: 20, service
                )
            )
    return found

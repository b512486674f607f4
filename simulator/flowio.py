"""A simulated FlowIO: five ports, one sensor, small pumps, and its hazards.

Written from public facts about the platform (its firmware and web clients), not from the
driver. What it does with the air is the truth that the witness writes down:

- *stop* closes ports with the air inside, and so does every connection that begins or
  ends; only *release* lets air out.
- Inflating or releasing ports closes the others; one sensor sits in the manifold.
- No ceiling: a pump runs until it is told to stop. It switches itself off, with closed
  ports, after some minutes without a change.
"""

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from random import Random
import struct
from typing import Any

from bumble.core import AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, Service

from .air import Air
from .gatt import BootsServer
from .peripheral import ADVERTISING_INTERVAL_MS, MTU
from .places import OnAir, static_address
from .pneumatics import Pneumatics
from .ticking import TICK_ALONE_S, TICK_RUNNING_S, Ticking
from .witness import OFF, UnitWitness, Witness

PORTS = 5
ALL = 0x1F
COMMAND_UUID = "0b0b0b0b-0b0b-0b0b-0b0b-c1000000aa04"
STATUS_UUID = "0b0b0b0b-0b0b-0b0b-0b0b-c2000000aa04"
CONTROL_UUID = "0b0b0b0b-0b0b-0b0b-0b0b-00000000aa04"
POWER_OFF_UUID = "0b0b0b0b-0b0b-0b0b-0b0b-c1000000aa01"
POWER_OFF_SERVICE_UUID = "0b0b0b0b-0b0b-0b0b-0b0b-00000000aa01"
PRESSURE_UUID = "2A6D"
PRESSURE_SERVICE_UUID = "0b0b0b0b-0b0b-0b0b-0b0b-00000000aa05"

INLET, OUTLET, PUMPS = 1 << 5, 1 << 6, 3 << 7
AMBIENT_PSI = struct.unpack("<f", bytes.fromhex("60226641"))[0]
"""A dump of a real device at rest."""
MMHG_PER_PSI = 51.714933
NOT_INITIALISED_PSI = 888.8
SMALL_PUMP = 0.3
"""How fast its pumps are beside those of boots."""
NOISE_MMHG = 0.05
OUTSIDE = 0.1
"""How much of a port's pressure is left at the sensor while the outlet is open."""
NEVER_OFF = 0xFF
FULL_BATTERY = 102
"""What a real one tells."""

# The witness asks for a phase of the profile.
_INFLATING, _HOLDING, _VENTING, _IDLE = 3, 4, 8, 0


@dataclass
class Valves:
    """What is open and what runs."""

    ports: int = 0
    inlet: bool = False
    outlet: bool = False
    pump: bool = False

    @property
    def word(self) -> int:
        """As the status characteristic has it."""
        return (
            self.ports | INLET * self.inlet | OUTLET * self.outlet | PUMPS * self.pump
        )


class FlowIODevice:
    """The firmware and the air; knows no Bluetooth. ``seed`` fixes the noise."""

    def __init__(self, seed: int = 1) -> None:
        """Switch on: everything is closed, and empty."""
        self.body = Pneumatics(1, PORTS, seed=seed)
        self.valves = Valves()
        self.off_after_min = 5
        self.on = True
        self.sensor_psi: float | None = None
        """What the sensor tells whatever is so; None: what is so."""
        self.commands: list[bytes] = []
        self._idle_s = 0.0
        self._manifold_mmhg = 0.0
        self._random = Random(seed)
        self._set()

    def connected(self) -> None:
        """Stop, as it does when a connection begins."""
        self._stop(ALL)

    def disconnected(self) -> None:
        """Stop, as it does when a connection ends."""
        self._stop(ALL)

    def command(self, data: bytes) -> None:
        """Do what a write to the command characteristic says."""
        self.commands.append(data)
        if not self.on or len(data) not in {2, 3}:
            return
        ports = data[1] & ALL
        match chr(data[0]):
            case "!":
                self._stop(ports)
            case "+":
                self._stop(ports)
                self.valves = Valves(ports, inlet=True, pump=bool(ports))
            case "^":
                self._stop(ports)
                self.valves = Valves(ports, inlet=True, outlet=True)
            case "o":
                self.valves.ports |= ports
            case "c":
                self.valves.ports &= ~ports
        self._set()

    def set_power_off(self, minutes: int) -> None:
        """Write the timer: 0 switches off at once."""
        self._idle_s = 0.0
        if minutes == 0:
            self._switch_off()
        else:
            self.off_after_min = minutes

    def pressure(self) -> bytes:
        """Return what the sensor in the manifold says."""
        noise = self._random.gauss(0, NOISE_MMHG)
        psi = AMBIENT_PSI + (self._manifold_mmhg + noise) / MMHG_PER_PSI
        return struct.pack("<f", psi if self.sensor_psi is None else self.sensor_psi)

    def advance(self, seconds: float) -> None:
        """Let air flow for a moment, and the timer run."""
        self.body.advance(seconds * (SMALL_PUMP if self.valves.pump else 1))
        truth = self.body.truth[0]
        behind = [truth[i] for i in range(PORTS) if self.valves.ports >> i & 1]
        if self.valves.outlet:
            # Mostly the air outside, whatever the hoses still hold.
            self._manifold_mmhg = OUTSIDE * max(behind, default=0.0)
        elif behind:
            self._manifold_mmhg = max(behind)
        self._idle_s += seconds
        if self.off_after_min != NEVER_OFF and self._idle_s > self.off_after_min * 60:
            self._switch_off()

    @property
    def phase(self) -> int:
        """What it does, in the witness's words."""
        if not self.on:
            return OFF
        if self.valves.pump:
            return _INFLATING
        if self.valves.outlet:
            return _VENTING
        return _IDLE if self.body.empty else _HOLDING

    def _stop(self, ports: int) -> None:
        self.valves = Valves(self.valves.ports & ~ports)
        self._set()

    def _switch_off(self) -> None:
        """Go off; the ports are closed without power, so that air stays in."""
        self.on = False
        self._stop(ALL)

    def _set(self) -> None:
        valves, body = self.valves, self.body
        self._idle_s = 0.0
        body.fill(0, 0)
        body.set_valves(0, valves.ports if valves.outlet else 0)
        if valves.pump:
            body.fill(0, valves.ports)


class VirtualFlowIO:
    """One FlowIO on the air; ``await start()`` switches it on."""

    def __init__(self, air: Air, witness: Witness, name: str = "FlowIO_1") -> None:
        """Build it, empty and switched off."""
        self.name = name
        self.place = OnAir(air)
        self.address = static_address(1, name)
        seed = int.from_bytes(sha256(name.encode()).digest()[:4])
        self.flowio = FlowIODevice(seed)
        self.witness = UnitWitness(witness, name, name, self.flowio.body)
        self.witness.attach(lambda: self.flowio.phase)
        self.device: Device | None = None
        self.connection: Connection | None = None
        self._server: BootsServer | None = None
        self._advertising: asyncio.Task[None] | None = None
        self._ticking = Ticking(
            1.0, step=self._step, ticked=self.witness.look, pace=self._pace
        )

    async def start(self) -> None:
        """Switch on and advertise."""
        device = self.device = await self.place.open(self.name, self.address)
        self._server = self._serve(device)
        device.on(Device.EVENT_CONNECTION, self._connected)
        await device.power_on()
        self._ticking.start()
        await self._advertise()

    async def stop(self) -> None:
        """Take it off the air."""
        self._ticking.stop()
        if (device := self.device) is not None:
            self.device = self.connection = None
            await self.place.close(device)
            device.remove_all_listeners()

    def lose(self) -> None:
        """Lose the link this moment."""
        self.place.air.drop(self.address)

    def _serve(self, device: Device) -> BootsServer:
        properties = Characteristic.Properties
        server = BootsServer(device, MTU)
        device.gatt_server = server
        device.add_default_services()
        make = server.characteristic
        rwn = properties.READ | properties.WRITE | properties.NOTIFY
        for service, characteristics in {
            CONTROL_UUID: [
                make(COMMAND_UUID, properties.WRITE),
                make(
                    STATUS_UUID,
                    properties.READ | properties.NOTIFY,
                    read=lambda: self.flowio.valves.word.to_bytes(2, "little"),
                ),
            ],
            POWER_OFF_SERVICE_UUID: [
                make(
                    POWER_OFF_UUID, rwn, read=lambda: bytes([self.flowio.off_after_min])
                )
            ],
            PRESSURE_SERVICE_UUID: [
                make(PRESSURE_UUID, rwn, read=self.flowio.pressure)
            ],
            "180F": [make("2A19", properties.READ, read=bytes([FULL_BATTERY]))],
        }.items():
            server.add_service(Service(service, characteristics))
        server.on_write(COMMAND_UUID, self._command)
        server.on_write(PRESSURE_UUID, self._ask)
        server.on_write(
            POWER_OFF_UUID, lambda data, _: self.flowio.set_power_off(data[0])
        )
        server.settle = self._settle
        return server

    def _command(self, data: bytes, with_response: bool) -> None:
        # The characteristic has no write without response.
        if with_response:
            self.witness.record("write", action=chr(data[0]), ports=data[1])
            if data[:1] == b"+":
                self.witness.told("inflation_start", cause="controller")
            elif data == bytes((ord("^"), ALL)):
                self.witness.stop("write")
            self.flowio.command(data)

    def _ask(self, data: bytes, with_response: bool) -> None:
        if self.connection is not None and self._server is not None:
            self._server.notify(self.connection, PRESSURE_UUID, self.flowio.pressure())

    def _settle(self) -> None:
        self.witness.look()
        self._ticking.hurry()

    def _connected(self, connection: Connection) -> None:
        self.connection = connection
        self.flowio.connected()
        self.witness.record("link", event="connected")
        connection.once(Connection.EVENT_DISCONNECTION, self._disconnected)

    def _disconnected(self, reason: int) -> None:
        self.connection = None
        self.flowio.disconnected()
        self.witness.record("link", event="lost", reason=reason)
        self.witness.look()
        if self.device is not None:
            self._advertising = asyncio.create_task(self._advertise())

    async def _advertise(self) -> None:
        data = AdvertisingData
        if self.device is not None and self.connection is None:
            await self.device.start_advertising(
                advertising_data=bytes(
                    data(
                        [
                            (data.FLAGS, b"\x06"),
                            (data.COMPLETE_LOCAL_NAME, self.name.encode()),
                        ]
                    )
                ),
                advertising_interval_min=ADVERTISING_INTERVAL_MS,
                advertising_interval_max=ADVERTISING_INTERVAL_MS,
            )

    def _step(self, seconds: float, now_ms: int, programme_ms: int) -> None:
        self.flowio.advance(seconds)

    def _pace(self) -> float:
        return TICK_RUNNING_S if self.connection is not None else TICK_ALONE_S

    def as_dict(self) -> dict[str, Any]:
        """Return the true state, for people and tests."""
        return {
            "name": self.name,
            "phase": self.flowio.phase,
            **self.flowio.body.as_dict(),
        }

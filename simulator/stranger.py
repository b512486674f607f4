"""Boots that nobody has documented, as Bluetooth LE peripherals.

**Invented for this project's tests; no such devices exist.** ``FarHarbour`` answers
only who has answered its challenge, counts its frames and checks them with a CRC-16.
``QuietMill`` tells its state once a second to whoever listens. Both run on the same
pneumatics, and are judged by the same witness, as the boots of the open profile.
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Iterable
from contextlib import suppress
from secrets import token_bytes
import struct
from typing import Any, ClassVar, override

from bumble import att, core, hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, Service

from .air import Air
from .gatt import BootsServer
from .places import OnAir, static_address
from .pneumatics import Pneumatics
from .ticking import Ticking
from .witness import UnitWitness, Witness

IDLE, INFLATING, HOLDING, RELEASING, PAUSED, VENTING = 0, 3, 4, 5, 7, 8
"""Phases, in the witness's numbers."""
CHAMBERS = 2
HOLD_S = 4.0
RELEASE_S = 5.0
CEILING_MMHG = 90
NOTIFY_S = 1.0
SILENCE_S = 10.0

_READ = Characteristic.Properties.READ
_WRITE = Characteristic.Properties.WRITE
_COMMAND = Characteristic.Properties.WRITE_WITHOUT_RESPONSE
_NOTIFY = Characteristic.Properties.NOTIFY


class WatchedServer(BootsServer):
    """A GATT server whose every request the witness writes down."""

    def __init__(self, device: Device, witness: UnitWitness) -> None:
        """Serve the lowest ATT_MTU."""
        super().__init__(device, 23)
        self._witness = witness

    @override
    def on_gatt_pdu(self, bearer: att.Bearer, att_pdu: att.ATT_PDU) -> None:
        handle = getattr(att_pdu, "attribute_handle", None)
        attribute = self.get_attribute(handle) if handle else None
        self._witness.record(
            "request",
            name=att_pdu.name,
            attribute=None if attribute is None else attribute.type.to_hex_str("-"),
        )
        super().on_gatt_pdu(bearer, att_pdu)


class Stranger(ABC):
    """One device; ``await start()`` puts it on the air."""

    name: ClassVar[str]
    service: ClassVar[str]
    control: ClassVar[str]
    state: ClassVar[str]
    vents_on_silence: ClassVar[bool]

    def __init__(
        self,
        air: Air,
        witness: Witness,
        *,
        speed: float = 1.0,
        seed: int = 7,
        notify_s: float = NOTIFY_S,
    ) -> None:
        """Build it, empty and switched off; ``notify_s`` is how often it tells."""
        self.notify_s = notify_s
        self.place = OnAir(air)
        self.address = static_address(seed, self.name)
        self.body = Pneumatics(3, CHAMBERS, seed=seed)
        self.witness = UnitWitness(witness, self.name, self.name, self.body)
        self.witness.attach(lambda: self.phase)
        self.phase = IDLE
        self.target_mmhg = 0
        self.programme = 0
        self.remaining_s = 0.0
        self.legs: frozenset[int] = frozenset()
        self.connection: Connection | None = None
        self.server: WatchedServer | None = None
        self._device: Device | None = None
        self._since_s = 0.0
        self._notified_s = 0.0
        self._heard_s = 0.0
        self._jobs: set[asyncio.Task[None]] = set()
        self._ticking = Ticking(
            speed, step=self._step, ticked=self._ticked, pace=lambda: 0.025
        )

    # --- life ---

    async def start(self) -> None:
        """Switch on and advertise."""
        device = self._device = await self.place.open(self.name, self.address)
        server = self.server = WatchedServer(device, self.witness)
        device.gatt_server = server
        device.add_default_services()
        make = server.characteristic
        server.add_service(
            Service(
                self.service,
                [
                    make(self.control, _WRITE | _COMMAND),
                    make(self.state, _READ | _NOTIFY, read=self.report),
                ],
            )
        )
        server.add_service(Service("180F", [make("2A19", _READ, read=b"\x5b")]))
        server.add_service(
            Service(
                "180A",
                [
                    make("2A29", _READ, read=b"Nobody"),
                    make("2A24", _READ, read=self.name.encode()),
                    make("2A25", _READ, read=b"SN-SECRET-4711"),
                ],
            )
        )
        server.on_write(self.control, self._written)
        device.on(Device.EVENT_CONNECTION, self._connected)
        await device.power_on()
        self._ticking.start()
        await self._advertise()

    async def stop(self) -> None:
        """Switch off."""
        self._ticking.stop()
        device, self._device = self._device, None
        if self._jobs:
            # An HCI command that is given up half-way confuses Bumble.
            await asyncio.wait(self._jobs, timeout=1)
        if device is not None:
            await self.place.close(device)
            device.remove_all_listeners()

    def lose(self) -> None:
        """Lose the link this moment."""
        self.place.air.drop(self.address)

    async def _advertise(self) -> None:
        if self._device is None:
            return
        kinds = AdvertisingData
        said = bytes(
            AdvertisingData(
                [
                    (kinds.FLAGS, b"\x06"),
                    (
                        kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
                        UUID(self.service).to_bytes(),
                    ),
                    (kinds.SHORTENED_LOCAL_NAME, self.name.encode()[:8]),
                ]
            )
        )
        answer = bytes(
            AdvertisingData([(kinds.COMPLETE_LOCAL_NAME, self.name.encode())])
        )
        with suppress(hci.HCI_Error, core.BaseBumbleError):  # A central was faster.
            await self._device.start_advertising(
                advertising_data=said,
                scan_response_data=answer,
                advertising_interval_min=250,
                advertising_interval_max=250,
            )

    def _connected(self, connection: Connection) -> None:
        self.connection = connection
        self.greeted()
        connection.once(Connection.EVENT_DISCONNECTION, self._disconnected)

    def _disconnected(self, _reason: int) -> None:
        self.connection = None
        job = asyncio.create_task(self._advertise())
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    # --- the protocol ---

    @abstractmethod
    def report(self) -> bytes:
        """Return the frame that tells the state."""

    @abstractmethod
    def written(self, data: bytes) -> None:
        """Do what a message asks for."""

    def greeted(self) -> None:
        """Forget whom the last connection was with."""

    def tell(self, frame: bytes) -> None:
        """Notify a frame."""
        if self.connection is not None and self.server is not None:
            self.server.notify(self.connection, self.state, frame)

    def _written(self, data: bytes, with_response: bool) -> None:
        self.witness.record("write", data=data.hex(), response=with_response)
        self._heard_s = self.body.clock_s
        self.written(data)
        self.witness.look()

    # --- what it does ---

    def begin(
        self, programme: int, target_mmhg: int, seconds: int, legs: Iterable[int]
    ) -> None:
        """Begin a session."""
        self.programme, self.target_mmhg = programme, min(target_mmhg, CEILING_MMHG)
        self.remaining_s, self.legs = float(seconds), frozenset(legs)
        self._go(INFLATING)
        self.witness.told(
            "inflation_start",
            cause="controller",
            programme=programme,
            target_mmhg=target_mmhg,
        )

    def halt(self, cause: str = "stopped") -> None:
        """Let the air out."""
        self.witness.stop("write")
        self._let_out(VENTING, cause)

    def press_stop(self) -> None:
        """Press the device's own button."""
        self.witness.stop("button")
        self._let_out(VENTING, "stopped_on_boots")

    def press_start(self) -> None:
        """Press the device's own button: a gentle session."""
        self.begin(1, 30, 600, (0, 1))
        self.witness.look()

    def pause(self) -> None:
        """Let the air out and keep the session."""
        if self.phase in (INFLATING, HOLDING, RELEASING):
            self._let_out(PAUSED, "paused")

    def resume(self) -> None:
        """Go on after a pause."""
        if self.phase == PAUSED:
            self._go(INFLATING)

    def _go(self, phase: int) -> None:
        self.phase, self._since_s = phase, self.body.clock_s
        for leg in self.body.legs:
            works = leg in self.legs and phase in (INFLATING, HOLDING)
            self.body.set_valves(leg, 0 if works else self.body.all_open)
            fills = works and phase == INFLATING
            self.body.fill(leg, self.body.all_open if fills else 0)

    def _let_out(self, phase: int, cause: str) -> None:
        if self.phase not in (IDLE, VENTING):
            self._go(phase)
            self.witness.told("inflation_end", cause=cause)
        self.witness.look()

    def _step(self, programme_s: float, _now: int, _programme_ms: int) -> None:
        body = self.body
        body.advance(programme_s)
        if self.phase == VENTING and body.empty:
            self._go(IDLE)
        if self.phase not in (INFLATING, HOLDING, RELEASING):
            return
        self.remaining_s -= programme_s
        passed = body.clock_s - self._since_s
        full = body.highest_mmhg >= self.target_mmhg
        if self.remaining_s <= 0:
            self._let_out(VENTING, "completed")
        elif self.phase == INFLATING and full:
            self._go(HOLDING)
        elif self.phase == HOLDING and passed > HOLD_S:
            self._go(RELEASING)
        elif self.phase == RELEASING and passed > RELEASE_S:
            self._go(INFLATING)

    def _ticked(self) -> None:
        self.witness.look()
        now = asyncio.get_running_loop().time()
        if now - self._notified_s >= self.notify_s:
            self._notified_s = now
            self.told_the_time()

    def told_the_time(self) -> None:
        """Do what is done once a second."""

    def pressures(self, leg: int) -> list[int]:
        """Return what the sensors of a leg say, mmHg."""
        return [max(0, round(p or 0)) for p in self.body.pressures(leg) or []]


def crc16_modbus(data: bytes) -> bytes:
    """Return the CRC of Modbus, low byte first; written anew here on purpose."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)


class FarHarbour(Stranger):
    """Invented: a length, a counter, a CRC-16, and a challenge before all else."""

    name = "FarHarbour 3"
    service = "5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d01"
    control = "5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d02"
    state = "5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d03"
    vents_on_silence = True

    _PHASES: ClassVar = {
        IDLE: 0, INFLATING: 1, HOLDING: 2, RELEASING: 3, PAUSED: 5, VENTING: 6
    }  # fmt: skip

    def __init__(self, air: Air, witness: Witness, **more: Any) -> None:
        """Build it, with nobody trusted."""
        super().__init__(air, witness, **more)
        self._nonce = b""
        self._trusted = False
        self._expected: int | None = None
        self._number = 0

    @override
    def greeted(self) -> None:
        self._nonce, self._trusted, self._expected = b"", False, None

    def _frame(self, body: bytes) -> bytes:
        self._number = (self._number + 1) & 0xFF
        inner = bytes([len(body) + 1, self._number]) + body
        return b"\x5c" + inner + crc16_modbus(inner)

    @override
    def report(self) -> bytes:
        minutes = struct.pack("<H", max(0, round(self.remaining_s)))
        return self._frame(
            bytes([0xA0, self._PHASES[self.phase], self.programme, self.target_mmhg])
            + minutes
            + bytes([80, *self.pressures(0), *self.pressures(1)])
        )

    @override
    def written(self, data: bytes) -> None:
        if len(data) < 6 or data[0] != 0xC5 or data[-2:] != crc16_modbus(data[1:-2]):
            self.witness.record("refused", why="frame")
            return
        number, body = data[2], data[3:-2]
        if data[1] != len(body) + 1:
            self.witness.record("refused", why="length")
            return
        if self._expected is not None and (number - self._expected) & 0x80:
            # What comes late, or twice, is never carried out. But for a stop.
            self.witness.record("refused", why="counter")
            if body[0] != 0x11:
                return
        else:
            self._expected = (number + 1) & 0xFF
        self._do(body[0], body[1:])

    def _do(self, opcode: int, rest: bytes) -> None:
        if opcode == 0x01:
            self._nonce = token_bytes(4)
            self.tell(self._frame(b"\x81" + self._nonce))
        elif opcode == 0x02:
            answer = bytes(b ^ (0x5A, 0xA5)[i % 2] for i, b in enumerate(self._nonce))
            self._trusted = bool(answer) and rest == answer[::-1]
            self.tell(self._frame(bytes([0x82, self._trusted])))
        elif opcode == 0x11:
            self.halt()
            self.tell(self.report())
        elif not self._trusted:
            self.witness.record("refused", why="stranger")
        elif opcode == 0x10:
            minutes = int(rest[2:3].hex())
            legs = [leg for leg in (0, 1) if rest[3] >> leg & 1]
            self.begin(rest[0], rest[1], minutes * 60, legs)
        elif opcode == 0x14:
            self.target_mmhg = min(rest[0], CEILING_MMHG)
        elif opcode == 0x15:
            self.remaining_s = float(struct.unpack("<H", rest)[0])
        elif opcode == 0x12:
            self.pause()
        elif opcode == 0x13:
            self.resume()
        elif opcode == 0x20:
            self.tell(self.report())

    @override
    def told_the_time(self) -> None:
        silent = self.body.clock_s - self._heard_s > SILENCE_S
        if self.connection is None and silent and self.phase != IDLE:
            self._let_out(VENTING, "lease_expired")


class QuietMill(Stranger):
    """Invented: white-label boots with three levels, and a sum at the end.

    ``7E len 53 <phase> <level> <minutes> <battery> <count> sum`` once a second;
    ``7E 02 01 <level> <minutes> sum`` starts, ``7E 00 00 sum`` stops: the length counts
    what follows the opcode, and the sum in two's complement is over all after the 7E.
    """

    name = "QuietMill"
    service = "9c0f1e2a-51d4-4b7e-8f60-3a1b7c9d2e01"
    control = "9c0f1e2a-51d4-4b7e-8f60-3a1b7c9d2e02"
    state = "9c0f1e2a-51d4-4b7e-8f60-3a1b7c9d2e03"
    vents_on_silence = False
    levels: ClassVar = (30, 45, 60)

    _PHASES: ClassVar = {
        IDLE: 0, INFLATING: 1, HOLDING: 2, RELEASING: 3, PAUSED: 4, VENTING: 5
    }  # fmt: skip

    def __init__(self, air: Air, witness: Witness, **more: Any) -> None:
        """Build it at its first level."""
        super().__init__(air, witness, **more)
        self.level = 1
        self.raw: bytes | None = None
        """Said instead of the state."""
        self.refuses = False
        """Whether reading is an error."""
        self.refused = 0
        self._number = 0

    @override
    def report(self) -> bytes:
        if self.refuses:
            self.refused += 1
            raise att.ATT_Error(att.ErrorCode.UNLIKELY_ERROR)
        if self.raw is not None:
            return self.raw
        self._number = (self._number + 1) & 0xFF
        minutes = max(0, -int(-self.remaining_s // 60)) if self.phase else 0
        return self.framed(
            bytes([0x53, self._PHASES[self.phase], self.level, minutes, 91])
            + bytes([self._number])
        )

    @staticmethod
    def framed(body: bytes) -> bytes:
        """Put a message into a frame."""
        inner = bytes([len(body) - 1]) + body
        return b"\x7e" + inner + bytes([-sum(inner) & 0xFF])

    @override
    def written(self, data: bytes) -> None:
        if data[:1] != b"\x7e" or len(data) < 4 or sum(data[1:]) & 0xFF:
            self.witness.record("refused", why="frame")
        elif data[2] == 0:
            self.halt()
        elif data[2] == 1:
            self.set_level(data[3])
            self.begin(1, self.levels[self.level - 1], data[4] * 60, (0, 1))
        elif data[2] == 2:
            self.set_level(data[3])
        self.tell(self.report())

    def set_level(self, level: int) -> None:
        """Take a level, as by the button on it."""
        self.level = min(max(level, 1), len(self.levels))
        self.target_mmhg = self.levels[self.level - 1]

    @override
    def told_the_time(self) -> None:
        if not self.refuses:
            self.tell(self.report())

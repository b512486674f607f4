"""Boots that nobody has documented, as Bluetooth LE peripherals.

**Invented for this project's tests; no such devices exist**: see far_harbour.py and
quiet_mill.py. They run on the same pneumatics, and are judged by the same witness, as
the boots of the open profile.
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar, override

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

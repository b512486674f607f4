"""Virtual boots: the firmware on pneumatics, as a Bluetooth LE peripheral.

``VirtualBoots`` is one unit. On the virtual air it is a static random device; with
``RealRadio`` in the air's place the very same peripheral advertises through a real
HCI controller (``--transport usb:0``), where only the faults of the radio itself
(range, refusal, delay) are not to be had.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
import logging
from secrets import token_bytes
from time import monotonic
from typing import Any, override

from bumble import core, hci
from bumble.device import Connection, Device

from firmware.config import DEFAULTS
from firmware.unit import Unit

from .air import Air
from .gatt import (
    AUTHORISATION_UUID,
    CONTROL_UUID,
    PRESSURES_UUID,
    STATE_UUID,
    BootsServer,
    advertisement,
    scan_response,
    serve,
)
from .places import OnAir, Place, static_address
from .pneumatics import Pneumatics
from .ticking import TICK_RUNNING_S, Ticking, now_ms, pace_of
from .witness import OFF, UnitWitness, Witness, phase_name

_LOGGER = logging.getLogger(__name__)

ADVERTISING_INTERVAL_MS = 250.0
# The lowest ATT_MTU: whoever gets along with it gets along with every adapter.
MTU = 23
# What a command to the controller takes at most.
COMMAND_S = 0.2
# How long a unit is silent while it restarts.
REBOOT_S = 0.5

_CHANNELS = {
    "state": STATE_UUID,
    "pressures": PRESSURES_UUID,
    "control": CONTROL_UUID,
    "authorisation": AUTHORISATION_UUID,
}
_STOP = 0x00

type Deliver = Callable[[str, bytes], None]
"""Notifies a frame of a characteristic (by UUID)."""


@dataclass(kw_only=True)
class Shape:
    """What a unit is. ``config`` holds what firmware/config.py names in DEFAULTS."""

    name: str
    pair: str = ""
    short_name: str = "OpenBoot"
    seed: int = 1
    speed: float = 1.0
    mtu: int = MTU
    config: dict[str, Any] = field(default_factory=dict)


class VirtualBoots:
    """One unit. ``await start()`` puts it on the air, ``await stop()`` takes it off.

    ``faults`` (see faults.py) does things to it; ``witness`` writes everything down.
    """

    def __init__(
        self,
        place: Air | Place,
        shape: Shape,
        witness: Witness,
        store: dict[str, bytes] | None = None,
    ) -> None:
        """Build the unit, empty and switched off."""
        self.place: Place = OnAir(place) if isinstance(place, Air) else place
        self.shape = shape
        self.name = shape.name
        self.address = static_address(shape.seed, shape.name)
        self.store: dict[str, bytes] = {} if store is None else store
        # What the firmware is made for (firmware/config.py).
        self.config: dict[str, Any] = {
            **DEFAULTS,
            "serial": f"OB-{self.address.replace(':', '')[-8:]}",
            **shape.config,
        }
        self.body = Pneumatics(
            self.config["legs"],
            self.config["chambers"],
            seed=shape.seed ^ int.from_bytes(sha256(shape.name.encode()).digest()[:4]),
        )
        self.witness = UnitWitness(witness, shape.name, shape.pair, self.body)
        self.deliver: Deliver = self.notify
        self.drop_at: int | None = None
        self.operations = 0
        self.taken = False
        self.said_version: int | None = None
        """Said in the capabilities instead of the firmware's own major version."""
        self.unit: Unit
        self._new_unit()
        self.device: Device | None = None
        self.server: BootsServer | None = None
        self.connection: Connection | None = None
        self._ticking = Ticking(
            shape.speed, step=self._step, ticked=self._ticked, pace=self._pace
        )
        self._jobs: set[asyncio.Task[None]] = set()
        self._advertised = b""
        self._percent: int | None = None

    def _new_unit(self) -> None:
        self.unit = Unit(
            self.config, self.body, token_bytes, self.store, self.witness.told
        )
        self.witness.attach(lambda: self.unit.phase)

    # --- life ---

    @property
    def on(self) -> bool:
        """Whether the unit has power."""
        return self.device is not None

    async def start(self) -> None:
        """Switch on: the firmware starts, the unit advertises."""
        if self.on:
            return
        self.body.power(True)
        self._new_unit()
        device = await self.place.open(self.shape.short_name, self.address)
        self.server = serve(
            device,
            capabilities=self._capabilities,
            state=lambda: bytes(self.unit.read_state()),
            battery=lambda: bytes([self.body.battery()[0] or 0]),
            information={
                key: self.config[key]
                for key in ("manufacturer", "model", "serial", "version")
            },
            mtu=self.shape.mtu,
        )
        self.server.operation = self._operation
        self.server.settle = self._answer
        self.server.on_write(CONTROL_UUID, self._control)
        self.server.on_write(AUTHORISATION_UUID, self._authorise)
        device.on(Device.EVENT_CONNECTION, self._connected)
        self.device = device
        await device.power_on()
        self.witness.record("power", on=True)
        self._ticking.start()
        await self.advertise()

    async def stop(self) -> None:
        """Switch off, as if the battery were pulled: valves fall open."""
        self._ticking.stop()
        device, self.device = self.device, None
        if device is None:
            return
        self.body.power(False)
        self.connection = None
        self.witness.record("power", on=False)
        if self.witness.running:
            self.witness.told("inflation_end", cause="power_lost")
        self.witness.attach(lambda: OFF)
        self.witness.look()
        # An HCI command that is given up half-way confuses Bumble.
        if self._jobs:
            await asyncio.wait(self._jobs, timeout=COMMAND_S)
        await self.place.close(device)
        # Nothing of the old device speaks to this unit any more.
        device.remove_all_listeners()
        for job in list(self._jobs):
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    async def reboot(self, off_s: float = REBOOT_S) -> None:
        """Switch off and on again; keys are kept, the session is not."""
        await self.stop()
        # Air flows out meanwhile.
        until = monotonic() + off_s
        while (left := until - monotonic()) > 0:
            step = min(left, TICK_RUNNING_S)
            await asyncio.sleep(step)
            self.body.advance(step * self.shape.speed)
            self.witness.look()
        await self.start()

    def run(self, job: Any) -> None:
        """Run a coroutine of this unit in the background until it ends or we stop."""
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    # --- advertising ---

    @property
    def advertising_data(self) -> bytes:
        """The advertisement (R3)."""
        return advertisement(self.shape.short_name)

    @property
    def scan_response(self) -> bytes:
        """The scan response (R4)."""
        return scan_response(bytes(self.unit.advertisement()))

    async def advertise(self) -> None:
        """Advertise, unless connected, taken by another app, or off."""
        device = self.device
        if device is None or self.connection is not None or self.taken:
            return
        self._advertised = bytes(self.unit.advertisement())
        try:
            await device.start_advertising(
                advertising_data=self.advertising_data,
                scan_response_data=self.scan_response,
                advertising_interval_min=ADVERTISING_INTERVAL_MS,
                advertising_interval_max=ADVERTISING_INTERVAL_MS,
            )
        except (hci.HCI_Error, core.BaseBumbleError) as error:
            # A central was faster.
            _LOGGER.debug("%s does not advertise: %s", self.name, error)

    async def silence(self) -> None:
        """Stop advertising."""
        if self.device is not None:
            await self.device.stop_advertising()

    async def _refresh_scan_response(self) -> None:
        device = self.device
        if device is None or self.connection is not None:
            return
        device.scan_response_data = data = self.scan_response
        if device.legacy_advertiser:
            await device.send_sync_command(
                hci.HCI_LE_Set_Scan_Response_Data_Command(scan_response_data=data)
            )
        elif device.legacy_advertising_set:
            await device.legacy_advertising_set.set_scan_response_data(data)

    # --- the link ---

    def _connected(self, connection: Connection) -> None:
        self.connection = connection
        self.unit.connected(now_ms())
        self.witness.record(
            "link", event="connected", peer=str(connection.peer_address)
        )
        connection.once(
            Connection.EVENT_DISCONNECTION,
            lambda reason: self._disconnected(connection, reason),
        )
        self._settle()

    def _disconnected(self, connection: Connection, reason: int) -> None:
        if self.connection is not connection:
            return
        self.connection = None
        self.unit.disconnected(now_ms())
        self.unit.outbox.clear()
        self.witness.record("link", event="lost", reason=reason)
        self.run(self.advertise())

    async def disconnect(self) -> None:
        """Close the link, as the unit itself does."""
        if self.connection is not None:
            try:
                await self.connection.disconnect()
            except core.BaseBumbleError as error:
                _LOGGER.debug("%s: %s", self.name, error)

    def lose(self) -> int:
        """Lose the link this moment; returns how many links there were."""
        if self.connection is None:
            return 0
        if isinstance(self.place, OnAir):
            return self.place.air.drop(self.address)
        self.run(self.disconnect())
        return 1

    def _operation(self) -> bool:
        if not self.on:
            return False
        self.operations += 1
        if self.drop_at is not None and self.operations >= self.drop_at:
            self.drop_at = None
            self.witness.record("injected", fault="drop", operation=self.operations)
            self.lose()
            return False
        return True

    # --- the firmware ---

    def _capabilities(self) -> bytes:
        said = bytes(self.unit.read_capabilities())
        return (
            said if self.said_version is None else bytes([self.said_version]) + said[1:]
        )

    def _control(self, data: bytes, with_response: bool) -> None:
        opcode = data[0] if data else None
        self.witness.record(
            "write",
            opcode=opcode,
            number=data[1] if len(data) > 1 else None,
            response=with_response,
            size=len(data),
        )
        if opcode == _STOP:
            self.witness.stop("write" if with_response else "command")
        self.unit.write_control(data, with_response, now_ms())
        self.witness.look()

    def _authorise(self, data: bytes, with_response: bool) -> None:
        # The characteristic has no write without response.
        if with_response:
            self.witness.record("handshake", size=len(data))
            self.unit.write_authorisation(data, now_ms())

    def press(self, button: str) -> None:
        """Press ``start``, ``stop``, ``start_long`` (pairing) or ``reset``."""
        if button == "stop":
            self.witness.stop("button")
        self.unit.press(button, now_ms())
        self._answer()

    def notify(self, uuid: str, frame: bytes) -> None:
        """Notify a frame, if somebody is connected and has subscribed to it."""
        if self.connection is not None and self.server is not None:
            self.server.notify(self.connection, uuid, frame)

    def _settle(self) -> None:
        """Let out what the firmware wants to say, and look at what it did."""
        unit = self.unit
        if unit.outbox:
            frames = list(unit.outbox)
            unit.outbox.clear()
            for channel, frame in frames:
                self.deliver(_CHANNELS[channel], bytes(frame))
        self.witness.look()
        if unit.drop and self.connection is not None:
            unit.drop = False
            self.run(self.disconnect())

    def _answer(self) -> None:
        """Settle after a write; what it set in motion may need a faster pace."""
        self._settle()
        self._ticking.hurry()

    def _step(self, programme_s: float, now: int, programme_ms: int) -> None:
        """Let some time pass: the pneumatics flow, the firmware goes on."""
        self.body.advance(programme_s)
        self.unit.tick(now, programme_ms)

    def _ticked(self) -> None:
        self._settle()
        if self.connection is None:
            if self.unit.advertisement() != self._advertised and not self.taken:
                self._advertised = bytes(self.unit.advertisement())
                self.run(self._refresh_scan_response())
        elif (percent := self.body.battery()[0]) != self._percent:
            self._percent = percent
            self.notify("2A19", bytes([percent or 0]))

    def _pace(self) -> float:
        return pace_of(
            self.unit.phase,
            running=self.witness.running,
            empty=self.body.empty,
            connected=self.connection is not None,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the true state, for people and tests."""
        return {
            "boots": self.name,
            "pair": self.shape.pair,
            "address": self.address,
            "on": self.on,
            "phase": phase_name(self.unit.phase),
            "running": self.witness.running,
            "connected": self.connection is not None,
            "taken": self.taken,
            **self.body.as_dict(),
        }

    @override
    def __repr__(self) -> str:
        return f"<VirtualBoots {self.name} {self.address}>"

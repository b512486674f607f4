"""What goes wrong on demand: one unit's faults, by name.

The control channel, the command line and in-process tests all use these methods;
their names are the commands. Each is written into the witness's log as ``injected``.
"""

import asyncio
from random import Random
from typing import Any, Literal

from .gatt import PRESSURES_UUID, STATE_UUID
from .peripheral import VirtualBoots
from .places import OnAir

type FrameFault = Literal["corrupt", "truncate", "duplicate", "delay", "lose", "none"]
FRAME_FAULTS = ("corrupt", "truncate", "duplicate", "delay", "lose", "none")
BUTTONS = ("start", "stop", "start_long", "reset")
LEGS = {"left": 0, "right": 1}

# How far above the ceiling an over-pressure is, unless said otherwise. The profile
# allows 10 mmHg (R28).
OVERPRESSURE_MARGIN_MMHG = 30


class FaultError(Exception):
    """A fault, or a value for it, is not to be had."""


class Faults:
    """The faults of one unit."""

    def __init__(self, boots: VirtualBoots) -> None:
        """Do nothing yet."""
        self.boots = boots
        self._random = Random(boots.shape.seed)
        self._fault: FrameFault = "none"
        self._value = 0.0

    def _note(self, fault: str, **facts: Any) -> None:
        self.boots.witness.record("injected", fault=fault, **facts)

    def _air(self) -> OnAir:
        place = self.boots.place
        if not isinstance(place, OnAir):
            raise FaultError("only the virtual air can do that, not a real radio")
        return place

    def _leg(self, leg: str | None) -> int:
        if leg is None:
            return self.boots.body.legs[0]
        if LEGS.get(leg) not in self.boots.body.legs:
            raise FaultError(f"{self.boots.name} has no leg {leg}")
        return LEGS[leg]

    # --- buttons ---

    def press(self, button: str) -> None:
        """Press start, stop, start_long (opens the pairing window) or reset."""
        if button not in BUTTONS:
            raise FaultError(f"no button {button}; there are {', '.join(BUTTONS)}")
        self._note("press", button=button)
        self.boots.press(button)

    # --- the link ---

    def drop(self, at: int = 0) -> int:
        """Lose the link now, or at the n-th GATT operation from now (1 = the next)."""
        if at:
            self.boots.operations = 0
            self.boots.drop_at = at
            return 0
        self._note("drop")
        return self.boots.lose()

    def range(self, in_range: bool) -> None:
        """Carry the unit out of range (links die after their supervision time) or back."""
        self._note("range", in_range=in_range)
        self._air().air.set_range(self.boots.address, in_range)

    def refuse(self, on: bool) -> None:
        """Advertise, and yet refuse every connection."""
        self._note("refuse", on=on)
        self._air().air.refuse(self.boots.address, on)

    def delay(self, ms: float, jitter_ms: float = 0) -> None:
        """Make all data late in both directions, by ms and up to jitter_ms more."""
        self._note("delay", ms=ms, jitter_ms=jitter_ms)
        self._air().air.delay(self.boots.address, ms, jitter_ms)

    def rssi(self, dbm: int) -> None:
        """Set how strongly the unit is heard."""
        self._air().air.set_rssi(self.boots.address, dbm)

    async def take(self) -> None:
        """Let a phone app take the link: others lose it and hear the unit no more."""
        self._note("take")
        self.boots.taken = True
        self.boots.lose()
        await self.boots.silence()

    async def give(self) -> None:
        """Let the phone app go."""
        self._note("give")
        self.boots.taken = False
        await self.boots.advertise()

    # --- the unit ---

    async def reboot(self, off_s: float = 0.5) -> None:
        """Restart the unit; it is silent for off_s. Keys stay, the session ends."""
        self._note("reboot", off_s=off_s)
        await self.boots.reboot(off_s)

    async def power(self, on: bool) -> None:
        """Switch the unit off (as if its battery were pulled) or on."""
        await (self.boots.start() if on else self.boots.stop())

    def drain(self, percent: float) -> None:
        """Set the battery's charge."""
        if not 0 <= percent <= 100:
            raise FaultError("the charge is 0 to 100 percent")
        self._note("drain", percent=percent)
        self.boots.body.percent = percent

    def charge(self, on: bool) -> None:
        """Plug the charger in or out."""
        self._note("charge", on=on)
        self.boots.body.charging = on

    def worn(self, on: bool | None) -> None:
        """Put the boots on or off (None: no sensor)."""
        self._note("worn", on=on)
        self.boots.body.is_worn = on

    def stick(self, chamber: int, how: str | None, leg: str | None = None) -> None:
        """Stick a chamber's valve open or closed; null frees it."""
        self._note("stick", chamber=chamber, how=how, leg=leg)
        self.boots.body.stick(self._leg(leg), chamber, how)

    def overpressure(
        self, chamber: int = 1, mmhg: float | None = None, leg: str | None = None
    ) -> None:
        """Force a chamber above the ceiling until its valve opens."""
        if mmhg is None:
            mmhg = self.boots.config["max_mmhg"] + OVERPRESSURE_MARGIN_MMHG
        self._note("overpressure", chamber=chamber, mmhg=mmhg, leg=leg)
        self.boots.body.overpressure(self._leg(leg), chamber, mmhg)

    def sensor(
        self, chamber: int, mmhg: float | None = None, leg: str | None = None
    ) -> None:
        """Let a sensor read always the same, or nothing."""
        self._note("sensor", chamber=chamber, mmhg=mmhg, leg=leg)
        self.boots.body.break_sensor(self._leg(leg), chamber, mmhg)

    def repair(self) -> None:
        """Free all valves and sensors."""
        self._note("repair")
        self.boots.body.repair()

    # --- frames ---

    def version(self, major: int | None) -> None:
        """Say another major version of the profile at the next connections; null ends it."""
        self._note("version", major=major)
        self.boots.said_version = major

    def frames(self, fault: FrameFault, value: float = 1.0) -> None:
        """Spoil notifications of state and pressures.

        ``corrupt``, ``truncate``, ``duplicate`` and ``lose`` happen with probability
        ``value``;
        ``delay`` holds frames back for up to ``value`` ms each, so that they overtake
        each other; ``none`` ends it.
        """
        if fault not in FRAME_FAULTS:
            raise FaultError(f"no fault {fault}; there are {', '.join(FRAME_FAULTS)}")
        self._note("frames", how=fault, value=value)
        self._fault, self._value = fault, value
        self.boots.deliver = self.boots.notify if fault == "none" else self._spoil

    def _spoil(self, uuid: str, frame: bytes) -> None:
        notify = self.boots.notify
        if uuid not in {STATE_UUID, PRESSURES_UUID}:
            notify(uuid, frame)
        elif self._fault == "delay":
            late_s = self._random.uniform(0, self._value) / 1000
            self.boots.run(self._notify_late(late_s, uuid, frame))
        elif self._random.random() >= self._value:
            notify(uuid, frame)
        elif self._fault == "corrupt":
            spoilt = bytearray(frame)
            spoilt[self._random.randrange(len(frame))] ^= self._random.randint(1, 255)
            notify(uuid, bytes(spoilt))
        elif self._fault == "truncate":
            notify(uuid, frame[: self._random.randrange(len(frame))])
        elif self._fault == "duplicate":
            notify(uuid, frame)
            notify(uuid, frame)

    async def _notify_late(self, late_s: float, uuid: str, frame: bytes) -> None:
        await asyncio.sleep(late_s)
        self.boots.notify(uuid, frame)

"""A simulated FlowIO at the end of a wire, in virtual time."""

import asyncio
from collections.abc import Callable

from custom_components.kumo_boots.boots.drivers.flowio import FlowIO, profile
from custom_components.kumo_boots.boots.errors import LinkLostError, ProtocolError
from custom_components.kumo_boots.boots.model import BootsState, Phase
from simulator.flowio import ALL, FlowIODevice

STEP_S = 0.025
LATENCY_S = 0.03


class Bench:
    """What a driver may ask of a link (``Gatt``), with the device behind it."""

    def __init__(self) -> None:
        """Switch the device on and connect."""
        self.device = FlowIODevice()
        self.device.connected()
        self.loop = asyncio.get_running_loop()
        self.lost = False
        self.missing: set[str] = set()
        """Characteristics that this firmware has not."""
        self.hung: set[str] = set()
        """Characteristics that do not answer."""
        self.mute = False
        """Notifications get lost."""
        self.states: list[BootsState] = []
        self.writes: list[tuple[str, bytes]] = []
        self.highest_mmhg = 0.0
        self._passed_at = self.loop.time()
        self._notified: Callable[[bytes], None] | None = None

    def driver(self) -> FlowIO:
        """Return a driver over this connection."""
        return FlowIO(self, self.states.append, None)

    def look(self) -> FlowIODevice:
        """Let the device live until now."""
        while self._passed_at + STEP_S <= self.loop.time():
            self._passed_at += STEP_S
            self.device.advance(STEP_S)
            self.highest_mmhg = max(self.highest_mmhg, self.device.body.highest_mmhg)
        return self.device

    @property
    def state(self) -> BootsState:
        """What the driver published last."""
        return self.states[-1]

    def lose(self) -> None:
        """Lose the link, as the device notices too."""
        self.lost = True
        self.look().disconnected()

    async def until(self, so: Callable[[], object], seconds: float = 120) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(seconds):
            while not so():
                await asyncio.sleep(0.05)

    async def idle(self, seconds: float = 60) -> None:
        """Wait until the driver says that all is empty."""
        await self.until(
            lambda: self.states and self.state.phase is Phase.IDLE, seconds
        )

    @property
    def last_command(self) -> str:
        """The action that arrived last."""
        return chr(self.device.commands[-1][0])

    async def _trip(self, uuid: str) -> FlowIODevice:
        if uuid in self.hung:
            await asyncio.sleep(3600)
        await asyncio.sleep(LATENCY_S)
        if self.lost:
            raise LinkLostError("gone")
        if uuid in self.missing:
            raise ProtocolError(f"no {uuid}")
        return self.look()

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""
        device = await self._trip(uuid)
        return {
            profile.STATUS: device.valves.word.to_bytes(2, "little"),
            profile.PRESSURE: device.pressure(),
            profile.POWER_OFF: bytes([device.off_after_min]),
            profile.BATTERY: b"\x66",
        }[uuid]

    async def write(self, uuid: str, data: bytes, *, response: bool) -> None:
        """Write a characteristic; none of them can be written without response."""
        assert response
        device = await self._trip(uuid)
        self.writes.append((uuid, data))
        if uuid == profile.COMMAND:
            device.command(data)
        elif uuid == profile.POWER_OFF:
            device.set_power_off(data[0])
        elif self._notified is not None and not self.mute:
            self._notified(device.pressure())
            # Some firmware repeats itself.
            self._notified(device.pressure())

    async def subscribe(self, uuid: str, callback: Callable[[bytes], None]) -> None:
        """Have pressures notified."""
        await self._trip(uuid)
        self._notified = callback


VENT_ALL = bytes((ord("^"), ALL))

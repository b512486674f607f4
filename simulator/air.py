"""The virtual radio: what is heard by whom, how strongly, how late.

``Air`` replaces Bumble's ``LocalLink``. Devices are named by their Bluetooth
address (``"F0:12:..."``, upper or lower case); settings outlive the device, so
that a unit that reboots comes back to the same place.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
import random
from typing import override

from bumble import hci, ll
from bumble.controller import Controller
from bumble.device import Device
from bumble.link import LocalLink

from .radio import Advertisement, CreateConnection, Radio
from .wire import Wire

DEFAULT_RSSI_DBM = -60
# Signal strength of one advertisement after the other differs by this much.
RSSI_SPREAD_DB = 2
# A host restarts advertising with four commands of about four loop turns each.
_TURNS_TO_SETTLE = 32


@dataclass(frozen=True)
class Delay:
    """How late data arrives: ``ms`` plus up to ``jitter_ms``, evenly spread."""

    ms: float = 0
    jitter_ms: float = 0


def _key(address: str | hci.Address) -> str:
    if isinstance(address, hci.Address):
        return address.to_string(with_type_qualifier=False)
    return address.removesuffix("/P").upper()


class Air(LocalLink):
    """All radios of a simulated place, with the faults that radio has."""

    def __init__(self, seed: int = 0) -> None:
        """Start with silence; ``seed`` fixes jitter, spread and advertising delays."""
        super().__init__()
        self.random = random.Random(seed)
        self._radios: dict[str, Radio] = {}
        self._wires: set[Wire] = set()
        self._away: set[str] = set()
        self._apart: set[frozenset[str]] = set()
        self._refusing: set[str] = set()
        self._rssi: dict[str, int] = {}
        self._gain: dict[str, int] = {}
        self._delays: dict[tuple[str, bool], Delay] = {}

    # --- who is there ---

    def controller(self, name: str, address: str | hci.Address) -> Radio:
        """Put a radio on the air; a text address is a static random one, ``/P`` public."""
        if isinstance(address, str):
            address = hci.Address(address)
        return Radio(self, name, address)

    def device(self, name: str, address: str | hci.Address) -> Device:
        """Put a radio on the air with a Bumble host on top of it, still powered off."""
        radio = self.controller(name, address)
        own = radio.public_address
        if own == hci.Address.ANY or own.is_random:
            own = radio.random_address
        return Device.with_hci(name, own, radio, radio)

    @override
    def add_controller(self, controller: Controller) -> None:
        super().add_controller(controller)
        self._register(controller)

    @override
    def on_address_changed(self, controller: Controller) -> None:
        self._register(controller)

    def _register(self, controller: Controller) -> None:
        assert isinstance(controller, Radio)
        if controller not in self.controllers:
            return  # Its host does not know yet that it is off the air.
        self._forget(controller)
        for address in (controller.public_address, controller.random_address):
            if address.address_bytes != hci.Address.ANY.address_bytes:
                self._radios[_key(address)] = controller

    def _forget(self, controller: Controller) -> None:
        for address in [a for a, r in self._radios.items() if r is controller]:
            del self._radios[address]

    def power_off(self, address: str) -> None:
        """Take a device off the air, if it is there, as ``remove_controller`` does."""
        if radio := self._radios.get(_key(address)):
            self.remove_controller(radio)

    @override
    def remove_controller(self, controller: Controller) -> None:
        """Take a radio off the air without a word, as when its power fails.

        The other ends of its links notice after their supervision time.
        """
        self.controllers.discard(controller)
        assert isinstance(controller, Radio)
        controller.le_legacy_advertiser.stop()
        self._forget(controller)
        for wire in self._live():
            if any(end.controller is controller for end in wire.ends):
                wire.set_audible(False)

    async def close(self) -> None:
        """Take everything off the air, end every link and stop every timer."""
        for controller in list(self.controllers):
            self.remove_controller(controller)
        for wire in self._wires:
            wire.lose()
        self._wires = set()
        # The hosts react to the lost links with commands; let these end.
        for _ in range(_TURNS_TO_SETTLE):
            await asyncio.sleep(0)

    @override
    def find_le_controller(self, address: hci.Address) -> Controller | None:
        return self._radios.get(_key(address))

    # --- faults and conditions ---

    def set_range(self, address: str, in_range: bool, *, of: str | None = None) -> None:
        """Move a unit out of everybody's range (or of one other device's) and back.

        Links stay silent and are lost after their supervision time, unless the
        unit is back before.
        """
        if of is None:
            (self._away.discard if in_range else self._away.add)(_key(address))
        else:
            pair = frozenset((_key(address), _key(of)))
            (self._apart.discard if in_range else self._apart.add)(pair)
        for wire in self._live():
            ends = [_key(end.self_address) for end in wire.ends]
            gone = any(end.controller not in self.controllers for end in wire.ends)
            wire.set_audible(not gone and self._hear(*ends))

    def set_rssi(self, address: str, dbm: int) -> None:
        """Set how strongly a unit is heard, dBm (-127 … 20); around -60 at first."""
        self._rssi[_key(address)] = dbm

    def set_gain(self, address: str, db: int) -> None:
        """Set how much better or worse than others a listener hears, dB."""
        self._gain[_key(address)] = db

    def rssi(self, address: hci.Address, listener: Controller) -> int:
        """Return the strength of one packet of that unit at that listener, dBm."""
        gain = sum(
            self._gain.get(_key(own), 0)
            for own in (listener.public_address, listener.random_address)
        )
        spread = self.random.randint(-RSSI_SPREAD_DB, RSSI_SPREAD_DB)
        dbm = self._rssi.get(_key(address), DEFAULT_RSSI_DBM) + gain + spread
        return max(-127, min(20, dbm))

    def drop(self, address: str) -> int:
        """Lose all links of a device this moment (0x08); return how many there were."""
        lost = [
            wire
            for wire in self._live()
            if _key(address) in {_key(end.self_address) for end in wire.ends}
        ]
        for wire in lost:
            wire.lose()
        return len(lost)

    def delay(
        self,
        address: str,
        ms: float,
        jitter_ms: float = 0,
        *,
        to_unit: bool = True,
        from_unit: bool = True,
    ) -> None:
        """Make a peripheral's data late, ms (≥ 0), in either or both directions."""
        delay = Delay(ms, jitter_ms)
        if to_unit:
            self._delays[_key(address), True] = delay
        if from_unit:
            self._delays[_key(address), False] = delay

    def draw_delay(self, address: hci.Address, *, to_unit: bool) -> float:
        """Return how late the next packet of that direction is, s."""
        if not (delay := self._delays.get((_key(address), to_unit))):
            return 0
        return (delay.ms + self.random.uniform(0, delay.jitter_ms)) / 1000

    def refuse(self, address: str, on: bool) -> None:
        """Let a unit advertise and yet refuse every connection (0x3E)."""
        (self._refusing.add if on else self._refusing.discard)(_key(address))

    def linked(self, address: str) -> bool:
        """Whether a device has a link that at least one end believes in."""
        key = _key(address)
        return any(
            key == _key(end.self_address) for wire in self._live() for end in wire.ends
        )

    # --- the radios' side ---

    @override
    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        if not isinstance(packet, Advertisement):
            return
        if sender_controller not in self.controllers:
            return
        unit = _key(packet.advertiser_address)
        for radio in list(self.controllers):
            assert isinstance(radio, Radio)
            wanted = radio.le_scan_enable or radio.pending_le_connection
            if radio is sender_controller or not wanted:
                continue
            if self._hear(unit, _key(radio.public_address), _key(radio.random_address)):
                radio.on_ll_advertising_pdu(packet)

    def connect(self, central: Radio, command: CreateConnection) -> None:
        """Join an initiator with the advertiser that it has just heard."""
        unit = command.peer_address
        peripheral = self._radios.get(_key(unit))
        if peripheral is None or not peripheral.advertises_as(unit):
            return  # Another initiator was faster; this one keeps listening.
        if unit in central.le_connections or _key(unit) in self._refusing:
            error = (
                hci.HCI_ErrorCode.CONNECTION_ALREADY_EXISTS_ERROR
                if unit in central.le_connections
                else hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR
            )
            central.connection_failed(unit, error)
            return
        if isinstance(command, hci.HCI_LE_Create_Connection_Command):
            timing = (
                command.connection_interval_min,
                command.max_latency,
                command.supervision_timeout,
            )
        else:
            timing = (
                command.connection_interval_mins[0],
                command.max_latencies[0],
                command.supervision_timeouts[0],
            )
        own = central.own_address(command)
        wire = Wire(self, timing[2] * 0.01)
        wire.join(
            central.open_end(wire, hci.Role.CENTRAL, own, unit, timing),
            peripheral.open_end(wire, hci.Role.PERIPHERAL, unit, own, timing),
        )
        for old in self._wires - {*self._live()}:
            old.cut()
        self._wires = {*self._live(), wire}

    def _hear(self, *addresses: str) -> bool:
        return self._away.isdisjoint(addresses) and not any(
            pair <= {*addresses} for pair in self._apart
        )

    def _live(self) -> Iterator[Wire]:
        return iter([wire for wire in self._wires if not wire.over])

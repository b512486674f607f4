"""What a unit tells: capabilities, state, pressures and advertisement, and when."""

import struct

from . import crypto, obp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .unit import Unit

# R9 and R12
STATE_BUSY_MS = 1000
STATE_CALM_MS = 10_000
PRESSURES_BUSY_MS = 250
PRESSURES_CALM_MS = 5000

FLAG_ACCEPTED = 1 << 2
FLAG_BATTERY_LOW = 1 << 3
FLAG_CHARGING = 1 << 4
FLAG_WORN_KNOWN = 1 << 5
FLAG_WORN = 1 << 6
FLAG_CHILD_LOCK = 1 << 7


class Report:
    """Keeps the sequence numbers and the times of what was sent."""

    def __init__(self, unit: "Unit") -> None:
        """Tell about ``unit``."""
        self.unit = unit
        self._sequence = 0
        self._pressure_sequences = {0: 0, 1: 0}
        self.begin()

    def begin(self) -> None:
        """A connection is new: everything is due at once."""
        self._told: tuple[bytes, bytes] | None = None
        self._told_at = 0
        self._pressures_slot: int | None = None

    def tick(self) -> None:
        """Send what is due."""
        unit = self.unit
        if not unit.is_connected:
            return
        period = STATE_CALM_MS
        if obp.OFFERED <= unit.phase <= obp.VENTING:
            period = STATE_BUSY_MS
        if unit.now_ms - self._told_at >= period:
            self._told = None
        self.changed()
        self._pressures()

    def changed(self) -> None:
        """Send the state where another byte than 0, 4-5 or 19 is new (R9)."""
        if not self.unit.is_connected:
            return
        frame = self.state()
        told = (frame[1:4], frame[6:19])
        if told == self._told:
            return
        self._told = told
        self._told_at = self.unit.now_ms
        self._sequence = (self._sequence + 1) & 0xFF
        self.unit.outbox.append(("state", frame))

    def _pressures(self) -> None:
        unit = self.unit
        period = PRESSURES_CALM_MS
        if obp.INFLATING <= unit.phase <= obp.VENTING:
            period = PRESSURES_BUSY_MS
        slot = (unit.now_ms + unit.config.notify_offset_ms) // period
        if slot == self._pressures_slot:
            return
        self._pressures_slot = slot
        for leg in unit.config.leg_list:
            sequence = self._pressure_sequences[leg]
            self._pressure_sequences[leg] = (sequence + 1) & 0xFF
            frame = obp.pack_pressures(
                sequence, leg, unit.zones(leg), unit.chambers.values[leg]
            )
            unit.outbox.append(("pressures", frame))

    def _zones(self) -> int:
        zones = 0
        for leg in self.unit.config.leg_list:
            zones |= self.unit.zones(leg)
        return zones

    def state(self) -> bytes:
        """Return the state frame of this moment."""
        unit = self.unit
        session = unit.session
        target = remaining = cycles = number = programme = flags = skip = boost = 0
        origin = obp.ORIGIN_NONE
        slot = obp.NO_SLOT
        if session is not None:
            target = session.target
            remaining = session.remaining_s()
            cycles = min(session.cycles, 0xFFFF)
            number = session.number
            programme = session.programme.byte()
            flags = session.legs
            skip = session.skip
            boost = session.boost
            origin = session.origin
            slot = session.slot
        percent, charging = unit.battery()
        worn = unit.worn()
        if unit.accepted:
            flags |= FLAG_ACCEPTED
        if percent is not None and percent < unit.config.battery_start_percent:
            flags |= FLAG_BATTERY_LOW
        if charging:
            flags |= FLAG_CHARGING
        if worn is not None:
            flags |= FLAG_WORN_KNOWN
        if worn:
            flags |= FLAG_WORN
        if unit.child_lock:
            flags |= FLAG_CHILD_LOCK
        return obp.pack_state(
            self._sequence,
            unit.phase,
            self._zones(),
            target,
            remaining,
            cycles,
            unit.faults,
            origin,
            slot,
            number,
            programme,
            flags,
            unit.end,
            skip,
            boost,
            obp.peak_mmhg(unit.chambers.all_values()),
        )

    def capabilities(self) -> bytes:
        """Return the 20 bytes of section 2."""
        config = self.unit.config
        return struct.pack(
            "<BBBBBBBBBHHBB4sB",
            obp.VERSION_MAJOR,
            obp.VERSION_MINOR,
            config.legs,
            config.chambers,
            config.min_mmhg,
            config.max_mmhg,
            config.step_mmhg,
            config.min_minutes,
            config.max_minutes,
            config.programmes,
            config.features,
            obp.LEASE_MS // 1000,
            obp.NONCE_MS // 100,
            self.unit.pair_id,
            config.slots | (len(self.unit.keys) << 4),
        )

    def advertisement(self) -> bytes:
        """Return the 5 bytes of service data (R4)."""
        unit = self.unit
        flags = unit.config.legs
        if unit.authorisation.window_until is not None:
            flags |= 1 << 2
        if unit.phase in obp.RUNNING:
            flags |= 1 << 3
        pair_hash = bytes(2)
        if unit.pair_id != bytes(4):
            pair_hash = crypto.sha256(unit.pair_id)[:2]
        return bytes([obp.VERSION_MAJOR, flags]) + pair_hash + b"\x00"

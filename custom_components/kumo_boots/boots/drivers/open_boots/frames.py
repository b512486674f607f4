"""Bytes to model and back: pure functions, one for each frame of the profile.

A decoder gives a value or raises ``ProtocolError``, whatever the bytes are;
bytes after those known here are ignored (R7). All integers are little-endian.
"""

from dataclasses import dataclass
import hashlib
import struct

from ...driver import Advertised
from ...errors import ProtocolError, UnsupportedVersionError
from ...model import (
    BootsState,
    Capabilities,
    End,
    FailSafes,
    Feature,
    Origin,
    Phase,
    Programme,
    Settings,
    Side,
    Times,
)
from . import profile
from .profile import Opcode, SetField

FAIL_SAFES = FailSafes(
    vents_on_silence=True, vents_on_power_loss=True, own_ceiling=True, own_timer=True
)
"""Sections 5: lease, normally open valves, ceiling, remaining time."""

TEXT_CHARACTERS = 64
"""What is shown of a string: Home Assistant takes no state of more than 255."""

_ZONES = tuple(
    frozenset(zone for zone in range(1, 9) if mask >> (zone - 1) & 1)
    for mask in range(256)
)
_LEGS = (
    frozenset[Side](),
    frozenset({Side.LEFT}),
    frozenset({Side.RIGHT}),
    frozenset({Side.LEFT, Side.RIGHT}),
)
_FAULT_SETS = tuple(
    frozenset(fault for bit, fault in enumerate(profile.FAULTS) if mask >> bit & 1)
    for mask in range(128)
)
_STATE = struct.Struct("<BBBBHHHBBHBBBBBB")
_CAPABILITIES = struct.Struct("<BBBBBBBBBHHBB4sB")


@dataclass(frozen=True, slots=True)
class CapabilitiesFrame:
    """What a unit can do, and what only this driver needs to know."""

    capabilities: Capabilities
    nonce_s: float


@dataclass(frozen=True, slots=True)
class StateFrame:
    """A state, without pressures and battery, which come by themselves."""

    sequence: int
    state: BootsState


@dataclass(frozen=True, slots=True)
class PressuresFrame:
    """One leg's pressures."""

    sequence: int
    side: Side
    values_mmhg: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a request."""

    opcode: int
    number: int
    code: int
    data: bytes


def zones_of(mask: int) -> frozenset[int]:
    """Return the zones of a mask; bit 0 is zone 1."""
    return _ZONES[mask & 0xFF]


def mask_of(zones: frozenset[int]) -> int:
    """Return the mask of zones 1–8."""
    return sum(1 << (zone - 1) for zone in zones)


def legs_mask(legs: frozenset[Side]) -> int:
    """Return the mask of legs; bit 0 is the left one."""
    return _LEGS.index(legs)


def decode_capabilities(data: bytes) -> CapabilitiesFrame:
    """Decode section 2; ``UnsupportedVersionError`` for another major version."""
    if data and data[0] != profile.VERSION_MAJOR:
        raise UnsupportedVersionError(version=data[0])
    if len(data) < _CAPABILITIES.size:
        raise ProtocolError(f"capabilities of {len(data)} bytes")
    (
        _,
        _,
        legs,
        chambers,
        target_min,
        target_max,
        step,
        minutes_min,
        minutes_max,
        programmes,
        features,
        lease_s,
        nonce_tenths,
        pair_id,
        _,
    ) = _CAPABILITIES.unpack_from(data)
    if (
        not legs & 3
        or not 1 <= chambers <= 8
        or not 1 <= target_min <= target_max <= profile.TARGET_MAX_MMHG
        or not 1 <= minutes_min <= minutes_max
        or not step
        or not 1 <= lease_s <= profile.LEASE_S
        or not 1 <= nonce_tenths <= profile.NONCE_S * 10
    ):
        # Not the bytes: they hold the pair id.
        raise ProtocolError("capabilities that cannot be")
    return CapabilitiesFrame(
        Capabilities(
            legs=_LEGS[legs & 3],
            chambers=chambers,
            target_min_mmhg=target_min,
            target_max_mmhg=target_max,
            target_step_mmhg=step,
            duration_min_s=minutes_min * 60,
            duration_max_s=minutes_max * 60,
            programmes=tuple(
                programme
                for number, programme in profile.PROGRAMMES.items()
                if programmes >> number & 1
            ),
            features=Feature(features & sum(feature.value for feature in Feature)),
            lease_s=float(lease_s),
            pair_id=pair_id if any(pair_id) else None,
            fail_safes=FAIL_SAFES,
        ),
        nonce_s=nonce_tenths / 10,
    )


def decode_state(data: bytes, own_slot: int | None) -> StateFrame:
    """Decode section 3; ``own_slot`` tells our sessions from other controllers'."""
    if len(data) < _STATE.size:
        raise ProtocolError(f"state of {len(data)} bytes")
    (
        sequence,
        phase,
        zones,
        target,
        remaining,
        cycles,
        faults,
        origin,
        slot,
        session,
        programme,
        flags,
        end,
        skip,
        boost,
        peak,
    ) = _STATE.unpack_from(data)
    in_session = session != 0
    number = programme & 0xF
    if number == profile.CUSTOM:
        number = programme >> 4
    return StateFrame(
        sequence,
        BootsState(
            phase=_one_of(profile.PHASES, phase, Phase.UNKNOWN),
            active_zones=_ZONES[zones],
            target_mmhg=target or None,
            remaining_s=remaining if in_session else None,
            cycles=cycles if in_session else None,
            faults=_FAULT_SETS[faults & 0x7F],
            origin=_origin(origin, slot, own_slot),
            session_id=session or None,
            programme=profile.PROGRAMMES.get(number),
            legs=_LEGS[flags & 3],
            skipped=_ZONES[skip],
            boosted=boost if 1 <= boost <= 8 else None,
            end=_one_of(profile.ENDS, end, End.UNKNOWN),
            accepted=bool(flags & 4),
            battery_low=bool(flags & 8),
            charging=bool(flags & 16),
            worn=bool(flags & 64) if flags & 32 else None,
            child_lock=bool(flags & 128),
            peak_mmhg=peak,
        ),
    )


def decode_pressures(data: bytes) -> PressuresFrame:
    """Decode one leg's pressures (section 3)."""
    if len(data) < 4 or data[1] > 1 or not 1 <= data[3] <= 8:
        raise ProtocolError(f"pressures that cannot be: {data[:4].hex()}")
    count = data[3]
    if len(data) < 4 + 2 * count:
        raise ProtocolError(f"pressures of {len(data)} bytes for {count} chambers")
    raw = struct.unpack_from(f"<{count}h", data, 4)
    return PressuresFrame(
        data[0],
        Side.RIGHT if data[1] else Side.LEFT,
        tuple(
            None if value == profile.UNKNOWN_PRESSURE else value / 10 for value in raw
        ),
    )


def decode_result(data: bytes) -> Result:
    """Decode the answer to a request (section 4)."""
    if len(data) < 3 or not data[0] & 0x80:
        raise ProtocolError(f"a result that cannot be: {data[:3].hex()}")
    return Result(data[0] & 0x7F, data[1], data[2], data[3:])


def decode_armed(result: Result) -> tuple[int, int, int]:
    """Decode what *arm* gives: session, nonce, longest delay in ms."""
    if len(result.data) < 7:
        raise ProtocolError(f"an arm result of {len(result.data)} bytes")
    session, nonce, tenths = struct.unpack_from("<HIB", result.data)
    return session, nonce, tenths * 100


def decode_battery(data: bytes) -> int | None:
    """Decode the battery level, %; devices exist that say 102."""
    return min(data[0], 100) if data else None


def decode_text(data: bytes) -> str:
    """Decode a string of Device Information, as far as a person would read it."""
    text = data.decode("utf-8", "replace").rstrip("\0").strip()
    return "".join(filter(str.isprintable, text))[:TEXT_CHARACTERS]


def decode_serial(data: bytes) -> str:
    """Decode the serial number, which keys depend on: nothing is cut off it (R1)."""
    if len(data) > profile.SERIAL_BYTES:
        raise ProtocolError(f"a serial number of {len(data)} bytes")
    return decode_text(data)


def decode_advertisement(data: bytes) -> Advertised:
    """Decode the service data (R4)."""
    if len(data) < 4:
        raise ProtocolError(f"service data of {len(data)} bytes")
    pair_hash = bytes(data[2:4])
    return Advertised(
        version=data[0],
        legs=_LEGS[data[1] & 3],
        pairing_open=bool(data[1] & 4),
        running=bool(data[1] & 8),
        pair_hash=pair_hash if any(pair_hash) else None,
    )


def pair_hash(pair_id: bytes) -> bytes:
    """Return what two units of a pair advertise (R4)."""
    return hashlib.sha256(pair_id).digest()[:2]


def arm_parameters(settings: Settings, *, custom: bool) -> bytes:
    """Encode what *arm* takes; ``settings`` were checked."""
    return struct.pack(
        "<BBHBBB",
        profile.CUSTOM if custom else profile.NUMBERS[settings.programme],
        settings.target_mmhg,
        settings.duration_s,
        legs_mask(settings.legs),
        mask_of(settings.skipped),
        settings.boosted or 0,
    )


def start_parameters(session_id: int, nonce: int, delay_ms: int) -> bytes:
    """Encode what *start* takes."""
    return struct.pack("<HIH", session_id, nonce, delay_ms)


def session_parameters(session_id: int) -> bytes:
    """Encode what names a session only."""
    return struct.pack("<H", session_id)


def set_parameters(session_id: int, field: SetField, value: int) -> bytes:
    """Encode what *set* takes."""
    return struct.pack("<HBH", session_id, field, value)


def custom_programme(programme: Programme, times: Times) -> bytes:
    """Encode the programme with another rhythm (section 5, custom programme)."""
    return struct.pack(
        "<7B",
        profile.NUMBERS[programme],
        profile.KINDS[programme],
        profile.GRADIENTS_MMHG[programme],
        times.hold_s,
        times.release_s,
        times.rest_s,
        0,
    )


def stop_request(number: int) -> bytes:
    """Encode the one request that needs no authorisation."""
    return bytes((Opcode.STOP, number))


def _one_of[T](values: tuple[T, ...], index: int, unknown: T) -> T:
    return values[index] if index < len(values) else unknown


def _origin(origin: int, slot: int, own_slot: int | None) -> Origin:
    if origin == profile.ORIGIN_NONE:
        return Origin.NONE
    if origin == profile.ORIGIN_BOOTS:
        return Origin.BOOTS
    if origin == profile.ORIGIN_CONTROLLER and slot == own_slot:
        return Origin.THIS_CONTROLLER
    # An origin that is not known is certainly not ours.
    return Origin.OTHER_CONTROLLER

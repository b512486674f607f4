"""Bytes to model and back, against the firmware's own packing."""

import struct

from hypothesis import (
    HealthCheck,
    given,
    settings as hypothesis_settings,
    strategies as st,
)
import pytest

from custom_components.kumo_boots.boots.driver import Heard, driver_for
from custom_components.kumo_boots.boots.drivers.open_boots import (
    OpenBoots,
    frames,
    profile,
)
from custom_components.kumo_boots.boots.errors import (
    ProtocolError,
    UnsupportedVersionError,
)
from custom_components.kumo_boots.boots.model import (
    BOTH,
    STANDARD_TIMES,
    BootsState,
    End,
    Fault,
    Feature,
    Origin,
    Phase,
    Programme,
    Settings,
    Side,
    Times,
)
from firmware import obp

CAPABILITIES = struct.pack(
    "<BBBBBBBBBHHBB4sB",
    *(1, 0, 3, 5, 20, 120, 5, 1, 60, 0x803E, 0x02AF, 10, 30, b"PAIR", 0x14),
)
fuzz = hypothesis_settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def state_frame(**changes: int) -> bytes:
    """Return a state frame as the firmware packs it."""
    given = {
        "sequence": 7,
        "phase": obp.HOLDING,
        "zones": 0b11,
        "target": 40,
        "remaining_s": 900,
        "cycles": 300,
        "faults": 0,
        "origin": obp.ORIGIN_CONTROLLER,
        "slot": 2,
        "session": 0xBEEF,
        "programme": 2,
        "flags": 0b11,
        "end": 0,
        "skip": 0b10000,
        "boost": 2,
        "peak": 41,
    }
    return obp.pack_state(**{**given, **changes})


@fuzz
@given(st.binary(max_size=40))
def test_decoders_survive_any_bytes(data: bytes) -> None:
    """A value or ProtocolError, nothing else."""
    for decode in (
        frames.decode_capabilities,
        lambda data: frames.decode_state(data, 0),
        frames.decode_pressures,
        frames.decode_result,
        frames.decode_advertisement,
    ):
        try:
            decode(data)
        except ProtocolError:
            continue
    frames.decode_battery(data)
    frames.decode_text(data)


@fuzz
@given(st.binary(min_size=20, max_size=24))
def test_any_twenty_bytes_are_a_state(data: bytes) -> None:
    """What is not known becomes unknown, never an error (R7)."""
    state = frames.decode_state(data, 0).state
    assert state.phase in Phase
    assert state.end in End
    assert all(1 <= zone <= 8 for zone in state.active_zones | state.skipped)


@fuzz
@given(st.binary(min_size=19, max_size=19), st.binary(max_size=4))
def test_capabilities_that_are_taken_can_be_used(body: bytes, more: bytes) -> None:
    """Nothing that a session would divide by or wait for is zero."""
    try:
        frame = frames.decode_capabilities(b"\x01" + body + more)
    except ProtocolError:
        return
    known = frame.capabilities
    assert known.legs
    assert 1 <= known.chambers <= 8
    assert known.target_step_mmhg
    assert known.lease_s
    assert frame.nonce_s
    assert known.target_min_mmhg <= known.target_max_mmhg
    assert known.duration_min_s <= known.duration_max_s


def test_capabilities() -> None:
    """Every field of section 2."""
    frame = frames.decode_capabilities(CAPABILITIES + b"more")
    known = frame.capabilities
    assert frame.nonce_s == 3.0
    assert known.legs == BOTH
    assert known.chambers == 5
    assert (known.target_min_mmhg, known.target_max_mmhg) == (20, 120)
    assert known.target_step_mmhg == 5
    assert (known.duration_min_s, known.duration_max_s) == (60, 3600)
    assert known.programmes == tuple(STANDARD_TIMES)
    assert Feature.PAUSE | Feature.ZONE_SKIP in known.features
    assert Feature.WORN not in known.features
    assert known.lease_s == 10.0
    assert known.pair_id == b"PAIR"
    assert known.fail_safes.vents_on_silence
    none = frames.decode_capabilities(CAPABILITIES[:15] + bytes(4) + b"\x04")
    assert none.capabilities.pair_id is None


def test_features_of_the_future_are_ignored() -> None:
    """Bits that are not known mean nothing (R7)."""
    data = bytearray(CAPABILITIES)
    data[11:13] = b"\xff\xff"
    known = frames.decode_capabilities(bytes(data)).capabilities
    assert known.features == ~Feature(0)


def test_another_major_version_is_refused() -> None:
    """A controller refuses a major version it does not know (R7)."""
    with pytest.raises(UnsupportedVersionError) as caught:
        frames.decode_capabilities(b"\x02")
    assert caught.value.values == {"version": 2}


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (2, 0),
        (3, 0),
        (3, 9),
        (4, 0),
        (4, 121),
        (6, 0),
        (7, 0),
        (7, 61),
        (13, 0),
        (14, 0),
    ],
)
def test_capabilities_that_cannot_be(at: int, value: int) -> None:
    """They would make a session of nonsense."""
    data = bytearray(CAPABILITIES)
    data[at] = value
    with pytest.raises(ProtocolError):
        frames.decode_capabilities(bytes(data))


def test_state() -> None:
    """Every field of section 3."""
    frame = frames.decode_state(state_frame(), 2)
    assert frame.sequence == 7
    assert frame.state == BootsState(
        phase=Phase.HOLDING,
        active_zones=frozenset({1, 2}),
        target_mmhg=40,
        remaining_s=900,
        cycles=300,
        origin=Origin.THIS_CONTROLLER,
        session_id=0xBEEF,
        programme=Programme.WAVE,
        legs=BOTH,
        skipped=frozenset({5}),
        boosted=2,
        peak_mmhg=41,
        charging=False,
        child_lock=False,
    )


def test_state_while_idle() -> None:
    """Zeros mean that there is nothing."""
    idle = frames.decode_state(
        state_frame(phase=0, target=0, session=0, origin=0, slot=255, programme=0), 2
    ).state
    assert idle.phase is Phase.IDLE
    assert idle.target_mmhg is None
    assert idle.remaining_s is None
    assert idle.cycles is None
    assert idle.session_id is None
    assert idle.programme is None
    assert idle.origin is Origin.NONE


def test_state_flags_faults_and_ends() -> None:
    """Bits and enumerations, known and unknown."""
    state = frames.decode_state(
        state_frame(flags=0xFF, faults=0xFFFF, end=8, boost=9, phase=9), 2
    ).state
    assert state.accepted
    assert state.battery_low
    assert state.charging
    assert state.worn is True
    assert state.child_lock
    assert state.faults == frozenset(Fault)
    assert state.end is End.RESTARTED
    assert state.boosted is None
    assert state.phase is Phase.FAULT
    assert frames.decode_state(state_frame(flags=0x20), 2).state.worn is False
    assert frames.decode_state(state_frame(end=9, phase=10), 2).state.end is End.UNKNOWN


@pytest.mark.parametrize(
    ("origin", "slot", "expected"),
    [
        (0, 255, Origin.NONE),
        (1, 2, Origin.THIS_CONTROLLER),
        (1, 3, Origin.OTHER_CONTROLLER),
        (2, 255, Origin.BOOTS),
        (7, 2, Origin.OTHER_CONTROLLER),
    ],
)
def test_origin(origin: int, slot: int, expected: Origin) -> None:
    """Only our own slot's session is ours."""
    frame = frames.decode_state(state_frame(origin=origin, slot=slot), 2)
    assert frame.state.origin is expected


def test_custom_programme_shows_what_it_was_derived_from() -> None:
    """Byte 14 of the state."""
    frame = frames.decode_state(state_frame(programme=0x4F), 2)
    assert frame.state.programme is Programme.PULSE


def test_pressures() -> None:
    """Tenths of a mmHg, signed, and unknown."""
    data = obp.pack_pressures(3, 1, 0, [40.04, -0.3, None])
    frame = frames.decode_pressures(data + b"more")
    assert (frame.sequence, frame.side) == (3, Side.RIGHT)
    assert frame.values_mmhg == (40.0, -0.3, None)
    assert frames.decode_pressures(obp.pack_pressures(0, 0, 0, [1])).side is Side.LEFT


@pytest.mark.parametrize(
    "data",
    [b"", b"\0\2\0\1\0\0", b"\0\0\0\0", b"\0\0\0\x09" + bytes(18), b"\0\0\0\2\0\0"],
)
def test_pressures_that_cannot_be(data: bytes) -> None:
    """A leg, a number or a length that cannot be."""
    with pytest.raises(ProtocolError):
        frames.decode_pressures(data)


def test_result() -> None:
    """What answers a request."""
    result = frames.decode_result(obp.pack_result(obp.ARM, 9, 0, b"\1\2\3\4\5\6\x0a"))
    assert (result.opcode, result.number, result.code) == (2, 9, 0)
    assert frames.decode_armed(result) == (0x0201, 0x06050403, 1000)
    with pytest.raises(ProtocolError):
        frames.decode_armed(frames.decode_result(b"\x82\x09\x00"))
    with pytest.raises(ProtocolError):
        frames.decode_result(b"\x02\x09\x00")


def test_battery_and_text() -> None:
    """Devices exist that say 102 %."""
    assert frames.decode_battery(b"\x66") == 100
    assert frames.decode_battery(b"\x2a") == 42
    assert frames.decode_battery(b"") is None
    assert frames.decode_text(b"Boots \xff\0") == "Boots \ufffd"


def test_advertisement() -> None:
    """The service data of R4."""
    found = OpenBoots.advertised(
        {profile.SERVICE: b"\x01\x0d" + frames.pair_hash(b"PAIR") + b"\0"}
    )
    assert found is not None
    assert found.version == 1
    assert found.legs == {Side.LEFT}
    assert found.pairing_open
    assert found.running
    assert found.pair_hash == frames.pair_hash(b"PAIR")
    alone = frames.decode_advertisement(bytes((1, 3, 0, 0, 0)))
    assert alone.pair_hash is None
    assert not alone.pairing_open
    assert OpenBoots.advertised({}) is None
    assert OpenBoots.advertised({profile.SERVICE: b"\x01"}) is None


def test_registry() -> None:
    """A unit is recognised by its service, and by nothing bare."""
    assert (
        driver_for(
            Heard(
                service_uuids=frozenset(
                    {"0000180f-0000-1000-8000-00805f9b34fb", profile.SERVICE}
                )
            )
        )
        is OpenBoots
    )
    assert (
        driver_for(
            Heard(service_uuids=frozenset({"0000fff0-0000-1000-8000-00805f9b34fb"}))
        )
        is None
    )


def test_requests() -> None:
    """What is written, against the table of section 4."""
    settings = Settings(
        programme=Programme.FOCUS,
        target_mmhg=30,
        duration_s=900,
        legs=frozenset({Side.RIGHT}),
        skipped=frozenset({1, 5}),
        boosted=3,
    )
    assert frames.arm_parameters(settings, custom=False).hex() == "051e8403021103"
    assert frames.arm_parameters(settings, custom=True).hex() == "0f1e8403021103"
    assert frames.start_parameters(1, 2, 3).hex() == "0100020000000300"
    assert frames.session_parameters(258).hex() == "0201"
    assert (
        frames.set_parameters(1, profile.SetField.REMAINING, 600).hex() == "0100025802"
    )
    times = Times(hold_s=1, release_s=2, rest_s=3)
    assert frames.custom_programme(Programme.WAVE, times).hex() == "02010501020300"
    assert frames.stop_request(5) == b"\x00\x05"
    assert frames.zones_of(0b101) == {1, 3}


def test_every_request_fits_twenty_bytes() -> None:
    """So that no longer MTU is ever needed (section 1)."""
    overhead = 2 + 2 + 8
    longest = frames.start_parameters(0xFFFF, 0xFFFFFFFF, 1000)
    assert len(longest) + overhead == 20

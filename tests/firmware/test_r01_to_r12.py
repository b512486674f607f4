"""Sections 1 to 3: advertising, connection, capabilities, state, pressures."""

import hashlib
import struct

import pytest

from firmware import obp
from firmware.config import Config

from .bench import ALL_FEATURES, Bench, Refused


def test_r04_service_data_tells_legs_window_session_and_pair() -> None:
    """The five bytes, as they change."""
    bench = Bench()
    assert bench.unit.advertisement() == bytes((1, 3, 0, 0, 0))
    bench.press("start_long")
    assert bench.unit.advertisement()[1] == 0b111
    bench.ready().request(obp.SET_PAIR_ID, b"abcd")
    pair_hash = hashlib.sha256(b"abcd").digest()[:2]
    assert bench.unit.advertisement() == bytes((1, 3)) + pair_hash + b"\0"
    bench.running()
    assert bench.unit.advertisement()[1] == 0b1011
    bench.stop()
    assert bench.unit.advertisement()[1] == 0b11


def test_r06_unauthorised_connection_is_dropped_after_ten_seconds() -> None:
    """Not before, and only then."""
    bench = Bench()
    bench.connect()
    bench.run(9900)
    assert not bench.unit.drop
    bench.run(200)
    assert bench.unit.drop
    bench.disconnect()
    assert not bench.unit.drop


def test_r06_authorised_connection_stays() -> None:
    """However long it is silent."""
    bench = Bench().ready()
    bench.run(60_000)
    assert not bench.unit.drop


def test_r06_ten_seconds_begin_anew_when_the_window_closes() -> None:
    """Who waits for a finger on the button is not thrown out meanwhile."""
    bench = Bench()
    bench.connect()
    bench.run(5000)
    bench.press("start_long")
    bench.run(60_000)
    assert not bench.unit.drop
    bench.run(9800)
    assert not bench.unit.drop
    bench.run(400)
    assert bench.unit.drop


def test_r06_ten_seconds_begin_anew_after_pairing_and_forget_me() -> None:
    """Both leave a connection without authorisation."""
    bench = Bench()
    bench.connect()
    bench.run(9000)
    bench.pair()
    bench.run(9000)
    assert not bench.unit.drop
    bench.prove()
    bench.run(20_000)
    bench.request(obp.FORGET_ME)
    bench.run(9000)
    assert not bench.unit.drop
    bench.run(1200)
    assert bench.unit.drop


@pytest.mark.parametrize("button", ["start", "reset"])
def test_r06_ten_seconds_begin_anew_when_a_button_closes_the_window(
    button: str,
) -> None:
    """A session that is started on the boots, a physical reset."""
    bench = Bench()
    bench.connect()
    bench.press("start_long")
    bench.run(30_000)
    bench.press(button)
    assert bench.unit.authorisation.window_until is None
    bench.run(9800)
    assert not bench.unit.drop
    bench.run(400)
    assert bench.unit.drop


def test_r06_reading_needs_no_authorisation() -> None:
    """State and pressures come to anybody."""
    bench = Bench()
    bench.connect()
    bench.run(300)
    assert {name for name, _ in bench.frames} == {"state", "pressures"}


def test_r07_requests_are_exact_but_stop_is_not() -> None:
    """A unit ignores bytes only where they can do no harm."""
    bench = Bench().ready().running()
    frame = bench.build(obp.HEARTBEAT, struct.pack("<H", bench.session)) + b"\0"
    assert bench.write(frame)[0][2] == obp.WRONG_LENGTH
    assert bench.write(b"\x00\x05" + b"anything")[0] == b"\x80\x05\x00"
    assert bench.unit.phase == obp.VENTING


def test_capabilities_bytes() -> None:
    """Section 2, field by field."""
    bench = Bench(
        chambers=8,
        min_mmhg=30,
        max_mmhg=200,
        step_mmhg=10,
        min_minutes=5,
        max_minutes=90,
        programmes=0b10,
        pair_id=b"\1\2\3\4",
        slots=6,
    ).ready()
    assert bench.unit.read_capabilities() == struct.pack(
        "<BBBBBBBBBHHBB4sB",
        1,
        0,
        3,
        8,
        30,
        200,
        10,
        5,
        90,
        0x8002,
        ALL_FEATURES,
        10,
        30,
        b"\1\2\3\4",
        0x16,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"legs": 0},
        {"legs": 4},
        {"chambers": 9},
        {"max_mmhg": 241},
        {"min_mmhg": 130},
        {"step_mmhg": 0},
        {"slots": 3},
        {"max_minutes": 0},
        {"pair_id": b"123"},
    ],
)
def test_a_unit_that_the_profile_does_not_allow_cannot_be(wrong: dict) -> None:
    """The maker's values are checked."""
    with pytest.raises(ValueError, match="profile"):
        Config(wrong)


@pytest.mark.parametrize(
    ("features", "opcode", "parameters"),
    [
        (obp.FEATURE_START_BUTTON, obp.OFFER, b"\1\0"),
        (obp.FEATURE_PAUSE, obp.PAUSE, b"\1\0"),
        (obp.FEATURE_PAUSE, obp.RESUME, b"\1\0"),
        (obp.FEATURE_ZONE_SKIP, obp.ARM, bytes((1, 40, 0, 2, 1, 2, 0))),
        (obp.FEATURE_ZONE_BOOST, obp.ARM, bytes((1, 40, 0, 2, 1, 0, 2))),
        (obp.FEATURE_ZONE_SKIP, obp.SET, bytes((1, 0, 3, 1, 0))),
        (obp.FEATURE_ZONE_BOOST, obp.SET, bytes((1, 0, 4, 1, 0))),
        (obp.FEATURE_CUSTOM, obp.PROGRAMME_BEGIN, b"\7\0\0"),
        (obp.FEATURE_CUSTOM, obp.PROGRAMME_PART, b"\0\0"),
        (obp.FEATURE_CUSTOM, obp.PROGRAMME_COMMIT, b""),
        (obp.FEATURE_IDENTIFY, obp.IDENTIFY, b""),
        (obp.FEATURE_CHILD_LOCK, obp.CHILD_LOCK, b"\1"),
    ],
)
def test_r08_what_a_feature_is_missing_for_is_not_supported(
    features: int, opcode: int, parameters: bytes
) -> None:
    """Refused without the bit, and not for that reason with it."""
    bench = Bench(features=ALL_FEATURES & ~features).ready()
    with pytest.raises(Refused) as refused:
        bench.request(opcode, parameters)
    assert refused.value.code == obp.NOT_SUPPORTED
    bench = Bench().ready()
    (result,) = bench.write(bench.build(opcode, parameters))
    assert result[2] != obp.NOT_SUPPORTED


def test_r08_zero_masks_ask_for_nothing() -> None:
    """Arm without skip and boost works on a unit that has neither."""
    bench = Bench(features=0).ready()
    bench.arm()
    assert bench.unit.phase == obp.ARMED


def test_r09_a_change_is_notified_within_the_call() -> None:
    """No tick is needed between a request and the state that it made."""
    bench = Bench().ready()
    bench.run(100)
    bench.take("state")
    bench.unit.write_control(
        bench.build(obp.ARM, bytes((1, 40, 0x58, 2, 1, 0, 0))), True, bench.now
    )
    (frame,) = bench.take("state")
    assert frame[1] == obp.ARMED


def test_r09_state_comes_every_second_while_something_is_up() -> None:
    """Also when only the remaining time changes."""
    bench = Bench().ready()
    bench.request(obp.OFFER, struct.pack("<H", 600))
    bench.take("state")
    bench.run(10_000)
    assert 9 <= len(bench.take("state")) <= 11


def test_r09_state_comes_every_ten_seconds_otherwise() -> None:
    """Idle is quiet."""
    bench = Bench().ready()
    bench.run(100)
    bench.take("state")
    bench.run(60_000)
    assert 5 <= len(bench.take("state")) <= 7


def test_r09_sequence_grows_by_one_and_wraps() -> None:
    """Every notified frame counts, and nothing else."""
    bench = Bench().ready()
    bench.request(obp.OFFER, struct.pack("<H", 3600))
    bench.take("state")
    bench.run(300_000)
    numbers = [frame[0] for frame in bench.take("state")]
    assert len(numbers) > 256
    first = numbers[0]
    assert numbers == [(first + i) & 0xFF for i in range(len(numbers))]


def test_r09_nothing_is_notified_without_a_connection() -> None:
    """The outbox does not fill while nobody listens."""
    bench = Bench()
    bench.run(30_000)
    assert bench.unit.outbox == []
    assert bench.frames == []


def test_r10_idle_only_when_measured_empty() -> None:
    """Venting lasts as long as a chamber holds air."""
    bench = Bench().ready().running()
    bench.until(obp.HOLDING)
    bench.stop()
    assert bench.unit.phase == obp.VENTING
    while bench.unit.phase == obp.VENTING:
        assert bench.body.safe()
        held = max(max(leg) for leg in bench.body.values)
        bench.run(20)
    assert bench.unit.phase == obp.IDLE
    assert held * (1 - 20 / 600) < obp.EMPTY_MMHG


def test_r10_thirty_seconds_of_venting_are_a_fault() -> None:
    """A chamber that keeps its air."""
    bench = Bench().ready().running()
    bench.until(obp.HOLDING)
    bench.body.stuck_closed = 0b00100
    bench.stop()
    bench.run(29_900)
    assert bench.unit.phase == obp.VENTING
    bench.run(200)
    assert bench.unit.phase == obp.FAULT
    assert bench.unit.faults == obp.NOT_EMPTYING
    assert bench.body.safe()
    assert bench.unit.end == obp.END_STOPPED


def test_r10_fault_while_venting_still_tells_the_session() -> None:
    """Number, origin, slot, programme and legs, until idle."""
    bench = Bench().ready().running()
    bench.until(obp.HOLDING)
    bench.body.stuck_closed = 0b00100
    bench.stop()
    bench.run(31_000)
    state = bench.state()
    assert state["phase"] == obp.FAULT
    assert (state["session"], state["remaining"]) == (bench.session, 0)
    assert (state["origin"], state["slot"], state["programme"]) == (1, 0, 1)
    assert state["end"] == obp.END_STOPPED
    bench.body.stuck_closed = 0
    bench.body.reading = [None] * 5
    bench.run(1100)
    assert bench.state()["faults"] == obp.NOT_EMPTYING | obp.SENSOR_FAILS
    assert bench.state()["session"] == bench.session
    bench.body.reading = None
    bench.run(5000)
    bench.press("stop")
    state = bench.state()
    assert (state["phase"], state["session"], state["slot"]) == (0, 0, 0xFF)


def test_r10_fault_while_armed_clears_the_session() -> None:
    """It had not started."""
    bench = Bench().ready()
    bench.arm()
    bench.body.reading = [None] * 5
    bench.run(1100)
    state = bench.state()
    assert state["phase"] == obp.FAULT
    assert (state["session"], state["origin"], state["slot"]) == (0, 0, 0xFF)
    assert state["end"] == obp.END_NONE


def test_r10_offer_that_ends_with_air_inside_is_venting() -> None:
    """Idle again only below 5 mmHg, though idle itself lasts up to 10."""
    bench = Bench().ready()
    bench.body.reading = [7.0, 0.0, 0.0, 0.0, 0.0]
    bench.run(2000)
    assert bench.unit.phase == obp.IDLE
    bench.request(obp.OFFER, b"\x3c\0")
    bench.stop()
    assert bench.unit.phase == obp.VENTING


def test_r10_unknown_pressure_is_not_empty() -> None:
    """What is not measured is not idle."""
    bench = Bench()
    bench.body.reading = [0.0, 0.0, None, 0.0, 0.0]
    bench.boot()
    bench.run(500)
    assert bench.unit.phase == obp.VENTING


def test_r10_idle_unit_that_is_not_empty_is_venting_again() -> None:
    """10 mmHg for a second, not a knock."""
    bench = Bench()
    bench.body.reading = [11.0, 0.0, 0.0, 0.0, 0.0]
    bench.run(900)
    assert bench.unit.phase == obp.IDLE
    bench.body.reading = None
    bench.run(100)
    bench.body.reading = [11.0, 0.0, 0.0, 0.0, 0.0]
    bench.run(900)
    assert bench.unit.phase == obp.IDLE
    bench.run(200)
    assert bench.unit.phase == obp.VENTING


def test_r11_a_read_is_what_a_notification_would_hold() -> None:
    """With the number of the next notification; reading twice changes nothing."""
    bench = Bench().ready()
    bench.run(100)
    bench.take("state")
    read = bench.unit.read_state()
    assert bench.unit.read_state() == read
    bench.run(9900)
    (sent,) = bench.take("state")
    assert sent == read
    assert bench.unit.read_state()[0] == (sent[0] + 1) & 0xFF


def test_state_tells_the_session_until_idle() -> None:
    """Section 3: from armed to venting."""
    bench = Bench().ready()
    empty = bench.state()
    assert (empty["session"], empty["slot"], empty["origin"]) == (0, 0xFF, 0)
    bench.arm(programme=2, target=45, duration=300, legs=2, skip=1, boost=3)
    state = bench.state()
    assert state["session"] == bench.session
    assert (state["target"], state["remaining"]) == (45, 300)
    assert (state["programme"], state["skip"], state["boost"]) == (2, 1, 3)
    assert (state["origin"], state["slot"], state["flags"] & 3) == (1, 0, 2)
    bench.start()
    bench.of_session(obp.COMMIT)
    bench.until(obp.HOLDING)
    assert bench.state()["zones"] == 0b11000
    assert bench.state()["peak"] >= 30
    bench.stop()
    state = bench.state()
    assert (state["phase"], state["session"], state["remaining"]) == (
        obp.VENTING,
        bench.session,
        0,
    )
    assert state["end"] == obp.END_STOPPED
    bench.run(5000)
    state = bench.state()
    assert (state["session"], state["target"], state["flags"] & 3) == (0, 0, 0)
    assert state["end"] == obp.END_STOPPED


def test_state_flags() -> None:
    """Byte 15: battery, charging, worn, child lock."""
    bench = Bench().ready()
    assert bench.state()["flags"] == 0b0110_0000
    bench.body.percent = 9
    bench.body.charging = True
    bench.body.is_worn = False
    bench.request(obp.CHILD_LOCK, b"\1")
    assert bench.state()["flags"] == 0b1011_1000
    bench.body.is_worn = None
    bench.body.percent = None
    assert bench.state()["flags"] == 0b1001_0000


def test_a_unit_without_those_sensors_does_not_know() -> None:
    """Worn and charging are told only with their features."""
    bench = Bench(features=0)
    bench.body.charging = True
    assert bench.state()["flags"] == 0


def test_r12_pressures_every_250_ms_while_running_else_every_5_s() -> None:
    """One frame a leg."""
    bench = Bench().ready()
    bench.run(1000)
    bench.take("pressures")
    bench.run(20_000)
    assert len(bench.take("pressures")) == 2 * 4
    bench.running()
    bench.take("pressures")
    bench.run(5000)
    frames = bench.take("pressures")
    assert len(frames) == 2 * 20
    left = [frame for frame in frames if frame[1] == 0]
    assert [frame[0] for frame in left] == [
        (left[0][0] + i) & 0xFF for i in range(len(left))
    ]
    assert left[-1][2] == bench.state()["zones"] != 0
    assert frames[-1][1] == 1
    assert frames[-1][2] == 0


def test_r12_two_units_do_not_notify_in_step() -> None:
    """The same clock, another offset."""
    times = []
    for offset in (0, 125):
        bench = Bench(notify_offset_ms=offset).ready().running()
        found = []
        for _ in range(100):
            bench.take("pressures")
            bench.run(20)
            if bench.take("pressures"):
                found.append(bench.now % 250)
        times.append(set(found))
    assert not times[0] & times[1]


def test_pressures_frame_values() -> None:
    """Tenths, signed, with a mark for what is not known."""
    values = [12.34, -0.5, None, float("nan"), 9999.0, float("-inf"), 0.0, 255.0]
    frame = obp.pack_pressures(7, 1, 3, values)
    assert frame[:4] == bytes((7, 1, 3, 8))
    assert struct.unpack("<8h", frame[4:]) == (
        123,
        -5,
        0x7FFF,
        0x7FFF,
        32760,
        -32760,
        0,
        2550,
    )


@pytest.mark.parametrize(
    ("values", "peak"),
    [([], 0), ([None, -3.0], 0), ([0.1], 1), ([40.0], 40), ([300.0], 255)],
)
def test_peak_is_rounded_up_to_a_byte(values: list[float | None], peak: int) -> None:
    """Byte 19 of the state."""
    assert obp.peak_mmhg(values) == peak

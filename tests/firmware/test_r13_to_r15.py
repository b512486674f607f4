"""Section 4: the control point."""

from collections.abc import Callable
import struct

import pytest

from firmware import obp

from .bench import Bench, Refused


def code(bench: Bench, opcode: int, parameters: bytes = b"") -> tuple[int, bytes]:
    """Return the result of a well-formed request."""
    try:
        return obp.DONE, bench.request(opcode, parameters)
    except Refused as refused:
        return refused.code, refused.data


def arm(
    programme: int = 1,
    target: int = 40,
    duration: int = 600,
    legs: int = 1,
    skip: int = 0,
    boost: int = 0,
) -> bytes:
    """Return the parameters of *arm*."""
    return struct.pack("<BBHBBB", programme, target, duration, legs, skip, boost)


def test_r13_empty_write_is_ignored() -> None:
    """There is nothing to answer."""
    bench = Bench().ready()
    assert bench.write(b"") == []


def test_r13_unknown_opcode_comes_first() -> None:
    """Whatever the length, authorised or not; the result's number is the request's."""
    bench = Bench()
    bench.connect()
    assert bench.write(b"\x10\x07") == [b"\x90\x07\x01"]
    assert bench.write(b"\x10") == [b"\x90\x00\x01"]
    assert bench.write(b"\xff\x07" + bytes(30)) == [b"\xff\x07\x01"]


@pytest.mark.parametrize("length", [1, 2, 11, 13, 40])
def test_r13_wrong_length_before_authorisation(length: int) -> None:
    """Shorter and longer than *identify*'s 12 bytes."""
    bench = Bench()
    bench.connect()
    frame = (b"\x0c\x05" + bytes(40))[:length]
    number = frame[1] if length > 1 else 0
    assert bench.write(frame) == [bytes((0x8C, number, obp.WRONG_LENGTH))]


def test_r13_authorisation_before_tag() -> None:
    """A connection that showed nothing learns nothing."""
    bench = Bench()
    bench.connect()
    assert bench.write(b"\x0c\x05" + bytes(10))[0][2] == obp.NOT_AUTHORISED


def test_r13_wrong_tag_does_not_use_up_the_counter() -> None:
    """Every bit of the tag counts, and the right request still goes."""
    bench = Bench().ready()
    frame = bench.build(obp.IDENTIFY)
    for bit in range(64):
        wrong = bytearray(frame)
        wrong[4 + bit // 8] ^= 1 << bit % 8
        assert bench.write(bytes(wrong))[0][2] == obp.WRONG_TAG
    assert bench.body.blinks == 0
    assert bench.write(frame)[0][2] == obp.DONE
    assert bench.body.blinks == 1


def test_r13_replayed_request_is_refused() -> None:
    """The counter has to grow."""
    bench = Bench().ready()
    frame = bench.build(obp.IDENTIFY)
    assert bench.write(frame)[0][2] == obp.DONE
    assert bench.write(frame)[0][2] == obp.OLD_COUNTER
    bench.counter -= 1
    assert code(bench, obp.IDENTIFY)[0] == obp.OLD_COUNTER
    bench.counter += 100
    assert code(bench, obp.IDENTIFY)[0] == obp.DONE


def test_r13_counter_starts_anywhere_and_anew_with_each_proof() -> None:
    """Zero and FFFF are counters like others."""
    bench = Bench().ready()
    bench.counter = -1
    assert code(bench, obp.IDENTIFY)[0] == obp.DONE
    bench.counter = 0xFFFE
    assert code(bench, obp.IDENTIFY)[0] == obp.DONE
    bench.prove()
    bench.counter = 0
    assert code(bench, obp.IDENTIFY)[0] == obp.DONE


def test_r13_frame_of_another_connection_is_worthless() -> None:
    """Recorded in one connection, replayed in the next."""
    bench = Bench().ready()
    frame = bench.build(obp.ARM, arm())
    bench.disconnect()
    bench.connect()
    bench.prove()
    assert bench.write(frame)[0][2] == obp.WRONG_TAG


@pytest.mark.parametrize(
    ("opcode", "parameters"),
    [
        (obp.COMMIT, b"\1\0"),
        (obp.PAUSE, b"\1\0"),
        (obp.RESUME, b"\1\0"),
        (obp.SET, b"\1\0\1\1\0"),
        (obp.HEARTBEAT, b"\1\0"),
    ],
)
def test_r13_phase_before_session(opcode: int, parameters: bytes) -> None:
    """The phase is told."""
    bench = Bench().ready()
    assert code(bench, opcode, parameters) == (obp.WRONG_PHASE, b"\0")


@pytest.mark.parametrize(
    ("opcode", "parameters"),
    [
        (obp.OFFER, b"\1\0"),
        (obp.ARM, arm()),
        (obp.RESUME, b"\0\0"),
        (obp.PROGRAMME_BEGIN, b"\7\0\0"),
        (obp.PROGRAMME_PART, b"\0\0"),
        (obp.PROGRAMME_COMMIT, b""),
        (obp.SET_PAIR_ID, b"abcd"),
        (obp.FORGET_ME, b""),
    ],
)
def test_r13_what_needs_an_idle_unit_is_refused_while_running(
    opcode: int, parameters: bytes
) -> None:
    """Nothing of it disturbs a session."""
    bench = Bench().ready().running()
    assert code(bench, opcode, parameters) == (
        obp.WRONG_PHASE,
        bytes((obp.INFLATING,)),
    )
    assert bench.unit.phase == obp.INFLATING


def test_r13_start_elsewhere_than_armed_is_a_dead_nonce() -> None:
    """Too late and used are the same to the controller: nothing starts."""
    bench = Bench().ready()
    bench.arm()
    bench.run(3100)
    with pytest.raises(Refused) as refused:
        bench.start()
    assert refused.value.code == obp.WRONG_NONCE
    bench.running()
    with pytest.raises(Refused) as refused:
        bench.start()
    assert refused.value.code == obp.WRONG_NONCE


def test_r13_fault_is_told_instead_of_the_phase() -> None:
    """With its flags."""
    bench = Bench().ready()
    bench.body.reading = [None] * 5
    bench.run(1100)
    expected = (obp.FAULTED, struct.pack("<H", obp.SENSOR_FAILS))
    assert code(bench, obp.ARM, arm()) == expected
    assert code(bench, obp.START, bytes(8)) == expected
    assert code(bench, obp.HEARTBEAT, b"\1\0") == expected
    assert code(bench, obp.IDENTIFY)[0] == obp.DONE


def test_r13_session_before_owner_before_nonce() -> None:
    """In armed: each with its own code."""
    bench = Bench().ready()
    bench.arm()
    other = (bench.session + 1) & 0xFFFF
    start = struct.pack("<HIH", other, bench.nonce, 0)
    assert code(bench, obp.START, start)[0] == obp.WRONG_SESSION
    start = struct.pack("<HIH", bench.session, bench.nonce ^ 1, 0)
    assert code(bench, obp.START, start)[0] == obp.WRONG_NONCE
    assert bench.unit.phase == obp.ARMED
    bench.start()
    assert bench.unit.phase == obp.INFLATING


def test_r13_a_refused_start_leaves_the_nonce_good() -> None:
    """Ranges come after the nonce, and a refusal changes nothing."""
    bench = Bench().ready()
    bench.arm()
    start = struct.pack("<HIH", bench.session, bench.nonce, 1001)
    assert code(bench, obp.START, start) == (obp.OUT_OF_RANGE, b"\x03\xe8\x03")
    bench.start(1000)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda body: setattr(body, "percent", 9), obp.BATTERY_LOW),
        (lambda body: setattr(body, "is_worn", False), obp.NOT_WORN),
    ],
)
def test_r13_battery_and_worn_for_everything_that_inflates(
    make: Callable[[object], None], expected: int
) -> None:
    """Arm, start and resume; after the ranges."""
    bench = Bench().ready()
    make(bench.body)
    assert code(bench, obp.ARM, arm())[0] == expected
    assert code(bench, obp.ARM, arm(target=119))[0] == obp.OUT_OF_RANGE
    bench = Bench().ready()
    bench.arm()
    make(bench.body)
    with pytest.raises(Refused) as refused:
        bench.start()
    assert refused.value.code == expected
    bench = Bench().ready().running()
    bench.of_session(obp.PAUSE)
    make(bench.body)
    with pytest.raises(Refused) as refused:
        bench.of_session(obp.RESUME)
    assert refused.value.code == expected
    assert bench.body.safe()


def test_r14_stop_from_anybody_by_any_write() -> None:
    """Without authorisation, without response, of any length."""
    for authorised in (True, False):
        for frame in (b"\x00", b"\x00\x01", b"\x00" * 20):
            for with_response in (True, False):
                bench = Bench().ready().running()
                if not authorised:
                    bench.disconnect()
                    bench.connect()
                assert not bench.body.safe()
                bench.unit.write_control(frame, with_response, bench.now)
                assert bench.body.safe()
                assert bench.unit.phase == obp.VENTING
                bench.run(4000)
                assert bench.unit.phase == obp.IDLE
                assert bench.unit.end == obp.END_STOPPED


def test_r14_valves_open_before_anything_else() -> None:
    """The body is told before the store, the witness and the radio."""
    bench = Bench().ready().running()
    order: list[str] = []

    class Store(dict):
        def __setitem__(self, key: str, value: bytes) -> None:
            order.append("store")
            super().__setitem__(key, value)

    bench.unit.store = Store()
    bench.unit.observer = lambda *_, **__: order.append("witness")
    moved = len(bench.body.log)
    plain = bench.body.set_valves

    def set_valves(leg: int, mask: int) -> None:
        order.append("valves")
        plain(leg, mask)

    bench.body.set_valves = set_valves
    bench.stop()
    assert order[:2] == ["valves", "valves"]
    assert {"store", "witness"} <= set(order[2:])
    assert bench.body.log[moved : moved + 4] == [
        ("fill", 0, 0),
        ("valves", 0, 31),
        ("fill", 1, 0),
        ("valves", 1, 31),
    ]


def test_r14_stop_while_idle_armed_offered_and_fault() -> None:
    """Always done; it never makes a fault go away."""
    bench = Bench().ready()
    assert bench.write(b"\x00\x09") == [b"\x80\x09\x00"]
    assert bench.unit.phase == obp.IDLE
    bench.arm()
    assert bench.write(b"\x00") == [b"\x80\x00\x00"]
    assert bench.unit.phase == obp.IDLE
    with pytest.raises(Refused) as refused:
        bench.start()
    assert refused.value.code == obp.WRONG_NONCE
    bench.request(obp.OFFER, b"\x0a\0")
    bench.stop()
    assert bench.unit.phase == obp.IDLE
    bench.body.reading = [None] * 5
    bench.run(1100)
    bench.body.reading = None
    bench.run(100)
    bench.stop()
    assert bench.unit.phase == obp.FAULT


def test_r14_other_requests_without_response_are_ignored() -> None:
    """Only stop may be written like that."""
    bench = Bench().ready()
    assert bench.write(bench.build(obp.ARM, arm()), with_response=False) == []
    assert bench.unit.phase == obp.IDLE


@pytest.mark.parametrize(
    ("parameters", "position", "limit"),
    [
        (arm(target=19), 2, 20),
        (arm(target=121), 2, 120),
        (arm(target=42), 2, 40),
        (arm(duration=59), 3, 60),
        (arm(duration=3601), 3, 3600),
        (arm(legs=0), 4, 3),
        (arm(legs=5), 4, 3),
        (arm(skip=0b100000), 5, 31),
        (arm(skip=31), 5, 31),
        (arm(boost=6), 6, 5),
        (arm(boost=2, skip=2), 6, 0),
        (arm(target=115, boost=1), 6, 120),
        (arm(programme=5), 6, 1),
        (arm(programme=5, boost=2, skip=2), 6, 1),
        (arm(programme=5, boost=9), 6, 5),
    ],
)
def test_r15_arm_out_of_range_tells_parameter_and_limit(
    parameters: bytes, position: int, limit: int
) -> None:
    """Nothing is clamped."""
    bench = Bench().ready()
    assert code(bench, obp.ARM, parameters) == (
        obp.OUT_OF_RANGE,
        struct.pack("<BH", position, limit),
    )
    assert bench.unit.phase == obp.IDLE


@pytest.mark.parametrize(
    "parameters",
    [
        arm(target=20),
        arm(target=120),
        arm(duration=60),
        arm(duration=3600),
        arm(legs=2),
        arm(legs=3),
        arm(skip=0b1111),
        arm(target=110, boost=1),
        arm(target=115, boost=2),
        arm(programme=5, boost=5),
    ],
)
def test_r15_limits_themselves_are_allowed(parameters: bytes) -> None:
    """Both ends of every range."""
    bench = Bench().ready()
    assert code(bench, obp.ARM, parameters)[0] == obp.DONE


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (1, 19, (3, 20)),
        (1, 121, (3, 120)),
        (1, 0x128, (3, 120)),
        (1, 115, (3, 120)),
        (2, 0, (3, 1)),
        (2, 3600, (3, 3589)),
        (3, 31, (3, 31)),
        (3, 2, (3, 0)),
        (4, 6, (3, 5)),
    ],
)
def test_r15_set_out_of_range(
    field: int, value: int, expected: tuple[int, int]
) -> None:
    """A session with zone 1 boosted in the second case of target, zone 2 else."""
    boost = 1 if value == 115 else 2
    bench = Bench().ready().running(boost=boost)
    bench.run(10_600, beat=True)
    parameters = struct.pack("<HBH", bench.session, field, value)
    assert code(bench, obp.SET, parameters) == (
        obp.OUT_OF_RANGE,
        struct.pack("<BH", *expected),
    )


@pytest.mark.parametrize(
    ("opcode", "parameters", "position", "limit"),
    [
        (obp.OFFER, b"\0\0", 1, 1),
        (obp.OFFER, b"\x11\x0e", 1, 3600),
        (obp.CHILD_LOCK, b"\2", 1, 1),
        (obp.PROGRAMME_BEGIN, b"\6\0\0", 1, 7),
        (obp.PROGRAMME_BEGIN, b"\x41\0\0", 1, 64),
    ],
)
def test_r15_other_ranges(
    opcode: int, parameters: bytes, position: int, limit: int
) -> None:
    """The rest of the table."""
    bench = Bench().ready()
    expected = (obp.OUT_OF_RANGE, struct.pack("<BH", position, limit))
    assert code(bench, opcode, parameters) == expected


def test_programme_not_offered_or_unknown_is_not_supported() -> None:
    """R31 and the table of codes."""
    bench = Bench(programmes=0b10).ready()
    for programme in (0, 2, 5, 15, 16, 255):
        assert code(bench, obp.ARM, arm(programme=programme))[0] == obp.NOT_SUPPORTED


def test_set_of_an_unknown_field_is_not_supported() -> None:
    """There are four."""
    bench = Bench().ready().running()
    for field in (0, 5, 255):
        parameters = struct.pack("<HBH", bench.session, field, 1)
        assert code(bench, obp.SET, parameters)[0] == obp.NOT_SUPPORTED


def test_identify_survives_a_body_that_does_not_answer() -> None:
    """A lamp is no reason to fail."""
    bench = Bench().ready()

    def identify() -> None:
        raise OSError

    bench.body.identify = identify
    assert code(bench, obp.IDENTIFY)[0] == obp.DONE


def test_pair_id_survives_a_restart() -> None:
    """And is read back."""
    bench = Bench().ready()
    bench.request(obp.SET_PAIR_ID, b"abcd")
    assert bench.unit.read_capabilities()[15:19] == b"abcd"
    bench.boot()
    assert bench.unit.read_capabilities()[15:19] == b"abcd"

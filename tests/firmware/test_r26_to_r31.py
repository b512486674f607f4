"""Section 5: fail-safes and programmes."""

import struct

import pytest

from firmware import obp
from firmware.programme import STANDARD, Programme, chamber_targets, plan

from .bench import Bench, Refused


def test_r26_first_thing_after_power_is_open_valves() -> None:
    """Before a tick, before a controller."""
    bench = Bench().ready().running()
    bench.until(obp.HOLDING)
    bench.boot()
    assert bench.body.safe()
    assert bench.unit.phase == obp.VENTING


def test_r26_restart_during_a_session_is_told_until_the_next_arm() -> None:
    """End 8 and fault bit 6, which does not block."""
    bench = Bench().ready().running()
    bench.boot()
    bench.run(3000)
    state = bench.state()
    assert state["phase"] == obp.IDLE
    assert (state["end"], state["faults"]) == (obp.END_RESTARTED, obp.RESTARTED)
    bench.connect()
    bench.prove()
    bench.arm()
    assert bench.state()["faults"] == 0
    bench.boot()
    assert bench.unit.end == obp.END_NONE


def test_r26_start_on_the_boots_clears_it_too() -> None:
    """Somebody was there."""
    bench = Bench().ready().running()
    bench.boot()
    bench.run(3000)
    bench.press("start")
    assert bench.unit.phase == obp.INFLATING
    assert bench.state()["faults"] == 0


def test_r26_restart_after_a_session_is_nothing_special() -> None:
    """Only a running one was interrupted."""
    bench = Bench().ready().running()
    bench.stop()
    bench.boot()
    assert (bench.unit.end, bench.unit.faults) == (obp.END_NONE, 0)


def test_r27_chamber_is_opened_after_ninety_seconds() -> None:
    """A custom programme of eight chambers that would hold the first for longer."""
    bench = Bench(chambers=8, max_minutes=90).ready()
    bench.body.weak = 0b11111100
    bench.upload(bytes((1, 0, 0, 60, 60, 0, 0)))
    bench.running(programme=15, target=60)
    above = longest = 0
    for _ in range(160 * 50):
        bench.run(20, beat=bench.now % 2000 < 20)
        above = above + 20 if bench.body.values[0][0] > obp.HELD_MMHG else 0
        longest = max(longest, above)
    assert 89_000 < longest < 92_000
    assert not bench.unit.faults


def test_r27_zone_forced_open_is_out_of_the_masks_until_the_next_cycle() -> None:
    """In its leg; the state's mask keeps what the other leg still holds."""
    bench = Bench().ready().running(legs=3, target=60)
    bench.until(obp.HOLDING)
    bench.unit.guards.forced[0] = 0b00001
    bench.run(800)
    assert bench.body.values[0][0] < obp.HELD_MMHG < bench.body.values[1][0]
    assert [bench.unit.zones(leg) for leg in (0, 1)] == [0b11110, 0b11111]
    assert bench.state()["zones"] == 0b11111
    assert [frame[2] for frame in bench.take("pressures")[-2:]] == [0b11110, 0b11111]
    bench.unit.guards.forced[1] = 0b00001
    assert bench.state()["zones"] == 0b11110
    bench.of_session(obp.PAUSE)
    bench.run(1000)
    bench.of_session(obp.RESUME)
    bench.run(1000)
    assert bench.state()["zones"] == 0b00001
    assert bench.body.values[0][0] > 10


def test_r27_zone_that_kept_its_air_stays_open_in_the_next_cycle() -> None:
    """It is still above 20 mmHg without a break."""
    bench = Bench().ready().running(target=60)
    bench.until(obp.HOLDING)
    bench.body.stuck_closed = 0b00001
    bench.of_session(obp.PAUSE)
    bench.run(95_000, beat=True)
    bench.of_session(obp.RESUME)
    for _ in range(50):
        bench.run(20)
        assert bench.body.open[0] & 1
        assert not bench.state()["zones"] & 1


def test_r27_chamber_that_keeps_its_air_then_is_a_fault() -> None:
    """30 s after its valve was told to open."""
    bench = Bench().ready().running(target=60)
    bench.until(obp.HOLDING)
    bench.body.stuck_closed = 0b00001
    bench.of_session(obp.PAUSE)
    bench.run(90_000, beat=True)
    assert bench.unit.phase == obp.PAUSED
    bench.run(35_000, beat=True)
    assert bench.unit.faults == obp.NOT_EMPTYING
    assert bench.unit.phase == obp.FAULT


@pytest.mark.parametrize(
    ("value", "phase"), [(131.0, obp.IDLE), (131.0, obp.HOLDING), (61.0, obp.HOLDING)]
)
def test_r28_over_pressure_for_a_second(value: float, phase: int) -> None:
    """Above the ceiling by 10 in any phase, above its own target by 20 while held."""
    bench = Bench().ready()
    if phase == obp.HOLDING:
        bench.running()
        bench.until(obp.HOLDING)
    # Another chamber than the first, whose own target is lower.
    bench.body.reading = [value, 30.0, 30.0, 25.0, 20.0]
    bench.run(900)
    assert bench.unit.faults == 0
    bench.run(200)
    assert bench.unit.faults == obp.OVER_PRESSURE
    assert bench.unit.phase == obp.FAULT
    assert bench.body.safe()
    if phase == obp.HOLDING:
        assert bench.unit.end == obp.END_FAULT


def test_r28_after_a_lower_target_the_former_counts_for_a_while() -> None:
    """Letting air out takes its time."""
    bench = Bench().ready().running(target=100)
    bench.until(obp.HOLDING)
    bench.set(obp.SET_TARGET, 30)
    bench.body.reading = [95.0, 25.0, 25.0, 25.0, 25.0]
    bench.run(3500)
    assert bench.unit.faults == 0


def test_r28_chamber_that_does_not_fill() -> None:
    """Below half of its target in three cycles, not in two."""
    bench = Bench().ready()
    bench.body.weak = 0b00010
    bench.running(programme=1)
    while bench.state()["cycles"] < 2:
        bench.run(500, beat=True)
    assert bench.unit.phase in obp.CYCLING
    bench.run(45_000, beat=True)
    assert bench.unit.faults == obp.NOT_FILLING
    assert bench.unit.end == obp.END_FAULT
    assert bench.body.safe()


def test_r28_one_good_cycle_forgives() -> None:
    """Consecutive is the word; a skipped zone is not judged."""
    bench = Bench().ready()
    bench.body.weak = 0b00010
    bench.running()
    while bench.state()["cycles"] < 2:
        bench.run(500, beat=True)
    bench.body.weak = 0
    while bench.state()["cycles"] < 3:
        bench.run(500, beat=True)
    bench.body.weak = 0b00010
    while bench.state()["cycles"] < 4:
        bench.run(500, beat=True)
    bench.set(obp.SET_SKIP, 0b00010)
    bench.run(120_000, beat=True)
    assert bench.unit.phase in obp.CYCLING


def test_fault_bit_4_battery_gets_exhausted() -> None:
    """During a session; the air is let out while there is power to do it."""
    bench = Bench().ready().running()
    bench.body.percent = 4
    bench.run(100)
    assert bench.unit.faults == obp.BATTERY_EXHAUSTED
    assert bench.body.safe()


def test_fault_bit_5_valve_does_not_answer() -> None:
    """Whatever the driver raises, the other leg is opened, too."""
    bench = Bench().ready().running()
    bench.body.broken = True
    bench.until(obp.FAULT)
    assert bench.unit.faults == obp.PUMP_FAILS
    assert bench.body.safe()


def test_fault_bit_5_pump_does_not_answer() -> None:
    """While everything is to be opened."""
    bench = Bench().ready().running()

    def fill(leg: int, mask: int) -> None:
        raise OSError

    bench.body.fill = fill
    bench.stop()
    assert bench.body.open == [31, 31]
    bench.run(100)
    assert bench.unit.faults & obp.PUMP_FAILS


def test_r29_fault_is_cleared_on_the_boots_when_empty() -> None:
    """Not by a controller, not with air inside, not by another button."""
    bench = Bench().ready().running()
    bench.until(obp.HOLDING)
    bench.body.reading = [200.0] * 5
    bench.run(1100)
    bench.stop()
    bench.press("start")
    bench.press("stop")
    assert bench.unit.phase == obp.FAULT
    bench.body.reading = None
    bench.run(5000)
    assert bench.unit.phase == obp.FAULT
    bench.press("stop")
    assert bench.unit.phase == obp.IDLE
    assert bench.unit.faults == 0
    bench.running()
    bench.run(20_000, beat=True)
    assert bench.unit.phase in obp.CYCLING


def test_r29_reset_clears_a_fault_too() -> None:
    """It is also a press on stop, and no better with air inside."""
    bench = Bench().ready()
    bench.body.reading = [200.0] * 5
    bench.run(1100)
    bench.press("reset")
    assert bench.unit.phase == obp.FAULT
    bench.body.reading = None
    bench.run(100)
    bench.press("reset")
    assert (bench.unit.phase, bench.unit.faults) == (obp.IDLE, 0)


def test_r29_restart_clears_a_fault() -> None:
    """It comes back where its cause is still there."""
    bench = Bench().ready()
    bench.body.reading = [None] * 5
    bench.run(1100)
    assert bench.unit.phase == obp.FAULT
    bench.boot()
    assert bench.unit.faults == 0
    bench.run(1100)
    assert bench.unit.faults == obp.SENSOR_FAILS


@pytest.mark.parametrize(
    "reading", [-50.5, 401.0, None, float("nan"), float("inf"), float("-inf")]
)
def test_r30_sensor_that_cannot_be_right(reading: float | None) -> None:
    """For a second, in any phase."""
    bench = Bench().ready().running()
    bench.body.reading = [30.0, 30.0, reading, 25.0, 20.0]
    bench.run(900)
    assert bench.unit.phase in obp.CYCLING
    bench.run(200)
    assert bench.unit.faults & obp.SENSOR_FAILS
    assert bench.body.safe()


@pytest.mark.parametrize("how", ["error", "none", "short"])
def test_r30_sensor_that_does_not_answer(how: str) -> None:
    """Whole legs."""
    bench = Bench()

    def pressures(leg: int) -> list[float | None] | None:
        if how == "error":
            raise OSError
        return None if how == "none" else [0.0]

    bench.body.pressures = pressures
    bench.run(1100)
    assert bench.unit.faults == obp.SENSOR_FAILS


def test_battery_and_worn_that_do_not_answer_are_unknown() -> None:
    """Unknown is not a reason to refuse."""
    bench = Bench().ready()

    def fails() -> None:
        raise OSError

    bench.body.battery = fails
    bench.body.worn = fails
    bench.arm()
    assert bench.state()["flags"] == 1


def custom(**changes: int) -> bytes:
    """Return a programme's bytes."""
    fields = {
        "base": 1,
        "kind": 0,
        "gradient": 5,
        "hold": 3,
        "release": 4,
        "rest": 2,
        "reserved": 0,
    }
    return bytes((fields | changes).values())


@pytest.mark.parametrize(
    ("changes", "position", "limit"),
    [
        ({"base": 0}, 1, 1),
        ({"base": 6}, 1, 5),
        ({"kind": 5}, 2, 4),
        ({"gradient": 21}, 3, 20),
        ({"hold": 61}, 4, 60),
        ({"release": 0}, 5, 1),
        ({"release": 61}, 5, 60),
        ({"rest": 61}, 6, 60),
        ({"reserved": 1}, 7, 0),
    ],
)
def test_r31_values_are_checked_at_commit(
    changes: dict[str, int], position: int, limit: int
) -> None:
    """The byte's position; the former programme stays."""
    bench = Bench().ready()
    bench.upload(custom(hold=9))
    with pytest.raises(Refused) as refused:
        bench.upload(custom(**changes))
    assert refused.value.code == obp.OUT_OF_RANGE
    assert struct.unpack("<BH", refused.value.data) == (position, limit)
    assert bench.unit.custom.hold_ms == 9000


def test_r31_custom_programme_is_forgotten_at_a_restart() -> None:
    """And arm of none is not supported."""
    bench = Bench().ready()
    bench.upload(custom(base=4) + bytes(20))
    bench.arm(programme=15)
    assert bench.state()["programme"] == 15 | 4 << 4
    bench.boot()
    bench.run(100)
    bench.connect()
    bench.prove()
    with pytest.raises(Refused) as refused:
        bench.arm(programme=15)
    assert refused.value.code == obp.NOT_SUPPORTED


def test_upload_in_any_order() -> None:
    """What counts is that every byte came."""
    bench = Bench().ready()
    bench.request(obp.PROGRAMME_BEGIN, struct.pack("<BH", 7, 0x7CB6))
    bench.request(obp.PROGRAMME_PART, b"\x04\x05\x02\x00")
    bench.request(obp.PROGRAMME_PART, b"\x00\x01\x00\x05\x03")
    bench.request(obp.PROGRAMME_COMMIT)
    assert bench.unit.custom.release_ms == 5000


@pytest.mark.parametrize(
    ("requests", "code"),
    [
        ([(obp.PROGRAMME_PART, b"\0\1")], obp.WRONG_PROGRAMME),
        ([(obp.PROGRAMME_COMMIT, b"")], obp.WRONG_PROGRAMME),
        (
            [(obp.PROGRAMME_BEGIN, b"\7\xb6\x7c"), (obp.PROGRAMME_COMMIT, b"")],
            obp.WRONG_PROGRAMME,
        ),
        (
            [
                (obp.PROGRAMME_BEGIN, b"\7\xb6\x7d"),
                (obp.PROGRAMME_PART, b"\0\1\0\5\3\5\2\0"),
                (obp.PROGRAMME_COMMIT, b""),
            ],
            obp.WRONG_PROGRAMME,
        ),
        (
            [
                (obp.PROGRAMME_BEGIN, b"\7\xb6\x7c"),
                (obp.PROGRAMME_PART, b"\1" + bytes(7)),
            ],
            obp.OUT_OF_RANGE,
        ),
    ],
)
def test_upload_that_is_wrong(requests: list[tuple[int, bytes]], code: int) -> None:
    """Without begin, incomplete, with a wrong checksum, beyond its end."""
    bench = Bench().ready()
    for opcode, parameters in requests[:-1]:
        bench.request(opcode, parameters)
    with pytest.raises(Refused) as refused:
        bench.request(*requests[-1])
    assert refused.value.code == code
    assert bench.unit.custom is None


def test_upload_with_a_part_longer_than_the_whole() -> None:
    """Whatever its offset. No length as short as that can be begun."""
    bench = Bench().ready()
    bench.request(obp.PROGRAMME_BEGIN, b"\7\xb6\x7c")
    bench.unit.control.upload.length = 6
    for offset in (0, 1, 9):
        with pytest.raises(Refused) as refused:
            bench.request(obp.PROGRAMME_PART, bytes((offset,)) + bytes(7))
        assert refused.value.code == obp.WRONG_PROGRAMME


def test_upload_ends_with_its_connection_and_with_a_failed_commit() -> None:
    """Nothing is completed later."""
    bench = Bench().ready()
    for end in ("commit", "connection"):
        bench.request(obp.PROGRAMME_BEGIN, b"\7\xb6\x7c")
        if end == "commit":
            with pytest.raises(Refused):
                bench.request(obp.PROGRAMME_COMMIT)
        else:
            bench.disconnect()
            bench.connect()
            bench.prove()
        with pytest.raises(Refused) as refused:
            bench.request(obp.PROGRAMME_PART, b"\0\1\0\5\3\5\2\0")
        assert refused.value.code == obp.WRONG_PROGRAMME


@pytest.mark.parametrize(
    ("kind", "zones", "steps"),
    [
        (obp.KIND_SEQUENTIAL, 0b10110, [(2, 0), (4, 2), (16, 6)]),
        (obp.KIND_WAVE, 0b11111, [(1, 0), (2, 1), (4, 3), (8, 6), (16, 12)]),
        (obp.KIND_SIMULTANEOUS, 0b1011, [(11, 0)]),
        (
            obp.KIND_PULSE,
            0b110,
            [(2, 0), (0, 0), (2, 0), (0, 0), (2, 0), (0, 0), (2, 0), (4, 2)],
        ),
        (obp.KIND_FOCUS, 0b100, [(4, 0)]),
    ],
)
def test_kinds(kind: int, zones: int, steps: list[tuple[int, int]]) -> None:
    """Which zones fill and which are held meanwhile."""
    assert plan(kind, zones) == steps


def test_targets_by_gradient_boost_and_lowest() -> None:
    """Section 5."""
    relax = STANDARD[1]
    assert chamber_targets(relax, 40, 20, 5, 0) == [40, 35, 30, 25, 20]
    assert chamber_targets(relax, 30, 20, 5, 5) == [30, 25, 20, 20, 30]
    steep = Programme(15, 0, 20, 1, 1, 1, 1)
    assert chamber_targets(steep, 60, 20, 4, 1) == [70, 40, 20, 20]


@pytest.mark.parametrize("number", list(STANDARD))
def test_every_programme_runs(number: int) -> None:
    """Fills what it should, holds, releases, rests, again and again."""
    bench = Bench().ready().running(programme=number, legs=3, boost=3)
    seen = set()
    band = 0
    for _ in range(100_000 // 20):
        bench.run(20, beat=bench.now % 2500 < 20)
        seen.add(bench.unit.phase)
        if bench.unit.phase == obp.HOLDING:
            band = bench.state()["zones"]
    assert seen == set(obp.CYCLING)
    assert bench.state()["cycles"] >= 2
    assert band == {1: 31, 2: 24, 3: 31, 4: 31, 5: 4}[number]
    assert not bench.unit.faults


def test_legs_wait_for_each_other() -> None:
    """A zone is full when it is full in both."""
    bench = Bench().ready()
    bench.body.values[0][0] = 4.0
    bench.running(legs=3)
    while not (bench.body.filling[0] == 0 and bench.body.filling[1] == 1):
        bench.run(20)
        assert bench.state()["zones"] == 1
    bench.run(500)
    assert bench.state()["zones"] & 2


def test_zone_is_full_after_twelve_seconds() -> None:
    """Where the pump does not get there."""
    bench = Bench().ready()
    bench.body.weak = 0b00001
    bench.running()
    bench.run(11_000, beat=True)
    assert bench.state()["zones"] == 1
    bench.run(1500, beat=True)
    assert bench.state()["zones"] == 3


def test_held_zone_that_is_pushed_up_lets_air_out() -> None:
    """Somebody leans on it; it counts as held meanwhile."""
    bench = Bench().ready().running()
    bench.until(obp.HOLDING)
    bench.body.values[0][0] = 55.0
    bench.run(60)
    assert bench.body.open[0] == 0b00001
    assert bench.state()["zones"] == 0b11111
    bench.run(540)
    assert bench.body.values[0][0] < 46

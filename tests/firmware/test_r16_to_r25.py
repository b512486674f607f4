"""Section 5: starting, running, ending a session, and the buttons."""

import struct

import pytest

from firmware import obp

from .bench import ALL_FEATURES, Bench, Refused


def test_r16_arm_inflates_nothing() -> None:
    """Settings are kept, air is not moved."""
    bench = Bench().ready()
    moved = len(bench.body.log)
    bench.arm()
    bench.run(2900)
    assert bench.unit.phase == obp.ARMED
    assert bench.body.log[moved:] == []


def test_r16_nonce_dies_after_three_seconds() -> None:
    """On the unit's own clock, to the tick."""
    bench = Bench().ready()
    bench.arm()
    bench.run(2980)
    bench.start()
    assert bench.unit.phase == obp.INFLATING
    bench.stop()
    bench.run(5000)
    bench.arm()
    bench.run(3000)
    assert bench.unit.phase == obp.IDLE


def test_r16_nonce_is_dead_even_when_no_tick_came() -> None:
    """A start that was held back arrives before the next tick."""
    bench = Bench().ready()
    bench.arm()
    bench.now += 3000
    with pytest.raises(Refused) as refused:
        bench.start()
    assert refused.value.code == obp.WRONG_NONCE
    assert bench.unit.phase == obp.IDLE


def test_r16_nonce_works_once() -> None:
    """Neither after a stop nor while it runs."""
    bench = Bench().ready()
    bench.arm()
    bench.start()
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            bench.start()
        assert refused.value.code == obp.WRONG_NONCE
        bench.stop()
        bench.run(3000)


def test_r16_second_arm_voids_the_first() -> None:
    """The first session and its nonce are gone."""
    bench = Bench().ready()
    bench.arm()
    first = bench.session, bench.nonce
    bench.arm(target=60)
    second = bench.session, bench.nonce
    assert first[0] != second[0]
    for session, nonce, code in (
        (*first, obp.WRONG_SESSION),
        (second[0], first[1], obp.WRONG_NONCE),
    ):
        bench.session, bench.nonce = session, nonce
        with pytest.raises(Refused) as refused:
            bench.start()
        assert refused.value.code == code
    bench.session, bench.nonce = second
    bench.start()
    assert bench.state()["target"] == 60


def test_r16_lost_connection_voids_the_nonce() -> None:
    """The start has to come the same way."""
    bench = Bench().ready()
    bench.arm()
    bench.disconnect()
    assert bench.unit.phase == obp.IDLE
    bench.connect()
    bench.prove()
    with pytest.raises(Refused):
        bench.start()


def test_r16_session_number_is_never_zero_nor_the_last_one() -> None:
    """Whatever the source of randomness says."""
    bench = Bench().ready()
    numbers = [0, 7, 0, 7, 7, 8]
    bench.unit.random = lambda n: (
        numbers.pop(0).to_bytes(n, "little") if n == 2 else b"nonc"
    )
    bench.arm()
    assert bench.session == 7
    bench.arm()
    assert bench.session == 8


def test_r16_last_session_number_survives_a_restart() -> None:
    """It was stored when the session began."""
    bench = Bench().ready().running()
    last = bench.session
    bench.boot()
    assert bench.unit._last_number == last


def test_r17_inflation_begins_after_the_delay() -> None:
    """The phase tells at once, the air comes later, the remaining time waits."""
    bench = Bench().ready()
    bench.arm()
    bench.start(delay=500)
    assert bench.unit.phase == obp.INFLATING
    bench.of_session(obp.COMMIT)
    bench.run(480)
    assert bench.body.safe()
    state = bench.state()
    assert (state["zones"], state["remaining"]) == (0, 600)
    bench.run(40)
    assert bench.body.filling == [1, 0]
    (start,) = bench.seen("inflation_start")
    assert start["now_ms"] - start["requests"][1][2] == 500


def test_r17_stop_during_the_delay() -> None:
    """Nothing ever inflates."""
    bench = Bench().ready()
    bench.arm()
    bench.start(delay=1000)
    bench.run(500)
    bench.stop()
    bench.run(2000)
    assert bench.unit.phase == obp.IDLE
    assert bench.seen("inflation_start") == []
    assert not any(name == "fill" and mask for name, _, mask in bench.body.log)


def test_r18_without_commit_the_session_ends_after_a_lease() -> None:
    """Heartbeats do not help."""
    bench = Bench().ready()
    bench.arm()
    bench.start()
    bench.run(9900, beat=True)
    assert bench.unit.phase in obp.CYCLING
    bench.run(200, beat=True)
    assert bench.unit.end == obp.END_NOT_COMMITTED
    assert bench.body.safe()


def test_r19_session_lives_on_heartbeats() -> None:
    """A minute of them, then ten seconds of silence."""
    bench = Bench().ready().running()
    bench.run(60_000, beat=True)
    assert bench.unit.phase in obp.CYCLING
    bench.heartbeat()
    bench.run(9980)
    assert bench.unit.phase in obp.CYCLING
    bench.run(40)
    assert bench.unit.end == obp.END_LEASE
    assert bench.body.safe()


def test_r19_late_heartbeat_does_not_revive() -> None:
    """Also when it comes before the tick that ends the session."""
    bench = Bench().ready().running()
    bench.now += 10_000
    with pytest.raises(Refused) as refused:
        bench.heartbeat()
    assert refused.value.code == obp.WRONG_PHASE
    assert bench.unit.end == obp.END_LEASE


def test_r19_lease_holds_in_a_pause() -> None:
    """A controller that is gone does not come back to a paused session."""
    bench = Bench().ready().running()
    bench.of_session(obp.PAUSE)
    bench.run(20_000, beat=True)
    assert bench.unit.phase == obp.PAUSED
    bench.run(10_100)
    assert bench.unit.end == obp.END_LEASE


def test_r19_reconnecting_goes_on() -> None:
    """The same controller, another connection, nothing ends."""
    bench = Bench().ready().running()
    bench.run(3000)
    bench.disconnect()
    bench.run(4000)
    bench.connect()
    bench.prove()
    bench.heartbeat()
    bench.run(20_000, beat=True)
    assert bench.unit.phase in obp.CYCLING
    assert len(bench.seen("inflation_start")) == 1


def test_r19_r22_another_controller_may_stop_but_not_keep_alive() -> None:
    """Heartbeat, commit and start belong to the one; the rest to all."""
    bench = Bench().ready()
    other = bench.pair()
    bench.prove(0)
    bench.arm()
    bench.prove(other)
    with pytest.raises(Refused) as refused:
        bench.start()
    assert refused.value.code == obp.NOT_OWNER
    bench.prove(0)
    bench.start()
    bench.of_session(obp.COMMIT)
    bench.prove(other)
    for opcode in (obp.HEARTBEAT, obp.COMMIT):
        with pytest.raises(Refused) as refused:
            bench.of_session(opcode)
        assert refused.value.code == obp.NOT_OWNER
    bench.set(obp.SET_TARGET, 50)
    bench.of_session(obp.PAUSE)
    bench.of_session(obp.RESUME)
    assert bench.state()["slot"] == 0
    bench.stop()
    assert bench.unit.phase == obp.VENTING


def test_r20_pause_lets_all_air_out_and_time_stand_still() -> None:
    """Resume begins a cycle with what remained."""
    bench = Bench().ready().running()
    bench.until(obp.HOLDING)
    bench.of_session(obp.PAUSE)
    assert bench.body.safe()
    remaining = bench.state()["remaining"]
    bench.run(30_000, beat=True)
    assert bench.state()["remaining"] == remaining
    assert bench.body.safe()
    bench.of_session(obp.RESUME)
    bench.run(200)
    assert bench.unit.phase == obp.INFLATING
    assert bench.body.filling[0] == 1
    starts = bench.seen("inflation_start")
    assert [request[0] for request in starts[1]["requests"]] == [
        "arm",
        "start",
        "resume",
    ]


def test_r20_pause_of_ten_minutes_ends_the_session() -> None:
    """However alive the controller is."""
    bench = Bench().ready().running()
    bench.of_session(obp.PAUSE)
    bench.run(599_000, beat=True)
    assert bench.unit.phase == obp.PAUSED
    bench.run(1500, beat=True)
    assert bench.unit.end == obp.END_PAUSED


def test_r21_lower_target_applies_at_once() -> None:
    """A chamber above it lets air out, and is closed again at the new one."""
    bench = Bench().ready().running(target=80)
    bench.until(obp.HOLDING)
    assert bench.body.values[0][0] > 78
    bench.set(obp.SET_TARGET, 40)
    assert bench.state()["target"] == 40
    bench.run(800)
    assert 30 < bench.body.values[0][0] <= 41
    assert not bench.unit.faults


def test_r21_higher_target_applies_with_the_next_cycle() -> None:
    """And not before the air is out."""
    bench = Bench().ready().running(target=40)
    bench.until(obp.HOLDING)
    bench.set(obp.SET_TARGET, 60)
    bench.run(1000)
    assert bench.body.values[0][0] < 42
    bench.until(obp.RESTING)
    bench.until(obp.HOLDING)
    assert bench.body.values[0][0] > 59


def test_r21_skip_and_boost_apply_with_the_next_cycle() -> None:
    """The running one goes on as it began."""
    bench = Bench().ready().running()
    bench.set(obp.SET_SKIP, 0b00001)
    bench.set(obp.SET_BOOST, 2)
    bench.until(obp.HOLDING)
    assert bench.state()["zones"] == 0b11111
    bench.until(obp.RESTING)
    bench.until(obp.HOLDING)
    assert bench.state()["zones"] == 0b11110
    assert 44 < bench.body.values[0][1] < 47
    assert bench.body.values[0][0] < 1


def test_r21_remaining_may_be_extended_to_the_longest_session() -> None:
    """What has run counts; pauses do not."""
    bench = Bench().ready().running(duration=60)
    bench.run(30_000, beat=True)
    bench.of_session(obp.PAUSE)
    bench.run(30_000, beat=True)
    bench.of_session(obp.RESUME)
    bench.set(obp.SET_REMAINING, 3569)
    assert bench.state()["remaining"] == 3569
    with pytest.raises(Refused) as refused:
        bench.set(obp.SET_REMAINING, 3571)
    position, limit = struct.unpack("<BH", refused.value.data)
    assert position == 3
    assert limit in (3569, 3570)


def test_r23_session_ends_when_its_time_is_up() -> None:
    """Completed, and empty."""
    bench = Bench().ready().running(duration=60)
    bench.run(59_700, beat=True)
    assert bench.unit.phase in obp.CYCLING
    bench.run(400, beat=True)
    assert bench.unit.end == obp.END_COMPLETED
    assert bench.body.safe()
    bench.run(5000)
    assert bench.unit.phase == obp.IDLE


def test_r24_stop_on_the_boots_whatever_the_child_lock_says() -> None:
    """In every phase."""
    bench = Bench().ready()
    bench.request(obp.CHILD_LOCK, b"\1")
    bench.running()
    bench.press("stop")
    assert bench.body.safe()
    assert bench.unit.end == obp.END_ON_BOOTS
    bench.run(4000)
    bench.request(obp.OFFER, b"\x0a\0")
    bench.press("stop")
    assert bench.unit.phase == obp.IDLE
    bench.arm()
    bench.press("stop")
    assert bench.unit.phase == obp.IDLE


def test_r25_start_button_runs_the_default_session_without_a_controller() -> None:
    """No connection, no commit, no lease."""
    bench = Bench(default_mmhg=35, default_minutes=2, default_programme=3)
    bench.press("start")
    bench.run(30_000)
    assert bench.unit.phase in obp.CYCLING
    state = bench.state()
    assert (state["origin"], state["slot"]) == (obp.ORIGIN_BOOTS, obp.NO_SLOT)
    assert (state["programme"], state["target"]) == (3, 35)
    (start,) = bench.seen("inflation_start")
    assert start["cause"] == "boots"
    bench.run(100_000)
    assert bench.unit.end == obp.END_COMPLETED


def test_r25_controllers_may_pause_and_stop_a_session_of_the_boots() -> None:
    """But have no lease in it."""
    bench = Bench().ready()
    bench.press("start")
    bench.run(1000)
    bench.session = bench.state()["session"]
    with pytest.raises(Refused) as refused:
        bench.heartbeat()
    assert refused.value.code == obp.NOT_OWNER
    bench.of_session(obp.PAUSE)
    bench.of_session(obp.RESUME)
    bench.run(20_000)
    assert bench.unit.phase in obp.CYCLING
    bench.stop()
    assert bench.unit.end == obp.END_STOPPED


@pytest.mark.parametrize("why", ["lock", "feature", "battery", "worn", "settings"])
def test_r25_start_button_does_nothing(why: str) -> None:
    """With child lock, without feature 9, and where nothing may inflate."""
    features = ALL_FEATURES
    if why == "feature":
        features &= ~obp.FEATURE_START_BUTTON
    bench = Bench(features=features, default_mmhg=33 if why == "settings" else 30)
    if why == "lock":
        bench.unit.set_child_lock(True)
    if why == "battery":
        bench.body.percent = 3
    if why == "worn":
        bench.body.is_worn = False
    bench.press("start")
    bench.run(1000)
    assert bench.unit.phase == obp.IDLE
    assert bench.body.safe()


@pytest.mark.parametrize("phase", [obp.ARMED, obp.INFLATING, obp.PAUSED, obp.VENTING])
def test_r25_start_button_does_nothing_in_other_phases(phase: int) -> None:
    """Neither starts nor resumes."""
    bench = Bench().ready()
    if phase == obp.ARMED:
        bench.arm()
    else:
        bench.running()
        bench.until(obp.HOLDING)
        if phase == obp.PAUSED:
            bench.of_session(obp.PAUSE)
        elif phase == obp.VENTING:
            bench.stop()
    before = bench.unit.phase
    bench.press("start")
    assert bench.unit.phase == before


def test_r25_press_accepts_an_offer_and_inflates_nothing() -> None:
    """The controller arms then, within ten seconds."""
    bench = Bench().ready()
    bench.request(obp.OFFER, struct.pack("<H", 300))
    bench.run(60_000)
    bench.press("start")
    assert bench.state()["flags"] & 4
    bench.run(9900)
    assert bench.unit.phase == obp.OFFERED
    assert bench.body.safe()
    bench.arm()
    assert bench.unit.phase == obp.ARMED
    assert not bench.state()["flags"] & 4


def test_r25_accepted_offer_ends_after_ten_seconds() -> None:
    """A second press does not prolong it."""
    bench = Bench().ready()
    bench.request(obp.OFFER, struct.pack("<H", 300))
    bench.press("start")
    bench.run(5000)
    bench.press("start")
    bench.run(5100)
    assert bench.unit.phase == obp.IDLE
    assert not bench.state()["flags"] & 4


def test_r25_offer_ends_with_its_time_or_the_connection() -> None:
    """Nobody pressed."""
    bench = Bench().ready()
    bench.request(obp.OFFER, struct.pack("<H", 5))
    bench.run(4900)
    assert bench.unit.phase == obp.OFFERED
    bench.run(200)
    assert bench.unit.phase == obp.IDLE
    bench.request(obp.OFFER, struct.pack("<H", 5))
    bench.disconnect()
    assert bench.unit.phase == obp.IDLE


def test_r25_offer_that_ends_with_air_in_a_chamber_vents_first() -> None:
    """Idle is always measured."""
    bench = Bench().ready()
    bench.request(obp.OFFER, struct.pack("<H", 5))
    bench.body.reading = [7.0, 0.0, 0.0, 0.0, 0.0]
    bench.run(5100)
    assert bench.unit.phase == obp.VENTING


def test_r25_child_lock_survives_a_restart() -> None:
    """It is the parents'."""
    bench = Bench().ready()
    bench.request(obp.CHILD_LOCK, b"\1")
    bench.boot()
    bench.run(100)
    assert bench.state()["flags"] & 128
    bench.press("start")
    assert bench.unit.phase == obp.IDLE


def test_a_button_that_is_not_there() -> None:
    """A port's mistake is told."""
    with pytest.raises(ValueError, match="jump"):
        Bench().press("jump")

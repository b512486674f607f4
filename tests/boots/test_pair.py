"""Two units as one pair, on real firmware: starting, stopping, going together."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from custom_components.kumo_boots.boots.driver import Armed
from custom_components.kumo_boots.boots.errors import (
    BatteryLowError,
    BootsError,
    LimitError,
    LinkError,
    LinkLostError,
    NonceExpiredError,
    NotSeenError,
    StopNotConfirmedError,
    StoppedError,
    WrongPhaseError,
)
from custom_components.kumo_boots.boots.model import (
    CYCLING,
    Feature,
    Phase,
    Programme,
    Settings,
    Side,
)
from custom_components.kumo_boots.boots.pair import Pair

from . import wired
from .rig import EVENING, Rig, on
from .wired import Wire, WiredBoots

ARM, START, COMMIT, STOP = 2, 3, 4, 0


@pytest.fixture
async def rig(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """Two units that nobody has connected to yet."""
    monkeypatch.setattr(wired, "TICK_S", 0.05)
    rig = Rig(wire)
    await asyncio.sleep(0.2)
    yield rig
    await rig.close()


def begun_at(boots: WiredBoots) -> int:
    """Return when a unit's first inflation began, by the shared clock, ms."""
    return int(boots.told("inflation_start")[0]["now_ms"])


async def test_pain_16_begin_runs_both_legs(rig: Rig) -> None:
    """Both legs run, committed, and go on while they get their heartbeats."""
    await rig.pair.begin(EVENING)
    assert rig.pair.state.phase in CYCLING
    assert rig.pair.state.legs == {Side.LEFT, Side.RIGHT}
    for _ in range(8):
        await asyncio.sleep(2.5)
        await asyncio.gather(*(unit.heartbeat() for unit in rig.units))
    assert rig.pair.state.phase in CYCLING
    assert rig.inflations == [1, 1]
    await rig.pair.stop()
    assert rig.empty
    assert rig.pair.state.empty
    assert not rig.pair.stopping


async def test_one_unit_for_both_legs(wire: Wire) -> None:
    """The other shape of boots: one controller, two hoses."""
    rig = Rig(wire, units=1)
    await rig.pair.begin(EVENING)
    assert rig.pair.state.legs == {Side.LEFT, Side.RIGHT}
    assert rig.pair.state.sides.keys() == {Side.LEFT, Side.RIGHT}
    await asyncio.sleep(5)
    assert rig.pair.state.pressures_mmhg.keys() == {Side.LEFT, Side.RIGHT}
    await rig.pair.stop()
    assert rig.empty
    await rig.pair.begin(on(Side.RIGHT))
    assert rig.pair.state.legs == {Side.RIGHT}
    await rig.pair.stop()
    await rig.close()


async def test_only_the_legs_asked_for_take_part(rig: Rig) -> None:
    """The other unit is not even connected."""
    await rig.pair.begin(on(Side.LEFT))
    await asyncio.sleep(5)
    assert rig.inflations == [1, 0]
    assert not rig.units[1].connected
    assert rig.pair.state.phase in CYCLING
    # The right leg was never there: no reason for the stop to fail or to wait.
    rig.right.in_range = False
    began = rig.loop.time()
    await rig.pair.stop()
    assert rig.empty
    assert rig.loop.time() - began < 10


async def test_skew_of_two_legs_on_a_good_link(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most 30 ms between the legs, the units' own ticks included."""
    monkeypatch.setattr(wired, "TICK_S", 0.01)
    rig.left.latency_s, rig.right.latency_s = 0.01, 0.025
    await rig.pair.begin(EVENING)
    await asyncio.sleep(2)
    assert abs(begun_at(rig.left) - begun_at(rig.right)) <= 30


@pytest.mark.parametrize("slow", [0.1, 0.2])
async def test_skew_of_two_legs_under_jitter(rig: Rig, slow: float) -> None:
    """Never more than 250 ms, however unlike the links are."""
    await rig.connect()
    rig.right.latency_s = slow
    await rig.pair.begin(EVENING)
    await asyncio.sleep(2)
    assert abs(begun_at(rig.left) - begun_at(rig.right)) <= 250


async def test_invariant_7_if_one_leg_cannot_arm_neither_starts(rig: Rig) -> None:
    """The error is the one leg's own, and says which leg it is."""
    rig.right.body.percent = 2
    with pytest.raises(BatteryLowError) as caught:
        await rig.pair.begin(EVENING)
    assert caught.value.values["side"] == "right"
    await asyncio.sleep(10)
    assert rig.untouched
    assert rig.left.count(START) == 0
    assert rig.pair.state.phase is Phase.IDLE
    assert rig.pair.inflatable == ()


async def test_invariant_7_if_one_leg_cannot_be_reached_neither_is_armed(
    rig: Rig,
) -> None:
    """Not even armed, and nothing has to be stopped."""
    rig.right.in_range = False
    with pytest.raises(NotSeenError) as caught:
        await rig.pair.begin(EVENING)
    assert caught.value.values["side"] == "right"
    assert rig.left.written == []


async def test_invariant_7_if_one_start_is_refused_the_other_leg_stops(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start that went through is taken back before the leg inflates."""
    await rig.connect()
    arm = rig.units[1].arm

    async def slip(settings: Settings) -> Armed:
        armed = await arm(settings)
        return replace(armed, nonce=armed.nonce ^ 1)

    monkeypatch.setattr(rig.units[1], "arm", slip)
    with pytest.raises(NonceExpiredError):
        await rig.pair.begin(EVENING)
    assert rig.left.count(START) == 1
    assert rig.left.count(COMMIT) == rig.right.count(COMMIT) == 0
    await asyncio.sleep(10)
    assert rig.untouched
    assert rig.pair.state.phase is Phase.IDLE


async def test_no_commit_before_both_legs_run(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leg whose start got lost on the way is told from one that runs."""
    await rig.connect()

    async def lost(armed: Armed, delay_ms: int) -> None:
        """Take the acceptance for granted that never came."""

    monkeypatch.setattr(rig.units[1], "start", lost)
    with pytest.raises(WrongPhaseError) as caught:
        await rig.pair.begin(EVENING)
    assert caught.value.values["side"] == "right"
    assert rig.left.count(COMMIT) == 0
    assert rig.empty


async def test_pain_16_a_promise_that_got_old_starts_nothing(rig: Rig) -> None:
    """One leg answers after the other's nonce has died: no start is sent at all."""
    await rig.connect()
    rig.right.open_gate.clear()
    begin = asyncio.create_task(rig.pair.begin(EVENING))
    await asyncio.sleep(4)
    rig.right.open_gate.set()
    with pytest.raises(NonceExpiredError):
        await begin
    assert rig.left.count(START) == rig.right.count(START) == 0
    assert rig.untouched


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8])
async def test_cancelling_a_start_leaves_nothing_inflating(
    rig: Rig, delay_s: float
) -> None:
    """Wherever it was."""
    for boots in rig.boots:
        boots.latency_s = 0.05
    begin = asyncio.create_task(rig.pair.begin(EVENING))
    await asyncio.sleep(0.4 + delay_s)
    begin.cancel()
    with pytest.raises(asyncio.CancelledError):
        await begin
    await asyncio.sleep(8)
    assert rig.pair.state.phase is not Phase.UNKNOWN
    assert rig.empty
    await asyncio.sleep(20)
    assert rig.empty
    assert rig.pair.inflatable == ()


@pytest.mark.parametrize("delay_s", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.4])
async def test_invariant_3_a_stop_overtakes_a_start(rig: Rig, delay_s: float) -> None:
    """The start says that it was stopped; nothing inflates afterwards."""
    for boots in rig.boots:
        boots.latency_s = 0.05
    begin = asyncio.create_task(rig.pair.begin(EVENING))
    await asyncio.sleep(delay_s)
    await rig.pair.stop()
    assert rig.empty
    with pytest.raises((StoppedError, LinkError)):
        await begin
    await asyncio.sleep(20)
    assert rig.empty
    assert rig.pair.inflatable == ()


async def test_invariant_3_a_stop_overtakes_what_waits(rig: Rig) -> None:
    """Ten changes wait behind a stalled write; the stop is there at once."""
    await rig.pair.begin(EVENING)
    await asyncio.sleep(4)
    for boots in rig.boots:
        boots.open_gate.clear()
    changes = [
        asyncio.create_task(rig.pair.change(target_mmhg=30 + i)) for i in range(10)
    ]
    await asyncio.sleep(0.1)
    stop = asyncio.create_task(rig.pair.stop())
    await asyncio.sleep(0.05)
    assert [boots.told("stop")[-1]["cause"] for boots in rig.boots] == ["stopped"] * 2
    for boots in rig.boots:
        boots.open_gate.set()
    await stop
    results = await asyncio.gather(*changes, return_exceptions=True)
    assert all(isinstance(result, StoppedError) for result in results)
    assert rig.empty


async def test_invariant_3_a_stop_is_repeated_until_it_is_confirmed(rig: Rig) -> None:
    """One leg is out of reach; the other is empty at once, and the first is told late."""
    await rig.pair.begin(EVENING)
    await asyncio.sleep(4)
    rig.right.in_range = False
    rig.right.drop_link()
    with pytest.raises(StopNotConfirmedError) as caught:
        await rig.pair.stop()
    assert caught.value.values["side"] == "right"
    assert rig.left.body.empty
    assert rig.pair.stopping
    assert rig.pair.inflatable == (rig.units[1],)
    rig.right.in_range = True
    rig.units[1].seen()
    await asyncio.sleep(10)
    assert not rig.pair.stopping
    assert rig.pair.inflatable == ()
    assert rig.right.count(STOP) >= 1


async def test_a_second_stop_while_one_is_repeated(rig: Rig) -> None:
    """Stop is never refused."""
    await rig.pair.begin(EVENING)
    await asyncio.sleep(2)
    await asyncio.gather(rig.pair.stop(), rig.pair.stop())
    assert rig.empty


async def test_stop_reaches_boots_that_nobody_connected_to(rig: Rig) -> None:
    """Somebody pressed start on the boots before we ever saw them."""
    rig.left.press("start")
    await asyncio.sleep(5)
    assert not rig.empty
    await rig.pair.stop()
    assert rig.empty


async def test_stop_of_boots_that_are_switched_off_is_no_failure(rig: Rig) -> None:
    """They are looked for a little longer; then nothing is kept waiting."""
    for boots in rig.boots:
        boots.in_range = False
    await rig.pair.stop()
    await asyncio.sleep(rig.pair.stop_limit_s + 1)
    assert not rig.pair.stopping
    for boots in rig.boots:
        boots.in_range = True
    await asyncio.sleep(60)
    assert all(boots.written == [] for boots in rig.boots)


async def test_stop_takes_the_link_back_from_another_app(rig: Rig) -> None:
    """What another app does meanwhile is not known, so it has to be confirmed."""
    await rig.connect()
    for unit in rig.units:
        unit.release_to_user(True)
    await asyncio.sleep(1)
    rig.left.press("start")
    await asyncio.sleep(4)
    await rig.pair.stop()
    assert rig.empty


async def test_no_start_while_a_stop_is_repeated(rig: Rig) -> None:
    """What is being stopped cannot be started."""
    await rig.connect()
    rig.right.deaf = True
    with pytest.raises(StopNotConfirmedError):
        await rig.pair.stop()
    with pytest.raises(LinkLostError):
        await rig.pair.begin(EVENING)
    rig.right.deaf = False
    rig.right.latency_s = 0.5
    while not rig.units[1].connected:
        await asyncio.sleep(0.01)
    assert rig.units[1].stopping
    with pytest.raises(WrongPhaseError):
        await rig.pair.begin(EVENING)
    assert rig.untouched


async def test_pause_and_resume_together(rig: Rig) -> None:
    """Both legs let the air out, and both go on."""
    await rig.pair.begin(EVENING)
    await asyncio.sleep(2)
    await asyncio.gather(*(unit.heartbeat() for unit in rig.units))
    await rig.pair.pause()
    await rig.until_boots(Phase.PAUSED)
    await asyncio.sleep(7)
    await asyncio.gather(*(unit.heartbeat() for unit in rig.units))
    assert rig.empty
    await rig.pair.resume()
    await asyncio.sleep(1)
    assert rig.pair.state.phase in CYCLING


@pytest.mark.parametrize("command", ["pause", "resume"])
async def test_invariant_7_legs_that_do_not_go_together_stop(
    rig: Rig, command: str
) -> None:
    """One leg pauses, or resumes, and the other does not hear it."""
    await rig.pair.begin(EVENING)
    await asyncio.sleep(4)
    if command == "resume":
        await rig.pair.pause()
    rig.right.in_range = False
    rig.right.drop_link()
    await asyncio.sleep(0.1)
    with pytest.raises(LinkLostError) as caught:
        await getattr(rig.pair, command)()
    assert caught.value.values["side"] == "right"
    assert rig.pair.stopping
    await asyncio.sleep(20)
    assert rig.empty


async def test_a_pause_that_reaches_nobody_changes_nothing(rig: Rig) -> None:
    """The legs are alike; whether they may go on is for the session to say."""
    await rig.pair.begin(EVENING)
    await asyncio.sleep(2)
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
    with pytest.raises(LinkLostError):
        await rig.pair.pause()
    assert not rig.pair.stopping


async def test_change_reaches_both_legs(rig: Rig) -> None:
    """And only those in session."""
    with pytest.raises(WrongPhaseError):
        await rig.pair.change(target_mmhg=30)
    await rig.pair.begin(EVENING)
    await rig.pair.change(target_mmhg=30, boosted=2)
    await asyncio.sleep(0.5)
    assert [unit.state.target_mmhg for unit in rig.units] == [30, 30]
    assert rig.pair.state.boosted == 2
    await rig.pair.change(boosted=0)
    await asyncio.sleep(0.5)
    assert rig.pair.state.boosted is None


async def test_settings_beyond_the_boots_are_not_even_armed(wire: Wire) -> None:
    """The boots' range is known only when they are connected."""
    rig = Rig(wire, config={"max_mmhg": 60})
    with pytest.raises(LimitError):
        await rig.pair.begin(replace(EVENING, target_mmhg=70))
    assert rig.left.count(ARM) == 0
    await rig.close()


async def test_a_leg_that_nobody_serves(wire: Wire) -> None:
    """A single boot is a pair of one leg."""
    rig = Rig(wire)
    pair = Pair(rig.units[:1])
    assert pair.sides == {Side.LEFT}
    with pytest.raises(LimitError) as caught:
        await pair.begin(EVENING)
    assert caught.value.values["field"] == "legs"
    await rig.close()


async def test_capabilities_are_what_both_can_do(wire: Wire) -> None:
    """None until both have said it."""
    rig = Rig(wire)
    boots = wire.add("odd", legs=1, max_mmhg=80, chambers=4, step_mmhg=2, features=1)
    odd = wire.unit(boots)
    pair = Pair([odd, rig.units[1]])
    await odd.ready(5)
    assert pair.capabilities is None
    await rig.units[1].ready(5)
    can = pair.capabilities
    other = rig.units[1].capabilities
    assert can is not None and other is not None
    assert can.legs == {Side.LEFT, Side.RIGHT}
    assert can.chambers == min(4, other.chambers)
    assert can.target_max_mmhg == 80
    assert can.target_step_mmhg % 2 == 0
    assert can.features == Feature.PAUSE
    assert can.programmes == other.programmes
    assert Programme.RELAX in can.programmes
    assert can.pair_id == b"PAIR"
    assert can.fail_safes.vents_on_silence
    await rig.close()


async def test_what_is_said_to_both(rig: Rig) -> None:
    """Identify and child lock go to all units."""
    await rig.pair.identify()
    assert [boots.body.identified for boots in rig.boots] == [1, 1]
    await rig.pair.set_child_lock(True)
    assert rig.pair.state.child_lock
    await rig.pair.units[0].forget_me()
    with pytest.raises(BootsError):
        await rig.pair.begin(EVENING)
    assert rig.untouched


async def test_listeners_come_and_go(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """One that fails does not keep the others from hearing."""
    heard: list[Phase] = []

    def fail() -> None:
        raise RuntimeError("mine")

    rig.pair.listen(fail)
    remove = rig.pair.listen(lambda: heard.append(rig.pair.state.phase))
    await rig.connect()
    assert heard[-1] is Phase.IDLE
    assert "A listener failed" in caplog.text
    remove()
    remove()
    count = len(heard)
    await rig.pair.stop()
    assert len(heard) == count


async def test_hold_keeps_the_link_up(rig: Rig) -> None:
    """Both units, until it is let go."""
    for unit in rig.units:
        unit.idle_release_s = 10
    release = rig.pair.hold("test")
    await asyncio.sleep(30)
    assert rig.pair.state.connected and rig.pair.state.available
    release()
    release()
    await asyncio.sleep(15)
    assert not rig.pair.state.connected
    assert rig.pair.state.available
    assert rig.pair.state.phase is Phase.IDLE


async def test_pain_5_unavailable_only_when_the_boots_cannot_be_had(rig: Rig) -> None:
    """One short outage is no reason; failing to find the boots again is."""
    release = rig.pair.hold("test")
    await asyncio.sleep(35)
    rig.left.drop_link()
    assert rig.pair.state.available
    await asyncio.sleep(5)
    assert rig.pair.state.connected
    rig.left.in_range = False
    rig.left.drop_link()
    await asyncio.sleep(20)
    assert not rig.pair.state.available
    release()


async def test_closing_ends_a_stop_that_nobody_answers(wire: Wire) -> None:
    """Home Assistant must be able to shut down."""
    rig = Rig(wire)
    await rig.pair.begin(EVENING)
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
    stop = asyncio.create_task(rig.pair.stop())
    change = asyncio.create_task(rig.pair.change(target_mmhg=30))
    await asyncio.sleep(1)
    await rig.pair.close()
    with pytest.raises(StopNotConfirmedError):
        await stop
    with pytest.raises(BootsError):
        await change


async def test_what_vented_long_ago_is_left_alone_at_the_end(rig: Rig) -> None:
    """A stop wants it measured; closing trusts the lease after a while."""
    await rig.pair.begin(EVENING)
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
    await asyncio.sleep(1)
    assert rig.pair.unvented == tuple(rig.units)
    await asyncio.sleep(60)
    assert rig.pair.inflatable == tuple(rig.units)
    assert rig.pair.unvented == ()


async def test_one_unit_names_no_leg(wire: Wire) -> None:
    """There is no other that it could be."""
    rig = Rig(wire, units=1)
    rig.left.body.percent = 2
    with pytest.raises(BatteryLowError) as caught:
        await rig.pair.begin(EVENING)
    assert "side" not in caught.value.values
    await rig.close()


async def test_a_start_that_failed_out_of_reach_is_stopped_later(rig: Rig) -> None:
    """One leg was armed when its link broke: nobody knows, until it is back."""
    await rig.connect()
    rig.right.open_gate.clear()
    begin = asyncio.create_task(rig.pair.begin(EVENING))
    await asyncio.sleep(0.1)
    rig.right.in_range = False
    rig.right.drop_link()
    with pytest.raises(LinkLostError):
        await begin
    assert rig.pair.inflatable == (rig.units[1],)
    rig.right.open_gate.set()
    rig.right.in_range = True
    rig.units[1].seen()
    await asyncio.sleep(5)
    assert rig.pair.inflatable == ()
    assert rig.untouched


async def test_a_cancelled_pause_leaves_no_leg_alone(rig: Rig) -> None:
    """One leg had paused already."""
    await rig.pair.begin(EVENING)
    await asyncio.sleep(2)
    rig.right.open_gate.clear()
    pause = asyncio.create_task(rig.pair.pause())
    await asyncio.sleep(0.2)
    pause.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pause
    rig.right.open_gate.set()
    await asyncio.sleep(9)
    assert rig.empty
    assert rig.pair.state.phase is Phase.IDLE

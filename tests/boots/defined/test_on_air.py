"""The driver of a definition against strangers on a virtual radio: Bumble, real time."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.kumo_boots.boots.driver import Heard
from custom_components.kumo_boots.boots.drivers.defined import driver_from, load
from custom_components.kumo_boots.boots.errors import (
    LimitError,
    LinkTimeoutError,
    NonceExpiredError,
    NotSupportedError,
    StopNotConfirmedError,
)
from custom_components.kumo_boots.boots.model import (
    BOTH,
    CYCLING,
    Origin,
    Phase,
    Programme,
)
from simulator.far_harbour import FarHarbour
from simulator.quiet_mill import QuietMill

from .fixtures import definition, text_of
from .scene import WANTED, Scene, until

pytestmark = pytest.mark.real_time


async def test_a_session_from_handshake_to_empty(scene: Scene) -> None:
    """Challenge answered, frames counted: started, changed, paused, stopped."""
    boots = await scene.add(FarHarbour)
    unit = scene.unit(boots, definition("far_harbour"))
    release = unit.hold("test")
    await unit.ready(10)
    assert unit.state.phase is Phase.IDLE
    assert unit.state.battery_percent == 80
    assert unit.identity is not None
    assert unit.identity.model == "Far Harbour test boots"
    armed = await unit.arm(WANTED)
    assert not scene.kinds("inflation")
    await unit.start(armed, 20)
    await unit.commit(armed)
    await unit.heartbeat()
    await until(lambda: unit.state.phase in CYCLING)
    assert unit.state.origin is Origin.THIS_CONTROLLER
    assert unit.state.session_id == armed.session_id
    assert unit.state.target_mmhg == 40
    assert unit.state.programme is Programme.WAVE
    await until(lambda: max(unit.state.pressures_mmhg["left"]) > 10)
    await unit.change(target_mmhg=30, remaining_s=200)
    await until(lambda: unit.state.target_mmhg == 30)
    assert (unit.state.remaining_s or 0) <= 200
    await unit.pause()
    await until(lambda: unit.state.phase is Phase.PAUSED)
    await unit.resume()
    await until(lambda: unit.state.phase in CYCLING)
    assert unit.fresh(3)
    await unit.stop(15)
    assert unit.state.phase is Phase.IDLE
    assert unit.state.origin is Origin.NONE
    assert boots.body.empty
    # A stop overtakes what waits, whose number is an old one then.
    assert all(entry["why"] == "counter" for entry in scene.kinds("refused"))
    assert [entry["cause"] for entry in scene.kinds("inflation")][:1] == ["controller"]
    release()


KEPT_ALIVE = (
    text_of("far_harbour")
    .replace('  ask: "20"\n', '  ask: "20"\n  alive: "21"\n')
    .replace("poll:", "keep_alive: {every_s: 1, send: alive}\npoll:")
)


@pytest.mark.parametrize("kept_alive", [True, False])
async def test_boots_that_have_to_be_kept_alive(scene: Scene, kept_alive: bool) -> None:
    """Asking for the state is not enough for these; their own message is."""
    boots = await scene.add(FarHarbour)
    boots.alive_s = 30  # Of its own clock: three seconds here.

    def ends() -> list[str]:
        return [
            entry["cause"]
            for entry in scene.kinds("firmware")
            if entry["event"] == "inflation_end"
        ]

    known = load(KEPT_ALIVE, "kept_alive.yaml")
    assert known.keep_alive is not None
    unit = scene.unit(boots, known if kept_alive else replace(known, keep_alive=None))
    unit.hold("test")
    await unit.ready(10)
    await unit.start(await unit.arm(WANTED))
    await until(lambda: unit.state.phase in CYCLING)
    if kept_alive:
        await asyncio.sleep(2 * boots.alive_s / 10)
        assert not ends()
        assert unit.state.phase in CYCLING
        await unit.stop(15)
    else:
        await until(ends)
        await until(lambda: unit.state.phase is Phase.IDLE)
    assert ends() == ["stopped" if kept_alive else "not_kept_alive"]
    assert boots.body.empty


async def test_a_lost_link_keeps_whose_session_it_is(scene: Scene) -> None:
    """The device does not say; what was ours over the last connection still is."""
    boots = await scene.add(FarHarbour)
    unit = scene.unit(boots, definition("far_harbour"))
    unit.hold("test")
    await unit.ready(10)
    armed = await unit.arm(WANTED)
    await unit.start(armed)
    await until(lambda: unit.state.phase in CYCLING)
    boots.lose()
    await until(lambda: not unit.connected)
    await until(lambda: unit.connected and unit.fresh(1))
    assert unit.state.session_id == armed.session_id
    assert unit.state.origin is Origin.THIS_CONTROLLER
    await unit.stop(15)
    # Another one is not ours.
    boots.press_start()
    await until(lambda: unit.state.phase in CYCLING)
    assert unit.state.origin is Origin.BOOTS
    assert unit.state.session_id is None
    boots.press_stop()
    boots.lose()
    await until(lambda: not unit.connected)
    await until(lambda: unit.connected and unit.state.phase is Phase.IDLE)


@pytest.mark.parametrize(
    ("known_of", "left_s", "ours"),
    [(True, 290, True), (False, 290, False), (True, 0, False)],
)
async def test_who_kept_what_ran_knows_whose_it_is(
    scene: Scene, known_of: bool, left_s: float, ours: bool
) -> None:
    """After Home Assistant was killed; what is begun later is not ours again."""
    boots = await scene.add(FarHarbour)
    known = definition("far_harbour")
    first = scene.unit(boots, known)
    await first.ready(10)
    armed = await first.arm(WANTED)
    await first.start(armed)
    await until(lambda: first.state.phase in CYCLING)
    await first.close()
    unit = scene.unit(boots, known)
    unit.recall(armed.session_id if known_of else None, left_s)
    unit.hold("test")
    await until(lambda: unit.state.phase in CYCLING)
    assert unit.state.origin is (Origin.THIS_CONTROLLER if ours else Origin.BOOTS)
    assert unit.state.session_id == (armed.session_id if ours else None)
    boots.press_stop()
    await until(lambda: unit.state.phase is Phase.IDLE)
    boots.lose()
    await until(lambda: not unit.connected)
    boots.press_start()
    await until(lambda: unit.connected and unit.state.phase in CYCLING)
    assert unit.state.origin is Origin.BOOTS
    assert len(scene.kinds("inflation")) == 2


async def test_what_is_refused(scene: Scene) -> None:
    """Out of range, not there, or too late: an error, and nothing reaches the boots."""
    boots = await scene.add(FarHarbour)
    unit = scene.unit(boots, definition("far_harbour"))
    unit.hold("test")
    await unit.ready(10)
    for wrong in (
        replace(WANTED, target_mmhg=85),
        replace(WANTED, target_mmhg=41),
        replace(WANTED, duration_s=3600),
        replace(WANTED, duration_s=90),
        replace(WANTED, legs=frozenset()),
    ):
        with pytest.raises(LimitError):
            await unit.arm(wrong)
    with pytest.raises(NotSupportedError):
        await unit.arm(replace(WANTED, programme=Programme.SQUEEZE))
    armed = await unit.arm(WANTED)
    again = await unit.arm(WANTED)
    with pytest.raises(NonceExpiredError):
        await unit.start(armed)
    with pytest.raises(NonceExpiredError):
        # What was asked for twice is not there any more.
        await unit.start(again)
    late = await unit.arm(WANTED)
    late = replace(late, expires_at=asyncio.get_running_loop().time())
    with pytest.raises(NonceExpiredError):
        await unit.start(late)
    for change in (
        {"target_mmhg": 200},
        {"remaining_s": 0},
        {"skipped": frozenset({1, 2})},
        {"skipped": frozenset({9})},
    ):
        with pytest.raises(LimitError):
            await unit.change(**change)
    for call in (
        unit.change(boosted=1),
        unit.change(skipped=frozenset({1})),
        unit.identify(),
        unit.offer(10),
        unit.set_child_lock(True),
        unit.set_pair_id(b"1234"),
        unit.pair(5),
    ):
        with pytest.raises(NotSupportedError):
            await call
    await unit.change(boosted=0)
    await unit.forget_me()
    assert not scene.kinds("inflation")


async def test_a_stop_needs_no_handshake(scene: Scene) -> None:
    """Started by its own button; the first thing that a new connection says is stop."""
    boots = await scene.add(FarHarbour)
    boots.press_start()
    known = definition("far_harbour")
    # It waits for a challenge that it never asks for.
    unit = scene.unit(boots, replace(known, handshake=(known.handshake[1],)))
    with pytest.raises(StopNotConfirmedError):
        await unit.stop(3)
    assert scene.kinds("stop")
    await until(lambda: boots.body.empty)


async def test_a_challenge_that_does_not_come(scene: Scene) -> None:
    """The connection fails, with the report's name."""
    boots = await scene.add(FarHarbour)
    known = definition("far_harbour")
    step = replace(known.handshake[1], within_s=0.2)
    unit = scene.unit(boots, replace(known, handshake=(step,)))
    with pytest.raises(LinkTimeoutError, match="challenge"):
        await unit.ready(10)


async def test_air_that_nobody_measures_takes_its_time(scene: Scene) -> None:
    """Idle is not empty at once where no pressures are told."""
    boots = await scene.add(QuietMill)
    unit = scene.unit(boots, replace(definition("quiet_mill"), empties_s=2.5))
    unit.hold("test")
    await unit.ready(10)
    assert unit.state.phase is Phase.IDLE
    boots.press_start()
    await until(lambda: unit.state.phase in CYCLING)
    boots.press_stop()
    await until(lambda: boots.phase == 0)
    await until(lambda: unit.state.phase is Phase.VENTING)
    await until(lambda: unit.state.phase is Phase.IDLE)


async def test_what_cannot_be_is_passed_over(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """A report that is none, or says what cannot be, changes nothing; logged once."""
    caplog.set_level("DEBUG")
    boots = await scene.add(QuietMill)
    known = definition("quiet_mill")
    # One of another characteristic is not asked about these.
    other = replace(known.reports[0], name="other", characteristic="control")
    known = replace(known, keep_alive=None, reports=(other, *known.reports))
    unit = scene.unit(boots, known)
    unit.hold("test")
    await unit.ready(10)
    assert unit.state.battery_percent == 91
    before = unit.state.phase
    for body in (b"\x53\x09\x01\x01\x5b\x01", b"\x53", b"\x54\x00"):
        for _ in range(2):
            boots.tell(boots.framed(body))
    boots.tell(b"garbage")
    # What the poll reads is passed over too, and the next one counts.
    boots.raw = b"\x7e"
    await asyncio.sleep(1.3)
    assert unit.state.phase is before
    assert caplog.text.count("Ignored a report") == 1
    boots.raw = None
    boots.press_start()
    await until(lambda: unit.state.phase in CYCLING)


async def test_a_poll_that_the_device_refuses_goes_on(scene: Scene) -> None:
    """An error of the device is no end of the connection."""
    boots = await scene.add(QuietMill)
    known = definition("quiet_mill")
    unit = scene.unit(boots, known)
    unit.hold("test")
    await unit.ready(10)
    boots.refuses = True
    await until(lambda: boots.refused > 2)
    boots.refuses = False
    boots.press_start()
    await until(lambda: unit.state.phase in CYCLING)
    assert unit.connected


async def test_without_a_poll_nothing_is_known_before_it_tells(scene: Scene) -> None:
    """A draft that only listens."""
    boots = await scene.add(QuietMill)
    known = replace(definition("quiet_mill"), poll=None, battery=False)
    unit = scene.unit(boots, known)
    unit.hold("test")
    await unit.ready(10)
    await until(lambda: unit.state.phase is Phase.IDLE)
    assert unit.state.battery_percent == 91
    # A stop waits for the next word.
    boots.press_start()
    await until(lambda: unit.state.phase in CYCLING)
    await unit.stop(15)
    assert boots.body.empty


def test_who_is_recognised() -> None:
    """By all that a match names, and by one match of several."""
    driver = driver_from(definition("far_harbour"))
    assert driver.remembered_as() == "definition:far_harbour"
    assert not driver.needs_key
    service = "5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d01"
    for heard, known in (
        (Heard(service_uuids=frozenset({service})), True),
        (Heard(name="FarHarbour 3"), False),
        (Heard(name="FarHarbour 3", manufacturer_data={0xFFFF: b""}), True),
        (Heard(name="Other", manufacturer_data={0xFFFF: b""}), False),
    ):
        assert driver.recognises(heard) is known
    said = driver.advertised({})
    assert said is not None
    assert (said.legs, said.running) == (BOTH, None)

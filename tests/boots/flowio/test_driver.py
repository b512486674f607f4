"""The driver with the simulated device: what it says, and what the air does."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
import math

import pytest

from custom_components.kumo_boots.boots.cycles import Do, Order
from custom_components.kumo_boots.boots.driver import Armed
from custom_components.kumo_boots.boots.drivers.flowio import FlowIO, profile
from custom_components.kumo_boots.boots.drivers.flowio.driver import HEARTBEAT_S
from custom_components.kumo_boots.boots.drivers.flowio.manifold import Manifold
from custom_components.kumo_boots.boots.drivers.flowio.sleeve import AMBIENT_LIMIT_S
from custom_components.kumo_boots.boots.errors import (
    FaultedError,
    LimitError,
    LinkLostError,
    NonceExpiredError,
    NotSupportedError,
    ProtocolError,
    WrongPhaseError,
)
from custom_components.kumo_boots.boots.model import (
    BOTH,
    CYCLING,
    End,
    Fault,
    Origin,
    Phase,
    Programme,
    Settings,
    Side,
    is_empty,
)

from .bench import VENT_ALL, Bench

GENTLE = Settings(programme=Programme.RELAX, target_mmhg=30, duration_s=300)
FOOT = Settings(programme=Programme.FOCUS, target_mmhg=20, duration_s=120, boosted=1)


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    """Switch a device on and connect."""
    bench = Bench()
    yield bench
    bench.lost = True
    await asyncio.sleep(60)


async def opened(bench: Bench) -> FlowIO:
    """Return a driver that has found the device empty."""
    driver = bench.driver()
    await driver.open()
    await bench.idle()
    return driver


async def running(
    bench: Bench, settings: Settings = GENTLE, *, keep: bool = True
) -> FlowIO:
    """Return a driver whose session runs; ``keep`` it by heartbeats."""
    driver = await opened(bench)
    armed = await driver.arm(settings)
    await driver.start(armed, 300)
    await driver.commit(armed)
    if keep:
        asyncio.get_running_loop().create_task(beating(bench, driver))
    await bench.until(lambda: bench.look().valves.pump)
    return driver


async def beating(bench: Bench, driver: FlowIO) -> None:
    """Beat as a session does."""
    while not bench.lost and bench.state.phase in CYCLING | {Phase.PAUSED}:
        await driver.heartbeat()
        await asyncio.sleep(HEARTBEAT_S / 10)


# ---- a connection begins


async def test_trapped_air_is_let_out_before_anything_else(bench: Bench) -> None:
    """What an earlier connection left in the sleeve; only then it is idle."""
    bench.device.body.truth[0][2] = 50.0
    driver = bench.driver()
    capabilities, identity = await driver.open()
    assert bench.writes[0] == (profile.COMMAND, VENT_ALL)
    assert bench.state.phase is Phase.VENTING
    assert bench.state.end is End.LEASE_EXPIRED
    await bench.idle()
    assert bench.look().body.empty
    assert not capabilities.fail_safes.complete
    assert (identity.model, capabilities.chambers) == ("FlowIO", 5)
    assert bench.state.battery_percent == 100
    peak = bench.state.peak_mmhg
    assert peak is not None and -2 <= peak < 5
    # Valves that are held open cost power.
    await bench.until(lambda: bench.last_command == "!")
    assert driver.reported_at is not None


async def test_a_sensor_that_is_not_initialised_is_a_fault(bench: Bench) -> None:
    """888.8 and NaN: nothing is known of the air, nothing begins; until it measures."""
    bench.device.sensor_psi = 888.8
    driver = bench.driver()
    await driver.open()
    await asyncio.sleep(5)
    assert bench.state.phase is Phase.VENTING
    bench.device.sensor_psi = math.nan
    await bench.until(lambda: bench.state.phase is Phase.FAULT, AMBIENT_LIMIT_S + 10)
    assert bench.state.faults == {Fault.SENSOR}
    with pytest.raises(FaultedError):
        await driver.arm(GENTLE)
    bench.device.sensor_psi = None
    await bench.idle()
    assert bench.state.faults == frozenset()


async def test_a_sensor_that_reads_no_air_at_all_is_a_fault(bench: Bench) -> None:
    """A pressure that nobody could live in is no ambient."""
    bench.device.sensor_psi = 2.0
    await bench.driver().open()
    await bench.until(lambda: bench.state.phase is Phase.FAULT, AMBIENT_LIMIT_S + 10)


async def test_older_firmware(bench: Bench) -> None:
    """Without battery, timer and a pressure to be asked for: it works all the same."""
    bench.missing = {profile.BATTERY, profile.POWER_OFF}
    bench.mute = True
    await opened(bench)
    assert bench.state.battery_percent is None
    assert profile.POWER_OFF not in {uuid for uuid, _ in bench.writes}


async def test_pressures_that_cannot_be_asked_for_are_read(bench: Bench) -> None:
    """The characteristic of an older firmware cannot be written."""
    write = bench.write

    async def refuse(uuid: str, data: bytes, *, response: bool) -> None:
        if uuid == profile.PRESSURE:
            raise ProtocolError("write not permitted")
        await write(uuid, data, response=response)

    bench.write = refuse  # type: ignore[method-assign]
    await opened(bench)
    assert bench.look().body.empty


async def test_what_is_no_flowio_is_refused(bench: Bench) -> None:
    """A status of another length, or none."""
    bench.missing = {profile.STATUS}
    with pytest.raises(ProtocolError):
        await bench.driver().open()


# ---- a session


async def test_a_session_reports_what_is_measured(bench: Bench) -> None:
    """Its phases are ours, its pressures the device's, and true."""
    await running(bench)
    await bench.until(lambda: bench.state.phase is Phase.HOLDING)
    state, truth = bench.state, bench.look().body.truth[0]
    assert state.origin is Origin.THIS_CONTROLLER and state.session_id
    assert (state.target_mmhg, state.programme) == (30, Programme.RELAX)
    assert (state.legs, state.active_zones) == (BOTH, {1, 2, 3, 4, 5})
    assert state.remaining_s is not None and 200 < state.remaining_s < 300
    for zone, target in enumerate((30, 25, 20, 15, 10)):
        for side in Side:
            measured = state.pressures_mmhg[side][zone]
            assert measured is None or measured == pytest.approx(truth[zone], abs=3)
        assert target - 1 <= truth[zone] <= target + 8
    await bench.until(lambda: (bench.state.cycles or 0) == 1)
    assert bench.look().body.highest_mmhg < 15
    # The pump ran with a port open to it, and never with another zone's.
    filled = [data[1] for data in bench.device.commands if data[:1] == b"+"]
    assert set(filled) == {1, 2, 4, 8, 16}


async def test_it_ends_on_time_measured_empty(bench: Bench) -> None:
    """Completed, and told only then."""
    await running(bench, replace(FOOT, duration_s=60))
    await bench.idle(120)
    assert (bench.state.end, bench.state.target_mmhg) == (End.COMPLETED, None)
    assert bench.look().body.empty


async def test_stop_vents_and_is_told_when_it_is_empty(bench: Bench) -> None:
    """``^``, all ports; not the device's own stop, which closes them."""
    driver = await running(bench)
    await bench.until(lambda: bench.look().body.highest_mmhg > 25)
    began = bench.loop.time()
    await driver.stop_now()
    assert bench.device.commands[-1] == VENT_ALL
    await driver.stop()
    assert bench.state.phase is Phase.VENTING
    await bench.idle()
    assert bench.loop.time() - began < 12
    assert bench.look().body.empty
    assert bench.state.end is End.STOPPED


async def test_a_stop_while_it_is_measured_vents_once_more(bench: Bench) -> None:
    """What was read across the stop counts for nothing."""
    driver = await running(bench)
    await driver.stop()
    await bench.until(lambda: bench.last_command == "o", 20)
    await driver.stop()
    assert (await driver.refresh()).phase is Phase.VENTING
    await bench.until(lambda: bench.last_command == "o", 20)
    await bench.idle()
    # And a stop at rest measures again.
    await driver.stop()
    assert (await driver.refresh()).phase is Phase.VENTING
    await driver.stop()
    await bench.idle()


async def test_the_promise_of_arm_is_good_for_one_start(bench: Bench) -> None:
    """In time, once, and not after a stop: the token is ours, the device has none."""
    driver = await opened(bench)
    armed = await driver.arm(FOOT)
    with pytest.raises(NonceExpiredError):
        await driver.start(replace(armed, nonce=armed.nonce ^ 1), 0)
    armed = await driver.arm(FOOT)
    await asyncio.sleep(3)
    with pytest.raises(NonceExpiredError):
        await driver.start(armed, 0)
    armed = await driver.arm(FOOT)
    await driver.stop()
    with pytest.raises(NonceExpiredError):
        await driver.start(armed, 0)
    with pytest.raises(WrongPhaseError):
        await driver.arm(FOOT)
    await bench.idle()
    armed = await driver.arm(FOOT)
    await driver.start(armed, 0)
    with pytest.raises(NonceExpiredError):
        await driver.start(armed, 0)
    with pytest.raises(WrongPhaseError):
        await driver.commit(replace(armed, session_id=0))
    assert b"+" not in {data[:1] for data in bench.device.commands}
    await driver.stop()


@pytest.mark.parametrize(
    "settings",
    [
        replace(GENTLE, legs=frozenset({Side.LEFT})),
        replace(GENTLE, target_mmhg=61),
        replace(GENTLE, duration_s=3600),
        replace(GENTLE, target_mmhg=55, boosted=1),
    ],
)
async def test_what_it_cannot_do_is_refused(bench: Bench, settings: Settings) -> None:
    """Nothing is clamped; a leg alone cannot be chosen."""
    driver = await opened(bench)
    with pytest.raises(LimitError):
        await driver.arm(settings)


async def test_without_heartbeats_it_lets_the_air_out(bench: Bench) -> None:
    """The device has no lease: this end of the link keeps one."""
    await running(bench, keep=False)
    await bench.until(lambda: bench.state.phase is Phase.VENTING, HEARTBEAT_S + 2)
    await bench.idle()
    assert bench.state.end is End.LEASE_EXPIRED


async def test_without_a_commit_it_lets_the_air_out(bench: Bench) -> None:
    """Half a start is none."""
    driver = await opened(bench)
    await driver.start(await driver.arm(GENTLE), 0)
    await bench.until(lambda: bench.state.phase is Phase.VENTING, HEARTBEAT_S + 2)
    assert bench.state.end is End.NOT_COMMITTED


async def test_pause_resume_and_change(bench: Bench) -> None:
    """The air goes out in a pause, and the time stays."""
    driver = await running(bench)
    await bench.until(lambda: bench.look().body.highest_mmhg > 20)
    await driver.pause()
    assert bench.state.phase is Phase.PAUSED
    await asyncio.sleep(12)
    assert bench.look().body.empty
    await driver.change(target_mmhg=20, remaining_s=100)
    await driver.resume()
    await bench.until(lambda: bench.look().valves.pump)
    assert (bench.state.target_mmhg, bench.state.remaining_s) == (20, 100)
    with pytest.raises(LimitError):
        await driver.change(remaining_s=1801)
    await driver.stop()
    for command in (driver.pause, driver.resume, driver.heartbeat):
        with pytest.raises(WrongPhaseError):
            await command()
    with pytest.raises(WrongPhaseError):
        await driver.change(target_mmhg=20)


async def test_the_switch_off_timer_is_kept_at_bay(bench: Bench) -> None:
    """In a pause nothing else would restart it; its setting stays what it was."""
    bench.device.off_after_min = 1
    driver = await running(bench)
    await driver.pause()
    await asyncio.sleep(300)
    assert bench.look().on
    assert bench.state.phase is Phase.PAUSED
    assert bench.device.off_after_min == 1
    assert (profile.POWER_OFF, b"\x01") in bench.writes
    await driver.stop()
    await bench.idle()
    # At rest it may go off as its owner set it.
    await asyncio.sleep(120)
    assert not bench.look().on


async def test_a_timer_that_is_off_stays_off(bench: Bench) -> None:
    """Nothing to keep at bay."""
    bench.device.off_after_min = 0xFF
    await running(bench)
    await asyncio.sleep(60)
    assert profile.POWER_OFF not in {uuid for uuid, _ in bench.writes}


# ---- what goes wrong


async def test_missed_notifications_are_read(bench: Bench) -> None:
    """A notification that is lost costs a moment."""
    await running(bench)
    bench.mute = True
    await bench.until(lambda: (bench.state.cycles or 0) == 1)
    assert bench.state.faults == frozenset()


async def test_a_sensor_that_hangs_stops_the_pump(bench: Bench) -> None:
    """Nothing is pumped into the unknown; the air goes out, and that is told."""
    driver = await running(bench)
    bench.hung = {profile.PRESSURE}
    await bench.until(lambda: not bench.look().valves.pump, 3)
    await bench.until(lambda: bench.state.phase is Phase.FAULT, 10)
    assert bench.state.faults == {Fault.SENSOR}
    await bench.until(lambda: bench.device.commands[-1] == VENT_ALL, 1)
    bench.hung = set()
    # It measures again, and measured that it is empty.
    await bench.idle()
    assert bench.state.end is End.FAULT
    await driver.stop()


async def test_a_pump_that_runs_on_is_over_pressure(bench: Bench) -> None:
    """The valve of a full zone does not close: vented, told, and kept as a fault."""
    driver = await running(bench)
    await bench.until(lambda: bench.state.phase is Phase.HOLDING)
    bench.look().body.overpressure(0, 1, 75)
    await bench.until(lambda: bench.state.phase is Phase.FAULT, 10)
    assert bench.state.faults == {Fault.OVER_PRESSURE}
    assert not is_empty(bench.state)
    await bench.until(lambda: is_empty(bench.state), 20)
    assert bench.look().body.empty
    assert bench.state.phase is Phase.FAULT
    with pytest.raises(WrongPhaseError):
        await driver.arm(GENTLE)
    # A stop, once it is empty, takes it back.
    await asyncio.sleep(10)
    await driver.stop()
    await bench.idle()


async def test_a_kinked_hose_is_told(bench: Bench) -> None:
    """It holds its air whatever is opened: never called empty."""
    bench.device.body.stick(0, 2, "closed")
    bench.device.body.truth[0][1] = 40.0
    driver = bench.driver()
    await driver.open()
    await bench.until(lambda: Fault.NOT_EMPTYING in bench.state.faults, 60)
    assert bench.state.phase is Phase.FAULT
    bench.look().body.repair()
    await bench.idle()
    await driver.arm(GENTLE)


async def test_answers_that_make_no_sense_are_no_end(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes on trying, and says so once."""
    await opened(bench)
    bench.missing = {profile.STATUS}
    await asyncio.sleep(20)
    bench.missing = set()
    await asyncio.sleep(10)
    assert caplog.text.count("does not do as it should") == 1
    assert bench.state.phase is Phase.IDLE


async def test_a_lost_link_ends_the_session_and_traps_the_air(bench: Bench) -> None:
    """The hazard: nothing vents. The next connection does, before all else."""
    await running(bench)
    await bench.until(lambda: bench.look().body.highest_mmhg > 20)
    bench.lose()
    await asyncio.sleep(30)
    assert bench.look().body.highest_mmhg > 15
    assert not bench.device.valves.pump
    published = len(bench.states)
    await asyncio.sleep(30)
    assert len(bench.states) == published
    bench.lost = False
    bench.device.connected()
    again = bench.driver()
    await again.open()
    assert (bench.state.phase, bench.state.end) == (Phase.VENTING, End.LEASE_EXPIRED)
    await bench.idle()
    assert bench.look().body.empty


# ---- a connection ends


async def test_before_a_disconnect_it_vents(bench: Bench) -> None:
    """Explicitly, also when all is empty; nothing begins any more then."""
    driver = await opened(bench)
    await bench.until(lambda: bench.last_command == "!")
    await driver.farewell()
    assert bench.device.commands[-1] == VENT_ALL
    with pytest.raises(WrongPhaseError):
        await driver.arm(GENTLE)


async def test_a_farewell_in_a_session_waits_for_the_air(bench: Bench) -> None:
    """As long as it is let."""
    driver = await running(bench)
    await bench.until(lambda: bench.look().body.highest_mmhg > 25)
    await driver.farewell()
    assert bench.look().body.empty
    assert bench.state.phase is Phase.IDLE


async def test_a_start_is_not_made_while_leaving(bench: Bench) -> None:
    """A promise does not outlive a farewell."""
    driver = await opened(bench)
    armed = await driver.arm(FOOT)
    await driver.farewell()
    with pytest.raises(NonceExpiredError):
        await driver.start(armed, 0)


async def test_what_it_has_not_is_refused(bench: Bench) -> None:
    """Buttons, keys, pairs; forgetting and authorising are done at once."""
    driver = await opened(bench)
    for job in (
        driver.offer(60),
        driver.identify(),
        driver.set_child_lock(True),
        driver.set_pair_id(bytes(4)),
        driver.pair(10),
    ):
        with pytest.raises(NotSupportedError):
            await job
    await driver.forget_me()
    await driver.authorise()
    bench.lose()
    with pytest.raises(LinkLostError):
        await driver.stop()


def test_a_promise_is_of_its_driver() -> None:
    """Nothing of it is shown."""
    armed = Armed(session_id=1, nonce=7, expires_at=0.0, delay_limit_ms=0)
    assert "7" not in repr(armed)


async def test_a_driver_ends_with_its_connection(bench: Bench) -> None:
    """Nothing goes on by itself; closing what was never opened is no harm."""
    driver = await opened(bench)
    driver.close()
    heard = driver.reported_at
    await asyncio.sleep(60)
    assert driver.reported_at == heard
    bench.driver().close()


async def test_a_stop_between_two_commands_has_the_last_word(bench: Bench) -> None:
    """To listen takes two: the second is not sent after a stop."""
    manifold = Manifold(bench)
    await manifold.open()
    listening = asyncio.create_task(
        manifold.carry_out(Order(Do.LISTEN, frozenset({2})))
    )
    await asyncio.sleep(0.01)
    await manifold.release()
    await listening
    assert [chr(data[0]) for data in bench.device.commands] == ["^", "!", "^"]

"""The driver with the real firmware, and with units that misbehave."""

import asyncio
from dataclasses import replace
import struct

import pytest

from custom_components.kumo_boots.boots.driver import Armed, ControllerKey
from custom_components.kumo_boots.boots.drivers.open_boots import (
    OpenBoots,
    authorisation as keys,
    profile,
)
from custom_components.kumo_boots.boots.errors import (
    AuthorisationError,
    BatteryLowError,
    BusyError,
    FaultedError,
    LimitError,
    LinkLostError,
    LinkTimeoutError,
    NonceExpiredError,
    NotSupportedError,
    ProtocolError,
    UnsupportedVersionError,
    WrongPhaseError,
)
from custom_components.kumo_boots.boots.model import (
    CYCLING,
    BootsState,
    Origin,
    Phase,
    Programme,
    Settings,
    Side,
    Times,
)
from custom_components.kumo_boots.boots.unit import Unit

from ..scripted import ScriptedGatt
from ..wired import Wire, WiredBoots
from .test_frames import CAPABILITIES, state_frame

LEFT = Settings(
    programme=Programme.RELAX,
    target_mmhg=40,
    duration_s=600,
    legs=frozenset({Side.LEFT}),
)


@pytest.fixture
async def boots(wire: Wire) -> WiredBoots:
    """One unit for the left leg."""
    return wire.add("left")


@pytest.fixture
async def unit(wire: Wire, boots: WiredBoots) -> Unit:
    """Its controller, connected and held."""
    unit = wire.unit(boots)
    unit.hold("test")
    await unit.ready(5)
    return unit


async def started(unit: Unit, settings: Settings = LEFT) -> Armed:
    """Start a session."""
    armed = await unit.arm(settings)
    await unit.start(armed)
    await unit.commit(armed)
    return armed


async def test_what_the_unit_is(unit: Unit, boots: WiredBoots) -> None:
    """Read at the first connection."""
    assert unit.identity is not None
    assert unit.identity.manufacturer == "Open Boots"
    assert unit.identity.serial == "left"
    assert unit.capabilities is not None
    assert unit.capabilities.pair_id == b"PAIR"
    assert unit.state.battery_percent == 100
    # What this unit does not know is unknown.
    assert unit.state.charging is None
    assert unit.state.worn is None
    assert unit.state.child_lock is False
    await asyncio.sleep(6)
    assert len(unit.state.pressures_mmhg[Side.LEFT]) == 5
    boots.notify(profile.BATTERY, b"\x66")
    assert unit.state.battery_percent == 100
    boots.notify(profile.BATTERY, b"\x10")
    assert unit.state.battery_percent == 16


async def test_pause_resume_and_change(unit: Unit, boots: WiredBoots) -> None:
    """Everything a running session takes."""
    await started(unit)
    await asyncio.sleep(2)
    assert unit.state.origin is Origin.THIS_CONTROLLER
    await unit.pause()
    assert unit.state.phase is Phase.PAUSED
    await unit.resume()
    assert unit.state.phase in CYCLING
    await unit.change(
        target_mmhg=50, remaining_s=900, skipped=frozenset({5}), boosted=2
    )
    await asyncio.sleep(1.1)
    state = unit.state
    assert (state.target_mmhg, state.skipped, state.boosted) == (50, {5}, 2)
    assert state.remaining_s is not None
    assert 890 < state.remaining_s <= 900
    await unit.change(boosted=0, skipped=frozenset())
    await asyncio.sleep(0.1)
    assert unit.state.boosted is None
    assert unit.state.skipped == frozenset()
    boots.written.clear()
    # What lowers comes first: each step must be allowed by itself.
    await unit.change(target_mmhg=30, boosted=1)
    assert [data[4] for data, _ in boots.written] == [1, 4]


@pytest.mark.parametrize(
    "change",
    [
        {"target_mmhg": 125},
        {"target_mmhg": 41},
        {"remaining_s": 0},
        {"remaining_s": 3601},
        {"boosted": 6},
        {"skipped": frozenset({1, 2, 3, 4, 5})},
        {"skipped": frozenset({2}), "boosted": 2},
        {"target_mmhg": 120, "boosted": 1},
    ],
)
async def test_change_outside_a_limit_sends_nothing(
    unit: Unit, boots: WiredBoots, change: dict[str, int]
) -> None:
    """Not even the part that is allowed."""
    await started(unit)
    boots.written.clear()
    with pytest.raises(LimitError):
        await unit.change(**{"remaining_s": 300, **change})
    assert boots.written == []


async def test_unit_refuses_a_duration_it_has_used_up(
    unit: Unit, boots: WiredBoots
) -> None:
    """The extension together with the time that has run (R21): only the unit knows."""
    boots.speed = 10
    await started(unit)
    for _ in range(4):
        await asyncio.sleep(2)
        await unit.heartbeat()
    with pytest.raises(LimitError) as caught:
        await unit.change(remaining_s=3600)
    assert caught.value.values["field"] == "remaining"
    assert caught.value.values["value"] == 3600


async def test_own_rhythm_is_a_custom_programme(unit: Unit, boots: WiredBoots) -> None:
    """Uploaded before arming; the state says what it was derived from."""
    await started(
        unit,
        replace(
            LEFT,
            programme=Programme.WAVE,
            times=Times(hold_s=1, release_s=2, rest_s=3),
        ),
    )
    assert unit.state.programme is Programme.WAVE
    assert boots.unit.custom is not None
    assert boots.unit.session is not None
    assert boots.unit.session.programme is boots.unit.custom
    custom = boots.unit.custom
    assert (custom.hold_ms, custom.release_ms, custom.rest_ms) == (1000, 2000, 3000)


async def test_late_start_is_refused_here_and_there(
    unit: Unit, boots: WiredBoots
) -> None:
    """A nonce lives 3 s (R16); nothing is even sent afterwards."""
    armed = await unit.arm(LEFT)
    assert "nonce" not in repr(armed)
    await asyncio.sleep(3.01)
    with pytest.raises(NonceExpiredError):
        await unit.start(armed)
    assert boots.count(profile.Opcode.START) == 0
    # The unit's own clock decides when ours is wrong.
    again = replace(await unit.arm(LEFT), expires_at=1e9)
    await asyncio.sleep(3.1)
    with pytest.raises((NonceExpiredError, WrongPhaseError)):
        await unit.start(again)
    other = replace(await unit.arm(LEFT), nonce=again.nonce ^ 1)
    with pytest.raises(NonceExpiredError):
        await unit.start(other)
    with pytest.raises(LimitError):
        await unit.start(other, 1001)
    assert not boots.told("inflation_start")


async def test_arm_refusals(wire: Wire, unit: Unit, boots: WiredBoots) -> None:
    """Battery, fault, and somebody else's session."""
    boots.body.percent = 8
    with pytest.raises(BatteryLowError):
        await unit.arm(LEFT)
    await asyncio.sleep(0.1)
    boots.body.percent = 90
    boots.press("start")
    await asyncio.sleep(0.1)
    assert unit.state.origin is Origin.BOOTS
    with pytest.raises(BusyError):
        await unit.arm(LEFT)
    boots.body.overpressure(0, 1, 150)
    await asyncio.sleep(3)
    assert unit.state.phase is Phase.FAULT
    with pytest.raises(FaultedError) as caught:
        await unit.arm(LEFT)
    assert "over_pressure" in str(caught.value.values["faults"])


async def test_small_commands(unit: Unit, boots: WiredBoots) -> None:
    """Identify, child lock, pair id, offer, forget me."""
    await unit.identify()
    assert boots.body.identified == 1
    await unit.set_child_lock(True)
    assert unit.state.child_lock is True
    await unit.set_child_lock(False)
    await unit.set_pair_id(b"NEW!")
    assert boots.unit.pair_id == b"NEW!"
    await unit.set_pair_id(bytes(4))
    with pytest.raises(ProtocolError):
        await unit.set_pair_id(b"NEW")
    await unit.offer(60)
    assert unit.state.phase is Phase.OFFERED
    boots.press("start")
    assert unit.state.accepted
    await unit.stop(5)
    await unit.forget_me()
    assert len(boots.unit.keys) == 0
    with pytest.raises(AuthorisationError):
        await unit.identify()


async def test_feature_that_is_not_there(wire: Wire) -> None:
    """Nothing is sent for it."""
    boots = wire.add("bare", features=0)
    unit = wire.unit(boots)
    with pytest.raises(NotSupportedError):
        await unit.identify()
    with pytest.raises(NotSupportedError):
        await unit.set_child_lock(True)
    assert unit.state.child_lock is None
    assert boots.written == []


async def test_late_repeated_and_broken_notifications(
    unit: Unit, boots: WiredBoots
) -> None:
    """What cannot be is ignored; what was overtaken or repeated is no news."""
    await asyncio.sleep(6)
    boots.mangle = lambda uuid, frame: []
    boots.deaf = False
    notify = boots.backend.deliver if boots.backend else None
    assert notify is not None
    notify(profile.STATE, state_frame(sequence=100, phase=3))
    assert unit.state.phase is Phase.INFLATING
    notify(profile.STATE, state_frame(sequence=99, phase=0))
    notify(profile.STATE, b"short")
    notify(profile.STATE, b"")
    notify(profile.PRESSURES, b"short")
    notify(profile.CONTROL, b"?")
    # A leg that this unit does not serve.
    notify(profile.PRESSURES, struct.pack("<BBBBh", 0, 1, 0, 1, 100))
    assert unit.state.phase is Phase.INFLATING
    assert set(unit.state.pressures_mmhg) == {Side.LEFT}
    heard = []
    unit.listen(lambda: heard.append(unit.state))
    notify(profile.STATE, state_frame(sequence=100, phase=3))
    assert heard == []
    # A count that broke altogether does not silence the unit.
    notify(profile.STATE, state_frame(sequence=5, phase=0))
    assert unit.state.phase is Phase.IDLE
    # Chambers that were not told are unknown.
    notify(profile.PRESSURES, struct.pack("<BBBBh", 0, 0, 0, 1, 100))
    assert unit.state.pressures_mmhg[Side.LEFT] == (10.0, None, None, None, None)


def scripted(version: int = 1) -> ScriptedGatt:
    """Return a unit that a test plays."""
    return ScriptedGatt(
        {
            profile.CAPABILITIES: bytes((version,)) + CAPABILITIES[1:],
            profile.STATE: state_frame(phase=0),
            profile.BATTERY: b"\x64",
            profile.MANUFACTURER: b"",
            profile.MODEL: b"",
            profile.SERIAL: b"OB-1",
            profile.FIRMWARE: b"",
        }
    )


async def test_unknown_version_and_missing_capabilities() -> None:
    """A controller may still stop (R7)."""
    gatt = scripted(version=2)
    driver = OpenBoots(gatt, lambda _: None, None)
    with pytest.raises(UnsupportedVersionError):
        await driver.open()
    await driver.stop_now()
    assert gatt.control == [b"\x00\x01"]
    with pytest.raises(ProtocolError):
        await driver.arm(LEFT)


async def test_unauthorised_driver_reads_and_stops_only() -> None:
    """Without a key."""
    states: list[BootsState] = []
    gatt = scripted()
    driver = OpenBoots(gatt, states.append, None)
    await driver.open()
    await driver.authorise()
    assert states[-1].phase is Phase.IDLE
    with pytest.raises(AuthorisationError):
        await driver.identify()
    gatt.answer = lambda data: [bytes((0x80, data[1], 0))]
    await driver.stop()


async def test_result_that_never_comes() -> None:
    """A timeout on everything; a late result of another request is ignored."""
    gatt = scripted()
    driver = OpenBoots(gatt, lambda _: None, None)
    await driver.open()
    gatt.answer = lambda data: [bytes((0x80, data[1] ^ 0x40, 0))]
    with pytest.raises(LinkTimeoutError):
        await driver.stop()
    gatt.broken = True
    with pytest.raises(LinkLostError):
        await driver.stop()
    # The answer may come twice.
    gatt.broken = False
    gatt.answer = lambda data: [bytes((0x80, data[1], 0))] * 2
    await driver.stop()


async def test_counter_at_its_end_proves_anew(wire: Wire, boots: WiredBoots) -> None:
    """65,535 requests in one connection, which a held link can see."""
    unit = wire.unit(boots)
    await unit.identify()
    driver = unit._driver
    assert isinstance(driver, OpenBoots)
    driver._control._counter = 0xFFFF
    await unit.identify()
    await unit.identify()
    assert driver._control._counter == 2
    assert len(boots.told("authorised")) == 2


async def test_write_that_fails_leaves_nothing_behind() -> None:
    """A request whose write failed is not waited for."""
    gatt = scripted()
    key = ControllerKey(0, bytes(32))
    driver = OpenBoots(gatt, lambda _: None, key)
    await driver.open()
    driver._control.authorised(keys.link_key(key.secret, bytes(16), bytes(16)))
    gatt.broken = True
    with pytest.raises(LinkLostError):
        await driver.identify()
    assert driver._control._results == {}

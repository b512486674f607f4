"""A unit: link, driver and firmware together."""

import asyncio

import pytest

from custom_components.kumo_boots.boots import driver as driver_module
from custom_components.kumo_boots.boots.driver import Armed
from custom_components.kumo_boots.boots.drivers.open_boots import OpenBoots
from custom_components.kumo_boots.boots.drivers.open_boots.profile import Opcode
from custom_components.kumo_boots.boots.errors import LinkLostError
from custom_components.kumo_boots.boots.link import LinkState
from custom_components.kumo_boots.boots.model import (
    BOTH,
    CYCLING,
    BootsState,
    Origin,
    Phase,
    Programme,
    Settings,
    Side,
)

from .wired import Wire

SETTINGS = Settings(
    programme=Programme.RELAX,
    target_mmhg=40,
    duration_s=600,
    legs=frozenset({Side.LEFT}),
)


async def test_session_from_arm_to_empty(wire: Wire) -> None:
    """The main job."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    release = unit.hold("test")
    await unit.ready(5)
    assert unit.state.phase is Phase.IDLE
    armed = await unit.arm(SETTINGS)
    await unit.start(armed, 100)
    await unit.commit(armed)
    for _ in range(8):
        await asyncio.sleep(2)
        await unit.heartbeat()
    assert unit.state.phase in CYCLING
    assert boots.body.peaks[0][0] > 35
    await unit.stop(30)
    assert unit.state.phase is Phase.IDLE
    assert boots.body.highest_mmhg < 6
    release()


async def test_unit_before_and_after_the_first_connection(wire: Wire) -> None:
    """What is remembered, and what was read."""
    boots = wire.add("both", legs=3)
    unit = wire.unit(boots, legs=BOTH)
    assert unit.address == boots.address
    assert unit.name == "both"
    assert unit.key is not None
    assert unit.state == BootsState()
    assert unit.capabilities is None
    assert unit.identity is None
    assert unit.sides == BOTH
    assert unit.rssi is None
    assert not unit.connected
    assert not unit.fresh(3)
    assert unit.link_status.state is LinkState.RELEASED
    changes: list[Phase] = []
    remove = unit.listen(lambda: changes.append(unit.state.phase))
    await unit.ready(5)
    assert unit.connected
    assert unit.fresh(3)
    assert Phase.IDLE in changes
    remove()
    remove()
    count = len(changes)
    await asyncio.sleep(9)
    assert len(changes) == count
    assert not unit.fresh(3)
    assert unit.sides == BOTH


async def test_idle_release_can_be_changed_in_place(wire: Wire) -> None:
    """The option applies without a reload."""
    unit = wire.unit(wire.add("left"), idle_release_s=10)
    assert unit.idle_release_s == 10
    await unit.ready(5)
    unit.idle_release_s = 30
    await asyncio.sleep(20)
    assert unit.connected
    await asyncio.sleep(15)
    assert not unit.connected
    # The last state stays: boots switched off are a normal state.
    assert unit.state.phase is Phase.IDLE
    assert not unit.fresh(1000)


async def test_nothing_waits_for_a_unit_that_is_away(wire: Wire) -> None:
    """What changes the inflation needs a link that is up."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    armed = Armed(session_id=1, nonce=1, expires_at=1e9, delay_limit_ms=1000)
    for command in (
        unit.arm(SETTINGS),
        unit.start(armed),
        unit.commit(armed),
        unit.pause(),
        unit.resume(),
        unit.heartbeat(),
        unit.change(target_mmhg=30),
    ):
        with pytest.raises(LinkLostError):
            await command
    assert wire.connects == []


async def test_nothing_is_started_by_a_reconnect(wire: Wire) -> None:
    """Commands in flight fail when the link does, and stay failed."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    unit.hold("test")
    await unit.ready(5)
    armed = await unit.arm(SETTINGS)
    boots.open_gate.clear()
    starting = asyncio.create_task(unit.start(armed))
    await asyncio.sleep(0.1)
    boots.drop_link()
    with pytest.raises(LinkLostError):
        await starting
    boots.open_gate.set()
    await asyncio.sleep(60)
    assert unit.connected
    assert unit.state.phase is Phase.IDLE
    assert boots.count(Opcode.START) == 0
    assert not boots.told("inflation_start")


async def test_session_is_found_again_after_a_short_loss(wire: Wire) -> None:
    """The state is read and reported; heartbeats may go on."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    unit.hold("test")
    await unit.ready(5)
    armed = await unit.arm(SETTINGS)
    await unit.start(armed)
    await unit.commit(armed)
    await asyncio.sleep(2)
    boots.drop_link()
    await asyncio.sleep(3)
    assert unit.connected
    assert unit.state.origin is Origin.THIS_CONTROLLER
    assert unit.state.session_id == armed.session_id
    await unit.heartbeat()


async def test_caller_that_is_cancelled_cancels_its_command(wire: Wire) -> None:
    """It is not carried out behind the caller's back."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    await unit.ready(5)
    boots.open_gate.clear()
    command = asyncio.create_task(unit.identify())
    await asyncio.sleep(0.1)
    command.cancel()
    await asyncio.wait((command,))
    assert command.cancelled()
    boots.open_gate.set()
    await asyncio.sleep(1)
    assert boots.body.identified == 0


async def test_caller_cancelled_while_a_stop_comes_stays_cancelled(wire: Wire) -> None:
    """A stop must not swallow the end of a heartbeat's task."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    await unit.ready(5)
    caller = asyncio.create_task(unit.identify())
    await asyncio.sleep(0)
    stop = asyncio.create_task(unit.stop(30))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert caller.cancelled()
    await stop


async def test_command_that_waits_for_a_link_survives_the_loss_of_another(
    wire: Wire,
) -> None:
    """Only what was sent over a connection ends with it."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    await unit.ready(5)
    boots.drop_link()
    await unit.identify()
    assert boots.body.identified == 1


async def test_identity_is_read_again_after_an_hour(wire: Wire) -> None:
    """A firmware update takes a unit away; a lost link does not."""
    boots = wire.add("left")
    unit = wire.unit(boots, idle_release_s=5)
    await unit.ready(5)
    assert unit.identity is not None
    assert unit.identity.firmware == "1.0.0"
    boots.unit.config.version = "1.1.0"
    await asyncio.sleep(60)
    await unit.ready(5)
    assert unit.identity.firmware == "1.0.0"
    await asyncio.sleep(3700)
    await unit.ready(5)
    assert unit.identity.firmware == "1.1.0"


async def test_closed_unit(wire: Wire) -> None:
    """Whoever waits is told."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    await unit.ready(5)
    boots.open_gate.clear()
    command = asyncio.create_task(unit.identify())
    await asyncio.sleep(0.1)
    await unit.close()
    with pytest.raises(LinkLostError):
        await command


async def test_advertisement_brings_a_unit_back(wire: Wire) -> None:
    """Switched on again, it is there at once."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    boots.in_range = False
    unit.hold("test")
    await asyncio.sleep(200)
    boots.in_range = True
    unit.seen()
    await asyncio.sleep(1)
    assert unit.connected


async def test_another_driver_touches_no_other_layer(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One class with a decorator: found by its service, used by the same unit."""
    monkeypatch.setattr(driver_module, "DRIVERS", dict(driver_module.DRIVERS))
    service = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b"

    @driver_module.register
    class Other(OpenBoots):
        key = "other"
        service_uuid = service

    heard = driver_module.Heard(service_uuids=frozenset({service}))
    assert driver_module.driver_for(heard) is Other
    boots = wire.add("left")
    unit = wire.unit(boots, driver=Other)
    await unit.identify()
    assert boots.body.identified == 1

"""Stop always wins (pain 16: late stop, stale queued writes)."""

import asyncio

import pytest

from custom_components.kumo_boots.boots.drivers.open_boots import OpenBoots, profile
from custom_components.kumo_boots.boots.drivers.open_boots.profile import Opcode
from custom_components.kumo_boots.boots.errors import (
    AuthorisationError,
    BootsError,
    LinkLostError,
    LinkReleasedError,
    ProtocolError,
    StopNotConfirmedError,
    StoppedError,
)
from custom_components.kumo_boots.boots.model import (
    CYCLING,
    BootsState,
    Fault,
    Phase,
    Programme,
    Settings,
    Side,
    is_empty,
)
from custom_components.kumo_boots.boots.unit import Unit

from .wired import Wire, WiredBoots

LEFT = Settings(
    programme=Programme.SQUEEZE,
    target_mmhg=60,
    duration_s=600,
    legs=frozenset({Side.LEFT}),
)


@pytest.fixture
async def boots(wire: Wire) -> WiredBoots:
    """One unit for the left leg."""
    return wire.add("left")


@pytest.fixture
async def unit(wire: Wire, boots: WiredBoots) -> Unit:
    """Its controller, in a session that inflates."""
    unit = wire.unit(boots)
    unit.hold("test")
    await unit.ready(5)
    armed = await unit.arm(LEFT)
    await unit.start(armed)
    await unit.commit(armed)
    await asyncio.sleep(4)
    boots.written.clear()
    assert not boots.body.empty
    return unit


def now() -> float:
    """Return the time."""
    return asyncio.get_running_loop().time()


async def test_stop_is_written_without_response_first(
    unit: Unit, boots: WiredBoots
) -> None:
    """And acknowledged by what the unit reports, not by the write."""
    boots.latency_s = 0.1
    began = now()
    stopping = asyncio.create_task(unit.stop())
    await asyncio.sleep(0.05)
    assert unit.stopping
    assert unit.state.phase in CYCLING
    await stopping
    assert [(data[0], response) for data, response in boots.written] == [
        (Opcode.STOP, False),
        (Opcode.STOP, True),
    ]
    assert unit.state.phase is Phase.IDLE
    assert 2 < now() - began < 15
    assert not unit.stopping


async def test_pain_16_stop_overtakes_ten_waiting_commands(
    unit: Unit, boots: WiredBoots
) -> None:
    """A proxy sits on a write; the stop is at the unit one way later."""
    boots.latency_s = 0.2
    boots.stubborn = True
    boots.open_gate.clear()
    commands = [asyncio.create_task(unit.heartbeat()) for _ in range(10)]
    await asyncio.sleep(1)
    began = now()
    stopping = asyncio.create_task(unit.stop())
    while not boots.count(Opcode.STOP):
        await asyncio.sleep(0.01)
    assert now() - began <= 0.22
    results = await asyncio.gather(*commands, return_exceptions=True)
    assert all(isinstance(result, StoppedError) for result in results)
    # Nothing of the queue is sent again, now or when the proxy goes on.
    boots.open_gate.set()
    await stopping
    assert unit.state.phase is Phase.IDLE
    assert boots.count(Opcode.HEARTBEAT) <= 1
    assert boots.body.highest_mmhg < 6


async def test_pain_16_a_stale_start_is_refused(wire: Wire, boots: WiredBoots) -> None:
    """The start is stuck in a proxy, a person stops, the proxy goes on."""
    unit = wire.unit(boots)
    unit.hold("test")
    await unit.ready(5)
    armed = await unit.arm(LEFT)
    boots.stubborn = True
    boots.open_gate.clear()
    starting = asyncio.create_task(unit.start(armed))
    await asyncio.sleep(0.5)
    stopping = asyncio.create_task(unit.stop())
    with pytest.raises(StoppedError):
        await starting
    await asyncio.sleep(0.5)
    boots.open_gate.set()
    await stopping
    assert boots.count(Opcode.START) == 1
    await asyncio.sleep(5)
    assert unit.state.phase is Phase.IDLE
    assert not boots.told("inflation_start")


async def test_stop_that_wins_over_a_start_that_arrives_after_it(
    unit: Unit, boots: WiredBoots
) -> None:
    """Whoever starts the boots while a stop is under way is stopped too."""
    stopping = asyncio.create_task(unit.stop())
    while unit.state.phase is not Phase.VENTING:
        await asyncio.sleep(0.01)
    while boots.unit.phase != 0:
        await asyncio.sleep(0.01)
        if boots.body.highest_mmhg < 5.5:
            # Another stop by a person sends it again at once.
            sent = boots.count(Opcode.STOP)
            again = asyncio.create_task(unit.stop())
            await asyncio.sleep(0.01)
            break
    await stopping
    await again
    assert boots.count(Opcode.STOP) > sent
    assert unit.state.phase is Phase.IDLE


async def test_start_on_the_boots_during_a_stop(unit: Unit, boots: WiredBoots) -> None:
    """The unit shows that it runs although a stop had arrived: stop it again."""
    stopping = asyncio.create_task(unit.stop())
    await asyncio.sleep(0.5)
    assert unit.state.phase is Phase.VENTING
    sent = boots.count(Opcode.STOP)
    # As if a press on start had come between two reports.
    boots.body.repair()
    while boots.unit.phase != 0:
        boots.unit.chambers.let_out()
        boots.mangle = lambda uuid, frame: []
        await asyncio.sleep(0.02)
    boots.mangle = None
    boots.press("start")
    await stopping
    assert boots.count(Opcode.STOP) > sent
    assert unit.state.phase is Phase.IDLE
    assert boots.body.highest_mmhg < 6


async def test_no_command_while_a_stop_is_under_way(
    unit: Unit, boots: WiredBoots
) -> None:
    """Until the boots are empty."""
    stopping = asyncio.create_task(unit.stop())
    await asyncio.sleep(0.1)
    with pytest.raises(StoppedError):
        await unit.arm(LEFT)
    await stopping
    await unit.arm(LEFT)


async def test_stop_with_a_lost_link_goes_on_over_the_next(
    unit: Unit, boots: WiredBoots, wire: Wire
) -> None:
    """Repeated until the unit reports empty, however often the link breaks."""
    boots.drop_link()
    stopping = asyncio.create_task(unit.stop())
    for _ in range(3):
        while boots.backend is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.06)
        boots.drop_link()
    await stopping
    assert unit.state.phase is Phase.IDLE
    assert boots.count(Opcode.STOP) >= 3
    assert boots.count(Opcode.START) == 0


async def test_stop_is_the_first_thing_over_a_new_link(
    wire: Wire, boots: WiredBoots
) -> None:
    """Before anything is read, subscribed or proven."""
    unit = wire.unit(boots)
    boots.latency_s = 0.2
    boots.press("start")
    await asyncio.sleep(5)
    began = now()
    stopping = asyncio.create_task(unit.stop())
    while not boots.count(Opcode.STOP):
        await asyncio.sleep(0.01)
    assert now() - began < wire.connect_s + 0.25
    await stopping
    assert unit.state.phase is Phase.IDLE


async def test_stop_not_confirmed_goes_on(unit: Unit, boots: WiredBoots) -> None:
    """Out of reach: a person is told, the stop is repeated, the boots vent alone."""
    boots.in_range = False
    boots.drop_link()
    with pytest.raises(StopNotConfirmedError):
        await unit.stop(10)
    assert unit.stopping
    await asyncio.sleep(600)
    assert unit.stopping
    boots.in_range = True
    await asyncio.sleep(5)
    assert not unit.stopping
    assert unit.state.phase is Phase.IDLE


async def test_stop_outlives_its_caller(unit: Unit, boots: WiredBoots) -> None:
    """A cancelled automation does not cancel a stop."""
    caller = asyncio.create_task(unit.stop())
    await asyncio.sleep(0.01)
    caller.cancel()
    await asyncio.sleep(20)
    assert not unit.stopping
    assert unit.state.phase is Phase.IDLE


async def test_stop_takes_the_link_from_the_user_and_gives_it_back(
    wire: Wire, boots: WiredBoots
) -> None:
    """*Bluetooth link free* holds back everything but a stop."""
    unit = wire.unit(boots)
    unit.release_to_user(True)
    assert unit.released_to_user
    with pytest.raises(LinkReleasedError):
        await unit.identify()
    boots.press("start")
    await asyncio.sleep(3)
    await unit.stop(20)
    await asyncio.sleep(1)
    assert boots.backend is None
    assert unit.released_to_user
    assert boots.body.highest_mmhg < 6


@pytest.mark.parametrize("forgotten", [False, True])
async def test_stop_needs_no_key(
    wire: Wire, boots: WiredBoots, forgotten: bool
) -> None:
    """Never had one, or the boots were reset."""
    unit = wire.unit(boots) if forgotten else wire.unit(boots, key=None)
    if forgotten:
        boots.press("reset")
    boots.press("start")
    await asyncio.sleep(3)
    assert not boots.body.empty
    await unit.stop(20)
    assert unit.state.phase is Phase.IDLE
    if forgotten:
        assert unit.refused is not None
        with pytest.raises(AuthorisationError):
            await unit.identify()


async def test_stop_when_only_the_write_without_response_passes(
    unit: Unit, boots: WiredBoots
) -> None:
    """The unit's reports are enough."""
    boots.open_gate.clear()
    await unit.stop(20)
    assert unit.state.phase is Phase.IDLE
    assert all(not response for _, response in boots.written)


async def test_stop_is_repeated_while_nothing_arrives(
    unit: Unit, boots: WiredBoots
) -> None:
    """About every second, until the link is given up."""
    arrived = boots.write
    lost: list[bytes] = []
    boots.write = lambda uuid, data, response: lost.append(data)  # type: ignore[method-assign,assignment,misc]
    stopping = asyncio.create_task(unit.stop())
    await asyncio.sleep(3.5)
    assert len([data for data in lost if data[0] == Opcode.STOP]) == 5
    boots.write = arrived  # type: ignore[method-assign]
    await stopping
    assert unit.state.phase is Phase.IDLE


async def test_stop_of_an_idle_unit_is_quick(wire: Wire, boots: WiredBoots) -> None:
    """It is asked all the same: what we know may be old."""
    unit = wire.unit(boots)
    began = now()
    await unit.stop()
    assert now() - began < 1
    assert boots.count(Opcode.STOP) >= 2


async def test_stop_in_a_fault(unit: Unit, boots: WiredBoots) -> None:
    """The phase stays *fault*; the measured pressure tells."""
    boots.body.overpressure(0, 2, 160)
    await asyncio.sleep(3)
    assert unit.state.phase is Phase.FAULT
    await unit.stop(30)
    assert unit.state.phase is Phase.FAULT
    assert boots.body.highest_mmhg < 6


async def test_fault_matrix_empty_in_a_fault_is_known_within_seconds(
    unit: Unit, boots: WiredBoots
) -> None:
    """Its phase stays, so that it reports itself empty up to 10 s late: it is asked.

    Found by the fault matrix (over-pressure, battery empty): *letting air out* was
    shown for nine seconds too long, and a stop was confirmed as late.
    """
    boots.speed = 10
    boots.body.overpressure(0, 2, 160)
    while unit.state.phase is not Phase.FAULT:
        await asyncio.sleep(0.05)
    stopping = asyncio.create_task(unit.stop(30))
    while not boots.body.empty:
        await asyncio.sleep(0.05)
    emptied = now()
    await stopping
    assert unit.state.phase is Phase.FAULT
    assert now() - emptied < 3


async def test_fault_matrix_a_stop_is_confirmed_though_nothing_is_reported(
    unit: Unit, boots: WiredBoots
) -> None:
    """Every notification is lost while the link is up; what is read tells."""
    boots.mangle = lambda uuid, frame: [] if uuid == profile.STATE else [frame]
    await unit.stop(12)
    assert unit.state.phase is Phase.IDLE
    assert boots.body.empty


async def test_fault_matrix_a_state_that_cannot_be_read_ends_no_stop(
    unit: Unit, boots: WiredBoots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unit is not asked in vain for ever: what it reports counts as before."""

    async def refuse(self: OpenBoots) -> BootsState:
        raise ProtocolError

    monkeypatch.setattr(OpenBoots, "refresh", refuse)
    await unit.stop(15)
    assert unit.state.phase is Phase.IDLE


def test_what_counts_as_empty() -> None:
    """Measured, never hoped."""
    assert is_empty(BootsState(phase=Phase.IDLE))
    for phase in set(Phase) - {Phase.IDLE, Phase.FAULT}:
        assert not is_empty(BootsState(phase=phase, peak_mmhg=0))
    assert is_empty(BootsState(phase=Phase.FAULT, peak_mmhg=5))
    assert not is_empty(BootsState(phase=Phase.FAULT, peak_mmhg=6))
    assert not is_empty(BootsState(phase=Phase.FAULT))
    broken = frozenset({Fault.SENSOR})
    assert not is_empty(BootsState(phase=Phase.FAULT, peak_mmhg=0, faults=broken))


async def test_closing_ends_a_stop(unit: Unit, boots: WiredBoots) -> None:
    """Nothing goes on behind a unit that is closed."""
    boots.in_range = False
    boots.drop_link()
    stopping = asyncio.create_task(unit.stop())
    await asyncio.sleep(1)
    await unit.close()
    with pytest.raises(StopNotConfirmedError):
        await stopping
    with pytest.raises(LinkLostError):
        await unit.stop()


async def test_link_that_goes_between_ready_and_stop(
    unit: Unit, boots: WiredBoots
) -> None:
    """The loss is noticed when the stop is written."""
    boots.drop_link()
    stopping = asyncio.create_task(unit.stop(20))
    await asyncio.sleep(0)
    with pytest.raises(BootsError):
        await unit.heartbeat()
    await stopping
    assert unit.state.phase is Phase.IDLE


async def test_stop_over_a_link_that_is_dead_without_a_word(
    unit: Unit, boots: WiredBoots
) -> None:
    """The write ends in a timeout, and the stop goes over the next link."""
    boots.deaf = True
    stopping = asyncio.create_task(unit.stop())
    await asyncio.sleep(5)
    boots.deaf = False
    await stopping
    assert unit.state.phase is Phase.IDLE
    assert boots.count(Opcode.STOP) >= 1

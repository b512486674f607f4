"""A Home Assistant that is held up for seconds, and stops that come at bad moments."""

import asyncio
from collections.abc import AsyncGenerator
from typing import cast

import pytest

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.boots.errors import BootsError
from custom_components.kumo_boots.boots.session_state import SessionPhase
from firmware import obp

from . import wired
from .held_up import hold_up
from .rig import EVENING, ME, ROUTINE, Rig
from .virtual_time import VirtualLoop
from .wired import Wire

ARM, START, COMMIT = 2, 3, 4


@pytest.fixture
async def rig(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """Two units that nobody has connected to yet."""
    monkeypatch.setattr(wired, "TICK_S", 0.05)
    rig = Rig(wire, stop_limit_s=10)
    await asyncio.sleep(0.2)
    yield rig
    await rig.close()


def held_up(rig: Rig, seconds: float) -> None:
    """Let the loop do nothing for a while."""
    hold_up(cast(VirtualLoop, asyncio.get_running_loop()), rig.boots, seconds)


async def test_held_up_for_3_s_it_goes_on(rig: Rig) -> None:
    """Nothing is lost, and nothing is told."""
    session = await rig.running(run_s=8)
    held_up(rig, 3)
    await asyncio.sleep(15)
    assert session.state.phase is SessionPhase.RUNNING
    assert all(boots.unit.phase in obp.RUNNING for boots in rig.boots)
    assert rig.inflations == [1, 1]
    assert rig.kinds == ["requested", "confirmed", "started"]


async def test_held_up_for_15_s_the_boots_vent_and_it_says_why(rig: Rig) -> None:
    """The lease is over; the rest is offered, and nothing starts again."""
    session = await rig.running(run_s=8)
    held_up(rig, 15)
    # They did so by themselves, while nobody could tell them anything.
    assert all(boots.unit.end == obp.END_LEASE for boots in rig.boots)
    await rig.until(SessionPhase.IDLE, 20)
    await asyncio.sleep(20)
    assert rig.kinds[3:] == ["lost"]
    assert rig.event("lost").cause.why == "lease"
    assert session.state.last_end is not None
    assert session.state.last_end.cause.why == "lease"
    assert session.state.continue_offer is not None
    assert 500 < session.state.continue_offer.duration_s < 600
    assert rig.inflations == [1, 1]
    assert rig.empty


async def test_held_up_while_it_starts_nothing_inflates_late(rig: Rig) -> None:
    """The nonces die meanwhile, or the session is not committed in time."""
    session = rig.open_session()
    await rig.connect()
    await session.request(EVENING, ROUTINE)
    for boots in rig.boots:
        boots.latency_s = 0.05
    starting = asyncio.create_task(session.confirm(ME))
    while not any(boots.count(ARM) for boots in rig.boots):
        await asyncio.sleep(0.01)
    held_up(rig, 15)
    with pytest.raises(BootsError):
        await starting
    await asyncio.sleep(15)
    assert rig.empty
    assert not any(boots.unit.phase in obp.RUNNING for boots in rig.boots)
    # Its person may look again, and say yes again.
    assert session.state.phase is SessionPhase.AWAITING


@pytest.mark.parametrize("opcode", [0, ARM, START, COMMIT])
async def test_a_stop_overtakes_each_step_of_a_start(rig: Rig, opcode: int) -> None:
    """While connecting (0), and after each request has arrived."""
    session = rig.open_session()
    if opcode:
        await rig.connect()
    await session.request(EVENING, ROUTINE)
    for boots in rig.boots:
        boots.latency_s = 0.05
    starting = asyncio.create_task(session.confirm(ME))
    while opcode and not any(boots.count(opcode) for boots in rig.boots):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.06 if not opcode else 0)
    outcome = await session.stop(ME)
    assert outcome.result == "stopped"
    assert rig.empty
    assert (await starting).result == "stopped"
    began = rig.inflations
    await asyncio.sleep(20)
    assert rig.inflations == began
    assert session.state.phase is SessionPhase.IDLE


async def test_stops_while_stopping_are_one(rig: Rig) -> None:
    """All of them are answered with the truth."""
    session = await rig.running(run_s=8)
    stops = [asyncio.create_task(session.stop(ME)) for _ in range(5)]
    await asyncio.sleep(1)
    stops.append(asyncio.create_task(session.stop(ROUTINE)))
    assert {stop.result for stop in await asyncio.gather(*stops)} == {"stopped"}
    assert rig.empty
    assert rig.kinds.count("stopped") == 1
    assert rig.event("stopped").cause == ME


async def test_a_stop_with_the_link_down_is_told_and_repeated(rig: Rig) -> None:
    """Within the limit somebody knows; when the boots are back they are emptied."""
    session = await rig.running(run_s=8)
    for boots in rig.boots:
        boots.in_range = False
        boots.drop_link()
        boots.unit.session.beat_at += 60_000  # The lease does not help here.
    began = asyncio.get_running_loop().time()
    assert (await session.stop(ME)).result == "not_confirmed"
    assert asyncio.get_running_loop().time() - began <= 10.5
    assert session.state.stop_unconfirmed
    assert rig.kinds.count("stop_unconfirmed") == 1
    for boots, unit in zip(rig.boots, rig.units, strict=True):
        boots.in_range = True
        unit.seen()
    await rig.until(SessionPhase.IDLE, 30)
    assert rig.empty
    assert not session.state.stop_unconfirmed


async def test_a_stop_while_it_is_closed(rig: Rig) -> None:
    """Home Assistant's end and a person's stop at once: both are the same air."""
    session = await rig.running(run_s=8)
    close = Cause(actor=Actor.HOME_ASSISTANT, why="shutdown")
    closing = asyncio.create_task(session.close(close))
    await asyncio.sleep(0.1)
    assert (await session.stop(ME)).result == "stopped"
    await closing
    assert rig.empty
    assert rig.kinds.count("stopped") == 1


async def test_a_stop_while_held_up_comes_first_afterwards(rig: Rig) -> None:
    """What was asked for before the loop stood still is not forgotten."""
    session = await rig.running(run_s=8)
    stopping = asyncio.create_task(session.stop(ME))
    held_up(rig, 3)
    assert (await stopping).result == "stopped"
    assert rig.empty
    assert rig.event("stopped").cause == ME

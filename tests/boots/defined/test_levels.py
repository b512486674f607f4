"""Boots that have levels, under a real session: Bumble, real time."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from custom_components.kumo_boots.boots.drivers.defined import load
from custom_components.kumo_boots.boots.errors import LimitError
from custom_components.kumo_boots.boots.model import Programme, Settings
from custom_components.kumo_boots.boots.pair import Pair
from custom_components.kumo_boots.boots.session import Actor, Cause, Limits, Session
from custom_components.kumo_boots.boots.session_state import SessionPhase
from simulator.far_harbour import FarHarbour
from simulator.quiet_mill import QuietMill

from .fixtures import definition, text_of
from .scene import WANTED, Scene, until

pytestmark = pytest.mark.real_time


async def test_levels_under_a_real_session(scene: Scene) -> None:
    """A session by levels: requested, confirmed, running, stopped."""
    boots = await scene.add(QuietMill)
    unit = scene.unit(boots, definition("quiet_mill"))
    session = Session(
        Pair((unit,)), limits=Limits(target_max_mmhg=2), now=lambda: datetime.now(UTC)
    )
    await unit.ready(10)
    assert unit.identity is not None
    assert (unit.identity.manufacturer, unit.identity.model) == (
        "Nobody",
        "Quiet Mill test boots",
    )
    person = Cause(actor=Actor.PERSON, why="confirmed")
    wanted = Settings(programme=Programme.SQUEEZE, target_mmhg=2, duration_s=600)
    with pytest.raises(LimitError) as caught:
        await session.request(replace(wanted, target_mmhg=3), person)
    assert caught.value.values["field"] == "level"
    assert caught.value.values["maximum"] == 2
    await session.request(wanted, person)
    assert not scene.kinds("inflation")
    await session.confirm(person)
    assert session.state.phase is SessionPhase.RUNNING
    await until(lambda: unit.state.target_mmhg == 2)
    await unit.change(target_mmhg=1, remaining_s=61)
    await until(lambda: unit.state.target_mmhg == 1)
    assert boots.level == 1
    outcome = await session.stop(person)
    assert outcome.result == "stopped"
    assert boots.body.empty
    assert scene.kinds("ended")[-1]["cause"] == "stopped"
    await session.close(person)


@pytest.mark.parametrize("named", [True, False])
async def test_levels_with_pressures_are_judged_by_what_the_maker_says(
    scene: Scene, named: bool
) -> None:
    """Forty is no level; forty at a level of forty is right, ninety is too much."""
    text = text_of("far_harbour")
    for before, after in (
        ("{target_mmhg:u8} {minutes", "{level:u8} {minutes"),
        ('  set_target: "14 {target_mmhg:u8}"\n', ""),
        ("target_mmhg: {at: 3}", "level: {at: 3}"),
        (
            "pressure: {min: 20, max: 80, step: 5}",
            "levels: [{mmhg: 20, code: 20}, {mmhg: 40, code: 40}]",
        ),
    ):
        assert before in text
        text = text.replace(before, after)
    known = load(text, "levels.yaml")
    if not named:
        can = replace(known.capabilities, nominal_mmhg=())
        known = replace(known, capabilities=can)
    boots = await scene.add(FarHarbour)
    unit = scene.unit(boots, known)
    session = Session(Pair((unit,)), limits=Limits(), now=lambda: datetime.now(UTC))
    await unit.ready(10)
    person = Cause(actor=Actor.PERSON, why="confirmed")
    await session.request(replace(WANTED, target_mmhg=2), person)
    await session.confirm(person)
    await until(lambda: (unit.state.pressures_mmhg["left"][0] or 0) > 32)
    assert session.state.phase is SessionPhase.RUNNING
    boots.body.break_sensor(0, 1, 95)
    await until(lambda: (unit.state.pressures_mmhg["left"][0] or 0) > 90)
    if named:
        await until(lambda: session.state.phase is not SessionPhase.RUNNING)
        assert session.state.cause is not None
        assert session.state.cause.why == "over_pressure"
    else:
        # Nobody says what is too much, and the screen that adds such boots says so.
        await asyncio.sleep(2)
        assert session.state.phase is SessionPhase.RUNNING
    boots.body.repair()
    await session.stop(person)
    await session.close(person)

"""What boots that tell little ran before a restart: Bumble, real time."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.kumo_boots.boots.drivers.defined import Definition, load
from custom_components.kumo_boots.boots.model import Programme, Settings
from custom_components.kumo_boots.boots.pair import Pair
from custom_components.kumo_boots.boots.session import (
    Actor,
    Cause,
    Limits,
    Session,
    SessionEvent,
)
from custom_components.kumo_boots.boots.session_state import Ran, SessionPhase
from custom_components.kumo_boots.boots.unit import Unit
from simulator.far_harbour import FarHarbour
from simulator.quiet_mill import QuietMill
from simulator.stranger import Stranger

from .fixtures import text_of
from .scene import WANTED, Scene, until

pytestmark = pytest.mark.real_time

ME = Cause(actor=Actor.PERSON, why="confirmed")
SQUEEZE = Settings(programme=Programme.SQUEEZE, target_mmhg=2, duration_s=600)


def without(key: str, *fields: str) -> Definition:
    """Return a definition of boots that do not tell these."""
    lines = text_of(key).splitlines()
    kept = [line for line in lines if not line.strip().startswith(fields)]
    assert len(lines) - len(kept) == len(fields)
    return load("\n".join(kept), f"{key}.yaml")


def session_of(unit: Unit) -> tuple[Session, list[SessionEvent]]:
    """Return a session on one unit, and what it tells."""
    events: list[SessionEvent] = []
    session = Session(Pair((unit,)), limits=Limits(), now=lambda: datetime.now(UTC))
    session.listen_events(events.append)
    return session, events


async def killed(
    scene: Scene, boots: Stranger, known: Definition, wanted: Settings, run_s: float
) -> Ran:
    """Run a session and lose everything but what was kept of it."""
    unit = scene.unit(boots, known)
    session, _ = session_of(unit)
    await unit.ready(10)
    await session.request(wanted, ME)
    await session.confirm(ME)
    await asyncio.sleep(run_s)
    assert session.state.phase is SessionPhase.RUNNING
    ran = session.ran
    assert ran is not None
    await session._end()  # Without a word to the boots
    await unit.close()
    return ran


async def back(
    scene: Scene, boots: Stranger, known: Definition, ran: Ran
) -> tuple[Session, list[SessionEvent]]:
    """Come back to what runs."""
    unit = scene.unit(boots, known)
    (number,) = ran.session_ids
    assert number is not None
    unit.recall(number, ran.left_s(datetime.now(UTC)))
    session, events = session_of(unit)
    session.recall(ran)
    await until(lambda: session.state.phase is SessionPhase.RUNNING)
    return session, events


async def test_what_they_do_not_tell_was_kept(scene: Scene) -> None:
    """Neither the programme nor the time: both are known, and it can be stopped."""
    known = without("quiet_mill", "remaining_s")
    boots = await scene.add(QuietMill)
    ran = await killed(scene, boots, known, SQUEEZE, 3)
    assert ran.settings == SQUEEZE
    assert 595 <= ran.remaining_s <= 598
    session, events = await back(scene, boots, known, ran)
    (adopted,) = events
    assert adopted.kind == "adopted"
    assert adopted.facts["programme"] == "squeeze"
    assert adopted.facts["duration_s"] == 600
    left_s = adopted.facts["remaining_s"]
    assert isinstance(left_s, int)
    assert 580 <= left_s <= ran.remaining_s
    assert session.state.started_at == ran.started_at
    assert session.state.settings == SQUEEZE
    assert len(scene.kinds("inflation")) == 1
    assert (await session.stop(ME)).result == "stopped"
    assert boots.body.empty
    await session.close(ME)


async def test_they_end_on_time(scene: Scene) -> None:
    """However long ago it was known: what is over is ended at once."""
    known = without("quiet_mill", "remaining_s")
    boots = await scene.add(QuietMill)
    ran = await killed(scene, boots, known, SQUEEZE, 1)
    long_ago = ran.known_at - timedelta(seconds=590)
    session, events = await back(scene, boots, known, replace(ran, known_at=long_ago))
    await until(lambda: session.state.phase is SessionPhase.IDLE)
    assert [event.kind for event in events] == ["adopted", "completed"]
    assert boots.body.empty
    await session.close(ME)


async def test_another_programme_is_another_session(scene: Scene) -> None:
    """It is not taken for what was kept; it can be stopped."""
    known = without("far_harbour", "remaining_s")
    boots = await scene.add(FarHarbour)
    ran = await killed(scene, boots, known, WANTED, 1)
    other = replace(ran.settings, programme=Programme.RELAX)
    session, events = await back(scene, boots, known, replace(ran, settings=other))
    assert events[0].kind == "adopted"
    assert "programme" not in events[0].facts
    assert session.state.started_at != ran.started_at
    assert (await session.stop(ME)).result == "stopped"
    assert boots.body.empty
    await session.close(ME)

"""A running session, without going through the entities."""

from typing import Any

from custom_components.kumo_boots.boots.session import Actor, Cause

from ..conftest import until
from ..entities.acting import Acting

PERSON = Cause(actor=Actor.PERSON, why="confirmed", user_id="somebody")


async def run(boots: Acting, **settings: Any) -> None:
    """Request a session and say yes; returns when it inflates."""
    coordinator = boots.coordinator
    await coordinator.session.request(
        coordinator.settings_from_setpoints(**settings), PERSON
    )
    await coordinator.session.confirm(PERSON)
    await until(lambda: coordinator.data.phase == "running")
    await until(lambda: len(boots.inflations) >= len(coordinator.units), 5)

"""A pair of boots, and two who share it."""

import pytest

from custom_components.kumo_boots.people.wearer import Wearer

from ..entities.acting import Acting
from ..entities.conftest import boots, every_entity, house_plan, person
from .living import Remembered, move_in, remember

__all__ = ["boots", "every_entity", "house_plan", "person"]


@pytest.fixture
async def bruno(boots: Acting) -> Wearer:
    """Return somebody who goes up to 100 mmHg."""
    return await move_in(
        boots, "Bruno", target_max_mmhg=100, duration_max_minutes=40, follow_coach=False
    )


@pytest.fixture
async def anna(boots: Acting) -> Wearer:
    """Return somebody with the limits that everybody begins with, without a coach."""
    return await move_in(boots, "Anna", follow_coach=False)


@pytest.fixture
async def diary(boots: Acting) -> Remembered:
    """Return what is remembered."""
    return await remember(boots)

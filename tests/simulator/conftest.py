"""A house with one pair of boots, for tests of the simulator."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from simulator.house import Boots, House

from .controller import Controller, Keys


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Run one pair, ten times as fast."""
    async with House(proxies=0, speed=10) as made:
        yield made


@pytest.fixture
def left(house: House) -> Boots:
    """Take the left unit."""
    return house.boots["pair1-left"]


@pytest.fixture
async def keys(house: House) -> Keys:
    """Pair a controller with all units by pressing their buttons."""
    kept = Keys()
    for boots in house.boots.values():
        boots.faults.press("start_long")
        async with Controller(house, boots, kept) as controller:
            await controller.pair()
    return kept


@pytest.fixture
def seen(house: House) -> Callable[..., list[dict[str, Any]]]:
    """Return the witness's entries of some kinds."""

    def entries(*kinds: str, boots: str | None = None) -> list[dict[str, Any]]:
        return [e for e in house.witness.entries(boots=boots) if e["kind"] in kinds]

    return entries

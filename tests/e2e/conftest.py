"""A house of virtual boots, a real Home Assistant, and somebody who lives there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from simulator.home import Home
from simulator.house import House
from simulator.resident import Pair, Resident

SPEED = 10
"""Programme and pneumatics; lease, nonces and link stay real."""


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """Home Assistant is another process, reached over loopback."""


type MoveIn = Callable[..., Awaitable[tuple[Resident, list[Pair]]]]


@pytest.fixture
async def move_in() -> AsyncIterator[MoveIn]:
    """Return what furnishes a home with so many pairs, added and ready."""
    async with AsyncExitStack() as stack:

        async def _move_in(
            pairs: int = 1, proxies: int = 1, **house: Any
        ) -> tuple[Resident, list[Pair]]:
            rooms = await stack.enter_async_context(
                House(pairs, proxies, **{"speed": SPEED, "slots": 9, **house})
            )
            home = await stack.enter_async_context(Home())
            resident = Resident(home, rooms)
            await resident.add_proxies()
            for _ in range(pairs):
                # Adding one pair takes the card of its other leg away, too.
                await resident.add((await resident.discovered(1))[0])
            added = await resident.pairs()
            for pair in added:
                await resident.ready(pair)
            return resident, added

        yield _move_in

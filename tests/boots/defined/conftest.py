"""The scene of the tests on the air."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from .scene import Scene


@pytest.fixture
async def scene() -> AsyncGenerator[Scene]:
    """Nobody about yet."""
    scene = Scene()
    yield scene
    for unit in scene.units:
        await unit.close()
    for stranger in scene.strangers:
        await stranger.stop()
    await scene.air.close()
    assert not [t for t in asyncio.all_tasks() if "goes on" in t.get_name()]

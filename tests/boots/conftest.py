"""Virtual time for the tests of the library; ``real_time`` marks the exceptions."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping

import pytest

from .virtual_time import VirtualLoop
from .wired import Wire


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "real_time: runs on the real clock")


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Choose the loop of a test."""
    if item.get_closest_marker("real_time"):
        return {"real": asyncio.new_event_loop}
    return {"virtual": VirtualLoop}


@pytest.fixture(autouse=True)
def configure_event_loop() -> None:
    """Leave the loop's clock alone; Home Assistant's own fixture would set it."""


@pytest.fixture
async def wire() -> AsyncGenerator[Wire]:
    """Boots at the end of a wire."""
    wire = Wire()
    yield wire
    await wire.close()

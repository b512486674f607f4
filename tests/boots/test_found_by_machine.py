"""What the state machine found, each by its name (see ``script/fuzz``)."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from custom_components.kumo_boots.boots.model import Phase

from . import wired
from .rig import Rig
from .wired import Wire

STATE = "dcc00003"


@pytest.fixture
async def one_unit(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """One unit for both legs."""
    monkeypatch.setattr(wired, "TICK_S", 0.05)
    rig = Rig(wire, units=1)
    await asyncio.sleep(0.2)
    yield rig
    await rig.close()


async def test_pressures_that_come_before_the_state_end_nothing(one_unit: Rig) -> None:
    """A new connection's first pressures made what ran unknown, and so over.

    The session was told as stopped while the boots still held air.
    """
    rig = one_unit
    session = await rig.running(run_s=12)
    rig.left.press("stop")
    await asyncio.sleep(0.2)
    rig.left.drop_link()
    # Slow enough that pressures arrive before the state has been read.
    rig.left.latency_s = 0.1
    phases: list[Phase] = []
    rig.units[0].listen(lambda: phases.append(rig.units[0].state.phase))
    while "stopped" not in rig.kinds:
        assert session.state.last_end is None
        await asyncio.sleep(0.05)
    assert rig.empty
    assert Phase.UNKNOWN not in phases

"""What the README shows first is true: every scenario of ``script/demo`` by its check."""

import asyncio
from pathlib import Path
import sys

import pytest

from simulator.scenarios import SCENARIOS

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_scenario_checks_itself(scenario: str) -> None:
    """It ends by itself, and its exit code says that all went as it should."""
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulator.demo", "--scenario", scenario, "--check"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await demo.communicate()
    text = told.decode()
    assert demo.returncode == 0, text
    assert "✓" in text
    assert "✗" not in text

"""The fault matrix, row by row; the witness judges.

The rows share one real Home Assistant and run side by side, so that all that were
chosen are played first, by the very program that ``script/faults`` runs, and then each
is a test of its own.
"""

import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from faults.matrix import ROWS

# The first test waits for all rows.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT_S = 1100


@pytest.fixture(scope="module")
def matrix(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Play the rows that were chosen; the verdicts by row."""
    chosen = [
        item.callspec.params["row"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.module is request.module
        and hasattr(item, "callspec")
    ]
    file = tmp_path_factory.mktemp("faults") / "verdicts.json"
    played = subprocess.run(
        [sys.executable, "-m", "faults", "--json", str(file), *chosen],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(f"\n{played.stdout}\n")
    assert file.exists(), played.stderr[-4000:]
    return {told["row"]: told for told in json.loads(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("row", ROWS)
def test_fault(matrix: dict[str, Any], row: str) -> None:
    """Every cell of the row is right."""
    told = matrix[row]
    if told["skipped"]:
        pytest.skip(told["skipped"])
    wrong = {
        cell["column"]: cell["text"] for cell in told["cells"] if not cell["right"]
    }
    assert not wrong, told

"""The firmware's core under MicroPython's unix port, which an ESP32 resembles."""

import ast
import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[2]
SCENARIO = "tests/firmware/scenario.py"
UNPACKED = ROOT / ".cache" / "micropython"


def _micropython() -> str:
    """Return an interpreter; from PATH, or else Debian's, unpacked into .cache."""
    if found := shutil.which("micropython"):
        return found
    helper = Path(__file__).with_name("micropython-from-debian")
    made = subprocess.run(
        [helper, UNPACKED], capture_output=True, text=True, timeout=200, check=False
    )
    if made.returncode:
        last = (made.stderr.strip().splitlines() or ["it says nothing"])[-1]
        pytest.skip(f"no micropython on PATH, and Debian's cannot be had: {last}")
    return str(UNPACKED / "micropython")


@pytest.mark.parametrize("kind", ["micropython", "cpython"])
def test_scenario(kind: str) -> None:
    """Pair, prove, arm, start, commit, heartbeats, stop, silence, restart."""
    if kind == "cpython":
        command = [sys.executable]
    else:
        # The firmware leaves an ESP32's heap alone: 256 KiB are enough for it and
        # for the pneumatics of the bench.
        command = [_micropython(), "-X", "heapsize=256K"]
    done = subprocess.run(
        [*command, SCENARIO],
        cwd=ROOT,
        env={**os.environ, "MICROPYPATH": f"{ROOT}:.frozen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "scenario ok"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "firmware").glob("*.py")), ids=lambda path: path.name
)
def test_firmware_needs_nothing_but_itself(path: Path) -> None:
    """No asyncio, no typing, no dataclasses, no enum: hashlib and struct only.

    What stands below ``if TYPE_CHECKING`` never runs.
    """
    imported = set()
    tree = ast.parse(path.read_text())
    guarded = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if node in guarded:
            continue
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Match | ast.NamedExpr)
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported.add(node.module)
    assert imported <= {"hashlib", "struct"}

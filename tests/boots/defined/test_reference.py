"""The reference for people is what the schema says."""

from pathlib import Path
import subprocess
import sys

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "script" / "definitions_reference.py"


def check() -> subprocess.CompletedProcess[str]:
    """Ask whether the page is what it should be."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_page_is_up_to_date() -> None:
    """And every key of the schema is described."""
    done = check()
    assert done.returncode == 0, done.stdout + done.stderr
    page = (ROOT / "docs" / "definitions.md").read_text()
    assert "| None |" not in page
    for word in (
        "`wait_for`",
        "`crc16_modbus`",
        "`vents_on_silence`",
        "`pressures_left`",
    ):
        assert word in page

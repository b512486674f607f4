"""A wall clock for one Home Assistant that can be stepped while it runs.

A few lines of C (``clock.c``), compiled by the machine's own compiler and preloaded into
the process, shift its wall clock only; the machine's stays as it is.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
import shutil
import struct
import subprocess
import sys
from zoneinfo import ZoneInfo

_SOURCE = Path(__file__).with_name("clock.c")
ZONE = "Europe/Madrid"
"""A place whose clocks are changed twice a year."""


class NoClockError(Exception):
    """The clock of a process cannot be stepped on this machine."""


class SteppedClock:
    """How far ahead of the machine's a process's wall clock is."""

    def __init__(self, folder: Path) -> None:
        """Compile; raises ``NoClockError`` where that cannot be done."""
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if not sys.platform.startswith("linux") or compiler is None:
            raise NoClockError("stepping a clock needs Linux and a C compiler (cc)")
        library = folder / "clock.so"
        self._file = folder / "clock"
        self._file.write_bytes(bytes(8))
        done = subprocess.run(
            [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(_SOURCE)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoClockError(done.stderr.strip())
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAULTS_CLOCK": str(self._file),
        }
        self._ahead_s = 0

    @property
    def now(self) -> datetime:
        """What the process's clock shows."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead_s)

    def step(self, seconds: int) -> None:
        """Move the clock, forwards or (negative) backwards, in this moment."""
        self._ahead_s += seconds
        with self._file.open("r+b") as file:
            file.write(struct.pack("=q", self._ahead_s))

    def set(self, moment: datetime) -> None:
        """Let the clock show this moment now."""
        self.step(round((moment - self.now).total_seconds()))


def last_change(before: datetime) -> datetime:
    """Return the last moment (UTC) at which the clocks of ``ZONE`` were changed."""
    zone = ZoneInfo(ZONE)
    late = before.replace(minute=0, second=0, microsecond=0)
    hour = timedelta(hours=1)
    while (
        late.astimezone(zone).utcoffset() == (late - hour).astimezone(zone).utcoffset()
    ):
        late -= hour
    return late

"""What else the machine does while the bench runs, and how even its pace is."""

from collections.abc import Mapping
from dataclasses import dataclass
import os
import platform
from time import perf_counter, process_time
from typing import Any

_ROUNDS = 40
_WORK = 60_000


@dataclass(frozen=True)
class Machine:
    """One look at the machine.

    ``slowed``: how much longer a fixed piece of work took than the processor time it
    used: 1.0 on a machine that has nothing else to do. ``spread``: its slowest
    round by its fastest.
    """

    load: float
    slowed: float
    spread: float
    cores: int

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"load {self.load:.1f} on {self.cores} cores; a fixed piece of work"
            f" took {self.slowed:.2f} × its processor time, slowest by fastest round"
            f" {self.spread:.2f}"
        )

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Machine:
        """Read what ``as_dict`` made."""
        return cls(told["load"], told["slowed"], told["spread"], told["cores"])

    def as_dict(self) -> dict[str, Any]:
        """Make it JSON."""
        return {
            "load": self.load,
            "slowed": self.slowed,
            "spread": self.spread,
            "cores": self.cores,
            "python": platform.python_version(),
        }


def look() -> Machine:
    """Measure for about a quarter of a second."""
    walls: list[float] = []
    used = 0.0
    for _ in range(_ROUNDS):
        wall, cpu = perf_counter(), process_time()
        total = 0
        for value in range(_WORK):
            total += value
        used += process_time() - cpu
        walls.append(perf_counter() - wall)
    return Machine(
        os.getloadavg()[0],
        sum(walls) / used,
        max(walls) / min(walls),
        os.process_cpu_count() or 1,
    )

"""Measured values and what is said of them: median, smallest, largest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Samples:
    """Repeats of one measurement, all in one ``unit``."""

    values: tuple[float, ...]
    unit: str

    @classmethod
    def of(cls, values: Iterable[float], unit: str) -> Samples:
        """Keep the values; there must be at least one."""
        kept = tuple(values)
        if not kept:
            raise ValueError("nothing was measured")
        return cls(kept, unit)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Samples:
        """Read what ``as_dict`` made."""
        return cls(tuple(told["values"]), told["unit"])

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.values)

    @property
    def highest(self) -> float:
        """The worst one, where less is better."""
        return max(self.values)

    def __str__(self) -> str:
        """Write the median, and how far the values were apart."""
        if len(self.values) == 1:
            return f"{number(self.values[0])} {self.unit}"
        return (
            f"{number(self.median)} {self.unit}"
            f" ({number(min(self.values))}–{number(max(self.values))},"
            f" n {len(self.values)})"
        )

    def as_dict(self) -> dict[str, Any]:
        """Make it JSON."""
        return {
            "unit": self.unit,
            "median": self.median,
            "min": min(self.values),
            "max": max(self.values),
            "values": list(self.values),
        }


def number(value: float) -> str:
    """Write three significant digits, without an exponent."""
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.1 else f"{value:.3f}"


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the value that so many percent of the values do not exceed."""
    ordered = sorted(values)
    index = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(index)]

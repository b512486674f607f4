"""What a device without a cycle of its own is told: one order at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self


class Do(Enum):
    """What is done with the zones of an order; all others are closed meanwhile."""

    FILL = auto()
    VENT = auto()
    """Open to the outside."""
    LISTEN = auto()
    """Open to the sensor only: neither filled nor vented."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be so from now on, until another order."""

    do: Do
    zones: frozenset[int]


def fill(zones: Iterable[int]) -> Order:
    """Fill these zones together."""
    return Order(Do.FILL, frozenset(zones))


def vent(zones: Iterable[int]) -> Order:
    """Let the air out of these zones."""
    return Order(Do.VENT, frozenset(zones))


def listen(zones: Iterable[int]) -> Order:
    """Measure these zones."""
    return Order(Do.LISTEN, frozenset(zones))


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge pressure that was measured, and when."""

    mmhg: float
    at: float
    """The event loop's clock, s."""

    @classmethod
    def of(cls, measured: dict[int, float], at: float) -> dict[int, Self]:
        """Return readings by zone, all of one moment."""
        return {zone: cls(mmhg, at) for zone, mmhg in measured.items()}

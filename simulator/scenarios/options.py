"""What can be chosen of a show."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """As the command line has them."""

    check: bool
    """Unattended and bounded."""
    boots: int
    """Pairs, 1–32."""
    speed: float
    """How much faster than in life pneumatics and programme run, 0.5–60."""
    port: int
    """Home Assistant's; 0 is a free one."""

"""What the firmware needs from the hardware around it.

A port (or the simulator's pneumatics) supplies these; plain objects with the same
methods will do. ``TYPE_CHECKING`` is not imported because MicroPython has no
``typing``; type checkers know the name.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object

LEFT = 0
RIGHT = 1


class Body(Protocol):
    """Valves, pump, sensors and buttons of one unit. Legs are 0 (left) and 1 (right).

    A method may raise OSError where the hardware does not answer: the unit then
    lets the air out and reports a fault (bit 5; for ``pressures`` bit 3).
    """

    def set_valves(self, leg: int, mask_open: int) -> None:
        """Open the chambers of the mask to the air and close the others.

        Bit 0 is chamber 1. Valves are normally open: without power all are open.
        """

    def fill(self, leg: int, mask: int) -> None:
        """Pump air into the chambers of the mask; 0 switches this leg's pump off."""

    def pressures(self, leg: int) -> "list[float | None] | None":
        """Return the gauge pressure of each chamber in mmHg; None where not known."""

    def battery(self) -> "tuple[int | None, bool | None]":
        """Return charge in percent (0-100) and whether it charges; None: not known."""

    def worn(self) -> "bool | None":
        """Return whether somebody wears the boots; None: not known."""

    def identify(self) -> None:
        """Blink or buzz for a moment."""


class Store(Protocol):
    """A few small values that survive a restart; a dict will do for tests.

    Only ``get`` and item assignment are used; an absent value and ``b""`` mean the same.
    A port writes a value before it returns.
    """

    def get(self, __key: str) -> "bytes | None":
        """Return what was stored under the key, or None."""

    def __setitem__(self, __key: str, __value: bytes) -> None:
        """Keep the value under the key."""

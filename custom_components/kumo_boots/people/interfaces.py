"""What the household asks of the diary and of the coach."""

from collections.abc import Callable, Sequence
from typing import Protocol

from .sitting import Sitting
from .wearer import Wearer


class Sittings(Protocol):
    """What is asked of the diary."""

    def sittings(self, wearer_id: str) -> Sequence[Sitting]:
        """Return what is remembered of a wearer, oldest first."""

    def locked(self, wearer_id: str) -> bool:
        """Tell whether a warning keeps a wearer from starting."""

    def listen(self, listener: Callable[[], None], /) -> Callable[[], None]:
        """Call at every change; returns how to end it."""


class Advised(Protocol):
    """What is asked of the coach's advice."""

    @property
    def target_mmhg(self) -> int:
        """The recommended target."""

    @property
    def duration_s(self) -> int:
        """The recommended duration."""

    @property
    def cap_mmhg(self) -> int:
        """The highest target while the coach is followed."""

    @property
    def cap_duration_s(self) -> int:
        """The longest session while the coach is followed."""


type Advise = Callable[[Wearer], Advised | None]
"""Asks the coach; None where it has nothing to say."""

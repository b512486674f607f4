"""Doing a routine, step by step: one at a time for a pair."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback

from ..boots.cause import Cause
from .routine import Routine
from .run import RoutineEvent, Run

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

MORE_S: Final = 5 * 60
"""What *five minutes more* adds to a step."""


class Runner:
    """Does routines of one pair; never starts the boots, only asks for a session."""

    def __init__(self, hass: HomeAssistant, coordinator: KumoBootsCoordinator) -> None:
        """Nothing runs yet."""
        self.run: Run | None = None
        """What is under way; None for nothing."""

    @property
    def remaining_s(self) -> int | None:
        """What is left of the step that is done now, s; None where nobody knows."""
        raise NotImplementedError

    async def async_load(self) -> None:
        """Go on with what Home Assistant's end interrupted, but never with a session."""
        raise NotImplementedError

    @callback
    def close(self) -> None:
        """Follow nothing any more; what is under way is kept for the next start."""
        raise NotImplementedError

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call whenever ``run`` changed; returns how to end it."""
        raise NotImplementedError

    @callback
    def listen_events(
        self, listener: Callable[[RoutineEvent], None]
    ) -> Callable[[], None]:
        """Call with everything that happens to a routine; returns how to end it."""
        raise NotImplementedError

    async def async_start(
        self, routine: Routine, cause: Cause, *, ask_s: float | None = None
    ) -> None:
        """Begin a routine; with ``ask_s`` (s) only if a person says yes within it.

        Raises RoutineBusyError while another one is under way, RoutineEmptyError.
        """
        raise NotImplementedError

    @callback
    def not_run(self, routine: Routine, cause: Cause) -> None:
        """Tell that a routine was due and does not begin; ``cause.why`` says why."""
        raise NotImplementedError

    async def async_answer(self, yes: bool, cause: Cause) -> None:
        """Take a person's word on what is asked; raises NoRoutineError."""
        raise NotImplementedError

    async def async_skip(self, cause: Cause) -> None:
        """Go on with the next step; a session is stopped. Raises NoRoutineError."""
        raise NotImplementedError

    async def async_pause(self, cause: Cause) -> None:
        """Stand still; a session is paused. Raises NoRoutineError."""
        raise NotImplementedError

    async def async_resume(self, cause: Cause) -> None:
        """Go on after a pause. Raises NoRoutineError, and what ``Session.resume`` does."""
        raise NotImplementedError

    async def async_extend(self, cause: Cause, seconds: int = MORE_S) -> None:
        """Make the step longer; raises NoRoutineError, and LimitError of a session."""
        raise NotImplementedError

    async def async_stop(self, cause: Cause) -> None:
        """End it; a session is stopped first, always. Raises NoRoutineError."""
        raise NotImplementedError

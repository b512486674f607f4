"""What can stand against a routine, as types with a translation."""

from ..boots.errors import BootsError

UNSAID = "–"


class RoutineError(BootsError):
    """Something about a routine cannot be done; the root of these."""

    key = "routine_error"


class UnknownRoutineError(RoutineError):
    """The pair has no such routine; ``values['name']`` is what was asked for."""

    key = "unknown_routine"

    def __init__(self, name: str = UNSAID) -> None:
        """Name the routine."""
        super().__init__(name=name)


class RoutineBusyError(RoutineError):
    """Another routine, or the same, is under way; ``values['name']`` is that one's."""

    key = "routine_busy"

    def __init__(self, name: str = UNSAID) -> None:
        """Name the routine."""
        super().__init__(name=name)


class NoRoutineError(RoutineError):
    """Nothing is under way that this could be done to."""

    key = "no_routine"


class RoutineEmptyError(RoutineError):
    """The routine has no step; ``values['name']``."""

    key = "routine_empty"

    def __init__(self, name: str = UNSAID) -> None:
        """Name the routine."""
        super().__init__(name=name)

"""What can stand against a routine, as types with a translation."""

from ..boots.errors import UNSAID, BootsError


class RoutineError(BootsError):
    """Something about a routine cannot be done; the root of these."""

    key = "routine_error"


class UnknownRoutineError(RoutineError):
    """The pair has no such routine; ``values['name']`` is what was asked for."""

    key = "unknown_routine"

    def __init__(self, name: str = UNSAID, names: str = UNSAID) -> None:
        """Name the routine, and those that there are."""
        super().__init__(name=name, names=names)


class NoRoutinesError(RoutineError):
    """The pair has no routine at all."""

    key = "no_routines"


class WhichRoutineError(RoutineError):
    """There are several, and none was named; ``values['names']``."""

    key = "which_routine"

    def __init__(self, names: str = UNSAID) -> None:
        """Name those that there are."""
        super().__init__(names=names)


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

"""The routines of one pair: the one owner of which there are."""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..boots.listeners import Listeners
from ..reading import Reading
from .errors import NoRoutinesError, UnknownRoutineError, WhichRoutineError
from .routine import SUBENTRY_ROUTINE, Routine


class Routines:
    """Reads the subentries; whichever cannot be read is said, and not there."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Read the routines of an entry."""
        self._reading = Reading(hass, entry, SUBENTRY_ROUTINE, Routine.from_subentry)
        self._listeners = Listeners[[]]()
        self.all: tuple[Routine, ...] = self._reading.all()
        """In the order they were added."""

    @callback
    def close(self) -> None:
        """Take back what was said of those that cannot be read."""
        self._reading.close()

    @callback
    def refresh(self) -> None:
        """Read the entry again; what is under way goes on as it began."""
        before = self.all
        self.all = self._reading.all()
        if self.all != before:
            self._listeners.tell()

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call when there are other routines, or one was changed."""
        return self._listeners.add(listener)

    def get(self, routine_id: str) -> Routine | None:
        """Return the routine with an id; None where there is none (any more)."""
        return next((each for each in self.all if each.routine_id == routine_id), None)

    def meant(self, text: str | None) -> Routine:
        """Return the routine with an id or a name in any case; the only one for None.

        Raises NoRoutinesError, UnknownRoutineError and WhichRoutineError.
        """
        if not self.all:
            raise NoRoutinesError
        names = ", ".join(each.name for each in self.all)
        if text is None:
            if len(self.all) > 1:
                raise WhichRoutineError(names)
            return self.all[0]
        wanted = text.strip().casefold()
        for field in ("routine_id", "name"):
            for each in self.all:
                if getattr(each, field).casefold() == wanted:
                    return each
        raise UnknownRoutineError(text, names)

"""Telling: a session's state and events to whoever listens."""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType

from .cause import Cause
from .listeners import Listeners
from .model import Settings
from .session_state import EventKind, SessionEvent, SessionState


class Telling:
    """Keeps the last state and tells what changes. A listener's failure ends nothing."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """``now`` gives the time that events carry."""
        self.now = now
        self.state = SessionState()
        self._on_state = Listeners[[]]()
        self._on_event = Listeners[[SessionEvent]]()

    def listen_state(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back at every change of the state; returns how to end it."""
        return self._on_state.add(callback)

    def listen_events(
        self, callback: Callable[[SessionEvent], None]
    ) -> Callable[[], None]:
        """Call back with every event; returns how to end it."""
        return self._on_event.add(callback)

    def publish(self, state: SessionState) -> None:
        """Take a state over; tell it when it is another one."""
        if state == self.state:
            return
        self.state = state
        self._on_state.tell()

    def emit(self, kind: EventKind, cause: Cause, **facts: str | float | None) -> None:
        """Tell an event."""
        event = SessionEvent(
            kind=kind, cause=cause, at=self.now(), facts=MappingProxyType(facts)
        )
        self._on_event.tell(event)


def facts_of(settings: Settings | None) -> dict[str, str | int | float | None]:
    """Return what an event tells of settings."""
    if settings is None:
        return {}
    return {
        "programme": settings.programme,
        "target_mmhg": settings.target_mmhg,
        "duration_s": settings.duration_s,
        "legs": ", ".join(sorted(settings.legs)),
    }

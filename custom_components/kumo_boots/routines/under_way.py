"""What is under way with a pair of boots: kept, and told to whoever listens."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..boots.cause import Cause
from ..boots.errors import BootsError
from ..boots.listeners import Listeners
from .devices import async_put_back
from .errors import NoRoutineError
from .kept_routine import Kept, routine_store
from .routine import Light, Massage
from .run import RoutineEvent, RoutineKind, Run

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator


class UnderWay:
    """The one owner of what is under way; everything that happens to it is an event."""

    def __init__(self, hass: HomeAssistant, coordinator: KumoBootsCoordinator) -> None:
        """Nothing runs yet."""
        self.run: Run | None = None
        """What is under way; None for nothing."""
        self._hass = hass
        self._coordinator = coordinator
        self._store = routine_store(hass, coordinator.config_entry.entry_id)
        self._kept: Kept | None = None
        self._on_change = Listeners[[]]()
        self._on_event = Listeners[[RoutineEvent]]()

    @property
    def _under_way(self) -> Run:
        """What is under way; NoRoutineError for nothing."""
        if self.run is None:
            raise NoRoutineError
        return self.run

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call whenever ``run`` changed; returns how to end it."""
        return self._on_change.add(listener)

    @callback
    def listen_events(
        self, listener: Callable[[RoutineEvent], None]
    ) -> Callable[[], None]:
        """Call with everything that happens to a routine; returns how to end it."""
        return self._on_event.add(listener)

    @callback
    def _tell(self) -> None:
        # Written at once: a process that is killed says no goodbye.
        self._store.async_delay_save(self._as_dict, 0)
        self._on_change.tell()

    def _as_dict(self) -> dict[str, Any]:
        return self._kept.as_dict() if self._kept else {}

    async def async_flush(self) -> None:
        """Wait until everything is written."""
        await self._store.async_save(self._as_dict())

    @callback
    def _set(self, run: Run, **others: Any) -> None:
        """Take over what is so now, and tell it."""
        kept = self._kept or Kept(run=run)
        self.run, self._kept = run, replace(kept, run=run, **others)
        self._tell()

    @callback
    def _emit(
        self,
        kind: RoutineKind,
        cause: Cause,
        *,
        in_step: bool = True,
        error: BootsError | None = None,
        **facts: Any,
    ) -> None:
        run = self._under_way
        step = run.step if in_step else None
        self._on_event.tell(
            RoutineEvent(
                kind=kind,
                routine=run.routine,
                cause=cause,
                step=None if step is None else step.kind,
                index=None if step is None else run.index,
                error=error,
                facts=facts,
            )
        )

    @property
    def remaining_s(self) -> int | None:
        """What is left of the step that is done now, s; None where nobody knows."""
        if self.run is None:
            return None
        if self.run.ends_at is None:
            return self.run.remaining_s
        return max(0, round((self.run.ends_at - dt_util.utcnow()).total_seconds()))

    @callback
    def _over(self, kind: RoutineKind, cause: Cause, *, in_step: bool = True) -> None:
        """Nothing is under way any more."""
        assert self._kept is not None
        kept, run = self._kept, self._under_way
        self._emit(kind, cause, in_step=in_step)
        self.run = self._kept = None
        if kept.before is not None and isinstance(run.step, (Massage, Light)):
            self._hass.async_create_task(
                async_put_back(self._hass, run.step, kept.before), "put back"
            )
        self._tell()

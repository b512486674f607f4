"""A routine's own device, and the entities on it."""

from collections.abc import Callable, Iterable
from typing import ClassVar, override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import KumoBootsCoordinator
from ..subentry_devices import Devices, SubentryEntity, add_for_each
from .routine import Routine
from .run import Run


class RoutineDevices(Devices[Routine]):
    """Routines have devices."""

    word = "routine"

    @override
    def all(self, coordinator: KumoBootsCoordinator) -> Iterable[Routine]:
        """Return the pair's routines."""
        return coordinator.routines.all

    @override
    def id_of(self, one: Routine) -> str:
        """Return the id of the subentry."""
        return one.routine_id

    @override
    def name_of(self, one: Routine) -> str:
        """Return the routine's name."""
        return one.name

    @override
    def listen(
        self, coordinator: KumoBootsCoordinator, listener: Callable[[], None]
    ) -> Callable[[], None]:
        """Follow what there is, and what is under way."""
        unsubscribe = (
            coordinator.routines.listen(listener),
            coordinator.runner.listen(listener),
        )

        def stop() -> None:
            for each in unsubscribe:
                each()

        return stop


ROUTINES = RoutineDevices()


class RoutineEntity(SubentryEntity[Routine]):
    """Something of one routine."""

    devices: ClassVar = ROUTINES

    @property
    def routine(self) -> Routine:
        """The routine as it is now; as it was last, once it is removed."""
        return self.one

    @property
    def run(self) -> Run | None:
        """The run of this routine; None while it is not under way."""
        run = self.coordinator.runner.run
        if run is None or run.routine.routine_id != self._one.routine_id:
            return None
        return run


@callback
def add_for_routines(
    coordinator: KumoBootsCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Routine], Iterable[Entity]],
) -> None:
    """Add the entities of every routine, now and whenever there is a new one."""
    add_for_each(ROUTINES, coordinator, async_add_entities, entities_of)

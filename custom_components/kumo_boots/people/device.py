"""A wearer's own device, and the entities on it."""

from collections.abc import Callable, Iterable
from typing import ClassVar, override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import KumoBootsCoordinator
from ..subentry_devices import Devices, SubentryEntity, add_for_each
from .wearer import Wearer


class WearerDevices(Devices[Wearer]):
    """Wearers have devices."""

    word = "wearer"

    @override
    def all(self, coordinator: KumoBootsCoordinator) -> Iterable[Wearer]:
        """Return whom the household knows."""
        return coordinator.household.wearers

    @override
    def id_of(self, one: Wearer) -> str:
        """Return the id of the subentry; the guest has none, and no device."""
        assert one.wearer_id is not None
        return one.wearer_id

    @override
    def name_of(self, one: Wearer) -> str:
        """Return the wearer's name."""
        return one.name

    @override
    def listen(
        self, coordinator: KumoBootsCoordinator, listener: Callable[[], None]
    ) -> Callable[[], None]:
        """Follow the household."""
        return coordinator.household.listen(listener)


WEARERS = WearerDevices()


class WearerEntity(SubentryEntity[Wearer]):
    """Something of one wearer."""

    devices: ClassVar = WEARERS

    @property
    def wearer(self) -> Wearer:
        """The wearer as they are now; as they were last, once they are removed."""
        return self.one


@callback
def add_for_wearers(
    coordinator: KumoBootsCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Wearer], Iterable[Entity]],
) -> None:
    """Add the entities of every wearer, now and whenever there is a new one."""
    add_for_each(WEARERS, coordinator, async_add_entities, entities_of)

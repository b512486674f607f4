"""Devices of what a pair has in subentries, its wearers and routines: services, not things.

Home Assistant removes device and entities with their subentry. Nothing is loaded anew
for what is added or changed, and so nothing disturbs a session.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import KumoBootsCoordinator


class Devices[T](ABC):
    """The devices of one sort of subentry."""

    word: ClassVar[str]
    """In identifiers and unique ids."""

    @abstractmethod
    def all(self, coordinator: KumoBootsCoordinator) -> Iterable[T]:
        """Return those there are now."""

    @abstractmethod
    def id_of(self, one: T) -> str:
        """Return the id of the subentry."""

    @abstractmethod
    def name_of(self, one: T) -> str:
        """Return what it is called."""

    @abstractmethod
    def listen(
        self, coordinator: KumoBootsCoordinator, listener: Callable[[], None]
    ) -> Callable[[], None]:
        """Call when there are others, or one was changed; returns how to end it."""

    def unique(self, entry: ConfigEntry, one: T) -> str:
        """Return what is unique to one, whatever it is called."""
        return f"{entry.entry_id}_{self.word}_{self.id_of(one)}"

    def current(self, coordinator: KumoBootsCoordinator, one: T) -> T:
        """Return one as it is now; as it was last, once it is removed."""
        wanted = self.id_of(one)
        return next(
            (each for each in self.all(coordinator) if self.id_of(each) == wanted), one
        )


class SubentryEntity[T](Entity):
    """Something of one wearer or routine; added with the id of its subentry."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    devices: ClassVar[Devices[Any]]

    def __init__(
        self,
        coordinator: KumoBootsCoordinator,
        one: T,
        description: EntityDescription,
    ) -> None:
        """Give the entity its identity."""
        self.coordinator = coordinator
        self.entity_description = description
        self._one = one
        unique = self.devices.unique(coordinator.config_entry, one)
        self._attr_unique_id = f"{unique}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, unique)},
            name=self.devices.name_of(one),
            entry_type=DeviceEntryType.SERVICE,
        )

    @property
    def one(self) -> T:
        """The wearer or routine as it is now; as it was last, once it is removed."""
        self._one = self.devices.current(self.coordinator, self._one)
        return self._one

    @override
    async def async_added_to_hass(self) -> None:
        """Follow its changes."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.devices.listen(self.coordinator, self.async_write_ha_state)
        )


@callback
def add_for_each[T](
    devices: Devices[T],
    coordinator: KumoBootsCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[T], Iterable[Entity]],
) -> None:
    """Add the entities of every one, now and whenever there is a new one."""
    known: set[str] = set()

    @callback
    def add() -> None:
        for one in devices.all(coordinator):
            if (subentry_id := devices.id_of(one)) not in known:
                known.add(subentry_id)
                async_add_entities(entities_of(one), config_subentry_id=subentry_id)

    add()
    coordinator.config_entry.async_on_unload(devices.listen(coordinator, add))


@callback
def follow_names[T](
    devices: Devices[T], coordinator: KumoBootsCoordinator
) -> Callable[[], None]:
    """Have the devices called as they are; returns how to end it."""
    entry = coordinator.config_entry
    registry = dr.async_get(coordinator.hass)

    @callback
    def name() -> None:
        for one in devices.all(coordinator):
            device = registry.async_get_device_by_identifier(
                (DOMAIN, devices.unique(entry, one)), entry.entry_id
            )
            if device is not None and device.name != devices.name_of(one):
                registry.async_update_device(device.id, name=devices.name_of(one))

    name()
    return devices.listen(coordinator, name)

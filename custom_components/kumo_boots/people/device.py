"""A wearer's own device, and the entities on it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from .wearer import Wearer

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator


def _identifier(entry: ConfigEntry, wearer: Wearer) -> tuple[str, str]:
    return (DOMAIN, f"{entry.entry_id}_wearer_{wearer.wearer_id}")


def wearer_device_info(entry: ConfigEntry, wearer: Wearer) -> DeviceInfo:
    """Describe what belongs to a wearer of these boots: a service, not a thing."""
    return DeviceInfo(
        identifiers={_identifier(entry, wearer)},
        name=wearer.name,
        entry_type=DeviceEntryType.SERVICE,
    )


class WearerEntity(Entity):
    """Something of one wearer; add it with their id as ``config_subentry_id``."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self,
        coordinator: KumoBootsCoordinator,
        wearer: Wearer,
        description: EntityDescription,
    ) -> None:
        """Give the entity its identity: the wearer's, whatever they are called."""
        self.coordinator = coordinator
        self.entity_description = description
        self._wearer = wearer
        entry = coordinator.config_entry
        self._attr_unique_id = (
            f"{entry.entry_id}_wearer_{wearer.wearer_id}_{description.key}"
        )
        self._attr_device_info = wearer_device_info(entry, wearer)

    @property
    def wearer(self) -> Wearer:
        """The wearer as they are now; as they were last, once they are removed."""
        wearer_id = self._wearer.wearer_id
        self._wearer = self.coordinator.household.wearer(wearer_id) or self._wearer
        return self._wearer

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the household."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.household.listen(self.async_write_ha_state)
        )


@callback
def add_for_wearers(
    coordinator: KumoBootsCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Wearer], Iterable[Entity]],
) -> None:
    """Add the entities of every wearer, now and whenever there is a new one.

    Home Assistant removes those of a wearer who is removed. Nothing is loaded anew for
    it, and so nothing disturbs a session.
    """
    known: set[str] = set()

    @callback
    def add() -> None:
        for wearer in coordinator.household.wearers:
            if wearer.wearer_id is not None and wearer.wearer_id not in known:
                known.add(wearer.wearer_id)
                async_add_entities(
                    entities_of(wearer), config_subentry_id=wearer.wearer_id
                )

    add()
    coordinator.config_entry.async_on_unload(coordinator.household.listen(add))


@callback
def follow_names(coordinator: KumoBootsCoordinator) -> Callable[[], None]:
    """Have the devices of wearers called as they are; returns how to end it."""
    entry = coordinator.config_entry
    devices = dr.async_get(coordinator.hass)

    @callback
    def name() -> None:
        for wearer in coordinator.household.wearers:
            device = devices.async_get_device_by_identifier(
                _identifier(entry, wearer), entry.entry_id
            )
            if device is not None and device.name != wearer.name:
                devices.async_update_device(device.id, name=wearer.name)

    name()
    return coordinator.household.listen(name)

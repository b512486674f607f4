"""Selects: for whom, which programme, which legs, which zone gets more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .boots.model import BOTH, Capabilities, Feature, Programme
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator, Snapshot
from .entity import (
    KumoBootsDescription,
    KumoBootsSetpoint,
    engaged,
    entities_of,
    over_bluetooth,
    zone_keys,
)
from .people.for_whom import FOR_WHOM, ForWhomSelect
from .setpoints import LEGS, NO_BOOST, legs_key

PARALLEL_UPDATES = 0


def mode(data: Snapshot, capabilities: Capabilities) -> str | None:
    """Tell the programme of the session under way, else of the next one."""
    if not engaged(data):
        return data.setpoints.mode
    settings = data.session.settings
    return data.pair.programme if settings is None else settings.programme


def legs(data: Snapshot, capabilities: Capabilities) -> str | None:
    """Tell the legs likewise."""
    if not engaged(data):
        return legs_key(data.setpoints.legs)
    settings = data.session.settings
    return legs_key(data.pair.legs if settings is None else settings.legs)


def boost(data: Snapshot, capabilities: Capabilities) -> str:
    """Tell the boosted zone likewise."""
    settings = data.session.settings
    if not engaged(data):
        zone = data.setpoints.boosted
    else:
        zone = data.pair.boosted if settings is None else settings.boosted
    return zone_keys(capabilities.chambers)[zone - 1] if zone else NO_BOOST


def zone_number(option: str, capabilities: Capabilities) -> int:
    """Return the zone of an option of the boost; 0 for none."""
    return (NO_BOOST, *zone_keys(capabilities.chambers)).index(option)


@dataclass(frozen=True, kw_only=True)
class KumoBootsSelectDescription(KumoBootsDescription, SelectEntityDescription):
    """A choice for the next, or for the running session."""

    options_fn: Callable[[Capabilities], tuple[str, ...]]
    value_fn: Callable[[Snapshot, Capabilities], str | None]
    setpoint_fn: Callable[[str, Capabilities], Mapping[str, Any]]
    change_fn: Callable[[str, Capabilities], Mapping[str, Any] | None] = (
        lambda option, capabilities: None
    )


SELECTS = (
    KumoBootsSelectDescription(
        key="mode",
        translation_key="mode",
        options_fn=lambda capabilities: tuple(
            programme.value for programme in capabilities.programmes
        ),
        value_fn=mode,
        setpoint_fn=lambda option, capabilities: {"mode": Programme(option)},
        exists_fn=over_bluetooth,
    ),
    KumoBootsSelectDescription(
        key="legs",
        translation_key="legs",
        options_fn=lambda capabilities: tuple(LEGS),
        value_fn=legs,
        setpoint_fn=lambda option, capabilities: {"legs": LEGS[option]},
        exists_fn=lambda capabilities: capabilities.legs == BOTH,
    ),
    KumoBootsSelectDescription(
        key="boost",
        translation_key="boost",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        options_fn=lambda capabilities: (NO_BOOST, *zone_keys(capabilities.chambers)),
        value_fn=boost,
        setpoint_fn=lambda option, capabilities: {
            "boosted": zone_number(option, capabilities) or None
        },
        change_fn=lambda option, capabilities: {
            "boosted": zone_number(option, capabilities)
        },
        exists_fn=lambda capabilities: Feature.ZONE_BOOST in capabilities.features,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the choices that these boots leave."""
    coordinator = entry.runtime_data
    async_add_entities(
        [
            *entities_of(coordinator, KumoBootsSelect, SELECTS),
            ForWhomSelect(coordinator, FOR_WHOM),
        ]
    )


class KumoBootsSelect(KumoBootsSetpoint, SelectEntity):
    """A choice for the next, or for the running session."""

    entity_description: KumoBootsSelectDescription

    def __init__(
        self, coordinator: KumoBootsCoordinator, description: KumoBootsSelectDescription
    ) -> None:
        """Offer what these boots can."""
        super().__init__(coordinator, description)
        self._attr_options = list(description.options_fn(coordinator.capabilities))

    @property
    @override
    def current_option(self) -> str | None:
        """Tell what counts now."""
        return self.entity_description.value_fn(
            self.coordinator.data, self.coordinator.capabilities
        )

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose for the next session, or in the one that waits or runs."""
        capabilities = self.coordinator.capabilities
        await self._put(
            self.entity_description.setpoint_fn(option, capabilities),
            self.entity_description.change_fn(option, capabilities),
        )

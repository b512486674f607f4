"""Switches: the session itself, the child lock, the link, the zones left out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .boots.cause import Cause
from .boots.model import Capabilities, Feature
from .boots.session_state import ACTIVE
from .const import DOMAIN
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator, Snapshot
from .entity import (
    ENGAGED,
    KumoBootsControl,
    KumoBootsDescription,
    KumoBootsSetpoint,
    async_stop,
    engaged,
    entities_of,
    over_bluetooth,
    zone_keys,
)
from .exceptions import speaking_to_people
from .routines.entities import add_switches

PARALLEL_UPDATES = 0


def session_on(data: Snapshot) -> bool | None:
    """Tell whether a session starts or runs; a request that waits is not one yet."""
    return None if data.phase is None else data.session.phase in ACTIVE


async def set_session(
    coordinator: KumoBootsCoordinator, cause: Cause, on: bool
) -> None:
    """Request a session, or let the air out.

    Asking again changes nothing: a person who is about to say yes to one request must
    not find another in its place, and an area that is switched on holds more than this.
    """
    if not on:
        await async_stop(coordinator, cause)
    elif coordinator.session.state.phase not in ENGAGED:
        settings = coordinator.settings_from_setpoints()
        await coordinator.session.request(settings, cause)


async def set_child_lock(
    coordinator: KumoBootsCoordinator, cause: Cause, on: bool
) -> None:
    """Lock or unlock the boots' own start button; their stop cannot be locked."""
    await coordinator.pair.set_child_lock(on)


async def set_link_free(
    coordinator: KumoBootsCoordinator, cause: Cause, on: bool
) -> None:
    """Leave the Bluetooth link to another app, or take it back.

    Never while a session needs it: the boots would vent when its heartbeats end.
    """
    if on and coordinator.session.state.phase in ENGAGED:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="only_between_sessions"
        )
    coordinator.set_link_free(on)


@dataclass(frozen=True, kw_only=True)
class KumoBootsSwitchDescription(KumoBootsDescription, SwitchEntityDescription):
    """Something to switch on a pair."""

    value_fn: Callable[[Snapshot], bool | None]
    set_fn: Callable[[KumoBootsCoordinator, Cause, bool], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class KumoBootsZoneDescription(KumoBootsDescription, SwitchEntityDescription):
    """A zone to leave out."""

    zone: int


SWITCHES = (
    KumoBootsSwitchDescription(
        key="session",
        translation_key="session",
        value_fn=session_on,
        set_fn=set_session,
    ),
    KumoBootsSwitchDescription(
        key="child_lock",
        translation_key="child_lock",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        value_fn=lambda data: data.pair.child_lock,
        set_fn=set_child_lock,
        exists_fn=lambda capabilities: Feature.CHILD_LOCK in capabilities.features,
    ),
    KumoBootsSwitchDescription(
        key="link_free",
        translation_key="link_free",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        value_fn=lambda data: data.link_free,
        set_fn=set_link_free,
        exists_fn=over_bluetooth,
    ),
)


def zone_switches(capabilities: Capabilities) -> list[KumoBootsZoneDescription]:
    """Describe the zones that these boots can leave out."""
    if Feature.ZONE_SKIP not in capabilities.features:
        return []
    return [
        KumoBootsZoneDescription(
            key=f"skip_{zone}",
            translation_key=(
                "skip_chamber" if key.startswith("chamber_") else f"skip_{key}"
            ),
            translation_placeholders={"number": str(zone)},
            entity_category=EntityCategory.CONFIG,
            entity_registry_enabled_default=False,
            zone=zone,
        )
        for zone, key in enumerate(zone_keys(capabilities.chambers), start=1)
    ]


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what can be switched on these boots."""
    coordinator = entry.runtime_data
    async_add_entities(entities_of(coordinator, KumoBootsSwitch, SWITCHES))
    async_add_entities(
        entities_of(
            coordinator, KumoBootsZoneSwitch, zone_switches(coordinator.capabilities)
        )
    )
    add_switches(coordinator, async_add_entities)


class KumoBootsSwitch(KumoBootsControl, SwitchEntity):
    """Something to switch on a pair."""

    entity_description: KumoBootsSwitchDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Tell what the boots reported, not what was asked of them."""
        return self.entity_description.value_fn(self.coordinator.data)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Ask for it."""
        await self._switch(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """End it."""
        await self._switch(False)

    async def _switch(self, on: bool) -> None:
        """Do it, and tell a person what went wrong."""
        cause = await self._cause(by_hand=on)
        with speaking_to_people(self.coordinator.reachability):
            await self.entity_description.set_fn(self.coordinator, cause, on)


class KumoBootsZoneSwitch(KumoBootsSetpoint, SwitchEntity):
    """On while a zone is left out."""

    entity_description: KumoBootsZoneDescription

    @property
    def _skipped(self) -> frozenset[int]:
        """Tell the zones left out now."""
        data = self.coordinator.data
        if not engaged(data):
            return data.setpoints.skipped
        settings = data.session.settings
        return data.pair.skipped if settings is None else settings.skipped

    @property
    @override
    def is_on(self) -> bool:
        """Tell whether the zone is left out."""
        return self.entity_description.zone in self._skipped

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Leave the zone out."""
        await self._skip(self._skipped | {self.entity_description.zone})

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Take the zone in again."""
        await self._skip(self._skipped - {self.entity_description.zone})

    async def _skip(self, skipped: frozenset[int]) -> None:
        """Leave out these zones and no other."""
        await self._put({"skipped": skipped}, {"skipped": skipped})

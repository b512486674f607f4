"""What the entities of a pair have in common: devices, names of zones, availability."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .boots.errors import BootsError, StopNotConfirmedError
from .boots.model import Capabilities, Identity, Side
from .boots.session import Cause, SessionPhase
from .boots.session_state import ACTIVE
from .boots.unit import Unit
from .callers import async_cause_from
from .confirming import async_cause_by_hand
from .const import DOMAIN
from .coordinator import KumoBootsCoordinator, Snapshot
from .exceptions import StopNotReachedError, speaking_to_people
from .snapshot import CoarsePhase

ENGAGED = ACTIVE | {SessionPhase.AWAITING}
"""The phases in which the session's settings count, and not the setpoints."""

NOT_STOPPED: Mapping[str, type[BootsError]] = {
    "not_confirmed": StopNotConfirmedError,
    "not_reached": StopNotReachedError,
}
"""What becomes of a stop after which nobody knows whether the boots are empty."""

FIVE_ZONES = ("foot", "calf", "knee", "lower_thigh", "thigh")
"""What five chambers lie on, from the first; any other number is only counted."""


def zone_keys(chambers: int) -> tuple[str, ...]:
    """Name the zones of boots with so many chambers (1–8), from the foot upwards."""
    if chambers == len(FIVE_ZONES):
        return FIVE_ZONES
    return tuple(f"chamber_{number}" for number in range(1, chambers + 1))


def engaged(data: Snapshot) -> bool:
    """Tell whether a session waits or runs, so that its own values are shown."""
    return data.session.phase in ENGAGED


def side_of(coordinator: KumoBootsCoordinator, unit: Unit) -> Side | None:
    """Tell which leg a unit stands for; None where one unit is the whole pair."""
    if len(coordinator.units) == 1:
        return None
    return next(iter(unit.sides))


def pair_device_info(coordinator: KumoBootsCoordinator) -> DeviceInfo:
    """Describe the pair, which holds every Bluetooth address of its units."""
    identities = coordinator.identities or (Identity(),)
    firmwares = {identity.firmware for identity in identities}
    return DeviceInfo(
        identifiers={(DOMAIN, coordinator.config_entry.entry_id)},
        connections={
            (dr.CONNECTION_BLUETOOTH, unit.address) for unit in coordinator.units
        },
        name=coordinator.config_entry.title,
        manufacturer=identities[0].manufacturer or None,
        model=identities[0].model or None,
        # A pair of two units has two of these: see the diagnostic sensors.
        serial_number=identities[0].serial or None if len(identities) == 1 else None,
        sw_version=firmwares.pop() or None if len(firmwares) == 1 else None,
    )


def leg_device_info(coordinator: KumoBootsCoordinator, side: Side) -> ChildDeviceInfo:
    """Describe a leg as a part of its pair, which is registered if it is not yet."""
    entry = coordinator.config_entry
    pair = dr.async_get(coordinator.hass).async_get_or_create(
        config_entry_id=entry.entry_id, **pair_device_info(coordinator)
    )
    return ChildDeviceInfo(
        identifiers={(DOMAIN, f"{entry.entry_id}_{side}")},
        parent_device_id=pair.id,
        translation_key=f"{side}_leg",
    )


async def async_stop(coordinator: KumoBootsCoordinator, cause: Cause) -> None:
    """Let the air out; raise while nobody knows whether it is.

    StopNotConfirmedError when the stop is being repeated, StopNotReachedError when not.
    """
    outcome = await coordinator.session.stop(cause)
    if (error := NOT_STOPPED.get(outcome.result)) is not None:
        raise error


@dataclass(frozen=True, kw_only=True)
class KumoBootsDescription(EntityDescription):
    """What an entity is, and on which boots there is one."""

    exists_fn: Callable[[Capabilities], bool] = lambda capabilities: True


def entities_of[D: KumoBootsDescription](
    coordinator: KumoBootsCoordinator,
    make: Callable[[KumoBootsCoordinator, D], KumoBootsEntity],
    descriptions: Iterable[D],
) -> Iterator[KumoBootsEntity]:
    """Make those of the described entities that these boots have."""
    return (
        make(coordinator, description)
        for description in descriptions
        if description.exists_fn(coordinator.capabilities)
    )


def over_bluetooth(capabilities: Capabilities) -> bool:
    """Tell whether the boots themselves say what they do."""
    return not capabilities.by_hand


class KumoBootsEntity(CoordinatorEntity[KumoBootsCoordinator]):
    """Something the boots report: there while they are, or while a session is.

    Belongs to the pair, or to one ``side`` of it.
    """

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: KumoBootsCoordinator,
        description: EntityDescription,
        side: Side | None = None,
    ) -> None:
        """Give the entity its identity, which outlives a replaced unit."""
        super().__init__(coordinator)
        self.entity_description = description
        entry_id = coordinator.config_entry.entry_id
        self._attr_unique_id = f"{entry_id}_{side or 'pair'}_{description.key}"
        self._attr_device_info = (
            pair_device_info(coordinator)
            if side is None
            else leg_device_info(coordinator, side)
        )

    @property
    @override
    def available(self) -> bool:
        """Tell whether there is something to know: boots in reach, or a session."""
        data = self.coordinator.data
        return data.available or data.phase not in {None, CoarsePhase.READY}


class KumoBootsControl(KumoBootsEntity):
    """Something a person sets or does: always there.

    Home Assistant drops calls to unavailable entities without a word. These connect on
    demand and, when that fails, say why.
    """

    @property
    @override
    def available(self) -> bool:
        """Never let a call be dropped."""
        return True

    async def _cause(self, *, by_hand: bool = True) -> Cause:
        """Tell who is behind the call that is being served.

        ``by_hand``: a person only where they did it themselves, and just now.
        """
        if by_hand:
            return await async_cause_by_hand(
                self.coordinator, self._context, self.entity_id
            )
        return await async_cause_from(self.coordinator.hass, self._context)


class KumoBootsSetpoint(KumoBootsControl):
    """A value of the next session; of the one that waits or runs while there is one."""

    async def _put(
        self, setpoint: Mapping[str, Any], change: Mapping[str, Any] | None = None
    ) -> None:
        """Set it where it counts now.

        ``change`` is the same for a session that is under way; None where that cannot
        be changed any more. What a waiting request is changed to stays the setpoint.
        """
        coordinator = self.coordinator
        # The live phase: what is published may be older than the call.
        phase = coordinator.session.state.phase
        if phase in ENGAGED and change is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="only_between_sessions"
            )
        with speaking_to_people(coordinator.reachability):
            if phase in ENGAGED and change is not None:
                await coordinator.session.change(await self._cause(), **change)
            if phase not in ACTIVE:
                coordinator.set_setpoints(**setpoint)

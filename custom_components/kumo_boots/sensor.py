"""Sensors: what the boots measure and how far the session is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    UnitOfPressure,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .boots.link import LinkState
from .boots.model import Side
from .by_hand.entities import add_guidance
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator, Snapshot
from .described_sensor import definition_sensors
from .entity import KumoBootsEntity, over_bluetooth, side_of, zone_keys
from .people.sensors import add_wearer_sensors
from .routines.entities import add_sensors
from .snapshot import CoarsePhase

PARALLEL_UPDATES = 0

JITTER = timedelta(seconds=5)
"""An end that moves by less has not moved: the boots count whole seconds."""


def chamber_mmhg(data: Snapshot, side: Side, zone: int) -> float | None:
    """Tell a chamber's pressure; unknown when the boots may have moved on unheard."""
    if not data.connected and data.phase is not CoarsePhase.READY:
        return None
    chambers = data.pair.pressures_mmhg.get(side, ())
    return chambers[zone - 1] if zone <= len(chambers) else None


def highest_mmhg(data: Snapshot) -> float | None:
    """Tell the highest pressure of all chambers that are known."""
    known = [
        mmhg
        for side, chambers in data.pair.pressures_mmhg.items()
        for zone in range(1, len(chambers) + 1)
        if (mmhg := chamber_mmhg(data, side, zone)) is not None
    ]
    return max(known, default=None)


def phase_attributes(data: Snapshot) -> Mapping[str, Any]:
    """Tell what a person asks when they see the phase: until when, and why."""
    session = data.session
    return {
        "awaiting_until": session.awaiting_until,
        "actor": session.cause.actor if session.cause else None,
        "cause": session.cause.why if session.cause else None,
        "origin": data.pair.origin,
    }


@dataclass(frozen=True, kw_only=True)
class KumoBootsSensorDescription(SensorEntityDescription):
    """A sensor of the pair."""

    value_fn: Callable[[Snapshot], StateType | datetime]
    attributes_fn: Callable[[Snapshot], Mapping[str, Any]] | None = None
    measured: bool = False
    """Only boots that measure themselves can tell it."""


@dataclass(frozen=True, kw_only=True)
class KumoBootsChamberDescription(SensorEntityDescription):
    """A sensor of one chamber of one leg."""

    zone: int


@dataclass(frozen=True, kw_only=True)
class KumoBootsUnitDescription(SensorEntityDescription):
    """A sensor of one unit, by its place in the pair."""

    value_fn: Callable[[KumoBootsCoordinator, int], StateType]
    attributes_fn: Callable[[Snapshot, int], Mapping[str, Any]] | None = None


PAIR_SENSORS = (
    KumoBootsSensorDescription(
        key="phase",
        translation_key="phase",
        device_class=SensorDeviceClass.ENUM,
        options=[phase.value for phase in CoarsePhase],
        value_fn=lambda data: data.phase,
        attributes_fn=phase_attributes,
    ),
    KumoBootsSensorDescription(
        key="highest_pressure",
        translation_key="highest_pressure",
        device_class=SensorDeviceClass.PRESSURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPressure.MMHG,
        suggested_unit_of_measurement=UnitOfPressure.MMHG,
        suggested_display_precision=0,
        entity_registry_enabled_default=False,
        value_fn=highest_mmhg,
        measured=True,
    ),
    KumoBootsSensorDescription(
        key="cycles",
        translation_key="cycles",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_registry_enabled_default=False,
        value_fn=lambda data: data.pair.cycles,
        measured=True,
    ),
    KumoBootsSensorDescription(
        key="session_end",
        translation_key="session_end",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_registry_enabled_default=False,
        value_fn=lambda data: data.session.ends_at,
    ),
    KumoBootsSensorDescription(
        key="time_remaining",
        translation_key="time_remaining",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_display_precision=0,
        # Whole minutes begun: one row a minute, and never zero before the end.
        value_fn=lambda data: (
            None
            if data.session.remaining_s is None
            else ceil(data.session.remaining_s / 60)
        ),
    ),
)

BY_HAND_SENSORS = tuple(
    # What air does in them, nobody tells.
    replace(description, translation_key="phase_by_hand")
    if description.key == "phase"
    else description
    for description in PAIR_SENSORS
    if not description.measured
)

UNIT_SENSORS = (
    KumoBootsUnitDescription(
        key="battery",
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator, index: (
            coordinator.units[index].state.battery_percent
        ),
    ),
    KumoBootsUnitDescription(
        key="link",
        translation_key="link",
        device_class=SensorDeviceClass.ENUM,
        options=[state.value for state in LinkState],
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda coordinator, index: coordinator.data.links[index].state,
        attributes_fn=lambda data, index: {"reason": data.links[index].reason},
    ),
    KumoBootsUnitDescription(
        key="signal",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda coordinator, index: coordinator.data.rssi[index],
    ),
    KumoBootsUnitDescription(
        key="firmware",
        translation_key="firmware",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda coordinator, index: (
            coordinator.identities[index].firmware or None
        ),
    ),
    KumoBootsUnitDescription(
        key="serial",
        translation_key="serial",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda coordinator, index: (
            coordinator.identities[index].serial or None
        ),
    ),
)


NEEDS = {
    "highest_pressure": "pressures",
    "cycles": "cycles",
    "session_end": "remaining",
    "time_remaining": "remaining",
    "battery": "battery",
}
"""What the boots have to tell for a sensor to be there (``Capabilities.untold``)."""


def chamber_sensors(chambers: int) -> Iterator[KumoBootsChamberDescription]:
    """Describe a leg's pressures, from the foot upwards."""
    for zone, key in enumerate(zone_keys(chambers), start=1):
        counted = key.startswith("chamber_")
        yield KumoBootsChamberDescription(
            key=f"pressure_{zone}",
            translation_key="pressure_chamber" if counted else f"pressure_{key}",
            translation_placeholders={"number": str(zone)} if counted else None,
            device_class=SensorDeviceClass.PRESSURE,
            state_class=SensorStateClass.MEASUREMENT,
            native_unit_of_measurement=UnitOfPressure.MMHG,
            # US unit systems would turn it into inHg, which nobody wears.
            suggested_unit_of_measurement=UnitOfPressure.MMHG,
            suggested_display_precision=0,
            zone=zone,
        )


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of a pair, of its legs and of its units."""
    coordinator = entry.runtime_data
    capabilities = coordinator.capabilities
    measures = over_bluetooth(capabilities)
    async_add_entities(
        [
            *(
                SessionEndSensor(coordinator, description)
                if description.key == "session_end"
                else PairSensor(coordinator, description)
                for description in (PAIR_SENSORS if measures else BY_HAND_SENSORS)
                if NEEDS.get(description.key) not in capabilities.untold
            ),
            *(
                ChamberSensor(coordinator, description, side)
                for side in sorted(capabilities.legs)
                if measures and "pressures" not in capabilities.untold
                for description in chamber_sensors(capabilities.chambers)
            ),
            *(
                UnitSensor(coordinator, description, index)
                for index in range(len(coordinator.units))
                for description in UNIT_SENSORS
                if NEEDS.get(description.key) not in capabilities.untold
            ),
            *definition_sensors(coordinator),
        ]
    )
    add_guidance(coordinator, async_add_entities)
    add_wearer_sensors(coordinator, async_add_entities)
    add_sensors(coordinator, async_add_entities)


class PairSensor(KumoBootsEntity, SensorEntity):
    """Something that is one for both legs."""

    entity_description: KumoBootsSensorDescription
    _unrecorded_attributes = frozenset({"awaiting_until", "actor", "cause", "origin"})

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Read it off the snapshot."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Add what a person asks next."""
        attributes = self.entity_description.attributes_fn
        return attributes(self.coordinator.data) if attributes else None


class SessionEndSensor(PairSensor):
    """When the session will be over, without the jitter of counted seconds."""

    _shown: datetime | None = None

    @property
    @override
    def native_value(self) -> datetime | None:
        """Keep what is shown until the end has really moved."""
        ends_at = self.coordinator.data.session.ends_at
        if (
            ends_at is None
            or self._shown is None
            or abs(ends_at - self._shown) > JITTER
        ):
            self._shown = ends_at
        return self._shown


class ChamberSensor(KumoBootsEntity, SensorEntity):
    """The pressure of one chamber."""

    entity_description: KumoBootsChamberDescription

    def __init__(
        self,
        coordinator: KumoBootsCoordinator,
        description: KumoBootsChamberDescription,
        side: Side,
    ) -> None:
        """Remember the leg."""
        super().__init__(coordinator, description, side)
        self._side = side

    @property
    @override
    def native_value(self) -> float | None:
        """Tell the peak since the last row in a session, the measured value at rest."""
        return chamber_mmhg(
            self.coordinator.data, self._side, self.entity_description.zone
        )


class UnitSensor(KumoBootsEntity, SensorEntity):
    """Something each controller has for itself; it outlives being switched off."""

    entity_description: KumoBootsUnitDescription
    _unrecorded_attributes = frozenset({"reason"})

    def __init__(
        self,
        coordinator: KumoBootsCoordinator,
        description: KumoBootsUnitDescription,
        index: int,
    ) -> None:
        """Put it on the leg that the unit serves, or on the pair."""
        unit = coordinator.units[index]
        super().__init__(coordinator, description, side_of(coordinator, unit))
        self._index = index

    @property
    @override
    def available(self) -> bool:
        """Stay: boots that are switched off are a normal state, not an error."""
        return True

    @property
    @override
    def native_value(self) -> StateType:
        """Read what is known of the unit."""
        return self.entity_description.value_fn(self.coordinator, self._index)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Add the reason of the link's state."""
        attributes = self.entity_description.attributes_fn
        return attributes(self.coordinator.data, self._index) if attributes else None

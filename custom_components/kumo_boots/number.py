"""Numbers: how strong and how long; for the curious, the rhythm of a cycle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
)
from homeassistant.const import EntityCategory, UnitOfPressure, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .boots.model import STANDARD_TIMES, Capabilities, Feature, Measure, Times
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator, Snapshot
from .entity import KumoBootsDescription, KumoBootsSetpoint, engaged, entities_of

PARALLEL_UPDATES = 0

LONGEST_TIME_S = 60
"""The longest hold, release or rest (Open Boots Profile, section 5)."""


def target_mmhg(data: Snapshot) -> int | None:
    """Tell the target of the session under way, else of the next one."""
    if not engaged(data):
        return data.setpoints.target_mmhg
    settings = data.session.settings
    return data.pair.target_mmhg if settings is None else settings.target_mmhg


def duration_min(data: Snapshot) -> float | None:
    """Tell the whole length of the session; unknown of one that others started."""
    if not engaged(data):
        return data.setpoints.duration_s / 60
    settings = data.session.settings
    return None if settings is None else settings.duration_s / 60


def times(data: Snapshot) -> Times | None:
    """Tell the rhythm; unknown of a session that others started."""
    if not engaged(data):
        return data.setpoints.times or STANDARD_TIMES[data.setpoints.mode]
    settings = data.session.settings
    if settings is None:
        return None
    return settings.times or STANDARD_TIMES[settings.programme]


@dataclass(frozen=True, kw_only=True)
class KumoBootsNumberDescription(KumoBootsDescription, NumberEntityDescription):
    """A number of the next, or of the running session."""

    value_fn: Callable[[Snapshot], float | None]
    min_fn: Callable[[KumoBootsCoordinator], float]
    max_fn: Callable[[KumoBootsCoordinator], float]
    step_fn: Callable[[Capabilities], float] = lambda capabilities: 1
    setpoint_fn: Callable[[Snapshot, int], Mapping[str, Any]]
    change_fn: Callable[[int], Mapping[str, Any] | None] = lambda value: None


def time_number(name: str, shortest_s: int) -> KumoBootsNumberDescription:
    """Describe one of the three times of a cycle."""
    field = f"{name}_s"

    def changed(data: Snapshot, value: int) -> Mapping[str, Any]:
        current = data.setpoints.times or STANDARD_TIMES[data.setpoints.mode]
        return {"times": replace(current, **{field: value})}

    return KumoBootsNumberDescription(
        key=f"{name}_time",
        translation_key=f"{name}_time",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        value_fn=lambda data: getattr(times(data), field, None),
        min_fn=lambda coordinator: shortest_s,
        max_fn=lambda coordinator: LONGEST_TIME_S,
        setpoint_fn=changed,
        exists_fn=lambda capabilities: (
            Feature.CUSTOM_PROGRAMME in capabilities.features
        ),
    )


NUMBERS = (
    KumoBootsNumberDescription(
        key="target_pressure",
        translation_key="target_pressure",
        device_class=NumberDeviceClass.PRESSURE,
        native_unit_of_measurement=UnitOfPressure.MMHG,
        value_fn=target_mmhg,
        min_fn=lambda coordinator: coordinator.capabilities.target_min_mmhg,
        max_fn=lambda coordinator: coordinator.target_max_mmhg,
        step_fn=lambda capabilities: capabilities.target_step_mmhg,
        setpoint_fn=lambda data, value: {"target_mmhg": value},
        change_fn=lambda value: {"target_mmhg": value},
        exists_fn=lambda capabilities: capabilities.measure is Measure.MMHG,
    ),
    KumoBootsNumberDescription(
        key="level",
        translation_key="level",
        value_fn=target_mmhg,
        min_fn=lambda coordinator: coordinator.capabilities.target_min_mmhg,
        max_fn=lambda coordinator: coordinator.target_max_mmhg,
        setpoint_fn=lambda data, value: {"target_mmhg": value},
        change_fn=lambda value: {"target_mmhg": value},
        exists_fn=lambda capabilities: capabilities.measure is Measure.LEVELS,
    ),
    KumoBootsNumberDescription(
        key="duration",
        translation_key="duration",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value_fn=duration_min,
        min_fn=lambda coordinator: coordinator.capabilities.duration_min_s / 60,
        max_fn=lambda coordinator: coordinator.duration_max_s / 60,
        setpoint_fn=lambda data, value: {"duration_s": value * 60},
        change_fn=lambda value: {"duration_s": value * 60},
    ),
    time_number("hold", 0),
    time_number("release", 1),
    time_number("rest", 0),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers that these boots take."""
    async_add_entities(entities_of(entry.runtime_data, KumoBootsNumber, NUMBERS))


class KumoBootsNumber(KumoBootsSetpoint, NumberEntity):
    """A number of the next, or of the running session."""

    entity_description: KumoBootsNumberDescription

    @property
    @override
    def native_value(self) -> float | None:
        """Tell what counts now."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def native_min_value(self) -> float:
        """Tell the least these boots can."""
        return self.entity_description.min_fn(self.coordinator)

    @property
    @override
    def native_max_value(self) -> float:
        """Tell the most that the boots can and the wearer allows."""
        return self.entity_description.max_fn(self.coordinator)

    @property
    @override
    def native_step(self) -> float:
        """Tell the step of these boots."""
        return self.entity_description.step_fn(self.coordinator.capabilities)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it for the next session, or in the one that waits or runs."""
        # The boots know whole units only; never more than was asked for.
        whole = int(value)
        await self._put(
            self.entity_description.setpoint_fn(self.coordinator.data, whole),
            self.entity_description.change_fn(whole),
        )

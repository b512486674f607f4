"""Sensors of each wearer: what the coach advises, and what was done this week.

None of them tells how a wearer felt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfPressure, UnitOfTime
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from ..boots.model import Measure
from ..coordinator import KumoBootsCoordinator
from .coach import Stage
from .coaching import Coach
from .device import WearerEntity, add_for_wearers
from .sitting import Sitting
from .wearer import Wearer

BY_HAND = frozenset({"requested", "stopped"})
"""Why a session ended that somebody, or something, was asked to end."""


def ending(sitting: Sitting) -> str:
    """Tell how a session ended in a word: in full, stopped, or interrupted."""
    if sitting.completed:
        return "completed"
    return "stopped" if sitting.ended_why in BY_HAND else "interrupted"


def last_ended_at(coach: Coach, wearer: Wearer) -> datetime | None:
    """Tell when a wearer's last session ended."""
    last = next(reversed(coach.sittings(wearer)), None)
    return None if last is None else last.ended_at


def last_ending(coach: Coach, wearer: Wearer) -> Mapping[str, Any]:
    """Tell how a wearer's last session ended."""
    last = next(reversed(coach.sittings(wearer)), None)
    return {"ended": None if last is None else ending(last)}


def week_began(coach: Coach, wearer: Wearer) -> datetime:
    """Tell when this week's sums were zero."""
    return coach.week(wearer).began


@dataclass(frozen=True, kw_only=True)
class WearerSensorDescription(SensorEntityDescription):
    """A sensor of a wearer."""

    value_fn: Callable[[Coach, Wearer], StateType | datetime]
    attributes_fn: Callable[[Coach, Wearer], Mapping[str, Any]] | None = None
    measure: Measure | None = None
    """Only for boots that count so."""
    last_reset_fn: Callable[[Coach, Wearer], datetime] | None = None
    """With it the long-term statistics know a new week from a forgotten one."""


WEARER_SENSORS = (
    WearerSensorDescription(
        key="recommended_pressure",
        translation_key="recommended_pressure",
        device_class=SensorDeviceClass.PRESSURE,
        native_unit_of_measurement=UnitOfPressure.MMHG,
        suggested_unit_of_measurement=UnitOfPressure.MMHG,
        suggested_display_precision=0,
        value_fn=lambda coach, wearer: coach.advice(wearer).target_mmhg,
        measure=Measure.MMHG,
    ),
    WearerSensorDescription(
        key="recommended_level",
        translation_key="recommended_level",
        value_fn=lambda coach, wearer: coach.advice(wearer).target_mmhg,
        measure=Measure.LEVELS,
    ),
    WearerSensorDescription(
        key="recommended_duration",
        translation_key="recommended_duration",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_display_precision=0,
        value_fn=lambda coach, wearer: coach.advice(wearer).duration_s / 60,
    ),
    WearerSensorDescription(
        key="stage",
        translation_key="stage",
        device_class=SensorDeviceClass.ENUM,
        options=[stage.value for stage in Stage],
        value_fn=lambda coach, wearer: coach.advice(wearer).stage,
    ),
    WearerSensorDescription(
        key="sessions_this_week",
        translation_key="sessions_this_week",
        state_class=SensorStateClass.TOTAL,
        value_fn=lambda coach, wearer: coach.week(wearer).sessions,
        last_reset_fn=week_began,
    ),
    WearerSensorDescription(
        key="time_this_week",
        translation_key="time_this_week",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_display_precision=0,
        value_fn=lambda coach, wearer: coach.week(wearer).ran_s,
        last_reset_fn=week_began,
    ),
    WearerSensorDescription(
        key="last_session",
        translation_key="last_session",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=last_ended_at,
        attributes_fn=last_ending,
    ),
)


def add_wearer_sensors(
    coordinator: KumoBootsCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of everybody who is known."""
    add_for_wearers(
        coordinator,
        async_add_entities,
        lambda wearer: [
            WearerSensor(coordinator, wearer, description)
            for description in WEARER_SENSORS
            if description.measure in (None, coordinator.capabilities.measure)
        ],
    )


class WearerSensor(WearerEntity, SensorEntity):
    """Something the coach says."""

    entity_description: WearerSensorDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the coach."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.coach.listen(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Ask the coach."""
        return self.entity_description.value_fn(self.coordinator.coach, self.wearer)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Add what a person asks next."""
        attributes = self.entity_description.attributes_fn
        return attributes(self.coordinator.coach, self.wearer) if attributes else None

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Tell since when a sum is counted."""
        reset = self.entity_description.last_reset_fn
        return reset(self.coordinator.coach, self.wearer) if reset else None

"""What only boots by hand have: what to do now, and the words that say how it is."""

from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..boots.cause import Cause
from ..coordinator import KumoBootsCoordinator
from ..entity import KumoBootsControl
from .telling import Guidance, guidance

GUIDANCE = SensorEntityDescription(
    key="guidance",
    translation_key="guidance",
    device_class=SensorDeviceClass.ENUM,
    options=[each.value for each in Guidance],
)


def add_guidance(
    coordinator: KumoBootsCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what says what to do, where a person has to do it."""
    if coordinator.hands is not None:
        async_add_entities([GuidanceSensor(coordinator, GUIDANCE)])


class GuidanceSensor(KumoBootsControl, SensorEntity):
    """What the person is to do now."""

    @property
    @override
    def native_value(self) -> str:
        """Read it off the session."""
        return guidance(self.coordinator.data.session.phase)


async def say_runs(coordinator: KumoBootsCoordinator, cause: Cause) -> None:
    """Say that the boots run: somebody pressed start on them."""
    assert coordinator.hands is not None
    coordinator.hands.boots.say_runs()


async def say_off(coordinator: KumoBootsCoordinator, cause: Cause) -> None:
    """Say that the boots are off, and empty."""
    assert coordinator.hands is not None
    coordinator.hands.boots.say_off()

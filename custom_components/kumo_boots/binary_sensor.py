"""Binary sensors: is a session running, are the boots there, is something wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .boots.model import Feature
from .boots.session_state import ACTIVE
from .coordinator import KumoBootsConfigEntry, Snapshot
from .entity import KumoBootsDescription, KumoBootsEntity, entities_of, over_bluetooth
from .snapshot import CoarsePhase

PARALLEL_UPDATES = 0


def session_running(data: Snapshot) -> bool | None:
    """Tell whether a session is on, paused included; unknown while nobody knows."""
    if data.phase is None:
        return None
    return data.session.phase in ACTIVE


def problem(data: Snapshot) -> bool | None:
    """Tell whether somebody has to look at the boots."""
    if data.phase is CoarsePhase.FAULT or data.pair.faults:
        return True
    # A stop that was never confirmed stays a problem however long they are away.
    return data.session.stop_unconfirmed


def problem_attributes(data: Snapshot) -> Mapping[str, Any]:
    """List what is wrong, in the words of the boots."""
    return {
        "faults": sorted(data.pair.faults),
        "stop_unconfirmed": data.session.stop_unconfirmed,
    }


@dataclass(frozen=True, kw_only=True)
class KumoBootsBinarySensorDescription(
    KumoBootsDescription, BinarySensorEntityDescription
):
    """A yes or no about the pair."""

    value_fn: Callable[[Snapshot], bool | None]
    attributes_fn: Callable[[Snapshot], Mapping[str, Any]] | None = None
    stays_fn: Callable[[Snapshot], bool] = lambda data: False
    """Is there although the boots are not."""


BINARY_SENSORS = (
    KumoBootsBinarySensorDescription(
        key="session_running",
        translation_key="session_running",
        device_class=BinarySensorDeviceClass.RUNNING,
        value_fn=session_running,
    ),
    KumoBootsBinarySensorDescription(
        key="bench_only",
        translation_key="bench_only",
        device_class=BinarySensorDeviceClass.SAFETY,
        value_fn=lambda data: True,
        exists_fn=lambda capabilities: (
            over_bluetooth(capabilities) and not capabilities.fail_safes.complete
        ),
        stays_fn=lambda data: True,
    ),
    KumoBootsBinarySensorDescription(
        key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.connected,
        stays_fn=lambda data: True,
        exists_fn=over_bluetooth,
    ),
    KumoBootsBinarySensorDescription(
        key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=problem,
        attributes_fn=problem_attributes,
        stays_fn=lambda data: bool(problem(data)),
    ),
    KumoBootsBinarySensorDescription(
        key="charging",
        device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda data: data.pair.charging,
        exists_fn=lambda capabilities: Feature.CHARGING in capabilities.features,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors that these boots can fill."""
    async_add_entities(
        entities_of(entry.runtime_data, KumoBootsBinarySensor, BINARY_SENSORS)
    )


class KumoBootsBinarySensor(KumoBootsEntity, BinarySensorEntity):
    """A yes or no about the pair."""

    entity_description: KumoBootsBinarySensorDescription
    _unrecorded_attributes = frozenset({"faults", "stop_unconfirmed"})

    @property
    @override
    def available(self) -> bool:
        """Stay for what has to be said although the boots are away."""
        return super().available or self.entity_description.stays_fn(
            self.coordinator.data
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Read it off the snapshot."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Add the details."""
        attributes = self.entity_description.attributes_fn
        return attributes(self.coordinator.data) if attributes else None

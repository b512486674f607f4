"""How well it is known what boots of a definition do, for as long as they are there."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .boots.drivers.defined import Confidence, Definition
from .boots.model import Side
from .coordinator import KumoBootsCoordinator
from .described import definition_of
from .entity import KumoBootsEntity, side_of

DEFINITION = SensorEntityDescription(
    key="definition",
    translation_key="definition",
    device_class=SensorDeviceClass.ENUM,
    options=[confidence.value for confidence in Confidence],
    entity_category=EntityCategory.DIAGNOSTIC,
)


def definition_sensors(
    coordinator: KumoBootsCoordinator,
) -> Iterator[DefinitionSensor]:
    """Yield one for each unit that a definition describes."""
    for unit, remembered in zip(coordinator.units, coordinator.remembered, strict=True):
        if (definition := definition_of(remembered.driver)) is not None:
            yield DefinitionSensor(coordinator, definition, side_of(coordinator, unit))


class DefinitionSensor(KumoBootsEntity, SensorEntity):
    """The confidence and the source of the definition that the boots are run by."""

    _unrecorded_attributes = frozenset({"source"})

    def __init__(
        self,
        coordinator: KumoBootsCoordinator,
        definition: Definition,
        side: Side | None,
    ) -> None:
        """Keep what holds until the boots are set up anew."""
        super().__init__(coordinator, DEFINITION, side)
        self._definition = definition

    @property
    @override
    def available(self) -> bool:
        """Stay: it does not depend on the boots."""
        return True

    @property
    @override
    def native_value(self) -> str:
        """Tell the confidence."""
        return self._definition.confidence.value

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Add where it is from."""
        return {"definition": self._definition.name, "source": self._definition.source}

"""Events: what happened to a session or a routine, by whom and why."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .boots.session import EventKind, SessionEvent
from .coordinator import KumoBootsConfigEntry
from .counted import as_counted
from .entity import KumoBootsControl
from .routines.announcing import attributes
from .routines.run import RoutineEvent, RoutineKind

PARALLEL_UPDATES = 0

SESSION = EventEntityDescription(
    key="session",
    translation_key="session",
    event_types=[kind.value for kind in EventKind],
)
ROUTINE = EventEntityDescription(
    key="routine",
    translation_key="routine",
    event_types=[kind.value for kind in RoutineKind],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of sessions and of routines."""
    coordinator = entry.runtime_data
    async_add_entities(
        [
            SessionEventEntity(coordinator, SESSION),
            RoutineEventEntity(coordinator, ROUTINE),
        ]
    )


class SessionEventEntity(KumoBootsControl, EventEntity):
    """Every transition of a session, also of one that others started."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the session."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.session.listen_events(self._happened))

    @callback
    def _happened(self, event: SessionEvent) -> None:
        """Tell it at once: events are never held back."""
        self._trigger_event(
            event.kind,
            {
                **as_counted(event.facts, self.coordinator.capabilities),
                "actor": event.cause.actor.value,
                "cause": event.cause.why,
                "origin": self.coordinator.pair.state.origin.value,
                "wearer": self.coordinator.household.current.name,
            },
        )
        self.async_write_ha_state()


class RoutineEventEntity(KumoBootsControl, EventEntity):
    """Everything that happens to a routine of the pair, whichever it is."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the runner."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.runner.listen_events(self._happened))

    @callback
    def _happened(self, event: RoutineEvent) -> None:
        self._trigger_event(event.kind, attributes(self.coordinator, event))
        self.async_write_ha_state()

"""Announcing: an event on Home Assistant's bus for everything that happens to a routine.

``kumo_boots_routine`` carries ``entry_id`` and ``device_id`` of the pair, ``routine_id``
and ``routine`` (its name), ``kind`` (asked, started, step_started, finished…), ``step``
(its kind; None where it is about the whole) and ``index`` (from 0), ``wearer`` (their
name, or *guest*) and ``wearer_id``, ``actor`` and ``cause`` (why, a stable key).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr

from ..const import DOMAIN, EVENT_ROUTINE
from ..people.announcing import (
    ATTR_ACTOR,
    ATTR_CAUSE,
    ATTR_ENTRY_ID,
    ATTR_KIND,
    ATTR_WEARER,
    ATTR_WEARER_ID,
)
from .run import RoutineEvent

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

ATTR_ROUTINE: Final = "routine"
ATTR_ROUTINE_ID: Final = "routine_id"
ATTR_STEP: Final = "step"
ATTR_INDEX: Final = "index"


def attributes(
    coordinator: KumoBootsCoordinator, event: RoutineEvent
) -> dict[str, Any]:
    """Return what is told of an event, but for its kind."""
    household, wearer_id = coordinator.household, event.routine.wearer_id
    wearer = (wearer_id and household.wearer(wearer_id)) or household.current
    return {
        ATTR_ROUTINE_ID: event.routine.routine_id,
        ATTR_ROUTINE: event.routine.name,
        ATTR_STEP: None if event.step is None else event.step.value,
        ATTR_INDEX: event.index,
        ATTR_WEARER: wearer.name,
        ATTR_WEARER_ID: wearer.wearer_id,
        ATTR_ACTOR: event.cause.actor.value,
        ATTR_CAUSE: event.cause.why,
    }


@callback
def announce(coordinator: KumoBootsCoordinator) -> Callable[[], None]:
    """Begin to tell automations and the logbook; returns what ends it."""
    hass, entry = coordinator.hass, coordinator.config_entry

    @callback
    def happened(event: RoutineEvent) -> None:
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, entry.entry_id), entry.entry_id
        )
        hass.bus.async_fire(
            EVENT_ROUTINE,
            {
                ATTR_ENTRY_ID: entry.entry_id,
                ATTR_DEVICE_ID: None if device is None else device.id,
                ATTR_KIND: event.kind.value,
                **attributes(coordinator, event),
            },
        )

    return coordinator.runner.listen_events(happened)

"""What the recorder wrote of a wearer besides states: sessions, and calls of actions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.recorder.db_schema import EventData, Events, EventTypes
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.const import (
    ATTR_DEVICE_ID,
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
)
from homeassistant.helpers.recorder import session_scope
from homeassistant.util.collection import chunked_or_all
from homeassistant.util.json import JsonObjectType, json_loads_object

from ..const import DOMAIN, EVENT_SESSION
from .announcing import ATTR_WEARER, ATTR_WEARER_ID

if TYPE_CHECKING:
    from homeassistant.components.recorder import Recorder

REPORT: Final = "report_discomfort"


@dataclass(frozen=True, kw_only=True, slots=True)
class Traces:
    """What of a wearer's is in the events of Home Assistant."""

    wearer_id: str
    names: frozenset[str]
    """Everything that they may be called in an action, in lower case."""
    targets: frozenset[str]
    """Ids of their entities and devices, and of the pair's entities that name them."""

    def in_event(self, event_type: str, data: JsonObjectType) -> bool:
        """Tell whether an event is of theirs."""
        if event_type == EVENT_SESSION:
            return data.get(ATTR_WEARER_ID) == self.wearer_id
        fields = data.get(ATTR_SERVICE_DATA)
        if not isinstance(fields, dict):
            return False
        if data.get(ATTR_DOMAIN) == DOMAIN:
            named = fields.get(ATTR_WEARER)
            # A report without a name may be theirs.
            unnamed = named is None and data.get(ATTR_SERVICE) == REPORT
            if unnamed or str(named).strip().casefold() in self.names:
                return True
        return any(
            target in self.targets
            for key in (ATTR_ENTITY_ID, ATTR_DEVICE_ID)
            for target in _listed(fields.get(key))
        )


def _listed(value: Any) -> list[str]:
    """Return what a call names, one by one, however it was written."""
    if isinstance(value, str):
        return [each.strip() for each in value.split(",")]
    return [str(each) for each in value] if isinstance(value, list) else []


@dataclass(slots=True)
class EraseEvents(RecorderTask):
    """Erases the events of one wearer; Home Assistant's purge cannot."""

    traces: Traces
    on_done: Callable[[], None]

    @override
    def run(self, instance: Recorder) -> None:
        """Erase them, in the recorder's thread."""
        with session_scope(session=instance.get_session()) as session:
            rows = (
                session.query(
                    Events.event_id,
                    Events.data_id,
                    EventTypes.event_type,
                    EventData.shared_data,
                )
                .join(EventTypes, Events.event_type_id == EventTypes.event_type_id)
                .join(EventData, Events.data_id == EventData.data_id)
                .filter(EventTypes.event_type.in_((EVENT_SESSION, EVENT_CALL_SERVICE)))
                .yield_per(1000)
            )
            theirs = [
                (event_id, data_id)
                for event_id, data_id, event_type, data in rows
                if self.traces.in_event(event_type, json_loads_object(data))
            ]
            data_ids = {data_id for _, data_id in theirs}
            for ids in chunked_or_all(
                [event_id for event_id, _ in theirs], instance.max_bind_vars
            ):
                session.query(Events).filter(Events.event_id.in_(ids)).delete(
                    synchronize_session=False
                )
            for ids in chunked_or_all(sorted(data_ids), instance.max_bind_vars):
                session.query(EventData).filter(EventData.data_id.in_(ids)).delete(
                    synchronize_session=False
                )
        # Else the next event with the same words would point to what is gone.
        instance.event_data_manager.evict_purged(data_ids)
        self.on_done()

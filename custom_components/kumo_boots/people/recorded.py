"""What the recorder wrote of a wearer, besides states: the events of their sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.recorder.db_schema import EventData, Events, EventTypes
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.helpers.recorder import session_scope
from homeassistant.util.collection import chunked_or_all
from homeassistant.util.json import json_loads_object

from ..const import EVENT_SESSION
from .announcing import ATTR_WEARER_ID

if TYPE_CHECKING:
    from homeassistant.components.recorder import Recorder


@dataclass(slots=True)
class EraseSessionEvents(RecorderTask):
    """Erases the events of one wearer's sessions; Home Assistant's purge cannot."""

    wearer_id: str
    on_done: Callable[[], None]

    @override
    def run(self, instance: Recorder) -> None:
        """Erase them, in the recorder's thread."""
        with session_scope(session=instance.get_session()) as session:
            rows = (
                session.query(Events.event_id, Events.data_id, EventData.shared_data)
                .join(EventTypes, Events.event_type_id == EventTypes.event_type_id)
                .join(EventData, Events.data_id == EventData.data_id)
                .filter(EventTypes.event_type == EVENT_SESSION)
                .all()
            )
            theirs = [
                (event_id, data_id)
                for event_id, data_id, data in rows
                if json_loads_object(data).get(ATTR_WEARER_ID) == self.wearer_id
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

"""Triggers of what happens to sessions and routines: the events on the bus, chosen.

An automation hears what ``docs/events.md`` promises and nothing else: there is no state
that could come back after a restart and look like news.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final, cast, override

from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..boots.session_state import EventKind, Policy
from ..const import EVENT_ROUTINE, EVENT_SESSION
from ..coordinator import KumoBootsConfigEntry
from ..people.announcing import (
    ATTR_CAUSE,
    ATTR_ENTRY_ID,
    ATTR_KIND,
    ATTR_LEG,
    ATTR_WEARER_ID,
)
from ..routines.announcing import ATTR_ROUTINE_ID, ATTR_STEP
from ..routines.routine import StepKind
from ..routines.run import RoutineKind
from .aims import Aim, aims_of, target_schema

CONF_CAUSE: Final = "cause"
CONF_STEP: Final = "step"
CONF_ALSO_STOPPED: Final = "also_stopped"
ATTR_NAME: Final = "name"


class BootsTrigger(Trigger):
    """A trigger whose target is boots."""

    _schema: ClassVar[vol.Schema] = target_schema({})

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate the target and the options."""
        return cast(ConfigType, cls._schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take a validated configuration."""
        super().__init__(hass, config)
        self._target: ConfigType = config.target or {}
        self._options: ConfigType = config.options or {}


class EventTrigger(BootsTrigger):
    """Something that is announced on the bus.

    Variables: ``name`` of the boots, and the event's data.
    """

    _event_type: ClassVar[str]
    _kinds: ClassVar[frozenset[str]]

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Listen; the target is looked at when something happens."""

        @callback
        def of_a_kind(data: Mapping[str, Any]) -> bool:
            return data[ATTR_KIND] in self._kinds

        @callback
        def happened(event: Event) -> None:
            data = event.data
            aim = aims_of(self._hass, self._target).get(data[ATTR_ENTRY_ID])
            if aim is None or not self._wanted(aim, data):
                return
            entry = self._hass.config_entries.async_get_known_entry(data[ATTR_ENTRY_ID])
            run_action(
                {ATTR_NAME: entry.title, **data},
                f"{entry.title}: {self._event_type} {data[ATTR_KIND]}",
                event.context,
            )

        return self._hass.bus.async_listen(self._event_type, happened, of_a_kind)

    @abstractmethod
    def _wanted(self, aim: Aim, data: Mapping[str, Any]) -> bool:
        """Tell whether it is about what is aimed at, and as the options say."""


class SessionTrigger(EventTrigger):
    """Something that happened to a session."""

    _event_type = EVENT_SESSION

    @override
    def _wanted(self, aim: Aim, data: Mapping[str, Any]) -> bool:
        return aim.means_wearer(data[ATTR_WEARER_ID])


class SessionAwaitingTrigger(SessionTrigger):
    """A request waits for a person; where sessions start at once, none does."""

    _kinds = frozenset({EventKind.REQUESTED})

    @override
    def _wanted(self, aim: Aim, data: Mapping[str, Any]) -> bool:
        entry: KumoBootsConfigEntry = self._hass.config_entries.async_get_known_entry(
            data[ATTR_ENTRY_ID]
        )
        waits = entry.runtime_data.session.policy is Policy.ASK
        return waits and super()._wanted(aim, data)


class SessionStoppedTrigger(SessionTrigger):
    """A session is over before its time, also where it was lost; not a leg alone."""

    _kinds = frozenset({EventKind.STOPPED, EventKind.LOST})
    _schema = target_schema(
        {vol.Optional(CONF_CAUSE, default=list): vol.All(cv.ensure_list, [cv.string])}
    )

    @override
    def _wanted(self, aim: Aim, data: Mapping[str, Any]) -> bool:
        causes = self._options[CONF_CAUSE]
        over = data[ATTR_LEG] is None and (not causes or data[ATTR_CAUSE] in causes)
        return over and super()._wanted(aim, data)


class RoutineTrigger(EventTrigger):
    """Something that happened to a routine."""

    _event_type = EVENT_ROUTINE

    @override
    def _wanted(self, aim: Aim, data: Mapping[str, Any]) -> bool:
        return aim.means_routine(data[ATTR_ROUTINE_ID])


class RoutineStepStartedTrigger(RoutineTrigger):
    """A step begins."""

    _kinds = frozenset({RoutineKind.STEP_STARTED})
    _schema = target_schema(
        {
            vol.Optional(CONF_STEP, default=list): vol.All(
                cv.ensure_list, [vol.Coerce(StepKind)]
            )
        }
    )

    @override
    def _wanted(self, aim: Aim, data: Mapping[str, Any]) -> bool:
        steps = self._options[CONF_STEP]
        return super()._wanted(aim, data) and (not steps or data[ATTR_STEP] in steps)


class RoutineFinishedTrigger(RoutineTrigger):
    """A routine came to its end; one that was stopped only where that is asked for."""

    _kinds = frozenset({RoutineKind.FINISHED, RoutineKind.STOPPED})
    _schema = target_schema(
        {vol.Optional(CONF_ALSO_STOPPED, default=False): cv.boolean}
    )

    @override
    def _wanted(self, aim: Aim, data: Mapping[str, Any]) -> bool:
        counts = (
            data[ATTR_KIND] == RoutineKind.FINISHED or self._options[CONF_ALSO_STOPPED]
        )
        return bool(counts) and super()._wanted(aim, data)


def _of_session(*kinds: EventKind) -> type[SessionTrigger]:
    class OneKind(SessionTrigger):
        _kinds = frozenset(kinds)

    return OneKind


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "session_awaiting": SessionAwaitingTrigger,
    "session_started": _of_session(EventKind.STARTED),
    "session_paused": _of_session(EventKind.PAUSED),
    "session_completed": _of_session(EventKind.COMPLETED),
    "session_stopped": SessionStoppedTrigger,
    "boots_fault": _of_session(EventKind.FAULT),
    "stop_not_confirmed": _of_session(EventKind.STOP_UNCONFIRMED),
    "routine_step_started": RoutineStepStartedTrigger,
    "routine_finished": RoutineFinishedTrigger,
}

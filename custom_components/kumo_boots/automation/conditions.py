"""Conditions about boots: what is so now, of the pairs that a target names.

A pair that is not set up, or of which nobody knows, is left out; where nothing is left
nothing is so. What each pair answered, and why, is in the automation's trace.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, ClassVar, Final, Unpack, cast, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
    condition_trace_update_result,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..boots.errors import BootsError, BusyError
from ..boots.session_state import ACTIVE, SessionPhase
from ..coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from ..exceptions import translated
from ..people.requesting import check_may_start, wearer_named
from ..people.rules import RestFirstError, When
from ..people.wearer import Wearer
from ..routines.run import RunPhase
from .aims import Aim, aims_of, target_schema

CONF_WEARER: Final = "wearer"
CONF_HOURS: Final = "hours"

type Reason = dict[str, Any]
"""What the trace tells besides the answer."""

_BEHAVIOR: Final = {
    vol.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): vol.In(
        [BEHAVIOR_ANY, BEHAVIOR_ALL]
    )
}
_COMBINE: Final[dict[str, Callable[[Iterable[object]], bool]]] = {
    BEHAVIOR_ANY: any,
    BEHAVIOR_ALL: all,
}


class BootsCondition(Condition):
    """Something that is asked of every pair that is meant."""

    _schema: ClassVar[vol.Schema] = target_schema(_BEHAVIOR)

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate the target and the options."""
        return cast(ConfigType, cls._schema(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take a validated configuration."""
        super().__init__(hass, config)
        self._target: ConfigType = config.target or {}
        self._options: ConfigType = config.options or {}

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Ask every pair, and tell the trace what each said."""
        answers: list[bool] = []
        said: list[Reason] = []
        for coordinator, aim in self._pairs():
            answer, reason = self._ask(coordinator, aim)
            if answer is not None:
                answers.append(answer)
            said.append({"name": coordinator.name, "answer": answer, **reason})
        condition_trace_update_result(boots=said)
        return bool(answers) and _COMBINE[self._options[ATTR_BEHAVIOR]](answers)

    def _pairs(self) -> Iterator[tuple[KumoBootsCoordinator, Aim]]:
        for entry_id, aim in aims_of(self._hass, self._target).items():
            entry: KumoBootsConfigEntry = (
                self._hass.config_entries.async_get_known_entry(entry_id)
            )
            if entry.state is ConfigEntryState.LOADED:
                yield entry.runtime_data, aim

    @abstractmethod
    def _ask(
        self, coordinator: KumoBootsCoordinator, aim: Aim
    ) -> tuple[bool | None, Reason]:
        """Return whether it is so (None: nobody knows), and what else to tell."""


class SessionRunningCondition(BootsCondition):
    """A session is on, paused included."""

    @override
    def _ask(
        self, coordinator: KumoBootsCoordinator, aim: Aim
    ) -> tuple[bool | None, Reason]:
        phase = coordinator.session.state.phase
        known = phase is not SessionPhase.UNKNOWN
        meant = aim.means_wearer(coordinator.household.current.wearer_id)
        return phase in ACTIVE and meant if known else None, {"phase": phase.value}


class RoutineRunningCondition(BootsCondition):
    """A routine is under way, paused included; one that only asks is not."""

    @override
    def _ask(
        self, coordinator: KumoBootsCoordinator, aim: Aim
    ) -> tuple[bool | None, Reason]:
        run = coordinator.runner.run
        if run is None or run.phase is RunPhase.ASKING:
            return False, {}
        return (
            aim.means_routine(run.routine.routine_id),
            {"routine": run.routine.name, "step": run.step and run.step.kind.value},
        )


class WearerCondition(BootsCondition):
    """Something about whoever is named, is meant, or wears the boots now."""

    def _wearers(self, coordinator: KumoBootsCoordinator, aim: Aim) -> list[Wearer]:
        """Return who is meant; raises UnknownWearerError."""
        if name := self._options.get(CONF_WEARER):
            return [wearer_named(coordinator, name)]
        if aim.wearers and not aim.pair:
            return [wearer_named(coordinator, each) for each in sorted(aim.wearers)]
        return [coordinator.household.current]

    @override
    def _ask(
        self, coordinator: KumoBootsCoordinator, aim: Aim
    ) -> tuple[bool | None, Reason]:
        try:
            for wearer in self._wearers(coordinator, aim):
                self._check(coordinator, wearer)
        except BootsError as error:
            return False, {"reason": error.key, "message": str(translated(error))}
        return True, {}

    @abstractmethod
    def _check(self, coordinator: KumoBootsCoordinator, wearer: Wearer) -> None:
        """Raise a BootsError that says why it is not so."""


class MayStartCondition(WearerCondition):
    """A session with what is set now would be taken, were it asked for."""

    _schema = target_schema({**_BEHAVIOR, vol.Optional(CONF_WEARER): cv.string})

    @override
    def _check(self, coordinator: KumoBootsCoordinator, wearer: Wearer) -> None:
        check_may_start(coordinator, wearer)


class RestedCondition(WearerCondition):
    """The last session is so many hours ago; by default as many as the wearer set."""

    _schema = target_schema(
        {
            **_BEHAVIOR,
            vol.Optional(CONF_WEARER): cv.string,
            vol.Optional(CONF_HOURS): vol.All(
                vol.Coerce(float), vol.Range(min=0, max=24 * 14)
            ),
        }
    )

    @override
    def _check(self, coordinator: KumoBootsCoordinator, wearer: Wearer) -> None:
        hours = self._options.get(CONF_HOURS, wearer.rest_h)
        now = dt_util.now()
        state, worn_by = coordinator.session.state, coordinator.household.current
        if state.phase in ACTIVE and worn_by.wearer_id == wearer.wearer_id:
            raise BusyError(phase=state.phase)
        # Nobody keeps what guests do: theirs is known until the next restart.
        ends = [
            sitting.ended_at for sitting in coordinator.diary.sittings(wearer.wearer_id)
        ]
        if wearer.is_guest and state.last_end:
            ends.append(state.last_end.at)
        if ends and now < (until := max(ends) + timedelta(hours=hours)):
            raise RestFirstError(wearer.name, hours, When(dt_util.as_local(until), now))


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "session_running": SessionRunningCondition,
    "may_start": MayStartCondition,
    "rested": RestedCondition,
    "routine_running": RoutineRunningCondition,
}

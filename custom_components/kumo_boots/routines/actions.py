"""Actions on routines: begin one, skip a step, pause, go on, longer, stop."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ..boots.cause import Cause
from ..boots.session import Outcome
from ..callers import async_cause_from
from ..confirming import async_cause_by_hand
from ..const import DOMAIN
from ..coordinator import KumoBootsCoordinator
from ..entity import NOT_STOPPED
from ..serving import each
from ..targets import ANYTHING, TARGET_SCHEMA, invalid, loaded_targets, stop_aim, what
from .errors import NoRoutineError
from .runner import MORE_S, Runner

SERVICE_RUN_ROUTINE: Final = "run_routine"
SERVICE_SKIP_STEP: Final = "skip_step"
SERVICE_PAUSE_ROUTINE: Final = "pause_routine"
SERVICE_RESUME_ROUTINE: Final = "resume_routine"
SERVICE_EXTEND_STEP: Final = "extend_step"
SERVICE_STOP_ROUTINE: Final = "stop_routine"

ATTR_ROUTINE: Final = "routine"
ATTR_MINUTES: Final = "minutes"
LONGEST_MIN: Final = 60

RUN_SCHEMA = TARGET_SCHEMA.extend({vol.Optional(ATTR_ROUTINE): cv.string})
EXTEND_SCHEMA = TARGET_SCHEMA.extend(
    {
        vol.Optional(ATTR_MINUTES, default=MORE_S / 60): vol.All(
            vol.Coerce(float), vol.Range(min=0, max=LONGEST_MIN, min_included=False)
        )
    }
)

type Deed = Callable[[Runner, Cause, ServiceCall], Awaitable[object]]

_DEEDS: Final[dict[str, Deed]] = {
    SERVICE_SKIP_STEP: lambda runner, cause, call: runner.async_skip(cause),
    SERVICE_PAUSE_ROUTINE: lambda runner, cause, call: runner.async_pause(cause),
    SERVICE_RESUME_ROUTINE: lambda runner, cause, call: runner.async_resume(cause),
    SERVICE_EXTEND_STEP: lambda runner, cause, call: runner.async_extend(
        cause, round(timedelta(minutes=call.data[ATTR_MINUTES]).total_seconds())
    ),
}
"""What is done to what is under way. A session in it asks who wants it so."""


@callback
def async_setup_routine_actions(hass: HomeAssistant) -> None:
    """Register the actions, once for all pairs."""
    for name, handler, schema in (
        (SERVICE_RUN_ROUTINE, _run, RUN_SCHEMA),
        (SERVICE_SKIP_STEP, _do, TARGET_SCHEMA),
        (SERVICE_PAUSE_ROUTINE, _do, TARGET_SCHEMA),
        (SERVICE_RESUME_ROUTINE, _do, TARGET_SCHEMA),
        (SERVICE_EXTEND_STEP, _do, EXTEND_SCHEMA),
        (SERVICE_STOP_ROUTINE, _stop, ANYTHING),
    ):
        hass.services.async_register(
            DOMAIN, name, handler, schema, SupportsResponse.OPTIONAL
        )


async def _run(call: ServiceCall) -> ServiceResponse:
    """Begin a routine. A session in it waits for its own yes."""

    async def run(coordinator: KumoBootsCoordinator) -> str:
        cause = await async_cause_from(call.hass, call.context)
        routine = coordinator.routines.meant(call.data.get(ATTR_ROUTINE))
        await coordinator.runner.async_start(routine, cause)
        return "started"

    return await each(call, await loaded_targets(call), run, _told)


async def _do(call: ServiceCall) -> ServiceResponse:
    """Do something to what is under way."""

    async def do(coordinator: KumoBootsCoordinator) -> str:
        cause = await async_cause_by_hand(coordinator, call.context, what(call))
        await _DEEDS[call.service](coordinator.runner, cause, call)
        return "done"

    return await each(call, await loaded_targets(call), do, _told)


async def _stop(call: ServiceCall) -> ServiceResponse:
    """End what is under way, and its session; refused to nobody, like every stop."""
    aim = await stop_aim(call)
    if not aim.pairs and not aim.unloaded:
        raise invalid("no_boots")

    async def stop(coordinator: KumoBootsCoordinator) -> str:
        cause = await async_cause_from(call.hass, call.context)
        try:
            outcome: Outcome | None = await coordinator.runner.async_stop(cause)
        except NoRoutineError:
            return "already_idle"
        if outcome is not None and outcome.result in NOT_STOPPED:
            raise NOT_STOPPED[outcome.result]
        return "stopped"

    return await each(call, aim.pairs, stop, _told, aim.unloaded)


def _told(coordinator: KumoBootsCoordinator, result: str) -> JsonObjectType:
    """Tell what became of one pair, and what is under way there now."""
    runner = coordinator.runner
    told: dict[str, Any] = {"result": result, "routine": None, "step": None}
    if (run := runner.run) is not None:
        step = run.step
        told |= {
            "routine": run.routine.name,
            "phase": run.phase.value,
            "step": None if step is None else step.kind.value,
            "ends_at": None if run.ends_at is None else run.ends_at.isoformat(),
        }
    return told

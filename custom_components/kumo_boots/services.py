"""Actions: request, confirm, stop, pause and resume a session, of any pairs.

They find their pairs by themselves, and so work whether or not any entity is there.
"""

from datetime import timedelta
from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from .automation.blueprints import async_setup_blueprints
from .boots.session import Outcome
from .callers import async_cause_from
from .confirming import (
    SERVICE_CONFIRM_SESSION,
    async_cause_by_hand,
    async_cause_of_yes,
    async_setup_confirming,
)
from .const import DOMAIN
from .coordinator import KumoBootsCoordinator
from .definition_actions import async_setup_definition_actions
from .entity import NOT_STOPPED
from .exceptions import speaking_to_people
from .memory_actions import async_setup_memory_actions
from .people.actions import (
    ACKNOWLEDGE_SCHEMA,
    ATTR_WEARER,
    COPY_SCHEMA,
    async_acknowledge,
    async_copy,
)
from .people.requesting import async_request_for, wearer_named
from .routines.actions import async_setup_routine_actions
from .routines.planning import async_setup_planning
from .serving import each
from .session_fields import SESSION_FIELDS, as_fields, settings_of, whole
from .targets import ANYTHING, TARGET_SCHEMA, invalid, loaded_targets, stop_aim, what
from .voice.install import async_setup_sentences

SERVICE_START_SESSION: Final = "start_session"
SERVICE_STOP_SESSION: Final = "stop_session"
SERVICE_PAUSE_SESSION: Final = "pause_session"
SERVICE_RESUME_SESSION: Final = "resume_session"
SERVICE_ACKNOWLEDGE_PRECAUTIONS: Final = "acknowledge_precautions"
SERVICE_COPY_SETTINGS: Final = "copy_settings"

ATTR_REQUEST: Final = "request"
ATTR_SAID: Final = "said"
SAID_FOR: Final = timedelta(seconds=10)
"""What took longer to get here is not what anybody wants now: a network that stands
still keeps what was pressed, and delivers it when the person has long gone."""

RESUME_SCHEMA = TARGET_SCHEMA.extend({vol.Optional(ATTR_SAID): cv.datetime})
START_SCHEMA = RESUME_SCHEMA.extend(SESSION_FIELDS)
CONFIRM_SCHEMA = RESUME_SCHEMA.extend(
    {vol.Optional(ATTR_REQUEST): vol.All(whole, vol.Range(min=0))}
)

RESULTS: Final = {"awaiting": "awaiting_confirmation"}
"""Where the word of an outcome alone would leave a question."""


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions, once for all pairs."""
    async_setup_confirming(hass)
    async_setup_memory_actions(hass)
    async_setup_blueprints(hass)
    async_setup_routine_actions(hass)
    async_setup_planning(hass)
    async_setup_definition_actions(hass)
    async_setup_sentences(hass)
    for name, handler, schema in (
        (SERVICE_START_SESSION, _start, START_SCHEMA),
        (SERVICE_CONFIRM_SESSION, _confirm, CONFIRM_SCHEMA),
        (SERVICE_STOP_SESSION, _stop, ANYTHING),
        (SERVICE_PAUSE_SESSION, _pause, TARGET_SCHEMA),
        (SERVICE_RESUME_SESSION, _resume, RESUME_SCHEMA),
        (SERVICE_ACKNOWLEDGE_PRECAUTIONS, async_acknowledge, ACKNOWLEDGE_SCHEMA),
    ):
        hass.services.async_register(
            DOMAIN, name, handler, schema, SupportsResponse.OPTIONAL
        )
    hass.services.async_register(DOMAIN, SERVICE_COPY_SETTINGS, async_copy, COPY_SCHEMA)


def _need_fresh(call: ServiceCall) -> None:
    """Refuse what says when it was said, and was said long ago."""
    said = call.data.get(ATTR_SAID)
    if said is not None and dt_util.utcnow() - dt_util.as_utc(said) > SAID_FOR:
        raise invalid("said_long_ago")


async def _start(call: ServiceCall) -> ServiceResponse:
    """Request a session; nothing is requested of any pair when one cannot take it."""
    _need_fresh(call)
    coordinators = await loaded_targets(call)
    with speaking_to_people():
        wearers = {
            coordinator: wearer_named(coordinator, call.data.get(ATTR_WEARER))
            for coordinator in coordinators
        }
        settings = {
            coordinator: settings_of(coordinator, wearers[coordinator], call.data)
            for coordinator in coordinators
        }

    async def request(coordinator: KumoBootsCoordinator) -> Outcome:
        # A person's request is theirs to change: a script must not pass for them.
        cause = await async_cause_by_hand(coordinator, call.context, what(call))
        return await async_request_for(
            coordinator, wearers[coordinator], settings[coordinator], cause
        )

    return await each(call, coordinators, request, _told)


async def _confirm(call: ServiceCall) -> ServiceResponse:
    """Say yes to what waits: a person only, like the button."""
    _need_fresh(call)
    coordinators = await loaded_targets(call)
    causes = {
        coordinator: await async_cause_of_yes(coordinator, call.context, what(call))
        for coordinator in coordinators
    }
    return await each(
        call,
        coordinators,
        lambda coordinator: coordinator.session.confirm(
            causes[coordinator], call.data.get(ATTR_REQUEST)
        ),
        _told,
    )


async def _stop(call: ServiceCall) -> ServiceResponse:
    """Let the air out; of all pairs where none is named.

    Anybody may who can call an action, whatever else they may do: stop always wins,
    also over a target that cannot be made out.
    """
    aim = await stop_aim(call)
    if not aim.pairs and not aim.unloaded:
        raise invalid("no_boots")

    async def stop(coordinator: KumoBootsCoordinator) -> Outcome:
        cause = await async_cause_from(coordinator.hass, call.context)
        outcome = await coordinator.session.stop(cause)
        if (failure := NOT_STOPPED.get(outcome.result)) is not None:
            raise failure
        return outcome

    # Boots that cannot be told must not keep the air in those that can.
    told = await each(call, aim.pairs, stop, _told, aim.unloaded)
    if aim.meant or aim.unloaded:
        return told
    unclear = invalid("all_stopped")
    if told is None:
        raise unclear
    return {**told, "message": str(unclear)}


async def _pause(call: ServiceCall) -> ServiceResponse:
    """Let the air out and keep the rest of the session."""

    async def pause(coordinator: KumoBootsCoordinator) -> Outcome:
        cause = await async_cause_from(coordinator.hass, call.context)
        return await coordinator.session.pause(cause)

    return await each(call, await loaded_targets(call), pause, _told)


async def _resume(call: ServiceCall) -> ServiceResponse:
    """Go on after a pause: a person's deed as well."""
    _need_fresh(call)

    async def resume(coordinator: KumoBootsCoordinator) -> Outcome:
        cause = await async_cause_by_hand(coordinator, call.context, what(call))
        return await coordinator.session.resume(cause)

    return await each(call, await loaded_targets(call), resume, _told)


def _told(coordinator: KumoBootsCoordinator, outcome: Outcome) -> JsonObjectType:
    """Tell what became of one pair, in the words that the actions take."""
    return {
        "result": RESULTS.get(outcome.result, outcome.result),
        "wearer": coordinator.household.current.name,
        "until": None if outcome.until is None else outcome.until.isoformat(),
        "request": outcome.request_id,
        "settings": None
        if outcome.settings is None
        else as_fields(outcome.settings, coordinator.capabilities),
    }

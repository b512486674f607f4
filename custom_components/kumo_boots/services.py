"""Actions: request, confirm, stop, pause and resume a session, of any pairs.

They find their pairs by themselves, and so work whether or not any entity is there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from .boots.errors import BootsError, LimitError
from .boots.limits import check_settings
from .boots.model import Programme, Settings
from .boots.session import Outcome
from .callers import async_cause_from
from .confirming import (
    SERVICE_CONFIRM_SESSION,
    async_cause_by_hand,
    async_cause_of_yes,
    async_setup_confirming,
)
from .const import DOMAIN
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from .definition_actions import async_setup_definition_actions
from .entity import NOT_STOPPED
from .exceptions import speaking_to_people, translated
from .memory_actions import async_setup_memory_actions
from .people.actions import (
    ACKNOWLEDGE_SCHEMA,
    ATTR_WEARER,
    COPY_SCHEMA,
    async_acknowledge,
    async_copy,
)
from .people.requesting import async_request_for, wearer_named
from .people.wearer import Wearer
from .setpoints import LEGS, NO_BOOST, legs_key
from .targets import (
    ANYTHING,
    TARGET_SCHEMA,
    invalid,
    loaded_targets,
    named,
    not_loaded,
    stop_aim,
    what,
)

SERVICE_START_SESSION: Final = "start_session"
SERVICE_STOP_SESSION: Final = "stop_session"
SERVICE_PAUSE_SESSION: Final = "pause_session"
SERVICE_RESUME_SESSION: Final = "resume_session"
SERVICE_ACKNOWLEDGE_PRECAUTIONS: Final = "acknowledge_precautions"
SERVICE_COPY_SETTINGS: Final = "copy_settings"

ATTR_MODE: Final = "mode"
ATTR_PRESSURE: Final = "pressure"
ATTR_DURATION: Final = "duration"
ATTR_LEGS: Final = "legs"
ATTR_ZONES: Final = "zones"
ATTR_BOOST: Final = "boost"
ATTR_REQUEST: Final = "request"

MOST_ZONES: Final = 8


def whole(value: Any) -> int:
    """Validate a whole number; a fraction is an error, and not rounded to fit."""
    number: float = vol.Coerce(float)(value)
    if not number.is_integer():
        raise vol.Invalid(f"expected a whole number, not {value}")
    return int(number)


ZONE = vol.All(whole, vol.Range(min=1, max=MOST_ZONES))

START_SCHEMA = TARGET_SCHEMA.extend(
    {
        vol.Optional(ATTR_MODE): vol.Coerce(Programme),
        vol.Optional(ATTR_PRESSURE): vol.All(whole, vol.Range(min=1)),
        # Minutes.
        vol.Optional(ATTR_DURATION): vol.All(
            vol.Coerce(float), vol.Range(min=0, min_included=False)
        ),
        vol.Optional(ATTR_LEGS): vol.In(LEGS),
        vol.Optional(ATTR_ZONES): vol.All(
            cv.ensure_list, vol.Length(min=1), [ZONE], vol.Coerce(frozenset)
        ),
        vol.Optional(ATTR_BOOST): vol.Any(NO_BOOST, ZONE),
        vol.Optional(ATTR_WEARER): cv.string,
    }
)
CONFIRM_SCHEMA = TARGET_SCHEMA.extend(
    {vol.Optional(ATTR_REQUEST): vol.All(whole, vol.Range(min=0))}
)

RESULTS: Final = {"awaiting": "awaiting_confirmation"}
"""Where the word of an outcome alone would leave a question."""

type Act = Callable[[KumoBootsCoordinator], Awaitable[Outcome]]


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions, once for all pairs."""
    async_setup_confirming(hass)
    async_setup_memory_actions(hass)
    async_setup_definition_actions(hass)
    for name, handler, schema in (
        (SERVICE_START_SESSION, _start, START_SCHEMA),
        (SERVICE_CONFIRM_SESSION, _confirm, CONFIRM_SCHEMA),
        (SERVICE_STOP_SESSION, _stop, ANYTHING),
        (SERVICE_PAUSE_SESSION, _pause, TARGET_SCHEMA),
        (SERVICE_RESUME_SESSION, _resume, TARGET_SCHEMA),
        (SERVICE_ACKNOWLEDGE_PRECAUTIONS, async_acknowledge, ACKNOWLEDGE_SCHEMA),
    ):
        hass.services.async_register(
            DOMAIN, name, handler, schema, SupportsResponse.OPTIONAL
        )
    hass.services.async_register(DOMAIN, SERVICE_COPY_SETTINGS, async_copy, COPY_SCHEMA)


async def _start(call: ServiceCall) -> ServiceResponse:
    """Request a session; nothing is requested of any pair when one cannot take it."""
    coordinators = await loaded_targets(call)
    with speaking_to_people():
        wearers = {
            coordinator: wearer_named(coordinator, call.data.get(ATTR_WEARER))
            for coordinator in coordinators
        }
        settings = {
            coordinator: _settings(coordinator, wearers[coordinator], call.data)
            for coordinator in coordinators
        }

    async def request(coordinator: KumoBootsCoordinator) -> Outcome:
        # A person's request is theirs to change: a script must not pass for them.
        cause = await async_cause_by_hand(coordinator, call.context, what(call))
        return await async_request_for(
            coordinator, wearers[coordinator], settings[coordinator], cause
        )

    return await _each(call, coordinators, request)


async def _confirm(call: ServiceCall) -> ServiceResponse:
    """Say yes to what waits: a person only, like the button."""
    coordinators = await loaded_targets(call)
    causes = {
        coordinator: await async_cause_of_yes(coordinator, call.context, what(call))
        for coordinator in coordinators
    }
    return await _each(
        call,
        coordinators,
        lambda coordinator: coordinator.session.confirm(
            causes[coordinator], call.data.get(ATTR_REQUEST)
        ),
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
        return await coordinator.session.stop(cause)

    # Boots that cannot be told must not keep the air in those that can.
    told = await _each(call, aim.pairs, stop, aim.unloaded)
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

    return await _each(call, await loaded_targets(call), pause)


async def _resume(call: ServiceCall) -> ServiceResponse:
    """Go on after a pause: a person's deed as well."""

    async def resume(coordinator: KumoBootsCoordinator) -> Outcome:
        cause = await async_cause_by_hand(coordinator, call.context, what(call))
        return await coordinator.session.resume(cause)

    return await _each(call, await loaded_targets(call), resume)


def _settings(
    coordinator: KumoBootsCoordinator, wearer: Wearer, data: dict[str, Any]
) -> Settings:
    """Make settings of a call and, where it is silent, of the wearer's setpoints.

    Raises LimitError or NotSupportedError, which name what does not fit.
    """
    capabilities = coordinator.capabilities
    zones: frozenset[int] | None = data.get(ATTR_ZONES)
    all_zones = frozenset(range(1, capabilities.chambers + 1))
    if zones is not None and not zones <= all_zones:
        raise LimitError(
            field="zones", value=max(zones), minimum=1, maximum=capabilities.chambers
        )
    minutes: float | None = data.get(ATTR_DURATION)
    boost: int | str | None = data.get(ATTR_BOOST)
    settings = coordinator.settings_from_setpoints(
        wearer,
        programme=data.get(ATTR_MODE),
        target_mmhg=data.get(ATTR_PRESSURE),
        duration_s=None if minutes is None else round(minutes * 60),
        legs=LEGS[data[ATTR_LEGS]] if ATTR_LEGS in data else None,
        skipped=None if zones is None else all_zones - zones,
        boosted=None if boost == NO_BOOST else boost,
    )
    if boost == NO_BOOST:
        settings = replace(settings, boosted=None)
    check_settings(settings, coordinator.household.limits_of(wearer), capabilities)
    return settings


async def _each(
    call: ServiceCall,
    coordinators: list[KumoBootsCoordinator],
    act: Act,
    unloaded: Sequence[KumoBootsConfigEntry] = (),
) -> ServiceResponse:
    """Do it with all pairs at once and tell what became of each.

    ``unloaded`` entries are refused, after the others were served.

    Who asks for a response finds there why something did not happen; who does not
    is told by an error.
    """
    outcomes = await asyncio.gather(
        *(_attempt(coordinator, act) for coordinator in coordinators)
    )
    for coordinator, outcome in zip(coordinators, outcomes, strict=True):
        if isinstance(outcome, BootsError) and not call.return_response:
            raise translated(outcome, coordinator.reachability()) from outcome
    if not call.return_response:
        if unloaded:
            raise not_loaded(unloaded[0])
        return None
    served = [
        _told(coordinator, outcome)
        for coordinator, outcome in zip(coordinators, outcomes, strict=True)
    ]
    refused = [
        named(call.hass, entry) | _refused("not_loaded", not_loaded(entry))
        for entry in unloaded
    ]
    return {"boots": [*served, *refused]}


async def _attempt(coordinator: KumoBootsCoordinator, act: Act) -> Outcome | BootsError:
    """Do it with one pair; its failure must not keep the others from it."""
    try:
        outcome = await act(coordinator)
    except BootsError as error:
        return error
    failure = NOT_STOPPED.get(outcome.result)
    return outcome if failure is None else failure()


def _told(
    coordinator: KumoBootsCoordinator, outcome: Outcome | BootsError
) -> JsonObjectType:
    """Tell what became of one pair, in the words that the actions take."""
    told = named(coordinator.hass, coordinator.config_entry)
    if isinstance(outcome, BootsError):
        error = translated(outcome, coordinator.reachability())
        return told | _refused(outcome.key, error)
    return told | {
        "result": RESULTS.get(outcome.result, outcome.result),
        "wearer": coordinator.household.current.name,
        "until": None if outcome.until is None else outcome.until.isoformat(),
        "settings": None
        if outcome.settings is None
        else _as_fields(outcome.settings, coordinator.capabilities.chambers),
    }


def _refused(reason: str, error: HomeAssistantError) -> JsonObjectType:
    """Tell why it did not happen."""
    return {"result": "refused", "reason": reason, "message": str(error)}


def _as_fields(settings: Settings, chambers: int) -> JsonObjectType:
    """Write settings as the fields of the action that would ask for them."""
    return {
        ATTR_MODE: settings.programme.value,
        ATTR_PRESSURE: settings.target_mmhg,
        ATTR_DURATION: settings.duration_s / 60,
        ATTR_LEGS: legs_key(settings.legs),
        ATTR_ZONES: [
            zone for zone in range(1, chambers + 1) if zone not in settings.skipped
        ],
        ATTR_BOOST: settings.boosted or NO_BOOST,
    }

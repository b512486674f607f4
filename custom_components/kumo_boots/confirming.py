"""Who may say yes: a person, with their own hand, in this moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.components.http.const import KEY_HASS_REFRESH_TOKEN_ID
from homeassistant.components.websocket_api import current_connection
from homeassistant.const import (
    ATTR_DEVICE_ID,
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
)
from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.chat_session import current_session
from homeassistant.helpers.http import current_request
from homeassistant.util import dt as dt_util

from .boots.cause import Actor, Cause
from .callers import async_cause_from
from .const import DOMAIN
from .coordinator import KumoBootsCoordinator

SERVICE_CONFIRM_SESSION: Final = "confirm_session"

THIS_MOMENT: Final = timedelta(seconds=5)
"""How long ago a deed may have begun: longer than a call waits, shorter than a delay."""

EVENT_GOOGLE_COMMAND: Final = "google_assistant_command"
"""A speaker in the home calls a webhook, as the companion app does, as its owner."""

BY_HAND: Final = ("/api/websocket", "/api/services/", "/api/webhook/")
"""The frontend, the REST API and the companion app; not Alexa, Google or an agent."""


@callback
def async_setup_confirming(hass: HomeAssistant) -> None:
    """Have Home Assistant keep what every context began with.

    An event that nobody listens to is never made, and leaves no trace in its context.
    """
    for event in (EVENT_CALL_SERVICE, EVENT_GOOGLE_COMMAND):
        hass.bus.async_listen(event, _began)


@callback
def _began(event: Event) -> None:
    """Need nothing of it but that it is there."""


async def async_cause_of_yes(
    coordinator: KumoBootsCoordinator, context: Context | None, what: str
) -> Cause:
    """Return the person who says yes; ServiceValidationError where it is not one.

    ``what`` is served, as in ``async_cause_by_hand``.
    """
    cause = await async_cause_by_hand(coordinator, context, what, why="confirmed")
    if cause.actor is not Actor.PERSON:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="confirm_needs_person"
        )
    return cause


async def async_cause_by_hand(
    coordinator: KumoBootsCoordinator,
    context: Context | None,
    what: str,
    *,
    why: str = "requested",
) -> Cause:
    """Return who is behind a call: a person only by their own hand, in this moment.

    Voice assistants, agents, scripts, scenes and template entities carry a person's
    context as well, so a signed-in user is not enough: the call has to be what that
    context began with. ``what`` is the entity (``button.…``) or our own action
    (``kumo_boots.…``) that is served.

    Programs sign in with long-lived tokens. Where the token is known (websocket, REST)
    such a call is an automation's; the companion app's webhooks do not tell theirs.
    """
    cause = await async_cause_from(coordinator.hass, context, why=why)
    if context is None or cause.actor is not Actor.PERSON:
        return cause
    if (
        _began_with(coordinator, context, what)
        and current_session.get() is None
        and _by_hand(coordinator.hass)
    ):
        return cause
    return replace(cause, actor=Actor.AUTOMATION)


def _began_with(coordinator: KumoBootsCoordinator, context: Context, what: str) -> bool:
    """Tell whether the first thing in the context was this call, just now.

    A script keeps its caller's context through long delays, and its first event is
    the call of the script; a template button's is the press of another button.
    """
    first = context.origin_event
    if (
        first is None
        or first.event_type != EVENT_CALL_SERVICE
        or dt_util.utcnow() - first.time_fired > THIS_MOMENT
    ):
        return False
    domain, _, name = what.partition(".")
    data: Mapping[str, Any] = first.data[ATTR_SERVICE_DATA]
    if domain != DOMAIN:
        return first.data[ATTR_DOMAIN] == domain and what in _listed(
            data, ATTR_ENTITY_ID
        )
    return (first.data[ATTR_DOMAIN], first.data[ATTR_SERVICE]) == (
        domain,
        name,
    ) and _names(coordinator, data)


def _listed(data: Mapping[str, Any], key: str) -> list[str]:
    """Return what a call names one by one: "a, b" or a list, as it was written."""
    return cv.ensure_list_csv(data.get(key))


def _names(coordinator: KumoBootsCoordinator, data: Mapping[str, Any]) -> bool:
    """Tell whether a call of ours means these boots, and not all that is somewhere.

    Without a target there is only one pair, or the action refuses.
    """
    entry_id = coordinator.config_entry.entry_id
    entities = er.async_get(coordinator.hass)
    devices = dr.async_get(coordinator.hass)
    return (
        not any(data.get(str(key)) for key in cv.ENTITY_SERVICE_FIELDS)
        or any(
            (entity := entities.async_get(entity_id)) is not None
            and entity.config_entry_id == entry_id
            for entity_id in _listed(data, ATTR_ENTITY_ID)
        )
        or any(
            (device := devices.async_get(device_id)) is not None
            and device.config_entry_id == entry_id
            for device_id in _listed(data, ATTR_DEVICE_ID)
        )
    )


def _by_hand(hass: HomeAssistant) -> bool:
    """Tell whether the call came over what people use, signed in as people do."""
    request = current_request.get()
    if request is not None and not request.path.startswith(BY_HAND):
        return False
    return not signed_in_by_program(hass)


def signed_in_by_program(hass: HomeAssistant) -> bool:
    """Tell whether what is being served came with a token that programs have."""
    request = current_request.get()
    if (connection := current_connection.get()) is not None:
        token_id = connection.refresh_token_id
    else:
        token_id = None if request is None else request.get(KEY_HASS_REFRESH_TOKEN_ID)
    token = None if token_id is None else hass.auth.async_get_refresh_token(token_id)
    return token is not None and token.token_type == TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN

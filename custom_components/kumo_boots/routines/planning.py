"""Actions: plan a session once, and drop what is planned."""

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

from ..boots.errors import BenchOnlyError
from ..const import DOMAIN
from ..coordinator import KumoBootsCoordinator
from ..people.actions import ATTR_WEARER
from ..people.requesting import wearer_named
from ..people.wearer import GUEST
from ..serving import each
from ..session_fields import SESSION_FIELDS, as_fields, settings_of
from ..targets import TARGET_SCHEMA, invalid, loaded_targets
from .plans import Plan

SERVICE_PLAN_SESSION: Final = "plan_session"
SERVICE_CANCEL_PLANNED: Final = "cancel_planned"

ATTR_AT: Final = "at"
ATTR_PLAN: Final = "plan"

PLAN_SCHEMA = TARGET_SCHEMA.extend(
    {vol.Required(ATTR_AT): cv.datetime, **SESSION_FIELDS}
)
CANCEL_SCHEMA = TARGET_SCHEMA.extend({vol.Optional(ATTR_PLAN): cv.string})


@callback
def async_setup_planning(hass: HomeAssistant) -> None:
    """Register the actions, once for all pairs."""
    for name, handler, schema in (
        (SERVICE_PLAN_SESSION, _plan, PLAN_SCHEMA),
        (SERVICE_CANCEL_PLANNED, _cancel, CANCEL_SCHEMA),
    ):
        hass.services.async_register(
            DOMAIN, name, handler, schema, SupportsResponse.OPTIONAL
        )


async def _plan(call: ServiceCall) -> ServiceResponse:
    """Plan a session: at its time it is asked for, and waits for a person's yes.

    What it may be is checked now, and again when it is due.
    """
    at = dt_util.as_utc(call.data[ATTR_AT])
    if at <= dt_util.utcnow():
        raise invalid("planned_in_past")

    async def plan(coordinator: KumoBootsCoordinator) -> Plan:
        if coordinator.bench_only:
            raise BenchOnlyError
        wearer = wearer_named(coordinator, call.data.get(ATTR_WEARER))
        settings = settings_of(coordinator, wearer, call.data)
        return coordinator.planner.plan(at, wearer, settings)

    return await each(call, await loaded_targets(call), plan, _told)


async def _cancel(call: ServiceCall) -> ServiceResponse:
    """Drop one planned session, or all that the pair has."""

    async def cancel(coordinator: KumoBootsCoordinator) -> tuple[Plan, ...]:
        return coordinator.planner.cancel(call.data.get(ATTR_PLAN))

    return await each(
        call,
        await loaded_targets(call),
        cancel,
        lambda coordinator, plans: {
            "result": "cancelled" if plans else "nothing_planned",
            "plans": [_told(coordinator, plan) for plan in plans],
        },
    )


def _told(coordinator: KumoBootsCoordinator, plan: Plan) -> JsonObjectType:
    """Tell of a plan in the words that the actions take."""
    wearer = coordinator.household.wearer(plan.wearer_id) or GUEST
    return {
        "result": "planned",
        ATTR_PLAN: plan.plan_id,
        ATTR_AT: dt_util.as_local(plan.at).isoformat(),
        ATTR_WEARER: wearer.name,
        "settings": as_fields(plan.settings, coordinator.capabilities),
    }

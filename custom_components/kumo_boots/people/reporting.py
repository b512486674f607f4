"""A discomfort: everything stops first, and only then anything else may go wrong."""

import asyncio
from typing import Final

from homeassistant.core import (
    Context,
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.async_ import create_eager_task
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ..boots.session import Outcome
from ..boots.session_state import ACTIVE
from ..callers import async_cause_from
from ..const import DOMAIN
from ..coordinator import KumoBootsCoordinator
from ..entity import NOT_STOPPED
from ..exceptions import translated
from ..targets import ANYTHING, stop_aim
from .access import Reader
from .own_hand import async_need_own_hand
from .sitting import Discomfort, is_warning
from .wearer import Wearer

SERVICE_REPORT_DISCOMFORT: Final = "report_discomfort"
SERVICE_ACKNOWLEDGE_WARNING: Final = "acknowledge_warning"

ATTR_WEARER: Final = "wearer"
ATTR_KIND: Final = "kind"
ATTR_ONE_SIDED: Final = "one_sided"

REPORT_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(ATTR_WEARER): cv.string,
        vol.Optional(ATTR_KIND, default=Discomfort.UNSPECIFIED): vol.Coerce(Discomfort),
        vol.Optional(ATTR_ONE_SIDED, default=False): cv.boolean,
    },
    extra=vol.REMOVE_EXTRA,
)
ACKNOWLEDGE_SCHEMA: Final = vol.Schema(
    {**cv.ENTITY_SERVICE_FIELDS, vol.Optional(ATTR_WEARER): cv.string}
)


@callback
def async_setup_reporting(hass: HomeAssistant) -> None:
    """Register the actions, once for all pairs."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_REPORT_DISCOMFORT,
        _report_discomfort,
        ANYTHING,
        SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN, SERVICE_ACKNOWLEDGE_WARNING, _acknowledge_warning, ACKNOWLEDGE_SCHEMA
    )


async def async_report(
    coordinator: KumoBootsCoordinator,
    wearer: Wearer,
    context: Context | None,
    kind: Discomfort,
) -> None:
    """Stop a pair, then keep a wearer's discomfort.

    Raises StopNotConfirmedError or StopNotReachedError, after all else is done, while
    nobody knows whether the boots are empty.
    """
    stop = create_eager_task(_stop(coordinator, context))
    await _keep(coordinator, wearer, kind, one_sided=False)
    outcome = await stop
    if (error := NOT_STOPPED.get(outcome.result)) is not None:
        raise error


async def _stop(coordinator: KumoBootsCoordinator, context: Context | None) -> Outcome:
    """Let the air out; the cause that is told says nothing of a discomfort."""
    return await coordinator.session.stop(
        await async_cause_from(coordinator.hass, context)
    )


async def _keep(
    coordinator: KumoBootsCoordinator, wearer: Wearer, kind: Discomfort, one_sided: bool
) -> str:
    """Keep a discomfort and show the warning signs, whose text is returned."""
    coach = coordinator.coach
    coach.discomfort(wearer, kind, one_sided)
    return await coach.signs.async_show(wearer if coach.locked(wearer) else None)


async def _report_discomfort(call: ServiceCall) -> ServiceResponse:
    """Stop every pair in question, then keep what was felt.

    It goes on to its end even when the caller goes away.
    """
    return await asyncio.shield(
        call.hass.async_create_task(_report(call), f"{DOMAIN} hears a discomfort", True)
    )


async def _report(call: ServiceCall) -> ServiceResponse:
    aim = await stop_aim(call)
    pairs = aim.pairs
    # By the time that the air is out they may be somebody else's again.
    wore = {
        pair: pair.household.current
        for pair in pairs
        if len(pairs) == 1 or pair.session.state.phase in ACTIVE
    }
    # Sent now; what is reported holds from now on, however long the air takes.
    stops = [create_eager_task(_stop(pair, call.context)) for pair in pairs]
    heard: JsonObjectType
    wrong: ServiceValidationError | None = None
    try:
        heard = await _hear(call, pairs if aim.meant else [], wore)
    except ServiceValidationError as error:
        wrong = error
        heard = {"recorded": False, "message": str(error)}
    outcomes = await asyncio.gather(*stops)
    if call.return_response:
        told = zip(pairs, outcomes, strict=True)
        return {"boots": [_told(pair, outcome) for pair, outcome in told], **heard}
    for pair, outcome in zip(pairs, outcomes, strict=True):
        if (not_stopped := NOT_STOPPED.get(outcome.result)) is not None:
            raise translated(not_stopped(), pair.reachability())
    if wrong is not None:
        raise wrong
    return None


async def _hear(
    call: ServiceCall,
    pairs: list[KumoBootsCoordinator],
    wore: dict[KumoBootsCoordinator, Wearer],
) -> JsonObjectType:
    """Keep a report; ServiceValidationError where it does not say what, or whose."""
    if not pairs:
        raise _refused("no_boots")
    try:
        data = REPORT_SCHEMA(dict(call.data))
    except vol.Invalid as error:
        raise _refused("discomfort_unknown") from error
    kind, one_sided = data[ATTR_KIND], data[ATTR_ONE_SIDED]
    whose = _whose(pairs, wore, data.get(ATTR_WEARER))
    texts = [
        await _keep(pair, wearer, kind, one_sided) for pair, wearer in whose.items()
    ]
    unknown = all(wearer.is_guest for wearer in whose.values())
    return {
        "recorded": not unknown,
        "locked": await _locked(call, whose, is_warning(kind, one_sided)),
        "warning_signs": texts[0] if unknown or is_warning(kind, one_sided) else None,
    }


async def _locked(
    call: ServiceCall, whose: dict[KumoBootsCoordinator, Wearer], warning: bool
) -> bool | None:
    """Tell whether a wearer has warning signs to read; None to whoever may not know.

    Who reports a warning knows what follows. An earlier one is the wearer's own.
    """
    known = {pair: wearer for pair, wearer in whose.items() if not wearer.is_guest}
    reader = await Reader.async_of(call.hass, call.context)
    if known and not warning and not all(map(reader.is_trusted, known.values())):
        return None
    return any(pair.coach.locked(wearer) for pair, wearer in known.items())


def _whose(
    pairs: list[KumoBootsCoordinator],
    wore: dict[KumoBootsCoordinator, Wearer],
    named: str | None,
) -> dict[KumoBootsCoordinator, Wearer]:
    """Tell whose discomfort it is; a person may be a wearer of several pairs."""
    if named is None:
        if len(wore) != 1:
            raise _refused("say_whose")
        return wore
    found = {
        pair: wearer
        for pair in pairs
        if (wearer := pair.household.named(named)) is not None
    }
    if not found:
        raise _refused("unknown_wearer", name=named)
    worn = {
        pair: wearer
        for pair, wearer in found.items()
        if pair in wore and wore[pair].wearer_id == wearer.wearer_id
    }
    return worn or found


async def _acknowledge_warning(call: ServiceCall) -> None:
    """Let a wearer start again who says with their own hand that they read the signs."""
    aim = await stop_aim(call)
    pairs = aim.pairs
    if not (pairs and aim.meant):
        raise _refused("no_boots")
    named = call.data.get(ATTR_WEARER)
    wearers = [
        (pair, wearer)
        for pair in pairs
        for wearer in pair.household.wearers
        if named is None or pair.household.named(named) == wearer
    ]
    if named is not None and not wearers:
        raise _refused("unknown_wearer", name=named)
    locked = [(pair, wearer) for pair, wearer in wearers if pair.coach.locked(wearer)]
    if named is None and len(locked) > 1:
        raise _refused("say_whose")
    for pair, wearer in locked:
        await async_need_own_hand(
            pair, wearer, call.context, f"{call.domain}.{call.service}"
        )
    for pair, wearer in locked:
        pair.coach.acknowledge(wearer)


def _told(coordinator: KumoBootsCoordinator, outcome: Outcome) -> JsonObjectType:
    """Tell what became of the stop of one pair."""
    return {"name": coordinator.config_entry.title, "result": outcome.result}


def _refused(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )

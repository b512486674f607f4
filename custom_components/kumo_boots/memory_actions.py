"""Actions: what is remembered of wearers is told, taken along, forgotten."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util, slugify
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from .const import DOMAIN
from .coordinator import KumoBootsCoordinator
from .people.access import Reader
from .people.diary import MOST_SITTINGS
from .people.export import as_csv, as_json, row
from .people.forgetting import async_erase_recorded
from .people.sitting import Sitting
from .people.wearer import Wearer
from .targets import TARGET_SCHEMA, invalid, named, not_loaded, targets_of

SERVICE_GET_SESSIONS: Final = "get_sessions"
SERVICE_EXPORT_SESSIONS: Final = "export_sessions"
SERVICE_FORGET: Final = "forget"

ATTR_WEARER: Final = "wearer"
ATTR_SINCE: Final = "since"
ATTR_LIMIT: Final = "limit"
ATTR_FORMAT: Final = "format"

FORMAT_CSV: Final = "csv"
FORMAT_JSON: Final = "json"

DEFAULT_LIMIT: Final = 50

GET_SCHEMA = TARGET_SCHEMA.extend(
    {
        vol.Optional(ATTR_WEARER): cv.string,
        vol.Optional(ATTR_SINCE): cv.datetime,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MOST_SITTINGS)
        ),
    }
)
EXPORT_SCHEMA = TARGET_SCHEMA.extend(
    {
        vol.Optional(ATTR_WEARER): cv.string,
        vol.Optional(ATTR_SINCE): cv.datetime,
        vol.Optional(ATTR_FORMAT, default=FORMAT_CSV): vol.In(
            [FORMAT_CSV, FORMAT_JSON]
        ),
    }
)
FORGET_SCHEMA = TARGET_SCHEMA.extend({vol.Required(ATTR_WEARER): cv.string})


@callback
def async_setup_memory_actions(hass: HomeAssistant) -> None:
    """Register the actions, once for all pairs."""
    for name, handler, schema, response in (
        (SERVICE_GET_SESSIONS, _get, GET_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_EXPORT_SESSIONS, _export, EXPORT_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_FORGET, _forget, FORGET_SCHEMA, SupportsResponse.OPTIONAL),
    ):
        hass.services.async_register(DOMAIN, name, handler, schema, response)


async def _get(call: ServiceCall) -> ServiceResponse:
    """Tell the sessions that the caller may know of, the newest first."""
    told: list[JsonObjectType] = []
    for coordinator, rows in await _rows(call):
        newest = list(reversed(rows))[: call.data[ATTR_LIMIT]]
        told.append(
            named(call.hass, coordinator.config_entry) | {"sessions": list(newest)}
        )
    return {"boots": list(told)}


async def _export(call: ServiceCall) -> ServiceResponse:
    """Return the sessions as text, the oldest first."""
    form: str = call.data[ATTR_FORMAT]
    told: list[JsonObjectType] = []
    for coordinator, rows in await _rows(call):
        title = coordinator.config_entry.title
        text = as_csv(rows) if form == FORMAT_CSV else as_json(title, rows)
        told.append(
            named(call.hass, coordinator.config_entry)
            | {
                "filename": f"{slugify(title)}_sessions.{form}",
                ATTR_FORMAT: form,
                "content": text,
            }
        )
    return {"boots": list(told)}


async def _forget(call: ServiceCall) -> ServiceResponse:
    """Erase a wearer; nobody is forgotten anywhere when one pair refuses."""
    reader = await Reader.async_of(call.hass, call.context)
    coordinators = await _coordinators(call)
    whom = [
        (coordinator, _wearer(coordinator, call.data[ATTR_WEARER]))
        for coordinator in coordinators
    ]
    for _, wearer in whom:
        if not reader.is_trusted(wearer):
            raise invalid("forget_not_yours", name=wearer.name)
    told: list[JsonObjectType] = []
    for coordinator, wearer in whom:
        entry, diary, wearer_id = (
            coordinator.config_entry,
            coordinator.diary,
            _id(wearer),
        )
        sessions = len(diary.sittings(wearer_id))
        diary.forget(wearer_id)
        coordinator.own_setpoints.forget(wearer_id)
        await diary.async_flush()
        await diary.async_erase_aside()
        recorded = await async_erase_recorded(
            call.hass, entry, wearer_id, wearer.name, wearer.person
        )
        told.append(
            named(call.hass, entry)
            | {
                ATTR_WEARER: wearer.name,
                "sessions": sessions,
                "recorder_done": recorded,
            }
        )
    return {"boots": list(told)} if call.return_response else None


async def _coordinators(call: ServiceCall) -> list[KumoBootsCoordinator]:
    """Find the pairs of a call; an error when one of them is not loaded."""
    coordinators, unloaded = await targets_of(call)
    if unloaded:
        raise not_loaded(unloaded[0])
    return coordinators


async def _rows(
    call: ServiceCall,
) -> list[tuple[KumoBootsCoordinator, list[JsonObjectType]]]:
    """Return per pair what the caller may read and asked for, oldest first."""
    reader = await Reader.async_of(call.hass, call.context)
    since: datetime | None = call.data.get(ATTR_SINCE)
    if since is not None:
        # A time without a zone is the house's.
        since = dt_util.as_utc(since)
    users = {
        user.id: user.name or "" for user in await call.hass.auth.async_get_users()
    }
    found: list[tuple[KumoBootsCoordinator, list[JsonObjectType]]] = []
    for coordinator in await _coordinators(call):
        sittings = sorted(
            (
                (sitting, wearer)
                for wearer in _readable(coordinator, reader, call.data)
                for sitting in coordinator.diary.sittings(wearer.wearer_id)
                if since is None or sitting.started_at >= since
            ),
            key=_begin,
        )
        rows = [
            row(
                sitting,
                wearer.name,
                users,
                private=reader.is_trusted(wearer),
                measure=coordinator.capabilities.measure,
            )
            for sitting, wearer in sittings
        ]
        found.append((coordinator, rows))
    return found


def _begin(kept: tuple[Sitting, Wearer]) -> datetime:
    return kept[0].started_at


def _readable(
    coordinator: KumoBootsCoordinator, reader: Reader, data: dict[str, Any]
) -> Iterable[Wearer]:
    """Return the wearers of a call; an error when the caller may read of none."""
    if ATTR_WEARER in data:
        wearer = _wearer(coordinator, data[ATTR_WEARER])
        if not reader.may_read(wearer):
            raise invalid("history_not_yours", name=wearer.name)
        return (wearer,)
    wearers = coordinator.household.wearers
    readable = [wearer for wearer in wearers if reader.may_read(wearer)]
    if wearers and not readable:
        raise invalid("history_of_nobody")
    return readable


def _wearer(coordinator: KumoBootsCoordinator, text: str) -> Wearer:
    wearer = coordinator.household.named(text)
    if wearer is None or wearer.is_guest:
        raise invalid("unknown_wearer", name=text)
    return wearer


def _id(wearer: Wearer) -> str:
    """Return the id of a wearer who is no guest."""
    return wearer.wearer_id or ""

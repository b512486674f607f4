"""Which pairs a call of an action is about, and what is wrong with a call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import logging
from typing import Final

from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.service import async_extract_config_entry_ids
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from .const import DOMAIN
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from .permission import SESSION, Twin, async_need_control

TWINS: Final[Mapping[str, Twin]] = {
    "confirm_session": ("button", "confirm_session"),
    "pause_session": ("button", "pause"),
    "resume_session": ("button", "resume"),
}
"""The entity that does what an action does, where it is not the session's switch."""

TARGET_SCHEMA = vol.Schema({**cv.ENTITY_SERVICE_FIELDS})
ANYTHING: Final = vol.Schema({}, extra=vol.ALLOW_EXTRA)
"""What a stop may look like: nothing in it may keep the boots from being stopped."""

_LOGGER = logging.getLogger(__name__)
_ANY_TARGET: Final = TARGET_SCHEMA.extend({}, extra=vol.REMOVE_EXTRA)


@dataclass(frozen=True, kw_only=True, slots=True)
class StopAim:
    """What a stop is about."""

    pairs: list[KumoBootsCoordinator]
    """Those to stop: every pair where nothing is named, or nothing can be made out."""
    unloaded: list[KumoBootsConfigEntry]
    """Those that are named and cannot be told."""
    meant: bool
    """The pairs are the ones that were named; else it is a stop to be safe."""


def what(call: ServiceCall) -> str:
    """Name the action that is being served."""
    return f"{call.domain}.{call.service}"


async def loaded_targets(call: ServiceCall) -> list[KumoBootsCoordinator]:
    """Find the pairs that a call is about; an error when one of them is not loaded.

    Unauthorized when the caller may not control them: for everything but a stop.
    """
    coordinators, unloaded = await targets_of(call)
    entries = [coordinator.config_entry for coordinator in coordinators] + unloaded
    await async_need_control(
        call.hass,
        call.context,
        [entry.entry_id for entry in entries],
        TWINS.get(call.service, SESSION),
    )
    if unloaded:
        raise not_loaded(unloaded[0])
    return coordinators


async def stop_aim(call: ServiceCall) -> StopAim:
    """Find what a stop is about. Never raises: a stop that is not clear stops all."""
    entries = call.hass.config_entries
    loaded: dict[str, KumoBootsConfigEntry] = {
        entry.entry_id: entry for entry in entries.async_loaded_entries(DOMAIN)
    }
    everything = [entry.runtime_data for entry in loaded.values()]
    try:
        target = _ANY_TARGET(dict(call.data))
        if not any(target.values()) or target.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
            return StopAim(pairs=everything, unloaded=[], meant=True)
        wanted = await async_extract_config_entry_ids(
            ServiceCall(call.hass, call.domain, call.service, target, call.context)
        )
    except vol.Invalid:
        return StopAim(pairs=everything, unloaded=[], meant=False)
    except Exception:
        # Home Assistant's own checks stumble over a number, for one.
        _LOGGER.exception("A target cannot be made out; everything is stopped")
        return StopAim(pairs=everything, unloaded=[], meant=False)
    found = [
        entry.runtime_data for entry_id, entry in loaded.items() if entry_id in wanted
    ]
    return StopAim(
        pairs=found or everything,
        unloaded=[
            entry
            for entry in entries.async_entries(DOMAIN)
            if entry.entry_id in wanted and entry.entry_id not in loaded
        ],
        meant=bool(found),
    )


async def targets_of(
    call: ServiceCall,
) -> tuple[list[KumoBootsCoordinator], list[KumoBootsConfigEntry]]:
    """Find the pairs that a call is about, and the entries that are not loaded.

    Without a target that is the only pair there is.
    """
    unloaded: list[KumoBootsConfigEntry] = []
    loaded: dict[str, KumoBootsConfigEntry] = {
        entry.entry_id: entry
        for entry in call.hass.config_entries.async_loaded_entries(DOMAIN)
    }
    if not any(call.data.get(str(key)) for key in cv.ENTITY_SERVICE_FIELDS):
        if len(loaded) > 1:
            raise invalid("target_needed")
        wanted: Iterable[str] = loaded
    elif call.data.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
        wanted = loaded
    else:
        wanted = await async_extract_config_entry_ids(call)
        unloaded = [
            entry
            for entry in call.hass.config_entries.async_entries(DOMAIN)
            if entry.entry_id in wanted and entry.entry_id not in loaded
        ]
    coordinators = [
        entry.runtime_data for entry_id, entry in loaded.items() if entry_id in wanted
    ]
    if not coordinators and not unloaded:
        raise invalid("no_boots")
    return coordinators, unloaded


def not_loaded(entry: KumoBootsConfigEntry) -> ServiceValidationError:
    """Say which boots cannot be told anything."""
    return invalid("not_loaded", name=entry.title)


def invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """Say what is wrong with a call."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def named(hass: HomeAssistant, entry: KumoBootsConfigEntry) -> JsonObjectType:
    """Tell which pair it is about."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, entry.entry_id), entry.entry_id
    )
    return {"name": entry.title, "device_id": None if device is None else device.id}

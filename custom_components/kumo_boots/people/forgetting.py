"""Forgetting: erasing a wearer from what Home Assistant itself has written down.

Besides the states and statistics of the wearer's own entities that is whatever names
them: the events of their sessions, the calls of actions that say their name or go to
their entities, every report of a discomfort that says no name, and with the pair's entities that say who wore the
boots the whole history of these (a row of states cannot be erased by its attributes).
Backups that were made before are out of reach.
"""

import asyncio
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.recorder import get_instance

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

RECORDER: Final = "recorder"

WAIT_S: Final = 60.0
"""How long the caller waits for the recorder, which goes on by itself."""

NAMING_WEARERS: Final = ("session", "for_whom")
"""Keys of the pair's entities whose history names wearers."""


async def async_erase_recorded(
    hass: HomeAssistant, entry: ConfigEntry, wearer_id: str, *names: str | None
) -> bool:
    """Erase a wearer's states, statistics, events and the calls that name them.

    ``names`` are what they are called in actions, besides their id.

    Returns whether the recorder had done it in time; True as well where there is no
    recorder.
    """
    if RECORDER not in hass.config.components:
        return True
    # Without a recorder its requirements need not be installed.
    from .recorded import EraseEvents, Traces  # noqa: PLC0415

    own, naming = entities_of(hass, entry.entry_id, wearer_id)
    await hass.services.async_call(
        RECORDER,
        "purge_entities",
        {ATTR_ENTITY_ID: sorted(own | naming), "keep_days": 0},
        blocking=True,
    )
    instance = get_instance(hass)
    done = asyncio.Event()

    def tell() -> None:
        hass.loop.call_soon_threadsafe(done.set)

    instance.async_clear_statistics(sorted(own))
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.entry_id}_wearer_{wearer_id}"), entry.entry_id
    )
    traces = Traces(
        wearer_id=wearer_id,
        names=frozenset(name.casefold() for name in (wearer_id, *names) if name),
        targets=frozenset(own | naming | ({device.id} if device else set())),
    )
    instance.queue_task(EraseEvents(traces=traces, on_done=tell))
    try:
        async with asyncio.timeout(WAIT_S):
            await done.wait()
    except TimeoutError:
        _LOGGER.warning("The recorder is busy; what it wrote is erased later")
        return False
    return True


@callback
def entities_of(
    hass: HomeAssistant, entry_id: str, wearer_id: str
) -> tuple[set[str], set[str]]:
    """Return the wearer's entities, removed ones included, and the pair's naming them."""
    registry = er.async_get(hass)
    known: list[er.RegistryEntry | er.DeletedRegistryEntry] = [
        *registry.entities.values(),
        *registry.deleted_entities.values(),
    ]
    own = {
        entity.entity_id
        for entity in known
        if entity.platform == DOMAIN
        and (
            entity.config_subentry_id == wearer_id
            # Its subentry is gone, but the id is in the names that we gave.
            or wearer_id in entity.unique_id
        )
    }
    unique_ids = {f"{entry_id}_pair_{key}" for key in NAMING_WEARERS}
    naming = {
        entity.entity_id
        for entity in er.async_entries_for_config_entry(registry, entry_id)
        if entity.unique_id in unique_ids
    }
    return own, naming

"""Compression boots over Bluetooth LE."""

import asyncio
import logging

from homeassistant.const import Platform
from homeassistant.core import HassJob, HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from . import live
from .alarms import Alarms
from .boots.errors import BootsError
from .card import async_setup_card
from .const import DEFAULT_IDLE_RELEASE_S, DOMAIN, FORGET_TIMEOUT_S
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from .described import async_load, missing
from .kept_run import run_store
from .last_heard import heard_store
from .options import Options
from .people.device import WEARERS
from .people.diary import Diary
from .people.forgetting import async_erase_recorded
from .people.household import household_store
from .people.own_setpoints import setpoints_store
from .people.reporting import async_setup_reporting
from .people.warning_signs import WarningSigns
from .remembered import RememberedUnit, readable_units
from .routines.device import ROUTINES
from .routines.kept_routine import routine_store
from .routines.planner import plans_store
from .services import async_setup_services
from .subentry_devices import follow_names
from .units import unit_of
from .voice.install import async_remove as async_remove_sentences

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.DATE,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what exists once: actions, live view, definitions, card."""
    await async_load(hass)
    async_setup_services(hass)
    async_setup_reporting(hass)
    live.async_setup(hass)
    async_setup_card(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: KumoBootsConfigEntry) -> bool:
    """Set up a pair of boots. Never waits for them: switched off is a normal state."""
    if (definition := missing(entry)) is not None:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="definition_missing",
            translation_placeholders={"definition": definition},
        )
    try:
        coordinator = KumoBootsCoordinator(hass, entry)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="entry_unreadable"
        ) from error
    await coordinator.async_start()
    entry.runtime_data = coordinator
    # Background tasks are cancelled before anything hears of the shutdown; this job
    # is awaited first.
    entry.async_on_unload(
        hass.async_add_shutdown_job(
            HassJob(coordinator.async_vent_and_close, "let the air out"), "shutdown"
        )
    )
    entry.async_on_unload(entry.add_update_listener(_async_entry_changed))
    entry.async_on_unload(follow_names(WEARERS, coordinator))
    entry.async_on_unload(follow_names(ROUTINES, coordinator))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.runner.go_on()
    return True


async def _async_entry_changed(
    hass: HomeAssistant, entry: KumoBootsConfigEntry
) -> None:
    """Take changed options and wearers in place; only other units need a reload."""
    coordinator = entry.runtime_data
    if readable_units(entry.data) != coordinator.remembered:
        hass.config_entries.async_schedule_reload(entry.entry_id)
        return
    coordinator.apply_options(Options.of(entry.options))
    coordinator.routines.refresh()
    for wearer_id in coordinator.diary.keep_only(entry.subentries):
        await async_erase_recorded(hass, entry, wearer_id)


async def async_unload_entry(hass: HomeAssistant, entry: KumoBootsConfigEntry) -> bool:
    """Let the air out first, then unload."""
    await entry.runtime_data.async_vent_and_close("unload")
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: KumoBootsConfigEntry) -> None:
    """Have the boots forget this home, if they are in reach, and leave nothing."""
    await asyncio.gather(
        *(_async_forget(hass, unit) for unit in readable_units(entry.data))
    )
    await setpoints_store(hass, entry.entry_id).async_remove()
    await household_store(hass, entry.entry_id).async_remove()
    await Diary(hass, entry.entry_id).async_remove()
    await heard_store(hass, entry.entry_id).async_remove()
    await run_store(hass, entry.entry_id).async_remove()
    await routine_store(hass, entry.entry_id).async_remove()
    await plans_store(hass, entry.entry_id).async_remove()
    Alarms(hass, entry).clear()
    WarningSigns(hass, entry).clear()
    if not hass.config_entries.async_entries(DOMAIN):
        await async_remove_sentences(hass)


async def _async_forget(hass: HomeAssistant, remembered: RememberedUnit) -> None:
    if remembered.key is None:
        return
    unit = unit_of(hass, remembered, DEFAULT_IDLE_RELEASE_S)
    try:
        async with asyncio.timeout(FORGET_TIMEOUT_S):
            await unit.forget_me()
    except (BootsError, TimeoutError) as error:
        _LOGGER.info(
            "%s is out of reach and still knows this home (%r); holding start and stop"
            " for ten seconds makes it forget everybody",
            remembered.name,
            error,
        )
    finally:
        await unit.close()

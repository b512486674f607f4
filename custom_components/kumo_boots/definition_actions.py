"""The action that reads the definitions anew."""

from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util.json import JsonValueType

from .const import DOMAIN
from .coordinator import KumoBootsConfigEntry
from .described import KNOWN, async_load
from .remembered import readable_units

SERVICE_RELOAD_DEFINITIONS: Final = "reload_definitions"


@callback
def async_setup_definition_actions(hass: HomeAssistant) -> None:
    """Register the action, for administrators."""
    async_register_admin_service(
        hass,
        DOMAIN,
        SERVICE_RELOAD_DEFINITIONS,
        _reload,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _reload(call: ServiceCall) -> ServiceResponse:
    """Read all files; boots whose definition changed are set up anew, at rest only.

    A session goes on with the definition that it was started by: its boots are named in
    the answer, and follow with the next reload.
    """
    hass = call.hass
    waiting = hass.data[KNOWN].waiting
    changed = await async_load(hass) | waiting
    found = hass.data[KNOWN]
    in_session: list[JsonValueType] = []
    entries: list[KumoBootsConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    for entry in entries:
        used = {unit.driver for unit in readable_units(entry.data)} & changed
        if not used:
            continue
        loaded = entry.state is ConfigEntryState.LOADED
        if loaded and entry.runtime_data.session.engaged:
            in_session.append(entry.title)
            found.waiting |= used
        else:
            hass.config_entries.async_schedule_reload(entry.entry_id)
    return {
        "definitions": {name: each.name for name, each in found.definitions.items()},
        "drafts": list[JsonValueType](sorted(found.drafts)),
        "problems": [
            str(problem) for each in found.problems.values() for problem in each
        ],
        "in_session": in_session,
    }

"""What *System information* tells about the boots."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .boots.session_state import ACTIVE
from .const import DOMAIN
from .coordinator import KumoBootsConfigEntry


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register the information."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[KumoBootsConfigEntry] = hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    coordinators = [entry.runtime_data for entry in entries]
    linked = [c for c in coordinators if c.hands is None]
    return {
        "pairs": len(coordinators),
        "by_hand": len(coordinators) - len(linked),
        "in_reach": sum(c.data.available for c in linked),
        "connected": sum(c.data.connected for c in linked),
        "sessions": sum(c.session.state.phase in ACTIVE for c in coordinators),
    }

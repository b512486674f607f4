"""What helps to find out what went wrong, with nothing private in it."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import datetime, time
from enum import Flag
import re
from typing import Any

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.core import HomeAssistant

from .const import CONF_PAIR_ID
from .coordinator import KumoBootsConfigEntry
from .counted import as_counted
from .people.household import Household
from .remembered import RememberedUnit, readable_units

TO_REDACT = frozenset(
    {"address", "name", "serial", "key", "notify_targets", "pair_id", "user_id"}
    | {"person", "phone", "wearer_id", "acknowledged"}
)
ANY_ADDRESS = re.compile(r"(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}", re.IGNORECASE)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: KumoBootsConfigEntry
) -> dict[str, Any]:
    """Return everything known of a pair; nothing is asked of the boots for it."""
    diagnostics: dict[str, Any] = {
        "data": dict(entry.data),
        "options": dict(entry.options),
    }
    coordinator = getattr(entry, "runtime_data", None)
    if coordinator is not None:
        diagnostics |= {
            "setpoints": coordinator.setpoints.as_dict(),
            "household": plain_household(coordinator.household),
            "published": {
                "phase": coordinator.data.phase,
                "available": coordinator.data.available,
                "connected": coordinator.data.connected,
                "link_free": coordinator.data.link_free,
            },
            "session": plain(coordinator.session.state),
            "pair": plain(coordinator.pair.state),
            "reachability": coordinator.reachability(),
            "units": [
                {
                    "legs": sorted(unit.sides),
                    "connected": unit.connected,
                    "refused": unit.refused is not None,
                    "rssi": unit.rssi,
                    "status": plain(unit.link_status),
                    **unit.diagnostics(),
                }
                for unit in coordinator.units
            ],
        }
        diagnostics = as_counted(diagnostics, coordinator.capabilities)
    hidden = secrets(entry.data.get(CONF_PAIR_ID), readable_units(entry.data))
    redacted: dict[str, Any] = without(
        async_redact_data(diagnostics, TO_REDACT), hidden
    )
    return redacted


def plain_household(household: Household) -> dict[str, Any]:
    """Return the limits of the people who wear a pair; not who they are.

    When they read the precautions stays with them, as well; only whether.
    """
    return {
        "current": next(
            (
                number
                for number, wearer in enumerate(household.wearers, start=1)
                if wearer.wearer_id == household.current.wearer_id
            ),
            0,
        ),
        "limits": plain(household.limits_of(household.current)),
        "wearers": [
            {**plain(wearer), "may_start": wearer.acknowledged is not None}
            for wearer in household.wearers
        ],
    }


def plain(value: Any) -> Any:
    """Return a value of the library in a form that JSON can hold."""
    if is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name)) for field in fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(plain(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, Flag) else value


def secrets(pair_id: str | None, units: Iterable[RememberedUnit]) -> frozenset[str]:
    """Return what frames and texts must not show, as it stands in them."""
    found = {pair_id}
    for unit in units:
        serial = unit.identity.serial
        found |= {serial, serial.encode().hex()}
        if unit.key is not None:
            found.add(unit.key.secret.hex())
    return frozenset(text.lower() for text in found if text)


def without(value: Any, hidden: frozenset[str]) -> Any:
    """Return the value with every secret and every Bluetooth address taken out."""
    if isinstance(value, dict):
        return {key: without(item, hidden) for key, item in value.items()}
    if isinstance(value, list):
        return [without(item, hidden) for item in value]
    if isinstance(value, str):
        for secret in hidden:
            value = re.sub(re.escape(secret), REDACTED, value, flags=re.IGNORECASE)
        return ANY_ADDRESS.sub(REDACTED, value)
    return value

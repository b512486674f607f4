"""Actions about people: the precautions, and the settings of a studio's chairs."""

from typing import Final

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv, device_registry as dr
import voluptuous as vol

from ..const import DOMAIN
from ..exceptions import speaking_to_people
from ..targets import TARGET_SCHEMA, invalid, loaded_targets, named, what
from .acknowledging import async_check_own_hand, async_precautions
from .copying import ATTR_SOURCE, ATTR_SURE, async_copy_settings
from .requesting import wearer_named
from .rules import UnknownWearerError

ATTR_WEARER: Final = "wearer"
ATTR_UNDERSTOOD: Final = "understood"

ACKNOWLEDGE_SCHEMA = TARGET_SCHEMA.extend(
    {
        vol.Required(ATTR_WEARER): cv.string,
        vol.Optional(ATTR_UNDERSTOOD, default=False): cv.boolean,
    }
)
COPY_SCHEMA = TARGET_SCHEMA.extend(
    {
        vol.Required(ATTR_SOURCE): cv.string,
        vol.Optional(ATTR_SURE, default=False): cv.boolean,
    }
)


async def async_acknowledge(call: ServiceCall) -> ServiceResponse:
    """Show a wearer the precautions, and keep that they have read them."""
    coordinators = await loaded_targets(call)
    with speaking_to_people():
        wearers = {
            coordinator: wearer_named(coordinator, call.data[ATTR_WEARER])
            for coordinator in coordinators
        }
        for wearer in wearers.values():
            if wearer.is_guest:
                raise UnknownWearerError(wearer.name)
    if call.data[ATTR_UNDERSTOOD]:
        for coordinator, wearer in wearers.items():
            await async_check_own_hand(coordinator, wearer, call.context, what(call))
        for coordinator, wearer in wearers.items():
            coordinator.household.acknowledge(wearer)
    elif not call.return_response:
        raise invalid("acknowledge_by_reading")
    return {
        "boots": [
            named(call.hass, coordinator.config_entry)
            | {
                "wearer": wearer.name,
                "acknowledged": call.data[ATTR_UNDERSTOOD],
                "precautions": await async_precautions(call.hass, wearer),
            }
            for coordinator, wearer in wearers.items()
        ]
    }


async def async_copy(call: ServiceCall) -> None:
    """Give pairs the options of another."""
    targets = await loaded_targets(call)
    device = dr.async_get(call.hass).async_get(call.data[ATTR_SOURCE])
    source = next(
        (
            entry.runtime_data
            for entry in call.hass.config_entries.async_loaded_entries(DOMAIN)
            if device is not None and entry.entry_id == device.config_entry_id
        ),
        None,
    )
    if source is None:
        raise invalid("no_boots")
    await async_copy_settings(call, source, targets)

"""What an entry remembers of its boots; renewed at every connection."""

from collections.abc import Sequence
from dataclasses import replace

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .boots.model import Capabilities
from .boots.unit import Unit
from .const import CONF_CAPABILITIES, CONF_UNITS
from .remembered import RememberedUnit, capabilities_as_dict, capabilities_from_dict


class MemoryOfBoots:
    """Remembers what the boots say of themselves, for the next start."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Read the entry; KeyError, TypeError or ValueError where that cannot be."""
        self._hass = hass
        self._entry = entry
        self.units: tuple[RememberedUnit, ...] = tuple(
            RememberedUnit.from_dict(unit) for unit in entry.data[CONF_UNITS]
        )
        self.capabilities: Capabilities = capabilities_from_dict(
            entry.data[CONF_CAPABILITIES]
        )
        """Of the whole pair; known from pairing, and so never None."""
        self._words: Sequence[object] = ()

    @callback
    def update(self, spoken: Sequence[Unit], capabilities: Capabilities | None) -> bool:
        """Take over what the units say; tell whether they can do something else now.

        ``capabilities`` is what all of them can do; None until each has said it.
        """
        words = [(unit.capabilities, unit.identity) for unit in spoken]
        if words == self._words:
            return False
        self._words = words
        units = tuple(
            known
            if unit.identity is None
            else replace(known, identity=unit.identity, legs=unit.sides)
            for known, unit in zip(self.units, spoken, strict=True)
        )
        changed = capabilities not in (None, self.capabilities)
        if not changed and units == self.units:
            return False
        self.units = units
        self.capabilities = capabilities or self.capabilities
        self._hass.config_entries.async_update_entry(
            self._entry,
            data={
                **self._entry.data,
                CONF_UNITS: [unit.as_dict() for unit in units],
                CONF_CAPABILITIES: capabilities_as_dict(self.capabilities),
            },
        )
        return changed

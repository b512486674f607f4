"""What a target means: whole pairs, or only a leg, a chamber, a wearer, a routine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..boots.model import Side
from ..const import DOMAIN
from ..people.wearer import SUBENTRY_WEARER
from ..routines.routine import SUBENTRY_ROUTINE

_CHAMBER: Final = re.compile(rf"_({'|'.join(Side)})_pressure_(\d+)$")

type Chamber = tuple[Side, int]
"""A leg and a chamber of it, from 1 at the foot."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """What of one pair is meant: these parts only, or everything where it is named."""

    pair: bool = False
    """The pair itself is meant, and so all of it."""
    legs: frozenset[Side] = frozenset()
    chambers: frozenset[Chamber] = frozenset()
    wearers: frozenset[str] = frozenset()
    """Subentry ids."""
    routines: frozenset[str] = frozenset()
    """Subentry ids."""

    def __or__(self, other: Aim) -> Aim:
        """Mean both."""
        return Aim(
            pair=self.pair or other.pair,
            legs=self.legs | other.legs,
            chambers=self.chambers | other.chambers,
            wearers=self.wearers | other.wearers,
            routines=self.routines | other.routines,
        )

    def means_wearer(self, wearer_id: str | None) -> bool:
        """Tell whether what is somebody's (None: the guest's) is meant."""
        return self.pair or not self.wearers or wearer_id in self.wearers

    def means_routine(self, routine_id: str | None) -> bool:
        """Tell whether what is a routine's is meant."""
        return self.pair or not self.routines or routine_id in self.routines

    def means_chamber(self, side: Side, chamber: int) -> bool:
        """Tell whether a chamber (from 1 at the foot) is meant."""
        return (
            self.pair
            or not (self.legs or self.chambers)
            or side in self.legs
            or (side, chamber) in self.chambers
        )


type Aims = Mapping[str, Aim]
"""By the pairs' entry ids."""


def target_schema(options: Mapping[Any, Any]) -> vol.Schema:
    """Return the schema of a trigger or a condition: some target, these options."""
    return vol.Schema(
        {
            vol.Required(CONF_TARGET): vol.All(cv.TARGET_FIELDS, _some),
            vol.Required(CONF_OPTIONS, default={}): dict(options),
        }
    )


def _some(target: ConfigType) -> ConfigType:
    if not TargetSelection(target).has_any_target:
        raise vol.Invalid(
            "name boots: a device, an entity, an area, a floor or a label"
        )
    return target


@callback
def aims_of(hass: HomeAssistant, target: ConfigType) -> Aims:
    """Return what a target means now; what is not boots' is not in it."""
    selected = async_extract_referenced_entity_ids(
        hass, TargetSelection(target), expand_group=False
    )
    devices, entities = dr.async_get(hass), er.async_get(hass)
    aims: dict[str, Aim] = {}

    def add(found: Iterator[tuple[str, Aim]]) -> None:
        for entry_id, aim in found:
            aims[entry_id] = aims.get(entry_id, Aim()) | aim

    for device_id in selected.referenced_devices:
        if device := devices.async_get(device_id):
            add(_of_device(hass, device))
    for entity_id in selected.referenced | selected.indirectly_referenced:
        if (entity := entities.async_get(entity_id)) and entity.platform == DOMAIN:
            add(_of_entity(hass, devices, entity))
    return aims


def _of_entity(
    hass: HomeAssistant, devices: dr.DeviceRegistry, entity: er.RegistryEntry
) -> Iterator[tuple[str, Aim]]:
    """Tell what an entity stands for: its chamber, else what its device does."""
    device = devices.async_get(entity.device_id or "")
    if device is None:
        return
    chamber = _CHAMBER.search(entity.unique_id)
    for entry_id, aim in _of_device(hass, device):
        if chamber:
            aim = Aim(chambers=frozenset({(Side(chamber[1]), int(chamber[2]))}))
        yield entry_id, aim


def _of_device(
    hass: HomeAssistant, device: dr.BaseDeviceEntry
) -> Iterator[tuple[str, Aim]]:
    """Tell what a device stands for: the pair, a leg, a wearer or a routine."""
    entry = hass.config_entries.async_get_entry(device.config_entry_id)
    if entry is None or entry.domain != DOMAIN:
        return
    if device.config_subentry_id is not None:
        yield entry.entry_id, _of_subentry(entry, device.config_subentry_id)
        return
    legs = frozenset(
        side
        for side in Side
        if (DOMAIN, f"{entry.entry_id}_{side}") in device.identifiers
    )
    yield entry.entry_id, Aim(pair=not legs, legs=legs)


def _of_subentry(entry: ConfigEntry, subentry_id: str) -> Aim:
    subentry = entry.subentries.get(subentry_id)
    kind = subentry.subentry_type if subentry else None
    meant = frozenset({subentry_id})
    return Aim(
        wearers=meant if kind == SUBENTRY_WEARER else frozenset(),
        routines=meant if kind == SUBENTRY_ROUTINE else frozenset(),
    )

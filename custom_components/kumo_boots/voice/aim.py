"""Which boots somebody means: by name, by area or floor, or by where they stand."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    floor_registry as fr,
)

from ..boots.errors import UNSAID, BootsError
from ..const import DOMAIN
from ..coordinator import KumoBootsConfigEntry, KumoBootsCoordinator

NAME, AREA, FLOOR = "name", "area", "floor"
ALL: Final = "all"
"""Said: every pair, wherever it is."""
PLAIN: Final = re.compile(r"[\w '’-]+")
PLACES: Final = (NAME, AREA, FLOOR)
"""Slots that say which boots."""


class VoiceError(BootsError):
    """What was said leaves a question; ``key`` is one of the spoken answers."""


class NoBootsError(VoiceError):
    """There are none."""

    key = "voice_no_boots"


class UnknownBootsError(VoiceError):
    """None are called so; ``values`` holds ``name`` and ``names`` of those there are."""

    key = "voice_unknown_boots"

    def __init__(self, name: str = UNSAID, names: str = UNSAID) -> None:
        """Name what was said, and those that there are."""
        super().__init__(name=name, names=names)


class WhichBootsError(VoiceError):
    """There are several; ``values`` holds their ``names``."""

    key = "voice_which"

    def __init__(self, *called: str) -> None:
        """Name those that could be meant."""
        super().__init__(names=", ".join(called) or UNSAID)
        self.called: Final = called


class NotLoadedError(VoiceError):
    """They are there, and not set up; ``values`` holds their ``name``."""

    key = "not_loaded"

    def __init__(self, name: str = UNSAID) -> None:
        """Name them."""
        super().__init__(name=name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """Whom a stop is for."""

    pairs: list[KumoBootsCoordinator]
    out_of_reach: list[KumoBootsConfigEntry]
    """They are meant, too, and not loaded: only a hand can stop them."""
    to_be_named: bool
    """Others could have been meant, so that it is said which they are."""
    all_of_them: bool
    """It is a stop to be safe: nobody knows which were meant."""
    unknown: bool
    """A name or a place was said that nobody knows."""


def name_of(hass: HomeAssistant, entry: KumoBootsConfigEntry) -> str:
    """Return what a person calls a pair."""
    device = _device(hass, entry)
    return (device and device.name_by_user) or entry.title


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return what may be said for each of some names, in lower case.

    That is all of it, and each word that only one of them has.
    """
    heard = {name: name.casefold().split() for name in names}
    count = Counter(word for words in heard.values() for word in set(words))
    said = {
        word: name
        for name, words in heard.items()
        for word in (*(each for each in words if count[each] == 1), " ".join(words))
    }
    # It is listened for as a template, in which other signs have a meaning.
    return {word: name for word, name in said.items() if PLAIN.fullmatch(word)}


def one_pair(
    hass: HomeAssistant,
    slots: Mapping[str, str],
    device_id: str | None,
    known: Collection[KumoBootsCoordinator] | None = None,
) -> KumoBootsCoordinator:
    """Return the only pair that can be meant; raises VoiceError where there is none.

    ``device_id`` is the satellite's that heard it; ``known`` are the pairs that may be
    known of, where that is not all of them.
    """
    entries = entries_of(hass)
    if known is not None:
        entries = [pair.config_entry for pair in known]
    if not entries:
        raise NoBootsError
    meant = _meant(hass, entries, slots)
    if meant is not None and not meant:
        said = " ".join(slots[key] for key in PLACES if key in slots)
        raise UnknownBootsError(name=said, names=_names(hass, entries))
    # Boots beside the speaker that are not loaded are meant all the same.
    candidates = meant or _beside(hass, entries, device_id)
    candidates = candidates or _loaded(entries) or entries
    if len(candidates) > 1:
        raise WhichBootsError(*(name_of(hass, entry) for entry in candidates))
    [entry] = candidates
    if entry.state is not ConfigEntryState.LOADED:
        raise NotLoadedError(name=name_of(hass, entry))
    return entry.runtime_data


def to_stop(
    hass: HomeAssistant, slots: Mapping[str, str], device_id: str | None
) -> Aim:
    """Return whom to stop: whoever is named, else those beside the speaker, else all."""
    entries = entries_of(hass)
    found = _meant(hass, entries, slots)
    named = found or []
    everywhere = ALL in slots and not named
    meant = named or ([] if everywhere else _to_stop_beside(hass, entries, device_id))
    several = len(entries) > 1
    reached = _loaded(meant)
    return Aim(
        pairs=[entry.runtime_data for entry in reached or _loaded(entries)],
        out_of_reach=[
            entry
            for entry in meant or entries
            if entry.state is not ConfigEntryState.LOADED
        ],
        to_be_named=several and (len(named) != 1 or not reached),
        all_of_them=several and not meant and not everywhere,
        unknown=found == [],
    )


def _to_stop_beside(
    hass: HomeAssistant, entries: list[KumoBootsConfigEntry], device_id: str | None
) -> list[KumoBootsConfigEntry]:
    """Return those in the speaker's room; none where only others are under way."""
    beside = _beside(hass, entries, device_id)
    engaged = [each for each in _loaded(entries) if each.runtime_data.session.engaged]
    if engaged and not any(each in beside for each in engaged):
        return []
    return beside


def entries_of(hass: HomeAssistant) -> list[KumoBootsConfigEntry]:
    """Return the pairs of a home, loaded or not."""
    return hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )


def _loaded(entries: list[KumoBootsConfigEntry]) -> list[KumoBootsConfigEntry]:
    return [entry for entry in entries if entry.state is ConfigEntryState.LOADED]


def _device(hass: HomeAssistant, entry: KumoBootsConfigEntry) -> dr.DeviceEntry | None:
    return dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, entry.entry_id), entry.entry_id
    )


def _names(hass: HomeAssistant, entries: list[KumoBootsConfigEntry]) -> str:
    return ", ".join(name_of(hass, entry) for entry in entries)


def _meant(
    hass: HomeAssistant, entries: list[KumoBootsConfigEntry], slots: Mapping[str, str]
) -> list[KumoBootsConfigEntry] | None:
    """Return those that are named; None where nothing is."""
    if not any(key in slots for key in PLACES):
        return None
    areas = _areas(hass, slots)
    found = []
    for entry in entries:
        device = _device(hass, entry)
        in_area = areas is None or (device is not None and device.area_id in areas)
        if in_area and _is_called(name_of(hass, entry), slots.get(NAME)):
            found.append(entry)
    # The whole name is meant before a part of another one.
    said = slots.get(NAME, "").casefold()
    whole = [entry for entry in found if name_of(hass, entry).casefold() == said]
    return whole or found


def _is_called(name: str, said: str | None) -> bool:
    """Tell whether a pair is meant by a name: "sofa" for *Sofa boots*, too."""
    if said is None:
        return True
    words = set(name.casefold().split())
    return set(said.casefold().split()) <= words


def _areas(hass: HomeAssistant, slots: Mapping[str, str]) -> set[str] | None:
    """Return the ids of the areas that are named; None where none is."""
    registry = ar.async_get(hass)
    if (said := slots.get(AREA)) is not None:
        return {
            area.id
            for area in registry.async_list_areas()
            if said in (area.id, area.name)
        }
    if (said := slots.get(FLOOR)) is not None:
        floors = fr.async_get(hass).async_list_floors()
        ids = {
            floor.floor_id for floor in floors if said in (floor.floor_id, floor.name)
        }
        return {area.id for area in registry.async_list_areas() if area.floor_id in ids}
    return None


def _beside(
    hass: HomeAssistant, entries: list[KumoBootsConfigEntry], device_id: str | None
) -> list[KumoBootsConfigEntry]:
    """Return the boots in the area of the satellite that listened."""
    satellite = None if device_id is None else dr.async_get(hass).async_get(device_id)
    if satellite is None or satellite.area_id is None:
        return []
    return [
        entry
        for entry in entries
        if (device := _device(hass, entry)) is not None
        and device.area_id == satellite.area_id
    ]

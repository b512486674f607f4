"""A household around a pair of boots."""

from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util

from custom_components.kumo_boots.people.household import Household
from custom_components.kumo_boots.people.sitting import Sitting
from custom_components.kumo_boots.people.wearer import SUBENTRY_WEARER, Wearer

from ..entities.acting import Acting, until

READ = "2026-11-01T20:00:00+00:00"
"""When somebody read the precautions."""


class Remembered:
    """A diary of the few things a test remembers."""

    def __init__(self) -> None:
        """Remember nothing."""
        self.kept: dict[str, list[Sitting]] = {}
        self.warned: set[str] = set()
        self.listeners: list[Callable[[], None]] = []

    def sittings(self, wearer_id: str) -> list[Sitting]:
        """Return what is remembered of a wearer."""
        return self.kept.get(wearer_id, [])

    def locked(self, wearer_id: str) -> bool:
        """Tell whether a warning locks them."""
        return wearer_id in self.warned

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call at every change."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def add(self, wearer: Wearer, ended_ago: timedelta, **other: Any) -> None:
        """Remember a session."""
        assert wearer.wearer_id is not None
        ended = dt_util.utcnow() - ended_ago
        values: dict[str, Any] = {
            "sitting_id": str(ended),
            "wearer_id": wearer.wearer_id,
            "requested_by": None,
            "confirmed_by": None,
            "started_at": ended - timedelta(minutes=1),
            "ended_at": ended,
            "ran_s": 60,
            "completed": True,
            "ended_why": "time_up",
            "programme": "relax",
            "target_mmhg": 30,
            "duration_s": 60,
            "legs": ("left", "right"),
        }
        self.kept.setdefault(wearer.wearer_id, []).append(Sitting(**values | other))
        self.changed()

    def changed(self) -> None:
        """Tell that something changed."""
        for listener in tuple(self.listeners):
            listener()


def household(boots: Acting) -> Household:
    """Return who wears a pair."""
    return boots.coordinator.household


async def move_in(boots: Acting, name: str, **data: Any) -> Wearer:
    """Add a wearer who has read the precautions, unless ``acknowledged`` is None."""
    values = {"name": name, "acknowledged": READ, **data}
    subentry = ConfigSubentry(
        data=MappingProxyType({k: v for k, v in values.items() if v is not None}),
        subentry_type=SUBENTRY_WEARER,
        title=name,
        unique_id=data.get("person"),
    )
    boots.hass.config_entries.async_add_subentry(boots.entry, subentry)
    await until(lambda: household(boots).wearer(subentry.subentry_id) is not None)
    wearer = household(boots).wearer(subentry.subentry_id)
    assert wearer is not None
    return wearer


async def change(boots: Acting, wearer: Wearer, **data: Any) -> None:
    """Change a wearer's settings and wait until they are taken."""
    assert wearer.wearer_id is not None
    subentry = boots.entry.subentries[wearer.wearer_id]
    values = {**subentry.data, **data}
    boots.hass.config_entries.async_update_subentry(
        boots.entry, subentry, data=values, title=values["name"]
    )
    wanted = Wearer.from_subentry(wearer.wearer_id, values)
    await until(lambda: household(boots).wearer(wearer.wearer_id) == wanted)


async def move_out(boots: Acting, wearer: Wearer) -> None:
    """Remove a wearer and wait until it is noticed."""
    assert wearer.wearer_id is not None
    boots.hass.config_entries.async_remove_subentry(boots.entry, wearer.wearer_id)
    await until(lambda: household(boots).wearer(wearer.wearer_id) is None)


async def remember(boots: Acting) -> Remembered:
    """Give a household a diary."""
    diary = Remembered()
    household(boots).diary = diary
    household(boots).attend(boots.coordinator.session)
    return diary

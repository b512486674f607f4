"""A restart of Home Assistant does not make boots of the cupboard boots of the room."""

from datetime import timedelta
from typing import Any

from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.people.question import HEARD_WITHIN_S, Question

from ..conftest import until
from ..entities.acting import Acting
from .companion import Companion
from .conftest import Household, asked
from .test_question import request


@pytest.mark.parametrize(
    ("hours", "is_asked"), [(0, True), (23.9, True), (24.1, False), (-30, False)]
)
async def test_what_was_heard_before_a_restart_counts(
    boots: Acting,
    household: Household,
    phone: Companion,
    hass_storage: dict[str, Any],
    hours: float,
    is_asked: bool,
) -> None:
    """Boots that were put away an hour ago are asked about, though nobody hears them."""
    hass, entry = boots.hass, boots.entry
    assert await hass.config_entries.async_unload(entry.entry_id)
    stored = hass_storage[f"kumo_boots.{entry.entry_id}.heard"]["data"]
    assert len(stored) == 2
    at = (dt_util.utcnow() - timedelta(hours=hours)).isoformat()
    hass_storage[f"kumo_boots.{entry.entry_id}.heard"]["data"] = dict.fromkeys(
        stored, at
    )
    for each in boots.house.boots.values():
        each.faults.range(False)
    assert await hass.config_entries.async_setup(entry.entry_id)
    coordinator = boots.coordinator
    await until(lambda: not coordinator.data.connected)
    for unit in coordinator.units:
        assert coordinator.last_heard.within(unit, HEARD_WITHIN_S) is is_asked
    if is_asked:
        question = Question(hass, coordinator, household)
        await request(boots)
        await asked(phone)
        question.close()


@pytest.mark.parametrize(
    "garbage", [["x"], {"a": 7}, {"a": "never"}, {"a": "2026-11-01T20:00:00"}]
)
async def test_what_cannot_be_read_is_not_known(
    boots: Acting, hass_storage: dict[str, Any], garbage: Any
) -> None:
    """And the boots are set up all the same."""
    hass, entry = boots.hass, boots.entry
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[f"kumo_boots.{entry.entry_id}.heard"]["data"] = garbage
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert boots.coordinator.last_heard._at == {}


async def test_it_is_noted_while_they_are_there(
    boots: Acting, hass_storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only at an orderly end; what is not there is not noted."""
    key = f"kumo_boots.{boots.entry.entry_id}.heard"
    assert key not in hass_storage
    left, right = boots.coordinator.units
    monkeypatch.setattr(left, "heard", lambda seconds: False)
    await boots.coordinator.last_heard._note()
    assert set(hass_storage[key]["data"]) == {right.address}
    before = dict(hass_storage[key]["data"])
    monkeypatch.setattr(right, "heard", lambda seconds: False)
    await boots.coordinator.last_heard._note()
    assert hass_storage[key]["data"] == before


async def test_nothing_is_kept_of_boots_that_are_removed(
    boots: Acting, hass_storage: dict[str, Any]
) -> None:
    """Not even when they were heard."""
    await boots.coordinator.last_heard._note()
    await boots.hass.config_entries.async_remove(boots.entry.entry_id)
    await boots.hass.async_block_till_done()
    assert f"kumo_boots.{boots.entry.entry_id}.heard" not in hass_storage

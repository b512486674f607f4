"""Who gets to read what, as text or as data."""

import csv
import io
import json
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
import voluptuous as vol

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling
from simulator.house import House

from ..entities.acting import Acting
from .conftest import Household
from .remembered_sessions import ANNA, BERT, sitting

PRIVATE = {"feeling", "discomfort", "one_sided", "discomfort_mmhg"}


@pytest.fixture
def boots_with_history(boots: Acting, anna_user: User) -> Acting:
    """Return boots of which Anna and Bert had sessions, in turn."""
    diary = boots.coordinator.diary
    diary.add(sitting(1, requested_by=anna_user.id, confirmed_by="gone"))
    diary.add(sitting(2, BERT, feeling=Feeling.TOO_STRONG))
    diary.add(sitting(3, ended_mmhg=30))
    diary.feel(f"{ANNA}-3", Feeling.COMFORTABLE)
    diary.discomfort(ANNA, Discomfort.TINGLING, one_sided=True)
    return boots


async def sessions(boots: Acting, context: Context | None, **data: Any) -> list[Any]:
    """Return what get_sessions tells of the pair."""
    told = await boots.ask("get_sessions", context, **data)
    assert told["name"] == "Boots"
    assert told["device_id"] == boots.device.id
    found: list[Any] = told["sessions"]
    return found


def ids(told: list[Any]) -> list[str]:
    """Return which sessions were told."""
    return [each["session_id"] for each in told]


async def refused(
    boots: Acting, action: str, context: Context | None, **data: Any
) -> str:
    """Return why it was refused."""
    with pytest.raises(ServiceValidationError) as caught:
        await boots.ask(action, context, **data)
    assert caught.value.translation_key is not None
    return caught.value.translation_key


async def test_everybody_reads_what_is_theirs(
    hass: HomeAssistant,
    boots_with_history: Acting,
    household: Household,
    anna: Context,
    admin: Context,
) -> None:
    """Anna her own, an administrator all, a stranger nothing, a routine no feelings."""
    boots = boots_with_history
    told = await sessions(boots, anna)
    assert ids(told) == [f"{ANNA}-3", f"{ANNA}-1"]
    assert told[0] == {
        "session_id": f"{ANNA}-3",
        "wearer": "Anna",
        "requested_by": None,
        "confirmed_by": None,
        "started_at": "2026-11-04T20:00:00+00:00",
        "ended_at": "2026-11-04T20:15:00+00:00",
        "ran_s": 900,
        "completed": True,
        "ended_why": "time_up",
        "programme": "wave",
        "target_mmhg": 30,
        "duration_s": 900,
        "legs": ["left", "right"],
        "peak_mmhg": 31.5,
        "feeling": "comfortable",
        "discomfort": "tingling",
        "one_sided": True,
        "ended_mmhg": 30,
        "discomfort_mmhg": 30,
    }
    assert (told[1]["requested_by"], told[1]["confirmed_by"]) == ("Anna A.", None)
    assert (
        await refused(boots, "get_sessions", anna, wearer="Bert") == "history_not_yours"
    )
    told = await sessions(boots, admin)
    assert ids(told) == [f"{ANNA}-3", f"{BERT}-2", f"{ANNA}-1"]
    assert [each["feeling"] for each in told] == ["comfortable", "too_strong", None]
    # An account of nobody here.
    stranger = await hass.auth.async_create_user("Eve", group_ids=["system-users"])
    eve = Context(user_id=stranger.id)
    assert await refused(boots, "get_sessions", eve) == "history_of_nobody"
    assert await refused(boots, "export_sessions", eve) == "history_of_nobody"
    assert (
        await refused(boots, "export_sessions", eve, wearer="anna")
        == "history_not_yours"
    )
    # Routines, and programs of the system, whatever their rights.
    supervisor = await hass.auth.async_create_system_user(
        "Supervisor", group_ids=["system-admin"]
    )
    for context in (None, Context(), Context(user_id=supervisor.id)):
        told = await sessions(boots, context)
        assert len(told) == 3
        assert not any(PRIVATE & set(each) for each in told)
    # Who was switched off is nobody.
    user = await hass.auth.async_get_user(anna.user_id or "")
    assert user is not None
    await hass.auth.async_deactivate_user(user)
    assert await refused(boots, "get_sessions", anna) == "history_of_nobody"
    # And who was removed is no routine.
    await hass.auth.async_remove_user(user)
    assert await refused(boots, "get_sessions", anna) == "history_of_nobody"
    assert (
        await refused(boots, "get_sessions", anna, wearer="Anna") == "history_not_yours"
    )
    # Of no household nothing is told, and nobody is refused.
    household.wearers = ()
    assert await sessions(boots, None) == []


async def test_what_is_asked_for_is_told(
    boots_with_history: Acting, admin: Context
) -> None:
    """By wearer (id, name, person), since when, and how many."""
    boots = boots_with_history
    for name in (ANNA, "anna", "person.anna"):
        told = await sessions(boots, admin, wearer=name)
        assert ids(told) == [f"{ANNA}-3", f"{ANNA}-1"]
    # Times without a zone are the house's, and that is not UTC.
    told = await sessions(boots, admin, since="2026-11-03 12:00:00")
    assert ids(told) == [f"{ANNA}-3", f"{BERT}-2"]
    told = await sessions(boots, admin, since="2026-11-03T20:00:01+00:00")
    assert ids(told) == [f"{ANNA}-3"]
    assert ids(await sessions(boots, admin, limit=2)) == [f"{ANNA}-3", f"{BERT}-2"]
    for name in ("Carla", "guest"):
        assert (
            await refused(boots, "get_sessions", admin, wearer=name) == "unknown_wearer"
        )
    for limit in (0, 1001):
        with pytest.raises(vol.Invalid):
            await sessions(boots, admin, limit=limit)


async def test_sessions_are_taken_along(
    boots_with_history: Acting, household: Household, anna: Context, admin: Context
) -> None:
    """As CSV and as JSON, the oldest first; whoever may not read it gets it empty."""
    boots = boots_with_history
    told = await boots.ask("export_sessions", admin)
    assert (told["format"], told["filename"]) == ("csv", "boots_sessions.csv")
    rows = list(csv.DictReader(io.StringIO(told["content"], newline="")))
    assert [each["session_id"] for each in rows] == [
        f"{ANNA}-1",
        f"{BERT}-2",
        f"{ANNA}-3",
    ]
    assert rows[2]["feeling"] == "comfortable"
    told = await boots.ask("export_sessions")
    rows = list(csv.DictReader(io.StringIO(told["content"], newline="")))
    assert {each[column] for each in rows for column in PRIVATE} == {""}
    told = await boots.ask("export_sessions", anna, format="json", wearer="Anna")
    assert told["filename"] == "boots_sessions.json"
    assert len(json.loads(told["content"])["sessions"]) == 2
    with pytest.raises(vol.Invalid):
        await boots.ask("export_sessions", admin, format="xml")


async def test_forgetting_is_for_the_wearer_and_administrators(
    hass: HomeAssistant, boots_with_history: Acting, anna: Context, admin: Context
) -> None:
    """Nobody else, and no routine; without a recorder there is nothing more to do."""
    boots = boots_with_history
    diary = boots.coordinator.diary
    for context in (None, Context()):
        assert (
            await refused(boots, "forget", context, wearer="Anna") == "forget_not_yours"
        )
    assert await refused(boots, "forget", anna, wearer="Bert") == "forget_not_yours"
    assert await refused(boots, "forget", anna, wearer="guest") == "unknown_wearer"
    assert len(diary.sittings(ANNA)) == 2
    own = boots.coordinator.own_setpoints
    own.keep(ANNA, boots.coordinator.setpoints)
    told = await boots.ask("forget", anna, wearer="Anna")
    assert (told["wearer"], told["sessions"]) == ("Anna", 2)
    assert told["recorder_done"] is True
    assert own.of(ANNA) is None
    assert diary.sittings(ANNA) == diary.reports(ANNA) == ()
    # It was a tingling in one leg: no lock to keep.
    assert diary.wearer_ids == (BERT,)
    await boots.call(DOMAIN, "forget", {"wearer": "Bert"}, context=admin)
    assert diary.wearer_ids == ()


async def test_boots_that_are_not_set_up_tell_nothing(
    hass: HomeAssistant, boots: Acting, house: House, admin: Context
) -> None:
    """They say so."""
    device_id = boots.device.id
    await hass.config_entries.async_unload(boots.entry.entry_id)
    assert (
        await refused(boots, "get_sessions", admin, device_id=device_id) == "not_loaded"
    )
    assert await refused(boots, "get_sessions", admin) == "no_boots"

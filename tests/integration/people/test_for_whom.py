"""His 70 must never become hers. The witness is the judge."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.boots.errors import LinkError
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.model import Settings
from custom_components.kumo_boots.boots.session import Outcome
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people import household as household_module
from custom_components.kumo_boots.people.requesting import async_request_for
from custom_components.kumo_boots.people.rules import (
    OnlyBetweenSessionsError,
    UnknownWearerError,
)
from custom_components.kumo_boots.people.wearer import GUEST, Wearer

from ..entities.acting import Acting, until
from .living import change, household, move_in, move_out


def ceiling(boots: Acting, mmhg: int, minutes: int = 30, **options: Any) -> None:
    """Set the ceiling for everybody."""
    boots.hass.config_entries.async_update_entry(
        boots.entry,
        options={
            "target_max_mmhg": mmhg,
            "duration_max_minutes": minutes,
            **options,
        },
    )


async def high(boots: Acting) -> None:
    """Allow 100 mmHg and 40 minutes to who allows it themself."""
    ceiling(boots, 100, 40)
    await until(lambda: boots.coordinator.options.target_max_mmhg == 100)


def shown(boots: Acting) -> tuple[float, float, float]:
    """Return what the numbers show: pressure, its highest, duration."""
    pressure = boots.get("number", "target_pressure")
    duration = boots.get("number", "duration")
    return (
        float(pressure.state),
        pressure.attributes["max"],
        float(duration.state),
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the boots be somebody else's a moment after a session or a choice."""
    monkeypatch.setattr(household_module, "RETURN_S", 0.3)


async def test_nobody_known_is_as_it_ever_was(
    impatient: None, boots: Acting, person: Context
) -> None:
    """The guest is the household: 30 mmHg at first, and what they set stays."""
    for_whom = boots.get("select", "for_whom")
    assert for_whom.state == "guest"
    assert for_whom.attributes["options"] == ["guest"]
    assert shown(boots) == (30, 60, 15)
    await boots.set("target_pressure", 45)
    await boots.choose("for_whom", "guest")
    await boots.run(person)
    await boots.switch(False)
    await until(lambda: boots.phase == "ready")
    await move_in(boots, "Anna", follow_coach=False)
    assert household(boots).current.name == "Anna"
    assert shown(boots) == (30, 60, 15)


async def test_his_70_never_becomes_hers(
    boots: Acting, bruno: Wearer, anna: Wearer, person: Context
) -> None:
    """Neither as a setpoint, nor as a limit, nor in a request."""
    await high(boots)
    await boots.choose("for_whom", "Bruno")
    await boots.set("target_pressure", 70)
    await boots.set("duration", 35)
    assert shown(boots) == (70, 100, 35)

    await boots.choose("for_whom", "Anna")
    assert shown(boots) == (30, 60, 15)
    with pytest.raises(ServiceValidationError):
        await boots.call(DOMAIN, "start_session", pressure=70)
    assert boots.phase == "ready"
    await boots.set("target_pressure", 40)
    await boots.run(person)
    assert boots.coordinator.session.limits.target_max_mmhg == 60
    settings = boots.coordinator.session.state.settings
    assert settings is not None
    assert settings.target_mmhg == 40
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.set("target_pressure", 70, person)
    assert "60" in str(refusal.value)
    await boots.switch(False)
    await until(lambda: boots.phase == "ready")

    await boots.choose("for_whom", "guest")
    assert shown(boots) == (30, 60, 15)
    await boots.choose("for_whom", "Bruno")
    assert shown(boots) == (70, 100, 35)
    await boots.choose("for_whom", "Anna")
    assert shown(boots) == (40, 60, 15)


async def test_setpoints_are_kept_apart_across_a_restart(
    boots: Acting, bruno: Wearer, anna: Wearer, hass_storage: dict[str, Any]
) -> None:
    """And who had the boots on."""
    await high(boots)
    await boots.choose("for_whom", "Anna")
    await boots.set("target_pressure", 20)
    await boots.choose("for_whom", "Bruno")
    await boots.set("target_pressure", 70)
    own = boots.coordinator.own_setpoints
    await boots.coordinator._store.async_save(own._as_dict())
    await boots.hass.config_entries.async_reload(boots.entry.entry_id)

    assert household(boots).current.name == "Bruno"
    assert shown(boots)[0] == 70
    await boots.choose("for_whom", "Anna")
    assert shown(boots)[0] == 20
    await boots.choose("for_whom", "guest")
    assert shown(boots)[0] == 30


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ({"wearer": "anna", "busy": True, "return_at": None}, "Anna"),
        (
            {"wearer": "anna", "busy": False, "return_at": "2026-01-01T00:00:00+00:00"},
            "guest",
        ),
        (
            {"wearer": "anna", "busy": False, "return_at": "2099-01-01T00:00:00+00:00"},
            "Anna",
        ),
        ({"wearer": "anna", "busy": False, "return_at": None}, "guest"),
        ({"wearer": "anna", "busy": False, "return_at": "soon"}, "guest"),
        ({"wearer": "gone", "busy": True, "return_at": None}, "guest"),
        ({}, "guest"),
    ],
)
async def test_a_session_that_is_found_again_is_still_theirs(
    boots: Acting,
    anna: Wearer,
    bruno: Wearer,
    hass_storage: dict[str, Any],
    stored: dict[str, Any],
    name: str,
) -> None:
    """Home Assistant was gone for a moment; what cannot be read is nobody's."""
    entry_id = boots.entry.entry_id
    await boots.hass.config_entries.async_unload(entry_id)
    if stored.get("wearer") == "anna":
        stored = {**stored, "wearer": anna.wearer_id}
    key = f"{DOMAIN}.{entry_id}.household"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": stored}
    await boots.hass.config_entries.async_setup(entry_id)
    assert household(boots).current.name == name


async def test_boots_that_stay_away_are_nobodys(
    impatient: None, boots: Acting, anna: Wearer, bruno: Wearer, person: Context
) -> None:
    """They have let the air out long ago."""
    await boots.choose("for_whom", "Anna")
    await boots.run(person)
    units = boots.house.boots.values()
    for unit in units:
        unit.faults.range(False)
    await until(lambda: boots.get("select", "for_whom").state == "guest", 60)
    for unit in units:
        unit.faults.range(True)
    await until(lambda: boots.empty, 60)


async def test_a_request_that_nobody_answered_keeps_the_setpoints(
    boots: Acting, anna: Wearer
) -> None:
    """Nothing ran, so nothing returns to what it was."""
    await boots.set("target_pressure", 50)
    own = boots.coordinator.own_setpoints
    own.forget("nobody")
    visit = household(boots).visit
    await boots.switch(True)
    await boots.press("stop")
    await until(lambda: boots.phase == "ready")
    assert household(boots).visit == visit
    assert shown(boots)[0] == 50


async def test_who_wears_them_does_not_change_during_a_session(
    boots: Acting, bruno: Wearer, anna: Wearer, person: Context
) -> None:
    """Not while it waits, and not while it runs; the same one may be said again."""
    await boots.choose("for_whom", "Anna")
    await boots.switch(True)
    for _ in range(2):
        with pytest.raises(ServiceValidationError) as refusal:
            await boots.choose("for_whom", "Bruno")
        assert refusal.value.translation_key == "only_between_sessions"
        await boots.choose("for_whom", "Anna")
        assert boots.get("select", "for_whom").state == "Anna"
        if boots.phase == "awaiting":
            await boots.press("confirm_session", person)
            await until(lambda: boots.phase == "running")
    assert not household(boots).free
    assert boots.get("event", "session").attributes["wearer"] == "Anna"
    await boots.switch(False)
    await until(lambda: boots.phase == "ready")
    await boots.choose("for_whom", "Bruno")


async def test_after_a_session_the_boots_are_a_guests_again(
    impatient: None, boots: Acting, bruno: Wearer, anna: Wearer, person: Context
) -> None:
    """And after a choice that nothing followed; never during a session."""
    await boots.choose("for_whom", "Anna")
    await boots.run(person)
    await until(lambda: (boots.coordinator.pair.state.cycles or 0) >= 1)
    assert household(boots).current == anna
    await boots.switch(False)
    await until(lambda: boots.get("select", "for_whom").state == "guest")
    await boots.choose("for_whom", "Bruno")
    await until(lambda: boots.get("select", "for_whom").state == "guest")
    # Another guest does not find what this one set.
    await boots.set("target_pressure", 50)
    await boots.choose("for_whom", "guest")
    await until(lambda: shown(boots)[0] == 30)


async def test_the_only_wearer_is_who_wears_them(
    impatient: None, boots: Acting, anna: Wearer
) -> None:
    """Until there is another one; a guest is chosen, and gone again later."""
    assert boots.get("select", "for_whom").state == "Anna"
    await boots.choose("for_whom", "guest")
    assert boots.get("select", "for_whom").state == "guest"
    await until(lambda: boots.get("select", "for_whom").state == "Anna")
    bruno = await move_in(boots, "Bruno")
    assert boots.get("select", "for_whom").state == "guest"
    await move_out(boots, bruno)
    assert boots.get("select", "for_whom").state == "Anna"


async def test_what_a_wearer_changes_applies_in_place_while_they_wear_them(
    boots: Acting, anna: Wearer, person: Context
) -> None:
    """No reload, and the session goes on; their device is called as they are."""
    coordinator = boots.coordinator
    await boots.run(person)
    await change(boots, anna, target_max_mmhg=35, duration_max_minutes=20, name="Ann")
    assert boots.coordinator is coordinator
    assert boots.phase == "running"
    assert coordinator.session.limits == Limits(
        target_max_mmhg=35, duration_max_s=20 * 60
    )
    with pytest.raises(ServiceValidationError):
        await boots.set("target_pressure", 40, person)
    assert boots.get("select", "for_whom").state == "Ann"
    device = dr.async_get(boots.hass).async_get_device_by_identifier(
        (DOMAIN, f"{boots.entry.entry_id}_wearer_{anna.wearer_id}"),
        boots.entry.entry_id,
    )
    assert device is not None
    assert device.name == "Ann"
    assert boots.house.witness.entries(kind="ended") == []


async def test_somebody_who_is_removed_keeps_their_session(
    boots: Acting, anna: Wearer, bruno: Wearer, person: Context
) -> None:
    """It goes on within their limits, and after it the boots are a guest's."""
    await high(boots)
    await boots.choose("for_whom", "Bruno")
    await boots.run(person)
    await move_out(boots, bruno)
    await move_out(boots, anna)
    assert boots.phase == "running"
    assert household(boots).current == bruno
    assert boots.get("select", "for_whom").state == "unknown"
    assert boots.coordinator.limits.target_max_mmhg == 100
    await boots.switch(False)
    await until(lambda: boots.get("select", "for_whom").state == "guest")
    assert household(boots).current == GUEST
    assert boots.coordinator.limits == Limits()


async def test_a_request_of_somebody_who_was_removed_starts_nothing(
    boots: Acting, anna: Wearer, person: Context
) -> None:
    """Nobody knows any more what they may."""
    await boots.switch(True)
    await move_out(boots, anna)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.press("confirm_session", person)
    assert refusal.value.translation_key == "unknown_wearer"
    assert boots.inflations == []


async def test_who_was_removed_meanwhile_does_not_get_the_boots_back(
    boots: Acting, anna: Wearer, bruno: Wearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the session says of the request is what is told, and not that."""
    session = boots.coordinator.session
    await household(boots).async_choose(anna)

    async def refuse(settings: Settings, cause: Cause) -> Outcome:
        await move_out(boots, anna)
        raise LinkError

    monkeypatch.setattr(session, "request", refuse)
    with pytest.raises(LinkError):
        await async_request_for(
            boots.coordinator,
            bruno,
            boots.coordinator.settings_from_setpoints(bruno),
            Cause(actor=Actor.AUTOMATION, why="requested"),
        )
    assert household(boots).current == household(boots).usual


async def test_who_wears_them_is_settled_by_the_request_and_not_by_its_telling(
    boots: Acting, anna: Wearer, bruno: Wearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event loop that was held up tells the session's state half a second late."""
    session = boots.coordinator.session
    await high(boots)
    await boots.choose("for_whom", "Bruno")
    monkeypatch.setattr(session, "_held_up", lambda now: True)
    await session.request(
        replace(boots.coordinator.settings_from_setpoints(), target_mmhg=70),
        Cause(actor=Actor.AUTOMATION, why="requested"),
    )
    assert session.state.phase == "idle"
    with pytest.raises(OnlyBetweenSessionsError):
        await household(boots).async_choose(anna)
    # Nor do the fifteen minutes after the choice end now.
    household(boots)._stay()
    household(boots)._return(dt_util.utcnow())
    assert household(boots).current == bruno
    monkeypatch.undo()
    session._review()
    assert session.state.phase == "awaiting"
    assert household(boots).current == bruno


async def test_the_pairs_ceiling_is_above_all(
    boots: Acting, bruno: Wearer, anna: Wearer
) -> None:
    """His 100 is 60 where the pair allows no more; the coach's cap comes on top."""
    home = household(boots)
    assert home.limits_of(bruno) == Limits(target_max_mmhg=60, duration_max_s=1800)
    await high(boots)
    assert home.limits_of(bruno) == Limits(target_max_mmhg=100, duration_max_s=2400)
    assert home.limits_of(anna) == home.limits_of(GUEST) == Limits()


async def test_a_studio_knows_guests_only(
    boots: Acting, bruno: Wearer, anna: Wearer
) -> None:
    """Whoever wears them now; each begins gentle."""
    await boots.choose("for_whom", "Anna")
    ceiling(boots, 60, studio=True)
    await until(lambda: boots.get("select", "for_whom").state == "guest")
    assert boots.get("select", "for_whom").attributes["options"] == ["guest"]
    with pytest.raises(ServiceValidationError):
        await boots.choose("for_whom", "Anna")
    with pytest.raises(UnknownWearerError):
        await household(boots).async_choose(anna)
    told = await boots.ask("start_session", wearer="Anna")
    assert told["reason"] == "unknown_wearer"
    await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    assert household(boots).current == GUEST


async def test_a_wearer_who_cannot_be_read_is_said(boots: Acting) -> None:
    """Until they can be, or are gone; nobody wears them meanwhile."""
    boots.hass.config_entries.async_add_subentry(
        boots.entry,
        ConfigSubentry(
            data=MappingProxyType({}),
            subentry_type="something_else",
            title="No wearer",
            unique_id=None,
        ),
    )
    anna = await move_in(boots, "Anna")
    entry = boots.entry
    assert anna.wearer_id is not None
    subentry = entry.subentries[anna.wearer_id]
    update = boots.hass.config_entries.async_update_subentry
    good = dict(subentry.data)
    issues = ir.async_get(boots.hass)
    issue = (DOMAIN, f"wearer_unreadable_{anna.wearer_id}")

    update(entry, subentry, data={**good, "quiet_from": "late"})
    await until(lambda: issues.async_get_issue(*issue) is not None)
    assert household(boots).wearers == ()
    assert household(boots).current == GUEST
    update(entry, subentry, data=good)
    await until(lambda: issues.async_get_issue(*issue) is None)
    update(entry, subentry, data={**good, "rest_hours": "long"})
    await until(lambda: issues.async_get_issue(*issue) is not None)
    await boots.hass.config_entries.async_unload(entry.entry_id)
    assert issues.async_get_issue(*issue) is None
    await boots.hass.config_entries.async_setup(entry.entry_id)


async def test_people_are_named(boots: Acting) -> None:
    """By id, by person or by name, in any case."""
    anna = await move_in(boots, "Anna", person="person.anna")
    home = household(boots)
    for said in ("anna", " ANNA ", "person.anna", anna.wearer_id):
        assert said is not None
        assert home.named(said) == anna
    assert home.named("Guest") == GUEST
    assert home.named("Ann") is None
    assert home.named("") is None

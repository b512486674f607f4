"""Rest, sessions a day, quiet hours, precautions and warnings, at the real boots."""

from dataclasses import dataclass
from datetime import timedelta

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people.wearer import Wearer

from ..entities.acting import Acting, until
from .living import Remembered, change, household, move_in


async def refused(boots: Acting, key: str) -> str:
    """Ask for a session and return why there is none."""
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.switch(True)
    assert refusal.value.translation_key == key
    assert boots.phase == "ready"
    assert boots.inflations == []
    return str(refusal.value)


async def test_nothing_starts_before_the_precautions_are_read(boots: Acting) -> None:
    """The refusal tells what to do."""
    await move_in(boots, "Anna", acknowledged=None)
    said = await refused(boots, "precautions_first")
    assert "Anna has not acknowledged the precautions yet" in said
    assert "I have read the precautions" in said
    told = await boots.ask("start_session")
    assert told["reason"] == "precautions_first"
    await boots.choose("for_whom", "guest")
    await boots.switch(True)
    assert boots.phase == "awaiting"


async def test_a_third_session_in_a_day_is_refused(
    boots: Acting, anna: Wearer, diary: Remembered
) -> None:
    """Two are the most until the wearer says otherwise; guests are not counted."""
    await change(boots, anna, rest_hours=0)
    diary.add(anna, timedelta(seconds=2))
    await boots.switch(True)
    await boots.press("stop")
    await until(lambda: boots.phase == "ready")
    diary.add(anna, timedelta(seconds=1))
    assert "allow 2 a day" in await refused(boots, "too_many_today")
    await boots.choose("for_whom", "guest")
    await boots.switch(True)
    assert boots.phase == "awaiting"


async def test_legs_rest_between_sessions(
    boots: Acting, anna: Wearer, diary: Remembered
) -> None:
    """Four hours; somebody else's sessions do not tire them."""
    bruno = await move_in(boots, "Bruno")
    await boots.choose("for_whom", "Anna")
    diary.add(bruno, timedelta(hours=1))
    diary.add(anna, timedelta(hours=3))
    assert "4 hours" in await refused(boots, "rest_first")
    await change(boots, anna, rest_hours=2)
    await boots.switch(True)
    assert boots.phase == "awaiting"


async def quiet_now(boots: Acting, wearer: Wearer) -> None:
    """Have quiet hours begin."""
    now = dt_util.now()
    begins, ends = (
        (now + timedelta(hours=hours)).time().isoformat("seconds") for hours in (-2, 2)
    )
    await change(boots, wearer, quiet_from=begins, quiet_to=ends)


async def test_a_yes_in_quiet_hours_starts_nothing(
    boots: Acting, anna: Wearer, person: Context
) -> None:
    """Though it was asked before; not by the button, and not on the boots."""
    await boots.switch(True)
    await quiet_now(boots, anna)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.press("confirm_session", person)
    assert refusal.value.translation_key == "quiet_hours"
    assert boots.phase == "awaiting"

    left = boots.house.boots["pair1-left"]
    await until(lambda: boots.coordinator.pair.units[0].state.phase == "offered")
    left.faults.press("start")
    await until(
        lambda: (
            boots.get("event", "session").attributes.get("error") == "quiet_hours"
            and boots.get("event", "session").attributes["actor"] == "boots"
        )
    )
    assert boots.get("event", "session").attributes["event_type"] == "failed"
    assert boots.inflations == []
    await boots.press("stop")
    await until(lambda: boots.phase == "ready")
    assert "quiet hours" in await refused(boots, "quiet_hours")


async def test_a_warning_locks_until_it_is_acknowledged(
    boots: Acting, anna: Wearer, diary: Remembered
) -> None:
    """Whatever the hour."""
    assert anna.wearer_id is not None
    diary.warned.add(anna.wearer_id)
    assert "Anna" in await refused(boots, "locked_after_warning")
    diary.warned.clear()
    await boots.switch(True)
    assert boots.phase == "awaiting"


@dataclass
class Advice:
    """What a coach says."""

    target_mmhg: int = 35
    duration_s: int = 600
    cap_mmhg: int = 40
    cap_duration_s: int = 1200


async def test_the_coachs_cap_is_a_limit_and_its_advice_the_setpoints(
    boots: Acting, diary: Remembered, person: Context
) -> None:
    """After each session, and when the diary changes; never during a session."""
    anna = await move_in(boots, "Anna")
    home = household(boots)
    advice = Advice()
    home.advise = lambda wearer: advice
    diary.changed()
    pressure = boots.get("number", "target_pressure")
    assert (pressure.state, pressure.attributes["max"]) == ("35", 40)
    assert home.recommendation == {"target_mmhg": 35, "duration_s": 600}
    assert home.limits_of(anna) == Limits(target_max_mmhg=40, duration_max_s=1200)

    await boots.set("target_pressure", 40)
    await boots.run(person)
    advice.cap_mmhg = advice.target_mmhg = 30
    diary.changed()
    assert boots.coordinator.setpoints.target_mmhg == 30  # within the new cap
    settings = boots.coordinator.session.state.settings
    assert settings is not None
    assert settings.target_mmhg == 40
    with pytest.raises(ServiceValidationError):
        await boots.set("duration", 25, person)
    advice.target_mmhg = 25
    await boots.switch(False)
    await until(lambda: boots.get("number", "target_pressure").state == "25")

    # The cap moves with the calendar, too: nobody tells that another day began.
    advice.cap_mmhg = 20
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.switch(True)
    assert refusal.value.translation_key == "out_of_range_target"
    await change(boots, anna, follow_coach=False)
    assert home.limits_of(home.current) == Limits()
    await boots.choose("for_whom", "guest")
    assert home.recommendation == {}


async def test_a_session_for_somebody_by_name(
    boots: Acting, anna: Wearer, bruno: Wearer, person: Context
) -> None:
    """Their limits, their settings; a refusal leaves the boots whose they were."""
    await change(boots, anna, target_max_mmhg=40)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "start_session", wearer="anna", pressure=45)
    assert refusal.value.translation_key == "out_of_range_target"
    await change(boots, bruno, acknowledged=None)
    told = await boots.ask("start_session", wearer="Bruno")
    assert told["reason"] == "precautions_first"
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "start_session", wearer="Carla")
    assert refusal.value.translation_key == "unknown_wearer"
    assert boots.get("select", "for_whom").state == "guest"

    told = await boots.ask("start_session", wearer="ANNA", pressure=40)
    assert (told["result"], told["wearer"]) == ("awaiting_confirmation", "Anna")
    assert boots.get("select", "for_whom").state == "Anna"
    assert boots.get("event", "session").attributes["wearer"] == "Anna"
    told = await boots.ask("start_session", wearer="guest")
    assert told["reason"] == "only_between_sessions"
    told = await boots.ask("start_session", wearer="Anna", pressure=30)
    assert told["result"] == "awaiting_confirmation"


async def test_a_request_that_fails_leaves_the_boots_whose_they_were(
    boots: Acting, anna: Wearer, bruno: Wearer
) -> None:
    """Where the boots refuse it."""
    boots.house.boots["pair1-left"].faults.sensor(1)
    await until(lambda: boots.phase == "fault")
    told = await boots.ask("start_session", wearer="Anna")
    assert told["reason"] == "faulted"
    assert household(boots).current.is_guest

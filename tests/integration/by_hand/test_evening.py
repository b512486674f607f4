"""An evening with boots that only hands can start: the routine, the clock, the words."""

from datetime import timedelta

from homeassistant.components.persistent_notification import DOMAIN as NOTES
from homeassistant.core import Context
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.boots.errors import NotSupportedError
from custom_components.kumo_boots.routines.routine import BootsSession

from ..entities.acting import until
from ..people.living import move_in
from ..question.companion import Companion
from ..question.conftest import new_phone, phone, relay
from ..routines.evenings import ME, SHORT, Evening
from ..routines.walk import Walk, suggested
from .conftest import IN_MMHG, AddBoots, ByHandActing

__all__ = ["new_phone", "phone", "relay"]

IN_BOOTS = BootsSession(target_mmhg=2, duration_s=600)


@pytest.fixture
def evening(boots: ByHandActing) -> Evening:
    """Return what happens to the routines of boots with six levels."""
    return Evening(boots)


async def begin_in_boots(
    evening: Evening, boots: ByHandActing, person: Context
) -> None:
    """Come to the session, say yes, and start the boots by hand."""
    await evening.asked()
    await boots.press("confirm_session", Context(user_id=person.user_id))
    await until(lambda: boots.guidance == "set_and_start")
    await boots.press("it_runs")
    await until(lambda: evening.runner.remaining_s is not None)


async def test_the_phone_leads_through_it(
    evening: Evening, boots: ByHandActing, phone: Companion
) -> None:
    """One notification: the question, what to do, the session without *pause*."""
    await move_in(boots, "Anna", phone=phone.device_id, follow_coach=False)
    await evening.begin(IN_BOOTS, SHORT)
    await until(lambda: "level 2, 10 minutes" in str(phone.screen))
    await phone.press("Start")
    await until(lambda: "It runs" in phone.buttons)
    assert len(phone.screen) == 1
    await phone.press("It runs")
    await until(lambda: set(phone.buttons) == {"Skip", "Stop"})
    assert len(phone.screen) == 1
    await until(lambda: evening.run.ends_at is not None)
    assert 500 < (evening.runner.remaining_s or 0) <= 600
    boots.coordinator.hands.boots.say_off()
    await evening.over()
    await until(lambda: not phone.screen)


async def test_it_goes_on_when_they_are_off(
    evening: Evening, boots: ByHandActing, person: Context
) -> None:
    """The session ends by the word; the next step and the end follow."""
    await evening.begin(IN_BOOTS, SHORT)
    await begin_in_boots(evening, boots, person)
    with pytest.raises(NotSupportedError):
        await evening.runner.async_pause(ME)
    await evening.runner.async_skip(ME)
    await until(lambda: boots.guidance == "press_stop")
    assert evening.runner.run is not None
    await boots.press("they_are_off")
    await evening.over()
    assert evening.kinds == [
        "started",
        "step_started session",
        "step_skipped session",
        "step_started mobility",
        "step_finished mobility",
        "finished",
    ]


async def test_a_stop_ends_the_evening_and_says_which_button(
    evening: Evening, boots: ByHandActing, person: Context
) -> None:
    """Nothing here can let the air out, and nothing pretends to."""
    await evening.begin(IN_BOOTS, SHORT)
    await begin_in_boots(evening, boots, person)
    await evening.runner.async_stop(ME)
    await until(lambda: boots.guidance == "press_stop")
    assert "Press the stop button" in str(boots.hass.data[NOTES])
    await boots.press("they_are_off")
    await until(lambda: boots.phase == "ready")
    await evening.over()
    assert evening.kinds[-1] == "stopped session"


async def test_after_a_restart_a_person_says_how_it_is(
    evening: Evening, boots: ByHandActing, person: Context
) -> None:
    """The routine waits for the word, however long that takes; nothing is asked anew."""
    await evening.begin(IN_BOOTS, SHORT)
    await begin_in_boots(evening, boots, person)
    before = evening.run.ends_at
    await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    await until(lambda: boots.guidance == "say")
    assert evening.run.routine.steps[evening.run.index] == IN_BOOTS
    await boots.press("it_runs")
    await until(lambda: boots.phase == "running")
    await until(lambda: evening.run.ends_at not in (before, None))
    boots.coordinator.hands.boots.say_off()
    await evening.over()
    assert evening.kinds[-1] == "stopped session"
    assert evening.kinds.count("step_started session") == 1


async def test_the_calendar_and_plans_in_their_own_count(
    boots: ByHandActing, add: AddBoots
) -> None:
    """A planned session of level 2, and another pair's in mmHg."""
    in_mmhg = await add(IN_MMHG)
    at = dt_util.now() + timedelta(hours=2)
    told = {}
    for each, strength in ((boots, {"level": 2}), (in_mmhg, {"pressure": 40})):
        answer = await each.ask(
            "plan_session",
            entity_id=each.id("switch", "session"),
            at=at.isoformat(),
            duration=10,
            **strength,
        )
        assert strength.items() <= answer["settings"].items()
        event = each.get("calendar", "calendar").attributes
        told[each.entry.entry_id] = event["description"]
    assert list(told.values()) == [
        "Mode as set on the boots, level 2, 10 minutes",
        "Mode as set on the boots, 40 mmHg, 10 minutes",
    ]


async def test_a_routine_in_levels_is_made_and_changed(boots: ByHandActing) -> None:
    """The screen asks for a level; what was chosen is shown when it is changed."""
    walk = Walk(boots)
    await walk.begin()
    await walk.fill(template="empty")
    await walk.fill(steps=["session"])
    fields = {str(key) for key in walk.form["data_schema"].schema}
    assert fields == {"mode", "level", "duration", "legs"}
    await walk.fill(level=3)
    await walk.through()
    made = walk.made
    assert made.steps == (BootsSession(target_mmhg=3),)
    await walk.begin(made)
    while walk.form["step_id"] != "session":
        await walk.fill()
    assert suggested(walk.form) == {"level": 3}

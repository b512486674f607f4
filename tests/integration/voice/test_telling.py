"""What is asked about the boots is answered, for who may know it."""

from datetime import timedelta

from homeassistant.core import Context
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.kumo_boots.boots.session import SessionPhase
from custom_components.kumo_boots.people.wearer import Wearer
from custom_components.kumo_boots.voice.telling import STATES

from ..entities.acting import Acting, until
from ..people.living import Remembered, move_in
from ..routines.evenings import LONG, SHORT, Evening, Mobility
from .conftest import Voice


@pytest.fixture
async def anna(boots: Acting) -> Wearer:
    """Have Anna wear the boots."""
    return await move_in(boots, "Anna", follow_coach=False)


@pytest.fixture
def diary(boots: Acting, monkeypatch: pytest.MonkeyPatch) -> Remembered:
    """Return what is remembered, as a test wants it."""
    diary = Remembered()
    monkeypatch.setattr(
        boots.coordinator.coach,
        "sittings",
        lambda who: tuple(diary.sittings(who.wearer_id)),
    )
    return diary


async def test_every_phase_has_an_answer() -> None:
    """None is left to a guess."""
    assert set(STATES) == set(SessionPhase)


async def test_nothing_runs_or_a_request_waits(voice: Voice, boots: Acting) -> None:
    """What would be next, and what waits."""
    answer = await voice.say("what are the boots doing")
    assert answer == "Nothing is running. Next would be Relax, 30 mmHg, 15 minutes."
    await boots.switch(True)
    answer = await voice.say("are the boots running")
    assert answer == "They wait for a yes: Relax, 30 mmHg, 15 minutes."
    await boots.switch(False)


@pytest.mark.parametrize(("answer", "phase"), [("yes", "running"), ("no", "ready")])
async def test_what_waits_can_be_answered(
    voice: Voice, boots: Acting, answer: str, phase: str
) -> None:
    """Whoever asked for it: once it is told what waits, in that conversation."""
    await boots.switch(True)
    await voice.say(answer)
    assert boots.phase == "awaiting"
    assert "wait for a yes" in await voice.say("what are the boots doing")
    elsewhere = Voice(voice.hass, conversation="kitchen")
    await elsewhere.say(answer)
    assert boots.phase == "awaiting"
    await voice.say(answer)
    await until(lambda: boots.phase == phase)
    await voice.say("stop the boots")
    await until(lambda: boots.phase == "ready")


async def test_who_may_only_look_answers_nothing(
    voice: Voice, boots: Acting, hass_read_only_user: MockUser
) -> None:
    """They are told what waits."""
    await boots.switch(True)
    voice.context = Context(user_id=hass_read_only_user.id)
    assert "wait for a yes" in await voice.say("what are the boots doing")
    await voice.say("yes")
    assert boots.phase == "awaiting"


async def test_nothing_is_answered_on_a_bench(
    voice: Voice, boots: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a hand starts those."""
    await boots.switch(True)
    monkeypatch.setattr(type(boots.coordinator.pair), "bench_only", True)
    assert "wait for a yes" in await voice.say("what are the boots doing")
    await voice.say("yes")
    assert boots.phase == "awaiting"


async def test_the_battery(voice: Voice, boots: Acting) -> None:
    """Of each leg that tells."""
    answer = await voice.say("how full is the battery of the boots")
    assert answer.startswith("Left leg ")
    assert "Right leg" in answer
    for each in boots.house.boots.values():
        await each.faults.power(False)
    entry_id = boots.entry.entry_id
    assert await boots.hass.config_entries.async_reload(entry_id)
    answer = await voice.say("boots battery")
    assert answer == "The boots do not say how full their battery is."
    answer = await voice.say("what are the boots doing")
    assert answer == "I cannot reach the boots, so I do not know."


async def test_a_guest_is_not_remembered(voice: Voice) -> None:
    """And that is said."""
    for text in ("when was my last boots session", "how was my week in the boots"):
        assert await voice.say(text) == "Of guests nothing is remembered."


async def test_the_last_session_and_the_week(
    voice: Voice, anna: Wearer, diary: Remembered
) -> None:
    """Today, yesterday, before; once or more often this week."""
    for text in ("when did I last use the boots", "how was my week in the boots"):
        assert await voice.say(text) == "I do not remember any session yet."
    diary.add(anna, timedelta(days=9))
    assert "9 days ago, 1 minute." in await voice.say("when did I last use the boots")
    assert (
        await voice.say("how was my week in the boots") == "No session yet this week."
    )
    diary.add(anna, timedelta(hours=24))
    assert "yesterday at" in await voice.say("when did I last use the boots")
    diary.kept.clear()
    diary.add(anna, timedelta(seconds=1))
    assert "today at" in await voice.say("when did I last use the boots")
    answer = await voice.say("how was my week in the boots")
    assert answer == "One session this week, 1 minute."
    diary.add(anna, timedelta(seconds=0))
    answer = await voice.say("how was my week in the boots")
    assert answer == "2 sessions this week, 2 minutes in all."


async def test_one_minute_is_not_one_minutes(voice: Voice, boots: Acting) -> None:
    """Left, or asked for."""
    answer = await voice.say("shorten the boots by 14 minutes")
    assert answer == "Next time 1 minute."
    assert "1 minute:" in await voice.say("start the boots")
    await voice.say("yes")
    await until(lambda: boots.phase == "running")
    answer = await voice.say("how long is left in the boots")
    assert answer == "Relax, 30 mmHg, 1 minute. 1 minute left."
    await voice.say("stop the boots")


async def test_it_is_nobody_elses_business(
    voice: Voice, anna: Wearer, hass_read_only_user: MockUser
) -> None:
    """Somebody else who is signed in hears nothing of Anna."""
    voice.context = Context(user_id=hass_read_only_user.id)
    answer = await voice.say("when was my last boots session")
    assert answer == "That is not mine to tell you."


async def test_routines(voice: Voice, boots: Acting) -> None:
    """Begun by name or alone, told, skipped and stopped."""
    evening = Evening(boots)
    for text in ("start my recovery", "start my evening recovery"):
        assert await voice.say(text) == (
            "There is no routine for these boots yet. Make one on the page of the"
            ' integration, with "Add routine".'
        )
    await evening.make(Mobility(duration_s=LONG), SHORT, name="Evening")
    answer = await voice.say("start my evening recovery")
    assert answer == "Evening begins with: Mobility."
    assert "Evening: Mobility." in await voice.say("what are the boots doing")
    assert await voice.say("skip this step of my routine") == "Skipped."
    await evening.over()
    assert "begins" in await voice.say("start my recovery")
    assert await voice.say("stop my recovery") == "The routine is over."
    assert await voice.say("stop my recovery") == "No routine is under way."
    assert await voice.say("start my Morning recovery") == (
        "These boots have no routine called Morning. There are: Evening."
    )
    await evening.make(SHORT, name="Travel")
    answer = await voice.say("start my recovery")
    assert answer == "Which routine: Evening, Travel?"
    assert boots.coordinator.runner.run is None


async def test_a_routine_is_stopped_with_its_session(
    voice: Voice, boots: Acting
) -> None:
    """Both are said."""
    from ..routines.evenings import SESSION

    evening = Evening(boots)
    await evening.make(SESSION, name="Evening")
    await voice.say("start my evening recovery")
    await evening.asked()
    answer = await voice.say("stop my evening recovery")
    assert answer == "The routine is over. Fine, nothing starts."
    await until(lambda: boots.phase == "ready")


async def test_a_routine_is_asked_about(voice: Voice, boots: Acting) -> None:
    """While it asks there is no step to tell."""
    evening = Evening(boots)
    routine = await evening.make(Mobility(duration_s=LONG), name="Evening")
    from ..routines.evenings import ME

    await boots.coordinator.runner.async_start(routine, ME, ask_s=60)
    assert "Evening" not in await voice.say("what are the boots doing")
    await boots.coordinator.runner.async_stop(ME)

"""Sessions by voice: asked for and confirmed, changed, and stopped by anybody."""

from datetime import timedelta

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import chat_session, intent
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_fire_time_changed,
)

from custom_components.kumo_boots.boots.cause import Cause
from custom_components.kumo_boots.boots.errors import StopNotConfirmedError
from custom_components.kumo_boots.boots.session import Outcome, SessionPhase
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people.sitting import Discomfort
from custom_components.kumo_boots.voice.questions import OPEN_S, Question, questions_of
from custom_components.kumo_boots.wording import Words, async_words

from ..entities.acting import Acting, until
from ..people.living import move_in, remember
from ..routines.evenings import LONG, Evening, Mobility
from .conftest import Voice
from .test_sentences import corpus

ASKED = "Boots on? Relax, 30 mmHg, 15 minutes: say yes."
RUNNING = {"start the boots": "awaiting", "yes": "running"}
"""What is said so that they run, and the phase that follows."""


async def test_asked_and_confirmed(voice: Voice, boots: Acting) -> None:
    """A start is a request; a bare yes to our question confirms it."""
    answer = await voice.say("please start the boots on relax at 30 for 15 minutes")
    assert answer == ASKED
    assert boots.phase == "awaiting"
    assert boots.inflated == set()
    assert await voice.say("Yes, please!") == "They start now. Lean back."
    await until(lambda: boots.phase == "running")
    answer = await voice.say("how long is left in the boots")
    assert answer == "Relax, 30 mmHg, 15 minutes. 15 minutes left."
    assert await voice.say("stop the boots") == "Stopped. The air is out."
    assert boots.phase == "ready"
    assert boots.empty
    answer = await voice.say("let the air out")
    assert answer == "Nothing was running. The boots are empty."
    event = boots.get("event", "session").attributes
    assert event["event_type"] == "stopped"


async def test_a_longer_yes_counts_as_well(voice: Voice, boots: Acting) -> None:
    """And says what is started."""
    await voice.say("start the boots on relax at 30")
    assert await voice.say("yes start the boots") == "They start now. Lean back."
    await until(lambda: boots.phase == "running")
    await voice.say("stop the boots")


async def test_a_yes_elsewhere_is_none(voice: Voice, boots: Acting) -> None:
    """In another conversation, by a program, or too late: nothing starts."""
    nothing = "Nothing of the boots waits for an answer here."
    await voice.say("start the boots")
    kitchen = Voice(boots.hass, conversation="kitchen")
    assert await kitchen.say("yes") == nothing
    assert await kitchen.say("yes start the boots") == nothing
    for text in ("yes", "yes start the boots"):
        await boots.hass.services.async_call(
            "conversation",
            "process",
            {"text": text, "conversation_id": "sofa"},
            blocking=True,
        )
    assert boots.phase == "awaiting"
    async_fire_time_changed(
        boots.hass, dt_util.utcnow() + timedelta(seconds=OPEN_S + 1)
    )
    await boots.hass.async_block_till_done()
    assert "boots" not in await voice.say("yes")
    assert boots.phase == "awaiting"
    assert boots.inflated == set()
    assert await voice.say("stop the boots") == "Fine, nothing starts."


async def test_a_question_takes_the_place_of_another(
    voice: Voice, boots: Acting
) -> None:
    """A yes is to what was asked last; when their time is over nothing happens."""
    await voice.say("start the boots at 30")
    assert "25 mmHg" in await voice.say("start the boots at 25")
    assert await voice.say("okay") == "They start now. Lean back."
    await until(lambda: boots.phase == "running")
    assert boots.get("number", "target_pressure").state == "25"
    await voice.say("stop the boots")
    async_fire_time_changed(
        boots.hass, dt_util.utcnow() + timedelta(seconds=OPEN_S + 1)
    )
    await boots.hass.async_block_till_done()


async def test_what_was_asked_is_over(voice: Voice, boots: Acting) -> None:
    """Said as what it is; a no leaves it."""
    await voice.say("start the boots")
    await boots.switch(False)
    answer = await voice.say("yes")
    assert "not possible" in answer or "nothing waits" in answer.casefold(), answer
    await voice.say("start the boots")
    assert await voice.say("no thanks") == "Fine, I leave it."
    await until(lambda: boots.phase == "ready")
    assert await voice.say("don't start the boots")
    assert boots.inflated == set()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("start the boots gently", "20 mmHg"),
        ("start the boots strongly", "40 mmHg"),
        ("start the boots as usual", "30 mmHg"),
        ("start the boots on the left leg only", "Left leg"),
        ("start the boots in wave mode for 20 minutes", "Wave, 30 mmHg, 20 minutes"),
    ],
)
async def test_said_in_words(voice: Voice, boots: Acting, text: str, told: str) -> None:
    """What is not said is as it was set."""
    assert told in await voice.say(text)
    await voice.say("stop the boots")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("start the boots at 70 mmhg", "60"),
        ("start the boots for 90 minutes", "30"),
        ("start the boots at level 3", "cannot do this"),
        ("resume the boots", ""),
        ("pause the boots", ""),
        ("the boots are running", "cannot do this"),
        ("start the garden boots", "Boots"),
    ],
)
async def test_refused_with_the_reason(
    voice: Voice, boots: Acting, text: str, why: str
) -> None:
    """Never lowered to fit, and nothing waits."""
    answer = await voice.say(text)
    assert why in answer
    assert "say yes" not in answer
    assert boots.phase == "ready"


async def test_paused_and_gone_on_with(voice: Voice, boots: Acting) -> None:
    """Less at once; more, and going on, only after a yes."""
    await voice.say("start the boots at 30")
    await voice.say("yes")
    await until(lambda: boots.phase == "running")
    target = lambda: boots.get("number", "target_pressure").state  # noqa: E731
    assert await voice.say("make the boots softer") == "Now 20 mmHg."
    await until(lambda: target() == "20")
    answer = await voice.say("make the boots a bit stronger")
    assert answer == "That is more than now: 30 mmHg? Say yes."
    assert target() == "20"
    assert await voice.say("yes") == "Now 30 mmHg."
    await until(lambda: target() == "30")
    assert await voice.say("set the boots to 25 mmhg") == "Now 25 mmHg."
    answer = await voice.say("5 more minutes in the boots")
    assert answer == "That is more than now: 20 minutes? Say yes."
    assert await voice.say("no") == "Fine, I leave it."
    assert await voice.say("shorten the boots by 5 minutes") == "Now 10 minutes."
    assert await voice.say("pause the boots") == "Paused. The air is going out."
    await until(lambda: boots.phase == "paused")
    assert "Paused." in await voice.say("what are the boots doing")
    assert await voice.say("continue the boots") == "Go on squeezing? Say yes."
    assert boots.phase == "paused"
    assert await voice.say("yes") == "They go on."
    await until(lambda: boots.phase == "running")
    await voice.say("stop the boots")


async def test_between_sessions_the_next_one_is_meant(
    voice: Voice, boots: Acting
) -> None:
    """Within the limits."""
    assert await voice.say("make the boots stronger") == "Next time 40 mmHg."
    assert await voice.say("set the boots to 45") == "Next time 45 mmHg."
    assert await voice.say("extend the boots session") == "Next time 20 minutes."
    assert "60" in await voice.say("set the boots to 90")
    assert boots.get("number", "target_pressure").state == "45"


@pytest.mark.parametrize(
    ("language", "start", "yes", "stop"),
    [
        ("en", "start the boots", "yes", "stop the boots"),
        ("es", "enciende las botas", "sí", "para las botas"),
        ("fr", "lance les bottes", "oui", "arrête les bottes"),
        ("de", "starte die Stiefel", "ja", "stopp die Stiefel"),
        ("it", "accendi i gambali", "sì", "ferma i gambali"),
        ("pt", "liga as botas", "sim", "para as botas"),
        ("nl", "start de laarzen", "ja", "stop de laarzen"),
    ],
)
async def test_in_other_languages(
    voice: Voice, boots: Acting, language: str, start: str, yes: str, stop: str
) -> None:
    """Understood as soon as the sentences are there, and no longer when they are gone.

    What only sounds like a stop, a *not* or a lamp in it, leaves the boots alone, and
    says how they are stopped.
    """
    voice.language = language
    await voice.hass.services.async_call(DOMAIN, "remove_sentences", {}, blocking=True)
    await voice.say(start)
    assert boots.phase == "ready"
    languages = {"languages": [language]}
    await voice.hass.services.async_call(
        DOMAIN, "install_sentences", languages, blocking=True
    )
    await voice.say(start)
    assert boots.phase == "awaiting"
    await voice.say(yes)
    await until(lambda: boots.phase == "running")
    words = await async_words(voice.hass, language)
    for text in corpus(language)["left"]:
        assert (await voice.say(text)).casefold().endswith(f": {stop}.".casefold())
    assert boots.phase == "running"
    assert await voice.say(stop) == words.say("common.voice_stopped")
    assert boots.empty
    await voice.hass.services.async_call(DOMAIN, "remove_sentences", {}, blocking=True)
    await voice.say(start)
    assert boots.phase == "ready"


async def test_enough_for_today(voice: Voice, boots: Acting) -> None:
    """The answer says why not, and when it may be."""
    anna = await move_in(boots, "Anna", follow_coach=False, rest_hours=0)
    diary = await remember(boots)
    for hours in (1, 2):
        diary.add(anna, timedelta(seconds=hours))
    answer = await voice.say("start the boots")
    assert answer == (
        "Anna had enough sessions for today: their settings allow 2 a day. "
        "The next one is possible from tomorrow."
    )
    assert boots.phase == "ready"


async def test_it_hurts(voice: Voice, boots: Acting) -> None:
    """It stops first, and is kept; no name and no yes are needed."""
    anna = await move_in(boots, "Anna", follow_coach=False)
    await voice.say("start the boots at 30")
    await voice.say("yes")
    await until(lambda: boots.phase == "running")
    seen: list[SessionPhase] = []
    listener = boots.coordinator.diary.listen(
        lambda: seen.append(boots.coordinator.session.state.phase)
    )
    answer = await voice.say("my left calf hurts")
    listener()
    # What was felt is written when the stop is on its way, and not before.
    assert seen[0] is SessionPhase.STOPPING
    assert answer.startswith("Stopped. The air is out. I have noted how it felt.")
    assert boots.empty
    reports = boots.coordinator.diary.reports(anna.wearer_id)
    assert [each.kind for each in reports] == [Discomfort.PAIN]


async def test_a_stop_that_is_not_confirmed_is_said(
    voice: Voice, boots: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to do by hand."""

    async def stop(_cause: object) -> Outcome:
        return Outcome(result="not_confirmed")

    monkeypatch.setattr(boots.coordinator.session, "stop", stop)
    answer = await voice.say("stop the boots")
    assert answer
    assert "Stopped" not in answer
    assert StopNotConfirmedError.key


async def test_who_may_not_may_stop(
    voice: Voice, boots: Acting, hass_read_only_user: MockUser
) -> None:
    """Somebody who may only look is told so, and stops all the same."""
    voice.context = Context(user_id=hass_read_only_user.id)
    assert "You may not" in await voice.say("start the boots")
    assert boots.phase == "ready"
    await boots.switch(True)
    assert await voice.say("stop the boots") == "Fine, nothing starts."


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (RUNNING, "pause the boots"),
        (RUNNING | {"pause the boots": "paused"}, "resume the boots"),
        ({}, "make the boots stronger"),
        ({}, "set the boots to 25 mmhg"),
        ({}, "extend the boots session"),
        ({}, "start my recovery"),
        ({"start my recovery": "ready"}, "skip this step of my routine"),
    ],
)
async def test_who_may_only_look_changes_nothing(
    voice: Voice,
    boots: Acting,
    hass_read_only_user: MockUser,
    said: dict[str, str],
    text: str,
) -> None:
    """Neither what runs, nor what comes next, nor a routine; they are not asked either."""
    evening = Evening(boots)
    await evening.make(Mobility(duration_s=LONG), name="Evening")
    for each, phase in said.items():
        await voice.say(each)
        await until(lambda phase=phase: boots.phase == phase)
    before = boots.phase, boots.coordinator.setpoints, list(evening.kinds)
    voice.context = Context(user_id=hass_read_only_user.id)
    assert "You may not" in await voice.say(text)
    assert (boots.phase, boots.coordinator.setpoints, evening.kinds) == before
    voice.context = None
    for stop in ("stop my recovery", "stop the boots"):
        await voice.say(stop)


@pytest.mark.parametrize("platform", ["test", "conversation"])
async def test_without_a_conversation_nobody_can_be_asked(
    hass: HomeAssistant, voice: Voice, boots: Acting, platform: str
) -> None:
    """An intent that no conversation brought is a request like any other."""
    response = await intent.async_handle(
        hass, platform, "KumoBootsStart", {"minutes": {"value": 10}}
    )
    assert "10 minutes" in response.speech["plain"]["speech"]
    assert boots.phase == "awaiting"
    response = await intent.async_handle(
        hass, platform, "KumoBootsAnswer", {"answer": {"value": "yes"}}
    )
    assert "Nothing of the boots" in response.speech["plain"]["speech"]
    assert boots.phase == "awaiting"
    await voice.say("stop the boots")


async def test_where_sessions_start_at_once(voice: Voice, boots: Acting) -> None:
    """Under *direct* it is said that they start."""
    boots.hass.config_entries.async_update_entry(
        boots.entry, options={**boots.entry.options, "policy": "direct"}
    )
    await boots.hass.async_block_till_done()
    assert await voice.say("start the boots at 30") == "They start now. Lean back."
    await until(lambda: boots.phase == "running")
    await voice.say("stop the boots")


async def test_a_word_of_another_language_answers_nothing(
    voice: Voice, boots: Acting
) -> None:
    """What is listened for elsewhere is no answer here."""
    words = await async_words(boots.hass, "en")
    others = Words({**words._texts, f"component.{DOMAIN}.common.voice_words_yes": "sí"})
    await voice.say("start the boots")

    async def never(_cause: Cause) -> str:
        raise AssertionError

    with chat_session.async_get_chat_session(boots.hass, "kitchen"):
        questions_of(boots.hass).ask(
            Question(text="?", yes=never, no=never, words=others)
        )
    assert "Nothing of the boots" in await voice.say("sí")
    assert boots.phase == "awaiting"
    assert boots.inflated == set()
    await voice.say("stop the boots")


async def test_whoever_is_signed_in_a_voice_is_no_hand(
    voice: Voice, boots: Acting, person: Context
) -> None:
    """Typed on one's own page, more is asked about as it is of everybody."""
    voice.context = person
    assert await voice.say("start the boots at 30") == ASKED
    assert await voice.say("yes") == "They start now. Lean back."
    await until(lambda: boots.phase == "running")
    assert "Say yes" in await voice.say("make the boots stronger")
    assert boots.get("number", "target_pressure").state == "30"
    await voice.say("stop the boots")


async def test_a_voice_runs_nothing_on_a_bench(
    voice: Voice, boots: Acting, person: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There only a hand does, and no yes that is said, whoever is signed in."""
    await voice.say("start the boots at 30")
    await voice.say("yes")
    await until(lambda: boots.phase == "running")
    monkeypatch.setattr(type(boots.coordinator.pair), "bench_only", True)
    voice.context = person
    assert "bench" in await voice.say("make the boots stronger")
    await voice.say("pause the boots")
    await until(lambda: boots.phase == "paused")
    assert "bench" in await voice.say("resume the boots")
    await voice.say("yes")
    assert boots.phase == "paused"
    await voice.say("stop the boots")
    assert "bench" in await voice.say("start the boots")
    assert boots.phase == "ready"


@pytest.mark.parametrize(
    "text",
    [
        "yes start no boots",
        "yes start the hiking boots",
        "confirm the study boots",
        "yes start the boots",
    ],
)
async def test_a_yes_that_names_others_is_none(
    voice: Voice, boots: Acting, text: str
) -> None:
    """Nor is one whose *no* was taken for a name; one without a name is."""
    await voice.say("start the boots")
    answer = await voice.say(text)
    if text == "yes start the boots":
        assert answer == "They start now. Lean back."
    else:
        assert answer == "Please say just yes or no."
        assert boots.inflated == set()
        assert boots.phase == "awaiting"
    await voice.say("stop the boots")


async def test_a_yes_is_to_the_session_that_was_asked_about(
    voice: Voice, boots: Acting
) -> None:
    """Somebody else's session is neither made stronger nor gone on with by it."""
    kitchen = Voice(boots.hass, conversation="kitchen")
    for asked, told in (
        ("make the boots stronger", "40"),
        ("resume the boots", "go on"),
    ):
        await voice.say("start the boots at 30")
        await voice.say("yes")
        await until(lambda: boots.phase == "running")
        if told == "go on":
            await voice.say("pause the boots")
        assert "yes" in await voice.say(asked)
        await kitchen.say("stop the boots")
        await kitchen.say("start the boots at 20")
        await kitchen.say("yes")
        await until(lambda: boots.phase == "running")
        if told == "go on":
            await kitchen.say("pause the boots")
        phase = boots.phase
        assert "has changed" in await voice.say("yes")
        assert boots.phase == phase
        settings = boots.coordinator.session.state.settings
        assert settings is not None
        assert settings.target_mmhg == 20
        await kitchen.say("stop the boots")


async def test_who_may_not_says_no_yes(
    voice: Voice, boots: Acting, hass_read_only_user: MockUser
) -> None:
    """Although somebody else asked in the same conversation; a longer yes neither."""
    await voice.say("start the boots")
    voice.context = Context(user_id=hass_read_only_user.id)
    assert "You may not" in await voice.say("yes")
    voice.context = None
    await voice.say("start the boots")
    voice.context = Context(user_id=hass_read_only_user.id)
    assert "You may not" in await voice.say("yes start the boots")
    assert boots.inflated == set()
    assert await voice.say("stop the boots") == "Fine, nothing starts."


async def test_what_hurts_by_a_name_that_nobody_has(
    voice: Voice, boots: Acting
) -> None:
    """It stops all the same, and nothing is written down of it."""
    anna = await move_in(boots, "Anna", follow_coach=False)
    await voice.say("start the boots")
    await voice.say("yes")
    await until(lambda: boots.phase == "running")
    assert "noted" not in await voice.say("my hiking boots hurt")
    assert boots.empty
    assert not boots.coordinator.diary.reports(anna.wearer_id)

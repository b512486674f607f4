"""One notification for one routine, with the session's question above it."""

from typing import Any

from homeassistant.core import Context, ServiceCall, callback
import pytest

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.people.phone import Layer
from custom_components.kumo_boots.routines.routine import (
    BootsSession,
    Light,
    Mobility,
    TellBy,
    Water,
)
from custom_components.kumo_boots.routines.run import RunPhase

from ..entities.acting import Acting, until
from ..people.living import change, move_in
from ..question.companion import Companion
from .evenings import LEGS_UP, ME, MOBILITY, SESSION, SHORT, Evening


@pytest.fixture
async def annas(boots: Acting, phone: Companion) -> Companion:
    """Return Anna's phone; she alone wears the boots."""
    await move_in(boots, "Anna", phone=phone.device_id, follow_coach=False)
    return phone


def shown(phone: Companion) -> str:
    """Return title and text of what is on the screen; empty for nothing."""
    return "\n".join(
        f"{each['title']}\n{each['message']}" for each in phone.screen.values()
    )


async def sees(phone: Companion, text: str) -> None:
    """Wait until something is on the screen."""
    await until(lambda: text in shown(phone))


async def test_it_leads_through_the_evening(
    evening: Evening, boots: Acting, annas: Companion
) -> None:
    """In one place: what to do now, and the question of the session when it is time."""
    await evening.begin(
        Mobility(duration_s=600, text="Ankle circles, {slowly}."), SESSION, LEGS_UP
    )
    await sees(annas, "Evening 1/3: Mobility")
    assert "Ankle circles, {slowly}. (10 min)" in shown(annas)
    assert set(annas.buttons) == {"Skip", "Pause", "Stop"}
    await until(lambda: "chronometer" in annas.notification["data"])
    await annas.press("Pause")
    await evening.until_phase(RunPhase.PAUSED)
    await sees(annas, "Paused.")
    assert set(annas.buttons) == {"Go on", "Skip", "Stop"}
    await annas.press("Go on")
    await evening.until_phase(RunPhase.RUNNING)
    await until(lambda: "Pause" in annas.buttons)
    await annas.press("Skip")
    await until(lambda: set(annas.buttons) == {"Start", "Not now"})
    assert len(annas.screen) == 1
    await annas.press("Start")
    await until(lambda: boots.phase == "running")
    await sees(annas, "legs not crossed")
    assert len(annas.screen) == 1
    await until(lambda: "Stop" in annas.buttons)
    await annas.press("Stop")
    await evening.over()
    await until(lambda: not annas.screen)
    await until(lambda: boots.empty)
    assert evening.events[-1]["actor"] == "person"


async def test_what_was_hidden_is_there_again_without_a_sound(
    evening: Evening, boots: Acting, annas: Companion
) -> None:
    """After *not now* the next step is shown."""
    await evening.begin(BootsSession(), Water(duration_s=600), MOBILITY)
    await until(lambda: "Not now" in annas.buttons)
    await annas.press("Not now")
    await sees(annas, "2/3: Water")
    assert "Boots was left out" not in shown(annas)
    await evening.runner.async_stop(ME)


async def test_what_did_not_work_is_said_with_the_next_step(
    evening: Evening, annas: Companion
) -> None:
    """A device, and a session that is not allowed."""
    await evening.begin(
        Light(duration_s=600, entity_id="light.nobody"),
        MOBILITY,
        BootsSession(target_mmhg=110),
        MOBILITY,
    )
    await sees(annas, "Light was left out. Its device is not there")
    await evening.runner.async_skip(ME)
    await sees(annas, "Boots was left out.")
    assert "110" in shown(annas)
    await evening.runner.async_stop(ME)


async def test_when_it_is_due_it_asks(evening: Evening, annas: Companion) -> None:
    """Yes begins it; no is the end of it."""
    routine = await evening.make(SHORT, MOBILITY)
    due = Cause(actor=Actor.AUTOMATION, why="due")
    await evening.runner.async_start(routine, due, ask_s=600)
    await sees(annas, "Evening now?")
    assert "Mobility, Mobility" in shown(annas)
    await annas.press("Not now")
    await until(lambda: not annas.screen)
    assert evening.cause_of("not_run") == "not_now"
    await evening.runner.async_start(routine, due, ask_s=600)
    await until(lambda: "Start" in annas.buttons)
    await annas.press("Start")
    await evening.told("step_started mobility")
    await evening.runner.async_stop(ME)


async def test_an_answer_counts_once_and_only_from_this_phone(
    evening: Evening,
    boots: Acting,
    annas: Companion,
    new_phone: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another phone, an automation, an older notification: nothing happens."""
    bens: Companion = await new_phone("Ben's phone")
    await evening.begin(MOBILITY, MOBILITY)
    await until(lambda: "Skip" in annas.buttons)
    skip = annas.buttons["Skip"]
    await bens.answer(skip)
    boots.hass.bus.async_fire("mobile_app_notification_action", {"action": skip})
    await boots.hass.async_block_till_done()
    assert evening.run.index == 0
    assert "did not come from the phone of Anna" in caplog.text
    await annas.answer(skip)
    await until(lambda: evening.run.index == 1)
    await until(lambda: "Skip" in annas.buttons)
    await annas.answer(skip)
    await annas.answer(skip)
    await annas.answer("SOMETHING_ELSE")
    await boots.hass.async_block_till_done()
    assert evening.run.index == 1
    await evening.runner.async_stop(ME)


async def test_who_may_not_control_the_boots_may_only_stop(
    evening: Evening, boots: Acting, annas: Companion
) -> None:
    """As everywhere."""
    annas.user.is_owner = False
    annas.user.groups.clear()
    annas.user.invalidate_cache()
    await evening.begin(MOBILITY, MOBILITY)
    await until(lambda: "Skip" in annas.buttons)
    skip = annas.buttons["Skip"]
    await annas.press("Skip")
    await until(lambda: annas.buttons.get("Skip") not in (None, skip))
    assert evening.run.index == 0
    await annas.press("Stop")
    await evening.over()


async def test_what_stands_against_an_answer_is_shown(
    evening: Evening, boots: Acting, annas: Companion, person: Context
) -> None:
    """A pause that cannot reach the boots."""
    await evening.begin(SESSION, MOBILITY)
    await evening.in_boots(person)
    for each in boots.house.boots.values():
        each.faults.range(in_range=False)
    await until(lambda: not boots.coordinator.pair.state.connected)
    await until(lambda: "Pause" in annas.buttons)
    await annas.press("Pause")
    await sees(annas, "link")
    assert "Pause" in annas.buttons
    for each in boots.house.boots.values():
        each.faults.range(in_range=True)
    await evening.runner.async_stop(ME)


async def test_another_phone_another_wearer(
    evening: Evening, boots: Acting, annas: Companion, new_phone: Any
) -> None:
    """What is shown goes where it belongs; without a phone nothing is amiss."""
    [anna] = boots.coordinator.household.wearers
    await evening.begin(MOBILITY, MOBILITY, wearer_id=anna.wearer_id)
    await sees(annas, "1/2")
    other: Companion = await new_phone("Anna's tablet")
    await change(boots, anna, phone=other.device_id)
    await evening.runner.async_skip(ME)
    await sees(other, "2/2")
    await until(lambda: not annas.screen)
    await change(boots, anna, phone="nobody's")
    await evening.runner.async_pause(ME)
    await change(boots, anna, phone=other.device_id, person="person.removed")
    await evening.runner.async_resume(ME)
    assert evening.run.phase is RunPhase.RUNNING
    await evening.runner.async_stop(ME)


@pytest.mark.parametrize("tell_by", [TellBy.NOTHING, TellBy.SPEAKER])
async def test_otherwise_the_phone_stays_silent(
    evening: Evening, annas: Companion, tell_by: TellBy
) -> None:
    """Also where the speaker is not said."""
    await evening.begin(SHORT, tell_by=tell_by)
    await evening.over()
    assert not annas.pushes


@pytest.mark.parametrize(
    ("speaker", "action"),
    [
        ("assist_satellite.sofa", ("assist_satellite", "announce")),
        ("media_player.sofa", ("tts", "speak")),
    ],
)
async def test_a_speaker_says_it(
    evening: Evening, boots: Acting, speaker: str, action: tuple[str, str]
) -> None:
    """What is next, and what did not work; one that is broken is in nobody's way."""
    said: list[dict[str, Any]] = []

    @callback
    def speak(call: ServiceCall) -> None:
        said.append(dict(call.data))
        if len(said) > 2:
            raise RuntimeError("broken")

    boots.hass.services.async_register(*action, speak)
    boots.hass.states.async_set("tts.voice", "unknown")
    await evening.begin(
        Light(duration_s=600, entity_id="light.nobody"),
        MOBILITY,
        tell_by=TellBy.SPEAKER,
        speaker=speaker,
    )
    await until(lambda: len(said) == 3)
    texts = [each["message"] for each in said]
    assert texts[0].startswith("Evening 1/2: Light.")
    assert texts[1].startswith("Light was left out.")
    assert texts[2].startswith("Evening 2/2: Mobility. Heel raises")
    heard = said[0].get("media_player_entity_id", said[0]["entity_id"])
    assert speaker in heard
    await evening.runner.async_stop(ME)


async def test_what_lies_below_stays_hidden(boots: Acting, annas: Companion) -> None:
    """It neither shows nor clears what is above it."""
    place = boots.coordinator.place
    place.show(annas.device_id, lambda words: {"title": "?", "message": "above"})
    place.show(
        annas.device_id, lambda words: {"title": "", "message": "below"}, Layer.ROUTINE
    )
    await sees(annas, "above")
    place.clear(annas.device_id, Layer.ROUTINE)
    place.clear(annas.device_id)
    await until(lambda: not annas.screen)
    assert "below" not in [push["message"] for push in annas.pushes]

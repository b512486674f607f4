"""The wearer is asked once, on their own phone, and answers there."""

import asyncio
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.frontend.storage import async_user_store
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.kumo_boots.boots.errors import BatteryLowError, NoSlotError
from custom_components.kumo_boots.boots.session import Actor, Cause
from custom_components.kumo_boots.people import question
from custom_components.kumo_boots.people.question import Question
from custom_components.kumo_boots.people.wearer import GUEST

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON
from .companion import Companion, Relay
from .conftest import Household, NewPhone, asked

ROUTINE = Cause(actor=Actor.AUTOMATION, why="requested")


async def request(boots: Acting, cause: Cause = ROUTINE, **settings: Any) -> None:
    """Ask for a session."""
    coordinator = boots.coordinator
    await coordinator.session.request(
        coordinator.settings_from_setpoints(**settings), cause
    )


def settle(hass: HomeAssistant) -> Any:
    """Wait until all that was to be sent was sent."""
    return hass.async_block_till_done()


@pytest.mark.usefixtures("question")
@pytest.mark.parametrize("encrypted", [False, True])
async def test_the_wearer_is_asked_and_starts(
    boots: Acting,
    household: Household,
    new_phone: NewPhone,
    encrypted: bool,
) -> None:
    """The text says whose session it is and what it will be; the boots know who."""
    phone = await new_phone("Berta's phone", encrypted=encrypted)
    household.change(name="Berta", phone=phone.device_id)
    await request(boots, target_mmhg=40, duration_s=20 * 60)
    await asked(phone)
    shown = phone.notification
    assert shown["title"] == "Boots: a session waits for you"
    assert shown["message"].startswith(
        "Berta, boots on? Relax, 40 mmHg, 20 minutes, Both legs."
    )
    assert shown["data"]["priority"] == "high"
    assert 590 < shown["data"]["timeout"] <= 600
    start, not_now = shown["data"]["actions"]
    assert start["authenticationRequired"]
    assert (start["title"], not_now["title"]) == ("Start", "Not now")
    assert boots.inflations == []

    await phone.press("Start")
    await until(lambda: boots.phase == "running")
    await until(lambda: boots.inflated == set(boots.house.boots))
    cause = boots.coordinator.session.state.cause
    assert cause is not None
    assert cause == Cause(actor=Actor.PERSON, why="confirmed", user_id=phone.user.id)
    await until(lambda: not phone.screen)
    assert len([push for push in phone.pushes if push["data"].get("actions")]) == 1


@pytest.mark.usefixtures("household", "question")
async def test_not_now_ends_the_request(boots: Acting, phone: Companion) -> None:
    """By whom is told as with every other no."""
    await request(boots)
    await asked(phone)
    await phone.press("Not now")
    await until(lambda: boots.phase == "ready")
    await until(lambda: not phone.screen)
    cause = boots.coordinator.session.state.cause
    assert cause == Cause(actor=Actor.PERSON, why="declined", user_id=phone.user.id)
    assert boots.inflations == []


@pytest.mark.usefixtures("household", "question")
async def test_a_changed_request_is_asked_anew_in_place(
    boots: Acting, phone: Companion
) -> None:
    """An old yes is not a yes to the new one, and an old no no no."""
    await request(boots, target_mmhg=30)
    await asked(phone)
    old = phone.buttons
    await boots.coordinator.session.change(ROUTINE, target_mmhg=50)
    await until(lambda: "50 mmHg" in phone.notification["message"])
    new = phone.buttons
    assert not set(old.values()) & set(new.values())

    for late in old.values():
        seen = len(phone.pushes)
        await phone.answer(late)
        await until(lambda seen=seen: len(phone.pushes) > seen)
        assert phone.notification["message"].startswith(
            "What is asked for has changed since, so nothing started."
        )
        assert "50 mmHg" in phone.notification["message"]
        assert phone.buttons == new
        assert boots.phase == "awaiting"
    assert boots.inflations == []
    await phone.press("Not now")
    await until(lambda: boots.phase == "ready")


@pytest.mark.usefixtures("household", "question")
async def test_the_same_request_again_is_not_asked_again(
    boots: Acting, phone: Companion
) -> None:
    """One question for one thing."""
    await request(boots)
    await asked(phone)
    await request(boots)
    await settle(boots.hass)
    assert len(phone.pushes) == 1


@pytest.mark.usefixtures("household", "question")
async def test_silence_ends_it_quietly(boots: Acting, phone: Companion) -> None:
    """And a yes that comes later is told that it is over, where it was asked."""
    boots.coordinator.session.wait_s = 1
    await request(boots)
    await asked(phone)
    late = phone.buttons
    await until(lambda: boots.phase == "ready")
    await until(lambda: not phone.screen)
    assert len(phone.pushes) == 2

    await phone.answer(late["Start"])
    await until(lambda: phone.screen)
    shown = phone.notification
    assert shown["title"] == "Boots: nothing started"
    assert shown["message"] == "The request is over, so nothing starts. Ask again."
    assert "actions" not in shown["data"]
    assert boots.phase == "ready"
    await phone.answer(late["Not now"])
    await until(lambda: not phone.screen)
    assert boots.inflations == []


@pytest.mark.usefixtures("household", "question")
@pytest.mark.parametrize("how", ["stop", "decline", "confirm", "boots"])
async def test_the_question_goes_when_it_is_answered_elsewhere(
    boots: Acting, phone: Companion, how: str
) -> None:
    """By the card, by a stop, or on the boots themselves."""
    await request(boots)
    await asked(phone)
    session = boots.coordinator.session
    if how == "boots":
        left = boots.house.boots["pair1-left"]
        await until(lambda: boots.coordinator.pair.state.phase == "offered")
        left.faults.press("start")
        await until(lambda: boots.phase == "running")
    else:
        await getattr(session, how)(PERSON)
    await until(lambda: not phone.screen)


async def test_nobody_is_asked_without_a_phone(
    boots: Acting, household: Household, phone: Companion, question: Question
) -> None:
    """Nor on a device that has no companion app; the entities tell."""
    anna = household.current
    await request(boots)
    await asked(phone)
    household.put_on(GUEST)
    await until(lambda: not phone.screen)
    pushes = len(phone.pushes)
    for device_id in ("gone", boots.device.id):
        household.change(phone=device_id)
        await settle(boots.hass)
        assert boots.phase == "awaiting"
    assert len(phone.pushes) == pushes
    household.put_on(anna)
    await asked(phone)


async def test_a_phone_that_leaves_is_not_asked(
    boots: Acting, household: Household, phone: Companion, question: Question
) -> None:
    """It was taken out of Home Assistant after it was chosen, or while it is asked."""
    hass = boots.hass
    await request(boots)
    await asked(phone)
    pushes = len(phone.pushes)
    (entry,) = hass.config_entries.async_entries("mobile_app")
    assert await hass.config_entries.async_unload(entry.entry_id)
    household.change(name="Anne")
    await settle(hass)
    assert len(phone.pushes) == pushes


async def test_of_two_phones_with_one_name_the_other_is_not_asked(
    boots: Acting,
    household: Household,
    phone: Companion,
    new_phone: NewPhone,
    question: Question,
) -> None:
    """Home Assistant has one action for both, and it belongs to one of them."""
    other = await new_phone(phone.name)
    household.change(phone=phone.device_id)
    await request(boots)
    await settle(boots.hass)
    assert other.pushes == phone.pushes == []


@pytest.mark.parametrize("house_plan", [{"pairs": 1, "proxies": 1, "speed": 20.0}])
async def test_nobody_is_asked_about_boots_that_were_not_heard_for_a_day(
    boots: Acting, phone: Companion, household: Household, monkeypatch: Any
) -> None:
    """They lie in a cupboard; as soon as they are heard, the wearer is asked."""
    coordinator = boots.coordinator
    for unit in boots.house.boots.values():
        unit.faults.range(False)
    await until(lambda: not coordinator.data.available, 60)
    since = 23.9 * 60 * 60
    for unit in coordinator.units:
        monkeypatch.setattr(unit, "_heard_at", unit._time() - since)
    question = Question(boots.hass, coordinator, household)
    await request(boots)
    await asked(phone)
    await coordinator.session.decline(PERSON)
    await until(lambda: not phone.screen)

    pushes = len(phone.pushes)
    for unit in coordinator.units:
        monkeypatch.setattr(unit, "_heard_at", unit._time() - 24.1 * 60 * 60)
    await request(boots)
    await settle(boots.hass)
    assert len(phone.pushes) == pushes

    for unit in boots.house.boots.values():
        unit.faults.range(True)
    await asked(phone)
    question.close()
    await until(lambda: not phone.screen)


@pytest.mark.usefixtures("household", "question")
async def test_a_refusal_is_told_in_place_and_the_request_waits(
    boots: Acting, phone: Companion
) -> None:
    """With new buttons; what stood against it may pass."""
    session = boots.coordinator.session
    await request(boots)
    await asked(phone)

    def guard(*_: Any) -> None:
        raise BatteryLowError

    session.guard = guard
    old = phone.buttons
    await phone.press("Start")
    await until(
        lambda: "battery" in phone.notification["message"] if phone.screen else 0
    )
    assert "Anna, boots on?" in phone.notification["message"]
    assert not set(old.values()) & set(phone.buttons.values())
    assert boots.phase == "awaiting"
    session.guard = None
    await phone.press("Start")
    await until(lambda: boots.phase == "running")


@pytest.mark.usefixtures("household", "question")
async def test_boots_that_cannot_be_reached_are_told_in_place(
    boots: Acting, phone: Companion, monkeypatch: Any
) -> None:
    """In words; the request goes on waiting for them."""
    await request(boots)
    await asked(phone)

    async def busy(*_: Any) -> None:
        raise NoSlotError

    monkeypatch.setattr(boots.coordinator.units[0], "ready", busy)
    await phone.press("Start")
    await until(lambda: "proxy" in phone.notification["message"] if phone.screen else 0)
    assert phone.notification["message"].startswith(
        "Every Bluetooth adapter or proxy in reach is busy."
    )
    assert boots.phase == "awaiting"
    assert boots.inflations == []
    monkeypatch.undo()
    await phone.press("Start")
    await until(lambda: boots.phase == "running")


@pytest.mark.usefixtures("household", "question")
async def test_a_start_that_fails_for_good_is_told_in_place(
    boots: Acting, phone: Companion, monkeypatch: Any
) -> None:
    """Without buttons, for nothing waits any more."""
    await request(boots)
    await asked(phone)

    async def refuse(*_: Any) -> None:
        raise BatteryLowError

    monkeypatch.setattr(boots.coordinator.units[0], "ready", refuse)
    await phone.press("Start")
    await until(lambda: phone.screen and not phone.buttons)
    assert phone.notification["title"] == "Boots: nothing started"
    assert phone.notification["message"].startswith("The battery of the boots is too")
    await until(lambda: boots.phase == "ready")


@pytest.mark.usefixtures("question")
@pytest.mark.parametrize(
    ("chosen", "title"),
    [
        ({"language": "xx"}, "Boots: a session waits for you"),
        ({"language": "de"}, "Boots: Start?"),
        ("garbage", "Boots: a session waits for you"),
    ],
)
async def test_the_question_is_in_the_language_of_the_phones_user(
    boots: Acting,
    household: Household,
    phone: Companion,
    monkeypatch: Any,
    chosen: Any,
    title: str,
) -> None:
    """As they chose it for themselves; English where we do not speak it."""
    from custom_components.kumo_boots import wording

    real = wording.async_get_translations

    async def translations(
        hass: HomeAssistant, language: str, *args: Any
    ) -> dict[str, str]:
        texts = await real(hass, language, *args)
        key = "component.kumo_boots.common.question_title"
        return texts | ({key: "{boots}: Start?"} if language == "de" else {})

    monkeypatch.setattr(wording, "async_get_translations", translations)
    store = await async_user_store(boots.hass, phone.user.id)
    await store.async_set_item("language", chosen)
    await request(boots)
    await until(lambda: phone.screen)
    assert phone.notification["title"] == title


@pytest.mark.usefixtures("household", "question")
async def test_more_pressure_in_one_place_is_said(
    boots: Acting, phone: Companion
) -> None:
    """And one leg is named."""
    from custom_components.kumo_boots.boots.model import Side

    await request(boots, boosted=2, target_mmhg=30, legs=frozenset({Side.LEFT}))
    await asked(phone)
    assert "Left leg" in phone.notification["message"]
    assert (
        "Chamber 2 (calf, where there are five), 40 mmHg"
        in (phone.notification["message"])
    )


@pytest.mark.usefixtures("household", "question")
async def test_a_push_that_fails_leaves_the_request(
    boots: Acting,
    phone: Companion,
    relay: Relay,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It can be confirmed elsewhere, and the next question may arrive."""
    relay.works = False
    await request(boots)
    await until(lambda: "Error sending notification" in caplog.text)
    assert boots.phase == "awaiting"
    relay.works = True
    await boots.coordinator.session.change(ROUTINE, target_mmhg=25)
    await asked(phone)


@pytest.mark.usefixtures("household", "question")
async def test_a_phone_that_is_reached_in_the_house_only_is_asked_once_it_is_there(
    boots: Acting,
    phone: Companion,
    hass_ws_client: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a restart its app takes some seconds; what is newest is what it shows."""
    monkeypatch.setattr("custom_components.kumo_boots.people.phone.AGAIN_S", 0.2)
    phone.only_in_the_house()
    await request(boots)
    await until(lambda: "trying again" in caplog.text)
    for target in range(45, 20, -5):
        await boots.coordinator.session.change(ROUTINE, target_mmhg=target)
        await asyncio.sleep(0)
    await asyncio.sleep(0.5)
    assert phone.screen == {}
    assert boots.phase == "awaiting"
    receive = await phone.open_channel(hass_ws_client)
    async with asyncio.timeout(5):
        await receive()
    assert "25 mmHg" in phone.notification["message"]
    assert caplog.text.count("trying again") == 1
    await phone.press("Not now")
    async with asyncio.timeout(5):
        await receive()
    assert phone.screen == {}


@pytest.mark.usefixtures("household", "question")
async def test_a_phone_that_never_comes_is_given_up(
    boots: Acting,
    phone: Companion,
    hass_ws_client: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is newer has a time of its own."""
    module = "custom_components.kumo_boots.people.phone"
    monkeypatch.setattr(f"{module}.AGAIN_S", 0.1)
    monkeypatch.setattr(f"{module}.TRY_FOR_S", 0.3)
    phone.only_in_the_house()
    await request(boots)
    await until(lambda: "trying again" in caplog.text)
    await asyncio.sleep(1)
    receive = await phone.open_channel(hass_ws_client)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await receive()
    await boots.coordinator.session.change(ROUTINE, target_mmhg=25)
    async with asyncio.timeout(5):
        await receive()
    assert "25 mmHg" in phone.notification["message"]


@pytest.mark.usefixtures("household", "question")
async def test_what_is_new_is_tried_as_long_as_what_was_before(
    boots: Acting,
    phone: Companion,
    hass_ws_client: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A phone that comes home is asked what still waits, however long it was away."""
    module = "custom_components.kumo_boots.people.phone"
    monkeypatch.setattr(f"{module}.AGAIN_S", 0.1)
    monkeypatch.setattr(f"{module}.TRY_FOR_S", 2)
    phone.only_in_the_house()
    await request(boots)
    await until(lambda: "trying again" in caplog.text)
    await asyncio.sleep(1.5)
    await boots.coordinator.session.change(ROUTINE, target_mmhg=25)
    await asyncio.sleep(1)
    receive = await phone.open_channel(hass_ws_client)
    async with asyncio.timeout(0.5):
        await receive()
    assert "25 mmHg" in phone.notification["message"]


@pytest.mark.usefixtures("question")
async def test_two_phones_that_cannot_be_reached_are_both_tried(
    boots: Acting,
    household: Household,
    new_phone: NewPhone,
    hass_ws_client: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one is to forget the question, the other to show it."""
    monkeypatch.setattr("custom_components.kumo_boots.people.phone.AGAIN_S", 0.5)
    phones = [await new_phone(name) for name in ("Anna's phone", "Berta's phone")]
    for phone in phones:
        phone.only_in_the_house()
    household.change(phone=phones[0].device_id)
    await request(boots)
    household.change(phone=phones[1].device_id)
    await until(lambda: caplog.text.count("trying again") == 2)
    for phone in phones:
        receive = await phone.open_channel(hass_ws_client)
        async with asyncio.timeout(5):
            await receive()
    assert [len(phone.screen) for phone in phones] == [0, 1]


@pytest.mark.usefixtures("household", "phone", "question")
async def test_what_could_not_be_sent_is_overtaken_by_what_is_new(
    boots: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never comes after it."""
    monkeypatch.setattr("custom_components.kumo_boots.people.phone.AGAIN_S", 0.1)
    sent: list[str] = []
    there = asyncio.Event()

    async def notify(call: ServiceCall) -> None:
        sent.append(call.data["message"])
        if len(sent) == 1:
            await there.wait()
            raise HomeAssistantError("no reception")

    boots.hass.services.async_register("notify", "mobile_app_anna_s_phone", notify)
    await request(boots)
    await until(lambda: sent)
    await boots.coordinator.session.change(ROUTINE, target_mmhg=25)
    there.set()
    await asyncio.sleep(0.5)
    first, second = sent
    assert "25 mmHg" not in first
    assert "25 mmHg" in second


@pytest.mark.usefixtures("household", "question")
async def test_whatever_is_wrong_with_a_phone_is_logged(
    boots: Acting, phone: Companion, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not tried again, and the next question may arrive."""

    async def broken(_call: ServiceCall) -> None:
        raise KeyError("something")

    boots.hass.services.async_register("notify", "mobile_app_anna_s_phone", broken)
    await request(boots)
    await until(lambda: "Could not notify mobile_app_anna_s_phone" in caplog.text)
    assert boots.phase == "awaiting"
    assert "trying again" not in caplog.text
    assert phone.screen == {}


@pytest.mark.usefixtures("household", "question")
async def test_the_last_word_is_the_last_to_arrive(
    boots: Acting, phone: Companion
) -> None:
    """However often it changes while a push is under way."""
    await request(boots)
    for target in range(25, 60, 5):
        await boots.coordinator.session.change(ROUTINE, target_mmhg=target)
        await asyncio.sleep(0)
    await until(lambda: phone.screen and "55 mmHg" in phone.notification["message"])
    await settle(boots.hass)
    assert "55 mmHg" in phone.notification["message"]
    await boots.coordinator.session.decline(PERSON)
    await until(lambda: not phone.screen)


@pytest.mark.usefixtures("household", "question")
async def test_the_question_goes_with_the_entry(
    boots: Acting, phone: Companion
) -> None:
    """And an answer after a restart is told that it is over."""
    await request(boots)
    await asked(phone)
    late = phone.buttons["Start"]
    await boots.hass.config_entries.async_unload(boots.entry.entry_id)
    await until(lambda: not phone.screen)
    await phone.answer(late.replace("start_", "start_0"))
    await until(lambda: phone.screen)
    assert phone.notification["message"] == (
        "The request is over, so nothing starts. Ask again."
    )


def test_every_word_is_there_and_fits() -> None:
    """What is said on a phone, with just the placeholders that are filled."""
    path = Path(question.__file__).parent.parent
    code = (path / "people" / "question.py").read_text()
    words = json.loads((path / "translations" / "en.json").read_text())["common"]
    used = set(re.findall(r'"(?:common\.)?(question_\w+)"', code))
    assert used == {key for key in words if key.startswith("question_")}


async def test_a_phone_that_is_set_up_later_is_asked_then(
    hass: HomeAssistant,
    boots: Acting,
    phone: Companion,
    household: Household,
    question: Question,
) -> None:
    """Home Assistant may set the boots up before the companion app."""
    (entry,) = hass.config_entries.async_entries("mobile_app")
    assert await hass.config_entries.async_unload(entry.entry_id)
    await boots.switch(True)
    await hass.async_block_till_done()
    assert phone.screen == {}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await asked(phone)
    assert len(phone.screen) == 1

"""Who knows the ids of the buttons is not yet the wearer. The witness is the judge."""

import asyncio
import json
from typing import Any

from homeassistant.components.webhook import async_handle_webhook
from homeassistant.core import EventOrigin, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from homeassistant.util.aiohttp import MockRequest
import pytest

from custom_components.kumo_boots.people import question as question_room
from custom_components.kumo_boots.people.question import Question

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON
from .companion import ANSWER, Companion
from .conftest import Household, NewPhone, asked
from .test_question import ROUTINE, request

NOT_FROM_THERE = "An answer that did not come from the phone of Anna was ignored"


async def nothing_started(boots: Acting) -> None:
    """See that all was heard and the request still waits."""
    await boots.hass.async_block_till_done()
    assert boots.phase == "awaiting"
    assert boots.inflations == []


async def admin(hass: HomeAssistant, phone: Companion) -> Any:
    """Make the phone's user an administrator, and return a token of theirs."""
    await hass.auth.async_update_user(phone.user, group_ids=["system-admin"])
    token = await hass.auth.async_create_refresh_token(
        phone.user, "http://companion.local"
    )
    return hass.auth.async_create_access_token(token)


@pytest.mark.usefixtures("household", "question")
async def test_an_automation_that_reads_the_ids_cannot_answer(
    boots: Acting, phone: Companion, caplog: pytest.LogCaptureFixture
) -> None:
    """It sees the notification being sent, and fires what the phone would."""
    hass = boots.hass
    answer = {
        "event": ANSWER,
        "event_data": {
            "action": "{{ (trigger.event.data.service_data.data.get('actions')"
            " or [{'action': ''}])[0].action }}"
        },
    }
    heard: list[str] = []
    hass.bus.async_listen(
        ANSWER, callback(lambda event: heard.append(event.data["action"]))
    )
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {
                    "trigger": "event",
                    "event_type": "call_service",
                    "event_data": {"domain": "notify"},
                },
                "actions": [answer],
            }
        },
    )
    await request(boots)
    await until(lambda: phone.buttons and heard)
    assert heard == [phone.buttons["Start"]]
    await nothing_started(boots)
    assert NOT_FROM_THERE in caplog.text
    # The id was not spent by that.
    await phone.press("Start")
    await until(lambda: boots.phase == "running")


@pytest.mark.usefixtures("household", "question")
async def test_a_script_that_the_phone_runs_cannot_answer(
    boots: Acting, phone: Companion
) -> None:
    """Though it is the right user, in the right request."""
    await request(boots)
    await asked(phone)
    fire = {"event": ANSWER, "event_data": {"action": phone.buttons["Start"]}}
    assert await async_setup_component(
        boots.hass, "script", {"script": {"evil": {"sequence": [fire]}}}
    )
    await phone.webhook("call_service", {"domain": "script", "service": "evil"})
    await nothing_started(boots)


@pytest.mark.usefixtures("household", "question")
@pytest.mark.parametrize("way", ["rest", "websocket", "webhook over websocket"])
async def test_a_program_of_the_same_user_cannot_answer(
    boots: Acting,
    phone: Companion,
    hass_client: Any,
    hass_ws_client: Any,
    way: str,
) -> None:
    """Not even an administrator's, with their own token."""
    hass = boots.hass
    token = await admin(hass, phone)
    await request(boots)
    await asked(phone)
    action = phone.buttons["Start"]
    if way == "rest":
        client = await hass_client(token)
        answer = await client.post(f"/api/events/{ANSWER}", json={"action": action})
        assert answer.status == 200
    else:
        socket = await hass_ws_client(hass, token)
        event = {"event_type": ANSWER, "event_data": {"action": action}}
        if way == "websocket":
            await socket.send_json_auto_id({"type": "fire_event", **event})
        else:
            await socket.send_json_auto_id(
                {
                    "type": "webhook/handle",
                    "webhook_id": phone.webhook_id,
                    "method": "POST",
                    "body": json.dumps(phone.payload("fire_event", event)),
                }
            )
        assert (await socket.receive_json())["success"]
    await nothing_started(boots)


@pytest.mark.usefixtures("household", "question")
@pytest.mark.parametrize("same_user", [True, False])
async def test_another_phone_cannot_answer(
    boots: Acting, phone: Companion, new_phone: NewPhone, same_user: bool
) -> None:
    """Be it somebody else's, or another one of the same user."""
    other = await new_phone("Tablet", user=phone.user if same_user else None)
    await request(boots)
    await asked(phone)
    await other.answer(phone.buttons["Start"])
    await other.answer(phone.buttons["Start"], device_id=phone.app_id)
    await nothing_started(boots)
    assert other.pushes == []


@pytest.mark.usefixtures("household", "question")
async def test_an_app_that_names_another_device_cannot_answer(
    boots: Acting, phone: Companion
) -> None:
    """Android's names itself, and then it has to be the one."""
    await request(boots)
    await asked(phone)
    await phone.answer(phone.buttons["Start"], device_id="another")
    await nothing_started(boots)
    await phone.answer(phone.buttons["Start"], device_id=phone.app_id)
    await until(lambda: boots.phase == "running")


def from_cloud(phone: Companion, **event_data: Any) -> MockRequest:
    """Return an answer as Home Assistant's cloud hands it over: without a request."""
    event = {"event_type": ANSWER, "event_data": event_data}
    return MockRequest(
        content=json.dumps(phone.payload("fire_event", event)).encode(),
        method="POST",
        mock_source="cloud",
    )


@pytest.mark.usefixtures("household", "question")
async def test_an_answer_by_way_of_the_cloud_counts_where_the_phone_has_one(
    boots: Acting, phone: Companion, new_phone: NewPhone
) -> None:
    """What can be told of it is the user, and on Android the device."""
    hass = boots.hass
    other = await new_phone("Tablet")
    await request(boots)
    await asked(phone)
    start = phone.buttons["Start"]
    await async_handle_webhook(hass, phone.webhook_id, from_cloud(phone, action=start))
    await nothing_started(boots)

    for entry in hass.config_entries.async_entries("mobile_app"):
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, "cloudhook_url": "https://hooks.example/1"}
        )
    for sender, data in (
        (other, {"action": start}),
        (phone, {"action": start, "device_id": other.app_id}),
    ):
        await async_handle_webhook(hass, sender.webhook_id, from_cloud(sender, **data))
    await nothing_started(boots)

    await async_handle_webhook(hass, phone.webhook_id, from_cloud(phone, action=start))
    await until(lambda: boots.phase == "running")


@pytest.mark.usefixtures("household", "question")
async def test_an_event_that_something_else_began_is_no_answer(
    boots: Acting, phone: Companion
) -> None:
    """Remote by its own word, but its context began with another event, or has a parent."""
    from homeassistant.core import Context

    hass = boots.hass
    await request(boots)
    await asked(phone)
    data = {"action": phone.buttons["Start"]}
    hass.bus.async_listen("first", lambda event: None)
    context = Context(user_id=phone.user.id)
    hass.bus.async_fire("first", {}, EventOrigin.remote, context)
    hass.bus.async_fire(ANSWER, data, EventOrigin.remote, context)
    hass.bus.async_fire(
        ANSWER,
        data,
        EventOrigin.remote,
        Context(user_id=phone.user.id, parent_id="automation"),
    )
    hass.bus.async_fire(ANSWER, data, EventOrigin.remote)
    await nothing_started(boots)


@pytest.mark.usefixtures("household", "question")
async def test_a_yes_counts_once(boots: Acting, phone: Companion) -> None:
    """Replayed at once, after the session, and to the next request."""
    await request(boots)
    await asked(phone)
    start = phone.buttons["Start"]
    await asyncio.gather(*(phone.answer(start) for _ in range(5)))
    await until(lambda: boots.phase == "running")
    confirmed = boots.coordinator.session.state.started_at
    await phone.answer(start)
    assert boots.coordinator.session.state.started_at == confirmed
    await boots.coordinator.session.stop(PERSON)
    await until(lambda: boots.phase == "ready")
    await boots.hass.async_block_till_done()
    seen = len(boots.inflations)

    await phone.answer(start)
    await until(lambda: phone.screen and "is over" in phone.notification["message"])
    await request(boots)
    await asked(phone)
    await phone.answer(start)
    await boots.hass.async_block_till_done()
    assert boots.phase == "awaiting"
    assert len(boots.inflations) == seen


@pytest.mark.usefixtures("household", "question")
async def test_of_both_buttons_the_first_counts(
    boots: Acting, phone: Companion
) -> None:
    """A no that comes a moment after the yes is for the stop button."""
    await request(boots)
    await asked(phone)
    buttons = phone.buttons
    await phone.answer(buttons["Not now"])
    await phone.answer(buttons["Start"])
    await until(lambda: boots.phase == "ready")
    assert boots.inflations == []


@pytest.mark.usefixtures("household", "question")
@pytest.mark.parametrize("action", [None, 7, ["x"], "", "start", "ALARM"])
async def test_answers_to_other_questions_are_not_ours(
    boots: Acting, phone: Companion, action: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is what makes no sense."""
    await request(boots)
    await asked(phone)
    await phone.answer(action)
    await nothing_started(boots)
    assert NOT_FROM_THERE not in caplog.text


@pytest.mark.usefixtures("question")
@pytest.mark.parametrize(
    ("person", "theirs"),
    [
        ("person.anna", True),
        ("person.without_account", True),
        ("person.bert", False),
        ("person.gone", False),
    ],
)
async def test_only_the_phone_of_the_wearers_own_user_is_asked(
    boots: Acting,
    household: Household,
    phone: Companion,
    caplog: pytest.LogCaptureFixture,
    person: str,
    theirs: bool,
) -> None:
    """Whatever device was chosen: a spouse's phone cannot say yes."""
    hass = boots.hass
    hass.states.async_set("person.anna", "home", {"user_id": phone.user.id})
    hass.states.async_set("person.without_account", "home")
    hass.states.async_set("person.bert", "home", {"user_id": "bert"})
    household.change(person=person)
    await request(boots)
    if theirs:
        await asked(phone)
        await phone.press("Start")
        await until(lambda: boots.phase == "running")
    else:
        await nothing_started(boots)
        assert phone.pushes == []
        assert "Anna is not asked on the phone chosen for them" in caplog.text


@pytest.mark.usefixtures("question")
@pytest.mark.parametrize("what", ["person", "read only", "inactive"])
async def test_a_user_who_may_not_is_told_so(
    boots: Acting,
    household: Household,
    phone: Companion,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    """They might when they were asked."""
    hass = boots.hass
    hass.states.async_set("person.anna", "home", {"user_id": phone.user.id})
    household.change(person="person.anna")
    await request(boots)
    await asked(phone)
    if what == "person":
        real = question_room.async_cause_from

        async def meanwhile(*args: Any, **kwargs: Any) -> Any:
            hass.states.async_set("person.anna", "home", {"user_id": "bert"})
            return await real(*args, **kwargs)

        monkeypatch.setattr(question_room, "async_cause_from", meanwhile)
    elif what == "read only":
        await hass.auth.async_update_user(phone.user, group_ids=["system-read-only"])
    else:
        await hass.auth.async_deactivate_user(phone.user)
    await phone.press("Start")
    await until(
        lambda: phone.screen and "may not start" in phone.notification["message"]
    )
    assert "a session of Anna" in phone.notification["message"]
    await nothing_started(boots)


@pytest.mark.usefixtures("household")
@pytest.mark.parametrize("button", ["Start", "Not now"])
@pytest.mark.parametrize("meanwhile", ["over", "changed", "another wearer"])
async def test_what_changes_while_the_answer_is_looked_at(
    boots: Acting,
    phone: Companion,
    household: Household,
    question: Question,
    monkeypatch: pytest.MonkeyPatch,
    button: str,
    meanwhile: str,
) -> None:
    """The yes was for what was asked, not for what there is a moment later."""
    coordinator = boots.coordinator
    looking, look = asyncio.Event(), asyncio.Event()
    real = question_room.async_cause_from

    async def slowly(*args: Any, **kwargs: Any) -> Any:
        looking.set()
        await look.wait()
        return await real(*args, **kwargs)

    monkeypatch.setattr(question_room, "async_cause_from", slowly)
    await request(boots)
    await asked(phone)
    pushes = len(phone.pushes)
    await phone.press(button)
    await looking.wait()
    if meanwhile == "over":
        await coordinator.session.decline(PERSON)
    elif meanwhile == "changed":
        await coordinator.session.change(ROUTINE, target_mmhg=55)
    else:
        household.change(wearer_id="bert", name="Bert")
    look.set()
    await until(lambda: not question._answering)
    await boots.hass.async_block_till_done()
    assert boots.inflations == []
    if meanwhile == "over":
        await until(lambda: boots.phase == "ready")
        over = "The request is over, so nothing starts. Ask again."
        assert [shown["message"] for shown in phone.screen.values()] == (
            [over] if button == "Start" else []
        )
    else:
        assert boots.phase == "awaiting"
        assert len(phone.pushes) > pushes
        assert phone.notification["message"].startswith("What is asked for has changed")
        assert {"Start", "Not now"} == set(phone.buttons)
    monkeypatch.undo()


@pytest.mark.usefixtures("household", "question")
async def test_a_hundred_answers_in_a_second(boots: Acting, phone: Companion) -> None:
    """Guessed ids start nothing and say nothing."""
    await request(boots)
    await asked(phone)
    start = phone.buttons["Start"]
    pushes = len(phone.pushes)
    for guess in range(100):
        boots.hass.bus.async_fire(
            ANSWER, {"action": f"{start[:-32]}{guess:032x}"}, EventOrigin.remote
        )
    await nothing_started(boots)
    assert len(phone.pushes) == pushes

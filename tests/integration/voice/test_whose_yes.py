"""Whose yes it is, and to what: a person's, to the question that was asked last."""

from datetime import timedelta
from typing import Any

from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.const import MATCH_ALL
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.kumo_boots.voice.questions import OPEN_S

from ..entities.acting import Acting, until
from .conftest import Voice

NOTHING = "Nothing of the boots waits for an answer here."


async def start(
    voice: Voice, boots: Acting, text: str = "start the boots at 30"
) -> None:
    """Have them run by voice."""
    await voice.say(text)
    await voice.say("yes")
    await until(lambda: boots.phase == "running")


@pytest.fixture(params=[False, True], ids=["nobody listens", "recorder"])
def _recorder(request: pytest.FixtureRequest, hass: HomeAssistant) -> None:
    """Have all events be made, as the recorder has them."""
    if request.param:
        hass.bus.async_listen(MATCH_ALL, lambda _event: None)


@pytest.mark.usefixtures("_recorder")
@pytest.mark.parametrize(
    ("before", "asked", "phase"),
    [
        (None, "start the boots", "awaiting"),
        (None, "what are the boots doing", "awaiting"),
        ("make the boots softer", "make the boots stronger", "running"),
        ("pause the boots", "continue the boots", "paused"),
    ],
)
async def test_an_automation_says_no_yes(
    voice: Voice, boots: Acting, before: str | None, asked: str, phase: str
) -> None:
    """Whatever began it, a time that has no parent, too."""
    if before is not None:
        await start(voice, boots)
        await voice.say(before)
    elif asked != "start the boots":
        await boots.switch(True)
    settings = boots.coordinator.session.state.settings
    say = [
        {
            "action": "conversation.process",
            "data": {"text": text, "conversation_id": "program"},
        }
        for text in (asked, "yes", "yes start the boots")
    ]
    await async_setup_component(
        boots.hass,
        "automation",
        {
            "automation": {
                "triggers": {"trigger": "time_pattern", "seconds": "/1"},
                "actions": say,
            }
        },
    )
    async_fire_time_changed(boots.hass, dt_util.utcnow() + timedelta(seconds=2))
    await boots.hass.async_block_till_done()
    await until(lambda: boots.phase == phase)
    if settings is not None:
        assert boots.coordinator.session.state.settings == settings
    await boots.hass.services.async_call("automation", "turn_off", {"entity_id": "all"})
    await voice.say("stop the boots")


async def test_what_something_else_led_to_says_no_yes(
    voice: Voice, boots: Acting
) -> None:
    """It is no mouth, whatever carries it on."""
    for text in ("yes", "yes start the boots"):
        await voice.say("start the boots")
        voice.context = Context(parent_id=Context().id)
        assert await voice.say(text) == NOTHING
        voice.context = None
    assert boots.phase == "awaiting"
    assert boots.inflated == set()
    await voice.say("stop the boots")


async def test_a_program_that_signs_in_says_no_yes(
    hass_client_no_auth: ClientSessionGenerator,
    voice: Voice,
    boots: Acting,
    hass_admin_user: MockUser,
) -> None:
    """It has a token of its own; a person's page says yes by the same call."""
    hass = boots.hass
    await async_setup_component(hass, "api", {})
    for kind in ({"token_type": TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN}, {}):
        token = await hass.auth.async_create_refresh_token(
            hass_admin_user,
            client_id=None if kind else "http://example.com",
            client_name="program" if kind else None,
            access_token_expiration=timedelta(days=1),
            **kind,
        )
        access = hass.auth.async_create_access_token(token)
        client = await hass_client_no_auth()

        async def say(text: str, client: Any = client, access: str = access) -> str:
            answer = await client.post(
                "/api/conversation/process",
                json={"text": text, "conversation_id": "rest", "language": "en"},
                headers={"Authorization": f"Bearer {access}"},
            )
            told = await answer.json()
            return str(told["response"]["speech"]["plain"]["speech"])

        assert "say yes" in await say("start the boots")
        if kind:
            assert await say("yes") == NOTHING
            assert boots.phase == "awaiting"
            assert boots.inflated == set()
        else:
            assert await say("yes") == "They start now. Lean back."
            await until(lambda: boots.phase == "running")
    await voice.say("stop the boots")


@pytest.mark.parametrize("between", ["never mind", "what are the boots doing at home"])
async def test_a_yes_to_something_else_is_none(
    voice: Voice, boots: Acting, between: str
) -> None:
    """Whatever was answered meanwhile, a yes is to that."""
    await voice.say("start the boots")
    await voice.say(between)
    assert await voice.say("yes") == NOTHING
    await voice.say("start the boots")
    await voice.say(between)
    assert "Nothing of the boots" in await voice.say("yes start the boots")
    assert boots.phase == "awaiting"
    assert boots.inflated == set()
    await voice.say("stop the boots")


async def test_a_yes_that_comes_late(voice: Voice, boots: Acting) -> None:
    """After a minute nobody listens for it any more."""
    await voice.say("start the boots")
    late = dt_util.utcnow() + timedelta(seconds=OPEN_S + 1)
    async_fire_time_changed(boots.hass, late)
    await boots.hass.async_block_till_done()
    assert "boots" not in await voice.say("yes")
    assert boots.phase == "awaiting"
    assert boots.inflated == set()
    await voice.say("stop the boots")


async def test_one_yes_counts_once(voice: Voice, boots: Acting) -> None:
    """Said again it is to nothing, and nobody listens for it any more."""
    await start(voice, boots)
    await voice.say("pause the boots")
    await until(lambda: boots.phase == "paused")
    await voice.say("continue the boots")
    assert await voice.say("yes") == "They go on."
    await voice.say("pause the boots")
    await until(lambda: boots.phase == "paused")
    assert "boots" not in await voice.say("yes")
    assert boots.phase == "paused"
    await voice.say("stop the boots")


@pytest.mark.parametrize(
    ("before", "asked", "same"),
    [
        ("make the boots softer", "make the boots stronger", "running"),
        ("pause the boots", "continue the boots", "paused"),
    ],
)
async def test_who_may_not_raises_and_resumes_nothing(
    voice: Voice,
    boots: Acting,
    hass_read_only_user: MockUser,
    before: str,
    asked: str,
    same: str,
) -> None:
    """Although somebody else asked in the same conversation."""
    await start(voice, boots)
    await voice.say(before)
    await until(lambda: boots.phase == same)
    settings = boots.coordinator.session.state.settings
    assert "yes" in (await voice.say(asked)).casefold()
    voice.context = Context(user_id=hass_read_only_user.id)
    assert "You may not" in await voice.say("yes")
    assert boots.phase == same
    assert boots.coordinator.session.state.settings == settings
    await voice.say("stop the boots")


@pytest.mark.parametrize("yes", ["Yes… please", "¡Yes!", "Yup.", "yes, go ahead"])
async def test_a_yes_as_it_is_written(voice: Voice, boots: Acting, yes: str) -> None:
    """Speech is written with signs that nobody has said."""
    await voice.say("start the boots")
    assert await voice.say(yes) == "They start now. Lean back."
    await voice.say("stop the boots")


async def test_longer_than_what_runs(voice: Voice, boots: Acting) -> None:
    """Counted from the session, and not from what is set for the next one."""
    boots.coordinator.set_setpoints(duration_s=600)
    await start(voice, boots, "start the boots for 20 minutes")
    answer = await voice.say("5 more minutes in the boots")
    assert answer == "That is more than now: 25 minutes? Say yes."
    assert await voice.say("shorten the boots by 5 minutes") == "Now 15 minutes."
    await voice.say("stop the boots")

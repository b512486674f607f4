"""Boots that only hands can start and stop, by voice: levels, and what to do."""

from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from ..by_hand.conftest import AddBoots, ByHandActing, add, house_without
from ..entities.acting import until
from .conftest import Voice, hass_config_dir, listening

__all__ = ["add", "hass_config_dir", "house_without"]


@pytest.fixture
async def boots(add: AddBoots) -> ByHandActing:
    """Return boots with six levels, in a home that listens."""
    boots: ByHandActing = await add()
    await listening(boots.hass)
    return boots


async def test_a_whole_session(
    voice: Voice, boots: ByHandActing, hass_read_only_user: MockUser
) -> None:
    """Asked for in levels, told what to press, and taken at one's word."""
    answer = await voice.say("start the boots for 10 minutes")
    assert answer == "Boots on? level 1, 10 minutes: say yes."
    answer = await voice.say("yes")
    assert answer.startswith("Set level 1 and 10 minutes on the boots")
    await until(lambda: boots.guidance == "set_and_start")
    voice.context = Context(user_id=hass_read_only_user.id)
    for text in ("the boots are running", "the boots are off"):
        assert "You may not" in await voice.say(text)
    assert boots.guidance == "set_and_start"
    voice.context = None
    assert (
        await voice.say("the boots are running") == "Good. Lean back, I keep the time."
    )
    await until(lambda: boots.phase == "running")
    assert "10 minutes left" in await voice.say("how long is left in the boots")
    assert "cannot do this" in await voice.say("pause the boots")
    answer = await voice.say("stop the boots")
    assert answer.startswith("Press the stop button on the boots now")
    assert await voice.say("the boots are off") == "Good, the boots are off."
    await until(lambda: boots.phase == "ready")


async def test_levels_are_counted_by_one(voice: Voice, boots: ByHandActing) -> None:
    """And no pressure is taken for one."""
    assert await voice.say("set the boots to level 2") == "Next time level 2."
    assert await voice.say("make the boots stronger") == "Next time level 3."
    assert await voice.say("make the boots softer") == "Next time level 2."
    assert "cannot do this" in await voice.say("start the boots at 40 mmhg")
    answer = await voice.say("start the boots at level 3")
    assert "level 3" in answer
    await voice.say("no")


async def test_there_may_be_no_agent(add: AddBoots, hass: HomeAssistant) -> None:
    """Then nothing is offered, and nothing is missed."""
    boots = await add()
    assert not hass.services.has_service("conversation", "reload")
    assert await async_setup_component(hass, "repairs", {})
    assert boots.phase == "ready"

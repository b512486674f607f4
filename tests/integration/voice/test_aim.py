"""Which boots are meant: by name, by where they are, by where it is said."""

from collections.abc import AsyncGenerator

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    floor_registry as fr,
    intent,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from simulator.house import House

from ..conftest import HousePlan
from ..entities.acting import Acting, until
from ..entities.conftest import EVERYTHING, set_up
from ..people.living import move_in
from ..routines.evenings import LONG, ME, Evening, Mobility
from .conftest import Model, Voice, listening


@pytest.fixture
def house_plan() -> HousePlan:
    """Have two pairs."""
    config = {"features": EVERYTHING}
    return {"pairs": 2, "proxies": 1, "slots": 9, "speed": 20.0, "config": config}


@pytest.fixture
async def pairs(
    proxied_hass: HomeAssistant, house: House
) -> AsyncGenerator[list[Acting]]:
    """Return the boots of the sofa and of the study."""
    found = [await set_up(proxied_hass, house, pair) for pair in ("pair1", "pair2")]
    for each, name in zip(found, ("Sofa boots", "Study boots"), strict=True):
        dr.async_get(proxied_hass).async_update_device(
            each.device.id, name_by_user=name
        )
    await listening(proxied_hass)
    yield found
    for each in found:
        if each.entry.state is ConfigEntryState.LOADED:
            await proxied_hass.config_entries.async_unload(each.entry.entry_id)


@pytest.fixture
def voice(pairs: list[Acting]) -> Voice:
    """Return somebody, somewhere."""
    return Voice(pairs[0].hass)


def put(boots: Acting, room: str, floor: str | None = None) -> None:
    """Put boots into a room."""
    areas = ar.async_get(boots.hass)
    area = areas.async_get_or_create(room)
    if floor is not None:
        made = fr.async_get(boots.hass).async_create(floor)
        areas.async_update(area.id, floor_id=made.floor_id)
    dr.async_get(boots.hass).async_update_device(boots.device.id, area_id=area.id)


def satellite(boots: Acting, room: str | None) -> str:
    """Return the device id of what listens in a room."""
    entry = MockConfigEntry(domain="satellite")
    entry.add_to_hass(boots.hass)
    device = dr.async_get(boots.hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("satellite", str(room))}
    )
    if room is not None:
        area = ar.async_get(boots.hass).async_get_or_create(room)
        dr.async_get(boots.hass).async_update_device(device.id, area_id=area.id)
    return device.id


async def both_ask(pairs: list[Acting]) -> None:
    """Have a request wait on both."""
    for each in pairs:
        await each.switch(True)


def waiting(pairs: list[Acting]) -> list[bool]:
    """Tell on which of them a request waits."""
    return [each.phase == "awaiting" for each in pairs]


async def test_by_name_or_asked_back(voice: Voice, pairs: list[Acting]) -> None:
    """Two pairs without a name leave a question; a part of the name is enough."""
    assert await voice.say("start the boots") == "Which boots: Sofa boots, Study boots?"
    answer = await voice.say("start the attic boots")
    assert answer == "I know no boots called attic. There are: Sofa boots, Study boots."
    assert waiting(pairs) == [False, False]
    await voice.say("start the study boots")
    assert waiting(pairs) == [False, True]
    await voice.say("stop the study boots")


async def test_which_boots_is_a_question(
    voice: Voice, pairs: list[Acting], hass_read_only_user: MockUser
) -> None:
    """A name answers it, all of it or what only these are called; a yes does not."""
    asked = "Which boots: Sofa boots, Study boots?"
    for answer, of_study in (
        ("Study.", True),
        ("the study boots", True),
        ("Sofa boots", False),
    ):
        assert await voice.say("start the boots") == asked
        assert await voice.say("yes") == asked
        assert "say yes" in await voice.say(answer)
        assert waiting(pairs) == [not of_study, of_study]
        assert await voice.say("no") == "Fine, I leave it."
        await until(lambda: [each.phase for each in pairs] == ["ready", "ready"])
    # It is taken back, or said by somebody who may not, or by no mouth at all.
    assert await voice.say("start the boots") == asked
    assert await voice.say("no thanks") == "Fine, I leave it."
    assert await voice.say("start the boots") == asked
    voice.context = Context(user_id=hass_read_only_user.id)
    assert "You may not" in await voice.say("study")
    voice.context = None
    assert await voice.say("start the boots") == asked
    voice.context = Context(parent_id="automation")
    assert "Nothing of the boots" in await voice.say("study")
    assert waiting(pairs) == [False, False]
    # What only is asked for is told.
    voice.context = None
    assert await voice.say("what are the boots doing") == asked
    assert "Nothing is running" in await voice.say("the sofa")


async def test_a_name_that_is_a_part_of_another(
    voice: Voice, pairs: list[Acting]
) -> None:
    """All of a name is meant before a part of one."""
    devices = dr.async_get(voice.hass)
    devices.async_update_device(pairs[0].device.id, name_by_user="Boots")
    devices.async_update_device(pairs[1].device.id, name_by_user="Anna’s boots")
    assert "Which boots" in await voice.say("start the boots")
    assert (await voice.say("boots")).startswith("Boots: ")
    assert waiting(pairs) == [True, False]
    assert "Which boots" in await voice.say("start the boots")
    assert (await voice.say("Anna's")).startswith("Anna’s boots: ")
    assert waiting(pairs) == [True, True]
    await voice.say("stop all boots")


async def test_what_is_asked_says_of_which(voice: Voice, pairs: list[Acting]) -> None:
    """Where there are several, whether or not they were named."""
    put(pairs[1], "Study")
    voice.device_id = satellite(pairs[0], "Study")
    asked = await voice.say("start the boots")
    assert asked.startswith("Study boots: Boots on?")
    assert (await voice.say("what are the boots doing")).startswith("Study boots: ")
    assert (await voice.say("yes")).startswith("They start")
    await until(lambda: pairs[1].phase == "running")
    raised = await voice.say("make the boots stronger")
    assert raised.startswith("Study boots: That is more than now")
    await voice.say("pause the boots")
    await until(lambda: pairs[1].phase == "paused")
    resumed = await voice.say("continue the boots")
    assert resumed == "Study boots: Go on squeezing? Say yes."
    battery = await voice.say("how full are the boots")
    assert battery.startswith("Study boots: ")
    await voice.say("stop the boots")


async def test_it_hurts_somewhere_else(voice: Voice, pairs: list[Acting]) -> None:
    """Where nothing is under way beside the speaker, it is what is elsewhere."""
    put(pairs[1], "Study")
    voice.device_id = satellite(pairs[0], "Study")
    for text in ("it hurts", "stop the boots", "stop the attic boots"):
        await pairs[0].switch(True)
        assert "Sofa boots: Fine, nothing starts." in await voice.say(text)
        await until(lambda: waiting(pairs) == [False, False])
    # Nothing anywhere: those of the room tell so, and not the whole studio.
    answer = await voice.say("stop the boots")
    assert answer == "Study boots: Nothing was running. The boots are empty."


async def test_what_is_no_conversation_is_not_asked(
    voice: Voice, pairs: list[Acting]
) -> None:
    """Which boots is an error for a program, that has to name some."""
    response = await intent.async_handle(voice.hass, "program", "KumoBootsStart")
    assert response.response_type is intent.IntentResponseType.ERROR
    assert response.speech["plain"]["speech"] == (
        "Which boots: Sofa boots, Study boots?"
    )
    assert waiting(pairs) == [False, False]


async def test_names_that_are_a_template(voice: Voice, pairs: list[Acting]) -> None:
    """They are asked for, and said as a sentence; a bare one is not listened for."""
    devices = dr.async_get(voice.hass)
    devices.async_update_device(pairs[1].device.id, name_by_user="[My] boots {2}")
    assert "Which boots" in await voice.say("start the boots")
    assert "say yes" in await voice.say("sofa")
    await voice.say("no")


async def test_by_area_and_floor(voice: Voice, pairs: list[Acting]) -> None:
    """As Home Assistant calls them."""
    put(pairs[0], "Living room", "Ground floor")
    put(pairs[1], "Study")
    await voice.say("start the boots in the living room")
    assert waiting(pairs) == [True, False]
    await voice.say("stop the boots in the living room")
    await until(lambda: waiting(pairs) == [False, False])
    await voice.say("start the boots on the ground floor")
    assert waiting(pairs) == [True, False]
    await voice.say("stop the boots on the ground floor")


async def test_beside_the_speaker(voice: Voice, pairs: list[Acting]) -> None:
    """Who says nothing means the boots in the same room, if there are any."""
    put(pairs[1], "Study")
    voice.device_id = satellite(pairs[0], "Study")
    await voice.say("start the boots")
    assert waiting(pairs) == [False, True]
    await pairs[0].switch(True)
    # Nobody was named, so that it is said which they are.
    answer = await voice.say("stop the boots")
    assert answer == "Study boots: Fine, nothing starts."
    await until(lambda: waiting(pairs) == [True, False])
    # A name that nobody has is no clearer than none.
    await pairs[1].switch(True)
    answer = await voice.say("stop the attic boots")
    assert answer == "Study boots: Fine, nothing starts."
    await until(lambda: waiting(pairs) == [True, False])
    # Nor is a place that nobody has told Home Assistant of.
    await pairs[1].switch(True)
    answer = await voice.say("stop the boots in the garage")
    assert answer == "Study boots: Fine, nothing starts."
    await until(lambda: waiting(pairs) == [True, False])
    for room in ("Kitchen", None):
        voice.device_id = satellite(pairs[0], room)
        assert "Which boots" in await voice.say("start the boots")
    await pairs[0].switch(False)


@pytest.mark.parametrize(
    "text",
    [
        "stop the boots",
        "stop the attic boots",
        "stop the boots in the garage",
        "turn off my boots upstairs",
        "turn off the boots in the tv room",
        "stop the music boots",
        "stop now the boots",
    ],
)
async def test_a_stop_that_is_not_clear_stops_all(
    voice: Voice, pairs: list[Acting], text: str
) -> None:
    """And says so; what is felt is kept for who is in the boots that run."""
    await both_ask(pairs)
    answer = await voice.say(text)
    assert "Sofa boots: Fine" in answer
    assert "Study boots: Fine" in answer
    assert answer.endswith(
        "I was not sure which boots you meant, so I stopped them all."
    )
    assert waiting(pairs) == [False, False]
    # Nothing is kept of nobody, and nothing else is said.
    assert "noted" not in await voice.say("it hurts")
    assert pairs[0].coordinator.diary.wearer_ids == ()


async def test_what_is_felt_is_kept_of_who_is_in_boots_that_run(
    voice: Voice, pairs: list[Acting]
) -> None:
    """Nobody knows which were meant; who only could wear the others felt nothing."""
    wearers = [
        await move_in(boots, name, follow_coach=False)
        for boots, name in zip(pairs, ("Anna", "Ben"), strict=True)
    ]
    await voice.say("start the sofa boots")
    await voice.say("yes")
    await until(lambda: pairs[0].phase == "running")
    assert "noted" in await voice.say("it hurts")
    reports = [
        boots.coordinator.diary.reports(wearer.wearer_id)
        for boots, wearer in zip(pairs, wearers, strict=True)
    ]
    assert [len(each) for each in reports] == [1, 0]


async def test_a_routine_is_stopped_wherever_it_runs(
    voice: Voice, pairs: list[Acting]
) -> None:
    """Of several it is said whose it was, and that nobody was sure."""
    evening = Evening(pairs[1])
    routine = await evening.make(Mobility(duration_s=LONG), name="Evening")
    await pairs[1].coordinator.runner.async_start(routine, ME)
    assert await voice.say("stop my recovery") == (
        "Study boots: The routine is over."
        " I was not sure which boots you meant, so I stopped them all."
    )
    assert await voice.say("stop my recovery") == "No routine is under way."
    # Also from the room of boots that have none.
    put(pairs[0], "Living room")
    voice.device_id = satellite(pairs[0], "Living room")
    await pairs[1].coordinator.runner.async_start(routine, ME)
    assert await voice.say("stop my recovery") == "Study boots: The routine is over."
    assert pairs[1].coordinator.runner.run is None


async def test_boots_that_are_not_loaded(voice: Voice, pairs: list[Acting]) -> None:
    """Only a hand stops them, which is said; those that can be are stopped."""
    sofa, study = pairs
    unreached = "I cannot reach Study boots right now: stop them with the button"
    await voice.hass.config_entries.async_unload(study.entry.entry_id)
    for text in ("stop the study boots", "stop the boots", "stop all boots"):
        await sofa.switch(True)
        answer = await voice.say(text)
        assert answer.startswith(unreached)
        assert "Sofa boots: Fine, nothing starts." in answer
        assert answer.endswith("them all.") is (text == "stop the boots")
        assert sofa.phase == "ready"
    assert unreached not in await voice.say("stop the sofa boots")
    answer = await voice.say("start the study boots")
    assert answer == (
        "Study boots is not set up right now, so it cannot be controlled."
    )
    # Those that are loaded are meant by whoever names none, but not from beside others.
    assert (await voice.say("start the boots")).startswith("Sofa boots: Boots on?")
    put(study, "Study")
    voice.device_id = satellite(sofa, "Study")
    assert "not set up" in await voice.say("start the boots")
    voice.device_id = None
    await voice.hass.config_entries.async_unload(sofa.entry.entry_id)
    answer = await voice.say("stop the boots")
    assert unreached in answer
    assert "I cannot reach Sofa boots" in answer


async def test_no_boots(voice: Voice, pairs: list[Acting]) -> None:
    """Those that somebody has disabled are nobody's."""
    for each in pairs:
        await voice.hass.config_entries.async_set_disabled_by(
            each.entry.entry_id, ConfigEntryDisabler.USER
        )
    assert await voice.say("start the boots") == "There are no boots here."
    assert await voice.say("stop the boots") == "There are no boots here."


@pytest.mark.parametrize(
    "text",
    ["stop all boots", "stop both boots", "turn all the boots off", "empty all boots"],
)
async def test_all_are_all(voice: Voice, pairs: list[Acting], text: str) -> None:
    """Wherever it is said: those beside the speaker are not the only ones."""
    put(pairs[1], "Study")
    voice.device_id = satellite(pairs[1], "Study")
    await both_ask(pairs)
    assert waiting(pairs) == [True, True]
    answer = await voice.say(text)
    assert waiting(pairs) == [False, False]
    assert "Sofa boots: Fine, nothing starts." in answer
    assert "Study boots: Fine, nothing starts." in answer


async def test_my_recovery_is_stopped_wherever_it_is_said(
    voice: Voice, pairs: list[Acting]
) -> None:
    """Also from a room with other boots; and what runs without one is stopped, too."""
    put(pairs[1], "Study")
    voice.device_id = satellite(pairs[1], "Study")
    routine = await Evening(pairs[0]).make(Mobility(duration_s=LONG), name="Evening")
    await pairs[0].coordinator.runner.async_start(routine, ME)
    await both_ask(pairs)
    # The boots of this room come first, though it is others that have a routine.
    await voice.say("stop my recovery")
    assert waiting(pairs)[1] is False
    assert pairs[0].coordinator.runner.run is not None
    assert "Sofa boots: The routine is over." in await voice.say("stop my recovery")
    assert pairs[0].coordinator.runner.run is None
    await voice.say("stop all boots")
    assert waiting(pairs) == [False, False]


async def test_a_model_means_the_boots_that_it_may_know(
    voice: Voice, pairs: list[Acting]
) -> None:
    """The others are not there for it, by no name; but a stop reaches them as well."""
    for boots, exposed in zip(pairs, (True, False), strict=True):
        switch = boots.id("switch", "session")
        async_expose_entity(voice.hass, "conversation", switch, exposed)
    model = Model(voice.hass)
    assert (await model.call("request_session"))["name"] == "Sofa boots"
    for name in ("attic", "study"):
        told = await model.call("request_session", name=name)
        assert told["message"] == (
            f"I know no boots called {name}. There are: Sofa boots."
        )
    assert waiting(pairs) == [True, False]
    await pairs[1].switch(True)
    await model.call("stop", name="study")
    assert waiting(pairs) == [True, False]
    await pairs[1].switch(True)
    await model.call("stop")
    assert waiting(pairs) == [False, False]
    await voice.hass.config_entries.async_unload(pairs[1].entry.entry_id)
    told = (await model.call("stop"))["boots"]
    assert [(each["name"], each["result"]) for each in told] == [
        ("Study boots", "not_reached"),
        ("Sofa boots", "already_idle"),
    ]
    assert "I cannot reach Study boots" in told[0]["message"]

"""The actions: whose boots, what became of it, and what is refused."""

from datetime import timedelta
from functools import partial
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.live import message
from simulator.house import House

from .acting import Acting, until
from .conftest import entry_of, set_up


def leg_id(hass: HomeAssistant, boots: Acting) -> str:
    """Return the device of a leg."""
    part = (DOMAIN, f"{boots.entry.entry_id}_left")
    leg = dr.async_get(hass).async_get_child_device_by_identifier(
        part, boots.entry.entry_id
    )
    assert leg is not None
    return leg.id


async def test_start_tells_what_it_asked_for(
    hass: HomeAssistant, boots: Acting
) -> None:
    """What is unset comes from the setpoints; the answer can be fed back."""
    await boots.set("target_pressure", 40)
    told = await boots.ask(
        "start_session",
        device_id=boots.device.id,
        mode="wave",
        duration=2,
        zones=["1", "2"],
        boost=2,
    )
    until_when = boots.coordinator.session.state.awaiting_until
    assert until_when is not None
    assert told == {
        "name": boots.entry.title,
        "device_id": boots.device.id,
        "result": "awaiting_confirmation",
        "wearer": "guest",
        "until": until_when.isoformat(),
        "request": boots.coordinator.session.state.request_id,
        "settings": {
            "mode": "wave",
            "pressure": 40,
            "duration": 2,
            "legs": "both",
            "zones": [1, 2],
            "boost": 2,
        },
    }
    again = await boots.ask("start_session", **told["settings"])
    assert again["settings"] == told["settings"]
    assert boots.inflations == []


async def test_start_takes_a_boost_away(boots: Acting) -> None:
    """*None* is a choice, and not the setpoint."""
    boots.coordinator.set_setpoints(boosted=2)
    assert (await boots.ask("start_session"))["settings"]["boost"] == 2
    assert (await boots.ask("start_session", boost="none"))["settings"][
        "boost"
    ] == "none"


@pytest.mark.parametrize(
    ("data", "key", "limit"),
    [
        ({"pressure": 65}, "out_of_range_target", "60"),
        ({"pressure": 10}, "out_of_range_target", "20"),
        ({"duration": 45}, "out_of_range_duration", "30"),
        ({"zones": [1, 7]}, "out_of_range_zones", "5"),
    ],
)
async def test_what_is_too_much_is_refused_by_its_limit(
    boots: Acting, data: dict[str, Any], key: str, limit: str
) -> None:
    """Never lowered to fit, and said in words that name the limit."""
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.ask("start_session", **data)
    assert refusal.value.translation_key == key
    assert limit in (refusal.value.translation_placeholders or {}).values()
    assert limit in str(refusal.value)
    assert boots.phase == "ready"


@pytest.mark.parametrize(
    "data",
    [
        {"mode": "turbo"},
        {"pressure": 0},
        {"pressure": 60.9},
        {"pressure": "30.5"},
        {"pressure": "nan"},
        {"pressure": "inf"},
        {"zones": [1.5]},
        {"boost": 2.5},
        {"duration": 0},
        {"legs": "none"},
        {"zones": []},
        {"zones": [9]},
        {"boost": "all"},
    ],
)
async def test_nonsense_is_refused(boots: Acting, data: dict[str, Any]) -> None:
    """Before it comes anywhere near the boots."""
    with pytest.raises(vol.Invalid):
        await boots.ask("start_session", **data)
    assert boots.phase == "ready"


async def test_a_yes_to_another_request_starts_nothing(
    boots: Acting, person: Context
) -> None:
    """The number is that of what waits, as the live view tells it."""
    session = boots.coordinator.session
    await boots.ask("start_session", pressure=30)
    first = message(boots.coordinator)["session"]["request"]
    assert first is not None
    await boots.ask("start_session", pressure=35)
    told = await boots.ask("confirm_session", person, request=first)
    assert (told["result"], told["reason"]) == ("refused", "request_changed")
    assert not boots.inflations
    told = await boots.ask(
        "confirm_session",
        Context(user_id=person.user_id),
        request=session.state.request_id,
    )
    assert told["result"] == "started"
    await boots.ask("stop_session")


async def test_what_was_said_long_ago_starts_nothing(
    boots: Acting, person: Context
) -> None:
    """A network that stood still delivers it when the person may have gone."""

    async def say(service: str, seconds: float) -> str:
        said = dt_util.utcnow() - timedelta(seconds=seconds)
        context = Context(user_id=person.user_id)
        told = await boots.ask(service, context, said=said.isoformat())
        return str(told["result"])

    async def too_late(service: str) -> None:
        with pytest.raises(ServiceValidationError) as refusal:
            await say(service, 11)
        assert refusal.value.translation_key == "said_long_ago"

    await too_late("start_session")
    assert boots.phase == "ready"
    assert await say("start_session", 8) == "awaiting_confirmation"
    await too_late("confirm_session")
    assert boots.phase == "awaiting"
    assert await say("confirm_session", 8) == "started"
    await until(lambda: boots.phase == "running")
    await boots.ask("pause_session")
    await until(lambda: boots.phase == "paused")
    await too_late("resume_session")
    assert boots.phase == "paused"
    assert await say("resume_session", 8) == "resumed"
    await boots.ask("stop_session")


async def test_a_session_from_request_to_stop(boots: Acting, person: Context) -> None:
    """All five actions, and what each tells."""
    assert (await boots.ask("start_session"))["result"] == "awaiting_confirmation"
    started = await boots.ask("confirm_session", person)
    assert started["result"] == "started"
    assert started["until"] is not None
    await until(lambda: boots.phase == "running")
    assert (await boots.ask("pause_session"))["result"] == "paused"
    await until(lambda: boots.phase == "paused")
    told = await boots.ask("resume_session")
    assert (told["result"], told["reason"]) == ("refused", "needs_person")
    assert "person" in told["message"]
    told = await boots.ask("resume_session", Context(user_id=person.user_id))
    assert told["result"] == "resumed"
    await until(lambda: boots.phase == "running")
    assert (await boots.ask("stop_session"))["result"] == "stopped"
    await until(lambda: boots.empty and boots.phase == "ready")
    assert (await boots.ask("stop_session"))["result"] == "already_idle"


async def test_why_not_is_in_the_answer(boots: Acting) -> None:
    """Who asks for a response is told there; who does not is told by an error."""
    told = await boots.ask("pause_session")
    assert told["result"] == "refused"
    assert told["reason"] == "wrong_phase"
    assert told["message"] not in {"", "wrong_phase"}
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "resume_session")
    assert refusal.value.translation_key == "wrong_phase"


async def test_stop_while_it_awaits(boots: Acting, person: Context) -> None:
    """The request is gone, and a late yes does nothing."""
    await boots.ask("start_session")
    await boots.call(DOMAIN, "stop_session")
    await until(lambda: boots.phase == "ready")
    with pytest.raises(ServiceValidationError):
        await boots.press("confirm_session", person)
    assert boots.inflations == []


async def test_stop_works_when_every_entity_is_unavailable_or_disabled(
    hass: HomeAssistant, boots: Acting, person: Context
) -> None:
    """Home Assistant drops calls to such entities without a word; not this one."""
    await boots.run(person)
    session = boots.id("switch", "session")
    hass.states.async_set(session, "unavailable")
    er.async_get(hass).async_update_entity(
        session, disabled_by=er.RegistryEntryDisabler.USER
    )
    await boots.call(DOMAIN, "stop_session", entity_id=session)
    await until(lambda: boots.empty)


@pytest.mark.parametrize("target", ["nothing", "all", "leg", "entity"])
async def test_stop_finds_the_boots(
    hass: HomeAssistant, boots: Acting, person: Context, target: str
) -> None:
    """By whatever is named, or nothing at all."""
    await boots.run(person)
    await boots.call(
        DOMAIN,
        "stop_session",
        {
            "nothing": {},
            "all": {"entity_id": "all"},
            "leg": {"device_id": leg_id(hass, boots)},
            "entity": {"entity_id": [boots.id("sensor", "phase")]},
        }[target],
    )
    await until(lambda: boots.empty and boots.phase == "ready")


async def test_a_stop_that_is_not_confirmed_is_said(
    boots: Acting, person: Context
) -> None:
    """Nobody is told *stopped* by hope."""
    await boots.run(person)
    for each in boots.house.boots.values():
        each.faults.range(False)
    told = await boots.ask("stop_session")
    assert (told["result"], told["reason"]) == ("refused", "stop_not_confirmed")
    with pytest.raises(HomeAssistantError) as failure:
        await boots.press("stop")
    assert failure.value.translation_key == "stop_not_confirmed"
    assert boots.get("binary_sensor", "problem").state == "on"
    for each in boots.house.boots.values():
        each.faults.range(True)
    await until(lambda: boots.empty)


@pytest.fixture
def far_house(house: House) -> House:
    """Have boots that nobody can hear."""
    for each in house.boots.values():
        each.faults.range(False)
    return house


async def test_a_stop_that_does_not_reach_the_boots_is_said(
    far_house: House, proxied_hass: HomeAssistant
) -> None:
    """They may be running, for all that is known: by button, switch and action."""
    entry = entry_of(far_house)
    entry.add_to_hass(proxied_hass)
    assert await proxied_hass.config_entries.async_setup(entry.entry_id)
    boots = Acting(proxied_hass, entry, far_house)
    boots.coordinator.pair.stop_limit_s = 1
    told = await boots.ask("stop_session")
    assert (told["result"], told["reason"]) == ("refused", "stop_not_reached")
    assert "pull the hoses" in told["message"]
    switched_off = partial(boots.switch, False)
    pressed = partial(boots.press, "stop")
    called = partial(boots.call, DOMAIN, "stop_session")
    for stop in (switched_off, pressed, called):
        with pytest.raises(HomeAssistantError) as failure:
            await stop()
        assert failure.value.translation_key == "stop_not_reached"
        assert "may be running" in str(failure.value)
    for each in far_house.boots.values():
        each.faults.range(True)


@pytest.mark.parametrize("response", [False, True])
@pytest.mark.parametrize(
    "target",
    [
        {"entity_id": "light.lamp"},
        {"entity_id": 5},
        {"device_id": {"no": "device"}},
        {"area_id": 7, "entity_id": "not an id"},
    ],
)
async def test_a_stop_that_cannot_be_made_out_stops_all_and_says_so(
    boots: Acting, person: Context, target: dict[str, Any], response: bool
) -> None:
    """Stop always wins, also over a target that is wrong."""
    boots.hass.states.async_set("light.lamp", "on")
    await boots.run(person)
    if response:
        told = await boots.hass.services.async_call(
            DOMAIN, "stop_session", target, blocking=True, return_response=True
        )
        assert told is not None
        assert "all boots were stopped" in str(told["message"])
        assert [each["result"] for each in told["boots"]] == ["stopped"]
    else:
        with pytest.raises(ServiceValidationError) as refusal:
            await boots.hass.services.async_call(
                DOMAIN, "stop_session", target, blocking=True
            )
        assert refusal.value.translation_key == "all_stopped"
    assert boots.empty


async def test_boots_that_are_not_loaded_are_an_error(
    hass: HomeAssistant, boots: Acting
) -> None:
    """By their name."""
    session = boots.id("switch", "session")
    assert await hass.config_entries.async_unload(boots.entry.entry_id)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "stop_session", entity_id=session)
    assert refusal.value.translation_key == "not_loaded"
    assert boots.entry.title in str(refusal.value)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "stop_session")
    assert refusal.value.translation_key == "no_boots"


def not_loaded(hass: HomeAssistant) -> dr.DeviceEntry:
    """Have boots that could not be set up."""
    entry = MockConfigEntry(domain=DOMAIN, title="Old boots", data={})
    entry.add_to_hass(hass)
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, entry.entry_id)}
    )


@pytest.mark.parametrize("response", [False, True])
async def test_boots_that_are_not_loaded_do_not_keep_others_from_stopping(
    hass: HomeAssistant, boots: Acting, person: Context, response: bool
) -> None:
    """Those that can be stopped are, and the others are named."""
    old = not_loaded(hass)
    target = {"device_id": [old.id, boots.device.id]}
    await boots.run(person)
    if response:
        told = await hass.services.async_call(
            DOMAIN, "stop_session", target, blocking=True, return_response=True
        )
        assert told is not None
        stopped, refused = told["boots"]
        assert stopped["result"] == "stopped"
        assert refused["name"] == "Old boots"
        assert refused["device_id"] == old.id
        assert (refused["result"], refused["reason"]) == ("refused", "not_loaded")
        assert "Old boots" in refused["message"]
    else:
        with pytest.raises(ServiceValidationError) as refusal:
            await boots.call(DOMAIN, "stop_session", target)
        assert refusal.value.translation_key == "not_loaded"
    assert boots.empty


async def test_nothing_is_requested_when_some_boots_are_not_loaded(
    hass: HomeAssistant, boots: Acting
) -> None:
    """All of a start, or nothing."""
    target = {"device_id": [boots.device.id, not_loaded(hass).id]}
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "start_session", target)
    assert refusal.value.translation_key == "not_loaded"
    assert boots.phase == "ready"


@pytest.mark.parametrize(
    "house_plan", [{"pairs": 2, "proxies": 2, "speed": 20.0, "shape": "one_unit"}]
)
async def test_two_pairs(
    hass: HomeAssistant, house: House, boots: Acting, person: Context
) -> None:
    """A start has to say which; a stop without a target is for both."""
    other = await set_up(hass, house, "pair2")
    for action in ("start_session", "confirm_session", "pause_session"):
        with pytest.raises(ServiceValidationError) as refusal:
            await boots.call(DOMAIN, action, context=Context(user_id=person.user_id))
        assert refusal.value.translation_key == "target_needed"
    told = await hass.services.async_call(
        DOMAIN,
        "start_session",
        {"device_id": [boots.device.id, other.device.id]},
        blocking=True,
        return_response=True,
    )
    assert told is not None
    assert [each["name"] for each in told["boots"]] == ["Boots", "pair2"]
    await other.press("confirm_session", person)
    await until(lambda: other.phase == "running" and boots.inflations)
    assert boots.phase == "awaiting"
    assert boots.inflated == {"pair2"}

    told = await hass.services.async_call(
        DOMAIN, "stop_session", {}, blocking=True, return_response=True
    )
    assert told is not None
    assert [each["result"] for each in told["boots"]] == ["declined", "stopped"]
    await until(lambda: boots.empty and other.phase == "ready")


async def test_others_in_a_target_do_not_matter(
    hass: HomeAssistant, boots: Acting
) -> None:
    """An area holds more than boots."""
    lamp = MockConfigEntry(domain="lamp")
    lamp.add_to_hass(hass)
    light = er.async_get(hass).async_get_or_create(
        "light", "lamp", "1", config_entry=lamp
    )
    both = [light.entity_id, boots.id("switch", "session")]
    told = await boots.ask("stop_session", entity_id=both)
    assert told["result"] == "already_idle"

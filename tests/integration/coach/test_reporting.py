"""A discomfort stops everything first; a warning locks until it was read."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
import voluptuous as vol

from custom_components.kumo_boots.boots.session import Outcome
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people import warning_signs
from custom_components.kumo_boots.people.sitting import Discomfort
from custom_components.kumo_boots.people.wearer import GUEST
from simulator.house import House

from ..entities.acting import until
from .conftest import ANNA_ID, BEN_ID, Coached, set_up
from .test_buttons import lately

LOCK_OF_ANNA = f"read_warning_signs_{ANNA_ID}"

WARNINGS = [Discomfort.SWELLING, Discomfort.HEAT, Discomfort.PAIN]


async def acknowledge(
    boots: Coached, person: Context | None = None, **data: Any
) -> None:
    """Call the action; a person's hand does it when one is given."""
    await boots.call(
        DOMAIN,
        "acknowledge_warning",
        data,
        None if person is None else Context(user_id=person.user_id),
    )


async def test_a_report_stops_and_is_kept(boots: Coached, person: Context) -> None:
    """By anybody, for who wears the boots."""
    boots.diary.had(lately())
    await boots.worn_by_anna(person)
    told = await boots.report(kind="tingling", one_sided=True)
    assert told == {
        "boots": [{"name": "Boots", "result": "stopped"}],
        "recorded": True,
        "locked": None,
        "warning_signs": None,
    }
    assert boots.empty
    assert boots.diary.reported == [(ANNA_ID, Discomfort.TINGLING, True)]
    assert boots.shown("recommended_pressure") == "25"
    assert boots.issues == set()
    notification = boots.notifications["warning_signs"]
    assert "{" not in notification["title"] + notification["message"]
    assert "Anna" not in notification["title"] + notification["message"]


async def test_the_cause_says_nothing_of_it(
    hass: HomeAssistant, boots: Coached, person: Context
) -> None:
    """To whoever reads the history it is a stop."""
    await boots.worn_by_anna(person)
    await boots.report(kind="numbness")
    end = boots.coordinator.session.state.last_end
    assert end is not None
    assert end.cause.why == "requested"
    told = " ".join(
        str((state.state, state.attributes)) for state in hass.states.async_all()
    )
    assert "numbness" not in told


@pytest.mark.parametrize("kind", WARNINGS)
async def test_a_warning_is_shown_and_locks(
    boots: Coached, person: Context, kind: Discomfort
) -> None:
    """In the response, as a repair and to everybody; without saying what it was."""
    await boots.worn_by_anna(person)
    told = await boots.report(kind=kind.value, one_sided=True)
    assert told["locked"]
    assert "urgent care" in told["warning_signs"]
    assert "{" not in told["warning_signs"]
    assert boots.empty
    assert boots.coordinator.coach.locked(boots.anna)
    assert boots.issues == {LOCK_OF_ANNA}
    await until(lambda: LOCK_OF_ANNA in boots.notifications)
    shown = boots.notifications[LOCK_OF_ANNA]
    # Everybody at home sees it.
    assert "Anna" not in shown["title"] + shown["message"]
    assert shown["message"] == told["warning_signs"]
    assert set(boots.notifications) == {LOCK_OF_ANNA}


async def test_an_earlier_lock_is_told_to_who_may_know_it(
    hass: HomeAssistant, boots: Coached, person: Context
) -> None:
    """The wearer does; neither another account nor a routine."""

    async def told(context: Context | None) -> Any:
        response = await hass.services.async_call(
            DOMAIN,
            "report_discomfort",
            {"wearer": "Anna", "kind": "tingling"},
            blocking=True,
            return_response=True,
            context=context,
        )
        assert response is not None
        return response["locked"]

    eve = await hass.auth.async_create_user("Eve", group_ids=["system-users"])
    hass.states.async_set("person.anna", "home", {"user_id": person.user_id})
    assert await told(person) is False
    boots.diary.discomfort(ANNA_ID, Discomfort.HEAT, one_sided=True)
    assert await told(person) is True
    assert await told(Context(user_id=eve.id)) is None
    assert await told(None) is None


async def test_on_both_sides_it_is_no_warning(boots: Coached) -> None:
    """Both legs are heavy in the evening."""
    told = await boots.report(kind="swelling", wearer="Anna")
    assert not told["locked"]
    assert told["warning_signs"] is None
    assert boots.issues == set()


async def test_what_is_locked_stays_so_over_a_reload(
    hass: HomeAssistant, boots: Coached
) -> None:
    """And is shown again; it goes when the wearer does."""
    await boots.report(kind="pain", one_sided=True, wearer="Anna")
    assert await hass.config_entries.async_reload(boots.entry.entry_id)
    await until(lambda: LOCK_OF_ANNA in boots.notifications)
    assert boots.issues == {LOCK_OF_ANNA}
    hass.config_entries.async_remove_subentry(boots.entry, ANNA_ID)
    await hass.async_block_till_done()
    boots.diary.tell()
    assert boots.issues == set()
    assert LOCK_OF_ANNA not in boots.notifications


async def test_nothing_stays_of_an_entry_that_is_removed(
    hass: HomeAssistant, boots: Coached
) -> None:
    """Neither the repair nor what everybody sees."""
    await boots.report(kind="pain", one_sided=True, wearer="Anna")
    await boots.report(kind="pain", wearer="guest")
    await until(lambda: len(boots.notifications) == 2)
    await hass.config_entries.async_remove(boots.entry.entry_id)
    assert boots.issues == set()
    assert boots.notifications == {}


async def test_what_was_read_at_once_is_not_shown_again(
    hass: HomeAssistant, boots: Coached, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The texts may take longer than the person."""
    loaded, own = asyncio.Event(), warning_signs.async_get_translations

    async def slowly(*args: Any) -> dict[str, str]:
        await loaded.wait()
        return await own(*args)

    monkeypatch.setattr(warning_signs, "async_get_translations", slowly)
    boots.diary.discomfort(ANNA_ID, Discomfort.HEAT, one_sided=True)
    assert boots.issues == {LOCK_OF_ANNA}
    boots.diary.unlock(ANNA_ID)
    loaded.set()
    await hass.async_block_till_done()
    assert boots.notifications == {}
    assert boots.issues == set()


@pytest.mark.parametrize("by_action", [False, True])
async def test_the_wearer_acknowledges_with_their_own_hand(
    hass: HomeAssistant, boots: Coached, person: Context, by_action: bool
) -> None:
    """Not a routine, and not another account."""

    async def read(context: Context | None = None) -> None:
        if by_action:
            await acknowledge(boots, context)
        else:
            await boots.says("acknowledge_warning", context)

    await boots.report(kind="heat", one_sided=True, wearer="Anna")
    hass.states.async_set("person.anna", "home", {"user_id": "another"})
    for context in (None, person):
        with pytest.raises(ServiceValidationError) as refusal:
            await read(context)
        assert refusal.value.translation_key == "own_hand_needed"
        assert boots.coordinator.coach.locked(boots.anna)
    hass.states.async_set("person.anna", "home", {"user_id": person.user_id})
    await read(person)
    await hass.async_block_till_done()
    assert not boots.coordinator.coach.locked(boots.anna)
    assert boots.issues == set()
    assert boots.notifications == {}


async def test_a_wearer_who_is_no_person_is_let_by_any(
    hass: HomeAssistant, boots: Coached, person: Context
) -> None:
    """Just a name: there is no account to sign in with."""
    hass.config_entries.async_update_subentry(
        boots.entry, boots.entry.subentries[ANNA_ID], data={"name": "Anna"}
    )
    await boots.report(kind="heat", one_sided=True, wearer="Anna")
    await acknowledge(boots, person, wearer="Anna")
    assert not boots.coordinator.coach.locked(boots.anna)


async def test_an_acknowledgement_says_whose_it_is(
    boots: Coached, person: Context
) -> None:
    """Where there are two; with nothing to read it is fine."""
    await acknowledge(boots, person)
    for name in ("Anna", "Ben"):
        await boots.report(kind="pain", one_sided=True, wearer=name)
    with pytest.raises(ServiceValidationError) as refusal:
        await acknowledge(boots, person)
    assert refusal.value.translation_key == "say_whose"
    with pytest.raises(ServiceValidationError) as refusal:
        await acknowledge(boots, person, wearer="Zoe")
    assert refusal.value.translation_key == "unknown_wearer"
    with pytest.raises(ServiceValidationError) as refusal:
        await acknowledge(boots, person, entity_id="sensor.none")
    assert refusal.value.translation_key == "no_boots"
    await acknowledge(boots, person, wearer="Ben", device_id=boots.device.id)
    assert boots.diary.locks == {ANNA_ID}


async def test_a_guest_is_shown_the_signs_and_nothing_is_kept(
    boots: Coached, person: Context
) -> None:
    """Nobody knows who it was."""
    await boots.run(person)
    told = await boots.report(kind="swelling", one_sided=True)
    assert boots.empty
    assert not told["recorded"]
    assert not told["locked"]
    assert "urgent care" in told["warning_signs"]
    assert set(boots.notifications) == {"warning_signs"}
    assert boots.diary.reported == []
    assert boots.issues == set()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"kind": "a feeling of doom"}, "discomfort_unknown"),
        ({"one_sided": "perhaps"}, "discomfort_unknown"),
        ({"wearer": ["Anna", "Ben"]}, "discomfort_unknown"),
        ({"wearer": "Zoe"}, "unknown_wearer"),
        ({"entity_id": "sensor.none"}, "no_boots"),
        ({"entity_id": {"what": "ever"}}, "no_boots"),
        ({"entity_id": 5}, "no_boots"),
    ],
)
@pytest.mark.parametrize("with_response", [False, True])
async def test_it_stops_before_anything_can_be_wrong(
    boots: Coached,
    person: Context,
    data: dict[str, Any],
    key: str,
    with_response: bool,
) -> None:
    """However wrong the call is."""
    await boots.worn_by_anna(person)
    if with_response:
        told = await boots.report(**data)
        assert not told["recorded"]
        assert told["message"]
        assert told["boots"][0]["result"] == "stopped"
    else:
        with pytest.raises(ServiceValidationError) as refusal:
            await boots.call(DOMAIN, "report_discomfort", data)
        assert refusal.value.translation_key == key
    assert boots.empty
    assert boots.diary.reported == []


async def test_without_a_response_it_is_kept_as_well(boots: Coached) -> None:
    """An automation reads none."""
    await boots.call(DOMAIN, "report_discomfort", {"wearer": "Anna"})
    assert boots.diary.reported == [(ANNA_ID, Discomfort.UNSPECIFIED, False)]


@pytest.mark.parametrize("by_button", [False, True])
async def test_a_stop_that_is_not_confirmed_is_said_last(
    boots: Coached, monkeypatch: pytest.MonkeyPatch, by_button: bool
) -> None:
    """What was felt is kept all the same; what to do with one's hands matters more."""

    async def stop(_cause: object) -> Outcome:
        return Outcome(result="not_confirmed")

    async def report() -> None:
        if by_button:
            await boots.says("report_discomfort")
        else:
            await boots.call(DOMAIN, "report_discomfort", {"wearer": "Anna"})

    with monkeypatch.context() as context:
        context.setattr(boots.coordinator.session, "stop", stop)
        with pytest.raises(HomeAssistantError) as failure:
            await report()
    assert failure.value.translation_key == "stop_not_confirmed"
    assert [wearer_id for wearer_id, *_ in boots.diary.reported] == [ANNA_ID]


async def test_a_caller_who_goes_away_takes_nothing_back(
    boots: Coached, person: Context
) -> None:
    """Once said it is heard to its end."""
    await boots.worn_by_anna(person)
    call = asyncio.create_task(
        boots.hass.services.async_call(
            DOMAIN,
            "report_discomfort",
            {"kind": "pain", "one_sided": True},
            blocking=True,
        )
    )
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    call.cancel()
    await until(lambda: boots.diary.locked(ANNA_ID))
    await until(lambda: boots.empty)


async def test_the_actions_take_what_their_forms_offer(boots: Coached) -> None:
    """Every kind is one; nothing else passes for an acknowledgement."""
    with pytest.raises(vol.Invalid):
        await acknowledge(boots, kind="pain")
    assert boots.coordinator.household.current == GUEST


class TestTwoPairs:
    """Two pairs of boots in one house."""

    @pytest.fixture
    def house_plan(self) -> dict[str, Any]:
        """Have room for four links."""
        return {"pairs": 2, "proxies": 2, "speed": 20.0}

    @pytest.fixture
    async def pairs(
        self, proxied_hass: HomeAssistant, house: House
    ) -> AsyncGenerator[tuple[Coached, Coached]]:
        """Return both."""
        one = await set_up(proxied_hass, house)
        other = await set_up(proxied_hass, house, "pair2")
        yield one, other
        for each in (one, other):
            await proxied_hass.config_entries.async_unload(each.entry.entry_id)

    async def test_without_a_target_all_are_stopped(
        self, pairs: tuple[Coached, Coached], person: Context
    ) -> None:
        """And it is about the one who was in a session."""
        one, other = pairs
        await one.worn_by_anna(person)
        told = await one.report(kind="pain")
        assert [each["result"] for each in told["boots"]] == ["stopped", "already_idle"]
        assert [wearer_id for wearer_id, *_ in one.diary.reported] == [ANNA_ID]
        assert other.diary.reported == []

    async def test_it_has_to_be_clear_whose_it_is(
        self, pairs: tuple[Coached, Coached]
    ) -> None:
        """A name, or boots; who wears both is meant with both."""
        one, other = pairs
        with pytest.raises(ServiceValidationError) as refusal:
            await one.call(DOMAIN, "report_discomfort", {"kind": "pain"})
        assert refusal.value.translation_key == "say_whose"
        await one.report(kind="pain", wearer="Ben")
        assert one.diary.reported == [(BEN_ID, Discomfort.PAIN, False)]
        assert other.diary.reported == [(BEN_ID, Discomfort.PAIN, False)]

    async def test_a_target_leaves_the_others_alone(
        self, hass: HomeAssistant, pairs: tuple[Coached, Coached], person: Context
    ) -> None:
        """Also by the wearer's own device."""
        one, other = pairs
        await one.worn_by_anna(person)
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, f"{other.entry.entry_id}_wearer_{ANNA_ID}"), other.entry.entry_id
        )
        assert device is not None
        told = await one.report(device_id=device.id, wearer="Anna")
        assert told["boots"] == [{"name": "pair2", "result": "already_idle"}]
        assert one.phase == "running"
        told = await one.report(entity_id="all", wearer="Anna")
        assert len(told["boots"]) == 2
        assert one.phase == "ready"
        assert len(one.diary.reported) == len(other.diary.reported) == 1


async def test_without_boots_it_says_so(hass: HomeAssistant, boots: Coached) -> None:
    """There is nothing to stop."""
    assert await hass.config_entries.async_unload(boots.entry.entry_id)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(DOMAIN, "report_discomfort")
    assert refusal.value.translation_key == "no_boots"


@pytest.mark.parametrize("how", ["button", "switch", "report"])
async def test_nothing_is_looked_up_before_a_stop_is_sent(
    boots: Coached, person: Context, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Why boots cannot be reached is for who could not reach them."""
    await boots.worn_by_anna(person)

    def broken() -> str:
        raise RuntimeError("no radio")

    monkeypatch.setattr(boots.coordinator, "reachability", broken)
    match how:
        case "button":
            await boots.press("stop")
        case "switch":
            await boots.switch(False)
        case _:
            await boots.says("report_discomfort")
    await until(lambda: boots.empty)
    assert boots.phase == "ready"


async def test_a_warning_locks_while_the_air_goes_out(
    boots: Coached, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boots that cannot be reached must not leave time for another start."""
    let_go = asyncio.Event()
    sent: list[bool] = []

    async def stop(_cause: object) -> Outcome:
        sent.append(boots.diary.locked(ANNA_ID))
        await let_go.wait()
        return Outcome(result="not_reached")

    with monkeypatch.context() as context:
        context.setattr(boots.coordinator.session, "stop", stop)
        report = asyncio.create_task(
            boots.report(wearer="Anna", kind="pain", one_sided=True)
        )
        await until(lambda: boots.diary.locked(ANNA_ID))
        assert sent == [False]
        assert not report.done()
        let_go.set()
        assert (await report)["locked"]

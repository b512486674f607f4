"""A stop that is not confirmed calls the wearer, too, and says what hands can do."""

from dataclasses import replace
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people.wearer import GUEST

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON, run
from .companion import Companion
from .conftest import Household

HANDS = ("power button", "pull the hoses off", "take the boots off")


@pytest.fixture
async def wearing(boots: Acting, household: Household) -> Household:
    """Have the alarms know who wears the boots."""
    assert await async_setup_component(boots.hass, "persistent_notification", {})
    boots.coordinator.alarms.wearing = household
    boots.coordinator.pair.stop_limit_s = 1
    return household


def issue(boots: Acting) -> ir.IssueEntry | None:
    """Return the repair issue of the stop."""
    return ir.async_get(boots.hass).async_get_issue(
        DOMAIN, f"stop_not_confirmed_{boots.entry.entry_id}"
    )


def side_bar(boots: Acting) -> str:
    """Return what the side bar says."""
    told = persistent_notification._async_get_or_create_notifications(boots.hass)
    return "".join(notification["message"] for notification in told.values())


@pytest.mark.usefixtures("wearing")
async def test_the_leg_out_of_reach_is_named_with_what_it_promises(
    boots: Acting, phone: Companion
) -> None:
    """On the phone even when muted, in the side bar, as a repair, entity and event."""
    await run(boots)
    left = boots.house.boots["pair1-left"]
    left.faults.range(False)
    outcome = await boots.coordinator.session.stop(PERSON)
    assert outcome.result == "not_confirmed"
    await until(lambda: "Out of reach: Left leg." in side_bar(boots))
    await until(
        lambda: (
            phone.screen and "Out of reach: Left leg." in phone.notification["message"]
        )
    )
    for text in (side_bar(boots), phone.notification["message"]):
        assert "10 seconds after they last heard from Home Assistant" in text
        for words in HANDS:
            assert words in text
    assert "**" not in phone.notification["message"]
    calls = [push for push in phone.pushes if "push" in push["data"]]
    critical = [
        push
        for push in calls
        if push["data"]["push"]["interruption-level"] == "critical"
    ]
    assert critical == calls[:1]
    assert critical[0]["data"]["push"]["sound"]["critical"] == 1
    assert critical[0]["data"]["channel"] == "alarm_stream"
    assert (told := issue(boots)) is not None
    assert told.translation_key == "stop_not_confirmed_out_of_reach"
    assert told.translation_placeholders == {
        "name": "Boots",
        "leg": "Left leg",
        "seconds": "10",
    }
    problem = boots.get("binary_sensor", "problem")
    assert problem.state == "on"
    assert problem.attributes["stop_unconfirmed"]
    history = boots.get("event", "session").attributes
    assert history["event_type"] in ("stop_unconfirmed", "stopped")

    left.faults.range(True)
    await until(lambda: issue(boots) is None, 60)
    await until(lambda: not phone.screen)
    assert side_bar(boots) == ""
    assert boots.empty


@pytest.mark.usefixtures("wearing")
async def test_nothing_is_promised_of_boots_that_promise_nothing(
    boots: Acting, phone: Companion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both legs are out of reach, and only hands help."""
    await run(boots)
    for unit in boots.coordinator.units:
        known = unit.capabilities
        assert known is not None
        fail_safes = replace(known.fail_safes, vents_on_silence=False)
        monkeypatch.setattr(
            unit, "_capabilities", replace(known, fail_safes=fail_safes)
        )
    for each in boots.house.boots.values():
        each.faults.range(False)
    await boots.coordinator.session.stop(PERSON)
    await until(lambda: "Out of reach: Both legs." in side_bar(boots))
    assert "Nothing says that boots of this kind let the air out" in side_bar(boots)
    assert "seconds" not in side_bar(boots)
    assert (told := issue(boots)) is not None
    assert told.translation_key == "stop_not_confirmed_unpromised"
    for each in boots.house.boots.values():
        each.faults.range(True)
    await until(lambda: issue(boots) is None, 60)


async def test_a_phone_that_is_also_chosen_is_called_once(
    boots: Acting, phone: Companion, wearing: Household
) -> None:
    """Loudly, as the wearer's."""
    boots.hass.config_entries.async_update_entry(
        boots.entry, options={"notify_targets": ["notify.mobile_app_anna_s_phone"]}
    )
    await run(boots)
    for each in boots.house.boots.values():
        each.faults.range(False)
    await boots.coordinator.session.stop(PERSON)
    await until(lambda: "Out of reach: Both legs." in side_bar(boots))
    await boots.hass.async_block_till_done()
    assert all("tag" in push["data"] for push in phone.pushes)
    for each in boots.house.boots.values():
        each.faults.range(True)
    await until(lambda: issue(boots) is None, 60)


async def test_a_guest_has_no_phone_and_the_chosen_are_told(
    boots: Acting, phone: Companion, wearing: Household
) -> None:
    """The same phone, chosen for everybody's alarms, is told as the others are."""
    wearing.put_on(GUEST)
    pushes: list[dict[str, Any]] = []
    phone.receive = pushes.append  # type: ignore[method-assign]
    boots.hass.config_entries.async_update_entry(
        boots.entry, options={"notify_targets": ["notify.mobile_app_anna_s_phone"]}
    )
    await run(boots)
    for each in boots.house.boots.values():
        each.faults.range(False)
    await boots.coordinator.session.stop(PERSON)
    await until(lambda: pushes)
    assert "data" not in pushes[0]
    for words in HANDS:
        assert words in pushes[0]["message"]
    for each in boots.house.boots.values():
        each.faults.range(True)
    await until(lambda: issue(boots) is None, 60)

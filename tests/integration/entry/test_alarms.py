"""Telling people what only a person can put right."""

import asyncio
from dataclasses import replace
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.alarms import Alarms
from custom_components.kumo_boots.boots.model import Fault
from custom_components.kumo_boots.const import DOMAIN

from ..conftest import until
from ..entities.acting import Acting
from .running import PERSON, run


def issues(hass: HomeAssistant) -> set[str]:
    """Return what the repairs dashboard tells of the boots."""
    return {
        issue.translation_key or ""
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active and not issue.is_fixable
    }


def notifications(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the notifications in the side bar."""
    return list(
        persistent_notification._async_get_or_create_notifications(hass).values()
    )


@pytest.fixture
async def told(boots: Acting) -> list[ServiceCall]:
    """Have a phone, a tablet and something that fails, all of them to be told."""
    calls: list[ServiceCall] = []

    async def take(call: ServiceCall) -> None:
        calls.append(call)

    async def fail(call: ServiceCall) -> None:
        raise RuntimeError("no reception")

    boots.hass.services.async_register("notify", "broken", fail)
    boots.hass.services.async_register("notify", "phone", take)
    boots.hass.services.async_register("notify", "send_message", take)
    boots.hass.config_entries.async_update_entry(
        boots.entry,
        options={"notify_targets": ["notify.broken", "notify.phone", "notify.tablet"]},
    )
    return calls


async def test_a_stop_that_is_not_confirmed_is_told_by_everything_at_hand(
    boots: Acting, told: list[ServiceCall], caplog: pytest.LogCaptureFixture
) -> None:
    """And taken back when the boots are empty."""
    assert await async_setup_component(boots.hass, "persistent_notification", {})
    await run(boots)
    boots.coordinator.pair.stop_limit_s = 1
    for unit in boots.house.boots.values():
        unit.faults.range(False)
    outcome = await boots.coordinator.session.stop(PERSON)
    assert outcome.result == "not_confirmed"
    await until(lambda: len(told) == 2)
    await until(lambda: "Could not notify" in caplog.text)
    await until(lambda: issues(boots.hass) == {"stop_not_confirmed_out_of_reach"})
    await until(lambda: "Both legs" in notifications(boots.hass)[0]["message"])
    (notification,) = notifications(boots.hass)
    assert notification["title"] == "Boots: please check that the boots are empty"
    for words in ("power button", "pull the hoses", "take the boots off"):
        assert words in notification["message"]
    phone, tablet = told
    for words in ("power button", "pull the hoses", "take the boots off"):
        assert words in phone.data["message"]
    assert "**" not in phone.data["message"]
    assert tablet.data["entity_id"] == ["notify.tablet"] or (
        tablet.data["entity_id"] == "notify.tablet"
    )
    assert "Could not notify notify.broken" in caplog.text
    assert "no reception" in caplog.text

    for unit in boots.house.boots.values():
        unit.faults.range(True)
    await until(lambda: not boots.coordinator.session.state.stop_unconfirmed, 60)
    assert boots.empty
    assert issues(boots.hass) == set()
    assert notifications(boots.hass) == []


async def test_a_wearer_who_cannot_be_told_keeps_nobody_else_from_it(
    boots: Acting, told: list[ServiceCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with their phone."""
    monkeypatch.setattr(
        "custom_components.kumo_boots.alarms.Phone.of", lambda *args: 1 / 0
    )
    alarms, fine = boots.coordinator.alarms, boots.coordinator.data
    alarms.update(replace(fine, session=replace(fine.session, stop_unconfirmed=True)))
    await until(lambda: len(told) == 2)
    alarms.update(fine)


async def test_a_fault_is_told_until_it_is_gone(boots: Acting) -> None:
    """With what to do at the boots."""
    left = boots.house.boots["pair1-left"]
    left.faults.sensor(1)
    await until(lambda: issues(boots.hass))
    assert issues(boots.hass) == {"fault_sensor"}
    left.faults.repair()
    left.faults.press("stop")
    await until(lambda: not issues(boots.hass))


async def test_nothing_is_told_any_more_when_the_entry_is_gone(boots: Acting) -> None:
    """Whatever was told."""
    boots.house.boots["pair1-left"].faults.sensor(1)
    await until(lambda: issues(boots.hass))
    await boots.hass.config_entries.async_remove(boots.entry.entry_id)
    assert issues(boots.hass) == set()
    assert notifications(boots.hass) == []


async def test_what_is_over_before_the_words_are_found_is_not_told(
    boots: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The boots reported empty meanwhile."""

    async def slowly(*args: Any) -> dict[str, str]:
        await asyncio.sleep(0.1)
        return await async_get_translations(*args)

    monkeypatch.setattr(
        "custom_components.kumo_boots.wording.async_get_translations", slowly
    )
    alarms = boots.coordinator.alarms
    fine = boots.coordinator.data
    alarms.update(replace(fine, session=replace(fine.session, stop_unconfirmed=True)))
    alarms.update(fine)
    await boots.hass.async_block_till_done()
    assert issues(boots.hass) == set()
    assert notifications(boots.hass) == []


async def test_an_alarm_survives_a_reload_until_the_boots_are_empty(
    boots: Acting,
) -> None:
    """Nobody confirmed anything by reloading, and it is taken back all the same."""
    assert await async_setup_component(boots.hass, "persistent_notification", {})
    await run(boots)
    boots.coordinator.pair.stop_limit_s = 1
    for unit in boots.house.boots.values():
        unit.faults.range(False)
    await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    (told,) = issues(boots.hass)
    assert told.startswith("stop_not_confirmed")
    assert len(notifications(boots.hass)) == 1
    assert not boots.coordinator.session.state.stop_unconfirmed
    for unit in boots.house.boots.values():
        unit.faults.range(True)
    await until(lambda: not issues(boots.hass), 60)
    assert notifications(boots.hass) == []
    assert boots.empty
    assert boots.coordinator.data.pair.empty


async def test_what_was_told_before_is_taken_back_by_boots_that_are_well(
    boots: Acting,
) -> None:
    """By their first report, though this run of the entry has told nothing itself."""
    hass, fine = boots.hass, boots.coordinator.data
    assert await async_setup_component(hass, "persistent_notification", {})
    assert await hass.config_entries.async_unload(boots.entry.entry_id)
    before = Alarms(hass, boots.entry)
    before.update(
        replace(
            fine,
            session=replace(fine.session, stop_unconfirmed=True),
            pair=replace(fine.pair, faults=frozenset({Fault.SENSOR})),
        )
    )
    await hass.async_block_till_done()
    assert issues(hass) == {"stop_not_confirmed", "fault_sensor"}
    assert len(notifications(hass)) == 1
    assert await hass.config_entries.async_setup(boots.entry.entry_id)
    assert issues(hass) == {"stop_not_confirmed", "fault_sensor"}
    await until(lambda: not issues(hass))
    assert notifications(hass) == []

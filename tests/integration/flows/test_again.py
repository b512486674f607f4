"""Boots that are set up: paired again, or with a unit replaced."""

import asyncio

from homeassistant.components import bluetooth
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.kumo_boots.boots.session import Actor, Cause
from simulator.house import House

from ..conftest import until
from ..entities.conftest import entry_of
from .test_by_hand import FAST, choices, heard
from .walking import Walk, begin, discovered, flows

PERSON = Cause(actor=Actor.PERSON, why="confirmed")


async def set_up(hass: HomeAssistant, house: House) -> ConfigEntry:
    """Set up the first pair and wait until it is linked."""
    await heard(hass, house)
    for flow in flows(hass):
        hass.config_entries.flow.async_abort(flow["flow_id"])
    entry = entry_of(house)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.data.connected)
    return entry


async def working(entry: ConfigEntry) -> None:
    """Wait until the entry is loaded and a session can run, and run one."""
    await until(
        lambda: (
            entry.state is ConfigEntryState.LOADED
            and entry.runtime_data.data.connected
            and entry.runtime_data.session.state.phase == "idle"
        )
    )
    coordinator = entry.runtime_data
    await coordinator.session.request(coordinator.settings_from_setpoints(), PERSON)
    await coordinator.session.confirm(PERSON)
    await until(lambda: coordinator.data.phase == "running")
    await coordinator.session.stop(PERSON)


async def asked_again(hass: HomeAssistant) -> Walk:
    """Wait for the reauthentication and open it."""
    await until(lambda: any("entry_id" in flow["context"] for flow in flows(hass)))
    (flow,) = [flow for flow in flows(hass) if "entry_id" in flow["context"]]
    return Walk(hass, await hass.config_entries.flow.async_configure(flow["flow_id"]))


async def test_boots_that_were_reset_are_paired_again(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Only the one that refuses."""
    entry = await set_up(proxied_hass, house)
    before = [unit["key"] for unit in entry.data["units"]]
    left = house.boots["pair1-left"]
    left.unit.keys.erase_all()
    await proxied_hass.config_entries.async_reload(entry.entry_id)
    walk = await asked_again(proxied_hass)
    assert walk.result["step_id"] == "reauth_confirm"
    await walk.submit()
    await walk.pair(house, "pair1-left")
    assert walk.result["type"] is FlowResultType.ABORT
    assert walk.result["reason"] == "reauth_successful"
    after = [unit["key"] for unit in entry.data["units"]]
    assert [a != b for a, b in zip(before, after, strict=True)] == [True, False]
    await working(entry)
    assert flows(proxied_hass) == []


async def test_all_are_paired_again_when_it_is_not_known_which(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """The entry is not loaded, say."""
    entry = await set_up(proxied_hass, house)
    await proxied_hass.config_entries.async_unload(entry.entry_id)
    entry.async_start_reauth(proxied_hass)
    walk = await asked_again(proxied_hass)
    await walk.submit()
    await walk.pair(house, *house.boots)
    assert walk.result["reason"] == "reauth_successful"
    await working(entry)


async def test_walking_away_from_pairing_again_gives_the_link_back(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """It was left to the flow."""
    entry = await set_up(proxied_hass, house)
    entry.async_start_reauth(proxied_hass)
    walk = await asked_again(proxied_hass)
    await walk.submit()
    coordinator = entry.runtime_data
    await until(lambda: coordinator.data.link_free)
    await until(lambda: all(boots.connection for boots in house.boots.values()))
    await asyncio.sleep(0.3)
    proxied_hass.config_entries.flow.async_abort(walk.flow_id)
    await until(lambda: not coordinator.data.link_free)
    await until(lambda: not any(boots.connection for boots in house.boots.values()))


async def test_a_session_is_not_disturbed(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Neither pairing again nor replacing begins while one runs."""
    entry = await set_up(proxied_hass, house)
    entry.async_start_reauth(proxied_hass)
    walk = await asked_again(proxied_hass)
    coordinator = entry.runtime_data
    await coordinator.session.request(coordinator.settings_from_setpoints(), PERSON)
    await coordinator.session.confirm(PERSON)
    await walk.submit()
    assert walk.result["reason"] == "in_session"
    walk = await begin(proxied_hass, SOURCE_RECONFIGURE, entry_id=entry.entry_id)
    assert walk.result["reason"] == "in_session"
    assert coordinator.session.state.phase in {"starting", "running"}
    assert house.witness.entries(kind="ended") == []


@pytest.mark.parametrize("house_plan", [FAST | {"pairs": 2}])
async def test_a_unit_is_replaced(proxied_hass: HomeAssistant, house: House) -> None:
    """The entry, its pair id and the other leg stay; wrong legs are refused."""
    entry = await set_up(proxied_hass, house)
    pair_id = entry.data["pair_id"]
    old = house.boots["pair1-left"]
    await old.faults.power(False)

    async def replace(new: str) -> Walk:
        walk = await begin(proxied_hass, SOURCE_RECONFIGURE, entry_id=entry.entry_id)
        assert choices(walk.result, "replace")[old.address] == "Boots1L (left)"
        await walk.submit({"replace": old.address})
        await walk.settle()
        assert walk.result["step_id"] == "replace"
        address = house.boots[new].address
        assert address in choices(walk.result)
        await walk.submit({"boots": address})
        await walk.pair(house, new)
        return walk

    walk = await replace("pair2-right")
    assert walk.result["reason"] == "wrong_leg"
    await until(lambda: not entry.runtime_data.data.link_free)
    walk = await replace("pair2-left")
    assert walk.result["reason"] == "reconfigure_successful"
    assert entry.data["pair_id"] == pair_id
    assert [unit["address"] for unit in entry.data["units"]] == [
        house.boots["pair2-left"].address,
        house.boots["pair1-right"].address,
    ]
    told = bytes(house.boots["pair2-left"].unit.read_capabilities()[15:19])
    assert told.hex() == pair_id
    await working(entry)
    assert bluetooth.async_scanner_count(proxied_hass) == 1


@pytest.mark.parametrize("expected_lingering_tasks", [True])  # the active scan's
async def test_there_is_nothing_to_replace_it_with(
    proxied_hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said like any search that found nothing."""
    monkeypatch.setattr("custom_components.kumo_boots.found.SCAN_RESPONSE_S", 0.5)
    entry = await set_up(proxied_hass, house)
    walk = await begin(proxied_hass, SOURCE_RECONFIGURE, entry_id=entry.entry_id)
    await walk.submit()
    await walk.settle()
    assert walk.result["step_id"] == "none_found"


@pytest.mark.parametrize("house_plan", [FAST | {"pairs": 1, "acquainted": False}])
async def test_a_unit_without_a_pair_stays_without(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Nothing is written to it."""
    await heard(proxied_hass, house)
    walk = (await discovered(proxied_hass, 2))[0]
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    await walk.submit()
    entry = walk.entry
    entry.async_start_reauth(proxied_hass)
    walk = await asked_again(proxied_hass)
    await walk.submit()
    await walk.pair(house, *house.boots)
    assert walk.result["reason"] == "reauth_successful"
    for boots in house.boots.values():
        assert bytes(boots.unit.read_capabilities()[15:19]) == bytes(4)

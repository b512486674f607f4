"""From *Discovered* to ready."""

import asyncio
from unittest.mock import patch

from habluetooth import get_manager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.kumo_boots.boots.errors import LinkLostError
from custom_components.kumo_boots.boots.model import BOTH, Side
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.found import FoundBoots, FoundUnit, partners
from custom_components.kumo_boots.remembered import pair_hash
from simulator.house import House

from ..conftest import until
from .walking import add_pair, discovered, flows


async def test_a_pair_is_one_flow_of_few_screens_and_clicks(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Two units, one *Discovered*, at most four screens and eight clicks."""
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    await walk.pair(house, "pair1-left", "pair1-right")
    assert walk.result["step_id"] == "done"
    # What a lost connection means is said before anybody puts them on.
    assert walk.result["description_placeholders"]["lease"] == "10"
    await walk.submit({"try": True})
    walk.clicks += 1  # Home Assistant's own last screen: Finish

    entry = walk.entry
    assert [*walk.screens, "finish"] == ["precautions", "pair", "done", "finish"]
    assert walk.clicks <= 8
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == house.boots["pair1-left"].config["model"]
    assert [unit["legs"] for unit in entry.data["units"]] == [["left"], ["right"]]
    assert flows(proxied_hass) == []
    assert proxied_hass.config_entries.async_entries(DOMAIN) == [entry]

    # The first try waits for a person, like everything else.
    coordinator = entry.runtime_data
    await until(lambda: coordinator.data.connected)
    await until(lambda: coordinator.session.state.phase == "awaiting")
    settings = coordinator.session.state.settings
    assert (settings.target_mmhg, settings.duration_s) == (25, 120)
    assert house.witness.entries(kind="inflation") == []


@pytest.mark.parametrize(
    "house_plan", [{"pairs": 1, "proxies": 1, "speed": 20.0, "shape": "one_unit"}]
)
async def test_one_unit_for_both_legs(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Hoses to both legs: one button to hold; no first try unless asked for."""
    entry = await add_pair(proxied_hass, house)
    (unit,) = entry.data["units"]
    assert unit["legs"] == ["left", "right"]
    await until(lambda: entry.runtime_data.data.connected)
    assert entry.runtime_data.session.state.phase == "idle"


async def test_precautions_come_first(proxied_hass: HomeAssistant) -> None:
    """Nothing goes on before they are acknowledged."""
    (walk,) = await discovered(proxied_hass)
    await walk.submit()
    assert walk.errors == {"understood": "acknowledge"}
    assert walk.result["step_id"] == "precautions"


async def test_nobody_holds_the_button_then_somebody_does(
    proxied_hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window is closed: said so, and tried again; what succeeded is kept."""
    monkeypatch.setattr("custom_components.kumo_boots.pairing.PAIRING_WINDOW_S", 4)
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    await walk.pair(house, "pair1-left")
    assert walk.result["step_id"] == "pair_failed"
    assert walk.errors == {"base": "pairing_window_closed"}
    assert "proxy1" in walk.result["description_placeholders"]["reason"]
    await walk.submit()
    await walk.pair(house, "pair1-right")
    await walk.submit()
    assert len(walk.entry.data["units"]) == 2
    stored = [
        entry
        for entry in house.witness.entries(boots="pair1-left", kind="firmware")
        if entry["event"] == "paired"
    ]
    assert len(stored) <= 1


async def test_boots_that_went_away_are_said_to_be_so(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Out of range."""
    (walk,) = await discovered(proxied_hass)
    for boots in house.boots.values():
        await boots.faults.power(False)
    with patch(
        "custom_components.kumo_boots.units.bluetooth.async_ble_device_from_address",
        return_value=None,
    ):  # as soon as Home Assistant noticed, minutes later
        await walk.submit({"understood": True})
        await walk.settle()
    assert walk.errors == {"base": "not_seen"}


async def test_pain_1_no_slots_is_said_to_be_so(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """With the reason."""
    (walk,) = await discovered(proxied_hass)
    house.proxies[0].slots = 0
    await walk.submit({"understood": True})
    await walk.settle()
    assert walk.errors == {"base": "no_slots"}
    house.proxies[0].slots = 3
    await walk.submit()
    await walk.pair(house, *house.boots)
    assert walk.result["step_id"] == "done"


async def test_boots_that_know_too_many_are_said_to_be_so(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """All slots are taken."""
    for boots in house.boots.values():
        for slot in range(8):
            boots.unit.keys.put(slot, bytes(32))
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    assert walk.errors == {"base": "controllers_full"}


async def test_a_refused_exchange_is_said_to_be_so(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """The boots do not prove that they are what they say."""
    (walk,) = await discovered(proxied_hass)
    house.boots["pair1-left"].unit.authorisation.serial = b"another"
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    assert walk.errors == {"base": "pairing_failed"}


async def test_walking_away_leaves_no_key(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Paired, but never finished: the boots forget."""
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    boots = house.boots["pair1-left"]
    assert boots.unit.keys.get(0) is not None
    proxied_hass.config_entries.flow.async_abort(walk.flow_id)
    await until(lambda: boots.unit.keys.get(0) is None)


async def test_walking_away_while_waiting(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """What was under way ends."""
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    assert walk.result["type"] is FlowResultType.SHOW_PROGRESS
    left = house.boots["pair1-left"]
    await until(lambda: left.connection)
    proxied_hass.config_entries.flow.async_abort(walk.flow_id)
    await until(lambda: not left.connection)
    assert flows(proxied_hass) == []


@pytest.fixture
async def only_left(house: House) -> None:
    """Have the right boot switched off."""
    await house.boots["pair1-right"].faults.power(False)


async def test_one_boot_alone_is_ready_and_the_other_joins_later(
    only_left: None, proxied_hass: HomeAssistant, house: House
) -> None:
    """The same entry, then with both legs."""
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    await walk.pair(house, "pair1-left")
    assert walk.result["step_id"] == "done_one_leg"
    await walk.submit()
    entry = walk.entry
    assert entry.runtime_data.capabilities.legs == {Side.LEFT}
    await until(lambda: entry.runtime_data.data.connected)

    await house.boots["pair1-right"].faults.power(True)
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    await walk.pair(house, "pair1-right")
    assert walk.result["type"] is FlowResultType.ABORT
    assert walk.result["reason"] == "leg_joined"
    await until(
        lambda: (
            entry.state is ConfigEntryState.LOADED
            and len(entry.runtime_data.units) == 2
            and entry.runtime_data.data.connected
        )
    )
    assert entry.runtime_data.capabilities.legs == BOTH
    assert proxied_hass.config_entries.async_entries(DOMAIN) == [entry]


async def test_the_other_boot_may_be_switched_on_after_the_card_came(
    only_left: None,
    proxied_hass: HomeAssistant,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The card may wait for hours; who clicks it then adds both."""
    monkeypatch.setattr("custom_components.kumo_boots.found.SCAN_RESPONSE_S", 0.3)
    (walk,) = await discovered(proxied_hass)
    await asyncio.sleep(1)  # Nobody looks for the other any more.
    monkeypatch.undo()
    await house.boots["pair1-right"].faults.power(True)
    await walk.submit({"understood": True})
    await walk.pair(house, "pair1-left", "pair1-right")
    assert walk.result["step_id"] == "done"
    await walk.submit()
    assert len(walk.entry.data["units"]) == 2


async def test_pain_11_the_air_is_asked_again_after_a_scanner_was_busy(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Home Assistant asks nobody while its adapters connect to something else."""
    (scanner,) = get_manager().async_current_scanners()
    scanner._add_connecting("C0:00:00:00:00:02")
    asyncio.get_running_loop().call_later(
        2, scanner._finished_connecting, "C0:00:00:00:00:02", False
    )
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    await walk.pair(house, "pair1-left", "pair1-right")
    assert walk.result["step_id"] == "done"


def with_the_hash_of(pair_id: bytes) -> bytes:
    """Return another pair id that is advertised alike."""
    return next(
        other
        for number in range(1, 1 << 24)
        if pair_hash(other := number.to_bytes(4)) == pair_hash(pair_id)
        and other != pair_id
    )


@pytest.fixture
async def impostor(house: House) -> None:
    """Have a right boot of another pair that is advertised like ours."""
    right = house.boots["pair1-right"]
    await right.faults.power(False)
    right.config["pair_id"] = with_the_hash_of(right.config["pair_id"])
    await right.faults.power(True)


async def test_a_hash_is_no_proof(
    impostor: None, proxied_hass: HomeAssistant, house: House
) -> None:
    """The pair ids are read, and differ."""
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    assert walk.result["type"] is FlowResultType.ABORT
    assert walk.result["reason"] == "not_a_pair"


async def test_a_failure_after_pairing_is_tried_again_without_the_buttons(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """What is agreed on stays agreed on."""
    (walk,) = await discovered(proxied_hass)
    await walk.submit({"understood": True})
    with patch(
        "custom_components.kumo_boots.pairing.intersect", side_effect=LinkLostError
    ):
        await walk.pair(house, *house.boots)
    assert walk.errors == {"base": "link_lost"}
    await walk.submit()
    await walk.settle()
    assert walk.result["step_id"] == "done"


def test_a_unit_that_is_not_heard_has_no_partner(hass: HomeAssistant) -> None:
    """It is alone for now."""
    unit = FoundUnit(
        address="C0:00:00:00:00:01",
        name="Boots",
        driver="",
        legs=frozenset(),
        pair_hash=None,
        rssi=-60,
    )
    with patch(
        "custom_components.kumo_boots.found.async_discovered_service_info",
        return_value=[],
    ):
        assert partners(hass, unit) == FoundBoots((unit,))

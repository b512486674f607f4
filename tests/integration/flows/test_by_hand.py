"""Adding boots by hand, and discoveries that are none."""

from typing import Any

from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import BluetoothServiceInfoBleak
from homeassistant.config_entries import (
    SOURCE_BLUETOOTH,
    SOURCE_IGNORE,
    SOURCE_USER,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots import found
from custom_components.kumo_boots.const import DOMAIN
from simulator.house import House

from ..conftest import HousePlan, until
from ..entities.conftest import entry_of
from .walking import add_pair, begin, discovered, flows

FAST: HousePlan = {"proxies": 1, "speed": 20.0}


def choices(result: Any, field: str = "boots") -> dict[str, str]:
    """Return what can be picked: labels by value."""
    options = result["data_schema"].schema[field].config["options"]
    return {option["value"]: option["label"] for option in options}


async def heard(hass: HomeAssistant, house: House) -> None:
    """Wait until all boots of the house were heard, scan responses included."""
    for boots in house.boots.values():
        await until(
            lambda boots=boots: (
                (info := bluetooth.async_last_service_info(hass, boots.address))
                and info.service_data
            )
        )


@pytest.mark.parametrize("house_plan", [FAST | {"pairs": 2}])
async def test_pick_one_of_two_pairs(proxied_hass: HomeAssistant, house: House) -> None:
    """A pair is one line; the other stays to be discovered."""
    await discovered(proxied_hass, 2)
    await heard(proxied_hass, house)
    walk = await begin(proxied_hass, SOURCE_USER)
    assert walk.result["step_id"] == "pick"
    labels = choices(walk.result)
    assert len(labels) == 2
    (second,) = [key for key, label in labels.items() if "Boots2L + Boots2R" in label]
    await walk.submit({"boots": list(labels)})
    assert walk.errors == {"boots": "pick_one_pair"}
    await walk.submit({"boots": []})
    assert walk.errors == {"boots": "pick_one_pair"}
    await walk.submit({"boots": [second]})
    await walk.submit({"understood": True})
    await walk.pair(house, "pair2-left", "pair2-right")
    await walk.submit()
    addresses = {unit["address"] for unit in walk.entry.data["units"]}
    assert addresses == {
        house.boots["pair2-left"].address,
        house.boots["pair2-right"].address,
    }
    (left_over,) = flows(proxied_hass)
    assert left_over["context"]["source"] == SOURCE_BLUETOOTH


@pytest.fixture
async def all_off(house: House) -> None:
    """Have all boots switched off."""
    for boots in house.boots.values():
        await boots.faults.power(False)


async def test_pain_11_not_there_is_said_and_looked_for_again(
    all_off: None,
    proxied_hass: HomeAssistant,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The air is asked actively; a clear message; then they are there."""
    monkeypatch.setattr("custom_components.kumo_boots.found.SCAN_RESPONSE_S", 1)
    asked: list[float | None] = []
    ask = found.async_request_active_scan

    async def listening(hass: HomeAssistant, duration: float | None = None) -> None:
        asked.append(duration)
        await ask(hass, duration)

    monkeypatch.setattr(found, "async_request_active_scan", listening)
    walk = await begin(proxied_hass, SOURCE_USER)
    assert walk.result["step_id"] == "search"
    await walk.settle()
    assert walk.result["step_id"] == "none_found"
    assert asked
    for boots in house.boots.values():
        await boots.faults.power(True)
    await walk.submit()
    await walk.settle()
    assert walk.result["step_id"] == "pick"
    await walk.submit()  # the only pair is picked already
    assert walk.result["step_id"] == "precautions"
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    await walk.submit()
    assert walk.entry.state is ConfigEntryState.LOADED


async def test_without_bluetooth_there_is_nothing_to_look_for(
    hass: HomeAssistant,
) -> None:
    """Said at once."""
    for component in ("homeassistant", "bluetooth"):
        assert await async_setup_component(hass, component, {})
    walk = await begin(hass, SOURCE_USER)
    assert walk.result["type"] is FlowResultType.MENU
    assert walk.result["step_id"] == "no_bluetooth"


@pytest.mark.parametrize("house_plan", [FAST | {"pairs": 1, "acquainted": False}])
async def test_two_strangers_become_a_pair(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Both are ticked; they are given the same pair id and know each other then."""
    await discovered(proxied_hass, 2)
    await heard(proxied_hass, house)
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.submit({"boots": list(choices(walk.result))})
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    await walk.submit()
    entry = walk.entry
    assert [unit["legs"] for unit in entry.data["units"]] == [["left"], ["right"]]
    assert entry.unique_id == entry.data["pair_id"]
    given = {bytes(b.unit.read_capabilities()[15:19]) for b in house.boots.values()}
    assert given == {bytes.fromhex(entry.data["pair_id"])}
    assert flows(proxied_hass) == []


@pytest.mark.parametrize(
    "house_plan",
    [FAST | {"pairs": 2, "acquainted": False, "config": {"legs": 1}}],
)
async def test_two_left_boots_are_no_pair(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Said after they told their legs; nothing is kept."""
    await discovered(proxied_hass, 4)
    await heard(proxied_hass, house)
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.submit({"boots": list(choices(walk.result))[:2]})
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    assert walk.result["type"] is FlowResultType.ABORT
    assert walk.result["reason"] == "not_a_pair"
    await until(lambda: all(not len(b.unit.keys) for b in house.boots.values()))


@pytest.mark.parametrize("house_plan", [FAST | {"pairs": 1, "acquainted": False}])
async def test_a_single_stranger_is_known_by_its_address(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """It has no pair id."""
    walk = (await discovered(proxied_hass, 2))[0]
    await walk.submit({"understood": True})
    await walk.pair(house, *house.boots)
    assert walk.result["step_id"] == "done_one_leg"
    await walk.submit()
    assert walk.entry.unique_id == walk.entry.data["units"][0]["address"]
    assert walk.entry.data["pair_id"] is None
    assert len(flows(proxied_hass)) == 1


def like(info: BluetoothServiceInfoBleak, **changes: Any) -> BluetoothServiceInfoBleak:
    """Return what another device would advertise."""
    known = {
        name: getattr(info, name)
        for name in (
            "name",
            "address",
            "rssi",
            "manufacturer_data",
            "service_data",
            "service_uuids",
            "source",
            "device",
            "advertisement",
            "connectable",
            "time",
            "tx_power",
        )
    }
    return BluetoothServiceInfoBleak(**(known | changes))


async def test_what_is_set_up_is_not_discovered(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Neither by its address, nor a leg that its pair has already; nor what is no boots."""
    await heard(proxied_hass, house)
    info = bluetooth.async_last_service_info(
        proxied_hass, house.boots["pair1-left"].address
    )
    assert info is not None
    await add_pair(proxied_hass, house)
    other = "C0:00:00:00:00:01"
    for heard_now, reason in (
        (info, "already_configured"),
        (like(info, address=other), "already_configured"),
        (like(info, address=other, service_uuids=[]), "not_supported"),
    ):
        result = await proxied_hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_BLUETOOTH}, data=heard_now
        )
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == reason


async def test_ignored_boots_stay_ignored(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Until somebody adds them by hand."""
    (walk,) = await discovered(proxied_hass)
    flow = proxied_hass.config_entries.flow.async_get(walk.flow_id)
    ignored = await proxied_hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": flow["context"]["unique_id"], "title": "Boots"},
    )
    assert ignored["type"] is FlowResultType.CREATE_ENTRY
    await until(lambda: not flows(proxied_hass))
    for boots in house.boots.values():
        bluetooth.async_rediscover_address(proxied_hass, boots.address)
    await proxied_hass.async_block_till_done()
    assert flows(proxied_hass) == []


@pytest.mark.parametrize(
    "house_plan", [FAST | {"pairs": 2, "config": {"pair_id": b"same"}}]
)
async def test_legs_that_a_pair_has_already_are_not_added(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Two pairs with one pair id: known only when it was read."""
    await heard(proxied_hass, house)
    for flow in flows(proxied_hass):
        proxied_hass.config_entries.flow.async_abort(flow["flow_id"])
    entry = entry_of(house)
    entry.add_to_hass(proxied_hass)
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.submit()
    await walk.submit({"understood": True})
    await walk.pair(house, "pair2-left", "pair2-right")
    assert walk.result["type"] is FlowResultType.ABORT
    assert walk.result["reason"] == "already_configured"


@pytest.mark.parametrize("house_plan", [FAST | {"pairs": 2}])
async def test_another_pair_is_discovered_beside_the_first(
    proxied_hass: HomeAssistant, house: House
) -> None:
    """Each is its own entry."""
    await heard(proxied_hass, house)
    entry = entry_of(house)
    entry.add_to_hass(proxied_hass)
    info = bluetooth.async_last_service_info(
        proxied_hass, house.boots["pair2-left"].address
    )
    for flow in flows(proxied_hass):
        proxied_hass.config_entries.flow.async_abort(flow["flow_id"])
    result = await proxied_hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_BLUETOOTH}, data=info
    )
    assert result["step_id"] == "precautions"


@pytest.mark.parametrize("expected_lingering_tasks", [True])  # the active scan's
async def test_a_unit_that_does_not_answer_is_taken_as_it_is(
    proxied_hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its address: its scan response never comes."""
    await heard(proxied_hass, house)
    monkeypatch.setattr("custom_components.kumo_boots.found.SCAN_RESPONSE_S", 0.1)
    info = bluetooth.async_last_service_info(
        proxied_hass, house.boots["pair1-left"].address
    )
    assert info is not None
    mute = like(info, address="C0:00:00:00:00:01", service_data={})
    result = await proxied_hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_BLUETOOTH}, data=mute
    )
    assert result["step_id"] == "precautions"
    (flow,) = [
        flow for flow in flows(proxied_hass) if flow["flow_id"] == result["flow_id"]
    ]
    assert flow["context"]["unique_id"] == mute.address

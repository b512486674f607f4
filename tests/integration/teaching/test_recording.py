"""Recording boots that nobody knows: only read and subscribed to, private, gone at the end."""

import asyncio
from http import HTTPStatus
import json
from typing import Any
from unittest.mock import patch

from bleak.exc import BleakError
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.teaching.bundle import (
    Message,
    Private,
    Recording,
    bundle_of,
    masked,
)
from custom_components.kumo_boots.teaching.download import KEPT, async_drop
from custom_components.kumo_boots.teaching.listening import Listening
from simulator.house import House
from simulator.quiet_mill import QuietMill
from tests.json_schema import check_bundle

from ..conftest import until
from ..flows.test_by_hand import choices
from ..flows.walking import begin
from .recording import download, heard, link_of, more, press_the_buttons, to_the_pick

CCCD = "2902"


async def test_a_recording_from_first_to_last_screen(
    proxied_hass: HomeAssistant,
    house: House,
    mill: QuietMill,
    hass_client: Any,
    hass_admin_user: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The witness saw reads and subscriptions; the bundle is private, then gone."""
    hass = proxied_hass
    hass.states.async_set("person.petra", "home", {"friendly_name": "Petra Quiet"})
    walk = await to_the_pick(hass, monkeypatch)
    assert await async_setup_component(hass, "config", {})
    client = await hass_client()
    assert walk.result["step_id"] == "teach_pick"
    assert mill.name in choices(walk.result, "device")[mill.address]
    await walk.submit({"device": mill.address})
    await walk.settle()
    await press_the_buttons(hass, walk, mill)
    # The last screen as the page asks for it: the link is for who asks.
    answer = await client.post(
        f"/api/config/config_entries/flow/{walk.flow_id}", json={}
    )
    assert answer.status == HTTPStatus.OK
    walk.result = await answer.json()
    assert walk.result["step_id"] == "teach_done"
    status, bundle = await download(client, link_of(walk))
    assert status == HTTPStatus.OK
    check_bundle(bundle)
    _is_what_was_recorded(bundle, mill)
    _only_listened(house, mill)
    await until(lambda: mill.connection is None)
    walk.result = await hass.config_entries.flow.async_configure(walk.flow_id, {})
    assert walk.result["type"] is FlowResultType.ABORT
    assert walk.result["reason"] == "taught"
    status, _ = await download(client, f"/api/kumo_boots/bundle/{walk.flow_id}")
    assert status == HTTPStatus.NOT_FOUND
    assert hass.data[KEPT] == {}


def _is_what_was_recorded(bundle: dict[str, Any], mill: QuietMill) -> None:
    assert (bundle["format"], bundle["version"]) == ("kumo_boots.bundle", 1)
    labels = dict.fromkeys(each["label"] for each in bundle["recording"])
    assert list(labels) == ["at_rest", "started", "stronger", "stopped"]
    assert bundle["device"]["services"] == [mill.service]
    ways = {
        each["uuid"]: each
        for service in bundle["gatt"]
        for each in service["characteristics"]
    }
    assert "write" in ways[mill.control]["properties"]
    assert ways["00002a19-0000-1000-8000-00805f9b34fb"]["value"] == "5b"
    assert ways["00002a29-0000-1000-8000-00805f9b34fb"]["value"] == b"Nobody".hex()
    assert ways["00002a25-0000-1000-8000-00805f9b34fb"]["value"] is None
    assert ways[mill.state]["value"] is None
    text = json.dumps(bundle)
    for secret in (
        mill.address,
        mill.address.replace(":", "").lower(),
        "SN-SECRET",
        b"SN-SECRET-4711".hex(),
        "Petra",
    ):
        assert secret not in text


def _only_listened(house: House, mill: QuietMill) -> None:
    """Judge by what reached the device: nothing was written but subscriptions."""
    requests = house.witness.entries(boots=mill.name, kind="request")
    writes = [entry for entry in requests if "WRITE" in entry["name"]]
    assert writes
    assert {entry["attribute"].lower() for entry in writes} == {CCCD}
    assert not house.witness.entries(boots=mill.name, kind="write")
    started = house.witness.entries(boots=mill.name, kind="inflation")
    assert len(started) >= 1  # by its own button


async def test_who_may_not_have_it(
    proxied_hass: HomeAssistant,
    mill: QuietMill,
    hass_client: Any,
    hass_client_no_auth: Any,
    hass_read_only_access_token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody without the signature, and nobody who is no administrator."""
    walk = await to_the_pick(proxied_hass, monkeypatch)
    await walk.submit({"device": mill.address})
    await walk.settle()
    for _ in range(4):
        await walk.submit()
    assert walk.result["step_id"] == "teach_done"
    path = link_of(walk).partition("?")[0]
    stranger = await hass_client_no_auth()
    assert (await stranger.get(path)).status == HTTPStatus.UNAUTHORIZED
    other = await hass_client(hass_read_only_access_token)
    assert (await other.get(path)).status == HTTPStatus.UNAUTHORIZED
    proxied_hass.config_entries.flow.async_abort(walk.flow_id)
    assert proxied_hass.data[KEPT] == {}


async def test_walking_away_lets_the_device_go(
    proxied_hass: HomeAssistant, mill: QuietMill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any screen."""
    walk = await to_the_pick(proxied_hass, monkeypatch)
    await walk.submit({"device": mill.address})
    await walk.settle()
    await more(proxied_hass, walk, 1)
    proxied_hass.config_entries.flow.async_abort(walk.flow_id)
    await until(lambda: mill.connection is None)
    walk = await begin(proxied_hass, SOURCE_USER)
    proxied_hass.config_entries.flow.async_abort(walk.flow_id)


async def test_walking_away_while_it_scans_or_connects(
    proxied_hass: HomeAssistant, mill: QuietMill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is under way ends."""
    monkeypatch.setattr("custom_components.kumo_boots.found.SCAN_RESPONSE_S", 1)
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.settle()
    await walk.submit({"unlisted": True})
    await walk.submit()
    assert walk.result["step_id"] == "teach_scan"
    proxied_hass.config_entries.flow.async_abort(walk.flow_id)
    walk = await to_the_pick(proxied_hass, monkeypatch)
    await walk.submit({"device": mill.address})
    assert walk.result["step_id"] == "teach_open"
    proxied_hass.config_entries.flow.async_abort(walk.flow_id)
    await until(lambda: mill.connection is None)


async def test_a_device_that_went_away(
    proxied_hass: HomeAssistant,
    house: House,
    mill: QuietMill,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Said with what Bluetooth knows; tried again; and lost in the middle."""
    walk = await to_the_pick(proxied_hass, monkeypatch)
    with patch(
        "custom_components.kumo_boots.teaching.listening.device_finder",
        return_value=lambda: None,
    ):
        await walk.submit({"device": mill.address})
        await walk.settle()
    assert walk.result["step_id"] == "teach_failed"
    assert walk.errors == {"base": "not_seen"}
    await walk.submit()
    await walk.settle()
    assert walk.result["step_id"] == "teach_at_rest"
    await more(proxied_hass, walk, 1)
    mill.lose()
    flow = proxied_hass.config_entries.flow._progress[walk.flow_id]
    await until(lambda: flow._recording.lost)  # type: ignore[attr-defined]
    for _ in range(4):
        await walk.submit()
    assert walk.errors == {"base": "link_lost"}
    # Asked for once more, as when the page is loaded again.
    walk.result = await proxied_hass.config_entries.flow.async_configure(walk.flow_id)
    assert walk.result["step_id"] == "teach_done"


@pytest.mark.usefixtures("_scanners_at_rest")
@pytest.mark.parametrize("house_plan", [{"pairs": 1, "proxies": 1}])
async def test_boots_that_are_listed_are_not_those(
    proxied_hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others can be taught while some are in reach."""
    monkeypatch.setattr("custom_components.kumo_boots.found.SCAN_RESPONSE_S", 1)
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.settle()
    assert walk.result["step_id"] == "pick"
    await walk.submit({"unlisted": True})
    assert walk.result["step_id"] == "teach"


@pytest.mark.usefixtures("_scanners_at_rest")
async def test_nothing_in_reach(
    proxied_hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be picked, and that is said."""
    walk = await to_the_pick(proxied_hass, monkeypatch)
    assert walk.result["type"] is FlowResultType.ABORT
    assert walk.result["reason"] == "nothing_in_reach"


async def test_what_cannot_be_read_is_left_out(
    proxied_hass: HomeAssistant, mill: QuietMill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One characteristic that refuses does not end the recording."""
    walk = await to_the_pick(proxied_hass, monkeypatch)
    with (
        patch(
            "bleak_retry_connector.BleakClientWithServiceCache.read_gatt_char",
            side_effect=BleakError("refused"),
            create=True,
        ),
        patch(
            "bleak_retry_connector.BleakClientWithServiceCache.start_notify",
            side_effect=BleakError("refused"),
            create=True,
        ),
    ):
        await walk.submit({"device": mill.address})
        await walk.settle()
    assert walk.result["step_id"] == "teach_at_rest"
    assert heard(proxied_hass, walk) == []


async def test_only_so_much_is_kept(
    proxied_hass: HomeAssistant, mill: QuietMill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device that floods fills no memory."""
    monkeypatch.setattr("custom_components.kumo_boots.teaching.listening.MOST", 2)
    walk = await to_the_pick(proxied_hass, monkeypatch)
    await walk.submit({"device": mill.address})
    await walk.settle()
    await until(lambda: len(heard(proxied_hass, walk)) == 2)
    mill.tell(b"one more")
    await asyncio.sleep(0.3)
    assert len(heard(proxied_hass, walk)) == 2


async def test_closing_twice_and_dropping_nothing(hass: HomeAssistant) -> None:
    """Neither is an error."""
    recording = Recording(name="", service_uuids=(), manufacturers=())
    await Listening(hass, "AA:BB:CC:DD:EE:FF", recording).close()
    async_drop(hass, "none")


PRIVATE = Private(
    address="C0:11:22:33:44:55",
    serial=b"SN123456",
    household=frozenset({"anna", "li"}),
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Anna's Boots", "*'s Boots"),
        ("LZ-334455", "LZ-*"),
        ("LZ-7F3A21", "LZ-*"),
        ("C0:11:22:33:44:55", "*"),
        ("SN123456", "*"),
        ("QuietMill 3", "QuietMill 3"),
    ],
)
def test_names_without_whose_they_are(text: str, left: str) -> None:
    """What tells of a person or of one device is masked."""
    assert masked(text, PRIVATE, numbers=True) == left


def test_messages_that_hold_something_private_are_left_out() -> None:
    """The address either way round or as text, the serial, a name."""
    held = [
        bytes.fromhex("00334455aa"),
        bytes.fromhex("00554433aa"),
        b"id=334455",
        b"sn123456 ok",
        b"hello ANNA",
    ]
    free = [b"Li, too short to tell", bytes.fromhex("3344aa")]
    recording = Recording(
        name="x",
        service_uuids=(),
        manufacturers=(),
        messages=[
            Message(at_s=0, label="", characteristic="c", data=data)
            for data in held + free
        ],
    )
    bundle = bundle_of(recording, PRIVATE, {})
    assert [each["data"] for each in bundle["recording"]] == [d.hex() for d in free]
    assert bundle["left_out"] == len(held)
    # Without a serial only the rest counts.
    plain = Private(address=PRIVATE.address)
    assert bundle_of(recording, plain, {})["left_out"] == 3
    assert masked("SN123456", plain) == "SN123456"

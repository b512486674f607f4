"""From boots that nobody has described to a session with them, judged by the witness."""

import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.const import DOMAIN
from simulator.house import House
from simulator.quiet_mill import QuietMill
from teach.__main__ import main

from ..conftest import until
from ..flows.walking import begin
from .recording import download, link_of, press_the_buttons, to_the_pick

BY_A_PERSON = (
    (
        "frames:\n",
        """frames:
  command:
    - {fixed: 7E}
    - {length: 1}
    - {head: 1}
    - {payload: all}
    - {checksum: sum8_twos, over: length to payload}
""",
    ),
    ("# commands:\n", "commands:\n"),
    ("#   start:", "  start:"),
    ("#   stop:", "  stop:"),
    ("zones: 1", "zones: 2\n  empties_s: 1"),
    ("levels: [{mmhg: 20}]", "levels: [{mmhg: 30}, {mmhg: 45}, {mmhg: 60}]"),
)
"""What somebody adds who has the leaflet, or a log of the phone app, beside the draft."""


async def recorded(
    hass: HomeAssistant,
    mill: QuietMill,
    hass_client: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Any]:
    """Return the bundle that the flow makes."""
    walk = await to_the_pick(hass, monkeypatch)
    await walk.submit({"device": mill.address})
    await walk.settle()
    await press_the_buttons(hass, walk, mill)
    assert await async_setup_component(hass, "config", {})
    client = await hass_client()
    answer = await client.post(
        f"/api/config/config_entries/flow/{walk.flow_id}", json={}
    )
    walk.result = await answer.json()
    _, bundle = await download(client, link_of(walk))
    await hass.config_entries.flow.async_configure(walk.flow_id, {})
    return bundle


async def test_unknown_boots_are_taught_and_used(
    proxied_hass: HomeAssistant,
    house: House,
    mill: QuietMill,
    hass_client: Any,
    hass_admin_user: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Recorded, drafted, completed, loaded, added, started by a person, stopped."""
    hass = proxied_hass
    monkeypatch.setattr(hass.config, "config_dir", str(tmp_path))
    bundle = await recorded(hass, mill, hass_client, monkeypatch)
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle))
    assert main(["draft", str(file)]) == 0
    text = capsys.readouterr().out
    own = tmp_path / "kumo_boots"
    own.mkdir()
    definition = own / "quiet_mill.yaml"
    for before, after in BY_A_PERSON:
        assert text.count(before) == 1, (before, text)
        text = text.replace(before, after)
    definition.write_text(text)
    assert main(["verify", str(definition), str(file)]) == 0
    # Added like any boots, with what is known of them said on the way.
    walk = await begin(hass, SOURCE_USER)
    await walk.settle()
    assert walk.result["step_id"] == "pick"
    await walk.submit()
    await walk.submit({"understood": True})
    assert walk.result["step_id"] == "hazards"
    await walk.submit({"understood": True})
    assert walk.result["step_id"] == "described"
    said = walk.result["description_placeholders"]
    assert (said["unverified"], said["captured"], said["guarded"]) == ("✅", "❌", "❌")
    await walk.submit()
    await walk.settle()
    assert walk.result["step_id"] == "done_bench"
    await walk.submit()
    entry = walk.entry
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    await until(lambda: entry.runtime_data.units[0].connected)
    await _session(hass, house, mill, entry, hass_admin_user)


async def _session(
    hass: HomeAssistant, house: House, mill: QuietMill, entry: Any, user: Any
) -> None:
    pressures = [
        state.entity_id
        for state in hass.states.async_all("sensor")
        if "pressure" in state.entity_id
    ]
    # What the boots never tell is no entity.
    assert pressures == []
    known = hass.states.get("sensor.quietmill_how_well_known")
    assert known.state == "unverified"
    assert known.attributes["source"] == "a recording of the device"
    seen = len(house.witness.entries(boots=mill.name))
    by_hand = Context(user_id=user.id)
    switch = next(
        state.entity_id
        for state in hass.states.async_all("switch")
        if state.entity_id.endswith("_session")
    )
    await hass.services.async_call(
        DOMAIN,
        "start_session",
        {"entity_id": switch, "level": 2, "duration": 10},
        blocking=True,
        context=by_hand,
    )
    assert not house.witness.entries(seen, boots=mill.name, kind="inflation")
    await hass.services.async_call(
        DOMAIN,
        "confirm_session",
        {"entity_id": switch},
        blocking=True,
        context=Context(user_id=user.id),
    )
    await until(lambda: hass.states.get(switch).state == "on")
    (began,) = house.witness.entries(seen, boots=mill.name, kind="inflation")
    assert began["target_mmhg"] == 45
    await until(lambda: entry.runtime_data.pair.state.target_mmhg == 2)
    answer = await hass.services.async_call(
        DOMAIN,
        "stop_session",
        {"entity_id": switch},
        blocking=True,
        return_response=True,
    )
    assert "stopped" in json.dumps(answer)
    assert mill.body.empty
    ended = house.witness.entries(seen, boots=mill.name, kind="ended")
    assert [entry["cause"] for entry in ended] == ["stopped"]
    stops = house.witness.entries(seen, boots=mill.name, kind="stop")
    assert stops

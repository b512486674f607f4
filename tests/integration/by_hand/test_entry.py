"""What becomes of boots by hand at a restart and a removal, and what is told of them."""

import json
from pathlib import Path
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.diagnostics import async_get_config_entry_diagnostics
from custom_components.kumo_boots.live import message
from custom_components.kumo_boots.system_health import _info

from ..entities.acting import until
from ..people.living import move_in
from .conftest import IN_MMHG, PLUG, SENSOR, AddBoots, ByHandActing
from .test_session import notes


@pytest.fixture
async def again(boots: ByHandActing, person: Context) -> ByHandActing:
    """Return boots whose Home Assistant went away in the middle of a session."""
    await move_in(boots, "Anna")
    await boots.begin(person)
    await until(lambda: boots.coordinator.session.ran is not None)
    assert await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    await boots.hass.async_block_till_done()
    return boots


async def test_after_a_restart_it_asks(again: ByHandActing) -> None:
    """Nothing resumes, and nothing is told to have ended."""
    assert again.phase == "unknown"
    assert again.guidance == "say"
    with pytest.raises(ServiceValidationError):
        await again.call(
            DOMAIN, "resume_session", entity_id=again.id("switch", "session")
        )
    assert again.get("binary_sensor", "session_running").state == "unknown"


async def test_after_a_restart_they_run(again: ByHandActing) -> None:
    """It is the same session, with what is left of its time, and one in the history."""
    await again.press("it_runs")
    await until(lambda: again.phase == "running")
    assert again.get("sensor", "time_remaining").state == "15"
    await again.switch(False)
    await again.press("they_are_off")
    await until(lambda: again.phase == "ready")
    (wearer,) = again.coordinator.household.wearers
    assert len(again.coordinator.coach.sittings(wearer)) == 1


async def test_after_a_restart_they_are_off(again: ByHandActing) -> None:
    """It ended; when, nobody knows."""
    await again.press("they_are_off")
    await until(lambda: again.phase == "ready")
    event = again.get("event", "session").attributes
    assert (event["event_type"], event["cause"]) == ("stopped", "ended")


async def test_removal_leaves_nothing(
    boots: ByHandActing, person: Context, hass_storage: dict[str, Any]
) -> None:
    """Not an entity, a note, an issue or a file."""
    await boots.begin(person)
    await boots.switch(False)
    await until(lambda: "by_hand" in notes(boots))
    await boots.hass.config_entries.async_remove(boots.entry.entry_id)
    await boots.hass.async_block_till_done()
    entry_id = boots.entry.entry_id
    assert notes(boots) == {}
    registry = er.async_get(boots.hass)
    assert er.async_entries_for_config_entry(registry, entry_id) == []
    assert not [key for key in ir.async_get(boots.hass).issues if entry_id in str(key)]
    assert not [key for key in hass_storage if entry_id in key]
    stored = Path(boots.hass.config.path(".storage"))
    assert not [path for path in stored.glob("*") if entry_id in path.name]


async def test_what_is_told_of_them(
    add: AddBoots, boots: ByHandActing, person: Context, hass: HomeAssistant
) -> None:
    """Diagnostics, system health and the live view: levels, and no link."""
    await boots.begin(person)
    told = message(boots.coordinator)
    assert told["level"] == 1
    assert "target_mmhg" not in told
    assert told["legs"]["left"]["level"] == 1
    assert told["legs"]["left"]["pressures_mmhg"] is None
    diagnostics = await async_get_config_entry_diagnostics(hass, boots.entry)
    assert '"target_mmhg"' not in json.dumps(diagnostics)
    assert diagnostics["units"] == []
    assert diagnostics["session"]["settings"]["level"] == 1
    await add(IN_MMHG, sensor=SENSOR, plug=PLUG)
    assert await _info(hass) == {
        "pairs": 2,
        "by_hand": 2,
        "in_reach": 0,
        "connected": 0,
        "sessions": 1,
    }


async def test_options_and_wearers_in_levels(boots: ByHandActing) -> None:
    """The forms ask for levels, and for nothing that Bluetooth has."""
    options = boots.hass.config_entries.options
    form = await options.async_init(boots.entry.entry_id)
    fields = {str(field) for field in form["data_schema"].schema}
    assert "level_max" in fields
    assert not fields & {"target_max_mmhg", "idle_release_s", "on_leg_lost"}
    done = await options.async_configure(
        form["flow_id"],
        {
            "policy": "ask",
            "level_max": 5,
            "duration_max_minutes": 30,
            "wait_minutes": 10,
            "studio": False,
        },
    )
    assert done["data"]["target_max_mmhg"] == 5
    await until(lambda: boots.coordinator.options.target_max_mmhg == 5)
    assert boots.coordinator.limits.target_max_mmhg == 3, "guests stay at the middle"
    flow = boots.hass.config_entries.subentries
    form = await flow.async_init(
        (boots.entry.entry_id, "wearer"), context={"source": "user"}
    )
    suggested = {
        str(field): (field.description or {}).get("suggested_value")
        for field in form["data_schema"].schema
    }
    assert suggested["level_max"] == 3
    form = await flow.async_configure(
        form["flow_id"],
        {
            "name": "Bruno",
            "level_max": 4,
            "duration_max_minutes": 30,
            "sessions_per_day": 2,
            "rest_hours": 4,
            "follow_coach": False,
        },
    )
    assert form["step_id"] == "precautions"
    await flow.async_configure(form["flow_id"], {})
    (subentry,) = boots.entry.subentries.values()
    assert subentry.data["target_max_mmhg"] == 4
    assert "level_max" not in subentry.data


async def test_levels_are_not_copied_as_pressures(
    add: AddBoots, boots: ByHandActing, hass_admin_user: User
) -> None:
    """A ceiling of 60 mmHg is none of six levels."""
    other = await add(IN_MMHG)
    before = boots.coordinator.options
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call(
            DOMAIN,
            "copy_settings",
            {"source": other.device.id},
            Context(user_id=hass_admin_user.id),
            device_id=boots.device.id,
        )
    assert refusal.value.translation_key == "copy_other_measure"
    assert boots.coordinator.options == before

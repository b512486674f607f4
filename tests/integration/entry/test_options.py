"""Options: shown, taken, applied in place, also during a session."""

from typing import Any

from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest

from custom_components.kumo_boots.boots.session import Limits, Policy
from custom_components.kumo_boots.const import HistoryDetail
from custom_components.kumo_boots.options import Options

from ..conftest import until
from ..entities.acting import Acting
from .running import run

CHOSEN: dict[str, Any] = {
    "policy": "direct",
    "target_max_mmhg": 40.0,
    "duration_max_minutes": 10,
    "wait_minutes": 5,
    "on_leg_lost": "continue",
    "idle_release_s": 30,
    "history_detail": "fine",
    "notify_targets": ["notify.phone"],
}


async def choose(boots: Acting, **changes: Any) -> None:
    """Go through the options flow and wait until it is applied."""
    flow = boots.hass.config_entries.options
    result = await flow.async_init(boots.entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    suggested = {
        str(marker): marker.description["suggested_value"]
        for marker in result["data_schema"].schema
    }
    result = await flow.async_configure(result["flow_id"], {**suggested, **changes})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    wanted = Options.of(boots.entry.options)
    await until(lambda: boots.coordinator.options == wanted)


async def test_the_defaults_are_the_careful_ones(boots: Acting) -> None:
    """Ask, 60 mmHg, 30 minutes, stop both legs."""
    await choose(boots)
    assert Options.of(boots.entry.options) == Options()
    assert Options().policy is Policy.ASK
    assert Options().limits == Limits(target_max_mmhg=60, duration_max_s=1800)
    assert Options().on_leg_lost == "stop"
    assert Options().history is HistoryDetail.NORMAL


async def test_changes_apply_in_place_while_a_session_runs(boots: Acting) -> None:
    """No reload, and the session goes on; what is above a new limit moves down."""
    coordinator = boots.coordinator
    coordinator.set_setpoints(target_mmhg=60, duration_s=1800)
    await run(boots)
    await choose(boots, **CHOSEN)

    assert boots.coordinator is coordinator
    assert boots.phase == "running"
    assert boots.house.witness.entries(kind="ended") == []
    session = coordinator.session
    assert session.policy is Policy.DIRECT
    assert session.limits == Limits(target_max_mmhg=40, duration_max_s=600)
    assert session.wait_s == 300
    assert session.on_leg_lost == "continue"
    assert {unit.idle_release_s for unit in coordinator.units} == {30}
    assert coordinator.options.history_interval_s == 10
    assert coordinator.target_max_mmhg == 40
    assert coordinator.duration_max_s == 600
    assert coordinator.setpoints.target_mmhg == 40
    assert coordinator.setpoints.duration_s == 600


async def test_nothing_above_the_boots_can_be_chosen(boots: Acting) -> None:
    """The range of the form is the range of the boots."""
    top = boots.coordinator.capabilities.target_max_mmhg
    with pytest.raises(InvalidData):
        await choose(boots, target_max_mmhg=top + 1)


async def test_everybody_who_can_be_notified_is_offered(boots: Acting) -> None:
    """Notify entities and actions, but not those that need more to be said."""

    async def send(call: Any) -> None:
        """Be there."""

    for action in ("phone", "send_message", "persistent_notification"):
        boots.hass.services.async_register("notify", action, send)
    boots.hass.states.async_set("notify.tablet", "unknown", {"friendly_name": "Tablet"})
    result = await boots.hass.config_entries.options.async_init(boots.entry.entry_id)
    selector = result["data_schema"].schema["notify_targets"]
    assert selector.config["options"] == [
        {"value": "notify.phone", "label": "notify.phone"},
        {"value": "notify.tablet", "label": "Tablet"},
    ]

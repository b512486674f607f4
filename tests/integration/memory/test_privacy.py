"""What a wearer says of a session is nowhere but in the diary; a ruined one stops nothing."""

import json
from pathlib import Path

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, Event, HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.kumo_boots.const import DOMAIN, EVENT_SESSION
from custom_components.kumo_boots.diagnostics import async_get_config_entry_diagnostics
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling

from ..conftest import until
from ..entities.acting import Acting
from .conftest import Household
from .remembered_sessions import ANNA


async def test_feelings_are_told_to_nobody_unasked(
    hass: HomeAssistant,
    boots: Acting,
    household: Household,
    anna: Context,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not in states, events, the log or diagnostics."""
    events: list[Event] = async_capture_events(hass, EVENT_SESSION)
    household.current = household.wearers[0]
    diary = boots.coordinator.diary
    await boots.run(anna)
    diary.discomfort(ANNA, Discomfort.TINGLING, one_sided=True)
    await boots.press("stop")
    await until(lambda: diary.sittings(ANNA) != ())
    (one,) = diary.sittings(ANNA)
    assert one.discomfort is Discomfort.TINGLING
    diary.feel(one.sitting_id, Feeling.TOO_STRONG)
    diagnostics = await async_get_config_entry_diagnostics(hass, boots.entry)
    everything = "\n".join(
        (
            *(str(state.as_dict()) for state in hass.states.async_all()),
            *(str(event.data) for event in events),
            json.dumps(diagnostics, default=str),
            *(
                record.getMessage()
                for record in caplog.records
                if record.name.startswith("custom_components")
            ),
        )
    )
    assert events
    # A button has to be called something.
    everything = everything.replace("it_was_too_strong", "")
    for word in ("tingling", "too_strong", "one_sided", "discomfort", "feeling"):
        assert word not in everything
    assert one.sitting_id not in everything


async def test_boots_work_with_a_ruined_diary(
    hass: HomeAssistant, boots: Acting, household: Household, anna: Context
) -> None:
    """A half-written file is kept aside and told; the next session is remembered."""
    entry_id = boots.entry.entry_id
    await hass.config_entries.async_unload(entry_id)
    path = Path(hass.config.path(".storage", f"{DOMAIN}.{entry_id}.diary"))
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"version": 1, "minor_version": 1, "data": {"wearers": {"01AN')
    assert await hass.config_entries.async_setup(entry_id)
    assert boots.entry.state is ConfigEntryState.LOADED
    issues = ir.async_get(hass)
    ours = issues.async_get_issue(DOMAIN, f"diary_unreadable_{entry_id}")
    assert ours is not None
    assert ours.translation_placeholders is not None
    kept = Path(ours.translation_placeholders["file"])
    assert kept.read_text().endswith('"01AN')
    # Home Assistant says it in its own words, too.
    assert any(
        issue.translation_key == "storage_corruption"
        for issue in issues.issues.values()
    )
    household.real = boots.coordinator.household
    household.current = household.wearers[0]
    await until(lambda: boots.coordinator.data.connected and boots.phase == "ready")
    await boots.run(anna)
    await boots.press("stop")
    await until(lambda: boots.coordinator.diary.sittings(ANNA) != ())
    # Who is forgotten is forgotten there as well.
    await boots.ask("forget", anna, wearer="Anna")
    assert not kept.exists()
    assert issues.async_get_issue(DOMAIN, f"diary_unreadable_{entry_id}") is None

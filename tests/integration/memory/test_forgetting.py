"""Forgotten is forgotten: also in the recorder's states, events and statistics."""

from datetime import timedelta
from typing import Any

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.db_schema import (
    EventData,
    Events,
    EventTypes,
    States,
    StatesMeta,
    Statistics,
    StatisticsMeta,
)
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.components.recorder.util import session_scope
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.kumo_boots.const import DOMAIN, EVENT_SESSION
from custom_components.kumo_boots.people import forgetting
from custom_components.kumo_boots.people.sitting import Discomfort
from custom_components.kumo_boots.people.wearer import GUEST

from ..conftest import until
from ..entities.acting import Acting
from .conftest import Household
from .remembered_sessions import ANNA, BERT


@pytest.fixture
async def mock_recorder_before_hass(async_test_recorder: Any) -> None:
    """Have the recorder there before Home Assistant."""


@pytest.fixture
def recorder(recorder_mock: Recorder, boots: Acting) -> Acting:
    """Return boots whose house has a recorder, from the beginning."""
    return boots


def in_database(hass: HomeAssistant) -> dict[str, set[str]]:
    """Return of what the database holds anything."""
    with session_scope(hass=hass, read_only=True) as session:
        return {
            "states": {
                entity_id
                for (entity_id,) in session.query(StatesMeta.entity_id).join(
                    States, States.metadata_id == StatesMeta.metadata_id
                )
            },
            "statistics": {
                statistic_id
                for (statistic_id,) in session.query(StatisticsMeta.statistic_id).join(
                    Statistics, Statistics.metadata_id == StatisticsMeta.id
                )
            },
            "events": {
                data
                for (data,) in session.query(EventData.shared_data)
                .join(Events, Events.data_id == EventData.data_id)
                .join(EventTypes, Events.event_type_id == EventTypes.event_type_id)
                .filter(EventTypes.event_type == EVENT_SESSION)
            },
            "data": {data for (data,) in session.query(EventData.shared_data)},
        }


async def database(hass: HomeAssistant) -> dict[str, set[str]]:
    """Return of what the database holds anything, now that it is written."""
    await async_wait_recording_done(hass)
    return await get_instance(hass).async_add_executor_job(in_database, hass)


def wearer_entity(hass: HomeAssistant, boots: Acting, wearer_id: str) -> str:
    """Have an entity of a wearer, with a state and with statistics."""
    entity = er.async_get(hass).async_get_or_create(
        "sensor",
        DOMAIN,
        f"{boots.entry.entry_id}_wearer_{wearer_id}_time",
        config_entry=boots.entry,
        config_subentry_id=wearer_id,
    )
    hass.states.async_set(entity.entity_id, "15")
    hour = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    async_import_statistics(
        hass,
        {
            "has_sum": True,
            "mean_type": StatisticMeanType.NONE,
            "name": None,
            "source": "recorder",
            "statistic_id": entity.entity_id,
            "unit_class": None,
            "unit_of_measurement": "min",
        },
        [{"start": hour - timedelta(hours=3), "state": 15, "sum": 15}],
    )
    return entity.entity_id


async def begin_and_end(boots: Acting) -> None:
    """Have a request that is declined: enough to be told on the bus."""
    await boots.switch(True)
    await until(lambda: boots.phase == "awaiting")
    await boots.press("stop")
    await until(lambda: boots.phase == "ready")


async def test_nothing_of_a_wearer_is_left_in_the_recorder(
    recorder: Acting, hass: HomeAssistant, household: Household, admin: Context
) -> None:
    """Neither states, nor statistics, nor events; what is others' stays."""
    boots = recorder
    annas = wearer_entity(hass, boots, ANNA)
    berts = wearer_entity(hass, boots, BERT)
    # One that was removed: it is known by its name only.
    registry = er.async_get(hass)
    old = registry.async_get_or_create(
        "sensor", DOMAIN, f"{boots.entry.entry_id}_wearer_{ANNA}_old"
    ).entity_id
    hass.states.async_set(old, "3")
    registry.async_remove(old)
    hass.states.async_remove(old)
    for wearer in (*household.wearers, GUEST):
        household.current = wearer
        await begin_and_end(boots)
    naming = boots.id("event", "session")
    phase = boots.id("sensor", "phase")
    before = await database(hass)
    assert {annas, berts, old, naming, phase} <= before["states"]
    assert {annas, berts} == before["statistics"]
    for name in ("Anna", "Bert", "guest"):
        assert any(f'"{name}"' in event for event in before["events"])

    told = await boots.ask("forget", admin, wearer="Anna")
    assert told["recorder_done"] is True
    after = await database(hass)
    assert not {annas, old, naming} & after["states"]
    assert {berts, phase} <= after["states"]
    assert after["statistics"] == {berts}
    assert not any(ANNA in data or "Anna" in data for data in after["events"])
    for name in ("Bert", "guest"):
        assert any(f'"{name}"' in event for event in after["events"])
    assert not any(EVENT_SESSION in data and ANNA in data for data in after["data"])

    # The next event with the same words is written anew.
    household.current = household.wearers[0]
    await begin_and_end(boots)
    again = await database(hass)
    assert any('"Anna"' in event for event in again["events"])


async def calls(hass: HomeAssistant) -> str:
    """Return the calls of actions that the database holds."""
    data = (await database(hass))["data"]
    return "\n".join(each for each in data if "service_data" in each)


async def test_the_calls_that_tell_of_a_wearer_are_erased(
    recorder: Acting, hass: HomeAssistant, admin: Context
) -> None:
    """With the names of actions, entities and people; others' calls stay."""
    boots = recorder
    entity_id = er.async_get(hass).async_get_entity_id(
        "button", DOMAIN, f"{boots.entry.entry_id}_wearer_{ANNA}_report_discomfort"
    )
    await boots.call("button", "press", entity_id=[entity_id])
    await boots.call(DOMAIN, "report_discomfort", {"wearer": " ANNA", "kind": "heat"})
    await boots.call(DOMAIN, "report_discomfort", {"wearer": "person.anna"})
    await boots.call(DOMAIN, "report_discomfort", {"kind": "numbness"})
    await boots.call(DOMAIN, "report_discomfort", {"wearer": "Bert", "kind": "pain"})
    await boots.choose("for_whom", "Anna")
    await boots.call("homeassistant", "update_entity", {"entity_id": "light.lamp"})
    hass.bus.async_fire("call_service", {"domain": "odd", "service_data": None})
    told = (entity_id or "", "ANNA", "numbness", '"Anna"', "person.anna")
    before = await calls(hass)
    for word in (*told, "Bert", "light.lamp"):
        assert word in before, word
    await boots.ask("forget", admin, wearer="Anna")
    after = await calls(hass)
    for word in told:
        assert word not in after, word
    for word in ("Bert", "light.lamp"):
        assert word in after


async def test_who_never_had_an_entity_is_forgotten_as_well(
    recorder: Acting, hass: HomeAssistant, household: Household, admin: Context
) -> None:
    """And with the subentry, too."""
    boots = recorder
    household.current = household.wearers[1]
    await begin_and_end(boots)
    assert any(BERT in event for event in (await database(hass))["events"])
    boots.coordinator.diary.discomfort(BERT, Discomfort.PAIN, one_sided=False)
    hass.config_entries.async_remove_subentry(boots.entry, BERT)
    await hass.async_block_till_done()
    assert not any(BERT in event for event in (await database(hass))["events"])
    assert boots.coordinator.diary.wearer_ids == ()


async def test_a_busy_recorder_goes_on_by_itself(
    recorder: Acting,
    hass: HomeAssistant,
    household: Household,
    admin: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever asked is told that it is not done yet."""
    boots = recorder
    household.current = household.wearers[0]
    await begin_and_end(boots)
    await async_wait_recording_done(hass)
    monkeypatch.setattr(forgetting, "WAIT_S", 0)
    told = await boots.ask("forget", admin, wearer="Anna")
    assert told["recorder_done"] is False
    assert not any(ANNA in event for event in (await database(hass))["events"])

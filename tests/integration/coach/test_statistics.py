"""What a wearer does adds up over weeks and restarts, in the real recorder."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import async_initialize_recorder
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from simulator.house import House

from .conftest import Coached, set_up
from .sittings import sitting
from .test_sensors import Clock, clock

__all__ = ["clock"]


@pytest.fixture
async def recording(hass: HomeAssistant, tmp_path: Path) -> None:
    """Have a recorder of our own; it ends with Home Assistant."""
    async_initialize_recorder(hass)
    database = {"db_url": f"sqlite:///{tmp_path}/recorded.db", "commit_interval": 0}
    assert await async_setup_component(hass, "recorder", {"recorder": database})
    assert await async_setup_component(hass, "sensor", {})
    await async_wait_recording_done(hass)


async def test_time_adds_up(
    hass: HomeAssistant,
    recording: None,
    proxied_hass: HomeAssistant,
    house: House,
    clock: Clock,
) -> None:
    """Two weeks, a restart in each, and nothing is counted twice."""
    boots: Coached = await set_up(proxied_hass, house)
    began = dt_util.utcnow()
    for sessions in (1, 2):
        for _ in range(sessions):
            clock.time += timedelta(hours=1)
            boots.diary.had(sitting(clock.time))
            await async_wait_recording_done(hass)
        assert await hass.config_entries.async_reload(boots.entry.entry_id)
        await async_wait_recording_done(hass)
        clock.time += timedelta(days=7)
        boots.coordinator.coach._day_began(clock.time)
        await async_wait_recording_done(hass)
    ids = {
        boots.of("sensor", "time_this_week"): 45,
        boots.of("sensor", "sessions_this_week"): 3,
    }
    start = began.replace(minute=began.minute // 5 * 5, second=0, microsecond=0)
    while start < dt_util.utcnow():
        do_adhoc_statistics(hass, start=start)
        start += timedelta(minutes=5)
    await async_wait_recording_done(hass)
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime(2020, 1, 1, tzinfo=UTC),
        None,
        set(ids),
        "5minute",
        None,
        {"sum"},
    )
    assert {key: rows[-1].get("sum") for key, rows in found.items()} == ids

"""What each wearer sees of the coach."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.components.sensor import SensorStateClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people import coaching
from custom_components.kumo_boots.people.buttons import WEARER_BUTTONS
from custom_components.kumo_boots.people.sensors import WEARER_SENSORS, ending
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling

from .conftest import ANNA_ID, BEN_ID, Coached
from .sittings import sitting


class Clock:
    """The time as the coach reads it."""

    def __init__(self, now: datetime) -> None:
        """Set it."""
        self.time = now

    def now(self) -> datetime:
        """Tell the local time."""
        return self.time.astimezone(dt_util.get_default_time_zone())

    def utcnow(self) -> datetime:
        """Tell the time."""
        return self.time

    start_of_local_day = staticmethod(dt_util.start_of_local_day)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Have it be a Wednesday evening."""
    clock = Clock(datetime(2026, 11, 25, 20, tzinfo=UTC))
    monkeypatch.setattr(coaching, "dt_util", clock)
    return clock


async def test_each_wearer_has_a_device_of_their_own(
    hass: HomeAssistant, boots: Coached
) -> None:
    """A service, in their subentry; there whether or not the boots are."""
    for wearer_id, name in ((ANNA_ID, "Anna"), (BEN_ID, "Ben")):
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, f"{boots.entry.entry_id}_wearer_{wearer_id}"), boots.entry.entry_id
        )
        assert device is not None
        assert (device.name, device.entry_type) == (name, dr.DeviceEntryType.SERVICE)
        entries = er.async_entries_for_device(er.async_get(hass), device.id)
        assert {entry.config_subentry_id for entry in entries} == {wearer_id}
        prefix = f"{boots.entry.entry_id}_wearer_{wearer_id}_"
        assert {entry.unique_id.removeprefix(prefix) for entry in entries} >= {
            each.key for each in (*WEARER_SENSORS, *WEARER_BUTTONS)
        } - {"recommended_level"}
        assert all(
            state is not None and state.state != "unavailable"
            for entry in entries
            if (state := hass.states.get(entry.entity_id)) or True
        )


async def test_it_is_gentle_for_who_is_new(boots: Coached) -> None:
    """Nothing was, so nothing is said of it."""
    assert boots.shown("recommended_pressure") == "30"
    assert float(boots.shown("recommended_duration")) == 15
    assert boots.shown("stage") == "gentle"
    assert boots.shown("sessions_this_week") == "0"
    assert float(boots.shown("time_this_week")) == 0
    assert boots.shown("last_session") == "unknown"


async def test_what_was_leads_to_what_is_advised(boots: Coached, clock: Clock) -> None:
    """Each wearer's own; his 70 never becomes hers."""
    boots.diary.had(
        *(
            sitting(
                clock.time - timedelta(days=days), BEN_ID, feeling=Feeling.COMFORTABLE
            )
            for days in range(6, 0, -1)
        )
    )
    assert boots.shown("stage", BEN_ID) == "building"
    assert float(boots.shown("recommended_duration", BEN_ID)) == 20
    assert boots.shown("stage") == "gentle"
    assert float(boots.shown("recommended_duration")) == 15


async def test_the_ceiling_of_the_pair_holds_for_the_coach(
    hass: HomeAssistant, boots: Coached, clock: Clock
) -> None:
    """What is recommended can be asked for."""
    hass.config_entries.async_update_entry(
        boots.entry, options={"target_max_mmhg": 25, "duration_max_minutes": 12}
    )
    await hass.async_block_till_done()
    boots.diary.tell()
    assert boots.shown("recommended_pressure") == "25"
    assert float(boots.shown("recommended_duration")) == 12


async def test_a_week_begins_on_monday(
    hass: HomeAssistant, boots: Coached, clock: Clock
) -> None:
    """Local time; sums begin anew, and say since when, so that statistics add up."""
    monday = dt_util.start_of_local_day(datetime(2026, 11, 23).date())
    boots.diary.had(
        sitting(monday - timedelta(minutes=1), duration_s=600),
        sitting(monday, duration_s=900),
        sitting(clock.time - timedelta(hours=1), duration_s=1200, ran_s=700),
        sitting(monday + timedelta(days=7)),
    )
    for key, value, unit in (
        ("sessions_this_week", 2, "sessions"),
        ("time_this_week", 1600 / 60, "min"),
    ):
        state = hass.states.get(boots.of("sensor", key))
        assert state is not None
        assert float(state.state) == pytest.approx(value, abs=0.01)
        assert state.attributes["state_class"] is SensorStateClass.TOTAL
        assert state.attributes["unit_of_measurement"] == unit
        assert state.attributes["last_reset"] == monday.isoformat()
    clock.time = monday.astimezone(UTC) + timedelta(days=14)
    boots.coordinator.coach._day_began(clock.time)
    assert boots.shown("sessions_this_week") == "0"
    state = hass.states.get(boots.of("sensor", "time_this_week"))
    assert state is not None
    assert state.attributes["last_reset"] > monday.isoformat()


async def test_sums_survive_a_reload(
    hass: HomeAssistant, boots: Coached, clock: Clock
) -> None:
    """They come from the diary."""
    boots.diary.had(sitting(clock.time - timedelta(hours=1)))
    assert await hass.config_entries.async_reload(boots.entry.entry_id)
    assert boots.shown("sessions_this_week") == "1"
    assert float(boots.shown("time_this_week")) == 15


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, "completed"),
        ({"completed": False, "ended_why": "requested"}, "stopped"),
        ({"completed": False, "ended_why": "leg_lost"}, "interrupted"),
    ],
)
async def test_the_last_session_tells_how_it_ended_and_no_more(
    hass: HomeAssistant, boots: Coached, facts: dict[str, Any], word: str
) -> None:
    """A word that says nothing of how it felt."""
    last = sitting(
        feeling=Feeling.TOO_STRONG, discomfort=Discomfort.PAIN, one_sided=True, **facts
    )
    boots.diary.had(last)
    state = hass.states.get(boots.of("sensor", "last_session"))
    assert state is not None
    assert state.state == last.ended_at.isoformat()
    assert state.attributes["ended"] == word == ending(last)


async def test_no_state_tells_what_was_felt(
    hass: HomeAssistant, boots: Coached
) -> None:
    """Neither a state nor an attribute."""
    boots.diary.had(
        sitting(
            feeling=Feeling.TOO_STRONG, discomfort=Discomfort.NUMBNESS, one_sided=True
        )
    )
    told = " ".join(
        str((state.state, state.attributes)) for state in hass.states.async_all()
    )
    assert "numbness" not in told
    assert "one_sided" not in told


async def test_who_listens_may_leave(boots: Coached) -> None:
    """Twice, if they like."""
    heard: list[None] = []
    leave = boots.coordinator.coach.listen(lambda: heard.append(None))
    boots.diary.tell()
    leave()
    leave()
    assert heard
    heard.clear()
    boots.diary.tell()
    assert heard == []

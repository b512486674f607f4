"""Sensors tell what the boots measure, and nothing they do not know."""

from dataclasses import replace
from datetime import timedelta

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.boots.model import Side
from custom_components.kumo_boots.boots.session import SessionState
from custom_components.kumo_boots.sensor import chamber_mmhg, highest_mmhg

from .acting import Acting, until


async def test_a_session_in_the_sensors(boots: Acting, person: Context) -> None:
    """From ready to ready."""
    await until(lambda: boots.get("sensor", "pressure_1", "left").state != "unknown")
    assert boots.phase == "ready"
    assert boots.get("sensor", "time_remaining").state == "unknown"
    assert boots.get("sensor", "session_end").state == "unknown"
    boots.coordinator.hass.config_entries.async_update_entry(
        boots.entry, options={**boots.entry.options, "history_detail": "fine"}
    )
    await boots.run(person)
    await until(
        lambda: (
            float(boots.get("sensor", "pressure_1", "left").state) > 20
            and float(boots.get("sensor", "pressure_1", "right").state) > 20
        )
    )
    assert float(boots.get("sensor", "highest_pressure").state) > 20
    assert 1 <= int(boots.get("sensor", "time_remaining").state) <= 15
    end = dt_util.parse_datetime(boots.get("sensor", "session_end").state)
    assert end is not None
    assert end > dt_util.utcnow()
    await boots.press("stop")
    assert boots.phase == "ready"


@pytest.mark.parametrize("key", ["pressure_1", "pressure_5"])
async def test_pressures_are_the_legs_and_in_mmhg(
    hass: HomeAssistant, boots: Acting, key: str
) -> None:
    """Whatever the unit system."""
    await until(lambda: boots.get("sensor", key, "left").state != "unknown")
    state = boots.get("sensor", key, "left")
    assert state.attributes["unit_of_measurement"] == "mmHg"
    name = {"pressure_1": "Foot", "pressure_5": "Thigh"}[key]
    assert state.attributes["friendly_name"].endswith(f"Left leg {name}")
    entry = er.async_get(hass).async_get(state.entity_id)
    assert entry is not None
    assert er.async_get_full_entity_name(hass, entry) == (
        f"{boots.entry.title} Left leg {name}"
    )


async def test_pressures_are_unknown_when_the_boots_may_have_moved_on(
    boots: Acting,
) -> None:
    """An old value is no pressure; at rest it was measured empty."""
    await until(lambda: boots.coordinator.data.connected)
    await until(lambda: boots.get("sensor", "pressure_1", "left").state != "unknown")
    data = boots.coordinator.data
    assert chamber_mmhg(data, Side.LEFT, 1) is not None
    assert chamber_mmhg(data, Side.LEFT, 8) is None
    assert chamber_mmhg(replace(data, connected=False), Side.LEFT, 1) is not None
    away = replace(data, connected=False, phase=None)
    assert chamber_mmhg(away, Side.LEFT, 1) is None
    assert highest_mmhg(away) is None


async def test_boots_out_of_reach_are_unavailable_but_not_their_battery(
    boots: Acting,
) -> None:
    """Switched off is a normal state; what was last known stays."""
    await until(lambda: boots.get("sensor", "battery", "left").state != "unknown")
    battery = boots.get("sensor", "battery", "left").state
    coordinator = boots.coordinator
    coordinator.async_set_updated_data(
        replace(coordinator.data, available=False, connected=False)
    )
    assert boots.get("sensor", "pressure_1", "left").state == "unavailable"
    assert boots.phase == "unavailable"
    assert boots.get("sensor", "battery", "left").state == battery
    assert boots.get("switch", "session").state == "off"
    assert boots.get("button", "stop").state != "unavailable"
    assert boots.get("binary_sensor", "connected").state == "off"


async def test_the_end_does_not_jitter(boots: Acting) -> None:
    """It moves when it moves, and not with every counted second."""
    coordinator = boots.coordinator
    end = dt_util.utcnow().replace(microsecond=0) + timedelta(minutes=10)

    def shown(moved_s: float | None) -> str:
        ends_at = None if moved_s is None else end + timedelta(seconds=moved_s)
        session = replace(coordinator.data.session, ends_at=ends_at)
        assert isinstance(session, SessionState)
        coordinator.async_set_updated_data(replace(coordinator.data, session=session))
        return boots.get("sensor", "session_end").state

    first = shown(0)
    assert [shown(4), shown(-4), shown(5)] == [first] * 3
    assert shown(6) != first
    assert shown(None) == "unknown"


async def test_what_each_unit_is(boots: Acting) -> None:
    """Serial, firmware, link and signal, each on its own leg."""
    await until(lambda: boots.get("sensor", "link", "left").state == "ready")
    assert boots.get("sensor", "link", "left").attributes["reason"] == "connected"
    serials = {boots.get("sensor", "serial", side).state for side in Side}
    assert len(serials) == 2
    assert boots.get("sensor", "firmware", "left").state not in {"", "unknown"}
    assert int(boots.get("sensor", "signal", "left").state) < 0

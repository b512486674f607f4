"""What reminds people works without boots: with clocks, sensors and a phone."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from .conftest import TELL, Make, Pass, settled

DESK = "binary_sensor.desk"
MINUTE = timedelta(minutes=1)
ANKLES = "Bend and stretch"
STAND = "Stand up"


@pytest.fixture
async def noon(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Have it be noon, where the house is."""
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(datetime.fromisoformat("2026-11-26T12:00:00+00:00"))


async def minutes(time_passes: Pass, number: int) -> None:
    """Let minutes pass, one by one."""
    for _ in range(number):
        await time_passes(MINUTE)


async def test_movement_while_sitting(
    hass: HomeAssistant,
    noon: None,
    make: Make,
    told: list[str],
    time_passes: Pass,
) -> None:
    """Ankles every half hour, standing up after an hour and a quarter."""
    hass.states.async_set(DESK, "off")
    await make("movement_reminders", sitting=DESK, tell=[TELL])
    hass.states.async_set(DESK, "on")
    await settled()
    await minutes(time_passes, 29)
    assert told == []
    await minutes(time_passes, 1)
    assert [text.startswith(ANKLES) for text in told] == [True]
    # Two minutes at the window are no walk.
    hass.states.async_set(DESK, "off")
    await minutes(time_passes, 2)
    hass.states.async_set(DESK, "on")
    await minutes(time_passes, 43)
    assert len(told) == 3
    assert told[1].startswith(ANKLES)
    assert told[2].startswith(STAND)
    # This is one, and begins the count anew.
    hass.states.async_set(DESK, "off")
    await minutes(time_passes, 6)
    hass.states.async_set(DESK, "on")
    await minutes(time_passes, 29)
    assert len(told) == 3
    await minutes(time_passes, 1)
    assert len(told) == 4


async def test_quiet_hours_stay_quiet(
    hass: HomeAssistant,
    noon: None,
    make: Make,
    told: list[str],
    time_passes: Pass,
) -> None:
    """Over midnight, too, and within a day."""
    hass.states.async_set(DESK, "off")
    await make(
        "movement_reminders",
        sitting=DESK,
        tell=[TELL],
        quiet_from="12:00:00",
        quiet_to="12:45:00",
    )
    hass.states.async_set(DESK, "on")
    await settled()
    await minutes(time_passes, 31)
    assert told == []
    await minutes(time_passes, 30)
    assert len(told) == 1


async def test_nobody_at_the_desk_is_reminded_of_nothing(
    hass: HomeAssistant,
    noon: None,
    make: Make,
    told: list[str],
    time_passes: Pass,
) -> None:
    """Also when the sensor is lost meanwhile."""
    hass.states.async_set(DESK, "off")
    await make("movement_reminders", sitting=DESK, tell=[TELL])
    await minutes(time_passes, 31)
    hass.states.async_set(DESK, "on")
    await minutes(time_passes, 10)
    hass.states.async_remove(DESK)
    await minutes(time_passes, 31)
    assert told == []


@pytest.mark.parametrize(("away", "times"), [(5, 2), (1, 0)])
async def test_legs_up_after_coming_home(
    hass: HomeAssistant,
    noon: None,
    make: Make,
    told: list[str],
    time_passes: Pass,
    away: int,
    times: int,
) -> None:
    """After hours away, not after the bakery; and when it is over."""
    hass.states.async_set("person.anna", "home")
    await make("legs_up_after_coming_home", person="person.anna", tell=[TELL])
    hass.states.async_set("person.anna", "not_home")
    await time_passes(timedelta(hours=away))
    hass.states.async_set("person.anna", "home")
    await settled()
    assert told == []
    await time_passes(timedelta(minutes=10))
    assert len(told) == min(times, 1)
    await time_passes(timedelta(minutes=10))
    assert len(told) == times
    assert all("10 minutes" in text for text in told)


async def test_legs_up_is_not_said_in_quiet_hours_nor_to_who_left(
    hass: HomeAssistant,
    noon: None,
    make: Make,
    told: list[str],
    time_passes: Pass,
) -> None:
    """Nor to somebody who was only unknown for a while."""
    hass.states.async_set("person.anna", "not_home")
    await make("legs_up_after_coming_home", person="person.anna", tell=[TELL])
    await time_passes(timedelta(hours=4))
    hass.states.async_set("person.anna", "home")
    await settled()
    hass.states.async_set("person.anna", "not_home")
    await time_passes(timedelta(minutes=10))
    await time_passes(timedelta(hours=7))
    hass.states.async_set("person.anna", "home")
    await time_passes(timedelta(minutes=10))
    hass.states.async_set("person.anna", "unavailable")
    await time_passes(timedelta(hours=10))
    hass.states.async_set("person.anna", "home")
    await time_passes(timedelta(minutes=10))
    assert told == []


async def test_a_battery_that_will_not_last(
    hass: HomeAssistant,
    noon: None,
    make: Make,
    told: list[str],
    time_passes: Pass,
) -> None:
    """Is named, with what it holds; what is full or unknown is not."""
    names = {"left": "Left leg Battery", "right": "Right leg Battery"}
    batteries = [f"sensor.{leg}" for leg in (*names, "third")]
    hass.states.async_set("sensor.left", "80", {"friendly_name": names["left"]})
    hass.states.async_set("sensor.right", "70", {"friendly_name": names["right"]})
    hass.states.async_set("sensor.third", "unknown")
    await make("battery_tonight", batteries=batteries, tell=[TELL], at="16:00:00")
    await time_passes(timedelta(hours=4, seconds=1))
    assert told == []
    hass.states.async_set("sensor.right", "22.4", {"friendly_name": names["right"]})
    await time_passes(timedelta(hours=24))
    assert told == [
        "The boots may not last tonight: Right leg Battery 22 %. Charge them now."
    ]

"""What a screen is told besides the moment: what may be chosen, and by whom."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from homeassistant.auth.permissions import PolicyPermissions
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.boots.session import Actor, Cause
from custom_components.kumo_boots.live_choices import days_s
from custom_components.kumo_boots.people.sitting import Discomfort, Sitting

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON, run
from ..people.living import move_in

NUMBERS = count(1)


class Screen:
    """Somebody who looks at a pair of boots."""

    def __init__(self, client: Any) -> None:
        """Take a websocket."""
        self._client = client

    async def look(self, boots: Acting) -> dict[str, Any]:
        """Return what they are told first."""
        number = next(NUMBERS)
        await self._client.send_json(
            {"id": number, "type": "kumo_boots/live", "entry_id": boots.entry.entry_id}
        )
        while True:
            message = await self._client.receive_json()
            if message["id"] == number and message["type"] == "event":
                event: dict[str, Any] = message["event"]
                return event


@pytest.fixture
async def screen(boots: Acting, hass_ws_client: Any) -> Screen:
    """Return an administrator at a screen."""
    assert await async_setup_component(boots.hass, "websocket_api", {})
    return Screen(await hass_ws_client(boots.hass))


@pytest.fixture
async def nurse(hass: HomeAssistant, boots: Acting, hass_ws_client: Any) -> Screen:
    """Return somebody who may see everything, and is no wearer."""
    assert await async_setup_component(boots.hass, "websocket_api", {})
    user = await hass.auth.async_create_user("Nurse")
    user.permissions = PolicyPermissions(
        {"entities": {"all": {"read": True}}}, hass.auth._store._perm_lookup
    )
    token = await hass.auth.async_create_refresh_token(user, "https://example.com/app")
    return Screen(
        await hass_ws_client(hass, hass.auth.async_create_access_token(token))
    )


async def test_what_may_be_chosen(boots: Acting, screen: Screen) -> None:
    """The range of the boots, the limits in force and the next session's settings."""
    told = await screen.look(boots)
    able = boots.coordinator.capabilities
    assert told["capabilities"]["chambers"] == able.chambers
    assert told["capabilities"]["target_max_mmhg"] == able.target_max_mmhg
    assert told["capabilities"]["programmes"] == list(able.programmes)
    assert "pause" in told["capabilities"]["features"]
    assert told["limits"] == {"target_max_mmhg": 60, "duration_max_s": 1800}
    assert told["setpoints"] == {
        "mode": "relax",
        "target_mmhg": 30,
        "duration_s": 900,
        "legs": "both",
    }
    assert told["session"]["settings"] is None
    for leg in told["legs"].values():
        assert leg["battery_percent"] > 0
        assert leg["link"] == {"state": "ready", "reason": "connected"}


async def test_what_runs_is_told_in_the_same_shape(
    boots: Acting, screen: Screen
) -> None:
    """Whatever the next session's settings are meanwhile."""
    await run(boots, target_mmhg=40, legs=boots.coordinator.capabilities.legs)
    told = await screen.look(boots)
    assert told["session"]["settings"] == {
        "mode": "relax",
        "target_mmhg": 40,
        "duration_s": 900,
        "legs": "both",
    }
    assert told["setpoints"]["target_mmhg"] == 30


async def test_a_guest_has_no_coach_and_no_week(boots: Acting, screen: Screen) -> None:
    """Nobody knows who it is."""
    told = await screen.look(boots)
    assert told["wearer"] == "guest"
    for key in ("wearer_id", "coach", "precautions", "locked", "week_s"):
        assert told[key] is None, key
    assert told["own_limits"] == {"target_max_mmhg": 60, "duration_max_s": 1800}


async def test_a_wearer_is_advised(boots: Acting, screen: Screen) -> None:
    """By the coach, whom they may leave; and what they have yet to read is told."""
    anna = await move_in(boots, "Anna", acknowledged=None, target_max_mmhg=50)
    told = await screen.look(boots)
    assert (told["wearer"], told["wearer_id"]) == ("Anna", anna.wearer_id)
    assert told["coach"]["stage"] == "gentle"
    assert told["coach"]["target_mmhg"] == 30
    assert told["coach"]["cap_mmhg"] == told["limits"]["target_max_mmhg"]
    # What is Anna's own is told beside it.
    assert told["own_limits"]["target_max_mmhg"] == 50
    assert told["limits"]["target_max_mmhg"] < 50
    assert told["precautions"] is True
    assert told["locked"] is False
    assert told["week_s"] == [0] * 7
    ben = await move_in(boots, "Ben", follow_coach=False)
    await boots.coordinator.household.async_choose(ben)
    told = await screen.look(boots)
    assert told["coach"] is None
    assert told["precautions"] is False


async def test_a_lock_is_nobody_elses_business(
    boots: Acting, screen: Screen, nurse: Screen
) -> None:
    """Nor is the week: only the wearer's and the administrators'."""
    anna = await move_in(boots, "Anna")
    assert anna.wearer_id is not None
    boots.coordinator.diary.discomfort(anna.wearer_id, Discomfort.PAIN, True)
    trusted, other = await screen.look(boots), await nurse.look(boots)
    assert trusted["locked"] is True
    assert trusted["week_s"] is not None
    assert other["locked"] is None
    assert other["week_s"] is None
    assert other["wearer"] == "Anna"
    assert other.keys() == trusted.keys()


async def test_an_answer_names_its_request(boots: Acting, person: Context) -> None:
    """So that a yes can be said to this one, and to no other."""
    answer = await boots.hass.services.async_call(
        "kumo_boots",
        "start_session",
        {"device_id": boots.device.id},
        blocking=True,
        context=person,
        return_response=True,
    )
    assert isinstance(answer, dict)
    [told] = answer["boots"]
    session = boots.coordinator.session
    assert told["request"] == session.state.request_id
    outcome = await session.request(
        boots.coordinator.settings_from_setpoints(target_mmhg=40), PERSON
    )
    assert outcome.request_id == session.state.request_id
    await session.stop(Cause(actor=Actor.PERSON, why="stopped"))
    await until(lambda: boots.phase == "ready")


def sitting(started_at: datetime, ran_s: int) -> Sitting:
    """Return a session that began at a time."""
    return Sitting(
        sitting_id="s",
        wearer_id="anna",
        requested_by=None,
        confirmed_by=None,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=ran_s),
        ran_s=ran_s,
        completed=True,
        ended_why="time_up",
        programme="relax",
        target_mmhg=30,
        duration_s=900,
        legs=("left", "right"),
    )


def test_a_week_is_of_local_days() -> None:
    """From Monday; what was before and after is another week's."""
    dt_util.set_default_time_zone(zone := dt_util.get_time_zone("Europe/Madrid"))
    assert zone is not None
    thursday = date(2026, 11, 26)
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    sittings = [
        sitting(late - timedelta(days=1, hours=1), 60),
        sitting(late - timedelta(days=3), 900),
        sitting(late, 600),
        sitting(late + timedelta(hours=1), 300),
        sitting(late + timedelta(days=2), -5),
        sitting(late + timedelta(days=6), 900),
    ]
    assert days_s(sittings, thursday) == [0, 900, 0, 0, 0, 0, 0]

"""A routine's own device, and the pair's calendar and pause."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.const import EntityCategory
from homeassistant.core import State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.live import message
from custom_components.kumo_boots.people.sitting import Sitting
from custom_components.kumo_boots.routines.routine import (
    BootsSession,
    Routine,
    Schedule,
)
from custom_components.kumo_boots.routines.run import RunPhase

from ..entities.acting import Acting, until
from ..people.living import move_in
from .evenings import LEGS_UP, ME, MOBILITY, SESSION, Evening
from .test_planner import EVERY_DAY, later


class Page:
    """The device page of a routine."""

    def __init__(self, boots: Acting, routine: Routine) -> None:
        """Open it."""
        self.boots = boots
        self.prefix = f"{boots.entry.entry_id}_routine_{routine.routine_id}"

    def id(self, platform: str, key: str) -> str:
        """Return an entity's id."""
        found = er.async_get(self.boots.hass).async_get_entity_id(
            platform, DOMAIN, f"{self.prefix}_{key}"
        )
        assert found is not None
        return found

    def get(self, platform: str, key: str) -> State:
        """Return an entity's state."""
        state = self.boots.hass.states.get(self.id(platform, key))
        assert state is not None
        return state

    async def call(self, platform: str, service: str, key: str) -> None:
        """Do something on it."""
        await self.boots.call(platform, service, entity_id=self.id(platform, key))


@pytest.fixture
async def routine(evening: Evening) -> Routine:
    """Return a routine that is due some time."""
    return await evening.make(MOBILITY, LEGS_UP, schedule=later())


@pytest.fixture
async def page(boots: Acting, routine: Routine) -> Page:
    """Return its page, with everything on it."""
    page = Page(boots, routine)
    registry = er.async_get(boots.hass)
    await until(
        lambda: registry.async_get_entity_id("switch", DOMAIN, f"{page.prefix}_enabled")
    )
    return page


async def test_start_and_where_it_is(page: Page, evening: Evening) -> None:
    """By hand, whatever the schedule says."""
    assert page.get("sensor", "step").state == "idle"
    assert page.get("sensor", "step").attributes["remaining_s"] is None
    await page.call("button", "press", "start")
    await until(lambda: page.get("sensor", "step").state == "mobility")
    await until(lambda: page.get("sensor", "step").attributes["ends_at"] is not None)
    attributes = page.get("sensor", "step").attributes
    assert 590 <= attributes["remaining_s"] <= 600
    assert attributes["step_number"] == 1
    # A clock is nothing for the recorder.
    info = page.get("sensor", "step").state_info
    assert info is not None
    clock = {"remaining_s", "ends_at", "step_number", "steps"}
    assert clock <= set(attributes)
    assert clock <= info["unrecorded_attributes"]
    told = message(evening.boots.coordinator)["routine"]
    assert (told["name"], told["index"]) == ("Evening", 0)
    assert [each["state"] for each in told["steps"]] == ["now", "ahead"]
    with pytest.raises(Exception, match="Evening is under way"):
        await page.call("button", "press", "start")
    await evening.runner.async_pause(ME)
    assert page.get("sensor", "step").state == "paused"
    await evening.runner.async_stop(ME)
    assert page.get("sensor", "step").state == "idle"


async def test_while_it_asks_start_is_a_yes(
    page: Page, evening: Evening, routine: Routine
) -> None:
    """Where there is no phone."""
    await evening.runner.async_start(routine, ME, ask_s=600)
    assert page.get("sensor", "step").state == "asking"
    await page.call("button", "press", "start")
    assert evening.run.phase is RunPhase.RUNNING
    await evening.runner.async_stop(ME)


async def test_another_routine_is_not_this_one(page: Page, evening: Evening) -> None:
    """It shows its own."""
    await evening.begin(MOBILITY, name="Other")
    assert page.get("sensor", "step").state == "idle"
    await evening.runner.async_stop(ME)


async def test_the_schedule_can_be_switched_off(page: Page, evening: Evening) -> None:
    """Then it is not due; what is under way goes on."""
    assert page.get("switch", "enabled").state == "on"
    next_run = page.get("sensor", "next_run").state
    due = dt_util.parse_datetime(next_run)
    assert due is not None
    assert timedelta() < due - dt_util.utcnow() < timedelta(hours=4)
    await page.call("switch", "turn_off", "enabled")
    await until(lambda: page.get("switch", "enabled").state == "off")
    assert page.get("sensor", "next_run").state == "unknown"
    await page.call("switch", "turn_on", "enabled")
    await until(lambda: page.get("sensor", "next_run").state == next_run)
    unscheduled = await evening.make(MOBILITY, name="By hand")
    assert evening.boots.coordinator.planner.next_run(unscheduled) is None


async def test_it_is_a_service_that_goes_with_its_routine(
    page: Page, boots: Acting, routine: Routine
) -> None:
    """Named as it is; gone when it is removed."""
    devices = dr.async_get(boots.hass)
    device = devices.async_get_device_by_identifier(
        (DOMAIN, page.prefix), boots.entry.entry_id
    )
    assert device is not None
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.name == "Evening"
    subentry = boots.entry.subentries[routine.routine_id]
    boots.hass.config_entries.async_update_subentry(
        boots.entry, subentry, data={**subentry.data, "name": "Late"}, title="Late"
    )

    def name() -> str | None:
        now = devices.async_get(device.id)
        return None if now is None else now.name

    await until(lambda: name() == "Late")
    boots.hass.config_entries.async_remove_subentry(boots.entry, routine.routine_id)
    await until(lambda: name() is None)
    assert boots.coordinator.routines.all == ()


async def test_the_pause(boots: Acting, page: Page) -> None:
    """Until a day; one that has come ends it."""
    entity_id = boots.id("date", "routines_paused_until")
    entity = er.async_get(boots.hass).async_get(entity_id)
    assert entity is not None
    assert entity.entity_category is EntityCategory.CONFIG
    assert boots.get("date", "routines_paused_until").state == "unknown"
    day = (dt_util.now() + timedelta(days=10)).date()
    await boots.call("date", "set_value", {"date": day}, entity_id=entity_id)
    assert boots.get("date", "routines_paused_until").state == day.isoformat()
    due = dt_util.parse_datetime(page.get("sensor", "next_run").state)
    assert due is not None
    assert dt_util.as_local(due).date() >= day
    await boots.hass.config_entries.async_reload(boots.entry.entry_id)
    assert boots.get("date", "routines_paused_until").state == day.isoformat()
    today = dt_util.now().date()
    await boots.call("date", "set_value", {"date": today}, entity_id=entity_id)
    assert boots.get("date", "routines_paused_until").state == "unknown"


class TestCalendar:
    """What is planned, and what was done."""

    async def events(
        self, boots: Acting, start: datetime, end: datetime
    ) -> list[dict[str, Any]]:
        """Ask for a range, as a dashboard does."""
        answer = await boots.hass.services.async_call(
            "calendar",
            "get_events",
            {
                "entity_id": boots.id("calendar", "calendar"),
                "start_date_time": start,
                "end_date_time": end,
            },
            blocking=True,
            return_response=True,
        )
        assert answer is not None
        [told] = answer.values()
        events: list[dict[str, Any]] = told["events"]  # type: ignore[index,call-overload,assignment]
        return events

    async def test_nothing_is_planned(self, boots: Acting) -> None:
        """And nothing was done."""
        assert boots.get("calendar", "calendar").state == "off"
        now = dt_util.now()
        day = timedelta(days=1)
        assert await self.events(boots, now - day, now + day) == []

    async def test_what_is_planned(self, evening: Evening, boots: Acting) -> None:
        """Routines on each of their days, and sessions once; who it is for."""
        anna = await move_in(boots, "Anna", follow_coach=False)
        schedule = Schedule(days=EVERY_DAY, at=later().at)
        await evening.make(
            MOBILITY, SESSION, wearer_id=anna.wearer_id, schedule=schedule
        )
        await evening.make(LEGS_UP, name="Off", schedule=schedule, enabled=False)
        await evening.make(BootsSession(), name="By hand")
        now = dt_util.now()
        await boots.ask(
            "plan_session", at=now + timedelta(hours=1), pressure=40, duration=10
        )
        found = await self.events(boots, now, now + timedelta(days=2))
        assert [each["summary"] for each in found] == [
            "Planned session (Anna)",
            "Evening (Anna)",
            "Evening (Anna)",
        ]
        assert found[0]["description"] == "Relax, 40 mmHg, 10 minutes"
        assert found[1]["description"] == "Mobility, Boots"
        state = boots.get("calendar", "calendar")
        assert state.attributes["message"] == "Planned session (Anna)"
        boots.coordinator.planner.pause_until((now + timedelta(days=30)).date())
        found = await self.events(boots, now, now + timedelta(days=2))
        assert [each["summary"] for each in found] == ["Planned session (Anna)"]

    async def test_a_planned_session_of_the_guest_names_nobody(
        self, boots: Acting
    ) -> None:
        """For whoever it may be."""
        now = dt_util.now()
        await boots.ask("plan_session", at=now + timedelta(hours=1), duration=10)
        [event] = await self.events(boots, now, now + timedelta(days=1))
        assert event["summary"] == "Planned session"

    async def test_what_was_done(self, boots: Acting) -> None:
        """Within the range; nothing of how it felt."""
        anna = await move_in(boots, "Anna", follow_coach=False)
        ended = dt_util.utcnow() - timedelta(hours=2)
        assert anna.wearer_id is not None
        for number, earlier in enumerate((timedelta(), timedelta(days=3))):
            boots.coordinator.diary.add(
                Sitting(
                    sitting_id=str(number),
                    wearer_id=anna.wearer_id,
                    requested_by=None,
                    confirmed_by=None,
                    started_at=ended - earlier - timedelta(minutes=20),
                    ended_at=ended - earlier,
                    ran_s=1200,
                    completed=True,
                    ended_why="time_up",
                    programme="relax",
                    target_mmhg=40,
                    duration_s=1200,
                    legs=("left", "right"),
                )
            )
        now = dt_util.now()
        [event] = await self.events(boots, now - timedelta(days=1), now)
        assert event["summary"] == "Session (Anna)"
        assert dt_util.parse_datetime(event["end"]) == ended.replace(microsecond=0) or (
            event["end"][:16] == dt_util.as_local(ended).isoformat()[:16]
        )
        assert "description" not in event

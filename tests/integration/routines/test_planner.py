"""What is due is asked, politely; what is planned is asked for."""

from datetime import date, timedelta
from typing import Any

from homeassistant.core import Event, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.const import EVENT_SESSION
from custom_components.kumo_boots.routines.planner import Planner, plans_store
from custom_components.kumo_boots.routines.routine import BootsSession, Schedule
from custom_components.kumo_boots.routines.run import RunPhase

from ..entities.acting import Acting, until
from ..people.living import change, move_in, move_out, remember
from .evenings import LEGS_UP, ME, MOBILITY, SESSION, Evening

EVERY_DAY = frozenset(range(7))


def soon(seconds: float = 2) -> Schedule:
    """Return a schedule that is due in a moment, every day."""
    at = dt_util.now() + timedelta(seconds=seconds)
    return Schedule(days=EVERY_DAY, at=at.time().replace(tzinfo=None))


def later(hours: float = 3) -> Schedule:
    """Return a schedule that nobody waits for."""
    return soon(hours * 3600)


def planner_of(boots: Acting) -> Planner:
    """Return the pair's planner."""
    return boots.coordinator.planner


async def test_a_routine_that_is_due_asks(evening: Evening, boots: Acting) -> None:
    """And begins only with a yes."""
    routine = await evening.make(MOBILITY, schedule=soon())
    due = planner_of(boots).next_run(routine)
    assert due is not None
    await evening.told("asked")
    assert evening.run.phase is RunPhase.ASKING
    assert evening.cause_of("asked") == "due"
    assert abs((due - dt_util.utcnow()).total_seconds()) < 5
    again = planner_of(boots).next_run(routine)
    assert again is not None
    assert again - due == timedelta(days=1)
    await evening.runner.async_answer(True, ME)
    await evening.told("step_started mobility")
    await evening.runner.async_stop(ME)


async def test_without_an_answer_it_gives_up(evening: Evening, boots: Acting) -> None:
    """Quietly, after as long as a request waits; why is told."""
    boots.coordinator.session.wait_s = 1
    await evening.make(MOBILITY, schedule=soon())
    await evening.told("not_run")
    assert evening.cause_of("not_run") == "no_answer"


class TestPolite:
    """When nobody is asked, and what is told then."""

    async def not_run(self, evening: Evening) -> str:
        """Wait until it is told, and return why."""
        await evening.told("not_run")
        assert "asked" not in evening.kinds
        return evening.cause_of("not_run")

    async def test_paused(self, evening: Evening, boots: Acting) -> None:
        """It is not even due; from the day on it is."""
        planner = planner_of(boots)
        tomorrow = dt_util.now().date() + timedelta(days=1)
        routine = await evening.make(MOBILITY, schedule=later())
        planner.pause_until(tomorrow)
        due = planner.next_run(routine)
        assert due is not None
        assert dt_util.as_local(due).date() >= tomorrow
        planner.pause_until(date(2020, 1, 1))
        due = planner.next_run(routine)
        assert due is not None
        assert due < dt_util.utcnow() + timedelta(hours=4)

    async def test_boots_that_were_not_there_for_a_day(
        self, evening: Evening, boots: Acting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """They are not taken out tonight either; a routine without them is asked."""
        monkeypatch.setattr(boots.coordinator.last_heard, "within", lambda *_: False)
        await evening.make(SESSION, schedule=soon())
        assert await self.not_run(evening) == "not_seen"
        evening.events.clear()
        await evening.make(MOBILITY, name="Other", schedule=soon())
        await evening.told("asked")
        await evening.runner.async_stop(ME)

    async def test_boots_that_are_in_use(self, evening: Evening, boots: Acting) -> None:
        """Somebody else's session is not disturbed."""
        await boots.coordinator.session.request(
            boots.coordinator.settings_from_setpoints(), ME
        )
        await evening.make(SESSION, schedule=soon())
        assert await self.not_run(evening) == "busy"
        await boots.coordinator.session.stop(ME)

    async def test_another_routine_is_under_way(self, evening: Evening) -> None:
        """One evening at a time."""
        await evening.begin(MOBILITY, name="First")
        await evening.make(MOBILITY, schedule=soon())
        await evening.told("not_run")
        assert evening.cause_of("not_run") == "routine_busy"
        await evening.runner.async_stop(ME)

    async def test_the_wearers_own_rules(self, evening: Evening, boots: Acting) -> None:
        """Precautions, a limit, somebody who was removed."""
        anna = await move_in(boots, "Anna", acknowledged=None, follow_coach=False)
        await move_in(boots, "Ben", follow_coach=False)
        await evening.make(SESSION, wearer_id=anna.wearer_id, schedule=soon())
        assert await self.not_run(evening) == "precautions_first"
        evening.events.clear()
        await evening.make(
            BootsSession(target_mmhg=110), name="Strong", schedule=soon()
        )
        assert await self.not_run(evening) == "out_of_range"
        evening.events.clear()
        await evening.make(
            SESSION, name="Hers", wearer_id=anna.wearer_id, schedule=soon(3)
        )
        await move_out(boots, anna)
        assert await self.not_run(evening) == "unknown_wearer"

    @pytest.mark.parametrize(
        ("rules", "why"),
        [
            ({"rest_hours": 2.0}, "rest_first"),
            ({"sessions_per_day": 1, "rest_hours": 0}, "too_many_today"),
        ],
    )
    async def test_rest_and_sessions_a_day(
        self, evening: Evening, boots: Acting, rules: dict[str, Any], why: str
    ) -> None:
        """Who had theirs is not asked tonight; the legs may still go up."""
        diary = await remember(boots)
        anna = await move_in(boots, "Anna", follow_coach=False, **rules)
        diary.add(anna, timedelta(seconds=1))
        await evening.make(SESSION, wearer_id=anna.wearer_id, schedule=soon())
        assert await self.not_run(evening) == why
        evening.events.clear()
        await evening.make(
            LEGS_UP, name="Legs up", wearer_id=anna.wearer_id, schedule=soon()
        )
        await evening.told("asked")
        await evening.runner.async_stop(ME)

    async def test_one_without_steps(self, evening: Evening) -> None:
        """There is nothing to ask."""
        await evening.make(schedule=soon())
        assert await self.not_run(evening) == "routine_empty"

    @pytest.mark.parametrize(("minutes", "asks"), [(10, True), (20, False)])
    async def test_home_was_away(
        self, evening: Evening, boots: Acting, minutes: float, asks: bool
    ) -> None:
        """A little late it is still asked; else it was missed, and that is told."""
        await evening.make(LEGS_UP, MOBILITY, schedule=later(-minutes / 60))
        assert await boots.hass.config_entries.async_unload(boots.entry.entry_id)
        store = plans_store(boots.hass, boots.entry.entry_id)
        looked_at = dt_util.utcnow() - timedelta(hours=2)
        await store.async_save({"looked_at": looked_at.isoformat()})
        assert await boots.hass.config_entries.async_setup(boots.entry.entry_id)
        await evening.told("asked" if asks else "not_run")
        if asks:
            await evening.runner.async_stop(ME)
        else:
            assert evening.cause_of("not_run") == "missed"


async def test_finish_by_counts_all_steps(evening: Evening, boots: Acting) -> None:
    """And the session as it would be asked for."""
    anna = await move_in(boots, "Anna")
    routine = await evening.make(
        MOBILITY,
        BootsSession(),
        wearer_id=anna.wearer_id,
        schedule=Schedule(days=EVERY_DAY, at=later(5).at, finish_by=True),
    )
    planner = planner_of(boots)
    assert planner.takes_s(routine) == 600 + 900
    due = planner.next_run(routine)
    assert due is not None
    whole = due + timedelta(seconds=1500)
    assert dt_util.as_local(whole).time() == routine.schedule.at  # type: ignore[union-attr]
    await move_out(boots, anna)
    assert planner.takes_s(routine) == 600


async def test_what_cannot_be_read_is_not_planned(
    evening: Evening, boots: Acting
) -> None:
    """The rest of it is."""
    assert await boots.hass.config_entries.async_unload(boots.entry.entry_id)
    store = plans_store(boots.hass, boots.entry.entry_id)
    await store.async_save(
        {"plans": [{"plan_id": "x"}], "paused_until": "2999-01-01", "looked_at": 7}
    )
    assert await boots.hass.config_entries.async_setup(boots.entry.entry_id)
    assert planner_of(boots).plans == ()
    assert planner_of(boots).paused


class TestPlannedSessions:
    """Once, at a time."""

    @pytest.fixture(autouse=True)
    def _listen(self, boots: Acting) -> None:
        self.told: list[dict[str, Any]] = []

        @callback
        def happened(event: Event) -> None:
            self.told.append(dict(event.data))

        boots.hass.bus.async_listen(EVENT_SESSION, happened)

    async def plan(self, boots: Acting, seconds: float, **data: Any) -> dict[str, Any]:
        """Plan one, as an automation does."""
        at = dt_util.now() + timedelta(seconds=seconds)
        return await boots.ask("plan_session", at=at, **data)

    async def test_it_is_asked_for_at_its_time(self, boots: Acting) -> None:
        """And waits for a person."""
        told = await self.plan(boots, 2, pressure=40, duration=10)
        assert told["result"] == "planned"
        assert told["settings"]["pressure"] == 40
        await until(lambda: boots.phase == "awaiting")
        settings = boots.coordinator.session.state.settings
        assert settings is not None
        assert (settings.target_mmhg, settings.duration_s) == (40, 600)
        assert planner_of(boots).plans == ()
        assert not boots.inflated
        await boots.coordinator.session.stop(ME)

    async def test_it_is_for_whom_it_is(self, boots: Acting) -> None:
        """And is told when they may not."""
        anna = await move_in(boots, "Anna", follow_coach=False)
        await move_in(boots, "Ben", follow_coach=False)
        told = await self.plan(boots, 2, wearer="Anna", duration=10)
        assert told["wearer"] == "Anna"
        await until(lambda: boots.phase == "awaiting")
        assert boots.coordinator.household.current.name == "Anna"
        await boots.coordinator.session.stop(ME)
        await until(lambda: boots.phase == "ready")
        for deed, error in (
            (change(boots, anna, acknowledged=None), "precautions_first"),
            (move_out(boots, anna), "unknown_wearer"),
        ):
            if error == "precautions_first":
                await self.plan(boots, 2, wearer="Anna", duration=10)
            else:
                await self.plan(boots, 4, wearer="Anna", duration=10)
            await deed
            await until(lambda: not planner_of(boots).plans)
            await until(lambda: self.told[-1]["kind"] == "failed")
            assert boots.get("event", "session").attributes["error"] == error

    async def test_what_is_above_a_limit_is_refused_now(self, boots: Acting) -> None:
        """And a time that is over."""
        told = await self.plan(boots, 60, pressure=90)
        assert (told["result"], told["reason"]) == ("refused", "out_of_range")
        with pytest.raises(ServiceValidationError, match="over already"):
            await self.plan(boots, -60)

    async def test_it_can_be_dropped(self, boots: Acting) -> None:
        """One, or all of them; in the order of their time they are told."""
        late = await self.plan(boots, 7200)
        early = await self.plan(boots, 3600)
        await self.plan(boots, 5000)
        told = await boots.ask("cancel_planned", plan=early["plan"])
        assert [each["plan"] for each in told["plans"]] == [early["plan"]]
        told = await boots.ask("cancel_planned")
        assert told["result"] == "cancelled"
        assert [each["plan"] for each in told["plans"]][-1] == late["plan"]
        told = await boots.ask("cancel_planned")
        assert told == told | {"result": "nothing_planned", "plans": []}

    async def test_it_outlives_a_restart_and_is_told_when_missed(
        self, boots: Acting
    ) -> None:
        """It is not made up for."""
        await self.plan(boots, 3600)
        [plan] = planner_of(boots).plans
        assert await boots.hass.config_entries.async_reload(boots.entry.entry_id)
        assert planner_of(boots).plans == (plan,)
        assert await boots.hass.config_entries.async_unload(boots.entry.entry_id)
        store = plans_store(boots.hass, boots.entry.entry_id)
        gone = dt_util.utcnow() - timedelta(minutes=20)
        await store.async_save(
            {
                "plans": [plan.as_dict() | {"at": gone.isoformat()}],
                "looked_at": (gone - timedelta(hours=1)).isoformat(),
            }
        )
        assert await boots.hass.config_entries.async_setup(boots.entry.entry_id)
        await until(lambda: not planner_of(boots).plans)
        await until(lambda: bool(self.told) and self.told[-1]["kind"] == "failed")
        assert boots.get("event", "session").attributes["error"] == "missed"

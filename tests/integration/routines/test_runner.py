"""A routine is done step by step; the boots are only asked for."""

from dataclasses import replace

from homeassistant.core import Context, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.boots.errors import NeedsPersonError, WrongPhaseError
from custom_components.kumo_boots.boots.session_state import Policy
from custom_components.kumo_boots.routines.errors import (
    NoRoutineError,
    RoutineBusyError,
    RoutineEmptyError,
)
from custom_components.kumo_boots.routines.routine import (
    BootsSession,
    Light,
    Massage,
    Water,
)
from custom_components.kumo_boots.routines.run import RunPhase, StepState

from ..entities.acting import Acting, until
from ..people.living import move_in, move_out
from .evenings import (
    LEGS_UP,
    LIGHT,
    LONG,
    MASSAGE,
    MASSAGER,
    ME,
    MOBILITY,
    PANEL,
    SESSION,
    SHORT,
    Evening,
)


async def test_a_whole_evening(
    evening: Evening, boots: Acting, person: Context
) -> None:
    """Every step in its order; the panel and the massager are as they were before."""
    await evening.begin(
        SHORT,
        Massage(duration_s=1, entity_id=MASSAGER),
        SESSION,
        Light(duration_s=1, entity_id=LIGHT, brightness_pct=100, rgb=(255, 0, 0)),
        LEGS_UP,
        Water(),
    )
    await evening.told("step_started massage")
    await until(lambda: evening.is_on(MASSAGER))
    await evening.asked()
    assert not evening.is_on(MASSAGER)
    assert not boots.inflated
    await evening.in_boots(person)
    left = evening.runner.remaining_s
    assert left is not None
    assert 0 < left <= 120
    await evening.told("step_started light")
    await until(lambda: evening.is_on(LIGHT))
    await evening.over()
    await until(lambda: not evening.is_on(LIGHT))
    assert evening.kinds == [
        "started",
        *(
            f"step_{what} {step}"
            for step in (
                "mobility",
                "massage",
                "session",
                "light",
                "elevation",
                "water",
            )
            for what in ("started", "finished")
        ),
        "finished",
    ]
    assert evening.cause_of("finished") == "done"
    assert evening.runner.remaining_s is None
    told = evening.events[0]
    assert (told["routine"], told["wearer"], told["actor"]) == (
        "Evening",
        "guest",
        "person",
    )
    assert boots.get("event", "routine").attributes["event_type"] == "finished"


async def test_a_light_that_was_on_is_as_bright_as_before(evening: Evening) -> None:
    """And stays on."""
    await evening.hass.services.async_call(
        "light", "turn_on", {"entity_id": LIGHT, "brightness": 42}, blocking=True
    )
    await evening.begin(PANEL, SHORT)
    await until(lambda: evening.hass.states.get(LIGHT).attributes["brightness"] == 255)
    await evening.runner.async_skip(ME)
    await evening.told("step_started mobility")
    state = evening.hass.states.get(LIGHT)
    assert (state.state, state.attributes["brightness"]) == ("on", 42)
    await evening.over()


async def test_a_light_has_its_colour_and_then_the_one_from_before(
    evening: Evening,
) -> None:
    """A panel's red is part of the step, whatever the lamp shines in otherwise."""

    def shows() -> tuple[int, ...]:
        state = evening.hass.states.get(LIGHT)
        assert state is not None
        return tuple(state.attributes["rgb_color"] or ())

    await evening.hass.services.async_call(
        "light",
        "turn_on",
        {"entity_id": LIGHT, "rgb_color": [0, 0, 255]},
        blocking=True,
    )
    await until(lambda: shows() == (0, 0, 255))
    await evening.begin(replace(PANEL, rgb=(255, 0, 0)), SHORT)
    await until(lambda: shows() == (255, 0, 0))
    await evening.runner.async_skip(ME)
    await evening.told("step_started mobility")
    await until(lambda: shows() == (0, 0, 255))
    assert evening.is_on(LIGHT)
    await evening.over()


async def test_a_massage_by_a_script(evening: Evening) -> None:
    """However long it takes, the step goes its own time, and ends it."""
    script = "script.knead"
    await evening.begin(replace(MASSAGE, entity_id=script), SHORT)
    await until(lambda: evening.is_on(MASSAGER) and evening.is_on(script))
    assert evening.run.ends_at is not None
    await evening.runner.async_skip(ME)
    await evening.told("step_started mobility")
    assert "step_failed massage" not in evening.kinds
    await until(lambda: not evening.is_on(script))
    await evening.over()


class TestStepsAreControlled:
    """Skip, pause, go on, longer, stop."""

    async def test_skip(self, evening: Evening) -> None:
        """The massager is off, and the next step begins."""
        await evening.begin(MASSAGE, LEGS_UP)
        await until(lambda: evening.run.ends_at is not None)
        await evening.runner.async_skip(ME)
        await evening.over()
        assert not evening.is_on(MASSAGER)
        assert "step_skipped massage" in evening.kinds
        assert evening.cause_of("step_skipped massage") == "requested"

    async def test_pause_keeps_what_is_left(self, evening: Evening) -> None:
        """And going on takes it from there."""
        await evening.begin(MOBILITY)
        await until(lambda: evening.run.ends_at is not None)
        await evening.runner.async_pause(ME)
        assert evening.run.phase is RunPhase.PAUSED
        assert evening.run.ends_at is None
        assert LONG - 10 < (evening.runner.remaining_s or 0) <= LONG
        with pytest.raises(NoRoutineError):
            await evening.runner.async_pause(ME)
        await evening.runner.async_extend(ME)
        assert evening.runner.remaining_s > LONG
        await evening.runner.async_resume(ME)
        assert evening.run.phase is RunPhase.RUNNING
        assert LONG < (evening.runner.remaining_s or 0) <= LONG + 300
        with pytest.raises(NoRoutineError):
            await evening.runner.async_resume(ME)
        assert evening.kinds[-3:] == [
            "paused mobility",
            "extended mobility",
            "resumed mobility",
        ]
        await evening.runner.async_stop(ME)

    async def test_longer(self, evening: Evening) -> None:
        """By five minutes, or as many as are wanted."""
        await evening.begin(MOBILITY)
        await until(lambda: evening.run.ends_at is not None)
        before = evening.run.ends_at
        await evening.runner.async_extend(ME)
        await evening.runner.async_extend(ME, 60)
        after = evening.run.ends_at
        assert after is not None
        assert before is not None
        assert (after - before).total_seconds() == 360
        await evening.runner.async_stop(ME)

    async def test_stop(self, evening: Evening) -> None:
        """Everything is put back, and nothing more is done."""
        await evening.begin(MASSAGE, SHORT)
        await until(lambda: evening.run.ends_at is not None)
        assert await evening.runner.async_stop(ME) is None
        assert evening.runner.run is None
        await until(lambda: not evening.is_on(MASSAGER))
        assert evening.kinds[-1] == "stopped massage"

    async def test_nothing_is_under_way(self, evening: Evening) -> None:
        """That is said, whatever is wanted."""
        runner = evening.runner
        for deed in (
            runner.async_skip,
            runner.async_pause,
            runner.async_resume,
            runner.async_extend,
            runner.async_stop,
        ):
            with pytest.raises(NoRoutineError):
                await deed(ME)
        with pytest.raises(NoRoutineError):
            await runner.async_answer(True, ME)

    async def test_only_one_at_a_time(self, evening: Evening) -> None:
        """And one without steps is none."""
        routine = await evening.begin(MOBILITY)
        other = await evening.make(SHORT, name="Other")
        for each in (routine, other):
            with pytest.raises(RoutineBusyError) as error:
                await evening.runner.async_start(each, ME)
            assert error.value.values["name"] == "Evening"
        await evening.runner.async_stop(ME)
        with pytest.raises(RoutineEmptyError):
            await evening.begin(name="Nothing")


class TestInTheBoots:
    """The session is asked for, and followed to its end."""

    async def test_not_now_goes_on_with_the_next_step(
        self, evening: Evening, boots: Acting
    ) -> None:
        """The person is there, and does not want air."""
        await evening.begin(SESSION, MOBILITY)
        await evening.asked()
        await boots.coordinator.session.decline(
            Cause(actor=Actor.PERSON, why="declined")
        )
        await evening.told("step_started mobility")
        assert "step_skipped session" in evening.kinds
        assert evening.run.states == (StepState.SKIPPED, StepState.NOW)
        await evening.runner.async_stop(ME)

    async def test_without_an_answer_nobody_is_there(
        self, evening: Evening, boots: Acting
    ) -> None:
        """So the evening is over."""
        boots.coordinator.session.wait_s = 1
        await evening.begin(SESSION, MOBILITY)
        await evening.over()
        assert evening.kinds[-1] == "stopped session"
        assert evening.cause_of("stopped session") == "no_answer"
        assert not boots.inflated

    @pytest.mark.parametrize("runs", [False, True])
    async def test_stopping_the_boots_ends_the_evening(
        self, evening: Evening, boots: Acting, person: Context, runs: bool
    ) -> None:
        """Stop wins, while it is asked for as well."""
        await evening.begin(SESSION, MOBILITY)
        await (evening.in_boots(person) if runs else evening.asked())
        await boots.press("stop", person)
        await evening.over()
        assert evening.kinds[-1] == "stopped session"
        assert boots.empty

    @pytest.mark.parametrize("runs", [False, True])
    async def test_stopping_the_evening_stops_the_boots(
        self, evening: Evening, boots: Acting, person: Context, runs: bool
    ) -> None:
        """And says what became of it."""
        await evening.begin(SESSION, MOBILITY)
        await (evening.in_boots(person) if runs else evening.asked())
        outcome = await evening.runner.async_stop(ME)
        assert outcome is not None
        assert outcome.result == ("stopped" if runs else "declined")
        assert boots.empty
        assert evening.kinds.count("stopped session") == 1

    async def test_skip_lets_the_air_out_first(
        self, evening: Evening, boots: Acting, person: Context
    ) -> None:
        """Then the next step begins."""
        await evening.begin(SESSION, MOBILITY)
        await evening.in_boots(person)
        await evening.runner.async_skip(ME)
        await evening.told("step_started mobility")
        assert "step_skipped session" in evening.kinds
        assert boots.empty
        await evening.runner.async_stop(ME)

    async def test_pause_and_longer_are_the_sessions(
        self, evening: Evening, boots: Acting, person: Context
    ) -> None:
        """Its own rules hold: only a person goes on, or makes it longer."""
        await evening.begin(SESSION, MOBILITY)
        await evening.asked()
        with pytest.raises(WrongPhaseError):
            await evening.runner.async_pause(ME)
        await evening.in_boots(person)
        automation = Cause(actor=Actor.AUTOMATION, why="requested")
        with pytest.raises(NeedsPersonError):
            await evening.runner.async_extend(automation, 60)
        await evening.runner.async_extend(ME, 600)
        settings = boots.coordinator.session.state.settings
        assert settings is not None
        assert settings.duration_s == 720
        await evening.runner.async_pause(automation)
        await evening.until_phase(RunPhase.PAUSED)
        with pytest.raises(NeedsPersonError):
            await evening.runner.async_resume(automation)
        await evening.runner.async_resume(ME)
        await evening.until_phase(RunPhase.RUNNING)
        await evening.runner.async_stop(ME)
        assert {"paused session", "resumed session"} <= set(evening.kinds)

    async def test_a_session_that_is_refused_is_left_out(
        self, evening: Evening
    ) -> None:
        """Above the limit it is not asked for; the rest is done."""
        await evening.begin(BootsSession(target_mmhg=90), SHORT)
        await evening.over()
        assert evening.cause_of("step_failed session") == "out_of_range"
        assert evening.kinds[-1] == "finished"

    async def test_a_session_for_who_was_removed_is_left_out(
        self, evening: Evening, boots: Acting
    ) -> None:
        """It is not done for somebody else."""
        anna = await move_in(boots, "Anna", follow_coach=False)
        await move_in(boots, "Ben")
        routine = await evening.make(SESSION, SHORT, wearer_id=anna.wearer_id)
        await move_out(boots, anna)
        await evening.runner.async_start(routine, ME)
        await evening.over()
        assert evening.cause_of("step_failed session") == "unknown_wearer"

    async def test_it_is_for_whom_it_is(self, evening: Evening, boots: Acting) -> None:
        """With what the coach recommends, where the routine says nothing."""
        anna = await move_in(boots, "Anna")
        await move_in(boots, "Ben")
        await evening.begin(BootsSession(), wearer_id=anna.wearer_id)
        await evening.asked()
        assert boots.coordinator.household.current.name == "Anna"
        settings = boots.coordinator.session.state.settings
        assert settings is not None
        assert (settings.target_mmhg, settings.duration_s) == (30, 900)
        assert evening.events[-1]["wearer"] == "Anna"
        await evening.runner.async_stop(ME)

    async def test_under_the_policy_direct_it_starts(
        self, evening: Evening, boots: Acting
    ) -> None:
        """That is what the policy says."""
        boots.coordinator.session.policy = Policy.DIRECT
        await evening.begin(SESSION)
        await until(lambda: boots.phase == "running")
        await evening.runner.async_stop(ME)

    async def test_boots_that_are_away_wait_for_their_person(
        self, evening: Evening, boots: Acting, person: Context
    ) -> None:
        """A yes that did not reach them is no end of the step."""
        await evening.begin(SESSION, MOBILITY)
        await evening.asked()
        for each in boots.house.boots.values():
            each.faults.range(in_range=False)
        await until(lambda: not boots.coordinator.pair.state.connected)
        with pytest.raises(HomeAssistantError):
            await boots.press("confirm_session", Context(user_id=person.user_id))
        await until(lambda: boots.phase == "awaiting")
        assert evening.kinds[-1] == "step_started session"
        assert evening.run.step == SESSION
        await evening.runner.async_stop(ME)

    async def test_a_fault_leaves_the_session_out(
        self, evening: Evening, boots: Acting, person: Context
    ) -> None:
        """The boots end it; the evening goes on."""
        await evening.begin(SESSION, MOBILITY)
        await evening.in_boots(person)
        for each in boots.house.boots.values():
            each.faults.overpressure()
        await evening.told("step_started mobility")
        assert "step_failed session" in evening.kinds
        await evening.runner.async_stop(ME)


class TestDevices:
    """What is wrong with a device is said, and in the way of nothing."""

    @pytest.mark.parametrize("entity_id", ["light.nobody", "switch.away"])
    async def test_one_that_is_not_there(
        self, evening: Evening, entity_id: str
    ) -> None:
        """Missing, or unavailable."""
        evening.hass.states.async_set("switch.away", "unavailable")
        await evening.begin(Light(duration_s=LONG, entity_id=entity_id), SHORT)
        await evening.over()
        assert evening.cause_of("step_failed light") == "device_away"
        assert evening.kinds[-1] == "finished"

    async def test_one_that_does_not_do_it(
        self, evening: Evening, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Its action fails."""
        evening.hass.states.async_set("nothing.at_all", "off")
        await evening.begin(Massage(duration_s=LONG, entity_id="nothing.at_all"), SHORT)
        await evening.over()
        assert evening.cause_of("step_failed massage") == "device_failed"
        assert "could not be switched on" in caplog.text

    async def test_one_that_cannot_be_put_back(
        self, evening: Evening, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The evening goes on all the same."""

        async def fail(call: ServiceCall) -> None:
            raise RuntimeError("broken")

        async def nothing(call: ServiceCall) -> None:
            return

        evening.hass.services.async_register("odd", "turn_on", nothing)
        evening.hass.services.async_register("odd", "turn_off", fail)
        evening.hass.states.async_set("odd.one", "off")
        await evening.begin(Massage(duration_s=1, entity_id="odd.one"), SHORT)
        await evening.over()
        assert evening.kinds[-1] == "finished"
        assert "could not be put back" in caplog.text

    async def test_without_a_device_it_is_done_by_hand(self, evening: Evening) -> None:
        """It is told, and takes its time."""
        await evening.begin(Massage(duration_s=1), Light(duration_s=1))
        await evening.over()
        assert [kind for kind in evening.kinds if "finished" in kind] == [
            "step_finished massage",
            "step_finished light",
            "finished",
        ]

    async def test_one_that_knows_no_off(self, evening: Evening) -> None:
        """A scene, say: nothing is to be done afterwards."""
        calls: list[str] = []

        async def on(call: ServiceCall) -> None:
            calls.append(call.service)

        evening.hass.services.async_register("once", "turn_on", on)
        evening.hass.states.async_set("once.only", "off")
        await evening.begin(Massage(duration_s=1, entity_id="once.only"))
        await evening.over()
        assert calls == ["turn_on"]
        assert "step_finished massage" in evening.kinds


class TestAround:
    """What a person wants before and after."""

    async def test_before_and_after(self, evening: Evening) -> None:
        """With the routine's name to speak of."""
        calls: list[str] = []

        async def note(call: ServiceCall) -> None:
            calls.append(call.data["what"])

        evening.hass.services.async_register("test", "note", note)

        def action(what: str) -> list[dict[str, object]]:
            return [{"action": "test.note", "data": {"what": what}}]

        await evening.begin(
            SHORT, before=action("before {{ routine }}"), after=action("after")
        )
        await evening.over()
        assert calls == ["before Evening", "after"]
        calls.clear()
        await evening.begin(MOBILITY, after=action("after"), name="Other")
        await evening.told("step_started mobility")
        await evening.runner.async_stop(ME)
        assert not calls

    @pytest.mark.parametrize(
        "action", [{"action": "test.nobody"}, {"nonsense": 1}], ids=["fails", "wrong"]
    )
    async def test_what_fails_is_in_the_way_of_nothing(
        self, evening: Evening, action: dict[str, object]
    ) -> None:
        """The steps are done."""
        await evening.begin(SHORT, before=[action], after=[action])
        await evening.over()
        assert evening.kinds[-1] == "finished"

    async def test_stop_ends_them(self, evening: Evening) -> None:
        """They are not waited for."""
        await evening.begin(MOBILITY, before=[{"delay": 600}])
        await evening.told("started")
        await evening.runner.async_stop(ME)
        assert evening.kinds == ["started", "stopped mobility"]


class TestAsking:
    """A routine that is due asks."""

    async def test_yes_begins_it(self, evening: Evening) -> None:
        """With who said so."""
        routine = await evening.make(MOBILITY)
        due = Cause(actor=Actor.AUTOMATION, why="due")
        await evening.runner.async_start(routine, due, ask_s=60)
        assert evening.run.phase is RunPhase.ASKING
        assert evening.run.step is None
        for deed in (evening.runner.async_skip, evening.runner.async_extend):
            with pytest.raises(NoRoutineError):
                await deed(ME)
        await evening.runner.async_answer(True, ME)
        with pytest.raises(NoRoutineError):
            await evening.runner.async_answer(True, ME)
        await evening.told("step_started mobility")
        assert evening.kinds[:2] == ["asked", "started"]
        assert evening.cause_of("asked") == "due"
        assert evening.events[1]["actor"] == "person"
        await evening.runner.async_stop(ME)

    async def test_starting_what_is_asked_is_a_yes(self, evening: Evening) -> None:
        """Another one still has to wait."""
        routine = await evening.make(MOBILITY)
        other = await evening.make(MOBILITY, name="Other")
        await evening.runner.async_start(routine, ME, ask_s=60)
        for each, ask_s in ((other, None), (routine, 60)):
            with pytest.raises(RoutineBusyError):
                await evening.runner.async_start(each, ME, ask_s=ask_s)
        await evening.runner.async_start(routine, ME)
        assert evening.run.phase is RunPhase.RUNNING
        await evening.runner.async_stop(ME)

    @pytest.mark.parametrize("how", ["no", "nothing", "stop"])
    async def test_otherwise_it_is_not_run(self, evening: Evening, how: str) -> None:
        """Quietly, and why is told."""
        routine = await evening.make(MOBILITY)
        await evening.runner.async_start(
            routine, ME, ask_s=1 if how == "nothing" else 60
        )
        if how == "no":
            await evening.runner.async_answer(
                False, Cause(actor=Actor.PERSON, why="declined")
            )
        elif how == "stop":
            await evening.runner.async_stop(ME)
        await evening.over()
        assert evening.kinds == ["asked", "not_run"]
        why = {"no": "declined", "nothing": "no_answer", "stop": "requested"}
        assert evening.cause_of("not_run") == why[how]

    async def test_one_that_cannot_even_be_asked(self, evening: Evening) -> None:
        """The planner's reason is told in the same place."""
        routine = await evening.make(MOBILITY)
        evening.runner.not_run(routine, Cause(actor=Actor.SESSION, why="not_seen"))
        assert evening.kinds == ["not_run"]
        assert evening.events[0]["routine"] == "Evening"


async def test_a_light_without_wishes_is_just_switched_on(evening: Evening) -> None:
    """And a switch can be a light, too."""
    await evening.begin(
        Light(duration_s=1, entity_id=LIGHT), Light(duration_s=1, entity_id=MASSAGER)
    )
    await until(lambda: evening.is_on(LIGHT))
    await until(lambda: evening.is_on(MASSAGER))
    await evening.over()
    await until(lambda: not evening.is_on(MASSAGER))
    assert not evening.is_on(LIGHT)


async def test_pausing_a_light_keeps_it(evening: Evening) -> None:
    """It is put back when it is over."""
    await evening.begin(PANEL)
    await until(lambda: evening.run.ends_at is not None)
    await evening.runner.async_pause(ME)
    assert evening.is_on(LIGHT)
    await evening.runner.async_skip(ME)
    await evening.over()
    assert not evening.is_on(LIGHT)
    assert evening.kinds[-1] == "finished"


async def test_extending_before_the_first_step_is_refused(evening: Evening) -> None:
    """Nothing is there yet that could take longer."""
    await evening.begin(MOBILITY, before=[{"delay": 600}])
    with pytest.raises(NoRoutineError):
        await evening.runner.async_extend(ME)
    await evening.runner.async_stop(ME)

"""A routine is added, and changed, screen by screen."""

from datetime import time
from typing import Any

from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.kumo_boots.boots.model import BOTH, Measure, Programme, Side
from custom_components.kumo_boots.by_hand.plan import capabilities_by_hand
from custom_components.kumo_boots.routines.routine import (
    SUBENTRY_ROUTINE,
    BootsSession,
    Elevation,
    Light,
    Massage,
    Mobility,
    Routine,
    Schedule,
    Step,
    StepKind,
    TellBy,
    Water,
)
from custom_components.kumo_boots.routines.templates import Template, steps_of

from ..entities.acting import Acting
from ..entities.test_words import WORDS
from ..people.living import move_in
from .evenings import LIGHT, MASSAGER, Evening
from .walk import Walk, suggested

FLOW: dict[str, Any] = WORDS["config_subentries"]["routine"]


@pytest.fixture
def walk(boots: Acting) -> Walk:
    """Return somebody who has time."""
    return Walk(boots)


async def test_the_evening_as_it_is_suggested(walk: Walk) -> None:
    """In the order of the evening; on no day by itself."""
    await walk.begin()
    await walk.through()
    assert walk.seen == [
        "user",
        "steps",
        "mobility",
        "session",
        "light",
        "elevation",
        "water",
        "around",
        "schedule",
    ]
    made = walk.made
    assert made == Routine(
        routine_id=made.routine_id,
        name="Evening",
        steps=(
            Mobility(duration_s=240),
            BootsSession(),
            Light(duration_s=600),
            Elevation(duration_s=300),
            Water(),
        ),
    )


WHOLE = BootsSession()
"""As the coach recommends."""
GENTLE = BootsSession(duration_s=900, programme=Programme.RELAX, target_mmhg=30)


@pytest.mark.parametrize(
    ("template", "steps"),
    [
        (
            Template.AFTER_WORK,
            (Mobility(duration_s=180), WHOLE, Elevation(duration_s=600), Water()),
        ),
        (
            Template.AFTER_TRAVEL,
            (Mobility(duration_s=300), WHOLE, Elevation(duration_s=600), Water()),
        ),
        (
            Template.AFTER_TRAINING,
            (Mobility(duration_s=300), Massage(duration_s=300), WHOLE, Water()),
        ),
        (
            Template.FIRST_WEEK,
            (Mobility(duration_s=180), GENTLE, Elevation(duration_s=300), Water()),
        ),
    ],
)
async def test_every_template(
    walk: Walk, template: Template, steps: tuple[Step, ...]
) -> None:
    """Each is a routine at once; the first week is gentle, whatever else is set."""
    await walk.begin()
    await walk.fill(template=template)
    await walk.through()
    assert walk.made.steps == steps


async def test_from_nothing(walk: Walk) -> None:
    """Something has to be picked."""
    await walk.begin()
    await walk.fill(template=Template.EMPTY)
    await walk.fill(steps=[])
    assert walk.form["errors"] == {"steps": "no_steps"}
    await walk.fill(steps=["water"])
    await walk.through()
    assert walk.made.steps == (Water(),)


def test_a_gentle_week_in_levels_and_without_a_mode() -> None:
    """The lowest level; hands choose the mode."""
    boots = capabilities_by_hand(
        legs=BOTH,
        chambers=4,
        lowest=1,
        highest=6,
        step=1,
        measure=Measure.LEVELS,
        vents_on_power_loss=False,
    )
    [session] = [
        step
        for step in steps_of(Template.FIRST_WEEK, boots)
        if isinstance(step, BootsSession)
    ]
    assert (session.programme, session.target_mmhg) == (None, 1)


async def test_everything_is_chosen(walk: Walk, boots: Acting) -> None:
    """Other steps in another order, and all that can be said of them."""
    anna = await move_in(boots, "Anna")
    await walk.begin()
    await walk.fill(name=" My evening ", wearer=anna.wearer_id)
    await walk.fill(steps=["massage", "light", "session"])
    await walk.fill(duration={"minutes": 3, "seconds": 20}, entity_id=MASSAGER)
    await walk.fill(
        duration={"minutes": 2},
        entity_id=LIGHT,
        brightness_pct=70,
        rgb=[255, 100, 0],
    )
    await walk.fill(mode="wave", pressure=40, duration={"minutes": 20}, legs="left")
    before = [{"action": "light.turn_off", "target": {"entity_id": "light.sofa"}}]
    await walk.fill(tell_by="speaker")
    assert walk.form["errors"] == {"speaker": "speaker_needed"}
    await walk.fill(tell_by="speaker", speaker="media_player.sofa", before=before)
    await walk.fill(days=["mon", "fri"])
    assert walk.form["errors"] == {"at": "time_needed"}
    await walk.fill(days=["mon", "fri"], at="21:30:00", finish_by=True)
    assert walk.form["type"] is FlowResultType.CREATE_ENTRY
    [made] = [
        Routine.from_subentry(each.subentry_id, each.data)
        for each in boots.entry.subentries.values()
        if each.subentry_type == SUBENTRY_ROUTINE
    ]
    assert made == Routine(
        routine_id=made.routine_id,
        name="My evening",
        wearer_id=anna.wearer_id,
        steps=(
            Massage(duration_s=200, entity_id=MASSAGER),
            Light(
                duration_s=120, entity_id=LIGHT, brightness_pct=70, rgb=(255, 100, 0)
            ),
            BootsSession(
                programme=Programme.WAVE,
                target_mmhg=40,
                duration_s=1200,
                legs=frozenset({Side.LEFT}),
            ),
        ),
        before=tuple(before),
        tell_by=TellBy.SPEAKER,
        speaker="media_player.sofa",
        schedule=Schedule(
            days=frozenset({0, 4}),
            at=time(21, 30),
            finish_by=True,
        ),
    )
    assert Routine.from_subentry(made.routine_id, made.as_data()) == made


async def test_it_is_changed_on_the_same_screens(
    walk: Walk, evening: Evening, boots: Acting
) -> None:
    """Each shows what is set; what is not touched stays."""
    anna = await move_in(boots, "Anna")
    routine = await evening.make(
        Mobility(duration_s=90, text="Stretch"),
        BootsSession(target_mmhg=40, legs=frozenset({Side.RIGHT})),
        name="Evening",
        wearer_id=anna.wearer_id,
        after=[{"action": "test.it"}],
        schedule=Schedule(days=frozenset({6}), at=time(21)),
        enabled=False,
    )
    await walk.begin(routine)
    assert walk.form["step_id"] == "reconfigure"
    assert suggested(walk.form) == {"name": "Evening", "wearer": anna.wearer_id}
    await walk.fill(name="Late evening", wearer="whoever")
    assert suggested(walk.form) == {"steps": ["mobility", "session"]}
    await walk.fill(steps=["mobility", "session", "water"])
    assert suggested(walk.form) == {
        "duration": {"hours": 0, "minutes": 1, "seconds": 30},
        "text": "Stretch",
    }
    await walk.fill(text=None)
    assert suggested(walk.form) == {"pressure": 40, "legs": "right"}
    await walk.through()
    assert walk.form["reason"] == "reconfigure_successful"
    subentry = boots.entry.subentries[routine.routine_id]
    assert subentry.title == "Late evening"
    changed = Routine.from_subentry(routine.routine_id, subentry.data)
    assert changed.wearer_id is None
    assert changed.steps == (Mobility(duration_s=90), routine.steps[1], Water())
    assert (changed.after, changed.schedule, changed.enabled) == (
        routine.after,
        routine.schedule,
        False,
    )


async def test_what_is_wrong_is_said_and_nothing_is_lost(
    walk: Walk, evening: Evening
) -> None:
    """By field; what was typed is still there."""
    await evening.make(Water(), name="Evening")
    await walk.begin()
    await walk.fill(name="  ")
    assert walk.form["errors"] == {"name": "name_needed"}
    await walk.fill(name="EVENING", template="after_work")
    assert walk.form["errors"] == {"name": "name_taken"}
    assert suggested(walk.form)["template"] == "after_work"
    await walk.fill(name="Other", template="evening")
    await walk.fill()
    await walk.fill(duration={"minutes": 0})
    assert walk.form["errors"] == {"duration": "no_time"}
    await walk.fill(duration={"minutes": 1}, text="Stretch")
    for minutes in (0, 999):
        await walk.fill(duration={"minutes": minutes}, pressure=40)
        assert walk.form["errors"] == {"duration": "session_length"}
        assert suggested(walk.form)["pressure"] == 40
        assert walk.form["description_placeholders"]["longest"].isdigit()
    await walk.fill(duration=None)
    await walk.through()
    assert walk.form["type"] is FlowResultType.CREATE_ENTRY


async def test_the_own_name_is_not_taken(walk: Walk, evening: Evening) -> None:
    """By itself."""
    routine = await evening.make(Water(), name="Evening")
    await walk.begin(routine)
    await walk.through()
    assert walk.form["reason"] == "reconfigure_successful"


async def test_one_that_cannot_be_read_is_made_anew(
    walk: Walk, evening: Evening, boots: Acting
) -> None:
    """Its screens suggest what is usual."""
    routine = await evening.make(Water(), name="Evening")
    boots.hass.config_entries.async_update_subentry(
        boots.entry,
        boots.entry.subentries[routine.routine_id],
        data={"name": "Evening", "steps": [{"kind": "dance"}]},
    )
    await walk.begin(routine)
    await walk.fill()
    await walk.fill(steps=["elevation"])
    await walk.through()
    assert walk.made.steps == (Elevation(duration_s=300),)


async def test_boots_with_one_leg_are_not_asked_for_legs(
    walk: Walk, boots: Acting
) -> None:
    """There is nothing to choose."""
    capabilities = dict(boots.entry.data["capabilities"]) | {"legs": ["left"]}
    boots.hass.config_entries.async_update_entry(
        boots.entry, data={**boots.entry.data, "capabilities": capabilities}
    )
    await walk.begin()
    await walk.fill()
    await walk.fill(steps=["session"])
    assert {str(marker) for marker in walk.form["data_schema"].schema} == {
        "mode",
        "pressure",
        "duration",
    }


async def test_every_screen_has_words(walk: Walk) -> None:
    """Each field a label and an explanation, and none is left over."""
    steps = FLOW["step"]
    await walk.begin()
    await walk.fill()
    await walk.fill(steps=[*StepKind])
    while walk.form["type"] is FlowResultType.FORM:
        fields = {str(marker) for marker in walk.form["data_schema"].schema}
        words = steps[walk.form["step_id"]]
        assert set(words["data"]) == set(words["data_description"])
        # Boots that count in levels are asked for one instead of the pressure.
        assert fields == set(words["data"]) - {"level"}
        await walk.fill()
    assert set(walk.seen) | {"reconfigure"} == set(steps)

"""Adding a wearer and changing what they allow themself."""

import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.setup import async_setup_component
import pytest

import custom_components.kumo_boots as integration
from custom_components.kumo_boots.people.wearer import SUBENTRY_WEARER, Wearer

from ..entities.acting import Acting, until
from .living import READ, household, move_in

WORDS: dict[str, Any] = json.loads(
    (Path(integration.__file__).parent / "translations" / "en.json").read_text()
)
FLOW: dict[str, Any] = WORDS["config_subentries"][SUBENTRY_WEARER]


def suggested(form: Any) -> dict[str, Any]:
    """Return what a form comes filled in with."""
    return {
        str(marker): value
        for marker in form["data_schema"].schema
        if (value := (marker.description or {}).get("suggested_value")) is not None
    }


async def fill(boots: Acting, wearer: Wearer | None = None, **answers: Any) -> Any:
    """Open the form for a new wearer, or for one to change, and submit it.

    An answer of None leaves the field empty.
    """
    flow = boots.hass.config_entries.subentries
    context: dict[str, Any] = {"source": SOURCE_USER}
    if wearer is not None:
        context = {"source": SOURCE_RECONFIGURE, "subentry_id": wearer.wearer_id}
    form = await flow.async_init(
        (boots.entry.entry_id, SUBENTRY_WEARER),
        context=context,  # type: ignore[arg-type]
    )
    assert form["type"] is FlowResultType.FORM
    filled = suggested(form) | answers
    return await submit(
        boots,
        form,
        **{key: value for key, value in filled.items() if value is not None},
    )


async def submit(boots: Acting, form: Any, **answers: Any) -> Any:
    """Answer the form that is open."""
    return await boots.hass.config_entries.subentries.async_configure(
        form["flow_id"], answers
    )


async def added(boots: Acting, name: str) -> Wearer:
    """Wait until somebody is known."""
    await until(lambda: household(boots).named(name) is not None)
    wearer = household(boots).named(name)
    assert wearer is not None
    return wearer


async def test_a_name_is_enough(boots: Acting) -> None:
    """Everything else begins careful; the precautions are shown, and not yet read."""
    form = await fill(boots, name=" Anna ")
    assert form["step_id"] == "precautions"
    assert form["description_placeholders"] == {"name": "Anna"}
    result = await submit(boots, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Anna"
    anna = await added(boots, "Anna")
    assert anna == Wearer(wearer_id=anna.wearer_id, name="Anna")
    assert anna.acknowledged is None
    assert (anna.target_max_mmhg, anna.duration_max_min) == (60, 30)
    assert (anna.sessions_per_day, anna.rest_h, anna.quiet_from) == (2, 4, None)
    assert anna.follow_coach


async def test_a_person_brings_their_name(boots: Acting) -> None:
    """And is one wearer only."""
    people = [{"id": "anna", "name": "Anna Rossi"}]
    assert await async_setup_component(boots.hass, "person", {"person": people})
    await submit(boots, await fill(boots, person="person.anna_rossi"))
    anna = await added(boots, "Anna Rossi")
    assert anna.person == "person.anna_rossi"
    form = await fill(boots, person="person.anna_rossi", name="Another")
    assert form["errors"] == {"person": "person_taken"}
    form = await fill(boots, person="person.gone")
    assert form["errors"] == {"name": "name_needed"}


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({}, {"name": "name_needed"}),
        ({"name": "  "}, {"name": "name_needed"}),
        ({"name": "bruno"}, {"name": "name_taken"}),
        ({"name": "Guest"}, {"name": "name_taken"}),
        ({"name": "unknown"}, {"name": "name_taken"}),
        ({"name": "Anna", "quiet_from": "22:00:00"}, {"quiet_to": "quiet_hours"}),
        (
            {"name": "Anna", "quiet_from": "22:00:00", "quiet_to": "22:00:00"},
            {"quiet_to": "quiet_hours"},
        ),
    ],
)
async def test_what_does_not_fit_is_said(
    boots: Acting, bruno: Wearer, answers: dict[str, Any], errors: dict[str, str]
) -> None:
    """At the field, and what was filled in stays."""
    form = await fill(boots, **answers, rest_hours=6)
    assert form["errors"] == errors
    assert suggested(form)["rest_hours"] == 6
    assert set(errors.values()) <= set(FLOW["error"])


async def test_nothing_above_the_boots_can_be_chosen(boots: Acting) -> None:
    """The range of the form is the range of the boots."""
    top = boots.coordinator.capabilities.target_max_mmhg
    with pytest.raises(InvalidData):
        await fill(boots, name="Anna", target_max_mmhg=top + 1)


async def test_a_limit_above_80_is_asked_for_twice(boots: Acting) -> None:
    """When it is raised; not again when it stays or goes down."""
    form = await fill(boots, name="Anna", target_max_mmhg=90)
    assert form["step_id"] == "above_80"
    assert form["description_placeholders"] == {"name": "Anna", "pressure": "90"}
    form = await submit(boots, form, sure=False)
    assert form["errors"] == {"sure": "not_sure"}
    assert household(boots).wearers == ()
    form = await submit(boots, form, sure=True)
    assert form["step_id"] == "precautions"
    await submit(boots, form)
    anna = await added(boots, "Anna")
    assert anna.target_max_mmhg == 90

    for mmhg, step in ((90, "precautions"), (85, "precautions"), (95, "above_80")):
        form = await fill(boots, anna, target_max_mmhg=mmhg)
        assert form["step_id"] == step
        if step == "precautions":
            await submit(boots, form)
    boots.hass.config_entries.subentries.async_abort(form["flow_id"])
    assert (await added(boots, "Anna")).target_max_mmhg == 85


async def test_changes_apply_and_what_was_read_stays_read(boots: Acting) -> None:
    """Quiet hours come and go; another person has not read anything."""
    anna = await move_in(boots, "Anna", phone="phone")
    result = await fill(
        boots,
        anna,
        name="Ann",
        quiet_from="22:00:00",
        quiet_to="07:00:00",
        follow_coach=False,
        sessions_per_day=1,
    )
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "reconfigure_successful",
    )
    ann = await added(boots, "Ann")
    assert (str(ann.quiet_from), str(ann.quiet_to)) == ("22:00:00", "07:00:00")
    assert (ann.sessions_per_day, ann.follow_coach) == (1, False)
    assert (ann.acknowledged, ann.phone) == (anna.acknowledged, "phone")
    await fill(boots, ann, quiet_from=None, quiet_to=None, phone=None)
    await until(lambda: household(boots).current.quiet_from is None)
    assert household(boots).current.phone is None

    form = await fill(boots, ann, person="person.somebody_else")
    assert form["step_id"] == "precautions"
    await submit(boots, form)
    await until(lambda: household(boots).current.person is not None)
    assert household(boots).current.acknowledged is None


async def test_who_cannot_be_read_can_be_put_right(boots: Acting) -> None:
    """The form begins with the defaults."""
    anna = await move_in(boots, "Anna")
    assert anna.wearer_id is not None
    subentry = boots.entry.subentries[anna.wearer_id]
    boots.hass.config_entries.async_update_subentry(
        boots.entry,
        subentry,
        data={"name": "Anna", "acknowledged": READ, "rest_hours": "long"},
    )
    await until(lambda: not household(boots).wearers)
    form = await fill(boots, anna, name="Anna")
    await submit(boots, form)
    assert (await added(boots, "Anna")).acknowledged is None


def test_every_screen_has_words() -> None:
    """Every field a label and an explanation; who can read what is said."""
    steps = FLOW["step"]
    assert set(steps) == {"user", "reconfigure", "above_80", "precautions"}
    for step in ("user", "reconfigure"):
        assert set(steps[step]["data"]) == set(steps[step]["data_description"])
        assert "Who can read what" in steps[step]["description"]
    told_to_all = WORDS["config"]["step"]["precautions"]["description"]
    own = steps["precautions"]["description"]
    _, _, text = told_to_all.partition("\n\n")
    assert text in own


async def test_every_field_has_words(boots: Acting) -> None:
    """And no word is left over."""
    form = await boots.hass.config_entries.subentries.async_init(
        (boots.entry.entry_id, SUBENTRY_WEARER), context={"source": SOURCE_USER}
    )
    fields = {str(marker) for marker in form["data_schema"].schema}  # type: ignore[union-attr]
    # Boots that count in levels are asked for one instead of a pressure.
    assert fields | {"level_max"} == set(FLOW["step"]["user"]["data"])

"""Every word a person reads is there: names, states, fields, errors and icons."""

import json
from pathlib import Path
import re
from string import Formatter
from typing import Any

from homeassistant.helpers.entity import EntityDescription
import pytest
import yaml

from custom_components.kumo_boots import (
    binary_sensor,
    button,
    calendar,
    date,
    definition_actions,
    event,
    memory_actions,
    number,
    select,
    sensor,
    services,
    switch,
)
from custom_components.kumo_boots.automation import blueprints
from custom_components.kumo_boots.boots.cause import Actor
from custom_components.kumo_boots.boots.drivers.defined import Confidence
from custom_components.kumo_boots.boots.link import LinkReason, LinkState
from custom_components.kumo_boots.boots.model import (
    BOTH,
    STANDARD_TIMES,
    Capabilities,
    FailSafes,
    Feature,
    Origin,
    Side,
)
from custom_components.kumo_boots.boots.session import EventKind
from custom_components.kumo_boots.by_hand.entities import GUIDANCE
from custom_components.kumo_boots.by_hand.telling import Guidance
from custom_components.kumo_boots.described_sensor import DEFINITION
from custom_components.kumo_boots.entity import zone_keys
from custom_components.kumo_boots.people import buttons, reporting, sensors
from custom_components.kumo_boots.people.acknowledging import ACKNOWLEDGE
from custom_components.kumo_boots.people.coach import Stage
from custom_components.kumo_boots.people.for_whom import FOR_WHOM
from custom_components.kumo_boots.people.sitting import Discomfort
from custom_components.kumo_boots.routines import actions, entities, planning
from custom_components.kumo_boots.routines.routine import DAYS, StepKind, TellBy
from custom_components.kumo_boots.routines.run import RoutineKind
from custom_components.kumo_boots.routines.templates import Template
from custom_components.kumo_boots.snapshot import CoarsePhase
from custom_components.kumo_boots.voice import install

FOLDER = Path(services.__file__).parent
WORDS: dict[str, Any] = json.loads((FOLDER / "translations/en.json").read_text())
ICONS: dict[str, Any] = json.loads((FOLDER / "icons.json").read_text())
ACTIONS: dict[str, Any] = yaml.safe_load((FOLDER / "services.yaml").read_text())


OF_WEARERS: tuple[tuple[str, EntityDescription], ...] = (("button", ACKNOWLEDGE),)
"""Those on a wearer's own device."""
OF_ROUTINES: tuple[tuple[str, EntityDescription], ...] = (
    ("button", entities.START),
    ("sensor", entities.STEP),
    ("sensor", entities.NEXT_RUN),
    ("switch", entities.ENABLED),
)
"""Those on a routine's own device."""


def capabilities(chambers: int) -> Capabilities:
    """Return boots that can do everything."""
    return Capabilities(
        legs=BOTH,
        chambers=chambers,
        target_min_mmhg=20,
        target_max_mmhg=120,
        target_step_mmhg=5,
        duration_min_s=60,
        duration_max_s=3600,
        programmes=tuple(STANDARD_TIMES),
        features=~Feature(0),
        lease_s=10,
        pair_id=None,
        fail_safes=FailSafes(
            vents_on_silence=True,
            vents_on_power_loss=True,
            own_ceiling=True,
            own_timer=True,
        ),
    )


def descriptions() -> list[tuple[str, EntityDescription]]:
    """Return every description that boots of any number of chambers can have."""
    found: list[tuple[str, EntityDescription]] = [
        *OF_WEARERS,
        *OF_ROUTINES,
        ("calendar", calendar.CALENDAR),
        ("date", date.PAUSED_UNTIL),
        ("event", event.SESSION),
        ("event", event.ROUTINE),
        ("select", FOR_WHOM),
        ("sensor", DEFINITION),
        *(("binary_sensor", each) for each in binary_sensor.BINARY_SENSORS),
        *(("button", each) for each in button.BUTTONS),
        *(("number", each) for each in number.NUMBERS),
        *(("select", each) for each in select.SELECTS),
        *(("sensor", each) for each in (*sensor.PAIR_SENSORS, *sensor.UNIT_SENSORS)),
        *(("sensor", each) for each in (*sensor.BY_HAND_SENSORS, GUIDANCE)),
        *(("switch", each) for each in switch.SWITCHES),
        *(("button", each) for each in buttons.WEARER_BUTTONS),
        *(("sensor", each) for each in sensors.WEARER_SENSORS),
    ]
    for chambers in range(1, 9):
        found += [("sensor", each) for each in sensor.chamber_sensors(chambers)]
        found += [
            ("switch", each) for each in switch.zone_switches(capabilities(chambers))
        ]
    return found


def test_every_entity_has_a_name() -> None:
    """By translation, or by its device class; no placeholder stays unfilled."""
    for platform, description in descriptions():
        if description.translation_key is None:
            assert description.device_class is not None, description.key
            continue
        name = WORDS["entity"][platform][description.translation_key]["name"]
        wanted = {field for _, field, _, _ in Formatter().parse(name) if field}
        assert wanted <= set(description.translation_placeholders or {}), name


def test_every_entity_has_an_icon() -> None:
    """By translation key, or by its device class."""
    for platform, description in descriptions():
        if description.translation_key is None:
            assert description.device_class is not None
        else:
            icons = ICONS["entity"][platform][description.translation_key]
            assert icons["default"].startswith("mdi:")


@pytest.mark.parametrize("section", ["words", "icons"])
def test_no_word_and_no_icon_is_left_over(section: str) -> None:
    """What no entity uses is gone."""
    used = {
        (platform, description.translation_key)
        for platform, description in descriptions()
    }
    for platform, entries in {"words": WORDS, "icons": ICONS}[section][
        "entity"
    ].items():
        for key in entries:
            assert (platform, key) in used or (
                description_of(platform, key).translation_key is None
            ), (platform, key)


def description_of(platform: str, key: str) -> EntityDescription:
    """Return the description with a key."""
    return next(
        description
        for its_platform, description in descriptions()
        if its_platform == platform and description.key == key
    )


def test_every_state_has_a_word() -> None:
    """An enumeration that grew without its words fails here."""
    entity = WORDS["entity"]
    zones = {key for chambers in range(1, 9) for key in zone_keys(chambers)}
    for words, states in (
        (entity["sensor"]["phase"]["state"], CoarsePhase),
        (entity["sensor"]["link"]["state"], LinkState),
        (
            entity["sensor"]["link"]["state_attributes"]["reason"]["state"],
            LinkReason,
        ),
        (entity["sensor"]["phase"]["state_attributes"]["actor"]["state"], Actor),
        (entity["sensor"]["phase"]["state_attributes"]["origin"]["state"], Origin),
        (entity["event"]["session"]["state_attributes"]["actor"]["state"], Actor),
        (entity["event"]["session"]["state_attributes"]["origin"]["state"], Origin),
        (
            entity["event"]["session"]["state_attributes"]["event_type"]["state"],
            EventKind,
        ),
        (
            entity["event"]["routine"]["state_attributes"]["event_type"]["state"],
            RoutineKind,
        ),
        (entity["event"]["routine"]["state_attributes"]["actor"]["state"], Actor),
        (entity["event"]["routine"]["state_attributes"]["step"]["state"], StepKind),
        (entity["sensor"]["routine_step"]["state"], entities.STEP.options or ()),
        (WORDS["selector"]["routine_step"]["options"], StepKind),
        (WORDS["selector"]["routine_template"]["options"], Template),
        (WORDS["selector"]["routine_tell_by"]["options"], TellBy),
        (WORDS["selector"]["routine_days"]["options"], DAYS),
        (entity["sensor"]["stage"]["state"], Stage),
        (entity["sensor"]["definition"]["state"], Confidence),
        (
            entity["sensor"]["last_session"]["state_attributes"]["ended"]["state"],
            ["completed", "stopped", "interrupted"],
        ),
        (entity["select"]["mode"]["state"], STANDARD_TIMES),
        (entity["sensor"]["phase_by_hand"]["state"], CoarsePhase),
        (entity["sensor"]["guidance"]["state"], Guidance),
        (entity["select"]["legs"]["state"], ["both", *Side]),
        (entity["select"]["boost"]["state"], ["none", *zones]),
        (entity["select"]["for_whom"]["state"], ["guest"]),
    ):
        assert set(words) == {str(state) for state in states}


def test_icons_of_states_are_of_states_that_exist() -> None:
    """A state that was renamed would lose its icon silently."""
    for platform, entries in ICONS["entity"].items():
        for key, icons in entries.items():
            known = (
                {"on", "off"}
                if platform in {"binary_sensor", "switch"}
                else set(WORDS["entity"][platform][key].get("state", {}))
            )
            assert set(icons.get("state", {})) <= known, (platform, key)


def test_every_action_has_words_fields_and_an_icon() -> None:
    """services.yaml, the schemas, the translations and the icons agree."""
    assert set(ACTIONS) == set(WORDS["services"]) == set(ICONS["services"])
    assert set(ACTIONS) == {
        getattr(module, name)
        for module in (
            services,
            memory_actions,
            reporting,
            actions,
            planning,
            blueprints,
            definition_actions,
            install,
        )
        for name in dir(module)
        if name.startswith("SERVICE_")
    }
    for name, action in ACTIONS.items():
        words = WORDS["services"][name]
        assert words["name"]
        assert words["description"]
        assert set(action.get("fields", {})) == set(words.get("fields", {}))
        for field in words.get("fields", {}).values():
            assert field["name"]
            assert field["description"]
    own = {str(key) for key in services.START_SCHEMA.schema} - {
        str(key) for key in services.TARGET_SCHEMA.schema
    }
    assert set(ACTIONS["start_session"]["fields"]) == own
    # What is planned is not said now.
    assert set(ACTIONS["plan_session"]["fields"]) == own - {"said"} | {"at"}


def test_every_choice_of_an_action_has_a_word_and_is_taken() -> None:
    """What the form offers passes the schema."""
    for name, field in ACTIONS["start_session"]["fields"].items():
        if (choice := field["selector"].get("select")) is None:
            continue
        words = WORDS["selector"][choice["translation_key"]]["options"]
        assert set(choice["options"]) == set(words)
        for option in choice["options"]:
            services.START_SCHEMA({name: option})


def test_every_discomfort_has_a_word_and_is_taken() -> None:
    """What the form offers passes the schema."""
    offered = ACTIONS["report_discomfort"]["fields"]["kind"]["selector"]["select"]
    words = WORDS["selector"][offered["translation_key"]]["options"]
    assert set(offered["options"]) == set(words) == set(Discomfort)
    for kind in offered["options"]:
        assert reporting.REPORT_SCHEMA({"kind": kind})["kind"] is Discomfort(kind)


def test_every_error_raised_here_has_a_text() -> None:
    """Any translation key in the sources is in the exceptions."""
    files = ("entity", "switch", "button", "confirming", "services", "targets")
    files += ("people/actions", "people/acknowledging", "people/copying")
    files += ("memory_actions",)
    files += ("routines/actions", "routines/planning")
    files += ("people/coaching", "people/own_hand", "people/reporting")
    keys = {
        key
        for file in files
        for key in re.findall(
            r'(?:\binvalid\(|_refused\(|translation_key=)"(\w+)"',
            (FOLDER / f"{file}.py").read_text(),
        )
    } - {description.translation_key for _, description in descriptions()}
    assert keys >= {"confirm_needs_person", "only_between_sessions", "no_boots"}
    assert keys <= set(WORDS["exceptions"])


def test_zones_have_names_only_where_there_are_five() -> None:
    """Eight chambers do not lie on the five places of a leg."""
    assert zone_keys(5) == ("foot", "calf", "knee", "lower_thigh", "thigh")
    assert zone_keys(3) == ("chamber_1", "chamber_2", "chamber_3")


def test_about_twenty_entities_are_on_by_default() -> None:
    """Besides the pressures of the chambers; two units have two batteries."""
    assert {
        f"{platform}.{description.key}"
        for platform, description in descriptions()
        if description.entity_registry_enabled_default
        and description is not GUIDANCE
        and getattr(description, "exists_fn", lambda _: True)(capabilities(5))
        and (platform, description) not in (*OF_WEARERS, *OF_ROUTINES)
        and not isinstance(
            description,
            sensor.KumoBootsChamberDescription
            | sensors.WearerSensorDescription
            | buttons.WearerButtonDescription,
        )
    } == {
        "binary_sensor.connected",
        "binary_sensor.problem",
        "binary_sensor.session_running",
        "button.confirm_session",
        "button.pause",
        "button.resume",
        "button.stop",
        "calendar.calendar",
        "date.routines_paused_until",
        "event.routine",
        "event.session",
        "number.duration",
        "number.target_pressure",
        "select.for_whom",
        "select.legs",
        "select.mode",
        "sensor.battery",
        "sensor.definition",  # of boots that a definition describes
        "sensor.phase",
        "sensor.time_remaining",
        "switch.session",
    }

"""Text that people take along survives what people call themselves."""

import csv
import io
import json
from typing import Any

from homeassistant.util.json import JsonObjectType
import pytest

from custom_components.kumo_boots.boots.model import Measure
from custom_components.kumo_boots.people.export import (
    COLUMNS,
    IN_LEVELS as LEVELS_OF,
    PRIVATE,
    as_csv,
    as_json,
    row,
)
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling

from .remembered_sessions import sitting

USERS = {"user-1": "Anna A."}


def read(text: str) -> list[dict[str, str]]:
    """Read CSV as any program does."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def one(wearer: str = "Anna", private: bool = True, **changes: Any) -> JsonObjectType:
    """Return a row."""
    return row(sitting(**changes), wearer, USERS, private=private)


def test_the_columns_are_the_documented_ones() -> None:
    """Whoever reads them relies on their names and order."""
    assert as_csv([]) == ",".join(COLUMNS) + "\r\n"
    assert (
        *("session_id", "wearer", "requested_by", "confirmed_by"),
        *("started_at", "ended_at", "ran_s", "completed", "ended_why"),
        *("programme", "target_mmhg", "duration_s", "legs", "peak_mmhg"),
        *("feeling", "discomfort", "one_sided"),
        *("ended_mmhg", "discomfort_mmhg"),
        *("level", "ended_level", "discomfort_level"),
    ) == COLUMNS
    in_mmhg = COLUMNS[:-3]
    assert tuple(one()) == in_mmhg
    assert tuple(one(private=False)) == tuple(
        column for column in in_mmhg if column not in PRIVATE
    )
    assert {
        *("feeling", "discomfort", "one_sided"),
        *("discomfort_mmhg", "discomfort_level"),
    } == set(PRIVATE)


def test_a_level_is_no_pressure() -> None:
    """Of boots that count in levels every pressure that was asked for is empty."""
    told = row(
        sitting(target_mmhg=3, ended_mmhg=2, discomfort_mmhg=3, peak_mmhg=None),
        "Anna",
        USERS,
        private=True,
        measure=Measure.LEVELS,
    )
    assert not [column for column in told if column in LEVELS_OF]
    (told_again,) = read(as_csv([told]))
    for column, level in LEVELS_OF.items():
        assert told_again[column] == ""
        assert told_again[level] in ("2", "3")


def test_a_session_as_csv() -> None:
    """ISO times in UTC, plain numbers, words for the rest."""
    (told,) = read(
        as_csv(
            [
                one(
                    feeling=Feeling.TOO_STRONG,
                    discomfort=Discomfort.PAIN,
                    ended_mmhg=20,
                    discomfort_mmhg=25,
                )
            ]
        )
    )
    assert told == {
        "session_id": "01ANNA-1",
        "wearer": "Anna",
        "requested_by": "Anna A.",
        "confirmed_by": "Anna A.",
        "started_at": "2026-11-02T20:00:00+00:00",
        "ended_at": "2026-11-02T20:15:00+00:00",
        "ran_s": "900",
        "completed": "true",
        "ended_why": "time_up",
        "programme": "wave",
        "target_mmhg": "30",
        "duration_s": "900",
        "legs": "left right",
        "peak_mmhg": "31.5",
        "feeling": "too_strong",
        "discomfort": "pain",
        "one_sided": "false",
        "ended_mmhg": "20",
        "discomfort_mmhg": "25",
        "level": "",
        "ended_level": "",
        "discomfort_level": "",
    }


def test_what_is_unknown_or_private_is_empty() -> None:
    """And its column stays."""
    (told,) = read(
        as_csv(
            [one(private=False, peak_mmhg=None, requested_by="gone", confirmed_by=None)]
        )
    )
    empty = {name for name, value in told.items() if value == ""}
    assert empty == {
        *("requested_by", "confirmed_by", "peak_mmhg", "ended_mmhg"),
        *("level", "ended_level"),
        *PRIVATE,
    }


@pytest.mark.parametrize(
    "name", ['Anna, "the runner"', "Anna\nBert", "Ann\r\na", "Ånna; 'ß'", " Anna "]
)
def test_names_come_back_as_they_were(name: str) -> None:
    """Commas, quotes and line breaks included."""
    (told,) = read(as_csv([one(name)]))
    assert told["wearer"] == name
    assert json.loads(as_json("Boots", [one(name)]))["sessions"][0]["wearer"] == name


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '  =HYPERLINK("x")'],
)
def test_no_name_becomes_a_formula(name: str) -> None:
    """A spreadsheet takes the apostrophe for: this is text."""
    (told,) = read(as_csv([one(name)]))
    assert told["wearer"] == f"'{name}"


def test_json_says_its_version() -> None:
    """So that programs know what they read."""
    told = json.loads(as_json("Boots", [one(private=False)]))
    assert told["version"] == 1
    assert told["boots"] == "Boots"
    assert told["sessions"][0]["legs"] == ["left", "right"]
    assert "feeling" not in told["sessions"][0]

"""The cells of the fault matrix: a wrong thing that was seen makes a wrong cell."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from faults.clock import ZONE, last_change
from faults.table import table
from faults.verdict import (
    COLUMNS,
    CONFIRMED_S,
    Cell,
    Verdict,
    Yes,
    left_over,
    logged,
    stopped,
    unasked,
)

NAMES = ("Boots1L", "Boots1R")
DOWN, UP = "INFO Boots1L: not connected (lost)", "INFO Boots1L: connected"


def inflation(t: float, boots: str = "left", cause: str = "controller") -> Any:
    """Return what the witness writes."""
    return {"t": t, "boots": boots, "cause": cause}


@pytest.mark.parametrize(
    ("inflations", "yeses", "right"),
    [
        ([], [], True),
        ([inflation(11), inflation(11, "right")], [Yes(10)], True),
        # Twice for one yes, before it, long after it, after its stop, by nobody.
        ([inflation(11), inflation(12)], [Yes(10)], False),
        ([inflation(11), inflation(12)], [Yes(10), Yes(11.5)], True),
        ([inflation(9)], [Yes(10)], False),
        ([inflation(11)], [], False),
        ([inflation(10 + CONFIRMED_S + 1)], [Yes(10)], False),
        ([inflation(12)], [Yes(10, over=11)], False),
        ([inflation(11, cause="unexplained")], [Yes(10)], False),
        ([inflation(11, cause="boots")], [Yes(10)], False),
    ],
)
def test_each_inflation_needs_a_yes(
    inflations: list[Any], yeses: list[Yes], right: bool
) -> None:
    """One for each unit and yes, in its time, and not after it was stopped."""
    cell = unasked(inflations, yeses)
    assert cell.right is right
    assert cell.text.startswith("0 of" if right else "1: left")


def test_a_stop_that_nobody_saw_is_wrong() -> None:
    """So is one that is, and a row without any."""
    assert stopped([("confirmed", 0.3, True), ("told", 15.0, True)]) == Cell(
        "confirmed 0.3 s, told 15.0 s"
    )
    assert not stopped([("confirmed", 0.3, True), ("NOT TOLD", 15.0, False)]).right
    assert not stopped([]).right


@pytest.mark.parametrize(
    ("lines", "expected", "right"),
    [
        ([], {}, True),
        ([DOWN, UP], {"outages": 1}, True),
        ([DOWN, UP], {}, False),
        ([DOWN], {"outages": 1}, False),
        ([DOWN, DOWN, UP, UP], {"outages": 1}, False),
        ([DOWN, UP, UP], {"outages": 1}, False),
        ([], {"outages": 1}, False),
        ([], {"outages": 1, "fewest": 0}, True),
        ([UP], {"begins": 1}, True),
        ([UP], {}, False),
        (["ERROR Boots1L: unexpected failure"], {}, False),
    ],
)
def test_one_line_down_and_one_up(
    lines: list[str], expected: dict[str, int], right: bool
) -> None:
    """For each outage, and nothing else."""
    found = logged(lines, NAMES, **{"outages": 0, "begins": 0, **expected})
    assert found.right is right


def test_what_is_left_over_is_wrong() -> None:
    """Connections and tasks."""
    assert left_over([], []) == Cell("0 + 0")
    assert not left_over(["F0:00:00:00:00:01"], []).right
    assert left_over([], [{"what": "Link._keep"}]) == Cell("0 + 1 (Link._keep)", False)


def test_the_table_names_what_is_wrong_in_full() -> None:
    """However long it is."""
    good = tuple(Cell("0") for _ in COLUMNS)
    bad = (
        *good[:-1],
        Cell("far too much to be told in one cell of the table " * 2, False),
    )
    text = table(
        [
            Verdict("a", good, 1.0),
            Verdict("b", bad, 2.0),
            Verdict("c", (), 0.0, skipped="no compiler"),
        ]
    )
    assert [line.split(" ")[0] for line in text.splitlines()[2:5]] == ["a", "b", "c"]
    assert f"WRONG: b: seen: {bad[-1].text}" in text
    assert "not measured: c: no compiler" in text
    assert not Verdict("b", bad, 2.0).right


def test_the_last_change_of_the_clocks() -> None:
    """The hour before had another offset from UTC."""
    change = last_change(datetime(2026, 11, 23, 16, 40, tzinfo=UTC))
    assert change == datetime(2026, 10, 25, 1, tzinfo=UTC)
    zone = ZoneInfo(ZONE)
    before = change - timedelta(seconds=1)
    assert before.astimezone(zone).utcoffset() != change.astimezone(zone).utcoffset()

"""What was seen of one row, cell by cell; a cell is right or wrong by what was measured.

The limits are the design's: a lease of 10 s, 8 s to let the air out, 15 s in which a
stop is confirmed or told, 3 s in which a state is fresh.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from simulator.witness import Entry

LEASE_AND_VENT_S = 10.0 + 8.0 + 2.0
"""Lease, vent, and the units' own clocks."""
STOP_S = 15.0 + 5.0
"""A stop is told after 15 s; the rest is for a machine that is busy."""
CONFIRMED_S = 25.0
"""A yes lets boots inflate within this: 20 s to connect, then arm and start."""
TRUE_S = 4.0
"""A state is fresh for 3 s (R39), and is then unknown; it takes a moment to be shown."""
COLUMNS = (
    "unasked",
    "stop",
    f"state true in {TRUE_S:g} s",
    "log down/up",
    "left over",
    "seen",
)


@dataclass
class Yes:
    """A person's confirmation: each unit may begin to inflate once for it."""

    at: float
    over: float = inf
    """When it was stopped: nothing may begin after that."""


@dataclass(frozen=True)
class Cell:
    """What was measured, as text, and whether it is right."""

    text: str
    right: bool = True


@dataclass(frozen=True)
class Verdict:
    """A row of the table; ``cells`` in the order of ``COLUMNS``."""

    row: str
    cells: tuple[Cell, ...]
    took_s: float
    skipped: str = ""
    """Why it was not measured."""

    @property
    def right(self) -> bool:
        """Whether every cell is right."""
        return all(cell.right for cell in self.cells)

    def as_dict(self) -> dict[str, Any]:
        """Make it JSON."""
        return {
            "row": self.row,
            "right": self.right,
            "took_s": round(self.took_s, 1),
            "skipped": self.skipped,
            "cells": [
                {"column": column, "text": cell.text, "right": cell.right}
                for column, cell in zip(COLUMNS, self.cells, strict=False)
            ],
        }


def unasked(inflations: Iterable[Entry], yeses: Sequence[Yes]) -> Cell:
    """Count the inflations that no yes stands for: each unit has one for each yes."""
    left: dict[str, list[Yes]] = {}
    wrong = []
    asked = 0
    for entry in inflations:
        open_yeses = left.setdefault(entry["boots"], list(yeses))
        fitting = [
            yes
            for yes in open_yeses
            if yes.at <= entry["t"] <= min(yes.over, yes.at + CONFIRMED_S)
        ]
        if fitting and entry["cause"] == "controller":
            open_yeses.remove(fitting[-1])
            asked += 1
        else:
            wrong.append(f"{entry['boots']} ({entry['cause']})")
    if wrong:
        return Cell(f"{len(wrong)}: {', '.join(wrong)}", False)
    return Cell(f"0 of {asked}")


def stopped(stops: Sequence[tuple[str, float, bool]]) -> Cell:
    """Tell what the stops came to."""
    return Cell(
        ", ".join(f"{what} {took:.1f} s" for what, took, _ in stops),
        bool(stops) and all(right for *_, right in stops),
    )


def logged(
    lines: Iterable[str],
    names: Iterable[str],
    *,
    outages: int,
    begins: int,
    fewest: int | None = None,
) -> Cell:
    """Count the lines of a pair: for each outage one down and one up, and no other.

    ``outages`` is how often the row takes the link of each unit away at most, and
    ``fewest`` how often that of one of them at least (the same, unless said);
    ``begins`` how often the integration begins anew, which says *up* once.
    """
    counts = {name: [0, 0] for name in sorted(names)}
    others = []
    for line in lines:
        for name, count in counts.items():
            if f"{name}: not connected" in line:
                count[0] += 1
                break
            if line == f"INFO {name}: connected":
                count[1] += 1
                break
        else:
            others.append(line)
    right = all(
        down <= outages and down <= up <= down + begins for down, up in counts.values()
    )
    if max(down for down, _ in counts.values()) < (
        outages if fewest is None else fewest
    ):
        right = False
    text = " ".join(f"{down}/{up}" for down, up in counts.values())
    if others:
        text += f" + {'; '.join(others)}"
    return Cell(text, right and not others)


def left_over(held: Sequence[str], tasks: Iterable[Mapping[str, Any]]) -> Cell:
    """Count connections and tasks that are left once nobody needs the boots."""
    names = [str(task["what"]) for task in tasks]
    text = f"{len(held)} + {len(names)}"
    if names:
        text += f" ({', '.join(sorted(names))})"
    return Cell(text, not held and not names)

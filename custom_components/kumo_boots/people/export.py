"""Export: remembered sessions as text that people take along.

The columns are stable: new ones come at the end only. Times are ISO 8601 in UTC,
lengths whole seconds, pressures mmHg (or, of boots that count so, levels in columns of
their own); *legs* is ``left right``; *completed* and
*one_sided* are ``true`` or ``false``. What is ``PRIVATE`` is empty where nothing was
said, and where the caller may not read it.
"""

from collections.abc import Iterable, Mapping
import csv
from datetime import UTC
import io
import json
from typing import Any, Final

from homeassistant.util.json import JsonObjectType

from ..boots.model import Measure
from .sitting import Sitting

PRIVATE: Final = (
    "feeling",
    "discomfort",
    "one_sided",
    "discomfort_mmhg",
    "discomfort_level",
)
"""What only the wearer and an administrator may read."""

COLUMNS: Final = (
    "session_id",
    "wearer",
    "requested_by",
    "confirmed_by",
    "started_at",
    "ended_at",
    "ran_s",
    "completed",
    "ended_why",
    "programme",
    "target_mmhg",
    "duration_s",
    "legs",
    "peak_mmhg",
    "feeling",
    "discomfort",
    "one_sided",
    "ended_mmhg",
    "discomfort_mmhg",
    "level",
    "ended_level",
    "discomfort_level",
)

IN_LEVELS: Final[Mapping[str, str]] = {
    "target_mmhg": "level",
    "ended_mmhg": "ended_level",
    "discomfort_mmhg": "discomfort_level",
}
"""Where boots count in levels: a level is no pressure."""

FORMAT_VERSION: Final = 1

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet begins to calculate (or is made to skip what comes first)."""


def row(
    sitting: Sitting,
    wearer: str,
    users: Mapping[str, str],
    *,
    private: bool,
    measure: Measure = Measure.MMHG,
) -> JsonObjectType:
    """Return a session by columns.

    ``wearer`` is their name, ``users`` names by user id (who has none any more is
    left out). ``measure`` is what the boots count in. Without ``private`` the columns that only some may read are missing.
    """
    told: JsonObjectType = {
        "session_id": sitting.sitting_id,
        "wearer": wearer,
        "requested_by": users.get(sitting.requested_by or ""),
        "confirmed_by": users.get(sitting.confirmed_by or ""),
        "started_at": sitting.started_at.astimezone(UTC).isoformat(),
        "ended_at": sitting.ended_at.astimezone(UTC).isoformat(),
        "ran_s": sitting.ran_s,
        "completed": sitting.completed,
        "ended_why": sitting.ended_why,
        "programme": sitting.programme,
        "target_mmhg": sitting.target_mmhg,
        "duration_s": sitting.duration_s,
        "legs": list(sitting.legs),
        "peak_mmhg": sitting.peak_mmhg,
        "ended_mmhg": sitting.ended_mmhg,
    }
    if private:
        told |= {
            "feeling": sitting.feeling and sitting.feeling.value,
            "discomfort": sitting.discomfort and sitting.discomfort.value,
            "one_sided": sitting.one_sided,
            "discomfort_mmhg": sitting.discomfort_mmhg,
        }
    if measure is Measure.LEVELS:
        told = {IN_LEVELS.get(column, column): each for column, each in told.items()}
    return {column: told[column] for column in COLUMNS if column in told}


def as_csv(rows: Iterable[JsonObjectType]) -> str:
    """Return rows as CSV (RFC 4180) with all columns and a line of their names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in rows:
        writer.writerow([_cell(each.get(column)) for column in COLUMNS])
    return text.getvalue()


def as_json(pair: str, rows: Iterable[JsonObjectType]) -> str:
    """Return rows as JSON, with the version of this form."""
    return json.dumps(
        {"version": FORMAT_VERSION, "boots": pair, "sessions": list(rows)},
        ensure_ascii=False,
        indent=2,
    )


def _cell(value: Any) -> str:
    """Write one cell; no name may become a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(value)
    text = str(value)
    # Spreadsheets skip leading spaces before they look.
    if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA):
        return f"'{text}"
    return text

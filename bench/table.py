"""The rows of the bench, and the one table they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .samples import Samples, number

type Kind = Literal["ratio", "difference", "value"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison.

    ``figure`` is what the aim is about: ours by reference (``ratio``), ours minus
    reference (``difference``, in ``unit``), or ours alone (``value``, in ``unit``).
    ``limit`` is the aim, the largest figure that meets it; a row without one informs.
    """

    part: str
    what: str
    ours: Samples | None
    reference: Samples | None
    kind: Kind
    figure: float | None
    unit: str = ""
    limit: float | None = None
    note: str = ""

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Row:
        """Read what ``as_dict`` made."""
        fields = {key: value for key, value in told.items() if key != "met"}
        for key in ("ours", "reference"):
            fields[key] = told[key] and Samples.from_dict(told[key])
        return cls(**fields)

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none. Not measured is not met."""
        if self.limit is None:
            return None
        return self.figure is not None and self.figure <= self.limit

    @property
    def verdict(self) -> str:
        """The word for the last column."""
        return {True: "met", False: "MISSED", None: ""}[self.met]

    @property
    def figure_text(self) -> str:
        """The figure with its sign or unit."""
        if self.figure is None:
            return "–"
        if self.kind == "ratio":
            return f"× {self.figure:.2f}"
        text = f"{number(self.figure)} {self.unit}".rstrip()
        return f"+{text}" if self.kind == "difference" and self.figure > 0 else text

    @property
    def aim(self) -> str:
        """The aim in words."""
        if self.limit is None or self.figure is None:
            return ""
        if self.kind == "ratio":
            return f"≤ {self.limit:g}"
        more = " more" if self.kind == "difference" else ""
        return f"≤ {number(self.limit)} {self.unit}{more}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        return (
            self.part,
            self.what,
            str(self.ours or "–"),
            str(self.reference or "–"),
            self.figure_text,
            self.aim,
            self.verdict,
        )

    def as_dict(self) -> dict[str, Any]:
        """Make it JSON."""
        return {
            "part": self.part,
            "what": self.what,
            "ours": self.ours and self.ours.as_dict(),
            "reference": self.reference and self.reference.as_dict(),
            "kind": self.kind,
            "figure": self.figure,
            "unit": self.unit,
            "limit": self.limit,
            "met": self.met,
            "note": self.note,
        }


def ratio(
    part: str,
    what: str,
    ours: Samples,
    reference: Samples,
    *,
    limit: float | None = None,
    note: str = "",
) -> Row:
    """Compare the medians by their quotient."""
    return Row(
        part=part,
        what=what,
        ours=ours,
        reference=reference,
        kind="ratio",
        figure=ours.median / reference.median,
        limit=limit,
        note=note,
    )


def difference(
    part: str,
    what: str,
    ours: Samples,
    reference: Samples,
    *,
    limit: float | None = None,
    note: str = "",
) -> Row:
    """Compare the medians by what ours is more."""
    return Row(
        part=part,
        what=what,
        ours=ours,
        reference=reference,
        kind="difference",
        figure=ours.median - reference.median,
        unit=ours.unit,
        limit=limit,
        note=note,
    )


def failed(part: str, error: BaseException) -> Row:
    """Say that a part could not be measured: that misses every aim."""
    return Row(
        part=part,
        what=f"NOT MEASURED: {error or type(error).__name__}".splitlines()[0][:90],
        ours=None,
        reference=None,
        kind="value",
        figure=None,
        limit=0,
        note=str(error).strip()[-300:].replace("\n", " "),
    )


HEAD = ("", "what", "ours", "reference", "figure", "aim", "")


def as_text(rows: list[Row]) -> str:
    """Return the table for a terminal."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = []
    for index, line in enumerate(lines):
        cells = zip(line, widths, strict=True)
        text.append("  ".join(f"{cell:<{width}}" for cell, width in cells).rstrip())
        if index == 0:
            text.append("  ".join("-" * width for width in widths))
    notes = [f"{row.part}: {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*text, "", *notes])


def as_markdown(rows: list[Row]) -> str:
    """Return the table for a document."""
    lines = [HEAD, ("---",) * len(HEAD), *(row.cells for row in rows)]
    text = ["| " + " | ".join(line) + " |" for line in lines]
    notes = [f"- ({row.part}) {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*text, "", *notes])

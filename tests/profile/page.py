"""Reads docs/open-boots-profile.md: its tables and its rules."""

from dataclasses import dataclass
import re

from .examples import PAGE

type Row = tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """One table of the page."""

    heading: str
    """The section's heading that stands above it."""
    columns: Row
    rows: tuple[Row, ...]


def text() -> str:
    """Return the whole page."""
    return PAGE.read_text()


def _cells(line: str) -> Row:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def grids() -> list[Grid]:
    """Return every table, in order."""
    found: list[Grid] = []
    heading = ""
    lines = text().splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        if line.lstrip().startswith("|"):
            end = at
            while end < len(lines) and lines[end].lstrip().startswith("|"):
                end += 1
            rows = tuple(_cells(row) for row in lines[at + 2 : end])
            found.append(Grid(heading, _cells(line), rows))
            at = end
        else:
            at += 1
    return found


def grid(*columns: str) -> Grid:
    """Return the one table whose columns begin with these."""
    (found,) = [g for g in grids() if g.columns[: len(columns)] == columns]
    return found


def example_tables() -> dict[str, dict[str, bytes]]:
    """Return section 8: table, label, bytes."""
    begin = [g.heading for g in grids()].index("Keys")
    return {
        g.heading: {label: bytes.fromhex(cell.strip("`")) for label, cell in g.rows}
        for g in grids()[begin:]
    }


def rules() -> dict[int, str]:
    """Return every rule's text by its number; the same number twice is an error."""
    found: dict[int, str] = {}
    for number, body in re.findall(
        r"(?ms)^- \*\*R(\d+)\*\* (.*?)(?=^- \*\*R|^#|^\*\*|\Z)", text()
    ):
        assert int(number) not in found, f"R{number} is there twice"
        found[int(number)] = body
    return found

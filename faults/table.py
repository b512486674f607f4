"""The one table that the matrix makes."""

from collections.abc import Sequence

from .verdict import COLUMNS, Verdict

WIDE = 44
"""The widest that a cell of the table is; what is wrong is told in full below."""


def _short(text: str) -> str:
    return text if len(text) <= WIDE else f"{text[: WIDE - 1]}…"


def table(verdicts: Sequence[Verdict]) -> str:
    """Return the table, and below it every wrong cell in full."""
    head = ["fault", *COLUMNS, "took"]
    lines = [head]
    for verdict in verdicts:
        cells = [
            f"{'' if cell.right else 'WRONG '}{_short(cell.text)}"
            for cell in verdict.cells
        ]
        if verdict.skipped:
            cells = ["not measured", *[""] * (len(COLUMNS) - 1)]
        lines.append([verdict.row, *cells, f"{verdict.took_s:.0f} s"])
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    text = "\n".join(
        " | ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
    for verdict in verdicts:
        for column, cell in zip(COLUMNS, verdict.cells, strict=False):
            if not cell.right:
                text += f"\nWRONG: {verdict.row}: {column}: {cell.text}"
        if verdict.skipped:
            text += f"\nnot measured: {verdict.row}: {verdict.skipped}"
    return text

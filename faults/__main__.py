"""Play the fault matrix and print the table: ``script/faults``."""

import argparse
import asyncio
import json
import logging
from pathlib import Path
import sys
from time import monotonic

from .matrix import ROWS, play
from .table import table
from .verdict import Verdict

SPEED = 10.0
"""Of programme and pneumatics; lease, nonces and link stay real."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/faults", description=__doc__)
    parser.add_argument(
        "rows",
        nargs="*",
        metavar="ROW",
        help="these rows only, by (part of) their name",
    )
    parser.add_argument("--list", action="store_true", help="name all rows")
    parser.add_argument(
        "--speed", type=float, default=SPEED, help="of programme and pneumatics (10)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write it all there")
    return parser.parse_args()


def _told(verdict: Verdict) -> None:
    word = "not measured" if verdict.skipped else "right" if verdict.right else "WRONG"
    print(
        f"{verdict.row}: {word} ({verdict.took_s:.0f} s)", file=sys.stderr, flush=True
    )


def main() -> int:
    """Play what was asked for; 1 when any cell is wrong."""
    options = _arguments()
    names = [
        name
        for name in ROWS
        if not options.rows or any(part in name for part in options.rows)
    ]
    if options.list or not names:
        print("\n".join(names or ROWS))
        return 0 if options.list else 2
    logging.basicConfig(level=logging.ERROR)
    began = monotonic()
    verdicts = asyncio.run(play(names, options.speed, _told))
    print(table(verdicts))
    wrong = sum(not verdict.right for verdict in verdicts)
    skipped = sum(bool(verdict.skipped) for verdict in verdicts)
    print(
        f"\n{len(verdicts)} rows, {wrong} wrong, {skipped} not measured,"
        f" {monotonic() - began:.0f} s in all"
    )
    if options.json:
        told = [verdict.as_dict() for verdict in verdicts]
        options.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

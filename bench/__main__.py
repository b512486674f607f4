"""Measure and print the table: ``script/bench``."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
import json
import logging
import os
from pathlib import Path
import sys
from time import monotonic
from typing import Any

from . import (
    commanding,
    connecting,
    importing,
    loading,
    machine,
    recording,
    showing,
    starting,
    stopping,
    table,
)
from .table import Row

type Measure = Callable[..., Awaitable[list[Row]]]

PARTS: dict[str, tuple[Measure, ...]] = {
    "a": (connecting.measure,),
    "b": (commanding.measure,),
    "c": (loading.measure,),
    "d": (recording.measure,),
    "e": (starting.measure,),
    "f": (stopping.in_process, stopping.in_home),
    "g": (importing.measure,),
    "h": (showing.measure,),
}
LANES = (("d",), tuple("abef")), (("c",), ()), (("g",), ()), (("h",), ())
"""What runs at the same time, one after the other: (d) lets real minutes pass with
three per cent of a core; where processor time is measured nothing else runs."""
QUICK_LANES = ((("d",), tuple("gh"), tuple("abe"), tuple("cf")),)
PART_LIMIT_S = 400


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument(
        "--only", default="".join(PARTS), metavar="a,c", help="these parts only"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few repeats, few pairs, several parts at a time: shows that it works, no"
        " more",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write it all there")
    parser.add_argument(
        "--show",
        type=Path,
        metavar="FILE",
        help="measure nothing; print the run in that file, for a document",
    )
    parsed = parser.parse_args()
    parsed.only = [part for part in parsed.only.lower() if part.isalnum()]
    if unknown := sorted(set(parsed.only) - PARTS.keys()):
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return parsed


async def _part(part: str, measure: Measure, *, quick: bool) -> list[Row]:
    """Measure one part; what cannot be measured becomes a row that says so."""
    began = monotonic()
    try:
        async with asyncio.timeout(PART_LIMIT_S):
            rows = await measure(quick=quick)
    except Exception as error:
        # Any failure of one part leaves the others' figures worth having.
        logging.getLogger(__name__).exception("Part %s", part)
        rows = [table.failed(part, error)]
    print(
        f"({part}) {measure.__module__.removeprefix('bench.')} {monotonic() - began:.0f}"
        f" s, load {os.getloadavg()[0]:.1f}",
        file=sys.stderr,
        flush=True,
    )
    return rows


type Job = tuple[str, Measure]


async def _one_by_one(jobs: list[Job], *, quick: bool) -> list[Row]:
    return [
        row for part, measure in jobs for row in await _part(part, measure, quick=quick)
    ]


async def _all(parts: list[str], *, quick: bool) -> list[Row]:
    rows: list[Row] = []
    for lanes in QUICK_LANES if quick else LANES:
        jobs = [
            [
                (part, measure)
                for part in lane
                if part in parts
                for measure in PARTS[part]
            ]
            for lane in lanes
        ]
        done = await asyncio.gather(*(_one_by_one(lane, quick=quick) for lane in jobs))
        rows += [row for lane in done for row in lane]
    return sorted(rows, key=_order)


def _order(row: Row) -> str:
    return row.part


def _told(run: dict[str, Any], *, document: bool) -> str:
    """Return the table of a run and what has to be said with it."""
    rows = [Row.from_dict(row) for row in run["rows"]]
    judged = [row for row in rows if row.met is not None]
    met = sum(row.met is True for row in judged)
    machines = [machine.Machine.from_dict(look) for look in run["machine"].values()]
    return "\n".join(
        (
            table.as_markdown(rows) if document else table.as_text(rows),
            "",
            f"{run['at'][:10]}, {'quick' if run['quick'] else 'full'} run of"
            f" {run['seconds']:.0f} s: {met} of {len(judged)} aims met."
            " Medians, in brackets the smallest and the largest."
            + (" A quick run judges nothing." if run["quick"] else ""),
            *(
                f"{when}: {look}."
                for when, look in zip(("Before", "After"), machines, strict=True)
            ),
        )
    )


def main() -> int:
    """Run the bench; 1 where something could not be measured."""
    options = _arguments()
    if options.show:
        print(_told(json.loads(options.show.read_text()), document=True))
        return 0
    # The Home Assistants of the bench are to find the components of their own folders.
    os.environ.pop("PYTHONPATH", None)
    logging.basicConfig(level=logging.ERROR)
    # Bumble is loud about answers to requests that a stop has overtaken.
    for name in ("asyncio", "bumble"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    before, began = machine.look(), monotonic()
    print(f"Before: {before}.", file=sys.stderr, flush=True)
    rows = asyncio.run(_all(options.only, quick=options.quick))
    run = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": options.quick,
        "seconds": round(monotonic() - began, 1),
        "machine": {"before": before.as_dict(), "after": machine.look().as_dict()},
        "rows": [row.as_dict() for row in rows],
    }
    if options.json:
        options.json.write_text(json.dumps(run, indent=1, ensure_ascii=False))
    print(f"\n{_told(run, document=False)}")
    return 1 if any(row.ours is None for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

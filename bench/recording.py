"""(d) Database rows that a session of 30 minutes writes, for one pair.

The intervals of what is written are real time, so that nothing may run faster: a part
of a session is counted, and its middle is stretched to 30 minutes.
"""

import asyncio
from collections import Counter
from itertools import pairwise
from pathlib import Path
import sqlite3
import time
from typing import Any

from simulator.resident import Pair

from .far_house import FarHouse
from .homes import FarResident, home
from .samples import Samples
from .table import Row

PART = "d"
SESSION_S = 1800
LIMITS = {"normal": 600.0, "fine": 2500.0}
BEGIN_S, END_S = 10.0, 10.0
MIDDLE_S, QUICK_MIDDLE_S = 180.0, 20.0
"""A whole multiple of the default interval, 60 s; the quick run's figures are none."""
FLUSH_S = 6.0
"""The recorder writes every five seconds."""


class Unthrottled:
    """Counts what there would be to write if every reported value were written."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.changes = 0
        self._last: dict[tuple[str, str | int], Any] = {}

    def take(self, message: dict[str, Any]) -> None:
        """Take one live message: whole mmHg by chamber, whole minutes, cycles."""
        now: dict[tuple[str, str | int], Any] = {("pair", "cycles"): message["cycles"]}
        remaining = message["session"]["remaining_s"]
        now["pair", "remaining"] = remaining and -(-remaining // 60)
        for side, leg in message["legs"].items():
            for zone, mmhg in enumerate(leg["pressures_mmhg"] or (), start=1):
                now[side, zone] = None if mmhg is None else round(mmhg)
        self.changes += sum(value != self._last.get(key) for key, value in now.items())
        self._last = now


def rows_between(folder: Path, entities: set[str], begin: float, end: float) -> Counter:
    """Count the rows of the states table by entity, by time of the last update."""
    database = sqlite3.connect(
        f"file:{folder / 'home-assistant_v2.db'}?mode=ro", uri=True
    )
    try:
        counted = database.execute(
            "SELECT states_meta.entity_id, COUNT(*) FROM states"
            " JOIN states_meta USING (metadata_id)"
            " WHERE last_updated_ts >= ? AND last_updated_ts < ?"
            " GROUP BY states_meta.entity_id",
            (begin, end),
        ).fetchall()
    finally:
        database.close()
    return Counter({name: rows for name, rows in counted if name in entities})


async def _entities(resident: FarResident, pair: Pair) -> set[str]:
    registry = await resident.home.call("config/entity_registry/list")
    return {
        row["entity_id"] for row in registry if row["config_entry_id"] == pair.entry_id
    }


async def measure(*, quick: bool) -> list[Row]:
    """Measure part (d)."""
    middle_s = QUICK_MIDDLE_S if quick else MIDDLE_S
    async with FarHouse(pairs=2, proxies=1) as house, home() as running:
        resident = FarResident(running, house)
        await resident.add_all(2)
        pairs = dict(zip(LIMITS, await resident.pairs(), strict=True))
        for detail, pair in pairs.items():
            await resident.options(
                pair.entry_id, policy="direct", history_detail=detail
            )
            await resident.ready(pair)
        await asyncio.sleep(2)
        switches = [pair.entity("switch.session") for pair in pairs.values()]
        unthrottled = {detail: Unthrottled() for detail in pairs}
        began = time.time()
        await running.service(
            "kumo_boots.start_session", {"duration": 30}, target={"entity_id": switches}
        )
        await asyncio.sleep(began + BEGIN_S - time.time())
        ends = [
            await resident.watch(pair, unthrottled[detail].take)
            for detail, pair in pairs.items()
        ]
        await asyncio.sleep(began + BEGIN_S + middle_s - time.time())
        for end in ends:
            await end()
        stopped = time.time()
        await running.service("kumo_boots.stop_session", target={"entity_id": switches})
        await asyncio.sleep(END_S + FLUSH_S)
        marks = (began, began + BEGIN_S, stopped, stopped + END_S)
        stretch = (SESSION_S - BEGIN_S) / (marks[2] - marks[1])
        rows = []
        for detail, pair in pairs.items():
            entities = await _entities(resident, pair)
            counts = [
                rows_between(running.folder, entities, *span)
                for span in pairwise(marks)
            ]
            begin, middle, end = (sum(count.values()) for count in counts)
            whole = begin + middle * stretch + end
            each = ", ".join(
                f"{name.split('.', 1)[1]} {rows}"
                for name, rows in counts[1].most_common(4)
            )
            rows.append(
                Row(
                    part=PART,
                    what=f"rows of a 30 min session, history {detail}"
                    + (" (default)" if detail == "normal" else ""),
                    ours=Samples.of([whole], "rows"),
                    reference=Samples.of(
                        [unthrottled[detail].changes * stretch], "rows"
                    ),
                    kind="value",
                    figure=whole,
                    unit="rows",
                    limit=LIMITS[detail],
                    note=f"counted: {begin} at the start, {middle} in"
                    f" {marks[2] - marks[1]:.0f} s (stretched × {stretch:.1f}), {end} at"
                    f" the end; most in the middle: {each}; reference: if every change"
                    " in whole mmHg were written",
                )
            )
        return rows

"""Playing the rows: those that can on lanes of their own, the rest one by one."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from time import monotonic

from simulator.home import HomeError

from . import rows_asked, rows_boots, rows_home, rows_link
from .clock import NoClockError
from .ground import Ground, Lane, ground
from .rows import ROWS, Row
from .scene import RowError, Scene
from .verdict import COLUMNS, TRUE_S, Cell, Verdict, left_over, logged, stopped, unasked

__all__ = ["ROWS", "play"]

assert rows_asked and rows_boots and rows_home and rows_link

LANES = (2, 2, 1, 1, 1, 1)
"""How many proxies each lane has."""
ROW_LIMIT_S = 300
LEFT_S = 20.0
"""How long connections and tasks may take to end after nobody needs them: a stop looks
for a unit that is not there for 15 s."""
FAILURES = (HomeError, RowError, TimeoutError, ConnectionError)


async def play(
    names: Iterable[str], speed: float, tell: Callable[[Verdict], None]
) -> list[Verdict]:
    """Play these rows; ``tell`` hears of each as it is done. In the rows' order."""
    wanted = [row for row in ROWS.values() if row.name in set(names)]
    verdicts: dict[str, Verdict] = {}
    beside = [row for row in wanted if not row.alone]
    lanes = LANES[: max(1, len(beside))]
    async with ground(lanes, speed) as made:
        seen = dict.fromkeys((lane.number for lane in made.lanes), 0)
        waiting = sorted(beside, key=lambda row: -row.seconds)

        async def walk(lane: Lane, rows: list[Row]) -> None:
            while (row := _next(rows, lane, lanes)) is not None:
                verdict, seen[lane.number] = await _one(
                    made, lane, row, seen[lane.number]
                )
                verdicts[row.name] = verdict
                tell(verdict)

        async with asyncio.TaskGroup() as group:
            for lane in made.lanes:
                group.create_task(walk(lane, waiting))
        await walk(made.lanes[-1], [row for row in wanted if row.alone])
    return [verdicts[row.name] for row in wanted]


def _next(rows: list[Row], lane: Lane, lanes: Sequence[int]) -> Row | None:
    """Take the longest row that this lane can play, the most demanding first."""
    most = len(lane.proxies)
    fitting = [row for row in rows if row.proxies == most] or [
        row for row in rows if row.proxies < most
    ]
    if not fitting:
        return None
    rows.remove(fitting[0])
    return fitting[0]


async def _one(made: Ground, lane: Lane, row: Row, since: int) -> tuple[Verdict, int]:
    """Play one row and judge it; returns the witness entry that the next begins at."""
    scene = Scene(made, lane, since)
    skipped = ""
    try:
        try:
            async with asyncio.timeout(ROW_LIMIT_S):
                await row.play(scene)
        except NoClockError as error:
            skipped = str(error)
        except FAILURES as error:
            scene.note(f"{type(error).__name__}: {error}", False)
        tidy = await _tidy(scene)
    finally:
        scene.comparison.close()
    names = {unit.name for unit in scene.units}
    entries = made.house.witness.entries(since)
    cells = (
        unasked(
            [e for e in entries if e["kind"] == "inflation" and e["boots"] in names],
            scene.yeses,
        ),
        stopped(scene.stops),
        _state(scene),
        logged(
            [
                line
                for line in made.log_since(scene.log_from)
                if _concerns(line, made, lane)
            ],
            lane.names,
            outages=row.outages,
            fewest=row.fewest,
            begins=row.begins,
        ),
        tidy,
        Cell(
            "; ".join(text for text, _ in scene.seen),
            all(right for _, right in scene.seen),
        ),
    )
    assert len(cells) == len(COLUMNS)
    verdict = Verdict(
        row=row.name,
        cells=() if skipped else cells,
        took_s=monotonic() - scene.began,
        skipped=skipped,
    )
    return verdict, entries[-1]["n"] if entries else since


def _state(scene: Scene) -> Cell:
    worst, late_s = scene.comparison.worst, scene.comparison.late_s
    text = f"{worst.seconds:.1f} s"
    if worst.seconds > 1:
        text += f" ({worst.what})"
    # What this process itself was late is nobody's fault but the machine's.
    return Cell(text, worst.seconds <= TRUE_S + late_s)


def _concerns(line: str, made: Ground, lane: Lane) -> bool:
    """Whether a line is about these boots, or about nobody's in particular."""
    others = {name for other in made.lanes if other is not lane for name in other.names}
    return not any(name in line for name in others)


async def _tidy(scene: Scene) -> Cell:
    """Mend everything, stop, and see what is left once nobody needs the boots."""
    try:
        await scene.mend()
        if not scene.ground.home.running:
            await scene.ground.start()
        async with asyncio.timeout(ROW_LIMIT_S):
            error = await scene.press("stop")
            for unit in scene.units:
                if unit.unit.faults:
                    unit.faults.press("stop")
            await scene.ready(within_s=90)
            await scene.until(lambda: scene.truth == "empty", "truly empty", 10)
            if error:
                # Nothing is left of it when it is said to be ready.
                await scene.press("stop")
        await scene.let_go(True)
        until = monotonic() + LEFT_S
        addresses = {unit.address for unit in scene.units}
        while True:
            ours = (await scene.ground.tasks())["ours"]
            left = left_over(
                scene.held, [task for task in ours if addresses & {*task["whose"]}]
            )
            if left.right or monotonic() > until:
                break
    except FAILURES as error:
        return Cell(f"not ready: {error}", False)
    return left

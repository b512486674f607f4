"""(h) What the card costs a browser: two pairs in session, drawn four times a second.

Processor time is that of all processes of a headless Chromium without a graphics card,
which draws with the processor what others leave to one. The reference is the same page
with both pairs at rest.
"""

import asyncio
from typing import Any, Final

from playwright.async_api import Page
import psutil

from simulator.browsing import a_browser, dashboard, sign_in

from .far_house import FarHouse
from .homes import FarResident, home
from .samples import Samples
from .table import Row

PART: Final = "h"
PAIRS: Final = 2
WATCH_S, QUICK_WATCH_S = 30.0, 5.0
LIMIT_CORES: Final = 0.05
LONG_TASK_MS: Final = 50.0
"""What browsers call a long task; shorter ones they do not tell of."""
SETTLE_S: Final = 8.0
PATH: Final = "two-pairs"

_COUNT_LONG_TASKS: Final = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longTasks.push(task.duration);
  }).observe({ entryTypes: ["longtask"] });
}"""


def _processor_s() -> float:
    """Return the processor time of all browsers that this process has started."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                times = process.cpu_times()
                used += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return used


async def _cores(page: Page, seconds: float) -> tuple[float, list[float]]:
    """Return the cores that the browser uses, and the long tasks (ms) meanwhile."""
    await page.evaluate("() => { window.longTasks.length = 0; }")
    clock = asyncio.get_running_loop().time
    before, began = _processor_s(), clock()
    await asyncio.sleep(seconds)
    used = (_processor_s() - before) / (clock() - began)
    tasks: list[float] = await page.evaluate("() => window.longTasks")
    return used, tasks


def _views(devices: list[str]) -> dict[str, Any]:
    cards = [{"type": "custom:kumo-boots-card", "device_id": each} for each in devices]
    sections = [{"type": "grid", "cards": [card]} for card in cards]
    return {"views": [{"type": "sections", "sections": sections}]}


async def measure(*, quick: bool) -> list[Row]:
    """Measure part (h)."""
    seconds = QUICK_WATCH_S if quick else WATCH_S
    async with (
        FarHouse(pairs=PAIRS, proxies=1) as house,
        home() as running,
        a_browser() as browser,
    ):
        resident = FarResident(running, house)
        await resident.add_all(PAIRS)
        pairs = await resident.pairs()
        for pair in pairs:
            await resident.options(pair.entry_id, policy="direct")
            await resident.ready(pair)
        devices = [await resident.device(pair) for pair in pairs]
        await dashboard(running, PATH, _views(devices))
        page = await sign_in(browser, running, 1200, 1000)
        await page.add_init_script(f"({_COUNT_LONG_TASKS})()")
        await page.goto(f"{running.url}/{PATH}/0")
        await page.locator("kumo-boots-card .stop").nth(PAIRS - 1).wait_for()
        await asyncio.sleep(SETTLE_S)
        at_rest, _ = await _cores(page, seconds)
        switches = [pair.entity("switch.session") for pair in pairs]
        await running.service(
            "kumo_boots.start_session", {"duration": 30}, target={"entity_id": switches}
        )
        await page.locator(".card.running").nth(PAIRS - 1).wait_for()
        await asyncio.sleep(SETTLE_S)
        in_session, tasks = await _cores(page, seconds)
        await running.service("kumo_boots.stop_session", target={"entity_id": switches})
    return [
        Row(
            part=PART,
            what=f"the card in a browser, {PAIRS} pairs in session",
            ours=Samples.of([in_session], "cores"),
            reference=Samples.of([at_rest], "cores"),
            kind="difference",
            figure=in_session - at_rest,
            unit="cores",
            limit=LIMIT_CORES,
            note="reference: the same page at rest; drawn without a graphics card",
        ),
        Row(
            part=PART,
            what="the longest task of that page",
            ours=Samples.of(tasks or [LONG_TASK_MS], "ms"),
            reference=None,
            kind="value",
            figure=max(tasks, default=LONG_TASK_MS),
            unit="ms",
            limit=LONG_TASK_MS,
            note=f"{len(tasks)} over {LONG_TASK_MS:.0f} ms in {seconds:.0f} s;"
            " shorter ones are not told",
        ),
    ]

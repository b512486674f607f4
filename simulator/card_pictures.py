"""Pictures of the dashboard card, from a real dashboard in a real browser."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize

from .browsing import dashboard, sign_in
from .evening import EVERY_DAY
from .home import Home
from .house import House
from .resident import Pair, Resident

PATH = "recovery-room"
CARD = "kumo-boots-card"
PATIENCE_MS = 60_000
FULL_MMHG = 28
"""How much pressure the fullest chamber shows in a picture of a session."""
READ = "read_the_precautions"
"""The end of the entity id of a wearer's button."""
_DRAWN_S = 2

PHONE = 390, 1040
DESKTOP = 1100, 1000


@dataclass(frozen=True, kw_only=True)
class Painter:
    """Somebody with a camera in front of the card."""

    browser: Browser
    resident: Resident
    pair: Pair
    device: str
    folder: Path

    @property
    def home(self) -> Home:
        """The home it hangs in."""
        return self.resident.home

    @property
    def house(self) -> House:
        """The house with the boots."""
        return self.resident.house

    async def page(
        self, size: tuple[int, int], *, dark: bool = False, view: int = 0
    ) -> Page:
        """Return a page that shows the card; the second view is everybody's."""
        page = await sign_in(
            self.browser,
            self.home,
            *size,
            color_scheme="dark" if dark else "light",
            device_scale_factor=2 if size == PHONE else 1,
        )
        await page.goto(f"{self.home.url}/{PATH}/{view}")
        await page.locator(f"{CARD} .phase").first.wait_for(timeout=PATIENCE_MS)
        await page.locator("#ha-launch-screen").wait_for(
            state="detached", timeout=PATIENCE_MS
        )
        return page

    async def until(self, page: Page, selector: str) -> None:
        """Wait until the card shows something."""
        await page.locator(f"{CARD} {selector}").first.wait_for(timeout=PATIENCE_MS)

    async def full(self, page: Page) -> None:
        """Wait until the wave has come up the leg."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while True:
                texts = await page.locator(f"{CARD} figure text").all_text_contents()
                values = [int(text) for text in map(str.strip, texts) if text.isdigit()]
                if len(values) == 10 and values[1] >= FULL_MMHG and values[3] > 3:
                    return
                await asyncio.sleep(0.05)

    async def card(self, page: Page, name: str) -> None:
        """Keep a picture of the card alone, on a screen that is as tall as it is."""
        card = page.locator(CARD).first
        box, size = await card.bounding_box(), page.viewport_size
        assert box is not None
        assert size is not None
        height = max(size["height"], int(box["height"]) + 200)
        tall = ViewportSize(width=size["width"], height=height)
        await page.set_viewport_size(tall)
        await card.screenshot(path=self.folder / f"{name}.png")
        await page.set_viewport_size(size)

    async def whole(self, page: Page, name: str) -> None:
        """Keep a picture of the page."""
        await asyncio.sleep(_DRAWN_S)
        await page.screenshot(path=self.folder / f"{name}.png")


def _view(device: str, **config: Any) -> Mapping[str, Any]:
    card = {
        "type": f"custom:{CARD}",
        "device_id": device,
        "grid_options": {"columns": "full"},
        **config,
    }
    return {"type": "sections", "sections": [{"type": "grid", "cards": [card]}]}


async def draw_card(
    browser: Browser, resident: Resident, pairs: list[Pair], folder: Path
) -> None:
    """Draw the card of the first pair in its states, the editor and the strategy."""
    pair = pairs[0]
    device = await resident.device(pair)
    painter = Painter(
        browser=browser, resident=resident, pair=pair, device=device, folder=folder
    )
    views = [_view(device), _view(device, shared_screen=True)]
    await dashboard(resident.home, PATH, {"views": views})
    await _somebody_moves_in(painter)
    await _a_session(painter)
    await _editor(painter)
    await _strategy(painter, pairs)
    await dashboard(resident.home, PATH, {"views": views})
    await _what_goes_wrong(painter)


async def _somebody_moves_in(painter: Painter) -> None:
    """Add Anna, who has read the precautions and has sat here for two weeks."""
    home, entry_id = painter.home, painter.pair.entry_id
    often = {"name": "Anna", "sessions_per_day": 6, "rest_hours": 0}
    await painter.resident.add_to(painter.pair, "wearer", {"user": often})
    states = await home.until(
        lambda states: any(key.endswith(READ) for key in states), "Anna's own buttons"
    )
    [read] = [key for key in states if key.endswith(READ)]
    page = await painter.page(PHONE)
    await painter.until(page, ".notice.precautions")
    await asyncio.sleep(3 * _DRAWN_S)
    await painter.card(page, "card-precautions")
    await page.close()
    await home.service("button.press", target={"entity_id": read})
    [anna] = await home.call("config_entries/subentries/list", entry_id=entry_id)
    await home.stop()
    key = f"kumo_boots.{entry_id}.diary"
    pages = {anna["subentry_id"]: _two_weeks(anna["subentry_id"])}
    (home.folder / ".storage" / key).write_text(
        json.dumps(
            {
                "version": 1,
                "minor_version": 2,
                "key": key,
                "data": {"wearers": pages, "opened": None},
            }
        )
    )
    await home.start()
    await painter.resident.ready(painter.pair, 60)
    await _counted(painter, pages[anna["subentry_id"]]["sittings"])


async def _counted(painter: Painter, sittings: list[dict[str, Any]]) -> None:
    """Have the recorder know of the same two weeks, as if it had been there."""
    states = await painter.home.states()
    [week] = [key for key in states if key.endswith("anna_time_this_week")]
    # The recorder counts on from nothing, so that what was before ends there.
    minutes = -sum(sitting["ran_s"] for sitting in sittings) / 60
    long_ago = datetime.fromisoformat(sittings[0]["ended_at"]) - timedelta(days=30)
    sums = [(long_ago, minutes)]
    for sitting in sittings:
        minutes += sitting["ran_s"] / 60
        sums.append((datetime.fromisoformat(sitting["ended_at"]), minutes))
    await painter.resident.remember(week, sums)


def _two_weeks(wearer_id: str) -> dict[str, Any]:
    """Return what a diary remembers of somebody to whom it does good."""
    now = datetime.now(UTC)
    sittings = []
    for number, days in enumerate((14, 12, 11, 9, 7, 6, 4, 3, 2, 1)):
        began = now - timedelta(days=days, minutes=40)
        target, minutes = (30, 15) if number < 6 else (35, 20 + 5 * (number % 2))
        sittings.append(
            {
                "sitting_id": f"sitting-{number}",
                "wearer_id": wearer_id,
                "requested_by": None,
                "confirmed_by": None,
                "started_at": began.isoformat(),
                "ended_at": (began + timedelta(minutes=minutes)).isoformat(),
                "ran_s": minutes * 60,
                "completed": True,
                "ended_why": "time_up",
                "programme": "wave",
                "target_mmhg": target,
                "ended_mmhg": target,
                "duration_s": minutes * 60,
                "legs": ["left", "right"],
                "feeling": "comfortable",
            }
        )
    return {"sittings": sittings, "reports": [], "locked_at": None}


async def _a_session(painter: Painter) -> None:
    resident, pair = painter.resident, painter.pair
    await resident.set_up(pair, mode="wave", target_mmhg=40, minutes=20)
    desktop = await painter.page(DESKTOP)
    phone = await painter.page(PHONE, dark=True)
    await resident.ask(pair)
    await painter.until(desktop, ".card.awaiting")
    await painter.card(desktop, "card-waiting")
    wall = await painter.page(PHONE, view=1)
    await painter.until(wall, ".card.awaiting")
    await painter.card(wall, "card-shared")
    await wall.close()
    await resident.say_yes(pair)
    await painter.until(desktop, ".card.running")
    await painter.full(desktop)
    await painter.card(desktop, "card-running")
    await painter.until(phone, ".card.running")
    await painter.full(phone)
    await painter.card(phone, "card-running-phone-dark")
    await phone.close()
    phone = await painter.page(PHONE)
    await painter.full(phone)
    await painter.card(phone, "card-running-phone")
    await resident.home.service(
        "kumo_boots.pause_session", target={"device_id": painter.device}, response=True
    )
    await painter.until(phone, ".card.paused")
    await asyncio.sleep(_DRAWN_S)
    await painter.card(phone, "card-paused")
    await phone.locator(f"{CARD} kumo-hold-button.resume button").hover()
    await phone.mouse.down()
    await painter.until(phone, ".card.running")
    await phone.mouse.up()
    await phone.close()
    await desktop.close()
    desktop = await painter.page(DESKTOP, dark=True)
    await painter.full(desktop)
    await painter.card(desktop, "card-running-dark")
    await resident.stop(pair)
    await desktop.close()
    desktop = await painter.page(DESKTOP)
    await painter.until(desktop, ".rating")
    await painter.card(desktop, "card-ready")
    await desktop.close()


async def _what_goes_wrong(painter: Painter) -> None:
    resident, pair = painter.resident, painter.pair
    page = await painter.page(PHONE)
    boots = await resident.boots_of(pair)
    left, right = (boots[leg].faults for leg in ("left", "right"))
    await resident.ask(pair)
    await resident.say_yes(pair)
    await painter.full(page)
    left.stick(2, "closed")
    left.range(False)
    await resident.home.service("kumo_boots.stop_session", response=True)
    await painter.until(page, ".notice.stop_unconfirmed")
    await painter.card(page, "card-stop-not-confirmed")
    left.range(True)
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await page.locator(f"{CARD} .card.idle").count():
            left.repair()
            left.press("stop")
            await asyncio.sleep(1)
    await resident.ask(pair)
    await resident.say_yes(pair)
    await painter.until(page, ".card.running")
    left.overpressure()
    await painter.until(page, ".notice.fault")
    await asyncio.sleep(_DRAWN_S)
    await painter.card(page, "card-fault")
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await page.locator(f"{CARD} .notice.fault").count():
            left.repair()
            left.press("stop")
            await asyncio.sleep(1)
    await resident.ask(pair)
    await resident.say_yes(pair)
    await painter.full(page)
    for unit in (left, right):
        unit.range(False)
    await painter.until(page, ".notice.away")
    await resident.all_empty(30)
    for unit in (left, right):
        unit.range(True)
    await painter.until(page, ".notice.offer")
    await resident.ready(pair, 60)
    await painter.card(page, "card-offer")
    for unit in (left, right):
        await unit.power(False)
    await painter.until(page, ".notice.away")
    await asyncio.sleep(3 * _DRAWN_S)
    await painter.card(page, "card-not-connected")
    for unit in (left, right):
        await unit.power(True)
    await resident.ready(pair, 60)
    home, device = resident.home, {"device_id": painter.device}
    await home.service(
        "kumo_boots.report_discomfort",
        {"kind": "swelling", "one_sided": True},
        target=device,
    )
    await painter.until(page, ".notice.locked")
    await painter.card(page, "card-locked")
    await home.service(
        "kumo_boots.acknowledge_warning", {"wearer": "Anna"}, target=device
    )
    await page.close()


async def _editor(painter: Painter) -> None:
    page = await painter.page(DESKTOP)
    await page.goto(f"{painter.home.url}/{PATH}/0?edit=1")
    await page.locator("hui-card-edit-mode").first.click(timeout=PATIENCE_MS)
    dialog = page.locator("hui-dialog-edit-card")
    await dialog.locator("ha-switch").first.wait_for(timeout=PATIENCE_MS)
    await dialog.locator(f"{CARD} .phase").wait_for(timeout=PATIENCE_MS)
    await painter.whole(page, "card-editor")
    await page.close()


async def _strategy(painter: Painter, pairs: list[Pair]) -> None:
    home, resident = painter.home, painter.resident
    names = ("Sofa", "Study", "Guest room")
    await _call_them(resident, pairs, names)
    schedule = {"days": [*EVERY_DAY], "at": "20:30:00", "finish_by": False}
    await resident.add_to(
        pairs[0],
        "routine",
        {"user": {"name": "Evening"}, "schedule": {**schedule, "enabled": True}},
    )
    await dashboard(home, PATH, {"strategy": {"type": "custom:kumo-boots"}})
    for pair in pairs[:2]:
        await resident.ready(pair, 60)
        await resident.ask(pair)
    await resident.say_yes(pairs[0])
    page = await sign_in(painter.browser, home, *DESKTOP)
    await page.goto(f"{home.url}/{PATH}")
    await painter.until(page, ".card.running")
    await painter.whole(page, "strategy-overview")
    width, height = DESKTOP
    await page.set_viewport_size({"width": width, "height": height + 500})
    await page.goto(f"{home.url}/{PATH}/{painter.device}")
    await painter.full(page)
    await painter.whole(page, "strategy-page")
    await page.close()
    for pair in pairs[:2]:
        await resident.press(pair, "stop")
    await _call_them(resident, pairs, [None] * len(names))


async def _call_them(
    resident: Resident, pairs: Iterable[Pair], names: Iterable[str | None]
) -> None:
    for pair, name in zip(pairs, names, strict=False):
        await resident.home.call(
            "config/device_registry/update",
            device_id=await resident.device(pair),
            name_by_user=name,
        )

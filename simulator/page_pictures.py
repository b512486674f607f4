"""Pictures of Home Assistant's own pages, as they show the boots."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from playwright.async_api import Page

from .home import Home
from .house import House
from .resident import DOMAIN, Pair, Resident

PATIENCE_MS = 60_000
_DRAWN_S = 2
_CYCLES_S = 25


class Pages:
    """Somebody with a camera in front of Home Assistant's own pages."""

    def __init__(self, page: Page, home: Home, folder: Path) -> None:
        """Take a page that is signed in."""
        self.page = page
        self.home = home
        self.folder = folder

    async def keep(self, name: str) -> None:
        """Keep a picture of what is on the screen."""
        await asyncio.sleep(_DRAWN_S)
        await self.page.screenshot(path=self.folder / f"{name}.png")

    async def go(self, path: str) -> None:
        """Open a page."""
        await self.page.goto(f"{self.home.url}/{path}")
        await self.page.locator("#ha-launch-screen").wait_for(
            state="detached", timeout=PATIENCE_MS
        )

    async def more_info(self, entity_id: str) -> None:
        """Open the dialog of an entity."""
        await self.page.evaluate(
            """entityId => document.querySelector("home-assistant").dispatchEvent(
                 new CustomEvent("hass-more-info", { detail: { entityId } }))""",
            entity_id,
        )
        await (
            self.page.locator("ha-more-info-dialog")
            .get_by_role("heading")
            .first.wait_for(timeout=PATIENCE_MS)
        )

    async def configure(self, what: str) -> None:
        """Begin a flow of the boots on their integration's page."""
        await self.go(f"config/integrations/integration/{DOMAIN}")
        button = self.page.get_by_role("button", name=what)
        await button.first.click(timeout=PATIENCE_MS)
        await self.page.locator("dialog-data-entry-flow ha-form").wait_for(
            timeout=PATIENCE_MS
        )

    async def submit(self) -> None:
        """Go to the next screen of a flow."""
        dialog = self.page.locator("dialog-data-entry-flow")
        await dialog.get_by_text("Submit", exact=True).click(timeout=PATIENCE_MS)
        await asyncio.sleep(_DRAWN_S)


async def draw_pages(
    page: Page, resident: Resident, pair: Pair, house: House, folder: Path
) -> None:
    """Draw dialogs, flows, the logbook, a session's history, and a repair."""
    pages = Pages(page, resident.home, folder)
    for key, name in (
        ("sensor.phase", "more-info-phase"),
        ("select.mode", "more-info-mode"),
    ):
        await pages.go("config/integrations/dashboard")
        await pages.more_info(pair.entity(key))
        await pages.keep(name)
    await pages.go(f"logbook?device_id={await resident.device(pair)}")
    await pages.keep("logbook")
    await pages.configure("Configure")
    await pages.keep("options")
    await page.keyboard.press("Escape")
    await pages.configure("Add wearer")
    await pages.keep("add-wearer")
    await page.keyboard.press("Escape")
    await pages.configure("Add routine")
    await pages.submit()
    await pages.keep("add-routine-steps")
    await page.keyboard.press("Escape")
    entities = ",".join(
        pair.entity(f"sensor.{key}")
        for key in (
            "phase",
            "left.pressure_foot",
            "left.pressure_calf",
            "left.pressure_thigh",
        )
    )
    # Something to see: stronger, and a few cycles of it.
    await resident.home.service(
        "number.set_value",
        {"value": 50},
        target={"entity_id": pair.entity("number.target_pressure")},
    )
    await asyncio.sleep(_CYCLES_S)
    end = datetime.now(UTC)
    start = end - timedelta(seconds=90)
    times = urlencode({"start_date": start.isoformat(), "end_date": end.isoformat()})
    await pages.go(f"history?entity_id={entities}&{times}")
    await pages.keep("history")
    house.boots["pair1-left"].faults.overpressure()
    await pages.go("config/repairs")
    await page.get_by_text("too much pressure").first.click(timeout=PATIENCE_MS)
    await pages.keep("repair")

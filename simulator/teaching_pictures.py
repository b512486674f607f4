"""Pictures of *My boots are not listed*, walked through in a real browser."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Page

from .browsing import sign_in
from .home import Home
from .house import House
from .quiet_mill import QuietMill
from .resident import Resident

PATIENCE_MS = 60_000
_DRAWN_S = 1
WIDTH, HEIGHT = 1100, 760


async def draw_teaching(browser: Browser, folder: Path) -> None:
    """Draw the screens from *My boots are not listed* to the download."""
    async with House(0, 1) as house, Home() as home:
        mill = QuietMill(house.air, house.witness, speed=8.0, notify_s=0.2)
        await mill.start()
        await Resident(home, house).add_proxies()
        page = await sign_in(browser, home, WIDTH, HEIGHT)
        await page.goto(f"{home.url}/config/integrations/dashboard")
        await page.get_by_text("Add integration").first.click(timeout=PATIENCE_MS)
        brands = page.locator("dialog-add-integration")
        await brands.locator("input").first.fill("Kumo Boots", timeout=PATIENCE_MS)
        brand = brands.locator("ha-integration-list-item", has_text="Kumo Boots")
        await brand.first.click(timeout=PATIENCE_MS)
        await _says(page, "My boots are not listed")
        await page.locator("ha-switch").first.click()
        await _keep(page, folder, "teach-not-listed")
        await _submit(page)
        await _submit(page)
        await _says(page, "QuietMill")
        await page.get_by_text("QuietMill").first.click()
        await _keep(page, folder, "teach-pick")
        await _submit(page)
        await page.get_by_text("Leave them alone").first.wait_for(timeout=PATIENCE_MS)
        await asyncio.sleep(2)
        await _submit(page)
        mill.press_start()
        await asyncio.sleep(3)
        await _keep(page, folder, "teach-press-start")
        await _submit(page)
        mill.set_level(2)
        await asyncio.sleep(2)
        await _submit(page)
        mill.press_stop()
        await asyncio.sleep(2)
        await _submit(page)
        await _says(page, "Download")
        await _keep(page, folder, "teach-download")
        await page.close()
        await mill.stop()


async def _says(page: Page, text: str) -> None:
    await page.get_by_text(text).first.wait_for(timeout=PATIENCE_MS)


async def _submit(page: Page) -> None:
    await page.get_by_text("Submit", exact=True).last.click(timeout=PATIENCE_MS)
    await asyncio.sleep(_DRAWN_S)


async def _keep(page: Page, folder: Path, name: str) -> None:
    await asyncio.sleep(_DRAWN_S)
    await page.screenshot(path=folder / f"{name}.png")

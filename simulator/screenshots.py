"""Pictures for the README, drawn by Home Assistant's own pages in a real browser."""

import asyncio
from pathlib import Path

from playwright.async_api import Page

from .browsing import a_browser, sign_in
from .card_pictures import draw_card
from .evening_pictures import draw_evening
from .home import Home
from .house import House
from .page_pictures import draw_pages
from .resident import Pair, Resident
from .teaching_pictures import draw_teaching

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SPEED = 10
PAIRS = 3
_DRAWN_S = 4
"""The frontend animates for a moment after its data is there."""


async def draw(page: Page, home: Home, path: str, name: str) -> None:
    """Open a page of Home Assistant and keep a picture of it."""
    await page.goto(f"{home.url}/{path}")
    await page.wait_for_load_state("networkidle")
    await asyncio.sleep(_DRAWN_S)
    await page.screenshot(path=IMAGES / f"{name}.png")


async def draw_automation(page: Page, resident: Resident, pair: Pair) -> None:
    """Keep a picture of an automation with triggers and a condition of the boots."""
    home = resident.home
    device = {"device_id": await resident.device(pair)}
    await home.rest(
        "POST",
        "config/automation/config/boots",
        {
            "alias": "Legs up in the evening",
            "triggers": [
                {"trigger": "kumo_boots.session_completed", "target": device},
                {
                    "trigger": "kumo_boots.session_stopped",
                    "target": device,
                    "options": {"cause": ["requested", "stopped_on_boots"]},
                },
                {
                    "trigger": "kumo_boots.pressure_crossed",
                    "target": device,
                    "options": {"direction": "above", "pressure": 50, "leg": "left"},
                },
            ],
            "conditions": [
                {
                    "condition": "kumo_boots.rested",
                    "target": device,
                    "options": {"hours": 4},
                }
            ],
            "actions": [],
        },
    )
    await draw(page, home, "config/automation/edit/boots", "automation")


async def main() -> None:
    """Draw all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with a_browser() as browser:
        async with (
            House(1, 1, speed=SPEED, slots=9) as house,
            Home(configuration="automation:\n") as home,
        ):
            resident = Resident(home, house)
            await resident.add_proxies()
            [flow] = await resident.discovered(1)
            page = await sign_in(browser, home, 1280, 900, sidebar=True)
            await draw(page, home, "config/integrations/dashboard", "discovered")
            await resident.add(flow)
            [pair] = await resident.pairs()
            await resident.ready(pair)
            await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
            await resident.ask(pair)
            await resident.say_yes(pair)
            await page.set_viewport_size({"width": 1280, "height": 1250})
            device = await resident.device(pair)
            await draw(page, home, f"config/devices/device/{device}", "device")
            await page.set_viewport_size({"width": 1280, "height": 720})
            leg = await resident.device(pair, "sensor.left.pressure_foot")
            await draw(page, home, f"config/devices/device/{leg}", "leg")
            await page.set_viewport_size({"width": 1280, "height": 900})
            await draw_automation(page, resident, pair)
            await draw_pages(page, resident, pair, house, IMAGES)
        async with House(PAIRS, 1, speed=SPEED, slots=9) as house, Home() as home:
            resident = Resident(home, house)
            await resident.add_proxies()
            for _ in range(PAIRS):
                await resident.add((await resident.discovered(1))[0])
            pairs = await resident.pairs()
            for pair in pairs:
                await resident.ready(pair)
            await draw_card(browser, resident, pairs, IMAGES)
        await draw_evening(browser, IMAGES)
        await draw_teaching(browser, IMAGES)


if __name__ == "__main__":
    asyncio.run(main())

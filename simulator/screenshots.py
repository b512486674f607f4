"""Pictures for the README, drawn by Home Assistant's own pages in a real browser."""

import asyncio
import json
from pathlib import Path
import shutil

from playwright.async_api import Browser, Page, async_playwright

from .home import Home
from .house import House
from .resident import Pair, Resident

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SPEED = 10
_DRAWN_S = 4
"""The frontend animates for a moment after its data is there."""


def browser_path() -> str:
    """Return the installed browser; raises FileNotFoundError where there is none."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("no Chromium: run script/setup --browser")


async def sign_in(browser: Browser, home: Home, width: int, height: int) -> Page:
    """Return a page that is signed in as the demo's person."""
    token = await home.long_lived_token()
    page = await browser.new_page(
        viewport={"width": width, "height": height}, service_workers="block"
    )
    tokens = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": 86400,
        "expires": 4102444800000,
        "hassUrl": home.url,
        "clientId": f"{home.url}/",
        "refresh_token": "",
    }
    await page.add_init_script(
        f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))})"
    )
    return page


async def draw(page: Page, home: Home, path: str, name: str) -> None:
    """Open a page of Home Assistant and keep a picture of it."""
    await page.goto(f"{home.url}/{path}")
    await page.wait_for_load_state("networkidle")
    await asyncio.sleep(_DRAWN_S)
    await page.screenshot(path=IMAGES / f"{name}.png")


async def device_of(home: Home, pair: Pair, entity: str) -> str:
    """Return the id of the device that an entity of the pair belongs to."""
    wanted = pair.entity(entity)
    for row in await home.call("config/entity_registry/list"):
        if row["entity_id"] == wanted:
            return str(row["device_id"])
    raise LookupError(wanted)


async def draw_automation(page: Page, home: Home, pair: Pair) -> None:
    """Keep a picture of an automation with triggers and a condition of the boots."""
    device = {"device_id": await device_of(home, pair, "switch.session")}
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
    async with (
        House(1, 1, speed=SPEED, slots=9) as house,
        Home(configuration="automation:\n") as home,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            resident = Resident(home, house)
            await resident.add_proxies()
            [flow] = await resident.discovered(1)
            page = await sign_in(browser, home, 1280, 900)
            await draw(page, home, "config/integrations/dashboard", "discovered")
            await resident.add(flow)
            [pair] = await resident.pairs()
            await resident.ready(pair)
            await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
            await resident.ask(pair)
            await resident.say_yes(pair)
            await page.set_viewport_size({"width": 1280, "height": 1250})
            device = await device_of(home, pair, "switch.session")
            await draw(page, home, f"config/devices/device/{device}", "device")
            await page.set_viewport_size({"width": 1280, "height": 720})
            leg = await device_of(home, pair, "sensor.left.pressure_foot")
            await draw(page, home, f"config/devices/device/{leg}", "leg")
            await page.set_viewport_size({"width": 1280, "height": 900})
            await draw_automation(page, home, pair)
            await resident.stop(pair)
        finally:
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())

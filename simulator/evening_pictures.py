"""Pictures of the card in the evening: a routine under way, and boots by hand."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser

from .browsing import dashboard, sign_in
from .card_pictures import CARD, PATH, PATIENCE_MS, PHONE
from .evening import FURNITURE, MASSAGER, PANEL, Evening
from .home import Home
from .house import House

LONG = {"duration": {"minutes": 10}}
_DRAWN_S = 1


async def draw_evening(browser: Browser, folder: Path) -> None:
    """Draw a routine with boots by hand, from the question to the stop."""
    async with House(0, 0) as house, Home(configuration=FURNITURE) as home:
        evening = await Evening.by_hand(home, house)
        device = await evening.resident.device(evening.pair)
        card = {"type": f"custom:{CARD}", "device_id": device}
        badge = {"type": "custom:kumo-boots-badge", "device_id": device}
        grid = {"type": "grid", "cards": [card]}
        view = {"type": "sections", "badges": [badge], "sections": [grid]}
        await dashboard(home, PATH, {"views": [view]})
        await evening.make(
            massage={**LONG, "entity_id": MASSAGER},
            session={"duration": {"minutes": 15}},
            light={**LONG, "entity_id": PANEL, "brightness_pct": 60},
        )
        page = await sign_in(browser, home, *PHONE, device_scale_factor=2)
        await page.goto(f"{home.url}/{PATH}/0")

        async def shot(selector: str, name: str) -> None:
            await page.locator(f"{CARD} {selector}").first.wait_for(timeout=PATIENCE_MS)
            await asyncio.sleep(_DRAWN_S)
            await page.locator(CARD).first.screenshot(path=folder / f"{name}.png")

        await evening.start()
        await evening.told("step_started massage")
        await shot(".routine .now", "card-routine")
        await home.service("kumo_boots.skip_step")
        await shot(".card.awaiting", "card-by-hand-asked")
        await evening.resident.press(evening.pair, "confirm_session")
        await shot(".guidance button", "card-by-hand")
        await evening.resident.press(evening.pair, "it_runs")
        await shot(".card.running", "card-by-hand-running")
        await page.screenshot(
            path=folder / "badge.png",
            clip={"x": 0, "y": 0, "width": PHONE[0], "height": 140},
        )
        await home.service("kumo_boots.stop_session", response=True)
        await shot(".card.stopping .guidance button", "card-by-hand-stop")
        await evening.resident.press(evening.pair, "they_are_off")
        await page.close()

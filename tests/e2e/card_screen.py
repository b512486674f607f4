"""A screen with the card on it, and somebody in front of it."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

from simulator.browsing import dashboard, sign_in
from simulator.home import Home
from simulator.resident import Pair, Resident

PATH = "recovery-room"
PATIENCE_MS = 45_000
"""Two cores, a browser, Home Assistant and boots: nothing here is timed."""

OURS = ("kumo-boots-card", "kumo-boots-badge")


class Screen:
    """One browser page that shows the card."""

    def __init__(self, page: Page, home: Home) -> None:
        """Take a page that is signed in."""
        self.page = page
        self.home = home
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        """Requests to other hosts."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._requested(request.url))
        self.sent: list[dict[str, Any]] = []
        """What concerns subscriptions of the live view, the last one last."""
        self._live: set[int] = set()
        page.on(
            "websocket",
            lambda socket: socket.on("framesent", self._sends),
        )

    def _sends(self, frame: str | bytes) -> None:
        told = json.loads(frame)
        for message in told if isinstance(told, list) else [told]:
            if message.get("type") == "kumo_boots/live":
                self._live.add(message["id"])
            elif message.get("subscription") not in self._live:
                continue
            self.sent.append(message)

    def _requested(self, url: str) -> None:
        if not url.startswith((self.home.url, "data:", "blob:", "ws://127.0.0.1")):
            self.elsewhere.append(url)

    @property
    def card(self) -> Locator:
        """The card."""
        return self.page.locator(OURS[0])

    @property
    def stop(self) -> Locator:
        """The largest button."""
        return self.card.locator("button.stop")

    async def open(self, path: str = f"{PATH}/0") -> None:
        """Go to a page with the card and wait until it is alive."""
        await self.page.goto(f"{self.home.url}/{path}")
        await self.shows(self.stop.first)
        await self.shows(self.card.locator(".phase").first)

    async def shows(self, what: Locator) -> None:
        """Wait until something can be seen."""
        await expect(what).to_be_visible(timeout=PATIENCE_MS)

    async def says(self, phase: str) -> None:
        """Wait until the live region says a phase."""
        await expect(self.card.locator(".card > .said[role=status]")).to_have_text(
            phase, timeout=PATIENCE_MS
        )

    async def hold(self, what: str, seconds: float = 1.6) -> None:
        """Hold one of the card's own buttons with the mouse."""
        await self.hold_button(
            self.card.locator(f"kumo-hold-button.{what} button"), seconds
        )

    async def hold_button(self, button: Locator, seconds: float = 1.6) -> None:
        """Hold a button with the mouse."""
        await self.shows(button)
        await button.scroll_into_view_if_needed()
        await button.hover()
        await self.page.mouse.down()
        await asyncio.sleep(seconds)
        await self.page.mouse.up()

    async def pressures(self) -> list[int]:
        """Return what is written in the chambers now; what is unknown left out."""
        texts = await self.card.locator("figure svg text").all_text_contents()
        return [int(text) for text in map(str.strip, texts) if text.isdigit()]

    async def moved(self, seconds: float) -> list[str]:
        """Return which parts of the card get another place or size meanwhile."""
        moved: list[str] = await self.card.evaluate(
            """async (card, ms) => {
              const parts = [...card.shadowRoot.querySelectorAll(
                ".card, .card > *, .stage > *, .now > *, .controls > *")];
              const places = () => parts.map((part) => {
                const { x, y, width, height } = part.getBoundingClientRect();
                return part.className === "phase" ? `${y} ${height}`
                  : `${x} ${y} ${width} ${height}`;
              });
              const first = places();
              const moved = new Set(parts.length > 8 ? [] : ["hardly any part"]);
              for (const until = performance.now() + ms; performance.now() < until;) {
                await new Promise(requestAnimationFrame);
                places().forEach((place, i) => {
                  if (place !== first[i]) {
                    moved.add(`${parts[i].className}: ${first[i]} -> ${place}`);
                  }
                });
              }
              return [...moved];
            }""",
            seconds * 1000,
        )
        return moved

    async def only_less(self) -> None:
        """Have nothing on a wall go on, and nothing be made more of, by mouse or keys."""
        await expect(self.card.locator("kumo-hold-button")).to_have_count(0)
        await expect(self.card.locator("kumo-stepper")).to_have_count(2)
        for stepper in await self.card.locator("kumo-stepper").all():
            number = stepper.get_by_role("spinbutton")
            shown = await number.get_attribute("aria-valuenow")
            await expect(stepper.locator("button").first).to_be_enabled()
            await expect(stepper.locator("button").last).to_be_disabled()
            await number.press("ArrowUp")
            await expect(number).to_have_attribute("aria-valuenow", shown or "")
            await expect(stepper.locator(".pending")).to_have_count(0)

    async def well(self) -> None:
        """Have the card be as it always has to be, whatever it shows."""
        await self.no_violation()
        await self.nothing_overflows()
        for stop in await self.stop.all():
            await expect(stop).to_be_enabled()
        if await self.stop.count() == 1:
            await expect(self.stop).to_be_in_viewport()
            await self._stop_is_the_largest()

    async def _stop_is_the_largest(self) -> None:
        areas: dict[str, float] = await self.card.evaluate(
            """(card) => {
              const found = {};
              const seek = (root) => {
                for (const one of root.querySelectorAll("*")) {
                  if (one.localName === "button" || one.localName === "label") {
                    const box = one.getBoundingClientRect();
                    found[one.outerHTML.slice(0, 80)] = box.width * box.height;
                  }
                  if (one.shadowRoot) seek(one.shadowRoot);
                }
              };
              seek(card.shadowRoot);
              return found;
            }"""
        )
        [stop] = [area for what, area in areas.items() if 'class="stop"' in what]
        others = [area for what, area in areas.items() if 'class="stop"' not in what]
        assert stop > max(others, default=0), areas

    async def no_violation(self) -> None:
        """Let axe look at what is ours; the rest of the page is not."""
        results = await Axe().run(self.page)
        found = [
            f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for each in results.response["violations"]
            for node in each["nodes"]
            if any(ours in str(node["target"]) for ours in OURS)
        ]
        assert not found, "\n".join(found)

    async def nothing_overflows(self) -> None:
        """Have nothing in the card be wider than the card."""
        wide: list[str] = await self.page.evaluate(
            """() => {
              const found = [];
              const seek = (root) => {
                for (const one of root.querySelectorAll("*")) {
                  if (one.localName === "kumo-boots-card") found.push(one);
                  if (one.shadowRoot) seek(one.shadowRoot);
                }
              };
              seek(document);
              const [card] = found;
              const edge = card.getBoundingClientRect();
              const wide = [];
              for (const one of card.shadowRoot.querySelectorAll("*")) {
                const box = one.getBoundingClientRect();
                const hidden = one.classList.contains("said") || one.localName === "option";
                if (!hidden && (box.right > edge.right + 1 || box.left < edge.left - 1))
                  wide.push(one.outerHTML.slice(0, 80));
              }
              return wide;
            }"""
        )
        assert not wide, "\n".join(wide)


def view(device_id: str, **config: Any) -> dict[str, Any]:
    """Return a view with one card."""
    card = {
        "type": "custom:kumo-boots-card",
        "device_id": device_id,
        "grid_options": {"columns": "full"},
        **config,
    }
    return {"type": "sections", "sections": [{"type": "grid", "cards": [card]}]}


async def a_screen(
    browser: Browser,
    resident: Resident,
    width: int = 1100,
    *,
    sidebar: bool = False,
    **context: Any,
) -> Screen:
    """Return somebody signed in, in front of a dark screen."""
    page = await sign_in(browser, resident.home, width, 900, sidebar=sidebar, **context)
    return Screen(page, resident.home)


async def room(resident: Resident, pair: Pair) -> str:
    """Hang the card up, once as one's own and once for everybody; tell its device."""
    device = await resident.device(pair)
    views = [view(device), view(device, shared_screen=True)]
    await dashboard(resident.home, PATH, {"views": views})
    return device


async def until(
    condition: Callable[[], Awaitable[Any]], what: str, seconds: float = 45
) -> None:
    """Wait until something is so."""
    try:
        async with asyncio.timeout(seconds):
            while not await condition():
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise AssertionError(f"not within {seconds:g} s: {what}") from error

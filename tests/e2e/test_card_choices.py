"""What a person chooses on the card, and that nothing on the page moves meanwhile."""

import asyncio
from collections import Counter
from typing import Any

from playwright.async_api import expect
import pytest

from simulator.browsing import a_browser, dashboard

from .card_screen import PATH, PATIENCE_MS, a_screen, room, until, view
from .conftest import MoveIn

pytestmark = pytest.mark.e2e

SIZES = """() => {
  window.sizes = [];
  const seek = (root, name) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.localName === name) return one;
      const found = one.shadowRoot && seek(one.shadowRoot, name);
      if (found) return found;
    }
    return null;
  };
  let card = null;
  const look = () => {
    if (!card?.isConnected) card = seek(document, "kumo-boots-card");
    if (card?.shadowRoot?.querySelector("ha-card")) {
      const notice = card.shadowRoot.querySelector(".notice:not(.over)");
      const { height, width } = card.getBoundingClientRect();
      if (width && !notice) window.sizes.push(Math.round(height));
    }
    requestAnimationFrame(look);
  };
  look();
}"""
"""Keeps how tall the card is in every frame, but where there is something to be said."""

WAITING = """async (card) => {
  const told = card.getBoundingClientRect().height;
  const waiting = document.createElement("kumo-boots-card");
  waiting.setConfig(card.config);
  waiting.hass = { ...card.hass, connection: {
    connected: true,
    ping: async () => null,
    subscribeMessage: () => new Promise(() => {}),
    addEventListener: () => {},
    removeEventListener: () => {},
  }};
  card.style.display = "none";
  localStorage.removeItem("kumo-boots-card-sizes");
  card.parentElement.append(waiting);
  await waiting.updateComplete;
  await new Promise(requestAnimationFrame);
  const height = waiting.getBoundingClientRect().height;
  waiting.remove();
  card.style.display = "";
  return [Math.round(height), Math.round(told)];
}"""
"""How tall a card is that nobody told anything and nobody remembers; and one that knows."""


async def test_for_whom_how_and_how_long(move_in: MoveIn) -> None:
    """By mouse and by keys, with the limits in sight; on a large dark screen."""
    resident, [pair] = await move_in()
    anna = {"name": "Anna", "target_max_mmhg": 60, "duration_max_minutes": 30}
    await resident.add_to(pair, "wearer", {"user": anna})
    await resident.ready(pair)
    [pair] = await resident.pairs()
    await room(resident, pair)

    async def is_now(key: str, wanted: str | int) -> None:
        async def so() -> bool:
            state = (await resident.home.states())[pair.entity(key)]["state"]
            return bool(
                float(state) == wanted if isinstance(wanted, int) else state == wanted
            )

        await until(so, f"{key} is {wanted}")

    async with a_browser() as browser:
        screen = await a_screen(browser, resident, color_scheme="dark")
        card = screen.card
        await screen.open()
        whom = card.get_by_role("combobox", name="For whom")
        await whom.select_option("guest")
        await is_now("select.for_whom", "guest")
        await screen.well()
        await whom.select_option("Anna")
        await is_now("select.for_whom", "Anna")
        await screen.well()

        modes = card.get_by_role("group", name="Mode")
        await modes.locator("label", has_text="Pulse").click()
        await is_now("select.mode", "pulse")
        await expect(modes.get_by_role("radio", name="Pulse")).to_be_checked()
        await screen.page.keyboard.press("ArrowLeft")
        await is_now("select.mode", "squeeze")
        await expect(modes.get_by_role("radio", name="Squeeze")).to_be_checked()

        duration = card.locator("kumo-stepper.length")
        number = duration.get_by_role("spinbutton", name="Duration")
        before = int(await number.get_attribute("aria-valuenow") or 0)
        await duration.get_by_role("button", name="Shorter").click()
        await is_now("number.duration", before - 1)
        await number.focus()
        await screen.page.keyboard.press("ArrowUp")
        await is_now("number.duration", before)
        await expect(number).to_have_attribute("aria-valuenow", str(before))

        # The coach's advice and limit, and Anna's own; it goes to the lowest.
        pressure = card.locator("kumo-stepper.strength")
        told = await pressure.locator(".legend").inner_text()
        assert "Coach: 30" in told
        assert "Coach's limit:" in told
        assert "Limit: 60" in told
        for kind in ("coach", "coach_limit", "limit"):
            await expect(pressure.locator(f".bar .mark.{kind}")).to_be_visible()
        assert "Limit: 30" in await duration.locator(".legend").inner_text()
        most = int(
            await pressure.get_by_role("spinbutton").get_attribute("aria-valuemax") or 0
        )
        more = pressure.get_by_role("button", name="More pressure")
        for _ in range(30):
            if await more.is_disabled():
                break
            await more.click()
        await is_now("number.target_pressure", most)
        assert most < 60
        await screen.well()
        assert screen.errors == []


async def test_a_yes_is_for_what_was_seen(move_in: MoveIn) -> None:
    """A press that was meant for one request is none for the next."""
    resident, [pair] = await move_in()
    device = await room(resident, pair)
    witness = resident.house.witness
    async with a_browser() as browser:
        screen = await a_screen(browser, resident)
        await screen.open()
        await screen.says("Ready")

        async def ask(minutes: int) -> None:
            await resident.home.service(
                "kumo_boots.start_session",
                {"pressure": 30, "duration": minutes},
                target={"device_id": device},
                response=True,
            )
            asked = screen.card.locator(".asked")
            await expect(asked).to_contain_text(f"{minutes} min.", timeout=PATIENCE_MS)

        await ask(10)
        button = screen.card.locator("kumo-hold-button.confirm button")
        await button.focus()
        await screen.page.keyboard.press("Enter")
        await expect(button).to_contain_text("Press again")
        await ask(12)
        await expect(button).not_to_contain_text("Press again")
        await button.focus()
        await screen.page.keyboard.press("Enter")
        await expect(button).to_contain_text("Press again")
        assert not witness.entries(kind="inflation")
        # Whoever wants less meanwhile has to see that it arrived, and say it again.
        pressure = screen.card.locator("kumo-stepper.strength")
        await asyncio.sleep(0.5)
        await pressure.get_by_role("button", name="Less pressure").click()
        await button.focus()
        await screen.page.keyboard.press("Enter")
        await expect(screen.card.locator(".asked")).to_contain_text("20 mmHg")
        await asyncio.sleep(1)
        assert not witness.entries(kind="inflation")
        await screen.says("Waiting for your OK")
        await screen.stop.click()
        await screen.says("Ready")
        assert screen.errors == []


async def test_a_first_visit(move_in: MoveIn) -> None:
    """The card takes its place before it was told anything, and is not moved by it."""
    resident, [pair] = await move_in()
    device = await resident.device(pair)
    half = {"grid_options": {"columns": 6}}
    views = [
        view(device),
        view(device, compact=True),
        view(device, compact=True, **half),
    ]
    await dashboard(resident.home, PATH, {"views": views})
    async with a_browser() as browser:
        screen = await a_screen(browser, resident)
        for place in range(len(views)):
            for width in (320, 390, 600, 1100):
                await screen.page.set_viewport_size({"width": width, "height": 900})
                await screen.open(f"{PATH}/{place}")
                await screen.says("Ready")
                waiting, told = await screen.card.evaluate(WAITING)
                assert waiting == told, f"{width} px wide, view {place}"
        assert screen.errors == []


async def test_nothing_moves_when_it_comes_and_goes(move_in: MoveIn) -> None:
    """Opened anew, and while Home Assistant is restarted: it keeps its place."""
    resident, [pair] = await move_in()
    await room(resident, pair)

    def only(sizes: list[Any]) -> int:
        assert len(sizes) > 10
        assert len(set(sizes)) == 1, Counter(sizes)
        return int(sizes[0])

    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 390)
        page = screen.page
        await screen.open()
        await screen.says("Ready")
        await page.add_init_script(f"({SIZES})()")
        await screen.open()
        await screen.says("Ready")
        await asyncio.sleep(1)
        size = only(await page.evaluate("window.sizes"))

        await resident.home.stop()
        await screen.shows(screen.card.get_by_text("cannot be reached"))
        await screen.says("Unknown")
        assert await screen.pressures() == []
        await expect(screen.card.locator("kumo-hold-button button")).to_be_disabled()
        await screen.well()
        await resident.home.start()
        await screen.says("Ready")
        await resident.ready(pair, 60)
        await expect(screen.card.locator("kumo-hold-button button")).to_be_enabled(
            timeout=PATIENCE_MS
        )
        assert only(await page.evaluate("window.sizes")) == size
        screen.errors.clear()
        await screen.hold("start")
        await screen.says("Running")
        await screen.stop.click()
        await resident.all_empty()
        assert f"{PATH}/0" in page.url
        assert screen.errors == []

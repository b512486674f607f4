"""Where the card, the badge and the recovery page live on a dashboard."""

from datetime import timedelta
from typing import Any

from homeassistant.util import dt as dt_util
from playwright.async_api import expect
import pytest

from simulator.browsing import a_browser, dashboard
from simulator.evening import FURNITURE, Evening
from simulator.home import Home
from simulator.house import House

from .card_screen import PATH, PATIENCE_MS, a_screen, room, until
from .conftest import MoveIn

pytestmark = pytest.mark.e2e

BADGE = "kumo-boots-badge"


async def test_a_badge_for_small_places(move_in: MoveIn) -> None:
    """Found where badges are looked for; tells the phase and the time, leads further."""
    resident, [pair] = await move_in()
    device = await resident.device(pair)
    await dashboard(
        resident.home, PATH, {"views": [{"type": "sections", "sections": []}]}
    )
    async with a_browser() as browser:
        screen = await a_screen(browser, resident)
        page = screen.page
        await page.goto(f"{resident.home.url}/{PATH}/0?edit=1")
        await page.get_by_role("button", name="Add badge").first.click(
            timeout=PATIENCE_MS
        )
        picker = page.locator("hui-dialog-create-badge")
        await picker.get_by_text("By badge").first.click(timeout=PATIENCE_MS)
        await picker.get_by_placeholder("Search").fill("Kumo")
        badge = page.locator(BADGE)
        await expect(badge.first).to_contain_text("Ready", timeout=PATIENCE_MS)
        await badge.first.click(force=True)
        editor = page.locator("hui-dialog-edit-badge")
        await screen.shows(editor.get_by_text("Boots", exact=True).first)
        await expect(editor.get_by_text("Shared screen")).to_have_count(0)
        await editor.get_by_text("Save").click()

        async def hangs() -> bool:
            config = await resident.home.call("lovelace/config", url_path=PATH)
            badges = config["views"][0].get("badges") or [{}]
            return bool(badges[0].get("device_id") == device)

        await until(hangs, "the badge is on the page, with the only pair there is")
        await page.goto(f"{resident.home.url}/{PATH}/0")
        await expect(badge).to_contain_text("Ready", timeout=PATIENCE_MS)
        await screen.no_violation()
        await resident.ask(pair)
        await expect(badge).to_contain_text("Waiting for your OK", timeout=PATIENCE_MS)
        await screen.no_violation()
        await resident.say_yes(pair)
        await expect(badge).to_contain_text("Running · ", timeout=PATIENCE_MS)
        await screen.no_violation()
        await badge.get_by_role("button").focus()
        await page.keyboard.press("Enter")
        await screen.shows(
            page.locator("ha-more-info-dialog").get_by_text("Phase").first
        )
        await resident.stop(pair)
        await resident.all_empty()
        assert screen.errors == []


async def test_it_fits_in_like_a_card_of_home_assistants(move_in: MoveIn) -> None:
    """The whole row of a section, or half of it; in masonry about as tall as it says."""
    resident, [pair] = await move_in()
    device = await resident.device(pair)
    own = {"type": "custom:kumo-boots-card", "device_id": device}
    cards = [own, {**own, "compact": True}]
    views = [
        {"type": "sections", "sections": [{"type": "grid", "cards": cards}]},
        {"type": "masonry", "cards": cards},
        {"type": "masonry", "cards": [own]},
        {
            "type": "sections",
            "sections": [{"type": "grid", "cards": [own]}],
            "footer": {"card": {"type": "markdown", "content": "# Of the house"}},
        },
    ]
    await dashboard(resident.home, PATH, {"views": views})
    async with a_browser() as browser:
        screen = await a_screen(browser, resident)
        await screen.open()
        await screen.shows(screen.stop.nth(1))
        whole, compact = [await each.bounding_box() for each in await screen.card.all()]
        assert whole is not None
        assert compact is not None
        assert whole["width"] / compact["width"] == pytest.approx(2, abs=0.1)
        await screen.open(f"{PATH}/1")
        await screen.shows(screen.stop.nth(1))
        for card in await screen.card.all():
            box = await card.bounding_box()
            assert box is not None
            rows = await card.evaluate("card => card.getCardSize()")
            assert box["height"] / 50 == pytest.approx(rows, rel=0.45)

        # A footer of the dashboard's own lies over the page, but not over stop.
        await screen.page.set_viewport_size({"width": 390, "height": 700})
        await screen.open(f"{PATH}/3")
        footer = screen.page.locator("hui-view-footer")
        await screen.shows(footer.get_by_text("Of the house"))

        async def on_top() -> bool:
            reached: bool = await screen.stop.evaluate(
                """(stop) => {
                  const { left, top, width, height } = stop.getBoundingClientRect();
                  return [2, height / 2, height - 2].every((down) => stop.contains(
                    stop.getRootNode().elementFromPoint(left + width / 2, top + down)));
                }"""
            )
            return reached

        await until(on_top, "stop lies above the footer")
        await screen.page.set_viewport_size({"width": 1100, "height": 800})

        # In the picker of somebody who has no boots yet: a made-up moment.
        await screen.open(f"{PATH}/2")
        await screen.card.first.evaluate(
            """(card) => {
              const preview = document.createElement("kumo-boots-card");
              preview.setConfig({ type: "custom:kumo-boots-card" });
              preview.hass = { ...card.hass, entities: {}, devices: {} };
              preview.preview = true;
              preview.inert = true;
              card.parentElement.replaceChildren(preview);
            }"""
        )
        preview = screen.card.first
        await screen.shows(preview.get_by_text("Filling"))
        assert 37 in await screen.pressures()
        await screen.no_violation()
        await preview.locator("button.stop").evaluate("stop => stop.click()")
        await expect(preview.locator(".notice")).to_have_count(0)
        assert screen.errors == []


async def test_on_a_wall_without_a_frame(move_in: MoveIn) -> None:
    """In kiosk mode nothing can be edited, and the card does what it does elsewhere."""
    resident, [pair] = await move_in()
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 800)
        await screen.open(f"{PATH}/1")
        edit = screen.page.locator("ha-dropdown-item", has_text="Edit dashboard")
        await expect(edit).to_have_count(1)
        # As the companion app on a wall does it.
        await screen.page.evaluate(
            """dispatchEvent(
                 new CustomEvent("hass-kiosk-mode", { detail: { enable: true } }))"""
        )
        await expect(edit).to_have_count(0)
        await screen.well()
        await screen.card.get_by_role("button", name="Ask for a session").click()
        await screen.says("Waiting for your OK")
        await screen.well()
        await screen.stop.click()
        await screen.says("Ready")
        assert screen.errors == []


@pytest.mark.parametrize(
    ("wish", "timing"), [("reduce", "steps(4)"), ("no-preference", "linear")]
)
async def test_who_wants_no_motion(move_in: MoveIn, wish: Any, timing: str) -> None:
    """Sees the button fill in four steps, and nothing else that moves by itself."""
    resident, [pair] = await move_in()
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 390, reduced_motion=wish)
        await screen.open()
        button = screen.card.locator("kumo-hold-button.start")
        await button.hover()
        await screen.page.mouse.down()
        await screen.shows(button.locator(".holding"))
        found = await button.evaluate(
            """button => button.getAnimations({ subtree: true })
                 .concat(button.shadowRoot.getAnimations())
                 .map((each) => each.effect.getTiming().easing
                   + " " + getComputedStyle(each.effect.target).transitionTimingFunction)
            """
        )
        await screen.page.mouse.move(0, 0)
        await screen.page.mouse.up()
        assert found
        assert all(timing in each for each in found)
        others: list[str] = await screen.card.evaluate(
            "card => card.shadowRoot.getAnimations().map(each => String(each))"
        )
        assert others == []
        assert screen.errors == []


async def test_the_recovery_page_of_boots_by_hand() -> None:
    """Card, routine, calendar and history, of boots that nothing can be measured of."""
    async with (
        House(0, 0) as house,
        Home(configuration=FURNITURE) as home,
        a_browser() as browser,
    ):
        evening = await Evening.by_hand(home, house)
        await evening.make(session={"duration": {"minutes": 1}}, due_in_s=3600)
        await dashboard(home, PATH, {"strategy": {"type": "custom:kumo-boots"}})
        await evening.start()
        await evening.touch("boots on?", "Start")
        await evening.touch("start them now", "It runs")
        await evening.told("started", of="session")
        await evening.resident.press(evening.pair, "they_are_off")
        await evening.told("finished", within_s=90)
        screen = await a_screen(browser, evening.resident, 1100)
        page = screen.page
        await page.goto(f"{home.url}/{PATH}")
        await screen.shows(screen.card)
        for tile in ("Start", "Step", "Next run"):
            await screen.shows(page.locator("hui-tile-card").get_by_text(tile).first)
        await screen.shows(page.locator("hui-calendar-card").first)
        graph = page.locator("hui-history-graph-card")
        await screen.shows(graph.first)
        await screen.shows(graph.locator("state-history-charts").first)
        await expect(page.get_by_text("Entity not found")).to_have_count(0)
        assert screen.errors == []


async def test_a_page_with_the_weeks(move_in: MoveIn) -> None:
    """Statistics are plotted where there are any."""
    resident, [pair] = await move_in()
    await resident.add_to(pair, "wearer", {"user": {"name": "Anna"}})
    home = resident.home
    states = await home.until(
        lambda states: any(key.endswith("anna_time_this_week") for key in states),
        "what is counted of Anna",
    )
    [week] = [key for key in states if key.endswith("anna_time_this_week")]
    await resident.remember(week, [(dt_util.utcnow() - timedelta(days=3), 20)])
    await dashboard(home, PATH, {"strategy": {"type": "custom:kumo-boots"}})
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 1100)
        page = screen.page

        async def counted() -> bool:
            await page.goto(f"{home.url}/{PATH}")
            await screen.shows(page.locator("hui-calendar-card").first)
            return bool(await page.locator("hui-statistics-graph-card").count())

        await until(counted, "the weeks are on the page")
        await screen.shows(page.locator("hui-history-graph-card").first)
        assert screen.errors == []

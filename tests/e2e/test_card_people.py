"""The card in front of people: who has to read first, and who reads another language."""

from datetime import timedelta
import json

from homeassistant.util import dt as dt_util
from playwright.async_api import expect
import pytest

from simulator.browsing import a_browser, dashboard
from simulator.flowio import VirtualFlowIO
from simulator.home import Home
from simulator.house import House
from simulator.resident import Resident

from .card_screen import PATH, PATIENCE_MS, a_screen, room, until, view
from .conftest import SPEED, MoveIn

pytestmark = pytest.mark.e2e


async def test_what_has_to_be_read_is_read_on_the_card(move_in: MoveIn) -> None:
    """The precautions before the first session, the warning signs after one."""
    resident, [pair] = await move_in()
    witness = resident.house.witness
    anna = {"name": "Anna", "sessions_per_day": 6, "rest_hours": 0}
    await resident.add_to(pair, "wearer", {"user": anna})
    await resident.ready(pair)
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 320)
        card = screen.card
        await screen.open()
        start = card.locator("kumo-hold-button.start button")

        async def read(notice: str, inside: str, button: str) -> None:
            # On the wall it is to be read, and nobody has read it there.
            await screen.open(f"{PATH}/1")
            await screen.shows(card.locator(f".notice.{notice} summary"))
            await expect(card.locator(".notice button")).to_have_count(0)
            await expect(
                card.get_by_role("button", name="Ask for a session")
            ).to_be_disabled()
            await screen.open()
            await screen.shows(card.locator(f".notice.{notice}"))
            await expect(start).to_be_disabled()
            await screen.well()
            await card.locator(f".notice.{notice} summary").click()
            await screen.shows(card.get_by_text(inside))
            await screen.well()
            await screen.shows(screen.stop)
            await card.get_by_role("button", name=button).click()
            await expect(card.locator(f".notice.{notice}")).to_have_count(
                0, timeout=PATIENCE_MS
            )
            await expect(start).to_be_enabled(timeout=PATIENCE_MS)

        await read("precautions", "phlebitis", "I have read the precautions")
        await screen.hold("start")
        await screen.says("Running")
        await resident.home.service(
            "kumo_boots.report_discomfort", {"kind": "swelling", "one_sided": True}
        )
        await screen.says("Ready")
        await resident.all_empty()
        sessions = len(witness.entries(kind="inflation"))
        await read(
            "locked", "recovery: ask a professional", "I have read the warning signs"
        )
        assert len(witness.entries(kind="inflation")) == sessions

        # How was it? Said once, by who wore them; not on the wall, where others pass.
        rating = card.get_by_role("group", name="How was it?")
        await screen.shows(rating)
        await screen.well()
        assert await _felt(resident) == [None]
        await rating.get_by_role("button", name="Too strong").click()
        await expect(rating).to_have_count(0)
        assert await _felt(resident) == ["too_strong"]
        await screen.hold("start")
        await screen.says("Running")
        await expect(rating).to_have_count(0)
        await screen.stop.click()
        await screen.says("Ready")
        await rating.get_by_role("button", name="Comfortable").click()
        await expect(rating).to_have_count(0)
        assert await _felt(resident) == ["too_strong", "comfortable"]
        await screen.open(f"{PATH}/1")
        await expect(rating).to_have_count(0)

        # What is not made to be worn says so.
        bench = VirtualFlowIO(resident.house.air, witness)
        await bench.start()
        try:
            [found] = await resident.discovered(1)
            added = await resident.add(found)
            [bare] = [
                each
                for each in await resident.pairs()
                if each.entry_id == added.entry_id
            ]
            views = [view(await resident.device(bare))]
            # What hangs there is not taken down before somebody's eyes.
            await screen.page.goto(f"{resident.home.url}/manifest.json")
            await dashboard(resident.home, PATH, {"views": views})
            await screen.open()
            mark = card.locator(".notice.bench")
            await expect(mark).to_contain_text("Put nobody into them", timeout=5000)
            await screen.well()
            entry = f"config/config_entries/entry/{added.entry_id}"
            await resident.home.rest("DELETE", entry)
        finally:
            await bench.stop()
        assert screen.errors == []


async def _felt(resident: Resident) -> list[str | None]:
    """Return what Home Assistant remembers of how sessions were, the oldest first."""
    told = await resident.home.service(
        "kumo_boots.export_sessions", {"format": "json"}, response=True
    )
    [boots] = told["boots"]
    return [each["feeling"] for each in json.loads(boots["content"])["sessions"]]


@pytest.mark.parametrize(
    ("language", "direction", "ready"),
    [("de", "ltr", "Bereit"), ("he", "rtl", "Ready")],
)
async def test_in_the_language_of_who_looks(
    move_in: MoveIn, language: str, direction: str, ready: str
) -> None:
    """From the right to the left, too; what is not translated yet is English."""
    resident, [pair] = await move_in()
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 320)
        await screen.page.add_init_script(
            f"localStorage.setItem('selectedLanguage', '\"{language}\"')"
        )
        await screen.open()
        await screen.says(ready)
        found = await screen.card.evaluate("card => getComputedStyle(card).direction")
        assert found == direction
        await screen.well()
        await screen.hold("start")
        await expect(screen.card.locator(".card.running")).to_be_visible(
            timeout=PATIENCE_MS
        )
        await screen.well()
        await screen.stop.click()
        await screen.says(ready)
        assert screen.errors == []


async def test_found_where_cards_are_looked_for(move_in: MoveIn) -> None:
    """Among the suggestions for an entity, and by its name, with what it looks like."""
    resident, [pair] = await move_in()
    await dashboard(resident.home, PATH, {"views": [{"type": "masonry", "cards": []}]})
    async with a_browser() as browser:
        screen = await a_screen(browser, resident)
        page = screen.page
        await page.goto(f"{resident.home.url}/{PATH}/0?edit=1")
        await page.get_by_text("Add card").first.click(timeout=PATIENCE_MS)
        picker = page.locator("hui-dialog-create-card")
        await picker.get_by_placeholder("Search entities").fill("Phase")
        await picker.get_by_text("Phase", exact=True).first.click()
        await screen.shows(screen.card.locator(".phase"))
        await expect(screen.card.locator(".phase")).to_have_text("Ready")
        assert screen.errors == []

        # The previews of all other cards ask for what this home has not.
        await picker.get_by_text("By card").first.click()
        await picker.get_by_placeholder("Search cards").fill("Kumo")
        found = picker.get_by_text("Kumo Boots", exact=True)
        await screen.shows(found.first)
        await screen.shows(screen.card.locator(".phase"))
        await screen.card.first.click(force=True)
        await page.locator("hui-dialog-edit-card").get_by_text("Save").click()

        async def hangs() -> bool:
            config = await resident.home.call("lovelace/config", url_path=PATH)
            [card] = config["views"][0]["cards"] or [None]
            wanted = await resident.device(pair)
            return card is not None and card["device_id"] == wanted

        await until(hangs, "the card is on the page, with the only pair there is")


async def test_going_on_is_offered_and_a_hand_takes_it(move_in: MoveIn) -> None:
    """After the link was lost nothing goes on by itself; what is planned is shown."""
    resident, [pair] = await move_in()
    house = resident.house
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await room(resident, pair)
    tomorrow = dt_util.now() + timedelta(days=1)
    await resident.home.service(
        "kumo_boots.plan_session",
        {"at": tomorrow.replace(hour=21, minute=0, second=0).isoformat()},
        target={"device_id": await resident.device(pair)},
    )
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 320)
        card = screen.card
        await screen.open()
        await expect(card.locator(".planned")).to_contain_text("9:00")
        await screen.hold("start")
        await screen.says("Running")
        for unit in house.boots.values():
            unit.faults.range(False)
        await screen.shows(card.locator(".notice.away"))
        await screen.shows(screen.stop)
        await resident.all_empty(30)
        for unit in house.boots.values():
            unit.faults.range(True)
        # On the wall it is said, and not done.
        await screen.open(f"{PATH}/1")
        await screen.shows(card.locator(".notice.offer"))
        await expect(card.locator("kumo-hold-button, .notice button")).to_have_count(0)
        await screen.open()
        # It is what ran that goes on, whatever is set for the next time.
        await resident.set_up(pair, mode="wave", target_mmhg=30, minutes=10)
        await expect(card.locator(".notice.offer")).to_contain_text("Relax, 40 mmHg")
        await screen.well()
        sessions = len(house.witness.entries(kind="inflation"))
        assert await card.locator(".card.running").count() == 0
        await screen.hold_button(card.locator(".notice.offer kumo-hold-button button"))
        await screen.says("Running")
        assert len(house.witness.entries(kind="inflation")) > sessions
        for key, value in (("select.mode", "relax"), ("number.target_pressure", "40")):
            assert await resident.home.state(pair.entity(key)) == value
        await screen.stop.click()
        await screen.says("Ready")
        assert screen.errors == []


async def test_on_a_dashboard_that_is_written_by_hand() -> None:
    """In YAML, without naming the only pair."""
    configuration = (
        "lovelace:\n  dashboards:\n    recovery-yaml:\n      mode: yaml\n"
        "      filename: recovery.yaml\n      title: Recovery\n"
    )
    async with (
        House(1, 1, speed=SPEED, slots=9) as house,
        Home(configuration=configuration) as home,
        a_browser() as browser,
    ):
        (home.folder / "recovery.yaml").write_text(
            "views:\n  - cards:\n      - type: custom:kumo-boots-card\n"
        )
        resident = Resident(home, house)
        await resident.add_proxies()
        await resident.add((await resident.discovered(1))[0])
        [pair] = await resident.pairs()
        await resident.ready(pair)
        screen = await a_screen(browser, resident)
        await screen.open("recovery-yaml/0")
        await screen.says("Ready")
        assert screen.errors == []

"""The card in a real browser, on a real Home Assistant, in front of virtual boots."""

import asyncio
from typing import Any

from playwright.async_api import Locator, expect
import pytest

from simulator.browsing import a_browser, dashboard
from simulator.evening import FURNITURE, MASSAGER, Evening
from simulator.home import Home
from simulator.house import House
from simulator.resident import Resident

from .card_screen import PATH, PATIENCE_MS, a_screen, room, until, view
from .conftest import SPEED, MoveIn

pytestmark = pytest.mark.e2e


async def test_an_evening_with_the_card(move_in: MoveIn) -> None:
    """Started by holding, changed, paused, stopped; asked for and confirmed by keys."""
    resident, [pair] = await move_in()
    witness = resident.house.witness
    await resident.set_up(pair, mode="wave", target_mmhg=40, minutes=20)
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident)
        await screen.open()
        card = screen.card
        await screen.says("Ready")
        await screen.well()

        # A touch is no start.
        await screen.hold("start", 0.2)
        await asyncio.sleep(1)
        assert not witness.entries(kind="inflation")
        await screen.says("Ready")

        await screen.hold("start")
        await screen.says("Running")
        assert len(witness.entries(kind="inflation")) == 2

        async def filled() -> bool:
            return max(await screen.pressures(), default=0) > 20

        await until(filled, "the chambers fill")
        first = await screen.pressures()

        async def moved() -> bool:
            return await screen.pressures() != first

        await until(moved, "the wave moves")
        assert await screen.moved(5) == []
        await screen.well()
        told: list[dict[str, Any]] = []
        await resident.watch(pair, told.append)
        pressure = card.locator("kumo-stepper.strength")
        await pressure.locator("button").first.click()

        async def gentler() -> bool:
            return bool(told) and told[-1]["target_mmhg"] == 35

        await until(gentler, "the boots take the new pressure")
        await expect(pressure.get_by_role("spinbutton")).to_have_attribute(
            "aria-valuenow", "35"
        )

        await card.get_by_role("button", name="Pause").click()
        await screen.says("Paused")
        await screen.hold("resume")
        await screen.says("Running")
        await card.get_by_role("button", name="Too strong").click()
        await screen.says("Ready")
        await resident.all_empty()

        # Something asks; a person says yes without a mouse.
        before = len(witness.entries(kind="inflation"))
        await resident.ask(pair)
        await screen.says("Waiting for your OK")
        await expect(card.locator(".asked")).to_contain_text("Wave, 40 mmHg")
        await screen.well()
        button = card.locator("kumo-hold-button.confirm button")
        await button.focus()
        await screen.page.keyboard.press("Enter")
        await expect(button).to_contain_text("Press again")
        assert len(witness.entries(kind="inflation")) == before
        await asyncio.sleep(0.5)
        await screen.page.keyboard.press("Enter")
        await screen.says("Running")
        await screen.stop.focus()
        await screen.page.keyboard.press("Space")
        await screen.says("Ready")
        await resident.all_empty()

        # On the wall everybody may ask, have less and stop; nobody says yes there.
        await screen.open(f"{PATH}/1")
        ask = card.get_by_role("button", name="Ask for a session")
        await ask.click()
        await screen.says("Waiting for your OK")
        await screen.only_less()
        await screen.well()
        await screen.stop.click()
        await screen.says("Ready")
        await ask.click()
        await screen.says("Waiting for your OK")
        await resident.say_yes(pair)
        await screen.says("Running")
        await screen.only_less()
        await screen.well()
        await pressure.get_by_role("button", name="Less pressure").click()
        await until(gentler, "the boots take what was chosen on the wall")
        assert told[-1]["session"]["settings"]["target_mmhg"] == 35
        await card.get_by_role("button", name="Pause").click()
        await screen.says("Paused")
        await screen.only_less()
        await screen.well()
        await card.get_by_role("button", name="Too strong").click()
        await screen.says("Ready")
        await resident.all_empty()
        assert screen.errors == []
        assert screen.elsewhere == []


async def test_what_goes_wrong_is_said(move_in: MoveIn) -> None:
    """A fault, boots switched off, a restart of Home Assistant; phone, dark, 320 px."""
    resident, [pair] = await move_in()
    house = resident.house
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await a_screen(
            browser, resident, 320, color_scheme="dark", reduced_motion="reduce"
        )
        card = screen.card
        await screen.open()
        await screen.well()
        await screen.hold("start")
        await screen.says("Running")
        await screen.well()

        # Home Assistant goes away and comes back; the boots are emptied first.
        await resident.home.restart()
        await screen.says("Ready")
        # What the frontend wanted to load meanwhile is its own affair.
        screen.errors.clear()
        await expect(card.get_by_text("cannot be reached")).to_have_count(0)

        await screen.hold("start")
        await screen.says("Running")
        house.boots["pair1-left"].faults.overpressure()
        await screen.shows(card.locator(".notice.fault"))
        await expect(card.locator(".notice.fault")).to_contain_text("kinked hose")
        await screen.well()
        await screen.shows(screen.stop)
        await resident.all_empty(30)

        async def mended() -> bool:
            for unit in house.boots.values():
                unit.faults.repair()
                unit.faults.press("stop")
            return await card.locator(".notice.fault").count() == 0

        await until(mended, "the fault is cleared with the boots' stop button")
        await screen.says("Ready")

        # Stopped out of reach, then switched off: nobody has said that they are empty.
        await screen.hold("start")
        await screen.says("Running")
        for unit in house.boots.values():
            unit.faults.range(False)
        await screen.stop.click()
        unconfirmed = card.locator(".notice.stop_unconfirmed")
        await screen.shows(unconfirmed)
        await expect(unconfirmed).to_have_role("alert")
        await expect(unconfirmed).to_contain_text("Use your hands now")
        await screen.shows(card.locator(".notice.away"))
        await screen.well()
        await screen.shows(screen.stop)
        for unit in house.boots.values():
            await unit.faults.power(False)
        await resident.all_empty()
        await screen.shows(unconfirmed)
        for unit in house.boots.values():
            unit.faults.range(True)
            await unit.faults.power(True)
        for notice in (unconfirmed, card.locator(".notice.away")):
            await expect(notice).to_have_count(0, timeout=PATIENCE_MS)
        await screen.says("Ready")
        assert screen.errors == []


async def test_boots_by_hand_and_a_routine() -> None:
    """What to do in words, the steps of the evening, and nothing that is made up."""
    async with (
        House(0, 0) as house,
        Home(configuration=FURNITURE) as home,
        a_browser() as browser,
    ):
        evening = await Evening.by_hand(home, house)
        await evening.make(
            massage={"duration": {"minutes": 10}, "entity_id": MASSAGER},
            session={"duration": {"minutes": 15}},
        )
        await room(evening.resident, evening.pair)
        screen = await a_screen(browser, evening.resident, 320)
        card = screen.card
        await screen.open()
        await screen.says("Ready")
        await expect(card.locator("figure, .pressure, .modes")).to_have_count(0)
        await screen.well()
        await evening.start()
        await expect(card.locator(".routine .now")).to_contain_text(
            "Massage: now", timeout=PATIENCE_MS
        )
        await screen.well()
        deeds = card.locator(".routine .deeds")
        await deeds.get_by_role("button", name="5 more minutes").click()
        await evening.told("extended massage")

        async def offers(*names: str) -> None:
            buttons = deeds.get_by_role("button")
            await expect(buttons).to_have_count(len(names), timeout=PATIENCE_MS)
            for name in names:
                await screen.shows(deeds.get_by_role("button", name=name))

        # On the wall it is made shorter, and not longer; it goes on elsewhere.
        await screen.open(f"{PATH}/1")
        await offers("Skip step", "Pause the routine", "End the routine")
        await deeds.get_by_role("button", name="Pause the routine").click()
        await offers("Skip step", "End the routine")
        await screen.well()
        await screen.open()
        await deeds.get_by_role("button", name="Go on with the routine").click(
            timeout=PATIENCE_MS
        )
        await evening.told("resumed massage")
        await deeds.get_by_role("button", name="Skip step").click()
        await screen.says("Waiting for your OK")
        await expect(card.locator(".routine .now")).to_contain_text("Boots: now")
        # Nobody but a hand could pause them, so that is not offered.
        await screen.shows(deeds.get_by_role("button", name="Skip step"))
        await expect(
            deeds.get_by_role("button", name="Pause the routine")
        ).to_have_count(0)
        await expect(card.locator(".asked")).to_contain_text("level 1, 15 min.")
        await screen.well()
        await screen.hold("confirm")
        guidance = card.locator(".guidance")
        await expect(guidance).to_contain_text("Set level 1 on the boots")
        await screen.well()
        await guidance.get_by_role("button", name="It runs").click()
        await screen.says("Running")
        await screen.stop.click()
        await expect(guidance).to_contain_text("Press the stop button on the boots")
        await screen.well()
        await guidance.get_by_role("button", name="They are off").click()
        await screen.says("Ready")
        await expect(card.locator(".routine")).to_have_count(0)
        # The same by holding, without a routine.
        await screen.hold("start")
        await expect(guidance).to_contain_text("Set level 1 on the boots")
        await screen.stop.click()
        await screen.says("Ready")
        assert screen.errors == []


async def test_the_editor_and_the_strategy(move_in: MoveIn) -> None:
    """Changed without YAML; an overview, a page; nothing is sent to who looks away."""
    resident, pairs = await move_in(2)
    home = resident.home
    device = await resident.device(pairs[0])
    for pair, name in zip(pairs, ("Sofa", "Study"), strict=True):
        await home.call(
            "config/device_registry/update",
            device_id=await resident.device(pair),
            name_by_user=name,
        )
    await dashboard(home, PATH, {"views": [view(device)]})
    async with a_browser() as browser:
        screen = await a_screen(browser, resident)
        page = screen.page
        await screen.open()
        await page.goto(f"{home.url}/{PATH}/0?edit=1")
        await page.locator("hui-card-edit-mode").first.click()
        editor = page.locator("hui-dialog-edit-card")
        await screen.shows(editor.get_by_text("For a tablet on the wall"))
        await editor.locator("ha-switch").first.click()
        await editor.get_by_text("Save", exact=True).click()

        async def saved() -> bool:
            config = await home.call("lovelace/config", url_path=PATH)
            card = config["views"][0]["sections"][0]["cards"][0]
            return card.get("shared_screen") is True

        await until(saved, "the editor's choice is kept")

        await dashboard(home, PATH, {"strategy": {"type": "custom:kumo-boots"}})
        await page.goto(f"{home.url}/{PATH}")
        await expect(screen.card).to_have_count(2, timeout=PATIENCE_MS)
        await screen.shows(screen.stop.nth(1))
        await screen.well()
        # How long is left on each, counting down.
        await resident.set_up(pair, mode="relax", target_mmhg=30, minutes=20)
        await resident.ask(pair)
        await resident.say_yes(pair)
        left = screen.card.locator(".running .time b")
        await expect(left).to_have_count(1, timeout=PATIENCE_MS)
        before = await left.inner_text()
        await expect(left).not_to_have_text(before, timeout=PATIENCE_MS)
        await resident.stop(pair)
        await screen.card.first.get_by_role("link").click()
        await screen.shows(screen.card.locator("figure").first)
        await screen.shows(page.locator("hui-history-graph-card").first)

        assert screen.sent[-1].get("type") == "kumo_boots/live"
        await page.evaluate(
            """() => {
              Object.defineProperty(document, "hidden", { get: () => true });
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )

        async def unheard() -> bool:
            return screen.sent[-1].get("type") == "unsubscribe_events"

        await until(unheard, "a hidden card listens to nothing")
        assert screen.errors == []


async def test_from_discovered_to_the_first_inflation() -> None:
    """By clicking, in no more than eight clicks, and with two hands on the boots."""
    async with (
        House(1, 1, speed=SPEED, slots=9) as house,
        Home() as home,
        a_browser() as browser,
    ):
        resident = Resident(home, house)
        await resident.add_proxies()
        await resident.discovered(1)
        await dashboard(home, PATH, {"strategy": {"type": "custom:kumo-boots"}})
        screen = await a_screen(browser, resident, sidebar=True)
        page = screen.page
        clicks = 0

        async def click(what: Locator) -> None:
            nonlocal clicks
            clicks += 1
            await what.click(timeout=PATIENCE_MS)

        await page.goto(f"{home.url}/config/integrations/dashboard")
        found = page.locator("ha-config-flow-card")
        flow = page.locator("dialog-data-entry-flow")
        await click(found.get_by_text("Add", exact=True).first)
        await click(flow.locator("ha-switch"))
        await click(flow.get_by_text("Submit", exact=True))
        await screen.shows(flow.get_by_text("Hold the start button"))
        resident.hold_start()
        await screen.shows(flow.get_by_text("Would you like a first try?"))
        await click(flow.locator("ha-switch"))
        await click(flow.get_by_text("Submit", exact=True))
        await click(flow.get_by_text("Skip and finish"))
        await click(page.locator("ha-sidebar").get_by_text("Recovery", exact=True))
        assert not house.witness.entries(kind="inflation")
        await screen.says("Waiting for your OK")
        clicks += 1
        await screen.hold("confirm")
        await screen.says("Running")
        assert len(house.witness.entries(kind="inflation")) == 2
        assert clicks <= 8
        [pair] = await resident.pairs()
        await resident.stop(pair)
        await resident.all_empty()
        assert screen.errors == []

"""What is on the screen is so, and what is shown is what a press means."""

import asyncio
from typing import Any

from playwright.async_api import Browser, Locator, expect
import pytest

from simulator.browsing import a_browser
from simulator.home import Home
from simulator.resident import Pair, Resident

from .card_screen import PATH, PATIENCE_MS, Screen, a_screen, room, until
from .conftest import MoveIn
from .fed_cards import feed

pytestmark = pytest.mark.e2e

LATE_S = 11
"""Longer than a yes may be under way."""


async def test_a_home_that_falls_silent_is_not_believed(move_in: MoveIn) -> None:
    """The connection stands and nobody answers: no pressure is shown, stop says so."""
    resident, [pair] = await move_in()
    house = resident.house
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 390)
        card = screen.card
        await screen.open()
        await screen.hold("start")
        await screen.says("Running")

        async def filled() -> bool:
            return max(await screen.pressures(), default=0) > 20

        await until(filled, "the chambers fill")
        sessions = len(house.witness.entries(kind="inflation"))
        resident.home.freeze()
        try:
            await expect(card.get_by_text("cannot be reached")).to_be_visible(
                timeout=8000
            )
            assert await screen.pressures() == []
            await expect(card.locator(".unit").first).to_be_hidden()
            await expect(card.get_by_role("button", name="Pause")).to_be_disabled()
            for button in await card.locator("kumo-stepper button").all():
                await expect(button).to_be_disabled()
            await expect(card.get_by_role("radio").first).to_be_disabled()
            await screen.well()
            await screen.stop.click()
            await expect(card.locator(".card > .said")).to_have_text("Stopping…")
            await expect(card.get_by_text("did not get through")).to_be_visible(
                timeout=8000
            )
        finally:
            resident.home.thaw()
        await screen.says("Ready")
        await expect(card.get_by_text("cannot be reached")).to_have_count(0)
        await expect(card.get_by_text("did not get through")).to_have_count(0)
        await resident.all_empty(30)
        assert len(house.witness.entries(kind="inflation")) == sessions

        # A yes to a home that does not answer is none, and is not kept for later.
        await resident.ask(pair)
        await screen.says("Waiting for your OK")
        other = await a_screen(browser, resident, 390)
        resume, go_on, whom = await _choices(other, resident, pair)
        resident.home.freeze()
        try:
            await asyncio.gather(screen.hold("confirm"), other.hold_button(resume))
            await expect(card.get_by_text("cannot be reached").first).to_be_visible()
            for choice in (
                card.locator("kumo-hold-button.confirm button"),
                *(resume, go_on, whom),
            ):
                await expect(choice).to_be_disabled(timeout=8000)
            assert await other.page.evaluate("pressed") == []
        finally:
            resident.home.thaw()
        await expect(card.get_by_text("cannot be reached")).to_have_count(
            0, timeout=PATIENCE_MS
        )
        await screen.says("Waiting for your OK")
        # One that was on its way already when the network began to stand still is late.
        await card.locator("kumo-hold-button.confirm button").hover()
        await screen.page.mouse.down()
        await asyncio.sleep(0.9)
        resident.home.freeze()
        try:
            await asyncio.sleep(0.7)
            await screen.page.mouse.up()
            await asyncio.sleep(LATE_S)
        finally:
            resident.home.thaw()
        await expect(card.get_by_text("took too long to get here")).to_be_visible(
            timeout=PATIENCE_MS
        )
        await screen.says("Waiting for your OK")
        assert len(house.witness.entries(kind="inflation")) == sessions
        await screen.stop.click()
        await screen.says("Ready")
        assert screen.errors == []


async def _choices(
    screen: Screen, resident: Resident, pair: Pair
) -> tuple[Locator, Locator, Locator]:
    """Return the ways to go on, and to say for whom, that this evening does not have."""
    whom = pair.entity("select.for_whom")
    told: list[dict[str, Any]] = []
    end = await resident.watch(pair, told.append)
    await screen.open()
    await end()
    now = told[-1] | {"wearer": "guest"}
    left = {"continue_offer": now["setpoints"]}
    paused, idle = (
        now | {"session": now["session"] | {"phase": phase} | left}
        for phase in ("paused", "idle")
    )
    options = {"state": "guest", "attributes": {"options": ["guest", "Anna"]}}
    place = await feed(
        screen.card, {"paused": paused, "idle": idle}, more={"states": {whom: options}}
    )
    choices = (
        place.locator(".paused kumo-hold-button.resume button"),
        place.locator(".idle .offer kumo-hold-button button"),
        place.locator(".idle select"),
    )
    for choice in choices:
        await expect(choice).to_be_enabled()
    return choices


async def test_what_is_shown_is_what_is_started(move_in: MoveIn) -> None:
    """Also where the finger has not rested yet; and nothing is added after a stop."""
    resident, [pair] = await move_in()
    witness = resident.house.witness
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await room(resident, pair)
    told: list[dict[str, Any]] = []
    await resident.watch(pair, told.append)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident)
        card = screen.card
        pressure = card.locator("kumo-stepper.strength")

        async def shown(value: int) -> None:
            await expect(pressure.get_by_role("spinbutton")).to_have_attribute(
                "aria-valuenow", str(value)
            )

        async def inflated() -> bool:
            return len(witness.entries(kind="inflation")) == 2

        async def quickly(*steps: tuple[Locator, str]) -> None:
            """Press all in one task of the page: no finger rests between them."""
            handles = [await what.element_handle() for what, _ in steps]
            await screen.page.evaluate(
                "([elements, times]) => elements.forEach((element, i) => {"
                "  for (let n = 0; n < times[i]; n++) element.click(); })",
                [handles, [int(times) for _, times in steps]],
            )

        await screen.open()
        await screen.says("Ready")
        less, more = pressure.locator("button").first, pressure.locator("button").last
        start = card.locator("kumo-hold-button.start button")

        # Two presses of a switch right after *less*: it starts with what was shown.
        # A key that is kept down, or presses that are one, start nothing.
        await start.focus()
        await screen.page.keyboard.down("Enter")
        await screen.page.keyboard.down("Enter")
        await screen.page.keyboard.up("Enter")
        await quickly((start, "3"))
        await asyncio.sleep(0.5)
        assert not witness.entries(kind="inflation")
        await expect(start).to_contain_text("Press again")
        await quickly((less, "1"))
        await shown(35)
        # It was for another pressure, so it is armed anew.
        await expect(start).not_to_contain_text("Press again")
        await quickly((less, "1"))
        await shown(30)
        await quickly((start, "1"))
        await asyncio.sleep(0.42)
        await quickly((start, "1"))
        await screen.says("Running")
        assert told[-1]["session"]["settings"]["target_mmhg"] == 30
        assert told[-1]["setpoints"]["target_mmhg"] == 30
        await until(inflated, "both legs are under pressure")
        await shown(30)

        # What is begun for one thing is not finished as another.
        await card.get_by_role("button", name="Pause").click()
        await screen.says("Paused")
        sessions = len(witness.entries(kind="inflation"))
        resume = card.locator("kumo-hold-button.resume button")
        await resume.scroll_into_view_if_needed()
        await resume.hover()
        await screen.page.mouse.down()
        await resident.stop(pair)
        await screen.says("Ready")
        await asyncio.sleep(2)
        await screen.page.mouse.up()
        await screen.says("Ready")
        assert len(witness.entries(kind="inflation")) == sessions

        # *More*, and stop at once: nothing is set any more.
        await screen.hold("start")
        await screen.says("Running")
        await quickly((more, "1"), (screen.stop, "1"))
        await screen.says("Ready")
        await resident.all_empty()
        await asyncio.sleep(1)
        assert told[-1]["setpoints"]["target_mmhg"] == 30
        await shown(30)
        sessions = len(witness.entries(kind="inflation"))

        # On the wall the same, and a person says yes elsewhere.
        await screen.open(f"{PATH}/1")
        await screen.says("Ready")
        await less.click()
        await quickly((card.get_by_role("button", name="Ask for a session"), "1"))
        await screen.says("Waiting for your OK")
        await expect(card.locator(".asked")).to_contain_text("25 mmHg")
        await screen.stop.click()
        await screen.says("Ready")
        assert len(witness.entries(kind="inflation")) == sessions
        assert screen.errors == []


async def test_what_is_refused_is_not_shown_as_chosen(move_in: MoveIn) -> None:
    """Somebody who may only look chooses a mode, a pressure, a start."""
    resident, [pair] = await move_in()
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await _a_guest(browser, resident.home)
        card = screen.card
        await screen.shows(card.locator(".phase"))
        await screen.says("Ready")
        modes = card.get_by_role("group", name="Mode")
        relax = modes.get_by_role("radio", name="Relax")
        for _ in range(2):
            await modes.locator("label", has_text="Pulse").click()
            await screen.shows(card.locator(".notice.grave"))
            await expect(relax).to_be_checked()
        pressure = card.locator("kumo-stepper.strength")
        await pressure.locator("button").first.click()
        await expect(pressure.locator(".value.pending")).to_have_count(1)
        await expect(pressure.locator(".value.pending")).to_have_count(0)
        await expect(pressure.get_by_role("spinbutton")).to_have_attribute(
            "aria-valuenow", "40"
        )
        await screen.hold("start")
        await screen.shows(card.locator(".notice.grave"))
        await screen.says("Ready")
        assert not resident.house.witness.entries(kind="inflation")


async def test_by_finger_and_by_screen_reader(move_in: MoveIn) -> None:
    """A touch that stays is a yes, one that slips off is none; a reader's tap is half."""
    resident, [pair] = await move_in()
    witness = resident.house.witness
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await room(resident, pair)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 390, has_touch=True, is_mobile=True)
        await screen.open()
        await screen.says("Ready")
        start = screen.card.locator("kumo-hold-button.start button")
        devtools = await screen.page.context.new_cdp_session(screen.page)

        async def touch(kind: str, *points: dict[str, float]) -> None:
            await devtools.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": [*points]},
            )

        # The middle of the page: neither under its head nor under the stop button.
        await start.evaluate("button => button.scrollIntoView({ block: 'center' })")
        await asyncio.sleep(0.5)
        box = await start.bounding_box()
        assert box is not None
        finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 10}
        # A finger that only taps, and one that slips off.
        await touch("touchStart", finger)
        await touch("touchEnd")
        await expect(start).to_contain_text("Keep holding")
        await touch("touchStart", finger)
        await touch("touchMove", finger | {"y": finger["y"] - 200})
        await asyncio.sleep(1.5)
        await touch("touchEnd")
        await screen.says("Ready")
        assert not witness.entries(kind="inflation")

        # Two fingers are no hold, and leave none behind.
        other = finger | {"x": finger["x"] + 60}
        await touch("touchStart", finger)
        await touch("touchStart", finger, other)
        await touch("touchEnd")
        await asyncio.sleep(1.6)
        await screen.says("Ready")
        assert not witness.entries(kind="inflation")

        # A page that somebody leaves meanwhile does not hear that the finger is lifted.
        await touch("touchStart", finger)
        await screen.page.evaluate("dispatchEvent(new Event('blur'))")
        await asyncio.sleep(1.6)
        await touch("touchEnd")
        await screen.says("Ready")
        assert not witness.entries(kind="inflation")

        await touch("touchStart", finger)
        await asyncio.sleep(1.5)
        await touch("touchEnd")
        await screen.says("Running")
        await screen.stop.tap()
        await screen.says("Ready")
        await resident.all_empty()

        # What TalkBack and VoiceOver make of a double tap: a click with no finger.
        sessions = len(witness.entries(kind="inflation"))
        taps = """(button, size) => {
          const made = { ...size, bubbles: true, composed: true, detail: 1, button: 0 };
          for (const kind of ["pointerdown", "pointerup", "click"])
            button.dispatchEvent(new PointerEvent(kind, made));
        }"""
        for size in (
            {"width": 0, "height": 0},
            {"width": 1, "height": 1, "pressure": 0},
        ):
            await start.evaluate(taps, size)
            await expect(start).to_contain_text("Press again")
            await asyncio.sleep(1.5)
            assert len(witness.entries(kind="inflation")) == sessions
            await start.evaluate(taps, size)
            await screen.says("Running")
            sessions = len(witness.entries(kind="inflation"))
            await screen.stop.tap()
            await screen.says("Ready")
            await resident.all_empty()
        assert screen.errors == []


async def _a_guest(browser: Browser, home: Home) -> Screen:
    """Return the card in front of somebody who may look and do nothing."""
    user = await home.call(
        "config/auth/create", name="Guest", group_ids=["system-read-only"]
    )
    await home.call(
        "config/auth_provider/homeassistant/create",
        user_id=user["user"]["id"],
        username="guest",
        password="only-looking",
    )
    page = await browser.new_page(
        viewport={"width": 1100, "height": 900}, service_workers="block"
    )
    await page.goto(f"{home.url}/{PATH}/0")
    await page.locator("input[name=username]").fill("guest", timeout=PATIENCE_MS)
    await page.locator("input[name=password]").fill("only-looking")
    await page.keyboard.press("Enter")
    return Screen(page, home)

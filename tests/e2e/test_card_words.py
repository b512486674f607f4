"""What is written on the card can be read, in every language and on the smallest phone."""

from copy import deepcopy
import json
from pathlib import Path
from typing import Any

import pytest

import custom_components.kumo_boots as integration
from simulator.browsing import a_browser
from simulator.resident import Pair, Resident

from .card_screen import a_screen, room, until
from .conftest import MoveIn
from .fed_cards import ARM, badly_written, feed

pytestmark = pytest.mark.e2e

LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "nl")
FOLDER = Path(integration.__file__).parent / "translations"
STEPS = ("mobility", "massage", "session", "light", "elevation", "water")
HALF = 0.48
"""A small card in half a row, as it asks for; there is a gap."""

SHAPES: tuple[tuple[float, dict[str, bool]], ...] = (
    (1, {}),
    (1, {"shared_screen": True}),
    (1, {"compact": True}),
    (HALF, {"compact": True}),
)
SAID_ELSEWHERE = ("idle", "awaiting")
"""Where a card for everybody has words of its own."""


async def test_no_word_is_cut(move_in: MoveIn) -> None:
    """320 px wide: whole, for everybody, small, and small in half a row."""
    resident, [pair] = await move_in()
    anna = {
        "name": "Anna",
        "target_max_mmhg": 50,
        "duration_max_minutes": 45,
        "sessions_per_day": 6,
        "rest_hours": 0,
    }
    await resident.add_to(pair, "wearer", {"user": anna})
    await resident.ready(pair)
    [pair] = await resident.pairs()
    device = await room(resident, pair)
    moments = await _moments(resident, pair, device)
    hands = {
        f"button.{key}": {
            "entity_id": f"button.{key}",
            "platform": "kumo_boots",
            "device_id": device,
            "translation_key": key,
        }
        for key in ("it_runs", "they_are_off")
    }
    wrong = []
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 320)
        await screen.open()
        for language in LANGUAGES:
            words = json.loads((FOLDER / f"{language}.json").read_text())
            await screen.page.evaluate(
                """language => document.querySelector("home-assistant").dispatchEvent(
                     new CustomEvent("hass-language-select", { detail: language }))""",
                language,
            )
            await screen.says(words["entity"]["sensor"]["phase"]["state"]["fault"])
            for part, config in SHAPES:
                shown = SAID_ELSEWHERE if "shared_screen" in config else moments
                place = await feed(
                    screen.card.first,
                    {name: moments[name] for name in shown},
                    part=part,
                    more={"entities": hands},
                    **config,
                )
                found = [*await badly_written(place)]
                await place.evaluate(ARM)
                found += await badly_written(place)
                shape = f"{language} {' '.join(config)} {part}"
                wrong += [f"{shape}, {what}" for what in dict.fromkeys(found)]
                await place.evaluate("place => place.remove()")
            assert await screen.page.evaluate(
                "document.documentElement.scrollWidth <= innerWidth"
            )
        assert screen.errors == []
    assert not wrong, "\n".join(wrong)


DRAWN = """(card) => {
  const root = card.shadowRoot;
  const all = (what, read) => [...root.querySelectorAll(what)].map(read);
  const words = (one) => one.textContent.replace(/\\s+/g, " ").trim();
  return {
    levels: all("figure .fill", (one) => one.style.getPropertyValue("--level")),
    active: all("figure", (one) => one.querySelectorAll(".active").length),
    legs: all("figure .unit", words),
    low: all("figure .low", words),
    icons: all("figure .unit ha-icon", (one) => one.icon),
    time: all(".time b", words),
    ring: all(".ring circle", (one) => one.getAttribute("stroke-dasharray")),
    pressure: all(".pressure dd", words),
    bars: all(".bars i", (one) => one.style.blockSize),
    sum: all(".week .line span", words),
  };
}"""


async def test_what_is_told_is_drawn(move_in: MoveIn) -> None:
    """Every figure of a moment that nobody could guess."""
    resident, [pair] = await move_in()
    await room(resident, pair)
    told: list[dict[str, Any]] = []
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 390)
        await screen.open()
        end = await resident.watch(pair, told.append)
        await until(lambda: _some(told), "the boots are told of")
        await end()
        moment = deepcopy(told[-1]) | {
            "phase": "running",
            "target_mmhg": 40,
            "week_s": [600, 0, 0, 3600, 0, 0, 1800],
        }
        moment["session"] |= {
            "phase": "running",
            "ends_at": None,
            "remaining_s": 605,
            "settings": moment["setpoints"] | {"duration_s": 1210, "target_mmhg": 40},
        }
        ready = {"state": "ready", "reason": "connected"}
        moment["legs"]["left"] |= {
            "phase": "inflating",
            "active_zones": [2, 3],
            "pressures_mmhg": [10, 20, 38.6, -0.4, None],
            "battery_percent": 17,
            "battery_low": True,
            "link": ready,
        }
        moment["legs"]["right"] |= {
            "phase": "inflating",
            "active_zones": [],
            "pressures_mmhg": [4, 0, 0, 0, 0],
            "battery_percent": 55,
            "battery_low": False,
            "charging": True,
            "link": ready,
        }
        place = await feed(screen.card.first, {"running": moment})
        drawn = await place.locator("kumo-boots-card").evaluate(DRAWN)
        assert drawn["levels"] == [
            *("0.25", "0.50", "0.97", "0.00", "0.00"),
            *("0.10", "0.00", "0.00", "0.00", "0.00"),
        ]
        assert drawn["active"] == [2, 0]
        assert drawn["legs"] == ["Battery17 % Connected", "Battery55 % Connected"]
        assert drawn["low"] == ["Battery17 %"]
        assert drawn["icons"][::2] == [
            "mdi:battery-alert-variant-outline",
            "mdi:battery-charging",
        ]
        assert drawn["time"] == ["10:05"]
        done, whole = map(float, drawn["ring"][-1].split())
        assert done / whole == pytest.approx(0.5, abs=0.01)
        assert drawn["pressure"] == ["39", "40 mmHg"]
        assert drawn["bars"] == ["17%", "0%", "0%", "100%", "0%", "0%", "50%"]
        assert drawn["sum"] == ["This week", "100 min"]
        assert screen.errors == []


async def _some(told: list[dict[str, Any]]) -> bool:
    return bool(told) and bool(told[-1]["setpoints"])


async def _moments(resident: Resident, pair: Pair, device: str) -> dict[str, Any]:
    """Return what the card is told in a session that ends badly, and in rarer moments."""
    told: list[dict[str, Any]] = []
    await resident.watch(pair, told.append)
    moments: dict[str, Any] = {}

    async def now(name: str, phase: str) -> None:
        async def so() -> bool:
            return bool(told) and told[-1]["session"]["phase"] == phase

        await until(so, name)
        moments[name] = deepcopy(told[-1])

    await now("precautions", "idle")
    await resident.press(pair, "acknowledge_precautions")
    await resident.set_up(pair, mode="wave", target_mmhg=30, minutes=15)
    await resident.ask(pair)
    await now("awaiting", "awaiting")
    await resident.say_yes(pair)
    await now("running", "running")
    await resident.home.service(
        "kumo_boots.pause_session", target={"device_id": device}, response=True
    )
    await now("paused", "paused")
    await resident.stop(pair)
    await now("idle", "idle")
    await resident.ask(pair)
    await resident.say_yes(pair)
    resident.house.boots["pair1-left"].faults.overpressure()
    await resident.until_phase(pair, "fault")
    await resident.all_empty(30)
    moments["fault"] = deepcopy(told[-1])

    def variant(name: str, of: str, session: Any = (), **changes: Any) -> None:
        moment = deepcopy(moments[of]) | changes
        moment["session"] |= dict(session)
        moments[name] = moment

    left = moments["idle"]["setpoints"] | {"duration_s": 1234}
    variant("offer", "idle", {"continue_offer": left})
    variant("locked", "idle", locked=True)
    variant("bench", "idle", bench_only=True)
    variant("away", "idle", available=False)
    variant("unconfirmed", "fault", {"stop_unconfirmed": True, "phase": "stopping"})
    for phase in ("inflating", "holding", "releasing", "resting"):
        variant(phase, "running")
        for leg in moments[phase]["legs"].values():
            leg |= {"phase": phase, "active_zones": [2, 3, 4, 5]}
    routine = {
        "routine_id": "evening",
        "name": "Evening",
        "phase": "running",
        "index": 2,
        "steps": [
            {"kind": step, "duration_s": 600, "state": "now" if n == 2 else "ahead"}
            for n, step in enumerate(STEPS)
        ],
        "ends_at": None,
        "remaining_s": 7322,
    }
    variant("routine", "running", routine=routine)
    for key in ("set_and_start", "press_stop", "say", "relax"):
        variant(key, "awaiting", guidance=key)
        moments[key]["capabilities"]["by_hand"] = True
    return moments

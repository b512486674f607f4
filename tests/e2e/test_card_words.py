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

"""A spoken evening: a transcript, and beside it what the witness in the boots saw."""

import asyncio
import contextlib
from textwrap import wrap
from typing import Any

from ..dialogue import ACTS, Turn
from ..home import PASSWORD, USER, Home, HomeError
from ..house import House
from ..resident import Pair, Resident
from ..show import Show
from .options import Options

FILLS_WITHIN_S = 10
BREATH_S = 1.5
"""Between what is said: a session goes on meanwhile."""
WIDTH = 66


async def play(options: Options, show: Show) -> None:
    """Speak every act, in order."""
    async with (
        House(1, 1, speed=options.speed, slots=9) as house,
        Home(port=options.port) as home,
    ):
        print(f"✓ Home Assistant at {home.url} (user {USER}, password {PASSWORD})")
        resident = Resident(home, house)
        pair = await show.step("boots and a wearer", _at_home(resident))
        languages = sorted({act.spoken for act in ACTS})
        await show.step(
            "sentences installed",
            home.service(
                "kumo_boots.install_sentences",
                {"languages": languages},
                response=True,
            ),
            ", ".join(languages),
        )
        _print("", "", "", "the witness in the boots")
        said = 0
        for number, act in enumerate(ACTS):
            for turn in act.turns:
                said += 1
                await asyncio.sleep(BREATH_S)
                line = act.line(turn)
                seen = len(house.witness.entries())
                result = await home.call(
                    "conversation/process",
                    text=line,
                    language=act.spoken,
                    conversation_id=f"act {number}",
                )
                answer = result["response"]["speech"]["plain"]["speech"]
                await resident.until_phase(pair, turn.phase)
                told = await _testify(house, turn, seen, line)
                _print(act.spoken, "you", line)
                _print("", "home", answer, told)
        await resident.all_empty()
        show.rows.append(("said", 0, f"{said} times; air followed a spoken yes only"))
        show.table()
        if not options.check:
            print(f"\n{home.url} can be talked to until Ctrl-C")
            await show.until_interrupted()


async def _at_home(resident: Resident) -> Pair:
    """Add the boots, and Ann, who has read the precautions."""
    await resident.add_proxies()
    await resident.add((await resident.discovered(1))[0])
    [pair] = await resident.pairs()
    await resident.ready(pair)
    await resident.add_to(pair, "wearer", {"user": {"name": "Ann"}})
    [pair] = await resident.pairs()
    await resident.press(pair, "acknowledge_precautions")
    return pair


async def _testify(house: House, turn: Turn, seen: int, line: str) -> str:
    """Say what the boots did meanwhile; HomeError where air came unasked, or not."""
    expected = set(house.boots) if turn.fills else set()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FILLS_WITHIN_S):
            while not expected <= _filled(house, seen):
                await asyncio.sleep(0.05)
    if (filled := _filled(house, seen)) != expected:
        raise HomeError(f"after «{line}» air went into: {sorted(filled) or 'none'}")
    told = map(_told, house.witness.entries(seen))
    return ", ".join(filter(None, told)) or _at_rest(house)


def _filled(house: House, seen: int) -> set[str]:
    return {entry["boots"] for entry in house.witness.entries(seen, kind="inflation")}


def _told(entry: dict[str, Any]) -> str:
    leg = entry["boots"].split("-")[-1]
    match entry["kind"]:
        case "inflation":
            return f"{leg} fills"
        case "ended":
            return f"{leg} lets go ({entry['cause']})"
        case "empty":
            return f"{leg} empty"
    return ""


def _at_rest(house: House) -> str:
    highest = max(boots.body.highest_mmhg for boots in house.boots.values())
    return f"at most {highest:.0f} mmHg"


def _print(language: str, who: str, text: str, witness: str = "") -> None:
    for line in wrap(text, WIDTH) or [""]:
        print(f"{language:<3}{who:<5}{line:<{WIDTH}}  {witness}".rstrip(), flush=True)
        language = who = witness = ""

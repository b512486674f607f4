"""A conversation in three languages, with what the boots saw beside it."""

import asyncio
import contextlib
from typing import Final

from ..home import PASSWORD, USER, Home, HomeError
from ..house import House
from ..resident import DOMAIN, Resident
from ..show import Show
from .options import Options

NOBODY, SOMEBODY = "empty", "squeezing"
"""What the witness in the boots has to see after a sentence."""

WITHIN_S: Final = 3
"""How long the first air may take; nothing that was not asked for begins in it."""

DIALOGUE: Final = (
    ("en", "my legs are tired", NOBODY),
    ("en", "yes", SOMEBODY),
    ("en", "how long is left in the boots", SOMEBODY),
    ("es", "pon las botas un poco más suaves", SOMEBODY),
    ("es", "5 minutos más con las botas", SOMEBODY),
    ("es", "sí", SOMEBODY),
    ("de", "mach die Stiefel ein bisschen stärker", SOMEBODY),
    ("de", "nein", SOMEBODY),
    ("de", "wie voll ist der Akku der Stiefel", SOMEBODY),
    ("de", "lass die Luft raus", NOBODY),
    ("es", "enciende las botas a 100", NOBODY),
    ("es", "enciende las botas suave", NOBODY),
    ("en", "no", NOBODY),
    ("en", "it hurts", NOBODY),
)


async def play(options: Options, show: Show) -> None:
    """Talk, and look after every sentence into the boots."""
    async with (
        House(1, 1, speed=options.speed, slots=9) as house,
        Home(port=options.port) as home,
    ):
        print(f"✓ Home Assistant at {home.url} (user {USER}, password {PASSWORD})")
        resident = Resident(home, house)
        await resident.add_proxies()
        await show.step("a pair added", resident.add((await resident.discovered(1))[0]))
        [pair] = await resident.pairs()
        await resident.ready(pair)
        languages = sorted({language for language, _, _ in DIALOGUE})
        await show.step(
            "sentences installed",
            home.service(
                f"{DOMAIN}.install_sentences", {"languages": languages}, response=True
            ),
            ", ".join(languages),
        )
        print()
        for language, text, wanted in DIALOGUE:
            answer = await _say(home, language, text)
            print(f"  {language}  «{text}»\n      {answer}")
            seen = await _witness(house, wanted)
            print(f"      boots: {seen}")
            show.rows.append((f"{language}  {text}", 0, seen))
        inflations = len(house.witness.entries(kind="inflation"))
        if inflations != len(house.boots):
            raise HomeError(f"inflated {inflations} times for one yes")
        show.table()
        if not options.check:
            print(f"\nTalk on: {home.url}/?conversation=1, until Ctrl-C")
            await show.until_interrupted()


async def _say(home: Home, language: str, text: str) -> str:
    """Say it as a person's browser does; one conversation for all."""
    result = await home.call(
        "conversation/process",
        text=text,
        language=language,
        conversation_id="sofa",
    )
    return str(result["response"]["speech"]["plain"]["speech"])


async def _witness(house: House, wanted: str) -> str:
    """Return what the boots are, once they are as they should be."""
    seen = _seen(house)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WITHIN_S):
            while (seen := _seen(house)) != wanted:
                await asyncio.sleep(0.05)
    if seen != wanted:
        raise HomeError(f"the boots are {seen}, and should be {wanted}")
    legs = [
        f"{name.rpartition('-')[2]} {boots.body.highest_mmhg:.0f} mmHg"
        for name, boots in house.boots.items()
    ]
    return f"{seen} ({', '.join(legs)})"


def _seen(house: House) -> str:
    witness = house.witness
    begun, over = (len(witness.entries(kind=kind)) for kind in ("inflation", "ended"))
    return SOMEBODY if begun > over else NOBODY

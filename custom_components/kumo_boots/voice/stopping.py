"""What stops them: refused to nobody, and first of all."""

import asyncio
from typing import Final, override

from homeassistant.util.async_ import create_eager_task
import voluptuous as vol

from ..boots.session import Outcome
from ..boots.session_state import ACTIVE
from ..coordinator import KumoBootsCoordinator
from ..entity import NOT_STOPPED
from ..people.sitting import Discomfort
from ..people.wearer import Wearer
from .aim import ALL, NAME, PLACES, Aim, name_of, to_stop
from .talk import TEXT, BootsIntent, Heard


class Stop(BootsIntent):
    """Lets the air out: refused to nobody, of all where it is not clear."""

    intent_type = "KumoBootsStop"
    own_slots = {"feels": vol.Coerce(Discomfort), ALL: TEXT}

    @override
    async def answer(self, heard: Heard) -> str:
        """Stop first, then say, and keep what was felt."""
        aim = to_stop(heard.hass, heard.slots, heard.said.device_id)
        if not aim.pairs and not aim.out_of_reach:
            return heard.say("no_boots")
        if aim.unknown and (said := _of_something_else(heard)):
            return heard.say("no_stop", said=said)
        # By the time that the air is out they may be somebody else's again.
        wore = [
            (pair, pair.household.current)
            for pair in aim.pairs
            if len(aim.pairs) == 1 or pair.session.state.phase in ACTIVE
        ]
        stops = [
            create_eager_task(pair.session.stop(heard.cause)) for pair in aim.pairs
        ]
        # A name that nobody has may have been a part of something else.
        noted = _note(wore, None if aim.unknown else heard.slots.get("feels"))
        outcomes = await asyncio.gather(*stops)
        parts = [
            heard.say("out_of_reach", name=name_of(heard.hass, entry))
            for entry in aim.out_of_reach
        ]
        parts += [
            named(heard, aim, pair, stopped(heard, outcome))
            for pair, outcome in zip(aim.pairs, outcomes, strict=True)
        ]
        if aim.all_of_them:
            parts.append(heard.say("stopped_all"))
        if noted:
            parts.append(heard.say("noted"))
        return " ".join(parts)


def _of_something_else(heard: Heard) -> str:
    """Return the free words that no boots are called: *not the*, *light for the*.

    A name or a place may be any words, so that no stop is missed. With a *not* or a
    time in it the sentence meant the opposite; and what ends as *for the* does is no
    name, but something that there is beside the boots.
    """
    said = " ".join(heard.slots[place] for place in PLACES if place in heard.slots)
    several = heard.words.several
    if {*several("common.voice_words_not")} & set(said.casefold().split()):
        return said
    match heard.slots.get(NAME, "").casefold().split():
        case [_, *_, beside, article] if beside in several(
            "common.voice_words_beside"
        ) and article in several("common.voice_words_before"):
            return said
    return ""


def _note(
    wore: list[tuple[KumoBootsCoordinator, Wearer]], felt: Discomfort | None
) -> bool:
    """Keep what was felt; tell whether there was anybody to keep it for."""
    kept = False
    if felt is None:
        return kept
    for pair, wearer in wore:
        pair.coach.discomfort(wearer, felt, one_sided=False)
        kept |= not wearer.is_guest
    return kept


def named(heard: Heard, aim: Aim, pair: KumoBootsCoordinator, text: str) -> str:
    """Say of which pair this is, where it could be another."""
    if not aim.to_be_named:
        return text
    return f"{name_of(heard.hass, pair.config_entry)}: {text}"


def stopped(heard: Heard, outcome: Outcome) -> str:
    """Say what became of a stop."""
    if (failure := NOT_STOPPED.get(outcome.result)) is not None:
        return heard.words.of_error(failure())
    return heard.say(outcome.result)


HANDLERS: Final[tuple[type[BootsIntent], ...]] = (Stop,)

"""What is said of a routine: begin it, go on to the next step, stop it."""

import asyncio
from typing import Any, Final, override

import voluptuous as vol

from ..coordinator import KumoBootsCoordinator
from ..routines.saying import name_of as step_name
from .aim import ALL, Aim, to_stop
from .stopping import named, stopped
from .talk import TEXT, BootsIntent, Heard


class Evening(BootsIntent):
    """Starts, skips or stops a routine."""

    intent_type = "KumoBootsRoutine"
    own_slots: dict[str, Any] = {
        "deed": vol.In(("start", "skip", "stop")),
        "routine": TEXT,
    }

    @override
    async def answer(self, heard: Heard) -> str:
        """Do it."""
        deed = heard.slots.get("deed")
        if deed == "stop":
            return await _stop(heard)
        pair = await heard.async_pair()
        cause = heard.cause
        if deed == "skip":
            await pair.runner.async_skip(cause)
            return heard.say("step_skipped")
        routine = pair.routines.meant(heard.slots.get("routine"))
        await pair.runner.async_start(routine, cause)
        step = step_name(heard.words, routine.steps[0])
        return heard.say("routine_started", routine=routine.name, step=step)


async def _stop(heard: Heard) -> str:
    """End what is under way, and its session; like every stop it is never refused.

    Where it is said a session may run without a routine: then that was meant. Where
    nothing is under way there, it is what is under way elsewhere.
    """
    aim = to_stop(heard.hass, heard.slots, heard.said.device_id)
    for each in (aim, to_stop(heard.hass, {ALL: ALL}, None)):
        pairs = [pair for pair in each.pairs if pair.runner.run is not None]
        pairs = pairs or [pair for pair in each.pairs if pair.session.engaged]
        if pairs:
            ended = await asyncio.gather(*(_end(heard, each, pair) for pair in pairs))
            if each.all_of_them:
                ended.append(heard.say("stopped_all"))
            return " ".join(ended)
    return heard.say("no_routine")


async def _end(heard: Heard, aim: Aim, pair: KumoBootsCoordinator) -> str:
    """End the routine of one pair; its session where there is none (any more)."""
    if pair.runner.run is None:
        outcome = await pair.session.stop(heard.cause)
        return named(heard, aim, pair, stopped(heard, outcome))
    ended = await pair.runner.async_stop(heard.cause)
    said = heard.say("routine_stopped")
    if ended is not None:
        said += f" {stopped(heard, ended)}"
    return named(heard, aim, pair, said)


HANDLERS: Final[tuple[type[BootsIntent], ...]] = (Evening,)

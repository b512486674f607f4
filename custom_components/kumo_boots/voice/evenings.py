"""What is said of a routine: begin it, go on to the next step, stop it."""

import asyncio
from typing import Any, Final, override

import voluptuous as vol

from ..coordinator import KumoBootsCoordinator
from ..routines.errors import NoRoutineError
from ..routines.saying import name_of as step_name
from .aim import Aim, to_stop
from .sessions import named, stopped
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
    """End what is under way, and its session; like every stop it is never refused."""
    aim = to_stop(heard.hass, heard.slots, heard.said.device_id)
    ended = await asyncio.gather(*(_end(heard, aim, pair) for pair in aim.pairs))
    said = [each for each in ended if each is not None]
    if not said:
        return heard.say("no_routine")
    if aim.all_of_them:
        said.append(heard.say("stopped_all"))
    return " ".join(said)


async def _end(heard: Heard, aim: Aim, pair: KumoBootsCoordinator) -> str | None:
    """End the routine of one pair; None where there is none."""
    try:
        outcome = await pair.runner.async_stop(heard.cause)
    except NoRoutineError:
        return None
    said = heard.say("routine_stopped")
    if outcome is not None:
        said += f" {stopped(heard, outcome)}"
    return named(heard, aim, pair, said)


HANDLERS: Final[tuple[type[BootsIntent], ...]] = (Evening,)

"""What is asked about the boots: now, the last time, this week, the battery."""

from contextlib import suppress
from datetime import datetime
from typing import Final, override

from homeassistant.exceptions import Unauthorized
from homeassistant.util import dt as dt_util

from ..boots.session import SessionPhase
from ..coordinator import KumoBootsCoordinator
from ..exceptions import number
from ..people.access import Reader
from ..people.sitting import Sitting
from ..routines.saying import name_of as step_name
from .sessions import ask_to_start, described
from .talk import BootsIntent, Heard

STATES: Final = {
    SessionPhase.AWAITING: "status_awaiting",
    SessionPhase.STARTING: "status_starting",
    SessionPhase.RUNNING: "status_running",
    SessionPhase.PAUSED: "status_paused",
    SessionPhase.STOPPING: "status_stopping",
    SessionPhase.FAULT: "status_fault",
    SessionPhase.UNKNOWN: "status_unknown",
    SessionPhase.IDLE: "status_idle",
}


class Status(BootsIntent):
    """What runs, and how long it still takes."""

    intent_type = "KumoBootsStatus"

    @override
    async def answer(self, heard: Heard) -> str:
        """Say it, and the step of a routine that is under way."""
        pair = heard.pair()
        session = pair.session.state
        left = session.remaining_s
        settings = session.settings or pair.settings_from_setpoints()
        said = heard.say(
            STATES[session.phase],
            what=described(heard, pair, settings),
            left=heard.say("left_unknown")
            if left is None
            else heard.say_minutes("time_left", _whole(left)),
        )
        run = pair.runner.run
        if run is not None and run.step is not None:
            step = step_name(heard.words, run.step)
            said += f" {heard.say('routine_step', routine=run.routine.name, step=step)}"
        said = heard.about(pair, said)
        if session.phase is SessionPhase.AWAITING and not pair.bench_only:
            # Whoever asked for it, it can be answered here. Who may only look is told.
            with suppress(Unauthorized):
                await heard.async_pair()
                ask_to_start(heard, pair, session.request_id, said)
        return said


class Battery(BootsIntent):
    """How full the batteries are."""

    intent_type = "KumoBootsBattery"

    @override
    async def answer(self, heard: Heard) -> str:
        """Say it of each leg that tells."""
        pair = heard.pair()
        told = [
            heard.say(
                "battery_leg",
                leg=heard.words.of_legs(frozenset({side})),
                percent=str(leg.battery_percent),
            )
            for side, leg in sorted(pair.pair.state.sides.items())
            if leg.battery_percent is not None
        ]
        text = ", ".join(told) + "." if told else heard.say("battery_unknown")
        return heard.about(pair, text)


class _Remembered(BootsIntent):
    """What is remembered of whoever wears the boots, for who may know it."""

    async def sittings(
        self, heard: Heard, pair: KumoBootsCoordinator
    ) -> tuple[Sitting, ...] | str:
        """Return what is remembered; a text where there is nothing to tell."""
        wearer = pair.household.current
        if wearer.is_guest:
            return heard.say("guest")
        reader = await Reader.async_of(heard.hass, heard.said.context)
        if not reader.may_read(wearer):
            return heard.say("private")
        return pair.coach.sittings(wearer) or heard.say("last_none")


class Last(_Remembered):
    """When the last session was."""

    intent_type = "KumoBootsLast"

    @override
    async def answer(self, heard: Heard) -> str:
        """Say the day, the time and the length."""
        sittings = await self.sittings(heard, heard.pair())
        if isinstance(sittings, str):
            return sittings
        last = sittings[-1]
        return heard.say_minutes(
            "last",
            _whole(last.ran_s),
            when=_when(heard, dt_util.as_local(last.started_at)),
        )


def _whole(seconds: float) -> int:
    """Round to whole minutes, at least one."""
    return 60 * max(1, round(seconds / 60))


def _when(heard: Heard, at: datetime) -> str:
    days = (dt_util.now().date() - at.date()).days
    time = f"{at:%H:%M}"
    if days <= 0:
        return heard.say("today", time=time)
    if days == 1:
        return heard.say("yesterday", time=time)
    return heard.say("days_ago", days=str(days))


class Week(_Remembered):
    """How often and how long this week, which begins on Monday."""

    intent_type = "KumoBootsWeek"

    @override
    async def answer(self, heard: Heard) -> str:
        """Say it."""
        pair = heard.pair()
        sittings = await self.sittings(heard, pair)
        if isinstance(sittings, str):
            return sittings
        week = pair.coach.week(pair.household.current)
        if not week.sessions:
            return heard.say("week_none")
        if week.sessions == 1:
            return heard.say_minutes("week_one", _whole(week.ran_s))
        return heard.say(
            "week", count=str(week.sessions), minutes=number(round(week.ran_s / 60))
        )


HANDLERS: Final[tuple[type[BootsIntent], ...]] = (Status, Battery, Last, Week)

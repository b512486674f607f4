"""What is said of a session: start, pause, go on, softer, longer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, override

from homeassistant.core import Context
import voluptuous as vol

from ..boots.cause import Cause
from ..boots.errors import NeedsPersonError, NotSupportedError, RequestChangedError
from ..boots.limits import check_settings
from ..boots.model import BOTH, Measure, Programme, Settings
from ..boots.session import Outcome, SessionPhase
from ..coordinator import KumoBootsCoordinator
from ..counted import STRENGTH
from ..exceptions import number
from ..people.requesting import async_request_for
from ..permission import async_need_control
from ..setpoints import LEGS
from .aim import PLACES
from .talk import BootsIntent, Heard

STEP_MMHG: Final = 10
"""How much stronger or softer a word makes it: as much as the boost of a zone does."""
STEP_MIN: Final = 5
"""How much longer or shorter, where nobody says it."""
WHOLE: Final = vol.All(vol.Coerce(float), vol.Coerce(int))


def described(heard: Heard, pair: KumoBootsCoordinator, settings: Settings) -> str:
    """Say what a session is: its mode, how strong, how long, and a leg alone."""
    words, parts = heard.words, []
    if settings.programme is not Programme.OWN:
        parts.append(words.of_programme(settings.programme))
    parts.append(strength(heard, pair, settings.target_mmhg))
    parts.append(heard.say_minutes("minutes", settings.duration_s))
    if settings.legs != BOTH and pair.capabilities.legs == BOTH:
        parts.append(words.of_legs(settings.legs))
    return ", ".join(parts)


def strength(heard: Heard, pair: KumoBootsCoordinator, target: int) -> str:
    """Say how strong, as the boots count it."""
    return heard.words.of_strength(target, pair.capabilities.measure)


def _step(pair: KumoBootsCoordinator) -> int:
    capabilities = pair.capabilities
    if capabilities.measure is Measure.LEVELS:
        return 1
    return max(STEP_MMHG, capabilities.target_step_mmhg)


def _said_strength(heard: Heard, pair: KumoBootsCoordinator) -> int | None:
    """Return the number that was said; NotSupportedError for the other count."""
    counted = STRENGTH[pair.capabilities.measure]
    for slot in STRENGTH.values():
        if slot in heard.slots and slot != counted:
            raise NotSupportedError(what=slot)
    said: int | None = heard.slots.get(counted)
    return said


class Start(BootsIntent):
    """Asks for a session, and asks back."""

    intent_type = "KumoBootsStart"
    own_slots = {
        "mode": vol.Coerce(Programme),
        "pressure": WHOLE,
        "level": WHOLE,
        "strength": vol.In(("gentle", "usual", "strong")),
        "minutes": WHOLE,
        "leg": vol.In(LEGS),
    }

    @override
    async def answer(self, heard: Heard) -> str:
        """Request it. The yes is to this request, and to no other."""
        pair = await heard.async_pair()
        wearer = pair.household.current
        settings = _wanted(heard, pair)
        check_settings(settings, pair.household.limits_of(wearer), pair.capabilities)
        cause = heard.cause
        outcome = await async_request_for(pair, wearer, settings, cause)
        if outcome.result != "awaiting":
            return _started(heard, pair, outcome)

        what = described(heard, pair, settings)
        text = heard.about(pair, heard.say("ask_start", what=what))
        return ask_to_start(heard, pair, outcome.request_id, text)


def ask_to_start(
    heard: Heard, pair: KumoBootsCoordinator, request_id: int | None, text: str
) -> str:
    """Ask for a yes to the request with a number, and to no other."""

    async def yes(cause: Cause) -> str:
        await _need_control(heard, pair, cause)
        outcome = await pair.session.confirm(cause, request_id)
        return _started(heard, pair, outcome)

    async def no(cause: Cause) -> str:
        await pair.session.decline(cause)
        return heard.say("left")

    return heard.ask(text, yes, no)


async def _need_control(heard: Heard, pair: KumoBootsCoordinator, cause: Cause) -> None:
    """Raise Unauthorized where whoever says yes may not control the boots."""
    context = Context(user_id=cause.user_id)
    await async_need_control(heard.hass, context, [pair.config_entry.entry_id])


def _same_session(pair: KumoBootsCoordinator) -> Callable[[], None]:
    """Return what raises RequestChangedError once another session is under way."""

    def which() -> tuple[int | None, datetime | None]:
        state = pair.session.state
        return state.request_id, state.started_at

    asked = which()

    def check() -> None:
        if which() != asked:
            raise RequestChangedError

    return check


def _wanted(heard: Heard, pair: KumoBootsCoordinator) -> Settings:
    slots = heard.slots
    minutes: int | None = slots.get("minutes")
    target = _said_strength(heard, pair)
    if target is None and "strength" in slots:
        by = {"gentle": -_step(pair), "usual": 0, "strong": _step(pair)}
        usual = pair.setpoints.target_mmhg
        target = max(usual + by[slots["strength"]], pair.capabilities.target_min_mmhg)
    return pair.settings_from_setpoints(
        pair.household.current,
        programme=slots.get("mode"),
        target_mmhg=target,
        duration_s=None if minutes is None else minutes * 60,
        legs=LEGS[slots["leg"]] if "leg" in slots else None,
    )


def _started(heard: Heard, pair: KumoBootsCoordinator, outcome: Outcome) -> str:
    if outcome.result == "starting" and outcome.settings is not None:
        settings = outcome.settings
        return heard.say(
            "start_by_hand",
            strength=strength(heard, pair, settings.target_mmhg),
            minutes=number(settings.duration_s / 60),
        )
    return heard.say("started")


class Pause(BootsIntent):
    """Lets the air out and keeps the rest."""

    intent_type = "KumoBootsPause"

    @override
    async def answer(self, heard: Heard) -> str:
        """Pause it."""
        pair = await heard.async_pair()
        await pair.session.pause(heard.cause)
        return heard.say("paused")


class Resume(BootsIntent):
    """Goes on after a pause, once somebody says yes."""

    intent_type = "KumoBootsResume"

    @override
    async def answer(self, heard: Heard) -> str:
        """Ask back: only a person lets it go on."""
        pair = await heard.async_pair()
        check = _same_session(pair)

        async def go_on(cause: Cause) -> str:
            await _need_control(heard, pair, cause)
            check()
            await pair.session.resume(cause)
            return heard.say("resumed")

        if pair.session.state.phase is not SessionPhase.PAUSED or pair.bench_only:
            return await go_on(heard.cause)
        return heard.ask(heard.about(pair, heard.say("ask_resume")), go_on)


class _Change(BootsIntent):
    """Changes what runs or waits, else what the next session will be."""

    async def change(
        self,
        heard: Heard,
        pair: KumoBootsCoordinator,
        text: str,
        **changes: Any,
    ) -> str:
        """Change it; where it makes more of what runs, once somebody says yes."""

        check = _same_session(pair)

        async def do(cause: Cause) -> str:
            await _need_control(heard, pair, cause)
            check()
            await pair.session.change(cause, **changes)
            return heard.say("changed", what=text)

        if not pair.session.engaged:
            pair.set_setpoints(**changes)
            return heard.say("next_time", what=text)
        try:
            return await do(heard.cause)
        except NeedsPersonError:
            if pair.bench_only:
                raise
            asked = heard.about(pair, heard.say("ask_change", what=text))
            return heard.ask(asked, do)


class Pressure(_Change):
    """Softer, stronger, or a number."""

    intent_type = "KumoBootsPressure"
    own_slots = {
        "direction": vol.In(("softer", "stronger")),
        "pressure": WHOLE,
        "level": WHOLE,
    }

    @override
    async def answer(self, heard: Heard) -> str:
        """Change the target."""
        pair = await heard.async_pair()
        target = _said_strength(heard, pair)
        if target is None:
            settings = pair.session.state.settings if pair.session.engaged else None
            now = (settings or pair.setpoints).target_mmhg
            stronger = heard.slots.get("direction") == "stronger"
            target = now + (_step(pair) if stronger else -_step(pair))
        text = strength(heard, pair, target)
        return await self.change(heard, pair, text, target_mmhg=target)


class Time(_Change):
    """Longer or shorter."""

    intent_type = "KumoBootsTime"
    own_slots = {"direction": vol.In(("longer", "shorter")), "minutes": WHOLE}

    @override
    async def answer(self, heard: Heard) -> str:
        """Change the length."""
        pair = await heard.async_pair()
        settings = pair.session.state.settings if pair.session.engaged else None
        by = 60 * int(heard.slots.get("minutes", STEP_MIN))
        longer = heard.slots.get("direction") == "longer"
        length = (settings or pair.setpoints).duration_s + (by if longer else -by)
        text = heard.say_minutes("minutes", length)
        return await self.change(heard, pair, text, duration_s=length)


class Answer(BootsIntent):
    """A yes or a no in more than one word; it counts as the bare one does."""

    intent_type = "KumoBootsAnswer"
    own_slots = {"answer": vol.In(("yes", "no"))}

    @override
    async def answer(self, heard: Heard) -> str:
        """Answer what was asked in this conversation.

        The question names its boots. A yes that names some as well may be for others,
        or a no whose *not* was taken for a part of a name.
        """
        yes = heard.slots.get("answer") == "yes"
        if yes and any(place in heard.slots for place in PLACES):
            return heard.say("only_yes")
        return await heard.async_answer(yes=yes)


class ByHand(BootsIntent):
    """A person's word on boots that only hands can start and stop."""

    intent_type = "KumoBootsByHand"
    own_slots = {"said": vol.In(("runs", "off"))}

    @override
    async def answer(self, heard: Heard) -> str:
        """Take it; boots that tell for themselves are told of instead."""
        pair = await heard.async_pair()
        if pair.hands is None:
            raise NotSupportedError(what="word")
        if heard.slots.get("said") == "runs":
            pair.hands.boots.say_runs()
            return heard.say("runs")
        pair.hands.boots.say_off()
        return heard.say("off")


HANDLERS: Final[tuple[type[BootsIntent], ...]] = (
    Start,
    Pause,
    Resume,
    Pressure,
    Time,
    Answer,
    ByHand,
)

"""The step in the boots: asked for, and followed until it is over. Never started here."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Final

from homeassistant.core import callback

from ..boots.cause import Actor, Cause
from ..boots.errors import BootsError
from ..boots.model import Settings
from ..boots.session import EventKind, SessionEvent, SessionPhase
from ..boots.session_state import ACTIVE
from ..people.requesting import async_request_for
from ..people.rules import UnknownWearerError
from ..people.wearer import Wearer
from .devices import StepFailedError
from .routine import BootsSession, Routine

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

BY_ROUTINE: Final = Cause(actor=Actor.AUTOMATION, why="routine")
"""Whoever began the routine has not said yes to the air yet."""

KNOWN_S: Final = 60
"""After a restart it takes so long, s, until the boots that are there were heard."""

_BY_SOMEBODY: Final = frozenset(
    {Actor.PERSON, Actor.AUTOMATION, Actor.BOOTS, Actor.OTHER_CONTROLLER}
)


class After(Enum):
    """What the end of a session means for the routine."""

    DONE = "done"
    DECLINED = "declined"
    """A person said *not now*."""
    FAILED = "failed"
    STOPPED = "stopped"
    """Somebody stopped the boots, and with them the evening."""
    NO_ANSWER = "no_answer"
    """Nobody was there to say yes."""
    HOME_ENDS = "home_ends"
    """Home Assistant ends, and asks again when it is back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a session ended."""

    after: After
    cause: Cause
    why: str
    left_s: int | None = None


def wearer_of(coordinator: KumoBootsCoordinator, routine: Routine) -> Wearer:
    """Return for whom a routine is; raises UnknownWearerError for who was removed."""
    household = coordinator.household
    if routine.wearer_id is None:
        return household.current
    if (wearer := household.wearer(routine.wearer_id)) is None:
        raise UnknownWearerError(routine.name)
    return wearer


def settings_of(
    coordinator: KumoBootsCoordinator, step: BootsSession, wearer: Wearer
) -> Settings:
    """Return what a session step asks for: itself, else the coach, else the setpoints."""
    wanted = {
        **coordinator.household.recommendation_of(wearer),
        **{
            key: value
            for key, value in (
                ("programme", step.programme),
                ("target_mmhg", step.target_mmhg),
                ("duration_s", step.duration_s),
                ("legs", step.legs),
            )
            if value is not None
        },
    }
    return coordinator.settings_from_setpoints(wearer, **wanted)


class SessionStep:
    """One session of a routine."""

    def __init__(self, coordinator: KumoBootsCoordinator) -> None:
        """Follow the boots' session until ``close``."""
        self._coordinator = coordinator
        self._session = coordinator.session
        self._ended: Ended | None = None
        self._doubt: Ended | None = None
        """Of a start that failed: boots out of reach go on waiting for their person."""
        self._news = asyncio.Event()
        self._unsubscribe = (
            self._session.listen_events(self._happened),
            self._session.listen_state(self._news.set),
        )

    @callback
    def close(self) -> None:
        """Follow nothing any more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    @property
    def ended(self) -> Ended | None:
        """How it ended; None while it waits or runs."""
        if self._session.engaged:
            self._doubt = None
        return self._ended or self._doubt

    @property
    def ends_at(self) -> datetime | None:
        """When it will be over; None while nobody knows."""
        return self._session.state.ends_at

    @property
    def paused(self) -> bool:
        """Whether the boots are empty and wait to go on."""
        return self._session.state.phase is SessionPhase.PAUSED

    async def async_ask(self, routine: Routine, step: BootsSession) -> None:
        """Ask for it. Raises StepFailedError with what stands against it."""
        # What became of the one before a restart is not what becomes of this one.
        self._ended = self._doubt = None
        try:
            wearer = wearer_of(self._coordinator, routine)
            settings = settings_of(self._coordinator, step, wearer)
            await async_request_for(self._coordinator, wearer, settings, BY_ROUTINE)
        except BootsError as error:
            raise StepFailedError(error.key, error) from error

    async def async_known(self) -> bool:
        """Wait until it is known what the boots do; tell whether they run ours still.

        Of boots by hand only a person knows, in their own time.
        """
        known_s = None if self._coordinator.pair.by_hand else KNOWN_S
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(known_s):
                while self._session.state.phase is SessionPhase.UNKNOWN:
                    await self.async_news()
        return self._session.state.phase in ACTIVE

    async def async_news(self) -> None:
        """Wait for something new."""
        await self._news.wait()
        self._news.clear()

    @callback
    def wake(self) -> None:
        """Have whoever waits look again."""
        self._news.set()

    @callback
    def _happened(self, event: SessionEvent) -> None:
        if self._of_another(event):
            return
        if self._ended is None and (after := _after(event)) is not None:
            left = event.facts.get("remaining_s")
            ended = Ended(
                after=after,
                cause=event.cause,
                why=str(event.facts.get("error", event.cause.why)),
                left_s=left if isinstance(left, int) else None,
            )
            if event.kind is EventKind.FAILED:
                self._doubt = ended
            else:
                self._ended = ended
        self._news.set()

    def _of_another(self, event: SessionEvent) -> bool:
        """Tell whether an end is that of a session before the one that waits now.

        Boots that are heard only later tell then how the one before a restart ended.
        """
        waits = self._session.state.phase is SessionPhase.AWAITING
        return waits and event.kind in (
            EventKind.LOST,
            EventKind.STOPPED,
            EventKind.COMPLETED,
        )


def _after(event: SessionEvent) -> After | None:
    """Tell what an event means; None where it goes on."""
    if event.cause.actor is Actor.HOME_ASSISTANT:
        return After.HOME_ENDS
    match event.kind:
        case EventKind.COMPLETED:
            return After.DONE
        case EventKind.EXPIRED:
            return After.NO_ANSWER
        case EventKind.DECLINED:
            return _after_declined(event.cause)
        case EventKind.STOPPED:
            by_somebody = event.cause.actor in _BY_SOMEBODY
            fault = event.cause.why == "fault"
            return After.STOPPED if by_somebody and not fault else After.FAILED
        case EventKind.LOST if "leg" not in event.facts:
            return After.FAILED
        case EventKind.FAILED:
            return After.FAILED
    return None


def _after_declined(cause: Cause) -> After:
    if cause.why == "declined":
        return After.DECLINED
    # A stop ends what waits, too.
    return After.STOPPED if cause.actor in _BY_SOMEBODY else After.FAILED

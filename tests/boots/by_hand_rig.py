"""Boots in a person's hands with their session, for tests."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.kumo_boots.boots.by_hand import STOP_LIMIT_S, ByHand
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.model import (
    BOTH,
    Capabilities,
    FailSafes,
    Feature,
    Measure,
    Programme,
    Settings,
)
from custom_components.kumo_boots.boots.pair import Pair
from custom_components.kumo_boots.boots.session import Ran, Session, SessionEvent

from .rig import ME

BY_LEVELS = Capabilities(
    legs=BOTH,
    chambers=4,
    target_min_mmhg=1,
    target_max_mmhg=6,
    target_step_mmhg=1,
    duration_min_s=60,
    duration_max_s=3600,
    programmes=(Programme.OWN,),
    features=Feature(0),
    lease_s=0,
    pair_id=None,
    fail_safes=FailSafes(
        vents_on_silence=False,
        vents_on_power_loss=False,
        own_ceiling=True,
        own_timer=True,
    ),
    measure=Measure.LEVELS,
    by_hand=True,
)
LEVEL_3 = Settings(programme=Programme.OWN, target_mmhg=3, duration_s=600)


class Hands:
    """A person, the boots in their hands, and the session."""

    def __init__(self, ran: Ran | None = None, left_s: int = 0) -> None:
        """``ran``: what is known from before a restart."""
        self.loop = asyncio.get_running_loop()
        self.began = self.loop.time()
        self.boots = ByHand("Recovery", BY_LEVELS)
        self.pair = Pair([self.boots], stop_limit_s=STOP_LIMIT_S)
        self.events: list[SessionEvent] = []
        self.session = Session(
            self.pair,
            limits=Limits(target_max_mmhg=4, measure=Measure.LEVELS),
            now=self.now,
        )
        if ran is not None:
            self.boots.recall(ran, left_s)
            self.session.recall(ran)
        self.session.listen_events(self.events.append)

    def now(self) -> datetime:
        """Return the virtual time as a date."""
        passed = timedelta(seconds=self.loop.time() - self.began)
        return datetime(2026, 11, 23, 20, tzinfo=UTC) + passed

    @property
    def kinds(self) -> list[str]:
        """Return what happened."""
        return [event.kind.value for event in self.events]

    def facts(self, kind: str) -> dict[str, Any]:
        """Return what the latest event of a kind told."""
        event = next(event for event in reversed(self.events) if event.kind == kind)
        return {**event.facts, "cause": event.cause.why, "actor": event.cause.actor}

    async def close(self) -> None:
        """End everything, as Home Assistant does."""
        await self.session.close(ME)
        await self.pair.close()

"""A pair of boots on a wire with its session, for tests."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.model import (
    BOTH,
    Phase,
    Programme,
    Settings,
    Side,
)
from custom_components.kumo_boots.boots.pair import Pair
from custom_components.kumo_boots.boots.session import Session, SessionEvent
from custom_components.kumo_boots.boots.session_state import SessionPhase

from .wired import Wire, WiredBoots

LEFT = frozenset({Side.LEFT})
EVENING = Settings(programme=Programme.RELAX, target_mmhg=40, duration_s=600)
"""Ten gentle minutes on both legs."""
ME = Cause(actor=Actor.PERSON, why="requested", user_id="me")
ROUTINE = Cause(actor=Actor.AUTOMATION, why="requested")
NEVER_MMHG = 1.0
"""Chambers that were never filled have no more than this."""


class Rig:
    """One pair: two units, or one for both legs."""

    def __init__(
        self, wire: Wire, *, units: int = 2, config: Any = None, **changes: Any
    ) -> None:
        """``config`` goes to the firmware, the rest to the pair."""
        self.wire = wire
        self.loop = asyncio.get_running_loop()
        self.began = self.loop.time()
        shape = {"left": 1, "right": 2} if units == 2 else {"both": 3}
        number = len(wire.boots)
        self.boots = [
            wire.add(f"{name}{number or ''}", legs=legs, **(config or {}))
            for name, legs in shape.items()
        ]
        self.changes = changes
        self.units = [wire.unit(boots) for boots in self.boots]
        self.pair = Pair(self.units, **changes)
        self.events: list[SessionEvent] = []
        self.session: Session | None = None

    @property
    def left(self) -> WiredBoots:
        """The first unit's boots."""
        return self.boots[0]

    @property
    def right(self) -> WiredBoots:
        """The second unit's boots."""
        return self.boots[1]

    def now(self) -> datetime:
        """Return the virtual time as a date."""
        passed = timedelta(seconds=self.loop.time() - self.began)
        return datetime(2026, 11, 23, 20, tzinfo=UTC) + passed

    def open_session(self, **changes: Any) -> Session:
        """Make a session and note its events."""
        given: dict[str, Any] = {"limits": Limits(), "now": self.now, **changes}
        self.session = Session(self.pair, **given)
        self.session.listen_events(self.events.append)
        return self.session

    def restart(self) -> None:
        """Lose everything on our side, without a word to the boots."""
        for boots in self.boots:
            boots.drop_link()
        self.units = [
            self.wire.unit(boots, key=unit.key)
            for boots, unit in zip(self.boots, self.units, strict=True)
        ]
        self.pair = Pair(self.units, **self.changes)
        self.events = []

    async def connect(self) -> None:
        """Connect all units."""
        await asyncio.gather(*(unit.ready(10) for unit in self.units))

    async def running(
        self, settings: Settings = EVENING, run_s: float = 3, **changes: Any
    ) -> Session:
        """Return a session that a person started, ``run_s`` after that."""
        session = self.open_session(**changes)
        await session.request(settings, ROUTINE)
        await session.confirm(ME)
        await asyncio.sleep(run_s)
        assert session.state.phase is SessionPhase.RUNNING
        return session

    @property
    def kinds(self) -> list[str]:
        """The kinds of all events so far."""
        return [event.kind.value for event in self.events]

    def event(self, kind: str) -> SessionEvent:
        """Return the only event of a kind."""
        (event,) = [event for event in self.events if event.kind == kind]
        return event

    @property
    def inflations(self) -> list[int]:
        """How often each unit began to inflate, as its witness was told."""
        return [len(boots.told("inflation_start")) for boots in self.boots]

    @property
    def empty(self) -> bool:
        """Whether no chamber truly holds air."""
        return all(boots.body.empty for boots in self.boots)

    @property
    def untouched(self) -> bool:
        """Whether no chamber was ever filled."""
        return all(
            peak < NEVER_MMHG
            for boots in self.boots
            for peaks in boots.body.peaks.values()
            for peak in peaks
        )

    async def until(self, phase: SessionPhase, limit_s: float = 60) -> None:
        """Wait for a phase of the session."""
        assert self.session is not None
        async with asyncio.timeout(limit_s):
            while self.session.state.phase is not phase:
                await asyncio.sleep(0.05)

    async def until_boots(self, phase: Phase, limit_s: float = 60) -> None:
        """Wait for a phase of all units as they report it."""
        async with asyncio.timeout(limit_s):
            while any(unit.state.phase is not phase for unit in self.units):
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        """Let go."""
        if self.session is not None:
            await self.session.close(Cause(actor=Actor.HOME_ASSISTANT, why="shutdown"))
        await self.pair.close()
        await asyncio.sleep(0.5)  # What is still in the air arrives


def on(*legs: Side, **changes: Any) -> Settings:
    """Return settings for some legs."""
    given: dict[str, Any] = {
        "programme": Programme.RELAX,
        "target_mmhg": 40,
        "duration_s": 600,
        "legs": frozenset(legs) or BOTH,
        **changes,
    }
    return Settings(**given)

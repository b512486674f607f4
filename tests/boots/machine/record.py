"""What one unit truly did, as its firmware told the witness and its air shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from custom_components.kumo_boots.boots.run import OVER_RANGE_MMHG
from firmware import obp

from ..wired import WiredBoots

LIE_S = 8.0
"""How long a frame that was corrupted, or one that came late, may be believed."""
MUCH_LATENCY_S = 0.1
CHANGED_MS = 910_000
"""A firmware that has less left was told another length since it forgot its own."""


class Stranger:
    """Somebody else's connection: theirs is all that they have."""

    def lose(self) -> None:
        """Notice that the link is gone."""

    def deliver(self, uuid: str, data: bytes) -> None:
        """Hear a notification."""


@dataclass
class Own:
    """A session of ours on one unit. Times are the unit's clock."""

    begun_ms: int
    generation: int = 0
    ended_ms: int | None = None
    cause: str | None = None


class Record:
    """One unit."""

    def __init__(self, boots: WiredBoots, now: float) -> None:
        """Begin with boots that were just switched on."""
        self.boots = boots
        self.own: dict[int, Own] = {}
        self.starts_by_us = 0
        self.starts_on_boots = 0
        self.generation = 1
        self.stops: list[float] = []
        """When stops arrived."""
        self.disturbed_at = now
        self.lied_at = -LIE_S
        self.forced = False
        """A chamber was, or is, held up by force."""
        self.over_since: float | None = None
        """Since when the air is above the range and the firmware does not see it."""
        self.due_ms: int | None = None
        """How long a session was to run, pauses left out, that the firmware forgot."""
        self.so_since = now
        self._so = ""
        self._facts = 0
        self._written = 0

    @property
    def runs(self) -> bool:
        """Whether the firmware is in a session."""
        return self.boots.unit.phase in obp.RUNNING

    @property
    def started_on_boots(self) -> bool:
        """Whether somebody pressed start for what runs."""
        return self.runs and self.boots.unit.session.origin == obp.ORIGIN_BOOTS

    @property
    def running(self) -> Own | None:
        """The session of ours that runs now."""
        session = self.boots.unit.session
        return self.own.get(session.number) if self.runs and session else None

    @property
    def disturbed(self) -> bool:
        """Whether something is wrong with the link now."""
        boots = self.boots
        return (
            boots.deaf
            or not boots.in_range
            or not boots.open_gate.is_set()
            or boots.mangle is not None
            or boots.latency_s > MUCH_LATENCY_S
            or self.strange
        )

    @property
    def strange(self) -> bool:
        """Whether somebody else has the link."""
        return isinstance(self.boots.backend, Stranger)

    def lied_lately(self, now: float) -> bool:
        """Whether what the unit seems to have said may not be what it said."""
        if self.boots.mangle is not None:
            self.lied_at = now
        return now - self.lied_at < LIE_S

    def force(self, now: float) -> None:
        """Note that a chamber is held up by force: at rest that takes time to tell."""
        self.forced = True
        self.lied_at = now

    def begun_since(self, at: float) -> bool:
        """Whether something began to run after a moment."""
        session = self.boots.unit.session
        # The unit's clock counts whole milliseconds.
        return bool(session and session.started_at >= int(at * 1000))

    def look(self, now: float) -> None:
        """Note since when it is as it is."""
        so = (
            "runs"
            if self.runs
            else "empty"
            if self.boots.body.empty
            else f"air {self.boots.unit.phase}"
        )
        if so != self._so:
            self._so, self.so_since = so, now
        top = self.boots.unit.config.max_mmhg + OVER_RANGE_MMHG
        if self.boots.body.highest_mmhg <= top + 1:
            self.over_since = None
        elif self.over_since is None:
            self.over_since = now
        session = self.boots.unit.session
        if self.due_ms is not None and not (
            self.running and session.remaining_ms > CHANGED_MS - session.run_ms
        ):
            self.due_ms = None

    def news(self, now: float) -> Iterator[dict[str, Any]]:
        """Take in what the firmware told; give each inflation that we began."""
        facts = self.boots.facts
        while self._facts < len(facts):
            kind, fact = facts[self._facts]
            self._facts += 1
            number = fact.get("session")
            if kind == "stop" and fact["cause"] == "stopped":
                self.stops.append(fact["now_ms"] / 1000)
            elif kind == "inflation_start" and fact["cause"] == "controller":
                self.starts_by_us += 1
                self.own.setdefault(number, Own(fact["now_ms"], self.generation))
                yield fact
            elif kind == "inflation_start":
                self.starts_on_boots += 1
            elif kind == "inflation_end" and fact.get("cause") != "paused":
                if number in self.own and self.own[number].ended_ms is None:
                    self.own[number].ended_ms = fact["now_ms"]
                    self.own[number].cause = fact.get("cause")

    def orders(self) -> Iterator[int]:
        """Give the opcodes of what arrived at the control point since the last look."""
        written = self.boots.written
        while self._written < len(written):
            data, _ = written[self._written]
            self._written += 1
            yield data[0]

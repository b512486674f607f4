"""The words of a session: its phases, states, events and outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from .cause import Cause
from .model import Origin, Settings

type OnLegLost = Literal["stop", "continue"]
"""What becomes of one leg when the other is lost."""


class Policy(StrEnum):
    """What a request is worth."""

    ASK = "ask"
    """A person has to confirm it."""
    DIRECT = "direct"
    """It starts at once."""


class SessionPhase(StrEnum):
    """Where the session is."""

    IDLE = "idle"
    AWAITING = "awaiting"
    """A request waits for a person."""
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    """Over, but not yet measured empty."""
    FAULT = "fault"
    UNKNOWN = "unknown"
    """A session may be running, but the boots do not say so now."""


ACTIVE = frozenset({SessionPhase.STARTING, SessionPhase.RUNNING, SessionPhase.PAUSED})
"""The phases in which the boots are, or are about to be, under pressure."""


class EventKind(StrEnum):
    """What happened to a session."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    CHANGED = "changed"
    STOPPED = "stopped"
    """Over before its time; the cause says why."""
    COMPLETED = "completed"
    FAULT = "fault"
    ADOPTED = "adopted"
    """A session of ours was found running after an outage shorter than the lease."""
    LOST = "lost"
    """The lease ran out unseen; the boots have vented by themselves."""
    STOP_UNCONFIRMED = "stop_unconfirmed"
    OVER_LIMIT = "over_limit"
    """Somebody else's session is above the wearer's limit."""
    FAILED = "failed"
    """A start did not succeed; nothing inflates."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionEnd:
    """How the last session ended."""

    cause: Cause
    at: datetime
    """When the boots were measured empty, or when it was told as lost."""
    completed: bool
    """It ran to its planned end."""
    settings: Settings | None
    started_at: datetime | None
    ran_s: int
    """Seconds from start to end, pauses included."""
    remaining_s: int
    """What was left of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """A session of ours as it was last known."""

    settings: Settings
    """With the length of the whole session, changes included."""
    started_at: datetime
    remaining_s: int
    """At ``known_at``."""
    known_at: datetime
    """When the boots told of it last."""
    lease_s: float | None
    """After how long without us they let the air out; None if they do not."""
    session_ids: tuple[int | None, ...] = ()
    """Its number on each unit."""

    def left_s(self, now: datetime) -> int:
        """Return how much of it is left if it still runs, s; not positive: none."""
        away_s = (now - self.known_at).total_seconds()
        # The clock may have been wrong then, or now.
        return min(self.remaining_s, round(self.remaining_s - away_s))


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionState:
    """The session now."""

    phase: SessionPhase = SessionPhase.UNKNOWN
    settings: Settings | None = None
    """What was asked for, or what the boots run, changes included."""
    origin: Origin = Origin.NONE
    """Who started what runs now."""
    remaining_s: int | None = None
    ends_at: datetime | None = None
    """None while paused, for then the time stands still."""
    awaiting_until: datetime | None = None
    request_id: int | None = None
    """The number of what waits, as it is now; another request, or a change, has
    another one."""
    started_at: datetime | None = None
    cause: Cause | None = None
    """Of the last transition."""
    last_end: SessionEnd | None = None
    stop_unconfirmed: bool = False
    """A stop was sent, and the boots have not reported empty yet: tell a person."""
    continue_offer: Settings | None = None
    """What a lost session was, as long as it had left; it may be offered, and is never
    done by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionEvent:
    """One transition of a session."""

    kind: EventKind
    cause: Cause
    at: datetime
    facts: Mapping[str, str | int | float | None] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a request, a confirmation, a stop or a change."""

    result: str
    """started, starting (a person does it by hand), awaiting, stopped, asked (a person
    is to stop them by hand), already_idle, not_confirmed, not_reached,
    declined, paused, resumed, changed."""
    settings: Settings | None = None
    until: datetime | None = None
    """When a started session ends, or when a waiting request expires."""
    request_id: int | None = None
    """The number of a request that now waits, for who says yes to this one only."""

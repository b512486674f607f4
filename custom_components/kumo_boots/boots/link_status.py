"""Where a link can be, and the words for why it is there."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .errors import (
    AuthorisationError,
    BootsError,
    LinkLostError,
    LinkTimeoutError,
    NoSlotError,
    NotSeenError,
    ProtocolError,
)


class LinkState(StrEnum):
    """Where a link is."""

    RELEASED = "released"
    """Not connected, and nobody wants it to be."""
    CONNECTING = "connecting"
    READY = "ready"
    WAITING = "waiting"
    """Wanted; the next attempt comes after a backoff or an advertisement."""
    CLOSED = "closed"


class LinkReason(StrEnum):
    """Why a link is where it is."""

    NEW = "new"
    WANTED = "wanted"
    SEEN = "seen"
    """An advertisement ended the backoff."""
    RETRY = "retry"
    """The backoff is over."""
    CONNECTED = "connected"
    IDLE = "idle"
    """Nobody needed the link for a while."""
    NOT_SEEN = "not_seen"
    NO_SLOTS = "no_slots"
    TIMED_OUT = "timed_out"
    FAILED = "failed"
    LOST = "lost"
    SILENT = "silent"
    """Up by all accounts, but the unit said nothing for ``SILENCE_S``."""
    FLOODING = "flooding"
    """The unit sent far more than any unit has to say."""
    REFUSED = "refused"
    """The unit does not accept our key."""
    NOT_UNDERSTOOD = "not_understood"
    USER_RELEASED = "user_released"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkStatus:
    """Where a link is, and why."""

    state: LinkState
    reason: LinkReason
    since: float
    """The event loop's clock, s (monotonic)."""
    attempts: int = 0
    """Attempts that failed since the link was last steady."""

    def as_dict(self, now: float) -> dict[str, Any]:
        """Return it for diagnostics, in a form that JSON can hold."""
        return {
            "state": self.state,
            "reason": self.reason,
            "seconds_ago": round(now - self.since, 1),
            "failed_attempts": self.attempts,
        }


_WORDS: tuple[tuple[type[BootsError], LinkReason], ...] = (
    (NotSeenError, LinkReason.NOT_SEEN),
    (NoSlotError, LinkReason.NO_SLOTS),
    (LinkTimeoutError, LinkReason.TIMED_OUT),
    (LinkLostError, LinkReason.LOST),
    (AuthorisationError, LinkReason.REFUSED),
    (ProtocolError, LinkReason.NOT_UNDERSTOOD),
    (BootsError, LinkReason.FAILED),
)


def reason_of(error: BootsError) -> LinkReason:
    """Return the word for what an attempt failed with."""
    return next(word for kind, word in _WORDS if isinstance(error, kind))


INTENDED = frozenset({LinkReason.IDLE, LinkReason.USER_RELEASED, LinkReason.CLOSED})
"""Ends of our own: nothing to log, nothing to repair."""
HOPELESS = frozenset({LinkReason.REFUSED, LinkReason.NOT_UNDERSTOOD})
"""Failures that trying again soon does not mend."""

"""A request that waits for a person."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from secrets import randbelow

from .cause import Actor, Cause
from .model import Settings
from .offers import Offers

SEEN_S = 3.0
"""How long a change has to stand before a yes can be meant for what it made."""

_NUMBERS = count(randbelow(1_000_000_000))
"""A screen from before a restart must not know the number of a request after it."""


@dataclass(eq=False, kw_only=True)
class Waiting:
    """What was asked for, by whom, and until when a person may confirm it."""

    settings: Settings
    cause: Cause
    """Who asked for it; a person who changed it since has made it theirs."""
    until: float
    """The event loop's clock, s."""
    until_at: datetime
    """The same for people."""
    offers: Offers
    number: int = field(default_factory=lambda: next(_NUMBERS))
    """Of this request as it is: a change gives it another one."""
    changes: dict[str | None, float] = field(default_factory=dict)
    """When each user changed it last; None is whoever is no signed-in person."""

    @property
    def of_person(self) -> bool:
        """Whether a person asked for it as it is."""
        return self.cause.actor is Actor.PERSON

    def note_change(self, settings: Settings, cause: Cause, now: float) -> None:
        """Take over other settings."""
        if settings == self.settings:
            return
        by_person = cause.actor is Actor.PERSON
        self.settings = settings
        self.number = next(_NUMBERS)
        self.changes[cause.user_id if by_person else None] = now
        if by_person:
            self.cause = cause

    def changed_for(self, cause: Cause, now: float) -> bool:
        """Whether somebody else changed it too lately for a yes to be meant for it."""
        return any(
            now - at < SEEN_S
            for user_id, at in self.changes.items()
            if user_id is None or user_id != cause.user_id
        )


def with_changes(
    settings: Settings,
    *,
    target_mmhg: int | None,
    duration_s: int | None,
    skipped: frozenset[int] | None,
    boosted: int | None,
) -> Settings:
    """Return settings with what is not None taken over; ``boosted=0`` takes it off."""
    return replace(
        settings,
        target_mmhg=settings.target_mmhg if target_mmhg is None else target_mmhg,
        duration_s=settings.duration_s if duration_s is None else duration_s,
        skipped=settings.skipped if skipped is None else skipped,
        boosted=settings.boosted if boosted is None else boosted or None,
    )


def is_more(
    settings: Settings,
    *,
    target_mmhg: int | None,
    duration_s: int | None,
    skipped: frozenset[int] | None,
    boosted: int | None,
) -> bool:
    """Whether a change makes a session stronger or longer, in any respect."""
    return (
        (target_mmhg or 0) > settings.target_mmhg
        or (duration_s or 0) > settings.duration_s
        or (skipped is not None and not skipped >= settings.skipped)
        or bool(boosted and boosted != settings.boosted)
    )

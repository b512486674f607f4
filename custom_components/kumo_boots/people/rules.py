"""May this wearer start now? Rest, sessions a day, quiet hours, the precautions.

Pure: the diary, the limits and the time are given. Nothing here waits or clamps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar, Self

from ..boots.errors import UNSAID, BootsError
from ..boots.model import Settings
from .sitting import Feeling, Sitting
from .wearer import Wearer

TAKEN_UP_WITHIN = timedelta(minutes=15)
"""How long after an early end the rest of a session is still the same session.

A stop to change the settings, or a link that broke, is not a session of its own; what
ran before counts towards the longest session.
"""


class When(str):
    """A time as a clock shows it, with the date unless that is today.

    To the next whole minute: who comes back then must not be refused again.
    It knows the moment it stands for, so that it can be said in words, too.
    """

    __slots__ = ("at", "seen")

    at: datetime
    """The time, in the zone of the household's clocks."""
    seen: datetime
    """When that was asked, in the same zone."""

    def __new__(cls, at: datetime, seen: datetime) -> Self:
        """Write ``at`` as it looks from ``seen``."""
        begun = timedelta(seconds=at.second, microseconds=at.microsecond)
        if begun:
            later = at.astimezone(UTC) - begun + timedelta(minutes=1)
            at = later.astimezone(at.tzinfo)
        same = at.date() == seen.date()
        when = super().__new__(cls, at.strftime("%H:%M" if same else "%Y-%m-%d %H:%M"))
        when.at, when.seen = at, seen
        return when


class PrecautionsFirstError(BootsError):
    """The wearer has not read the precautions yet."""

    key: ClassVar[str] = "precautions_first"

    def __init__(self, name: str = UNSAID) -> None:
        """Name the wearer."""
        super().__init__(name=name)


class TooManyTodayError(BootsError):
    """The wearer had as many sessions today as they set themself."""

    key: ClassVar[str] = "too_many_today"

    def __init__(self, name: str = UNSAID, limit: int = 0, until: str = UNSAID) -> None:
        """Name the wearer, the sessions a day and when the next is possible."""
        super().__init__(name=name, limit=limit, until=until)


class RestFirstError(BootsError):
    """The last session is not long enough ago."""

    key: ClassVar[str] = "rest_first"

    def __init__(
        self, name: str = UNSAID, rest: float = 0, until: str = UNSAID
    ) -> None:
        """Name the wearer, the rest in hours and when the next is possible."""
        super().__init__(name=name, rest=rest, until=until)


class QuietHoursError(BootsError):
    """It is within the wearer's quiet hours."""

    key: ClassVar[str] = "quiet_hours"

    def __init__(self, name: str = UNSAID, until: str = UNSAID) -> None:
        """Name the wearer and when the next session is possible."""
        super().__init__(name=name, until=until)


class LockedAfterWarningError(BootsError):
    """A warning sign was reported and has not been acknowledged."""

    key: ClassVar[str] = "locked_after_warning"

    def __init__(self, name: str = UNSAID) -> None:
        """Name the wearer."""
        super().__init__(name=name)


class OnlyBetweenSessionsError(BootsError):
    """Whose legs are in the boots does not change while a session waits or runs."""

    key: ClassVar[str] = "only_between_sessions"


class UnknownWearerError(BootsError):
    """Nobody of that name wears these boots."""

    key: ClassVar[str] = "unknown_wearer"

    def __init__(self, name: str = UNSAID) -> None:
        """Name whom nobody knows."""
        super().__init__(name=name)


NOT_NOW = (
    LockedAfterWarningError,
    OnlyBetweenSessionsError,
    PrecautionsFirstError,
    QuietHoursError,
    RestFirstError,
    TooManyTodayError,
    UnknownWearerError,
)
"""What the caller can put right, or wait for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Had:
    """A session that was had: one sitting, or several that took each other up."""

    began: datetime
    """UTC."""
    ended: datetime
    """UTC."""
    ran_s: int
    unfinished: bool
    """The rest of it may be taken up: it ended early, and not for discomfort."""

    def taken_up_by(self, at: datetime, duration_s: int, longest_s: int) -> bool:
        """Tell whether a start at ``at`` (UTC) goes on with this session."""
        return (
            self.unfinished
            and at - self.ended <= TAKEN_UP_WITHIN
            and self.ran_s + duration_s <= longest_s
        )


def had(sittings: Iterable[Sitting], longest_s: int) -> list[Had]:
    """Return the sessions that sittings (oldest first) were parts of."""
    found: list[Had] = []
    for sitting in sittings:
        session = Had(
            began=sitting.started_at.astimezone(UTC),
            ended=sitting.ended_at.astimezone(UTC),
            ran_s=sitting.ran_s,
            unfinished=not sitting.completed
            and sitting.discomfort is None
            and sitting.feeling is not Feeling.TOO_STRONG,
        )
        if found and found[-1].taken_up_by(
            session.began, sitting.duration_s, longest_s
        ):
            before = found.pop()
            session = replace(
                session, began=before.began, ran_s=before.ran_s + session.ran_s
            )
        found.append(session)
    return found


def check(
    wearer: Wearer,
    settings: Settings,
    *,
    longest_s: int,
    sittings: Sequence[Sitting],
    locked: bool,
    now: datetime,
) -> None:
    """Raise one of ``NOT_NOW`` unless this wearer may start such a session now.

    ``longest_s`` is the longest session in force; ``locked`` what the diary says of a
    warning; ``now`` is in the zone of the household's clocks.
    """
    if wearer.acknowledged is None:
        raise PrecautionsFirstError(wearer.name)
    if locked:
        raise LockedAfterWarningError(wearer.name)
    sessions = had(sittings, longest_s)
    if sessions and sessions[-1].taken_up_by(
        now.astimezone(UTC), settings.duration_s, longest_s
    ):
        sessions = []
    hindrance, moment = _hindrance(wearer, sessions, now)
    if hindrance is None:
        return
    # What hinders now may end when something else still does.
    further: type[BootsError] | None = hindrance
    while further is not None:
        further, moment = _hindrance(wearer, sessions, moment)
    until = When(moment, now)
    if hindrance is TooManyTodayError:
        raise TooManyTodayError(wearer.name, wearer.sessions_per_day or 0, until)
    if hindrance is RestFirstError:
        raise RestFirstError(wearer.name, wearer.rest_h, until)
    raise QuietHoursError(wearer.name, until)


def _hindrance(
    wearer: Wearer, sessions: list[Had], moment: datetime
) -> tuple[type[BootsError] | None, datetime]:
    """Return what hinders at a moment, and until when; (None, moment) for nothing."""
    zone = moment.tzinfo
    today = moment.date()
    on_this_day = sum(each.began.astimezone(zone).date() == today for each in sessions)
    if (
        wearer.sessions_per_day is not None
        and 0 < wearer.sessions_per_day <= on_this_day
    ):
        midnight = datetime.combine(today + timedelta(days=1), time(), zone)
        return TooManyTodayError, midnight.astimezone(UTC).astimezone(zone)
    if sessions:
        rested = sessions[-1].ended + timedelta(hours=wearer.rest_h)
        if moment.astimezone(UTC) < rested:
            return RestFirstError, rested.astimezone(zone)
    quiet_until = _quiet_until(wearer.quiet_from, wearer.quiet_to, moment)
    if quiet_until is not None:
        return QuietHoursError, quiet_until
    return None, moment


def _quiet_until(
    begins: time | None, ends: time | None, moment: datetime
) -> datetime | None:
    """Return when the quiet hours around a moment are over; None outside of them.

    Where a change of the clocks makes a time happen twice, or not at all, the hours
    are the longer ones.
    """
    if begins is None or ends is None or begins == ends:
        return None
    zone, now = moment.tzinfo, moment.astimezone(UTC)
    for day in (moment.date() - timedelta(days=1), moment.date()):
        last = day if begins < ends else day + timedelta(days=1)
        start, end = (
            datetime.combine(day, begins, zone),
            datetime.combine(last, ends, zone),
        )
        starts = min(start.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        over = max(end.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        if starts <= now < over:
            return over.astimezone(zone)
    return None

"""When a routine is due: days and a time of the house, told in UTC. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from .routine import Schedule

_DAY = timedelta(days=1)


def dues(
    schedule: Schedule, takes_s: int, start: datetime, end: datetime, zone: tzinfo
) -> Iterator[datetime]:
    """Give every moment at which a routine begins, from ``start`` to before ``end``.

    ``takes_s`` is how long it takes: with *finish by* it begins so much earlier. A time
    that the clocks leave out is an hour later on that day; one that comes twice counts
    the first time.
    """
    early = timedelta(seconds=takes_s if schedule.finish_by else 0)
    day = (start + early).astimezone(zone).date() - _DAY
    last = (end + early).astimezone(zone).date()
    while day <= last:
        if day.weekday() in schedule.days:
            at = datetime.combine(day, schedule.at, zone).astimezone(UTC) - early
            if start <= at < end:
                yield at
        day += _DAY


def next_due(
    schedule: Schedule, takes_s: int, after: datetime, zone: tzinfo
) -> datetime | None:
    """Return when a routine begins next, later than ``after``; None for never."""
    soon = after + timedelta(microseconds=1)
    return next(dues(schedule, takes_s, soon, after + 9 * _DAY, zone), None)

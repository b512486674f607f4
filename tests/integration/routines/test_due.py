"""When a routine is due: also when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.kumo_boots.routines.due import dues, next_due
from custom_components.kumo_boots.routines.routine import Schedule

MADRID = ZoneInfo("Europe/Madrid")
EVERY_DAY = frozenset(range(7))


def at(text: str) -> datetime:
    """Return a moment in Madrid."""
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


def test_the_next_evening() -> None:
    """Today, if it is still to come; else on the next day that counts."""
    monday_and_friday = Schedule(days=frozenset({0, 4}), at=time(21))
    for after, due in (
        ("2026-11-23T20:59:59", "2026-11-23T21:00"),
        ("2026-11-23T21:00:00", "2026-11-27T21:00"),
        ("2026-11-27T22:00:00", "2026-11-30T21:00"),
    ):
        assert next_due(monday_and_friday, 0, at(after), MADRID) == at(due)
    assert (
        next_due(
            Schedule(days=frozenset(), at=time(21)),
            0,
            at("2026-11-23T20:00:00"),
            MADRID,
        )
        is None
    )


def test_finish_by_begins_so_much_earlier() -> None:
    """Over midnight, too: it belongs to the day on which it is over."""
    by_half_past_midnight = Schedule(
        days=frozenset({1}), at=time(0, 30), finish_by=True
    )
    due = next_due(by_half_past_midnight, 3600, at("2026-11-23T12:00:00"), MADRID)
    assert due == at("2026-11-23T23:30")


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2026-03-28", "2026-03-28T01:30"),
        # 02:30 does not exist: an hour later by the wall.
        ("2026-03-29", "2026-03-29T01:30"),
        ("2026-03-30", "2026-03-30T00:30"),
        ("2026-10-24", "2026-10-24T00:30"),
        # 02:30 comes twice: the first one.
        ("2026-10-25", "2026-10-25T00:30"),
        ("2026-10-26", "2026-10-26T01:30"),
    ],
)
def test_when_the_clocks_change(day: str, utc: str) -> None:
    """It is due once on each day."""
    schedule = Schedule(days=EVERY_DAY, at=time(2, 30))
    start = at(f"{day}T00:00:00").astimezone(UTC)
    found = [*dues(schedule, 0, start, start + timedelta(hours=23), MADRID)]
    assert found == [datetime.fromisoformat(utc).replace(tzinfo=UTC)]


@given(
    days=st.frozensets(st.integers(0, 6), min_size=1),
    minute=st.integers(0, 24 * 60 - 1),
    finish_by=st.booleans(),
    takes_s=st.integers(0, 4 * 3600),
    after=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
)
def test_it_is_due_on_its_days_and_at_its_time(
    days: frozenset[int], minute: int, finish_by: bool, takes_s: int, after: datetime
) -> None:
    """Whatever they are; and never more than a week from now."""
    schedule = Schedule(days=days, at=time(*divmod(minute, 60)), finish_by=finish_by)
    now = after.replace(tzinfo=UTC)
    due = next_due(schedule, takes_s, now, MADRID)
    assert due is not None
    assert now < due <= now + timedelta(days=7, hours=5)
    said = (due + timedelta(seconds=takes_s if finish_by else 0)).astimezone(MADRID)
    assert said.weekday() in days
    if said.date().isoformat() not in ("2026-03-29", "2026-10-25"):
        assert said.time() == schedule.at
    every = [*dues(schedule, takes_s, now, now + timedelta(days=14), MADRID)]
    assert every == sorted(set(every))
    assert abs(len(every) - 2 * len(days)) <= 1

"""Rest, sessions a day, quiet hours, precautions: pure, with the time given."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.kumo_boots.boots.model import Programme, Settings
from custom_components.kumo_boots.people.rules import (
    LockedAfterWarningError,
    PrecautionsFirstError,
    QuietHoursError,
    RestFirstError,
    TooManyTodayError,
    check,
)
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling, Sitting
from custom_components.kumo_boots.people.wearer import Wearer

ROME = ZoneInfo("Europe/Rome")
"""Its clocks went back on 25 October 2026 and go forward on 28 March 2027."""

ANNA = Wearer(wearer_id="a", name="Anna", acknowledged=datetime(2026, 1, 1, tzinfo=UTC))
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=ROME)
SETTINGS = Settings(programme=Programme.RELAX, target_mmhg=30, duration_s=900)


def sitting(ago_h: float, ran_s: int = 900, **other: Any) -> Sitting:
    """Return a session that ended so many hours before ``NOW``."""
    ended = NOW.astimezone(UTC) - timedelta(hours=ago_h)
    values: dict[str, Any] = {
        "sitting_id": str(ago_h),
        "wearer_id": "a",
        "requested_by": None,
        "confirmed_by": None,
        "started_at": ended - timedelta(seconds=ran_s),
        "ended_at": ended,
        "ran_s": ran_s,
        "completed": True,
        "ended_why": "time_up",
        "programme": "relax",
        "target_mmhg": 30,
        "duration_s": 900,
        "legs": ("left", "right"),
    }
    return Sitting(**{**values, **other})


def may(
    wearer: Wearer = ANNA,
    *sittings: Sitting,
    now: datetime = NOW,
    locked: bool = False,
    duration_s: int = 900,
    longest_s: int = 1800,
) -> None:
    """Ask; raises where they may not."""
    check(
        wearer,
        replace(SETTINGS, duration_s=duration_s),
        longest_s=longest_s,
        sittings=sittings,
        locked=locked,
        now=now,
    )


def test_nothing_hinders_who_never_had_a_session() -> None:
    """And has read the precautions."""
    may()
    with pytest.raises(PrecautionsFirstError) as caught:
        may(replace(ANNA, acknowledged=None))
    assert caught.value.values == {"name": "Anna"}


def test_a_warning_locks() -> None:
    """Whatever else is so."""
    with pytest.raises(LockedAfterWarningError):
        may(locked=True)


def test_a_third_session_in_a_day_is_too_many() -> None:
    """The next is possible when the day is over; yesterday's do not count."""
    may(ANNA, sitting(20), sitting(9))
    with pytest.raises(TooManyTodayError) as caught:
        may(ANNA, sitting(10), sitting(5))
    assert caught.value.values == {
        "name": "Anna",
        "limit": 2,
        "until": "2026-11-21 00:00",
    }
    may(replace(ANNA, sessions_per_day=None), sitting(10), sitting(5))
    may(replace(ANNA, sessions_per_day=3), sitting(10), sitting(5))


def test_the_next_possible_time_is_one_at_which_nothing_hinders() -> None:
    """The day ends at midnight, but the rest and the quiet hours do not."""
    late = NOW.replace(hour=23)
    anna = replace(ANNA, quiet_from=time(2), quiet_to=time(7))
    with pytest.raises(TooManyTodayError) as caught:
        may(anna, sitting(10), sitting(-4.5), now=late)
    assert caught.value.values["until"] == "2026-11-21 07:00"


def test_rest_is_four_hours_from_the_end() -> None:
    """To the minute; it can be none."""
    with pytest.raises(RestFirstError) as caught:
        may(ANNA, sitting(3.5))
    assert caught.value.values == {"name": "Anna", "rest": 4, "until": "18:30"}
    may(ANNA, sitting(4))
    may(replace(ANNA, rest_h=0), sitting(0))


def test_the_time_that_is_named_is_not_too_early() -> None:
    """Who comes back then, to the minute, is not refused again."""
    late = NOW + timedelta(seconds=30)
    last = sitting(3.5, ended_at=late - timedelta(hours=3, minutes=30))
    with pytest.raises(RestFirstError) as caught:
        may(ANNA, last)
    until = caught.value.values["until"]
    assert until == "18:31"
    may(ANNA, last, now=until.at)


@pytest.mark.parametrize(
    ("ended", "duration_s", "may_go_on"),
    [
        ({}, 900, True),
        ({}, 1500, True),
        ({}, 1501, False),  # with the five minutes that ran, longer than the longest
        ({"completed": True}, 900, False),
        ({"discomfort": Discomfort.PAIN}, 900, False),
        ({"feeling": Feeling.TOO_STRONG}, 900, False),
        ({"ago_h": 0.3}, 900, False),
    ],
)
def test_what_ended_early_can_be_taken_up(
    ended: dict[str, Any], duration_s: int, may_go_on: bool
) -> None:
    """Within 15 minutes, not after discomfort, and never beyond the longest session."""
    last = sitting(**{"ago_h": 0.2, "ran_s": 300, "completed": False} | ended)
    if may_go_on:
        may(ANNA, last, duration_s=duration_s)
    else:
        with pytest.raises(RestFirstError):
            may(ANNA, last, duration_s=duration_s)


def test_a_session_in_two_parts_is_one() -> None:
    """Its parts count together, towards the longest session, too."""
    first = sitting(10.2, ran_s=600, completed=False)
    second = sitting(9.9, ran_s=900)
    may(ANNA, first, second)
    parts = [
        sitting(0.3, ran_s=600, completed=False),
        sitting(0.1, ran_s=600, completed=False),
    ]
    may(ANNA, *parts, duration_s=600)
    with pytest.raises(RestFirstError):
        may(ANNA, *parts, duration_s=601)


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "until"),
    [
        (22, 7, 21, None),
        (22, 7, 22, "2026-11-21 07:00"),
        (22, 7, 6, "07:00"),
        (22, 7, 7, None),
        (13, 15, 12, None),
        (13, 15, 14, "15:00"),
        (13, 15, 15, None),
        (13, 13, 13, None),
        (None, 15, 14, None),
    ],
)
def test_quiet_hours(
    begins: int | None, ends: int, hour: int, until: str | None
) -> None:
    """Across midnight, too; half of them is none."""
    anna = replace(
        ANNA,
        quiet_from=None if begins is None else time(begins),
        quiet_to=time(ends),
    )
    now = NOW.replace(hour=hour)
    if until is None:
        may(anna, now=now)
        return
    with pytest.raises(QuietHoursError) as caught:
        may(anna, now=now)
    assert caught.value.values == {"name": "Anna", "until": until}


def at(text: str) -> datetime:
    """Return a moment (UTC) as the clocks of the house show it."""
    return datetime.fromisoformat(f"{text}+00:00").astimezone(ROME)


@pytest.mark.parametrize(
    ("quiet", "quiet_begins", "quiet_ends"),
    [
        # The night on which the clocks go back, 01:00 UTC: an hour longer.
        ((22, 0, 7, 0), "2026-10-24T20:00", "2026-10-25T06:00"),
        # An end that happens twice is the later one.
        ((22, 0, 2, 30), "2026-10-24T20:00", "2026-10-25T01:30"),
        # A beginning that happens twice is the earlier one.
        ((2, 30, 7, 0), "2026-10-25T00:30", "2026-10-25T06:00"),
        # The night on which they go forward, 01:00 UTC: an hour shorter.
        ((22, 0, 7, 0), "2027-03-27T21:00", "2027-03-28T05:00"),
        # An end that does not happen is the later of what it may mean.
        ((22, 0, 2, 30), "2027-03-27T21:00", "2027-03-28T01:30"),
        ((2, 30, 7, 0), "2027-03-28T00:30", "2027-03-28T05:00"),
    ],
)
def test_quiet_hours_on_the_night_the_clocks_change(
    quiet: tuple[int, int, int, int], quiet_begins: str, quiet_ends: str
) -> None:
    """No gap and no hour too few."""
    anna = replace(ANNA, quiet_from=time(*quiet[:2]), quiet_to=time(*quiet[2:]))
    begins, ends = at(quiet_begins), at(quiet_ends)
    moment = begins.astimezone(UTC) - timedelta(minutes=10)
    while moment < ends.astimezone(UTC) + timedelta(minutes=10):
        now = moment.astimezone(ROME)
        if begins.astimezone(UTC) <= moment < ends.astimezone(UTC):
            with pytest.raises(QuietHoursError) as caught:
                may(anna, now=now)
            assert str(caught.value.values["until"]).endswith(f"{ends:%H:%M}")
        else:
            may(anna, now=now)
        moment += timedelta(minutes=5)


def test_rest_and_days_on_the_night_the_clocks_change() -> None:
    """Four hours are four hours; the day is the one on the clock."""
    last = replace(
        sitting(0), started_at=at("2026-10-24T22:30"), ended_at=at("2026-10-24T23:00")
    )
    with pytest.raises(RestFirstError) as caught:
        may(ANNA, last, now=at("2026-10-25T02:30"))
    assert caught.value.values["until"] == "04:00"  # an hour after the second 03:00
    may(ANNA, last, now=at("2026-10-25T03:00"))

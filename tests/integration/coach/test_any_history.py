"""What the coach advises holds whatever was, and whatever the clock says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from custom_components.kumo_boots.boots.limits import check_duration, check_target
from custom_components.kumo_boots.boots.model import Capabilities
from custom_components.kumo_boots.people.coach import (
    GENTLE_SESSIONS,
    STEP_MMHG,
    STEP_S,
    Advice,
    advise,
)
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling, Sitting
from custom_components.kumo_boots.people.wearer import Wearer

from .sittings import SOME_DAY, boots, sitting

COMFORTABLE, TOO_STRONG = Feeling.COMFORTABLE, Feeling.TOO_STRONG

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2032, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=SOME_DAY.tzinfo)
)
SITTINGS = st.builds(
    sitting,
    MOMENTS,
    target_mmhg=st.integers(1, 150),
    duration_s=st.integers(0, 5400),
    ran_s=st.integers(0, 5400),
    completed=st.booleans(),
    feeling=st.sampled_from([None, *Feeling]),
    # Seldom, so that there are histories that get far.
    discomfort=st.sampled_from([None] * 9 + [Discomfort.PAIN]),
)
WHOLE = st.builds(
    sitting,
    st.integers(0, 60).map(lambda days: SOME_DAY + timedelta(days=days)),
    target_mmhg=st.just(120),
    duration_s=st.just(5400),
    feeling=st.sampled_from([None, *Feeling, COMFORTABLE]),
)
HISTORIES = st.lists(SITTINGS | WHOLE, max_size=40)
WEARERS = st.builds(
    Wearer,
    wearer_id=st.just("anna"),
    name=st.just("Anna"),
    target_max_mmhg=st.integers(1, 150),
    duration_max_min=st.integers(1, 90),
)
MACHINES = st.builds(
    lambda lowest, steps, step, shortest, longest: boots(
        target_min_mmhg=lowest,
        target_max_mmhg=lowest + steps * step,
        target_step_mmhg=step,
        duration_min_s=shortest * 60,
        duration_max_s=(shortest + longest) * 60,
    ),
    st.integers(1, 60),
    st.integers(0, 60),
    st.integers(1, 12),
    st.integers(1, 20),
    st.integers(0, 90),
)

ANY = (WEARERS, HISTORIES, MOMENTS, MACHINES)


@given(*ANY)
def test_never_above_the_limit_and_always_what_the_boots_can_do(
    wearer: Wearer, sittings: list[Sitting], now: datetime, machine: Capabilities
) -> None:
    """Wherever limits and range have something in common; and never above the cap."""
    advice = advise(wearer, sittings, now, machine)
    assert advice == advise(wearer, tuple(sittings), now, machine)
    assert 0 < advice.target_mmhg <= advice.cap_mmhg <= wearer.target_max_mmhg
    assert 0 < advice.duration_s <= advice.cap_duration_s
    assert advice.cap_duration_s <= wearer.duration_max_min * 60
    if wearer.target_max_mmhg >= machine.target_min_mmhg:
        for mmhg in (advice.target_mmhg, advice.cap_mmhg):
            check_target(mmhg, None, wearer.limits, machine)
    if wearer.duration_max_min * 60 >= machine.duration_min_s:
        for seconds in (advice.duration_s, advice.cap_duration_s):
            check_duration(seconds, wearer.limits, machine)


def advised(
    wearer: Wearer, sittings: Sequence[Sitting], machine: Capabilities
) -> list[Advice]:
    """Return the advice before each session, and after the last."""
    return [
        advise(
            wearer,
            sittings[:number],
            sittings[number - 1].ended_at if number else SOME_DAY,
            machine,
        )
        for number in range(len(sittings) + 1)
    ]


@given(*ANY)
def test_it_rises_by_one_step_of_one_thing_after_a_comfortable_session_only(
    wearer: Wearer, sittings: list[Sitting], now: datetime, machine: Capabilities
) -> None:
    """And not among the first five, nor among the five after a discomfort."""
    every = advised(wearer, sittings, machine)
    for number, had in enumerate(sittings):
        before, after = every[number], every[number + 1]
        stronger = after.target_mmhg - before.target_mmhg
        longer = after.duration_s - before.duration_s
        if stronger <= 0 and longer <= 0:
            continue
        assert had.feeling is COMFORTABLE
        assert had.discomfort is None
        assert stronger <= 0 or longer <= 0
        assert stronger <= max(STEP_MMHG, machine.target_step_mmhg)
        assert longer <= STEP_S
        latest = sittings[max(0, number + 1 - GENTLE_SESSIONS) : number + 1]
        assert len(latest) == GENTLE_SESSIONS
        assert all(one.discomfort is None for one in latest)


@given(*ANY, SITTINGS)
def test_the_worse_it_felt_the_less_is_advised(
    wearer: Wearer,
    sittings: list[Sitting],
    now: datetime,
    machine: Capabilities,
    last: Sitting,
) -> None:
    """Comfortable, silence, too strong, discomfort: never more from one to the next."""
    answers = [
        advise(
            wearer,
            [*sittings, replace(last, feeling=feeling, discomfort=discomfort)],
            now,
            machine,
        )
        for feeling, discomfort in (
            (COMFORTABLE, None),
            (None, None),
            (TOO_STRONG, None),
            (COMFORTABLE, Discomfort.SWELLING),
        )
    ]
    for better, worse in pairwise(answers):
        assert worse.target_mmhg <= better.target_mmhg
        assert worse.duration_s <= better.duration_s
        assert worse.cap_mmhg <= better.cap_mmhg
        assert worse.cap_duration_s <= better.cap_duration_s


@given(*ANY, SITTINGS)
def test_a_discomfort_puts_the_cap_below_what_was_used(
    wearer: Wearer,
    sittings: list[Sitting],
    now: datetime,
    machine: Capabilities,
    last: Sitting,
) -> None:
    """Unless the boots, or the limit, leave nothing below it."""
    advice = advise(
        wearer, [*sittings, replace(last, discomfort=Discomfort.HEAT)], now, machine
    )
    lowest = min(machine.target_min_mmhg, wearer.target_max_mmhg)
    assert advice.cap_mmhg < max(last.target_mmhg, lowest + 1)
    shortest = min(machine.duration_min_s, wearer.duration_max_min * 60)
    assert advice.cap_duration_s < max(last.duration_s, shortest + 1)


@given(*ANY, st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_time_alone_never_leads_up(
    wearer: Wearer,
    sittings: list[Sitting],
    now: datetime,
    machine: Capabilities,
    later: timedelta,
) -> None:
    """Whatever the clock says."""
    first = advise(wearer, sittings, now, machine)
    then = advise(wearer, sittings, now + later, machine)
    assert then.target_mmhg <= first.target_mmhg
    assert then.duration_s <= first.duration_s
    assert (then.cap_mmhg, then.cap_duration_s) == (
        first.cap_mmhg,
        first.cap_duration_s,
    )

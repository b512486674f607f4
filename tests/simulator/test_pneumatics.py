"""The air behaves like air."""

from itertools import pairwise
from math import inf

from hypothesis import given, strategies as st
import pytest

from firmware.unit import Unit
from simulator.pneumatics import (
    EMPTY_MMHG,
    HOSE_MMHG_PER_S,
    NOISE_MMHG,
    STALL_MMHG,
    Pneumatics,
)

STEP_S = 0.025
LEFT, RIGHT = 0, 1


def run(body: Pneumatics, seconds: float, step_s: float = STEP_S) -> None:
    """Let time pass in small steps."""
    for _ in range(round(seconds / step_s)):
        body.advance(step_s)


def fill_time(body: Pneumatics, leg: int, mask: int, mmhg: float) -> float:
    """Fill zones of a leg until all have the pressure; return the seconds."""
    body.set_valves(leg, body.all_open & ~mask)
    body.fill(leg, mask)
    began = body.clock_s
    zones = [i for i in range(body.chambers) if mask >> i & 1]
    while min(body.truth[leg][i] for i in zones) < mmhg:
        body.advance(STEP_S)
        assert body.clock_s - began < 60
    body.fill(leg, 0)
    return body.clock_s - began


def test_fills_one_chamber_as_fast_as_the_hose_allows() -> None:
    """40 mmHg in the foot take about 3 s, in the thigh longer."""
    foot = fill_time(Pneumatics(1, 5), LEFT, 1, 40)
    thigh = fill_time(Pneumatics(1, 5), LEFT, 16, 40)
    assert 40 / HOSE_MMHG_PER_S <= foot < 3.5
    assert 1.4 < thigh / foot < 1.6


def test_one_pump_is_shared() -> None:
    """Five chambers take longer than one, and with both legs on it no less."""
    alone = fill_time(Pneumatics(1, 5), LEFT, 1, 40)
    together = fill_time(Pneumatics(1, 5), LEFT, 31, 40)
    assert together > 2 * alone
    both = Pneumatics(3, 5)
    both.set_valves(RIGHT, 0)
    both.fill(RIGHT, 31)
    # The controller for two legs has the pump for two.
    assert fill_time(both, LEFT, 31, 40) == pytest.approx(together, abs=STEP_S)
    assert both.truth[RIGHT] == pytest.approx(both.truth[LEFT])


@pytest.mark.parametrize(("mmhg", "longest_s"), [(40, 6), (60, 7), (100, 8)])
def test_empty_within_seconds_of_a_stop(mmhg: float, longest_s: float) -> None:
    """Below 5 mmHg about 5 to 8 s after all valves opened."""
    body = Pneumatics(1, 5)
    fill_time(body, LEFT, 31, mmhg)
    body.set_valves(LEFT, 31)
    assert body.valves_open
    began = body.clock_s
    while not body.empty:
        body.advance(STEP_S)
    assert 3 < body.clock_s - began <= longest_s


def test_a_closed_chamber_holds_and_slowly_leaks() -> None:
    """A hold of 6 s costs less than a mmHg; an hour leaves nothing."""
    body = Pneumatics(1, 5)
    fill_time(body, LEFT, 1, 40)
    held = body.truth[LEFT][0]
    run(body, 6)
    assert held - 1 < body.truth[LEFT][0] < held
    run(body, 3600, 1)
    assert body.truth[LEFT][0] < 0.1


def test_power_loss_vents() -> None:
    """Valves are normally open, and commands without power do nothing."""
    body = Pneumatics(3, 4)
    fill_time(body, RIGHT, 15, 50)
    body.power(False)
    body.set_valves(RIGHT, 0)
    body.fill(RIGHT, 15)
    assert body.valves_open
    run(body, 8)
    assert body.empty


command = st.tuples(
    st.sampled_from(["valves", "fill", "wait"]),
    st.integers(0, 1),
    st.integers(0, 255),
    st.floats(0, 5),
)


@given(commands=st.lists(command, max_size=30), step_s=st.sampled_from([0.01, 0.05, 1]))
def test_pressures_stay_physical(
    commands: list[tuple[str, int, int, float]], step_s: float
) -> None:
    """Whatever is done: between 0 and the pump's stall, and the peaks are the peaks."""
    body = Pneumatics(3, 5)
    highest = 0.0
    for what, leg, mask, seconds in commands:
        if what == "valves":
            body.set_valves(leg, mask)
        elif what == "fill":
            body.fill(leg, mask)
        else:
            for _ in range(int(seconds / step_s)):
                body.advance(step_s)
                highest = max(highest, body.highest_mmhg)
    assert min(map(min, body.truth.values())) >= 0
    assert body.highest_mmhg <= highest <= STALL_MMHG
    assert max(map(max, body.peaks.values())) == pytest.approx(highest)
    for leg in (LEFT, RIGHT):
        body.set_valves(leg, 31)
    run(body, 12, 0.1)
    assert body.empty


@given(st.lists(st.floats(0.001, 2), min_size=1, max_size=20))
def test_venting_does_not_depend_on_the_step(steps: list[float]) -> None:
    """The same time in many steps or in one gives the same pressure."""
    one, many = (Pneumatics(1, 3) for _ in range(2))
    for body in (one, many):
        fill_time(body, LEFT, 7, 60)
        body.set_valves(LEFT, 7)
    one.advance(sum(steps))
    for step in steps:
        many.advance(step)
    assert one.truth[LEFT] == pytest.approx(many.truth[LEFT], abs=0.05)


def test_sensors_are_noisy_and_repeatable() -> None:
    """Readings scatter around the truth, the same way for the same seed."""
    one, same, other = (Pneumatics(1, 5, seed=seed) for seed in (7, 7, 8))
    read = [[body.pressures(LEFT) for _ in range(400)] for body in (one, same, other)]
    assert read[0] == read[1] != read[2]
    flat = [value for values in read[0] for value in values or () if value is not None]
    assert len(flat) == 2000
    assert abs(sum(flat) / len(flat)) < NOISE_MMHG / 5
    assert max(map(abs, flat)) < 5 * NOISE_MMHG
    assert len(set(flat)) > 500
    assert one.pressures(RIGHT) is None


def test_stuck_valves_and_sensors() -> None:
    """A valve stuck open does not fill, one stuck closed does not empty."""
    body = Pneumatics(1, 5)
    body.stick(LEFT, 1, "open")
    body.stick(LEFT, 2, "closed")
    body.set_valves(LEFT, 0)
    body.fill(LEFT, 31)
    run(body, 3)
    assert body.truth[LEFT][0] == 0
    assert body.truth[LEFT][1] > 20
    body.set_valves(LEFT, 31)
    run(body, 10)
    assert body.truth[LEFT][1] > EMPTY_MMHG
    assert body.truth[LEFT][2] < EMPTY_MMHG
    body.break_sensor(LEFT, 3, None)
    body.break_sensor(LEFT, 4, -99)
    assert (body.pressures(LEFT) or [])[2:4] == [None, -99]
    body.repair()
    run(body, 12)
    assert body.empty
    assert None not in (body.pressures(LEFT) or [None])
    with pytest.raises(ValueError, match="sticks open or closed"):
        body.stick(LEFT, 1, "ajar")
    for leg, chamber in ((LEFT, 6), (LEFT, 0), (RIGHT, 1)):
        with pytest.raises(ValueError, match="no chamber"):
            body.stick(leg, chamber, "open")


def test_overpressure_lasts_until_the_valve_opens() -> None:
    """Held while closed, at least 1.5 s; then it vents like any other air."""
    body = Pneumatics(1, 5)
    body.set_valves(LEFT, 0)
    body.overpressure(LEFT, 1, 150)
    run(body, 10)
    assert body.truth[LEFT][0] == pytest.approx(150, abs=1)
    assert body.peaks[LEFT][0] == 150
    body.set_valves(LEFT, 31)
    run(body, 12)
    assert body.empty
    body.overpressure(LEFT, 1, 150)
    run(body, 1.2)
    assert body.highest_mmhg == 150
    run(body, 10)
    assert body.empty


def test_battery_drains_by_pumping_and_charges() -> None:
    """Minutes of pumping cost percents, standing by hardly anything."""
    body = Pneumatics(1, 5)
    run(body, 600, 1)
    assert body.percent > 99
    body.set_valves(LEFT, 0)
    body.fill(LEFT, 1)
    run(body, 600, 1)
    assert 80 < body.percent < 95
    assert body.battery() == (round(body.percent), False)
    run(body, 6000, 1)
    assert body.battery()[0] == 0
    body.charging = True
    run(body, 7200, 1)
    assert body.percent == pytest.approx(100)


@pytest.mark.parametrize(("legs", "chambers"), [(0, 5), (4, 5), (1, 0), (1, 9)])
def test_no_such_boots(legs: int, chambers: int) -> None:
    """Legs and chambers that the profile does not know."""
    with pytest.raises(ValueError, match="legs mask"):
        Pneumatics(legs, chambers)


@pytest.mark.parametrize("programme", [1, 2, 3, 4])
@pytest.mark.parametrize("legs", [1, 3])
@pytest.mark.parametrize("mmhg", [40, 120])
def test_the_firmware_gets_along_with_it(programme: int, legs: int, mmhg: int) -> None:
    """A cycle at 40 mmHg takes 20 to 60 s; all targets are met without a fault."""
    body = Pneumatics(legs, 5)
    config = {
        "legs": legs,
        "default_programme": programme,
        "default_mmhg": mmhg,
        "default_minutes": 10,
    }
    unit = Unit(config, body, lambda n: b"\x07" * n, {})
    now = 0

    def go(seconds: float) -> None:
        nonlocal now
        for _ in range(round(seconds / 0.05)):
            now += 50
            body.advance(0.05)
            unit.tick(now, now)

    go(2)
    assert unit.phase == 0
    unit.press("start", now)
    ends = []
    last = 0
    longest = -inf
    while len(ends) < 5:
        go(0.05)
        assert unit.faults == 0
        assert unit.session is not None
        if unit.session.cycles != last:
            last = unit.session.cycles
            ends.append(now / 1000)
    for before, after in pairwise(ends):
        longest = max(longest, after - before)
    if mmhg == 40:
        assert 20 <= longest <= 60
    for leg in body.legs:
        assert max(body.peaks[leg]) == pytest.approx(mmhg, abs=5)
        assert max(body.peaks[leg]) < mmhg + 20
    unit.press("stop", now)
    assert body.valves_open
    go(10)
    assert unit.phase == 0

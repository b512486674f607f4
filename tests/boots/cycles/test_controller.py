"""Phases on a clock, closed by pressures; and what must never be."""

from dataclasses import replace

from hypothesis import given, settings as hypothesis_settings, strategies as st
import pytest

from custom_components.kumo_boots.boots.cycles import (
    CycleController,
    Do,
    Emptying,
    Stage,
)
from custom_components.kumo_boots.boots.cycles.controller import (
    BLIND_S,
    CEILING_MARGIN_MMHG,
    MARGIN_MMHG,
)
from custom_components.kumo_boots.boots.cycles.programmes import Kind, steps_of
from custom_components.kumo_boots.boots.errors import LimitError, WrongPhaseError
from custom_components.kumo_boots.boots.model import (
    EMPTY_MMHG,
    STANDARD_TIMES,
    End,
    Fault,
    Phase,
    Programme,
    Settings,
    Times,
)

from .plant import CHAMBERS, RELAX, Plant, controller

ALL = frozenset(range(1, CHAMBERS + 1))


def with_programme(programme: Programme, **changes: object) -> Settings:
    """Return the usual settings with another programme."""
    return replace(RELAX, programme=programme, **changes)  # type: ignore[arg-type]


# ---- programmes


def fills(settings: Settings) -> list[set[int]]:
    """Return what a cycle fills, in its order."""
    steps = steps_of(settings, CHAMBERS, 10)
    return [set(step.zones) for step in steps if step.kind is Kind.FILL]


def test_relax_fills_one_after_the_other_and_lets_all_go_together() -> None:
    """Sequential: each zone fills and holds until all are full."""
    assert fills(RELAX) == [{1}, {2}, {3}, {4}, {5}]
    *_, hold, release, rest = steps_of(RELAX, CHAMBERS, 10)
    assert (hold.zones, release.zones, rest.zones) == (ALL, ALL, ALL)
    assert (hold.seconds, release.seconds, rest.seconds) == (4, 6, 4)


def test_a_wave_lets_the_lower_zones_go_as_the_upper_ones_fill() -> None:
    """A band of two moves up."""
    steps = steps_of(with_programme(Programme.WAVE), CHAMBERS, 10)
    assert [(step.kind.name, sorted(step.zones)) for step in steps[:6]] == [
        ("FILL", [1]),
        ("FILL", [2]),
        ("FILL", [3]),
        ("RELEASE", [1]),
        ("FILL", [4]),
        ("RELEASE", [2]),
    ]
    assert steps[-3].zones == {4, 5}


def test_a_squeeze_fills_all_at_once() -> None:
    """Simultaneous; a boosted zone goes on alone."""
    assert fills(with_programme(Programme.SQUEEZE)) == [set(ALL)]
    assert fills(with_programme(Programme.SQUEEZE, boosted=2)) == [set(ALL), {2}]


def test_pulse_and_focus() -> None:
    """The foot three times, then all; and one zone alone."""
    assert fills(with_programme(Programme.PULSE)) == [{1}] * 4 + [{2}, {3}, {4}, {5}]
    assert fills(with_programme(Programme.FOCUS, boosted=3)) == [{3}]
    assert fills(with_programme(Programme.RELAX, skipped=frozenset({1, 4}))) == [
        {2},
        {3},
        {5},
    ]


def test_the_rhythm_may_be_another() -> None:
    """Times that were asked for take the place of the programme's."""
    own = replace(RELAX, times=Times(hold_s=1, release_s=2, rest_s=3))
    assert [step.seconds for step in steps_of(own, CHAMBERS, 10)[-3:]] == [1, 2, 3]


# ---- a session


def test_a_cycle_goes_by_what_is_measured() -> None:
    """Each zone to its own target, gradient included, then all empty again."""
    plant = Plant(controller())
    plant.run(lambda: plant.control.cycles == 1)
    assert plant.phases[:4] == [
        Phase.INFLATING,
        Phase.HOLDING,
        Phase.RELEASING,
        Phase.RESTING,
    ]
    for zone, target in zip(ALL, (40, 35, 30, 25, 20), strict=True):
        assert target <= plant.highest[zone] <= target + 6 * 0.4 + 0.1
    assert max(plant.mmhg.values()) < EMPTY_MMHG
    # Nothing is filled that was not measured just before.
    for before, after in zip(plant.orders, plant.orders[1:], strict=False):
        if after.do is Do.FILL:
            assert (before.do, before.zones) == (Do.LISTEN, after.zones)


def test_what_is_held_is_measured_in_turn() -> None:
    """One open port at a time."""
    plant = Plant(controller())
    plant.run(lambda: plant.control.phase is Phase.HOLDING)
    assert plant.control.active_zones == ALL
    del plant.orders[:]
    plant.run(lambda: plant.control.phase is not Phase.HOLDING)
    heard = [order.zones for order in plant.orders if order.do is Do.LISTEN]
    assert {2} in heard and {3} in heard and all(len(zones) == 1 for zones in heard)


@pytest.mark.parametrize("programme", list(STANDARD_TIMES))
def test_every_programme_ends_on_time_measured_empty(programme: Programme) -> None:
    """Whatever it does, it is over after its duration, and so is the air."""
    settings = with_programme(programme, boosted=1 if programme == "focus" else None)
    plant = Plant(controller(replace(settings, duration_s=120)))
    plant.run(lambda: plant.control.stage is Stage.OVER, 140)
    assert (plant.control.end, plant.control.phase) == (End.COMPLETED, Phase.IDLE)
    assert plant.control.remaining_s == 0
    assert max(plant.mmhg.values()) < EMPTY_MMHG
    checked = [order.zones for order in plant.orders if order.do is Do.LISTEN][-5:]
    assert checked == [{zone} for zone in sorted(ALL)]
    assert plant.control.look(plant.now, {}).do is Do.VENT


def test_a_pause_lets_the_air_out_and_keeps_the_time() -> None:
    """And goes on only when it is told to."""
    plant = Plant(controller())
    plant.run(lambda: plant.mmhg[1] > 30)
    left = plant.control.remaining_s
    plant.control.pause(plant.now)
    for _ in range(60):
        plant.step()
    assert plant.control.phase is Phase.PAUSED
    assert plant.control.active_zones == frozenset()
    assert max(plant.mmhg.values()) < EMPTY_MMHG
    assert plant.control.remaining_s >= left - 1
    with pytest.raises(WrongPhaseError):
        plant.control.pause(plant.now)
    plant.control.change(plant.now, target_mmhg=30)
    plant.control.resume(plant.now)
    plant.run(lambda: plant.control.cycles == 1)
    assert plant.control.target_of(1) == 30


def test_a_pause_that_is_too_long_is_a_stop() -> None:
    """Ten minutes."""
    plant = Plant(controller())
    plant.control.pause(0.0)
    plant.run(lambda: plant.control.stage is Stage.OVER)
    assert plant.control.end is End.PAUSED_TOO_LONG
    assert 600 < plant.now < 620
    with pytest.raises(WrongPhaseError):
        plant.control.resume(plant.now)


def test_less_pressure_lets_the_air_out_first() -> None:
    """So that no zone is held above its new target."""
    plant = Plant(controller())
    plant.run(lambda: plant.mmhg[1] > 38)
    plant.control.change(plant.now, target_mmhg=20)
    plant.step()
    assert (plant.control.phase, plant.order.do) == (Phase.RELEASING, Do.VENT)
    plant.highest = dict(plant.mmhg)
    plant.run(lambda: plant.control.cycles == 2)
    assert plant.control.faults == frozenset()


def test_more_pressure_and_another_length_count_at_once() -> None:
    """Nothing is let out for that."""
    plant = Plant(controller())
    plant.run(lambda: plant.control.phase is Phase.INFLATING)
    plant.control.change(plant.now, target_mmhg=45, remaining_s=60)
    plant.step()
    assert plant.control.phase is Phase.INFLATING
    assert plant.control.remaining_s == 60
    plant.control.change(plant.now, skipped=frozenset({2}), boosted=1)
    plant.step()
    assert plant.control.phase is Phase.RELEASING
    assert plant.control.target_of(1) == 55
    plant.control.change(plant.now, boosted=0)
    assert plant.control.target_of(1) == 45


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (replace(RELAX, target_mmhg=61), "target"),
        (replace(RELAX, target_mmhg=9), "target"),
        (replace(RELAX, target_mmhg=55, boosted=1), "target"),
        (replace(RELAX, skipped=ALL), "zones"),
        (with_programme(Programme.FOCUS, boosted=6), "zones"),
    ],
)
def test_what_is_out_of_range_is_refused(settings: Settings, field: str) -> None:
    """At the beginning and as a change; nothing is clamped."""
    with pytest.raises(LimitError) as refused:
        controller(settings)
    assert refused.value.values["field"] == field
    running = controller()
    with pytest.raises(LimitError):
        running.change(
            0.0,
            target_mmhg=settings.target_mmhg,
            skipped=settings.skipped or (ALL if settings.boosted == 6 else None),
            boosted=settings.boosted,
        )
    assert running.settings == RELAX


# ---- what goes wrong


def ended(plant: Plant) -> tuple[End, frozenset[Fault]]:
    """Run until the air is let out; return why."""
    seen: frozenset[Fault] = frozenset()
    while plant.control.stage is not Stage.OVER:
        plant.step()
        seen |= plant.control.faults
    return plant.control.end, seen


def test_over_pressure_ends_it() -> None:
    """A zone above its target by more than the margin, and any above the ceiling."""
    plant = Plant(controller())
    plant.run(lambda: plant.control.phase is Phase.HOLDING)
    plant.mmhg[3] = 30 + MARGIN_MMHG + 1
    plant.run(lambda: plant.control.stage is not Stage.CYCLING, 10)
    assert plant.control.phase is Phase.FAULT
    assert ended(plant) == (End.FAULT, {Fault.OVER_PRESSURE})
    # It stays said until somebody stops.
    assert plant.control.phase is Phase.FAULT


def test_a_pressure_above_the_ceiling_ends_even_a_pause() -> None:
    """Whatever the zone is told to do."""
    plant = Plant(controller())
    plant.control.pause(0.0)
    plant.run(lambda: plant.order.do is Do.LISTEN)
    plant.mmhg[min(plant.order.zones)] = 100
    plant.step()
    assert ended(plant) == (End.FAULT, {Fault.OVER_PRESSURE})


def test_a_zone_that_does_not_fill_ends_it() -> None:
    """A hose that is off."""
    plant = Plant(controller(), fills_mmhg_s=0.2)
    assert ended(plant) == (End.FAULT, {Fault.NOT_FILLING})
    assert plant.now < 60


def test_a_zone_that_does_not_empty_ends_it_and_goes_on_venting() -> None:
    """A hose that is kinked: said, and never called empty."""
    plant = Plant(controller())
    plant.run(lambda: plant.control.phase is Phase.HOLDING)
    plant.empties = 0.0
    plant.run(lambda: Fault.NOT_EMPTYING in plant.control.faults, 60)
    for _ in range(200):
        plant.step()
    assert (plant.control.stage, plant.control.phase) == (Stage.EMPTYING, Phase.FAULT)
    assert plant.order.do is Do.VENT
    plant.empties = 0.5
    plant.run(lambda: plant.control.stage is Stage.OVER, 30)
    # It was measured, and is empty.
    assert (plant.control.phase, plant.control.end) == (Phase.IDLE, End.FAULT)


def test_without_a_reading_the_pump_stands_still_and_then_it_is_over() -> None:
    """A missed notification is no harm; silence is."""
    plant = Plant(controller())
    plant.run(lambda: plant.order.do is Do.FILL)
    plant.step(blind=True)
    assert plant.order.do is Do.FILL
    plant.step(blind=True)
    plant.step(blind=True)
    assert plant.order.do is Do.LISTEN
    plant.step()
    assert plant.order.do is Do.FILL
    while plant.control.stage is Stage.CYCLING:
        plant.step(blind=True)
    assert plant.control.faults == {Fault.SENSOR}
    for _ in range(100):
        plant.step(blind=True)
    assert plant.order.do is Do.VENT
    assert plant.control.phase is Phase.FAULT
    assert ended(plant)[0] is End.FAULT


def test_no_zone_is_squeezed_for_longer_than_a_minute_and_a_half() -> None:
    """A pump that is too small for a whole leg: let go, and begun again."""
    plant = Plant(controller(), fills_mmhg_s=1.5)
    squeezed = 0.0
    longest = 0.0
    for _ in range(1000):
        plant.step()
        squeezed = squeezed + 0.4 if plant.mmhg[1] > 20 else 0.0
        longest = max(longest, squeezed)
    assert 60 < longest < 95
    assert plant.control.faults == frozenset()
    assert plant.control.cycles >= 2


def test_a_second_end_changes_nothing_but_vents_again() -> None:
    """The first one counts."""
    plant = Plant(controller())
    plant.run(lambda: plant.mmhg[1] > 30)
    plant.control.finish(End.STOPPED, plant.now)
    plant.run(lambda: plant.order.do is Do.LISTEN)
    plant.control.finish(End.LEASE_EXPIRED, plant.now)
    plant.step()
    assert (plant.order.do, plant.control.end) == (Do.VENT, End.STOPPED)
    assert ended(plant) == (End.STOPPED, frozenset())


def test_emptying_listens_to_each_zone() -> None:
    """A zone behind a kink reads empty while all are open, and not alone."""
    emptying = Emptying({1, 2}, 0.0)
    assert emptying.look(0.5, {1: 0.0, 2: 0.0}).do is Do.VENT
    assert emptying.look(1.5, {1: 0.0, 2: 0.0}).zones == {1}
    assert emptying.look(2.0, {1: 1.0}).zones == {2}
    assert emptying.look(2.5, {2: 30.0}).do is Do.VENT
    assert not emptying.done and emptying.too_long(32.0)


# ---- whatever is measured

READINGS = st.one_of(st.none(), st.floats(-20, 120))


@given(
    programme=st.sampled_from(list(STANDARD_TIMES)),
    target=st.integers(10, 50),
    readings=st.lists(READINGS, max_size=200),
    step_s=st.floats(0.05, 3.0),
)
@hypothesis_settings(max_examples=200, deadline=None)
def test_nothing_is_filled_but_what_was_just_measured_below_its_target(
    programme: Programme, target: int, readings: list[float | None], step_s: float
) -> None:
    """Any readings at any pace: each order to fill has its reason."""
    control = controller(
        Settings(programme=programme, target_mmhg=target, duration_s=120, boosted=1)
    )
    now, order = 0.0, control.look(0.0, {})
    last: dict[int, tuple[float, float]] = {}
    for reading in readings:
        now += step_s
        measured = {} if reading is None else dict.fromkeys(order.zones, reading)
        last |= {zone: (mmhg, now) for zone, mmhg in measured.items()}
        before = control.stage
        order = control.look(now, measured)
        assert order.zones <= ALL and order.zones
        if order.do is Do.FILL:
            assert control.stage is Stage.CYCLING
            for zone in order.zones:
                mmhg, at = last[zone]
                assert mmhg < control.target_of(zone) <= 60 and now - at <= BLIND_S
        if reading is not None and reading > 60 + CEILING_MARGIN_MMHG:
            assert control.stage in (Stage.EMPTYING, Stage.OVER)
        if before in (Stage.EMPTYING, Stage.OVER):
            assert control.stage in (Stage.EMPTYING, Stage.OVER)


@given(
    programme=st.sampled_from(list(STANDARD_TIMES)),
    target=st.integers(10, 50),
    rate=st.floats(0.0, 20.0),
    empties=st.floats(0.2, 0.9),
    blind=st.lists(st.booleans(), max_size=60),
    ends=st.sampled_from(["time", "stop", "pause"]),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_it_never_squeezes_too_much_and_always_ends_empty(
    programme: Programme,
    target: int,
    rate: float,
    empties: float,
    blind: list[bool],
    ends: str,
) -> None:
    """With any pump, any hose and notifications missed anywhere."""
    control = controller(
        Settings(programme=programme, target_mmhg=target, duration_s=90, boosted=1)
    )
    plant = Plant(control, fills_mmhg_s=rate, empties=empties)
    for missed in blind:
        plant.step(0.3, blind=missed)
    if ends == "stop":
        control.finish(End.STOPPED, plant.now)
    elif ends == "pause" and control.stage is Stage.CYCLING:
        control.pause(plant.now)
    # A pause is over after ten minutes, everything else long before.
    plant.run(lambda: control.stage is Stage.OVER, 720)
    overshoot = rate * (BLIND_S + 0.4)
    for zone, highest in plant.highest.items():
        assert highest <= control.target_of(zone) + overshoot + 0.1
    assert max(plant.mmhg.values()) < EMPTY_MMHG
    assert control.end is not End.NONE
    assert isinstance(control, CycleController)

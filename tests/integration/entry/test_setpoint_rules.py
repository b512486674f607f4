"""Setpoints are the user's: gentle at first, checked, and moved by limits only."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.kumo_boots.boots.errors import LimitError
from custom_components.kumo_boots.boots.limits import Limits
from custom_components.kumo_boots.boots.model import (
    BOTH,
    STANDARD_TIMES,
    Capabilities,
    FailSafes,
    Feature,
    Programme,
    Side,
    Times,
)
from custom_components.kumo_boots.remembered import (
    capabilities_as_dict,
    capabilities_from_dict,
)
from custom_components.kumo_boots.setpoints import (
    changed,
    first_setpoints,
    settings_from,
    within,
)
from custom_components.kumo_boots.snapshot import Setpoints
from custom_components.kumo_boots.trial import trial_of

LIMITS = Limits()
TIMES = Times(hold_s=1, release_s=2, rest_s=3)
CAPABILITIES = Capabilities(
    legs=BOTH,
    chambers=5,
    target_min_mmhg=20,
    target_max_mmhg=120,
    target_step_mmhg=5,
    duration_min_s=60,
    duration_max_s=3600,
    programmes=tuple(STANDARD_TIMES),
    features=~Feature(0),
    lease_s=10,
    pair_id=b"pair",
    fail_safes=FailSafes(
        vents_on_silence=True,
        vents_on_power_loss=True,
        own_ceiling=True,
        own_timer=True,
    ),
)
GENTLE = Setpoints(mode=Programme.RELAX, target_mmhg=30, duration_s=900)


@pytest.mark.parametrize(
    ("capabilities", "limits", "expected"),
    [
        ({}, {}, (30, 900)),
        ({"target_min_mmhg": 40}, {}, (40, 900)),
        ({"target_step_mmhg": 7}, {}, (27, 900)),
        ({"target_max_mmhg": 25}, {}, (25, 900)),
        ({}, {"target_max_mmhg": 22}, (20, 900)),
        ({"duration_min_s": 1200}, {}, (30, 1200)),
        ({}, {"duration_max_s": 600}, (30, 600)),
    ],
)
def test_first_setpoints_are_gentle_and_possible(
    capabilities: dict[str, Any], limits: dict[str, Any], expected: tuple[int, int]
) -> None:
    """30 mmHg for 15 minutes, or what the boots and the limits allow."""
    first = first_setpoints(
        replace(LIMITS, **limits), replace(CAPABILITIES, **capabilities)
    )
    assert (first.target_mmhg, first.duration_s) == expected


@pytest.mark.parametrize(
    ("setpoints", "limits", "expected"),
    [
        ({}, {}, {}),
        ({"target_mmhg": 60}, {"target_max_mmhg": 42}, {"target_mmhg": 40}),
        ({"duration_s": 1800}, {"duration_max_s": 600}, {"duration_s": 600}),
        ({"boosted": 2, "target_mmhg": 60}, {}, {"target_mmhg": 50}),
        ({"boosted": 2}, {"target_max_mmhg": 25}, {"boosted": None, "target_mmhg": 25}),
        ({"boosted": 7}, {}, {"boosted": None}),
        ({"skipped": frozenset({1, 8})}, {}, {"skipped": frozenset({1})}),
        ({"skipped": frozenset(range(1, 9))}, {}, {"skipped": frozenset()}),
    ],
)
def test_setpoints_follow_limits_that_moved(
    setpoints: dict[str, Any], limits: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Whoever lowers a limit wants less; what still fits stays."""
    before = replace(GENTLE, **setpoints)
    assert within(before, replace(LIMITS, **limits), CAPABILITIES) == replace(
        before, **expected
    )


def test_setpoints_of_other_boots_become_possible() -> None:
    """A mode or a leg that is gone is replaced."""
    less = replace(
        CAPABILITIES, legs=frozenset({Side.LEFT}), programmes=(Programme.WAVE,)
    )
    moved = within(replace(GENTLE, legs=frozenset({Side.RIGHT})), LIMITS, less)
    assert (moved.mode, moved.legs) == (Programme.WAVE, {Side.LEFT})


def test_settings_are_the_setpoints_but_for_what_is_asked() -> None:
    """Another mode comes with its own rhythm; *focus* needs a zone."""
    mine = replace(GENTLE, times=TIMES, boosted=3)
    settings = settings_from(mine, {"target_mmhg": 40, "legs": None})
    assert (settings.target_mmhg, settings.legs) == (40, BOTH)
    assert (settings.times, settings.boosted) == (TIMES, 3)
    settings = settings_from(mine, {"programme": Programme.WAVE})
    assert (settings.times, settings.boosted) == (None, None)
    assert settings_from(mine, {"programme": Programme.FOCUS}).boosted == 1
    focus = {"programme": Programme.FOCUS, "boosted": 4}
    assert settings_from(mine, focus).boosted == 4


def test_changes_are_checked_never_changed() -> None:
    """The error names the limit."""
    assert changed(GENTLE, {"target_mmhg": 60}, LIMITS, CAPABILITIES).target_mmhg == 60
    with pytest.raises(LimitError) as caught:
        changed(GENTLE, {"target_mmhg": 65}, LIMITS, CAPABILITIES)
    assert caught.value.values["maximum"] == 60
    mine = replace(GENTLE, times=TIMES)
    assert changed(mine, {"mode": Programme.WAVE}, LIMITS, CAPABILITIES).times is None
    assert changed(mine, {"mode": Programme.RELAX}, LIMITS, CAPABILITIES).times == TIMES


@pytest.mark.parametrize(
    "setpoints",
    [
        GENTLE,
        replace(
            GENTLE,
            legs=frozenset({Side.LEFT}),
            times=TIMES,
            skipped=frozenset({4, 5}),
            boosted=1,
        ),
    ],
)
def test_setpoints_survive_storage(setpoints: Setpoints) -> None:
    """What goes in comes out."""
    assert Setpoints.from_dict(setpoints.as_dict()) == setpoints


@pytest.mark.parametrize("pair_id", [b"pair", None])
def test_capabilities_survive_storage(pair_id: bytes | None) -> None:
    """What goes in comes out."""
    capabilities = replace(CAPABILITIES, pair_id=pair_id)
    stored = capabilities_as_dict(capabilities)
    assert capabilities_from_dict(stored) == capabilities


@pytest.mark.parametrize(
    ("capabilities", "offered"),
    [
        ({}, True),
        ({"target_min_mmhg": 30}, False),
        ({"duration_min_s": 300}, False),
        ({"programmes": ()}, False),
    ],
)
def test_a_first_try_is_offered_where_it_is_possible(
    capabilities: dict[str, Any], offered: bool
) -> None:
    """2 minutes at 25 mmHg, or nothing."""
    trial = trial_of(replace(CAPABILITIES, **capabilities))
    assert (trial is not None) is offered

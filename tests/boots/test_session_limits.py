"""What a session may be: every limit, at its edge."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.kumo_boots.boots.errors import LimitError, NotSupportedError
from custom_components.kumo_boots.boots.limits import (
    Limits,
    check_duration,
    check_settings,
)
from custom_components.kumo_boots.boots.model import (
    STANDARD_TIMES,
    Capabilities,
    FailSafes,
    Feature,
    Programme,
    Side,
    Times,
)

from .rig import EVENING

LIMITS = Limits(target_max_mmhg=60, duration_max_s=1800)
BOOTS = Capabilities(
    legs=frozenset(Side),
    chambers=5,
    target_min_mmhg=20,
    target_max_mmhg=100,
    target_step_mmhg=5,
    duration_min_s=60,
    duration_max_s=3600,
    programmes=(Programme.RELAX, Programme.FOCUS),
    features=Feature.ZONE_SKIP | Feature.ZONE_BOOST | Feature.CUSTOM_PROGRAMME,
    lease_s=10,
    pair_id=None,
    fail_safes=FailSafes(
        vents_on_silence=True,
        vents_on_power_loss=True,
        own_ceiling=True,
        own_timer=True,
    ),
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"target_mmhg": 60},
        {"target_mmhg": 20},
        {"target_mmhg": 50, "boosted": 1},
        {"duration_s": 1800},
        {"duration_s": 60},
        {"skipped": frozenset({1, 2, 3, 4})},
        {"legs": frozenset({Side.RIGHT})},
        {"programme": Programme.FOCUS, "boosted": 5},
        {"times": Times(hold_s=0, release_s=1, rest_s=60)},
    ],
)
@pytest.mark.parametrize("boots", [BOOTS, None])
def test_what_fits_is_taken(
    changes: dict[str, Any], boots: Capabilities | None
) -> None:
    """At the edge is inside; boots that were not read yet are checked later."""
    check_settings(replace(EVENING, **changes), LIMITS, boots)


@pytest.mark.parametrize(
    ("changes", "field", "value", "minimum", "maximum"),
    [
        ({"target_mmhg": 65}, "target", 65, 20, 60),
        ({"target_mmhg": 15}, "target", 15, 20, 60),
        ({"target_mmhg": 42}, "target", 42, 20, 60),
        ({"target_mmhg": 55, "boosted": 5}, "boost", 65, 20, 60),
        ({"duration_s": 1801}, "duration", 1801, 60, 1800),
        ({"duration_s": 59}, "duration", 59, 60, 1800),
        ({"legs": frozenset()}, "legs", "", 1, 2),
        ({"skipped": frozenset({1, 2, 3, 4, 5})}, "zones", 5, 1, 5),
        ({"skipped": frozenset({6})}, "zones", 6, 1, 5),
        ({"skipped": frozenset({0})}, "zones", 0, 1, 5),
        ({"boosted": 6}, "zones", 6, 1, 5),
        ({"boosted": 2, "skipped": frozenset({2})}, "zones", 2, 1, 5),
        ({"programme": Programme.FOCUS}, "zones", 0, 1, 5),
        ({"times": Times(hold_s=61, release_s=1, rest_s=0)}, "hold", 61, 0, 60),
        ({"times": Times(hold_s=0, release_s=0, rest_s=0)}, "release", 0, 1, 60),
        ({"times": Times(hold_s=0, release_s=1, rest_s=61)}, "rest", 61, 0, 60),
    ],
)
def test_invariant_4_out_of_range_is_an_error_never_a_clamp(
    changes: dict[str, Any],
    field: str,
    value: int,
    minimum: int,
    maximum: int,
) -> None:
    """The error names the field, the value and the limits that hold."""
    with pytest.raises(LimitError) as caught:
        check_settings(replace(EVENING, **changes), LIMITS, BOOTS)
    told = caught.value.values
    assert (told["field"], told["value"], told["minimum"], told["maximum"]) == (
        field,
        value,
        minimum,
        maximum,
    )


def test_the_boots_own_range_alone() -> None:
    """Without a wearer's limit the boots' range holds."""
    check_settings(replace(EVENING, target_mmhg=100), None, BOOTS)
    with pytest.raises(LimitError) as caught:
        check_settings(replace(EVENING, target_mmhg=105), None, BOOTS)
    assert caught.value.values["maximum"] == 100


def test_without_the_boots_the_wearers_limits_hold() -> None:
    """What is not known of the boots is not made up."""
    with pytest.raises(LimitError) as caught:
        check_settings(replace(EVENING, target_mmhg=61), LIMITS, None)
    assert caught.value.values["maximum"] == 60
    with pytest.raises(LimitError) as caught:
        check_settings(replace(EVENING, programme=Programme.FOCUS), LIMITS, None)
    assert caught.value.values["maximum"] == 8
    check_settings(replace(EVENING, target_mmhg=250), None, None)


def test_an_extension_counts_what_is_over_already() -> None:
    """Not shorter than what has run, not longer than the longest."""
    check_duration(601, LIMITS, BOOTS, elapsed_s=600)
    with pytest.raises(LimitError) as caught:
        check_duration(600, LIMITS, BOOTS, elapsed_s=600)
    assert caught.value.values["minimum"] == 601


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"programme": Programme.WAVE}, "wave"),
        ({"skipped": frozenset({1})}, "zone skip"),
        ({"boosted": 1}, "zone boost"),
        ({"times": Times(hold_s=1, release_s=1, rest_s=1)}, "custom programme"),
    ],
)
def test_what_the_boots_cannot_do(changes: dict[str, Any], what: str) -> None:
    """A feature that is not there is not a matter of range."""
    boots = replace(BOOTS, features=Feature.PAUSE)
    with pytest.raises(NotSupportedError) as caught:
        check_settings(replace(EVENING, **changes), LIMITS, boots)
    assert caught.value.values["what"] == what


def test_the_programmes_own_rhythm_needs_no_custom_programme() -> None:
    """Saying what is so anyway is no change."""
    boots = replace(BOOTS, features=Feature.PAUSE)
    check_settings(
        replace(EVENING, times=STANDARD_TIMES[Programme.RELAX]), LIMITS, boots
    )

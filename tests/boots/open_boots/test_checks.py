"""Ranges are checked before anything is sent; nothing is clamped."""

from dataclasses import replace

import pytest

from custom_components.kumo_boots.boots.drivers.open_boots import checks, frames
from custom_components.kumo_boots.boots.errors import LimitError, NotSupportedError
from custom_components.kumo_boots.boots.model import (
    BOTH,
    Capabilities,
    Feature,
    Programme,
    Settings,
    Side,
    Times,
)

from .test_frames import CAPABILITIES

KNOWN: Capabilities = frames.decode_capabilities(CAPABILITIES).capabilities
FINE = Settings(programme=Programme.RELAX, target_mmhg=40, duration_s=900)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"target_mmhg": 20},
        {"target_mmhg": 120},
        {"duration_s": 60},
        {"duration_s": 3600},
        {"legs": frozenset({Side.LEFT})},
        {"skipped": frozenset({2, 3, 4, 5})},
        {"boosted": 1, "target_mmhg": 110},
        # The thigh's own target is 20 mmHg lower, so that its boost fits.
        {"boosted": 5, "target_mmhg": 120},
        {"programme": Programme.FOCUS, "boosted": 2},
        {"times": Times(hold_s=0, release_s=1, rest_s=0)},
        {"times": Times(hold_s=60, release_s=60, rest_s=60)},
    ],
)
def test_allowed(changes: dict[str, object]) -> None:
    """What the boots take."""
    checks.check_settings(replace(FINE, **changes), KNOWN)


@pytest.mark.parametrize(
    ("changes", "values"),
    [
        ({"target_mmhg": 19}, {"field": "target", "value": 19, "minimum": 20}),
        ({"target_mmhg": 121}, {"field": "target", "value": 121, "maximum": 120}),
        ({"target_mmhg": 42}, {"field": "target", "value": 42, "step": 5}),
        ({"duration_s": 59}, {"field": "duration", "minimum": 60}),
        ({"duration_s": 3601}, {"field": "duration", "maximum": 3600}),
        ({"legs": frozenset()}, {"field": "legs", "value": ""}),
        ({"skipped": frozenset({6})}, {"field": "zones", "value": 6, "maximum": 5}),
        (
            {"skipped": frozenset({1, 2, 3, 4, 5})},
            {"field": "zones", "value": 5, "maximum": 4},
        ),
        ({"boosted": 6}, {"field": "boost", "value": 6, "maximum": 5}),
        (
            {"boosted": 1, "target_mmhg": 115},
            {"field": "boost", "value": 125, "maximum": 120},
        ),
        ({"boosted": 2, "skipped": frozenset({2})}, {"field": "boost", "value": 2}),
        ({"programme": Programme.FOCUS}, {"field": "boost", "value": 0, "minimum": 1}),
        ({"times": Times(hold_s=61, release_s=1, rest_s=0)}, {"field": "hold"}),
        ({"times": Times(hold_s=0, release_s=0, rest_s=0)}, {"field": "release"}),
        ({"times": Times(hold_s=0, release_s=1, rest_s=-1)}, {"field": "rest"}),
    ],
)
def test_outside_a_limit(changes: dict[str, object], values: dict[str, object]) -> None:
    """The error names the limit."""
    with pytest.raises(LimitError) as caught:
        checks.check_settings(replace(FINE, **changes), KNOWN)
    assert set(caught.value.values) == {"field", "value", "minimum", "maximum", "step"}
    assert values.items() <= caught.value.values.items()


@pytest.mark.parametrize(
    ("features", "changes", "what"),
    [
        (~Feature.ZONE_SKIP, {"skipped": frozenset({1})}, "zone skip"),
        (~Feature.ZONE_BOOST, {"boosted": 1}, "zone boost"),
        (
            ~Feature.CUSTOM_PROGRAMME,
            {"times": Times(hold_s=1, release_s=1, rest_s=1)},
            "custom programme",
        ),
    ],
)
def test_not_supported(
    features: Feature, changes: dict[str, object], what: str
) -> None:
    """What these boots cannot do (R8)."""
    known = replace(KNOWN, features=features)
    with pytest.raises(NotSupportedError) as caught:
        checks.check_settings(replace(FINE, **changes), known)
    assert caught.value.values == {"code": 10, "what": what}


def test_programme_and_legs_that_are_not_there() -> None:
    """One unit of two serves one leg only; the pair intersects, the encoder refuses."""
    known = replace(KNOWN, programmes=(Programme.WAVE,), legs=frozenset({Side.LEFT}))
    with pytest.raises(NotSupportedError):
        checks.check_settings(FINE, known)
    with pytest.raises(LimitError) as caught:
        checks.check_settings(replace(FINE, programme=Programme.WAVE, legs=BOTH), known)
    assert caught.value.values["field"] == "legs"


def test_offer_and_unknown_programme() -> None:
    """An offer has its own range; a boost of an unknown programme the stricter one."""
    checks.check_offer(3600)
    with pytest.raises(LimitError):
        checks.check_offer(0)
    with pytest.raises(LimitError):
        checks.check_boost(5, 120, None, KNOWN)

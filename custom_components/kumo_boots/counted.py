"""Saying how strong a session is, as the boots count it: in mmHg, or in levels."""

from collections.abc import Mapping
from typing import Any, Final

from .boots.model import Capabilities, Measure

STRENGTH: Final = {Measure.MMHG: "pressure", Measure.LEVELS: "level"}
"""What a field that asks how strong is called, for boots of each measure."""

LEVELS: Final[Mapping[str, str]] = {
    "target_mmhg": "level",
    "target_max_mmhg": "level_max",
    "target_min_mmhg": "level_min",
    "target_step_mmhg": "level_step",
    "cap_mmhg": "level_cap",
}
"""What is called otherwise where it counts levels: a level is no pressure."""


def as_counted(facts: Mapping[str, Any], capabilities: Capabilities) -> dict[str, Any]:
    """Return facts under the names that are true for these boots, at any depth."""
    if capabilities.measure is Measure.MMHG:
        return dict(facts)
    return {LEVELS.get(name, name): _inside(value) for name, value in facts.items()}


def _inside(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {LEVELS.get(name, name): _inside(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_inside(each) for each in value]
    return value

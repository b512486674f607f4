"""What a person says of boots by hand when they add them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from ..boots.levels import GUIDANCE_MMHG, as_counted
from ..boots.model import Capabilities, FailSafes, Feature, Measure, Programme, Side
from ..const import (
    CONF_ACKNOWLEDGED,
    CONF_BY_HAND,
    CONF_CAPABILITIES,
    CONF_PAIR_ID,
    CONF_UNITS,
    OPT_TARGET_MAX,
)
from ..remembered import capabilities_as_dict

DEFAULT_ABOVE_W: Final = 5.0
"""Boots that wait draw less, and a pump that runs draws more."""
SHORTEST_S: Final = 60
LONGEST_S: Final = 60 * 60
"""The longest session that boots of this kind are sold with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """How Home Assistant knows, or ends, that the boots draw power."""

    sensor: str | None = None
    """Entity id: a sensor (W), or a binary sensor; None: only the person tells."""
    above_w: float = DEFAULT_ABOVE_W
    """Above this they run."""
    plug: str | None = None
    """Entity id of a switch that a stop switches off; only where power loss vents."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_dict`` made; TypeError when it is not."""
        return cls(**data)

    def as_dict(self) -> dict[str, Any]:
        """Make it storable."""
        return asdict(self)


def capabilities_by_hand(
    *,
    legs: frozenset[Side],
    chambers: int,
    lowest: int,
    highest: int,
    step: int,
    measure: Measure,
    nominal_mmhg: tuple[int, ...] = (),
    vents_on_power_loss: bool,
) -> Capabilities:
    """Return what boots by hand can do, as their owner says."""
    return Capabilities(
        legs=legs,
        chambers=chambers,
        target_min_mmhg=lowest,
        target_max_mmhg=highest,
        target_step_mmhg=step,
        duration_min_s=SHORTEST_S,
        duration_max_s=LONGEST_S,
        programmes=(Programme.OWN,),
        features=Feature(0),
        lease_s=0,
        pair_id=None,
        fail_safes=FailSafes(
            vents_on_silence=False,
            vents_on_power_loss=vents_on_power_loss,
            # Nobody here knows.
            own_ceiling=False,
            own_timer=False,
        ),
        measure=measure,
        nominal_mmhg=nominal_mmhg,
        by_hand=True,
    )


def entry_data(
    capabilities: Capabilities, power: Power, acknowledged: str
) -> dict[str, Any]:
    """Return what the entry of such boots remembers."""
    return {
        CONF_UNITS: [],
        CONF_CAPABILITIES: capabilities_as_dict(capabilities),
        CONF_PAIR_ID: None,
        CONF_ACKNOWLEDGED: acknowledged,
        CONF_BY_HAND: power.as_dict(),
    }


def first_options(capabilities: Capabilities) -> dict[str, Any]:
    """Return the options that they begin with: the ceiling, as they count it."""
    ceiling = as_counted(GUIDANCE_MMHG, capabilities)
    return {OPT_TARGET_MAX: min(ceiling, capabilities.target_max_mmhg)}

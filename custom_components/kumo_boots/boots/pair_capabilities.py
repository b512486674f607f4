"""What two units can do as one pair."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from math import lcm
from operator import and_

from .model import Capabilities, FailSafes, Side


def intersect(parts: Sequence[Capabilities]) -> Capabilities:
    """Return what all units can do; all legs that any of them serves."""
    first = parts[0]
    pair_ids = {part.pair_id for part in parts}
    return replace(
        first,
        legs=frozenset[Side]().union(*(part.legs for part in parts)),
        chambers=min(part.chambers for part in parts),
        target_min_mmhg=max(part.target_min_mmhg for part in parts),
        target_max_mmhg=min(part.target_max_mmhg for part in parts),
        target_step_mmhg=lcm(*(part.target_step_mmhg for part in parts)),
        duration_min_s=max(part.duration_min_s for part in parts),
        duration_max_s=min(part.duration_max_s for part in parts),
        programmes=tuple(
            programme
            for programme in first.programmes
            if all(programme in part.programmes for part in parts)
        ),
        features=reduce(and_, (part.features for part in parts)),
        lease_s=min(part.lease_s for part in parts),
        untold=first.untold.union(*(part.untold for part in parts)),
        pair_id=first.pair_id if len(pair_ids) == 1 else None,
        fail_safes=FailSafes(
            vents_on_silence=all(part.fail_safes.vents_on_silence for part in parts),
            vents_on_power_loss=all(
                part.fail_safes.vents_on_power_loss for part in parts
            ),
            own_ceiling=all(part.fail_safes.own_ceiling for part in parts),
            own_timer=all(part.fail_safes.own_timer for part in parts),
        ),
    )

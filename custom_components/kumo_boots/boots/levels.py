"""Guidance in mmHg, for boots that count in levels of their own."""

from math import ceil

from .model import Capabilities, Measure

GUIDANCE_MMHG = 60
"""The upper end of general guidance, "30 to 60 mmHg at first": the coach's cap after
the gentle beginning."""


def as_counted(mmhg: int, capabilities: Capabilities) -> int:
    """Return what a pressure that is general guidance is on these boots.

    In levels it is the highest that the maker says is no more, and at least the first.
    Where the maker says nothing, ``GUIDANCE_MMHG`` is the middle level and less is as
    much less: our own choice, for nobody has measured it.
    """
    if capabilities.measure is Measure.MMHG:
        return mmhg
    if nominal := capabilities.nominal_mmhg:
        return max(1, sum(level <= mmhg for level in nominal))
    middle = ceil(capabilities.target_max_mmhg / 2)
    return max(1, middle * mmhg // GUIDANCE_MMHG)

"""The pressure of the air around: what an absolute pressure is measured against."""

from collections import deque

STABLE_S = 2.0
"""How long the vented manifold has to read the same…"""
STABLE_MMHG = 1.0
"""…within this much: air that still flows out changes faster."""
LOWEST_MMHG = 350.0
HIGHEST_MMHG = 830.0
"""From high mountains to the lowest valleys; anything else is no air to live in."""


class Ambient:
    """Taken once for a connection, while everything is vented and stable."""

    def __init__(self) -> None:
        """Begin without knowing it."""
        self.mmhg: float | None = None
        self._heard: deque[tuple[float, float]] = deque()

    def hear(self, now: float, absolute_mmhg: float) -> None:
        """Take an absolute pressure of the vented manifold, mmHg."""
        self._heard.append((now, absolute_mmhg))
        values = [value for _, value in self._heard]
        if max(values) - min(values) > STABLE_MMHG:
            self._heard = deque([(now, absolute_mmhg)])
        elif now - self._heard[0][0] >= STABLE_S:
            mean = sum(values) / len(values)
            if LOWEST_MMHG <= mean <= HIGHEST_MMHG:
                self.mmhg = mean

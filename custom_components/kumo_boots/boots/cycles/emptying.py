"""Letting air out until every zone has been measured, one by one."""

from collections.abc import Iterable

from ..model import EMPTY_MMHG
from .orders import Do, Order, listen, vent

VENT_S = 1.0
"""The least time that all are open before any is measured."""
TOO_LONG_S = 30.0
"""Zones that hold air after this long do not empty (Open Boots Profile, R10)."""


class Emptying:
    """Vents zones, then listens to each alone; vents again where one is not empty.

    A manifold that is open to the outside says little of what lies behind the hoses, so
    that an open valve does not count as an empty chamber.
    """

    def __init__(
        self,
        zones: Iterable[int],
        now: float,
        *,
        below_mmhg: float = EMPTY_MMHG,
        vent_s: float = VENT_S,
    ) -> None:
        """Begin to vent ``zones``; ``now`` is the event loop's clock, s.

        They are let go for ``vent_s`` at least, and are empty ``below_mmhg``.
        """
        self.zones = frozenset(zones)
        self.began_at = now
        self.done = False
        """Every zone was measured empty."""
        self._below_mmhg = below_mmhg
        self._vent_s = vent_s
        self.again(now)

    def again(self, now: float) -> None:
        """Vent all zones once more before any is measured."""
        self._venting_since = now
        self._to_check = sorted(self.zones)
        self.order = vent(self.zones)

    def too_long(self, now: float) -> bool:
        """Whether it should have been over by now."""
        return not self.done and now - self.began_at > self._vent_s + TOO_LONG_S

    def look(self, now: float, measured: dict[int, float]) -> Order:
        """Return what is to be so now; ``measured`` since the last look."""
        heard = [measured[zone] for zone in self.order.zones if zone in measured]
        if self.done or not heard:
            return self.order
        empty = max(heard) < self._below_mmhg
        if self.order.do is Do.VENT:
            if empty and now - self._venting_since >= self._vent_s:
                self.order = listen(self._to_check[:1])
        elif not empty:
            self.again(now)
        else:
            del self._to_check[0]
            if self._to_check:
                self.order = listen(self._to_check[:1])
            else:
                self.done = True
        return self.order

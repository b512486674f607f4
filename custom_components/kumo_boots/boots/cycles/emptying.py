"""Letting the air out until every zone has been measured empty, one by one."""

from collections.abc import Iterable

from ..model import EMPTY_MMHG
from .orders import Do, Order, listen, vent

VENT_S = 1.0
"""The least time that all are open before any is measured."""
TOO_LONG_S = 30.0
"""Zones that hold air after this long do not empty (Open Boots Profile, R10)."""


class Emptying:
    """Vents all zones, then listens to each alone; vents again where one is not empty.

    A manifold that is open to the outside says little of what lies behind the hoses, so
    that an open valve does not count as an empty chamber.
    """

    def __init__(self, zones: Iterable[int], now: float) -> None:
        """Begin to vent ``zones``; ``now`` is the event loop's clock, s."""
        self.zones = frozenset(zones)
        self.began_at = now
        self.done = False
        """Every zone was measured empty."""
        self.again(now)

    def again(self, now: float) -> None:
        """Vent all zones once more before any is measured."""
        self._venting_since = now
        self._to_check = sorted(self.zones)
        self._order = vent(self.zones)

    def too_long(self, now: float) -> bool:
        """Whether it should have been over by now."""
        return not self.done and now - self.began_at > TOO_LONG_S

    def look(self, now: float, measured: dict[int, float]) -> Order:
        """Return what is to be so now; ``measured`` since the last look."""
        heard = [measured[zone] for zone in self._order.zones if zone in measured]
        if self.done or not heard:
            return self._order
        empty = max(heard) < EMPTY_MMHG
        if self._order.do is Do.VENT:
            if empty and now - self._venting_since >= VENT_S:
                self._order = listen(self._to_check[:1])
        elif not empty:
            self.again(now)
        else:
            del self._to_check[0]
            if self._to_check:
                self._order = listen(self._to_check[:1])
            else:
                self.done = True
        return self._order

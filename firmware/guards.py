"""Fail-safes that watch the measured pressures, whatever a controller says (R27 to R30)."""

from . import obp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import Config

OVER_CEILING_MMHG = 10
OVER_TARGET_MMHG = 20
DEBOUNCE_MS = 1000
SENSOR_LOWEST_MMHG = -50
SENSOR_HIGHEST_MMHG = 400
WEAK_CYCLES = 3


class Guards:
    """One memory for each chamber of each leg; times are the programme's clock."""

    def __init__(self, config: "Config") -> None:
        """Begin with nothing amiss."""
        self.config = config
        self._over: dict[tuple[int, int], int] = {}
        self._silent: dict[tuple[int, int], int] = {}
        self._held: dict[tuple[int, int], int] = {}
        self._peaks: dict[tuple[int, int], float] = {}
        self._weak: dict[tuple[int, int], int] = {}
        self.forced: dict[int, int] = {0: 0, 1: 0}

    def begin_session(self) -> None:
        """A new session has no cycles behind it."""
        self._weak = {}
        self._peaks = {}

    def begin_cycle(self, now_ms: int) -> None:
        """Go on forcing open only what has kept its air until now (R27)."""
        self.forced = {0: 0, 1: 0}
        for at, since in self._held.items():
            if now_ms - since >= obp.HELD_LIMIT_MS:
                self.forced[at[0]] |= 1 << at[1]

    def check(
        self,
        values: "dict[int, list[float | None]]",
        closed: "dict[int, int]",
        targets: "list[int]",
        now_ms: int,
    ) -> int:
        """Return the fault flags that these pressures, in mmHg, raise.

        ``closed`` are the zones filled or held in each leg, ``targets`` their own
        targets (empty where nothing runs).
        """
        faults = 0
        for leg in self.config.leg_list:
            for i in range(self.config.chambers):
                value = values[leg][i]
                at = (leg, i)
                bad = value is None or not (
                    SENSOR_LOWEST_MMHG <= value <= SENSOR_HIGHEST_MMHG
                )
                if self._lasts(self._silent, at, bad, now_ms, DEBOUNCE_MS):
                    faults |= obp.SENSOR_FAILS
                if value is None:
                    continue
                limit = self.config.max_mmhg + OVER_CEILING_MMHG
                if targets and closed[leg] & (1 << i):
                    limit = min(limit, targets[i] + OVER_TARGET_MMHG)
                if self._lasts(self._over, at, value > limit, now_ms, DEBOUNCE_MS):
                    faults |= obp.OVER_PRESSURE
                if value > self._peaks.get(at, 0):
                    self._peaks[at] = value
                faults |= self._check_held(leg, i, value, now_ms)
        return faults

    def _check_held(self, leg: int, i: int, value: float, now_ms: int) -> int:
        at = (leg, i)
        high = value > obp.HELD_MMHG
        if self._lasts(self._held, at, high, now_ms, obp.HELD_LIMIT_MS):
            self.forced[leg] |= 1 << i
        if self._lasts(
            self._held, at, high, now_ms, obp.HELD_LIMIT_MS + obp.VENT_LIMIT_MS
        ):
            return obp.NOT_EMPTYING
        return 0

    @staticmethod
    def _lasts(
        since: "dict[tuple[int, int], int]",
        at: "tuple[int, int]",
        true: bool,
        now_ms: int,
        limit_ms: int,
    ) -> bool:
        if not true:
            since.pop(at, None)
            return False
        if at not in since:
            since[at] = now_ms
        return now_ms - since[at] >= limit_ms

    def end_cycle(self, legs: int, zones: int, targets: "list[int]") -> int:
        """Judge the cycle that is over: did each zone come to half of its target?"""
        faults = 0
        for leg in self.config.leg_list:
            for i in range(self.config.chambers):
                at = (leg, i)
                if not (legs & (1 << leg) and zones & (1 << i)):
                    self._weak[at] = 0
                elif self._peaks.get(at, 0) * 2 < targets[i]:
                    self._weak[at] = self._weak.get(at, 0) + 1
                    if self._weak[at] >= WEAK_CYCLES:
                        faults |= obp.NOT_FILLING
                else:
                    self._weak[at] = 0
        self._peaks = {}
        return faults

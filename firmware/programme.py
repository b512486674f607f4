"""Programmes and the cycle: which zones fill, are held and are open, when (section 5).

Everything here runs on the programme's clock and knows neither controllers nor valves.
"""

from . import obp


class Programme:
    """How zones follow each other. Times in seconds, gradient in mmHg per chamber."""

    def __init__(
        self,
        number: int,
        kind: int,
        gradient: int,
        hold_s: int,
        release_s: int,
        rest_s: int,
        derived_from: int = 0,
    ) -> None:
        """``derived_from`` is 0 but for a custom programme."""
        self.number = number
        self.kind = kind
        self.gradient = gradient
        self.hold_ms = hold_s * 1000
        self.release_ms = release_s * 1000
        self.rest_ms = rest_s * 1000
        self.derived_from = derived_from

    def byte(self) -> int:
        """Return byte 14 of the state."""
        return self.number | (self.derived_from << 4)


STANDARD = {
    1: Programme(1, obp.KIND_SEQUENTIAL, 5, 4, 6, 4),  # relax
    2: Programme(2, obp.KIND_WAVE, 5, 2, 3, 3),
    3: Programme(3, obp.KIND_SIMULTANEOUS, 0, 6, 6, 6),  # squeeze
    4: Programme(4, obp.KIND_PULSE, 5, 2, 4, 4),
    5: Programme(5, obp.KIND_FOCUS, 0, 6, 4, 4),
}

PULSES = 3  # how often the lowest zone fills before the others follow (kind 3)


def chamber_targets(
    programme: Programme, target: int, lowest: int, chambers: int, boost: int
) -> "list[int]":
    """Return each chamber's own target in mmHg, by gradient and boost."""
    targets = []
    for i in range(chambers):
        own = max(lowest, target - programme.gradient * i)
        if i + 1 == boost:
            own += obp.BOOST_MMHG
        targets.append(own)
    return targets


def worked_zones(programme: Programme, chambers: int, skip: int, boost: int) -> int:
    """Return the mask of the zones that a cycle fills."""
    zones = ((1 << chambers) - 1) & ~skip
    if programme.kind == obp.KIND_FOCUS:
        zones &= (1 << boost) >> 1
    return zones


def plan(kind: int, zones: int) -> "list[tuple[int, int]]":
    """Return a cycle's steps as (mask to fill, mask to hold meanwhile).

    A step that fills nothing lets the air out for the release time.
    """
    order = [1 << i for i in range(8) if zones & (1 << i)]
    steps = []
    if kind == obp.KIND_SIMULTANEOUS:
        return [(zones, 0)]
    if kind == obp.KIND_PULSE:
        for _ in range(PULSES):
            steps.append((order[0], 0))
            steps.append((0, 0))
    held = 0
    for i, zone in enumerate(order):
        if kind == obp.KIND_WAVE:  # a full zone releases the one two below it
            held = order[i - 1] if i > 0 else 0
            if i > 1:
                held |= order[i - 2]
        steps.append((zone, held))
        held |= zone
    return steps


class Cycle:
    """One pass after the other through a programme.

    ``filling`` and ``holding`` are the masks of now; all other zones are open.
    ``advance`` is told which zones are full and moves on.
    """

    def __init__(self, programme: Programme, zones: int, now_ms: int) -> None:
        """Begin the first cycle."""
        self.programme = programme
        self.cycles = 0
        self._begin(zones, now_ms)

    def _begin(self, zones: int, now_ms: int) -> None:
        self.zones = zones
        self._steps = plan(self.programme.kind, zones)
        self._at = 0
        self._enter(now_ms)

    def _enter(self, now_ms: int) -> None:
        self.since = now_ms
        self.full = 0
        self.filling, self.holding = self._steps[self._at]
        self.phase = obp.INFLATING if self.filling else obp.RELEASING

    def _fill_limit_ms(self) -> int:
        zones = 0
        for i in range(8):
            zones += (self.filling >> i) & 1
        return obp.FULL_AFTER_MS * zones

    def advance(self, full: int, next_zones: int, now_ms: int) -> bool:
        """Go on; ``full`` is the mask of zones at their target in every leg.

        ``next_zones`` is what the next cycle works. Return True when one has begun.
        """
        elapsed = now_ms - self.since
        if self.phase == obp.INFLATING:
            self.full |= full & self.filling
            if self.full == self.filling or elapsed >= self._fill_limit_ms():
                self._filled(now_ms)
        elif self.phase == obp.HOLDING:
            if elapsed >= self.programme.hold_ms:
                self._let_go(obp.RELEASING, now_ms)
        elif self.phase == obp.RELEASING:
            if elapsed >= self.programme.release_ms:
                if self._at + 1 < len(self._steps):
                    self._at += 1
                    self._enter(now_ms)
                else:
                    self._let_go(obp.RESTING, now_ms)
        elif elapsed >= self.programme.rest_ms:
            self.cycles += 1
            self._begin(next_zones, now_ms)
            return True
        return False

    def _filled(self, now_ms: int) -> None:
        if self._at + 1 < len(self._steps):
            self._at += 1
            self._enter(now_ms)
            return
        if self.programme.kind == obp.KIND_WAVE:
            # The band of two stays: the last zone and the highest one below it.
            below = 0
            for i in range(8):
                if self.holding & (1 << i):
                    below = 1 << i
            self.holding = self.filling | below
        else:
            self.holding |= self.filling
        self.filling = 0
        self.since = now_ms
        self.phase = obp.HOLDING

    def _let_go(self, phase: int, now_ms: int) -> None:
        self.filling = 0
        self.holding = 0
        self.since = now_ms
        self.phase = phase

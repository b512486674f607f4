"""The cycle controller: a session on a device that only fills, vents and measures.

It fills only what was measured just now to be below its target; without a reading the
pump stands still, and soon the air is let out. Every end lets the air out, and counts
when each zone was measured empty.
"""

from dataclasses import replace
from enum import Enum, auto

from ..errors import LimitError, WrongPhaseError
from ..model import End, Fault, Phase, Settings
from .emptying import Emptying
from .orders import Do, Order, Reading, fill, listen, vent
from .programmes import Kind, Step, steps_of, target_of, worked_zones

MARGIN_MMHG = 15
"""A zone that is filled or held above its target by more than this ends the session:
less than the 20 mmHg of the Open Boots Profile (R28), because the device guards nothing."""
CEILING_MARGIN_MMHG = 10
"""No zone may be above the ceiling by more than this, whatever it is told to do (R28)."""
BLIND_S = 1.0
"""Nothing is filled by a reading older than this."""
LOST_SIGHT_S = 4.0
"""After so long without any reading the session ends: nobody knows what the zones hold."""
FILL_LIMIT_S = 45.0
"""A zone that has not filled by then does not fill, s per zone: the pumps of open
hardware are small."""
SQUEEZED_MMHG = 20
SQUEEZED_S = 90.0
"""No zone stays above ``SQUEEZED_MMHG`` for longer (Open Boots Profile, R27)."""
PAUSE_MAX_S = 600.0
"""A longer pause is a stop (Open Boots Profile, R20)."""
LISTEN_S = 1.0
"""How long one zone is listened to while several are held."""


class Stage(Enum):
    """Where the session is."""

    CYCLING = auto()
    PAUSED = auto()
    EMPTYING = auto()
    OVER = auto()


_PHASES = {
    Kind.FILL: Phase.INFLATING,
    Kind.HOLD: Phase.HOLDING,
    Kind.RELEASE: Phase.RELEASING,
    Kind.REST: Phase.RESTING,
}


class CycleController:
    """One session. Times are the event loop's clock, in s; pressures gauge, in mmHg.

    ``look`` is to be called with what was measured, several times a second; what it
    returns is to be carried out at once. It takes no harm from calls that are late or
    without a reading: it gets more careful.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        chambers: int,
        lowest_mmhg: int,
        ceiling_mmhg: int,
        now: float,
        fill_limit_s: float = FILL_LIMIT_S,
    ) -> None:
        """Begin the first cycle. LimitError where a zone's target is above the ceiling."""
        self._chambers = chambers
        self._lowest_mmhg = lowest_mmhg
        self._ceiling_mmhg = ceiling_mmhg
        self._fill_limit_s = fill_limit_s
        self.settings = self._checked(settings)
        self.stage = Stage.CYCLING
        self.end = End.NONE
        """Why it is over, or about to be."""
        self.faults: frozenset[Fault] = frozenset()
        self.cycles = 0
        self._all = frozenset(range(1, chambers + 1))
        self._left_s = float(settings.duration_s)
        self._looked_at = now
        self._heard_at = now
        self._paused_at = now
        self._readings: dict[int, Reading] = {}
        self._squeezed_since: dict[int, float] = {}
        self._emptying = Emptying(self._all, now)
        """Of the end, of a pause, or of the present step."""
        self._order = vent(self._all)
        self._begin_cycle(now)

    # What is known

    @property
    def phase(self) -> Phase:
        """What it does now."""
        match self.stage:
            case Stage.CYCLING:
                return _PHASES[self._step.kind]
            case Stage.PAUSED:
                return Phase.PAUSED
            case Stage.EMPTYING:
                return Phase.FAULT if self.faults else Phase.VENTING
            case _:
                return Phase.FAULT if self.faults else Phase.IDLE

    @property
    def remaining_s(self) -> int:
        """How much of the session is left, pauses left out."""
        return max(0, round(self._left_s))

    @property
    def active_zones(self) -> frozenset[int]:
        """The zones that are filled or held now."""
        if self.stage is not Stage.CYCLING or self._step.kind is Kind.REST:
            return frozenset()
        held = self._held - (
            self._step.zones if self._step.kind is Kind.RELEASE else frozenset()
        )
        return held | (
            self._step.zones if self._step.kind is Kind.FILL else frozenset()
        )

    def target_of(self, zone: int) -> int:
        """Return what a zone is filled to."""
        return target_of(zone, self.settings, self._lowest_mmhg)

    # What may be asked

    def pause(self, now: float) -> None:
        """Let the air out and keep the time; WrongPhaseError unless it cycles."""
        self._need(Stage.CYCLING)
        self.stage = Stage.PAUSED
        self._paused_at = now
        self._emptying = Emptying(self._all, now)

    def resume(self, now: float) -> None:
        """Begin a new cycle; WrongPhaseError unless it is paused."""
        self._need(Stage.PAUSED)
        self.stage = Stage.CYCLING
        self._begin_cycle(now)

    def change(
        self,
        now: float,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        """Change what runs; None leaves as it is, ``boosted=0`` takes it off.

        Whatever makes a zone get less lets the air out first. Raises LimitError where a
        target would be above the ceiling or no zone were left, WrongPhaseError when over.
        """
        self._need(Stage.CYCLING, Stage.PAUSED)
        before = self.settings
        changed = replace(
            before,
            target_mmhg=before.target_mmhg if target_mmhg is None else target_mmhg,
            skipped=before.skipped if skipped is None else skipped,
            boosted=before.boosted if boosted is None else boosted or None,
        )
        self.settings = self._checked(changed)
        if remaining_s is not None:
            self._left_s = float(remaining_s)
        if self.stage is not Stage.CYCLING or changed == before:
            return
        other = (changed.skipped, changed.boosted) != (before.skipped, before.boosted)
        if other or changed.target_mmhg < before.target_mmhg:
            self._let_go(now)

    def finish(self, end: End, now: float, *faults: Fault) -> None:
        """Let the air out, for good. The first end counts; faults add up.

        Asked again, all zones are vented once more before they are measured.
        """
        self.faults |= frozenset(faults)
        if self.stage in (Stage.CYCLING, Stage.PAUSED):
            self.end = end
            self.stage = Stage.EMPTYING
            self._emptying = Emptying(self._all, now)
        else:
            self._emptying.again(now)

    # The clock

    def look(self, now: float, measured: dict[int, float]) -> Order:
        """Take over what was measured since the last look; return what is to be so now."""
        passed = max(0.0, now - self._looked_at)
        self._looked_at = now
        readings = Reading.of(measured, now)
        if readings:
            self._heard_at = now
        if self._order.do is not Do.VENT:
            # What is open to the outside is measured with the air outside.
            self._readings |= readings
            self._note_squeezed(readings)
        self._judge(now, readings)
        if self.stage is Stage.CYCLING:
            self._left_s -= passed
            if self._left_s <= 0:
                self.finish(End.COMPLETED, now)
        if self.stage is Stage.PAUSED and now - self._paused_at > PAUSE_MAX_S:
            self.finish(End.PAUSED_TOO_LONG, now)
        match self.stage:
            case Stage.CYCLING:
                self._order = self._cycle(now, measured)
            case Stage.PAUSED:
                order = self._empty(now, measured)
                self._order = vent(self._all) if self._emptying.done else order
            case Stage.EMPTYING:
                self._order = self._empty(now, measured)
                if self._emptying.done:
                    self.stage = Stage.OVER
                    # It was measured, and is empty.
                    self.faults -= {Fault.SENSOR, Fault.NOT_EMPTYING}
            case _:
                self._order = vent(self._all)
        return self._order

    def _note_squeezed(self, readings: dict[int, Reading]) -> None:
        for zone, reading in readings.items():
            if reading.mmhg > SQUEEZED_MMHG:
                self._squeezed_since.setdefault(zone, reading.at)
            else:
                self._squeezed_since.pop(zone, None)

    def _judge(self, now: float, readings: dict[int, Reading]) -> None:
        """End what must not go on."""
        over = [
            zone
            for zone, reading in readings.items()
            if reading.mmhg > self._ceiling_mmhg + CEILING_MARGIN_MMHG
            or (
                zone in self.active_zones
                and reading.mmhg > self.target_of(zone) + MARGIN_MMHG
            )
        ]
        if self.stage in (Stage.EMPTYING, Stage.OVER):
            return
        if over:
            self.finish(End.FAULT, now, Fault.OVER_PRESSURE)
        elif now - self._heard_at > LOST_SIGHT_S:
            self.finish(End.FAULT, now, Fault.SENSOR)

    def _empty(self, now: float, measured: dict[int, float]) -> Order:
        """Let out what is to be let out; what does not empty ends the session."""
        order = self._emptying.look(now, measured)
        if self._emptying.too_long(now):
            self.faults |= {Fault.NOT_EMPTYING}
            if self.stage is not Stage.EMPTYING:
                self.finish(End.FAULT, now)
                return self._emptying.order
        return order

    def _cycle(self, now: float, measured: dict[int, float]) -> Order:
        """Return what the present step wants, or what the next one does."""
        if self._squeezed_too_long(now) and self._step.kind in (Kind.FILL, Kind.HOLD):
            self._let_go(now)
        elapsed = now - self._since
        step = self._step
        match step.kind:
            case Kind.FILL:
                return self._fill(step, elapsed, now)
            case Kind.HOLD:
                if elapsed < step.seconds:
                    return listen({self._in_turn(step.zones, elapsed)})
            case Kind.RELEASE:
                order = self._empty(now, measured)
                if not self._emptying.done:
                    return order
                self._held -= step.zones
            case _:
                if elapsed < step.seconds:
                    return vent(self._all)
        return self._next(now)

    def _fill(self, step: Step, elapsed: float, now: float) -> Order:
        readings = [self._readings.get(zone) for zone in step.zones]
        known = [r.mmhg for r in readings if r and now - r.at <= BLIND_S]
        if len(known) < len(readings):
            return listen(step.zones)
        self._held |= step.zones
        if max(known) >= min(map(self.target_of, step.zones)):
            return self._next(now)
        if elapsed > self._fill_limit_s * len(step.zones):
            self.finish(End.FAULT, now, Fault.NOT_FILLING)
            return self._emptying.order
        return fill(step.zones)

    @staticmethod
    def _in_turn(zones: frozenset[int], elapsed: float) -> int:
        """Return which of the held zones is listened to now."""
        return sorted(zones)[int(elapsed // LISTEN_S) % len(zones)]

    def _squeezed_too_long(self, now: float) -> bool:
        return any(now - at > SQUEEZED_S for at in self._squeezed_since.values())

    # From step to step

    @property
    def _step(self) -> Step:
        return self._steps[self._at]

    def _begin_cycle(self, now: float) -> None:
        self._steps = steps_of(self.settings, self._chambers, self._lowest_mmhg)
        self._at = 0
        self._since = now
        self._held: frozenset[int] = frozenset()

    def _next(self, now: float) -> Order:
        """Go on to the next step, or cycle."""
        if self._at + 1 < len(self._steps):
            self._enter(self._at + 1, now)
        else:
            self.cycles += 1
            self._begin_cycle(now)
        step = self._step
        match step.kind:
            case Kind.FILL:
                # Not before it was measured.
                return listen(step.zones)
            case Kind.HOLD:
                return listen({self._in_turn(step.zones, 0)})
            case _:
                return vent(step.zones)

    def _let_go(self, now: float) -> None:
        """Let all zones go; the next cycle follows."""
        self._enter(len(self._steps) - 2, now)

    def _enter(self, at: int, now: float) -> None:
        self._at, self._since = at, now
        step = self._step
        if step.kind is Kind.RELEASE:
            self._emptying = Emptying(
                step.zones, now, below_mmhg=SQUEEZED_MMHG, vent_s=step.seconds
            )

    def _need(self, *stages: Stage) -> None:
        if self.stage not in stages:
            raise WrongPhaseError(phase=self.phase)

    def _checked(self, settings: Settings) -> Settings:
        """Return the settings; LimitError where they are none that may run."""
        zones = worked_zones(settings, self._chambers)
        if not zones or max(zones) > self._chambers:
            raise LimitError(
                field="zones",
                value=max(zones, default=0),
                minimum=1,
                maximum=self._chambers,
            )
        highest = max(target_of(z, settings, self._lowest_mmhg) for z in zones)
        if (
            not self._lowest_mmhg <= settings.target_mmhg
            or highest > self._ceiling_mmhg
        ):
            raise LimitError(
                field="target",
                value=highest,
                minimum=self._lowest_mmhg,
                maximum=self._ceiling_mmhg,
                step=1,
            )
        return settings

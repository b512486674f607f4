"""The coach: start gentle and listen to your legs.

Pure rules over what is remembered of a wearer; nothing here measures health, and
nothing is claimed. The same history gives the same advice.

1. The first five sessions are gentle: 30 mmHg, 15 minutes.
2. Then small steps, never pressure and length at once, and only after a session at
   least as strong and as long as advised that the wearer called comfortable.
3. Silence keeps. *Too strong* takes a step off the pressure.
4. A discomfort takes a step off both, and puts the cap below what was used. Five
   sessions have to go by before the next step up.
5. Every two weeks' pause go one step back, no further than the gentle beginning.

The pressure of a session is the one that it ended with, or that a discomfort was
reported at: what was turned down before is not what the wearer speaks of.

Boots that count in levels are advised in levels, one at a time; the gentle beginning
and the cap are what those of general guidance come to (``boots.levels``).

Nothing goes above the wearer's own limits or out of the boots' range and steps. The
cap is a limit: whoever checks it refuses what is above, and moves nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..boots.levels import GUIDANCE_MMHG, as_counted
from ..boots.model import Capabilities, Measure
from .sitting import Feeling, Sitting
from .wearer import Wearer

GENTLE_MMHG: Final = 30
"""The gentle beginning; the lower end of general guidance, "30 to
60 mmHg at first"."""
GENTLE_S: Final = 15 * 60
"""The gentle beginning; the lower end of "15 to 30 minutes"."""
GUIDANCE_S: Final = 30 * 60
"""The cap after the gentle beginning; the upper end of "15 to 30 minutes"."""
GENTLE_SESSIONS: Final = 5
"""How long it stays gentle: a first week of "several days a week". As many sessions
go by after a discomfort before the next step up."""
STEP_MMHG: Final = 5
"""One step of pressure: what a chamber differs from its neighbour by ("5 to 10 mmHg
less per chamber"), and so the smallest difference that is made anyway."""
STEP_S: Final = 5 * 60
"""One step of length: three of them lead from 15 to 30 minutes."""
PAUSE: Final = timedelta(days=14)
"""A pause this long goes a step back; our own number, two of the gentle weeks."""
COUNTS_S: Final = 3 * 60
"""A session shorter than this is a try: pumps need two to three cycles of up to 60 s
to reach the pressure. It takes no step up, and is not one of the five."""


class Stage(StrEnum):
    """How far the wearer is."""

    GENTLE = "gentle"
    """The first five sessions."""
    BUILDING = "building"
    """In small steps, as far as it is comfortable."""
    STEADY = "steady"
    """At the wearer's own limits, or the boots'."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """What the coach says of the next session.

    Where the wearer's limits and the boots' range have nothing in common it is the
    wearer's limit, which the boots refuse.
    """

    stage: Stage
    target_mmhg: int
    """The recommended target of the foot chamber; never above the cap."""
    duration_s: int
    """The recommended length; never above the cap."""
    cap_mmhg: int
    """No target above this for who follows the coach."""
    cap_duration_s: int
    """No session longer than this for who follows the coach."""


def advise(
    wearer: Wearer, sittings: Iterable[Sitting], now: datetime, boots: Capabilities
) -> Advice:
    """Return what the coach says of a wearer's next session.

    ``sittings`` are the wearer's, in the order in which they happened; their clock
    may have been wrong, and may have gone back. ``now`` is aware.
    """
    course = _Course(wearer, boots)
    before: datetime | None = None
    for sitting in sittings:
        if before is not None:
            course.rested(sitting.started_at - before)
        if sitting.ran_s >= COUNTS_S:
            course.count()
            before = sitting.ended_at
        if sitting.discomfort is not None:
            course.hurt(sitting)
        elif sitting.feeling is Feeling.TOO_STRONG:
            course.too_strong(sitting)
        elif sitting.feeling is Feeling.COMFORTABLE:
            course.comfortable(sitting)
    if before is not None:
        course.rested(now - before)
    return course.advice


def usual(sittings: Sequence[Sitting]) -> Sitting | None:
    """Return the last session that the wearer called comfortable, if there is one."""
    return next(
        (
            sitting
            for sitting in reversed(sittings)
            if sitting.feeling is Feeling.COMFORTABLE and sitting.discomfort is None
        ),
        None,
    )


class _Axis:
    """One of the two things that are advised: the pressure, or the length."""

    def __init__(
        self,
        *,
        gentle: int,
        guidance: int,
        lowest: int,
        highest: int,
        step: int,
        fine: int,
    ) -> None:
        """``fine``: what the boots, or people, count in; ``step`` is a multiple."""
        self.lowest, self.step, self._fine = lowest, step, fine
        self.highest = self._settable(highest)
        self.gentle = self.advised = self._settable(min(gentle, highest))
        self.cap = max(self._settable(min(guidance, highest)), self.advised)

    def _settable(self, value: int) -> int:
        """Return the next value at or below that can be set."""
        return self.lowest + max(0, value - self.lowest) // self._fine * self._fine

    @property
    def may_rise(self) -> bool:
        return self.advised < self.highest

    def rise(self) -> None:
        self.advised = min(self.advised + self.step, self.highest)
        self.cap = max(self.cap, self.advised)

    def fall(self, used: int) -> None:
        """Go a step below what was used, and below what was advised."""
        self.advised = self._settable(min(self.advised, used) - self.step)

    def forbid(self, used: int) -> None:
        """Put the cap a step below what was used."""
        self.cap = self._settable(min(self.cap, used - self.step))
        self.fall(used)

    def ease(self) -> bool:
        """Go a step back towards the beginning; False when already there."""
        if self.advised <= self.gentle:
            return False
        self.advised = max(self.advised - self.step, self.gentle)
        return True


class _Course:
    """Where a wearer is while their history is read."""

    def __init__(self, wearer: Wearer, boots: Capabilities) -> None:
        self._pressure = _pressure(wearer, boots)
        self._length = _length(wearer, boots)
        self._sessions = 0
        self._calm = 0
        """Sessions since the beginning, or since the last discomfort."""
        self._longer_next = True

    def count(self) -> None:
        self._sessions += 1
        self._calm += 1

    def rested(self, pause: timedelta) -> None:
        for _ in range(pause // PAUSE):
            # The pressure first: it is what is felt.
            if not self._pressure.ease() and not self._length.ease():
                return

    def hurt(self, sitting: Sitting) -> None:
        self._calm = 0
        self._pressure.forbid(sitting.felt_mmhg)
        self._length.forbid(sitting.duration_s)

    def too_strong(self, sitting: Sitting) -> None:
        if self._pressure.advised > self._pressure.lowest:
            self._pressure.fall(sitting.felt_mmhg)
        else:
            # The boots can do no less.
            self._length.fall(self._length.advised)

    def comfortable(self, sitting: Sitting) -> None:
        whole = sitting.completed and sitting.duration_s >= self._length.advised
        if (
            self._calm < GENTLE_SESSIONS
            or sitting.ran_s < COUNTS_S
            or sitting.felt_mmhg < self._pressure.advised
            or not (whole or sitting.ran_s >= self._length.advised)
        ):
            return
        longer = self._length.may_rise and (
            self._longer_next or not self._pressure.may_rise
        )
        # Longer before stronger, and then in turns.
        axis = self._length if longer else self._pressure
        if axis.may_rise:
            axis.rise()
            self._longer_next = not longer

    @property
    def advice(self) -> Advice:
        pressure, length = self._pressure, self._length
        caps = pressure.cap, length.cap
        stage = Stage.BUILDING
        if self._sessions < GENTLE_SESSIONS:
            stage = Stage.GENTLE
            caps = min(caps[0], pressure.gentle), min(caps[1], length.gentle)
        elif not pressure.may_rise and not length.may_rise:
            stage = Stage.STEADY
        return Advice(
            stage=stage,
            target_mmhg=pressure.advised,
            duration_s=length.advised,
            cap_mmhg=caps[0],
            cap_duration_s=caps[1],
        )


def _pressure(wearer: Wearer, boots: Capabilities) -> _Axis:
    """Return the pressures that wearer and boots allow, on the boots' steps."""
    lowest, highest = _common(
        wearer.target_max_mmhg, boots.target_min_mmhg, boots.target_max_mmhg
    )
    fine = boots.target_step_mmhg
    in_levels = boots.measure is Measure.LEVELS
    return _Axis(
        gentle=as_counted(GENTLE_MMHG, boots),
        guidance=as_counted(GUIDANCE_MMHG, boots),
        lowest=lowest,
        highest=highest,
        # At least what the boots can do, else no more than a step.
        step=fine if in_levels else max(1, STEP_MMHG // fine) * fine,
        fine=fine,
    )


def _length(wearer: Wearer, boots: Capabilities) -> _Axis:
    """Return the lengths that wearer and boots allow, in whole minutes."""
    lowest, highest = _common(
        wearer.duration_max_min * 60, boots.duration_min_s, boots.duration_max_s
    )
    return _Axis(
        gentle=GENTLE_S,
        guidance=GUIDANCE_S,
        lowest=lowest,
        highest=highest,
        step=STEP_S,
        fine=60,
    )


def _common(own: int, lowest: int, highest: int) -> tuple[int, int]:
    """Return what a limit leaves of a range; only the limit where that is nothing."""
    highest = min(own, highest)
    return (lowest, highest) if lowest <= highest else (highest, highest)

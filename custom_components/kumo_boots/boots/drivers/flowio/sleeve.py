"""What goes on in a sleeve on a FlowIO: decided by what is measured, nothing is sent."""

import asyncio
from dataclasses import replace
from math import ceil
from types import MappingProxyType

from ...cycles import CycleController, Do, Emptying, Order, Stage, vent
from ...errors import FaultedError, WrongPhaseError
from ...model import BOTH, BootsState, End, Fault, Origin, Phase, Settings
from .ambient import Ambient
from .capabilities import CAPABILITIES
from .profile import ALL

AMBIENT_LIMIT_S = 30.0
"""The vented manifold reads the same by then, or its sensor is not to be trusted."""
VACUUM_MMHG = -10.0
"""Nothing here makes a vacuum: a gauge pressure below it is measured wrongly, against an
ambient taken while air was trapped, say."""
SHOWN_S = 20.0
"""A pressure measured longer ago is not known any more."""

RUNNING = frozenset({Stage.CYCLING, Stage.PAUSED})


class Sleeve:
    """First empty against an unknown ambient, then at rest, or in a session.

    ``order`` is what is to be so now; None at rest, which is measured empty.
    """

    def __init__(self) -> None:
        """Begin to let out whatever an earlier connection left."""
        self._time = asyncio.get_running_loop().time
        self._began_at = self._time()
        self._ambient = Ambient()
        self._emptying: Emptying | None = Emptying(ALL, self._began_at)
        """Letting the air out, where no session does."""
        self._session: CycleController | None = None
        self._faults: frozenset[Fault] = frozenset()
        # Whatever ran over an earlier connection has ended with it.
        self._end = End.LEASE_EXPIRED
        self._readings: dict[int, tuple[float, float]] = {}
        """Gauge pressure and when, by zone."""
        self.order: Order | None = vent(ALL)

    @property
    def phase(self) -> Phase:
        """What it does now."""
        if self._session is not None:
            return self._session.phase
        if self._faults:
            return Phase.FAULT
        return Phase.IDLE if self._emptying is None else Phase.VENTING

    @property
    def session(self) -> CycleController:
        """The session that runs; WrongPhaseError where none does."""
        if self._session is None or self._session.stage not in RUNNING:
            raise WrongPhaseError(phase=self.phase)
        return self._session

    @property
    def in_session(self) -> bool:
        """Whether one runs, paused or not."""
        return self._session is not None and self._session.stage in RUNNING

    def prepare(self, settings: Settings) -> CycleController:
        """Return a session that could begin now.

        Raises LimitError, FaultedError, or WrongPhaseError unless it is at rest.
        """
        if self._faults:
            raise FaultedError(faults=", ".join(sorted(self._faults)))
        if self.phase is not Phase.IDLE:
            raise WrongPhaseError(phase=self.phase)
        return CycleController(
            settings,
            chambers=CAPABILITIES.chambers,
            lowest_mmhg=CAPABILITIES.target_min_mmhg,
            ceiling_mmhg=CAPABILITIES.target_max_mmhg,
            now=self._time(),
        )

    def begin(self, session: CycleController) -> None:
        """Run a session."""
        self._session = session
        self._end = End.NONE
        self.look({})

    def let_out(self, end: End) -> None:
        """Let the air out from now on, whatever went on."""
        session = self._session
        if session is not None and session.stage is not Stage.OVER:
            session.finish(end, self._time())
        elif self._emptying is None:
            # A stop takes back the fault of a session that was measured empty.
            self._session = None
            self._emptying = Emptying(ALL, self._time())
        else:
            self._emptying.again(self._time())
        self._is_to_be(vent(ALL))

    def hear(self, absolute_mmhg: float | None, zones: frozenset[int]) -> None:
        """Take what was measured behind these zones; None where it is not known."""
        ambient_mmhg = self._ambient.mmhg
        if ambient_mmhg is None:
            self._take_ambient(absolute_mmhg)
        elif absolute_mmhg is None or absolute_mmhg - ambient_mmhg < VACUUM_MMHG:
            self.look({})
        else:
            self.look(dict.fromkeys(zones, absolute_mmhg - ambient_mmhg))

    def look(self, measured: dict[int, float]) -> None:
        """Decide what is to be so, by what was measured since the last look."""
        now, order = self._time(), self.order
        if order is not None and order.do is not Do.VENT:
            self._readings |= {zone: (mmhg, now) for zone, mmhg in measured.items()}
        if self._session is not None:
            order = self._session.look(now, measured)
            self._end = self._session.end
            if self._session.stage is Stage.OVER and not self._session.faults:
                self._session = None
        elif self._emptying is not None:
            order = self._emptying.look(now, measured)
            if self._emptying.done:
                self._emptying = None
                self._faults = frozenset()
            elif self._emptying.too_long(now):
                self._faults |= {Fault.NOT_EMPTYING}
        over = self._session is not None and self._session.stage is Stage.OVER
        self._is_to_be(None if over or self.phase is Phase.IDLE else order)

    def _is_to_be(self, order: Order | None) -> None:
        self.order = order
        if order is not None and order.do is Do.VENT:
            # What flows out now is measured with the air outside: unknown until each
            # zone was listened to.
            for zone in order.zones:
                self._readings.pop(zone, None)

    def _take_ambient(self, absolute_mmhg: float | None) -> None:
        now = self._time()
        if absolute_mmhg is not None:
            self._ambient.hear(now, absolute_mmhg)
        if self._ambient.mmhg is not None:
            # What was let out before could not be measured.
            self._faults = frozenset()
            self._emptying = Emptying(ALL, now)
        elif now - self._began_at > AMBIENT_LIMIT_S:
            self._faults = frozenset({Fault.SENSOR})

    def state(self, session_id: int | None, battery_percent: int | None) -> BootsState:
        """Return what is known now."""
        session, now = self._session, self._time()
        values = tuple(
            reading[0]
            if (reading := self._readings.get(zone))
            # At rest all is closed, and nothing comes in.
            and (self.order is None or now - reading[1] <= SHOWN_S)
            else None
            for zone in sorted(ALL)
        )
        known = [value for value in values if value is not None]
        state = BootsState(
            phase=self.phase,
            faults=self._faults | (session.faults if session else frozenset()),
            end=self._end,
            # Of all zones, or it is not the highest.
            peak_mmhg=ceil(max(known)) if len(known) == len(values) else None,
            battery_percent=battery_percent,
            pressures_mmhg=MappingProxyType(dict.fromkeys(sorted(BOTH), values)),
        )
        if session is None or not self.in_session:
            return state
        settings = session.settings
        return replace(
            state,
            active_zones=session.active_zones,
            target_mmhg=settings.target_mmhg,
            remaining_s=session.remaining_s,
            cycles=session.cycles,
            origin=Origin.THIS_CONTROLLER,
            session_id=session_id,
            programme=settings.programme,
            legs=settings.legs,
            skipped=settings.skipped,
            boosted=settings.boosted,
        )

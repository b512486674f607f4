"""The state machine of section 5: what is asked of a unit, and what time asks for.

How it gets from phase to phase is in phases.py; pressures are watched in guards.py,
valves moved in chambers.py. Who may ask for what is checked before it gets here: in
control.py and, for the buttons, in unit.py.
"""

from . import obp
from .guards import Guards
from .phases import Phases
from .session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .body import Body, Store
    from .programme import Cycle

# An idle unit that measures this much for a second is not empty any more (R10).
NOT_EMPTY_MMHG = 10
NOT_EMPTY_MS = 1000
# A lower target lets the former one count for the over-pressure limit this long (R28).
LOWERED_MS = 10_000


class Machine(Phases):
    """A unit without its controllers: phase, session, valves and time."""

    def __init__(
        self,
        config: "Mapping[str, Any]",
        body: "Body",
        random: "Callable[[int], bytes]",
        store: "Store",
        observer: "Callable[..., None] | None",
    ) -> None:
        """Open all valves."""
        super().__init__(config, body, random, store, observer)
        self._ticked = False
        self._offer_until = 0
        self._paused_at = 0

    def go_on(self, now_ms: int, programme_ms: int) -> None:
        """Measure, and do what time and pressures ask for."""
        passed = programme_ms - self.programme_ms if self._ticked else 0
        self._ticked = True
        self.now_ms = now_ms
        self.programme_ms = programme_ms
        self.chambers.measure()
        self.check_deadlines()
        self._tick_guards()
        session = self.session
        if self.phase == obp.IDLE:
            self._tick_idle()
        elif self.phase == obp.VENTING:
            self._tick_venting()
        elif session is not None and self.phase == obp.PAUSED:
            if programme_ms - self._paused_at >= obp.PAUSE_LIMIT_MS:
                self._end_session(obp.END_PAUSED)
        elif session is not None and self.phase in obp.CYCLING:
            self._tick_cycle(session, passed)
        if self.chambers.failed and not self.faults & obp.PUMP_FAILS:
            self._fail(obp.PUMP_FAILS)

    def offer(self, time_ms: int) -> None:
        """Wait for a press on the boots."""
        self._offer_until = self.now_ms + time_ms
        self.accepted = False
        self._enter(obp.OFFERED)

    def next_session_number(self) -> int:
        """Return a random session number: not 0, not the last one (R16)."""
        number = 0
        while number in (0, self._last_number):
            number = int.from_bytes(self.random(2), "little")
        self._last_number = number
        return number

    def arm(self, session: Session, request: int) -> int:
        """Keep the settings for one start within 3 s; return its nonce."""
        nonce = int.from_bytes(self.random(4), "little")
        session.nonce = nonce
        session.armed_at = self.now_ms
        session.trail.append(("arm", request, self.now_ms))
        self.session = session
        self.accepted = False
        self.faults &= ~obp.RESTARTED
        self._enter(obp.ARMED)
        return nonce

    def nonce_is(self, nonce: int) -> bool:
        """Whether this is the armed session's nonce, unused and still alive."""
        session = self.session
        return (
            session is not None
            and session.nonce is not None
            and session.nonce == nonce
            and self.now_ms - session.armed_at < obp.NONCE_MS
        )

    def zones(self, leg: int) -> int:
        """Return the zones filled or held in a leg, also while they bleed (R21).

        A zone that is forced open (R27) is not one of them.
        """
        session = self.session
        if session is None or self.phase not in obp.CYCLING:
            return 0
        if not session.legs & (1 << leg):
            return 0
        return session.active_zones() & ~self.guards.forced[leg]

    def unfit(self) -> int:
        """Return why nothing may inflate now: a result code, DONE where it may."""
        percent = self.battery()[0]
        if percent is not None and percent < self.config.battery_start_percent:
            return obp.BATTERY_LOW
        if self.worn() is False:
            return obp.NOT_WORN
        return obp.DONE

    def start(self, session: Session, request: int, delay_ms: int) -> None:
        """Begin the provisional session; the first zone fills after the delay (R17)."""
        session.trail.append(("start", request, self.now_ms))
        self._run(session, delay_ms)

    def commit(self, session: Session) -> None:
        """Both units have accepted: the session is not provisional any more."""
        session.committed = True
        session.beat_at = self.now_ms

    def beat(self, session: Session) -> None:
        """The controller is alive (R19)."""
        session.beat_at = self.now_ms

    def pause(self, session: Session) -> None:
        """Let all air out and keep the remaining time (R20)."""
        self.chambers.let_out()
        self._told_end(session, "paused")
        session.begin_pause()
        session.begins_at = None
        self._paused_at = self.programme_ms
        self._enter(obp.PAUSED)

    def resume(self, session: Session, request: int) -> None:
        """Inflate again, from the first zone."""
        session.trail.append(("resume", request, self.now_ms))
        session.begins_at = self.now_ms
        self._enter(obp.INFLATING)

    def change(self, session: Session, field: int, value: int) -> None:
        """Set one checked field of the running session (R21)."""
        if field == obp.SET_TARGET:
            session.target = value
            session.lower_targets(self.config, self.programme_ms)
        elif field == obp.SET_REMAINING:
            session.remaining_ms = value * 1000
        elif field == obp.SET_SKIP:
            session.skip = value
        else:
            session.boost = value

    def accept_offer(self) -> None:
        """Somebody pressed start: the controller has 10 s to arm (R25)."""
        self.accepted = True
        self._offer_until = self.now_ms + obp.ACCEPTED_MS

    def start_on_boots(self, session: Session) -> None:
        """Begin a session that no controller asked for; it needs no lease (R25)."""
        session.trail.append(("start button", 0, self.now_ms))
        self.faults &= ~obp.RESTARTED
        self.session = session
        self._run(session, 0)

    def stop(self, end: int, slot: "int | None" = None) -> None:
        """Let all air out before anything else, then end what was under way (R14)."""
        self.chambers.let_out()
        self.observe(
            "stop", cause=obp.ENDS[end], slot=slot, phase=obp.PHASES[self.phase]
        )
        if self.phase in obp.RUNNING:
            self._end_session(end)
        elif self.phase in (obp.OFFERED, obp.ARMED):
            self._settle("stopped")

    def clear_faults(self) -> None:
        """End *fault*, where every chamber is measured empty now (R29)."""
        self.chambers.measure()
        if self.phase != obp.FAULT or not self.chambers.empty():
            return
        self.faults &= ~obp.BLOCKING
        self.chambers.failed = False
        self.guards = Guards(self.config)
        self._enter_idle()

    # How time goes on

    def check_deadlines(self) -> None:
        """End what the real clock ends: offer, nonce, commit, lease."""
        session = self.session
        if self.phase == obp.OFFERED and self.now_ms >= self._offer_until:
            self._settle("offer over")
        elif session is None:
            return
        elif self.phase == obp.ARMED:
            if self.now_ms - session.armed_at >= obp.NONCE_MS:
                self._settle("nonce died")
        elif self.phase in obp.RUNNING and session.origin == obp.ORIGIN_CONTROLLER:
            started = self.now_ms - session.started_at
            if not session.committed and started >= obp.LEASE_MS:
                self._end_session(obp.END_NOT_COMMITTED)
            elif self.now_ms - session.beat_at >= obp.LEASE_MS:
                self._end_session(obp.END_LEASE)

    def _tick_guards(self) -> None:
        session = self.session
        targets: list[int] = []
        closed = {}
        for leg in self.config.leg_list:
            closed[leg] = self.zones(leg)
        if session is not None and self.phase in obp.CYCLING:
            recent = self.programme_ms - session.lowered_ms < LOWERED_MS
            targets = session.former_targets if recent else session.targets
        faults = self.guards.check(
            self.chambers.values, closed, targets, self.programme_ms
        )
        if self.phase in obp.RUNNING:
            percent = self.battery()[0]
            if percent is not None and percent < self.config.battery_stop_percent:
                faults |= obp.BATTERY_EXHAUSTED
        if faults & ~self.faults:
            self._fail(faults)

    def _tick_idle(self) -> None:
        if self.chambers.below(NOT_EMPTY_MMHG):
            self._pressed_since = None
        elif self._pressed_since is None:
            self._pressed_since = self.programme_ms
        elif self.programme_ms - self._pressed_since >= NOT_EMPTY_MS:
            self._pressed_since = None
            self._vent()

    def _tick_venting(self) -> None:
        if self._vent_since is None:
            self._vent_since = self.programme_ms
        if self.chambers.empty():
            self._enter_idle()
        elif self.programme_ms - self._vent_since >= obp.VENT_LIMIT_MS:
            self._fail(obp.NOT_EMPTYING)

    def _tick_cycle(self, session: Session, passed_ms: int) -> None:
        if session.begins_at is not None:
            if self.now_ms < session.begins_at:
                return
            session.begins_at = None
            passed_ms = 0
        session.run_ms += passed_ms
        session.remaining_ms -= passed_ms
        if session.remaining_ms <= 0:
            session.remaining_ms = 0
            self._end_session(obp.END_COMPLETED)
            return
        cycle = session.cycle
        if cycle is None:
            cycle = session.begin_cycle(self.config, self.programme_ms)
            self.guards.begin_cycle(self.programme_ms)
            self.chambers.begin_step()
        full = self._work(session, cycle)
        step = (cycle.filling, cycle.holding, cycle.phase)
        zones = cycle.zones
        if cycle.advance(full, session.zones(self.config), self.programme_ms):
            session.cycles += 1
            weak = self.guards.end_cycle(session.legs, zones, session.targets)
            self.guards.begin_cycle(self.programme_ms)
            session.compute_targets(self.config)
            if weak:
                self._fail(weak)
                return
        if step != (cycle.filling, cycle.holding, cycle.phase):
            self.chambers.begin_step()
            self._work(session, cycle)
        if cycle.phase != self.phase:
            self._enter(cycle.phase)
        if not session.inflating_told:
            session.inflating_told = True
            self._told_start(session)

    def _work(self, session: Session, cycle: "Cycle") -> int:
        return self.chambers.work(
            session.legs,
            cycle.filling,
            cycle.holding,
            self.guards.forced,
            session.targets,
        )

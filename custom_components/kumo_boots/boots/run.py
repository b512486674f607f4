"""A session that runs: what is known of it, and when it has to end."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from .any_unit import AnyUnit
from .cause import Actor, Cause, by_boots, by_rule
from .model import BOOST_MMHG, BootsState, End, Fault, Measure, Origin, Phase, Settings
from .pair import Pair
from .pair_state import AT_REST, IN_SESSION
from .session_state import OnLegLost

FRESH_S = 3.0
"""A state older than this is not known any more; running units tell theirs every
second (Open Boots Profile, R9 and R39)."""
LEASE_MARGIN_S = 1.0
"""After the lease and this a unit that was not heard has vented for sure: the last
heartbeat may have been on its way when the link broke."""
GRACE_S = 5.0
"""How much later than planned the boots may end by themselves before they are told."""
PAUSE_MAX_S = 600.0
"""The longest pause (Open Boots Profile, R20)."""
OVER_TARGET_MMHG = 20
"""A chamber above its target by more than this for ``OVER_TARGET_S`` is too much…"""
OVER_TARGET_S = 1.0
OVER_RANGE_MMHG = 10
"""…and so is one above the range of the boots by more than this, at once (R28)."""
OUT_OF_SIGHT_MMHG = 1000
"""Of a level of which nobody says what it is; no sensor reads so much."""
APART_S = 5.0
"""How long one leg may be paused while the other is not: the time a pause takes."""
LEASES_APART_S = 1.0
"""How much later than one leg's the other's word of its lease being over may come."""
HELD_UP_S = 3.0
"""Looked at twice a second; whoever was not for this long was held up."""
SETTLE_S = 2.5
"""After a change of the length a report may still be one from before it."""
LOWERED_S = 10.0
"""After a target was lowered the former one counts this long: air takes its time."""


class Leg(Enum):
    """How one unit of a running session is."""

    ALIVE = auto()
    """It said within ``FRESH_S`` that it runs."""
    AWAY = auto()
    """It has not said anything for a while; it may still run."""
    LOST = auto()
    """It has not said anything for longer than its lease."""
    ENDED = auto()
    """It said that its session is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Why a session is over, or goes on without some of its legs."""

    cause: Cause
    completed: bool = False
    stop: bool = True
    """The boots have to be told; else they ended by themselves."""
    lost: bool = False
    """They ended unseen, when the lease ran out."""
    fault: bool = False
    without: tuple[AnyUnit, ...] = ()
    """The session goes on without these."""
    facts: dict[str, str | int | float | None] = field(default_factory=dict)


@dataclass(eq=False, kw_only=True)
class Run:
    """One session, whoever started it. Times are the event loop's, in s."""

    own: bool
    """Started by this controller, and kept alive by its heartbeats."""
    origin: Origin
    cause: Cause
    settings: Settings | None
    """As the boots report them; None where their programme is not known."""
    started_at: datetime
    budget_s: float
    """How long it may run by our own clock, pauses left out."""
    units: list[AnyUnit]
    remaining_s: int | None
    """As last reported."""
    session_ids: dict[AnyUnit, int | None] = field(default_factory=dict)
    seen: dict[AnyUnit, float] = field(default_factory=dict)
    """When each unit was alive last."""
    clock_s: float = 0.0
    paused_s: float = 0.0
    """Of the current pause."""
    ran_s: float = 0.0
    """Pauses included."""
    over_since: dict[AnyUnit, float] = field(default_factory=dict)
    former_mmhg: dict[AnyUnit, tuple[float, int, int]] = field(default_factory=dict)
    """Per unit: when its target was lowered, from what, and to what."""
    apart_since: float | None = None
    """Since when one leg is paused and another is not."""
    lease_over_since: float | None = None
    """Since when a leg says that its lease ran out."""
    heard_by: float = 0.0
    """By when, after we were held up, what the boots said meanwhile has arrived."""
    over_limit_told: bool = False
    out_of_sight: bool = False
    length_known: bool = True
    """Not of a session that was found under way, and of whose beginning nothing is
    known."""
    settled_at: float = 0.0
    """From when on the boots' own remaining time counts again after a change."""
    _watched_at: float | None = None

    def join(self, unit: AnyUnit, now: float) -> None:
        """Count a unit that runs as one of this session's."""
        if unit not in self.units:
            self.units.append(unit)
        self.session_ids[unit] = unit.state.session_id
        self.seen[unit] = now

    def look(self, unit: AnyUnit, now: float) -> Leg:
        """Return how one of the session's units is."""
        state = unit.state
        if unit.connected and (
            state.phase in AT_REST
            or state.phase in (Phase.VENTING, Phase.FAULT)
            or (state.phase in IN_SESSION and self._another(unit, state))
        ):
            return Leg.ENDED
        if unit.fresh(FRESH_S) and state.phase in IN_SESSION:
            self.seen[unit] = now
            return Leg.ALIVE
        lease_s = unit.capabilities.lease_s if unit.capabilities else 0.0
        if self.own and now - self.seen[unit] > lease_s + LEASE_MARGIN_S:
            return Leg.LOST
        return Leg.AWAY

    def watch(self, pair: Pair, now: float) -> dict[AnyUnit, Leg]:
        """Take over what the boots report, and let our own clock run."""
        passed = 0.0 if self._watched_at is None else now - self._watched_at
        self._watched_at = now
        if passed > HELD_UP_S:
            self.heard_by = now + LEASES_APART_S
        legs = {unit: self.look(unit, now) for unit in self.units}
        self.ran_s += passed
        alive = [unit for unit in legs if legs[unit] is Leg.ALIVE]
        if alive and all(unit.state.phase is Phase.PAUSED for unit in alive):
            self.paused_s += passed
        else:
            self.paused_s = 0.0
            self.clock_s += passed
        if pair.state.remaining_s is not None and now >= self.settled_at:
            self.remaining_s = pair.state.remaining_s
        if self.settings and pair.state.target_mmhg is not None:
            self.settings = replace(
                self.settings,
                target_mmhg=pair.state.target_mmhg,
                skipped=pair.state.skipped,
                boosted=pair.state.boosted,
            )
        return legs

    def elapsed_s(self) -> int:
        """Return how much of the session is over, by our clock or by the boots'.

        Whichever says more: what the boots report may be older than a change, and
        must not make room for a longer session than there may be.
        """
        elapsed_s = round(self.clock_s)
        if self.settings is None or self.remaining_s is None:
            return elapsed_s
        return max(elapsed_s, self.settings.duration_s - self.remaining_s)

    def extend(self, duration_s: int, remaining_s: int) -> None:
        """Take over that the boots agreed to another length."""
        self.budget_s = self.clock_s + remaining_s
        self.remaining_s = remaining_s
        self.settled_at = (self._watched_at or 0.0) + SETTLE_S
        if self.settings:
            self.settings = replace(self.settings, duration_s=duration_s)

    def take_over(
        self, duration_s: int, started_at: datetime, remaining_s: int
    ) -> None:
        """Take over how long it was to be, and when it began, from before we watched.

        ``remaining_s`` is what it may still run, whatever the boots report.
        """
        self.started_at = started_at
        self.clock_s = float(max(0, duration_s - remaining_s))
        self.budget_s = self.clock_s + remaining_s
        self.ran_s = max(self.clock_s, self.ran_s)
        if self.settings:
            self.settings = replace(self.settings, duration_s=duration_s)

    def _another(self, unit: AnyUnit, state: BootsState) -> bool:
        """Whether the unit runs another session than the one we started."""
        return self.own and (
            state.origin is not Origin.THIS_CONTROLLER
            or state.session_id != self.session_ids[unit]
        )

    # When it has to end

    def judge(
        self, pair: Pair, legs: dict[AnyUnit, Leg], now: float, on_leg_lost: OnLegLost
    ) -> Verdict | None:
        """Return why the session has to end now; None when it may go on."""
        return (
            self._judge_faults()
            or self._judge_pressure(now)
            or (
                self._judge_legs(legs, now, on_leg_lost) if self.own else _foreign(legs)
            )
            or self._judge_apart(legs, now)
            or self._judge_time(legs)
        )

    def _judge_faults(self) -> Verdict | None:
        faults = {
            fault
            for unit in self.units
            if unit.connected
            for fault in unit.state.faults - {Fault.RESTARTED}
        }
        if not faults:
            return None
        return Verdict(
            cause=by_boots("fault"),
            fault=True,
            facts={"faults": ", ".join(sorted(faults))},
        )

    def _judge_pressure(self, now: float) -> Verdict | None:
        for unit in self.units:
            state, capabilities = unit.state, unit.capabilities
            if (
                not unit.connected
                or capabilities is None
                or state.phase not in IN_SESSION
                or state.target_mmhg is None
            ):
                self.over_since.pop(unit, None)
                continue
            top = capabilities.target_max_mmhg
            if state.target_mmhg > top:
                return Verdict(
                    cause=by_rule("over_range"),
                    facts={"target_mmhg": state.target_mmhg},
                )
            target = self._recent_target(unit, now)
            if capabilities.measure is Measure.LEVELS:
                # Judged by what the maker says that they are; else by nothing.
                nominal = capabilities.nominal_mmhg or (OUT_OF_SIGHT_MMHG,) * top
                target, top = nominal[target - 1], nominal[-1]
            excess, peak = _excess(state, target)
            if not excess:
                self.over_since.pop(unit, None)
            since = self.over_since.setdefault(unit, now) if excess else now
            if peak > top + OVER_RANGE_MMHG or now - since > OVER_TARGET_S:
                return Verdict(
                    cause=by_rule("over_pressure"),
                    fault=True,
                    facts={"peak_mmhg": peak},
                )
        return None

    def _recent_target(self, unit: AnyUnit, now: float) -> int:
        """Return the highest target of the last seconds."""
        target = unit.state.target_mmhg or 0
        lowered_at, former, latest = self.former_mmhg.get(unit, (now, target, target))
        if target < latest:
            lowered_at, former = now, max(former, latest)
        elif target > former or now - lowered_at > LOWERED_S:
            lowered_at, former = now, target
        self.former_mmhg[unit] = (lowered_at, former, target)
        return max(former, target)

    def _judge_legs(
        self, legs: dict[AnyUnit, Leg], now: float, on_leg_lost: OnLegLost
    ) -> Verdict | None:
        ended = {unit: unit.state.end for unit in legs if legs[unit] is Leg.ENDED}
        active = [unit for unit in legs if ended.get(unit) is not End.COMPLETED]
        if not active:
            return Verdict(cause=by_boots("time_up"), completed=True, stop=False)
        alive = any(legs[unit] is Leg.ALIVE for unit in active)
        away = any(legs[unit] is Leg.AWAY for unit in active)
        lost = [unit for unit in active if legs[unit] is Leg.LOST]
        for unit, end in ended.items():
            if end in _VANISHED:
                lost.append(unit)
            elif end is not End.COMPLETED:
                return Verdict(
                    cause=cause_of(end, unit.state), stop=alive or away or bool(lost)
                )
        if not lost or (away and not alive):
            # Whether the rest still runs decides, and is not known yet.
            return None
        if alive and End.LEASE_EXPIRED in ended.values():
            self.lease_over_since = self.lease_over_since or now
            if now - self.lease_over_since <= LEASES_APART_S:
                return None
        if now <= self.heard_by:
            return None
        if alive and on_leg_lost == "continue":
            return Verdict(cause=by_rule("leg_lost"), without=tuple(lost))
        if alive:
            return Verdict(cause=by_rule("leg_lost"))
        if all(ended.get(unit) is End.RESTARTED for unit in lost):
            return Verdict(cause=by_boots("restarted"), stop=False)
        # A unit that does not vent by itself has to be reached, however late.
        return Verdict(
            cause=by_rule("lease"),
            lost=True,
            stop=not all(
                unit.capabilities and unit.capabilities.fail_safes.vents_on_silence
                for unit in lost
            ),
        )

    def _judge_apart(self, legs: dict[AnyUnit, Leg], now: float) -> Verdict | None:
        """End what one leg goes on with while the other is paused."""
        paused = {
            unit.state.phase is Phase.PAUSED
            for unit, leg in legs.items()
            if leg is Leg.ALIVE
        }
        if not self.own or len(paused) < 2:
            self.apart_since = None
            return None
        self.apart_since = self.apart_since or now
        if now - self.apart_since <= APART_S:
            return None
        return Verdict(cause=by_rule("leg_lost"))

    def _judge_time(self, legs: dict[AnyUnit, Leg]) -> Verdict | None:
        if self.paused_s > PAUSE_MAX_S + GRACE_S:
            return Verdict(cause=by_rule("paused_too_long"))
        if self.clock_s <= self.budget_s + GRACE_S:
            return None
        if Leg.ALIVE in legs.values():
            return Verdict(cause=by_rule("time_up"), completed=True)
        if self.own:
            return None  # The lease decides.
        return Verdict(cause=by_rule("link_lost"), lost=True, stop=False)


_VANISHED = frozenset({End.LEASE_EXPIRED, End.RESTARTED})
"""Ends that nobody wanted: the leg was lost."""

_ENDS = {
    End.STOPPED_ON_BOOTS: "stopped_on_boots",
    End.FAULT: "fault",
    End.PAUSED_TOO_LONG: "paused_too_long",
    End.NOT_COMMITTED: "not_committed",
    End.LEASE_EXPIRED: "lease",
    End.RESTARTED: "restarted",
    End.COMPLETED: "time_up",
}


def cause_of(end: End, state: BootsState) -> Cause:
    """Return the cause of an end that the boots report."""
    if end is End.STOPPED or state.phase in IN_SESSION:
        # Not by us: our own stops end the run before the boots report.
        return Cause(actor=Actor.OTHER_CONTROLLER, why="stopped")
    return by_boots(_ENDS.get(end, "ended"))


def _foreign(legs: dict[AnyUnit, Leg]) -> Verdict | None:
    """Judge the legs of a session that somebody else started: when all ended."""
    if any(leg is not Leg.ENDED for leg in legs.values()):
        return None
    ends = {unit.state.end: unit.state for unit in legs}
    bad = [end for end in ends if end is not End.COMPLETED]
    end = bad[0] if bad else End.COMPLETED
    return Verdict(cause=cause_of(end, ends[end]), completed=not bad, stop=False)


def _excess(state: BootsState, target_mmhg: int) -> tuple[bool, float]:
    """Return whether any chamber is too far above its target, and the highest."""
    allowed = target_mmhg + OVER_TARGET_MMHG
    values: list[tuple[int, float]] = [
        (zone, value)
        for chambers in state.pressures_mmhg.values()
        for zone, value in enumerate(chambers, 1)
        if value is not None
    ]
    # The state's own peak does not say which zone, so the boosted one may be it.
    values.append((state.boosted or 0, state.peak_mmhg or 0))
    excess = any(
        value > allowed + (BOOST_MMHG if zone == state.boosted else 0)
        for zone, value in values
    )
    return excess, max(value for _, value in values)

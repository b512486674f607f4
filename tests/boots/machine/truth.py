"""What is true of the boots, beside what is said of them: the nine invariants.

``Truth`` looks at every tick of every unit, at every event of the session and at the
end of every stop; ``check`` is asked after every step. Its numbers are the promises of
the design, plus the time that a tick and the air of the machine take.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from custom_components.kumo_boots.boots.pair_stopping import RECENT_S
from custom_components.kumo_boots.boots.session_state import (
    EventKind,
    Outcome,
    SessionEvent,
    SessionPhase,
)
from firmware import obp

from ..rig import Rig
from ..wired import WiredBoots
from .record import Own, Record

OVERSHOOT_MMHG = 4
TOGETHER_MS = 1000
"""Two legs that begin within this are one session."""
ALONE_MS = 27_000
"""A lease to learn that one leg is lost, and one until the other ends by itself."""
YES_S = 60
"""A yes does not start anything later than this: links, locks and nonces end first."""
CALM_S = 6.0
"""With nothing wrong for this long, what is shown has to be so…"""
STEADY_S = 3.5
"""…if it has been so for this long: boots tell their state every second."""
STOPPING_S = 25.0
"""Boots in reach do not run for longer than this while they are shown as stopping."""
LATE_S = 30.0
"""After its time a session of ours ends within the grace, a stop and a lease."""
FOR_PEOPLE = frozenset({obp.ARM, obp.START, obp.COMMIT, obp.RESUME, obp.SET})
"""What is only ever sent while the command that it is for is under way…"""
ARRIVES_S = 1.0
"""…and arrives within this."""
MOST_TASKS = 40
TASKS_OF_A_STOP = 5
SHOWN_RUNNING = {
    SessionPhase.RUNNING,
    SessionPhase.PAUSED,
    SessionPhase.STARTING,
    SessionPhase.STOPPING,
}


class Truth:
    """The judge of one example."""

    def __init__(self, rig: Rig, *, target_max_mmhg: int, on_leg_lost: str) -> None:
        """Watch a rig whose boots are fresh."""
        self.rig = rig
        self.loop = asyncio.get_running_loop()
        self.target_max_mmhg = target_max_mmhg
        self.on_leg_lost = on_leg_lost
        self.complaints: list[str] = []
        self.records = [Record(boots, self.loop.time()) for boots in rig.boots]
        self.permits: list[float] = []
        """When a person, or a request under *direct*, let us inflate."""
        self.stops: list[float] = []
        """When a person asked for a stop."""
        self.wanted_mmhg: set[int] = set()
        """All targets that were ever asked for."""
        self.shown: tuple[SessionPhase, float] = (SessionPhase.UNKNOWN, 0.0)
        self.held_up_s = 0.0
        """For how long the loop was held up, in all."""
        self.generation = 0
        """Which session object it is: Home Assistant may have been restarted."""
        self.told: list[SessionEvent] = []
        self.acting: Callable[[], bool] = lambda: True
        """Whether a command of somebody's is under way."""
        self.acted_at = self.loop.time()
        for record in self.records:
            record.boots.ticked = lambda record=record: self.tick(record)

    def complain(self, what: str) -> None:
        """Note a broken invariant."""
        self.complaints.append(f"{self.loop.time() - 1000:.1f} s: {what}")

    def record(self, boots: WiredBoots) -> Record:
        """Return what is noted of a unit."""
        return next(record for record in self.records if record.boots is boots)

    def disturb(self, *all_boots: WiredBoots) -> None:
        """Note that something is wrong with units, or was just put right."""
        for record in self.records:
            if not all_boots or record.boots in all_boots:
                record.disturbed_at = self.loop.time()

    def acted(self) -> None:
        """Note that a command of somebody's was under way until now."""
        self.acted_at = self.loop.time()

    def follow(self) -> None:
        """Watch the present session of the rig."""
        self.generation += 1
        session = self.rig.session
        assert session is not None
        self.shown = (session.state.phase, self.loop.time())
        session.listen_events(self._heard)
        session.listen_state(self._shown)

    def _shown(self) -> None:
        assert self.rig.session is not None
        phase = self.rig.session.state.phase
        if phase is not self.shown[0]:
            self.shown = (phase, self.loop.time())

    # At every tick of a unit

    def tick(self, record: Record) -> None:
        """Look at a unit after it went on."""
        now = self.loop.time()
        for fact in record.news(now):
            self._inflates(record, fact, now)
        record.look(now)
        boots = record.boots
        mmhg = boots.body.highest_mmhg
        if not record.forced and mmhg > self.target_max_mmhg + OVERSHOOT_MMHG:
            self.complain(f"4: {boots.name} holds {mmhg:.0f} mmHg")
        if (
            record.due_ms is not None
            and record.runs
            and boots.unit.session.run_ms > record.due_ms + LATE_S * 1000
        ):
            self.complain(f"6: {boots.name} runs on after its end")
            record.due_ms = None
        if record.over_since is not None and record.runs:
            self._judge_pressure(record, now)
        if self.acting():
            self.acted()
        for opcode in record.orders():
            self._judge_order(record, opcode, now)
        if record.runs and len(self.records) == 2:
            self._judge_alone(record, now)

    def _judge_order(self, record: Record, opcode: int, now: float) -> None:
        """Judge what was written to a unit: nothing waits for one that was away."""
        if not self._calm(record, now):
            return
        name = record.boots.name
        if opcode in FOR_PEOPLE and now - self.acted_at > ARRIVES_S:
            self.complain(f"9: order {opcode} for {name}, and nobody asks for anything")
        if (
            opcode == obp.HEARTBEAT
            and now - record.so_since > 2
            and (
                not record.runs
                or record.boots.unit.session.origin != obp.ORIGIN_CONTROLLER
            )
        ):
            self.complain(f"8: a heartbeat for nothing, {now:.1f} s")

    def _inflates(self, record: Record, fact: dict[str, Any], now: float) -> None:
        """Judge the beginning of an inflation by us."""
        name, at = record.boots.name, fact["now_ms"] / 1000
        if record.starts_by_us > len(self.permits):
            self.complain(f"1: {name} inflates more often than anybody said yes")
        if not self.permits or at > self.permits[-1] + YES_S:
            self.complain(f"2: {name} inflates long after a yes")
        if fact["target_mmhg"] > self.target_max_mmhg:
            self.complain(f"4: {name} was told {fact['target_mmhg']} mmHg")
        if fact["target_mmhg"] not in self.wanted_mmhg:
            self.complain(f"9: nobody asked for {fact['target_mmhg']} mmHg")
        stopped = [
            stop for stop in self.stops if any(stop <= seen for seen in record.stops)
        ]
        if stopped and not any(permit >= stopped[-1] for permit in self.permits):
            self.complain(f"3: {name} inflates after a stop had reached it")

    def _judge_pressure(self, record: Record, now: float) -> None:
        """Judge how long the session bears what the firmware does not notice."""
        since = record.over_since
        if self._calm(record, now) and since is not None and now - since > STEADY_S + 3:
            self.complain(f"5: {record.boots.name} runs on above its range")

    def _judge_alone(self, record: Record, now: float) -> None:
        """Judge whether a leg goes on whose other leg has ended."""
        one = record.running
        if one is None:
            return
        (other_record,) = [other for other in self.records if other is not record]
        for other in other_record.own.values():
            if (
                other.ended_ms is not None
                and abs(other.begun_ms - one.begun_ms) < TOGETHER_MS
                and now * 1000 - other.ended_ms > ALONE_MS
            ):
                self._alone(record, other_record, one, other, now)

    def _alone(
        self, record: Record, other_record: Record, one: Own, other: Own, now: float
    ) -> None:
        if self.on_leg_lost == "stop":
            self.complain(f"7: {record.boots.name} goes on alone")
        elif (
            other.cause not in ("completed", None)
            and one.generation == self.generation
            and self._calm(record, now)
            and not any(event.kind is EventKind.LOST for event in self.told)
        ):
            self.complain(f"7: nobody was told that {other_record.boots.name} is lost")

    # What the session says

    def _heard(self, event: SessionEvent) -> None:
        self.told.append(event)
        if event.kind not in (EventKind.STOPPED, EventKind.COMPLETED):
            return
        session = self.rig.session
        assert session is not None
        if session._stop_unconfirmed:
            return
        # A leg that took no part may hold the air of a session before a restart.
        legs = str(event.facts.get("legs", "left, right"))
        for record, unit in zip(self.records, self.rig.units, strict=True):
            if record.lied_lately(self.loop.time()) or record.started_on_boots:
                continue
            if not any(side in legs for side in unit.sides):
                continue
            if record.forced and not unit.connected:
                # Squeezed from outside while nobody could be told.
                continue
            if unit.capabilities is None:
                # Not heard since a restart: the end of a start that went nowhere.
                continue
            if not record.boots.body.empty:
                self.complain(f"5: an end, and {record.boots.name} holds air")

    def stopped(
        self,
        asked_at: float,
        held_up_s: float,
        generation: int,
        outcome: Outcome,
        limit_s: float,
    ) -> None:
        """Judge what a stop came to."""
        now = self.loop.time()
        if generation != self.generation:
            return
        # A loop that is held up cannot tell anybody anything.
        took_s = now - asked_at - (self.held_up_s - held_up_s)
        if took_s > limit_s + 1:
            self.complain(f"3: a stop took {took_s:.0f} s")
        session = self.rig.session
        assert session is not None
        if outcome.result == "not_confirmed":
            if not any(e.kind is EventKind.STOP_UNCONFIRMED for e in self.told):
                self.complain("3: a stop was not confirmed, and nobody was told")
            return
        if outcome.result not in ("stopped", "already_idle", "declined"):
            return
        for record, unit in zip(self.records, self.rig.units, strict=True):
            if (
                record.lied_lately(now)
                or record.begun_since(asked_at)
                or not unit.heard(RECENT_S)
            ):
                continue
            if outcome.result == "declined" and not unit.in_sight:
                continue
            if record.runs or not record.boots.body.empty:
                self.complain(f"3: {outcome.result}, and {record.boots.name} is not")

    # After every step

    def check(self, under_way: int) -> None:
        """Raise what was noted, and compare what is shown with what is so.

        ``under_way``: how many commands of people are not done yet.
        """
        now = self.loop.time()
        for record in self.records:
            record.look(now)
        self._compare(now)
        tasks = [task for task in asyncio.all_tasks(self.loop) if not task.done()]
        if len(tasks) > MOST_TASKS + TASKS_OF_A_STOP * under_way:
            self.complain(f"8: {len(tasks)} tasks")
        assert not self.complaints, "\n".join(self.complaints)

    def _compare(self, now: float) -> None:
        phase, since = self.shown
        steady = [
            (record, unit)
            for record, unit in zip(self.records, self.rig.units, strict=True)
            if self._calm(record, now) and now - record.so_since > STEADY_S
        ]
        for record, unit in steady:
            name = record.boots.name
            if record.runs and unit.connected and phase not in SHOWN_RUNNING:
                self.complain(f"8: {name} runs, and is shown as {phase}")
            if (
                phase is SessionPhase.STOPPING
                and now - since > STOPPING_S
                and record.runs
                and now - max(record.so_since, record.disturbed_at) > STOPPING_S
            ):
                self.complain(f"3: {name} runs on while it is shown as stopping")
            # Who is not connected does not tell that something squeezes it at rest.
            told = unit.connected or not record.forced
            if (
                phase is SessionPhase.IDLE
                and told
                and (record.runs or not record.boots.body.empty)
            ):
                self.complain(f"8: {name} holds air, and is shown as idle")
        if (
            phase in (SessionPhase.RUNNING, SessionPhase.PAUSED)
            and now - since > STEADY_S
            and len(steady) == len(self.records)
            and not any(record.runs for record, _ in steady)
        ):
            self.complain(f"8: nothing runs, and it is shown as {phase}")

    def _calm(self, record: Record, now: float) -> bool:
        """Whether nothing has been wrong with a unit for a while."""
        wire = self.rig.wire
        if (
            record.disturbed
            or wire.refuse is not None
            or wire.connect_hangs
            or wire.disconnect_hangs
            or wire.slots < len(self.records)
        ):
            record.disturbed_at = now
        return now - record.disturbed_at > CALM_S

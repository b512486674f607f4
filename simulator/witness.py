"""What really happened: an append-only log, written by the boots' insides.

A controller may believe what it likes; the witness watches the valves, the pump and
the true pressures of each unit, and what the firmware says it does and why. Tests
judge by it. Entries are plain dictionaries that JSON can hold, each with ``n`` (1, 2,
…), ``t`` (s, the machine's monotonic clock, so it can be compared with other
processes here), ``boots`` and ``kind``:

``inflation``   air begins to flow after none did: ``cause`` (what the firmware says:
                ``controller``, ``boots``; or ``unexplained``), ``phase``, ``session``,
                ``slot``, ``programme``, ``target_mmhg``, ``legs``, ``requests`` (what
                led to it), ``programme_s``
``ended``       the unit stopped inflating, for good or for a pause: ``cause`` (the
                profile's end, ``paused``, ``power_lost``, ``unexplained``), ``phase``,
                ``session``, ``open_ms`` (from the last stop received to all valves open
                and pump off; None when no stop was received), ``peaks_mmhg`` (true)
``empty``       every chamber truly below 5 mmHg after that: ``after_ms`` (real, from the
                valves opening), ``after_programme_s``, ``stop_ms`` (from stop to empty)
``stop``        a stop arrived: ``by`` (``write``, ``command``, ``button``), ``running``
``skew``        the two units of a pair began within 12 s: ``ms`` apart, ``other``
``write``       a control request arrived: ``opcode``, ``number``, ``response``, ``size``
``link``        ``connected``, ``lost`` (with ``reason``)
``power``       ``on``, ``off``
``injected``    a fault on demand: ``fault`` and its values
``firmware``    anything else the firmware tells: ``event`` and its facts
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pneumatics import Pneumatics

type Entry = dict[str, Any]

CYCLING = range(3, 7)
PHASES = (
    "idle",
    "offered",
    "armed",
    "inflating",
    "holding",
    "releasing",
    "resting",
    "paused",
    "venting",
    "fault",
)
# Without power there is no phase.
OFF = -1
# One leg is never alone for longer than a lease (10 s); later is another session.
SKEW_WINDOW_S = 12.0


def phase_name(phase: int) -> str:
    """Return the word for a phase of the profile."""
    if phase == OFF:
        return "off"
    return PHASES[phase] if phase < len(PHASES) else str(phase)


class Witness:
    """The log of all boots of a house. Nothing is ever taken out of it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Start with an empty log."""
        self.clock = clock
        self._entries: list[Entry] = []
        self._listeners: list[Callable[[Entry], None]] = []
        self._began: dict[str, tuple[str, float]] = {}

    def record(self, boots: str, kind: str, **facts: Any) -> Entry:
        """Write down what happened this moment (or at ``t``)."""
        entry: Entry = {
            "n": len(self._entries) + 1,
            "t": facts.pop("t", None) or self.clock(),
            "boots": boots,
            "kind": kind,
            **facts,
        }
        self._entries.append(entry)
        for listener in list(self._listeners):
            listener(entry)
        return entry

    def entries(
        self, since: int = 0, *, boots: str | None = None, kind: str | None = None
    ) -> list[Entry]:
        """Return entries whose ``n`` is above ``since``, all or of one boots or kind."""
        return [
            dict(entry)
            for entry in self._entries[max(0, since) :]
            if (boots is None or entry["boots"] == boots)
            and (kind is None or entry["kind"] == kind)
        ]

    def listen(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Tell the listener of each new entry; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def began(self, pair: str, boots: str, t: float) -> None:
        """Note that a unit of a pair began to inflate, and measure the skew."""
        other = self._began.pop(pair, None)
        if other is None or other[0] == boots or t - other[1] > SKEW_WINDOW_S:
            self._began[pair] = (boots, t)
            return
        ms = round((t - other[1]) * 1000, 3)
        self.record(boots, "skew", ms=ms, other=other[0])

    def over(self, pair: str, boots: str) -> None:
        """Note that a unit has stopped: the other one's next start is another one."""
        if self._began.get(pair, ("", 0))[0] == boots:
            del self._began[pair]


class UnitWitness:
    """Watches one unit. The peripheral feeds it; the firmware is asked, not trusted."""

    def __init__(
        self, witness: Witness, boots: str, pair: str, body: Pneumatics
    ) -> None:
        """Watch this unit's body."""
        self.witness = witness
        self.boots = boots
        self._pair = pair
        self._body = body
        self._phase: Callable[[], int] = lambda: 0
        self._running = False
        self._emptying: tuple[float, float] | None = None
        self._stop_t: float | None = None
        self._open_t: float | None = None
        self._beginning: tuple[float, float] | None = None
        self._start: Mapping[str, Any] = {}
        self._end: Mapping[str, Any] = {}
        body.watch = self._watch

    def attach(self, phase: Callable[[], int]) -> None:
        """Ask this firmware for its phase from now on (after a restart: a new one)."""
        self._phase = phase

    @property
    def running(self) -> bool:
        """Whether the unit is within a run of cycles that inflate."""
        return self._running

    def record(self, kind: str, **facts: Any) -> Entry:
        """Write something about this unit down."""
        return self.witness.record(self.boots, kind, **facts)

    def told(self, kind: str, **facts: Any) -> None:
        """Take what the firmware's observer says."""
        plain = {
            key: value.hex() if isinstance(value, bytes | bytearray) else value
            for key, value in facts.items()
            if key != "now_ms"
        }
        if kind == "inflation_start":
            self._start = plain
        elif kind == "inflation_end":
            self._end = plain
        self.record("firmware", event=kind, **plain)

    def stop(self, by: str) -> None:
        """Note that a stop arrived this moment, before the firmware has seen it."""
        self._stop_t = self.witness.clock()
        self.record("stop", by=by, running=self._running, t=self._stop_t)

    def _watch(self, kind: str, leg: int, mask: int) -> None:
        body = self._body
        if kind == "fill" and mask & ~body.open_mask(leg) and not self._running:
            self._begin()
        if body.valves_open:
            self._open_t = self.witness.clock()

    def _begin(self) -> None:
        self._running = True
        self._emptying = None
        self._stop_t = self._open_t = None
        self._body.reset_peaks()
        # The firmware says why before its turn is over; see look().
        self._beginning = (self.witness.clock(), self._body.clock_s)
        self._end = {}

    def look(self) -> None:
        """Look at the unit; to be called after each tick and each write."""
        body = self._body
        if self._running:
            phase = self._phase()
            if self._beginning is not None:
                self._explain(phase, *self._beginning)
                self._beginning = None
            if phase not in CYCLING and body.valves_open:
                self._over(phase)
        if self._emptying is not None and body.empty:
            opened, programme_s = self._emptying
            self._emptying = None
            now = self.witness.clock()
            self.record(
                "empty",
                after_ms=round((now - opened) * 1000, 3),
                after_programme_s=round(body.clock_s - programme_s, 3),
                stop_ms=_since(self._stop_t, now),
                t=now,
            )

    def _explain(self, phase: int, t: float, programme_s: float) -> None:
        facts, self._start = self._start, {}
        self.record(
            "inflation",
            phase=phase_name(phase),
            programme_s=round(programme_s, 3),
            t=t,
            **{"cause": "unexplained", **facts},
        )
        self.witness.began(self._pair, self.boots, t)

    def _over(self, phase: int) -> None:
        self._running = False
        self.witness.over(self._pair, self.boots)
        opened = self._open_t or self.witness.clock()
        self._emptying = (opened, self._body.clock_s)
        self.record(
            "ended",
            phase=phase_name(phase),
            open_ms=_since(self._stop_t, opened),
            peaks_mmhg={
                ("left", "right")[leg]: [round(p, 2) for p in peaks]
                for leg, peaks in self._body.peaks.items()
            },
            **{"cause": "unexplained", **self._end},
        )
        self._end = {}


def _since(before: float | None, now: float) -> float | None:
    """Return the ms from one moment to another; at least 0 (it may have been so)."""
    return None if before is None else round(max(0.0, now - before) * 1000, 3)

"""When to publish, and what: every published value may become a database row.

Availability, the coarse phase, stops, faults and setpoints are published at once;
live values (pressures, the time that remains, cycles) at an interval the user chose.
Nothing is lost by that: while a session runs, what is published is each chamber's
peak since the publication before, and a chamber that fills for the first time need not
wait for the interval.
"""

from collections.abc import Mapping
from dataclasses import replace
from operator import attrgetter
from types import MappingProxyType

from .boots.model import Side
from .boots.session import SessionPhase, SessionState
from .snapshot import Snapshot

type Pressures = Mapping[Side, tuple[float | None, ...]]

LEAST_CHANGE_MMHG = 1.0
"""At rest a sensor's noise is no news."""
RISE_MMHG = 10.0
"""A peak this much above what is shown is news…"""
RISE_S = 5.0
"""…for which a person who looks at the page should not wait longer than this."""
LEAST_SHIFT_S = 3.0
"""The end of a session moves by this much before it counts as moved."""

_PROMPT_PAIR = attrgetter(
    "connected",
    "target_mmhg",
    "faults",
    "origin",
    "programme",
    "legs",
    "skipped",
    "boosted",
    "end",
    "accepted",
    "battery_low",
    "charging",
    "worn",
    "child_lock",
    "session_ids",
)
_PROMPT_SESSION = attrgetter(
    "phase",
    "settings",
    "awaiting_until",
    "started_at",
    "cause",
    "last_end",
    "stop_unconfirmed",
    "continue_offer",
)
_PROMPT = attrgetter("setpoints", "phase", "available", "connected", "link_free")


def prompt(snapshot: Snapshot) -> tuple[object, ...]:
    """Return what must never wait; equal tuples mean that nothing of it changed."""
    return (
        _PROMPT(snapshot),
        _PROMPT_PAIR(snapshot.pair),
        _PROMPT_SESSION(snapshot.session),
        tuple((link.state, link.reason) for link in snapshot.links),
        _unknown(snapshot),
    )


def _unknown(snapshot: Snapshot) -> tuple[object, ...]:
    """Tell what is unknown: becoming known, or not any more, is no live value."""
    pair, session = snapshot.pair, snapshot.session
    return (
        {
            side: tuple(mmhg is None for mmhg in chambers)
            for side, chambers in pair.pressures_mmhg.items()
        },
        tuple(percent is None for percent in pair.battery_percent),
        pair.cycles is None,
        session.remaining_s is None,
        session.ends_at is None,
    )


def higher(one: float | None, other: float | None) -> float | None:
    """Return the higher pressure; unknown only when both are."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def peaks(one: Pressures, other: Pressures) -> Pressures:
    """Return the higher pressure of each chamber."""
    merged = dict(one)
    for side, values in other.items():
        before = merged.get(side)
        if before is None or len(before) != len(values):
            merged[side] = values
        else:
            merged[side] = tuple(map(higher, before, values))
    return MappingProxyType(merged)


def steady(before: Pressures, now: Pressures) -> Pressures:
    """Return the pressures in whole mmHg, unchanged where only noise differs."""
    return MappingProxyType(
        {
            side: tuple(
                _steady(old, new)
                for old, new in zip(
                    before.get(side) or (None,) * len(values), values, strict=False
                )
            )
            for side, values in now.items()
        }
    )


def _steady(before: float | None, now: float | None) -> float | None:
    if now is None:
        return None
    if before is not None and abs(now - before) < LEAST_CHANGE_MMHG:
        return before
    return float(max(0, round(now)))


class History:
    """Keeps what was published and the peaks since then."""

    def __init__(self) -> None:
        """Begin with nothing published."""
        self._published: Snapshot | None = None
        self._prompt: tuple[object, ...] = ()
        self.published_at = 0.0
        self._peaks: Pressures = MappingProxyType({})
        self._peak: float | None = None
        self._seen: Pressures | None = None

    def due(self, snapshot: Snapshot) -> bool:
        """Take in the truth of this moment; return whether it must not wait."""
        pressures = snapshot.pair.pressures_mmhg
        if snapshot.session.phase is SessionPhase.RUNNING:
            # The boots tell their highest more seldom than all chambers, but not at
            # the same moments.
            self._peak = higher(self._peak, snapshot.pair.peak_mmhg)
            if pressures is not self._seen:
                self._seen = pressures
                self._peaks = peaks(self._peaks, pressures)
        return prompt(snapshot) != self._prompt

    def rising(self, now: float) -> bool:
        """Return whether a chamber fills that is shown as much emptier, for too long.

        ``now``: the event loop's clock.
        """
        if self._published is None or now - self.published_at < RISE_S:
            return False
        shown = self._published.pair.pressures_mmhg
        return any(
            peak is not None and old is not None and peak - old >= RISE_MMHG
            for side, chambers in self._peaks.items()
            for old, peak in zip(shown.get(side, ()), chambers, strict=False)
        )

    def publish(self, snapshot: Snapshot, now: float) -> Snapshot:
        """Return what entities are to show, and begin to collect peaks anew.

        ``now``: the event loop's clock.
        """
        before = self._published
        pressures = snapshot.pair.pressures_mmhg
        peak = snapshot.pair.peak_mmhg
        if snapshot.session.phase is SessionPhase.RUNNING and self._peaks:
            pressures = self._peaks
            peak = self._peak
        shown = steady(before.pair.pressures_mmhg if before else {}, pressures)
        published = replace(
            snapshot,
            pair=replace(
                snapshot.pair,
                pressures_mmhg=shown,
                peak_mmhg=_steady(before.pair.peak_mmhg if before else None, peak),
            ),
            session=_same_end(before.session, snapshot.session)
            if before
            else snapshot.session,
        )
        self._published = published
        self._prompt = prompt(snapshot)
        self.published_at = now
        self._peaks = MappingProxyType({})
        self._peak = None
        self._seen = None
        return published


def _same_end(before: SessionState, now: SessionState) -> SessionState:
    """Keep the end that was told while it is off by less than a person notices."""
    if (
        before.ends_at is not None
        and now.ends_at is not None
        and abs((now.ends_at - before.ends_at).total_seconds()) < LEAST_SHIFT_S
    ):
        return replace(now, ends_at=before.ends_at)
    return now

"""What the entities of a pair show, all of one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from .boots.link import LinkStatus
from .boots.model import BOTH, Programme, Side, Times
from .boots.pair import PairState
from .boots.session import SessionPhase, SessionState


class CoarsePhase(StrEnum):
    """The phases a person wants in their history; the fine ones are for the live view."""

    READY = "ready"
    AWAITING = "awaiting"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    VENTING = "venting"
    FAULT = "fault"


COARSE: Mapping[SessionPhase, CoarsePhase | None] = {
    SessionPhase.IDLE: CoarsePhase.READY,
    SessionPhase.AWAITING: CoarsePhase.AWAITING,
    SessionPhase.STARTING: CoarsePhase.STARTING,
    SessionPhase.RUNNING: CoarsePhase.RUNNING,
    SessionPhase.PAUSED: CoarsePhase.PAUSED,
    SessionPhase.STOPPING: CoarsePhase.VENTING,
    SessionPhase.FAULT: CoarsePhase.FAULT,
    SessionPhase.UNKNOWN: None,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Setpoints:
    """What the next session will be: the user's, kept by Home Assistant."""

    mode: Programme
    target_mmhg: int
    duration_s: int
    legs: frozenset[Side] = BOTH
    times: Times | None = None
    """The rhythm; None is the mode's own."""
    skipped: frozenset[int] = frozenset()
    boosted: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Make it storable."""
        return {
            "mode": self.mode.value,
            "target_mmhg": self.target_mmhg,
            "duration_s": self.duration_s,
            "legs": sorted(self.legs),
            "times": None
            if self.times is None
            else [self.times.hold_s, self.times.release_s, self.times.rest_s],
            "skipped": sorted(self.skipped),
            "boosted": self.boosted,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_dict`` made; KeyError, TypeError or ValueError when it is not."""
        times = data["times"]
        return cls(
            mode=Programme(data["mode"]),
            target_mmhg=int(data["target_mmhg"]),
            duration_s=int(data["duration_s"]),
            legs=frozenset(Side(leg) for leg in data["legs"]),
            times=None
            if times is None
            else Times(hold_s=times[0], release_s=times[1], rest_s=times[2]),
            skipped=frozenset(int(zone) for zone in data["skipped"]),
            boosted=data["boosted"],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """One publication to the entities.

    While a session runs, ``pair.pressures_mmhg`` holds each chamber's peak since the
    publication before; at rest it holds what is measured.
    """

    pair: PairState
    session: SessionState
    setpoints: Setpoints
    phase: CoarsePhase | None
    """None is unknown."""
    available: bool
    """Every unit is linked, or heard on the air; losses under the grace do not count."""
    connected: bool
    """Every unit is linked; losses under the grace do not count."""
    links: tuple[LinkStatus, ...]
    """In the order of the pair's units."""
    rssi: tuple[int | None, ...]
    """dBm, in the order of the pair's units."""
    link_free: bool
    """The link is left to a phone app."""

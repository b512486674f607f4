"""What is under way, kept so that a restart of Home Assistant does not end an evening."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from ..boots.cause import Actor, Cause
from ..const import DOMAIN
from ..kept_file import KeptFile
from .routine import Routine
from .run import Run, RunPhase, StepState

STORAGE_VERSION = 1


def routine_store(hass: HomeAssistant, entry_id: str) -> KeptFile:
    """Return where it is kept what is under way with the boots of an entry."""
    return KeptFile(
        hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.routine", atomic_writes=True
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A run with what only its runner has to know."""

    run: Run
    before: State | None = None
    """How the device of the step was before."""
    left_s: int | None = None
    """What is left of an interrupted session, s; None for the step's own length."""

    def as_dict(self) -> dict[str, Any]:
        """Make it storable."""
        run = self.run
        return {
            "routine_id": run.routine.routine_id,
            "routine": run.routine.as_data(),
            "phase": run.phase.value,
            "actor": run.cause.actor.value,
            "why": run.cause.why,
            "index": run.index,
            "ends_at": None if run.ends_at is None else run.ends_at.isoformat(),
            "remaining_s": run.remaining_s,
            "states": [state.value for state in run.states],
            "before": None if self.before is None else self.before.as_dict(),
            "left_s": self.left_s,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_dict`` made; raises what ``kept_file.UNREADABLE`` names."""
        routine = Routine.from_subentry(data["routine_id"], data["routine"])
        states = tuple(StepState(state) for state in data["states"])
        index = int(data["index"])
        if len(states) != len(routine.steps) or not 0 <= index < len(states):
            raise ValueError(f"step {index} of {len(states)}")
        at = data["ends_at"]
        return cls(
            run=Run(
                routine=routine,
                phase=RunPhase(data["phase"]),
                # Who pressed is not kept: nothing may be done in their name later.
                cause=Cause(actor=Actor(data["actor"]), why=str(data["why"])),
                index=index,
                ends_at=None if at is None else _moment(at),
                remaining_s=_whole(data["remaining_s"]),
                states=states,
            ),
            before=None if data["before"] is None else State.from_dict(data["before"]),
            left_s=_whole(data["left_s"]),
        )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _moment(text: str) -> datetime:
    """Read a moment; without a zone it was written in ours."""
    return dt_util.as_utc(datetime.fromisoformat(text))

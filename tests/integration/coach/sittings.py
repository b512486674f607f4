"""Sessions that somebody had."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from custom_components.kumo_boots.boots.model import (
    BOTH,
    STANDARD_TIMES,
    Capabilities,
    FailSafes,
    Feature,
)
from custom_components.kumo_boots.people.sitting import Sitting

NUMBERS = count(1)

SOME_DAY = datetime(2026, 11, 2, 19, 0, tzinfo=UTC)


def sitting(
    began: datetime = SOME_DAY, wearer_id: str = "anna", **facts: Any
) -> Sitting:
    """Return a session, in full unless it is said otherwise."""
    duration_s = facts.pop("duration_s", 900)
    ran_s = facts.pop("ran_s", duration_s)
    return Sitting(
        **{
            "sitting_id": f"sitting {next(NUMBERS)}",
            "wearer_id": wearer_id,
            "requested_by": None,
            "confirmed_by": None,
            "started_at": began,
            "ended_at": began + timedelta(seconds=ran_s),
            "ran_s": ran_s,
            "completed": ran_s >= duration_s,
            "ended_why": "time_up" if ran_s >= duration_s else "requested",
            "programme": "relax",
            "target_mmhg": 30,
            "duration_s": duration_s,
            "legs": ("left", "right"),
            **facts,
        }
    )


def boots(**facts: Any) -> Capabilities:
    """Return what boots can do."""
    return Capabilities(
        **{
            "legs": BOTH,
            "chambers": 5,
            "target_min_mmhg": 20,
            "target_max_mmhg": 120,
            "target_step_mmhg": 5,
            "duration_min_s": 300,
            "duration_max_s": 3600,
            "programmes": tuple(STANDARD_TIMES),
            "features": ~Feature(0),
            "lease_s": 10.0,
            "pair_id": None,
            "fail_safes": FailSafes(
                vents_on_silence=True,
                vents_on_power_loss=True,
                own_ceiling=True,
                own_timer=True,
            ),
            **facts,
        }
    )

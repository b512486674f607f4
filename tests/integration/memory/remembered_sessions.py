"""Sessions as they are remembered, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.kumo_boots.people.sitting import Sitting

ANNA = "01ANNA"
BERT = "01BERT"
BEGAN = datetime(2026, 11, 1, 20, tzinfo=UTC)


def sitting(number: int = 1, wearer_id: str = ANNA, **changes: Any) -> Sitting:
    """Return a wearer's session, one a day."""
    began = BEGAN + timedelta(days=number)
    values: dict[str, Any] = {
        "sitting_id": f"{wearer_id}-{number}",
        "wearer_id": wearer_id,
        "requested_by": "user-1",
        "confirmed_by": "user-1",
        "started_at": began,
        "ended_at": began + timedelta(minutes=15),
        "ran_s": 900,
        "completed": True,
        "ended_why": "time_up",
        "programme": "wave",
        "target_mmhg": 30,
        "duration_s": 900,
        "legs": ("left", "right"),
        "peak_mmhg": 31.5,
    }
    return Sitting(**(values | changes))

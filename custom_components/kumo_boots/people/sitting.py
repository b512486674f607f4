"""One session of one wearer, as it is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self


class Feeling(StrEnum):
    """What the wearer said of a session."""

    COMFORTABLE = "comfortable"
    TOO_STRONG = "too_strong"


class Discomfort(StrEnum):
    """What made the wearer stop."""

    TOO_STRONG = "too_strong"
    PAIN = "pain"
    NUMBNESS = "numbness"
    TINGLING = "tingling"
    SWELLING = "swelling"
    HEAT = "heat"
    UNSPECIFIED = "unspecified"
    """A button cannot say what."""


WARNING: Final = frozenset({Discomfort.SWELLING, Discomfort.HEAT, Discomfort.PAIN})
"""What must never be put down to recovery when it is in one leg only: "if one leg
swells, is hot, red or painful"."""


def is_warning(kind: Discomfort, one_sided: bool) -> bool:
    """Tell whether nothing may start after a discomfort before the signs are read."""
    return one_sided and kind in WARNING


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """One session of one wearer."""

    sitting_id: str
    wearer_id: str
    requested_by: str | None
    """Id of the user who asked; None where none is known (a routine, the boots)."""
    confirmed_by: str | None
    started_at: datetime
    ended_at: datetime
    ran_s: int
    """Pauses included."""
    completed: bool
    """It ran to its planned end."""
    ended_why: str
    """The cause's stable key: time_up, requested, leg_lost…"""
    programme: str
    target_mmhg: int
    """The highest target it had."""
    duration_s: int
    """As planned at the end, extensions included."""
    legs: tuple[str, ...]
    peak_mmhg: float | None = None
    """The highest pressure measured in any chamber."""
    feeling: Feeling | None = None
    discomfort: Discomfort | None = None
    one_sided: bool = False
    """The discomfort was in one leg only."""
    ended_mmhg: int | None = None
    """The target it ended with; None for sessions kept before that was noted."""
    discomfort_mmhg: int | None = None
    """The target when the discomfort was reported, or the session had ended with."""

    @property
    def felt_mmhg(self) -> int:
        """The target, mmHg, that what the wearer said of the session is about.

        That is what they had in the end and not what they turned down; of older
        sessions only the highest is known.
        """
        for known in (self.discomfort_mmhg, self.ended_mmhg):
            if known is not None:
                return known
        return self.target_mmhg

    def as_dict(self) -> dict[str, Any]:
        """Make it storable."""
        return {
            name: (
                value.isoformat()
                if isinstance(value := getattr(self, name), datetime)
                else list(value)
                if isinstance(value, tuple)
                else value
            )
            for name in self.__slots__
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_dict`` made; KeyError, TypeError or ValueError when it is not."""
        feeling, discomfort = data.get("feeling"), data.get("discomfort")
        return cls(
            **{
                **data,
                "started_at": datetime.fromisoformat(data["started_at"]),
                "ended_at": datetime.fromisoformat(data["ended_at"]),
                "legs": tuple(data["legs"]),
                "feeling": None if feeling is None else Feeling(feeling),
                "discomfort": None if discomfort is None else Discomfort(discomfort),
            }
        )

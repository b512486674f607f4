"""Sessions that are planned once: kept until their time, then asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from ..boots.model import Settings
from ..kept_run import moment, settings_as_dict, settings_from_dict


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One planned session."""

    plan_id: str
    at: datetime
    """When it is asked for, UTC."""
    wearer_id: str | None
    """For whom; None is the guest."""
    settings: Settings

    def as_dict(self) -> dict[str, Any]:
        """Make it storable."""
        return {
            "plan_id": self.plan_id,
            "at": self.at.isoformat(),
            "wearer_id": self.wearer_id,
            "settings": settings_as_dict(self.settings),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_dict`` made; raises what ``kept_file.UNREADABLE`` names."""
        return cls(
            plan_id=str(data["plan_id"]),
            at=moment(data["at"]),
            wearer_id=data["wearer_id"],
            settings=settings_from_dict(data["settings"]),
        )

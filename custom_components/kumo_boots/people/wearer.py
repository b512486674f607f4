"""A wearer: whose legs are in the boots, and what may be done to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Self

from homeassistant.util import dt as dt_util

from ..boots.limits import Limits
from ..const import DEFAULT_DURATION_MAX_MIN, DEFAULT_TARGET_MAX_MMHG

SUBENTRY_WEARER = "wearer"

CONF_NAME = "name"
CONF_PERSON = "person"
CONF_ACKNOWLEDGED = "acknowledged"
CONF_TARGET_MAX = "target_max_mmhg"
CONF_DURATION_MAX = "duration_max_minutes"
CONF_SESSIONS_PER_DAY = "sessions_per_day"
CONF_REST = "rest_hours"
CONF_QUIET_FROM = "quiet_from"
CONF_QUIET_TO = "quiet_to"
CONF_FOLLOW_COACH = "follow_coach"
CONF_PHONE = "phone"

DEFAULT_SESSIONS_PER_DAY = 2
DEFAULT_REST_H = 4
ASK_AGAIN_ABOVE_MMHG = 80
"""A limit above this is asked for twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wearer:
    """Somebody who wears the boots; ``GUEST`` is whoever nobody knows."""

    wearer_id: str | None
    """Id of the config subentry; None for the guest."""
    name: str
    """As the household says it; the guest's comes from the translations."""
    person: str | None = None
    """Entity id of the ``person``."""
    acknowledged: datetime | None = None
    """When they read the precautions; None: not yet, and so they cannot start."""
    target_max_mmhg: int = DEFAULT_TARGET_MAX_MMHG
    duration_max_min: int = DEFAULT_DURATION_MAX_MIN
    """The longest session, extensions included, min."""
    sessions_per_day: int | None = DEFAULT_SESSIONS_PER_DAY
    """None: as many as they like."""
    rest_h: float = DEFAULT_REST_H
    """Between the end of a session and the next, h."""
    quiet_from: time | None = None
    """With ``quiet_to`` the hours in which nothing starts; None: there are none."""
    quiet_to: time | None = None
    follow_coach: bool = True
    """The coach's cap is a limit, too."""
    phone: str | None = None
    """Device id of the companion app on their phone, which is asked."""

    @classmethod
    def from_subentry(cls, wearer_id: str, data: Mapping[str, Any]) -> Self:
        """Read a subentry; KeyError, TypeError or ValueError when it is not one."""
        acknowledged, per_day = data.get(CONF_ACKNOWLEDGED), CONF_SESSIONS_PER_DAY
        quiet_from, quiet_to = data.get(CONF_QUIET_FROM), data.get(CONF_QUIET_TO)
        times = (
            time.fromisoformat(quiet_from) if quiet_from else None,
            time.fromisoformat(quiet_to) if quiet_to else None,
        )
        return cls(
            wearer_id=wearer_id,
            name=str(data[CONF_NAME]),
            person=data.get(CONF_PERSON),
            acknowledged=dt_util.parse_datetime(acknowledged, raise_on_error=True)
            if acknowledged
            else None,
            target_max_mmhg=int(data.get(CONF_TARGET_MAX, DEFAULT_TARGET_MAX_MMHG)),
            duration_max_min=int(data.get(CONF_DURATION_MAX, DEFAULT_DURATION_MAX_MIN)),
            sessions_per_day=int(data.get(per_day, DEFAULT_SESSIONS_PER_DAY)),
            rest_h=float(data.get(CONF_REST, DEFAULT_REST_H)),
            quiet_from=None if None in times else times[0],
            quiet_to=None if None in times else times[1],
            follow_coach=bool(data.get(CONF_FOLLOW_COACH, True)),
            phone=data.get(CONF_PHONE),
        )

    @property
    def is_guest(self) -> bool:
        """Whether nobody knows who it is: no history, no coach, gentlest settings."""
        return self.wearer_id is None

    @property
    def limits(self) -> Limits:
        """Their own limits; the pair's ceiling and the coach's cap come on top."""
        return Limits(
            target_max_mmhg=self.target_max_mmhg,
            duration_max_s=self.duration_max_min * 60,
        )


GUEST = Wearer(
    wearer_id=None, name="guest", sessions_per_day=None, rest_h=0, follow_coach=False
)

type WhoNow = Callable[[], Wearer]
"""Tells whose legs are in the boots now."""

"""What a person chose in the options of an entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from .boots.session import Limits, Policy
from .const import (
    DEFAULT_DURATION_MAX_MIN,
    DEFAULT_IDLE_RELEASE_S,
    DEFAULT_ON_LEG_LOST,
    DEFAULT_TARGET_MAX_MMHG,
    DEFAULT_WAIT_MIN,
    HISTORY_INTERVAL_S,
    OPT_AGENTS,
    OPT_DURATION_MAX,
    OPT_HISTORY,
    OPT_IDLE_RELEASE,
    OPT_NOTIFY,
    OPT_ON_LEG_LOST,
    OPT_POLICY,
    OPT_STUDIO,
    OPT_TARGET_MAX,
    OPT_WAIT,
    HistoryDetail,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """The options of an entry, with their defaults."""

    policy: Policy = Policy.ASK
    target_max_mmhg: int = DEFAULT_TARGET_MAX_MMHG
    duration_max_min: int = DEFAULT_DURATION_MAX_MIN
    wait_min: int = DEFAULT_WAIT_MIN
    idle_release_s: int = DEFAULT_IDLE_RELEASE_S
    history: HistoryDetail = HistoryDetail.NORMAL
    on_leg_lost: Literal["stop", "continue"] = DEFAULT_ON_LEG_LOST
    notify_targets: tuple[str, ...] = ()
    studio: bool = False
    """Guests only: a chair that many people sit in, and nobody is remembered."""
    agents_see_history: bool = False
    """Language models may read the sessions and the coach's advice of who wears them."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of an entry."""
        return cls(
            policy=Policy(options.get(OPT_POLICY, Policy.ASK)),
            target_max_mmhg=int(options.get(OPT_TARGET_MAX, DEFAULT_TARGET_MAX_MMHG)),
            duration_max_min=int(
                options.get(OPT_DURATION_MAX, DEFAULT_DURATION_MAX_MIN)
            ),
            wait_min=int(options.get(OPT_WAIT, DEFAULT_WAIT_MIN)),
            idle_release_s=int(options.get(OPT_IDLE_RELEASE, DEFAULT_IDLE_RELEASE_S)),
            history=HistoryDetail(options.get(OPT_HISTORY, HistoryDetail.NORMAL)),
            on_leg_lost=options.get(OPT_ON_LEG_LOST, DEFAULT_ON_LEG_LOST),
            notify_targets=tuple(options.get(OPT_NOTIFY, ())),
            studio=bool(options.get(OPT_STUDIO, False)),
            agents_see_history=bool(options.get(OPT_AGENTS, False)),
        )

    @property
    def limits(self) -> Limits:
        """The ceiling for everybody who wears this pair."""
        return Limits(
            target_max_mmhg=self.target_max_mmhg,
            duration_max_s=self.duration_max_min * 60,
        )

    @property
    def history_interval_s(self) -> int:
        """How often live values are published."""
        return HISTORY_INTERVAL_S[self.history]

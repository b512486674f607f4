"""Names and defaults of the integration."""

from enum import StrEnum
from typing import Final

DOMAIN: Final = "kumo_boots"

EVENT_SESSION: Final = "kumo_boots_session"
"""On Home Assistant's bus: what happened to a session (people/announcing.py)."""
EVENT_ROUTINE: Final = "kumo_boots_routine"
"""And what happened to a routine (routines/announcing.py)."""

# What an entry remembers (entry.data).
CONF_UNITS: Final = "units"
CONF_CAPABILITIES: Final = "capabilities"
CONF_PAIR_ID: Final = "pair_id"
CONF_ACKNOWLEDGED: Final = "acknowledged"
CONF_BY_HAND: Final = "by_hand"
"""Only of boots that nothing can control; they have no units."""

# What a person may change later (entry.options).
OPT_POLICY: Final = "policy"
OPT_TARGET_MAX: Final = "target_max_mmhg"
OPT_LEVEL_MAX: Final = "level_max"
"""How a form asks for ``OPT_TARGET_MAX`` of boots that count in levels."""
OPT_DURATION_MAX: Final = "duration_max_minutes"
OPT_WAIT: Final = "wait_minutes"
OPT_IDLE_RELEASE: Final = "idle_release_s"
OPT_HISTORY: Final = "history_detail"
OPT_ON_LEG_LOST: Final = "on_leg_lost"
OPT_NOTIFY: Final = "notify_targets"
OPT_STUDIO: Final = "studio"
OPT_AGENTS: Final = "agents_see_history"

DEFAULT_TARGET_MAX_MMHG: Final = 60
"""The limit until somebody says otherwise; general guidance for beginners."""
DEFAULT_DURATION_MAX_MIN: Final = 30
DEFAULT_WAIT_MIN: Final = 10
"""How long a request waits for a person's yes."""
DEFAULT_IDLE_RELEASE_S: Final = 120
DEFAULT_ON_LEG_LOST: Final = "stop"

DEFAULT_TARGET_MMHG: Final = 30
"""The first setpoint: start gentle."""
DEFAULT_DURATION_MIN: Final = 15

TRIAL_TARGET_MMHG: Final = 25
TRIAL_DURATION_S: Final = 120

LINK_LOSS_GRACE_S: Final = 10
"""A link that comes back within this time was never away, as far as entities tell."""
LINK_FREE_S: Final = 2 * 60 * 60
"""How long the link is left to a phone app before it is ours again."""


class HistoryDetail(StrEnum):
    """How often live values become a database row."""

    COARSE = "coarse"
    NORMAL = "normal"
    FINE = "fine"


HISTORY_INTERVAL_S: Final = {
    HistoryDetail.COARSE: 300,
    HistoryDetail.NORMAL: 60,
    HistoryDetail.FINE: 10,
}

LOOK_TIMEOUT_S: Final = 30
"""How long one attempt to see what the boots are doing may take."""
LOOK_AGAIN_S: Final = 60
"""The least time between two such attempts for one unit, so that no battery drains."""
KNOWN_WELL_S: Final = 600
"""After an idle release the boots are not looked at again for this long, unless they
say that a session runs."""
FORGET_TIMEOUT_S: Final = 15
"""How long removal waits for the boots to erase the key."""
SCAN_RESPONSE_S: Final = 10
"""How long a unit that was just discovered is asked which pair it belongs to."""
PAIRING_WINDOW_S: Final = 60
"""How long the flow waits for somebody to hold the start button (profile, section 6)."""

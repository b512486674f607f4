"""Whatever people, boots and links do, in whatever order: the invariants hold.

A Hypothesis state machine over session, pair, units and the real firmware. Commands
are begun and not waited for, so that they meet each other and the faults; ``Truth``
judges by what the boots truly did. ``test_session_machine`` runs it, ``script/fuzz``
runs it for long.
"""

from hypothesis import HealthCheck, Phase, settings

from .faults import Faults
from .people import People

__all__ = ["PHASES", "SETTINGS", "Machine"]

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
SETTINGS = settings(
    stateful_step_count=25,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=PHASES,
    report_multiple_bugs=False,
    print_blob=True,
)


class Machine(People, Faults):
    """People, boots and links."""

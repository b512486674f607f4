"""The first try that the last screen offers: short, gentle, and confirmed like any."""

from contextlib import suppress

from .boots.errors import BootsError
from .boots.limits import check_settings
from .boots.model import Capabilities, Programme, Settings
from .boots.session import Actor, Cause, Limits
from .const import TRIAL_DURATION_S, TRIAL_TARGET_MMHG
from .coordinator import KumoBootsCoordinator


def trial_of(capabilities: Capabilities) -> Settings | None:
    """Return the trial's settings; None where these boots cannot go so low or short."""
    settings = Settings(
        programme=next(iter(capabilities.programmes), Programme.RELAX),
        target_mmhg=TRIAL_TARGET_MMHG,
        duration_s=TRIAL_DURATION_S,
        legs=capabilities.legs,
    )
    try:
        check_settings(settings, Limits(), capabilities)
    except BootsError:
        return None
    return settings


async def ask_for_trial(coordinator: KumoBootsCoordinator, settings: Settings) -> None:
    """Request the trial; under the policy of new boots it waits for a person's yes."""
    with suppress(BootsError):
        await coordinator.session.request(
            settings, Cause(actor=Actor.PERSON, why="trial")
        )

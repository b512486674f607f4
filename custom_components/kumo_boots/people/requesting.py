"""Asking for a session for somebody by name."""

import contextlib
from typing import TYPE_CHECKING

from ..boots.cause import Cause
from ..boots.errors import BootsError, RequestWaitsError
from ..boots.model import Settings
from ..boots.session import Outcome, SessionPhase
from .rules import OnlyBetweenSessionsError, UnknownWearerError
from .wearer import Wearer

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator


def wearer_named(coordinator: KumoBootsCoordinator, name: str | None) -> Wearer:
    """Return who is meant; who wears the boots now where nobody is named.

    Raises UnknownWearerError for whom the household does not know.
    """
    household = coordinator.household
    wearer = household.current if name is None else household.named(name)
    if wearer is None:
        raise UnknownWearerError(str(name))
    return wearer


def check_may_start(coordinator: KumoBootsCoordinator, wearer: Wearer) -> None:
    """Raise what stands against a session with what is set now, were it asked for.

    Boots that are out of reach may be asked, too: a start connects by itself.
    """
    session = coordinator.session
    session.check_free()
    if session.state.phase is SessionPhase.AWAITING:
        raise RequestWaitsError(phase=session.state.phase)
    coordinator.household.check(wearer, coordinator.settings_from_setpoints(wearer))


async def async_request_for(
    coordinator: KumoBootsCoordinator,
    wearer: Wearer,
    settings: Settings,
    cause: Cause,
) -> Outcome:
    """Have somebody wear the boots and ask for a session for them.

    Where it is refused they do not wear them. Raises what ``Household.async_choose``
    and ``Session.request`` raise.
    """
    household, before = coordinator.household, coordinator.household.current
    if wearer.wearer_id == before.wearer_id:
        return await coordinator.session.request(settings, cause)
    household.check(wearer, settings)
    await household.async_choose(wearer)
    try:
        return await coordinator.session.request(settings, cause)
    except BootsError:
        # A start that failed half-way may still be letting the air out.
        with contextlib.suppress(OnlyBetweenSessionsError):
            try:
                await household.async_choose(before)
            except UnknownWearerError:
                # Who was removed meanwhile does not come back.
                await household.async_choose(household.usual)
        raise

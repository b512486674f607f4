"""The two-phase start: all units begin at the same moment, or none goes on."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from .any_unit import AnyUnit
from .driver import Armed
from .errors import NonceExpiredError, WrongPhaseError
from .model import CYCLING, Settings
from .together import each, side_of

type Listen = Callable[[Callable[[], None]], Callable[[], None]]

START_LEAD_S = 0.3
"""How long after arming both legs begin: time for both starts to be on their way."""
INFLATING_LIMIT_S = 3.0
"""How long after the common instant the units may take to report that they run; well
within the lease, after which an uncommitted session ends (Open Boots Profile, R18)."""


async def start_together(
    units: Sequence[AnyUnit], settings: Settings, listen: Listen
) -> None:
    """Arm all, start all at a common instant, commit once all of them run.

    The first failure is raised, with its leg in ``values["side"]``, and leaves the
    rest as it is: whoever calls stops all units then.
    """
    loop = asyncio.get_running_loop()

    async def arm(unit: AnyUnit) -> Armed:
        return await unit.arm(replace(settings, legs=settings.legs & unit.sides))

    armed = dict(zip(units, await each(units, arm), strict=True))
    if min(promise.expires_at for promise in armed.values()) <= loop.time():
        # One unit answered so late that the other's promise is void.
        raise NonceExpiredError
    begins = loop.time() + START_LEAD_S

    async def start(unit: AnyUnit) -> None:
        # What is left when this unit's own request is about to be sent.
        delay_ms = max(0, round((begins - loop.time()) * 1000))
        await unit.start(armed[unit], min(delay_ms, armed[unit].delay_limit_ms))

    await each(units, start)
    await _inflating(units, begins + INFLATING_LIMIT_S, listen)
    await each(units, lambda unit: unit.commit(armed[unit]))


async def _inflating(units: Sequence[AnyUnit], until: float, listen: Listen) -> None:
    """Wait until all units report that they run."""
    changed = asyncio.Event()
    remove = listen(changed.set)
    try:
        async with asyncio.timeout_at(until):
            while not all(unit.state.phase in CYCLING for unit in units):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        idle = [unit for unit in units if unit.state.phase not in CYCLING]
        raise WrongPhaseError(phase=idle[0].state.phase, side=side_of(idle)) from None
    finally:
        remove()

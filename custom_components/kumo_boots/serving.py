"""Serving a call of an action: with all its pairs at once, and told of each."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.json import JsonObjectType

from .boots.errors import BootsError
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from .exceptions import translated
from .targets import named, not_loaded


async def each[T](
    call: ServiceCall,
    coordinators: Sequence[KumoBootsCoordinator],
    act: Callable[[KumoBootsCoordinator], Awaitable[T]],
    tell: Callable[[KumoBootsCoordinator, T], JsonObjectType],
    unloaded: Sequence[KumoBootsConfigEntry] = (),
) -> ServiceResponse:
    """Do it with all pairs at once and tell what became of each.

    ``unloaded`` entries are refused, after the others were served.

    Who asks for a response finds there why something did not happen; who does not
    is told by an error.
    """
    outcomes = await asyncio.gather(
        *(_attempt(coordinator, act) for coordinator in coordinators)
    )
    served = []
    for coordinator, outcome in zip(coordinators, outcomes, strict=True):
        told = named(call.hass, coordinator.config_entry)
        if not isinstance(outcome, BootsError):
            served.append(told | tell(coordinator, outcome))
            continue
        error = translated(outcome, coordinator.reachability())
        if not call.return_response:
            raise error from outcome
        served.append(told | _refused(outcome.key, error))
    if not call.return_response:
        if unloaded:
            raise not_loaded(unloaded[0])
        return None
    refused = [
        named(call.hass, entry) | _refused("not_loaded", not_loaded(entry))
        for entry in unloaded
    ]
    return {"boots": [*served, *refused]}


async def _attempt[T](
    coordinator: KumoBootsCoordinator,
    act: Callable[[KumoBootsCoordinator], Awaitable[T]],
) -> T | BootsError:
    """Do it with one pair; its failure must not keep the others from it."""
    try:
        return await act(coordinator)
    except BootsError as error:
        return error


def _refused(reason: str, error: HomeAssistantError) -> JsonObjectType:
    """Tell why it did not happen."""
    return {"result": "refused", "reason": reason, "message": str(error)}

"""Whose hand it has to be: some things are for the wearer alone."""

from typing import TYPE_CHECKING

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError

from ..boots.cause import Actor
from ..confirming import async_cause_by_hand
from ..const import DOMAIN
from .wearer import Wearer

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator


async def async_need_own_hand(
    coordinator: KumoBootsCoordinator,
    wearer: Wearer,
    context: Context | None,
    what: str,
) -> None:
    """Raise ServiceValidationError unless the wearer does it, with their own hand.

    A wearer whose ``person`` has an account does it signed in with that one. Who has
    none does it by any person's hand: the household's tablet is the only one they
    have. ``what`` is as in ``async_cause_by_hand``.
    """
    cause = await async_cause_by_hand(coordinator, context, what)
    if cause.actor is not Actor.PERSON or not coordinator.household.is_account_of(
        cause.user_id, wearer
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="own_hand_needed",
            translation_placeholders={"name": wearer.name},
        )

"""Copying the settings of one pair to others: a studio sets its chairs once."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError

from ..boots.cause import Actor
from ..confirming import async_cause_by_hand
from ..const import DOMAIN
from ..coordinator import KumoBootsCoordinator
from ..options import Options
from ..setpoints import within
from .limits_asked import must_ask_again

ATTR_SOURCE: Final = "source"
ATTR_SURE: Final = "sure"


async def async_copy_settings(
    call: ServiceCall,
    source: KumoBootsCoordinator,
    targets: Iterable[KumoBootsCoordinator],
) -> None:
    """Give pairs the options of another and, where a guest wears them, its setpoints.

    Wearers are not copied. Raises ServiceValidationError unless an administrator does
    it by hand, and where it raises a ceiling above 80 mmHg and nobody is ``sure``.
    """
    targets = [target for target in targets if target is not source]
    for target in targets:
        await _check(call, source, target)
    for target in targets:
        _copy(source, target)


async def _check(
    call: ServiceCall, source: KumoBootsCoordinator, target: KumoBootsCoordinator
) -> None:
    """Raise unless the ceiling of a pair may become that of another."""
    what = f"{call.domain}.{call.service}"
    cause = await async_cause_by_hand(target, call.context, what)
    user = None
    if cause.actor is Actor.PERSON and cause.user_id is not None:
        user = await target.hass.auth.async_get_user(cause.user_id)
    if user is None or not user.is_admin:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="copy_needs_admin"
        )
    if source.capabilities.measure is not target.capabilities.measure:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="copy_other_measure",
            translation_placeholders={"name": target.config_entry.title},
        )
    ceiling = source.options.target_max_mmhg
    if not call.data[ATTR_SURE] and must_ask_again(
        target.options.target_max_mmhg, ceiling
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="copy_above_80",
            translation_placeholders={
                "name": target.config_entry.title,
                "pressure": str(ceiling),
            },
        )


def _copy(source: KumoBootsCoordinator, target: KumoBootsCoordinator) -> None:
    options = dict(source.config_entry.options)
    target.hass.config_entries.async_update_entry(target.config_entry, options=options)
    target.apply_options(Options.of(options))
    found = source.own_setpoints.of(None)
    if found is None or not target.household.current.is_guest:
        return
    setpoints = within(found, target.limits, target.capabilities)
    target.set_setpoints(
        **{field.name: getattr(setpoints, field.name) for field in fields(setpoints)}
    )

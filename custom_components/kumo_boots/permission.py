"""Who may do something with boots, or look at them: what Home Assistant's groups say.

Home Assistant checks the actions of entities by itself, but not a domain's own. Ours
ask for what the entity needs that does the same. A stop asks for nothing.
"""

from collections.abc import Iterable
from typing import Final

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import (
    CAT_ENTITIES,
    POLICY_CONTROL,
    POLICY_READ,
)
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN

type Twin = tuple[str, str]
"""Platform and key of the pair's entity that does, or shows, the same."""

SESSION: Final[Twin] = ("switch", "session")
"""Starts a session, and ends it."""
PHASE: Final[Twin] = ("sensor", "phase")
"""Shows what the boots do."""
FOR_WHOM: Final[Twin] = ("select", "for_whom")
"""Shows who wears them."""


async def async_need_control(
    hass: HomeAssistant,
    context: Context,
    entry_ids: Iterable[str],
    twin: Twin = SESSION,
) -> None:
    """Raise Unauthorized unless the caller may control ``twin`` of every pair.

    Who calls without a user is Home Assistant itself (an automation, say), which
    somebody with the right to do so has set up.
    """
    if context.user_id is None:
        return
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context, permission=POLICY_CONTROL)
    for entry_id in entry_ids:
        _need(hass, user, entry_id, twin, POLICY_CONTROL, context)


@callback
def need_read(hass: HomeAssistant, user: User, entry_id: str) -> None:
    """Raise Unauthorized unless the user may see what this pair does."""
    _need(hass, user, entry_id, PHASE, POLICY_READ, Context(user_id=user.id))


@callback
def may_read(hass: HomeAssistant, user: User, entry_id: str, twin: Twin) -> bool:
    """Tell whether the user may see what ``twin`` shows of this pair."""
    return _allowed(hass, user, entry_id, twin, POLICY_READ)[0]


def _need(
    hass: HomeAssistant,
    user: User,
    entry_id: str,
    twin: Twin,
    permission: str,
    context: Context,
) -> None:
    allowed, entity_id = _allowed(hass, user, entry_id, twin, permission)
    if not allowed:
        raise Unauthorized(
            context=context,
            entity_id=entity_id,
            config_entry_id=entry_id,
            perm_category=CAT_ENTITIES,
            permission=permission,
        )


def _allowed(
    hass: HomeAssistant, user: User, entry_id: str, twin: Twin, permission: str
) -> tuple[bool, str | None]:
    """Tell whether a user may, and the entity that it goes by, if there is one."""
    platform, key = twin
    entity_id = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{entry_id}_pair_{key}"
    )
    # These boots may have no such entity: then only who may do everything may.
    allowed = (
        user.permissions.access_all_entities(permission)
        if entity_id is None
        else user.permissions.check_entity(entity_id, permission)
    )
    return allowed, entity_id

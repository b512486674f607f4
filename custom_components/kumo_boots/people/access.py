"""Access: who may know what is remembered of a wearer.

The wearer (the user account of their person) and administrators may read everything
and forget. Routines, which have no user, may read the sessions, but nothing that a
wearer said of them. Nobody else reads anything: an account that was switched off or
removed is no routine.
"""

from typing import Self

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant

from .wearer import Wearer

ATTR_USER_ID = "user_id"
"""Attribute of a person: the account they sign in with."""


class Reader:
    """Who asks."""

    def __init__(
        self, hass: HomeAssistant, user: User | None, *, is_routine: bool
    ) -> None:
        """Take the user, if there is one; a routine has none."""
        self._hass = hass
        self._user = user
        self.is_routine = is_routine
        """Nobody is behind the call: an automation, or a program of the system."""

    @classmethod
    async def async_of(cls, hass: HomeAssistant, context: Context) -> Self:
        """Find out who is behind a call; programs of the system count as routines."""
        if context.user_id is None:
            return cls(hass, None, is_routine=True)
        user = await hass.auth.async_get_user(context.user_id)
        if user is not None and user.system_generated:
            return cls(hass, None, is_routine=True)
        return cls(hass, user, is_routine=False)

    def is_trusted(self, wearer: Wearer) -> bool:
        """Tell whether this is the wearer or an administrator."""
        if self._user is None or not self._user.is_active:
            return False
        return self._user.is_admin or self._user.id == self._account_of(wearer)

    def may_read(self, wearer: Wearer) -> bool:
        """Tell whether this may know of the wearer's sessions at all."""
        return self.is_routine or self.is_trusted(wearer)

    def _account_of(self, wearer: Wearer) -> str | None:
        """Return the id of the wearer's user account; None where they have none."""
        person = None if wearer.person is None else self._hass.states.get(wearer.person)
        return None if person is None else person.attributes.get(ATTR_USER_ID)

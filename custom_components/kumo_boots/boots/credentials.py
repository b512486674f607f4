"""The key of this controller to a unit: got by pairing, shown to each connection."""

import asyncio

from .commands import CONNECT_S, Commands
from .driver import ControllerKey, Driver
from .errors import AuthorisationError, LinkLostError, PairingWindowClosedError


class Credentials:
    """The key to one unit, and what the unit makes of it."""

    def __init__(self, key: ControllerKey | None) -> None:
        """Begin with what an earlier pairing gave."""
        self.key = key
        self.refused: AuthorisationError | None = None
        """Why the unit refused the key; None when it accepted it or was not asked."""
        self._pairing = False
        self._time = asyncio.get_running_loop().time

    async def show(self, driver: Driver) -> None:
        """Authorise this controller; ``AuthorisationError`` where the key is refused.

        Does nothing while a new key is being agreed on.
        """
        if self._pairing:
            return
        try:
            await driver.authorise()
        except AuthorisationError as error:
            self.refused = error
            raise
        self.refused = None

    async def pair(self, commands: Commands, timeout_s: float) -> ControllerKey:
        """Exchange keys; see ``Unit.pair``."""
        until = self._time() + timeout_s
        self._pairing = True
        try:
            while True:
                try:
                    self.key = await commands.do(
                        lambda driver: driver.pair(until - self._time()),
                        min(CONNECT_S, timeout_s),
                    )
                except LinkLostError as cause:
                    if self._time() >= until:
                        raise PairingWindowClosedError from cause
                else:
                    self.refused = None
                    return self.key
        finally:
            self._pairing = False

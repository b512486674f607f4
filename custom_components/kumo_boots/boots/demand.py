"""Who wants a link: those who hold it, those who wait for it, and who comes first."""

import asyncio
from collections.abc import Callable

from .errors import BootsError, LinkLostError, LinkReleasedError, LinkTimeoutError


class Demand:
    """What is asked of one link now."""

    def __init__(self, name: str, changed: Callable[[], None]) -> None:
        """Begin with nobody; ``changed`` is called when somebody comes or goes."""
        self._name = name
        self._changed = changed
        self._time = asyncio.get_running_loop().time
        self._holds: dict[object, tuple[str, bool]] = {}
        self._waiters: dict[asyncio.Future[None], bool] = {}
        self.left_to_user = False
        """Whether the link is left to another app."""
        self.closed = False
        """Whether there shall never be a link again."""
        self.free_since = self._time()
        """Since when, at the earliest, nobody needs the link (event loop's clock, s)."""

    @property
    def held_for(self) -> tuple[str, ...]:
        """Why the link is held."""
        return tuple(why for why, _ in self._holds.values())

    @property
    def waited_for(self) -> bool:
        """Whether somebody waits for the link."""
        return bool(self._waiters)

    @property
    def given_away(self) -> bool:
        """Whether another app has it, and no stop needs it back."""
        return self.left_to_user and not self._urgent

    @property
    def held(self) -> bool:
        """Whether the link is to be made again when it breaks."""
        return self._allowed and (bool(self._holds) or self._urgent)

    @property
    def wanted(self) -> bool:
        """Whether the link is to be made at all."""
        return self._allowed and (bool(self._holds) or self.waited_for)

    @property
    def _allowed(self) -> bool:
        return not self.closed and not self.given_away

    @property
    def _urgent(self) -> bool:
        return any(urgent for _, urgent in self._holds.values()) or any(
            self._waiters.values()
        )

    def hold(self, why: str, *, urgent: bool) -> Callable[[], None]:
        """Want the link until the returned function is called."""
        token = object()
        self._holds[token] = (why, urgent)
        self._changed()

        def release() -> None:
            if self._holds.pop(token, None) is not None:
                self.free_since = self._time()
                self._changed()

        return release

    async def wait(self, timeout_s: float, *, urgent: bool) -> None:
        """Want the link until it is there; see ``Link.ready``."""
        if self.closed:
            raise LinkLostError(f"{self._name}: closed")
        if self.left_to_user and not urgent:
            raise LinkReleasedError(f"{self._name} is left to another app")
        waiter = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = urgent
        self._changed()
        try:
            async with asyncio.timeout(timeout_s):
                await waiter
        except TimeoutError as cause:
            raise LinkTimeoutError(
                f"{self._name}: no link within {timeout_s:g} s"
            ) from cause
        finally:
            self._waiters.pop(waiter, None)

    def meet(self) -> None:
        """Tell whoever waits that the link is there."""
        self.free_since = self._time()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    def refuse(self, error: BootsError) -> None:
        """Tell whoever waits that there is no link, and why."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(error)
        self._waiters.clear()

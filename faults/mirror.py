"""What Home Assistant shows, followed as a page that is open follows it."""

import asyncio
from collections.abc import Callable
from typing import Any

from simulator.home import Home, HomeError


class Mirror:
    """Every state by entity id, as of the last event; empty while nobody answers."""

    def __init__(self) -> None:
        """Show nothing before ``attach``."""
        self._states: dict[str, dict[str, Any]] = {}
        self._changed = asyncio.Event()
        self.live = False
        """Whether Home Assistant is up and not frozen, as far as the matrix knows."""

    async def attach(self, home: Home) -> None:
        """Follow a Home Assistant that was just started."""
        await home.subscribe(
            "subscribe_events", self._event, event_type="state_changed"
        )
        self._states = await home.states()
        self.live = True
        self._changed.set()

    def gone(self) -> None:
        """Forget everything: Home Assistant is not there."""
        self.live = False
        self._states = {}

    def _event(self, event: dict[str, Any]) -> None:
        data = event["data"]
        new = data["new_state"]
        if new is None:
            self._states.pop(data["entity_id"], None)
        else:
            self._states[data["entity_id"]] = new
        self._changed.set()

    def get(self, entity_id: str) -> str | None:
        """Return what an entity shows; None where nothing is shown."""
        found = self._states.get(entity_id)
        return None if found is None else str(found["state"])

    def attributes(self, entity_id: str) -> dict[str, Any]:
        """Return an entity's attributes; none where nothing is shown."""
        found = self._states.get(entity_id)
        return {} if found is None else dict(found["attributes"])

    async def until(
        self, condition: Callable[[], bool], what: str, within_s: float
    ) -> None:
        """Wait until something is shown; HomeError naming ``what``."""
        try:
            async with asyncio.timeout(within_s):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            raise HomeError(f"not within {within_s:g} s: {what}") from error

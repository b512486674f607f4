"""Leaving the Bluetooth link to a phone app for a while."""

from collections.abc import Callable, Sequence
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .boots.unit import Unit
from .const import LINK_FREE_S


class LinkFree:
    """Whether the link of one pair is left to somebody else; it ends by itself."""

    def __init__(
        self, hass: HomeAssistant, units: Sequence[Unit], changed: Callable[[], None]
    ) -> None:
        """Begin with the link being ours; ``changed`` is told of every change."""
        self._hass = hass
        self._units = units
        self._changed = changed
        self._take_back: CALLBACK_TYPE | None = None

    @property
    def on(self) -> bool:
        """Whether the link is left to somebody else."""
        return self._take_back is not None

    @callback
    def set(self, on: bool) -> None:
        """Leave the link for ``LINK_FREE_S``, or take it back."""
        self.close()
        if on:
            self._take_back = async_call_later(self._hass, LINK_FREE_S, self._over)
        for unit in self._units:
            unit.release_to_user(on)
        self._changed()

    @callback
    def _over(self, _now: datetime) -> None:
        self._take_back = None
        self.set(False)

    @callback
    def close(self) -> None:
        """Wait for nothing any more; the link stays as it is."""
        if self._take_back is not None:
            self._take_back()
            self._take_back = None

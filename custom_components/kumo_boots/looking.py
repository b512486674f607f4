"""Looking what boots do that nobody is connected to, no more often than it is worth."""

import logging

from homeassistant.components.bluetooth import BluetoothServiceInfoBleak
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .boots.errors import BootsError
from .boots.link import LinkReason
from .boots.unit import Unit
from .const import KNOWN_WELL_S, LOOK_AGAIN_S, LOOK_TIMEOUT_S
from .units import advertised

_LOGGER = logging.getLogger(__name__)


class Looking:
    """Connects to the units of one entry for a look, in the background."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin without having looked."""
        self._hass = hass
        self._entry = entry
        self._looked_at: dict[str, float] = {}

    @callback
    def heard(self, unit: Unit, info: BluetoothServiceInfoBleak, first: bool) -> None:
        """Look what the boots do when they are back, or say that a session runs."""
        said = advertised(info)
        if (first and not self._known_well(unit)) or (
            said is not None and said.running
        ):
            self.look(unit)

    def _known_well(self, unit: Unit) -> bool:
        """Whether the link was let go on purpose, and that not long ago."""
        link = unit.link_status
        return (
            link.reason is LinkReason.IDLE
            and self._hass.loop.time() - link.since < KNOWN_WELL_S
        )

    @callback
    def look(self, unit: Unit) -> None:
        """Connect, unless that was tried just now or the link is left to an app."""
        now = self._hass.loop.time()
        if (
            unit.released_to_user
            or unit.connected
            or now < self._looked_at.get(unit.address, -LOOK_AGAIN_S) + LOOK_AGAIN_S
        ):
            return
        self._looked_at[unit.address] = now
        self._entry.async_create_background_task(
            self._hass, self._see(unit), f"{self._entry.title} looks at {unit.name}"
        )

    async def _see(self, unit: Unit) -> None:
        try:
            await unit.ready(LOOK_TIMEOUT_S)
        except BootsError as error:
            # Boots that are away are no failure: the next advertisement tries again.
            _LOGGER.debug("Could not look at %s: %r", unit.name, error)

"""Boots in a person's hands, as Home Assistant has them: their word, and the power."""

from collections.abc import Callable
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_ENTITY_ID,
    SERVICE_TURN_OFF,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    DOMAIN as HOMEASSISTANT_DOMAIN,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from ..boots.by_hand import STOP_LIMIT_S, ByHand
from ..boots.model import Capabilities
from ..boots.pair import Pair
from ..boots.session import Ran
from ..const import CONF_BY_HAND
from ..people.phone import Place, Wearing
from .plan import Power
from .telling import Telling

_LOGGER = logging.getLogger(__name__)

NOTHING_MEASURED: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


class Hands:
    """One pair by hand: its unit, and what Home Assistant knows of its power."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        capabilities: Capabilities,
        power: Power,
        place: Place,
    ) -> None:
        """Make the pair; nothing is listened to yet. ``place`` is on the phones."""
        self._hass = hass
        self._entry = entry
        self._sensor, self._above_w = power.sensor, power.above_w
        # Else the air might stay in.
        vents = capabilities.fail_safes.vents_on_power_loss
        self._plug = power.plug if vents else None
        self.boots = ByHand(entry.title, capabilities)
        self.pair = Pair([self.boots], stop_limit_s=STOP_LIMIT_S)
        self.telling = Telling(hass, entry, self.boots, place)
        self._stopping = False
        self._unsubscribe: list[Callable[[], None]] = []

    def recall(self, ran: Ran) -> None:
        """Say what ran when Home Assistant was last there."""
        self.boots.recall(ran, max(1, ran.left_s(dt_util.utcnow())))

    @callback
    def start(self, wearing: Wearing) -> Callable[[], None]:
        """Begin to look at the power, and to tell; returns how to end it.

        ``wearing`` knows whose phone is told, too.
        """
        self.telling.wearing = wearing
        self._unsubscribe.append(self.boots.listen(self._changed))
        if self._sensor is not None:
            self._follow(self._sensor, self._drawn)
        if self._plug is not None:
            self._follow(self._plug, self._switched)
        return self._close

    def _follow(self, entity_id: str, hear: Callable[[State | None], None]) -> None:
        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            hear(event.data["new_state"])

        self._unsubscribe.append(
            async_track_state_change_event(self._hass, entity_id, changed)
        )
        hear(self._hass.states.get(entity_id))

    @callback
    def _close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        self.telling.close()

    @callback
    def _drawn(self, state: State | None) -> None:
        """Take over what the sensor says."""
        self.boots.power(_draws(state, self._above_w))

    @callback
    def _switched(self, state: State | None) -> None:
        """Take over that the plug is off: the owner says that this lets the air out."""
        if state is not None and state.state == STATE_OFF:
            self.boots.say_off()

    @callback
    def _changed(self) -> None:
        self.telling.update()
        stopping, self._stopping = self._stopping, self.boots.stopping
        if self._stopping and not stopping and self._plug is not None:
            self._entry.async_create_task(
                self._hass, self._switch_off(self._plug), "switch off"
            )

    async def _switch_off(self, plug: str) -> None:
        try:
            await self._hass.services.async_call(
                HOMEASSISTANT_DOMAIN,
                SERVICE_TURN_OFF,
                {ATTR_ENTITY_ID: plug},
                blocking=True,
            )
        except Exception:
            # The person is told to press the button all the same.
            _LOGGER.exception("Could not switch off %s", plug)


def hands_of(
    hass: HomeAssistant, entry: ConfigEntry, capabilities: Capabilities, place: Place
) -> Hands | None:
    """Return the boots of an entry where they are by hand.

    KeyError or TypeError when what is remembered cannot be read.
    """
    if not capabilities.by_hand:
        return None
    return Hands(hass, entry, capabilities, Power.of(entry.data[CONF_BY_HAND]), place)


def _draws(state: State | None, above_w: float) -> bool | None:
    """Tell whether power is drawn; None where that is not measured."""
    if state is None or state.state in NOTHING_MEASURED:
        return None
    if state.state in (STATE_ON, STATE_OFF):
        return state.state == STATE_ON
    try:
        return float(state.state) > above_w
    except ValueError:
        return None

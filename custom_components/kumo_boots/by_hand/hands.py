"""Boots in a person's hands, as Home Assistant has them: word, power, guidance."""

from collections.abc import Callable
from enum import StrEnum
import logging
from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.components.homeassistant import SERVICE_TURN_OFF
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_ENTITY_ID,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from ..boots.by_hand import STOP_LIMIT_S, ByHand
from ..boots.model import Capabilities, Phase
from ..boots.pair import Pair
from ..boots.session import Ran, SessionPhase
from ..const import CONF_BY_HAND, DOMAIN
from ..exceptions import number
from ..people.phone import PROMPT, Message, Place, Wearing
from ..wording import Words, async_words
from .plan import Power

_LOGGER = logging.getLogger(__name__)

NOTHING_MEASURED: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


class Guidance(StrEnum):
    """What the person is to do now."""

    NOTHING = "nothing"
    CONFIRM = "confirm"
    """A request waits for their yes."""
    SET_AND_START = "set_and_start"
    """Set the boots, press start on them, and say that they run."""
    RELAX = "relax"
    """They run; there is nothing to do."""
    PRESS_STOP = "press_stop"
    """Press stop on the boots, and say that they are off."""
    SAY = "say"
    """Nobody knows whether they run: say it."""


GUIDANCE: Final = {
    SessionPhase.IDLE: Guidance.NOTHING,
    SessionPhase.AWAITING: Guidance.CONFIRM,
    SessionPhase.STARTING: Guidance.SET_AND_START,
    SessionPhase.RUNNING: Guidance.RELAX,
    SessionPhase.STOPPING: Guidance.PRESS_STOP,
}


def guidance(phase: SessionPhase) -> Guidance:
    """Return what to do in a phase of the session."""
    return GUIDANCE.get(phase, Guidance.SAY)


class Hands:
    """One pair by hand: its unit, and what Home Assistant knows and tells of it."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        capabilities: Capabilities,
        power: Power,
    ) -> None:
        """Make the pair; nothing is listened to yet."""
        self._hass = hass
        self._entry = entry
        self._power = power
        self._vents = capabilities.fail_safes.vents_on_power_loss
        self.boots = ByHand(entry.title, capabilities)
        self.pair = Pair([self.boots], stop_limit_s=STOP_LIMIT_S)
        self.wearing: Wearing | None = None
        """Whose phone is told, too."""
        self._place = Place(hass, f"{DOMAIN}_{entry.entry_id}_by_hand")
        self._phone: str | None = None
        self._asked: Guidance | None = None
        """What the person was told to do."""
        self._unsubscribe: list[Callable[[], None]] = []

    def recall(self, ran: Ran) -> None:
        """Say what ran when Home Assistant was last there."""
        away_s = (dt_util.utcnow() - ran.known_at).total_seconds()
        self.boots.recall(ran, max(1, round(ran.remaining_s - away_s)))

    @callback
    def start(self) -> Callable[[], None]:
        """Begin to look at the power, and to tell; returns how to end it."""
        power = self._power
        self._unsubscribe.append(self.boots.listen(self._changed))
        if power.sensor is not None:
            self._follow(power.sensor, self._drawn)
        if power.plug is not None and self._vents:
            self._follow(power.plug, self._switched)
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
        if self._asked is not None:
            self._asked = None
            self._take_back()

    # ---- the power

    @callback
    def _drawn(self, state: State | None) -> None:
        """Take over what the sensor says."""
        self.boots.power(_draws(state, self._power.above_w))

    @callback
    def _switched(self, state: State | None) -> None:
        """Take over that the plug is off: the owner says that this lets the air out."""
        if state is not None and state.state == STATE_OFF:
            self.boots.say_off()

    async def _switch_off(self, plug: str) -> None:
        try:
            await self._hass.services.async_call(
                "homeassistant",
                SERVICE_TURN_OFF,
                {ATTR_ENTITY_ID: plug},
                blocking=True,
            )
        except Exception:
            # The person is told to press the button all the same.
            _LOGGER.exception("Could not switch off %s", plug)

    # ---- telling the person what to do

    @property
    def _asks(self) -> Guidance | None:
        """What has to be done at the boots now."""
        if self.boots.stopping:
            return Guidance.PRESS_STOP
        armed = self.boots.state.phase is Phase.ARMED
        return Guidance.SET_AND_START if armed else None

    @callback
    def _changed(self) -> None:
        if (asks := self._asks) is self._asked:
            return
        self._asked = asks
        if asks is None:
            self._take_back()
            return
        self._entry.async_create_task(self._hass, self._ask(asks), asks)
        plug = self._power.plug
        if asks is Guidance.PRESS_STOP and plug is not None and self._vents:
            self._entry.async_create_task(
                self._hass, self._switch_off(plug), "switch off"
            )

    async def _ask(self, asks: Guidance) -> None:
        """Tell what to do: in the side bar, and on the phone of whoever wears them."""
        words = await async_words(self._hass, self._hass.config.language)
        if self._asked is not asks:
            return
        # Whatever is said meanwhile, the two places say the same.
        placeholders = self._placeholders()
        message = _message(words, asks, placeholders)
        persistent_notification.async_create(
            self._hass, message["message"], message["title"], self._id
        )
        phone = None if self.wearing is None else self.wearing.current.phone
        if phone is not None:
            self._phone = phone
            self._place.show(
                phone,
                lambda words: (
                    _message(words, asks, placeholders) | {"data": {**PROMPT}}
                ),
            )

    def _placeholders(self) -> dict[str, str]:
        state = self.boots.state
        target, seconds = state.target_mmhg or 0, state.remaining_s or 0
        return {
            "boots": self._entry.title,
            "strength": str(target),
            "measure": self.boots.capabilities.measure,
            "minutes": number(seconds / 60),
        }

    @property
    def _id(self) -> str:
        return f"by_hand_{self._entry.entry_id}"

    @callback
    def _take_back(self) -> None:
        """Take back what was told: it is done, or nobody is here to hear."""
        persistent_notification.async_dismiss(self._hass, self._id)
        if self._phone is not None:
            self._place.clear(self._phone)
            self._phone = None


def hands_of(
    hass: HomeAssistant, entry: ConfigEntry, capabilities: Capabilities
) -> Hands | None:
    """Return the boots of an entry where they are by hand.

    KeyError or TypeError when what is remembered cannot be read.
    """
    if not capabilities.by_hand:
        return None
    return Hands(hass, entry, capabilities, Power.of(entry.data[CONF_BY_HAND]))


def _message(words: Words, asks: Guidance, placeholders: dict[str, str]) -> Message:
    key = f"common.by_hand_{asks}"
    if asks is Guidance.SET_AND_START:
        key = f"{key}_{placeholders['measure']}"
    return {
        "title": words.say(f"common.by_hand_{asks}_title", **placeholders),
        "message": words.say(key, **placeholders),
    }


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

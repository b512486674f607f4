"""Telling the person at the boots what to do: entity, side bar, and the wearer's phone."""

from collections.abc import Callable
from enum import StrEnum
from secrets import token_hex
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant, callback

from ..boots.by_hand import ByHand
from ..boots.model import Phase
from ..boots.session import SessionPhase
from ..exceptions import number
from ..people.phone import EVENT_ANSWER, PROMPT, Layer, Message, Place, Wearing
from ..wording import Words, cached_words


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


class Telling:
    """What is being told about one pair by hand right now: one place, kept up to date."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, boots: ByHand, place: Place
    ) -> None:
        """Begin with nothing told."""
        self._hass = hass
        self._entry = entry
        self._boots = boots
        self.wearing: Wearing | None = None
        """Whose phone is told, too."""
        self._asked: Guidance | None = None
        self._answer = ""
        """What the button on the phone sends; another one each time."""
        self._place = place
        self._phone: str | None = None
        """Device id of the phone that was told."""
        self._ignore: Callable[[], None] | None = None

    @callback
    def update(self) -> None:
        """Tell what has to be done now, and take back what is done."""
        asks = None
        if self._boots.stopping:
            asks = Guidance.PRESS_STOP
        elif self._boots.state.phase is Phase.ARMED:
            asks = Guidance.SET_AND_START
        if asks is self._asked:
            return
        self.close()
        if asks is not None:
            self._tell(asks)

    @callback
    def close(self) -> None:
        """Take back what was told: it is done, or nobody is here to hear."""
        if self._asked is not None:
            self._asked = None
            persistent_notification.async_dismiss(self._hass, self._id)
        if self._phone is not None:
            self._place.clear(self._phone, Layer.BY_HAND)
            self._phone = None
        if self._ignore is not None:
            self._ignore()
            self._ignore = None

    @callback
    def _tell(self, asks: Guidance) -> None:
        self._asked = asks
        compose = self._message(asks)
        message = compose(cached_words(self._hass))
        persistent_notification.async_create(
            self._hass, message["message"], message["title"], self._id
        )
        phone = None if self.wearing is None else self.wearing.current.phone
        if phone is not None:
            self._phone = phone
            self._place.show(phone, compose, Layer.BY_HAND)
            self._ignore = self._hass.bus.async_listen(EVENT_ANSWER, self._answered)

    def _message(self, asks: Guidance) -> Callable[[Words], Message]:
        """Return what tells it in the words of whoever reads it."""
        state = self._boots.state
        starts = asks is Guidance.SET_AND_START
        key = f"common.by_hand_{asks}"
        text = f"{key}_{self._boots.capabilities.measure}" if starts else key
        placeholders = {
            "boots": self._entry.title,
            "strength": str(state.target_mmhg),
            "minutes": number((state.remaining_s or 0) / 60),
        }
        answer = self._answer = f"{self._id}_{token_hex(8)}"

        def compose(words: Words) -> Message:
            return {
                "title": words.say(f"{key}_title", **placeholders),
                "message": words.say(text, **placeholders),
                "data": {
                    **PROMPT,
                    "actions": [
                        {"action": answer, "title": words.say(f"{key}_answer")}
                    ],
                },
            }

        return compose

    @callback
    def _answered(self, event: Event[Any]) -> None:
        """Hear the word from the phone; anybody may say how it is."""
        if event.data.get("action") != self._answer:
            return
        if self._asked is Guidance.SET_AND_START:
            self._boots.say_runs()
        else:
            self._boots.say_off()

    @property
    def _id(self) -> str:
        return f"by_hand_{self._entry.entry_id}"

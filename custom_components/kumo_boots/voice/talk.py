"""One sentence that was said to the boots, and what is answered."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import intent
from homeassistant.helpers.chat_session import current_session
import voluptuous as vol

from ..boots.cause import Cause
from ..boots.errors import BootsError
from ..callers import cause_of_words
from ..coordinator import KumoBootsCoordinator
from ..exceptions import number
from ..permission import async_need_control
from ..wording import Words, async_words
from .aim import PLACES, one_pair
from .questions import Deed, Question, questions_of

CONVERSATION: Final = "conversation"
TEXT: Final = vol.Coerce(str)


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What was said, by whom, and the words to answer with."""

    hass: HomeAssistant
    said: intent.Intent
    slots: dict[str, Any]
    """Only what was said: no slot is None."""
    words: Words

    def say(self, key: str, **placeholders: str) -> str:
        """Return one of the spoken answers."""
        return self.words.say(f"common.voice_{key}", **placeholders)

    def say_minutes(self, key: str, seconds: float, **placeholders: str) -> str:
        """Return one of those that tell a length; one minute has a text of its own."""
        minutes = number(seconds / 60)
        if minutes == "1":
            key = f"{key}_one"
        return self.say(key, minutes=minutes, **placeholders)

    @property
    def cause(self) -> Cause:
        """Who spoke: a voice asks, and confirms nothing by itself."""
        return cause_of_words(self.said.context)

    def pair(self) -> KumoBootsCoordinator:
        """Return the boots that are meant; raises VoiceError."""
        return one_pair(self.hass, self.slots, self.said.device_id)

    async def async_pair(self) -> KumoBootsCoordinator:
        """Return the boots that are meant, if the speaker may control them.

        Raises VoiceError and Unauthorized.
        """
        pair = self.pair()
        entry_id = pair.config_entry.entry_id
        await async_need_control(self.hass, self.said.context, [entry_id])
        return pair

    def ask(self, text: str, yes: Deed, no: Deed | None = None) -> str:
        """Ask for a yes; ``text`` says to what.

        Asked only where a person hears it: what another agent is told it may keep to
        itself, and the next *yes* would be to something else.
        """
        if self.said.platform != CONVERSATION:
            return text

        async def leave_it(_cause: Cause) -> str:
            return self.say("left")

        question = Question(yes=yes, no=no or leave_it, words=self.words)
        questions_of(self.hass).ask(question)
        return text

    async def async_answer(self, *, yes: bool) -> str:
        """Answer the question of this conversation, which was asked of a person.

        Only Home Assistant's own agent hears people; another one speaks for itself.
        """
        if self.said.platform != CONVERSATION:
            return self.say("nothing_asked")
        session = current_session.get()
        answer = await questions_of(self.hass).async_answer(
            "" if session is None else session.conversation_id,
            yes=yes,
            context=self.said.context,
        )
        return answer or self.say("nothing_asked")


class BootsIntent(intent.IntentHandler):
    """Handles one intent: finds the boots, does it, and says what was really done."""

    own_slots: dict[str, Any] = {}
    """Besides those that say which boots: how each is read."""

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        """Return how the slots are read; none has to be said."""
        return {
            vol.Optional(slot): kind
            for slot, kind in {**dict.fromkeys(PLACES, TEXT), **self.own_slots}.items()
        }

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Answer, whatever happens."""
        hass = intent_obj.hass
        checked = self.async_validate_slots(intent_obj.slots)
        heard = Heard(
            hass=hass,
            said=intent_obj,
            slots={
                name: slot["value"]
                for name, slot in checked.items()
                if slot.get("value") is not None
            },
            words=await async_words(hass, intent_obj.language),
        )
        response = intent_obj.create_response()
        try:
            response.async_set_speech(await self.answer(heard))
        except BootsError as error:
            said = heard.words.of_error(error)
            response.async_set_error(
                intent.IntentResponseErrorCode.FAILED_TO_HANDLE, said
            )
        except Unauthorized:
            response.async_set_error(
                intent.IntentResponseErrorCode.FAILED_TO_HANDLE, heard.say("forbidden")
            )
        return response

    @abstractmethod
    async def answer(self, heard: Heard) -> str:
        """Do what was said and return what is answered.

        Raises BootsError and Unauthorized, which are said as well.
        """

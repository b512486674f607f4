"""One sentence that was said to the boots, and what is answered."""

from abc import abstractmethod
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Final, override

from homeassistant.core import Context, HomeAssistant
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
from .aim import (
    NAME,
    PLACES,
    WhichBootsError,
    entries_of,
    name_of,
    one_pair,
    short_names,
)
from .questions import CONVERSATION, Deed, Question, questions_of

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

    def about(self, pair: KumoBootsCoordinator, text: str) -> str:
        """Say of which boots it is, where there are several."""
        if len(entries_of(self.hass)) == 1:
            return text
        return f"{name_of(self.hass, pair.config_entry)}: {text}"

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

    def ask(
        self,
        text: str,
        yes: Deed,
        no: Deed | None = None,
        names: Mapping[str, Deed] | None = None,
    ) -> str:
        """Ask for a yes, or for one of some names; ``text`` says to what.

        Asked only where a person hears it: what another agent is told it may keep to
        itself, and the next *yes* would be to something else.
        """
        if self.said.platform != CONVERSATION:
            return text

        async def leave_it(_cause: Cause) -> str:
            return self.say("left")

        before = [
            "",
            *(f"{word} " for word in self.words.several("common.voice_words_before")),
        ]
        question = Question(
            text=text,
            yes=yes,
            no=no or leave_it,
            words=self.words,
            names={
                f"{word}{name}": deed
                for name, deed in (names or {}).items()
                for word in before
            },
        )
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
            response.async_set_speech(await self._answer_or_ask(heard))
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

    async def _answer_or_ask(self, heard: Heard) -> str:
        """Answer, or ask a person which boots are meant, and then answer."""
        try:
            return await self.answer(heard)
        except WhichBootsError as error:
            if heard.said.platform != CONVERSATION:
                raise

            def of(name: str) -> Deed:
                async def answer(cause: Cause) -> str:
                    # Whoever answers is who speaks now, with their own rights.
                    said = copy(heard.said)
                    said.context = Context(user_id=cause.user_id)
                    slots = {**heard.slots, NAME: name}
                    return await self._answer_or_ask(
                        replace(heard, said=said, slots=slots)
                    )

                return answer

            async def again(_cause: Cause) -> str:
                return await self._answer_or_ask(heard)

            names = {said: of(name) for said, name in short_names(error.called).items()}
            return heard.ask(heard.words.of_error(error), again, names=names)

    @abstractmethod
    async def answer(self, heard: Heard) -> str:
        """Do what was said and return what is answered.

        Raises BootsError and Unauthorized, which are said as well.
        """

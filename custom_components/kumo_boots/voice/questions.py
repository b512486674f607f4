"""Questions that a voice has asked: the yes to one counts in its own conversation only.

And only while it is the last that was said there: after *shall I close the garage?* a
yes is to the garage. While one is open a bare *yes* or *no* is listened for, in the
language in which it was asked, and for no longer than ``OPEN_S``; so are the names after
*which boots?*. Whoever says it elsewhere is told that nothing was asked there. A program
that speaks for a person is not a person.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from hassil.recognize import RecognizeResult
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.components.conversation.chat_log import (
    AssistantContent,
    current_chat_log,
)
from homeassistant.components.conversation.models import ConversationInput
from homeassistant.const import ATTR_DOMAIN, EVENT_CALL_SERVICE
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    HassJob,
    HomeAssistant,
    callback,
)
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers.chat_session import current_session
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from ..boots.cause import Actor, Cause
from ..boots.errors import BootsError
from ..confirming import signed_in_by_program
from ..const import DOMAIN
from ..wording import Words, async_words

OPEN_S: Final = 60.0
"""How long a question is open, s: long enough to think, short enough to remember."""

CONVERSATION: Final = "conversation"
KEPT: Final = 64
"""Of so many contexts it is known that an action spoke: more than are under way."""

type Deed = Callable[[Cause], Awaitable[str]]
"""What an answer does; returns what is said of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question, with the bare words that answer it."""

    text: str
    """As it was asked."""
    yes: Deed
    no: Deed
    words: Words
    names: Mapping[str, Deed] = field(default_factory=dict)
    """Other answers, in lower case."""

    @property
    def answers(self) -> dict[str, Deed]:
        """What answers it, in lower case, and what that does."""
        said = self.words.several
        answers = {
            **self.names,
            **dict.fromkeys(said("common.voice_words_yes"), self.yes),
            **dict.fromkeys(said("common.voice_words_no"), self.no),
        }
        return {_plain(word): deed for word, deed in answers.items()}


class Questions:
    """The open questions, at most one in a conversation."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with none."""
        self._hass = hass
        self._open: dict[str, Question] = {}
        self._listening: CALLBACK_TYPE | None = None
        self._written: deque[str] = deque(maxlen=KEPT)
        """The contexts in which an action spoke last, and no mouth did. What a context
        began with does not tell: it may be a time, or an automation's own state."""
        hass.bus.async_listen(EVENT_CALL_SERVICE, self._action)

    @callback
    def _action(self, event: Event) -> None:
        if event.data[ATTR_DOMAIN] == CONVERSATION:
            self._written.append(event.context.id)

    @callback
    def ask(self, question: Question) -> None:
        """Open a question in the conversation that is being had, if one is."""
        if (session := current_session.get()) is None:
            return
        self._open[session.conversation_id] = question
        self._listen()

        @callback
        def forget(_now: object) -> None:
            if self._open.get(session.conversation_id) is question:
                self._take(session.conversation_id)

        job = HassJob(forget, f"{DOMAIN} forgets a question", cancel_on_shutdown=True)
        async_call_later(self._hass, OPEN_S, job)

    async def async_answer(
        self, conversation_id: str, *, yes: bool, context: Context
    ) -> str | None:
        """Answer the question of a conversation; None where none is open.

        Raises what the deed raises.
        """
        if (question := self._asked(conversation_id)) is None:
            return None
        deed = question.yes if yes else question.no
        return await self._async_do(conversation_id, deed, context)

    def _asked(self, conversation_id: str) -> Question | None:
        """Return the open question of a conversation, if nothing was said since."""
        question = self._open.get(conversation_id)
        if question is not None and _last_said() != question.text:
            self._take(conversation_id)
            return None
        return question

    async def _async_do(
        self, conversation_id: str, deed: Deed, context: Context
    ) -> str | None:
        """Do what was answered to the question of a conversation; not for a program."""
        if (
            context.parent_id is not None
            or context.id in self._written
            or signed_in_by_program(self._hass)
        ):
            return None
        self._take(conversation_id)
        return await deed(
            Cause(actor=Actor.PERSON, why="confirmed", user_id=context.user_id)
        )

    @callback
    def _take(self, conversation_id: str) -> None:
        del self._open[conversation_id]
        self._listen()

    @callback
    def _listen(self) -> None:
        """Listen for what answers one of those that are open, and for nothing else."""
        if self._listening is not None:
            self._listening()
            self._listening = None
        sentences = {word for each in self._open.values() for word in each.answers}
        if sentences:
            self._listening = get_agent_manager(self._hass).register_trigger(
                sorted(sentences), self._heard
            )

    async def _heard(
        self, user_input: ConversationInput, _result: RecognizeResult
    ) -> str:
        """Take a bare yes or no, or a name."""
        conversation_id = user_input.conversation_id or ""
        words = await async_words(self._hass, user_input.language)
        answer = None
        if (question := self._asked(conversation_id)) is not None:
            deed = question.answers.get(_plain(user_input.text))
            if deed is not None:
                try:
                    answer = await self._async_do(
                        conversation_id, deed, user_input.context
                    )
                except BootsError as error:
                    answer = words.of_error(error)
                except Unauthorized:
                    answer = words.say("common.voice_forbidden")
        return answer or words.say("common.voice_nothing_asked")


def _plain(text: str) -> str:
    """Return words as they are compared: as they are heard, and not as written."""
    return " ".join(text.casefold().translate(_AS_HEARD).split())


_AS_HEARD: Final = str.maketrans({"’": "'", **dict.fromkeys(".,;:!?¡¿…", " ")})


def _last_said() -> str | None:
    """Return what was answered last in the conversation that is being had.

    That may be no words at all: to *never mind* there are none.
    """
    log = current_chat_log.get()
    answers = [] if log is None else log.content
    return next(
        (
            each.content
            for each in reversed(answers)
            if isinstance(each, AssistantContent) and each.content is not None
        ),
        None,
    )


QUESTIONS: HassKey[Questions] = HassKey(f"{DOMAIN}_voice_questions")


@callback
def questions_of(hass: HomeAssistant) -> Questions:
    """Return the open questions of a home."""
    if QUESTIONS not in hass.data:
        hass.data[QUESTIONS] = Questions(hass)
    return hass.data[QUESTIONS]

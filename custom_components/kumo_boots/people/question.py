"""Asking the wearer, once, on their own phone, whether a waiting request may start.

The question is one notification with two buttons. Their ids are drawn anew for every
question and count once, and only from the phone that was asked (``Phone.sent`` says
what that can mean, and what not): other programs may read the ids, for Android tells
them all on the event bus when the notification is touched or swiped away.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
import logging
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final, Protocol

from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.util import dt as dt_util

from ..boots.cause import Actor
from ..boots.errors import BootsError, RequestChangedError
from ..boots.model import BOOST_MMHG, Measure, Settings
from ..boots.session import SessionPhase
from ..callers import async_cause_from
from ..const import DOMAIN
from ..exceptions import number
from ..permission import Twin, async_need_control
from ..wording import Words
from .phone import (
    EVENT_ANSWER,
    PROMPT,
    Message,
    Phone,
    Wearing,
    is_theirs,
    listen_for_phones,
)
from .wearer import Wearer

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

_LOGGER = logging.getLogger(__name__)

HEARD_WITHIN_S: Final = 24 * 60 * 60
"""Nobody is asked about boots that were not heard for longer."""
CONFIRM: Final[Twin] = ("button", "confirm_session")
"""What a user may do in Home Assistant they may do by an answer."""
PAST: Final = 16
"""So many questions are remembered, to answer an answer that comes too late."""


class WearingHousehold(Wearing, Protocol):
    """Whoever knows who wears the boots, and tells when that changes."""

    def listen(self, callback: Callable[[], None], /) -> Callable[[], None]:
        """Call back when the wearer, or something of theirs, changed."""
        ...


class AnswerError(Exception):
    """An answer that nothing can be done about, in words of the translations."""

    def __init__(self, key: str, **placeholders: str) -> None:
        """``key`` is of the section *common*."""
        super().__init__(key)
        self._key = key
        self._placeholders = placeholders

    def said(self, words: Words) -> str:
        """Return it for a person."""
        return words.say(f"common.{self._key}", **self._placeholders)


OVER: Final = "question_over"
"""A yes came when nothing waited any more."""
NOT_THEIRS: Final = "question_not_theirs"
"""The user of the phone may not start the wearer's session."""

type Trouble = AnswerError | BootsError
"""What stands against an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question as it was put to somebody."""

    device_id: str
    """Of the phone."""
    wearer: Wearer
    settings: Settings
    start: str
    """The id of the button that says yes."""
    not_now: str

    def answers(self, action: str) -> bool:
        """Tell whether an id is one of its buttons."""
        return action in (self.start, self.not_now)


class Question:
    """The question about what waits, on the phone of the wearer."""

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: KumoBootsCoordinator,
        household: WearingHousehold,
    ) -> None:
        """Begin to watch the session; ``close`` ends it."""
        self._hass = hass
        self._coordinator = coordinator
        self._household = household
        entry_id = coordinator.config_entry.entry_id
        self._prefix = f"{DOMAIN}_{entry_id}_"
        self._place = coordinator.place
        self._asked: Asked | None = None
        self._past: deque[Asked] = deque(maxlen=PAST)
        self._answering = False
        self._warned: set[str] = set()
        self._unsubscribe = [
            coordinator.session.listen_state(self._review),
            coordinator.async_add_listener(self._review),
            household.listen(self._review),
            # Asked before Home Assistant had set the phone up.
            listen_for_phones(hass, self._review),
            hass.bus.async_listen(EVENT_ANSWER, self._heard_answer),
        ]
        self._review()

    @callback
    def close(self) -> None:
        """Ask nothing any more, and take back what is asked."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        if self._asked:
            self._place.clear(self._retire(self._asked).device_id)

    # Asking

    @callback
    def _review(self, trouble: Trouble | None = None) -> None:
        """Ask, ask anew or take it back, after what waits now."""
        if self._answering:
            return
        wanted, asked = self._wanted(), self._asked
        if asked and wanted and not trouble and _same(asked, wanted):
            return
        if asked:
            self._retire(asked)
            if wanted is None or wanted.device_id != asked.device_id:
                self._place.clear(asked.device_id)
        if wanted:
            self._asked = wanted
            self._show(wanted, trouble)

    def _retire(self, asked: Asked) -> Asked:
        """Let no answer to a question count any more."""
        self._asked = None
        self._past.append(asked)
        return asked

    def _wanted(self) -> Asked | None:
        """Return the question that should be asked now, with new ids."""
        session = self._coordinator.session.state
        if session.phase is not SessionPhase.AWAITING or session.settings is None:
            return None
        wearer = self._household.current
        phone = Phone.of(self._hass, wearer.phone)
        if phone is None or wearer.phone is None or not self._heard(session.settings):
            return None
        if not is_theirs(self._hass, phone, wearer):
            self._warn(
                "%s is not asked on the phone chosen for them: it belongs to another"
                " user than their person",
                wearer.name,
            )
            return None
        start, not_now = (
            f"{self._prefix}{word}_{token_hex(16)}" for word in ("start", "not_now")
        )
        return Asked(
            device_id=wearer.phone,
            wearer=wearer,
            settings=session.settings,
            start=start,
            not_now=not_now,
        )

    def _heard(self, settings: Settings) -> bool:
        """Tell whether the boots were there lately; else nobody can wear them."""
        return self._coordinator.data.available or all(
            self._coordinator.last_heard.within(unit, HEARD_WITHIN_S)
            for unit in self._coordinator.units
            if unit.sides & settings.legs
        )

    @callback
    def _show(self, asked: Asked, trouble: Trouble | None) -> None:
        until = self._coordinator.session.state.awaiting_until
        boots = self._coordinator.config_entry.title

        def compose(words: Words) -> Message:
            left = 0 if until is None else (until - dt_util.utcnow()).total_seconds()
            measure = self._coordinator.capabilities.measure
            message = question(words, asked, boots, measure)
            if trouble:
                message["message"] = f"{_said(words, trouble)}\n{message['message']}"
            # Android takes it away by itself, should we not be able to.
            message["data"]["timeout"] = max(1, round(left))
            return message

        self._place.show(asked.device_id, compose)

    @callback
    def _tell(self, device_id: str, trouble: Trouble) -> None:
        """Say in the question's place why nothing starts."""
        boots = self._coordinator.config_entry.title

        def compose(words: Words) -> Message:
            return {
                "title": words.say("common.question_answer_title", boots=boots),
                "message": _said(words, trouble),
                "data": {**PROMPT},
            }

        self._place.show(device_id, compose)

    @callback
    def _warn(self, text: str, what: str) -> None:
        """Log something once."""
        if text not in self._warned:
            self._warned.add(text)
            _LOGGER.warning(text, what)

    # Hearing the answer

    @callback
    def _heard_answer(self, event: Event[Any]) -> None:
        """Take an answer that came from the phone that was asked, and no other."""
        action = event.data.get("action")
        if not isinstance(action, str) or not action.startswith(self._prefix):
            return
        asked = self._asked
        known = [asked, *self._past] if asked else [*self._past]
        device_id = next(
            (one.device_id for one in known if one.answers(action)),
            # Asked before a restart.
            self._household.current.phone,
        )
        phone = Phone.of(self._hass, device_id)
        if phone is None or device_id is None or not phone.sent(event):
            self._warn(
                "An answer that did not come from the phone of %s was ignored."
                " Confirm in Home Assistant instead",
                self._household.current.name,
            )
        elif self._answering:
            # Both buttons, or one twice: the first press counts.
            return
        elif asked is None or not asked.answers(action):
            self._late(device_id, yes=action.startswith(f"{self._prefix}start_"))
        else:
            self._answering = True
            self._retire(asked)
            self._place.clear(device_id)
            self._coordinator.config_entry.async_create_task(
                self._hass,
                self._answer(asked, phone, event.context, yes=action == asked.start),
                "answer of the wearer",
            )

    @callback
    def _late(self, device_id: str, *, yes: bool) -> None:
        """Say what became of a request that was answered too late."""
        if self._asked and self._asked.device_id == device_id:
            self._show(self._asked, RequestChangedError())
        elif yes:
            phase = self._coordinator.session.state.phase
            waits = phase is SessionPhase.AWAITING
            self._tell(device_id, RequestChangedError() if waits else AnswerError(OVER))
        else:
            self._place.clear(device_id)

    async def _answer(
        self, asked: Asked, phone: Phone, context: Context, *, yes: bool
    ) -> None:
        """Confirm or decline what was asked, and tell what stands against it."""
        trouble: Trouble | None = None
        try:
            await self._carry_out(asked, phone, context, yes=yes)
        except (AnswerError, BootsError) as error:
            trouble = error
        finally:
            self._answering = False
        self._review(trouble)
        if trouble and self._asked is None:
            self._tell(asked.device_id, trouble)

    async def _carry_out(
        self, asked: Asked, phone: Phone, context: Context, *, yes: bool
    ) -> None:
        """Do what an answer says; raises what stands against it.

        That is AnswerError, or a BootsError of the session.
        """
        why = "confirmed" if yes else "declined"
        cause = await async_cause_from(self._coordinator.hass, context, why=why)
        not_theirs = AnswerError(NOT_THEIRS, wearer=asked.wearer.name)
        entry_id = self._coordinator.config_entry.entry_id
        try:
            await async_need_control(self._hass, context, [entry_id], CONFIRM)
        except Unauthorized as error:
            raise not_theirs from error
        if cause.actor is not Actor.PERSON or not is_theirs(
            self._hass, phone, asked.wearer
        ):
            raise not_theirs
        # Nothing may come between this look and the deed.
        session = self._coordinator.session
        if session.state.phase is not SessionPhase.AWAITING:
            if yes:
                raise AnswerError(OVER)
            return
        if (
            session.state.settings != asked.settings
            or self._household.current.wearer_id != asked.wearer.wearer_id
        ):
            raise RequestChangedError
        if yes:
            # These ids were drawn for this request alone.
            await session.confirm(cause, session.state.request_id)
        else:
            await session.decline(cause)


def _said(words: Words, trouble: Trouble) -> str:
    """Return for a person what stands against their answer."""
    if isinstance(trouble, AnswerError):
        return trouble.said(words)
    return words.of_error(trouble)


def _same(one: Asked, other: Asked) -> bool:
    """Tell whether two questions are the same one, but for their ids."""
    return (one.device_id, one.wearer, one.settings) == (
        other.device_id,
        other.wearer,
        other.settings,
    )


def question(words: Words, asked: Asked, boots: str, measure: Measure) -> Message:
    """Return the question as a phone shows it."""
    settings = asked.settings
    text = words.say(
        "common.question_message",
        wearer=asked.wearer.name,
        mode=words.of_programme(settings.programme),
        strength=words.of_strength(settings.target_mmhg, measure),
        minutes=number(settings.duration_s / 60),
        legs=words.of_legs(settings.legs),
    )
    if settings.boosted:
        text += " " + words.say(
            "common.question_boost",
            zone=words.say(f"selector.zones.options.{settings.boosted}"),
            pressure=str(settings.target_mmhg + BOOST_MMHG),
        )
    return {
        "title": words.say("common.question_title", boots=boots),
        "message": text,
        "data": {
            **PROMPT,
            "actions": [
                {
                    "action": asked.start,
                    "title": words.say("common.question_start"),
                    # A phone that lies about says nothing for its owner.
                    "authenticationRequired": True,
                },
                {
                    "action": asked.not_now,
                    "title": words.say("common.question_not_now"),
                },
            ],
        },
    }

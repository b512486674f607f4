"""Telling: one notification for one routine, updated in place, or a speaker.

The session's own question lies above it on the same phone (``phone.Place``).
"""

from collections.abc import Awaitable, Callable
import logging
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, Event, HomeAssistant, callback, split_entity_id
from homeassistant.exceptions import Unauthorized

from ..boots.cause import Cause
from ..boots.errors import BootsError
from ..callers import async_cause_from
from ..const import DOMAIN
from ..people.phone import (
    EVENT_ANSWER,
    Layer,
    Message,
    Phone,
    is_theirs,
    listen_for_phones,
)
from ..people.wearer import Wearer
from ..permission import async_need_control
from ..wording import Words, async_words
from .routine import TellBy
from .run import RoutineEvent, RoutineKind, Run
from .saying import buttons, shown, title, what_failed, what_to_do

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

_LOGGER = logging.getLogger(__name__)

STOP: Final = "stop"
NOT_NOW: Final = "not_now"
REQUESTED: Final = "requested"
"""Why a session is stopped by a phone: as by anybody else, for who listens."""
"""Needs no permission."""
SPOKEN: Final = frozenset(
    {RoutineKind.ASKED, RoutineKind.STEP_STARTED, RoutineKind.STEP_FAILED}
)


class Telling:
    """Tells the wearer what is under way, and takes their answers."""

    def __init__(self, coordinator: KumoBootsCoordinator) -> None:
        """Begin to follow the runner; ``close`` ends it."""
        self._hass: HomeAssistant = coordinator.hass
        self._coordinator = coordinator
        self._runner = coordinator.runner
        entry_id = coordinator.config_entry.entry_id
        self._prefix = f"{DOMAIN}_routine_{entry_id}_"
        self._ids: dict[str, str] = {}
        """Of the buttons that count now, by what they do."""
        self._shown: tuple[str, Run] | None = None
        """On which phone, and what."""
        self._said: RoutineEvent | None = None
        """What did not work just before."""
        self._trouble: BootsError | None = None
        """What stands against the last answer."""
        self._unsubscribe = (
            self._runner.listen_events(self._happened),
            self._runner.listen(self._review),
            listen_for_phones(self._hass, self._review),
            self._hass.bus.async_listen(EVENT_ANSWER, self._heard),
        )
        self._review()

    @callback
    def close(self) -> None:
        """Tell nothing any more, and take back what is shown."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._clear()

    # ---- telling

    @property
    def _wearer(self) -> Wearer:
        """For whom the routine is."""
        household, run = self._coordinator.household, self._runner.run
        wearer = household.wearer(run.routine.wearer_id) if run else None
        return wearer or household.current

    @callback
    def _happened(self, event: RoutineEvent) -> None:
        if event.kind is RoutineKind.STEP_FAILED:
            self._said = event
        elif event.kind is RoutineKind.STEP_FINISHED:
            self._said = None
        if event.kind in SPOKEN and event.routine.tell_by is TellBy.SPEAKER:
            self._coordinator.config_entry.async_create_background_task(
                self._hass, self._speak(event), "routine speaks"
            )

    @callback
    def _review(self) -> None:
        """Show what is so now."""
        run = self._runner.run
        if run is None:
            self._said = self._trouble = None
        if run is None or run.routine.tell_by is not TellBy.PHONE:
            self._clear()
            return
        device_id, wearer = self._wearer.phone, self._wearer
        phone = Phone.of(self._hass, device_id)
        if device_id is None or phone is None:
            self._shown = None
            return
        before = self._shown
        if before == (device_id, run) and self._trouble is None:
            return
        if not is_theirs(self._hass, phone, wearer):
            self._clear()
            return
        if before is not None and before[0] != device_id:
            self._clear()
        news = before is None or _is_news(before[1], run)
        if news or not self._ids:
            self._ids = {
                word: f"{self._prefix}{word}_{token_hex(16)}"
                for word in buttons(run, by_hand=self._coordinator.pair.by_hand)
            }
        self._shown = device_id, run
        self._show(device_id, run, loud=news)

    @callback
    def _show(self, device_id: str, run: Run, *, loud: bool) -> None:
        ids, said, trouble = self._ids, self._said, self._trouble
        self._trouble = None

        def compose(words: Words) -> Message:
            before = ""
            if trouble is not None:
                before = words.of_error(trouble)
            elif said is not None:
                before = what_failed(words, said)
            return shown(words, run, before, ids, loud=loud or trouble is not None)

        self._coordinator.place.show(device_id, compose, Layer.ROUTINE)

    @callback
    def _clear(self) -> None:
        self._ids = {}
        if self._shown is not None:
            self._coordinator.place.clear(self._shown[0], Layer.ROUTINE)
            self._shown = None

    async def _speak(self, event: RoutineEvent) -> None:
        """Say it aloud, in the household's language."""
        run, speaker = self._runner.run, event.routine.speaker
        if run is None or speaker is None:
            return
        words = await async_words(self._hass, self._hass.config.language)
        if event.kind is RoutineKind.STEP_FAILED:
            text = what_failed(words, event)
        else:
            text = f"{title(words, run)}. {what_to_do(words, run)}"
        domain, action = "assist_satellite", "announce"
        data: dict[str, Any] = {ATTR_ENTITY_ID: speaker, "message": text}
        if split_entity_id(speaker)[0] != domain:
            voices = self._hass.states.async_entity_ids("tts")
            domain, action = "tts", "speak"
            data = {
                ATTR_ENTITY_ID: voices[:1],
                "media_player_entity_id": speaker,
                "message": text,
            }
        try:
            await self._hass.services.async_call(domain, action, data, blocking=True)
        except Exception:
            # A speaker that is away must not be in the way of anything.
            _LOGGER.exception("%s could not speak", speaker)

    # ---- hearing

    @callback
    def _heard(self, event: Event[Any]) -> None:
        """Take an answer that came from the phone that was told, and no other."""
        action = event.data.get("action")
        if not isinstance(action, str) or not action.startswith(self._prefix):
            return
        device_id = self._shown[0] if self._shown else self._wearer.phone
        phone = Phone.of(self._hass, device_id)
        if phone is None or not phone.sent(event):
            _LOGGER.warning(
                "An answer to a routine that did not come from the phone of %s was"
                " ignored",
                self._wearer.name,
            )
            return
        word = next((word for word, one in self._ids.items() if one == action), None)
        if word is None:
            # An older notification: what is shown is what counts.
            self._shown = None
            self._review()
            return
        self._ids = {}
        self._coordinator.config_entry.async_create_task(
            self._hass, self._answer(word, event.context), "answer to a routine"
        )

    async def _answer(self, word: str, context: Context) -> None:
        """Do what an answer says; what stands against it is shown."""
        why = word if word == NOT_NOW else REQUESTED
        cause = await async_cause_from(self._hass, context, why=why)
        entry_id = self._coordinator.config_entry.entry_id
        try:
            if word != STOP:
                await async_need_control(self._hass, context, [entry_id])
            await self._deed(word)(cause)
        except BootsError as error:
            self._trouble = error
        except Unauthorized:
            _LOGGER.warning("The user of a phone may not control these boots")
            self._shown = None
        self._review()

    def _deed(self, word: str) -> Callable[[Cause], Awaitable[object]]:
        runner = self._runner
        return {
            "start": lambda cause: runner.async_answer(True, cause),
            NOT_NOW: lambda cause: runner.async_answer(False, cause),
            "skip": runner.async_skip,
            "pause": runner.async_pause,
            "resume": runner.async_resume,
            STOP: runner.async_stop,
        }[word]


def _is_news(before: Run, run: Run) -> bool:
    """Tell whether a person wants to be called for it: another step, or a question."""
    return (before.routine, before.index, before.phase) != (
        run.routine,
        run.index,
        run.phase,
    )

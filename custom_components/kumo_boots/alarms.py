"""Telling people what only a person can put right.

A stop that the boots did not confirm is told by everything at hand: the persistent
notification, the notify targets of the options, the wearer's own phone and a repair
issue, besides the entities and events that show it anyway. A fault of the boots is a
repair issue.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
import logging
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .boots.model import Fault, Side
from .boots.unit import Unit
from .const import DOMAIN
from .exceptions import number
from .options import Options
from .people.phone import CRITICAL, QUIET, Message, Phone, Place, Wearing
from .snapshot import Snapshot
from .wording import Words, async_words, cached_words

_LOGGER = logging.getLogger(__name__)

STOP_NOT_CONFIRMED = "stop_not_confirmed"
NOTIFY = "notify"

TOLD = frozenset(Fault) - {Fault.RESTARTED}
"""Faults that need a person at the boots; a restart is over when it is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenStop:
    """What is known of a stop that is not confirmed."""

    away: frozenset[Side] = frozenset()
    """The legs of units that have to report empty and are out of reach."""
    vents_in_s: float | None = None
    """Those let their air out by themselves when they hear nothing from us for this
    long, s; None where not all of them promise it."""
    by_hand: bool = False
    """Nobody has said that they are off, and nothing else could."""

    @property
    def key(self) -> str:
        """Return the key of what is said of it."""
        if self.by_hand:
            return f"{STOP_NOT_CONFIRMED}_by_hand"
        if not self.away:
            return STOP_NOT_CONFIRMED
        promised = "unpromised" if self.vents_in_s is None else "out_of_reach"
        return f"{STOP_NOT_CONFIRMED}_{promised}"

    def placeholders(self, words: Words, name: str) -> dict[str, str]:
        """Return what the text needs to be filled with."""
        placeholders = {"name": name}
        if self.away:
            placeholders["leg"] = words.of_legs(self.away)
        if self.vents_in_s is not None:
            placeholders["seconds"] = number(self.vents_in_s)
        return placeholders


def open_stop(units: Iterable[Unit]) -> OpenStop:
    """Look which units a stop did not reach, and what these promise."""
    away = [unit for unit in units if unit.stopping and not unit.connected]
    promises = [
        unit.capabilities.lease_s
        for unit in away
        if unit.capabilities and unit.capabilities.fail_safes.vents_on_silence
    ]
    return OpenStop(
        away=frozenset[Side]().union(*(unit.sides for unit in away)),
        vents_in_s=max(promises) if away and len(promises) == len(away) else None,
    )


class Alarms:
    """What is being told about one entry right now."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin without knowing what was told before a reload."""
        self._hass = hass
        self._entry = entry
        self._stop: bool | None = None
        self._open = OpenStop()
        self._faults: frozenset[Fault] | None = None
        self.by_hand = False
        """Only a person can stop them, and say that they are off."""
        self.wearing: Wearing | None = None
        """Whose phone is told, too."""
        self._place = Place(hass, f"{DOMAIN}_{entry.entry_id}_{STOP_NOT_CONFIRMED}")
        self._phone: str | None = None
        """Device id of the phone that was told."""

    @callback
    def update(self, snapshot: Snapshot, units: Sequence[Unit] = ()) -> None:
        """Raise and clear alarms after what is known now.

        ``units`` tell which legs a stop did not reach.
        """
        if snapshot.session.stop_unconfirmed:
            self._stop_open(
                OpenStop(by_hand=True) if self.by_hand else open_stop(units)
            )
        elif self._stop is not False and snapshot.pair.empty:
            self._stop = False
            self._clear_stop()
        if self._faults is None and not snapshot.pair.connected:
            return
        faults = snapshot.pair.faults & TOLD
        for fault in faults - (self._faults or frozenset()):
            self._raise(f"fault_{fault}")
        for fault in (TOLD if self._faults is None else self._faults) - faults:
            self._clear(f"fault_{fault}")
        self._faults = faults

    @callback
    def _stop_open(self, known: OpenStop) -> None:
        """Tell of a stop that is not confirmed: once, and what is new of it in place."""
        if self._stop and known == self._open:
            return
        first, self._stop, self._open = not self._stop, True, known
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._id(STOP_NOT_CONFIRMED),
            is_fixable=False,
            severity=ir.IssueSeverity.CRITICAL,
            translation_key=known.key,
            translation_placeholders=known.placeholders(
                cached_words(self._hass), self._entry.title
            ),
        )
        self._entry.async_create_task(
            self._hass, self._tell_everybody(known, first=first), STOP_NOT_CONFIRMED
        )

    def _id(self, key: str) -> str:
        return f"{key}_{self._entry.entry_id}"

    @callback
    def _raise(self, key: str) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._id(key),
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key=key,
            translation_placeholders={"name": self._entry.title},
        )

    @callback
    def _clear(self, key: str) -> None:
        ir.async_delete_issue(self._hass, DOMAIN, self._id(key))

    @callback
    def _clear_stop(self) -> None:
        self._clear(STOP_NOT_CONFIRMED)
        persistent_notification.async_dismiss(self._hass, self._id(STOP_NOT_CONFIRMED))
        if self._phone is not None:
            self._place.clear(self._phone)
            self._phone = None

    async def _tell_everybody(self, known: OpenStop, *, first: bool) -> None:
        """Say it in the side bar, on the wearer's phone and to everybody chosen.

        ``first`` is False when only what is known of it changed: that is put right in
        place, and nobody is called again for it.
        """
        words = await async_words(self._hass, self._hass.config.language)
        if not self._stop or known != self._open:
            return
        text = self._message(known, words)
        persistent_notification.async_create(
            self._hass, text["message"], text["title"], self._id(STOP_NOT_CONFIRMED)
        )
        own = None
        try:
            own = self._tell_wearer(known, CRITICAL if first else QUIET)
        except Exception:
            # Whatever is wrong with one way, the others are still to be tried.
            _LOGGER.exception("Could not tell the wearer of %s", self._entry.title)
        if not first:
            return
        plain = _plain(text)
        await asyncio.gather(
            *(
                self._notify(target, plain["title"], plain["message"])
                for target in Options.of(self._entry.options).notify_targets
                if target.removeprefix(f"{NOTIFY}.") != own
            )
        )

    def _message(self, known: OpenStop, words: Words) -> Message:
        placeholders = known.placeholders(words, self._entry.title)
        return {
            "title": words.say(f"issues.{known.key}.title", **placeholders),
            "message": words.say(f"issues.{known.key}.description", **placeholders),
        }

    def _tell_wearer(self, known: OpenStop, how: Mapping[str, Any]) -> str | None:
        """Tell the wearer on their phone; return its notify action."""
        device_id = None if self.wearing is None else self.wearing.current.phone
        phone = Phone.of(self._hass, device_id)
        if phone is None or device_id is None:
            return None
        self._phone = device_id
        self._place.show(
            device_id,
            lambda words: _plain(self._message(known, words)) | {"data": {**how}},
        )
        return phone.action

    async def _notify(self, target: str, title: str, message: str) -> None:
        """Tell one target: the name of a notify action, or of a notify entity."""
        action = target.removeprefix(f"{NOTIFY}.")
        data = {"title": title, "message": message}
        if not self._hass.services.has_service(NOTIFY, action):
            action = "send_message"
            data["entity_id"] = target
        try:
            await self._hass.services.async_call(NOTIFY, action, data, blocking=True)
        except Exception:
            _LOGGER.exception("Could not notify %s", target)

    @callback
    def clear(self) -> None:
        """Take everything back; the entry is gone."""
        self._clear_stop()
        for fault in TOLD:
            self._clear(f"fault_{fault}")


def _plain(text: Message) -> Message:
    """Return a text as phones show it, without the marks of the side bar's."""
    return {**text, "message": text["message"].replace("**", "")}

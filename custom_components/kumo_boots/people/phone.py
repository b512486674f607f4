"""A wearer's own phone: what is said on it, and what is known to come from it.

Only the ``notify.mobile_app_…`` action of a phone carries buttons. The press of one
comes back through the phone's own webhook as ``mobile_app_notification_action``.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
import logging
from typing import Any, Final, Protocol, Self

from homeassistant.components.notify import DOMAIN as NOTIFY
from homeassistant.components.webhook import async_generate_path
from homeassistant.components.websocket_api import current_connection
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import CONF_WEBHOOK_ID, EVENT_SERVICE_REGISTERED
from homeassistant.core import Event, EventOrigin, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.http import current_request

from ..wording import Words, async_language_of, async_words
from .wearer import Wearer

_LOGGER = logging.getLogger(__name__)

MOBILE_APP: Final = "mobile_app"
EVENT_ANSWER: Final = "mobile_app_notification_action"
CLEAR: Final = "clear_notification"

PROMPT: Final[Mapping[str, Any]] = {
    "ttl": 0,
    "priority": "high",
    "push": {"interruption-level": "time-sensitive"},
}
"""Delivered now, and not when the screen is next switched on (companion app docs)."""

CRITICAL: Final[Mapping[str, Any]] = {
    "ttl": 0,
    "priority": "high",
    "channel": "alarm_stream",
    "push": {
        "interruption-level": "critical",
        "sound": {"name": "default", "critical": 1, "volume": 1.0},
    },
}
"""Heard even where the phone is muted, on Android and iOS (companion app docs)."""

SILENT: Final[Mapping[str, Any]] = {
    "alert_once": True,
    "push": {"interruption-level": "passive", "sound": "none"},
}
"""Put in place without calling anybody."""

QUIET: Final[Mapping[str, Any]] = {**CRITICAL, **SILENT}
"""Put right without calling anybody again."""

AGAIN_S: Final = 5.0
"""How long after a failure it is tried again, s: an app without a push service (Android's
minimal one) opens its channel some seconds after Home Assistant has started."""
TRY_FOR_S: Final = 600.0
"""How long a phone that cannot be reached is tried, s: as long as a question waits."""

type Message = dict[str, Any]
"""Of a notify action: message, title, data."""


class Wearing(Protocol):
    """Whoever knows who wears the boots."""

    @property
    def current(self) -> Wearer:
        """Who wears them now, or is about to."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """A phone with the companion app, registered by one user."""

    action: str
    """Of the domain *notify*, without it."""
    webhook_id: str
    user_id: str
    """Who was signed in when the app was registered; its webhook speaks for them."""
    app_id: str
    """How the app names this device itself."""
    cloudhook: bool
    """Its webhook can be called by way of the cloud."""

    @classmethod
    def of(cls, hass: HomeAssistant, device_id: str | None) -> Self | None:
        """Return the phone with a device id; None where it is none, or not set up."""
        if (
            device_id is None
            or f"{MOBILE_APP}.{NOTIFY}" not in hass.config.components
            or (device := dr.async_get(hass).async_get(device_id)) is None
        ):
            return None
        # Its requirements are installed only where it is set up.
        from homeassistant.components.mobile_app.util import get_notify_service  # noqa: PLC0415

        for entry in hass.config_entries.async_loaded_entries(MOBILE_APP):
            if entry.entry_id != device.config_entry_id:
                continue
            webhook_id = entry.data[CONF_WEBHOOK_ID]
            # Of two phones with one name only one has an action; the other has none,
            # and must not be taken for it.
            if (action := get_notify_service(hass, webhook_id)) is not None:
                return cls(
                    action=action,
                    webhook_id=webhook_id,
                    user_id=entry.data["user_id"],
                    app_id=entry.data["device_id"],
                    cloudhook="cloudhook_url" in entry.data,
                )
        return None

    def sent(self, event: Event[Any]) -> bool:
        """Tell whether an event came from this very phone, as far as can be told.

        The phone's webhook fires events of remote origin, in a new context of the
        user who registered it, within its own HTTP request. So these are told apart:
        events fired by automations, scripts and over the websocket (local origin), by
        the REST API (another path), by another phone or another user's (another
        webhook, another user), and whatever came about in the course of something
        else (a context that began with another event).

        What cannot be told: an answer by way of the cloud carries no request, so that
        nothing says which of the user's phones sent it (Android's app names itself,
        iOS's does not); it counts only where this phone has a cloud address. Whoever
        knows the webhook's id (with encryption its secret, too) is the phone, and code
        that runs inside Home Assistant can be anybody.
        """
        context = event.context
        if (
            event.origin is not EventOrigin.remote
            or context.user_id != self.user_id
            or context.parent_id is not None
            or context.origin_event is not event
            or event.data.get("device_id", self.app_id) != self.app_id
        ):
            return False
        if (request := current_request.get()) is not None:
            return bool(request.path == async_generate_path(self.webhook_id))
        return self.cloudhook and current_connection.get() is None


@callback
def listen_for_phones(
    hass: HomeAssistant, listener: Callable[[], None]
) -> Callable[[], None]:
    """Call when a phone may have come or gone; returns how to end it.

    Its entry is loaded, or its notify action is there.
    """

    @callback
    def entry_changed(_change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == MOBILE_APP:
            listener()

    @callback
    def registered(event: Event[Any]) -> None:
        if event.data["domain"] == NOTIFY:
            # The platform counts as set up a moment after its actions.
            hass.loop.call_soon(listener)

    unsubscribe = (
        async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed),
        hass.bus.async_listen(EVENT_SERVICE_REGISTERED, registered),
    )

    def stop() -> None:
        for each in unsubscribe:
            each()

    return stop


def is_theirs(hass: HomeAssistant, phone: Phone, wearer: Wearer) -> bool:
    """Tell whether a phone's user may speak for a wearer.

    A wearer linked to a person with a user account is only that user; one who is
    linked to nobody, or to a person without an account, has the phone that was chosen
    for them. A person whom nothing is known of is nobody's.
    """
    if wearer.person is None:
        return True
    if (person := hass.states.get(wearer.person)) is None:
        return False
    return person.attributes.get("user_id") in (None, phone.user_id)


type Compose = Callable[[Words], Message]
"""Makes a message of the words of a phone's user."""


class Layer(IntEnum):
    """What hides what, where several have something to say in one place."""

    ROUTINE = 0
    BY_HAND = 1
    """What to do with boots in a person's hands."""
    QUESTION = 2


@dataclass(frozen=True, slots=True)
class Unsent:
    """What a phone is to show."""

    compose: Compose | None
    """None clears."""
    until: float
    """When it is given up, on the event loop's clock, s."""


class Place:
    """One place for one notification: what is new there takes the old one's place.

    What lies in a higher layer hides what is below, until it is taken away. What a
    phone could not be told is told when it can be reached, unless something newer is.
    """

    def __init__(self, hass: HomeAssistant, tag: str) -> None:
        """``tag`` is what makes it one place on a phone."""
        self._hass = hass
        self._tag = tag
        self._layers: dict[str, dict[Layer, Compose]] = {}
        """By device id."""
        self._outbox: dict[str, Unsent] = {}
        """By device id. What was not sent yet is overtaken."""
        self._failed: dict[str, Unsent] = {}
        """By device id: what could not be sent, and is the newest."""
        self._unreached: set[str] = set()
        """Device ids of which it was logged."""
        self._waiting = False
        self._task: asyncio.Task[None] | None = None

    @callback
    def show(
        self, device_id: str, compose: Compose, layer: Layer = Layer.QUESTION
    ) -> None:
        """Show what is composed of the words of the phone's user."""
        layers = self._layers.setdefault(device_id, {})
        layers[layer] = compose
        if layer is max(layers):
            self._put(device_id, compose)

    @callback
    def clear(self, device_id: str, layer: Layer = Layer.QUESTION) -> None:
        """Take away what is shown; what it hid is there again, without a sound."""
        layers = self._layers.get(device_id, {})
        hidden = bool(layers) and layer is not max(layers)
        layers.pop(layer, None)
        if hidden:
            return
        if not layers:
            self._layers.pop(device_id, None)
            self._put(device_id, None)
            return
        below = layers[max(layers)]

        def quietly(words: Words) -> Message:
            message = below(words)
            return {**message, "data": {**message.get("data", {}), **SILENT}}

        self._put(device_id, quietly)

    @callback
    def _put(self, device_id: str, compose: Compose | None) -> None:
        self._failed.pop(device_id, None)
        self._queue(device_id, Unsent(compose, self._hass.loop.time() + TRY_FOR_S))

    @callback
    def _queue(self, device_id: str, unsent: Unsent) -> None:
        self._outbox.pop(device_id, None)
        self._outbox[device_id] = unsent
        if self._task is None or self._task.done():
            # Of Home Assistant, not of the entry: it is to outlive an unload, and a
            # shutdown waits for it.
            self._task = self._hass.async_create_task(
                self._send_all(), f"notify {self._tag}"
            )

    async def _send_all(self) -> None:
        # One after the other, for what is sent last has to arrive last.
        while self._outbox:
            device_id = next(iter(self._outbox))
            if (phone := Phone.of(self._hass, device_id)) is None:
                del self._outbox[device_id]
                continue
            language = await async_language_of(self._hass, phone.user_id)
            words = await async_words(self._hass, language)
            unsent = self._outbox.pop(device_id)
            compose = unsent.compose
            message: Message = {"message": CLEAR} if compose is None else compose(words)
            message["data"] = {**message.get("data", {}), "tag": self._tag}
            try:
                await self._hass.services.async_call(
                    NOTIFY, phone.action, message, blocking=True
                )
            except HomeAssistantError as error:
                self._not_sent(device_id, unsent, error)
            except Exception:
                # Of whatever is wrong there, what is sent next must not suffer.
                _LOGGER.exception("Could not notify %s", phone.action)
            else:
                self._unreached.discard(device_id)

    @callback
    def _not_sent(
        self, device_id: str, unsent: Unsent, error: HomeAssistantError
    ) -> None:
        """Keep what a phone could not be told, for a while."""
        if device_id not in self._unreached:
            self._unreached.add(device_id)
            _LOGGER.warning("Could not notify a phone, trying again: %s", error)
        if device_id in self._outbox or self._hass.loop.time() > unsent.until:
            return
        self._failed[device_id] = unsent
        if not self._waiting:
            self._waiting = True
            job = HassJob(self._again, cancel_on_shutdown=True)
            async_call_later(self._hass, AGAIN_S, job)

    @callback
    def _again(self, _now: datetime) -> None:
        """Send what could not be sent."""
        self._waiting = False
        failed, self._failed = self._failed, {}
        for device_id, unsent in failed.items():
            self._queue(device_id, unsent)

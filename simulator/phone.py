"""A phone with the companion app, as far as Home Assistant can tell.

Registers itself through the app's own REST API, receives notifications over the app's
own push channel, and answers through its webhook, as the app does when somebody
touches a button. Notifications with one tag take each other's place, and
``clear_notification`` takes one away.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from .home import Home, HomeError

EVENT_ANSWER = "mobile_app_notification_action"
CLEAR = "clear_notification"

type Notification = dict[str, Any]
"""As it was pushed: ``title``, ``message``, ``data`` with ``tag`` and ``actions``."""


class Phone:
    """One phone of the signed-in person; ``await register()`` once, then ``attach()``."""

    def __init__(self, home: Home, name: str = "Phone of Ann") -> None:
        """Take it out of its box."""
        self.home = home
        self.name = name
        self.shown: dict[str, Notification] = {}
        """What the screen shows now, by tag."""
        self.history: list[Notification] = []
        """Everything that arrived, in order."""
        self._webhook_id = ""
        self._changed = asyncio.Event()

    async def register(self) -> str:
        """Sign the app in; returns the phone's device id in Home Assistant."""
        answer = await self.home.rest(
            "POST",
            "mobile_app/registrations",
            {
                "app_id": "io.homeassistant.companion.android",
                "app_name": "Home Assistant",
                "app_version": "2026.10.1",
                "device_name": self.name,
                "device_id": self.name.casefold().replace(" ", "-"),
                "manufacturer": "Acme",
                "model": "Handset",
                "os_name": "Android",
                "os_version": "16",
                "supports_encryption": False,
                "app_data": {"push_websocket_channel": True},
            },
        )
        self._webhook_id = answer["webhook_id"]
        await self.attach()
        devices = await self.home.call("config/device_registry/list")
        return next(
            str(device["id"]) for device in devices if device["name"] == self.name
        )

    async def attach(self) -> None:
        """Open the push channel, as the app does whenever Home Assistant is there."""
        await self.home.subscribe(
            "mobile_app/push_notification_channel",
            self._pushed,
            webhook_id=self._webhook_id,
        )

    def _pushed(self, notification: Notification) -> None:
        self.history.append(notification)
        tag = str(notification.get("data", {}).get("tag", len(self.history)))
        if notification["message"] == CLEAR:
            self.shown.pop(tag, None)
        else:
            self.shown[tag] = notification
        self._changed.set()

    async def until(
        self, condition: Callable[[Notification], bool], what: str, within_s: float = 30
    ) -> Notification:
        """Wait until the screen shows such a notification; HomeError naming ``what``."""
        try:
            async with asyncio.timeout(within_s):
                while True:
                    for notification in self.shown.values():
                        if condition(notification):
                            return notification
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            raise HomeError(
                f"the phone did not show within {within_s:g} s: {what}; it shows"
                f" {[*self.shown.values()]}"
            ) from error

    async def until_asked(self, what: str, within_s: float = 30) -> Notification:
        """Wait for a notification that can be answered, and says ``what``."""
        return await self.until(
            lambda shown: bool(buttons(shown)) and what in _text(shown), what, within_s
        )

    async def touch(self, notification: Notification, button: str) -> None:
        """Touch one of a notification's buttons by its title."""
        titles = buttons(notification)
        if button not in titles:
            raise HomeError(f"no button {button!r} but {sorted(titles)}")
        data = notification["data"]
        await self.home.rest(
            "POST",
            f"webhook/{self._webhook_id}",
            {
                "type": "fire_event",
                "data": {
                    "event_type": EVENT_ANSWER,
                    "event_data": {"action": titles[button], "tag": data.get("tag")},
                },
            },
        )


def buttons(notification: Notification) -> dict[str, str]:
    """Return the ids of a notification's buttons by their titles."""
    return {
        action["title"]: action["action"]
        for action in notification.get("data", {}).get("actions", ())
    }


def _text(notification: Notification) -> str:
    return f"{notification.get('title', '')}\n{notification['message']}"

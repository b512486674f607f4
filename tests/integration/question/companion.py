"""A phone with the companion app, as Home Assistant's own mobile_app meets one.

It registers over HTTP, its webhook is the real one, and what is pushed to it arrives
at a relay that listens on loopback in place of the maker's.
"""

import json
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.auth.models import User
from homeassistant.components.mobile_app.const import DOMAIN as MOBILE_APP
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from nacl.encoding import Base64Encoder, HexEncoder
from nacl.secret import SecretBox

CLEAR = "clear_notification"
ANSWER = "mobile_app_notification_action"


class Relay:
    """Takes every push, and passes it on to the phone with its token."""

    def __init__(self) -> None:
        """Begin without phones."""
        self.phones: dict[str, Companion] = {}
        self.works = True
        app = web.Application()
        app.router.add_post("/push", self._push)
        self.server = TestServer(app, host="127.0.0.1")

    async def _push(self, request: web.Request) -> web.Response:
        push = await request.json()
        if not self.works:
            return web.json_response({"errorMessage": "down"}, status=500)
        self.phones[push["push_token"]].receive(push)
        return web.json_response({}, status=201)


class Companion:
    """One phone."""

    def __init__(
        self, hass: HomeAssistant, http: Any, relay: Relay, name: str, user: User
    ) -> None:
        """``http`` makes clients of Home Assistant's server."""
        self.hass = hass
        self.http = http
        self.relay = relay
        self.name = name
        self.user = user
        self.app_id = f"app-{len(relay.phones)}"
        self.secret: str | None = None
        self.webhook_id = ""
        self.access_token = ""
        self.pushes: list[dict[str, Any]] = []
        self.screen: dict[str, dict[str, Any]] = {}
        """What is shown, by tag."""
        relay.phones[self.app_id] = self

    async def register(self, *, encrypted: bool = False) -> None:
        """Sign in and register, as the app does when it is set up."""
        auth = self.hass.auth
        token = await auth.async_create_refresh_token(
            self.user, "http://companion.local"
        )
        self.access_token = auth.async_create_access_token(token)
        client = await self.http(self.access_token)
        answer = await client.post(
            "/api/mobile_app/registrations",
            json={
                "app_id": "io.robbie.HomeAssistant",
                "app_name": "Home Assistant",
                "app_version": "2026.10",
                "app_data": {
                    "push_token": self.app_id,
                    "push_url": str(self.relay.server.make_url("/push")),
                },
                "device_id": self.app_id,
                "device_name": self.name,
                "manufacturer": "Apple",
                "model": "Phone",
                "os_name": "iOS",
                "os_version": "26",
                "supports_encryption": encrypted,
            },
        )
        assert answer.status == 201, await answer.text()
        registration = await answer.json()
        self.webhook_id = registration["webhook_id"]
        self.secret = registration["secret"]
        await self.hass.async_block_till_done()

    @property
    def _entry(self) -> ConfigEntry:
        (entry,) = (
            entry
            for entry in self.hass.config_entries.async_entries(MOBILE_APP)
            if entry.data["webhook_id"] == self.webhook_id
        )
        return entry

    def only_in_the_house(self) -> None:
        """Have no push service, as Android's minimal app has none."""
        entry = self._entry
        self.hass.config_entries.async_update_entry(
            entry, data={**entry.data, "app_data": {"push_websocket_channel": True}}
        )

    async def open_channel(self, new_websocket: Any) -> Any:
        """Open the channel for pushes within the house; returns how to wait for one."""
        websocket = await new_websocket(self.hass, self.access_token)
        await websocket.send_json_auto_id(
            {
                "type": "mobile_app/push_notification_channel",
                "webhook_id": self.webhook_id,
            }
        )
        assert (await websocket.receive_json())["success"]

        async def receive() -> None:
            self.receive((await websocket.receive_json())["event"])

        return receive

    @property
    def device_id(self) -> str:
        """Return what a person picks in a form."""
        device = dr.async_get(self.hass).async_get_device_by_identifier(
            (MOBILE_APP, self.app_id), self._entry.entry_id
        )
        assert device is not None
        return device.id

    def receive(self, push: dict[str, Any]) -> None:
        """Show a notification in the place of its tag."""
        self.pushes.append(push)
        tag = push["data"]["tag"]
        if push["message"] == CLEAR:
            self.screen.pop(tag, None)
        else:
            self.screen[tag] = push

    @property
    def notification(self) -> dict[str, Any]:
        """Return the only one that is shown."""
        (notification,) = self.screen.values()
        return notification

    @property
    def buttons(self) -> dict[str, str]:
        """Return the ids under the words of the buttons that are shown."""
        return {
            action["title"]: action["action"]
            for shown in self.screen.values()
            for action in shown["data"].get("actions", ())
        }

    async def press(self, title: str) -> None:
        """Press a button that is shown."""
        await self.answer(self.buttons[title])

    async def answer(self, action: str, **more: Any) -> None:
        """Tell Home Assistant of a press, as the app does."""
        await self.webhook(
            "fire_event",
            {"event_type": ANSWER, "event_data": {"action": action, **more}},
        )

    def payload(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Return what the app sends to its webhook."""
        if self.secret is None:
            return {"type": kind, "data": data}
        box = SecretBox(self.secret.encode(), encoder=HexEncoder)
        sealed = box.encrypt(json.dumps(data).encode(), encoder=Base64Encoder)
        return {"type": kind, "encrypted": True, "encrypted_data": sealed.decode()}

    async def webhook(self, kind: str, data: dict[str, Any]) -> None:
        """Call the own webhook."""
        client = await self.http(None)
        answer = await client.post(
            f"/api/webhook/{self.webhook_id}", json=self.payload(kind, data)
        )
        assert answer.status == 200, await answer.text()

"""What a signed-in person's browser says to Home Assistant: REST and WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
import contextlib
import json
from typing import Any

import aiohttp

USER = PASSWORD = "demo"
_CALL_LIMIT_S = 60


class HomeError(Exception):
    """Home Assistant said no, or did not come up."""


class HomeClient:
    """A person signed in to a running Home Assistant at ``url``."""

    def __init__(self, url: str) -> None:
        """Know where it will be; nothing is sent before ``connect``."""
        self.url = url
        self._http: aiohttp.ClientSession | None = None
        self._token = ""
        self._refresh = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._next_id = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._subscribers: dict[int, Callable[[Any], None]] = {}

    async def connect(self, alive: Callable[[], bool] = lambda: True) -> None:
        """Wait until it answers, sign in, wait until it has started everything.

        Unbounded in time; raises HomeError when ``alive`` says that it ended.
        """
        self._http = aiohttp.ClientSession()
        await self._until_served(alive)
        await self._sign_in()
        await self._open_socket()
        while (await self.call("get_config"))["state"] != "RUNNING":
            await asyncio.sleep(0.1)

    async def disconnect(self) -> None:
        """Hang up; nothing of it stays behind."""
        await self._close_socket()

    # -- signing in --------------------------------------------------------

    async def _until_served(self, alive: Callable[[], bool]) -> None:
        while True:
            if not alive():
                raise HomeError("Home Assistant ended")
            with contextlib.suppress(aiohttp.ClientError, OSError):
                async with self._client.get(f"{self.url}/manifest.json") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)

    @property
    def _client(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise HomeError("Home Assistant was not started")
        return self._http

    async def _sign_in(self) -> None:
        client = f"{self.url}/"
        if self._refresh:
            form = {"grant_type": "refresh_token", "refresh_token": self._refresh}
        else:
            flow = await self._post_json(
                "/auth/login_flow",
                {
                    "client_id": client,
                    "handler": ["homeassistant", None],
                    "redirect_uri": f"{client}?auth_callback=1",
                },
            )
            done = await self._post_json(
                f"/auth/login_flow/{flow['flow_id']}",
                {"username": USER, "password": PASSWORD, "client_id": client},
            )
            form = {"grant_type": "authorization_code", "code": done["result"]}
        async with self._client.post(
            f"{self.url}/auth/token", data={"client_id": client, **form}
        ) as answer:
            tokens = await answer.json()
        if "access_token" not in tokens:
            raise HomeError(f"sign-in failed: {tokens}")
        self._token = tokens["access_token"]
        self._refresh = tokens.get("refresh_token", self._refresh)

    async def _post_json(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        async with self._client.post(f"{self.url}{path}", json=body) as answer:
            result: dict[str, Any] = await answer.json()
            if answer.status >= 400:
                raise HomeError(f"{path}: {answer.status} {result}")
            return result

    # -- REST --------------------------------------------------------------

    async def rest(self, method: str, path: str, body: Any = None) -> Any:
        """Call the REST API as the signed-in person; raises HomeError on a refusal."""
        async with asyncio.timeout(_CALL_LIMIT_S):
            async with self._client.request(
                method,
                f"{self.url}/api/{path}",
                json=body,
                headers={"Authorization": f"Bearer {self._token}"},
            ) as answer:
                text = await answer.text()
                if answer.status >= 400:
                    raise HomeError(f"{path}: {answer.status} {text}")
                return json.loads(text) if text else None

    async def start_flow(self, handler: str) -> dict[str, Any]:
        """Start a config flow by hand, as *Add integration* does."""
        flow: dict[str, Any] = await self.rest(
            "POST", "config/config_entries/flow", {"handler": handler}
        )
        return flow

    async def flow(self, flow_id: str) -> dict[str, Any]:
        """Return where a config flow stands."""
        flow: dict[str, Any] = await self.rest(
            "GET", f"config/config_entries/flow/{flow_id}"
        )
        return flow

    async def answer(self, flow_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Submit one screen of a config flow."""
        flow: dict[str, Any] = await self.rest(
            "POST", f"config/config_entries/flow/{flow_id}", dict(data)
        )
        return flow

    async def start_subentry(self, entry_id: str, kind: str) -> dict[str, Any]:
        """Start the flow that adds something to an entry, as its page does."""
        flow: dict[str, Any] = await self.rest(
            "POST",
            "config/config_entries/subentries/flow",
            {"handler": [entry_id, kind]},
        )
        return flow

    async def answer_subentry(
        self, flow_id: str, data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Submit one screen of such a flow."""
        flow: dict[str, Any] = await self.rest(
            "POST", f"config/config_entries/subentries/flow/{flow_id}", dict(data)
        )
        return flow

    async def add_proxy(self, port: int) -> str:
        """Add an ESPHome device on loopback through its real flow; return its title."""
        flow = await self.start_flow("esphome")
        flow = await self.answer(flow["flow_id"], {"host": "127.0.0.1", "port": port})
        while flow["type"] == "form":
            if flow["errors"]:
                raise HomeError(f"the proxy was refused: {flow}")
            flow = await self.answer(flow["flow_id"], {})
        if flow["type"] != "create_entry":
            raise HomeError(f"the proxy was refused: {flow}")
        title: str = flow["title"]
        return title

    # -- WebSocket ---------------------------------------------------------

    async def _open_socket(self) -> None:
        self._socket = await self._client.ws_connect(
            f"{self.url}/api/websocket", max_msg_size=0
        )
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        hello = await self._socket.receive_json()
        if hello["type"] != "auth_ok":
            raise HomeError(f"sign-in failed: {hello}")
        self._reader = asyncio.create_task(self._read(self._socket))

    async def _close_socket(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
            self._reader = None
        self._subscribers.clear()
        if self._socket is not None:
            await self._socket.close()
            self._socket = None
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _read(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for frame in connection:
                message = json.loads(frame.data)
                for part in message if isinstance(message, list) else [message]:
                    self._hear(part)
        finally:
            lost = HomeError("the connection to Home Assistant ended")
            for waiting in self._answers.values():
                if not waiting.done():
                    waiting.set_exception(lost)
            self._answers.clear()

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "event":
            if (subscriber := self._subscribers.get(message["id"])) is not None:
                subscriber(message["event"])
        elif (waiting := self._answers.pop(message["id"], None)) is not None:
            if waiting.done():
                return
            if message.get("success", True):
                waiting.set_result(message.get("result"))
            else:
                waiting.set_exception(HomeError(json.dumps(message["error"])))

    async def call(self, kind: str, **fields: Any) -> Any:
        """Send one WebSocket command and return its result; HomeError if refused."""
        return (await self._send(kind, fields))[1]

    async def _send(
        self,
        kind: str,
        fields: Mapping[str, Any],
        subscriber: Callable[[Any], None] | None = None,
    ) -> tuple[int, Any]:
        if self._socket is None:
            raise HomeError("not connected to Home Assistant")
        self._next_id += 1
        number = self._next_id
        answer = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        if subscriber is not None:
            self._subscribers[number] = subscriber
        await self._socket.send_json({"id": number, "type": kind, **fields})
        try:
            async with asyncio.timeout(_CALL_LIMIT_S):
                return number, await answer
        except BaseException:
            self._subscribers.pop(number, None)
            raise
        finally:
            self._answers.pop(number, None)

    async def subscribe(
        self, kind: str, listener: Callable[[Any], None], **fields: Any
    ) -> Callable[[], Awaitable[Any]]:
        """Subscribe by a WebSocket command; the answer ends the subscription."""
        number, _ = await self._send(kind, fields, listener)

        async def end() -> Any:
            self._subscribers.pop(number, None)
            return await self.call("unsubscribe_events", subscription=number)

        return end

    async def service(
        self,
        action: str,
        data: Mapping[str, Any] | None = None,
        *,
        target: Mapping[str, str | Sequence[str]] | None = None,
        response: bool = False,
    ) -> Any:
        """Perform ``domain.action`` as the signed-in person; the response if asked."""
        domain, name = action.split(".")
        result = await self.call(
            "call_service",
            domain=domain,
            service=name,
            service_data=dict(data or {}),
            target=dict(target or {}),
            return_response=response,
        )
        return result["response"] if response else result

    async def states(self) -> dict[str, dict[str, Any]]:
        """Return every state by entity id."""
        return {state["entity_id"]: state for state in await self.call("get_states")}

    async def state(self, entity_id: str) -> str | None:
        """Return one entity's state; None where there is no such entity."""
        found = (await self.states()).get(entity_id)
        return None if found is None else str(found["state"])

    async def until(
        self,
        condition: Callable[[dict[str, dict[str, Any]]], bool],
        what: str,
        *,
        within_s: float = 30,
    ) -> dict[str, dict[str, Any]]:
        """Wait until the states satisfy ``condition``; HomeError naming ``what``."""
        try:
            async with asyncio.timeout(within_s):
                while not condition(states := await self.states()):
                    await asyncio.sleep(0.1)
                return states
        except TimeoutError as error:
            raise HomeError(f"not within {within_s:g} s: {what}") from error

    def tokens(self) -> dict[str, Any]:
        """Return what a browser remembers of this person's signing in."""
        return {
            "access_token": self._token,
            "token_type": "Bearer",
            "expires_in": 1800,
            "expires": 4102444800000,
            "hassUrl": self.url,
            "clientId": f"{self.url}/",
            "refresh_token": self._refresh,
        }

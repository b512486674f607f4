"""The control channel: faults on demand and the witness, over loopback TCP.

One JSON object a line. Request ``{"id": 1, "do": "drop", "boots": "pair1-left"}``;
answer ``{"id": 1, "ok": true, "result": …}`` or ``{"id": 1, "ok": false, "error":
"why"}``. ``boots`` is the name of a unit, of a pair (both units) or ``*`` (all); the
result is then by unit. ``python -m simulator --help`` lists the commands.

In Python::

    async with Control(port=…) as control:
        await control.do("press", boots="pair1-left", button="start_long")
        log = (await control.do("witness", since=0))["entries"]
"""

import asyncio
from collections.abc import Callable, Mapping
import inspect
import json
import logging
from types import TracebackType
from typing import Any, Self

from .faults import FaultError
from .house import Boots, House
from .proxy import Proxy

_LOGGER = logging.getLogger(__name__)

HOST = "127.0.0.1"
# A witness's log of a long run is one line.
LINE_LIMIT = 64 * 1024 * 1024

BOOTS_COMMANDS = (
    "press",
    "drop",
    "range",
    "refuse",
    "delay",
    "rssi",
    "take",
    "give",
    "reboot",
    "power",
    "drain",
    "charge",
    "worn",
    "stick",
    "overpressure",
    "sensor",
    "repair",
    "frames",
    "version",
)


class ControlError(Exception):
    """A command was refused or is not known."""


class Commands:
    """The commands of a house; each returns something that JSON can hold."""

    def __init__(self, house: House) -> None:
        """Serve this house."""
        self.house = house

    async def do(self, command: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Run a command by its name; raises ``ControlError``."""
        own = getattr(self, f"do_{command}", None)
        try:
            if own is not None:
                result: dict[str, Any] = await self._call(own, args)
                return result
            if command in BOOTS_COMMANDS:
                return await self._each(command, args)
        except (FaultError, ValueError, TypeError, LookupError) as error:
            raise ControlError(f"{command}: {error}") from error
        raise ControlError(f"no command {command}")

    @staticmethod
    async def _call(function: Callable[..., Any], args: Mapping[str, Any]) -> Any:
        inspect.signature(function).bind(**args)
        result = function(**args)
        return await result if inspect.isawaitable(result) else result

    async def _each(self, command: str, args: Mapping[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in args.items() if key != "boots"}
        return {
            boots.name: await self._call(getattr(boots.faults, command), rest)
            for boots in self._select(args.get("boots", "*"))
        }

    def _select(self, name: str) -> list[Boots]:
        found = [
            boots
            for boots in self.house.boots.values()
            if name in {"*", boots.name, boots.shape.pair}
        ]
        if not found:
            raise ControlError(f"no boots {name}")
        return found

    def _proxy(self, name: str) -> Proxy:
        for proxy in self.house.proxies:
            if proxy.name == name:
                return proxy
        raise ControlError(f"no proxy {name}")

    def do_list(self) -> dict[str, Any]:
        """Name everything there is."""
        return {
            "boots": [boots.as_dict() for boots in self.house.boots.values()],
            "proxies": [
                {"name": proxy.name, "host": HOST, "port": proxy.port}
                for proxy in self.house.proxies
            ],
        }

    def do_witness(
        self, since: int = 0, boots: str | None = None, kind: str | None = None
    ) -> dict[str, Any]:
        """Return the log after entry number ``since``, of one unit or kind if asked."""
        return {"entries": self.house.witness.entries(since, boots=boots, kind=kind)}

    def do_state(self, boots: str = "*") -> dict[str, Any]:
        """Return the true pressures and phase."""
        return {unit.name: unit.as_dict() for unit in self._select(boots)}

    def do_slots(self, proxy: str, n: int) -> dict[str, Any]:
        """Give a proxy n connection slots."""
        self._proxy(proxy).slots = n
        return {}

    async def do_kill(self, proxy: str) -> dict[str, Any]:
        """Let a proxy die without a word."""
        await self._call(self._proxy(proxy).kill, {})
        return {}

    async def do_revive(self, proxy: str) -> dict[str, Any]:
        """Bring a killed proxy back."""
        await self._call(self._proxy(proxy).revive, {})
        return {}

    async def do_stall(self, proxy: str, seconds: float) -> dict[str, Any]:
        """Let a proxy hold writes back for so long."""
        await self._call(self._proxy(proxy).stall_writes, {"seconds": seconds})
        return {}


class ControlServer:
    """Listens on loopback for one house."""

    def __init__(self, house: House, port: int = 0) -> None:
        """Prepare; port 0 takes a free one."""
        self.port = port
        self._commands = Commands(house)
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(
            self._serve, HOST, self.port, limit=LINE_LIMIT
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._clients):
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._clients.add(writer)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self._clients.discard(writer)
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        number = None
        try:
            request = dict(json.loads(line))
            number = request.pop("id", None)
            result = await self._commands.do(str(request.pop("do", "")), request)
        except (ControlError, TypeError, ValueError) as error:
            return {"id": number, "ok": False, "error": str(error)}
        return {"id": number, "ok": True, "result": result}


class Control:
    """A client of the control channel."""

    def __init__(self, port: int, host: str = HOST) -> None:
        """Prepare; ``async with`` connects."""
        self._where = (host, port)
        self._number = 0
        self._turn = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        """Connect."""
        await self.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        await self.close()

    async def connect(self) -> None:
        """Connect; raises ``OSError``."""
        self._streams = await asyncio.open_connection(*self._where, limit=LINE_LIMIT)

    async def close(self) -> None:
        """Close; once is enough."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            try:
                await writer.wait_closed()
            except ConnectionError as error:
                _LOGGER.debug("The simulator was gone already: %s", error)

    async def do(self, command: str, **args: Any) -> dict[str, Any]:
        """Run a command; connects when need be. Raises ``ControlError``."""
        async with self._turn:
            if self._streams is None:
                await self.connect()
            assert self._streams is not None
            reader, writer = self._streams
            self._number += 1
            request = {"id": self._number, "do": command, **args}
            writer.write(json.dumps(request).encode() + b"\n")
            await writer.drain()
            line = await reader.readline()
        if not line:
            raise ControlError("the simulator is gone")
        answer = json.loads(line)
        if not answer["ok"]:
            raise ControlError(answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

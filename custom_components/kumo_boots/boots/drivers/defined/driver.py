"""A protocol that is told by a definition, over one connection."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
import logging
from typing import ClassVar, override

from ...driver import Advertised, Armed, ControllerKey, Driver, Heard
from ...errors import (
    BootsError,
    LinkTimeoutError,
    NonceExpiredError,
    NotSupportedError,
    ProtocolError,
)
from ...gatt import Gatt
from ...limits import check_settings
from ...model import BootsState, Capabilities, Identity, Settings
from .definition import Definition, Repeated
from .reports import Values
from .session_values import change_values, check_length, start_values
from .telling import Telling

_LOGGER = logging.getLogger(__name__)

REMEMBERED = "definition:"
"""What the name of such a driver begins with in the registry, and in entries."""
ANSWER_S = 3.0
"""How long an answer to the question for the state is waited for."""
ARMED_S = 3.0
"""How long what was armed may be started: the device knows nothing of arming, so this
controller's own clock does what the Open Boots Profile has the boots do (R16)."""
INFORMATION = {
    "manufacturer": "00002a29-0000-1000-8000-00805f9b34fb",
    "model": "00002a24-0000-1000-8000-00805f9b34fb",
    "serial": "00002a25-0000-1000-8000-00805f9b34fb",
    "firmware": "00002a26-0000-1000-8000-00805f9b34fb",
}
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"


class Defined(Driver):
    """The driver of every definition; a class of its own for each (``driver_from``)."""

    definition: ClassVar[Definition]
    service_uuid: ClassVar[str] = ""
    needs_key: ClassVar[bool] = False

    def __init__(
        self,
        gatt: Gatt,
        publish: Callable[[BootsState], None],
        key: ControllerKey | None,
        identity: Identity | None = None,
    ) -> None:
        """See ``Driver``; there is no key."""
        super().__init__(gatt, publish, key, identity)
        self._time = asyncio.get_running_loop().time
        self._counter = 0
        self._learned: dict[str, bytes] = {}
        self._news = asyncio.Event()
        self._said: set[str] = set()
        """The reports that came since somebody began to wait."""
        self._reported_at: float | None = None
        self._telling = Telling(self.definition, self._time)
        self._puzzled = False
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    @override
    def remembered_as(cls) -> str:
        return REMEMBERED + cls.definition.key

    @classmethod
    @override
    def recognises(cls, heard: Heard) -> bool:
        return any(match.fits(heard) for match in cls.definition.match)

    @classmethod
    @override
    def advertised(cls, service_data: Mapping[str, bytes]) -> Advertised | None:
        return Advertised(
            version=1,
            legs=cls.definition.capabilities.legs,
            pairing_open=False,
            running=None,
            pair_hash=None,
        )

    @property
    @override
    def reported_at(self) -> float | None:
        return self._reported_at

    @override
    def recall(self, state: BootsState) -> None:
        self._telling.recall(state)

    @override
    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    @override
    async def open(self) -> tuple[Capabilities, Identity]:
        definition = self.definition
        if self._identity is None:
            self._identity = await self._read_identity()
        if definition.battery:
            self._telling.battery(await self._gatt.read(BATTERY))
        for name, characteristic in definition.characteristics.items():
            if characteristic.notify:
                await self._gatt.subscribe(characteristic.uuid, self._taker(name))
        await self._shake_hands()
        if definition.poll is not None:
            await self.refresh()
            self._repeat(definition.poll)
        if definition.keep_alive is not None:
            self._repeat(definition.keep_alive)
        return definition.capabilities, self._identity

    async def _read_identity(self) -> Identity:
        said = {
            what: (await self._gatt.read(INFORMATION[what]))
            .decode("utf-8", "replace")
            .strip("\0 ")
            for what in sorted(self.definition.device_information)
        }
        return Identity(**{"model": self.definition.name, **said})

    async def _shake_hands(self) -> None:
        for step in self.definition.handshake:
            if step.send:
                await self._send(step.send, dict(self._learned))
                continue
            await self._wait_for({step.wait_for}, step.within_s)
            # What comes later answers what is sent next.
            self._said.clear()

    @override
    async def authorise(self) -> None:
        """Do nothing: there is nothing to prove."""

    @override
    async def refresh(self) -> BootsState:
        self._said -= self._of_state
        if self.definition.poll is not None:
            await self._ask(self.definition.poll)
        await self._wait_for(self._of_state, ANSWER_S)
        return self._telling.state

    @property
    def _of_state(self) -> set[str]:
        """The reports that tell what the boots do."""
        return {
            report.name
            for report in self.definition.reports
            if "phase" in report.sets or any(f.name == "phase" for f in report.fields)
        }

    async def _ask(self, how: Repeated) -> None:
        if how.send:
            await self._send(how.send, dict(self._learned))
        else:
            data = await self._gatt.read(self.definition.characteristics[how.read].uuid)
            self._take(how.read, data)

    async def _wait_for(self, reports: set[str], within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                while not self._said & reports:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise LinkTimeoutError(f"no {', '.join(sorted(reports))}") from None

    # What is sent

    async def _send(
        self, command: str, values: Mapping[str, float | bytes], *, now: bool = False
    ) -> None:
        """Send the messages of a command; ``now`` awaits no answer where it can."""
        self._needs(command)
        for message in self.definition.commands[command]:
            frame = message.encode(values, self._counter)
            self._counter += 1
            target = self.definition.characteristics[message.characteristic]
            response = target.write == "with_response" or (
                target.write == "both" and not now
            )
            write = self._gatt.write(target.uuid, frame, response=response)
            if now and response:
                self._run(write)
            else:
                await write

    def _run(self, job: Coroutine[None, None, None]) -> None:
        """Run something until it fails or the connection is over."""

        async def run() -> None:
            with suppress(BootsError):
                await job

        task = asyncio.create_task(run(), name=f"{self.definition.key} goes on")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _needs(self, command: str) -> None:
        if command not in self.definition.commands:
            raise NotSupportedError(what=command.replace("_", " "))

    @override
    async def arm(self, settings: Settings) -> Armed:
        self._needs("start")
        check_settings(settings, None, self.definition.capabilities)
        check_length(settings.duration_s, self.definition)
        return self._telling.armed(settings, ARMED_S)

    @override
    async def start(self, armed: Armed, delay_ms: int) -> None:
        settings = self._telling.take(armed)
        if settings is None or self._time() >= armed.expires_at:
            raise NonceExpiredError
        await asyncio.sleep(delay_ms / 1000)
        self._telling.starting(armed)
        values = start_values(settings, self.definition)
        await self._send("start", {**self._learned, **values})

    @override
    async def commit(self, armed: Armed) -> None:
        """Do nothing: the device knows no provisional start."""

    @override
    async def stop_now(self) -> None:
        await self._send("stop", dict(self._learned), now=True)

    @override
    async def stop(self) -> None:
        await self._send("stop", dict(self._learned))

    @override
    async def pause(self) -> None:
        await self._do("pause")

    @override
    async def resume(self) -> None:
        await self._do("resume")

    async def _do(self, command: str) -> None:
        await self._send(command, dict(self._learned))

    @override
    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        if boosted:
            raise NotSupportedError(what="zone boost")
        wanted = change_values(self.definition, target_mmhg, remaining_s, skipped)
        for command in wanted:
            self._needs(command)
        for command, values in wanted.items():
            await self._send(command, {**self._learned, **values})

    @override
    async def heartbeat(self) -> None:
        """Do nothing: what keeps the device awake has a clock of its own."""

    @override
    async def offer(self, seconds: int) -> None:
        raise NotSupportedError(what="offer")

    @override
    async def identify(self) -> None:
        await self._do("identify")

    @override
    async def set_child_lock(self, on: bool) -> None:
        raise NotSupportedError(what="child lock")

    @override
    async def set_pair_id(self, pair_id: bytes) -> None:
        raise NotSupportedError(what="pair id")

    @override
    async def forget_me(self) -> None:
        """Do nothing: the device knows nobody."""

    @override
    async def pair(self, wait_s: float) -> ControllerKey:
        raise NotSupportedError(what="pairing")

    # What goes on by itself

    def _repeat(self, how: Repeated) -> None:
        async def repeat() -> None:
            while True:
                await asyncio.sleep(how.every_s)
                try:
                    await self._ask(how)
                except ProtocolError as error:
                    _LOGGER.debug("%s: %s", self.definition.key, error)

        self._run(repeat())

    # What is heard

    def _taker(self, characteristic: str) -> Callable[[bytes], None]:
        return lambda data: self._take(characteristic, data)

    def _take(self, characteristic: str, data: bytes) -> None:
        for report in self.definition.reports:
            if report.characteristic != characteristic:
                continue
            try:
                values = report.decode(data)
                if values is not None:
                    self._heard(report.name, values)
                    return
            except ProtocolError as error:
                if not self._puzzled:
                    self._puzzled = True
                    _LOGGER.debug("Ignored a report, as all like it: %s", error)

    def _heard(self, report: str, values: Values) -> None:
        state = self._telling.take_report(values)
        self._learned |= {k: v for k, v in values.items() if isinstance(v, bytes)}
        self._said.add(report)
        self._news.set()
        if report in self._of_state:
            self._reported_at = self._time()
        if self._reported_at is not None:
            self._publish(state)


def driver_from(definition: Definition) -> type[Defined]:
    """Return the driver class of a definition."""
    return type(
        "Defined_" + definition.key,
        (Defined,),
        {
            "__doc__": definition.name,
            "definition": definition,
            "key": definition.key,
            "fail_safes": definition.capabilities.fail_safes,
            "characteristics": {
                each.uuid: name for name, each in definition.characteristics.items()
            },
        },
    )

"""A simulated house in a process of its own, so that it disturbs nobody else's pace.

    python -m bench.far_house '{"pairs": 1, "proxies": 1}'

``FarHouse`` starts that and is used in the place of ``simulator.house.House``.
"""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import asdict, dataclass
import json
import signal
import sys
from time import monotonic
from types import TracebackType
from typing import Any, Self

from simulator.control import Control, ControlServer
from simulator.house import Boots, House

READY = "house ready "
COUNT_EVERY_S = 1.0
_START_LIMIT_S = 60
_STOP_LIMIT_S = 20


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the house is.

    ``rooms``: each proxy hears only its own boots, ``pairs / proxies`` pairs each.
    ``off``: boots are switched off at first.
    """

    pairs: int = 1
    proxies: int = 1
    slots: int = 9
    speed: float = 1.0
    shape: str = "two_units"
    rooms: bool = False
    off: bool = False


class _Counter:
    """Counts the notifications that leave the boots, and tells the witness."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.sent = 0
        for boots in house.boots.values():
            boots.deliver = self._counting(boots)

    def _counting(self, boots: Boots) -> Callable[[str, bytes], None]:
        def deliver(uuid: str, frame: bytes) -> None:
            if boots.connection is not None:
                self.sent += 1
            boots.notify(uuid, frame)

        return deliver

    async def run(self) -> None:
        """Write the count down at an even pace."""
        while True:
            self._house.witness.record("*", "notified", count=self.sent)
            await asyncio.sleep(COUNT_EVERY_S)


def _separate(house: House, plan: Plan) -> None:
    """Let each proxy hear the boots of its own room only."""
    each = -(-plan.pairs // plan.proxies)
    for boots in house.boots.values():
        room = (int(boots.shape.pair.removeprefix("pair")) - 1) // each
        for index, proxy in enumerate(house.proxies):
            if index != room:
                house.air.set_range(boots.address, False, of=proxy.address)


async def _serve(plan: Plan) -> None:
    house = House(
        plan.pairs,
        plan.proxies,
        plan.speed,
        shape=plan.shape,
        slots=plan.slots,
    )
    if plan.rooms:
        _separate(house, plan)
    control = ControlServer(house)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    async with house:
        counter = _Counter(house)
        counting = asyncio.create_task(counter.run())
        if plan.off:
            for boots in house.boots.values():
                await boots.stop()
        await control.start()
        ready = {
            "control": control.port,
            "boots": {name: boots.address for name, boots in house.boots.items()},
            "proxies": [[proxy.name, proxy.port] for proxy in house.proxies],
        }
        print(READY + json.dumps(ready), flush=True)
        await over.wait()
        counting.cancel()
    await control.stop()


@dataclass(frozen=True)
class FarProxy:
    """Where a proxy of the far house listens."""

    name: str
    port: int


class FarHouse:
    """A house in another process; an async context that leaves nothing behind."""

    def __init__(self, **plan: Any) -> None:
        """Plan it, as ``Plan`` says."""
        self.plan = Plan(**plan)
        self.proxies: list[FarProxy] = []
        self.addresses: dict[str, str] = {}
        self.control = Control(0)
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start it and connect to its control channel."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.far_house",
            json.dumps(asdict(self.plan)),
            stdout=asyncio.subprocess.PIPE,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_START_LIMIT_S):
                told = await self._ready(self._process)
        except BaseException:
            await self._end()
            raise
        self.addresses = told["boots"]
        self.proxies = [FarProxy(*proxy) for proxy in told["proxies"]]
        self.control = Control(told["control"])
        await self.control.connect()
        return self

    @staticmethod
    async def _ready(process: asyncio.subprocess.Process) -> dict[str, Any]:
        assert process.stdout is not None
        async for line in process.stdout:
            text = line.decode()
            if text.startswith(READY):
                told: dict[str, Any] = json.loads(text.removeprefix(READY))
                return told
        raise RuntimeError("the simulator ended before it was ready")

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        await self._end()

    async def _end(self) -> None:
        with contextlib.suppress(OSError):
            await self.control.close()
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_LIMIT_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    @property
    def pid(self) -> int:
        """The process id of the simulator."""
        assert self._process is not None
        return self._process.pid

    # --- the witness ---

    async def witness(self, since: int = 0, **only: str) -> list[dict[str, Any]]:
        """Return the witness's entries after number ``since``."""
        told = await self.control.do("witness", since=since, **only)
        entries: list[dict[str, Any]] = told["entries"]
        return entries

    async def last(self) -> int:
        """Return the number of the last entry now."""
        entries = await self.witness(kind="notified")
        return max((entry["n"] for entry in entries), default=0)

    async def seen(
        self,
        kind: str,
        fits: Callable[[dict[str, Any]], bool],
        *,
        since: int,
        number: int = 1,
        within_s: float = 10,
    ) -> list[dict[str, Any]]:
        """Wait until the witness has so many fitting entries; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                found = [e for e in await self.witness(since, kind=kind) if fits(e)]
                if len(found) >= number:
                    return found
                await asyncio.sleep(0.02)

    async def notified_per_s(self, begin: float, end: float) -> float:
        """Return how many notifications a second left the boots between two moments."""
        entries = await self.witness(kind="notified")
        inside = [entry for entry in entries if begin <= entry["t"] <= end]
        first, last = inside[0], inside[-1]
        counted: float = last["count"] - first["count"]
        return counted / (last["t"] - first["t"])


def now() -> float:
    """Return the clock that the witness uses too: the machine's, for all processes."""
    return monotonic()


if __name__ == "__main__":
    asyncio.run(_serve(Plan(**json.loads(sys.argv[1]))))

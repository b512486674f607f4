"""(b) From a service call until the write is seen at the peripheral."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from custom_components.kumo_boots.boots.drivers.open_boots import profile

from .far_house import FarHouse, now
from .homes import FarResident, home
from .samples import Samples
from .table import Row, difference

PART = "b"
LIMIT_MS = 3.0
IDENTIFY, SET = 0x0C, 0x07
SIZE = 12
"""Bytes of an authenticated identify; the bare write is as long."""
BARE_LINK_S = 7.0
"""An unauthorised link is dropped after 10 s (Open Boots Profile, R35)."""
PAUSE_S = 0.03

type Call = Callable[[], Awaitable[Any]]


class _Way:
    """One way to a write: whom it reaches, by which opcode, and when it was asked."""

    def __init__(self, boots: str, opcode: int, call: Call) -> None:
        self.boots = boots
        self.opcode = opcode
        self.call = call
        self.asked: list[tuple[float, float]] = []

    async def once(self) -> None:
        began = now()
        await self.call()
        self.asked.append((began, now()))

    def taken(self, writes: list[dict[str, Any]]) -> Samples:
        """Match what was asked with what the witness saw; each must have arrived."""
        mine = [
            entry["t"]
            for entry in writes
            if entry["boots"] == self.boots and entry["opcode"] == self.opcode
        ]
        return Samples.of(
            (
                (next(t for t in mine if began <= t <= end) - began) * 1000
                for began, end in self.asked
            ),
            "ms",
        )


async def _two_pairs(house: FarHouse, resident: FarResident) -> dict[str, str]:
    """Add the first pair only, and run a session on it; return its entities."""
    await house.control.do("power", boots="pair2", on=False)
    await resident.add_all(1)
    await house.control.do("power", boots="pair2", on=True)
    (pair,) = await resident.pairs()
    await resident.enable(pair, "_identify")
    (pair,) = await resident.pairs()
    await resident.options(pair.entry_id, policy="direct")
    await resident.ready(pair)
    await resident.home.service(
        "kumo_boots.start_session",
        {"duration": 20},
        target={"entity_id": pair.entity("switch.session")},
    )
    return pair.entities


async def measure(*, quick: bool) -> list[Row]:
    """Measure part (b)."""
    async with (
        FarHouse(pairs=2, proxies=1, shape="one_unit") as house,
        home() as running,
    ):
        resident = FarResident(running, house)
        entities = await _two_pairs(house, resident)
        await asyncio.sleep(3)
        targets = iter(range(10**6))

        async def identify() -> None:
            await running.service(
                "button.press", target={"entity_id": entities["button.None"]}
            )

        async def change() -> None:
            await running.service(
                "number.set_value",
                {"value": 25 + 5 * (next(targets) % 2)},
                target={"entity_id": entities["number.target_pressure"]},
            )

        async def bare() -> None:
            await running.service(
                "bench_probe.write",
                {
                    "uuid": profile.CONTROL,
                    "data": bytes([IDENTIFY, *bytes(SIZE - 1)]).hex(),
                    "response": True,
                },
            )

        ways = [
            _Way("pair1", IDENTIFY, identify),
            _Way("pair2", IDENTIFY, bare),
            _Way("pair1", SET, change),
        ]
        since = await house.last()
        address = house.addresses["pair2"]
        linked = -BARE_LINK_S
        for turn in range(-5, 10 if quick else 120):
            if now() - linked > BARE_LINK_S:
                for what in ("disconnect", "connect"):
                    args = {"address": address, "read": [], "subscribe": []}
                    await running.call(
                        "bench_probe/do",
                        what=what,
                        args=args if what == "connect" else {},
                    )
                linked = now()
                await asyncio.sleep(0.5)
            for way in ways:
                await asyncio.sleep(PAUSE_S)
                await way.once()
                if turn < 0:
                    way.asked.clear()
        writes = await house.witness(since, kind="write")
        await running.service("kumo_boots.stop_session")
    pressed, plain, changed = (way.taken(writes) for way in ways)
    return [
        difference(
            PART,
            "service call to the write in the boots: identify (button)",
            pressed,
            plain,
            limit=LIMIT_MS,
            note="a session runs meanwhile; reference: a service that does nothing but "
            "write_gatt_char, on boots of the same kind, on the same proxy",
        ),
        difference(
            PART,
            "service call to the write in the boots: target pressure (number)",
            changed,
            plain,
            limit=LIMIT_MS,
        ),
    ]

"""A house: an air, boots and proxies on it, and a witness.

::

    async with House(pairs=2, proxies=0) as house:
        boots = house.boots["pair1-left"]
        boots.faults.press("start_long")

``proxies=0`` is enough for tests that use the air itself (see central.py).
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from .air import Air
from .faults import Faults
from .peripheral import MTU, Shape, VirtualBoots
from .places import Place
from .proxy import Proxy
from .stores import Stores
from .witness import Witness

type PairShape = Literal["two_units", "one_unit"]

# Units of one pair notify this far apart (R12), ms.
NOTIFY_OFFSET_MS = 125


class Boots(VirtualBoots):
    """A unit of the house, with its faults."""

    def __init__(
        self,
        place: Air | Place,
        shape: Shape,
        witness: Witness,
        store: dict[str, bytes] | None = None,
    ) -> None:
        """Build the unit, empty and switched off."""
        super().__init__(place, shape, witness, store)
        self.faults = Faults(self)


class House:
    """Everything of one simulated place, in this process.

    ``pairs``: pairs of boots; ``shape``: a controller per leg (``pair1-left``,
    ``pair1-right``) or one for both (``pair1``); ``chambers``: 1–8 per leg; ``speed``:
    how much faster than real programme and pneumatics run (link, lease and nonces stay
    real); ``seed``: addresses, pair ids, noise, radio; ``base_port``: first proxy's
    port, 0 takes free ones; ``acquainted``: the units of a pair know their pair id;
    ``config``: more for the firmware (firmware/config.py); ``keep``: a folder that keeps
    the units' keys for the next time; ``place``: a real radio instead of the air, for
    one unit.
    """

    def __init__(
        self,
        pairs: int = 1,
        proxies: int = 1,
        speed: float = 1.0,
        *,
        shape: PairShape = "two_units",
        chambers: int = 5,
        seed: int = 1,
        base_port: int = 0,
        slots: int = 3,
        mtu: int = MTU,
        acquainted: bool = True,
        config: Mapping[str, Any] | None = None,
        keep: Path | None = None,
        place: Place | None = None,
    ) -> None:
        """Plan the house; nothing runs yet."""
        self.air = Air(seed)
        self.witness = Witness()
        self.boots: dict[str, Boots] = {}
        stores = Stores(keep)
        for number in range(1, pairs + 1):
            pair = f"pair{number}"
            legs = {"left": 1, "right": 2} if shape == "two_units" else {"": 3}
            pair_id = sha256(f"{seed}/{pair}".encode()).digest()[:4]
            for index, (leg, mask) in enumerate(legs.items()):
                name = f"{pair}-{leg}" if leg else pair
                # Staggered over all pairs, half a period between the legs of one.
                offset = index * NOTIFY_OFFSET_MS + number * 37 % NOTIFY_OFFSET_MS
                self.boots[name] = Boots(
                    self.air if place is None else place,
                    Shape(
                        name=name,
                        pair=pair,
                        short_name=f"Boots{number % 100}{leg[:1].upper()}",
                        seed=seed,
                        speed=speed,
                        mtu=mtu,
                        config={
                            "legs": mask,
                            "chambers": chambers,
                            "pair_id": pair_id if acquainted else bytes(4),
                            "notify_offset_ms": offset,
                            **(config or {}),
                        },
                    ),
                    self.witness,
                    stores.of(name),
                )
        self.proxies = [
            Proxy(
                self.air,
                f"proxy{number}",
                base_port + number - 1 if base_port else 0,
                slots=slots,
            )
            for number in range(1, proxies + 1)
        ]

    async def __aenter__(self) -> Self:
        """Start everything, or nothing."""
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop everything."""
        await self.stop()

    async def start(self) -> None:
        """Switch on all boots, then the proxies."""
        for boots in self.boots.values():
            await boots.start()
        for proxy in self.proxies:
            await proxy.start()

    async def stop(self) -> None:
        """Stop the proxies, switch off all boots, end what is left on the air."""
        for proxy in self.proxies:
            await proxy.stop()
        for boots in self.boots.values():
            await boots.stop()
        await self.air.close()

"""FlowIO over one connection: the cycle runs here, the device fills, vents and measures.

It guarantees nothing: no ceiling, no timer of a session, and a connection that ends,
like one that begins, closes its ports with the air inside (``onDisconnect`` sends
*stop*). So everything is vented when a connection begins, at every stop and before the
connection is given up, and nothing is filled by a pressure that was not just measured.
"""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
import logging
from secrets import randbelow
from typing import ClassVar, override

from ...driver import Advertised, Armed, ControllerKey, Driver, register
from ...errors import (
    LimitError,
    LinkError,
    NonceExpiredError,
    NotSupportedError,
    ProtocolError,
    WrongPhaseError,
)
from ...gatt import Gatt
from ...limits import check_settings
from ...model import (
    BOTH,
    BootsState,
    Capabilities,
    End,
    FailSafes,
    Identity,
    Phase,
    Settings,
)
from . import frames, profile
from .capabilities import CAPABILITIES
from .manifold import Manifold
from .sleeve import Sleeve

_LOGGER = logging.getLogger(__name__)

HEARTBEAT_S = 10.0
"""A session without a heartbeat for this long is ended from here: the device has no
lease."""
ARMED_S = 3.0
"""How long a start may follow its *arm* (as in the Open Boots Profile, R16)."""
DELAY_LIMIT_MS = 1000
IDLE_S = 5.0
"""How often the device is looked at while nothing goes on."""
AGAIN_S = 0.25
"""After an answer that makes no sense."""


@register
class FlowIO(Driver):
    """A FlowIO with a sleeve on its ports, the foot on port 1."""

    key: ClassVar[str] = "flowio"
    service_uuid: ClassVar[str] = profile.SERVICE
    local_name: ClassVar[str] = profile.LOCAL_NAME
    needs_key: ClassVar[bool] = False
    fail_safes: ClassVar[FailSafes] = CAPABILITIES.fail_safes
    characteristics: ClassVar[Mapping[str, str]] = profile.NAMES

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
        self._manifold = Manifold(gatt)
        self._sleeve = Sleeve()
        self._armed: tuple[Armed, Settings] | None = None
        self._session_id: int | None = None
        self._committed = False
        self._beat_at = self._time()
        self._battery: int | None = None
        self._leaving = False
        self._wake = asyncio.Event()
        self._at_rest = asyncio.Event()
        self._puzzled = False
        self._hand: asyncio.Task[None] | None = None

    @classmethod
    @override
    def advertised(cls, service_data: Mapping[str, bytes]) -> Advertised | None:
        # It says nothing of itself; but while it advertises nothing is connected to it,
        # and then it runs nothing.
        return Advertised(
            version=1, legs=BOTH, pairing_open=False, running=False, pair_hash=None
        )

    @property
    @override
    def reported_at(self) -> float | None:
        return self._manifold.heard_at

    @override
    async def open(self) -> tuple[Capabilities, Identity]:
        await self._manifold.open()
        battery = await self._manifold.optional(profile.BATTERY)
        self._battery = frames.decode_battery(battery)
        self._hand = asyncio.create_task(self._work(), name="flowio")
        self._tell()
        return CAPABILITIES, Identity(manufacturer="FlowIO", model="FlowIO")

    @override
    async def authorise(self) -> None:
        """Do nothing: whoever connects is obeyed."""

    @override
    async def refresh(self) -> BootsState:
        await self._manifold.look()
        return self._tell()

    @override
    async def arm(self, settings: Settings) -> Armed:
        check_settings(settings, None, CAPABILITIES)
        if settings.legs != BOTH:
            # Every leg that is connected is filled.
            raise LimitError(
                field="legs", value=", ".join(settings.legs), minimum=2, maximum=2
            )
        if self._leaving:
            raise WrongPhaseError(phase=self._sleeve.phase)
        self._sleeve.prepare(settings)
        armed = Armed(
            session_id=1 + randbelow(0xFFFF),
            nonce=randbelow(1 << 32),
            expires_at=self._time() + ARMED_S,
            delay_limit_ms=DELAY_LIMIT_MS,
        )
        self._armed = armed, settings
        return armed

    @override
    async def start(self, armed: Armed, delay_ms: int) -> None:
        await asyncio.sleep(min(delay_ms, DELAY_LIMIT_MS) / 1000)
        # The promise is kept here, not on the device: once, and not after a stop.
        promise, self._armed = self._armed, None
        if (
            promise is None
            or promise[0] != armed
            or self._leaving
            or self._time() >= armed.expires_at
        ):
            raise NonceExpiredError
        session = self._sleeve.prepare(promise[1])
        self._session_id = armed.session_id
        self._committed = False
        self._beat_at = self._time()
        self._sleeve.begin(session)
        self._decided()

    @override
    async def commit(self, armed: Armed) -> None:
        await self.heartbeat()
        if armed.session_id != self._session_id:
            raise WrongPhaseError(phase=self._sleeve.phase)
        self._committed = True

    @override
    async def heartbeat(self) -> None:
        # Raises where nothing runs.
        _ = self._sleeve.session
        self._beat_at = self._time()

    @override
    async def stop_now(self) -> None:
        self._armed = None
        self._sleeve.let_out(End.STOPPED)
        self._at_rest.clear()
        self._wake.set()
        # The command can be written with response only.
        await self._manifold.release()
        self._tell()

    @override
    async def stop(self) -> None:
        await self.stop_now()

    @override
    async def pause(self) -> None:
        self._sleeve.session.pause(self._time())
        self._sleeve.look({})
        self._decided()

    @override
    async def resume(self) -> None:
        self._sleeve.session.resume(self._time())
        self._sleeve.look({})
        self._decided()

    @override
    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        longest_s = CAPABILITIES.duration_max_s
        if remaining_s is not None and not 1 <= remaining_s <= longest_s:
            raise LimitError(
                field="remaining", value=remaining_s, minimum=1, maximum=longest_s
            )
        self._sleeve.session.change(
            self._time(),
            target_mmhg=target_mmhg,
            remaining_s=remaining_s,
            skipped=skipped,
            boosted=boosted,
        )
        self._sleeve.look({})
        self._decided()

    @override
    async def farewell(self) -> None:
        self._leaving = True
        if self._sleeve.phase is Phase.IDLE:
            await self._manifold.release()
            return
        await self.stop_now()
        await self._at_rest.wait()

    @override
    def close(self) -> None:
        if self._hand is not None:
            self._hand.cancel()

    @override
    async def offer(self, seconds: int) -> None:
        raise NotSupportedError(what="start button")

    @override
    async def identify(self) -> None:
        raise NotSupportedError(what="identify")

    @override
    async def set_child_lock(self, on: bool) -> None:
        raise NotSupportedError(what="child lock")

    @override
    async def set_pair_id(self, pair_id: bytes) -> None:
        raise NotSupportedError(what="pair id")

    @override
    async def forget_me(self) -> None:
        """Do nothing: it remembers nobody."""

    @override
    async def pair(self, wait_s: float) -> ControllerKey:
        raise NotSupportedError(what="pairing")

    async def _work(self) -> None:
        """Carry out and measure as long as the connection lives."""
        while True:
            try:
                await self._turn()
            except LinkError:
                return
            except ProtocolError as error:
                if not self._puzzled:
                    self._puzzled = True
                    _LOGGER.warning("FlowIO does not do as it should: %s", error)
                await asyncio.sleep(AGAIN_S)
                self._hear(None, frozenset())

    async def _turn(self) -> None:
        order, manifold = self._sleeve.order, self._manifold
        if order is None:
            await self._rest()
            return
        await manifold.carry_out(order)
        await manifold.stay_on()
        self._hear(await manifold.measure(), order.zones)

    def _hear(self, absolute_mmhg: float | None, zones: frozenset[int]) -> None:
        sleeve = self._sleeve
        if sleeve.in_session and self._time() - self._beat_at > HEARTBEAT_S:
            sleeve.let_out(End.LEASE_EXPIRED if self._committed else End.NOT_COMMITTED)
        sleeve.hear(absolute_mmhg, zones)
        self._decided()

    async def _rest(self) -> None:
        """Look in now and then."""
        self._wake.clear()
        await self._manifold.close()
        await self._manifold.look()
        self._tell()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_S):
                await self._wake.wait()

    def _decided(self) -> None:
        """Have what was decided done, and tell it."""
        if self._sleeve.order is None:
            self._at_rest.set()
        else:
            self._at_rest.clear()
        self._wake.set()
        self._tell()

    def _tell(self) -> BootsState:
        """Publish what is known now."""
        state = self._sleeve.state(self._session_id, self._battery)
        self._publish(state)
        return state

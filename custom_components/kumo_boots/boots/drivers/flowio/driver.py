"""FlowIO over one connection: the cycle runs here, the device fills, vents and measures.

It guarantees nothing: no ceiling, no timer of a session, and a connection that ends,
like one that begins, closes its ports with the air inside (``onDisconnect`` sends
*stop*). So everything is vented when a connection begins, at every stop and before the
connection is given up, and nothing is filled by a pressure that was not just measured.
"""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
from dataclasses import replace
import logging
from secrets import randbelow
from types import MappingProxyType
from typing import ClassVar, override

from ...cycles import CycleController, Emptying, Order, Stage, vent
from ...driver import Advertised, Armed, ControllerKey, Driver, register
from ...errors import (
    FaultedError,
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
    Fault,
    Feature,
    Identity,
    Origin,
    Phase,
    Programme,
    Settings,
)
from . import frames, profile
from .ambient import Ambient
from .manifold import Manifold
from .profile import ALL

_LOGGER = logging.getLogger(__name__)

HEARTBEAT_S = 10.0
"""A session without a heartbeat for this long is ended from here: the device has no
lease."""
LEASE_S = 4.0
"""After this long without a word the connection counts as gone: the device notices about
then, stops, and keeps the air in."""
ARMED_S = 3.0
"""How long a start may follow its *arm* (as in the Open Boots Profile, R16)."""
DELAY_LIMIT_MS = 1000
IDLE_S = 5.0
"""How often the device is looked at while nothing goes on."""
AGAIN_S = 0.25
"""After an answer that makes no sense."""
AMBIENT_LIMIT_S = 30.0
"""The vented manifold reads the same by then, or its sensor is not to be trusted."""
VACUUM_MMHG = -10.0
"""Nothing here makes a vacuum: a gauge pressure below it is measured wrongly, against an
ambient taken while air was trapped, say."""
SHOWN_S = 20.0
"""A pressure measured longer ago is not known any more."""

CAPABILITIES = Capabilities(
    # A port's hose may lead to one leg or be split to both; nothing tells.
    legs=BOTH,
    chambers=profile.PORTS,
    target_min_mmhg=10,
    # The device has no ceiling: this is ours, what beginners are advised to.
    target_max_mmhg=60,
    target_step_mmhg=1,
    duration_min_s=60,
    duration_max_s=1800,
    programmes=tuple(Programme),
    features=Feature.PAUSE
    | Feature.ZONE_SKIP
    | Feature.ZONE_BOOST
    | Feature.CUSTOM_PROGRAMME,
    lease_s=LEASE_S,
    pair_id=None,
    fail_safes=FailSafes(
        vents_on_silence=False,
        vents_on_power_loss=False,
        own_ceiling=False,
        own_timer=False,
    ),
)

RUNNING = frozenset({Stage.CYCLING, Stage.PAUSED})


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
        self._ambient = Ambient()
        self._emptying: Emptying | None = None
        """Letting the air out, where no session does."""
        self._session: CycleController | None = None
        self._session_id: int | None = None
        self._armed: tuple[Armed, Settings] | None = None
        self._committed = False
        self._beat_at = self._time()
        # Whatever ran over an earlier connection has ended with it.
        self._end = End.LEASE_EXPIRED
        self._faults: frozenset[Fault] = frozenset()
        self._readings: dict[int, tuple[float, float]] = {}
        """Gauge pressure and when, by zone."""
        self._battery: int | None = None
        self._order: Order | None = None
        self._opened_at = self._time()
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
        self._let_out(self._end)
        await self._manifold.open()
        battery = await self._manifold.optional(profile.BATTERY)
        self._battery = frames.decode_battery(battery)
        self._opened_at = self._time()
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
        if self._faults:
            raise FaultedError(faults=", ".join(sorted(self._faults)))
        if self._phase is not Phase.IDLE or self._leaving:
            raise WrongPhaseError(phase=self._phase)
        self._controller(settings)  # LimitError here rather than at the start.
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
            or self._phase is not Phase.IDLE
            or self._time() >= armed.expires_at
        ):
            raise NonceExpiredError
        self._session = self._controller(promise[1])
        self._session_id = armed.session_id
        self._end = End.NONE
        self._committed = False
        self._beat_at = self._time()
        self._look({})

    @override
    async def commit(self, armed: Armed) -> None:
        self._running(armed.session_id)
        self._committed = True
        self._beat_at = self._time()

    @override
    async def heartbeat(self) -> None:
        self._running()
        self._beat_at = self._time()

    @override
    async def stop_now(self) -> None:
        self._let_out(End.STOPPED)
        await self._manifold.release()
        self._tell()

    @override
    async def stop(self) -> None:
        # The command can only be written with response.
        await self.stop_now()

    @override
    async def pause(self) -> None:
        self._running().pause(self._time())
        self._look({})

    @override
    async def resume(self) -> None:
        self._running().resume(self._time())
        self._look({})

    @override
    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        self._running().change(
            self._time(),
            target_mmhg=target_mmhg,
            remaining_s=remaining_s,
            skipped=skipped,
            boosted=boosted,
        )
        self._look({})

    @override
    async def farewell(self) -> None:
        self._leaving = True
        if self._phase is Phase.IDLE:
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

    # What goes on

    def _controller(self, settings: Settings) -> CycleController:
        return CycleController(
            settings,
            chambers=profile.PORTS,
            lowest_mmhg=CAPABILITIES.target_min_mmhg,
            ceiling_mmhg=CAPABILITIES.target_max_mmhg,
            now=self._time(),
        )

    def _running(self, session_id: int | None = None) -> CycleController:
        """Return the session that runs; WrongPhaseError where none, or another, does."""
        session = self._session
        if (
            session is None
            or session.stage not in RUNNING
            or session_id not in (None, self._session_id)
        ):
            raise WrongPhaseError(phase=self._phase)
        return session

    @property
    def _phase(self) -> Phase:
        if self._session is not None:
            return self._session.phase
        if self._faults:
            return Phase.FAULT
        return Phase.IDLE if self._emptying is None else Phase.VENTING

    def _let_out(self, end: End) -> None:
        """Let the air out from now on, whatever went on."""
        self._armed = None
        session = self._session
        if session is not None and session.stage is not Stage.OVER:
            session.finish(end, self._time())
        elif self._emptying is None:
            # A stop takes back the fault of a session that was measured empty.
            self._session = None
            self._emptying = Emptying(ALL, self._time())
        else:
            self._emptying.again(self._time())
        self._order = vent(ALL)
        self._wake.set()

    def _look(self, measured: dict[int, float]) -> None:
        """Decide what is to be so, by what was measured."""
        now = self._time()
        self._readings |= {zone: (mmhg, now) for zone, mmhg in measured.items()}
        if self._session is not None:
            self._order = self._cycle(self._session, now, measured)
        elif self._emptying is not None:
            self._order = self._empty(self._emptying, now, measured)
        if self._phase is Phase.IDLE:
            self._order = None
            self._at_rest.set()
        else:
            self._at_rest.clear()
        self._wake.set()
        self._tell()

    def _cycle(
        self, session: CycleController, now: float, measured: dict[int, float]
    ) -> Order:
        if session.stage in RUNNING and now - self._beat_at > HEARTBEAT_S:
            late = End.LEASE_EXPIRED if self._committed else End.NOT_COMMITTED
            session.finish(late, now)
        order = session.look(now, measured)
        self._end = session.end
        if session.stage is Stage.OVER and not session.faults:
            self._session = None
        return order

    def _empty(
        self, emptying: Emptying, now: float, measured: dict[int, float]
    ) -> Order:
        order = emptying.look(now, measured)
        if emptying.done:
            self._emptying = None
            self._faults = frozenset()
        elif emptying.too_long(now):
            self._faults |= {Fault.NOT_EMPTYING}
        return order

    # The device

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
                self._heard(None, frozenset())

    async def _turn(self) -> None:
        order, manifold = self._order, self._manifold
        if order is None:
            await self._rest()
            return
        await manifold.carry_out(order)
        await manifold.stay_on()
        self._heard(await manifold.measure(), order.zones)

    def _heard(self, absolute_mmhg: float | None, zones: frozenset[int]) -> None:
        """Take what was measured behind these zones; None where it is not known."""
        ambient_mmhg = self._ambient.mmhg
        if ambient_mmhg is None:
            self._take_ambient(absolute_mmhg)
        elif absolute_mmhg is None or absolute_mmhg - ambient_mmhg < VACUUM_MMHG:
            self._look({})
        else:
            self._look(dict.fromkeys(zones, absolute_mmhg - ambient_mmhg))

    async def _rest(self) -> None:
        """Look in now and then."""
        self._wake.clear()
        await self._manifold.close()
        await self._manifold.look()
        self._tell()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_S):
                await self._wake.wait()

    def _take_ambient(self, absolute_mmhg: float | None) -> None:
        now = self._time()
        if absolute_mmhg is not None:
            self._ambient.hear(now, absolute_mmhg)
        if self._ambient.mmhg is not None:
            # What was let out before could not be measured.
            self._faults = frozenset()
            self._emptying = Emptying(ALL, now)
        elif now - self._opened_at > AMBIENT_LIMIT_S:
            self._faults = frozenset({Fault.SENSOR})
        self._tell()

    def _tell(self) -> BootsState:
        """Publish what is known now."""
        session = self._session
        active = session is not None and session.stage in RUNNING
        now = self._time()
        values = tuple(
            reading[0]
            if (reading := self._readings.get(zone)) and now - reading[1] <= SHOWN_S
            else None
            for zone in sorted(ALL)
        )
        known = [value for value in values if value is not None]
        state = BootsState(
            phase=self._phase,
            faults=self._faults | (session.faults if session else frozenset()),
            end=self._end,
            peak_mmhg=round(max(known)) if known else None,
            battery_percent=self._battery,
            pressures_mmhg=MappingProxyType(dict.fromkeys(sorted(BOTH), values)),
        )
        if session is not None and active:
            settings = session.settings
            state = replace(
                state,
                active_zones=session.active_zones,
                target_mmhg=settings.target_mmhg,
                remaining_s=session.remaining_s,
                cycles=session.cycles,
                origin=Origin.THIS_CONTROLLER,
                session_id=self._session_id,
                programme=settings.programme,
                legs=settings.legs,
                skipped=settings.skipped,
                boosted=settings.boosted,
            )
        self._publish(state)
        return state

"""The Open Boots Profile over one connection."""

import asyncio
import binascii
from collections.abc import Callable, Mapping
from dataclasses import replace
import logging
import struct
from types import MappingProxyType
from typing import ClassVar, override

from ...driver import Advertised, Armed, ControllerKey, Driver, register
from ...errors import NonceExpiredError, ProtocolError
from ...gatt import Gatt
from ...model import (
    BootsState,
    Capabilities,
    FailSafes,
    Feature,
    Identity,
    Settings,
    Side,
)
from . import checks, frames, profile
from .control import ControlPoint
from .handshake import Handshake
from .profile import Code, Opcode, SetField

_LOGGER = logging.getLogger(__name__)

LATE_FRAMES = 8
"""A state frame that is so few numbers older than the last one came late; one that is
farther off means that the count was broken, and the frame counts."""


@register
class OpenBoots(Driver):
    """Boots of anybody who built them after docs/open-boots-profile.md."""

    key: ClassVar[str] = "open_boots"
    service_uuid: ClassVar[str] = profile.SERVICE
    fail_safes: ClassVar[FailSafes] = frames.FAIL_SAFES
    characteristics: ClassVar[Mapping[str, str]] = profile.NAMES
    secret_characteristics: ClassVar[frozenset[str]] = frozenset(
        {profile.AUTHORISATION}
    )

    def __init__(
        self,
        gatt: Gatt,
        publish: Callable[[BootsState], None],
        key: ControllerKey | None,
        identity: Identity | None = None,
    ) -> None:
        """See ``Driver``."""
        super().__init__(gatt, publish, key, identity)
        self._time = asyncio.get_running_loop().time
        self._control = ControlPoint(gatt, self.authorise)
        self._handshake = Handshake(gatt)
        self._capabilities: Capabilities | None = None
        self._nonce_s = profile.NONCE_S
        self._state = BootsState()
        self._pressures: dict[Side, tuple[float | None, ...]] = {}
        self._last_state: bytes | None = None
        self._reported_at: float | None = None
        self._puzzled = False
        """Whether a notification that cannot be has been logged."""

    @classmethod
    @override
    def advertised(cls, service_data: Mapping[str, bytes]) -> Advertised | None:
        try:
            return frames.decode_advertisement(service_data[profile.SERVICE])
        except KeyError, ProtocolError:
            return None

    @property
    @override
    def reported_at(self) -> float | None:
        return self._reported_at

    @override
    async def open(self) -> tuple[Capabilities, Identity]:
        read = self._gatt.read
        frame = frames.decode_capabilities(await read(profile.CAPABILITIES))
        capabilities = self._capabilities = frame.capabilities
        self._nonce_s = frame.nonce_s
        if self._identity is None:
            self._identity = Identity(
                manufacturer=frames.decode_text(await read(profile.MANUFACTURER)),
                model=frames.decode_text(await read(profile.MODEL)),
                serial=frames.decode_serial(await read(profile.SERIAL)),
                firmware=frames.decode_text(await read(profile.FIRMWARE)),
            )
        subscribe = self._gatt.subscribe
        await subscribe(profile.AUTHORISATION, self._handshake.notified)
        await subscribe(profile.CONTROL, self._safely(self._control.notified))
        await subscribe(profile.STATE, self._safely(self._notified_state))
        await subscribe(profile.PRESSURES, self._safely(self._notified_pressures))
        await subscribe(profile.BATTERY, self._safely(self._notified_battery))
        battery = frames.decode_battery(await read(profile.BATTERY))
        self._state = replace(self._state, battery_percent=battery)
        await self.refresh()
        return capabilities, self._identity

    @override
    async def authorise(self) -> None:
        if self._key is not None:
            self._control.authorised(
                await self._handshake.prove(self._key, self._serial)
            )

    @override
    async def refresh(self) -> BootsState:
        self._take_state(await self._gatt.read(profile.STATE))
        return self._state

    @override
    async def arm(self, settings: Settings) -> Armed:
        checks.check_settings(settings, self._known)
        if settings.times is not None:
            await self._upload(
                frames.custom_programme(settings.programme, settings.times)
            )
        # The nonce lives from when the unit made it, which was after this moment.
        expires_at = self._time() + self._nonce_s
        result = await self._control.request(
            Opcode.ARM,
            frames.arm_parameters(settings, custom=settings.times is not None),
        )
        session_id, nonce, delay_limit_ms = frames.decode_armed(result)
        return Armed(
            session_id=session_id,
            nonce=nonce,
            expires_at=expires_at,
            delay_limit_ms=delay_limit_ms,
        )

    @override
    async def start(self, armed: Armed, delay_ms: int) -> None:
        checks.within("delay", delay_ms, 0, armed.delay_limit_ms)
        if self._time() >= armed.expires_at:
            raise NonceExpiredError(code=Code.WRONG_NONCE)
        await self._control.request(
            Opcode.START,
            frames.start_parameters(armed.session_id, armed.nonce, delay_ms),
        )

    @override
    async def commit(self, armed: Armed) -> None:
        await self._control.request(
            Opcode.COMMIT, frames.session_parameters(armed.session_id)
        )

    @override
    async def stop_now(self) -> None:
        await self._control.stop_now()

    @override
    async def stop(self) -> None:
        await self._control.stop()

    @override
    async def pause(self) -> None:
        await self._of_session(Opcode.PAUSE)

    @override
    async def resume(self) -> None:
        await self._of_session(Opcode.RESUME)

    @override
    async def heartbeat(self) -> None:
        await self._of_session(Opcode.HEARTBEAT)

    @override
    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        known, state = self._known, self._state
        target = state.target_mmhg if target_mmhg is None else target_mmhg
        skip = state.skipped if skipped is None else skipped
        boost = state.boosted if boosted is None else boosted or None
        wanted: list[tuple[SetField, int]] = []
        if skipped is not None:
            checks.check_skipped(skipped, known)
            wanted.append((SetField.SKIP, frames.mask_of(skipped)))
        if boosted is not None:
            wanted.append((SetField.BOOST, boosted))
        if target_mmhg is not None:
            checks.check_target(target_mmhg, known)
            wanted.append((SetField.TARGET, target_mmhg))
        if remaining_s is not None:
            checks.within("remaining", remaining_s, 1, known.duration_max_s)
            wanted.append((SetField.REMAINING, remaining_s))
        checks.check_boost_is_filled(state.programme, boost, skip)
        checks.check_boost(
            boost, target or known.target_min_mmhg, state.programme, known
        )
        session = state.session_id or 0
        for field, value in self._in_order(wanted, state):
            await self._control.request(
                Opcode.SET, frames.set_parameters(session, field, value)
            )

    @staticmethod
    def _in_order(
        wanted: list[tuple[SetField, int]], state: BootsState
    ) -> list[tuple[SetField, int]]:
        """Put what lowers the pressure first: each step must be allowed by itself."""

        def rises(change: tuple[SetField, int]) -> bool:
            field, value = change
            if field is SetField.TARGET:
                return value > (state.target_mmhg or 0)
            return field is SetField.BOOST and value != 0

        return sorted(wanted, key=rises)

    @override
    async def offer(self, seconds: int) -> None:
        checks.check_offer(seconds)
        await self._control.request(Opcode.OFFER, struct.pack("<H", seconds))

    @override
    async def identify(self) -> None:
        self._needs(Feature.IDENTIFY)
        await self._control.request(Opcode.IDENTIFY)

    @override
    async def set_child_lock(self, on: bool) -> None:
        self._needs(Feature.CHILD_LOCK)
        await self._control.request(Opcode.CHILD_LOCK, bytes((on,)))

    @override
    async def set_pair_id(self, pair_id: bytes) -> None:
        if len(pair_id) != 4:
            raise ProtocolError(f"a pair id of {len(pair_id)} bytes")
        await self._control.request(Opcode.SET_PAIR_ID, pair_id)
        self._capabilities = replace(
            self._known, pair_id=pair_id if any(pair_id) else None
        )

    @override
    async def forget_me(self) -> None:
        await self._control.request(Opcode.FORGET_ME)
        self._control.authorised(None)

    @override
    async def pair(self, wait_s: float) -> ControllerKey:
        self._key = key = await self._handshake.pair(self._serial, wait_s)
        await self.authorise()
        return key

    @property
    def _known(self) -> Capabilities:
        if self._capabilities is None:
            raise ProtocolError("the unit has not told what it can do")
        return self._capabilities

    @property
    def _serial(self) -> bytes:
        return self._identity.serial.encode() if self._identity is not None else b""

    def _needs(self, feature: Feature) -> None:
        if feature not in self._known.features:
            raise checks.unsupported(str(feature.name).lower())

    async def _of_session(self, opcode: Opcode) -> None:
        """Send what names the session the unit is in."""
        session = self._state.session_id or 0
        await self._control.request(opcode, frames.session_parameters(session))

    async def _upload(self, programme: bytes) -> None:
        """Upload a custom programme: begin, part, commit."""
        crc = binascii.crc_hqx(programme, 0xFFFF)
        await self._control.request(
            Opcode.PROGRAMME_BEGIN, struct.pack("<BH", len(programme), crc)
        )
        await self._control.request(Opcode.PROGRAMME_PART, b"\0" + programme)
        await self._control.request(Opcode.PROGRAMME_COMMIT)

    def _safely(self, take: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """Ignore a notification that cannot be: the next one may be right."""

        def taken(data: bytes) -> None:
            try:
                take(data)
            except ProtocolError as error:
                if not self._puzzled:
                    self._puzzled = True
                    _LOGGER.debug("Ignored a notification, as all like it: %s", error)

        return taken

    def _notified_state(self, data: bytes) -> None:
        last = self._last_state
        if last is not None and data:
            # A repetition is no news; nor is what was overtaken.
            if data == last or 1 <= (last[0] - data[0]) & 0xFF <= LATE_FRAMES:
                return
        self._take_state(data)

    def _take_state(self, data: bytes) -> None:
        slot = self._key.slot if self._key is not None else None
        frame = frames.decode_state(data, slot)
        features = self._known.features
        zones = frozenset(range(1, self._known.chambers + 1))
        self._last_state = data
        self._reported_at = self._time()
        state = frame.state
        self._set(
            replace(
                state,
                # Zones that it does not have mean nothing.
                active_zones=state.active_zones & zones,
                skipped=state.skipped & zones,
                boosted=state.boosted if state.boosted in zones else None,
                charging=state.charging if Feature.CHARGING in features else None,
                child_lock=state.child_lock if Feature.CHILD_LOCK in features else None,
                battery_percent=self._state.battery_percent,
                pressures_mmhg=self._state.pressures_mmhg,
            )
        )

    def _notified_pressures(self, data: bytes) -> None:
        frame = frames.decode_pressures(data)
        if frame.side not in self._known.legs:
            raise ProtocolError(f"pressures of a leg that is not served: {frame.side}")
        chambers = self._known.chambers
        values = (frame.values_mmhg + (None,) * chambers)[:chambers]
        pressures = {**self._state.pressures_mmhg, frame.side: values}
        self._set(replace(self._state, pressures_mmhg=MappingProxyType(pressures)))

    def _notified_battery(self, data: bytes) -> None:
        self._set(replace(self._state, battery_percent=frames.decode_battery(data)))

    def _set(self, state: BootsState) -> None:
        self._state = state
        # What an earlier connection knew stays known until this one has said what the
        # unit does: pressures come sooner, and say nothing of that.
        if self._reported_at is not None:
            self._publish(state)

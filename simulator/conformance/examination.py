"""What the checks have in common: a unit that is idle, authorised, inflated."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
from dataclasses import dataclass, field
import struct
from typing import Self

from bleak.exc import BleakError

from firmware import obp

from .client import Key, Link, State
from .report import BrokenRuleError, Finding, UncheckedError, Verdict, expect
from .setting import Setting

type Check = Callable[[Examination], Awaitable[str | None]]

LEASE_S = obp.LEASE_MS / 1000
NONCE_S = obp.NONCE_MS / 1000
HEARTBEAT_S = LEASE_S / 4
# To empty, in the unit's own time: what R10 allows.
VENT_S = obp.VENT_LIMIT_MS / 1000


@dataclass(frozen=True)
class Rule:
    """One entry of the checklist."""

    number: int
    check: Check
    inflates: bool


CHECKLIST: dict[int, Rule] = {}


def rule(number: int, *, inflates: bool = False) -> Callable[[Check], Check]:
    """Enter a check into the list. It may return a remark."""

    def enter(check: Check) -> Check:
        CHECKLIST[number] = Rule(number, check, inflates)
        return check

    return enter


@dataclass
class Settings:
    """What *arm* takes; the target is the lowest where it is 0."""

    programme: int = 0
    target: int = 0
    duration: int = 0
    legs: int = 0
    skip: int = 0
    boost: int = 0


@dataclass
class Examination:
    """One unit under examination."""

    setting: Setting
    keys: list[Key] = field(default_factory=list)
    link: Link = field(init=False)
    own_capabilities: bytes = b""
    session: int = 0
    nonce: int = 0
    _beating: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Nothing is connected yet."""
        self.link = Link(self.setting.client())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, and remove the keys that were made."""
        self.quiet()
        with contextlib.suppress(BrokenRuleError, UncheckedError, BleakError, OSError):
            await self.rest()
            for key in self.keys:
                await self.link.prove(key)
                await self.link.request(obp.FORGET_ME)
        with contextlib.suppress(BleakError, OSError):
            await self.link.close()

    async def run(self, number: int) -> Finding:
        """Check one rule."""
        entry = CHECKLIST[number]
        if entry.inflates and not self.setting.may_inflate:
            why = "it would inflate: allow it with --inflate, when nobody wears them"
            return Finding(number, Verdict.UNCHECKED, why)
        try:
            remark = await entry.check(self)
        except UncheckedError as error:
            return Finding(number, Verdict.UNCHECKED, str(error))
        except BrokenRuleError as error:
            return Finding(number, Verdict.FAIL, str(error))
        except (BleakError, TimeoutError, OSError) as error:
            return Finding(number, Verdict.FAIL, f"{type(error).__name__}: {error}")
        finally:
            self.quiet()
        return Finding(number, Verdict.PASS, remark or "")

    # The link

    async def connect(self) -> Link:
        """Connect anew, with nothing shown yet."""
        with contextlib.suppress(BleakError):
            await self.link.close()
        for attempt in range(3):
            self.link = Link(self.setting.client())
            try:
                await self.link.open()
            except (BleakError, TimeoutError) as error:
                if attempt == 2:
                    raise BrokenRuleError(f"cannot connect: {error}") from error
                await asyncio.sleep(0.5)
            else:
                break
        self.own_capabilities = await self.link.capabilities()
        return self.link

    async def key(self, index: int = 0) -> Key:
        """Return a key, after pairing when there are too few."""
        while len(self.keys) <= index:
            await self.setting.press("start_long")
            if not self.link.connected:
                await self.connect()
            made = await self.link.exchange()
            answer = await self.link.confirm(made)
            expect(answer == bytes((0x83, made.slot)), "the pairing was not stored")
            self.keys.append(made)
        return self.keys[index]

    async def rest(self) -> Link:
        """Return an authorised link to an idle unit without pair of sessions."""
        self.quiet()
        if not self.link.connected:
            await self.connect()
        await self.link.stop()
        await self.phase(obp.IDLE, VENT_S)
        await self.link.prove(await self.key())
        return self.link

    # A session

    def limits(self) -> tuple[int, int, int]:
        """Return lowest and highest target and step, mmHg."""
        told = self.own_capabilities
        return told[4], told[5], told[6]

    @property
    def features(self) -> int:
        """The feature bits."""
        return int.from_bytes(self.own_capabilities[11:13], "little")

    def need(self, feature: int, name: str) -> None:
        """End a check that makes no sense without a feature."""
        if not self.features & feature:
            raise UncheckedError(f"the unit has no {name}")

    def parameters(self, wanted: Settings | None = None) -> bytes:
        """Return the parameters of *arm*, gentle where nothing is said."""
        asked = wanted or Settings()
        told = self.own_capabilities
        offered = int.from_bytes(told[9:11], "little")
        first = next((n for n in (1, 2, 3, 4) if offered >> n & 1), 5)
        programme = asked.programme or first
        return struct.pack(
            "<BBHBBB",
            programme,
            asked.target or told[4],
            asked.duration or told[8] * 60,
            asked.legs or told[2],
            asked.skip,
            asked.boost or (1 if programme == 5 else 0),
        )

    async def arm(self, wanted: Settings | None = None) -> None:
        """Arm, and keep session and nonce."""
        data = await self.link.done(obp.ARM, self.parameters(wanted))
        expect(len(data) == 7, f"arm's result has {len(data)} bytes of data")
        self.session, self.nonce, _ = struct.unpack("<HIB", data)

    def start_parameters(self, delay_ms: int = 0, wrong: int = 0) -> bytes:
        """Return the parameters of *start*."""
        return struct.pack("<HIH", self.session, self.nonce ^ wrong, delay_ms)

    @property
    def of_session(self) -> bytes:
        """The parameters of a request that names the session only."""
        return struct.pack("<H", self.session)

    async def start(self, delay_ms: int = 0) -> None:
        """Start what was armed."""
        await self.link.done(obp.START, self.start_parameters(delay_ms))

    async def running(self, wanted: Settings | None = None) -> Link:
        """Return the link of a committed session with heartbeats."""
        await self.rest()
        await self.arm(wanted)
        await self.start()
        await self.link.done(obp.COMMIT, self.of_session)
        self.beat()
        return self.link

    def beat(self) -> None:
        """Send heartbeats in the background."""
        self.quiet()
        self._beating = asyncio.create_task(self._beat())

    def quiet(self) -> None:
        """Send no more heartbeats."""
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None

    async def _beat(self) -> None:
        frames = self.link
        while True:
            # Without waiting for the result, which belongs to the check.
            with contextlib.suppress(BleakError):
                await frames.beat(self.of_session)
            await asyncio.sleep(HEARTBEAT_S)

    async def set(self, field_number: int, value: int) -> None:
        """Change the running session."""
        parameters = struct.pack("<HBH", self.session, field_number, value)
        await self.link.done(obp.SET, parameters)

    # Waiting

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(seconds)

    async def phase(self, phase: int, seconds: float) -> State:
        """Wait for a phase; ``seconds`` of the unit's own time, and a little more."""
        return await self.link.until(
            f"phase {obp.PHASES[phase]}",
            lambda state: state.phase == phase,
            seconds / self.setting.speed + 3,
        )

    async def inflated(self, mmhg: int) -> State:
        """Wait until a chamber has a pressure."""
        return await self.link.until(
            f"a chamber at {mmhg} mmHg",
            lambda state: state.peak >= mmhg,
            30 / self.setting.speed + 3,
        )

    async def empty(self) -> State:
        """Wait until the unit says that it is idle, and believe its pressures."""
        state = await self.phase(obp.IDLE, VENT_S)
        # One more for the noise of the next measurement, rounded up.
        expect(state.peak <= obp.EMPTY_MMHG + 1, f"idle with {state.peak} mmHg")
        return state

"""Boots that nothing can control: what they do is what a person says of them.

Nothing is made up for them. They run, or are off, when a person says so, or when a
sensor of the power they draw does; a session's clock begins with that word, and what
nobody has said is unknown. No pressure is measured, and no stop reaches them but the
one that a person presses.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from math import ceil, inf

from .driver import Armed
from .errors import (
    LinkLostError,
    NobodySaidError,
    NotSupportedError,
    SayFirstError,
    StopNotConfirmedError,
)
from .listeners import Listeners
from .model import BootsState, Capabilities, End, Origin, Phase, Settings, Side
from .session_state import Ran

SAY_RUNS_S = 300.0
"""How long a person has to set the boots and say that they run: both sleeves are put
on in less."""
STOP_LIMIT_S = 120.0
"""How long a stop waits for a person's word before it counts as not confirmed: the
button is at their knee, and a sensor of the power needs ``REST_MAX_S``."""
REST_MAX_S = 60.0
"""Boots that draw no power for longer than this do not rest between two cycles (each
takes 20–60 s): they are off."""
EARLY_S = 60
"""Boots that end this long before our own clock ended by theirs: it began when they
were started, and not when a person said so."""
TICK_S = 1.0


class ByHand:
    """One pair, or one boot, in a person's hands; an ``AnyUnit``.

    ``say_runs`` and ``say_off`` are the person's word, ``power`` is a sensor's.
    """

    def __init__(self, name: str, capabilities: Capabilities) -> None:
        """Begin with boots that are off: nobody has said anything else."""
        self.name = name
        self.capabilities: Capabilities = capabilities
        self.state = BootsState(phase=Phase.IDLE)
        self._loop = asyncio.get_running_loop()
        self._listeners = Listeners[[]]()
        self._news = asyncio.Event()
        """Set at every word."""
        self._stopping = self._closed = False
        self._ends_at: float | None = None
        self._tick: asyncio.TimerHandle | None = None
        self._power: bool | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._sessions = 0
        self._ran: Ran | None = None

    # What is known

    @property
    def sides(self) -> frozenset[Side]:
        """The legs that it serves."""
        return self.capabilities.legs

    @property
    def connected(self) -> bool:
        """Whether anybody's word counts: they said how it is, or are asked to stop."""
        return self.state.phase is not Phase.UNKNOWN or self._stopping

    @property
    def available(self) -> bool:
        """Whether it is there: in a person's hands it always is."""
        return True

    @property
    def in_sight(self) -> bool:
        """Whether a person can reach it."""
        return True

    @property
    def doubtful(self) -> bool:
        """Whether it may do something else by now: a word holds until the next."""
        return False

    @property
    def silent_s(self) -> float:
        """For how long nothing was known of it: silence says nothing here."""
        return 0.0

    @property
    def bench_only(self) -> bool:
        """Whether it is not to be worn: nothing here can start it, but its wearer."""
        return False

    @property
    def stopping(self) -> bool:
        """Whether a person was asked to stop it and has not said that it is off."""
        return self._stopping

    def heard(self, within_s: float) -> bool:
        """Whether it was there lately."""
        return True

    def fresh(self, within_s: float) -> bool:
        """Whether it is known what it does: a word holds until the next."""
        return self.connected

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back on every change; returns how to end it."""
        return self._listeners.add(callback)

    def hold(self, why: str) -> Callable[[], None]:
        """Keep in touch: there is nothing to keep."""
        return lambda: None

    # What is said of it

    def recall(self, ran: Ran, left_s: int) -> None:
        """Say what ran when somebody last knew. Whether it still does is unknown.

        ``left_s`` is how much of it is left now, s; at least 1.
        """
        self._ran = replace(ran, remaining_s=left_s)
        self._become(BootsState())

    def say_runs(self) -> None:
        """Hear that it runs: what was asked for, what ran before, or of its own."""
        state, ran = self.state, self._ran
        if state.phase is Phase.ARMED:
            self._run_for(state, state.remaining_s or 0)
        elif state.phase is Phase.UNKNOWN and ran is not None:
            self._sessions = max((number or 0 for number in ran.session_ids), default=0)
            self._run_for(_told(ran.settings, self._sessions), ran.remaining_s)
        elif state.phase is not Phase.RUNNING:
            self._sessions += 1
            self._become(
                BootsState(
                    phase=Phase.RUNNING,
                    origin=Origin.BOOTS,
                    session_id=self._sessions,
                    legs=self.sides,
                )
            )

    def say_off(self) -> None:
        """Hear that it is off, and so empty."""
        phase, left_s = self.state.phase, self.state.remaining_s
        if phase in (Phase.IDLE, Phase.ARMED):
            return
        end = End.STOPPED
        if phase is Phase.RUNNING and not self._stopping:
            on_time = left_s is not None and left_s <= EARLY_S
            end = End.COMPLETED if on_time else End.STOPPED_ON_BOOTS
        self._rest(end)

    def power(self, on: bool | None) -> None:
        """Hear whether it draws power; None where that is not known (any more)."""
        before, self._power = self._power, on
        if on == before:
            return
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None
        if on and not self._stopping:
            self.say_runs()
        elif on is False:
            self._resting = self._loop.call_later(REST_MAX_S, self.say_off)

    # What is asked of it

    async def ready(self, timeout_s: float) -> None:
        """Raise SayFirstError where nobody has said whether it runs."""
        if not self.connected:
            raise SayFirstError(phase=self.state.phase)

    async def arm(self, settings: Settings) -> Armed:
        """Tell the person what to set; nothing runs yet, unless they were faster."""
        runs = self.state.phase is Phase.RUNNING
        self._sessions += 1
        told = _told(settings, self._sessions)
        if runs:
            self._run_for(told, settings.duration_s)
        else:
            self._become(replace(told, phase=Phase.ARMED))
        return Armed(
            session_id=self._sessions, nonce=0, expires_at=inf, delay_limit_ms=0
        )

    async def start(self, armed: Armed, delay_ms: int = 0) -> None:
        """Return when it is said to run; NobodySaidError after ``SAY_RUNS_S``."""
        try:
            async with asyncio.timeout(SAY_RUNS_S):
                while self.state.phase is Phase.ARMED:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            self._rest(self.state.end)
            raise NobodySaidError from None

    async def commit(self, armed: Armed) -> None:
        """Do nothing: it was said to run."""

    async def change(
        self,
        *,
        target_mmhg: int | None = None,
        remaining_s: int | None = None,
        skipped: frozenset[int] | None = None,
        boosted: int | None = None,
    ) -> None:
        """Take over what the person sets it to, and for how long."""
        if skipped is not None or boosted:
            raise NotSupportedError(what="zones")
        if target_mmhg is not None:
            self.state = replace(self.state, target_mmhg=target_mmhg)
        left_s = self.state.remaining_s if remaining_s is None else remaining_s
        self._run_for(self.state, left_s)

    async def stop(self, timeout_s: float | None = None) -> None:
        """Ask the person to stop it; returns when it is said to be off.

        At once where nobody has said that it runs. ``StopNotConfirmedError`` after
        ``timeout_s``; it is still asked then.
        """
        if self._closed:
            raise LinkLostError(f"{self.name}: closed")
        if self.state.phase is Phase.ARMED:
            self._rest(self.state.end)
        if self.state.phase is Phase.IDLE:
            return
        if not self._stopping:
            self._stopping = True
            self._changed()
        try:
            async with asyncio.timeout(timeout_s):
                while self._stopping:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise StopNotConfirmedError(f"{self.name}: nobody said off") from None

    async def pause(self) -> None:
        """Refuse: only the person at the boots could."""
        raise NotSupportedError(what="pause")

    async def resume(self) -> None:
        """Refuse likewise."""
        raise NotSupportedError(what="pause")

    async def heartbeat(self) -> None:
        """Refuse: it listens to nobody."""
        raise NotSupportedError(what="heartbeat")

    async def offer(self, seconds: int) -> None:
        """Refuse: its buttons tell nobody."""
        raise NotSupportedError(what="offer")

    async def identify(self) -> None:
        """Refuse likewise."""
        raise NotSupportedError(what="identify")

    async def set_child_lock(self, on: bool) -> None:
        """Refuse likewise."""
        raise NotSupportedError(what="child lock")

    async def close(self) -> None:
        """Watch nothing any more; what runs goes on running."""
        self._closed = True
        self._end_tick()
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    # How it goes on

    def _run_for(self, state: BootsState, seconds: int | None) -> None:
        """Run with our own clock; None: nobody said for how long."""
        self._ends_at = None if seconds is None else self._loop.time() + seconds
        self._become(replace(state, phase=Phase.RUNNING, remaining_s=seconds))
        self._count()

    def _count(self) -> None:
        self._end_tick()
        if self._ends_at is None:
            return
        left_s = max(0, ceil(self._ends_at - self._loop.time()))
        if left_s:
            self._tick = self._loop.call_later(TICK_S, self._count)
        if left_s != self.state.remaining_s:
            self.state = replace(self.state, remaining_s=left_s)
            self._changed()

    def _rest(self, end: End) -> None:
        self._stopping = False
        self._ran = self._ends_at = None
        self._become(
            BootsState(phase=Phase.IDLE, end=end, session_id=self.state.session_id)
        )

    def _become(self, state: BootsState) -> None:
        self._end_tick()
        self.state = state
        self._changed()

    def _end_tick(self) -> None:
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None

    def _changed(self) -> None:
        self._news.set()
        self._listeners.tell()


def _told(settings: Settings, session_id: int) -> BootsState:
    """Return what a person was told to set."""
    return BootsState(
        origin=Origin.THIS_CONTROLLER,
        session_id=session_id,
        target_mmhg=settings.target_mmhg,
        remaining_s=settings.duration_s,
        programme=settings.programme,
        legs=settings.legs,
    )

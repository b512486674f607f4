"""In which phase a unit is, and how it gets into another (section 5).

When it does is decided in machine.py: by what is asked of it, and by time.
"""

from . import obp
from .chambers import Chambers
from .config import Config
from .guards import Guards
from .session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .body import Body, Store

STORED = "session"  # survives a restart: the last number (2 bytes), 1 while it runs


class Phases:
    """Phase, session, faults and end, and the valves that go with them."""

    def __init__(
        self,
        config: "Mapping[str, Any]",
        body: "Body",
        random: "Callable[[int], bytes]",
        store: "Store",
        observer: "Callable[..., None] | None",
    ) -> None:
        """Open all valves. After a restart during a session, say so (R26)."""
        self.config = Config(config)
        self.body = body
        self.random = random
        self.store = store
        self.observer = observer
        self.now_ms = 0
        self.programme_ms = 0
        self.chambers = Chambers(self.config, body)
        self.chambers.let_out()
        self.guards = Guards(self.config)
        self.phase = obp.VENTING
        self.faults = 0
        self.end = obp.END_NONE
        self.session: Session | None = None
        self.accepted = False  # the offer, by a press
        self._vent_since: int | None = None
        self._pressed_since: int | None = None
        last = store.get(STORED) or b""
        self._last_number = int.from_bytes(last[:2], "little")
        if last[2:] == b"\x01":
            self.end = obp.END_RESTARTED
            self.faults = obp.RESTARTED
            self._store_session(running=False)
            self.observe("restarted", session=self._last_number)

    # What the hardware says

    def battery(self) -> "tuple[int | None, bool | None]":
        """Return charge in percent and whether it charges; None where not known."""
        try:
            percent, charging = self.body.battery()
        except OSError:
            return None, None
        if not self.config.has(obp.FEATURE_CHARGING):
            charging = None
        return percent, charging

    def worn(self) -> "bool | None":
        """Return whether somebody wears the boots; None where not known."""
        if not self.config.has(obp.FEATURE_WORN):
            return None
        try:
            return self.body.worn()
        except OSError:
            return None

    def observe(self, kind: str, **facts: object) -> None:
        """Tell the witness."""
        if self.observer is not None:
            self.observer(kind, now_ms=self.now_ms, **facts)

    # From phase to phase

    def _enter(self, phase: int) -> None:
        self.phase = phase
        self.observe("phase", phase=obp.PHASES[phase])

    def _run(self, session: Session, delay_ms: int) -> None:
        session.nonce = None
        session.started_at = self.now_ms
        session.beat_at = self.now_ms
        session.begins_at = self.now_ms + delay_ms
        self.guards.begin_session()
        self._store_session(running=True)
        self._enter(obp.INFLATING)

    def _end_session(self, end: int) -> None:
        session = self.session
        self._vent()
        self._over(session, end)

    def _over(self, session: "Session | None", end: int) -> None:
        self.end = end
        self._store_session(running=False)
        if session is not None:
            self._told_end(session, obp.ENDS[end])
            session.over = True

    def _vent(self) -> None:
        self.chambers.let_out()
        self._vent_since = self.programme_ms
        self._enter(obp.VENTING)

    def _settle(self, why: str) -> None:
        """Nothing has inflated: an offer or a nonce is void."""
        self.observe("void", why=why, phase=obp.PHASES[self.phase])
        self.session = None
        self.accepted = False
        if self.chambers.empty():
            self._enter_idle()
        else:
            self._vent()

    def _enter_idle(self) -> None:
        self.session = None
        self._pressed_since = None
        self._enter(obp.IDLE)

    def _fail(self, faults: int) -> None:
        running = self.phase in obp.RUNNING
        session = self.session
        self.chambers.let_out()
        self.faults |= faults
        self.observe("fault", faults=self.faults)
        self.accepted = False
        if self.phase != obp.FAULT:
            self._enter(obp.FAULT)
        if running:
            self._over(session, obp.END_FAULT)
        elif session is not None and not session.over:
            self.session = None  # it was armed only

    def _store_session(self, running: bool) -> None:
        number = self._last_number.to_bytes(2, "little")
        self.store[STORED] = number + (b"\x01" if running else b"\x00")

    def _told_start(self, session: Session) -> None:
        self.observe(
            "inflation_start",
            cause="boots" if session.origin == obp.ORIGIN_BOOTS else "controller",
            session=session.number,
            slot=session.slot,
            programme=session.programme.number,
            target_mmhg=session.target,
            legs=session.legs,
            requests=list(session.trail),
        )

    def _told_end(self, session: Session, cause: str) -> None:
        self.observe(
            "inflation_end",
            cause=cause,
            session=session.number,
            slot=session.slot,
            inflated=session.inflating_told,
        )

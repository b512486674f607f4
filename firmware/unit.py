"""One unit of boots as its port sees it: connection, characteristics, buttons.

Requests are checked in control.py and done in machine.py; report.py says what is told
to controllers, authorisation.py whom the unit believes.
"""

from . import obp, settings
from .authorisation import Authorisation
from .control import Control
from .keys import Keys
from .machine import Machine
from .programme import STANDARD
from .report import Report
from .session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .body import Body, Store
    from .programme import Programme

# What survives a restart, besides keys.STORED and phases.STORED.
PAIR_ID = "pair_id"
CHILD_LOCK = "child_lock"


class Unit(Machine):
    """See config.DEFAULTS for the keys of ``config``, all optional.

    Time is in ms and passed in: ``now_ms`` is the real monotonic clock, ``programme_ms``
    the clock of programme and pneumatics; on real hardware both are the same. Only
    ``tick`` moves time forward. ``outbox`` holds (channel, frame) to notify in order;
    channels are "state", "pressures", "control" and "authorisation". Drain it after
    every call. When ``drop`` is True, close the connection and call ``disconnected``.
    """

    def __init__(
        self,
        config: "Mapping[str, Any]",
        body: "Body",
        random: "Callable[[int], bytes]",
        store: "Store",
        observer: "Callable[..., None] | None" = None,
    ) -> None:
        """Open all valves, then remember who may connect."""
        super().__init__(config, body, random, store, observer)
        self.outbox: list[tuple[str, bytes]] = []
        self.drop = False
        self.is_connected = False
        self._unauthorised_since = 0
        self.custom: Programme | None = None
        self.pair_id = bytes(store.get(PAIR_ID) or self.config.pair_id)
        self.child_lock = (store.get(CHILD_LOCK) or b"") == b"\x01"
        self.keys = Keys(store, self.config.slots)
        self.authorisation = Authorisation(
            self.config.serial_bytes,
            self.keys,
            random,
            self._send_authorisation,
            self.observe,
        )
        self.control = Control(self)
        self.report = Report(self)

    def tick(self, now_ms: int, programme_ms: int) -> None:
        """Go on. Call it every 20 to 50 ms, also while nothing is connected."""
        self.go_on(now_ms, programme_ms)
        self._tick_connection()
        self.report.tick()

    def connected(self, now_ms: int) -> None:
        """A controller has connected; it has shown nothing of itself yet."""
        self.now_ms = now_ms
        self.is_connected = True
        self.drop = False
        self.outbox = []
        self._unauthorised_since = now_ms
        self.authorisation.begin()
        self.control.upload = None
        self.report.begin()
        self.observe("connected")

    def disconnected(self, now_ms: int) -> None:
        """The connection is gone, whoever ended it. A running session keeps its lease."""
        self.now_ms = now_ms
        self.is_connected = False
        self.drop = False
        self.outbox = []
        self.authorisation.begin()
        self.control.upload = None
        self.observe("disconnected")
        if self.phase in (obp.OFFERED, obp.ARMED):
            self._settle("disconnected")

    def write_control(self, data: bytes, with_response: bool, now_ms: int) -> None:
        """Take a write to the control point. *Stop* acts inside this call."""
        if data and data[0] == obp.STOP:
            self.now_ms = now_ms
            self.stop(obp.END_STOPPED, self.authorisation.slot)
            number = data[1] if len(data) > 1 else 0
            self._answer(obp.STOP, number, obp.DONE, b"")
        elif data and with_response:
            self.now_ms = now_ms
            self.check_deadlines()
            number = data[1] if len(data) > 1 else 0
            code, facts = self.control.answer(data)
            self._answer(data[0], number, code, facts)
        self.report.changed()

    def write_authorisation(self, data: bytes, now_ms: int) -> None:
        """Take a frame of the authorisation characteristic."""
        self.now_ms = now_ms
        self._close_due_window()
        had_window = self.authorisation.window_until is not None
        self.authorisation.write(data)
        if had_window and self.authorisation.window_until is None:
            self._unauthorised_since = now_ms
        if self.authorisation.strikes >= obp.AUTH_STRIKES:
            self._drop_connection("three wrong answers")
        self.report.changed()

    def read_capabilities(self) -> bytes:
        """Return the 20 bytes of section 2."""
        return self.report.capabilities()

    def read_state(self) -> bytes:
        """Return the 20 bytes that a notification at this moment would hold (R11)."""
        return self.report.state()

    def advertisement(self) -> bytes:
        """Return the 5 bytes of service data for the scan response (R4)."""
        return self.report.advertisement()

    def press(self, button: str, now_ms: int) -> None:
        """A button was used: "start", "stop", "start_long" (3 s: pairing) or "reset".

        ``reset`` is start and stop held for 10 s (R34). ValueError for another name.
        """
        self.now_ms = now_ms
        if button == "stop":
            self.stop(obp.END_ON_BOOTS)
            self.clear_faults()
        elif button == "start":
            self._press_start()
        elif button == "start_long":
            self._open_window()
        elif button == "reset":
            self.stop(obp.END_ON_BOOTS)
            self.clear_faults()
            self.keys.erase_all()
            self.close_window()
            self.authorisation.revoke()
            self._unauthorised_since = now_ms
            self.custom = None
            self.set_child_lock(False)
        else:
            raise ValueError(button)
        self.observe("press", button=button)
        self.report.changed()

    def close_window(self) -> None:
        """End the pairing window; who is connected has 10 s from now (R6)."""
        if self.authorisation.window_until is not None:
            self.authorisation.close_window()
            self._unauthorised_since = self.now_ms

    # What checked requests do here

    def set_child_lock(self, on: bool) -> None:
        """Block the start button, never stop (R24)."""
        self.child_lock = on
        self.store[CHILD_LOCK] = b"\x01" if on else b""

    def set_pair_id(self, pair_id: bytes) -> None:
        """Become one of a pair; four zeros: of none."""
        self.pair_id = bytes(pair_id)
        self.store[PAIR_ID] = self.pair_id

    def forget_controller(self) -> None:
        """Erase the key of the connection's controller (R36)."""
        slot = self.authorisation.slot
        if slot is not None:
            self.keys.erase(slot)
        self.authorisation.revoke()
        self._unauthorised_since = self.now_ms

    def identify(self) -> None:
        """Blink."""
        try:
            self.body.identify()
        except OSError:
            return

    # The rest

    def _tick_connection(self) -> None:
        authorisation = self.authorisation
        self._close_due_window()
        if (
            self.is_connected
            and authorisation.slot is None
            and authorisation.window_until is None
            and self.now_ms - self._unauthorised_since >= obp.UNAUTHORISED_MS
        ):
            self._drop_connection("not authorised in time")

    def _close_due_window(self) -> None:
        until = self.authorisation.window_until
        if until is not None and self.now_ms >= until:
            self.close_window()
            self.observe("window_closed")

    def _press_start(self) -> None:
        if self.child_lock or not self.config.has(obp.FEATURE_START_BUTTON):
            return
        if self.phase == obp.OFFERED and not self.accepted:
            self.accept_offer()
        elif self.phase == obp.IDLE and self.unfit() == obp.DONE:
            config = self.config
            programme = STANDARD[config.default_programme]
            duration = config.default_minutes * 60
            if settings.check_arm(
                config, programme, config.default_mmhg, duration, config.legs, 0, 0
            ):
                return
            session = Session(
                self.next_session_number(),
                programme,
                config.default_mmhg,
                duration,
                config.legs,
                0,
                0,
            )
            self.close_window()
            self.start_on_boots(session)

    def _open_window(self) -> None:
        if self.phase in (obp.IDLE, obp.OFFERED, obp.VENTING, obp.FAULT):
            self.authorisation.open_window(self.now_ms)
            self.observe("window_open")
            if self.is_connected:
                self._send_authorisation(b"\x85")

    def _send_authorisation(self, frame: bytes) -> None:
        if self.is_connected:
            self.outbox.append(("authorisation", frame))

    def _answer(self, opcode: int, number: int, code: int, facts: bytes) -> None:
        name = obp.OPCODES[opcode] if opcode < len(obp.OPCODES) else "unknown"
        self.observe(
            "request",
            request=name,
            number=number,
            code=code,
            result=obp.CODES[code],
            slot=self.authorisation.slot,
        )
        if self.is_connected:
            frame = obp.pack_result(opcode, number, code, facts)
            self.outbox.append(("control", frame))

    def _drop_connection(self, why: str) -> None:
        if not self.drop:
            self.drop = True
            self.observe("dropped", why=why)

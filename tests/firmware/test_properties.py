"""What holds whatever happens: Hypothesis plays strangers, controllers and fate."""

import struct

from hypothesis import given, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from firmware import obp

from .bench import Bench, Refused

BYTES = st.binary(max_size=24)
CHANNEL = st.sampled_from(["control", "blind", "authorisation"])


def write(bench: Bench, channel: str, data: bytes) -> None:
    """Write to any characteristic, with or without response."""
    if channel == "authorisation":
        bench.unit.write_authorisation(data, bench.now)
    else:
        bench.unit.write_control(data, channel == "control", bench.now)
    for name, frame in bench.unit.outbox:
        assert name in ("state", "pressures", "control", "authorisation")
        assert 1 <= len(frame) <= 20
    bench.drain()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CHANNEL, BYTES), max_size=20), st.booleans())
def test_no_bytes_raise_or_inflate(
    writes: list[tuple[str, bytes]], authorised: bool
) -> None:
    """Neither from strangers nor over an authorised connection."""
    bench = Bench()
    bench.connect()
    if authorised:
        bench.prove(bench.pair())
    for channel, data in writes:
        write(bench, channel, data)
        bench.run(20)
    assert bench.seen("inflation_start") == []
    assert bench.body.safe()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 255), st.binary(max_size=10))
def test_no_signed_request_inflates_by_itself(opcode: int, parameters: bytes) -> None:
    """Whatever one request with a right tag says, one write starts nothing (R16)."""
    bench = Bench().ready()
    write(bench, "control", bench.build(opcode, parameters))
    bench.run(4000)
    assert bench.seen("inflation_start") == []
    assert bench.body.safe()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(CHANNEL, BYTES.filter(lambda b: b[:1] != b"\0")), max_size=10)
)
def test_bytes_do_not_disturb_a_running_session(
    writes: list[tuple[str, bytes]],
) -> None:
    """Only a stop does."""
    bench = Bench().ready().running()
    number = bench.session
    for channel, data in writes:
        write(bench, channel, data)
    bench.run(500)
    assert bench.state()["session"] == number
    assert bench.unit.phase in obp.CYCLING


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats() | st.none(), min_size=5, max_size=5), st.booleans())
def test_no_reading_raises(values: list[float | None], running: bool) -> None:
    """Not a number, infinite, absent."""
    bench = Bench().ready()
    if running:
        bench.running()
    bench.body.reading = values
    bench.run(3000)
    assert len(bench.unit.read_state()) == 20


class Walk(RuleBasedStateMachine):
    """Requests, buttons, faults and time in any order."""

    def __init__(self) -> None:
        """Begin with an authorised connection."""
        super().__init__()
        self.bench = Bench().ready()
        self.bench.pair()
        self.bench.prove(0)
        self.connected = True
        self.good: tuple[int, int] | None = None  # session and nonce, and until when
        self.good_until = 0
        self.asked = False  # a start or resume was accepted, or start was pressed

    def _request(self, opcode: int, parameters: bytes = b"") -> bytes | None:
        try:
            return self.bench.request(opcode, parameters)
        except Refused:
            return None

    def _settle(self) -> None:
        if self.bench.unit.phase not in obp.RUNNING:
            self.asked = False

    @precondition(lambda self: self.connected)
    @rule(
        programme=st.sampled_from([1, 2, 3, 4, 5, 15]),
        mmhg=st.sampled_from([20, 40, 120, 121]),
        duration=st.sampled_from([60, 600, 3600]),
        boost=st.integers(0, 5),
    )
    def arm(self, programme: int, mmhg: int, duration: int, boost: int) -> None:
        """Arm; what is given out is good for 3 s."""
        parameters = struct.pack("<BBHBBB", programme, mmhg, duration, 1, 0, boost)
        data = self._request(obp.ARM, parameters)
        if data is not None:
            self.bench.session, self.bench.nonce, _ = struct.unpack("<HIB", data)
            self.good = (self.bench.session, self.bench.nonce)
            self.good_until = self.bench.now + obp.NONCE_MS

    @precondition(lambda self: self.connected)
    @rule(
        wrong_nonce=st.integers(0, 1),
        delay=st.sampled_from([0, 300, 1000, 1001]),
    )
    def start(self, wrong_nonce: int, delay: int) -> None:
        """Start; accepted only with the good nonce, once."""
        nonce = self.bench.nonce ^ (1 if wrong_nonce == 1 else 0)
        parameters = struct.pack("<HIH", self.bench.session, nonce, delay)
        accepted = self._request(obp.START, parameters) is not None
        if accepted:
            assert self.good == (self.bench.session, nonce)
            assert self.bench.now < self.good_until
            assert delay <= 1000
            self.good = None
            self.asked = True

    @precondition(lambda self: self.connected)
    @rule(opcode=st.sampled_from([obp.COMMIT, obp.PAUSE, obp.RESUME, obp.HEARTBEAT]))
    def of_session(self, opcode: int) -> None:
        """Whatever names the session."""
        parameters = struct.pack("<H", self.bench.session)
        if self._request(opcode, parameters) is not None and opcode == obp.RESUME:
            self.asked = True

    @precondition(lambda self: self.connected)
    @rule(field=st.integers(0, 5), value=st.sampled_from([0, 1, 3, 20, 30, 60, 600]))
    def set(self, field: int, value: int) -> None:
        """Change it."""
        self._request(obp.SET, struct.pack("<HBH", self.bench.session, field, value))

    @precondition(lambda self: self.connected)
    @rule(opcode=st.sampled_from([obp.OFFER, obp.CHILD_LOCK, obp.IDENTIFY]))
    def other(self, opcode: int) -> None:
        """Ask for what inflates nothing."""
        self._request(
            opcode, {obp.OFFER: b"\5\0", obp.CHILD_LOCK: b"\1"}.get(opcode, b"")
        )

    @precondition(lambda self: self.connected)
    @rule(rest=BYTES, with_response=st.booleans())
    def stop(self, rest: bytes, with_response: bool) -> None:
        """Stop opens every valve within the call."""
        self.bench.unit.write_control(b"\0" + rest, with_response, self.bench.now)
        self.bench.drain()
        assert self.bench.body.safe()
        assert self.bench.unit.phase in (obp.IDLE, obp.VENTING, obp.FAULT)
        self.good = None
        self._settle()

    @precondition(lambda self: self.connected)
    @rule(data=BYTES.filter(lambda b: b[:1] != b"\0"), channel=CHANNEL)
    def noise(self, data: bytes, channel: str) -> None:
        """Bytes from anybody."""
        write(self.bench, channel, data)

    @rule(button=st.sampled_from(["start", "stop", "start_long"]))
    def press(self, button: str) -> None:
        """Use a button."""
        idle = self.bench.unit.phase == obp.IDLE
        self.bench.press(button)
        if button == "stop":
            assert self.bench.body.safe()
            self.good = None
            self._settle()
        if button == "start" and idle:
            self.asked = True

    @rule()
    def reconnect(self) -> None:
        """Lose the connection, or come back as the same controller."""
        if self.connected:
            self.bench.disconnect()
            self.good = None
        else:
            self.bench.connect()
            self.bench.prove(0)
        self.connected = not self.connected

    @rule()
    def restart(self) -> None:
        """Take the power away."""
        counter = self.bench.counter
        self.bench.boot()
        self.bench.counter = counter
        assert self.bench.body.safe()
        self.connected = False
        self.good = None
        self.asked = False

    @precondition(lambda self: self.connected)
    @rule(
        how=st.sampled_from(["right", "wrong", "late"]),
        bit=st.integers(0, 31),
        commit=st.booleans(),
        ms=st.sampled_from([20, 500, 5000]),
    )
    def begin(self, how: str, bit: int, commit: bool, ms: int) -> None:
        """Do what it takes to inflate, from wherever the unit is."""
        self.fate(0, 80)
        self.bench.stop()
        self.bench.run(5000)
        self.bench.press("stop")
        self._settle()
        self.bench.arm()
        self.good = (self.bench.session, self.bench.nonce)
        self.good_until = self.bench.now + obp.NONCE_MS
        if how != "right":
            if how == "late":
                self.wait(obp.NONCE_MS)
            parameters = struct.pack(
                "<HIH", self.bench.session, self.bench.nonce ^ (1 << bit), 0
            )
            assert self._request(obp.START, parameters) is None
            assert self.bench.body.safe()
            return
        self.bench.start()
        self.good = None
        self.asked = True
        if commit:
            self.bench.of_session(obp.COMMIT)
        self.wait(ms)

    @rule(mask=st.sampled_from([0, 0, 0, 1]), percent=st.sampled_from([80, 80, 3]))
    def fate(self, mask: int, percent: int) -> None:
        """Let a valve stick and the battery run down."""
        self.bench.body.stuck_closed = mask
        self.bench.body.percent = percent

    @rule(ms=st.sampled_from([20, 200, 1000, 3000, 11_000]))
    def wait(self, ms: int) -> None:
        """Time passes."""
        for _ in range(ms // 20):
            self.bench.run(20)
            self.check()

    @invariant()
    def check(self) -> None:
        """Air moves in only in a running session that somebody asked for."""
        unit, body = self.bench.unit, self.bench.body
        if any(body.filling):
            assert unit.phase == obp.INFLATING
            assert self.asked
        if unit.phase not in obp.CYCLING:
            assert body.safe()
        if unit.phase == obp.IDLE:
            assert unit.chambers.below(obp.EMPTY_MMHG) or self._pressed()
        self._settle()
        for leg in body.values:
            assert max(leg) <= unit.config.max_mmhg + 10

    def _pressed(self) -> bool:
        """Whether an idle unit was squeezed, which it tells after a second."""
        return self.bench.unit.chambers.below(10)


def test_walk() -> None:
    """Inflates only after arm and start with the right nonce, or a press."""
    run_state_machine_as_test(
        Walk,
        settings=settings(max_examples=60, stateful_step_count=40, deadline=None),
    )

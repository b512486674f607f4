"""A unit on the bench: pneumatics, a controller and a clock around the firmware.

Written in MicroPython's subset, for scenario.py runs under MicroPython too.
"""

import struct

from firmware import authorisation, crypto, obp
from firmware.unit import Unit

ALL_FEATURES = 0x03FF
SECRET = bytes(range(32))
STATE_FIELDS = (
    "sequence",
    "phase",
    "zones",
    "target",
    "remaining",
    "cycles",
    "faults",
    "origin",
    "slot",
    "session",
    "programme",
    "flags",
    "end",
    "skip",
    "boost",
    "peak",
)


class Body:
    """Chambers that fill at 15 mmHg/s and empty with a time constant of 0.6 s."""

    def __init__(self, chambers: int = 5, legs: int = 2) -> None:
        """Begin empty and with open valves."""
        self.chambers = chambers
        self.values = [[0.0] * chambers for _ in range(legs)]
        self.open = [(1 << chambers) - 1] * legs
        self.filling = [0] * legs
        self.stuck_closed = 0  # mask: valves that do not open
        self.weak = 0  # mask: zones that air does not reach
        self.reading: list[float | None] | None = None  # instead of the truth
        self.percent: int | None = 80
        self.charging: bool | None = False
        self.is_worn: bool | None = True
        self.blinks = 0
        self.broken = False
        self.log: list[tuple[str, int, int]] = []

    def set_valves(self, leg: int, mask_open: int) -> None:
        """Open and close."""
        self.open[leg] = mask_open
        self.log.append(("valves", leg, mask_open))
        if self.broken:
            raise OSError("no answer")

    def fill(self, leg: int, mask: int) -> None:
        """Pump."""
        self.filling[leg] = mask
        self.log.append(("fill", leg, mask))

    def pressures(self, leg: int) -> list[float | None] | None:
        """Return the truth, or what a test says."""
        if self.reading is not None:
            return list(self.reading)
        return list(self.values[leg])

    def battery(self) -> tuple[int | None, bool | None]:
        """Return what a test says."""
        return self.percent, self.charging

    def worn(self) -> bool | None:
        """Return what a test says."""
        return self.is_worn

    def identify(self) -> None:
        """Count."""
        self.blinks += 1

    def go(self, ms: int) -> None:
        """Let air flow."""
        for leg in range(len(self.values)):
            for i in range(self.chambers):
                bit = 1 << i
                value = self.values[leg][i]
                if self.filling[leg] & bit and not self.weak & bit:
                    value += 0.015 * ms
                if self.open[leg] & bit and not self.stuck_closed & bit:
                    value *= max(0.0, 1 - ms / 600)
                self.values[leg][i] = value

    def safe(self) -> bool:
        """Whether every valve is open and no pump runs."""
        all_open = (1 << self.chambers) - 1
        return all(mask == all_open for mask in self.open) and not any(self.filling)


class Random:
    """Bytes that are not random, but differ."""

    def __init__(self, seed: int = 1) -> None:
        """Begin at ``seed``."""
        self.state = seed

    def __call__(self, count: int) -> bytes:
        """Return so many bytes."""
        made = []
        for _ in range(count):
            self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
            made.append((self.state >> 16) & 0xFF)
        return bytes(made)


class Refused(Exception):
    """A result that is not *done*."""

    def __init__(self, code: int, data: bytes) -> None:
        """Keep both."""
        super().__init__(obp.CODES[code], data)
        self.code = code
        self.data = data


class Bench:
    """A unit, idle; with methods that a controller and a person would use."""

    def __init__(
        self,
        config: dict[str, object] | None = None,
        store: object = None,
        **more: object,
    ) -> None:
        """Switch on and wait until the unit is idle."""
        chosen = {"features": ALL_FEATURES, "legs": 3}
        chosen.update(config or {})
        chosen.update(more)
        self.chosen = chosen
        self.body = Body(chosen.get("chambers", 5))
        self.store = {} if store is None else store
        self.now = 0
        self.step_ms = 20
        self.keys: dict[int, bytes] = {}
        self.witness: list[tuple[str, dict[str, object]]] = []
        self.boot()
        self.run(100)

    def boot(self) -> None:
        """Switch on; also a restart."""
        self.counter = 0
        self.slot = 0
        self.link_key = b""
        self.session = 0
        self.nonce = 0
        self.frames: list[tuple[str, bytes]] = []
        self.unit = Unit(self.chosen, self.body, Random(), self.store, self.observe)

    def observe(self, kind: str, **facts: object) -> None:
        """Be the witness."""
        self.witness.append((kind, facts))

    def seen(self, kind: str) -> list[dict[str, object]]:
        """Return what the witness was told of a kind."""
        return [facts for name, facts in self.witness if name == kind]

    # Time and frames

    def run(self, ms: int, beat: bool = False) -> None:
        """Let time pass; with ``beat`` a heartbeat every 2.5 s."""
        until = self.now + ms
        next_beat = self.now
        while self.now < until:
            step = min(self.step_ms, until - self.now)
            self.now += step
            self.body.go(step)
            self.unit.tick(self.now, self.now)
            self.drain()
            if beat and self.now >= next_beat and self.unit.phase in obp.RUNNING:
                next_beat = self.now + 2500
                self.heartbeat()

    def drain(self) -> None:
        """Take what the unit notifies."""
        self.frames.extend(self.unit.outbox)
        self.unit.outbox = []

    def take(self, channel: str) -> list[bytes]:
        """Return the frames of a channel since the last time, and forget all."""
        self.drain()
        found = [frame for name, frame in self.frames if name == channel]
        self.frames = []
        return found

    def until(self, phase: int, limit_ms: int = 60_000) -> None:
        """Wait for a phase, with heartbeats."""
        end = self.now + limit_ms
        while self.unit.phase != phase:
            if self.now >= end:
                raise AssertionError("never came to " + obp.PHASES[phase])
            self.run(self.step_ms, beat=self.now % 2500 < self.step_ms)

    # A person

    def press(self, button: str) -> None:
        """Use a button."""
        self.unit.press(button, self.now)
        self.drain()

    # A controller

    def connect(self) -> None:
        """Open the connection."""
        self.unit.connected(self.now)

    def disconnect(self) -> None:
        """Lose the connection."""
        self.unit.disconnected(self.now)

    def authorise(self, frame: bytes) -> list[bytes]:
        """Write to the authorisation characteristic and return the answers."""
        self.take("authorisation")
        self.unit.write_authorisation(frame, self.now)
        return self.take("authorisation")

    def exchange(self, secret: bytes = SECRET) -> tuple[int, bytes]:
        """Exchange public keys; return slot and key, not confirmed yet."""
        ours = crypto.public_key(secret)
        self.authorise(b"\x01\x00" + ours[:16])
        answers = self.authorise(b"\x01\x01" + ours[16:])
        if len(answers) != 3:
            raise AssertionError(answers)
        theirs = answers[0][2:] + answers[1][2:]
        key = authorisation.pairing_key(crypto.x25519(secret, theirs), ours, theirs)
        slot = answers[2][1]
        serial = self.unit.config.serial_bytes
        expected = authorisation.confirmation(key, b"U", slot, serial)
        if answers[2][2:] != expected:
            raise AssertionError("the unit's confirmation is wrong")
        return slot, key

    def pair(self) -> int:
        """Pair, with a long press on start; return the slot."""
        self.press("start_long")
        slot, key = self.exchange()
        serial = self.unit.config.serial_bytes
        shown = authorisation.confirmation(key, b"C", slot, serial)
        if self.authorise(b"\x02" + shown) != [bytes([0x83, slot])]:
            raise AssertionError("not stored")
        self.keys[slot] = key
        return slot

    def prove(self, slot: int = 0) -> None:
        """Authorise the connection."""
        key = self.keys[slot]
        nc = bytes(range(16))
        answers = self.authorise(bytes([0x10, slot]) + nc)
        nu = answers[0][1:]
        serial = self.unit.config.serial_bytes
        if answers[1][1:] != authorisation.proof(key, b"U", slot, serial, nc, nu):
            raise AssertionError("the unit's proof is wrong")
        shown = authorisation.proof(key, b"C", slot, serial, nc, nu)
        if self.authorise(b"\x11" + shown) != [bytes([0x92, slot])]:
            raise AssertionError("not authorised")
        self.slot = slot
        self.link_key = authorisation.link_key(key, nc, nu)

    def build(self, opcode: int, parameters: bytes = b"") -> bytes:
        """Return a request with the next counter and its tag."""
        self.counter += 1
        body = bytes([opcode, self.counter & 0xFF]) + parameters
        body += struct.pack("<H", self.counter)
        return body + authorisation.tag(self.link_key, body)

    def write(self, frame: bytes, with_response: bool = True) -> list[bytes]:
        """Write to the control point; return the results."""
        self.take("control")
        self.unit.write_control(frame, with_response, self.now)
        return self.take("control")

    def request(self, opcode: int, parameters: bytes = b"") -> bytes:
        """Request something; return the result's data, or raise Refused."""
        frame = self.build(opcode, parameters)
        (result,) = self.write(frame)
        if result[0] != opcode | 0x80 or result[1] != frame[1]:
            raise AssertionError(result)
        if result[2] != obp.DONE:
            raise Refused(result[2], result[3:])
        return result[3:]

    def arm(
        self,
        programme: int = 1,
        target: int = 40,
        duration: int = 600,
        legs: int = 1,
        skip: int = 0,
        boost: int = 0,
    ) -> None:
        """Arm, and keep session and nonce."""
        parameters = struct.pack(
            "<BBHBBB", programme, target, duration, legs, skip, boost
        )
        data = self.request(obp.ARM, parameters)
        self.session, self.nonce, _ = struct.unpack("<HIB", data)

    def start(self, delay: int = 0) -> None:
        """Start what was armed."""
        parameters = struct.pack("<HIH", self.session, self.nonce, delay)
        self.request(obp.START, parameters)

    def of_session(self, opcode: int) -> None:
        """Request something that names the session only."""
        self.request(opcode, struct.pack("<H", self.session))

    def heartbeat(self) -> None:
        """Say that the controller is alive."""
        self.of_session(obp.HEARTBEAT)

    def set(self, field: int, value: int) -> None:
        """Change the running session."""
        self.request(obp.SET, struct.pack("<HBH", self.session, field, value))

    def stop(self, with_response: bool = True) -> None:
        """Stop."""
        self.unit.write_control(b"\x00\x01", with_response, self.now)
        self.drain()

    def ready(self) -> Bench:
        """Connect, pair and prove."""
        self.connect()
        self.prove(self.pair())
        return self

    def running(self, **settings: int) -> Bench:
        """Arm, start and commit, and wait until the first zone fills."""
        self.arm(**settings)
        self.start()
        self.of_session(obp.COMMIT)
        self.run(200)
        return self

    def upload(self, data: bytes) -> None:
        """Upload a custom programme."""
        head = struct.pack("<BH", len(data), crypto.crc16(data))
        self.request(obp.PROGRAMME_BEGIN, head)
        for at in range(0, len(data), 7):
            self.request(obp.PROGRAMME_PART, bytes([at]) + data[at : at + 7])
        self.request(obp.PROGRAMME_COMMIT)

    # What the unit says

    def state(self) -> dict[str, int]:
        """Return the state's fields by name."""
        values = struct.unpack("<BBBBHHHBBHBBBBBB", self.unit.read_state())
        return {name: values[i] for i, name in enumerate(STATE_FIELDS)}

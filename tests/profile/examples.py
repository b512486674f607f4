"""The worked examples of the profile, computed by the firmware.

One unit is paired with, proves itself and runs a session; every frame in both
directions is kept under the name that section 8 of the page gives it. Run as a program,
this puts them into the page, for whoever changes the profile on purpose:

    python -m tests.profile.examples
"""

from collections.abc import Callable
from pathlib import Path
import re
import struct

from firmware import authorisation, crypto, obp
from firmware.unit import Unit

PAGE = Path(__file__).parents[2] / "docs" / "open-boots-profile.md"

# The private keys of RFC 7748, section 6.1.
CONTROLLER_PRIVATE = bytes.fromhex(
    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
)
UNIT_PRIVATE = bytes.fromhex(
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"
)
SERIAL = "OB-0042"
NC = bytes(range(0xA0, 0xB0))
NU = bytes(range(0xB0, 0xC0))
SESSION = 0x1234
NONCE = 0xC0DE2A01
PAIR_ID = bytes.fromhex("5eed0042")
CONFIG = {"serial": SERIAL, "features": 0x03AF}

type Table = dict[str, bytes]


class StillBody:
    """Chambers that hold what they are told to hold."""

    def __init__(self) -> None:
        """Begin empty, with a battery at 80 % that does not charge."""
        self.values: list[float | None] = [0.0] * 5

    def set_valves(self, leg: int, mask_open: int) -> None:
        """Do nothing: the pressures are the story's."""

    def fill(self, leg: int, mask: int) -> None:
        """Do nothing: the pressures are the story's."""

    def pressures(self, leg: int) -> list[float | None]:
        """Return what the story says."""
        return list(self.values)

    def battery(self) -> tuple[int | None, bool | None]:
        """Return 80 %, not charging."""
        return 80, False

    def worn(self) -> bool | None:
        """Not known."""
        return None

    def identify(self) -> None:
        """Do nothing."""


class Story:
    """Plays the controller and writes everything down."""

    def __init__(self) -> None:
        """Put a unit on the table."""
        chosen = [
            UNIT_PRIVATE,
            NU,
            SESSION.to_bytes(2, "little"),
            NONCE.to_bytes(4, "little"),
        ]
        self.body = StillBody()
        self.now_ms = 0
        self.number = 0
        self.link_key = b""
        self.tables: dict[str, Table] = {}
        self.table: Table = {}
        self.unit = Unit(CONFIG, self.body, lambda _: chosen.pop(0), {})

    def begin(self, title: str) -> None:
        """Begin another table."""
        self.table = self.tables[title] = {}

    def wait(self, ms: int) -> None:
        """Let time pass."""
        for _ in range(ms // 50):
            self.now_ms += 50
            self.unit.tick(self.now_ms, self.now_ms)

    def said(self, channel: str) -> list[bytes]:
        """Return what the unit notified since the last time, on one characteristic."""
        frames = [frame for name, frame in self.unit.outbox if name == channel]
        self.unit.outbox.clear()
        return frames

    def authorise(self, label: str, frame: bytes, *answers: str) -> list[bytes]:
        """Write to the authorisation characteristic."""
        self.table[label] = frame
        self.unit.write_authorisation(frame, self.now_ms)
        frames = self.said("authorisation")
        self.table.update(zip(answers, frames, strict=True))
        return frames

    def request(self, label: str, opcode: int, parameters: bytes = b"") -> bytes:
        """Write a request whose counter and number are the same, and its result."""
        self.number += 1
        frame = bytes((opcode, self.number)) + parameters
        frame += self.number.to_bytes(2, "little")
        frame += authorisation.tag(self.link_key, frame)
        return self.write(label, frame)

    def write(self, label: str, frame: bytes) -> bytes:
        """Write to the control point."""
        self.table[label] = frame
        self.unit.write_control(frame, True, self.now_ms)
        (result,) = self.said("control")
        self.table[label + ": result"] = result
        return result

    def state(self, label: str) -> None:
        """Note the state as a read returns it."""
        self.table[label] = self.unit.read_state()


def _pairing(story: Story) -> bytes:
    ours = crypto.public_key(CONTROLLER_PRIVATE)
    theirs = crypto.public_key(UNIT_PRIVATE)
    shared = crypto.x25519(CONTROLLER_PRIVATE, theirs)
    key = authorisation.pairing_key(shared, ours, theirs)
    story.begin("Keys")
    story.table |= {
        "serial number": SERIAL.encode(),
        "controller's private key": CONTROLLER_PRIVATE,
        "controller's public key": ours,
        "unit's private key": UNIT_PRIVATE,
        "unit's public key": theirs,
        "shared": shared,
        "key": key,
    }
    story.begin("Pairing")
    story.unit.connected(story.now_ms)
    story.authorise("01 while the window is closed", b"\x01\x00" + ours[:16], "8F 01")
    story.unit.press("start_long", story.now_ms)
    (story.table["the window opens"],) = story.said("authorisation")
    story.authorise("controller's public key, part 0", b"\x01\x00" + ours[:16])
    story.authorise(
        "controller's public key, part 1",
        b"\x01\x01" + ours[16:],
        "unit's public key, part 0",
        "unit's public key, part 1",
        "unit's confirmation",
    )
    story.authorise(
        "controller's confirmation",
        b"\x02" + authorisation.confirmation(key, b"C", 0, SERIAL.encode()),
        "stored",
    )
    return key


def _proof(story: Story, key: bytes) -> None:
    story.begin("Proof")
    story.authorise(
        "controller's nonce", b"\x10\x00" + NC, "unit's nonce", "unit's proof"
    )
    story.authorise(
        "controller's proof",
        b"\x11" + authorisation.proof(key, b"C", 0, SERIAL.encode(), NC, NU),
        "authorised",
    )
    story.link_key = authorisation.link_key(key, NC, NU)
    story.table["link key"] = story.link_key


def _settings(story: Story) -> None:
    story.begin("Before a session")
    story.request("identify", obp.IDENTIFY)
    story.request("child lock on", obp.CHILD_LOCK, b"\x01")
    story.request("child lock off", obp.CHILD_LOCK, b"\x00")
    story.request("set pair id", obp.SET_PAIR_ID, PAIR_ID)
    uploaded = bytes((1, 0, 5, 3, 5, 2, 0))
    story.table["custom programme"] = uploaded
    check = struct.pack("<BH", len(uploaded), crypto.crc16(uploaded))
    story.request("programme begin", obp.PROGRAMME_BEGIN, check)
    story.request(
        "programme part, offset 0", obp.PROGRAMME_PART, b"\x00" + uploaded[:4]
    )
    story.request(
        "programme part, offset 4", obp.PROGRAMME_PART, b"\x04" + uploaded[4:]
    )
    story.request("programme commit", obp.PROGRAMME_COMMIT)
    story.request("offer, 300 s", obp.OFFER, struct.pack("<H", 300))
    story.unit.press("start", story.now_ms)
    story.state("state, offered and accepted")


def _session(story: Story) -> None:
    story.begin("A session")
    arm = struct.pack("<BBHBBB", 1, 40, 900, 1, 0b10000, 2)
    story.request("arm relax, 40 mmHg, 900 s, left, without zone 5, boost 2", 2, arm)
    story.state("state, armed")
    start = struct.pack("<HIH", SESSION, NONCE, 300)
    story.request("start, delay 300 ms", obp.START, start)
    number = SESSION.to_bytes(2, "little")
    story.request("commit", obp.COMMIT, number)
    story.wait(400)
    story.body.values = [40.5, 12.25, 0.0, -0.3, None]
    story.wait(500)
    story.state("state, inflating zone 2, holding zone 1")
    story.unit.outbox.clear()
    story.wait(250)
    (story.table["pressures"],) = story.said("pressures")
    story.body.values = [40.5, 45.25, 30.5, 25.5, 0.0]
    story.wait(1000)
    story.state("state, holding")
    story.request("heartbeat", obp.HEARTBEAT, number)
    for name, field, value in (
        ("set target 35", obp.SET_TARGET, 35),
        ("set remaining 600", obp.SET_REMAINING, 600),
        ("set skip mask 01", obp.SET_SKIP, 1),
        ("set boosted zone 3", obp.SET_BOOST, 3),
    ):
        parameters = struct.pack("<HBH", SESSION, field, value)
        story.request(name, obp.SET, parameters)
    story.request("pause", obp.PAUSE, number)
    story.state("state, paused")
    story.request("resume", obp.RESUME, number)
    story.write("stop", b"\x00\x63")
    story.state("state, venting")
    story.body.values = [1.5, 0.25, 0.0, -0.3, 0.0]
    story.wait(100)
    story.state("state, idle again")


def _refusals(story: Story) -> None:
    story.begin("Refusals")
    story.write("unknown opcode", b"\x7f\x70")
    story.write("stop with a parameter: done", b"\x00\x71\x00")
    story.write("heartbeat without counter and tag", b"\x08\x72\x34\x12")
    story.write("identify with a wrong tag", b"\x0c\x73\xff\xff" + bytes(8))
    dead = struct.pack("<HIH", SESSION, NONCE, 0)
    story.request("start with a dead nonce", obp.START, dead)
    strong = struct.pack("<BBHBBB", 1, 125, 900, 1, 0, 0)
    story.request("arm, 125 mmHg of at most 120", obp.ARM, strong)
    story.request("commit while idle", obp.COMMIT, SESSION.to_bytes(2, "little"))
    story.request("forget me", obp.FORGET_ME)
    story.request("identify, not authorised any more", obp.IDENTIFY)


def _reads(story: Story) -> Callable[[], None]:
    story.begin("Read and advertised")
    table = story.table
    table["capabilities, one controller remembered"] = b""

    def with_pair_id() -> None:
        table["capabilities, one controller remembered"] = (
            story.unit.read_capabilities()
        )
        table["service data (R4)"] = story.unit.advertisement()
        uuid = bytes.fromhex(obp.SERVICE.replace("-", ""))[::-1]
        structure = b"\x21" + uuid + story.unit.advertisement()
        table["the same as an AD structure"] = bytes((len(structure),)) + structure
        table["the service's UUID as an AD structure"] = b"\x11\x07" + uuid

    return with_pair_id


def tables() -> dict[str, Table]:
    """Return every example: table, label, bytes."""
    story = Story()
    story.wait(100)
    key = _pairing(story)
    _proof(story, key)
    read = _reads(story)
    _settings(story)
    read()
    _session(story)
    _refusals(story)
    return story.tables


def markdown(table: Table) -> str:
    """Return a table as the page has it."""
    rows = [f"| {label} | `{data.hex(' ')}` |" for label, data in table.items()]
    return "\n".join(["| what | bytes |", "| --- | --- |", *rows])


def main() -> None:
    """Put the tables into the page, below their headings."""
    text = PAGE.read_text()
    for title, table in tables().items():
        pattern = rf"(?ms)(^### {re.escape(title)}\n.*?)^\| what \|.*?\n(?!\|)"
        fresh = markdown(table) + "\n"
        found = re.search(pattern, text)
        if found is None:
            raise SystemExit(f"the page has no table below {title!r}")
        text = text[: found.end(1)] + fresh + text[found.end() :]
    PAGE.write_text(text)


if __name__ == "__main__":
    main()

"""One connection to one unit, as a controller that only knows the profile's page."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import os
import struct
import time

from bleak import BleakClient
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)

from firmware import authorisation, obp

from .report import BrokenRuleError, expect

ANSWER_S = 5.0
# Not every change of a byte is notified.
POLL_S = 0.3
OPENED = b"\x85"
STOPPED = b"\x80\xfe"
SERIAL = "00002a25-0000-1000-8000-00805f9b34fb"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
NAMES = (
    ("00002a29-0000-1000-8000-00805f9b34fb", "manufacturer"),
    ("00002a24-0000-1000-8000-00805f9b34fb", "model"),
    (SERIAL, "serial number"),
    ("00002a26-0000-1000-8000-00805f9b34fb", "firmware"),
)


@dataclass(frozen=True)
class Key:
    """What a pairing gave."""

    slot: int
    secret: bytes


@dataclass(frozen=True)
class State:
    """A state frame."""

    at: float
    """When it came, s of the monotonic clock."""
    frame: bytes

    @property
    def phase(self) -> int:
        """Byte 1."""
        return self.frame[1]

    @property
    def zones(self) -> int:
        """Byte 2."""
        return self.frame[2]

    @property
    def target(self) -> int:
        """Byte 3, mmHg."""
        return self.frame[3]

    @property
    def remaining(self) -> int:
        """Bytes 4-5, s."""
        return int.from_bytes(self.frame[4:6], "little")

    @property
    def faults(self) -> int:
        """Bytes 8-9."""
        return int.from_bytes(self.frame[8:10], "little")

    @property
    def origin(self) -> int:
        """Byte 10."""
        return self.frame[10]

    @property
    def session(self) -> int:
        """Bytes 12-13."""
        return int.from_bytes(self.frame[12:14], "little")

    @property
    def flags(self) -> int:
        """Byte 15."""
        return self.frame[15]

    @property
    def end(self) -> int:
        """Byte 16."""
        return self.frame[16]

    @property
    def peak(self) -> int:
        """Byte 19, mmHg."""
        return self.frame[19]


@dataclass(frozen=True)
class Result:
    """The answer to a request."""

    code: int
    data: bytes


class Link:
    """A connected, subscribed client, and everything that it heard."""

    def __init__(self, client: BleakClient) -> None:
        """Use ``client``, which is not connected yet."""
        self.client = client
        self.states: list[State] = []
        self.pressures: list[tuple[float, bytes]] = []
        self.counter = 0
        self.link_key = b""
        self.serial = b""
        self._unawaited = {STOPPED}
        self._results: asyncio.Queue[bytes] = asyncio.Queue()
        self._words: asyncio.Queue[bytes] = asyncio.Queue()

    async def open(self) -> None:
        """Connect, read the serial number and subscribe to everything."""
        await self.client.connect()
        self.serial = bytes(await self.client.read_gatt_char(SERIAL))
        for uuid, take in (
            (obp.STATE, lambda data: self.states.append(State(now(), data))),
            (obp.PRESSURES, lambda data: self.pressures.append((now(), data))),
            (obp.CONTROL, self._results.put_nowait),
            (obp.AUTHORISATION, self._words.put_nowait),
        ):
            await self.client.start_notify(uuid, _bytes_to(take))

    async def close(self) -> None:
        """Disconnect."""
        await self.client.disconnect()

    @property
    def connected(self) -> bool:
        """Whether the link is there."""
        return self.client.is_connected

    async def read_state(self) -> State:
        """Read the state."""
        return State(now(), bytes(await self.client.read_gatt_char(obp.STATE)))

    async def capabilities(self) -> bytes:
        """Read the capabilities."""
        return bytes(await self.client.read_gatt_char(obp.CAPABILITIES))

    # Authorisation

    async def say(self, frame: bytes) -> None:
        """Write to the authorisation characteristic."""
        await self.client.write_gatt_char(obp.AUTHORISATION, frame, response=True)

    async def word(self, timeout_s: float = ANSWER_S) -> bytes:
        """Return the next answer on the authorisation characteristic.

        That the window opened comes unasked, and is left out.
        """
        while (frame := await _next(self._words, "authorisation", timeout_s)) == OPENED:
            pass
        return frame

    async def opened(self) -> None:
        """Wait to be told that the pairing window is open."""
        frame = await _next(self._words, "authorisation", ANSWER_S)
        expect(frame == OPENED, f"told {frame.hex(' ')} when the window opened")

    async def ask(self, frame: bytes) -> bytes:
        """Write a frame and return the first answer."""
        self.forget_words()
        await self.say(frame)
        return await self.word()

    def forget_words(self) -> None:
        """Drop what was heard on the authorisation characteristic."""
        while not self._words.empty():
            self._words.get_nowait()

    async def exchange(self) -> Key:
        """Exchange public keys; the window must be open. Not confirmed yet."""
        private = X25519PrivateKey.generate()
        ours = private.public_key().public_bytes_raw()
        self.forget_words()
        await self.say(b"\x01\x00" + ours[:16])
        await self.say(b"\x01\x01" + ours[16:])
        words = [await self.word()]
        if words[0][0] == 0x8F:
            raise BrokenRuleError(f"the key exchange is refused: {words[0].hex(' ')}")
        words += [await self.word(), await self.word()]
        expect([w[0] for w in words] == [0x81, 0x81, 0x82], "wrong answers to a key")
        theirs = words[0][2:] + words[1][2:]
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
        key = Key(words[2][1], authorisation.pairing_key(shared, ours, theirs))
        expected = authorisation.confirmation(key.secret, b"U", key.slot, self.serial)
        expect(words[2][2:] == expected, "the unit's confirmation is wrong")
        return key

    async def confirm(self, key: Key) -> bytes:
        """Confirm an exchange; return the answer."""
        shown = authorisation.confirmation(key.secret, b"C", key.slot, self.serial)
        return await self.ask(b"\x02" + shown)

    async def prove(self, key: Key) -> None:
        """Authorise this connection."""
        nc = os.urandom(16)
        first = await self.ask(bytes((0x10, key.slot)) + nc)
        expect(first[0] == 0x90, f"no nonce but {first.hex(' ')}")
        second = await self.word()
        nu = first[1:]
        whose = (key.slot, self.serial, nc, nu)
        expected = authorisation.proof(key.secret, b"U", *whose)
        expect(second == b"\x91" + expected, "the unit's proof is wrong")
        shown = authorisation.proof(key.secret, b"C", *whose)
        last = await self.ask(b"\x11" + shown)
        expect(last == bytes((0x92, key.slot)), f"not authorised: {last.hex(' ')}")
        self.link_key = authorisation.link_key(key.secret, nc, nu)
        self.counter = 0

    # The control point

    def build(self, opcode: int, parameters: bytes = b"") -> bytes:
        """Return a request with the next counter and its tag."""
        self.counter += 1
        body = bytes((opcode, self.counter & 0xFF)) + parameters
        body += struct.pack("<H", self.counter)
        return body + authorisation.tag(self.link_key, body)

    async def send(self, frame: bytes, *, response: bool = True) -> None:
        """Write to the control point."""
        await self.client.write_gatt_char(obp.CONTROL, frame, response=response)

    async def result(self, frame: bytes) -> Result:
        """Write a request and return its result, whatever it is."""
        while not self._results.empty():
            self._results.get_nowait()
        await self.send(frame)
        while (data := await self._result())[:2] in self._unawaited:
            pass
        number = frame[1] if len(frame) > 1 else 0
        expect(
            len(data) >= 3 and data[:2] == bytes((frame[0] | 0x80, number)),
            f"the result {data.hex(' ')} does not name the request {frame.hex(' ')}",
        )
        return Result(data[2], data[3:])

    async def _result(self) -> bytes:
        return await _next(self._results, "control point", ANSWER_S)

    async def request(self, opcode: int, parameters: bytes = b"") -> Result:
        """Send a request with a right tag and return its result, whatever it is."""
        return await self.result(self.build(opcode, parameters))

    async def done(self, opcode: int, parameters: bytes = b"") -> bytes:
        """Send a request that must be done; return the result's data."""
        result = await self.request(opcode, parameters)
        if result.code != obp.DONE:
            what = obp.CODES[result.code] if result.code < 16 else "?"
            name = obp.OPCODES[opcode]
            raise BrokenRuleError(f"{name} is refused with {result.code:02X}: {what}")
        return result.data

    async def refused(self, opcode: int, parameters: bytes, code: int) -> bytes:
        """Send a request that must be refused with a code; return the result's data."""
        result = await self.request(opcode, parameters)
        name = obp.OPCODES[opcode]
        expect(
            result.code == code,
            f"{name} is answered {result.code:02X}, not {code:02X}",
        )
        return result.data

    async def beat(self, session: bytes) -> None:
        """Send a heartbeat whose result nobody waits for."""
        frame = self.build(obp.HEARTBEAT, session)
        self._unawaited.add(bytes((frame[0] | 0x80, frame[1])))
        await self.send(frame)

    async def stop(self) -> None:
        """Stop, without response."""
        await self.send(bytes((obp.STOP, STOPPED[1])), response=False)

    # What it says

    async def until(
        self, what: str, true: Callable[[State], bool], timeout_s: float
    ) -> State:
        """Wait for a state that is so; ``BrokenRuleError`` where none comes."""
        end = now() + timeout_s
        at = len(self.states)
        while True:
            read = await self.read_state()
            if true(read):
                return read
            look_again = now() + POLL_S
            while now() < look_again:
                for state in self.states[at:]:
                    at += 1
                    if true(state):
                        return state
                if not self.connected:
                    raise BrokenRuleError(f"the link was lost before: {what}")
                await asyncio.sleep(0.01)
            if now() >= end:
                break
        last = await self.read_state()
        phase = obp.PHASES[last.phase] if last.phase < len(obp.PHASES) else last.phase
        raise BrokenRuleError(f"not within {timeout_s:.0f} s: {what} (it is {phase})")


def now() -> float:
    """Return the monotonic clock, s."""
    return time.monotonic()


def _bytes_to(take: Callable[[bytes], None]) -> Callable[[object, bytearray], None]:
    def notified(_: object, data: bytearray) -> None:
        take(bytes(data))

    return notified


async def _next(queue: asyncio.Queue[bytes], what: str, timeout_s: float) -> bytes:
    try:
        async with asyncio.timeout(timeout_s):
            return await queue.get()
    except TimeoutError as error:
        raise BrokenRuleError(f"no answer on the {what}") from error

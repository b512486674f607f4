"""A hostile central: everything that a stranger, or half a friend, may try on a unit.

The attacker hears all that is on the air and has a key of their own at the unit they
attack (another controller's slot) or at another unit, as far as an attack says so.
Each attack returns what it expected and what the unit answered.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import os
import struct
import time
from typing import Final

from bleak import BleakClient
from bleak.exc import BleakError

from firmware import authorisation, crypto, obp
from firmware.control import RULES

from ..bleak_backend import ble_device, bleak_client_class
from ..conformance.client import Key, Link
from ..house import Boots, House

ANSWERS: Final = 0x8F
TAG_BYTES: Final = 8
ARM: Final = struct.pack("<BBHBBB", 3, 40, 300, 1, 0, 0)
"""Squeeze, 40 mmHg, 5 minutes, left leg."""
LOW_ORDER: Final = tuple(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
        "00" * 31 + "80",
    )
)
"""Public keys whose shared result is all zeros with every secret (RFC 7748, section 6.1:
points of small order, also not reduced and with the unused bit set)."""


@dataclass(frozen=True)
class Seen:
    """One thing that was tried."""

    what: str
    expected: bytes
    answer: bytes
    """A result's code, or a frame of the authorisation characteristic."""


@dataclass
class Scene:
    """Whom to attack, and what the attacker has."""

    house: House
    unit: Boots
    key: Key
    """The attacker's own, at another slot of the unit."""
    other: Boots
    other_key: Key
    """The attacker's own, at the other unit."""
    recorded: list[tuple[str, bytes]] = field(default_factory=list)
    """What the unit's controller wrote in an earlier connection: UUID and frame."""
    seen: list[Seen] = field(default_factory=list)

    @asynccontextmanager
    async def connected(self, boots: Boots | None = None) -> AsyncIterator[Hostile]:
        """Connect to a unit, the attacked one unless told; disconnect at the end."""
        client = bleak_client_class(self.house.air)(
            ble_device((boots or self.unit).address)
        )
        link = Hostile(self, client)
        await link.open()
        try:
            yield link
        finally:
            await link.close()

    def recorded_on(self, uuid: str) -> list[bytes]:
        """Return what was heard on one characteristic."""
        return [frame for where, frame in self.recorded if where == uuid]


class Hostile(Link):
    """A connection that sends what it should not."""

    def __init__(self, scene: Scene, client: BleakClient) -> None:
        """Note in ``scene`` what comes of it."""
        super().__init__(client)
        self._scene = scene

    async def try_word(self, what: str, frame: bytes, code: int) -> None:
        """Write to the authorisation characteristic; an error code is expected."""
        answer = await self.ask(frame)
        self._scene.seen.append(Seen(what, bytes((ANSWERS, code)), answer))

    async def try_request(self, what: str, frame: bytes, code: int) -> None:
        """Write to the control point; a result's code is expected."""
        result = await self.result(frame)
        self._scene.seen.append(Seen(what, bytes((code,)), bytes((result.code,))))

    async def challenged(self, slot: int) -> tuple[bytes, bytes, bytes]:
        """Ask for a proof; return both nonces and what the unit showed."""
        nc = os.urandom(16)
        nu = (await self.ask(bytes((0x10, slot)) + nc))[1:]
        return nc, nu, (await self.word())[1:]

    async def dropped(self, within_s: float) -> bool:
        """Return whether the unit ends the link in time."""
        end = time.monotonic() + within_s
        while self.connected and time.monotonic() < end:
            await asyncio.sleep(0.01)
        return not self.connected

    def expect(self, what: str, expected: bytes, answer: bytes) -> None:
        """Note something that is no answer to a frame."""
        self._scene.seen.append(Seen(what, expected, answer))


def tagged(link_key: bytes, body: bytes, counter: int) -> bytes:
    """Return a request with its counter and tag."""
    signed = body + struct.pack("<H", counter)
    return signed + authorisation.tag(link_key, signed)


def _proof(
    key: Key, role: bytes, slot: int, serial: bytes, n: tuple[bytes, ...]
) -> bytes:
    return b"\x11" + authorisation.proof(key.secret, role, slot, serial, n[0], n[1])


async def replayed(scene: Scene) -> None:
    """Repeat an earlier connection, frame by frame, in a new one."""
    async with scene.connected() as link:
        first, second = scene.recorded_on(obp.AUTHORISATION)
        answer = await link.ask(first)
        link.expect("the challenge is another one", b"\x90", answer[:1])
        await link.word()
        await link.try_word("an old proof", second, obp.AUTH_WRONG_PROOF)
        for frame in scene.recorded_on(obp.CONTROL):
            await link.try_request("an old request", frame, obp.NOT_AUTHORISED)


async def replayed_at_once(scene: Scene) -> None:
    """In the very connection in which it was heard, and in one of the attacker's."""
    async with scene.connected() as link:
        await link.prove(scene.key)
        frame = link.build(obp.IDENTIFY)
        await link.try_request("for the first time", frame, obp.DONE)
        await link.try_request("once more", frame, obp.OLD_COUNTER)
        for old in scene.recorded_on(obp.CONTROL):
            await link.try_request("another controller's", old, obp.WRONG_TAG)


async def reordered(scene: Scene) -> None:
    """Hold a request back until a later one has passed."""
    async with scene.connected() as link:
        await link.prove(scene.key)
        held, passed = link.build(obp.ARM, ARM), link.build(obp.IDENTIFY)
        await link.try_request("the later one", passed, obp.DONE)
        await link.try_request("the one held back", held, obp.OLD_COUNTER)


async def forged(scene: Scene) -> None:
    """Send requests without a key, with a wrong tag, and changed on their way."""
    async with scene.connected() as link:
        body = bytes((obp.ARM, 1)) + ARM
        forged = body + b"\x01\x00" + os.urandom(TAG_BYTES)
        await link.try_request("nobody's", forged, obp.NOT_AUTHORISED)
        for opcode in range(1, len(obp.OPCODES)):
            frame = tagged(bytes(32), _shortest(opcode), 1)
            await link.try_request("without a proof", frame, obp.NOT_AUTHORISED)
        await link.prove(scene.key)
        await link.try_request("a guessed tag", forged, obp.WRONG_TAG)
        good = link.build(obp.ARM, ARM)
        for at in range(1, len(good)):
            # The number is the attacker's to choose, and signed like the rest.
            changed = bytearray(good)
            changed[at] ^= 1
            await link.try_request(f"byte {at} changed", bytes(changed), obp.WRONG_TAG)
        await link.try_request("as it was", good, obp.DONE)


def _shortest(opcode: int) -> bytes:
    return bytes((opcode, 1)) + bytes(RULES[opcode][0])


async def of_another_unit(scene: Scene) -> None:
    """Use a key, a proof and a tagged request of one unit at another one."""
    async with scene.connected(scene.other) as elsewhere:
        await elsewhere.prove(scene.other_key)
        request = elsewhere.build(obp.ARM, ARM)
        serial = elsewhere.serial
    async with scene.connected() as link:
        slot = scene.other_key.slot
        for name in (serial, link.serial):
            nonces = await link.challenged(slot)
            shown = _proof(scene.other_key, b"C", slot, name, nonces)
            await link.try_word("the other unit's proof", shown, obp.AUTH_WRONG_PROOF)
        await link.try_request("its request", request, obp.NOT_AUTHORISED)
    async with scene.connected() as link:
        await link.prove(scene.key)
        await link.try_request("its request, with a proof", request, obp.WRONG_TAG)


async def of_another_slot(scene: Scene) -> None:
    """Use the attacker's own key for the slot of somebody else."""
    victim = 1 - scene.key.slot
    async with scene.connected() as link:
        for slot in (victim, scene.key.slot):
            nonces = await link.challenged(victim)
            shown = _proof(scene.key, b"C", slot, link.serial, nonces)
            await link.try_word("own key, other slot", shown, obp.AUTH_WRONG_PROOF)
    async with scene.connected() as link:
        unknown = bytes((0x10, 3)) + os.urandom(16)
        await link.try_word("an empty slot", unknown, obp.AUTH_UNKNOWN_SLOT)
        await link.try_word(
            "no slot", bytes((0x10, 255)) + os.urandom(16), obp.AUTH_UNKNOWN_SLOT
        )


async def of_another_connection(scene: Scene) -> None:
    """Use a link key, and a nonce, that outlived their connection."""
    async with scene.connected() as link:
        await link.prove(scene.key)
        old_key = link.link_key
        data = await link.done(obp.ARM, ARM)
    async with scene.connected() as link:
        await link.prove(scene.key)
        body = bytes((obp.ARM, 1)) + ARM
        await link.try_request(
            "the old link key", tagged(old_key, body, 9), obp.WRONG_TAG
        )
        start = link.build(obp.START, data[:6] + bytes(2))
        await link.try_request("the old nonce", start, obp.WRONG_NONCE)


async def reflected(scene: Scene) -> None:
    """Send the unit's own proof back to it, and a proof twice."""
    async with scene.connected() as link:
        _, _, shown = await link.challenged(scene.key.slot)
        await link.try_word("its own proof", b"\x11" + shown, obp.AUTH_WRONG_PROOF)
        nonces = await link.challenged(scene.key.slot)
        good = _proof(scene.key, b"C", scene.key.slot, link.serial, nonces)
        answer = await link.ask(good)
        link.expect("a right one", b"\x92", answer[:1])
        await link.try_word("the same again", good, obp.AUTH_UNEXPECTED)


async def downgraded(scene: Scene) -> None:
    """Prove another version, and shorten tags."""
    slot = scene.key.slot
    for version in (b"", b"\x00", b"\x02"):
        async with scene.connected() as link:
            nc, nu, _ = await link.challenged(slot)
            message = b"OBP1 link" + version + link.serial + b"C" + bytes((slot,))
            shown = crypto.hmac_sha256(scene.key.secret, message + nc + nu)
            await link.try_word(
                "another version", b"\x11" + shown[:16], obp.AUTH_WRONG_PROOF
            )
    async with scene.connected() as link:
        nonces = await link.challenged(slot)
        good = _proof(scene.key, b"C", slot, link.serial, nonces)
        await link.try_word("half a proof", good[:9], obp.AUTH_UNEXPECTED)
    async with scene.connected() as link:
        await link.prove(scene.key)
        for length in range(TAG_BYTES):
            arm = link.build(obp.ARM, ARM)[: length - TAG_BYTES]
            await link.try_request(f"a tag of {length} bytes", arm, obp.WRONG_LENGTH)
        # A part is of any length: what its tag lacks is taken from its bytes.
        part = link.build(obp.PROGRAMME_PART, bytes(8))
        for length in range(2, TAG_BYTES):
            cut = part[: length - TAG_BYTES]
            await link.try_request(f"a tag of {length} bytes", cut, obp.WRONG_TAG)


async def truncated(scene: Scene) -> None:
    """End exchanges in the middle of a frame, or between two."""
    async with scene.connected() as link:
        first = bytes((0x10, scene.key.slot)) + os.urandom(16)
        for length in (0, 1, 2, 17):
            await link.try_word("a challenge cut", first[:length], obp.AUTH_UNEXPECTED)
        await link.try_word("an answer first", b"\x11" + bytes(16), obp.AUTH_UNEXPECTED)
        await link.try_word("too long", first + b"\0", obp.AUTH_UNEXPECTED)
        await link.challenged(scene.key.slot)
        await link.try_request(
            "half a proof",
            tagged(bytes(32), bytes((obp.ARM, 1)) + ARM, 1),
            obp.NOT_AUTHORISED,
        )
    async with scene.connected() as link:
        await link.prove(scene.key)
        arm = link.build(obp.ARM, ARM)
        for length in range(1, len(arm)):
            await link.try_request("cut", arm[:length], obp.WRONG_LENGTH)
        await link.try_request("longer", arm + b"\0", obp.WRONG_LENGTH)


async def bad_public_keys(scene: Scene) -> None:
    """Send points of small order, all zeros first: their sender would know the key."""
    async with scene.connected() as link:
        before = await link.capabilities()
        scene.unit.press("start_long")
        for point in LOW_ORDER:
            await link.say(b"\x01\x00" + point[:16])
            await link.try_word(point.hex(), b"\x01\x01" + point[16:], obp.AUTH_BAD_KEY)
        link.expect("nobody is remembered", before, await link.capabilities())


async def pairing_outside_the_window(scene: Scene) -> None:
    """Pair without a hand on the boots, or with what was begun while it was open."""
    async with scene.connected() as link:
        for part in (0, 1):
            frame = bytes((0x01, part)) + os.urandom(16)
            await link.try_word("a key", frame, obp.AUTH_WINDOW_CLOSED)
        await link.try_word("a yes", b"\x02" + bytes(16), obp.AUTH_UNEXPECTED)
        scene.unit.press("start_long")
        key = await link.exchange()
        scene.unit.unit.close_window()
        answer = await link.confirm(key)
        link.expect("too late", bytes((ANSWERS, obp.AUTH_UNEXPECTED)), answer)
        await link.try_word(
            "the key that was not stored",
            bytes((0x10, key.slot)) + bytes(16),
            obp.AUTH_UNKNOWN_SLOT,
        )


async def three_strikes(scene: Scene) -> None:
    """Guess, which goes on for three answers only."""
    async with scene.connected() as link:
        for _ in range(3):
            await link.challenged(scene.key.slot)
            await link.try_word("a guess", b"\x11" + bytes(16), obp.AUTH_WRONG_PROOF)
        link.expect("dropped", b"\x01", bytes((await link.dropped(5),)))


async def hogging(scene: Scene) -> None:
    """Hold the link without a proof, busy all the time."""
    async with scene.connected() as link:
        began = time.monotonic()
        try:
            while time.monotonic() < began + 20:
                await link.challenged(scene.key.slot)
                await link.read_state()
        except BleakError:
            pass
        took = time.monotonic() - began
        link.expect("dropped after 10 s", b"\x01", bytes((9 < took < 15,)))


async def counters(scene: Scene) -> None:
    """Go back, stand still and wrap."""
    async with scene.connected() as link:
        await link.prove(scene.key)
        key, body = link.link_key, bytes((obp.IDENTIFY, 1))
        for counter, code in (
            (0, obp.DONE),
            (0, obp.OLD_COUNTER),
            (500, obp.DONE),
            (499, obp.OLD_COUNTER),
            (500, obp.OLD_COUNTER),
            (0xFFFF, obp.DONE),
            (0xFFFF, obp.OLD_COUNTER),
            (0, obp.OLD_COUNTER),
            (1, obp.OLD_COUNTER),
        ):
            frame = tagged(key, body, counter)
            await link.try_request(f"counter {counter}", frame, code)
        await link.prove(scene.key)
        await link.try_request("a new proof", link.build(obp.IDENTIFY), obp.DONE)


ATTACKS: Final[dict[str, Callable[[Scene], Awaitable[None]]]] = {
    attack.__name__: attack
    for attack in (
        replayed,
        replayed_at_once,
        reordered,
        forged,
        of_another_unit,
        of_another_slot,
        of_another_connection,
        reflected,
        downgraded,
        truncated,
        bad_public_keys,
        pairing_outside_the_window,
        three_strikes,
        hogging,
        counters,
    )
}
"""Every attack by its name; none of them may make anything inflate."""

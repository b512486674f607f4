"""What a hostile peripheral sends: frames that no unit would, and some that one would."""

from collections.abc import Iterator
from random import Random
import struct
from typing import Final

from firmware import obp

BATTERY: Final = "00002a19-0000-1000-8000-00805f9b34fb"
MOST_BYTES: Final = 512
"""The longest attribute value that Bluetooth allows."""

_HONEST = struct.Struct("<BBBBBBBBBHHBB4sB")


def capabilities(**lies: int) -> bytes:
    """Return capabilities that are right but for what is named."""
    told = {
        "major": 1,
        "minor": 0,
        "legs": 3,
        "chambers": 5,
        "lowest": 20,
        "highest": 120,
        "step": 5,
        "shortest": 1,
        "longest": 60,
        "programmes": 0x3E,
        "features": 0x03AF,
        "lease": 10,
        "nonce": 30,
    } | lies
    return _HONEST.pack(*told.values(), bytes(4), 0x14)


IMPOSSIBLE: Final = {
    "empty": b"",
    "short": capabilities()[:19],
    "no legs": capabilities(legs=0),
    "no chambers": capabilities(chambers=0),
    "255 chambers": capabilities(chambers=255),
    "lowest above highest": capabilities(lowest=121),
    "lowest is zero": capabilities(lowest=0),
    "no step": capabilities(step=0),
    "255 mmHg": capabilities(highest=255),
    "shortest above longest": capabilities(shortest=61),
    "no time": capabilities(shortest=0, longest=0),
    "a lease of four minutes": capabilities(lease=255),
    "no lease": capabilities(lease=0),
    "a nonce of 25 s": capabilities(nonce=255),
    "another major version": capabilities(major=255),
    "giant": b"\x01" + b"\xff" * (MOST_BYTES - 1),
}
"""Capabilities that no unit may have."""

STRANGE: Final = {
    "no programmes": capabilities(programmes=0, features=0),
    "every bit": capabilities(programmes=0xFFFF, features=0xFFFF),
    "only above anybody's limit": capabilities(lowest=200, highest=240, step=7),
    "only longer than anybody's limit": capabilities(shortest=250, longest=255),
    "one step": capabilities(step=255),
    "one chamber": capabilities(chambers=1),
    "eight chambers": capabilities(chambers=8),
    "one pressure": capabilities(lowest=30, highest=30),
}
"""Capabilities that are allowed, though nobody would build them."""


def state(random: Random) -> bytes:
    """Return a state that contradicts itself more often than not."""
    return struct.pack(
        "<BBBBHHHBBHBBBBBB",
        random.randrange(256),
        random.choice((*range(10), 10, 255)),
        random.randrange(256),
        random.choice((0, 1, 40, 130, 255)),
        random.choice((0, 1, 600, 65535)),
        random.randrange(65536),
        random.choice((0, 0, 0, 1, 64, 127, 65535)),
        random.choice((0, 1, 2, 3, 255)),
        random.choice((0, 1, 255)),
        random.choice((0, 1, 65535)),
        random.randrange(256),
        random.randrange(256),
        random.choice((*range(9), 9, 255)),
        random.randrange(256),
        random.choice((0, 1, 8, 9, 255)),
        random.choice((0, 4, 5, 200, 255)),
    )


def pressures(random: Random) -> bytes:
    """Return pressures of chambers that may not be there, of legs that may not be."""
    count = random.choice((0, 1, 5, 8, 9, 255))
    told = random.choice((count, 8))
    values = random.randbytes(2 * min(count, 200))
    return bytes((random.randrange(256), random.randrange(4), 255, told)) + values


def result(random: Random) -> bytes:
    """Return a result of some request, with or without data."""
    opcode, number = random.randrange(256), random.randrange(256)
    code = random.choice((0, 0, 3, 6, 7, 8, 15, 16, 255))
    return bytes((opcode, number, code)) + random.randbytes(random.choice((0, 3, 7)))


def handshake(random: Random) -> bytes:
    """Return a frame of an exchange, out of its order."""
    kind = random.choice((0x81, 0x82, 0x83, 0x85, 0x8F, 0x90, 0x91, 0x92, 0))
    return bytes((kind,)) + random.randbytes(random.choice((0, 1, 16, 17)))


_KINDS = (
    (obp.STATE, state),
    (obp.PRESSURES, pressures),
    (obp.CONTROL, result),
    (obp.AUTHORISATION, handshake),
    (BATTERY, lambda random: random.randbytes(random.choice((0, 1, 2)))),
)


def hostile_frames(seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Return notifications without end: UUID and frame. The same ones for a seed."""
    random = Random(seed)
    while True:
        uuid, make = random.choice(_KINDS)
        frame = make(random)
        match random.randrange(8):
            case 0:
                frame = frame[: random.randrange(len(frame) + 1)]
            case 1:
                frame += random.randbytes(random.randrange(MOST_BYTES - len(frame)))
            case 2:
                frame = random.randbytes(random.randrange(MOST_BYTES))
        yield uuid, frame[:MOST_BYTES]


def every_result() -> Iterator[bytes]:
    """Return a result for every request that there may be: done, and with a nonce."""
    for opcode in range(len(obp.OPCODES)):
        for number in range(256):
            yield bytes((opcode | 0x80, number, 0)) + bytes(7)

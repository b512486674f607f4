"""Android's Bluetooth log (btsnoop), as far as messages over GATT are concerned.

The file format is that of RFC 1761 with a Bluetooth datalink; HCI ACL packets, L2CAP
and ATT are those of the Bluetooth Core specification (vol. 4 part E, vol. 3 parts A
and F). Logs of phones hold everything that the phone did: whoever shares one should
switch everything else off, and share the bundle instead where that is enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import struct
from typing import Literal
import uuid

MAGIC = b"btsnoop\0"
_HCI_UART = 1002
_ACL = 0x02
_ATT_CHANNEL = 4
_READ_BY_TYPE_ANSWER, _WRITE, _COMMAND = 0x09, 0x12, 0x52
_NOTIFICATION, _INDICATION = 0x1B, 0x1D
_CCCD_SIZE = 2


@dataclass(frozen=True, slots=True)
class Message:
    """A write to the device, or a notification from it."""

    at_s: float
    """Since the log began."""
    direction: Literal["from", "to"]
    characteristic: str
    data: bytes


def traffic(log: bytes) -> list[Message]:
    """Return the messages of a log; ``ValueError`` when it is none."""
    if not log.startswith(MAGIC) or len(log) < 16:
        raise ValueError("no btsnoop log")
    if struct.unpack(">I", log[12:16])[0] != _HCI_UART:
        raise ValueError("a btsnoop log of another kind than Android's")
    names: dict[tuple[int, int], str] = {}
    found: list[tuple[float, int, Literal["from", "to"], int, bytes]] = []
    for at_s, connection, received, pdu in _pdus(log):
        opcode = pdu[0]
        if opcode == _READ_BY_TYPE_ANSWER:
            for handle, name in _declared(pdu):
                names[connection, handle] = name
        elif opcode in (_WRITE, _COMMAND) and not received and len(pdu) > 3:
            handle = struct.unpack("<H", pdu[1:3])[0]
            found.append((at_s, connection, "to", handle, pdu[3:]))
        elif opcode in (_NOTIFICATION, _INDICATION) and received and len(pdu) > 3:
            handle = struct.unpack("<H", pdu[1:3])[0]
            found.append((at_s, connection, "from", handle, pdu[3:]))
    return [
        Message(
            at_s,
            direction,
            names.get((connection, handle), f"handle-{handle:04x}"),
            data,
        )
        for at_s, connection, direction, handle, data in found
        if not _subscribes(direction, (connection, handle), names, data)
    ]


def _subscribes(
    direction: str,
    where: tuple[int, int],
    names: dict[tuple[int, int], str],
    data: bytes,
) -> bool:
    """Whether a write is to the descriptor right behind a characteristic's value."""
    connection, handle = where
    return (
        direction == "to"
        and where not in names
        and len(data) == _CCCD_SIZE
        and data[1] == 0
        and any((connection, handle - back) in names for back in (1, 2))
    )


def _pdus(log: bytes) -> Iterator[tuple[float, int, bool, bytes]]:
    """Yield time, connection, whether received, and the PDU of every ATT packet."""
    at, began = 16, None
    parts: dict[tuple[int, bool], bytes] = {}
    while at + 24 <= len(log):
        _, size, flags, _, micros = struct.unpack(">IIIIq", log[at : at + 24])
        packet = log[at + 24 : at + 24 + size]
        at += 24 + size
        began = micros if began is None else began
        if len(packet) < 5 or packet[0] != _ACL:
            continue
        header, _ = struct.unpack("<HH", packet[1:5])
        where = header & 0x0FFF, bool(flags & 1)
        continues = header >> 12 & 3 == 1
        parts[where] = (parts.get(where, b"") if continues else b"") + packet[5:]
        whole = parts[where]
        if len(whole) < 5:
            continue
        length, channel = struct.unpack("<HH", whole[:4])
        if len(whole) >= 4 + length and length and channel == _ATT_CHANNEL:
            yield (micros - began) / 1e6, *where, whole[4 : 4 + length]
            del parts[where]


def _declared(pdu: bytes) -> Iterator[tuple[int, str]]:
    """Yield value handle and UUID of the characteristics that an answer declares."""
    size = pdu[1] if len(pdu) > 1 else 0
    if size not in (7, 21):
        return
    for at in range(2, len(pdu) - size + 1, size):
        entry = pdu[at : at + size]
        handle = struct.unpack("<H", entry[3:5])[0]
        raw = entry[5:]
        if len(raw) == 2:
            number = struct.unpack("<H", raw)[0]
            yield handle, f"0000{number:04x}-0000-1000-8000-00805f9b34fb"
        else:
            yield handle, str(uuid.UUID(bytes=raw[::-1]))

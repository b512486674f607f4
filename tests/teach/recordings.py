"""Recordings for the tests, made by the invented devices of the simulator."""

from collections.abc import Iterable
import struct
from typing import Any

from simulator.far_harbour import FarHarbour, crc16_modbus
from simulator.quiet_mill import QuietMill

MILL = (
    ("at_rest", [(0, 1, 0)] * 5),
    ("started", [(1, 1, 10)] * 3 + [(2, 1, 10)] * 2 + [(3, 1, 9)] * 2),
    ("stronger", [(1, 2, 9)] * 3 + [(2, 2, 9)] * 2),
    ("stopped", [(5, 2, 9)] * 2 + [(0, 2, 0)] * 3),
)
"""By label: phase, level and minutes, as they are told once a second."""


def mill_frames() -> Iterable[tuple[str, bytes]]:
    """Yield what a recorded QuietMill says."""
    count = 0
    for label, states in MILL:
        for state in states:
            count += 1
            yield label, QuietMill.framed(bytes([0x53, *state, 91, count]))


def bundle(frames: Iterable[tuple[str, bytes]] | None = None) -> dict[str, Any]:
    """Return a bundle as the integration makes it."""
    return {
        "format": "kumo_boots.bundle",
        "version": 1,
        "made_with": {"home_assistant": "2026.10.4", "kumo_boots": "0.1.0"},
        "device": {
            "name": "QuietMill",
            "services": [QuietMill.service],
            "manufacturers": [],
        },
        "gatt": [
            {
                "uuid": QuietMill.service,
                "characteristics": [
                    {
                        "uuid": QuietMill.control,
                        "properties": ["write", "write-without-response"],
                        "value": None,
                    },
                    {
                        "uuid": QuietMill.state,
                        "properties": ["read", "notify"],
                        "value": None,
                    },
                ],
            },
            {
                "uuid": "0000180a-0000-1000-8000-00805f9b34fb",
                "characteristics": [
                    {
                        "uuid": "00002a29-0000-1000-8000-00805f9b34fb",
                        "properties": ["read"],
                        "value": b"Nobody".hex(),
                    }
                ],
            },
        ],
        "recording": [
            {
                "at_s": float(second),
                "label": label,
                "characteristic": QuietMill.state,
                "data": data.hex(),
            }
            for second, (label, data) in enumerate(
                mill_frames() if frames is None else frames
            )
        ],
        "left_out": 0,
    }


CONTROL_HANDLE, STATE_HANDLE = 0x0012, 0x0014


def far_harbour_command(number: int, body: bytes) -> bytes:
    """Return a frame that the phone app of a FarHarbour would send."""
    inner = bytes([len(body) + 1, number]) + body
    return b"\xc5" + inner + crc16_modbus(inner)


def att(opcode: int, rest: bytes) -> bytes:
    """Return an ATT PDU in L2CAP in an ACL packet of Android's log."""
    pdu = bytes([opcode]) + rest
    l2cap = struct.pack("<HH", len(pdu), 4) + pdu
    return b"\x02" + struct.pack("<HH", 0x2040, len(l2cap)) + l2cap


def snoop(packets: Iterable[tuple[float, bool, bytes]]) -> bytes:
    """Return a btsnoop log of packets: second, whether received, HCI packet."""
    log = b"btsnoop\0" + struct.pack(">II", 1, 1002)
    for at_s, received, packet in packets:
        micros = 0x00DCDDB30F2F8000 + int(at_s * 1e6)
        size = len(packet)
        log += struct.pack(">IIIIq", size, size, int(received), 0, micros) + packet
    return log


def declared(*characteristics: tuple[int, str]) -> bytes:
    """Return the answer that declares characteristics: value handle and UUID."""
    from uuid import UUID

    entries = b"".join(
        struct.pack("<HBH", handle - 1, 0x12, handle) + UUID(name).bytes[::-1]
        for handle, name in characteristics
    )
    return att(0x09, bytes([21]) + entries)


def far_harbour_log() -> bytes:
    """Return what a phone would have logged: hello, a start, three stops."""
    packets: list[tuple[float, bool, bytes]] = [
        (0.0, True, b"\x04\x0e\x04\x01\x03\x0c\x00"),
        (
            0.1,
            True,
            declared(
                (CONTROL_HANDLE, FarHarbour.control), (STATE_HANDLE, FarHarbour.state)
            ),
        ),
        (0.2, False, att(0x12, struct.pack("<H", STATE_HANDLE + 1) + b"\x01\x00")),
    ]
    sent = [b"\x01", b"\x10\x02\x28\x15\x03", b"\x11", b"\x11", b"\x11", b"\x20"]
    for number, body in enumerate(sent):
        frame = far_harbour_command(number, body)
        packets.append(
            (1.0 + number, False, att(0x52, struct.pack("<H", CONTROL_HANDLE) + frame))
        )
    inner = bytes([12, 1, 0xA0, 0, 0, 0, 0, 0, 80, 0, 0, 0, 0])
    frame = b"\x5c" + inner + crc16_modbus(inner)
    packets.append((9.0, True, att(0x1B, struct.pack("<H", STATE_HANDLE) + frame)))
    return snoop(packets)

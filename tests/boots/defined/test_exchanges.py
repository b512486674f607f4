"""Each exchange that is publicly known, byte by byte, without a line of Python."""

import pytest

from custom_components.kumo_boots.boots.drivers.defined.checksums import CHECKSUMS
from custom_components.kumo_boots.boots.drivers.defined.reports import told
from custom_components.kumo_boots.boots.model import BootsState, End, Phase

from .fixtures import definition


def said(name: str, data: bytes | str) -> BootsState:
    """Return the state after one report."""
    known = definition(name)
    frame = data.encode() if isinstance(data, str) else data
    for report in known.reports:
        values = report.decode(frame)
        if values is not None:
            return told(BootsState(), values, known.codes)
    raise AssertionError(f"{frame!r} means nothing")


def test_esp32_cuff() -> None:
    """Lines of text: cycles are started, stop, and the phases are told."""
    cuff = definition("esp32_cuff")
    assert cuff.encode("start", {"minutes": 3}) == [b"CYCLES:6"]
    assert cuff.encode("stop", {}) == [b"STOP"]
    for word, phase in (
        ("INFLATE", Phase.INFLATING),
        ("HOLD", Phase.HOLDING),
        ("DEFLATE", Phase.RELEASING),
        ("RELAX", Phase.RESTING),
        ("IDLE", Phase.IDLE),
    ):
        assert said("esp32_cuff", f"Phase:{word}").phase is phase
    assert said("esp32_cuff", "INFLATE:7").phase is Phase.INFLATING
    over = said("esp32_cuff", "All cycles completed\r\n")
    assert (over.phase, over.end) == (Phase.IDLE, End.COMPLETED)


def test_theragun() -> None:
    """The sum of what follows it, right behind the first byte."""
    gun = definition("theragun_gen4")
    speed = 1750
    body = bytes([0x01, 0x03, *speed.to_bytes(2), 0x03])
    assert gun.encode("start", {"level": speed}) == [
        bytes([0xAA, sum(body) & 0xFF]) + body
    ]
    assert gun.encode("ask", {}) == [bytes.fromhex("AA 10 10 00")]
    # Running at byte 4, the speed at 13 and 14.
    body = bytes([0x10, 0, 1, *bytes(8), *(2100).to_bytes(2)])
    frame = bytes([0xBB, sum(body) & 0xFF]) + body
    assert frame[4] == 1
    assert frame[13:15] == (2100).to_bytes(2)
    state = said("theragun_gen4", frame)
    assert (state.phase, state.target_mmhg) == (Phase.INFLATING, 2)


def test_blockbluelight() -> None:
    """A length between two halves of the message, a sum over the middle."""
    panel = definition("blockbluelight")
    assert panel.encode("start", {}) == [bytes.fromhex("3A 01 20 00 01 01 23 0A")]
    assert panel.encode("ask", {}) == [bytes.fromhex("3A 01 10 00 00 11 0A")]
    middle = bytes([0x01, 0x10, 0x00, 5, 1, 0, 20, 0, 12])
    state = said("blockbluelight", bytes([0x2A, *middle, sum(middle) & 0xFF, 0x0A]))
    assert (state.phase, state.remaining_s) == (Phase.INFLATING, 12 * 60)


def test_far_harbour() -> None:
    """A CRC, a length, a counter, digits, bits and an answered challenge."""
    boots = definition("far_harbour")
    values = {"programme": 2, "target_mmhg": 40, "minutes": 15, "legs": 3}
    (frame,) = boots.encode("start", values, 0x1FF)
    body = bytes.fromhex("06 FF 10 02 28 15 03")
    assert frame[:8] == b"\xc5" + body
    assert frame[8:] == CHECKSUMS["crc16_modbus"].compute(body).to_bytes(2, "little")
    answer = boots.encode("answer", {"nonce": bytes.fromhex("01020304")})[0]
    assert answer[3:8] == bytes.fromhex("02 A1 59 A7 5B")
    body = bytes([0xA0, 0x81, 2, 40, 0x84, 0x03, 77, 38, 36, 39, 37])
    frame = boots.reports[0].frame.encode(body, 9)
    state = said("far_harbour", frame)
    assert (state.phase, state.battery_low) == (Phase.INFLATING, True)
    assert (state.remaining_s, state.battery_percent) == (900, 77)
    assert sorted(state.pressures_mmhg.items()) == [
        ("left", (38, 36)),
        ("right", (39, 37)),
    ]


@pytest.mark.parametrize("place", range(16))
def test_one_wrong_byte_is_noticed(place: int) -> None:
    """Whatever byte of a frame is wrong, it says nothing."""
    boots = definition("far_harbour")
    frame = bytearray(boots.reports[0].frame.encode(bytes([0xA0] + [0] * 10), 1))
    frame[place] ^= 0x40
    assert all(report.decode(bytes(frame)) is None for report in boots.reports)

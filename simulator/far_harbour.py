"""FarHarbour: invented boots that answer only who has answered their challenge.

**Invented for this project's tests; no such device exists.** Frames have a length, a
rolling counter and a CRC-16.
"""

from secrets import token_bytes
import struct
from typing import Any, ClassVar, override

from .air import Air
from .stranger import (
    CEILING_MMHG,
    HOLDING,
    IDLE,
    INFLATING,
    PAUSED,
    RELEASING,
    VENTING,
    Stranger,
)
from .witness import Witness

SILENCE_S = 10.0


def crc16_modbus(data: bytes) -> bytes:
    """Return the CRC of Modbus, low byte first; written anew here on purpose."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)


class FarHarbour(Stranger):
    """Invented: a length, a counter, a CRC-16, and a challenge before all else."""

    name = "FarHarbour 3"
    service = "5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d01"
    control = "5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d02"
    state = "5e11a9d0-7c3b-4e0e-9d55-0c2f6f6b1d03"
    vents_on_silence = True

    _PHASES: ClassVar = {
        IDLE: 0, INFLATING: 1, HOLDING: 2, RELEASING: 3, PAUSED: 5, VENTING: 6
    }  # fmt: skip

    def __init__(self, air: Air, witness: Witness, **more: Any) -> None:
        """Build it, with nobody trusted."""
        super().__init__(air, witness, **more)
        self._nonce = b""
        self._trusted = False
        self._expected: int | None = None
        self._number = 0
        self.alive_s: float | None = None
        """Who is connected has to say so as often (its own clock); None for need not."""
        self._alive_at_s = 0.0

    @override
    def greeted(self) -> None:
        self._nonce, self._trusted, self._expected = b"", False, None
        self._alive_at_s = self.body.clock_s

    def _frame(self, body: bytes) -> bytes:
        self._number = (self._number + 1) & 0xFF
        inner = bytes([len(body) + 1, self._number]) + body
        return b"\x5c" + inner + crc16_modbus(inner)

    @override
    def report(self) -> bytes:
        minutes = struct.pack("<H", max(0, round(self.remaining_s)))
        return self._frame(
            bytes([0xA0, self._PHASES[self.phase], self.programme, self.target_mmhg])
            + minutes
            + bytes([80, *self.pressures(0), *self.pressures(1)])
        )

    @override
    def written(self, data: bytes) -> None:
        if len(data) < 6 or data[0] != 0xC5 or data[-2:] != crc16_modbus(data[1:-2]):
            self.witness.record("refused", why="frame")
            return
        number, body = data[2], data[3:-2]
        if data[1] != len(body) + 1:
            self.witness.record("refused", why="length")
            return
        if self._expected is not None and (number - self._expected) & 0x80:
            # What comes late, or twice, is never carried out. But for a stop.
            self.witness.record("refused", why="counter")
            if body[0] != 0x11:
                return
        else:
            self._expected = (number + 1) & 0xFF
        self._do(body[0], body[1:])

    def _do(self, opcode: int, rest: bytes) -> None:
        if opcode == 0x01:
            self._nonce = token_bytes(4)
            self.tell(self._frame(b"\x81" + self._nonce))
        elif opcode == 0x02:
            answer = bytes(b ^ (0x5A, 0xA5)[i % 2] for i, b in enumerate(self._nonce))
            self._trusted = bool(answer) and rest == answer[::-1]
            self.tell(self._frame(bytes([0x82, self._trusted])))
        elif opcode == 0x11:
            self.halt()
            self.tell(self.report())
        elif not self._trusted:
            self.witness.record("refused", why="stranger")
        elif opcode == 0x10:
            minutes = int(rest[2:3].hex())
            legs = [leg for leg in (0, 1) if rest[3] >> leg & 1]
            self.begin(rest[0], rest[1], minutes * 60, legs)
        elif opcode == 0x14:
            self.target_mmhg = min(rest[0], CEILING_MMHG)
        elif opcode == 0x15:
            self.remaining_s = float(struct.unpack("<H", rest)[0])
        elif opcode == 0x12:
            self.pause()
        elif opcode == 0x13:
            self.resume()
        elif opcode == 0x20:
            self.tell(self.report())
        elif opcode == 0x21:
            self._alive_at_s = self.body.clock_s

    @override
    def told_the_time(self) -> None:
        silent = self.body.clock_s - self._heard_s > SILENCE_S
        if self.phase == IDLE:
            return
        if self.connection is None:
            if silent:
                self._let_out(VENTING, "lease_expired")
        elif self.alive_s is not None and (
            self.body.clock_s - self._alive_at_s > self.alive_s
        ):
            self._let_out(VENTING, "not_kept_alive")

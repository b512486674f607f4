"""QuietMill: invented boots that tell their state to whoever listens.

**Invented for this project's tests; no such device exists.**
"""

from typing import Any, ClassVar, override

from bumble import att

from .air import Air
from .stranger import HOLDING, IDLE, INFLATING, PAUSED, RELEASING, VENTING, Stranger
from .witness import Witness


class QuietMill(Stranger):
    """Invented: white-label boots with three levels, and a sum at the end.

    ``7E len 53 <phase> <level> <minutes> <battery> <count> sum`` once a second;
    ``7E 02 01 <level> <minutes> sum`` starts, ``7E 00 00 sum`` stops: the length counts
    what follows the opcode, and the sum in two's complement is over all after the 7E.
    """

    name = "QuietMill"
    service = "9c0f1e2a-51d4-4b7e-8f60-3a1b7c9d2e01"
    control = "9c0f1e2a-51d4-4b7e-8f60-3a1b7c9d2e02"
    state = "9c0f1e2a-51d4-4b7e-8f60-3a1b7c9d2e03"
    vents_on_silence = False
    levels: ClassVar = (30, 45, 60)

    _PHASES: ClassVar = {
        IDLE: 0, INFLATING: 1, HOLDING: 2, RELEASING: 3, PAUSED: 4, VENTING: 5
    }  # fmt: skip

    def __init__(self, air: Air, witness: Witness, **more: Any) -> None:
        """Build it at its first level."""
        super().__init__(air, witness, **more)
        self.level = 1
        self.raw: bytes | None = None
        """Said instead of the state."""
        self.refuses = False
        """Whether reading is an error."""
        self.refused = 0
        self._number = 0

    @override
    def report(self) -> bytes:
        if self.refuses:
            self.refused += 1
            raise att.ATT_Error(att.ErrorCode.UNLIKELY_ERROR)
        if self.raw is not None:
            return self.raw
        self._number = (self._number + 1) & 0xFF
        minutes = max(0, -int(-self.remaining_s // 60)) if self.phase else 0
        return self.framed(
            bytes([0x53, self._PHASES[self.phase], self.level, minutes, 91])
            + bytes([self._number])
        )

    @staticmethod
    def framed(body: bytes) -> bytes:
        """Put a message into a frame."""
        inner = bytes([len(body) - 1]) + body
        return b"\x7e" + inner + bytes([-sum(inner) & 0xFF])

    @override
    def written(self, data: bytes) -> None:
        if data[:1] != b"\x7e" or len(data) < 4 or sum(data[1:]) & 0xFF:
            self.witness.record("refused", why="frame")
        elif data[2] == 0:
            self.halt()
        elif data[2] == 1:
            self.set_level(data[3])
            self.begin(1, self.levels[self.level - 1], data[4] * 60, (0, 1))
        elif data[2] == 2:
            self.set_level(data[3])
        self.tell(self.report())

    def set_level(self, level: int) -> None:
        """Take a level, as by the button on it."""
        self.level = min(max(level, 1), len(self.levels))
        self.target_mmhg = self.levels[self.level - 1]

    @override
    def told_the_time(self) -> None:
        if not self.refuses:
            self.tell(self.report())

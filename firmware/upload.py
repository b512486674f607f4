"""A custom programme comes in parts (section 5); until it is complete, nothing changes."""

from . import crypto, obp
from .programme import Programme

SHORTEST = 7
LONGEST = 64

# Lowest and highest value of each byte: derived from, kind, gradient, hold, release,
# rest, reserved.
RANGES = ((1, 5), (0, 4), (0, 20), (0, 60), (1, 60), (0, 60), (0, 0))


class Upload:
    """What has arrived of a programme since its begin."""

    def __init__(self, length: int, checksum: int) -> None:
        """Expect ``length`` bytes with this CRC-16."""
        self.length = length
        self.checksum = checksum
        self._data = bytearray(length)
        self._there = bytearray(length)

    def part(self, offset: int, data: bytes) -> bool:
        """Take a part, in any order; return False where it does not fit."""
        if offset + len(data) > self.length:
            return False
        for i in range(len(data)):
            self._data[offset + i] = data[i]
            self._there[offset + i] = 1
        return True

    def complete(self) -> "bytes | None":
        """Return all bytes, or None where some are missing or the checksum is wrong."""
        data = bytes(self._data)
        if 0 in self._there or crypto.crc16(data) != self.checksum:
            return None
        return data


def out_of_range(data: bytes) -> "tuple[int, int] | None":
    """Return the position (from 1) and the limit of the first wrong byte, or None."""
    for i in range(SHORTEST):
        lowest, highest = RANGES[i]
        if data[i] < lowest:
            return i + 1, lowest
        if data[i] > highest:
            return i + 1, highest
    return None


def programme(data: bytes) -> Programme:
    """Return the programme that checked bytes describe."""
    return Programme(
        obp.CUSTOM, data[1], data[2], data[3], data[4], data[5], derived_from=data[0]
    )

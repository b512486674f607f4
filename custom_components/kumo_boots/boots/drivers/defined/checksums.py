"""Checksums by name: the family that such devices use.

The CRCs are those of the catalogue of parametrised CRC algorithms, under its names;
``check`` is the value over ``123456789``, which a test goes by.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import xor
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Checksum:
    """One way to make few bytes of many."""

    size: int
    """Bytes that it takes in a frame."""
    compute: Callable[[bytes], int]
    check: int
    """Over the digits 1 to 9 in ASCII."""


def _reflected(value: int, width: int) -> int:
    return int(f"{value:0{width}b}"[::-1], 2)


def _crc(
    width: int, polynomial: int, initial: int, final: int, check: int, *, reflect: bool
) -> Checksum:
    top, mask = 1 << (width - 1), (1 << width) - 1

    def row(byte: int) -> int:
        crc = byte << (width - 8)
        for _ in range(8):
            crc = (crc << 1) ^ (polynomial if crc & top else 0)
        return crc & mask

    table = tuple(row(byte) for byte in range(256))

    def compute(data: bytes) -> int:
        crc = initial
        for byte in data:
            byte = _reflected(byte, 8) if reflect else byte
            crc = ((crc << 8) & mask) ^ table[(crc >> (width - 8)) ^ byte]
        return (_reflected(crc, width) if reflect else crc) ^ final

    return Checksum(width // 8, compute, check)


CHECKSUMS: Mapping[str, Checksum] = MappingProxyType(
    {
        "sum8": Checksum(1, lambda data: sum(data) & 0xFF, 0xDD),
        "sum8_ones": Checksum(1, lambda data: ~sum(data) & 0xFF, 0x22),
        "sum8_twos": Checksum(1, lambda data: -sum(data) & 0xFF, 0x23),
        "xor8": Checksum(1, lambda data: reduce(xor, data, 0), 0x31),
        "sum16": Checksum(2, lambda data: sum(data) & 0xFFFF, 0x01DD),
        "crc8_smbus": _crc(8, 0x07, 0x00, 0x00, 0xF4, reflect=False),
        "crc8_maxim": _crc(8, 0x31, 0x00, 0x00, 0xA1, reflect=True),
        "crc8_nrsc_5": _crc(8, 0x31, 0xFF, 0x00, 0xF7, reflect=False),
        "crc8_sae_j1850": _crc(8, 0x1D, 0xFF, 0xFF, 0x4B, reflect=False),
        "crc8_rohc": _crc(8, 0x07, 0xFF, 0x00, 0xD0, reflect=True),
        "crc16_arc": _crc(16, 0x8005, 0x0000, 0x0000, 0xBB3D, reflect=True),
        "crc16_modbus": _crc(16, 0x8005, 0xFFFF, 0x0000, 0x4B37, reflect=True),
        "crc16_usb": _crc(16, 0x8005, 0xFFFF, 0xFFFF, 0xB4C8, reflect=True),
        "crc16_ibm_3740": _crc(16, 0x1021, 0xFFFF, 0x0000, 0x29B1, reflect=False),
        "crc16_xmodem": _crc(16, 0x1021, 0x0000, 0x0000, 0x31C3, reflect=False),
        "crc16_kermit": _crc(16, 0x1021, 0x0000, 0x0000, 0x2189, reflect=True),
        "crc16_ibm_sdlc": _crc(16, 0x1021, 0xFFFF, 0xFFFF, 0x906E, reflect=True),
        "crc16_spi_fujitsu": _crc(16, 0x1021, 0x1D0F, 0x0000, 0xE5CC, reflect=False),
    }
)
"""``crc16_ibm_3740`` is also called CCITT-FALSE, ``crc16_ibm_sdlc`` X-25."""

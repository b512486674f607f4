"""How numbers are written in bytes: the types of fields and placeholders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
import re
import struct
from types import MappingProxyType
from typing import Literal

from ...errors import ProtocolError


@dataclass(frozen=True, slots=True)
class Number:
    """A type of ``size`` bytes; both directions raise ``ProtocolError`` only."""

    size: int
    encode: Callable[[float], bytes]
    decode: Callable[[bytes], float]


def _integer(bits: int, order: Literal["little", "big"], *, signed: bool) -> Number:
    size = bits // 8

    def encode(value: float) -> bytes:
        try:
            return whole(value).to_bytes(size, order, signed=signed)
        except OverflowError as error:
            raise ProtocolError(f"{value} does not fit into {size} bytes") from error

    return Number(size, encode, lambda data: int.from_bytes(data, order, signed=signed))


def _bcd(bits: int, order: Literal["little", "big"]) -> Number:
    """Binary coded decimal: one digit per half byte."""
    size = bits // 8

    def encode(value: float) -> bytes:
        number = whole(value)
        if not 0 <= number < 100**size:
            raise ProtocolError(f"{value} does not fit into {size} bytes of digits")
        data = bytes.fromhex(f"{number:0{2 * size}}")
        return data if order == "big" else data[::-1]

    def decode(data: bytes) -> float:
        digits = (data if order == "big" else data[::-1]).hex()
        if not digits.isdecimal():
            raise ProtocolError(f"no digits: {digits}")
        return int(digits)

    return Number(size, encode, decode)


def _float(code: str) -> Number:
    def encode(value: float) -> bytes:
        try:
            return struct.pack(code, value)
        except (OverflowError, struct.error) as error:
            raise ProtocolError(f"{value} does not fit into 4 bytes") from error

    def decode(data: bytes) -> float:
        value: float = struct.unpack(code, data)[0]
        if not isfinite(value):
            raise ProtocolError(f"no number: {value}")
        return value

    return Number(4, encode, decode)


def _decimal(digits: int) -> Number:
    """Decimal digits in ASCII, with leading zeros."""

    def encode(value: float) -> bytes:
        number = whole(value)
        if not 0 <= number < 10**digits:
            raise ProtocolError(f"{value} does not fit into {digits} digits")
        return f"{number:0{digits}}".encode()

    def decode(data: bytes) -> float:
        if not data.isdigit():
            raise ProtocolError(f"no digits: {data.hex()}")
        return int(data)

    return Number(digits, encode, decode)


def whole(value: float) -> int:
    """Return a number that is whole; ``ProtocolError`` for one that is not."""
    if value != int(value):
        raise ProtocolError(f"{value} is not a whole number")
    return int(value)


def _all() -> dict[str, Number]:
    types: dict[str, Number] = {
        "u8": _integer(8, "big", signed=False),
        "s8": _integer(8, "big", signed=True),
        "bcd8": _bcd(8, "big"),
    }
    orders: tuple[tuple[str, Literal["little", "big"]], ...] = (
        ("le", "little"),
        ("be", "big"),
    )
    for suffix, order in orders:
        for bits in (16, 24, 32):
            types[f"u{bits}{suffix}"] = _integer(bits, order, signed=False)
            types[f"s{bits}{suffix}"] = _integer(bits, order, signed=True)
            types[f"bcd{bits}{suffix}"] = _bcd(bits, order)
    types["f32le"], types["f32be"] = _float("<f"), _float(">f")
    for digits in range(1, 6):
        types[f"digits{digits}"] = _decimal(digits)
    return types


NUMBERS: Mapping[str, Number] = MappingProxyType(_all())
"""``u``, ``s``: unsigned and signed; ``bcd``: a digit per half byte; ``f32``: IEEE 754;
``digits``: ASCII. ``le`` and ``be`` say which end comes first."""

RAW = re.compile(r"raw(\d{1,2})")
"""Bytes as they are, so many of them: what a handshake learns."""

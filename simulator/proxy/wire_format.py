"""Plaintext frames of the ESPHome native API: ``00 ‖ length ‖ type ‖ message``."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from aioesphomeapi.core import MESSAGE_TYPE_TO_PROTO

# Generated code, which has no types.
pb: Any = import_module("aioesphomeapi.api_pb2")
_NUMBERS = {message: number for number, message in MESSAGE_TYPE_TO_PROTO.items()}
_PREAMBLE = 0x00


class FrameError(Exception):
    """What arrives is not a plaintext frame."""


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def encode(message: Any) -> bytes:
    """Return the frame of a message of ``api_pb2``."""
    body: bytes = message.SerializeToString()
    kind = _NUMBERS[type(message)]
    return bytes([_PREAMBLE]) + _varint(len(body)) + _varint(kind) + body


class Decoder:
    """Cuts a byte stream into messages; skips types it does not know."""

    def __init__(self) -> None:
        """Start with nothing received."""
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Yield the messages completed by ``data``; raises FrameError."""
        self._buffer += data
        while (frame := self._cut()) is not None:
            kind, body = frame
            if message := MESSAGE_TYPE_TO_PROTO.get(kind):
                yield message.FromString(body)

    def _cut(self) -> tuple[int, bytes] | None:
        if not self._buffer:
            return None
        if self._buffer[0] != _PREAMBLE:
            # 01 is the encrypted variant, which this proxy does not offer.
            raise FrameError(f"preamble {self._buffer[0]:#04x}")
        position = 1
        numbers = []
        for _ in range(2):
            value = shift = 0
            while True:
                if position >= len(self._buffer):
                    return None
                byte = self._buffer[position]
                position += 1
                value |= (byte & 0x7F) << shift
                shift += 7
                if not byte & 0x80:
                    break
            numbers.append(value)
        length, kind = numbers
        if len(self._buffer) < position + length:
            return None
        body = bytes(self._buffer[position : position + length])
        del self._buffer[: position + length]
        return kind, body

"""A FlowIO's frames as pure functions; ``ProtocolError`` for what cannot be."""

from collections.abc import Iterable
import math
import struct

from ...errors import ProtocolError
from .profile import MMHG_PER_PSI, NOT_INITIALISED_PSI, Action

HIGHEST_PSI = 100.0
"""No such manifold holds that much."""


def command(action: Action, ports: Iterable[int]) -> bytes:
    """Return a command; ports from 1, as bits from 0.

    Without the third byte, which older firmware refuses, a pump runs at full power.
    """
    return bytes((action, sum(1 << port - 1 for port in ports)))


def decode_pressure(data: bytes) -> float:
    """Return an absolute pressure in mmHg: float32, PSI.

    ``60 22 66 41``, from a real device at rest, is 14.383 psi.
    """
    if len(data) != 4:
        raise ProtocolError(f"a pressure of {len(data)} bytes")
    (psi,) = struct.unpack("<f", data)
    if not math.isfinite(psi) or not 0 < psi < HIGHEST_PSI:
        at_fault = math.isclose(psi, NOT_INITIALISED_PSI, abs_tol=0.05)
        what = "the sensor is not initialised" if at_fault else "no pressure"
        raise ProtocolError(f"{psi} psi: {what}")
    return float(psi) * MMHG_PER_PSI


def decode_status(data: bytes) -> int:
    """Return what is open and what runs (``Status``; bits 0–4 are the ports)."""
    if len(data) != 2:
        raise ProtocolError(f"a status of {len(data)} bytes")
    return int.from_bytes(data, "little")


def decode_battery(data: bytes) -> int | None:
    """Return the charge in percent; None for what is none.

    A real device tells 102 of a full battery, which is shown as 100.
    """
    return min(100, data[0]) if len(data) == 1 else None

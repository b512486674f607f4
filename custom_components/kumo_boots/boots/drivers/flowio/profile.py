"""What a FlowIO is told and tells: UUIDs, actions and bits.

From the platform's public firmware and web clients (github.com/shtarbanov: the Arduino
libraries, ``FlowIO_Pneumatics.cpp`` for what an action does to the valves) and from a
client's dump of a real device's services.
"""

from collections.abc import Mapping
from enum import Flag, IntEnum
from types import MappingProxyType

_SERVICE = "0b0b0b0b-0b0b-0b0b-0b0b-00000000aa{:02x}"
_CHARACTERISTIC = "0b0b0b0b-0b0b-0b0b-0b0b-c{}000000aa{:02x}"
_STANDARD = "0000{}-0000-1000-8000-00805f9b34fb"

SERVICE = _SERVICE.format(4)
"""Control: by this the device is recognised, and by its name."""
LOCAL_NAME = "FlowIO_"
"""What its advertised name begins with."""

COMMAND = _CHARACTERISTIC.format(1, 4)
"""Write with response only: action, mask of ports."""
STATUS = _CHARACTERISTIC.format(2, 4)
"""What is open and what runs, u16 (``Status``)."""
PRESSURE = _STANDARD.format("2a6d")
"""Absolute pressure in the manifold, float32, PSI; ``ASK`` written to it asks for one."""
POWER_OFF = _CHARACTERISTIC.format(1, 1)
"""Minutes without a change until it switches itself off: u8, 0 at once, 255 never.

In an older firmware the same UUID can only be written, and any value switches off at
once: it must not be written before it could be read.
"""
BATTERY = _STANDARD.format("2a19")

NAMES: Mapping[str, str] = MappingProxyType(
    {
        COMMAND: "command",
        STATUS: "status",
        PRESSURE: "pressure",
        POWER_OFF: "power off",
        BATTERY: "battery",
    }
)

PORTS = 5
ALL = frozenset(range(1, PORTS + 1))
ASK = b"\x01"
NEVER_OFF = 0xFF

MMHG_PER_PSI = 51.714933
NOT_INITIALISED_PSI = 888.8
"""What the firmware tells while its sensor has not been set up."""


class Action(IntEnum):
    """What is done with the ports of the mask."""

    STOP = ord("!")
    """Pumps off, inlet and outlet closed, these ports closed: the air stays in."""
    INFLATE = ord("+")
    """Fills these ports and closes the others."""
    RELEASE = ord("^")
    """Opens these ports to the outside and closes the others."""
    OPEN = ord("o")
    """Opens these ports to the manifold, in addition to those that are open."""


class Status(Flag):
    """What is open and what runs; bits 0–4 are the ports."""

    INLET = 1 << 5
    OUTLET = 1 << 6
    PUMP_1 = 1 << 7
    PUMP_2 = 1 << 8

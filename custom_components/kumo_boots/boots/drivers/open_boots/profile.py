"""The numbers of the Open Boots Profile (docs/open-boots-profile.md)."""

from enum import IntEnum

from ...model import End, Fault, Phase, Programme

VERSION_MAJOR = 1

SERVICE = "dcc00001-8a2d-415f-90c5-c487a9ac566b"
CAPABILITIES = "dcc00002-8a2d-415f-90c5-c487a9ac566b"
STATE = "dcc00003-8a2d-415f-90c5-c487a9ac566b"
PRESSURES = "dcc00004-8a2d-415f-90c5-c487a9ac566b"
CONTROL = "dcc00005-8a2d-415f-90c5-c487a9ac566b"
AUTHORISATION = "dcc00006-8a2d-415f-90c5-c487a9ac566b"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
MANUFACTURER = "00002a29-0000-1000-8000-00805f9b34fb"
MODEL = "00002a24-0000-1000-8000-00805f9b34fb"
SERIAL = "00002a25-0000-1000-8000-00805f9b34fb"
FIRMWARE = "00002a26-0000-1000-8000-00805f9b34fb"

NAMES = {
    CAPABILITIES: "capabilities",
    STATE: "state",
    PRESSURES: "pressures",
    CONTROL: "control",
    AUTHORISATION: "authorisation",
    BATTERY: "battery",
    MANUFACTURER: "manufacturer",
    MODEL: "model",
    SERIAL: "serial",
    FIRMWARE: "firmware",
}


class Opcode(IntEnum):
    """Requests of the control point (section 4)."""

    STOP = 0x00
    OFFER = 0x01
    ARM = 0x02
    START = 0x03
    COMMIT = 0x04
    PAUSE = 0x05
    RESUME = 0x06
    SET = 0x07
    HEARTBEAT = 0x08
    PROGRAMME_BEGIN = 0x09
    PROGRAMME_PART = 0x0A
    PROGRAMME_COMMIT = 0x0B
    IDENTIFY = 0x0C
    CHILD_LOCK = 0x0D
    SET_PAIR_ID = 0x0E
    FORGET_ME = 0x0F


class Code(IntEnum):
    """Results of the control point (section 4)."""

    DONE = 0x00
    UNKNOWN_OPCODE = 0x01
    WRONG_LENGTH = 0x02
    NOT_AUTHORISED = 0x03
    WRONG_TAG = 0x04
    OLD_COUNTER = 0x05
    OUT_OF_RANGE = 0x06
    WRONG_PHASE = 0x07
    WRONG_NONCE = 0x08
    WRONG_SESSION = 0x09
    NOT_SUPPORTED = 0x0A
    NOT_OWNER = 0x0B
    BATTERY_LOW = 0x0C
    NOT_WORN = 0x0D
    WRONG_PROGRAMME = 0x0E
    FAULTED = 0x0F


class SetField(IntEnum):
    """What the request *set* can change (section 4)."""

    TARGET = 1
    REMAINING = 2
    SKIP = 3
    BOOST = 4


PHASES = (
    Phase.IDLE,
    Phase.OFFERED,
    Phase.ARMED,
    Phase.INFLATING,
    Phase.HOLDING,
    Phase.RELEASING,
    Phase.RESTING,
    Phase.PAUSED,
    Phase.VENTING,
    Phase.FAULT,
)
ENDS = (
    End.NONE,
    End.COMPLETED,
    End.STOPPED,
    End.STOPPED_ON_BOOTS,
    End.LEASE_EXPIRED,
    End.FAULT,
    End.PAUSED_TOO_LONG,
    End.NOT_COMMITTED,
    End.RESTARTED,
)
FAULTS = (
    Fault.OVER_PRESSURE,
    Fault.NOT_FILLING,
    Fault.NOT_EMPTYING,
    Fault.SENSOR,
    Fault.BATTERY,
    Fault.PUMP,
    Fault.RESTARTED,
)
PROGRAMMES = {
    1: Programme.RELAX,
    2: Programme.WAVE,
    3: Programme.SQUEEZE,
    4: Programme.PULSE,
    5: Programme.FOCUS,
}
NUMBERS = {programme: number for number, programme in PROGRAMMES.items()}
CUSTOM = 15
KINDS = {
    Programme.RELAX: 0,
    Programme.WAVE: 1,
    Programme.SQUEEZE: 2,
    Programme.PULSE: 3,
    Programme.FOCUS: 4,
}
"""How the zones follow each other in each programme (section 5)."""
GRADIENTS_MMHG = {
    Programme.RELAX: 5,
    Programme.WAVE: 5,
    Programme.SQUEEZE: 0,
    Programme.PULSE: 5,
    Programme.FOCUS: 0,
}
"""How much less each chamber gets than the one below it (section 5)."""

ORIGIN_NONE = 0
ORIGIN_CONTROLLER = 1
ORIGIN_BOOTS = 2
UNKNOWN_PRESSURE = 0x7FFF
TARGET_MAX_MMHG = 240
"""No unit has a higher ceiling (section 2)."""
LEASE_S = 10
"""What every unit of this major version has; more would be a promise that nobody
checked (section 2)."""
SERIAL_BYTES = 20
"""The longest serial number (R1)."""
DELAY_MAX_MS = 1000
OFFER_MAX_S = 3600
PART_BYTES = 7
"""The most a *programme part* carries."""
NONCE_S = 3.0
"""Life of a nonce (R16); what the capabilities say counts."""

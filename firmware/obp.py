"""The Open Boots Profile's numbers and frames, as docs/open-boots-profile.md sets them.

Only names, constants and packing; what they mean for a unit is in the other modules.
"""

import struct

VERSION_MAJOR = 1
VERSION_MINOR = 0

# Section 1
SERVICE = "dcc00001-8a2d-415f-90c5-c487a9ac566b"
CAPABILITIES = "dcc00002-8a2d-415f-90c5-c487a9ac566b"
STATE = "dcc00003-8a2d-415f-90c5-c487a9ac566b"
PRESSURES = "dcc00004-8a2d-415f-90c5-c487a9ac566b"
CONTROL = "dcc00005-8a2d-415f-90c5-c487a9ac566b"
AUTHORISATION = "dcc00006-8a2d-415f-90c5-c487a9ac566b"
UNAUTHORISED_MS = 10_000  # R6

# Section 2
FEATURE_PAUSE = 1 << 0
FEATURE_ZONE_SKIP = 1 << 1
FEATURE_ZONE_BOOST = 1 << 2
FEATURE_CUSTOM = 1 << 3
FEATURE_WORN = 1 << 4
FEATURE_CHILD_LOCK = 1 << 5
FEATURE_HEAT = 1 << 6
FEATURE_IDENTIFY = 1 << 7
FEATURE_CHARGING = 1 << 8
FEATURE_START_BUTTON = 1 << 9
LEASE_MS = 10_000
NONCE_MS = 3_000

# Section 3: phases
IDLE = 0
OFFERED = 1
ARMED = 2
INFLATING = 3
HOLDING = 4
RELEASING = 5
RESTING = 6
PAUSED = 7
VENTING = 8
FAULT = 9
CYCLING = (INFLATING, HOLDING, RELEASING, RESTING)
RUNNING = (INFLATING, HOLDING, RELEASING, RESTING, PAUSED)
PHASES = (
    "idle",
    "offered",
    "armed",
    "inflating",
    "holding",
    "releasing",
    "resting",
    "paused",
    "venting",
    "fault",
)

# Fault flags
OVER_PRESSURE = 1 << 0
NOT_FILLING = 1 << 1
NOT_EMPTYING = 1 << 2
SENSOR_FAILS = 1 << 3
BATTERY_EXHAUSTED = 1 << 4
PUMP_FAILS = 1 << 5
RESTARTED = 1 << 6
BLOCKING = 0x3F  # R29
FAULTS = (
    "over_pressure",
    "not_filling",
    "not_emptying",
    "sensor",
    "battery",
    "pump",
    "restarted",
)

# How a session ended
END_NONE = 0
END_COMPLETED = 1
END_STOPPED = 2
END_ON_BOOTS = 3
END_LEASE = 4
END_FAULT = 5
END_PAUSED = 6
END_NOT_COMMITTED = 7
END_RESTARTED = 8
ENDS = (
    "none",
    "completed",
    "stopped",
    "stopped_on_boots",
    "lease_expired",
    "fault",
    "paused_too_long",
    "not_committed",
    "restarted",
)

ORIGIN_NONE = 0
ORIGIN_CONTROLLER = 1
ORIGIN_BOOTS = 2
NO_SLOT = 0xFF

# Section 4: opcodes
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
OPCODES = (
    "stop",
    "offer",
    "arm",
    "start",
    "commit",
    "pause",
    "resume",
    "set",
    "heartbeat",
    "programme begin",
    "programme part",
    "programme commit",
    "identify",
    "child lock",
    "set pair id",
    "forget me",
)
RESULT = 0x80
SET_TARGET = 1
SET_REMAINING = 2
SET_SKIP = 3
SET_BOOST = 4
COUNTER_BYTES = 2
TAG_BYTES = 8
DELAY_LIMIT_MS = 1000
OFFER_LIMIT_S = 3600
ACCEPTED_MS = 10_000  # R25

# Result codes
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
CODES = (
    "done",
    "unknown opcode",
    "wrong length",
    "this connection is not authorised",
    "wrong tag",
    "counter not greater than the last",
    "out of range",
    "not in this phase",
    "wrong, used or expired nonce",
    "not this session",
    "not supported",
    "the session belongs to another controller",
    "battery too low",
    "the boots are not worn",
    "checksum or length of the programme is wrong",
    "fault; must be cleared on the boots",
)

# Section 5
EMPTY_MMHG = 5  # R10
BOOST_MMHG = 10
UNKNOWN_PRESSURE = 0x7FFF
CUSTOM = 15
KINDS = ("sequential", "wave", "simultaneous", "pulse", "focus")
KIND_SEQUENTIAL = 0
KIND_WAVE = 1
KIND_SIMULTANEOUS = 2
KIND_PULSE = 3
KIND_FOCUS = 4
FULL_AFTER_MS = 12_000
PAUSE_LIMIT_MS = 600_000  # R20
VENT_LIMIT_MS = 30_000  # R10
HELD_MMHG = 20  # R27
HELD_LIMIT_MS = 90_000

# Section 6
WINDOW_MS = 60_000
AUTH_WINDOW_CLOSED = 0x01
AUTH_SLOTS_TAKEN = 0x02
AUTH_BAD_KEY = 0x03
AUTH_WRONG_CONFIRMATION = 0x04
AUTH_UNEXPECTED = 0x05
AUTH_UNKNOWN_SLOT = 0x06
AUTH_WRONG_PROOF = 0x07
AUTH_STRIKES = 3  # R35
AUTH_ERRORS = {
    1: "window closed",
    2: "all slots taken",
    3: "bad public key",
    4: "wrong confirmation",
    5: "frame not expected now or of wrong length",
    6: "unknown slot",
    7: "wrong proof",
}


def pack_state(
    sequence: int,
    phase: int,
    zones: int,
    target: int,
    remaining_s: int,
    cycles: int,
    faults: int,
    origin: int,
    slot: int,
    session: int,
    programme: int,
    flags: int,
    end: int,
    skip: int,
    boost: int,
    peak: int,
) -> bytes:
    """Return the 20 bytes of a state frame; arguments in the order of section 3."""
    return struct.pack(
        "<BBBBHHHBBHBBBBBB",
        sequence,
        phase,
        zones,
        target,
        remaining_s,
        cycles,
        faults,
        origin,
        slot,
        session,
        programme,
        flags,
        end,
        skip,
        boost,
        peak,
    )


def pack_pressures(
    sequence: int, leg: int, zones: int, values: "list[float | None]"
) -> bytes:
    """Return a pressures frame; values in mmHg, None where not known."""
    frame = struct.pack("<BBBB", sequence, leg, zones, len(values))
    for value in values:
        tenths = UNKNOWN_PRESSURE
        if value is not None and value == value:  # not a number: not known
            tenths = round(10 * max(-3276.0, min(3276.0, value)))
        frame += struct.pack("<h", tenths)
    return frame


def pack_result(opcode: int, number: int, code: int, data: bytes = b"") -> bytes:
    """Return the frame that answers a request."""
    return bytes([(opcode | RESULT) & 0xFF, number, code]) + data


def peak_mmhg(values: "list[float | None]") -> int:
    """Return the highest pressure as byte 19 tells it: rounded up, 0 to 255."""
    highest = 0
    for value in values:
        if value is not None and value > highest:
            highest = 255 if value >= 255 else -int(-value // 1)
    return highest

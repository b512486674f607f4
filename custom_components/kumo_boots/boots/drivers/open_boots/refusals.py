"""What a unit's refusal means, as an error that says so."""

import struct

from ...errors import (
    AuthorisationError,
    BatteryLowError,
    BootsError,
    BusyError,
    FaultedError,
    LimitError,
    NonceExpiredError,
    NotSupportedError,
    NotWornError,
    ProtocolError,
    RefusedError,
    WrongPhaseError,
)
from ...model import CYCLING, Phase
from . import profile
from .frames import Result
from .profile import Code, Opcode, SetField

_PARAMETERS: dict[Opcode, tuple[tuple[str, ...], str]] = {
    Opcode.OFFER: (("offer",), "<H"),
    Opcode.ARM: (
        ("programme", "target", "duration", "legs", "zones", "boost"),
        "<BBHBBB",
    ),
    Opcode.START: (("session", "nonce", "delay"), "<HIH"),
    Opcode.SET: (("session", "field", "value"), "<HBH"),
    Opcode.CHILD_LOCK: (("child_lock",), "<B"),
}
"""Names and packing of the parameters (section 4)."""
_UPLOADED = ("programme", "kind", "gradient", "hold", "release", "rest")
"""Names of a custom programme's bytes (R31)."""
_SET = {
    SetField.TARGET: "target",
    SetField.REMAINING: "remaining",
    SetField.SKIP: "zones",
    SetField.BOOST: "boost",
}
_REFUSALS: dict[int, type[RefusedError]] = {
    Code.UNKNOWN_OPCODE: NotSupportedError,
    Code.WRONG_PHASE: WrongPhaseError,
    Code.WRONG_NONCE: NonceExpiredError,
    Code.WRONG_SESSION: WrongPhaseError,
    Code.NOT_SUPPORTED: NotSupportedError,
    Code.NOT_OWNER: BusyError,
    Code.BATTERY_LOW: BatteryLowError,
    Code.NOT_WORN: NotWornError,
    Code.FAULTED: FaultedError,
}
_BUSY = CYCLING | {Phase.PAUSED}


def refusal(opcode: Opcode, parameters: bytes, result: Result) -> BootsError:
    """Return the error for a result that is not *done*."""
    code, data = result.code, result.data
    if code in (Code.NOT_AUTHORISED, Code.WRONG_TAG):
        return AuthorisationError(code=code)
    if code in (Code.WRONG_LENGTH, Code.OLD_COUNTER, Code.WRONG_PROGRAMME):
        return ProtocolError(f"the unit refused {opcode.name} with code {code}")
    if code == Code.OUT_OF_RANGE:
        return _out_of_range(opcode, parameters, data)
    kind = _REFUSALS.get(code, RefusedError)
    values: dict[str, str] = {}
    if code == Code.WRONG_PHASE:
        phase = profile.PHASES[data[0]] if data[:1] and data[0] < 10 else Phase.UNKNOWN
        values["phase"] = phase
        if opcode in (Opcode.OFFER, Opcode.ARM) and phase in _BUSY:
            kind = BusyError
    if code == Code.FAULTED and len(data) >= 2:
        (flags,) = struct.unpack_from("<H", data)
        values["faults"] = ", ".join(
            fault for bit, fault in enumerate(profile.FAULTS) if flags >> bit & 1
        )
    error = kind(code=code)
    error.values.update(values)
    return error


def _out_of_range(opcode: Opcode, parameters: bytes, data: bytes) -> LimitError:
    """Name the parameter and the limit that was passed, as far as they are told."""
    if len(data) < 3:
        return LimitError(field="", value=0, minimum=0, maximum=0, step=1)
    position, limit = struct.unpack_from("<BH", data)
    names, packing = _PARAMETERS.get(opcode, (_UPLOADED, ""))
    sent: tuple[int, ...] = struct.unpack(packing, parameters) if packing else ()
    index = position - 1
    field = names[index] if 0 <= index < len(names) else ""
    value = sent[index] if 0 <= index < len(sent) else limit
    if opcode is Opcode.SET:
        field, value = _SET[SetField(sent[1])], sent[2]
    low = value < limit
    return LimitError(
        field=field,
        value=value,
        minimum=limit if low else 0,
        maximum=max(value, limit) if low else limit,
        step=1,
    )

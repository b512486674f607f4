"""A unit's refusal becomes an error that says what is wrong."""

import pytest

from custom_components.kumo_boots.boots import errors
from custom_components.kumo_boots.boots.drivers.open_boots.frames import (
    Result,
    arm_parameters,
    set_parameters,
)
from custom_components.kumo_boots.boots.drivers.open_boots.profile import (
    Code,
    Opcode,
    SetField,
)
from custom_components.kumo_boots.boots.drivers.open_boots.refusals import refusal
from custom_components.kumo_boots.boots.model import Programme, Settings

SETTINGS = Settings(programme=Programme.RELAX, target_mmhg=40, duration_s=900)
ARM = arm_parameters(SETTINGS, custom=False)


def refused(
    code: int, data: bytes = b"", opcode: Opcode = Opcode.ARM, parameters: bytes = ARM
) -> errors.BootsError:
    """Return the error for a code."""
    return refusal(opcode, parameters, Result(opcode, 1, code, data))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (Code.UNKNOWN_OPCODE, errors.NotSupportedError),
        (Code.WRONG_LENGTH, errors.ProtocolError),
        (Code.NOT_AUTHORISED, errors.AuthorisationError),
        (Code.WRONG_TAG, errors.AuthorisationError),
        (Code.OLD_COUNTER, errors.ProtocolError),
        (Code.OUT_OF_RANGE, errors.LimitError),
        (Code.WRONG_PHASE, errors.WrongPhaseError),
        (Code.WRONG_NONCE, errors.NonceExpiredError),
        (Code.WRONG_SESSION, errors.WrongPhaseError),
        (Code.NOT_SUPPORTED, errors.NotSupportedError),
        (Code.NOT_OWNER, errors.BusyError),
        (Code.BATTERY_LOW, errors.BatteryLowError),
        (Code.NOT_WORN, errors.NotWornError),
        (Code.WRONG_PROGRAMME, errors.ProtocolError),
        (Code.FAULTED, errors.FaultedError),
        (0x77, errors.RefusedError),
    ],
)
def test_every_code(code: int, kind: type[errors.BootsError]) -> None:
    """The table of section 4, and codes of the future."""
    error = refused(code)
    assert type(error) is kind
    if isinstance(error, errors.RefusedError):
        assert error.values["code"] == code


def test_somebody_elses_session_is_busy() -> None:
    """Arm while a session runs."""
    busy = refused(Code.WRONG_PHASE, b"\x03")
    assert type(busy) is errors.BusyError
    assert busy.values == {"code": 7, "phase": "inflating"}
    assert type(refused(Code.WRONG_PHASE, b"\x08")) is errors.WrongPhaseError
    late = refused(Code.WRONG_PHASE, b"\x03", Opcode.RESUME)
    assert type(late) is errors.WrongPhaseError
    assert refused(Code.WRONG_PHASE, b"\x20").values["phase"] == "unknown"


def test_faults_are_named() -> None:
    """The flags of code 0F."""
    error = refused(Code.FAULTED, b"\x05\x00")
    assert error.values["faults"] == "over_pressure, not_emptying"


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b"\x02\x1e\x00", {"field": "target", "value": 40, "maximum": 30}),
        (b"\x02\x32\x00", {"field": "target", "value": 40, "minimum": 50}),
        (b"\x03\x3c\x00", {"field": "duration", "value": 900, "maximum": 60}),
        (b"\x63\x3c\x00", {"field": "", "value": 60}),
        (b"\x02", {"field": "", "value": 0}),
    ],
)
def test_limit_that_was_passed(data: bytes, values: dict[str, object]) -> None:
    """Position and limit of code 06."""
    error = refused(Code.OUT_OF_RANGE, data)
    assert values.items() <= error.values.items()


def test_limit_of_other_requests() -> None:
    """*Set* names its field; an uploaded programme its byte; others nothing."""
    parameters = set_parameters(1, SetField.REMAINING, 5000)
    error = refused(Code.OUT_OF_RANGE, b"\x03\x10\x0e", Opcode.SET, parameters)
    assert error.values["field"] == "remaining"
    assert error.values["value"] == 5000
    assert error.values["maximum"] == 3600
    error = refused(Code.OUT_OF_RANGE, b"\x05\x3c\x00", Opcode.PROGRAMME_COMMIT, b"")
    assert error.values["field"] == "release"

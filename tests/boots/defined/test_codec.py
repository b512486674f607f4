"""Numbers, checksums, frames, templates: pure functions, pushed at random."""

from contextlib import suppress

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.kumo_boots.boots.drivers.defined.checksums import CHECKSUMS
from custom_components.kumo_boots.boots.drivers.defined.framing import Frame
from custom_components.kumo_boots.boots.drivers.defined.framing_parts import frame_of
from custom_components.kumo_boots.boots.drivers.defined.numbers import NUMBERS
from custom_components.kumo_boots.boots.drivers.defined.reports import (
    WORDS,
    Codes,
    Meaning,
    told,
)
from custom_components.kumo_boots.boots.drivers.defined.templates import (
    TemplateError,
    bytes_template,
    text_template,
)
from custom_components.kumo_boots.boots.errors import ProtocolError
from custom_components.kumo_boots.boots.model import BootsState, Programme, Side

from .fixtures import NAMES, definition

KNOWN = {name: definition(name) for name in NAMES}


@pytest.mark.parametrize("name", CHECKSUMS)
def test_checksums_are_those_of_the_catalogue(name: str) -> None:
    """By the check value that belongs to the name."""
    checksum = CHECKSUMS[name]
    assert checksum.compute(b"123456789") == checksum.check
    assert checksum.compute(b"") < 1 << 8 * checksum.size


def test_a_sum_in_twos_complement_makes_zero() -> None:
    """What it is for: everything and the sum add up to nothing."""
    data = bytes(range(77))
    assert (sum(data) + CHECKSUMS["sum8_twos"].compute(data)) & 0xFF == 0


@given(st.sampled_from(sorted(NUMBERS)), st.binary(min_size=5, max_size=5))
def test_numbers_never_raise_anything_else(name: str, data: bytes) -> None:
    """Any bytes are a number, or a protocol error; and the number makes the bytes."""
    number = NUMBERS[name]
    data = data[: number.size]
    if len(data) < number.size:
        data = data.ljust(number.size, b"\0")
    try:
        value = number.decode(data)
    except ProtocolError:
        return
    assert number.encode(value) == data or value == 0


@given(st.sampled_from(sorted(NUMBERS)), st.integers(-(2**40), 2**40))
def test_numbers_that_do_not_fit_are_refused(name: str, value: int) -> None:
    """Nothing is cut off silently."""
    number = NUMBERS[name]
    try:
        data = number.encode(value)
    except ProtocolError:
        return
    assert len(data) == number.size
    assert name.startswith("f32") or number.decode(data) == value


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_there_and_back(name: str) -> None:
    """The least, the most, and one too many."""
    number = NUMBERS[name]
    for value in (0, 7):
        assert number.decode(number.encode(value)) == value
    with pytest.raises(ProtocolError):
        number.encode(10**40)


def test_half_a_minute_is_no_whole_number() -> None:
    """A fraction is refused where only whole numbers fit."""
    with pytest.raises(ProtocolError):
        NUMBERS["u8"].encode(1.5)


@given(st.binary(max_size=40))
def test_reports_never_raise_anything_else(data: bytes) -> None:
    """Whatever comes in: values, nothing, or a protocol error."""
    for known in KNOWN.values():
        for report in known.reports:
            # As it comes, and as the body of a frame that is right.
            for frame in (data, report.frame.encode(data.rjust(2, b"\0"), 0)):
                try:
                    values = report.decode(frame)
                    if values is not None:
                        told(BootsState(), values, known.codes)
                except ProtocolError:
                    pass


CODES = Codes(programmes={Programme.RELAX: 1}, levels={1: 1, 2: 2}, legs={Side.LEFT: 1})
NUMBER = st.floats(allow_nan=True, allow_infinity=True)


# How fast words are made up depends on who else is at work.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from([*WORDS, "nonce"]),
        NUMBER | st.text(max_size=3) | st.binary(max_size=3) | st.tuples(NUMBER),
    )
)
def test_states_never_raise_anything_else(values: dict[str, object]) -> None:
    """Values of any kind make a state, or a protocol error."""
    words = {w for w, (meaning, _) in WORDS.items() if meaning is Meaning.WORD}
    said = {
        name: value
        for name, value in values.items()
        # A map has been checked by the loader: only its words come out.
        if name not in words or (name == "programme" and not isinstance(value, str))
    }
    with suppress(ProtocolError):
        told(BootsState(), said, CODES)  # type: ignore[arg-type]


PARTS: list[dict[str, object]] = [
    {"fixed": b"\xa5"},
    {"head": 2},
    {"length": 1, "over": ("head", "payload"), "add": 1},
    {"counter": 2, "order": "little"},
    {"payload": "all"},
    {"checksum": "crc16_arc", "over": ("head", "payload")},
    {"checksum": "xor8", "over": ("fixed", "checksum"), "name": "second"},
]


def framed() -> Frame:
    """Return a frame with everything in it."""
    return frame_of(PARTS, ("frames", "all"))


@given(st.binary(min_size=2, max_size=60), st.integers(0, 65535))
def test_frames_come_back(body: bytes, counter: int) -> None:
    """What is framed is what is found in the frame."""
    assert framed().decode(framed().encode(body, counter)) == body


@given(st.binary(max_size=80))
def test_frames_never_raise_anything_else(data: bytes) -> None:
    """Any bytes are a frame, or a protocol error."""
    with suppress(ProtocolError):
        framed().decode(data)


def test_frames_refuse_what_does_not_fit() -> None:
    """Too short for the head, too long for the length."""
    with pytest.raises(ProtocolError, match="at least 2 bytes"):
        framed().encode(b"\0")
    with pytest.raises(ProtocolError, match="does not fit into the length"):
        framed().encode(bytes(300))
    assert framed().counts == 65536


def test_templates() -> None:
    """Bytes and text, with values that are changed on the way."""
    template = bytes_template("aa {seconds:u16le/60} {n|add=1|invert|checksum=sum8} 0B")
    assert template.names == {"seconds", "n"}
    assert template.fill({"seconds": 600, "n": b"\x01\x02"}) == bytes.fromhex(
        "AA 0A 00 F9 0B"
    )
    assert text_template("T{minutes:digits3};").fill({"minutes": 7}) == b"T007;"
    assert text_template("{level}").fill({"level": 3}) == b"3"
    with pytest.raises(ProtocolError, match="level is not known"):
        text_template("{level}").fill({})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A", "not bytes in hexadecimal"),
        ("{level}", "needs a type"),
        ("{nonce*2}", "needs a type"),
        ("{level:u9}", "no type 'u9'"),
        ("{n|swap}", "no change 'swap'"),
        ("{n|xor}", "xor needs bytes"),
        ("{n|xor=5}", "xor needs bytes"),
        ("{n|add=x}", "add needs a number"),
        ("{n|checksum=crc}", "no checksum 'crc'"),
        ("{level", "not bytes"),
    ],
)
def test_templates_that_cannot_be_read(text: str, says: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(TemplateError, match=says):
        bytes_template(text)


def test_text_with_a_brace() -> None:
    """A brace is no text."""
    with pytest.raises(TemplateError, match="a place is written"):
        text_template("{level")

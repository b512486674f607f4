"""Frames of FlowIO, against a dump of a real device."""

from contextlib import suppress
import struct

from hypothesis import given, strategies as st
import pytest

from custom_components.kumo_boots.boots.driver import DRIVERS, Heard, driver_for
from custom_components.kumo_boots.boots.drivers.flowio import FlowIO, frames, profile
from custom_components.kumo_boots.boots.drivers.flowio.ambient import Ambient
from custom_components.kumo_boots.boots.drivers.flowio.profile import Action
from custom_components.kumo_boots.boots.errors import ProtocolError

PSI = 51.714933


def test_the_dump_of_a_real_device_at_rest() -> None:
    """``60 22 66 41`` is 14.383 psi."""
    mmhg = frames.decode_pressure(bytes.fromhex("60 22 66 41"))
    assert mmhg / PSI == pytest.approx(14.383, abs=0.001)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<f", float("nan")),
        struct.pack("<f", float("inf")),
        struct.pack("<f", 888.8),
        struct.pack("<f", -1.0),
        struct.pack("<f", 0.0),
        b"",
        b"\x60\x22\x66",
        b"\x60\x22\x66\x41\x00",
    ],
)
def test_what_is_no_pressure_is_none(data: bytes) -> None:
    """A sensor that is not initialised tells 888.8."""
    with pytest.raises(ProtocolError):
        frames.decode_pressure(data)


@given(st.binary(max_size=8))
def test_no_bytes_at_all_do_harm(data: bytes) -> None:
    """A value, or an error of ours."""
    for decode in (frames.decode_pressure, frames.decode_status):
        with suppress(ProtocolError):
            assert decode(data) >= 0
    percent = frames.decode_battery(data)
    assert percent is None or 0 <= percent <= 100


def test_commands_and_status() -> None:
    """Action and mask, bit 0 for port 1; status as u16."""
    assert frames.command(Action.RELEASE, profile.ALL) == b"^\x1f"
    assert frames.command(Action.INFLATE, {1}) == b"+\x01"
    assert frames.command(Action.STOP, {5, 1}) == b"!\x11"
    assert frames.command(Action.OPEN, {3}) == b"o\x04"
    assert frames.decode_status(b"\x21\x01") == 0x121
    with pytest.raises(ProtocolError):
        frames.decode_status(b"\x00")


def test_a_full_battery_of_102_percent() -> None:
    """Is shown as full; what is none is unknown."""
    assert frames.decode_battery(b"\x66") == 100
    assert frames.decode_battery(b"\x2a") == 42
    assert frames.decode_battery(b"") is None


def test_it_is_known_by_its_service_or_by_its_name() -> None:
    """Never by a bare vendor service."""
    heard = Heard(service_uuids=frozenset({profile.SERVICE}))
    assert driver_for(heard) is FlowIO is DRIVERS[profile.SERVICE]
    assert driver_for(Heard(name="FlowIO_gpio")) is FlowIO
    assert driver_for(Heard(name="Flow")) is None
    assert profile.SERVICE == "0b0b0b0b-0b0b-0b0b-0b0b-00000000aa04"
    assert profile.COMMAND == "0b0b0b0b-0b0b-0b0b-0b0b-c1000000aa04"
    said = FlowIO.advertised({})
    assert said is not None and not said.running and not said.pairing_open


def test_ambient_is_taken_when_it_is_stable() -> None:
    """Not while air flows, and not where nobody could breathe."""
    ambient = Ambient()
    for number in range(10):
        ambient.hear(number * 0.5, 800 - 10 * number)
    assert ambient.mmhg is None
    for number in range(10, 16):
        ambient.hear(number * 0.5, 744.0 + number % 2)
    assert ambient.mmhg == pytest.approx(744.5, abs=0.3)
    vacuum = Ambient()
    for number in range(10):
        vacuum.hear(number * 0.5, 100.0)
    assert vacuum.mmhg is None

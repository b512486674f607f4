"""The simulated FlowIO has the hazards of the real one."""

import struct

import pytest

from simulator.flowio import ALL, FlowIODevice


def passed(device: FlowIODevice, seconds: float) -> None:
    """Let time pass."""
    for _ in range(round(seconds / 0.05)):
        device.advance(0.05)


def psi(device: FlowIODevice) -> float:
    """Return what the sensor tells."""
    (value,) = struct.unpack("<f", device.pressure())
    return float(value)


@pytest.fixture
def device() -> FlowIODevice:
    """Return a device with port 2 filled, and closed."""
    device = FlowIODevice()
    device.connected()
    device.command(b"+\x02")
    passed(device, 7)
    device.command(b"!\x1f")
    return device


def test_at_rest_it_tells_the_dump_of_a_real_one() -> None:
    """14.383 psi, but for noise."""
    assert psi(FlowIODevice()) == pytest.approx(14.383, abs=0.01)


@pytest.mark.parametrize("how", ["stop", "disconnected", "connected", "off", "timer"])
def test_nothing_but_a_release_lets_air_out(device: FlowIODevice, how: str) -> None:
    """Stop closes, a link that begins or ends stops, and so does switching off."""
    held = device.body.highest_mmhg
    assert held > 20
    match how:
        case "stop":
            device.command(b"!\x1f")
        case "disconnected":
            device.disconnected()
        case "connected":
            device.connected()
        case "off":
            device.set_power_off(0)
        case "timer":
            device.off_after_min = 1
            passed(device, 61)
            assert not device.on
    passed(device, 10)
    assert device.body.highest_mmhg > held * 0.75
    assert device.valves.word == 0
    if device.on:
        device.command(b"^\x1f")
        passed(device, 10)
        assert device.body.highest_mmhg < 5


def test_inflating_a_port_closes_the_others(device: FlowIODevice) -> None:
    """And the sensor sees the open one only."""
    device.command(b"o\x02")
    passed(device, 0.1)
    full = psi(device)
    device.command(b"+\x01")
    assert device.valves.word == 0x01 | 1 << 5 | 3 << 7
    passed(device, 0.1)
    assert psi(device) < full
    device.command(b"c\x01")
    assert not device.valves.ports


def test_it_has_no_ceiling_and_a_timer_that_every_change_restarts() -> None:
    """Whoever drives it has to know when it is enough."""
    device = FlowIODevice()
    device.command(bytes((ord("+"), 1, 255)))
    passed(device, 60)
    assert device.body.highest_mmhg > 150
    device.off_after_min = 1
    device.command(b"+")
    device.command(bytes((ord("^"), ALL)))
    passed(device, 40)
    device.set_power_off(1)
    passed(device, 40)
    assert device.on
    passed(device, 30)
    assert not device.on
    device.command(b"+\x01")
    assert not device.valves.pump

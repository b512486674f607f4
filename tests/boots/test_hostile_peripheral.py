"""The library against a unit that means no good: it neither hangs, fails nor grows."""

import asyncio
from collections.abc import Iterator
import gc
from itertools import islice
import logging
import sys

import pytest

from custom_components.kumo_boots.boots.connection import FLOOD_AT_ONCE
from custom_components.kumo_boots.boots.drivers.open_boots import OpenBoots, profile
from custom_components.kumo_boots.boots.drivers.open_boots.handshake import (
    FRAMES_WAITING,
    Handshake,
)
from custom_components.kumo_boots.boots.errors import (
    LinkError,
    LinkTimeoutError,
    PairingError,
    ProtocolError,
    StopNotConfirmedError,
)
from custom_components.kumo_boots.boots.journal import FRAME_BYTES, FRAMES
from custom_components.kumo_boots.boots.link import CALM_FAILURES, LinkReason
from custom_components.kumo_boots.boots.model import Phase
from custom_components.kumo_boots.boots.session_state import SessionPhase
from firmware import obp
from simulator.hostile.frames import (
    IMPOSSIBLE,
    STRANGE,
    capabilities,
    every_result,
    hostile_frames,
)

from .rig import Rig
from .scripted import ScriptedGatt
from .wired import Wire, WiredBoots

OURS = "custom_components.kumo_boots"
WARM_UP = 10_000
HOSTILE_FRAMES = 100_000
MOST_GROWTH_BLOCKS = 5_000
"""Pieces of memory; one that was kept of every twentieth frame would be as many."""


def ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what we logged."""
    return [record for record in caplog.records if record.name.startswith(OURS)]


def pour(boots: WiredBoots, frames: Iterator[tuple[str, bytes]], count: int) -> None:
    """Have a unit notify frames at once, as long as it is linked."""
    for uuid, frame in islice(frames, count):
        if boots.backend is not None:
            boots.backend.deliver(uuid, frame)


async def trickle(
    rig: Rig, frames: Iterator[tuple[str, bytes]], count: int, a_second: int = 90
) -> None:
    """Have the first unit notify frames so slowly that it keeps its link."""
    for _ in range(0, count, 9):
        pour(rig.left, frames, 9)
        await asyncio.sleep(9 / a_second)
        # What the test notes itself is no growth of the library's.
        rig.events.clear()
        for boots in rig.boots:
            boots.written.clear()
            boots.facts.clear()


@pytest.mark.timeout(300)
async def test_a_hundred_thousand_hostile_frames_leave_nothing_behind(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    """Of every kind, in any order: no memory, no task, no log, no air."""
    rig = Rig(wire, units=1)
    rig.open_session()
    holding = rig.units[0].hold("test")
    await rig.connect()
    frames = hostile_frames()
    with caplog.at_level(logging.INFO, OURS):
        await trickle(rig, frames, WARM_UP)
        tasks, lines = len(asyncio.all_tasks()), len(ours(caplog))
        gc.collect()
        before = sys.getallocatedblocks()
        await trickle(rig, frames, HOSTILE_FRAMES)
        gc.collect()
        after = sys.getallocatedblocks()
    assert after - before < MOST_GROWTH_BLOCKS
    assert len(asyncio.all_tasks()) <= tasks + 2
    assert len(ours(caplog)) - lines < 100
    assert not [r for r in ours(caplog) if r.levelno > logging.WARNING]
    found = rig.units[0].journal.as_dict()["frames"]
    assert len(found) <= FRAMES * len(profile.NAMES)
    assert max(len(frame["hex"]) for frame in found) <= 2 * FRAME_BYTES
    assert rig.untouched
    holding()
    await rig.close()


async def test_a_flood_ends_the_link_with_a_reason_and_not_at_once_again(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever floods whenever they are linked is linked to ever more rarely."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    unit.hold("test")
    frames = hostile_frames()
    with caplog.at_level(logging.DEBUG, OURS):
        for _ in range(10):
            while not unit.connected:
                await asyncio.sleep(0.05)
            heard = []
            remove = unit.listen(lambda heard=heard: heard.append(1))
            pour(boots, frames, 10_000)
            assert not unit.connected
            assert len(heard) <= FLOOD_AT_ONCE
            remove()
            await asyncio.sleep(0.5)
            assert unit.link_status.reason is LinkReason.FLOODING
    assert wire.connects[-1] - wire.connects[-2] > 10
    down = [r for r in ours(caplog) if "not connected (flooding)" in r.getMessage()]
    assert len(down) <= CALM_FAILURES + 1
    # One line of what cannot be for each connection, and those of up and down.
    assert len(ours(caplog)) < 20


async def test_a_flood_while_connecting_has_the_same_reason(wire: Wire) -> None:
    """Before anything was read of it."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    unit.hold("test")

    def mangle(uuid: str, frame: bytes) -> list[bytes]:
        return [frame] * 2 * FLOOD_AT_ONCE

    boots.mangle = mangle
    with pytest.raises(LinkError):
        await unit.ready(10)
    await asyncio.sleep(0.5)
    assert unit.link_status.reason is LinkReason.FLOODING


async def test_a_stalled_proxy_that_lets_go_is_no_flood(wire: Wire) -> None:
    """All that a unit said in half a minute comes at once."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    unit.hold("test")
    await unit.ready(10)
    await asyncio.sleep(5)
    assert boots.backend is not None
    for number in range(25 * 12):
        boots.backend.deliver(profile.PRESSURES, bytes((number & 0xFF, 0, 0, 1, 9, 0)))
    assert unit.connected


async def test_stop_reaches_a_unit_that_floods(wire: Wire) -> None:
    """Written first over every connection; what is not confirmed is said not to be."""
    rig = Rig(wire, units=1)
    await rig.running()
    boots, frames = rig.left, hostile_frames()

    def mangle(uuid: str, frame: bytes) -> list[bytes]:
        return [frame, *(frame for _, frame in islice(frames, 2 * FLOOD_AT_ONCE))]

    boots.mangle = mangle
    with pytest.raises(StopNotConfirmedError):
        await rig.units[0].stop(5)
    assert boots.unit.phase in (obp.VENTING, obp.IDLE)
    await asyncio.sleep(30)
    assert rig.empty
    boots.mangle = None
    await rig.close()


async def test_a_session_goes_on_beside_junk_and_can_be_stopped(wire: Wire) -> None:
    """Frames that mean nothing are ignored; results of all requests fit none."""
    rig = Rig(wire)
    session = await rig.running()
    junk = [
        (profile.STATE, b"\xff" * 7),
        (profile.PRESSURES, b"\x00\x09\x00\xff"),
        (profile.AUTHORISATION, b"\x92" * 300),
        (profile.CONTROL, b"\x7f\x00\x00"),
    ]
    for _ in range(300):
        for uuid, frame in junk:
            assert rig.left.backend is not None
            rig.left.backend.deliver(uuid, frame)
        await asyncio.sleep(0.1)
    assert session.state.phase is SessionPhase.RUNNING
    assert rig.inflations == [1, 1]
    await asyncio.gather(*(unit.stop(60) for unit in rig.units))
    assert rig.empty
    await rig.close()


@pytest.mark.parametrize("lie", IMPOSSIBLE)
async def test_capabilities_that_cannot_be_end_the_attempt_but_not_a_stop(
    wire: Wire, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of them is believed; a stop is written before they are read."""
    boots = wire.add("left", legs=3)
    unit = wire.unit(boots)
    good = boots.read
    monkeypatch.setattr(
        boots,
        "read",
        lambda uuid: IMPOSSIBLE[lie] if uuid == profile.CAPABILITIES else good(uuid),
    )
    with pytest.raises(ProtocolError) as refusal:
        await unit.ready(10)
    assert b"PAIR".hex() not in str(refusal.value)
    assert unit.capabilities is None
    assert unit.link_status.reason is LinkReason.NOT_UNDERSTOOD
    with pytest.raises(StopNotConfirmedError):
        await unit.stop(5)
    assert boots.count(obp.STOP) >= 1


@pytest.mark.parametrize("lie", STRANGE)
async def test_capabilities_that_nobody_would_build_are_taken(
    wire: Wire, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whatever state comes with them names no zone that is not there."""
    boots = wire.add("left", legs=3)
    unit = wire.unit(boots)
    good = boots.read
    monkeypatch.setattr(
        boots,
        "read",
        lambda uuid: STRANGE[lie] if uuid == profile.CAPABILITIES else good(uuid),
    )
    await unit.ready(10)
    known = unit.capabilities
    assert known is not None
    zones = set(range(1, known.chambers + 1))
    states = (frame for frame in hostile_frames() if frame[0] == profile.STATE)
    for _ in range(30):
        pour(boots, states, 10)
        assert unit.state.active_zones <= zones
        assert unit.state.skipped <= zones
        assert unit.state.boosted is None or unit.state.boosted in zones
        await asyncio.sleep(0.2)
    assert unit.connected


async def test_a_unit_that_serves_another_leg_all_of_a_sudden(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right leg must not become a second left one."""
    boots = wire.add("left", legs=1)
    unit = wire.unit(boots)
    await unit.ready(10)
    monkeypatch.setattr(boots.unit, "read_capabilities", lambda: capabilities(legs=2))
    boots.drop_link()
    await asyncio.sleep(0.1)
    with pytest.raises(ProtocolError):
        await unit.ready(10)
    assert [side.value for side in unit.sides] == ["left"]


async def test_giant_strings_are_cut_and_a_giant_serial_is_refused(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more is shown than a person would read, and nothing that moves a cursor."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    good = boots.read
    said = {
        profile.MANUFACTURER: b"\x1b[2J\r\nERROR " + b"A" * 500,
        profile.MODEL: b"\xff" * 512,
        profile.FIRMWARE: b"\0" * 512,
    }
    monkeypatch.setattr(boots, "read", lambda uuid: said.get(uuid) or good(uuid))
    await unit.ready(10)
    identity = unit.identity
    assert identity is not None
    assert identity.manufacturer.startswith("[2JERROR AAA")
    assert len(identity.manufacturer) == len(identity.model) == 64
    assert identity.firmware == ""
    said[profile.SERIAL] = b"S" * 21
    other = wire.unit(boots)
    boots.drop_link()
    await asyncio.sleep(0.1)
    with pytest.raises(ProtocolError, match="a serial number of 21 bytes"):
        await other.ready(10)


async def test_handshake_frames_that_nobody_waits_for_are_not_kept() -> None:
    """However many, and however long."""
    handshake = Handshake(ScriptedGatt())
    for _ in range(100_000):
        handshake.notified(b"\x91" + bytes(16))
    assert handshake._frames.qsize() == FRAMES_WAITING


async def test_pairing_ends_though_the_window_opens_and_closes_for_ever() -> None:
    """The unit says so again and again; a person waits for an end."""
    gatt = ScriptedGatt()
    handshake = Handshake(gatt)

    async def write(uuid: str, data: bytes, *, response: bool) -> None:
        await asyncio.sleep(0.05)
        handshake.notified(b"\x8f\x01")
        handshake.notified(b"\x85")

    gatt.write = write  # type: ignore[method-assign]
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(PairingError):
        await handshake.pair(b"OB-1", 60)
    assert loop.time() - began < 75


async def test_a_result_of_another_request_is_none(wire: Wire) -> None:
    """The number alone is not enough; the results of all requests hurt nobody."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    await unit.ready(10)
    boots.mangle = lambda uuid, frame: (
        [bytes((frame[0] ^ 1, *frame[1:]))] if uuid == profile.CONTROL else [frame]
    )
    with pytest.raises(LinkTimeoutError):
        await unit.identify()
    boots.mangle = None
    await asyncio.sleep(10)
    for frame in islice(every_result(), FLOOD_AT_ONCE // 2):
        assert boots.backend is not None
        boots.backend.deliver(profile.CONTROL, frame)
    assert isinstance(unit._driver, OpenBoots)
    assert unit._driver._control._results == {}
    await unit.identify()
    assert unit.state.phase is Phase.IDLE

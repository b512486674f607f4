"""What diagnostics show (pain 15: weak diagnostics)."""

import json

from bleak.backends.device import BLEDevice

from custom_components.kumo_boots.boots.connecting import source_of
from custom_components.kumo_boots.boots.driver import ControllerKey
from custom_components.kumo_boots.boots.drivers.open_boots import profile
from custom_components.kumo_boots.boots.journal import FRAMES, Journal

from .wired import Wire


def test_rings_are_bounded_and_apart() -> None:
    """Pressures, eight a second, do not push out the commands."""
    journal = Journal(names={"c": "control"}, attempts=2)
    journal.frame("written", "c", b"\x02\x01")
    for number in range(1000):
        journal.frame("notified", "p", bytes((number & 0xFF,)))
    for number in range(3):
        journal.attempt(result="failed", reason=str(number), duration_s=1, source="")
    found = journal.as_dict()
    assert found["frames"][0]["characteristic"] == "control"
    assert found["frames"][0]["hex"] == "0201"
    assert len(found["frames"]) == FRAMES + 1
    assert [attempt["reason"] for attempt in found["attempts"]] == ["1", "2"]


async def test_pain_15_diagnostics_hold_no_secret(wire: Wire) -> None:
    """Frames, attempts and the link's history, but nothing of the key exchange."""
    boots = wire.add("left")
    key: ControllerKey = boots.learn()
    unit = wire.unit(boots, key=key)
    await unit.identify()
    found = unit.diagnostics()
    text = json.dumps(found)
    names = {frame["characteristic"] for frame in found["frames"]}
    assert {"control", "state", "capabilities", "authorisation"} <= names
    assert key.secret.hex() not in text
    for frame in found["frames"]:
        if frame["characteristic"] == "authorisation":
            assert frame["hex"].startswith("redacted (")
    assert found["link"][-1]["state"] == "ready"
    assert found["held_for"] == []
    directions = {frame["direction"] for frame in found["frames"]}
    assert directions == {"read", "written", "notified"}
    await unit.stop(5)
    frames = unit.journal.as_dict()["frames"]
    assert any(frame["direction"] == "sent" for frame in frames)
    assert profile.CONTROL not in json.dumps(frames)


def test_source_of_a_device() -> None:
    """A proxy's name, an adapter's path, or nothing."""
    assert source_of(None) == ""
    assert source_of(BLEDevice("a", "n", {"source": "proxy"})) == "proxy"
    assert (
        source_of(BLEDevice("a", "n", {"path": "/org/bluez/hci0"})) == "/org/bluez/hci0"
    )
    assert source_of(BLEDevice("a", "n", None)) == ""
    assert source_of(BLEDevice("a", "n", {})) == ""

"""Pairing and proof, with the firmware and with units that cheat."""

import asyncio
import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
import pytest

from custom_components.kumo_boots.boots.driver import ControllerKey
from custom_components.kumo_boots.boots.drivers.open_boots import (
    authorisation as keys,
    profile,
)
from custom_components.kumo_boots.boots.drivers.open_boots.handshake import Handshake
from custom_components.kumo_boots.boots.errors import (
    AuthorisationError,
    ControllersFullError,
    LinkTimeoutError,
    PairingError,
    PairingWindowClosedError,
    ProtocolError,
)
from firmware import authorisation as theirs

from ..scripted import ScriptedGatt
from ..wired import Wire

UNIT = b"OB-0001"
KEY = ControllerKey(1, bytes(range(32)))


def made() -> tuple[Handshake, ScriptedGatt]:
    """Return a handshake with a unit that a test plays."""
    gatt = ScriptedGatt()
    handshake = Handshake(gatt, random=lambda count: bytes(range(1, count + 1)))
    gatt.callbacks[profile.AUTHORISATION] = handshake.notified
    return handshake, gatt


def test_formulas_are_those_of_the_firmware() -> None:
    """Two implementations, written apart from each other."""
    secret, nc, nu = KEY.secret, bytes(16), bytes(range(16))
    for mine, unit in ((keys.UNIT, theirs.UNIT), (keys.CONTROLLER, theirs.CONTROLLER)):
        assert keys.confirmation(secret, mine, 1, UNIT) == theirs.confirmation(
            secret, unit, 1, UNIT
        )
        assert keys.proof(secret, mine, 1, UNIT, nc, nu) == theirs.proof(
            secret, unit, 1, UNIT, nc, nu
        )
    assert keys.link_key(secret, nc, nu) == theirs.link_key(secret, nc, nu)
    assert keys.tag(secret, b"request") == theirs.tag(secret, b"request")
    assert (
        keys.keyed_hash(secret, b"x") == hmac.new(secret, b"x", hashlib.sha256).digest()
    )


async def test_pairing_waits_for_the_button(wire: Wire) -> None:
    """The window is closed first; a unit drops who has not authorised (R6)."""
    boots = wire.add("left")
    unit = wire.unit(boots, key=None)
    pairing = asyncio.create_task(unit.pair(60))
    await asyncio.sleep(25)
    assert not pairing.done()
    assert len(wire.connects) >= 2
    boots.press("start_long")
    key = await pairing
    assert unit.key == key
    assert boots.unit.keys.get(key.slot) == key.secret
    # The connection that paired is authorised too.
    await unit.identify()
    assert boots.body.identified == 1
    # And the key lasts for the next one.
    boots.drop_link()
    await unit.identify()
    assert boots.body.identified == 2


async def test_pairing_ends_when_nobody_holds_the_button(wire: Wire) -> None:
    """A clear error, in time."""
    unit = wire.unit(wire.add("left"), key=None)
    began = asyncio.get_running_loop().time()
    with pytest.raises(PairingWindowClosedError):
        await unit.pair(8)
    assert 7.9 < asyncio.get_running_loop().time() - began < 9
    # Also when the unit drops the connection just before.
    with pytest.raises(PairingWindowClosedError):
        await unit.pair(20.1)


async def test_pairing_ends_in_time_when_the_link_is_lost(wire: Wire) -> None:
    """Just as if nobody had held the button."""
    boots = wire.add("left")
    unit = wire.unit(boots, key=None)
    boots.open_gate.clear()
    pairing = asyncio.create_task(unit.pair(2))
    await asyncio.sleep(3)
    boots.drop_link()
    with pytest.raises(PairingWindowClosedError):
        await pairing


async def test_pairing_a_unit_that_is_full(wire: Wire) -> None:
    """It remembers four controllers."""
    boots = wire.add("left")
    for slot in range(4):
        boots.learn(slot)
    boots.press("start_long")
    with pytest.raises(ControllersFullError):
        await wire.unit(boots, key=None).pair(10)


async def test_a_refused_key_and_pairing_again(wire: Wire) -> None:
    """The boots were reset: reauthentication pairs over the same unit."""
    boots = wire.add("left")
    unit = wire.unit(boots)
    boots.press("reset")
    with pytest.raises(AuthorisationError):
        await unit.ready(5)
    assert unit.refused is not None
    assert not unit.connected
    boots.press("start_long")
    await unit.pair(10)
    assert unit.refused is None
    await unit.identify()


async def test_a_unit_that_does_not_know_the_key() -> None:
    """An impostor gets no proof from us."""
    handshake, gatt = made()
    gatt.answer = lambda _: [b"\x90" + bytes(16), b"\x91" + bytes(16)]
    with pytest.raises(AuthorisationError):
        await handshake.prove(KEY, UNIT)
    assert len(gatt.written) == 1


async def test_proof_refused() -> None:
    """Error frames of R35, one without its code."""
    handshake, gatt = made()
    # What an exchange that was given up left behind is no answer.
    handshake.notified(b"\x91" + bytes(16))
    for frame in (b"\x8f\x06", b"\x8f"):
        gatt.answer = lambda _, frame=frame: [frame]
        with pytest.raises(AuthorisationError):
            await handshake.prove(KEY, UNIT)


@pytest.mark.parametrize("frame", [b"\x92\x00", b"\x90" + bytes(15)])
async def test_frames_that_cannot_be(frame: bytes) -> None:
    """Of the wrong kind or length."""
    handshake, gatt = made()
    gatt.answer = lambda _: [b"", frame]
    with pytest.raises(ProtocolError):
        await handshake.prove(KEY, UNIT)


async def test_no_answer() -> None:
    """A unit that stays silent, but for the button."""
    handshake, gatt = made()
    gatt.answer = lambda _: [b"\x85"]
    with pytest.raises(LinkTimeoutError):
        await handshake.prove(KEY, UNIT)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ([b"\x8f\x03"], PairingError),
        ([b"\x81\x01" + bytes(16)], ProtocolError),
        # A public key whose shared result is all zeros (R32).
        ([b"\x81\x00" + bytes(16), b"\x81\x01" + bytes(16)], PairingError),
    ],
)
async def test_pairing_with_a_unit_that_cheats(
    answer: list[bytes], kind: type[Exception]
) -> None:
    """Nothing is kept."""
    handshake, gatt = made()
    gatt.answer = lambda data: answer if data[1] == 1 else []
    with pytest.raises(kind):
        await handshake.pair(UNIT, 5)


async def test_pairing_with_a_wrong_confirmation() -> None:
    """Whoever sits in between has another key."""
    handshake, gatt = made()
    public = keys.public_key(X25519PrivateKey.from_private_bytes(bytes(range(32))))
    frames = [
        b"\x81\x00" + public[:16],
        b"\x81\x01" + public[16:],
        b"\x82\x00" + bytes(16),
    ]
    gatt.answer = lambda data: frames if data[1] == 1 else []
    with pytest.raises(PairingError):
        await handshake.pair(UNIT, 5)
    assert len(gatt.written) == 2


def test_key_as_json() -> None:
    """The config entry keeps it; nothing prints it."""
    assert ControllerKey.from_dict(KEY.as_dict()) == KEY
    assert KEY.secret.hex() not in repr(KEY)
    for broken in ({"slot": 1}, {"slot": 1, "secret": "00"}):
        with pytest.raises(ValueError):
            ControllerKey.from_dict(broken)

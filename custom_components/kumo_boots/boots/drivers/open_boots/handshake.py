"""The exchanges on the authorisation characteristic (section 6)."""

import asyncio
from collections.abc import Callable
import os

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ...driver import ControllerKey
from ...errors import (
    AuthorisationError,
    BootsError,
    ControllersFullError,
    LinkTimeoutError,
    PairingError,
    PairingWindowClosedError,
    ProtocolError,
)
from ...gatt import Gatt
from . import authorisation as keys, profile

FRAME_TIMEOUT_S = 10
"""For each frame of the unit. A small processor needs about a second for a key."""
FRAMES_WAITING = 8
"""Frames kept until they are looked at: an exchange brings three in a row."""
_ERROR = 0x8F
_WINDOW_OPENED = 0x85
_WINDOW_CLOSED = 0x01
_FULL = 0x02


class Handshake:
    """Pairing and proof, one at a time, over one connection."""

    def __init__(self, gatt: Gatt, random: Callable[[int], bytes] = os.urandom) -> None:
        """Speak over ``gatt``; ``random`` gives that many unpredictable bytes."""
        self._gatt = gatt
        self._random = random
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(FRAMES_WAITING)

    def notified(self, data: bytes) -> None:
        """Take a notification of the authorisation characteristic."""
        # Nobody takes them out but an exchange; a unit may send them for ever.
        if data and not self._frames.full():
            self._frames.put_nowait(data)

    async def prove(self, key: ControllerKey, unit: bytes) -> bytes:
        """Prove who we are; returns the link key. ``unit`` is the serial number."""
        nc = self._random(16)
        self._forget()
        await self._send(bytes((0x10, key.slot)) + nc)
        nu = await self._frame(0x90, 16)
        shown = await self._frame(0x91, 16)
        expected = keys.proof(key.secret, keys.UNIT, key.slot, unit, nc, nu)
        if not keys.same(shown, expected):
            raise AuthorisationError("the unit did not prove that it knows the key")
        await self._send(
            b"\x11" + keys.proof(key.secret, keys.CONTROLLER, key.slot, unit, nc, nu)
        )
        await self._frame(0x92, 1)
        return keys.link_key(key.secret, nc, nu)

    async def pair(self, unit: bytes, wait_s: float) -> ControllerKey:
        """Exchange keys; waits up to ``wait_s`` for somebody to hold the button."""
        time = asyncio.get_running_loop().time
        until = time() + wait_s
        while True:
            try:
                return await self._exchange(unit)
            except PairingWindowClosedError:
                # A unit may say again and again that its window has opened.
                if time() >= until:
                    raise
                await self._window(until)

    async def _exchange(self, unit: bytes) -> ControllerKey:
        private = X25519PrivateKey.from_private_bytes(self._random(32))
        ours = keys.public_key(private)
        self._forget()
        await self._send(b"\x01\x00" + ours[:16])
        await self._send(b"\x01\x01" + ours[16:])
        theirs = b""
        for part in range(2):
            frame = await self._frame(0x81, 17, pairing=True)
            if frame[0] != part:
                raise ProtocolError("the parts of a public key in the wrong order")
            theirs += frame[1:]
        secret = keys.pairing_key(private, theirs)
        frame = await self._frame(0x82, 17, pairing=True)
        slot = frame[0]
        if not keys.same(frame[1:], keys.confirmation(secret, keys.UNIT, slot, unit)):
            raise PairingError("the unit did not prove that it has the key")
        await self._send(
            b"\x02" + keys.confirmation(secret, keys.CONTROLLER, slot, unit)
        )
        await self._frame(0x83, 1, pairing=True)
        return ControllerKey(slot, secret)

    async def _window(self, until: float) -> None:
        """Wait until the unit says that its window is open."""
        try:
            async with asyncio.timeout_at(until):
                while (await self._frames.get())[0] != _WINDOW_OPENED:
                    pass
        except TimeoutError as cause:
            raise PairingWindowClosedError from cause

    def _forget(self) -> None:
        """Drop what an exchange that was given up left behind."""
        while not self._frames.empty():
            self._frames.get_nowait()

    async def _send(self, frame: bytes) -> None:
        await self._gatt.write(profile.AUTHORISATION, frame, response=True)

    async def _frame(self, kind: int, length: int, *, pairing: bool = False) -> bytes:
        """Return the payload of the next frame, which must be of this kind."""
        try:
            async with asyncio.timeout(FRAME_TIMEOUT_S):
                frame = await self._frames.get()
                while frame[0] == _WINDOW_OPENED:
                    frame = await self._frames.get()
        except TimeoutError as cause:
            raise LinkTimeoutError("the unit did not answer a handshake") from cause
        if frame[0] == _ERROR:
            raise _refused(frame[1] if len(frame) > 1 else 0, pairing=pairing)
        if frame[0] != kind or len(frame) < 1 + length:
            raise ProtocolError(f"handshake frame {frame[0]:02x} instead of {kind:02x}")
        return frame[1 : 1 + length]


def _refused(code: int, *, pairing: bool) -> BootsError:
    """Return what an error frame means (R35)."""
    if not pairing:
        return AuthorisationError(f"refused with code {code}", code=code)
    if code == _WINDOW_CLOSED:
        return PairingWindowClosedError()
    if code == _FULL:
        return ControllersFullError()
    return PairingError(f"refused with code {code}", code=code)

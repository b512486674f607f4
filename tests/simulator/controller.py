"""A controller written from the profile's page alone, for tests of the boots."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
import hashlib
import hmac
import struct
from types import TracebackType
from typing import Any, Self

from bleak import BleakClient
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)

from simulator.bleak_backend import ble_device, bleak_client_class
from simulator.gatt import AUTHORISATION_UUID, CONTROL_UUID, PRESSURES_UUID, STATE_UUID
from simulator.house import Boots, House

WAVE = 2
SQUEEZE = 3


async def until(true: Callable[[], Any], timeout_s: float = 5) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(timeout_s):
        while not true():
            await asyncio.sleep(0.01)


def mac(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256 over the parts."""
    return hmac.digest(key, b"".join(parts), hashlib.sha256)


class Keys(dict[str, tuple[int, bytes]]):
    """Slot and key by the unit's address."""


class Controller:
    """One connection to one unit; ``async with`` connects and subscribes."""

    def __init__(self, house: House, boots: Boots, keys: Keys) -> None:
        """Prepare."""
        self.boots = boots
        self.keys = keys
        self.states: list[bytes] = []
        self.pressures: list[bytes] = []
        self.lost = asyncio.Event()
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()
        self._words: asyncio.Queue[bytes] = asyncio.Queue()
        self._counter = 0
        self._number = 0
        self._link_key = b""
        self._stack = AsyncExitStack()
        self.client: BleakClient = bleak_client_class(house.air)(
            ble_device(boots.address), lambda _: self.lost.set()
        )

    async def __aenter__(self) -> Self:
        """Connect and subscribe to everything."""
        await self._stack.enter_async_context(self.client)
        for uuid, put in (
            (STATE_UUID, self.states.append),
            (PRESSURES_UUID, self.pressures.append),
            (CONTROL_UUID, self._answers.put_nowait),
            (AUTHORISATION_UUID, self._words.put_nowait),
        ):
            await self.client.start_notify(
                uuid, lambda _, data, put=put: put(bytes(data))
            )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Disconnect."""
        await self._stack.aclose()

    # --- authorisation (section 6) ---

    async def _say(self, frame: bytes) -> None:
        await self.client.write_gatt_char(AUTHORISATION_UUID, frame, response=True)

    async def _hear(self, first: int) -> bytes:
        async with asyncio.timeout(5):
            frame = await self._words.get()
        assert frame[0] == first, frame.hex()
        return frame

    async def _serial(self) -> bytes:
        return bytes(await self.client.read_gatt_char("2a25"))

    async def pair(self) -> None:
        """Pair in an open window."""
        unit = await self._serial()
        private = X25519PrivateKey.generate()
        own = private.public_key().public_bytes_raw()
        await self._say(b"\x01\x00" + own[:16])
        await self._say(b"\x01\x01" + own[16:])
        parts = [await self._hear(0x81), await self._hear(0x81)]
        theirs = b"".join(part[2:] for part in sorted(parts))
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
        key = mac(shared, b"OBP1 key", own, theirs)
        confirmation = await self._hear(0x82)
        slot = confirmation[1:2]
        assert confirmation[2:] == mac(key, b"OBP1 paired", b"U", slot, unit)[:16]
        await self._say(b"\x02" + mac(key, b"OBP1 paired", b"C", slot, unit)[:16])
        assert (await self._hear(0x83))[1:] == slot
        self.keys[self.boots.address] = (slot[0], key)

    async def prove(self) -> None:
        """Prove the key."""
        unit = await self._serial()
        number, key = self.keys[self.boots.address]
        slot = bytes([number])
        nc = bytes(range(16))
        await self._say(b"\x10" + slot + nc)
        nu = (await self._hear(0x90))[1:]
        label = b"OBP1 link\x01" + unit
        proof = mac(key, label, b"U", slot, nc, nu)[:16]
        assert (await self._hear(0x91))[1:] == proof
        await self._say(b"\x11" + mac(key, label, b"C", slot, nc, nu)[:16])
        assert (await self._hear(0x92))[1:] == slot
        self._link_key = mac(key, b"OBP1 session", nc, nu)

    # --- requests (section 4) ---

    async def request(self, opcode: int, parameters: bytes = b"") -> bytes:
        """Send an authorised request; return code and data of its result."""
        self._counter += 1
        self._number = (self._number + 1) & 0xFF
        signed = struct.pack("<BB", opcode, self._number) + parameters
        signed += struct.pack("<H", self._counter)
        tag = mac(self._link_key, signed)[:8]
        await self.client.write_gatt_char(CONTROL_UUID, signed + tag, response=True)
        async with asyncio.timeout(5):
            # An answer to an earlier stop may be there still.
            while (answer := await self._answers.get())[0] == 0x80:
                pass
        assert answer[:2] == bytes([opcode | 0x80, self._number])
        return answer[2:]

    async def arm(
        self, programme: int = WAVE, target: int = 40, minutes: int = 5
    ) -> tuple[bytes, bytes]:
        """Arm for all legs of the unit; return session and nonce."""
        legs = self.boots.config["legs"]
        wanted = struct.pack("<BBHBBB", programme, target, minutes * 60, legs, 0, 0)
        answer = await self.request(0x02, wanted)
        assert answer[0] == 0, answer.hex()
        return answer[1:3], answer[3:7]

    async def begin(self, programme: int = WAVE, target: int = 40) -> bytes:
        """Arm, start at once and commit; return the session."""
        session, nonce = await self.arm(programme, target)
        assert await self.request(0x03, session + nonce + b"\0\0") == b"\0"
        assert await self.request(0x04, session) == b"\0"
        return session

    async def stop(self, response: bool = False) -> None:
        """Stop, with or without response."""
        await self.client.write_gatt_char(CONTROL_UUID, b"\0\x63", response=response)

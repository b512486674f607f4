"""Where a unit under examination is, and who can lay hands on it."""

import asyncio
from dataclasses import dataclass
import sys
from typing import Protocol

from bleak import BleakClient, BleakScanner
from bumble.core import UUID, AdvertisingData
from bumble.device import Advertisement

from firmware import obp
from simulator.bleak_backend import ble_device, bleak_client_class
from simulator.central import Central
from simulator.faults import Faults
from simulator.house import Boots, House

from .report import UncheckedError

LISTS_OF_UUIDS = {
    AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
}
LONG_PRESS = {
    "start_long": "hold start for 3 s",
    "reset": "hold start and stop for 10 s",
    "start": "press start once",
    "stop": "press stop once",
}


@dataclass(frozen=True)
class Heard:
    """What a scanner heard of a unit."""

    uuids: frozenset[str]
    name: str
    service_data: bytes | None


class Setting(Protocol):
    """The way to one unit."""

    address: str
    speed: float
    """How much faster than real its air and programmes run."""
    may_inflate: bool

    def client(self) -> BleakClient:
        """Return a new client for the unit, not connected."""

    async def heard(self, timeout_s: float) -> Heard | None:
        """Scan actively until the unit was heard with its scan response, or time is up."""

    async def press(self, button: str) -> None:
        """Use a button; ``UncheckedError`` where nobody can."""

    @property
    def faults(self) -> Faults:
        """What can be broken on purpose; ``UncheckedError`` on a real unit."""


class Simulated:
    """A unit of a simulated house."""

    may_inflate = True

    def __init__(self, house: House, boots: Boots) -> None:
        """Examine ``boots``."""
        self.house = house
        self.boots = boots
        self.address = boots.address
        self.speed = boots.shape.speed

    def client(self) -> BleakClient:
        """Return a client on the virtual air."""
        return bleak_client_class(self.house.air)(ble_device(self.address))

    async def heard(self, timeout_s: float) -> Heard | None:
        """Scan on the virtual air."""
        tail = self.address[-5:].replace(":", "")
        scanner = Central(self.house.air, f"C4:00:00:00:{tail[:2]}:{tail[2:]}")

        def ours(advertisement: Advertisement) -> bool:
            address = advertisement.address.to_string(False).upper()
            data = advertisement.data.get(AdvertisingData.SERVICE_DATA_128_BIT_UUID)
            return address == self.address.upper() and data is not None

        async with scanner:
            try:
                found = await scanner.scan(ours, timeout_s)
            except TimeoutError:
                return None
        uuids: frozenset[str] = frozenset()
        for kind, data in found.data.ad_structures:
            if kind in LISTS_OF_UUIDS:
                uuids |= {UUID.from_bytes(data[:16]).to_hex_str("-").lower()}
        names = [
            data.decode()
            for kind, data in found.data.ad_structures
            if kind
            in {
                AdvertisingData.SHORTENED_LOCAL_NAME,
                AdvertisingData.COMPLETE_LOCAL_NAME,
            }
        ]
        service = [
            data[16:]
            for kind, data in found.data.ad_structures
            if kind == AdvertisingData.SERVICE_DATA_128_BIT_UUID
            and UUID.from_bytes(data[:16]).to_hex_str("-").lower() == obp.SERVICE
        ]
        return Heard(uuids, names[0] if names else "", service[0] if service else None)

    async def press(self, button: str) -> None:
        """Press the virtual button."""
        self.boots.faults.press(button)

    @property
    def faults(self) -> Faults:
        """Everything can be broken."""
        return self.boots.faults


class OverTheAir:
    """A unit in reach of this machine's adapter, and perhaps a person beside it."""

    speed = 1.0

    def __init__(self, address: str, *, may_inflate: bool) -> None:
        """Examine the unit with this address."""
        self.address = address
        self.may_inflate = may_inflate

    def client(self) -> BleakClient:
        """Return bleak's client for this machine."""
        return BleakClient(self.address)

    async def heard(self, timeout_s: float) -> Heard | None:
        """Scan with this machine's adapter."""
        end = asyncio.get_running_loop().time() + timeout_s
        async with BleakScanner(service_uuids=[obp.SERVICE]) as scanner:
            async with asyncio.timeout(timeout_s + 1):
                while asyncio.get_running_loop().time() < end:
                    found = scanner.discovered_devices_and_advertisement_data.get(
                        self.address
                    )
                    if found is not None and obp.SERVICE in found[1].service_data:
                        told = found[1]
                        return Heard(
                            frozenset(told.service_uuids),
                            told.local_name or "",
                            told.service_data[obp.SERVICE],
                        )
                    await asyncio.sleep(0.1)
        return None

    async def press(self, button: str) -> None:
        """Ask the person at the terminal."""
        if not sys.stdin.isatty():
            raise UncheckedError("nobody is here to press a button")
        text = f"On the boots: {LONG_PRESS[button]}, then press Enter here "
        await asyncio.to_thread(input, text)

    @property
    def faults(self) -> Faults:
        """Nothing is broken on purpose on a real unit."""
        raise UncheckedError("only the simulator can break a unit on purpose")

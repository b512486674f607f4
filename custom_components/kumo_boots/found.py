"""Boots on the air that could be added: units that advertise one pair are one find."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from homeassistant.components.bluetooth import (
    BluetoothCallbackMatcher,
    BluetoothScanningMode,
    BluetoothServiceInfoBleak,
    async_discovered_service_info,
    async_process_advertisements,
    async_request_active_scan,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .boots.driver import DRIVERS, Driver
from .boots.model import FailSafes, Side
from .const import CONF_PAIR_ID, CONF_UNITS, DOMAIN, SCAN_RESPONSE_S
from .remembered import pair_hash
from .units import advertised, service_uuid

ASK_AGAIN_S = 0.5
"""After the air could not be asked for scan responses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundUnit:
    """One unit on the air."""

    address: str
    name: str
    driver: str
    """UUID of the service by which its driver is found."""
    legs: frozenset[Side]
    """Empty before its scan response was heard."""
    pair_hash: bytes | None
    """Units with the same one probably belong together."""
    rssi: int

    @property
    def speaks(self) -> type[Driver]:
        """Its driver."""
        return DRIVERS[self.driver]

    @property
    def key(self) -> str:
        """What a flow for this unit, or for its pair, is known by until it is read."""
        return (
            self.address if self.pair_hash is None else f"pair-{self.pair_hash.hex()}"
        )


@dataclass(frozen=True, slots=True)
class FoundBoots:
    """Units that are probably one pair, left leg first."""

    units: tuple[FoundUnit, ...]

    @property
    def key(self) -> str:
        """The same for every unit of the pair."""
        return self.units[0].key

    @property
    def label(self) -> str:
        """How a person tells them apart: by name, and which is nearest by signal."""
        names = " + ".join(unit.name for unit in self.units)
        return f"{names} ({max(unit.rssi for unit in self.units)} dBm)"

    @property
    def fail_safes(self) -> tuple[FailSafes, ...]:
        """What each unit guarantees by itself."""
        return tuple(unit.speaks.fail_safes for unit in self.units)

    @property
    def bench_only(self) -> bool:
        """Whether any unit lacks a fail-safe that boots need to be worn."""
        return not all(safe.complete for safe in self.fail_safes)

    @property
    def legs(self) -> frozenset[Side]:
        """The legs they say they serve."""
        return frozenset(leg for unit in self.units for leg in unit.legs)


def found_unit(info: BluetoothServiceInfoBleak) -> FoundUnit | None:
    """Return the unit that advertises; None when it is none we know."""
    if (driver := service_uuid(info)) is None:
        return None
    said = advertised(info)
    return FoundUnit(
        address=info.address,
        name=info.name,
        driver=driver,
        legs=frozenset() if said is None else said.legs,
        pair_hash=None if said is None else said.pair_hash,
        rssi=info.rssi,
    )


def configured(entries: Iterable[ConfigEntry]) -> dict[str, ConfigEntry]:
    """Return the entries by the address of each of their units."""
    return {
        unit["address"]: entry
        for entry in entries
        for unit in entry.data.get(CONF_UNITS, ())
    }


def entry_of_pair(
    entries: Iterable[ConfigEntry], advertised_hash: bytes | None
) -> ConfigEntry | None:
    """Return the entry whose pair advertises this hash, if there is one."""
    if advertised_hash is None:
        return None
    for entry in entries:
        known = entry.data.get(CONF_PAIR_ID)
        if known is not None and pair_hash(bytes.fromhex(known)) == advertised_hash:
            return entry
    return None


@callback
def find_boots(hass: HomeAssistant) -> list[FoundBoots]:
    """Return all boots on the air that are not set up, nearest first."""
    taken = configured(hass.config_entries.async_entries(DOMAIN))
    pairs: dict[str, list[FoundUnit]] = {}
    for info in async_discovered_service_info(hass):
        unit = found_unit(info)
        if unit is not None and unit.address not in taken:
            pairs.setdefault(unit.key, []).append(unit)
    found = [
        FoundBoots(
            tuple(sorted(units, key=lambda unit: (sorted(unit.legs), unit.name)))
        )
        for units in pairs.values()
    ]
    return sorted(found, key=lambda boots: -max(unit.rssi for unit in boots.units))


@callback
def partners(hass: HomeAssistant, unit: FoundUnit) -> FoundBoots:
    """Return the boots that a unit belongs to, as far as they are on the air."""
    for boots in find_boots(hass):
        if unit.address in {other.address for other in boots.units}:
            return boots
    return FoundBoots((unit,))


async def ask_the_air(
    hass: HomeAssistant,
    enough: Callable[[BluetoothServiceInfoBleak], bool],
    matcher: BluetoothCallbackMatcher,
) -> BluetoothServiceInfoBleak | None:
    """Ask for scan responses until one is ``enough``; None after a while without.

    Scanners that are about to connect to something turn a request down, and one that
    is turned down is not made up for: it is repeated as long as it matters.
    """

    async def ask() -> None:
        while True:
            await async_request_active_scan(hass, SCAN_RESPONSE_S)
            await asyncio.sleep(ASK_AGAIN_S)

    asking = hass.async_create_background_task(ask(), f"{DOMAIN} asks the air")
    try:
        with suppress(TimeoutError):
            return await async_process_advertisements(
                hass, enough, matcher, BluetoothScanningMode.PASSIVE, SCAN_RESPONSE_S
            )
    finally:
        asking.cancel()
    return None

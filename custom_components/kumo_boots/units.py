"""Units of the library, made for Home Assistant's Bluetooth."""

from collections.abc import Callable

from bleak.backends.device import BLEDevice
from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import BluetoothServiceInfoBleak
from homeassistant.core import HomeAssistant

from .boots import drivers as _drivers  # registers them
from .boots.driver import DRIVERS, Advertised, Driver, Heard, driver_for
from .boots.unit import Unit
from .const import DEFAULT_IDLE_RELEASE_S
from .remembered import RememberedUnit

__all__ = [
    "advertised",
    "device_finder",
    "driver_of",
    "new_unit",
    "service_uuid",
    "unit_of",
]

assert _drivers


def device_finder(hass: HomeAssistant, address: str) -> Callable[[], BLEDevice | None]:
    """Return what finds the freshest path to a unit; asked anew for every connect."""

    def find() -> BLEDevice | None:
        return bluetooth.async_ble_device_from_address(hass, address, connectable=True)

    return find


def driver_of(info: BluetoothServiceInfoBleak) -> type[Driver] | None:
    """Return the driver that knows this unit by what it advertises, if one does."""
    return driver_for(
        Heard(
            name=info.name or "",
            service_uuids=frozenset(info.service_uuids),
            manufacturer_data=info.manufacturer_data,
            service_data=info.service_data,
        )
    )


def service_uuid(info: BluetoothServiceInfoBleak) -> str | None:
    """Return the name by which this unit's driver is remembered; None without one."""
    driver = driver_of(info)
    return None if driver is None else driver.remembered_as()


def advertised(info: BluetoothServiceInfoBleak) -> Advertised | None:
    """Return what a unit says of itself; None before its scan response was heard."""
    driver = driver_of(info)
    return None if driver is None else driver.advertised(info.service_data)


def said_running(info: BluetoothServiceInfoBleak) -> bool | None:
    """Return whether the unit says now that a session runs; None when it says nothing.

    What a scan response said is repeated with every later advertisement, so that only
    the bytes of this one tell whether it still holds. Adapters that give no bytes are
    trusted.
    """
    said = advertised(info)
    if said is None or not (
        info.raw is None or any(data in info.raw for data in info.service_data.values())
    ):
        return None
    return said.running


def unit_of(hass: HomeAssistant, remembered: RememberedUnit, idle_s: float) -> Unit:
    """Return a remembered unit."""
    return Unit(
        address=remembered.address,
        name=remembered.name,
        key=remembered.key,
        driver=DRIVERS[remembered.driver],
        find_device=device_finder(hass, remembered.address),
        legs=remembered.legs,
        idle_release_s=idle_s,
    )


def new_unit(hass: HomeAssistant, address: str, name: str, uuid: str) -> Unit:
    """Return a unit that does not know this home yet."""
    return Unit(
        address=address,
        name=name,
        key=None,
        driver=DRIVERS[uuid],
        find_device=device_finder(hass, address),
        idle_release_s=DEFAULT_IDLE_RELEASE_S,
    )

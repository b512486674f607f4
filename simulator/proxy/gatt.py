"""GATT as ESPHome's messages carry it."""

from collections.abc import Callable
from functools import partial
from typing import Any, override

from bumble.core import UUID
from bumble.gatt_client import CharacteristicProxy, Client

from .wire_format import pb

_BLUETOOTH_BASE = UUID("00000000-0000-1000-8000-00805f9b34fb").to_bytes(True)[:12]


def uuid_fields(uuid: UUID) -> dict[str, Any]:
    """Return the fields of a UUID: short where it can be (API 1.12), else two halves."""
    full = bytes(uuid.to_bytes(force_128=True))
    if full[:12] == _BLUETOOTH_BASE:
        return {"short_uuid": int.from_bytes(full[12:], "little")}
    return {
        "uuid": [
            int.from_bytes(full[8:], "little"),
            int.from_bytes(full[:8], "little"),
        ]
    }


async def discover(client: Client) -> list[Any]:
    """Return all services with their characteristics and descriptors.

    A characteristic's handle is that of its value; so ESPHome counts.
    """
    services = []
    for service in await client.discover_services():
        characteristics = []
        for found in await client.discover_characteristics([], service):
            descriptors = [
                pb.BluetoothGATTDescriptor(
                    handle=descriptor.handle, **uuid_fields(descriptor.type)
                )
                for descriptor in await client.discover_descriptors(found)
            ]
            characteristics.append(
                pb.BluetoothGATTCharacteristic(
                    handle=found.handle,
                    properties=int(found.properties),
                    descriptors=descriptors,
                    **uuid_fields(found.uuid),
                )
            )
        services.append(
            pb.BluetoothGATTService(
                handle=service.handle,
                characteristics=characteristics,
                **uuid_fields(service.uuid),
            )
        )
    return services


type Listener = CharacteristicProxy[Any] | Callable[[bytes], Any]


class EveryHandle(dict[int, set[Listener]]):
    """Stands in for Bumble's listeners of a connection: hears every handle.

    A peripheral may notify without anybody listening here (a client that stops
    listening does not clear the CCCD); Bumble would log each of these.
    """

    def __init__(self, hear: Callable[[int, bytes], None]) -> None:
        """Give everything to ``hear(handle, value)``."""
        super().__init__()
        self._hear = hear

    @override
    def get(self, handle: int, default: Any = None) -> Any:
        return {partial(self._hear, handle)}

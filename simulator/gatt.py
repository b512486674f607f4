"""The GATT side of a unit: the services of the profile on a Bumble server.

Reads, writes and notifications go straight to and from the firmware, within the same
turn of the loop: a stop acts when its write arrives.
"""

from collections.abc import Callable
from typing import override

from bumble import att
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, Service
from bumble.gatt_server import Server

BASE = "dcc0{:04x}-8a2d-415f-90c5-c487a9ac566b"
SERVICE_UUID = BASE.format(1)
CAPABILITIES_UUID = BASE.format(2)
STATE_UUID = BASE.format(3)
PRESSURES_UUID = BASE.format(4)
CONTROL_UUID = BASE.format(5)
AUTHORISATION_UUID = BASE.format(6)

_READ = Characteristic.Properties.READ
_WRITE = Characteristic.Properties.WRITE
_COMMAND = Characteristic.Properties.WRITE_WITHOUT_RESPONSE
_NOTIFY = Characteristic.Properties.NOTIFY

type Read = Callable[[], bytes]
type Write = Callable[[bytes, bool], None]


def advertisement(short_name: str) -> bytes:
    """Return the advertisement (R3): flags, the service, at most 8 bytes of name."""
    data = AdvertisingData
    return bytes(
        data(
            [
                (data.FLAGS, b"\x06"),
                (
                    data.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
                    UUID(SERVICE_UUID).to_bytes(),
                ),
                (data.SHORTENED_LOCAL_NAME, short_name.encode()[:8]),
            ]
        )
    )


def scan_response(service_data: bytes) -> bytes:
    """Return the scan response (R4) with the unit's 5 bytes."""
    data = UUID(SERVICE_UUID).to_bytes() + service_data
    return bytes(AdvertisingData([(AdvertisingData.SERVICE_DATA_128_BIT_UUID, data)]))


class BootsServer(Server):
    """Bumble's GATT server, with writes told apart and operations counted.

    ``operation`` is called before each request of a client and may lose the link by
    returning False. ``settle`` is called after each write, once it is answered.
    """

    def __init__(self, device: Device, mtu: int) -> None:
        """Serve at most this ATT_MTU (23–517)."""
        super().__init__(device)
        self.max_mtu = mtu
        self.operation: Callable[[], bool] = lambda: True
        self.settle: Callable[[], None] = lambda: None
        self.values: dict[str, Characteristic[bytes]] = {}
        self._writes: dict[int, Write] = {}

    def characteristic(
        self,
        uuid: str,
        properties: Characteristic.Properties,
        *,
        read: Read | bytes | None = None,
    ) -> Characteristic[bytes]:
        """Make a characteristic; ``values`` knows it by its UUID."""
        permissions = Characteristic.Permissions(0)
        if properties & _READ:
            permissions |= Characteristic.Permissions.READABLE
        if properties & (_WRITE | _COMMAND):
            permissions |= Characteristic.Permissions.WRITEABLE
        value: bytes | att.AttributeValue[bytes] | None
        if callable(read):
            source = read
            value = att.AttributeValue(read=lambda _connection: source())
        else:
            value = read
        made: Characteristic[bytes] = Characteristic(
            uuid, properties, permissions, value
        )
        self.values[uuid] = made
        return made

    def on_write(self, uuid: str, write: Write) -> None:
        """Give writes of a characteristic to ``write(data, with_response)``."""
        self._writes[self.values[uuid].handle] = write

    def notify(self, connection: Connection, uuid: str, frame: bytes) -> bool:
        """Notify a frame if the client has subscribed; return whether it had."""
        handle = self.values[uuid].handle
        cccd = self.subscribers.get(connection, {}).get(handle)
        if not cccd or not cccd[0] & 1:
            return False
        notification = att.ATT_Handle_Value_Notification(
            attribute_handle=handle, attribute_value=frame[: connection.att_mtu - 3]
        )
        self.send_gatt_pdu(connection, bytes(notification))
        return True

    @override
    def on_gatt_pdu(self, bearer: att.Bearer, att_pdu: att.ATT_PDU) -> None:
        if self.operation():
            super().on_gatt_pdu(bearer, att_pdu)

    @override
    def on_att_write_request(
        self, bearer: att.Bearer, request: att.ATT_Write_Request
    ) -> None:
        if (write := self._writes.get(request.attribute_handle)) is None:
            super().on_att_write_request(bearer, request)
            return
        write(bytes(request.attribute_value), True)
        self.send_response(bearer, att.ATT_Write_Response())
        self.settle()

    @override
    def on_att_write_command(
        self, bearer: att.Bearer, request: att.ATT_Write_Command
    ) -> None:
        if (write := self._writes.get(request.attribute_handle)) is None:
            super().on_att_write_command(bearer, request)
            return
        write(bytes(request.attribute_value), False)
        self.settle()


def serve(
    device: Device,
    *,
    capabilities: Read,
    state: Read,
    battery: Read,
    information: dict[str, str],
    mtu: int,
) -> BootsServer:
    """Give a device the services of the profile (section 1).

    ``information`` holds manufacturer, model, serial and version.
    """
    server = BootsServer(device, mtu)
    device.gatt_server = server
    device.add_default_services()
    make = server.characteristic
    server.add_service(
        Service(
            SERVICE_UUID,
            [
                make(CAPABILITIES_UUID, _READ, read=capabilities),
                make(STATE_UUID, _READ | _NOTIFY, read=state),
                make(PRESSURES_UUID, _NOTIFY),
                make(CONTROL_UUID, _WRITE | _COMMAND | _NOTIFY),
                make(AUTHORISATION_UUID, _WRITE | _NOTIFY),
            ],
        )
    )
    server.add_service(Service("180F", [make("2A19", _READ | _NOTIFY, read=battery)]))
    server.add_service(
        Service(
            "180A",
            [
                make(uuid, _READ, read=information[key].encode())
                for uuid, key in (
                    ("2A29", "manufacturer"),
                    ("2A24", "model"),
                    ("2A25", "serial"),
                    ("2A26", "version"),
                )
            ],
        )
    )
    return server

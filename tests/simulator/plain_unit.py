"""A small peripheral for tests of the radio and the proxy: no boots, only GATT."""

from bumble.att import ATT_Error, ErrorCode
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Descriptor, Service

from simulator.air import Air

SERVICE = "3f7a0001-52c4-4b0e-9d61-0e8d5b7c2a94"
READABLE = "3f7a0002-52c4-4b0e-9d61-0e8d5b7c2a94"
NOTIFIES = "3f7a0003-52c4-4b0e-9d61-0e8d5b7c2a94"
WRITABLE = "3f7a0005-52c4-4b0e-9d61-0e8d5b7c2a94"
BATTERY = "0000180f-0000-1000-8000-00805f9b34fb"
LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
DESCRIPTION = "00002901-0000-1000-8000-00805f9b34fb"
NAME = "plain"
REFUSED = b"refused"
ADVERTISEMENT = (
    bytes.fromhex("020106 1107") + bytes.fromhex(SERVICE.replace("-", ""))[::-1]
)
SCAN_RESPONSE = bytes([len(NAME) + 1, 0x09]) + NAME.encode()


class PlainUnit:
    """Advertises, and serves one characteristic of each kind."""

    def __init__(self, air: Air, address: str) -> None:
        """Describe it; ``start`` puts it on the air."""
        self.written: list[bytes] = []
        self.device: Device = air.device("plain", address)
        kind = Characteristic.Properties
        readable = Characteristic.READABLE
        writeable = Characteristic.WRITEABLE
        self.notifying = Characteristic(
            NOTIFIES, kind.READ | kind.NOTIFY, readable, b"state"
        )
        self.device.add_services(
            [
                Service(
                    SERVICE,
                    [
                        Characteristic(
                            READABLE,
                            kind.READ,
                            readable,
                            b"hello",
                            [Descriptor(DESCRIPTION, readable | writeable, b"words")],
                        ),
                        self.notifying,
                        Characteristic(
                            WRITABLE,
                            kind.WRITE | kind.WRITE_WITHOUT_RESPONSE,
                            writeable,
                            CharacteristicValue(self._read, self._write),
                        ),
                    ],
                ),
                Service(BATTERY, [Characteristic(LEVEL, kind.READ, readable, b"\x57")]),
            ]
        )

    # Bumble asks the value itself, whatever the permissions say.
    def _read(self, _connection: Connection) -> bytes:
        raise ATT_Error(ErrorCode.READ_NOT_PERMITTED)

    def _write(self, _connection: Connection, value: bytes) -> None:
        if value == REFUSED:
            raise ATT_Error(ErrorCode.UNLIKELY_ERROR)
        self.written.append(value)

    async def start(self) -> None:
        """Advertise every 20 ms until connected, and again afterwards."""
        await self.device.power_on()
        await self.device.start_advertising(
            auto_restart=True,
            advertising_data=ADVERTISEMENT,
            scan_response_data=SCAN_RESPONSE,
            advertising_interval_min=20,
            advertising_interval_max=20,
        )

    async def notify(self, value: bytes) -> None:
        """Notify everybody who has subscribed."""
        await self.device.notify_subscribers(self.notifying, value)

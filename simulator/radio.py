"""A Bluetooth LE controller on the air: Bumble's, made to behave like hardware.

Bumble's virtual controller cannot cancel a connection attempt, repeats the
advertisement as the scan response, hears everything at one signal strength and
never notices a silent link. These are what software above it must cope with, so
they are real here.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from bumble import hci, ll
from bumble.controller import Connection, Controller, LegacyAdvertiser
from bumble.core import PhysicalTransport

if TYPE_CHECKING:
    from .air import Air
    from .wire import Wire

type CreateConnection = (
    hci.HCI_LE_Create_Connection_Command | hci.HCI_LE_Extended_Create_Connection_Command
)
_AdvertisingType = hci.HCI_LE_Set_Advertising_Parameters_Command.AdvertisingType
_EventType = hci.HCI_LE_Advertising_Report_Event.EventType
_SUCCESS = hci.HCI_ErrorCode.SUCCESS
# The time between advertisements is the interval plus up to this much at random
# (Core specification, volume 6, part B, 4.4.2.2.1), so that advertisers do not
# stay in step.
ADVERTISING_DELAY_S = 0.01


@dataclass
class Advertisement(ll.AdvInd):
    """One advertising event and what the advertiser would answer to a scan request."""

    scan_response: bytes | None
    connectable: bool


class AirAdvertiser(LegacyAdvertiser):
    """Advertises at its interval, in all undirected kinds, with a scan response."""

    _connectable = (_AdvertisingType.ADV_IND,)
    _scannable = (_AdvertisingType.ADV_IND, _AdvertisingType.ADV_SCAN_IND)

    @override
    def start(self) -> None:
        """Advertise, unless the radio has been taken off the air."""
        if self.controller in self.controller.link.controllers:
            super().start()

    @override
    def _on_timer_fired(self) -> None:
        self.send_advertising_data()
        radio = self.controller
        assert isinstance(radio, Radio)
        delay = radio.air.random.uniform(0, ADVERTISING_DELAY_S)
        self.timer_handle = asyncio.get_running_loop().call_later(
            self.advertising_interval_min * 0.000625 + delay, self._on_timer_fired
        )

    @override
    def send_advertising_data(self) -> None:
        """Put one advertisement on the air."""
        if not self.enabled:
            return
        kind = self.advertising_type
        self.controller.send_advertising_pdu(
            Advertisement(
                advertiser_address=self.address,
                data=self.advertising_data,
                scan_response=(
                    self.scan_response_data if kind in self._scannable else None
                ),
                connectable=kind in self._connectable,
            )
        )


@dataclass
class AirConnection(Connection):
    """One end of a link; everything it sends goes over the wire between both ends."""

    wire: Wire | None = None

    @override
    def on_acl_pdu(self, pdu: bytes) -> None:
        if self.wire:
            self.wire.send(self, lambda end: end.receive(pdu))

    @override
    def send_ll_control_pdu(self, packet: ll.ControlPdu) -> None:
        if self.wire:
            self.wire.send(
                self,
                lambda end: end.controller.on_ll_control_pdu(end.peer_address, packet),
            )

    def receive(self, pdu: bytes) -> None:
        """Give data of the other end to the host."""
        self.controller.send_hci_packet(
            hci.HCI_AclDataPacket(self.handle, 2, 0, len(pdu), pdu)
        )

    @property
    def open(self) -> bool:
        """Whether this end still believes in the link."""
        return self.controller.le_connections.get(self.peer_address) is self


class Radio(Controller):
    """The controller of one device on the air; made by ``Air.controller``."""

    # Legacy advertising only: all that boots, phones and ESP32 proxies use here.
    le_features = Controller.le_features & ~(
        hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
        | hci.LeFeatureMask.LE_PERIODIC_ADVERTISING
    )
    # With the data length extension, as current chips have it.
    le_acl_data_packet_length = 251

    def __init__(self, air: Air, name: str, address: hci.Address) -> None:
        """Join the air under a public or a (static) random address."""
        self.air = air
        self.pending_le_connection: CreateConnection | None = None
        super().__init__(
            name, link=air, public_address=address if address.is_public else None
        )
        self.le_legacy_advertiser = AirAdvertiser(self)
        if address.is_random:
            self.random_address = address

    # The superclass formats every packet for its debug log, even when nobody reads it.
    @override
    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        if self.host:
            asyncio.get_running_loop().call_soon(self.host.on_packet, bytes(packet))

    @override
    def send_advertising_pdu(self, packet: ll.AdvertisingPdu) -> None:
        self.air.send_advertising_pdu(self, packet)

    # --- scanning ---

    @override
    def on_ll_advertising_pdu(self, packet: ll.AdvertisingPdu) -> None:
        """Hear an advertisement: report it, and connect when that was asked for."""
        if not isinstance(packet, Advertisement):
            return
        address = packet.advertiser_address
        if self.le_scan_enable:
            kind = _EventType.ADV_IND
            if not packet.connectable:
                scannable = packet.scan_response is not None
                kind = (
                    _EventType.ADV_SCAN_IND if scannable else _EventType.ADV_NONCONN_IND
                )
            self._report(kind, address, packet.data)
            active = hci.HCI_LE_Set_Scan_Parameters_Command.ACTIVE_SCANNING
            if self.le_scan_type == active and packet.scan_response is not None:
                self._report(_EventType.SCAN_RSP, address, packet.scan_response)
        command = self.pending_le_connection
        if command and packet.connectable and command.peer_address == address:
            self.air.connect(self, command)

    def _report(self, kind: int, address: hci.Address, data: bytes) -> None:
        report = hci.HCI_LE_Advertising_Report_Event.Report(
            event_type=kind,
            address_type=address.address_type,
            address=address,
            data=data,
            rssi=self.air.rssi(address, self),
        )
        self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))

    # --- connecting ---

    def own_address(self, command: CreateConnection) -> hci.Address:
        """Return the address that this device uses as initiator."""
        if command.own_address_type == hci.OwnAddressType.PUBLIC:
            return self.public_address
        return self.random_address

    def advertises_as(self, address: hci.Address) -> bool:
        """Whether this device takes connections under that address just now."""
        advertiser = self.le_legacy_advertiser
        return advertiser.enabled and advertiser.address == address

    def open_end(
        self,
        wire: Wire,
        role: hci.Role,
        own: hci.Address,
        peer: hci.Address,
        timing: tuple[int, int, int],
    ) -> AirConnection:
        """Make this device's end of a new link and tell the host.

        ``timing``: interval (1.25 ms), latency (events), supervision (10 ms).
        """
        end = AirConnection(
            controller=self,
            handle=self.allocate_connection_handle(),
            role=role,
            self_address=own,
            peer_address=peer,
            link=self.air,
            transport=PhysicalTransport.LE,
            link_type=hci.HCI_Connection_Complete_Event.LinkType.ACL,
            wire=wire,
        )
        self.le_connections[peer] = end
        if role == hci.Role.PERIPHERAL:
            self.le_legacy_advertiser.stop()
        else:
            self.pending_le_connection = None
        self._connection_complete(_SUCCESS, end.handle, role, peer, timing)
        return end

    def connection_failed(self, peer: hci.Address, error: int) -> None:
        """Tell the host that the attempt under way came to nothing."""
        self.pending_le_connection = None
        self._connection_complete(error, 0, hci.Role.CENTRAL, peer, (0, 0, 0))

    def _connection_complete(
        self,
        status: int,
        handle: int,
        role: hci.Role,
        peer: hci.Address,
        timing: tuple[int, int, int],
    ) -> None:
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=status,
                connection_handle=handle,
                role=role,
                peer_address_type=peer.address_type,
                peer_address=peer,
                connection_interval=timing[0],
                peripheral_latency=timing[1],
                supervision_timeout=timing[2],
                central_clock_accuracy=0,
            )
        )

    @override
    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Give up the attempt under way; the host hears of it as a failed one."""
        if not (pending := self.pending_le_connection):
            return hci.HCI_StatusReturnParameters(
                hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR
            )
        # The event follows the command's completion.
        asyncio.get_running_loop().call_soon(
            self.connection_failed,
            pending.peer_address,
            hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
        )
        self.pending_le_connection = None
        return hci.HCI_StatusReturnParameters(_SUCCESS)

    # --- disconnecting ---

    @override
    def on_hci_disconnect_command(self, command: hci.HCI_Disconnect_Command) -> None:
        if self.find_connection_by_handle(command.connection_handle) is None:
            # The superclass says nothing, and the host would wait for ever.
            self._send_hci_command_status(
                hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR, command.op_code
            )
            return
        super().on_hci_disconnect_command(command)

    @override
    def on_le_disconnected(self, connection: Connection, reason: int) -> None:
        if self.le_connections.get(connection.peer_address) is connection:
            super().on_le_disconnected(connection, reason)

"""The GATT client of whoever connects: an adapter, a proxy."""

from typing import override

from bumble import att
from bumble.gatt_client import Client


class GattClient(Client):
    """Bumble's, but for an answer that comes just after it was given up on."""

    @override
    def on_gatt_pdu(self, att_pdu: att.ATT_PDU) -> None:
        """Leave out an answer that nobody waits for any more.

        Whoever waited was cancelled and has not run since: Bumble would raise
        ``InvalidStateError`` where the air delivers packets.
        """
        pending = self.pending_response
        if pending and pending.done() and att_pdu.op_code in att.ATT_RESPONSES:
            return
        super().on_gatt_pdu(att_pdu)

"""The proxy's scanner: raw advertisements, in batches as ESPHome sends them."""

import asyncio
from collections.abc import Callable
from typing import Any

from bumble import hci
from bumble.device import Device

from .wire_format import pb

# bluetooth_proxy.cpp: a batch goes out when it holds 16 advertisements, or after
# 100 ms.
BATCH = 16
BATCH_S = 0.1
_EventType = hci.HCI_LE_Advertising_Report_Event.EventType
_Report = hci.HCI_LE_Advertising_Report_Event.Report
_SCANNABLE = (_EventType.ADV_IND, _EventType.ADV_SCAN_IND)


class Scanner:
    """Scans for one proxy and hands over batches while somebody wants them."""

    def __init__(
        self, device: Device, deliver: Callable[[Any], None], *, active: bool
    ) -> None:
        """Take the reports of a powered device; ``deliver`` gets whole messages.

        ``active`` is the mode that the device's owner has configured.
        """
        self._device = device
        self._deliver = deliver
        self._batch: list[Any] = []
        self._timer: asyncio.TimerHandle | None = None
        self._unanswered: dict[hci.Address, _Report] = {}
        self._configured = self._active = active
        self._lock = asyncio.Lock()
        self.wanted = False
        self._stopped = False
        # The device's own handler parses every advertisement, for nobody here.
        device.host.remove_all_listeners("advertising_report")
        device.host.on("advertising_report", self._heard)

    @property
    def state(self) -> Any:
        """The message that tells how the scanner is running."""
        return pb.BluetoothScannerStateResponse(
            state=pb.BLUETOOTH_SCANNER_STATE_RUNNING,
            mode=int(self._active),
            configured_mode=int(self._configured),
        )

    async def scan(self, *, active: bool) -> None:
        """Scan without pause; only an active scan asks for scan responses."""
        # Somebody has to be there for the controller's answer, whoever gives up.
        await asyncio.shield(self._scan(active=active))

    async def _scan(self, *, active: bool) -> None:
        async with self._lock:
            await self._device.stop_scanning()
            if self._stopped:
                return
            self._active = active
            await self._device.start_scanning(active=active)

    def stop(self) -> None:
        """Forget the batch that is not out yet, and want no more."""
        self.wanted = False
        self._stopped = True
        self._batch.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _heard(self, report: _Report) -> None:
        if not self.wanted:
            return
        # The ESP32's stack reports an advertisement together with its scan response.
        earlier = self._unanswered.pop(report.address, None)
        if report.event_type == _EventType.SCAN_RSP:
            if earlier:
                self._add(earlier, report.data)
            return
        if earlier:
            self._add(earlier)
        if self._active and report.event_type in _SCANNABLE:
            self._unanswered[report.address] = report
        else:
            self._add(report)

    def _add(self, report: _Report, scan_response: bytes = b"") -> None:
        self._batch.append(
            pb.BluetoothLERawAdvertisement(
                address=int.from_bytes(bytes(report.address), "little"),
                rssi=report.rssi,
                address_type=int(report.address.is_random),
                data=report.data + scan_response,
            )
        )
        if len(self._batch) >= BATCH:
            self._flush()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(BATCH_S, self._flush)

    def _flush(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        batch, self._batch = self._batch, []
        self._deliver(pb.BluetoothLERawAdvertisementsResponse(advertisements=batch))

"""What the bench needs to know from inside Home Assistant, and does there bare.

The lag of the event loop, and the same work that the integration does with nothing but
bleak-retry-connector: connect and subscribe, write.
"""

import asyncio
from time import perf_counter
from typing import Any, Final

from bleak_retry_connector import BleakClientWithServiceCache, establish_connection
from homeassistant.components import bluetooth, websocket_api
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

DOMAIN: Final = "bench_probe"
CADENCE_S: Final = 0.02
READY_LIMIT_S: Final = 30
HEAR_LIMIT_S: Final = 10
CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)


class Lag:
    """Asks to be called every 20 ms and notes how much later that happens."""

    def __init__(self) -> None:
        """Start at once; needs the running loop."""
        self._loop = asyncio.get_running_loop()
        self.late_s: list[float] = []
        self._due = 0.0
        self._again()

    def _again(self) -> None:
        self._due = self._loop.time() + CADENCE_S
        self._loop.call_at(self._due, self._called)

    def _called(self) -> None:
        self.late_s.append(self._loop.time() - self._due)
        self._again()

    def take(self) -> list[float]:
        """Return what was noted, and begin anew."""
        taken, self.late_s = self.late_s, []
        return taken


class Probe:
    """Does things bare, and times things inside."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Hold no link yet."""
        self.hass = hass
        self.lag = Lag()
        self._client: BleakClientWithServiceCache | None = None

    async def _moment(self, address: str, after_s: float) -> None:
        """Return so long after the next advertisement of a unit is told here."""
        heard = asyncio.Event()
        end = bluetooth.async_register_advertisement_callback(
            self.hass, lambda info: heard.set(), address
        )
        try:
            async with asyncio.timeout(HEAR_LIMIT_S):
                await heard.wait()
        finally:
            end()
        await asyncio.sleep(after_s)

    async def connect(
        self,
        address: str,
        read: list[str],
        subscribe: list[str],
        after_s: float | None = None,
    ) -> float:
        """Connect, read and subscribe; keep the link. Returns how long it took, s."""
        if after_s is not None:
            await self._moment(address, after_s)
        began = perf_counter()
        device = bluetooth.async_ble_device_from_address(self.hass, address, True)
        assert device is not None
        client = await establish_connection(
            BleakClientWithServiceCache, device, "bare", max_attempts=2
        )
        for uuid in read:
            await client.read_gatt_char(uuid)
        for uuid in subscribe:
            await client.start_notify(uuid, lambda _characteristic, _data: None)
        took = perf_counter() - began
        self._client = client
        return took

    async def write(self, uuid: str, data: bytes, response: bool) -> None:
        """Write on the link that is held."""
        assert self._client is not None
        await self._client.write_gatt_char(uuid, data, response=response)

    async def disconnect(self) -> None:
        """Let the link go."""
        client, self._client = self._client, None
        if client is not None:
            await client.disconnect()

    def _units(self, entry_id: str) -> Any:
        entry = self.hass.config_entries.async_get_entry(entry_id)
        assert entry is not None
        return entry.runtime_data.pair.units

    async def integration_connects(self, entry_id: str, after_s: float) -> float:
        """Let the integration's first unit connect; returns how long it took, s."""
        unit = self._units(entry_id)[0]
        await self._moment(unit.address, after_s)
        began = perf_counter()
        unit.release_to_user(False)
        await unit.ready(READY_LIMIT_S)
        return perf_counter() - began

    async def integration_lets_go(self, entry_id: str) -> None:
        """Disconnect the integration's units, and keep it from connecting again."""
        for unit in self._units(entry_id):
            unit.release_to_user(True)
            while unit.connected:
                await asyncio.sleep(0.01)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what the bench asks for."""
    probe = Probe(hass)

    async def write(call: ServiceCall) -> None:
        await probe.write(
            call.data["uuid"], bytes.fromhex(call.data["data"]), call.data["response"]
        )

    hass.services.async_register(DOMAIN, "write", write)

    @callback
    @websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/lag"})
    def lag(
        hass: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: dict[str, Any],
    ) -> None:
        connection.send_result(msg["id"], probe.lag.take())

    @websocket_api.websocket_command(
        {
            vol.Required("type"): f"{DOMAIN}/do",
            vol.Required("what"): vol.In(
                (
                    "connect",
                    "disconnect",
                    "integration_connects",
                    "integration_lets_go",
                )
            ),
            vol.Optional("args", default=dict): dict,
        }
    )
    @websocket_api.async_response
    async def do(
        hass: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: dict[str, Any],
    ) -> None:
        result = await getattr(probe, msg["what"])(**msg["args"])
        connection.send_result(msg["id"], result)

    websocket_api.async_register_command(hass, lag)
    websocket_api.async_register_command(hass, do)
    return True

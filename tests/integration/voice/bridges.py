"""What is said to a speaker, as the bridges of this Home Assistant receive it.

No cloud is asked: each bridge is handed the message that its cloud would send.
"""

from pathlib import Path
from typing import Any, override

from homeassistant.components.alexa.config import AbstractConfig as AlexaConfig
from homeassistant.components.alexa.smart_home import (
    async_handle_message as async_alexa,
)
from homeassistant.components.google_assistant.helpers import (
    AbstractConfig as GoogleConfig,
)
from homeassistant.components.google_assistant.smart_home import (
    async_handle_message as async_google,
)
from homeassistant.components.homekit.accessories import (
    HomeAccessory,
    HomeDriver,
    get_accessory,
)
from homeassistant.components.homekit.iidmanager import AccessoryIIDStorage
from homeassistant.core import HomeAssistant, State


class CannotError(Exception):
    """The bridge has no way to do it."""


class _AlexaAccount(AlexaConfig):
    """An account, as far as entities are concerned."""

    @property
    @override
    def locale(self) -> str:
        return "en-US"

    @property
    @override
    def entity_config(self) -> dict[str, object]:
        return {}

    def should_expose(self, entity_id: str) -> bool:
        return True


_AlexaAccount.__abstractmethods__ = frozenset()


class _GoogleAccount(GoogleConfig):
    """An account whose owner is somebody of this home."""

    @property
    @override
    def entity_config(self) -> dict[str, object]:
        return {}

    @property
    @override
    def should_report_state(self) -> bool:
        return False

    @property
    @override
    def secure_devices_pin(self) -> None:
        return None

    @override
    def should_2fa(self, state: State) -> bool:
        return True


_GoogleAccount.__abstractmethods__ = frozenset()


class Google:
    """Google Assistant."""

    def __init__(self, hass: HomeAssistant, user_id: str) -> None:
        """Link an account to a user."""
        self._hass = hass
        self._user_id = user_id
        self._account = _GoogleAccount(hass)

    async def _ask(self, intent: str, payload: dict[str, Any]) -> dict[str, Any]:
        message = {
            "requestId": "1",
            "inputs": [{"intent": f"action.devices.{intent}", "payload": payload}],
        }
        response = await async_google(
            self._hass, self._account, "agent", self._user_id, message, "cloud"
        )
        found: dict[str, Any] = response["payload"]
        return found

    async def _do(self, state: State, command: str, **params: Any) -> None:
        execution = [
            {"command": f"action.devices.commands.{command}", "params": params}
        ]
        devices = [{"id": state.entity_id}]
        told = await self._ask(
            "EXECUTE", {"commands": [{"devices": devices, "execution": execution}]}
        )
        if told["commands"][0].get("errorCode") in (
            "functionNotSupported",
            "notSupported",
        ):
            raise CannotError

    async def turn(self, state: State, on: bool) -> None:
        """Switch it."""
        await self._do(state, "OnOff", on=on)

    async def press(self, state: State) -> None:
        """Activate it."""
        await self._do(state, "ActivateScene", deactivate=False)

    async def set(self, state: State, value: int) -> None:
        """Set a number."""
        await self._do(state, "SetFanSpeed", fanSpeedPercent=value)

    async def choose(self, state: State, option: str) -> None:
        """Choose one of several."""
        await self._do(state, "SetModes", updateModeSettings={"option": option})

    async def is_on(self, state: State) -> bool:
        """Ask whether it is on."""
        told = await self._ask("QUERY", {"devices": [{"id": state.entity_id}]})
        return bool(told["devices"][state.entity_id]["on"])


class Alexa:
    """Alexa."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Have an account."""
        self._hass = hass
        self.account = _AlexaAccount(hass)

    async def _do(
        self, state: State, interface: str, name: str, **payload: Any
    ) -> dict[str, Any]:
        instance = payload.pop("instance", None)
        header = {
            "namespace": f"Alexa.{interface}" if interface else "Alexa",
            "name": name,
            "messageId": "1",
            "correlationToken": "1",
            "payloadVersion": "3",
        } | ({} if instance is None else {"instance": instance})
        await self.account.async_initialize()
        response = await async_alexa(
            self._hass,
            self.account,
            {
                "directive": {
                    "header": header,
                    "endpoint": {"endpointId": state.entity_id.replace(".", "#")},
                    "payload": payload,
                }
            },
        )
        told: dict[str, Any] = response
        return told

    async def turn(self, state: State, on: bool) -> None:
        """Switch it."""
        await self._do(state, "PowerController", "TurnOn" if on else "TurnOff")

    async def press(self, state: State) -> None:
        """Activate it."""
        await self._do(state, "SceneController", "Activate")

    async def set(self, state: State, value: int) -> None:
        """Set a number."""
        await self._do(
            state,
            "RangeController",
            "SetRangeValue",
            rangeValue=value,
            instance="number.value",
        )

    async def choose(self, state: State, option: str) -> None:
        """Choose one of several."""
        told = await self._do(
            state,
            "ModeController",
            "SetMode",
            mode=f"option.{option}",
            instance="select.option",
        )
        if told["event"]["header"]["name"] == "ErrorResponse":
            raise CannotError

    async def is_on(self, state: State) -> bool:
        """Ask whether it is on."""
        told = await self._do(state, "", "ReportState")
        [power] = [
            each["value"]
            for each in told["context"]["properties"]
            if each["name"] == "powerState"
        ]
        return bool(power == "ON")


class HomeKit:
    """HomeKit, and Siri in front of it."""

    def __init__(self, hass: HomeAssistant, driver: HomeDriver) -> None:
        """Have a bridge."""
        self._hass = hass
        self._driver = driver

    @classmethod
    async def made(cls, hass: HomeAssistant, folder: Path) -> HomeKit:
        """Return a bridge that no phone is paired with."""
        storage = AccessoryIIDStorage(hass, "boots")
        await storage.async_initialize()
        driver = HomeDriver(
            hass,
            "boots",
            "Bridge",
            "Boots",
            storage,
            loop=hass.loop,
            address="127.0.0.1",
            port=0,
            persist_file=str(folder / "homekit"),
        )
        return cls(hass, driver)

    def accessory(self, state: State) -> HomeAccessory | None:
        """Return what HomeKit shows of an entity."""
        return get_accessory(self._hass, self._driver, state, 2, {"name": "Boots"})

    def _shown(self, state: State) -> HomeAccessory:
        accessory = self.accessory(state)
        if accessory is None:
            raise CannotError
        return accessory

    async def turn(self, state: State, on: bool) -> None:
        """Switch it."""
        self._shown(state).set_state(on)
        await self._hass.async_block_till_done()

    async def press(self, state: State) -> None:
        """Switch it on, which presses it."""
        await self.turn(state, True)

    async def set(self, state: State, value: int) -> None:
        """Set a number."""
        self._shown(state).set_value(value)

    async def choose(self, state: State, option: str) -> None:
        """Switch one of several on."""
        self._shown(state).select_option(option)
        await self._hass.async_block_till_done()

    async def is_on(self, state: State) -> bool:
        """Ask whether it is on."""
        accessory = self._shown(state)
        accessory.async_update_state(state)
        return bool(accessory.char_on.value)


type Bridge = Google | Alexa | HomeKit

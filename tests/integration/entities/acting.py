"""What a person, an automation or a passer-by does with boots in Home Assistant."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.coordinator import KumoBootsCoordinator
from simulator.house import House

PATIENCE_S = 20
"""How long to wait for what the boots do by themselves."""


async def until(condition: Callable[[], object], limit_s: float = PATIENCE_S) -> None:
    """Wait for something to become true; the boots live in real time."""
    deadline = monotonic() + limit_s
    while not condition():
        assert monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)


class Acting:
    """One pair of boots as Home Assistant shows it."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], house: House
    ) -> None:
        """Take a pair that is set up."""
        self.hass = hass
        self.entry = entry
        self.house = house

    @property
    def coordinator(self) -> KumoBootsCoordinator:
        """Return the coordinator of the moment: a reload makes a new one."""
        coordinator: KumoBootsCoordinator = self.entry.runtime_data
        return coordinator

    def id(self, platform: str, key: str, side: str = "pair") -> str:
        """Return an entity's id."""
        entity_id = er.async_get(self.hass).async_get_entity_id(
            platform, DOMAIN, f"{self.entry.entry_id}_{side}_{key}"
        )
        assert entity_id is not None, (platform, side, key)
        return entity_id

    def get(self, platform: str, key: str, side: str = "pair") -> State:
        """Return an entity's state."""
        state = self.hass.states.get(self.id(platform, key, side))
        assert state is not None, (platform, side, key)
        return state

    @property
    def device(self) -> dr.DeviceEntry:
        """Return the device of the pair."""
        device = dr.async_get(self.hass).async_get_device_by_identifier(
            (DOMAIN, self.entry.entry_id), self.entry.entry_id
        )
        assert device is not None
        return device

    @property
    def phase(self) -> str:
        """Return the phase a person sees."""
        return self.get("sensor", "phase").state

    async def call(
        self,
        domain: str,
        service: str,
        data: dict[str, Any] | None = None,
        context: Context | None = None,
        **target: Any,
    ) -> None:
        """Call an action and wait for it."""
        await self.hass.services.async_call(
            domain,
            service,
            {**(data or {}), **target},
            blocking=True,
            context=context,
        )

    async def ask(
        self, action: str, context: Context | None = None, **data: Any
    ) -> dict[str, Any]:
        """Call an action of ours for its response, which is about one pair."""
        response = await self.hass.services.async_call(
            DOMAIN,
            action,
            data,
            blocking=True,
            context=context,
            return_response=True,
        )
        assert response is not None
        (told,) = response["boots"]
        return told

    async def switch(self, on: bool, context: Context | None = None) -> None:
        """Switch the session."""
        await self.call(
            "switch",
            "turn_on" if on else "turn_off",
            entity_id=self.id("switch", "session"),
            context=context,
        )

    async def press(self, key: str, context: Context | None = None) -> None:
        """Press a button."""
        await self.call(
            "button", "press", entity_id=self.id("button", key), context=context
        )

    async def set(self, key: str, value: float, person: Context | None = None) -> None:
        """Set a number; a person's hand does it when one is given."""
        await self.call(
            "number",
            "set_value",
            entity_id=self.id("number", key),
            value=value,
            context=None if person is None else Context(user_id=person.user_id),
        )

    async def choose(
        self, key: str, option: str, person: Context | None = None
    ) -> None:
        """Choose an option; a person's hand does it when one is given."""
        await self.call(
            "select",
            "select_option",
            entity_id=self.id("select", key),
            option=option,
            context=None if person is None else Context(user_id=person.user_id),
        )

    async def run(self, person: Context) -> None:
        """Request a session and say yes; returns when it inflates."""
        await self.switch(True)
        await self.press("confirm_session", Context(user_id=person.user_id))
        await until(lambda: self.phase == "running")
        settings = self.coordinator.session.state.settings
        assert settings is not None
        # All legs begin at a common instant, a moment after both said yes.
        await until(lambda: len(self.inflated) == len(settings.legs))

    @property
    def inflated(self) -> set[str]:
        """Return which boots the witness ever saw inflate."""
        return {entry["boots"] for entry in self.inflations}

    @property
    def inflations(self) -> list[dict[str, Any]]:
        """Return what the witness saw inflate."""
        return self.house.witness.entries(kind="inflation")

    @property
    def empty(self) -> bool:
        """Tell whether the last thing the witness saw of every unit is *empty*."""
        return all(
            [
                entry["kind"]
                for entry in self.house.witness.entries(boots=boots)
                if entry["kind"] in {"inflation", "empty"}
            ][-1:]
            != ["inflation"]
            for boots in self.house.boots
        )

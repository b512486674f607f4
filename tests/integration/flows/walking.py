"""Walking through the config flow as a person does, counting screens and clicks."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import voluptuous as vol

from custom_components.kumo_boots.const import DOMAIN
from simulator.house import House

from ..conftest import until

MOVING = {FlowResultType.SHOW_PROGRESS, FlowResultType.SHOW_PROGRESS_DONE}


class Walk:
    """One flow, seen through the eyes of the frontend.

    ``screens``: the step ids that a person saw. ``clicks``: what they clicked, one
    for every field they touch and one for every button.
    """

    def __init__(self, hass: HomeAssistant, result: ConfigFlowResult) -> None:
        """Begin with what the flow shows first."""
        self.hass = hass
        self.flow_id = result["flow_id"]
        self.result: ConfigFlowResult = result
        self.screens: list[str] = []
        self.clicks = 0
        self._look()

    def _look(self) -> None:
        step = self.result.get("step_id")
        shown = self.result["type"] is not FlowResultType.SHOW_PROGRESS_DONE
        if step and shown and self.screens[-1:] != [step]:
            self.screens.append(step)

    async def settle(self, seconds: float = 30) -> ConfigFlowResult:
        """Wait until the progress is over, as the frontend does: it asks when told."""
        deadline = monotonic() + seconds
        while self.result["type"] in MOVING:
            assert monotonic() < deadline, f"still at {self.result['step_id']}"
            if self.result["type"] is FlowResultType.SHOW_PROGRESS:
                await asyncio.sleep(0.02)
            self.result = await self.hass.config_entries.flow.async_configure(
                self.flow_id
            )
            self._look()
        return self.result

    async def submit(
        self, touched: Mapping[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Touch fields, leave the others as they are, and press the button."""
        touched = touched or {}
        self.clicks += len(touched) + 1
        self.result = await self.hass.config_entries.flow.async_configure(
            self.flow_id, {**self.defaults, **touched}
        )
        self._look()
        return self.result

    @property
    def defaults(self) -> dict[str, Any]:
        """What the form holds before anybody touches it."""
        schema = self.result.get("data_schema")
        if schema is None:
            return {}
        return {
            str(marker): marker.default()
            for marker in schema.schema
            if not isinstance(marker.default, vol.Undefined)
        }

    @property
    def errors(self) -> dict[str, str]:
        """What the form complains about."""
        return self.result.get("errors") or {}

    async def pair(self, house: House, *names: str) -> ConfigFlowResult:
        """Hold the start buttons when asked, and wait for what comes of it."""
        assert self.result["type"] is FlowResultType.SHOW_PROGRESS
        assert self.result["step_id"] == "pair"
        for name in names:
            house.boots[name].faults.press("start_long")
        return await self.settle()

    @property
    def entry(self) -> ConfigEntry[Any]:
        """The entry that came of it."""
        assert self.result["type"] is FlowResultType.CREATE_ENTRY, self.result
        entry: ConfigEntry[Any] = self.result["result"]
        return entry


def flows(hass: HomeAssistant) -> list[ConfigFlowResult]:
    """Return the flows that wait for a person."""
    return hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def discovered(hass: HomeAssistant, count: int = 1) -> list[Walk]:
    """Wait for *Discovered* to show; the click on *Add* is counted."""
    await until(lambda: len(flows(hass)) == count)
    walks = []
    for flow in flows(hass):
        walk = Walk(
            hass, await hass.config_entries.flow.async_configure(flow["flow_id"])
        )
        walk.clicks += 1
        walks.append(walk)
    return walks


async def begin(hass: HomeAssistant, source: str, **context: Any) -> Walk:
    """Begin a flow, as from *Add integration*."""
    return Walk(
        hass,
        await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": source, **context}
        ),
    )


async def add_pair(hass: HomeAssistant, house: House, *names: str) -> ConfigEntry[Any]:
    """Add what was discovered, from *Discovered* to ready."""
    (walk,) = await discovered(hass)
    await walk.submit({"understood": True})
    await walk.pair(house, *(names or house.boots))
    await walk.submit()
    return walk.entry

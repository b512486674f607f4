"""Boots in a home that listens: its own agent, and sentences that were installed."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homeassistant.components.conversation import async_converse
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.const import DOMAIN
from simulator.house import House

from ..entities.acting import Acting
from ..entities.conftest import house_plan, person, set_up

__all__ = ["house_plan", "person"]


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Have a configuration folder of its own: sentences are files."""
    (tmp_path / "configuration.yaml").touch()
    return str(tmp_path)


@dataclass
class Voice:
    """Somebody who speaks in one room."""

    hass: HomeAssistant
    conversation: str = "sofa"
    language: str = "en"
    device_id: str | None = None
    context: Context | None = None

    async def say(self, text: str) -> str:
        """Say something, and return what is answered; to some there are no words."""
        result = await async_converse(
            self.hass,
            text,
            self.conversation,
            self.context or Context(),
            self.language,
            device_id=self.device_id,
        )
        return str(result.response.speech.get("plain", {"speech": ""})["speech"])


class Model:
    """A scripted model that talks through Home Assistant's own API."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin without a user: it speaks for a satellite."""
        self.hass = hass
        self.context = Context()

    @property
    def _heard(self) -> llm.LLMContext:
        return llm.LLMContext(
            platform="a_model",
            context=self.context,
            language="en",
            assistant="conversation",
            device_id=None,
        )

    async def tools(self) -> dict[str, llm.Tool]:
        """Return ours of the tools that it gets."""
        api = await llm.async_get_api(self.hass, llm.LLM_API_ASSIST, self._heard)
        return {
            tool.name: tool
            for tool in api.tools
            if tool.name.startswith("kumo_boots__")
        }

    async def prompt(self) -> str:
        """Return what it is told before anything else."""
        api = await llm.async_get_api(self.hass, llm.LLM_API_ASSIST, self._heard)
        return api.api_prompt

    async def call(self, tool: str, **data: Any) -> dict[str, Any]:
        """Call a tool; its refusals are answers, too."""
        api = await llm.async_get_api(self.hass, llm.LLM_API_ASSIST, self._heard)
        result = await api.async_call_tool(
            llm.ToolInput(tool_name=f"kumo_boots__{tool}", tool_args=data)
        )
        told = result.data if isinstance(result, llm.ToolResult) else result
        return dict(told)


async def listening(hass: HomeAssistant) -> None:
    """Have Home Assistant understand."""
    for component in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, component, {})
    await hass.services.async_call(
        DOMAIN, "install_sentences", {"languages": ["en"]}, blocking=True
    )


@pytest.fixture
async def boots(proxied_hass: HomeAssistant, house: House) -> AsyncGenerator[Acting]:
    """Return a pair that is ready, in a home that listens."""
    acting = await set_up(proxied_hass, house)
    await listening(proxied_hass)
    yield acting
    if acting.entry.state is ConfigEntryState.LOADED:
        await proxied_hass.config_entries.async_unload(acting.entry.entry_id)


@pytest.fixture
def voice(boots: Acting) -> Voice:
    """Return somebody on the sofa."""
    return Voice(boots.hass)

"""Boots in a home that listens: its own agent, and sentences that were installed."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from homeassistant.components.conversation import async_converse
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
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
        """Say something, and return what is answered."""
        result = await async_converse(
            self.hass,
            text,
            self.conversation,
            self.context or Context(),
            self.language,
            device_id=self.device_id,
        )
        return str(result.response.speech["plain"]["speech"])


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

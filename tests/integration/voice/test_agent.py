"""Home Assistant's own agent, with its own sentences loaded beside those for boots."""

from pathlib import Path
from shutil import copy
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.intent import (
    Intent,
    IntentHandler,
    IntentResponse,
    async_get,
    async_register,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.voice.install import NAME, SHIPPED

from .conftest import hass_config_dir
from .test_sentences import LANGUAGES, built_in, corpus

__all__ = ["hass_config_dir"]

MANY = 120
"""So many of Home Assistant's own sentences: the agent is slow, and they are thousands."""

FREE = ("area", "name", "routine")

type Meant = tuple[str | None, dict[str, Any]]
"""An intent, and its slots as they are said."""


@pytest.fixture
async def home(hass: HomeAssistant) -> HomeAssistant:
    """Return a home with a lamp, and a switch that somebody called like the boots."""
    for component in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, component, {})
    for entity_id, name in (("light.lamp", "Lamp"), ("switch.boots", "Boots")):
        hass.states.async_set(entity_id, "off", {"friendly_name": name})
    return hass


async def meant(
    hass: HomeAssistant, client: WebSocketGenerator, language: str, texts: list[str]
) -> list[Meant]:
    """Return what the agent takes each sentence for."""
    socket = await client(hass)
    await socket.send_json_auto_id(
        {
            "type": "conversation/agent/homeassistant/debug",
            "sentences": texts,
            "language": language,
        }
    )
    results = (await socket.receive_json())["result"]["results"]
    return [_meant(result or {}) for result in results]


def _meant(result: dict[str, Any]) -> Meant:
    if not result.get("match"):
        return None, {}
    # What is said in free words, as it is said; the rest as our lists have it.
    slots = {
        name: slot["text" if name in FREE else "value"]
        for name, slot in result["details"].items()
    }
    return result["intent"]["name"], _plain(slots)


def _plain(slots: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.strip().casefold() if isinstance(value, str) else value
        for name, value in slots.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
async def test_boots_are_heard_and_the_rest_is_as_it_was(
    home: HomeAssistant, hass_ws_client: WebSocketGenerator, language: str
) -> None:
    """Every sentence of the corpus is ours; nothing else is taken for something else."""
    heard = corpus(language)
    ar.async_get(home).async_get_or_create(heard.get("area", "Living room"))
    own = sorted(set(built_in(language)))
    others = [*heard["none"], *own[:: len(own) // MANY]]
    before = await meant(home, hass_ws_client, language, others)
    assert sum(name is not None for name, _ in before) > 20
    place = Path(home.config.path("custom_sentences", language, NAME))
    place.parent.mkdir(parents=True)
    copy(SHIPPED / language / NAME, place)
    await home.services.async_call("conversation", "reload", blocking=True)
    assert await meant(home, hass_ws_client, language, others) == before
    said = [
        (each["text"], (group["intent"], _plain(each.get("slots", {}))))
        for group in heard["said"]
        for each in group["says"]
    ]
    got = await meant(home, hass_ws_client, language, [text for text, _ in said])
    assert [*zip((text for text, _ in said), got, strict=True)] == said


class Listening(IntentHandler):
    """One of our handlers, with somebody who writes down what reaches it."""

    def __init__(self, handler: IntentHandler, heard: list[Meant]) -> None:
        """Stand before it."""
        self.handler = handler
        self.intent_type = handler.intent_type
        self.heard = heard

    @override
    async def async_handle(self, intent_obj: Intent) -> IntentResponse:
        """Write it down, and let it be done."""
        slots = {
            name: slot["text" if name in FREE else "value"]
            for name, slot in intent_obj.slots.items()
            if not name.startswith("preferred_")
        }
        self.heard.append((intent_obj.intent_type, _plain(slots)))
        return await self.handler.async_handle(intent_obj)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_said_is_done_and_answered(
    home: HomeAssistant, hass_ws_client: WebSocketGenerator, language: str
) -> None:
    """As a phone says it; each is one intent of ours, and none remains without a word."""
    assert await async_setup_component(home, DOMAIN, {})
    heard = corpus(language)
    ar.async_get(home).async_get_or_create(heard.get("area", "Living room"))
    await home.services.async_call(
        DOMAIN, "install_sentences", {"languages": [language]}, blocking=True
    )
    got: list[Meant] = []
    for handler in [*async_get(home)]:
        if handler.intent_type.startswith("KumoBoots"):
            async_register(home, Listening(handler, got))
    socket = await hass_ws_client(home)

    async def said(text: str) -> tuple[list[Meant], str]:
        got.clear()
        await socket.send_json_auto_id(
            {"type": "conversation/process", "text": text, "language": language}
        )
        answer = (await socket.receive_json())["result"]["response"]
        # What is Home Assistant's own affair may be done without a word.
        return [*got], answer["speech"].get("plain", {}).get("speech", "")

    for group in heard["said"]:
        for each in group["says"]:
            wanted = (group["intent"], _plain(each.get("slots", {})))
            meant_by_it, answer = await said(each["text"])
            assert meant_by_it == [wanted], each["text"]
            assert answer.strip(), each["text"]
    for text in heard["none"]:
        meant_by_it, _ = await said(text)
        assert meant_by_it == [], text

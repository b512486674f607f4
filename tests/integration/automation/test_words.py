"""Triggers and conditions are described, down to the last field and icon."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, trigger
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.kumo_boots.automation import conditions, measured, triggers

from ..conftest import until
from ..entities.acting import Acting
from ..entities.test_words import ICONS, WORDS

TRIGGERS = triggers.TRIGGERS | measured.TRIGGERS


async def described(hass: HomeAssistant) -> dict[str, dict[str, Any]]:
    """Return what Home Assistant's editor knows of ours."""
    assert await async_setup_component(hass, "kumo_boots", {})
    found = {}
    for kind, descriptions in (
        ("triggers", await trigger.async_get_all_descriptions(hass)),
        ("conditions", await condition.async_get_all_descriptions(hass)),
    ):
        found[kind] = {
            key.removeprefix("kumo_boots."): description
            for key, description in descriptions.items()
            if key.startswith("kumo_boots.")
        }
    return found


@pytest.mark.parametrize(
    ("kind", "classes", "icon"),
    [
        ("triggers", TRIGGERS, "trigger"),
        ("conditions", conditions.CONDITIONS, "condition"),
    ],
)
async def test_the_editor_finds_a_word_for_everything(
    hass: HomeAssistant, kind: str, classes: dict[str, Any], icon: str
) -> None:
    """Names, descriptions, fields, options, icons; and none too many."""
    descriptions = (await described(hass))[kind]
    assert set(descriptions) == set(classes) == set(WORDS[kind]) == set(ICONS[kind])
    for key, description in descriptions.items():
        words, fields = WORDS[kind][key], description["fields"]
        assert words["name"]
        assert words["description"].endswith(".")
        assert description["target"]["entity"][0]["integration"] == "kumo_boots"
        assert set(fields) == set(words.get("fields", {}))
        assert ICONS[kind][key][icon].startswith("mdi:")
        for field, about in fields.items():
            assert words["fields"][field]["name"]
            assert words["fields"][field]["description"].endswith(".")
            select = about["selector"].get("select", {})
            if translated := select.get("translation_key"):
                options = WORDS["selector"][translated]["options"]
                assert set(options) == set(select["options"])
        # What the editor offers is what is taken.
        schema = classes[key]._schema
        filled = {
            field: about["default"] if "default" in about else about.get("example")
            for field, about in fields.items()
            if about.get("required")
        }
        schema({"target": {"area_id": "sofa"}, "options": filled})


async def test_the_editor_offers_ours_for_boots(
    boots: Acting, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    """By the device that a person chooses."""
    assert await async_setup_component(hass, "automation", {})
    client = await hass_ws_client(hass)
    for kind, classes in (
        ("triggers", TRIGGERS),
        ("conditions", conditions.CONDITIONS),
    ):
        await client.send_json_auto_id(
            {
                "type": f"get_{kind}_for_target",
                "target": {"device_id": [boots.device.id]},
            }
        )
        answer = await client.receive_json()
        assert answer["success"]
        assert {f"kumo_boots.{key}" for key in classes} <= set(answer["result"])
    await until(lambda: boots.coordinator.data.connected)

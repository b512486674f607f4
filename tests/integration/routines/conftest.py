"""A pair of boots, somebody who wears them, a massager and a light."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from ..entities.acting import Acting
from ..entities.conftest import every_entity, house_plan, person, set_up
from ..question.conftest import new_phone, phone, relay
from .evenings import LIGHT, MASSAGER, Evening

__all__ = ["every_entity", "house_plan", "new_phone", "person", "phone", "relay"]

BRIGHT = [
    {
        "if": "{{ brightness is defined }}",
        "then": {
            "action": "input_number.set_value",
            "target": {"entity_id": "input_number.level"},
            "data": {"value": "{{ brightness }}"},
        },
    },
    {
        "action": "input_boolean.turn_on",
        "target": {"entity_id": "input_boolean.panel"},
    },
]
"""A colour brings its brightness with it, where one was asked for."""

FURNITURE: dict[str, Any] = {
    "input_boolean": {"massager": None, "panel": None},
    "input_number": {"level": {"min": 0, "max": 255, "initial": 10}},
    "input_text": {"colour": {"initial": "9,9,9"}},
    "script": {
        "knead": {
            "sequence": [
                {
                    "action": "input_boolean.turn_on",
                    "target": {"entity_id": "input_boolean.massager"},
                },
                {"delay": {"hours": 1}},
            ]
        }
    },
    "template": [
        {
            "light": [
                {
                    "name": "Panel",
                    "unique_id": "panel",
                    "state": "{{ is_state('input_boolean.panel', 'on') }}",
                    "level": "{{ states('input_number.level') | int(0) }}",
                    "turn_on": {
                        "action": "input_boolean.turn_on",
                        "target": {"entity_id": "input_boolean.panel"},
                    },
                    "turn_off": {
                        "action": "input_boolean.turn_off",
                        "target": {"entity_id": "input_boolean.panel"},
                    },
                    "rgb": "{{ states('input_text.colour').split(',') | map('int') | list }}",
                    "set_rgb": [
                        {
                            "action": "input_text.set_value",
                            "target": {"entity_id": "input_text.colour"},
                            "data": {"value": "{{ r }},{{ g }},{{ b }}"},
                        },
                        *BRIGHT,
                    ],
                    "set_level": BRIGHT,
                }
            ]
        }
    ],
}


@pytest.fixture
async def boots(
    proxied_hass: HomeAssistant, house: Any, every_entity: None
) -> AsyncGenerator[Acting]:
    """Return a pair that is ready, in a furnished home."""
    for component, config in FURNITURE.items():
        assert await async_setup_component(proxied_hass, component, {component: config})
    acting = await set_up(proxied_hass, house)
    for entity_id in (MASSAGER, LIGHT):
        assert proxied_hass.states.get(entity_id) is not None
    yield acting
    if acting.entry.state is ConfigEntryState.LOADED:
        await proxied_hass.config_entries.async_unload(acting.entry.entry_id)


@pytest.fixture
def evening(boots: Acting) -> Evening:
    """Return what happens to the pair's routines."""
    return Evening(boots)

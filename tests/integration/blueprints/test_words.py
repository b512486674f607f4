"""Blueprints that are put in place speak the language of the home."""

from pathlib import Path
import re
from typing import Any

from homeassistant.components.automation.helpers import (
    async_get_blueprints as automation_blueprints,
)
from homeassistant.components.blueprint import Blueprint
from homeassistant.components.script.helpers import (
    async_get_blueprints as script_blueprints,
)
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import load_yaml
import pytest

from custom_components.kumo_boots.automation.blueprint_words import texts_of, words_in
from custom_components.kumo_boots.automation.blueprints import SHIPPED

from .conftest import TELL, Make
from .test_installing import NAMES, STOP, act, place

TRANSLATIONS = Path(SHIPPED).parent / "translations"
OTHERS = sorted({path.stem for path in TRANSLATIONS.glob("*.json")} - {"en"})
PLACEHOLDER = re.compile(r"{{ \w+ }}")


def shipped(name: str) -> Any:
    """Read a blueprint as it is shipped."""
    return load_yaml(SHIPPED / name)


def in_english() -> set[str]:
    """Return every text of every blueprint."""
    return {place[key] for name in NAMES for place, key in texts_of(shipped(name))}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_its_words(language: str) -> None:
    """None is missing, none is left over, and what is filled in stays."""
    words = words_in(language)
    assert set(words) == in_english()
    for english, said in words.items():
        assert said.strip()
        assert set(PLACEHOLDER.findall(said)) == set(PLACEHOLDER.findall(english))
        assert len(re.findall(r"\*[^*]+\*", said)) == len(
            re.findall(r"\*[^*]+\*", english)
        )


@pytest.mark.parametrize("language", OTHERS)
async def test_only_the_words_are_different(hass: HomeAssistant, language: str) -> None:
    """Home Assistant takes them all, and they do what the English ones do."""
    hass.config.language = language
    assert await act(hass, "install_blueprints") == dict.fromkeys(NAMES, "installed")
    for home in (automation_blueprints(hass), script_blueprints(hass)):
        for blueprint in (await home.async_get_blueprints()).values():
            assert isinstance(blueprint, Blueprint)
            assert blueprint.validate() is None
    words = words_in(language)
    for name in NAMES:
        english, there = shipped(name), load_yaml(place(hass, name))
        assert isinstance(there, dict)
        for (of_english, key), (of_ours, _) in zip(
            texts_of(english), texts_of(there), strict=True
        ):
            assert of_ours[key] == words[of_english[key]]
            of_english[key] = of_ours[key]
        assert there == english
    assert await act(hass, "install_blueprints") == dict.fromkeys(NAMES, "unchanged")


async def test_another_language_later(hass: HomeAssistant) -> None:
    """Brings them into it; a language of nobody's is English, a country's its own."""
    await act(hass, "install_blueprints")
    english = place(hass).read_bytes()
    assert english == (SHIPPED / STOP).read_bytes()
    hass.config.language = "de-CH"
    assert (await act(hass, "install_blueprints"))[STOP] == "updated"
    assert words_in("de")["Buttons"] in place(hass).read_text()
    hass.config.language = "fi"
    assert (await act(hass, "install_blueprints"))[STOP] == "updated"
    assert place(hass).read_bytes() == english


@pytest.mark.parametrize("language", OTHERS)
async def test_a_phone_is_told_in_it(
    hass: HomeAssistant, make: Make, told: list[str], language: str
) -> None:
    """With what it is about filled in."""
    hass.config.language = language
    await act(hass, "install_blueprints")
    hass.states.async_set("sensor.left", "22", {"friendly_name": "Left Battery"})
    await make("battery_tonight", batteries=["sensor.left"], tell=[TELL])
    await hass.services.async_call(
        "automation",
        "trigger",
        {"entity_id": "automation.made", "skip_condition": False},
        blocking=True,
    )
    await hass.async_block_till_done()
    english = "The boots may not last tonight: {{ low }}. Charge them now."
    assert told == [
        words_in(language)[english].replace("{{ low }}", "Left Battery 22 %")
    ]

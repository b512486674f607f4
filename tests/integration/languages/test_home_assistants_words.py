"""What Home Assistant has a word for is called by that word, in every language."""

from functools import cache
import json
from pathlib import Path
import re
from typing import Final
import unicodedata

import hass_frontend
from homeassistant.components import sensor
import pytest

from .test_languages import ENGLISH, LANGUAGES, read, texts

FOLDER = Path(hass_frontend.__file__).parent / "static" / "translations"
SENSOR = Path(sensor.__file__).parent / "translations"

TERMS: Final = {
    r"automations?": "ui.panel.config.automation.caption",
    r"blueprints?": "ui.panel.config.blueprint.caption",
    r"integrations?": "ui.components.navigation-picker.route.integrations",
    r"devices?": "ui.components.navigation-picker.route.devices",
    r"entit(y|ies)": "ui.components.navigation-picker.route.entities",
    r"scripts?": "ui.components.related-items.script",
    r"scenes?": "ui.components.related-items.scene",
    r"administrators?": "ui.panel.config.person.detail.admin",
    r"voice assistants?": "ui.dialogs.entity_registry.editor.voice_assistants",
    r"statistics": "ui.panel.config.tools.tabs.statistics.title",
    r"batter(y|ies)": "ui.panel.config.devices.data_table.battery",
    r"history": "panel.history",
    r"submit": "ui.panel.config.integrations.config_flow.submit",
    r"Devices & services": "ui.panel.config.dashboard.devices.main",
    r"(?<=under )Settings": "panel.config",
}
"""What is said in English, and where Home Assistant's frontend says it."""

ALIKE: Final = {
    "common.card_battery": "ui.panel.config.devices.data_table.battery",
    "common.card_unknown": "state.default.unknown",
    "common.card_editor_name": "ui.panel.lovelace.editor.card.generic.name",
    "common.card_week": "ui.components.date-range-picker.ranges.this_week",
    "entity.number.duration.name": "sensor.entity_component.duration.name",
    "entity.number.target_pressure.name": "sensor.entity_component.pressure.name",
    "entity.sensor.phase.state.fault": (
        "ui.panel.config.integrations.integration_page.attention_entries"
    ),
    "options.step.init.data.history_detail": "panel.history",
    **{
        f"selector.routine_days.options.{day[:3]}": f"ui.weekdays.{day}"
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    },
}
"""Texts of ours that are a word of Home Assistant's, and nothing else."""

NOT_MEANT: Final = frozenset({"config.step.precautions.description"})
"""Here a device is one that a person has in their body."""


@cache
def frontend(language: str) -> dict[str, str]:
    """Return what Home Assistant's pages and sensors say in a language, by path."""
    name = re.compile(rf"{language}-[0-9a-f]{{32}}\.json")
    said: dict[str, str] = {}
    for path in FOLDER.rglob(f"{language}-*.json"):
        if name.fullmatch(path.name):
            said |= texts(json.loads(path.read_text(encoding="utf-8")))
    core = SENSOR / f"{language}.json"
    return said | dict(texts(json.loads(core.read_text(encoding="utf-8")), "sensor."))


def plain(text: str) -> str:
    """Return a text without accents and capitals: a plural may change both."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFD", text.casefold())
        if not unicodedata.combining(letter)
    )


def stems(term: str) -> list[str]:
    """Return what its words have in common with their other forms."""
    return [
        word[: max(4, round(len(word) * 0.62))]
        for word in plain(term).split()
        if len(word) > 2 or term.casefold() == word
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thing_of_home_assistants_has_its_name(language: str) -> None:
    """Wherever the English text speaks of it."""
    words, theirs = read(language), frontend(language)
    wrong = [
        (path, theirs[key])
        for term, key in TERMS.items()
        for path, text in ENGLISH.items()
        if path not in NOT_MEANT
        and re.search(rf"\b{term}\b", re.sub(r"{\w+}", "", text), re.IGNORECASE)
        and not all(stem in plain(words[path]) for stem in stems(theirs[key]))
    ]
    assert wrong == []


def test_every_thing_is_spoken_of() -> None:
    """A term that no text has any more would compare nothing."""
    texts_ = [re.sub(r"{\w+}", "", text) for text in ENGLISH.values()]
    assert not [
        term
        for term in TERMS
        if not any(re.search(rf"\b{term}\b", text, re.IGNORECASE) for text in texts_)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_home_assistants_is_the_same(language: str) -> None:
    """Letter for letter, but for capitals."""
    words, theirs = read(language), frontend(language)
    wrong = {
        path: (words[path], theirs[key])
        for path, key in ALIKE.items()
        if words[path].casefold() != theirs[key].casefold()
    }
    assert wrong == {}

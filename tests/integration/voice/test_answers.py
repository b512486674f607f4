"""What is answered: by us, in every language, and by nobody in our stead."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from custom_components.kumo_boots.voice import sessions
from custom_components.kumo_boots.voice.install import NAME
from custom_components.kumo_boots.voice.telling import STATES

from ..entities.acting import Acting
from .conftest import Voice
from .test_sentences import HANDLERS, LANGUAGES, sentences

VOICE = Path(sessions.__file__).parent
COMMON = "common.voice_"

STOPPED = {"stopped", "already_idle", "declined", "asked"}
"""What becomes of a stop: each is the name of its answer."""


def answers(tree: ast.AST) -> Iterator[str]:
    """Yield the answers that are written into a program, without *voice_*."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        how, said = getattr(node.func, "attr", ""), node.args[0]
        if not isinstance(said, ast.Constant) or not isinstance(said.value, str):
            continue
        if said.value.startswith(COMMON):
            yield said.value.removeprefix(COMMON)
        elif how in {"say", "say_minutes"}:
            yield said.value
        if how == "say_minutes":
            yield f"{said.value}_one"


def used() -> set[str]:
    """Return all that may be answered."""
    trees = (ast.parse(path.read_text()) for path in VOICE.glob("*.py"))
    return {each for tree in trees for each in answers(tree)} | {
        *STATES.values(),
        *STOPPED,
    }


def words(language: str) -> dict[str, Any]:
    """Return what a language has in common for all."""
    path = VOICE.parent / "translations" / f"{language}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))["common"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_understood_is_answered(language: str) -> None:
    """Every answer of every intent has its text, and no text is left unsaid."""
    said = {
        key.removeprefix("voice_"): text
        for key, text in words(language).items()
        if key.startswith("voice_")
    }
    assert set(said) == used()
    assert all(said.values())
    known = sentences(language)
    assert set(known["intents"]) == set(HANDLERS)
    # They would never be read: the handlers always say something.
    assert "responses" not in known


async def test_nobody_talks_over_what_was_really_done(
    voice: Voice, boots: Acting
) -> None:
    """Responses that somebody wrote for our intents are not read: ours are said."""
    lie = "All is well."
    own = {
        "language": "en",
        "intents": {
            "KumoBootsStop": {"data": [{"sentences": ["boots begone"]}]},
            "KumoBootsPause": {"data": [{"sentences": ["boots hold it"]}]},
        },
        "responses": {"intents": {name: {"default": lie} for name in HANDLERS}},
    }
    place = Path(voice.hass.config.path("custom_sentences", "en", NAME))
    place.with_name("own.yaml").write_text(yaml.safe_dump(own))
    await voice.hass.services.async_call("conversation", "reload", blocking=True)
    answer = await voice.say("boots begone")
    assert answer == "Nothing was running. The boots are empty."
    assert "not possible right now" in await voice.say("boots hold it")

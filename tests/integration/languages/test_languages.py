"""Every language says everything, with the same placeholders and the same marks."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.kumo_boots import services

FOLDER = Path(services.__file__).parent / "translations"
LANGUAGES = ("de", "es", "fr", "it", "nl", "pt")
MARKS = ("**", "`", "\n\n", "](")
"""What Markdown needs to come through."""
SAME_LONG = 25
"""A text of this length, without its placeholders, is not the same in two languages."""


def texts(words: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its path."""
    for key, value in words.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def read(language: str) -> dict[str, str]:
    """Return what a language says, by path."""
    content = (FOLDER / f"{language}.json").read_text(encoding="utf-8")
    return dict(texts(json.loads(content)))


ENGLISH = read("en")


def placeholders(text: str) -> set[str]:
    """Return what is filled in."""
    return set(re.findall(r"{(\w+)", text))


def test_all_languages_are_there() -> None:
    """And no other, which nothing would compare."""
    assert {path.stem for path in FOLDER.glob("*.json")} == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_and_filled_in(language: str) -> None:
    """The same keys, the same placeholders."""
    words = read(language)
    assert set(words) == set(ENGLISH)
    wrong = {
        path: (placeholders(ENGLISH[path]), placeholders(text))
        for path, text in words.items()
        if placeholders(text) != placeholders(ENGLISH[path])
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_looks_the_same(language: str) -> None:
    """Emphasis, code, paragraphs and links; nothing empty, nothing at the edges."""
    words = read(language)
    wrong = [
        path
        for path, text in words.items()
        if not text
        or text != text.strip()
        or any(text.count(mark) != ENGLISH[path].count(mark) for mark in MARKS)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_another_language(language: str) -> None:
    """No long text was left in English."""
    left = [
        path
        for path, text in read(language).items()
        if text == ENGLISH[path] and len(re.sub(r"{\w+}", "", text)) >= SAME_LONG
    ]
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_yes_is_no_no(language: str) -> None:
    """What answers a spoken question one way does not answer it the other way."""
    words = read(language)
    yes, no = (
        {word.strip() for word in words[f"common.voice_words_{each}"].split(",")}
        for each in ("yes", "no")
    )
    assert yes
    assert no
    assert not yes & no
    assert not [word for word in yes | no if word != word.casefold()]

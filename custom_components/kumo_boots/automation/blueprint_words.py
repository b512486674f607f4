"""The blueprints in the language of the home.

Home Assistant has no translations for blueprints: what is imported by its address is
English. What the action puts in place is written in the home's own language, the
messages that a phone will show included; what an automation does is the same in all.
"""

from collections.abc import Iterator, Mapping, MutableMapping
import json
from pathlib import Path
from typing import Any, Final

from homeassistant.util.yaml import dump, parse_yaml

WORDS: Final = Path(__file__).parent.parent / "blueprints" / "words"
"""One file per language: each English text of any blueprint, and what it is there."""


def words_in(language: str) -> Mapping[str, str]:
    """Return the words of a language, or of its root; none for English and others."""
    for known in (language, language.split("-", maxsplit=1)[0]):
        if (path := WORDS / f"{known}.json").exists():
            words: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            return words
    return {}


def in_words(text: bytes, words: Mapping[str, str]) -> bytes:
    """Return a blueprint in other words; as it is written where there are none."""
    if not words:
        return text
    blueprint = parse_yaml(text.decode())
    assert isinstance(blueprint, dict)
    for place, key in texts_of(blueprint):
        place[key] = words.get(place[key], place[key])
    return dump(blueprint).encode()


def texts_of(
    blueprint: Mapping[str, Any],
) -> Iterator[tuple[MutableMapping[str, Any], str]]:
    """Find every text of a blueprint that a person reads: where it is, and its key."""
    about = blueprint["blueprint"]
    yield about, "name"
    yield about, "description"
    yield from _texts_of_inputs(about["input"])


def _texts_of_inputs(
    inputs: Mapping[str, Any],
) -> Iterator[tuple[MutableMapping[str, Any], str]]:
    for each in inputs.values():
        for key in ("name", "description"):
            if key in each:
                yield each, key
        selector = each.get("selector", {})
        # What is written there is said to people; other defaults are not words.
        if "text" in selector and each.get("default"):
            yield each, "default"
        for option in (selector.get("select") or {}).get("options", ()):
            yield option, "label"
        yield from _texts_of_inputs(each.get("input", {}))

"""Every language understands what its people say, and leaves the rest alone."""

from collections.abc import Iterator
from itertools import islice
import json
from pathlib import Path
from typing import Any

from hassil.errors import MissingListError
from hassil.intents import Intents, TextSlotList
from hassil.recognize import RecognizeResult, recognize_best
from hassil.sample import sample_sentence
from hassil.util import merge_dict
from home_assistant_intents import get_intents
import pytest
import yaml

import custom_components.kumo_boots as integration
from custom_components.kumo_boots import intent as intents
from custom_components.kumo_boots.voice.aim import PLACES
from simulator.dialogue import ACTS, ENGLISH, Act, bare_words

FOLDER = Path(integration.__file__).parent / "sentences"
TRANSLATIONS = FOLDER.parent / "translations"
CORPUS = Path(__file__).parent / "corpus"
LANGUAGES = sorted(path.name for path in FOLDER.iterdir())
FEW = 4
"""Of each sentence of Home Assistant's own; all would be millions."""
THOROUGH = ("en", "es", "fr", "de")
HANDLERS = {handler.intent_type: handler for handler in intents.HANDLERS}


def sentences(language: str) -> dict[str, Any]:
    """Read the sentences of a language."""
    path = FOLDER / language / "kumo_boots.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def corpus(language: str) -> dict[str, Any]:
    """Read what people say in a language."""
    path = CORPUS / f"{language}.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.fixture(params=LANGUAGES, scope="module")
def language(request: pytest.FixtureRequest) -> str:
    """Go through all languages."""
    return str(request.param)


@pytest.fixture(scope="module")
def understood(language: str) -> Intents:
    """Load a language as the default agent does."""
    known: dict[str, Any] = {"language": language, "intents": {}}
    merge_dict(known, sentences(language))
    return Intents.from_dict(known)


def recognized(understood: Intents, text: str, area: str) -> RecognizeResult | None:
    """Recognize a sentence in a home with one room."""
    return recognize_best(
        text,
        understood,
        slot_lists={
            "area": TextSlotList.from_strings([area], name="area"),
            "floor": TextSlotList.from_strings([], name="floor"),
        },
        best_slot_name="name",
    )


def test_what_is_said_is_understood(language: str, understood: Intents) -> None:
    """Each sentence is its intent, with its slots and no others."""
    heard = corpus(language)
    area = heard.get("area", "Living room")
    wrong, count = [], 0
    for group in heard["said"]:
        for each in group["says"]:
            count += 1
            result = recognized(understood, each["text"], area)
            got = (None, {})
            if result is not None:
                slots = {name: entity.value for name, entity in result.entities.items()}
                slots |= {
                    name: value.strip()
                    for name, value in slots.items()
                    if isinstance(value, str)
                }
                got = result.intent.name, slots
            if got != (group["intent"], each.get("slots", {})):
                wrong.append((each["text"], got))
    assert not wrong, "\n".join(map(str, wrong))
    assert count >= (50 if language in THOROUGH else 20)


def test_what_is_not_for_the_boots_is_left_alone(
    language: str, understood: Intents
) -> None:
    """Bare words, and what is said to other devices."""
    none = corpus(language)["none"]
    heard = {text: recognized(understood, text, "Living room") for text in none}
    assert {text for text, result in heard.items() if result is not None} == set()
    assert len(none) >= (20 if language in THOROUGH else 10)


def test_no_stop_is_left_for_a_word_in_it(language: str, understood: Intents) -> None:
    """A name nobody has is stopped all the same; only what is in ``left`` is not."""
    texts = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
    others = set(texts["common"]["voice_words_not"].split(", "))
    heard = corpus(language)
    stops = [group for group in heard["said"] if group["intent"] == "KumoBootsStop"]
    free = [
        word
        for group in stops
        for each in group["says"]
        for place in PLACES
        for word in each.get("slots", {}).get(place, "").casefold().split()
    ]
    assert free
    assert others.isdisjoint(free)


def built_in(language: str) -> Iterator[str]:
    """Yield what Home Assistant itself understands: a few of each of its sentences."""
    known = get_intents(language)
    assert known is not None
    intents = Intents.from_dict(known)
    texts = {"area": "Living room", "floor": "Attic", "name": "Lamp", "domain": "light"}
    slots = {
        name: TextSlotList.from_strings([text], name=name)
        for name, text in texts.items()
    }
    for intent in intents.intents.values():
        for data in intent.data:
            rules = {**intents.expansion_rules, **(data.expansion_rules or {})}
            lists = {**intents.slot_lists, **slots, **(data.slot_lists or {})}
            for sentence in data.sentences:
                try:
                    yield from islice(
                        sample_sentence(sentence, lists, rules, expand_ranges=False),
                        FEW,
                    )
                except MissingListError:
                    # It is about things that this home has none of.
                    continue


def test_what_home_assistant_understands_stays_its_own(
    language: str, understood: Intents
) -> None:
    """None of its own sentences is taken for one that is said to boots."""
    texts = set(built_in(language))
    taken = {text for text in texts if recognized(understood, text, "Living room")}
    assert taken == set()
    assert len(texts) > 200


def test_every_language_has_every_intent(language: str) -> None:
    """And every slot that is said is one that its handler takes."""
    intents = sentences(language)["intents"]
    assert set(intents) == set(HANDLERS)
    for name, intent in intents.items():
        taken = {str(slot) for slot in HANDLERS[name]().slot_schema}
        for data in intent["data"]:
            assert set(data.get("slots", {})) <= taken


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.language)
def test_the_demo_speaks_so_that_it_is_understood(act: Act) -> None:
    """In its own language where there are sentences in it, and in English."""
    for language in {ENGLISH, act.language} & {*LANGUAGES}:
        understood = Intents.from_dict({"intents": {}} | sentences(language))
        heard = {
            (turn.english if language == ENGLISH else turn.own): turn.answers
            for turn in act.turns
        }
        for line, answers in heard.items():
            found = recognized(understood, line, "Living room")
            assert (found is None) == answers, (language, line)
    spoken = {act.line(turn).casefold() for turn in act.turns if turn.answers}
    assert spoken <= bare_words(act.spoken)

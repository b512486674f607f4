"""Every error of the boots has words, and the words fit."""

from collections.abc import Iterator
from importlib import import_module
import json
from pathlib import Path
import pkgutil
import re

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

import custom_components.kumo_boots as integration
from custom_components.kumo_boots.boots.errors import (
    BootsError,
    LimitError,
    NoSlotError,
    WrongPhaseError,
)
from custom_components.kumo_boots.exceptions import (
    FIELDS,
    speaking_to_people,
    translated,
)
from custom_components.kumo_boots.people.rules import NOT_NOW
from custom_components.kumo_boots.routines.errors import RoutineError
from custom_components.kumo_boots.voice.aim import VoiceError

FOLDER = Path(integration.__file__).parent
WORDS = json.loads((FOLDER / "translations" / "en.json").read_text())

# A kind that nobody has imported would not be found.
for module in pkgutil.walk_packages(integration.__path__, f"{integration.__name__}."):
    import_module(module.name)


def kinds(kind: type[BootsError] = BootsError) -> Iterator[type[BootsError]]:
    """Return every kind of error there is."""
    yield kind
    for each in kind.__subclasses__():
        yield from kinds(each)


def placeholders(text: str) -> set[str]:
    """Return what a text wants filled in."""
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize(
    "kind", sorted(set(kinds()), key=lambda kind: (kind.key, kind.__name__))
)
def test_every_error_is_said_with_all_its_placeholders(
    kind: type[BootsError],
) -> None:
    """Both where somebody acts and in the config flow."""
    config = WORDS["config"]
    said = WORDS["exceptions"]
    if kind.key in {"not_a_pair", "wrong_leg"}:  # of the flow alone; they end it
        assert kind.key in config["abort"]
        return
    error = translated(kind(), reason="why")
    assert error.translation_key == kind.key
    given = set(error.translation_placeholders or ())
    assert placeholders(said[kind.key]["message"]) <= given
    # Of wearers, routines and voices, whom the config flow does not know yet.
    if kind in NOT_NOW or issubclass(kind, (RoutineError, VoiceError)):
        assert kind.key not in config["error"] or kind is VoiceError
        return
    assert placeholders(config["error"][kind.key]) == set()


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_limit_is_named(field: str) -> None:
    """With the numbers a person knows."""
    error = translated(LimitError(field=field, value=120, minimum=60, maximum=1800))
    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == f"out_of_range_{field}"
    text = WORDS["exceptions"][error.translation_key]["message"]
    assert error.translation_placeholders is not None
    assert placeholders(text) <= set(error.translation_placeholders)
    assert error.translation_placeholders["maximum"] == (
        "30" if field in {"duration", "remaining"} else "1800"
    )


def test_odd_values_are_said_as_they_are() -> None:
    """A fraction keeps one decimal, a word stays, what is missing is a dash."""
    error = translated(LimitError(field="duration", value=90))
    assert error.translation_placeholders == {
        "reason": "",
        "field": "duration",
        "value": "1.5",
        "minimum": "–",
        "maximum": "–",
        "step": "1",
    }
    assert translated(LimitError(field="hue", value=1)).translation_key == (
        "out_of_range"
    )


def test_errors_are_put_into_words_where_people_are_spoken_to() -> None:
    """With the reason; what the caller can put right is told without a trace."""
    with pytest.raises(HomeAssistantError) as caught, speaking_to_people(lambda: "far"):
        raise NoSlotError
    assert not isinstance(caught.value, ServiceValidationError)
    assert caught.value.translation_placeholders == {"reason": "far"}
    with pytest.raises(ServiceValidationError), speaking_to_people():
        raise WrongPhaseError(phase="idle")
    with speaking_to_people():
        pass

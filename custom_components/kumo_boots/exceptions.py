"""What went wrong with the boots, in the words of the person who asked."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .boots.errors import (
    BootsError,
    BusyError,
    LimitError,
    NeedsPersonError,
    NotSupportedError,
    RequestChangedError,
    WrongPhaseError,
)
from .const import DOMAIN
from .people.rules import NOT_NOW
from .routines.errors import RoutineError

FIELDS = frozenset(
    {
        "target",
        "level",
        "duration",
        "remaining",
        "boost",
        "legs",
        "zones",
        "hold",
        "release",
    }
    | {"rest"}
)
"""Fields of a LimitError that have a text of their own."""

IN_MINUTES = frozenset({"duration", "remaining"})
"""Fields whose seconds a person reads as minutes."""

ASKED_FOR_TOO_MUCH = (
    BusyError,
    LimitError,
    NeedsPersonError,
    NotSupportedError,
    RequestChangedError,
    RoutineError,
    WrongPhaseError,
    *NOT_NOW,
)
"""What the caller can put right: told without a trace in the log."""

COUNTED = {"rest_first": "rest"}
"""Errors that have a second text, ``…_one``, for one of what they count."""

NO_LIMIT = "–"


class StopNotReachedError(BootsError):
    """The boots could not be told to stop, and nothing says that they are empty."""

    key = "stop_not_reached"


def number(value: str | float) -> str:
    """Write a number as a person does: no decimals where there are none."""
    if isinstance(value, str):
        return value
    return f"{value:.1f}".removesuffix(".0")


def key_and_placeholders(error: BootsError) -> tuple[str, dict[str, str]]:
    """Return the translation key of an error and all its placeholders as text."""
    values = dict(error.values)
    key = error.key
    if isinstance(error, LimitError):
        field = str(values.get("field"))
        if field in FIELDS:
            key = f"{key}_{field}"
        values.setdefault("step", 1)
        for name in ("value", "minimum", "maximum"):
            value = values.setdefault(name, NO_LIMIT)
            if field in IN_MINUTES and not isinstance(value, str):
                values[name] = value / 60
    counted = COUNTED.get(key)
    if counted is not None and values.get(counted) == 1:
        key = f"{key}_one"
    return key, {name: number(value) for name, value in values.items()}


def translated(error: BootsError, reason: str = "") -> HomeAssistantError:
    """Return the error that Home Assistant shows for one of the boots'.

    ``reason`` is why the boots cannot be reached, where that is known.
    """
    key, placeholders = key_and_placeholders(error)
    kind = (
        ServiceValidationError
        if isinstance(error, ASKED_FOR_TOO_MUCH)
        else HomeAssistantError
    )
    return kind(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"reason": reason} | placeholders,
    )


@contextmanager
def speaking_to_people(reason: Callable[[], str] = str) -> Generator[None]:
    """Turn errors of the boots raised inside into translated ones.

    ``reason`` is asked only then: it must not keep a stop from being sent.
    """
    try:
        yield
    except BootsError as error:
        raise translated(error, reason()) from error

"""A time that is to come is said as people say it, in every language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
import pytest

from custom_components.kumo_boots.exceptions import translated
from custom_components.kumo_boots.people.rules import (
    QuietHoursError,
    RestFirstError,
    When,
)
from custom_components.kumo_boots.wording import async_words

ZONE = ZoneInfo("Europe/Berlin")
FRIDAY_NIGHT = datetime(2026, 11, 27, 21, 0, tzinfo=ZONE)
TODAY = FRIDAY_NIGHT.replace(hour=22, minute=30)
MIDNIGHT = datetime(2026, 11, 28, tzinfo=ZONE)
TOMORROW = MIDNIGHT.replace(hour=7)
MONDAY = datetime(2026, 11, 30, 7, 5, tzinfo=ZONE)
LATER = datetime(2026, 12, 7, 7, 5, tzinfo=ZONE)

SAID = {
    "en": (
        "from 22:30.",
        "from tomorrow.",
        "from tomorrow at 07:00.",
        "from Monday at 07:05.",
        "from Monday, December 7 at 07:05.",
    ),
    "de": (
        "ab 22:30 Uhr möglich.",
        "ab morgen möglich.",
        "ab morgen um 07:00 Uhr möglich.",
        "ab Montag um 07:05 Uhr möglich.",
        "ab Montag, 7. Dezember, um 07:05 Uhr möglich.",
    ),
    "es": (
        "a partir de: 22:30.",
        "a partir de: mañana.",
        "a partir de: mañana a las 07:00.",
        "a partir de: el lunes a las 07:05.",
        "a partir de: el lunes 7 de diciembre a las 07:05.",
    ),
    "fr": (
        "à partir de 22:30.",
        "à partir de demain.",
        "à partir de demain à 07:00.",
        "à partir de lundi à 07:05.",
        "à partir de lundi 7 décembre à 07:05.",
    ),
    "it": (
        "a partire da: ore 22:30.",
        "a partire da: domani.",
        "a partire da: domani alle 07:00.",
        "a partire da: lunedì alle 07:05.",
        "a partire da: lunedì 7 dicembre alle 07:05.",
    ),
    "pt": (
        "a partir de: 22:30.",
        "a partir de: amanhã.",
        "a partir de: amanhã às 07:00.",
        "a partir de: segunda-feira às 07:05.",
        "a partir de: segunda-feira, 7 de dezembro, às 07:05.",
    ),
    "nl": (
        "vanaf 22:30 uur.",
        "vanaf morgen.",
        "vanaf morgen om 07:00 uur.",
        "vanaf maandag om 07:05 uur.",
        "vanaf maandag 7 december om 07:05 uur.",
    ),
}


@pytest.mark.parametrize("language", SAID)
async def test_when_it_may_be(hass: HomeAssistant, language: str) -> None:
    """Later today, the day after, its morning, a day of this week, one after it."""
    words = await async_words(hass, language)
    for at, wanted in zip(
        (TODAY, MIDNIGHT, TOMORROW, MONDAY, LATER), SAID[language], strict=True
    ):
        said = words.of_error(QuietHoursError("Anna", When(at, FRIDAY_NIGHT)))
        assert said.endswith(wanted)


@pytest.mark.parametrize(
    ("language", "ending"),
    [
        ("en", "from tomorrow at 01:30."),
        ("es", "a partir de: mañana a la 01:30."),
        ("it", "a partire da: domani all'01:30."),
        ("pt", "a partir de: amanhã à 01:30."),
    ],
)
async def test_one_o_clock(hass: HomeAssistant, language: str, ending: str) -> None:
    """It is one hour, and several languages hear that."""
    words = await async_words(hass, language)
    at = MIDNIGHT.replace(hour=1, minute=30)
    said = words.of_error(QuietHoursError("Anna", When(at, FRIDAY_NIGHT)))
    assert said.endswith(ending)


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("en", "for an hour", "for 12 hours"),
        ("de", "eine Stunde", "12 Stunden"),
        ("es", "una hora", "12 horas"),
        ("fr", "une heure", "12 heures"),
        ("it", "un'ora", "12 ore"),
        ("pt", "uma hora", "12 horas"),
        ("nl", "een uur", "12 uur"),
    ],
)
async def test_how_long_somebody_rests(
    hass: HomeAssistant, language: str, one: str, several: str
) -> None:
    """Said, and shown by an action that is refused."""
    words = await async_words(hass, language)
    until = When(TOMORROW, FRIDAY_NIGHT)
    assert f" {one} " in words.of_error(RestFirstError("Anna", 1, until)).replace(
        ".", " "
    )
    assert several in words.of_error(RestFirstError("Anna", 12, until))
    assert "1.5" in words.of_error(RestFirstError("Anna", 1.5, until))
    assert translated(RestFirstError("Anna", 1)).translation_key == "rest_first_one"
    assert translated(RestFirstError("Anna", 2)).translation_key == "rest_first"


@pytest.mark.parametrize(
    ("at", "written"),
    [(TODAY, "22:30"), (MIDNIGHT, "2026-11-28 00:00"), (LATER, "2026-12-07 07:05")],
)
def test_on_a_screen_it_is_the_same_in_all_languages(
    at: datetime, written: str
) -> None:
    """Where the language of who reads is not known."""
    assert When(at, FRIDAY_NIGHT) == written


@pytest.mark.parametrize("language", SAID)
async def test_every_day_and_month_has_its_name(
    hass: HomeAssistant, language: str
) -> None:
    """Seven and twelve, none of them twice."""
    words = await async_words(hass, language)
    for key, count in (("days", 7), ("months", 12)):
        names = words.say(f"common.when_{key}").split(", ")
        assert len(set(names)) == len(names) == count

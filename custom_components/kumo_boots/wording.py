"""The words for a person, in their own language, outside of the frontend."""

from collections.abc import Mapping
from datetime import time
from typing import Final

from homeassistant.components.frontend.storage import async_user_store
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import (
    async_get_cached_translations,
    async_get_translations,
)

from .boots.errors import BootsError
from .boots.model import Measure, Programme, Side
from .const import DOMAIN
from .exceptions import key_and_placeholders
from .people.rules import When
from .setpoints import BOTH_LEGS, legs_key

DAYS_A_WEEK: Final = 7
CATEGORIES = ("common", "exceptions", "issues", "selector")
"""Those sections of the translations that are said outside of the frontend."""


class Words:
    """The texts of one language; English where that language has none."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take texts as Home Assistant's translations have them."""
        self._texts = texts

    def say(self, key: str, **placeholders: str) -> str:
        """Return a text of ours with its placeholders filled.

        ``key`` is its path in the translations: *common.question_start*.
        """
        text = self._texts[f"component.{DOMAIN}.{key}"]
        for name, value in placeholders.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def several(self, key: str) -> list[str]:
        """Return words that lie side by side in one text, in lower case."""
        return [word.strip().casefold() for word in self.say(key).split(",")]

    def maybe(self, key: str) -> str:
        """Return a text of ours; empty where there is none."""
        return self._texts.get(f"component.{DOMAIN}.{key}", "")

    def of_error(self, error: BootsError) -> str:
        """Return what went wrong, and what to do; without the technical reason."""
        key, placeholders = key_and_placeholders(error)
        said = {
            name: self.of_time(value) if isinstance(value, When) else value
            for name, value in placeholders.items()
        }
        return self.say(f"exceptions.{key}.message", reason="", **said).strip()

    def of_time(self, when: When) -> str:
        """Say a time that is to come, as people do: today's is a time, then a day."""
        at = when.at
        days = (at.date() - when.seen.date()).days
        if days == 0:
            how = "today"
        elif days == 1:
            # The midnight before tomorrow is tomorrow.
            how = "tomorrow" if at.time() == time() else "tomorrow_at"
        else:
            how = "weekday" if days < DAYS_A_WEEK else "date"
        clock = f"{at:%H:%M}"
        # One o'clock has an article of its own in some languages.
        article = "at_one" if at.hour == 1 else "at"
        return self.say(
            f"common.when_{how}",
            time=clock,
            at=self.say(f"common.when_{article}", time=clock),
            day=self.say("common.when_days").split(", ")[at.weekday()],
            number=str(at.day),
            month=self.say("common.when_months").split(", ")[at.month - 1],
        )

    def of_legs(self, legs: frozenset[Side]) -> str:
        """Name legs: one, or both."""
        return self.say(f"selector.legs.options.{legs_key(legs) or BOTH_LEGS}")

    def of_programme(self, programme: Programme) -> str:
        """Name how the chambers follow each other."""
        if programme is Programme.OWN:
            return self.say("common.mode_own")
        return self.say(f"selector.mode.options.{programme}")

    def of_strength(self, strength: int, measure: Measure) -> str:
        """Say how strong a session is, as the boots count it."""
        return self.say(f"common.strength_{measure}", strength=str(strength))


async def async_words(hass: HomeAssistant, language: str) -> Words:
    """Load the texts of a language."""
    texts: dict[str, str] = {}
    for category in CATEGORIES:
        texts |= await async_get_translations(hass, language, category, [DOMAIN])
    return Words(texts)


@callback
def cached_words(hass: HomeAssistant) -> Words:
    """Return the texts of the household's language, as they are loaded already."""
    texts: dict[str, str] = {}
    for category in CATEGORIES:
        texts |= async_get_cached_translations(
            hass, hass.config.language, category, DOMAIN
        )
    return Words(texts)


async def async_language_of(hass: HomeAssistant, user_id: str) -> str:
    """Return the language that a user chose for the frontend, else the household's."""
    chosen = (await async_user_store(hass, user_id)).data.get("language")
    language = chosen.get("language") if isinstance(chosen, dict) else None
    return language if isinstance(language, str) else hass.config.language

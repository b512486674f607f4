"""The sentences for Home Assistant's own agent: put in place, and taken away again.

It reads sentences of others in its configuration only (``copies.py``). Nothing is
written there before a person wants it.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from homeassistant.const import SERVICE_RELOAD as RELOAD
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, issue_registry as ir
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.setup import async_when_setup
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ..const import DOMAIN
from ..copies import Result, hash_of, put, read
from ..kept_file import KeptFile

SERVICE_INSTALL_SENTENCES: Final = "install_sentences"
SERVICE_REMOVE_SENTENCES: Final = "remove_sentences"
ATTR_LANGUAGES: Final = "languages"
ISSUE: Final = "install_sentences"

CONVERSATION: Final = "conversation"
SHIPPED: Final = Path(__file__).parent.parent / "sentences"
NAME: Final = f"{DOMAIN}.yaml"
STORAGE_VERSION: Final = 1

type _Each = Callable[[dict[str, str]], dict[str, Result]]

INSTALL_SCHEMA = vol.Schema(
    {vol.Optional(ATTR_LANGUAGES): vol.All(cv.ensure_list, [cv.string])}
)


@callback
def async_setup_sentences(hass: HomeAssistant) -> None:
    """Register the actions, and look after what is installed once there is an agent."""
    async_register_admin_service(
        hass,
        DOMAIN,
        SERVICE_INSTALL_SENTENCES,
        _install,
        INSTALL_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    async_register_admin_service(
        hass,
        DOMAIN,
        SERVICE_REMOVE_SENTENCES,
        _remove,
        vol.Schema({}),
        supports_response=SupportsResponse.OPTIONAL,
    )
    async_when_setup(hass, CONVERSATION, _update_and_offer)


def sentences_store(hass: HomeAssistant) -> KeptFile:
    """Return where it is kept what we wrote: the hash of each copy, by language."""
    return KeptFile(hass, STORAGE_VERSION, f"{DOMAIN}.sentences")


def household_language(hass: HomeAssistant) -> str | None:
    """Return the language of the home, where there are sentences in it."""
    language = hass.config.language
    for known in (language, language.split("-")[0]):
        if (SHIPPED / known / NAME).exists():
            return known
    return None


async def async_install(
    hass: HomeAssistant, languages: Iterable[str]
) -> JsonObjectType:
    """Put sentences in place, or bring ours up to date.

    Raises HomeAssistantError where a language has none, or they cannot be written.
    """

    def each(ours: dict[str, str]) -> dict[str, Result]:
        known = {*_languages()}
        if unknown := [language for language in languages if language not in known]:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="no_sentences",
                translation_placeholders={
                    "language": ", ".join(unknown),
                    "known": ", ".join(sorted(known)),
                },
            )
        return {
            language: put(
                (SHIPPED / language / NAME).read_bytes(),
                _place(hass, language),
                language,
                ours,
            )
            for language in languages
        }

    told = await _with_ours(hass, each)
    ir.async_delete_issue(hass, DOMAIN, ISSUE)
    return told


async def async_remove(hass: HomeAssistant) -> JsonObjectType:
    """Take ours away again; what a person has edited stays."""

    def each(ours: dict[str, str]) -> dict[str, Result]:
        told = {}
        for language, known in [*ours.items()]:
            place = _place(hass, language)
            there = read(place)
            if there is not None and hash_of(there) == known:
                place.unlink()
                told[language] = Result.REMOVED
            elif there is not None:
                told[language] = Result.KEPT
            del ours[language]
        return told

    ir.async_delete_issue(hass, DOMAIN, ISSUE)
    return await _with_ours(hass, each)


async def _install(call: ServiceCall) -> JsonObjectType:
    languages = call.data.get(ATTR_LANGUAGES) or [household_language(call.hass) or "en"]
    return await async_install(call.hass, languages)


async def _remove(call: ServiceCall) -> JsonObjectType:
    return await async_remove(call.hass)


async def _update_and_offer(hass: HomeAssistant, _component: str) -> None:
    """Bring up to date what is ours; offer it where there is nothing yet."""
    ours = await sentences_store(hass).async_load() or {}
    if ours:
        known = {*await hass.async_add_executor_job(list, _languages())}
        await async_install(hass, [each for each in ours if each in known])
        return
    language = await hass.async_add_executor_job(household_language, hass)
    if language is not None:
        ir.async_create_issue(
            hass,
            DOMAIN,
            ISSUE,
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE,
        )


async def _with_ours(hass: HomeAssistant, each: _Each) -> JsonObjectType:
    """Change copies, keep which are ours, and have the agent read them."""
    store = sentences_store(hass)
    ours: dict[str, str] = await store.async_load() or {}
    try:
        told = await hass.async_add_executor_job(each, ours)
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="sentences_not_written",
            translation_placeholders={"error": str(error)},
        ) from error
    finally:
        await store.async_save(ours)
    news = {*told.values()} & {Result.INSTALLED, Result.UPDATED, Result.REMOVED}
    if news and hass.services.has_service(CONVERSATION, RELOAD):
        await hass.services.async_call(CONVERSATION, RELOAD, blocking=True)
    return {
        "sentences": [
            {"language": language, "result": result.value}
            for language, result in told.items()
        ]
    }


def _languages() -> Iterator[str]:
    for path in sorted(SHIPPED.glob(f"*/{NAME}")):
        yield path.parent.name


def _place(hass: HomeAssistant, language: str) -> Path:
    return Path(hass.config.path("custom_sentences", language, NAME))

"""The blueprints that come with the integration: put in place, and taken away again.

Home Assistant looks for blueprints in its configuration only (``copies.py``).
"""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

from homeassistant.components.automation.helpers import (
    async_get_blueprints as async_get_automation_blueprints,
)
from homeassistant.components.blueprint import BlueprintInUse, DomainBlueprints
from homeassistant.components.script.helpers import (
    async_get_blueprints as async_get_script_blueprints,
)
from homeassistant.const import SERVICE_RELOAD as RELOAD
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..copies import Result, hash_of, put, read
from ..kept_file import KeptFile
from .blueprint_words import in_words, words_in

SERVICE_INSTALL_BLUEPRINTS: Final = "install_blueprints"
SERVICE_REMOVE_BLUEPRINTS: Final = "remove_blueprints"

SHIPPED: Final = Path(__file__).parent.parent / "blueprints"
STORAGE_VERSION: Final = 1

_HOMES: Final[dict[str, Callable[[HomeAssistant], DomainBlueprints]]] = {
    "automation": async_get_automation_blueprints,
    "script": async_get_script_blueprints,
}


@callback
def async_setup_blueprints(hass: HomeAssistant) -> None:
    """Register the actions, for administrators."""
    for name, act in (
        (SERVICE_INSTALL_BLUEPRINTS, _install),
        (SERVICE_REMOVE_BLUEPRINTS, _remove),
    ):
        async_register_admin_service(
            hass, DOMAIN, name, act, supports_response=SupportsResponse.OPTIONAL
        )


def blueprints_store(hass: HomeAssistant) -> KeptFile:
    """Return where it is kept what we wrote: the hash of each copy."""
    return KeptFile(hass, STORAGE_VERSION, f"{DOMAIN}.blueprints")


async def _install(call: ServiceCall) -> JsonObjectType:
    """Put every blueprint in place, or bring ours up to date, in the home's language."""
    return await _each(call.hass, _install_one)


async def _remove(call: ServiceCall) -> JsonObjectType:
    """Take ours away again, but for those in use."""
    return await _each(call.hass, _remove_one)


type _One = Callable[
    [HomeAssistant, DomainBlueprints, str, dict[str, str]], Awaitable[Result | None]
]


async def _each(hass: HomeAssistant, act: _One) -> JsonObjectType:
    """Do it with all of them, and tell what became of each."""
    store = blueprints_store(hass)
    ours: dict[str, str] = await store.async_load() or {}
    told: dict[str, Result] = {}
    try:
        for domain, name in await hass.async_add_executor_job(list, _shipped()):
            result = await act(hass, _HOMES[domain](hass), name, ours)
            if result is not None:
                told[f"{domain}/{name}"] = result
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="blueprints_not_written",
            translation_placeholders={"error": str(error)},
        ) from error
    finally:
        await store.async_save(ours)
    for domain in _HOMES:
        news = any(
            path.startswith(f"{domain}/") and result is Result.UPDATED
            for path, result in told.items()
        )
        if news and hass.services.has_service(domain, RELOAD):
            await hass.services.async_call(domain, RELOAD, blocking=True)
    return {
        "blueprints": [
            {"blueprint": path, "result": result.value} for path, result in told.items()
        ]
    }


def _shipped() -> Iterator[tuple[str, str]]:
    """Find what is shipped: the domain and the path below its folder."""
    for domain in _HOMES:
        folder = SHIPPED / domain
        for path in sorted(folder.glob("*/*.yaml")):
            yield domain, path.relative_to(folder).as_posix()


async def _install_one(
    hass: HomeAssistant, home: DomainBlueprints, name: str, ours: dict[str, str]
) -> Result:
    def write() -> Result:
        text = (SHIPPED / home.domain / name).read_bytes()
        return put(
            in_words(text, words_in(hass.config.language)),
            home.blueprint_folder / name,
            f"{home.domain}/{name}",
            ours,
        )

    result = await hass.async_add_executor_job(write)
    await home.async_reset_cache()
    return result


async def _remove_one(
    hass: HomeAssistant, home: DomainBlueprints, name: str, ours: dict[str, str]
) -> Result | None:
    """Return None for what was not there."""
    key, place = f"{home.domain}/{name}", home.blueprint_folder / name

    there = await hass.async_add_executor_job(read, place)
    if there is None:
        ours.pop(key, None)
        return None
    if ours.get(key) != hash_of(there):
        return Result.KEPT
    try:
        await home.async_remove_blueprint(name)
    except BlueprintInUse:
        return Result.IN_USE
    del ours[key]
    return Result.REMOVED

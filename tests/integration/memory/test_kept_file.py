"""Whatever lies in a file of ours, the boots are set up and can be stopped."""

import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.kept_file import ASIDE, KeptFile

from ..entities.acting import Acting
from ..entry.conftest import boots, house_plan

__all__ = ["boots", "house_plan"]


def folder_of(hass: HomeAssistant) -> Path:
    """Return where Home Assistant keeps such files, made if it is not there."""
    folder = Path(hass.config.path(".storage"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def file(data: Any, version: int = 1) -> str:
    """Return what lies in a file."""
    return json.dumps({"version": version, "minor_version": 1, "data": data})


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '"text"', "17", '{"version": 1}', file({}, 9), file({}, 0), file([1])],
)
async def test_what_cannot_be_read_is_kept_aside(
    hass: HomeAssistant, text: str
) -> None:
    """And what is written next is read again."""
    path = folder_of(hass) / "kumo_boots.one"
    path.write_text(text)
    assert await KeptFile(hass, 1, path.name).async_load() is None
    assert not path.exists()
    (aside,) = path.parent.glob(f"{path.name}{ASIDE}*")
    assert aside.read_text() == text
    await KeptFile(hass, 1, path.name).async_save({"good": True})
    assert await KeptFile(hass, 1, path.name).async_load() == {"good": True}
    await KeptFile(hass, 1, path.name).async_remove()
    assert not [*path.parent.glob(f"{path.name}*")]


NOT_OURS: list[Any] = [
    [1, 2],
    {"wearer": None, "busy": False, "return_at": "2999-01-01T00:00:00"},
    {"wearer": [], "busy": {}, "return_at": 5, "wearers": 7, "settings": "none"},
]


@pytest.mark.parametrize("data", NOT_OURS)
@pytest.mark.parametrize("version", [1, 9])
async def test_the_boots_can_be_stopped_whatever_is_kept_of_them(
    boots: Acting, version: int, data: Any
) -> None:
    """A newer version's files, or another program's: all five at once."""
    hass, entry = boots.hass, boots.entry
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    folder = folder_of(hass)
    names = [
        f"{DOMAIN}.{entry.entry_id}{each}"
        for each in ("", ".household", ".run", ".heard", ".diary")
    ]
    for name in names:
        (folder / name).write_text(file(data, version))
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert (await boots.ask("stop_session"))["result"] == "already_idle"
    if version == 9:
        for name in names:
            assert [*folder.glob(f"{name}{ASIDE}*")], name

"""Sentences are put in place when a person wants it, kept up to date, and taken away."""

from pathlib import Path
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.copies import hash_of
from custom_components.kumo_boots.voice import install
from custom_components.kumo_boots.voice.install import ISSUE, sentences_store

from ..by_hand.conftest import AddBoots, add
from .conftest import hass_config_dir

__all__ = ["add", "hass_config_dir"]


@pytest.fixture
async def house_without(hass: HomeAssistant) -> HomeAssistant:
    """Return a home with an agent, and without Bluetooth."""
    for component in ("homeassistant", "bluetooth", "conversation", "repairs"):
        assert await async_setup_component(hass, component, {})
    return hass


def place(hass: HomeAssistant, language: str) -> Path:
    """Return where the sentences of a language are."""
    return Path(hass.config.path("custom_sentences", language, "kumo_boots.yaml"))


async def act(hass: HomeAssistant, action: str, **data: Any) -> dict[str, str]:
    """Call an action, and return what became of each language."""
    response = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )
    assert response is not None
    return {each["language"]: each["result"] for each in response["sentences"]}


def offered(hass: HomeAssistant) -> bool:
    """Tell whether it is offered to install them."""
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE) is not None


async def test_offered_and_mended(add: AddBoots) -> None:
    """One press on *submit* teaches the agent; the offer is gone."""
    hass = (await add()).hass
    assert offered(hass)
    assert not place(hass, "en").exists()
    manager = hass.data[REPAIRS]["flow_manager"]
    flow = await manager.async_init(DOMAIN, data={"issue_id": ISSUE})
    assert flow["step_id"] == "confirm"
    done = await manager.async_configure(flow["flow_id"], {})
    assert done["type"] == "create_entry"
    assert place(hass, "en").exists()
    assert not offered(hass)


async def test_the_language_of_the_home(add: AddBoots) -> None:
    """A dialect is its language; of others nothing is offered, and English installed."""
    hass = (await add()).hass
    ir.async_delete_issue(hass, DOMAIN, ISSUE)
    hass.config.language = "en-GB"
    assert await act(hass, "install_sentences") == {"en": "installed"}
    assert await act(hass, "install_sentences") == {"en": "unchanged"}
    assert await act(hass, "remove_sentences") == {"en": "removed"}
    assert not place(hass, "en").exists()
    hass.config.language = "fi"
    await install._update_and_offer(hass, "conversation")
    assert not offered(hass)
    assert await act(hass, "install_sentences") == {"en": "installed"}
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "install_sentences", languages=["fi", "en"])
    assert refused.value.translation_placeholders["language"] == "fi"


async def test_what_a_person_edited_is_theirs(add: AddBoots) -> None:
    """It is neither written over nor taken away."""
    hass = (await add()).hass
    await act(hass, "install_sentences", languages=["en"])
    place(hass, "en").write_text("language: en\nintents: {}\n")
    assert await act(hass, "install_sentences", languages=["en"]) == {"en": "kept"}
    assert await act(hass, "remove_sentences") == {"en": "kept"}
    assert place(hass, "en").exists()


async def test_ours_is_brought_up_to_date(add: AddBoots) -> None:
    """When Home Assistant starts with newer sentences; gone ones are left in peace."""
    hass = (await add()).hass
    await act(hass, "install_sentences", languages=["en"])
    older = b"language: en\nintents: {}\n"
    place(hass, "en").write_bytes(older)
    await sentences_store(hass).async_save({"en": hash_of(older), "tlh": "x"})
    await install._update_and_offer(hass, "conversation")
    assert place(hass, "en").read_bytes() != older
    place(hass, "en").unlink()
    assert await act(hass, "remove_sentences") == {}


async def test_a_disk_that_is_full(
    add: AddBoots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is said."""
    hass = (await add()).hass

    def full(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(install, "put", full)
    with pytest.raises(HomeAssistantError, match="no space"):
        await act(hass, "install_sentences", languages=["en"])


async def test_gone_with_the_last_boots(add: AddBoots) -> None:
    """And not before."""
    first, second = await add(), await add()
    hass = first.hass
    await act(hass, "install_sentences", languages=["en"])
    await hass.config_entries.async_remove(first.entry.entry_id)
    assert place(hass, "en").exists()
    await hass.config_entries.async_remove(second.entry.entry_id)
    assert not place(hass, "en").exists()

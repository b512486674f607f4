"""Blueprints are put in place, brought up to date and taken away, but not from people."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from homeassistant.components.automation.helpers import (
    async_get_blueprints as automation_blueprints,
)
from homeassistant.components.blueprint import Blueprint
from homeassistant.components.script.helpers import (
    async_get_blueprints as script_blueprints,
)
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.setup import async_setup_component
import pytest
import yaml

from custom_components.kumo_boots.automation.blueprints import SHIPPED
from custom_components.kumo_boots.const import DOMAIN

from .conftest import Make

STOP = "automation/kumo_boots/stop_with_any_button.yaml"
NAMES = {
    *(path.relative_to(SHIPPED).as_posix() for path in SHIPPED.glob("*/*/*.yaml")),
}


async def act(hass: HomeAssistant, action: str) -> dict[str, str]:
    """Call one of the actions; return what became of each blueprint."""
    assert await async_setup_component(hass, DOMAIN, {})
    said = await hass.services.async_call(
        DOMAIN, action, blocking=True, return_response=True
    )
    assert said is not None
    told: Any = said["blueprints"]
    return {each["blueprint"]: each["result"] for each in told}


def place(hass: HomeAssistant, name: str = STOP) -> Path:
    """Return where a blueprint is put."""
    return Path(hass.config.path("blueprints", name))


async def test_in_place_and_away_again(hass: HomeAssistant) -> None:
    """All of them, once; Home Assistant finds them, and nothing stays."""
    assert len(NAMES) == 9
    assert await act(hass, "install_blueprints") == dict.fromkeys(NAMES, "installed")
    found: dict[str, Any] = {}
    for home in (automation_blueprints(hass), script_blueprints(hass)):
        for path, blueprint in (await home.async_get_blueprints()).items():
            found[f"{home.domain}/{path}"] = blueprint
    assert set(found) == NAMES
    for blueprint in found.values():
        assert isinstance(blueprint, Blueprint)
        assert blueprint.validate() is None
    assert await act(hass, "install_blueprints") == dict.fromkeys(NAMES, "unchanged")
    assert await act(hass, "remove_blueprints") == dict.fromkeys(NAMES, "removed")
    assert not any(place(hass, name).exists() for name in NAMES)
    assert await act(hass, "remove_blueprints") == {}


async def test_what_a_person_edited_is_theirs(hass: HomeAssistant) -> None:
    """Neither written over nor removed; nor is what was there before."""
    other = "script/kumo_boots/ask_for_a_session.yaml"
    place(hass, other).parent.mkdir(parents=True)
    place(hass, other).write_text("mine: true\n")
    assert (await act(hass, "install_blueprints"))[other] == "kept"
    edited = place(hass).read_text().replace("is a stop", "is my stop")
    place(hass).write_text(edited)
    assert (await act(hass, "install_blueprints"))[STOP] == "kept"
    said = await act(hass, "remove_blueprints")
    assert (said[STOP], said[other]) == ("kept", "kept")
    assert place(hass).read_text() == edited
    assert place(hass, other).read_text() == "mine: true\n"


async def test_an_older_copy_of_ours_is_brought_up_to_date(
    hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Make
) -> None:
    """And what is made from it is loaded anew."""
    await make("stop_with_any_button", boots="nobody")
    use = {"path": "kumo_boots/stop_with_any_button.yaml", "input": {"boots": "nobody"}}
    Path(hass.config.path("configuration.yaml")).write_text(
        json.dumps({"automation": [{"alias": "Made", "use_blueprint": use}]})
    )
    newer = tmp_path / "newer"
    for name in NAMES:
        (newer / name).parent.mkdir(parents=True, exist_ok=True)
        text = (SHIPPED / name).read_text()
        (newer / name).write_text(text.replace("mode: parallel", "mode: queued"))
    monkeypatch.setattr(
        "custom_components.kumo_boots.automation.blueprints.SHIPPED", newer
    )
    said = await act(hass, "install_blueprints")
    assert said.pop(STOP) == "updated"
    assert set(said.values()) == {"unchanged"}
    state = hass.states.get("automation.made")
    assert state is not None
    assert state.attributes["mode"] == "queued"


async def test_what_is_in_use_stays(hass: HomeAssistant, make: Make) -> None:
    """Until nothing is made from it any more."""
    await make("stop_with_any_button", boots="nobody")
    said = await act(hass, "remove_blueprints")
    assert said.pop(STOP) == "in_use"
    assert set(said.values()) == {"removed"}
    assert place(hass).exists()


async def test_only_administrators(hass: HomeAssistant) -> None:
    """Blueprints are code."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.auth.async_create_user("Whoever comes first owns the house")
    user = await hass.auth.async_create_user("Demo", group_ids=["system-users"])
    for action in ("install_blueprints", "remove_blueprints"):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                DOMAIN, action, blocking=True, context=Context(user_id=user.id)
            )
    assert not place(hass).exists()


async def test_a_folder_that_cannot_be_written(hass: HomeAssistant) -> None:
    """Is said, in words."""
    Path(hass.config.path("blueprints")).write_text("a file")
    with pytest.raises(HomeAssistantError) as said:
        await act(hass, "install_blueprints")
    assert said.value.translation_key == "blueprints_not_written"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_person_understands_it(name: str) -> None:
    """Everything has a name and the right address; nothing confirms, nothing heals."""
    text = (SHIPPED / name).read_text()
    assert "confirm_session" not in text
    assert "resume_session" not in text
    blueprint = yaml.load(text, _Loader)["blueprint"]
    assert blueprint["name"].startswith("Kumo Boots: ")
    assert len(blueprint["description"]) > 80
    assert blueprint["domain"] == name.partition("/")[0]
    assert blueprint["source_url"].endswith(f"/blueprints/{name}")
    assert "min_version" in blueprint["homeassistant"]
    inputs = blueprint["input"]
    for field in (*inputs.values(), *inputs.get("words", {}).get("input", {}).values()):
        assert field["name"]
        assert ("selector" in field) != ("input" in field)
    for word in ("heal", "cure", "circulation", "thrombosis", "swelling", "lymph"):
        assert word not in text.lower()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_readme_links_it(name: str) -> None:
    """To the file, and to the page that imports it."""
    readme = (SHIPPED.parents[2] / "README.md").read_text()
    blueprint = yaml.load((SHIPPED / name).read_text(), _Loader)["blueprint"]
    assert f"(custom_components/kumo_boots/blueprints/{name})" in readme
    address = quote(blueprint["source_url"], safe="")
    assert f"redirect/blueprint_import/?blueprint_url={address})" in readme


class _Loader(yaml.SafeLoader):
    """Takes inputs for what they are called."""


_Loader.add_constructor("!input", lambda loader, node: node.value)

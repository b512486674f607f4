"""Read from the folder, told as repairs, reloaded; boots follow when they are at rest."""

from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots import described
from custom_components.kumo_boots.boots.driver import DRIVERS
from custom_components.kumo_boots.boots.drivers.open_boots import profile
from custom_components.kumo_boots.boots.model import Origin
from custom_components.kumo_boots.boots.session_state import SessionPhase
from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.described import SHIPPED, async_load, definition_of
from simulator.far_harbour import FarHarbour
from tests.boots.defined.fixtures import text_of

from ..conftest import until
from ..flows.walking import begin

FAR = "definition:far_harbour"


def issues(hass: HomeAssistant) -> dict[str, str]:
    """Return the repairs that tell of definitions: key by id."""
    return {
        issue.issue_id: str(issue.translation_key)
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active and not issue.is_fixable
    }


def test_what_is_shipped_is_sound() -> None:
    """None today; tests/boots/defined/test_shipped.py holds a later one to the rule."""
    assert (SHIPPED / "README.md").exists()
    assert not list(SHIPPED.glob("*.y*ml"))


async def test_no_folder_is_nothing_wrong(hass: HomeAssistant) -> None:
    """Most people have none."""
    assert await async_load(hass) == frozenset()
    assert issues(hass) == {}
    assert definition_of(profile.SERVICE) is None
    assert definition_of("definition:none") is None


async def test_files_of_all_kinds(
    hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good one, a draft, one with mistakes, one twice, one that is no text."""
    good = text_of("far_harbour")
    (folder / "a.yaml").write_text(good)
    (folder / "b.yaml").write_text(good)
    (folder / "c.yml").write_text(good.replace("zones: 2", "zons: 2"))
    draft = text_of("blockbluelight").splitlines()
    draft = [line for line in draft if not line.startswith(("  start:", "  stop:"))]
    (folder / "d.yaml").write_text("\n".join(draft))
    (folder / "e.yaml").write_bytes(b"\xff\xfe")
    (folder / "notes.txt").write_text("not read")
    assert await async_load(hass) == {FAR}
    assert DRIVERS[FAR].key == "far_harbour"
    found = definition_of(FAR)
    assert found is not None
    assert found.name == "Far Harbour test boots"
    assert issues(hass) == {
        "definition_b.yaml": "definition_wrong",
        "definition_c.yml": "definition_wrong",
        "definition_d.yaml": "definition_draft",
        "definition_e.yaml": "definition_wrong",
    }
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "definition_c.yml")
    assert issue is not None
    placeholders = issue.translation_placeholders or {}
    line = good[: good.index("zones: 2")].count("\n") + 1
    told = f"- c.yml:{line}: 'zons' means nothing here (did you mean 'zones'?)"
    assert told in placeholders["problems"]
    # Nothing changed, so nothing is told.
    assert await async_load(hass) == frozenset()
    for name in ("b.yaml", "c.yml", "e.yaml"):
        (folder / name).unlink()
    (folder / "d.yaml").write_text(text_of("blockbluelight"))
    assert await async_load(hass) == {"definition:blockbluelight"}
    assert issues(hass) == {}
    (folder / "a.yaml").unlink()
    assert await async_load(hass) == {FAR}
    assert FAR not in DRIVERS
    monkeypatch.setattr(described, "MOST", 0)
    assert await async_load(hass) == {"definition:blockbluelight"}


async def reload(hass: HomeAssistant, user: Any = None) -> dict[str, Any]:
    """Call the action."""
    answer = await hass.services.async_call(
        DOMAIN,
        "reload_definitions",
        blocking=True,
        return_response=True,
        context=Context(user_id=user.id) if user else None,
    )
    assert isinstance(answer, dict)
    return answer


async def test_the_action_is_for_administrators(
    hass: HomeAssistant, folder: Path, hass_read_only_user: Any, hass_admin_user: Any
) -> None:
    """And answers what it found."""
    assert await async_setup_component(hass, DOMAIN, {})
    (folder / "a.yaml").write_text(text_of("far_harbour"))
    (folder / "c.yaml").write_text("format: 1")
    with pytest.raises(Unauthorized):
        await reload(hass, hass_read_only_user)
    answer = await reload(hass, hass_admin_user)
    assert answer["definitions"] == {"a.yaml": "Far Harbour test boots"}
    assert answer["drafts"] == answer["in_session"] == []
    assert any("'match' is missing" in problem for problem in answer["problems"])


async def test_boots_follow_their_definition(
    entry: ConfigEntry, hass: HomeAssistant, folder: Path
) -> None:
    """At rest: set up anew when it changed, refused while it is gone, back with it."""
    coordinator = entry.runtime_data
    assert coordinator.capabilities.target_max_mmhg == 80
    assert not coordinator.bench_only
    await reload(hass)
    await hass.async_block_till_done()
    assert entry.runtime_data is coordinator
    file = folder / "far.yaml"
    file.write_text(text_of("far_harbour").replace("max: 80", "max: 70"))
    await reload(hass)
    await until(
        lambda: (
            entry.state is ConfigEntryState.LOADED
            and entry.runtime_data is not coordinator
            and entry.runtime_data.capabilities.target_max_mmhg == 70
        ),
        30,
    )
    file.rename(folder / "far.txt")
    await reload(hass)
    await until(lambda: entry.state is ConfigEntryState.SETUP_ERROR)
    assert entry.error_reason_translation_key == "definition_missing"
    (folder / "far.txt").rename(file)
    await reload(hass)
    await until(lambda: entry.state is ConfigEntryState.LOADED)


async def start(hass: HomeAssistant, user: Any) -> str:
    """Have a person start a session; returns its switch."""
    switch = next(
        state.entity_id
        for state in hass.states.async_all("switch")
        if state.entity_id.endswith("_session")
    )
    for action, data in (
        ("start_session", {"pressure": 30, "duration": 10}),
        ("confirm_session", {}),
    ):
        await hass.services.async_call(
            DOMAIN,
            action,
            {"entity_id": switch, **data},
            blocking=True,
            context=Context(user_id=user.id),
        )
    return switch


async def test_a_session_goes_on_as_it_was_started(
    entry: ConfigEntry,
    hass: HomeAssistant,
    folder: Path,
    harbour: FarHarbour,
    hass_admin_user: Any,
) -> None:
    """The boots are named in the answer, and follow afterwards."""
    coordinator = entry.runtime_data
    switch = await start(hass, hass_admin_user)
    await until(lambda: harbour.phase != 0)
    text = text_of("far_harbour").replace("max: 80", "max: 70")
    (folder / "far.yaml").write_text(text)
    assert (await reload(hass))["in_session"] == [entry.title]
    assert entry.runtime_data is coordinator
    assert harbour.phase != 0
    await hass.services.async_call(
        DOMAIN, "stop_session", {"entity_id": switch}, blocking=True
    )
    assert harbour.body.empty
    assert (await reload(hass))["in_session"] == []
    await until(
        lambda: getattr(entry, "runtime_data", coordinator) is not coordinator, 30
    )


@pytest.mark.parametrize(
    ("known_ago_s", "origin"),
    [(0, Origin.THIS_CONTROLLER), (3600, Origin.BOOTS)],
)
async def test_what_was_kept_tells_whose_session_runs(
    entry: ConfigEntry,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    harbour: FarHarbour,
    hass_admin_user: Any,
    known_ago_s: int,
    origin: Origin,
) -> None:
    """Such boots do not say it after Home Assistant was killed; while it may still run."""
    switch = await start(hass, hass_admin_user)
    key = f"{DOMAIN}.{entry.entry_id}.run"
    await until(lambda: hass_storage.get(key, {}).get("data"))
    kept = deepcopy(hass_storage[key])
    known_at = datetime.fromisoformat(kept["data"]["known_at"])
    known_at -= timedelta(seconds=known_ago_s)
    kept["data"]["known_at"] = known_at.isoformat()
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: harbour.body.empty)
    hass_storage[key] = kept
    harbour.press_start()
    assert await hass.config_entries.async_setup(entry.entry_id)
    session = entry.runtime_data.session
    await until(lambda: session.state.phase is SessionPhase.RUNNING)
    assert session.state.origin is origin
    await hass.services.async_call(
        DOMAIN, "stop_session", {"entity_id": switch}, blocking=True
    )
    await until(lambda: harbour.body.empty)


SAFE = ("vents_on_silence", "vents_on_power_loss", "own_ceiling", "own_timer")


@pytest.mark.parametrize("missing", SAFE)
async def test_what_is_not_guaranteed_is_marked(
    folder: Path, proxied_hass: HomeAssistant, harbour: FarHarbour, missing: str
) -> None:
    """Each by itself; without it they are for the bench."""
    text = text_of("far_harbour").replace(f"{missing}: true", f"{missing}: false")
    (folder / "far.yaml").write_text(text.replace("silence_s: 10, ", ""))
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.settle()
    await walk.submit()
    await walk.submit({"understood": True})
    assert walk.result["step_id"] == "hazards"
    told = walk.result["description_placeholders"] or {}
    assert {key: told[key] for key in SAFE} == {
        key: "❌" if key == missing else "✅" for key in SAFE
    }


TELLS_ALL = text_of("far_harbour").replace(
    "      pressures_left:", "      cycles: {at: 6}\n      pressures_left:"
)


def without(*words: str) -> str:
    """Return boots that tell everything but this."""
    return "".join(
        line
        for line in TELLS_ALL.splitlines(keepends=True)
        if not line.strip().startswith(words)
    )


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        (TELLS_ALL, set()),
        (without("cycles:"), {"cycles"}),
        (without("remaining_s:"), {"time_remaining", "session_end"}),
        (without("battery_percent:", "battery_low:"), {"battery"}),
        (without("pressures_"), {"highest_pressure", "pressure_1", "pressure_2"}),
    ],
)
async def test_what_they_do_not_tell_is_no_sensor(
    entry: ConfigEntry, hass: HomeAssistant, lacking: set[str]
) -> None:
    """An entity that can never say anything would only be in the way."""
    sensors = {
        each.unique_id
        for each in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
        if each.domain == "sensor"
    }
    there = {
        key
        for key in ("cycles", "time_remaining", "session_end", "battery",
                    "highest_pressure", "pressure_1", "pressure_2")
        if any(unique_id.endswith(f"_{key}") for unique_id in sensors)
    }  # fmt: skip
    assert (
        there
        == {
            *("cycles", "time_remaining", "session_end", "battery"),
            *("highest_pressure", "pressure_1", "pressure_2"),
        }
        - lacking
    )


@pytest.mark.parametrize(
    ("text", "there"),
    [
        (TELLS_ALL, {"pause", "resume"}),
        (without("pause:", "resume:"), set()),
    ],
)
async def test_what_they_cannot_do_is_no_control(
    entry: ConfigEntry, hass: HomeAssistant, there: set[str]
) -> None:
    """A button that does nothing is worse than none; stop is always there."""
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    keys = {each.translation_key for each in entries}
    assert keys & {"pause", "resume"} == there
    # What no definition can say.
    assert not keys & {"identify", "child_lock", "boost_zone", "hold_time"}
    assert not any(str(key).startswith("skip_") for key in keys)
    assert "stop" in keys


async def test_removing_boots_that_know_nobody(
    entry: ConfigEntry, hass: HomeAssistant
) -> None:
    """There is no key to be erased, so nobody is connected to for it."""
    await hass.config_entries.async_remove(entry.entry_id)
    assert hass.config_entries.async_entries(DOMAIN) == []

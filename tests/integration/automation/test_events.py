"""Events are what docs/events.md promises: checked with those of real sessions."""

from pathlib import Path
import re
from typing import Any

from homeassistant.core import Context, Event, HomeAssistant, State, callback
import pytest
import yaml

from custom_components.kumo_boots.automation import triggers
from custom_components.kumo_boots.boots.cause import Actor
from custom_components.kumo_boots.boots.model import Origin, Programme
from custom_components.kumo_boots.boots.session import EventKind
from custom_components.kumo_boots.const import EVENT_SESSION
from custom_components.kumo_boots.routines.routine import StepKind
from custom_components.kumo_boots.routines.run import RoutineKind
from tests.json_schema import EVENTS, check

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON, run

TEXT = (Path(__file__).parents[3] / "docs/events.md").read_text()
OF_THE_ENTITY = {"device_class", "event_types", "friendly_name"}
DEFS = EVENTS["$defs"]


def attributes(state: State) -> dict[str, Any]:
    """Return what an event entity says of its event."""
    return {
        key: value
        for key, value in state.attributes.items()
        if key not in OF_THE_ENTITY
    }


@pytest.fixture
def told(hass: HomeAssistant, boots: Acting) -> list[str]:
    """Check every event of a session as it is told; return the kinds."""
    kinds: list[str] = []
    entity_id = boots.id("event", "session")

    @callback
    def on_bus(event: Event) -> None:
        kinds.append(event.data["kind"])
        check(dict(event.data), DEFS[EVENT_SESSION], event.data["kind"])

    @callback
    def entity(event: Event) -> None:
        if event.data["entity_id"] == entity_id:
            said = attributes(event.data["new_state"])
            check(said, DEFS["session_event_entity"], said["event_type"])
            assert said["event_type"] == kinds[-1]

    hass.bus.async_listen(EVENT_SESSION, on_bus)
    hass.bus.async_listen("state_changed", entity)
    return kinds


async def test_a_session_with_everything(
    boots: Acting, told: list[str], person: Context
) -> None:
    """From the question to the end, by hand and by the boots."""
    session = boots.coordinator.session
    await boots.switch(True)
    await session.decline(PERSON)
    await until(lambda: boots.phase == "ready")
    await run(boots, target_mmhg=30, duration_s=600)
    await session.change(PERSON, target_mmhg=25, skipped=frozenset({2}), boosted=3)
    await session.pause(PERSON)
    await until(lambda: "paused" in told)
    await session.resume(PERSON)
    await until(lambda: "resumed" in told)
    boots.house.boots["pair1-left"].faults.press("stop")
    await until(lambda: "stopped" in told)
    await until(lambda: boots.phase == "ready")
    await run(boots, duration_s=60)
    await until(lambda: "completed" in told, 60)
    assert {"requested", "confirmed", "declined", "started", "changed"} <= set(told)


async def test_what_goes_wrong(boots: Acting, told: list[str]) -> None:
    """A leg that is lost alone, a fault, and a stop that nobody confirms."""
    boots.hass.config_entries.async_update_entry(
        boots.entry, options={"on_leg_lost": "continue"}
    )
    await until(lambda: boots.coordinator.session.on_leg_lost == "continue")
    await run(boots, duration_s=600)
    left, right = (boots.house.boots[f"pair1-{leg}"] for leg in ("left", "right"))
    left.faults.range(False)
    left.faults.drop()
    left.faults.press("stop")
    await until(lambda: "lost" in told, 40)
    right.faults.overpressure(1)
    await until(lambda: "fault" in told)
    right.faults.range(False)
    boots.coordinator.pair.stop_limit_s = 1
    await boots.coordinator.session.stop(PERSON)
    left.faults.range(True)
    right.faults.range(True)
    await until(lambda: boots.coordinator.data.pair.empty, 60)
    assert "stopped" in told or "stop_unconfirmed" in told


async def test_a_leg_lost_alone_is_no_end(
    boots: Acting, hass: HomeAssistant, listen: Any, pair: dict[str, str]
) -> None:
    """The session goes on with the other; that one's end is the end."""
    stopped = await listen("session_stopped", pair)
    event = {
        "entry_id": boots.entry.entry_id,
        "device_id": boots.device.id,
        "kind": "lost",
        "wearer": "guest",
        "wearer_id": None,
        "actor": "session",
        "cause": "leg_lost",
    }
    hass.bus.async_fire(EVENT_SESSION, {**event, "leg": "left"})
    await hass.async_block_till_done()
    assert not stopped
    hass.bus.async_fire(EVENT_SESSION, {**event, "leg": None})
    await until(lambda: stopped)


def test_the_schema_knows_every_word() -> None:
    """Kinds, actors, origins, steps and modes are all of them."""
    assert set(DEFS["session_kind"]["enum"]) == set(EventKind)
    assert set(DEFS["routine_kind"]["enum"]) == set(RoutineKind)
    assert set(DEFS["actor"]["enum"]) == set(Actor)
    assert set(DEFS["origin"]["enum"]) == set(Origin)
    assert set(DEFS["step"]["enum"]) == {*StepKind, None}
    properties = DEFS["session_event_entity"]["properties"]
    assert set(properties["programme"]["enum"]) == {*Programme, None}


@pytest.mark.parametrize("name", ["kumo_boots_session", "kumo_boots_routine"])
def test_the_page_knows_every_word(name: str) -> None:
    """Keys and kinds of both events are explained to people, too."""
    section = TEXT.split(f"## `{name}`")[1].split("\n## ")[0]
    words = set(re.findall(r"`([a-z_]+)`", section))
    assert set(DEFS[name]["properties"]) <= words
    kind = DEFS[name]["properties"]["kind"]["$ref"].removeprefix("#/$defs/")
    assert set(DEFS[kind]["enum"]) <= words
    entities = TEXT.split("## Event entities")[1].split("\n## ")[0]
    assert "*Session event*" in entities
    assert "*Routine event*" in entities


def test_a_wrong_event_is_noticed() -> None:
    """The check can fail."""
    right = {
        "entry_id": "1",
        "device_id": None,
        "kind": "started",
        "wearer": "guest",
        "wearer_id": None,
        "actor": "person",
        "cause": "confirmed",
        "leg": None,
    }
    check(right, DEFS[EVENT_SESSION])
    for wrong in (
        {"kind": "begun"},
        {"cause": "Because!"},
        {"entry_id": 1},
        {"pressure": 40},
    ):
        with pytest.raises(AssertionError):
            check({**right, **wrong}, DEFS[EVENT_SESSION])
    with pytest.raises(AssertionError):
        check({k: v for k, v in right.items() if k != "leg"}, DEFS[EVENT_SESSION])


SOURCES = Path(triggers.__file__).parents[1]
CAUSE = re.compile(r'(?:by_(?:rule|boots)\(|why=|End\.\w+: )"([a-z_]+)"')


def test_the_page_knows_every_cause() -> None:
    """An automation that waits for one must know what it is called."""
    told = {
        cause
        for path in SOURCES.rglob("*.py")
        for cause in CAUSE.findall(path.read_text())
    }
    assert len(told) > 20
    assert {cause for cause in told if f"`{cause}`" not in TEXT} == set()


def test_the_editor_offers_every_cause_that_ends_a_session() -> None:
    """All that the page names; a session whose time is up was not stopped."""
    page = TEXT[TEXT.index("Causes that end a session") :]
    named = set(re.findall(r"`([a-z_]+)`", page[: page.index("\n\n")]))
    trigger = yaml.safe_load((SOURCES / "triggers.yaml").read_text())["session_stopped"]
    options = trigger["fields"]["cause"]["selector"]["select"]["options"]
    assert set(options) == named - {"time_up"}

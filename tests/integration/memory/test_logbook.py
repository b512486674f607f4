"""Lines of the logbook that a person can read."""

import json
from pathlib import Path
import re

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers.translation import async_get_translations
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.kumo_boots as integration
from custom_components.kumo_boots import logbook
from custom_components.kumo_boots.boots.cause import Actor
from custom_components.kumo_boots.boots.session import EventKind
from custom_components.kumo_boots.const import DOMAIN, EVENT_ROUTINE, EVENT_SESSION
from custom_components.kumo_boots.routines.run import RoutineKind

FOLDER = Path(integration.__file__).parent
ICONS = json.loads((FOLDER / "icons.json").read_text())["entity"]["event"]
WORDS = json.loads((FOLDER / "translations/en.json").read_text())["common"]


async def lines(
    hass: HomeAssistant, event_type: str = EVENT_SESSION, **data: str | None
) -> dict[str, str]:
    """Return how an event reads."""
    for category in ("common", "selector"):
        await async_get_translations(hass, "en", category, [DOMAIN])
    described = {}
    logbook.async_describe_events(
        hass,
        lambda domain, event_type, describe: described.update(
            {(domain, event_type): describe}
        ),
    )
    assert set(described) == {(DOMAIN, EVENT_SESSION), (DOMAIN, EVENT_ROUTINE)}
    describe = described[(DOMAIN, event_type)]
    return describe(Event(event_type, data))


@pytest.mark.parametrize(
    ("kind", "actor", "cause", "line"),
    [
        (
            *("requested", "automation", "requested"),
            "were asked for a session for Anna (by an automation or a voice)",
        ),
        (
            *("started", "person", "confirmed"),
            "started the session of Anna (by a person)",
        ),
        (
            *("stopped", "boots", "stopped_on_boots"),
            "ended the session of Anna before its time (by a hand on the boots)",
        ),
        (
            *("completed", "boots", "time_up"),
            "finished the session of Anna as planned (the time is up)",
        ),
        (
            *("lost", "session", "lease"),
            (
                "were lost from sight during the session of Anna"
                " (the connection was away for too long)"
            ),
        ),
        ("stopped", "session", "ended", "ended the session of Anna before its time"),
    ],
)
async def test_a_line(
    hass: HomeAssistant, kind: str, actor: str, cause: str, line: str
) -> None:
    """Whose session, what, and why or by whom."""
    entry = MockConfigEntry(domain=DOMAIN, title="Evening boots")
    entry.add_to_hass(hass)
    data = {"kind": kind, "actor": actor, "cause": cause, "wearer": "Anna"}
    told = await lines(hass, entry_id=entry.entry_id, wearer_id="01ANNA", **data)
    assert told == {
        "name": "Evening boots",
        "message": line,
        "icon": ICONS["session"]["default"],
    }


@pytest.mark.parametrize(
    ("kind", "step", "actor", "cause", "line"),
    [
        ("started", None, "person", "requested", "began {Late} (by a person)"),
        ("not_run", None, "session", "quiet_hours", "(It is within quiet hours)"),
        ("step_started", "massage", "session", "routine", "{Late}: Massage began"),
        (
            *("step_failed", "light", "session", "device_away"),
            "{Late}: Light was left out (Its device is not there:",
        ),
        ("stopped", "session", "boots", "stopped_on_boots", "stopped {Late} (by"),
    ],
)
async def test_a_line_of_a_routine(
    hass: HomeAssistant, kind: str, step: str | None, actor: str, cause: str, line: str
) -> None:
    """Which routine, what, and why or by whom."""
    entry = MockConfigEntry(domain=DOMAIN, title="Evening boots")
    entry.add_to_hass(hass)
    data = {"kind": kind, "step": step, "actor": actor, "cause": cause}
    told = await lines(
        hass, EVENT_ROUTINE, entry_id=entry.entry_id, routine="{Late}", **data
    )
    assert told["name"] == "Evening boots"
    assert told["icon"] == ICONS["routine"]["default"]
    assert line in told["message"]


async def test_a_guest_and_boots_that_are_gone(hass: HomeAssistant) -> None:
    """In a language that there is no translation for, too; names may hold braces."""
    hass.config.language = "da"
    data: dict[str, str | None] = {"kind": "paused", "actor": "person", "cause": "x"}
    told = await lines(hass, wearer="guest", wearer_id=None, **data)
    assert told == {
        "name": "Boots that were removed",
        "message": "paused the session of a guest (by a person)",
        "icon": ICONS["session"]["default"],
    }
    told = await lines(hass, wearer="{An}na", wearer_id="01", **data)
    assert told["message"] == "paused the session of {An}na (by a person)"


def test_everything_that_can_happen_has_words() -> None:
    """Every kind, every actor but the session itself, every rule that ends one."""
    texts = {key.removeprefix("logbook_") for key in WORDS}
    assert {str(kind) for kind in EventKind} <= texts
    assert {f"routine_{kind}" for kind in RoutineKind} <= texts
    actors = {key.removeprefix("actor_") for key in texts if key.startswith("actor_")}
    assert actors == set(Actor) - {Actor.SESSION}
    causes = {key.removeprefix("cause_") for key in texts if key.startswith("cause_")}
    rules = {
        why
        for file in (FOLDER / "boots").glob("*.py")
        for why in re.findall(r'by_rule\(\s*"(\w+)"', file.read_text())
    }
    # A stop of which nothing else is known says no more than that.
    assert rules - {"stopped"} <= causes

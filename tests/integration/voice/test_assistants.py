"""What other assistants can do with boots: the page says what their bridges do."""

from datetime import timedelta
from pathlib import Path

from homeassistant.components.alexa.entities import ENTITY_ADAPTERS
from homeassistant.components.google_assistant.const import (
    DOMAIN_TO_GOOGLE_TYPES,
    EVENT_COMMAND_RECEIVED,
)
from homeassistant.components.google_assistant.trait import TRAITS
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_SUPPORTED_FEATURES
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.kumo_boots.confirming import EVENT_GOOGLE_COMMAND

from ..entities.acting import Acting, until
from ..entities.conftest import every_entity
from .bridges import Alexa, Bridge, CannotError, Google, HomeKit

__all__ = ["every_entity"]

PAGE = Path(__file__).parents[3] / "docs" / "assistants.md"
TOLD = (
    ("switch", "session"),
    ("button", "confirm_session"),
    ("button", "stop"),
    ("button", "pause"),
    ("button", "resume"),
    ("select", "mode"),
    ("number", "target_pressure"),
    ("number", "duration"),
    ("binary_sensor", "session_running"),
    ("sensor", "phase"),
    ("sensor", "time_remaining"),
    ("event", "session"),
)
NOTHING = "–"
OF_ALL = {"Alexa", "Alexa.EndpointHealth"}


def google(state: State) -> str:
    """Return what Google sees: the kind of device, and what it can do."""
    kind = DOMAIN_TO_GOOGLE_TYPES.get(state.domain)
    traits = [
        trait.name.rpartition(".")[2]
        for trait in TRAITS
        if trait.supported(
            state.domain,
            state.attributes.get(ATTR_SUPPORTED_FEATURES, 0),
            state.attributes.get(ATTR_DEVICE_CLASS),
            state.attributes,
        )
    ]
    if kind is None or not traits:
        return NOTHING
    return f"{kind.rpartition('.')[2].lower()}: {', '.join(traits)}"


def alexa(hass: HomeAssistant, state: State) -> str:
    """Return what Alexa can do."""
    adapter = ENTITY_ADAPTERS.get(state.domain)
    if adapter is None:
        return NOTHING
    entity = adapter(hass, Alexa(hass).account, state)
    names = {interface.name() for interface in entity.interfaces()} - OF_ALL
    return ", ".join(sorted(name.removeprefix("Alexa.") for name in names)) or NOTHING


def homekit(bridge: HomeKit, state: State) -> str:
    """Return the accessory that HomeKit shows."""
    accessory = bridge.accessory(state)
    return NOTHING if accessory is None else type(accessory).__name__


async def test_the_page_says_what_the_bridges_do(
    boots: Acting, every_entity: None, tmp_path: Path
) -> None:
    """Row by row, as the bridges of this Home Assistant map them."""
    bridge = await HomeKit.made(boots.hass, tmp_path)
    rows = []
    for platform, key in TOLD:
        state = boots.get(platform, key)
        rows.append(
            f"| `{platform}` *{state.name.removeprefix('Boots ')}* | {google(state)} |"
            f" {alexa(boots.hass, state)} | {homekit(bridge, state)} |"
        )
    page = PAGE.read_text(encoding="utf-8").splitlines()
    told = [line for line in page if line.startswith("| `")]
    assert told == rows, "\n".join(rows)


def said_to(page: str) -> dict[str, list[str]]:
    """Return what the page says can be said to each, by what it is for."""
    lines = page.partition("## What each bridge makes")[0].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return {what: cells for what, *cells in rows[2:]}


async def test_what_can_be_said_is_done(
    boots: Acting, every_entity: None, tmp_path: Path, person: Context
) -> None:
    """Said to each bridge as its cloud says it; a dash is what it has no way for."""
    assert person.user_id
    bridges = (
        Google(boots.hass, person.user_id),
        Alexa(boots.hass),
        await HomeKit.made(boots.hass, tmp_path),
    )
    session, stop = ("switch", "session"), ("button", "stop")

    assert EVENT_GOOGLE_COMMAND == EVENT_COMMAND_RECEIVED

    async def ask(bridge: Bridge) -> None:
        await bridge.turn(boots.get(*session), True)
        await until(lambda: boots.phase == "awaiting")
        # Nor does the button that says yes do anything there.
        await bridge.press(boots.get("button", "confirm_session"))
        assert boots.phase == "awaiting"

    async def turn_off(bridge: Bridge) -> None:
        await ask(bridge)
        await bridge.turn(boots.get(*session), False)
        await until(lambda: boots.phase == "ready")

    async def press_stop(bridge: Bridge) -> None:
        await ask(bridge)
        await bridge.press(boots.get(*stop))
        await until(lambda: boots.phase == "ready")

    async def status(bridge: Bridge) -> None:
        assert not await bridge.is_on(boots.get(*session))
        await ask(bridge)
        assert not await bridge.is_on(boots.get(*session))

    async def numbers(bridge: Bridge) -> None:
        await bridge.set(boots.get("number", "target_pressure"), 35)
        await bridge.set(boots.get("number", "duration"), 12)
        await until(lambda: float(boots.get("number", "target_pressure").state) == 35)
        await until(lambda: float(boots.get("number", "duration").state) == 12)

    async def mode(bridge: Bridge) -> None:
        await bridge.choose(boots.get("select", "mode"), "wave")
        await until(lambda: boots.get("select", "mode").state == "wave")

    deeds = {
        "ask for a session": ask,
        "stop": turn_off,
        "stop, whatever runs": press_stop,
        "how it goes": status,
        "how strong, how long": numbers,
        "which mode": mode,
    }
    await boots.run(person)
    for bridge in bridges:
        assert await bridge.is_on(boots.get(*session))
    await boots.switch(False)
    await until(lambda: boots.phase == "ready")
    sessions = len(boots.inflations)
    told = said_to(PAGE.read_text(encoding="utf-8"))
    assert [*told] == [*deeds]
    for what, deed in deeds.items():
        for cell, bridge in zip(told[what], bridges, strict=True):
            try:
                await deed(bridge)
            except CannotError:
                assert cell == NOTHING, f"{type(bridge).__name__}: {what}"
            else:
                assert cell != NOTHING, f"{type(bridge).__name__}: {what}"
            await boots.switch(False)
            await boots.choose("mode", "relax")
    assert len(boots.inflations) == sessions
    # HomeKit lets go of a button that it pressed.
    async_fire_time_changed(boots.hass, dt_util.utcnow() + timedelta(seconds=11))
    await boots.hass.async_block_till_done(wait_background_tasks=True)

"""Home Assistant with a hostile unit among its boots: the others are none the worse."""

from collections.abc import AsyncGenerator, Callable, Iterable
import contextlib
from itertools import repeat
import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.kumo_boots.boots.drivers.open_boots import profile
from custom_components.kumo_boots.boots.link import LinkReason
from simulator.hostile.frames import BATTERY, IMPOSSIBLE, STRANGE, hostile_frames
from simulator.hostile.peripheral import HostilePeripheral
from simulator.house import House

from .conftest import HousePlan, until
from .entities.acting import Acting
from .entities.conftest import entry_of, every_entity, set_up
from .entry.running import run

__all__ = ["every_entity"]

OURS = "custom_components.kumo_boots"
MANUFACTURER, FIRMWARE = "2A29", "2A26"


@pytest.fixture
def house_plan() -> HousePlan:
    """Have two pairs, each with one unit for both legs."""
    return {"pairs": 2, "proxies": 1, "speed": 20.0, "shape": "one_unit"}


@pytest.fixture
async def others(proxied_hass: HomeAssistant, house: House) -> Acting:
    """Return the pair that is as good as ever."""
    return await set_up(proxied_hass, house, "pair2")


@pytest.fixture
async def hostile(
    proxied_hass: HomeAssistant, house: House, others: Acting
) -> AsyncGenerator[HostilePeripheral]:
    """Return the unit of the first pair, which is not set up yet."""
    made = HostilePeripheral(house.boots["pair1"])
    yield made
    await made.rest()


async def begin(hass: HomeAssistant, house: House) -> Acting:
    """Set the first pair up; whether it can be linked is another matter."""
    entry = entry_of(house)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return Acting(hass, entry, house)


def link_reasons(boots: Acting) -> set[str]:
    """Return why the link of the first unit was wherever it was."""
    (unit,) = boots.coordinator.units
    return {status["reason"] for status in unit.diagnostics()["link"]}


async def can_be_used(boots: Acting) -> None:
    """See boots run and stop."""
    await run(boots)
    assert "pair2" in boots.inflated
    await boots.call("kumo_boots", "stop_session", device_id=boots.device.id)
    await until(lambda: boots.phase == "ready")
    assert boots.empty


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what we, or Home Assistant on our account, logged as an error."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.ERROR
        and (record.name.startswith(OURS) or "kumo_boots" in record.getMessage())
    ]


CUT = {LinkReason.FLOODING, LinkReason.NOT_UNDERSTOOD, LinkReason.REFUSED}
"""Why a link may end that is flooded with everything: the handshake may be hit first."""


@pytest.mark.parametrize(
    ("flood", "ends"),
    [
        (lambda: repeat((BATTERY, b"\x50")), {LinkReason.FLOODING}),
        (hostile_frames, CUT),
    ],
    ids=["with what is well said", "with everything"],
)
async def test_a_flood_is_cut_off_and_the_others_go_on(
    proxied_hass: HomeAssistant,
    house: House,
    hostile: HostilePeripheral,
    others: Acting,
    caplog: pytest.LogCaptureFixture,
    flood: Callable[[], Iterable[tuple[str, bytes]]],
    ends: set[LinkReason],
) -> None:
    """And again after every reconnect."""
    caplog.set_level(logging.DEBUG, OURS)
    hostile.flood(flood())
    boots = await begin(proxied_hass, house)
    await until(lambda: ends & link_reasons(boots), 60)
    await can_be_used(others)
    assert boots.get("sensor", "phase")
    # A stop does not wait for the next try, though the flood goes on then.
    before = hostile.sent
    with contextlib.suppress(HomeAssistantError):
        await boots.call("kumo_boots", "stop_session", device_id=boots.device.id)
    assert hostile.sent > before
    # A line a frame would be hundreds.
    lines = [r for r in caplog.records if r.name.startswith(f"{OURS}.boots")]
    assert len(lines) < 20
    assert complaints(caplog) == []
    assert "pair1" not in others.inflated
    # It can be stopped and taken away like any other.
    await hostile.rest()
    assert await proxied_hass.config_entries.async_unload(boots.entry.entry_id)
    assert boots.entry.state is ConfigEntryState.NOT_LOADED


@pytest.mark.parametrize("lie", ["255 chambers", "no step", "giant"])
async def test_capabilities_that_cannot_be(
    proxied_hass: HomeAssistant,
    house: House,
    hostile: HostilePeripheral,
    others: Acting,
    caplog: pytest.LogCaptureFixture,
    lie: str,
) -> None:
    """Said once, tried rarely; what is remembered of the boots stays."""
    hostile.read(profile.CAPABILITIES, IMPOSSIBLE[lie])
    boots = await begin(proxied_hass, house)
    await until(lambda: LinkReason.NOT_UNDERSTOOD in link_reasons(boots))
    assert boots.coordinator.capabilities.chambers == 5
    assert boots.inflated == set()
    await can_be_used(others)
    assert complaints(caplog) == []


@pytest.mark.parametrize("lie", STRANGE)
async def test_capabilities_that_nobody_would_build(
    proxied_hass: HomeAssistant,
    house: House,
    hostile: HostilePeripheral,
    others: Acting,
    every_entity: None,
    caplog: pytest.LogCaptureFixture,
    lie: str,
) -> None:
    """Entities are made for other boots than these: they show what they can."""
    hostile.read(profile.CAPABILITIES, STRANGE[lie])
    boots = await begin(proxied_hass, house)
    boots.coordinator.set_setpoints(boosted=5)
    (unit,) = boots.coordinator.units
    await until(lambda: unit.connected and unit.capabilities is not None)
    states = (frame for frame in hostile_frames() if frame[0] == profile.STATE)
    for _ in range(200):
        house.boots["pair1"].notify(*next(states))
    await until(
        lambda: boots.coordinator.capabilities == boots.coordinator.pair.capabilities
    )
    await proxied_hass.async_block_till_done()
    # And once more, from the start, with what was remembered of them.
    assert await proxied_hass.config_entries.async_reload(boots.entry.entry_id)
    await until(lambda: boots.coordinator.units[0].connected)
    assert complaints(caplog) == []
    await can_be_used(others)
    assert "pair1" not in others.inflated


async def test_giant_strings(
    proxied_hass: HomeAssistant,
    house: House,
    hostile: HostilePeripheral,
    every_entity: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No state of Home Assistant is longer than 255 characters."""
    hostile.read(MANUFACTURER, b"\xf0\x9f\x91\xa2" * 128)
    hostile.read(FIRMWARE, b"9" * 512)
    boots = await begin(proxied_hass, house)
    (unit,) = boots.coordinator.units
    await until(lambda: unit.connected)
    await until(lambda: boots.get("sensor", "firmware", "pair").state == "9" * 64)
    assert complaints(caplog) == []


async def test_a_unit_that_never_answers(
    proxied_hass: HomeAssistant,
    house: House,
    hostile: HostilePeripheral,
    others: Acting,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A stop that it does not confirm is said to be so; the others do not wait."""
    boots = await begin(proxied_hass, house)
    (unit,) = boots.coordinator.units
    await until(lambda: unit.connected)
    hostile.never_answer()
    await refuses_to_be_empty(boots)
    await can_be_used(others)
    assert complaints(caplog) == []


async def refuses_to_be_empty(boots: Acting) -> None:
    """Press stop, and be told that nobody knows what came of it."""
    with pytest.raises(HomeAssistantError) as error:
        await boots.call("button", "press", entity_id=boots.id("button", "stop"))
    assert error.value.translation_key == "stop_not_confirmed"


async def test_a_result_for_every_request(
    proxied_hass: HomeAssistant,
    house: House,
    hostile: HostilePeripheral,
    others: Acting,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each request is answered four thousand times: that is a flood as well."""
    boots = await begin(proxied_hass, house)
    (unit,) = boots.coordinator.units
    await until(lambda: unit.connected)
    hostile.answer_everything()
    await refuses_to_be_empty(boots)
    await can_be_used(others)
    assert "pair1" not in others.inflated
    assert complaints(caplog) == []

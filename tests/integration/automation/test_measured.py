"""Reach and pressures trigger by what the boots say, at the full rate."""

import asyncio

from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import async_last_service_info
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, label_registry as lr
import pytest

from custom_components.kumo_boots.automation import measured
from custom_components.kumo_boots.boots.model import Side

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON, run
from ..entry.test_coordinator import impatient, let_go
from .conftest import Listen

__all__ = ["impatient"]

FOOT = "sensor.boots_left_leg_foot"


def in_reach(boots: Acting, there: bool) -> None:
    """Carry both legs away, or back."""
    for unit in boots.house.boots.values():
        unit.faults.range(there)
        if not there:
            unit.faults.drop()


UNKNOWN = -10.0
"""Less than any sensor says."""


def foot_mmhg(boots: Acting) -> float:
    """Return what is measured at the left foot, or UNKNOWN."""
    pressures = boots.coordinator.pair.state.pressures_mmhg.get(Side.LEFT) or (None,)
    return UNKNOWN if pressures[0] is None else pressures[0]


def fall_silent(boots: Acting) -> None:
    """Have Home Assistant notice that nobody hears them, which takes minutes."""
    from habluetooth import get_manager

    for unit in boots.coordinator.units:
        info = async_last_service_info(boots.hass, unit.address)
        for tell in list(
            get_manager()._connectable_unavailable_callbacks[unit.address]
        ):
            tell(info)


async def test_boots_that_are_lost_and_come_back(
    impatient: None, boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """Once each way."""
    came = await listen("boots_connected", pair)
    went = await listen("boots_disconnected", pair)
    in_reach(boots, False)
    await until(lambda: went)
    assert not came
    in_reach(boots, True)
    await until(lambda: came, 60)
    assert len(went) == len(came) == 1
    assert came[0]["name"] == "Boots"
    assert came[0]["entry_id"] == boots.entry.entry_id
    assert came[0]["device_id"] == boots.device.id


async def test_a_link_that_is_let_go_is_no_loss_until_the_boots_are_off(
    boots: Acting,
    listen: Listen,
    pair: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor is it news when it is taken up again."""
    monkeypatch.setattr("custom_components.kumo_boots.presence.LINK_LOSS_GRACE_S", 3)
    came = await listen("boots_connected", pair)
    went = await listen("boots_disconnected", pair)
    await let_go(boots)
    release = boots.coordinator.pair.hold("test")
    await until(lambda: boots.coordinator.data.connected)
    release()
    await until(lambda: not boots.coordinator.data.connected)
    await asyncio.sleep(3.5)
    assert not (came or went)
    for unit in boots.house.boots.values():
        await unit.faults.power(False)
    fall_silent(boots)
    await until(lambda: went)
    for unit in boots.house.boots.values():
        await unit.faults.power(True)
    await until(lambda: came, 60)
    assert len(came) == len(went) == 1


@pytest.mark.parametrize(("no_news_s", "times"), [(1800, 0), (0, 1)])
async def test_boots_found_after_a_reload(
    boots: Acting,
    listen: Listen,
    hass: HomeAssistant,
    pair: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    no_news_s: int,
    times: int,
) -> None:
    """Did not come now, if they were there not long ago; if not, they did."""
    monkeypatch.setattr(measured, "NO_NEWS_S", no_news_s)
    came = await listen("boots_connected", pair)
    assert await hass.config_entries.async_unload(boots.entry.entry_id)
    in_reach(boots, False)
    with monkeypatch.context() as patch:
        # What was heard before a restart is not known any more after it.
        patch.setattr(bluetooth, "async_address_present", lambda *_: False)
        assert await hass.config_entries.async_setup(boots.entry.entry_id)
    assert not boots.coordinator.data.available
    in_reach(boots, True)
    await until(lambda: boots.coordinator.data.available, 60)
    await hass.async_block_till_done()
    assert len(came) == times


async def test_a_chamber_crosses_a_threshold(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """Up and down, with what was measured; only the chambers that are meant."""
    up = await listen("pressure_crossed", pair, pressure=20)
    down = await listen("pressure_crossed", pair, direction="below", pressure=10)
    foot = await listen("pressure_crossed", {"entity_id": FOOT}, pressure=20)
    right = await listen("pressure_crossed", pair, pressure=20, leg="right", chamber=2)
    never = await listen("pressure_crossed", pair, pressure=200)
    await run(boots, target_mmhg=30, duration_s=300)
    await until(lambda: down and right and foot, 60)
    assert all(each["pressure"] > 20 for each in up)
    assert all(each["pressure"] < 10 for each in down)
    assert {(each["leg"], each["chamber"]) for each in foot} == {("left", 1)}
    assert {(each["leg"], each["chamber"]) for each in right} == {("right", 2)}
    assert {each["leg"] for each in up} == {"left", "right"}
    assert (up[0]["threshold"], up[0]["direction"]) == (20, "above")
    assert up[0]["entry_id"] == boots.entry.entry_id
    await boots.coordinator.session.stop(PERSON)
    assert not never


async def test_noise_is_no_crossing(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """One crossing a filling, although the sensors of the boots are noisy."""
    up = await listen("pressure_crossed", pair, pressure=29, leg="left", chamber=1)
    await run(boots, target_mmhg=30, duration_s=300)
    await until(lambda: len(up) >= 2, 60)
    cycles = boots.coordinator.pair.state.cycles
    assert cycles is not None
    assert len(up) <= cycles + 1


async def test_what_is_unknown_is_no_crossing(
    boots: Acting, listen: Listen, pair: dict[str, str]
) -> None:
    """A leg that was lost full and is found empty was not seen to empty."""
    below = await listen(
        "pressure_crossed", pair, direction="below", pressure=20, leg="left"
    )
    left = boots.house.boots["pair1-left"]
    [unit] = [u for u in boots.coordinator.units if Side.LEFT in u.sides]
    await run(boots, target_mmhg=30, duration_s=600)
    await until(lambda: foot_mmhg(boots) > 22, 60)
    left.faults.range(False)
    left.faults.drop()
    await until(lambda: not unit.connected)
    left.faults.press("stop")
    witness = boots.house.witness
    await until(lambda: witness.entries(boots="pair1-left", kind="empty"))
    seen = len(below)
    left.faults.range(True)
    await until(lambda: unit.connected, 60)
    # An empty chamber's sensor may say a little less than nothing.
    await until(lambda: UNKNOWN < foot_mmhg(boots) < 20)
    assert len(below) == seen


async def test_a_target_that_changes(
    boots: Acting, listen: Listen, hass: HomeAssistant
) -> None:
    """What gets a label later is heard from then on, and no longer without it."""
    label = lr.async_get(hass).async_create("legs").label_id
    heard = await listen("pressure_crossed", {"label_id": label}, pressure=20)
    await run(boots, target_mmhg=30, duration_s=600)
    await until(lambda: foot_mmhg(boots) > 22, 60)
    assert not heard
    entities = er.async_get(hass)
    entities.async_update_entity(FOOT, labels={label})
    await until(lambda: heard, 60)
    entities.async_update_entity(FOOT, labels=set())
    await hass.async_block_till_done()
    count = len(heard)
    cycles = boots.coordinator.pair.state.cycles or 0
    await until(lambda: (boots.coordinator.pair.state.cycles or 0) > cycles + 1, 60)
    assert len(heard) == count

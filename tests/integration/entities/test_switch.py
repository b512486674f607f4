"""Switches besides the session's."""

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
import pytest

from .acting import Acting, until


async def test_the_child_lock_locks_start_and_never_stop(
    boots: Acting, person: Context
) -> None:
    """It shows what the boots report."""
    await until(lambda: boots.get("switch", "child_lock").state == "off")
    lock = boots.id("switch", "child_lock")
    await boots.call("switch", "turn_on", entity_id=lock)
    await until(lambda: boots.get("switch", "child_lock").state == "on")
    left = boots.house.boots["pair1-left"].faults
    left.press("start")
    await boots.run(person)
    assert {each["cause"] for each in boots.inflations} == {"controller"}
    left.press("stop")
    await until(lambda: boots.empty and boots.phase == "ready")
    await boots.call("switch", "turn_off", entity_id=lock)
    await until(lambda: boots.get("switch", "child_lock").state == "off")


async def test_the_link_is_left_to_the_phone_and_taken_back(boots: Acting) -> None:
    """The boots can be found by others meanwhile."""
    free = boots.id("switch", "link_free")
    await until(lambda: boots.get("binary_sensor", "connected").state == "on")
    await boots.call("switch", "turn_on", entity_id=free)
    assert boots.get("switch", "link_free").state == "on"
    await until(lambda: boots.get("sensor", "link", "left").state == "released")
    await boots.call("switch", "turn_off", entity_id=free)
    assert boots.get("switch", "link_free").state == "off"


async def test_the_link_is_not_left_in_a_session(
    boots: Acting, person: Context
) -> None:
    """It carries the heartbeats, without which the boots vent."""
    await boots.run(person)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.call("switch", "turn_on", entity_id=boots.id("switch", "link_free"))
    assert refusal.value.translation_key == "only_between_sessions"


async def test_switching_off_stops_at_once(boots: Acting, person: Context) -> None:
    """Any caller may, without being a person."""
    await boots.run(person)
    await boots.switch(False)
    await until(lambda: boots.empty)
    assert boots.get("switch", "session").state == "off"

"""Numbers, selects and zones: the next session's, or the running session's own."""

from dataclasses import replace

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.kumo_boots.boots.model import Programme, Side, Times

from .acting import Acting, until


async def test_setpoints_are_the_next_session(boots: Acting, person: Context) -> None:
    """What is set is what is asked for and what the boots do."""
    await boots.choose("mode", "wave")
    await boots.choose("legs", "right")
    await boots.set("target_pressure", 35)
    await boots.set("duration", 6)
    await boots.call("switch", "turn_on", entity_id=boots.id("switch", "skip_5"))
    await boots.choose("boost", "calf")
    for platform, key, shown in (
        ("select", "mode", "wave"),
        ("select", "legs", "right"),
        ("number", "target_pressure", "35"),
        ("number", "duration", "6.0"),
        ("switch", "skip_5", "on"),
        ("select", "boost", "calf"),
        ("number", "hold_time", "2"),
    ):
        assert boots.get(platform, key).state == shown
    await boots.run(person)
    unit = boots.house.boots["pair1-right"].unit
    await until(lambda: boots.coordinator.pair.state.target_mmhg == 35)
    state = boots.coordinator.pair.state
    assert state.programme is Programme.WAVE
    assert state.legs == {Side.RIGHT}
    assert state.skipped == {5}
    assert state.boosted == 2
    assert unit.phase != 0
    assert boots.inflated == {"pair1-right"}


async def test_changes_reach_the_running_session(
    boots: Acting, person: Context
) -> None:
    """Pressure, length, skipped zone and boost; the setpoints stay the user's."""
    await boots.set("duration", 5)
    await boots.run(person)
    await boots.set("target_pressure", 25)
    await boots.set("duration", 8, person)
    await boots.call("switch", "turn_on", entity_id=boots.id("switch", "skip_4"))
    await boots.choose("boost", "foot", person)
    await until(lambda: boots.coordinator.pair.state.skipped == {4})
    await until(lambda: boots.coordinator.pair.state.boosted == 1)
    remaining = boots.coordinator.pair.state.remaining_s
    assert remaining is not None
    assert remaining > 5 * 60
    await until(lambda: boots.get("number", "target_pressure").state == "25")
    assert boots.get("number", "duration").state == "8.0"
    assert boots.get("switch", "skip_4").state == "on"
    assert boots.get("select", "boost").state == "foot"
    await boots.choose("boost", "none")
    await until(lambda: boots.coordinator.pair.state.boosted is None)
    await boots.call(
        "switch",
        "turn_off",
        entity_id=boots.id("switch", "skip_4"),
        context=Context(user_id=person.user_id),
    )
    await until(lambda: boots.coordinator.pair.state.skipped == frozenset())
    await boots.press("stop")
    assert boots.get("number", "target_pressure").state == "30"
    assert boots.get("number", "duration").state == "5.0"


async def test_a_change_while_it_awaits_changes_what_waits(
    boots: Acting, person: Context
) -> None:
    """Who lowers the pressure and then says yes gets the lower pressure."""
    await boots.set("target_pressure", 40)
    await boots.switch(True)
    await boots.set("target_pressure", 25, person)
    assert boots.get("number", "target_pressure").state == "25"
    await boots.press("confirm_session", person)
    await until(lambda: boots.coordinator.pair.state.target_mmhg == 25)
    assert boots.coordinator.setpoints.target_mmhg == 25


@pytest.mark.parametrize("running", [False, True])
@pytest.mark.parametrize("what", ["mode", "legs", "hold_time"])
async def test_what_cannot_change_in_a_session_says_so(
    boots: Acting, person: Context, what: str, running: bool
) -> None:
    """Rather than showing something that is not so."""
    await boots.switch(True)
    if running:
        await boots.press("confirm_session", person)
        await until(lambda: boots.phase == "running")
    change = {
        "mode": lambda: boots.choose("mode", "pulse"),
        "legs": lambda: boots.choose("legs", "left"),
        "hold_time": lambda: boots.set("hold_time", 9),
    }[what]
    with pytest.raises(ServiceValidationError) as refusal:
        await change()
    assert refusal.value.translation_key == "only_between_sessions"
    assert boots.coordinator.setpoints.mode is Programme.RELAX


async def test_the_rhythm_is_the_modes_until_it_is_set(boots: Acting) -> None:
    """And belongs to that mode only."""
    await boots.set("hold_time", 9)
    assert boots.coordinator.setpoints.times == Times(hold_s=9, release_s=6, rest_s=4)
    assert boots.get("number", "hold_time").state == "9"
    await boots.set("release_time", 1)
    await boots.set("rest_time", 0)
    assert boots.coordinator.setpoints.times == Times(hold_s=9, release_s=1, rest_s=0)
    await boots.choose("mode", "pulse")
    assert boots.get("number", "hold_time").state == "2"


async def test_more_than_the_limit_cannot_be_set(
    hass: HomeAssistant, boots: Acting
) -> None:
    """The number ends where the wearer's limit is, and moves with it."""
    number = boots.get("number", "target_pressure")
    assert (number.attributes["min"], number.attributes["max"]) == (20, 60)
    assert number.attributes["step"] == 5
    assert boots.get("number", "duration").attributes["max"] == 30
    with pytest.raises(ServiceValidationError):
        await boots.set("target_pressure", 61)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.set("target_pressure", 33)
    assert refusal.value.translation_key == "out_of_range_target"
    hass.config_entries.async_update_entry(
        boots.entry, options={**boots.entry.options, "target_max_mmhg": 45}
    )
    await until(lambda: boots.get("number", "target_pressure").attributes["max"] == 45)


async def test_a_session_of_others_is_shown_as_far_as_it_is_known(
    boots: Acting,
) -> None:
    """Somebody pressed start on the boots."""
    await until(lambda: boots.coordinator.data.connected)
    boots.house.boots["pair1-left"].faults.press("start")
    await until(lambda: boots.phase == "running")
    coordinator = boots.coordinator
    session = replace(coordinator.data.session, settings=None)
    coordinator.async_set_updated_data(replace(coordinator.data, session=session))
    target = coordinator.data.pair.target_mmhg
    assert boots.get("number", "target_pressure").state == str(target)
    assert boots.get("number", "duration").state == "unknown"
    assert boots.get("number", "hold_time").state == "unknown"
    assert boots.get("select", "mode").state == coordinator.data.pair.programme
    assert boots.get("select", "legs").state == "left"
    assert boots.get("select", "boost").state == "none"
    assert boots.get("switch", "skip_1").state == "off"

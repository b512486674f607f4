"""Binary sensors: running, connected, and what somebody has to look at."""

from dataclasses import replace

from homeassistant.core import Context

from custom_components.kumo_boots.boots.model import Fault

from .acting import Acting, until


async def test_running_and_connected(boots: Acting, person: Context) -> None:
    """A request is not a session, a pause is."""
    await until(lambda: boots.get("binary_sensor", "connected").state == "on")
    await boots.switch(True)
    assert boots.get("binary_sensor", "session_running").state == "off"
    await boots.press("confirm_session", person)
    await until(lambda: boots.get("binary_sensor", "session_running").state == "on")
    await boots.press("pause")
    await until(lambda: boots.phase == "paused")
    assert boots.get("binary_sensor", "session_running").state == "on"
    await boots.press("stop")
    assert boots.get("binary_sensor", "session_running").state == "off"


async def test_unknown_is_shown_as_unknown(boots: Acting) -> None:
    """Nobody knows whether a session runs when the boots do not say so."""
    coordinator = boots.coordinator
    await until(lambda: coordinator.data.available)
    coordinator.async_set_updated_data(replace(coordinator.data, phase=None))
    assert boots.get("binary_sensor", "session_running").state == "unknown"
    assert boots.get("switch", "session").state == "unknown"
    assert boots.phase == "unknown"


async def test_a_fault_is_a_problem_with_a_name(boots: Acting, person: Context) -> None:
    """The boots empty themselves, and somebody has to look."""
    await until(lambda: boots.get("binary_sensor", "problem").state == "off")
    await boots.run(person)
    boots.house.boots["pair1-left"].faults.overpressure(1)
    await until(lambda: boots.get("binary_sensor", "problem").state == "on")
    attributes = boots.get("binary_sensor", "problem").attributes
    assert attributes["faults"] == [Fault.OVER_PRESSURE]
    await until(lambda: boots.phase == "fault")
    await until(lambda: boots.empty)


async def test_an_unconfirmed_stop_stays_a_problem_out_of_reach(boots: Acting) -> None:
    """However long the boots are away."""
    coordinator = boots.coordinator
    session = replace(coordinator.data.session, stop_unconfirmed=True)
    coordinator.async_set_updated_data(
        replace(coordinator.data, available=False, session=session)
    )
    problem = boots.get("binary_sensor", "problem")
    assert problem.state == "on"
    assert problem.attributes["stop_unconfirmed"] is True


async def test_charging(boots: Acting) -> None:
    """Where the boots know it."""
    await until(lambda: boots.get("binary_sensor", "charging").state == "off")

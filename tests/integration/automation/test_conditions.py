"""What is so now, and why not where it is not."""

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr, trace
from homeassistant.helpers.condition import (
    ConditionChecker,
    async_from_config,
    async_validate_condition_config,
)
import pytest
import voluptuous as vol

from custom_components.kumo_boots.boots.session import SessionPhase

from ..conftest import until
from ..entities.acting import Acting
from ..entry.running import PERSON, run
from ..people.living import Remembered, change, household, move_in

type Ask = Callable[..., Any]


@pytest.fixture
async def ask(hass: HomeAssistant) -> AsyncGenerator[Ask]:
    """Return a function that asks a condition of ours: the answer and the trace."""
    checkers: list[ConditionChecker] = []

    async def ask(
        key: str, target: dict[str, Any], **options: Any
    ) -> tuple[bool | None, list[dict[str, Any]]]:
        config = cv.CONDITION_SCHEMA(
            {
                "condition": f"kumo_boots.{key}",
                "target": target,
                "options": options,
            }
        )
        config = await async_validate_condition_config(hass, config)
        checker = await async_from_config(hass, config)
        checkers.append(checker)
        trace.trace_clear()
        answer = checker.async_check()
        [[element]] = (trace.trace_get(clear=False) or {}).values()
        return answer, element.as_dict()["result"]["boots"]

    yield ask
    for checker in checkers:
        checker.async_unload()


async def test_a_session_is_running(
    boots: Acting, ask: Ask, pair: dict[str, str]
) -> None:
    """While it inflates and while it is paused, not while it waits."""
    session = boots.coordinator.session
    assert (await ask("session_running", pair))[0] is False
    await session.request(boots.coordinator.settings_from_setpoints(), PERSON)
    answer, said = await ask("session_running", pair)
    assert answer is False
    assert said == [{"name": "Boots", "answer": False, "phase": "awaiting"}]
    await session.stop(PERSON)
    await run(boots)
    assert (await ask("session_running", pair))[0] is True
    assert (await ask("session_running", pair, behavior="all"))[0] is True
    await session.pause(PERSON)
    await until(lambda: session.state.phase is SessionPhase.PAUSED)
    assert (await ask("session_running", pair))[0] is True


async def test_where_nobody_knows_nothing_is_so(
    boots: Acting,
    ask: Ask,
    hass: HomeAssistant,
    pair: dict[str, str],
) -> None:
    """Boots that are not set up, or of which nobody knows, or none at all."""
    assert await ask("may_start", {"area_id": "nowhere"}, behavior="all") == (False, [])
    assert await hass.config_entries.async_unload(boots.entry.entry_id)
    assert await ask("may_start", pair, behavior="all") == (False, [])
    for unit in boots.house.boots.values():
        unit.faults.range(False)
    assert await hass.config_entries.async_setup(boots.entry.entry_id)
    answer, said = await ask("session_running", pair, behavior="all")
    assert answer is False
    assert said == [{"name": "Boots", "answer": None, "phase": "unknown"}]


async def test_a_session_may_start(
    boots: Acting, ask: Ask, pair: dict[str, str]
) -> None:
    """Unless one waits or runs; the reason is in the trace, in words and as a key."""
    session = boots.coordinator.session
    assert await ask("may_start", pair) == (True, [{"name": "Boots", "answer": True}])
    await session.request(boots.coordinator.settings_from_setpoints(), PERSON)
    answer, [said] = await ask("may_start", pair)
    assert answer is False
    assert said["reason"] == "request_waits"
    assert "waiting" in said["message"]
    await session.confirm(PERSON)
    await until(lambda: boots.coordinator.data.phase == "running")
    answer, [said] = await ask("may_start", pair)
    assert (answer, said["reason"]) == (False, "busy")


async def test_whether_somebody_may_start(
    boots: Acting, ask: Ask, hass: HomeAssistant, pair: dict[str, str]
) -> None:
    """Whoever is named, whose device is meant, or who wears the boots now."""
    anna = await move_in(boots, "Anna", acknowledged=None, follow_coach=False)
    await move_in(boots, "Bruno", follow_coach=False)
    await hass.async_block_till_done()
    devices = {
        device.name: {"device_id": device.id}
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), boots.entry.entry_id
        )
    }
    assert (await ask("may_start", pair, wearer="Bruno"))[0] is True
    assert (await ask("may_start", pair))[0] is True
    for target, options in ((pair, {"wearer": "anna"}), (devices["Anna"], {})):
        answer, [said] = await ask("may_start", target, **options)
        assert (answer, said["reason"]) == (False, "precautions_first")
        assert "Anna" in said["message"]
    assert (await ask("may_start", devices["Bruno"]))[0] is True
    answer, [said] = await ask("may_start", pair, wearer="Carla")
    assert (answer, said["reason"]) == (False, "unknown_wearer")
    await change(boots, anna, acknowledged="2026-11-01T20:00:00+00:00")
    assert (await ask("may_start", devices["Anna"]))[0] is True


async def test_rested_since_the_last_session(
    boots: Acting, ask: Ask, pair: dict[str, str]
) -> None:
    """As long as the wearer set, or as the condition says."""
    anna = await move_in(boots, "Anna", rest_hours=4, follow_coach=False)

    def had(ended_ago: timedelta) -> None:
        remembered = Remembered()
        remembered.add(anna, ended_ago)
        [[sitting]] = remembered.kept.values()
        boots.coordinator.diary.add(sitting)

    assert (await ask("rested", pair, wearer="Anna"))[0] is True
    had(timedelta(hours=5))
    assert (await ask("rested", pair, wearer="Anna"))[0] is True
    answer, [said] = await ask("rested", pair, wearer="Anna", hours=12)
    assert (answer, said["reason"]) == (False, "rest_first")
    assert "12 hours" in said["message"]
    had(timedelta(hours=1))
    assert (await ask("rested", pair, wearer="Anna"))[0] is False
    assert (await ask("rested", pair, wearer="Anna", hours=0.5))[0] is True
    with pytest.raises(vol.Invalid):
        await ask("rested", pair, hours=-1)


async def test_a_guest_is_rested(boots: Acting, ask: Ask, pair: dict[str, str]) -> None:
    """As far as the boots remember, which is until the next restart."""
    assert household(boots).current.is_guest
    assert (await ask("rested", pair, hours=1))[0] is True
    await run(boots)
    answer, [said] = await ask("rested", pair, hours=0)
    assert (answer, said["reason"]) == (False, "busy")
    await boots.coordinator.session.stop(PERSON)
    assert (await ask("rested", pair, hours=1))[0] is False
    assert (await ask("rested", pair, hours=0))[0] is True

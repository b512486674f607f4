"""Buttons, and the events that tell what came of them."""

from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
import pytest

from .acting import Acting, until


async def test_what_happens_is_told(
    hass: HomeAssistant, boots: Acting, person: Context
) -> None:
    """Every transition is an event with who did it and why."""
    told: list[dict[str, object]] = []

    @callback
    def happened(event: Event) -> None:
        if event.data["entity_id"] == boots.id("event", "session"):
            told.append(dict(event.data["new_state"].attributes))

    hass.bus.async_listen("state_changed", happened)
    await boots.run(person)
    await boots.press("pause")
    await until(lambda: boots.phase == "paused")
    await boots.press("resume", Context(user_id=person.user_id))
    await until(lambda: boots.phase == "running")
    await boots.press("stop", person)
    await until(lambda: len(told) >= 6)
    assert [each["event_type"] for each in told] == [
        "requested",
        "confirmed",
        "started",
        "paused",
        "resumed",
        "stopped",
    ]
    assert told[0]["actor"] == "automation"
    assert (told[1]["actor"], told[1]["cause"]) == ("person", "confirmed")
    assert told[2]["origin"] == "this_controller"
    assert told[-1]["actor"] == "person"


async def test_pause_without_a_session_is_an_error(boots: Acting) -> None:
    """In words, and without a trace of a queue."""
    for button in ("pause", "resume"):
        with pytest.raises(ServiceValidationError) as refusal:
            await boots.press(button)
        assert refusal.value.translation_key == "wrong_phase"


async def test_identify(boots: Acting) -> None:
    """Both legs show which they are."""
    await boots.press("identify")
    seen = {
        each["boots"]
        for each in boots.house.witness.entries(kind="write")
        if each["opcode"] == 0x0C
    }
    assert seen == set(boots.house.boots)

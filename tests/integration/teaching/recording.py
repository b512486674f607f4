"""Walking through *My boots are not listed*, as a person with a finger on the boots."""

from http import HTTPStatus
import re
from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
import pytest

from simulator.quiet_mill import QuietMill
from simulator.stranger import INFLATING

from ..conftest import until
from ..flows.walking import Walk, begin


async def to_the_pick(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Go on until the devices are shown."""
    monkeypatch.setattr("custom_components.kumo_boots.found.SCAN_RESPONSE_S", 1)
    walk = await begin(hass, SOURCE_USER)
    await walk.settle()
    assert walk.result["step_id"] == "none_found"
    await walk.submit({"unlisted": True})
    assert walk.result["step_id"] == "teach"
    await walk.submit()
    await walk.settle()
    return walk


def heard(hass: HomeAssistant, walk: Walk) -> list[Any]:
    """Return the messages that were recorded so far."""
    flow = hass.config_entries.flow._progress[walk.flow_id]
    return flow._recording.messages  # type: ignore[attr-defined]


async def more(hass: HomeAssistant, walk: Walk, count: int) -> None:
    """Wait for so many messages more."""
    before = len(heard(hass, walk))
    await until(lambda: len(heard(hass, walk)) >= before + count, 40)


async def press_the_buttons(hass: HomeAssistant, walk: Walk, mill: QuietMill) -> None:
    """Do what the four screens ask for."""
    assert walk.result["step_id"] == "teach_at_rest"
    await more(hass, walk, 3)
    await walk.submit()
    mill.press_start()
    await until(lambda: mill.phase == INFLATING)
    # A minute or so: until each phase of a cycle has been told.
    await until(lambda: {m.data[3] for m in heard(hass, walk)} >= {0, 1, 2, 3}, 60)
    await more(hass, walk, 2)
    await walk.submit()
    mill.set_level(2)
    await more(hass, walk, 3)
    await walk.submit()
    mill.press_stop()
    await until(lambda: mill.phase == 0)
    await more(hass, walk, 3)


async def download(client: Any, address: str) -> tuple[int, dict[str, Any]]:
    """Get what the link of the last screen leads to, as a browser does."""
    answer = await client.get(address)
    if answer.status != HTTPStatus.OK:
        return answer.status, {}
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.status, await answer.json()


def link_of(walk: Walk) -> str:
    """Return the address that the last screen shows."""
    placeholders = walk.result["description_placeholders"] or {}
    address = str(placeholders["bundle"])
    assert re.match(r"/api/kumo_boots/bundle/\w+\?authSig=", address)
    return address

"""What the fault matrix has to know from inside Home Assistant: the tasks that run.

A task is ours when any coroutine it is in was written in the integration. It belongs to
those boots whose addresses can be found from the variables of these coroutines.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from types import FrameType
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

DOMAIN: Final = "faults_probe"
OURS: Final = "custom_components/kumo_boots/"
CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)
WAYS: Final = ("_link", "_unit", "_units", "_pair", "session", "pair", "units")
"""Where an object of the integration keeps its units."""
DEEP: Final = 4


def frames(coroutine: Any) -> Iterator[tuple[str, FrameType]]:
    """Return the suspended coroutines of a task, outermost first."""
    while isinstance(coroutine, Coroutine):
        frame = getattr(coroutine, "cr_frame", None)
        if frame is None:
            return
        yield getattr(coroutine, "__qualname__", "?"), frame
        coroutine = getattr(coroutine, "cr_await", None)


def addresses(value: Any, deep: int = DEEP) -> set[str]:
    """Return the Bluetooth addresses that can be found from an object of ours."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return set[str]().union(*(addresses(one, deep - 1) for one in value))
    if not type(value).__module__.startswith("custom_components.kumo_boots"):
        return set()
    found = getattr(value, "address", None)
    if isinstance(found, str):
        return {found}
    if not deep:
        return set()
    return set[str]().union(
        *(addresses(getattr(value, way, None), deep - 1) for way in WAYS)
    )


def our_tasks() -> list[dict[str, Any]]:
    """Return each task of ours: what it is in, and whose."""
    found = []
    for task in asyncio.all_tasks():
        if task is asyncio.current_task():
            continue
        ours = [
            (name, frame)
            for name, frame in frames(task.get_coro())
            if OURS in frame.f_code.co_filename
        ]
        if ours:
            whose = set[str]().union(
                *(
                    addresses(value)
                    for _, frame in ours
                    for value in frame.f_locals.values()
                )
            )
            found.append({"what": ours[-1][0], "whose": sorted(whose)})
    return found


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what the matrix asks for."""

    @callback
    @websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/tasks"})
    def tasks(
        hass: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: dict[str, Any],
    ) -> None:
        connection.send_result(
            msg["id"], {"ours": our_tasks(), "all": len(asyncio.all_tasks())}
        )

    @callback
    @websocket_api.websocket_command(
        {
            vol.Required("type"): f"{DOMAIN}/let_go",
            vol.Required("entry_id"): str,
            vol.Required("on"): bool,
        }
    )
    def let_go(
        hass: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: dict[str, Any],
    ) -> None:
        """Leave the link to a phone app, as the switch (off by default) does."""
        entry = hass.config_entries.async_get_entry(msg["entry_id"])
        assert entry is not None
        entry.runtime_data.set_link_free(msg["on"])
        connection.send_result(msg["id"])

    websocket_api.async_register_command(hass, tasks)
    websocket_api.async_register_command(hass, let_go)
    return True

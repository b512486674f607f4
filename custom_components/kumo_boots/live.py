"""The live view: everything at full rate, for whoever looks, and for nobody else.

Subscribe with ``{"type": "kumo_boots/live", "entry_id": …}`` or ``"device_id"``. The
first message comes at once; later ones with every report of the boots. An entry that
is unloaded says so in the same shape; when it is loaded again the subscription goes on.
Whoever may not see the boots' phase may not see any of it, and what concerns the wearer
is null for whoever may not see *for whom* (``live_choices.py``). ``at`` is the moment
that is told of: whoever counts down need not trust the clock of a screen.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components import websocket_api
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .boots.model import Phase, Side
from .boots.session import Cause, SessionPhase
from .by_hand.telling import guidance
from .const import DOMAIN
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from .counted import as_counted
from .live_choices import (
    capabilities_told,
    limits_told,
    setpoints_told,
    settings_told,
    wearer_told,
)
from .people.access import Reader
from .permission import FOR_WHOM, may_read, need_read


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the command."""
    websocket_api.async_register_command(hass, ws_live)


@callback
def _find(hass: HomeAssistant, msg: dict[str, Any]) -> KumoBootsConfigEntry | None:
    """Return the loaded entry that a message names."""
    if (entry_id := msg.get("entry_id")) is not None:
        wanted = entry_id
    else:
        device = dr.async_get(hass).async_get(msg["device_id"])
        wanted = None if device is None else device.config_entry_id
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        if entry.entry_id == wanted:
            return entry
    return None


def _cause(cause: Cause | None) -> dict[str, str] | None:
    return None if cause is None else {"actor": cause.actor, "why": cause.why}


def _routine(coordinator: KumoBootsCoordinator) -> dict[str, Any] | None:
    """Return what is under way; None for nothing."""
    runner = coordinator.runner
    if (run := runner.run) is None:
        return None
    return {
        "routine_id": run.routine.routine_id,
        "name": run.routine.name,
        "phase": run.phase,
        "index": run.index,
        "steps": [
            {"kind": step.kind, "duration_s": step.duration_s, "state": state}
            for step, state in zip(run.routine.steps, run.states, strict=True)
        ],
        "ends_at": run.ends_at,
        "remaining_s": runner.remaining_s,
    }


def _link(coordinator: KumoBootsCoordinator, side: Side) -> dict[str, str] | None:
    """Tell the Bluetooth link of the unit that serves a leg; None by hand."""
    for unit in coordinator.units:
        if side in unit.sides:
            status = unit.link_status
            return {"state": status.state, "reason": status.reason}
    return None


def message(coordinator: KumoBootsCoordinator) -> dict[str, Any]:
    """Return the truth of this moment; null is unknown."""
    pair = coordinator.pair.state
    session = coordinator.session.state
    told = {
        "at": dt_util.utcnow(),
        "phase": coordinator.data.phase,
        "available": coordinator.data.available,
        "connected": pair.connected,
        "session": {
            "phase": session.phase,
            "origin": session.origin,
            "cause": _cause(session.cause),
            "remaining_s": session.remaining_s,
            "ends_at": session.ends_at,
            "awaiting_until": session.awaiting_until,
            "wait_s": coordinator.session.wait_s,
            "request": session.request_id,
            "started_at": session.started_at,
            "stop_unconfirmed": session.stop_unconfirmed,
            "continue_offer": settings_told(session.continue_offer),
            "settings": settings_told(session.settings),
        },
        "bench_only": coordinator.bench_only,
        "guidance": None if coordinator.hands is None else guidance(session.phase),
        "routine": _routine(coordinator),
        "setpoints": setpoints_told(coordinator.setpoints),
        "capabilities": capabilities_told(coordinator.capabilities),
        "limits": limits_told(coordinator),
        "programme": pair.programme,
        "target_mmhg": pair.target_mmhg,
        "cycles": pair.cycles,
        "faults": sorted(pair.faults),
        "legs": {
            side: {
                "phase": leg.phase,
                "in_session": side in pair.legs,
                "active_zones": sorted(leg.active_zones),
                "skipped": sorted(leg.skipped),
                "boosted": leg.boosted,
                "target_mmhg": leg.target_mmhg,
                "remaining_s": leg.remaining_s,
                "pressures_mmhg": pair.pressures_mmhg.get(side),
                "battery_percent": leg.battery_percent,
                "battery_low": leg.battery_low,
                "charging": leg.charging,
                "link": _link(coordinator, side),
            }
            for side, leg in pair.sides.items()
        },
    }
    return as_counted(told, coordinator.capabilities)


def gone(
    coordinator: KumoBootsCoordinator, wearer: Iterable[str] = ()
) -> dict[str, Any]:
    """Return a message of the same shape when nothing is known any more.

    ``wearer`` are the keys of what is told of the wearer.
    But for a stop that was not confirmed: nobody has said that the boots are empty.
    """
    last = message(coordinator)
    nothing = dict.fromkeys((*last, *wearer)) | {
        "available": False,
        "connected": False,
        "faults": [],
    }
    session = dict.fromkeys(last["session"]) | {
        "phase": SessionPhase.UNKNOWN,
        "stop_unconfirmed": last["session"]["stop_unconfirmed"],
    }
    legs = {
        side: dict.fromkeys(leg)
        | {
            "phase": Phase.UNKNOWN,
            "in_session": False,
            "active_zones": [],
            "skipped": [],
        }
        for side, leg in last["legs"].items()
    }
    return nothing | {"session": session, "legs": legs}


class Subscription:
    """One screen and one entry, whichever coordinator that has."""

    def __init__(
        self,
        entry: KumoBootsConfigEntry,
        user: User,
        send: Callable[[dict[str, Any]], None],
    ) -> None:
        """Begin with a loaded entry, for whoever looks."""
        self._entry = entry
        self._user = user
        self._reader = Reader(entry.runtime_data.hass, user, is_routine=False)
        self._wearer: dict[str, Any] = {}
        """What is told of the wearer; it changes seldom."""
        self._send = send
        self._coordinator: KumoBootsCoordinator | None = None
        self._remove: Callable[[], None] | None = None
        self._forget = entry.async_on_state_change(self._state_changed)

    @callback
    def attach(self) -> None:
        """Tell what is so now, and from now on every change."""
        self._coordinator = coordinator = self._entry.runtime_data
        tell = partial(self._tell, coordinator)
        people = partial(self._tell_people, coordinator)
        # The coach speaks when the household changed, and when the week did.
        remove = (
            coordinator.listen_live(tell),
            coordinator.coach.listen(people),
            coordinator.runner.listen(tell),
        )

        def stop() -> None:
            for each in remove:
                each()

        self._remove = stop
        people()

    @callback
    def _tell_people(self, coordinator: KumoBootsCoordinator) -> None:
        hass, entry_id = coordinator.hass, self._entry.entry_id
        self._wearer = wearer_told(
            coordinator,
            self._reader,
            with_wearer=may_read(hass, self._user, entry_id, FOR_WHOM),
        )
        self._tell(coordinator)

    @callback
    def _tell(self, coordinator: KumoBootsCoordinator) -> None:
        self._send(message(coordinator) | self._wearer)

    @callback
    def _detach(self) -> None:
        if self._remove is not None:
            self._remove()
        self._remove = self._coordinator = None

    @callback
    def _state_changed(self) -> None:
        """Follow the entry through a reload; what it does meanwhile is shown."""
        state = self._entry.state
        if state is ConfigEntryState.LOADED:
            self.attach()
        elif (
            state is not ConfigEntryState.UNLOAD_IN_PROGRESS
            and self._coordinator is not None
        ):
            last = gone(self._coordinator, self._wearer)
            self._detach()
            self._send(last)

    @callback
    def close(self) -> None:
        """Nobody looks any more."""
        self._forget()
        self._detach()


@callback
@websocket_api.websocket_command(
    vol.All(
        websocket_api.BASE_COMMAND_MESSAGE_SCHEMA.extend(
            {
                vol.Required("type"): f"{DOMAIN}/live",
                vol.Exclusive("entry_id", "which"): str,
                vol.Exclusive("device_id", "which"): str,
            }
        ),
        cv.has_at_least_one_key("entry_id", "device_id"),
    )
)
def ws_live(
    hass: HomeAssistant,
    connection: websocket_api.ActiveConnection,
    msg: dict[str, Any],
) -> None:
    """Subscribe to one pair of boots."""
    if (entry := _find(hass, msg)) is None:
        connection.send_error(
            msg["id"], websocket_api.ERR_NOT_FOUND, "No such boots are set up"
        )
        return
    need_read(hass, connection.user, entry.entry_id)
    subscription = Subscription(
        entry, connection.user, partial(connection.send_event, msg["id"])
    )
    connection.subscriptions[msg["id"]] = subscription.close
    connection.send_result(msg["id"])
    subscription.attach()

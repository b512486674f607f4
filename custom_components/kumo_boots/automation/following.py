"""Being with the pairs that a target names, whenever they are set up."""

from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.typing import ConfigType

from ..coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from .aims import Aim, Aims, aims_of

type AimNow = Callable[[], Aim]
"""What of the pair is meant at this moment: areas and labels change."""
type Attach = Callable[[KumoBootsCoordinator, AimNow], CALLBACK_TYPE]

_REGISTRIES = (
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    ar.EVENT_AREA_REGISTRY_UPDATED,
)


class Following:
    """Attaches to every pair that is meant, and again after its reload."""

    def __init__(self, hass: HomeAssistant, target: ConfigType, attach: Attach) -> None:
        """Attach to nothing yet; ``attach`` returns how to end it."""
        self._hass = hass
        self._target = target
        self._attach = attach
        self._aims: Aims = {}
        self._followed: dict[str, _Followed] = {}

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin; returns what ends it."""
        self._look()
        unsubscribe = [
            self._hass.bus.async_listen(registry, self._look)
            for registry in _REGISTRIES
        ]

        @callback
        def stop() -> None:
            for each in unsubscribe:
                each()
            self._follow({})

        return stop

    @callback
    def _look(self, _event: Event[Any] | None = None) -> None:
        self._follow(aims_of(self._hass, self._target))

    @callback
    def _follow(self, aims: Aims) -> None:
        self._aims = aims
        for entry_id in self._followed.keys() - aims.keys():
            self._followed.pop(entry_id).close()
        for entry_id in aims.keys() - self._followed.keys():
            entry = self._hass.config_entries.async_get_known_entry(entry_id)
            self._followed[entry_id] = _Followed(
                entry, partial(self._attach_to, entry_id)
            )

    @callback
    def _attach_to(
        self, entry_id: str, coordinator: KumoBootsCoordinator
    ) -> CALLBACK_TYPE:
        return self._attach(coordinator, lambda: self._aims[entry_id])


class _Followed:
    """One entry, whichever coordinator it has."""

    def __init__(
        self,
        entry: KumoBootsConfigEntry,
        attach: Callable[[KumoBootsCoordinator], CALLBACK_TYPE],
    ) -> None:
        self._entry = entry
        self._attach = attach
        self._detach: CALLBACK_TYPE | None = None
        self._forget = entry.async_on_state_change(self._state_changed)
        self._state_changed()

    @callback
    def _state_changed(self) -> None:
        """Be attached while it is loaded; what happens as it goes still counts."""
        state = self._entry.state
        if state is ConfigEntryState.LOADED:
            self._let_go()
            self._detach = self._attach(self._entry.runtime_data)
        elif state is not ConfigEntryState.UNLOAD_IN_PROGRESS:
            self._let_go()

    @callback
    def _let_go(self) -> None:
        if self._detach is not None:
            self._detach()
            self._detach = None

    @callback
    def close(self) -> None:
        """Follow it no more."""
        self._forget()
        self._let_go()

"""The entities of each routine: begin it, see where it is, when it is due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..callers import async_cause_from
from ..coordinator import KumoBootsCoordinator
from ..exceptions import speaking_to_people
from .device import RoutineEntity, add_for_routines
from .routine import CONF_ENABLED, StepKind
from .run import RunPhase

IDLE: Final = "idle"
ATTR_REMAINING: Final = "remaining_s"
ATTR_ENDS_AT: Final = "ends_at"
ATTR_NUMBER: Final = "step_number"
ATTR_STEPS: Final = "steps"

START = ButtonEntityDescription(key="start", translation_key="routine_start")
STEP = SensorEntityDescription(
    key="step",
    translation_key="routine_step",
    device_class=SensorDeviceClass.ENUM,
    options=[IDLE, RunPhase.ASKING, *StepKind, RunPhase.PAUSED],
)
ENABLED = SwitchEntityDescription(
    key="enabled",
    translation_key="routine_enabled",
    entity_category=EntityCategory.CONFIG,
)
NEXT_RUN = SensorEntityDescription(
    key="next_run",
    translation_key="routine_next_run",
    device_class=SensorDeviceClass.TIMESTAMP,
)


class StartButton(RoutineEntity, ButtonEntity):
    """Begins the routine; says yes to it while it asks."""

    @override
    async def async_press(self) -> None:
        """Begin. The boots are only asked for, whoever presses."""
        cause = await async_cause_from(self.hass, self._context)
        with speaking_to_people():
            await self.coordinator.runner.async_start(self.routine, cause)


class StepSensor(RoutineEntity, SensorEntity):
    """What is done now."""

    # The clock is for the screen; what happened is in the events.
    _unrecorded_attributes = frozenset(
        {ATTR_REMAINING, ATTR_ENDS_AT, ATTR_NUMBER, ATTR_STEPS}
    )

    @property
    @override
    def native_value(self) -> str:
        """Return the step, or what it waits for."""
        if (run := self.run) is None:
            return IDLE
        if run.phase is RunPhase.RUNNING and run.step is not None:
            return str(run.step.kind)
        return run.phase

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Tell how much is left of the step (s), and which it is (from 1)."""
        run = self.run
        return {
            ATTR_REMAINING: None
            if run is None
            else self.coordinator.runner.remaining_s,
            ATTR_ENDS_AT: None if run is None else run.ends_at,
            ATTR_NUMBER: None if run is None or run.step is None else run.index + 1,
            ATTR_STEPS: [step.kind.value for step in self.routine.steps],
        }


class NextRunSensor(RoutineEntity, SensorEntity):
    """When it is due."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the planner as well."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.planner.listen(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return when it asks next; unknown where it does not by itself."""
        return self.coordinator.planner.next_run(self.routine)


class EnabledSwitch(RoutineEntity, SwitchEntity):
    """Whether the schedule counts. By hand it can be begun either way."""

    @property
    @override
    def is_on(self) -> bool:
        """Tell whether it is due by itself."""
        return self.routine.enabled

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Have it be due."""
        self._keep(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Have it wait for somebody to begin it."""
        self._keep(False)

    @callback
    def _keep(self, enabled: bool) -> None:
        entry = self.coordinator.config_entry
        subentry = entry.subentries[self.routine.routine_id]
        self.hass.config_entries.async_update_subentry(
            entry, subentry, data={**subentry.data, CONF_ENABLED: enabled}
        )


@callback
def add_buttons(
    coordinator: KumoBootsCoordinator, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add what begins each routine."""
    add_for_routines(
        coordinator, add, lambda each: [StartButton(coordinator, each, START)]
    )


@callback
def add_sensors(
    coordinator: KumoBootsCoordinator, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add what tells of each routine."""
    add_for_routines(
        coordinator,
        add,
        lambda each: [
            StepSensor(coordinator, each, STEP),
            NextRunSensor(coordinator, each, NEXT_RUN),
        ],
    )


@callback
def add_switches(
    coordinator: KumoBootsCoordinator, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add what makes each routine due by itself."""
    add_for_routines(
        coordinator, add, lambda each: [EnabledSwitch(coordinator, each, ENABLED)]
    )

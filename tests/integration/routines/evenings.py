"""An evening: routines are made and begun, and what is told of them is kept."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, Event, callback

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.const import EVENT_ROUTINE
from custom_components.kumo_boots.routines.routine import (
    SUBENTRY_ROUTINE,
    BootsSession,
    Elevation,
    Light,
    Massage,
    Mobility,
    Routine,
    Step,
)
from custom_components.kumo_boots.routines.run import Run, RunPhase
from custom_components.kumo_boots.routines.runner import Runner

from ..entities.acting import Acting, until

MASSAGER = "input_boolean.massager"
LIGHT = "light.panel"

ME = Cause(actor=Actor.PERSON, why="requested", user_id="me")
LONG = 600
"""A step that nobody waits for, s."""

MOBILITY = Mobility(duration_s=LONG)
SHORT = Mobility(duration_s=1)
MASSAGE = Massage(duration_s=LONG, entity_id=MASSAGER)
SESSION = BootsSession(duration_s=120, target_mmhg=30)
PANEL = Light(duration_s=LONG, entity_id=LIGHT, brightness_pct=100)
LEGS_UP = Elevation(duration_s=1)


class Evening:
    """The routines of one pair, as everybody around it sees them."""

    def __init__(self, boots: Acting) -> None:
        """Begin to listen on the bus."""
        self.boots = boots
        self.hass = boots.hass
        self.events: list[dict[str, Any]] = []
        self.hass.bus.async_listen(EVENT_ROUTINE, self._happened)

    @callback
    def _happened(self, event: Event) -> None:
        self.events.append(dict(event.data))

    @property
    def runner(self) -> Runner:
        """Return the runner of the moment: a reload makes a new one."""
        return self.boots.coordinator.runner

    @property
    def run(self) -> Run:
        """Return what is under way."""
        assert self.runner.run is not None
        return self.runner.run

    @property
    def kinds(self) -> list[str]:
        """Return what was told, in order, with the step it was about."""
        return [
            event["kind"] + (f" {event['step']}" if event["step"] else "")
            for event in self.events
        ]

    def cause_of(self, told: str) -> str:
        """Return why something happened, the last time it did."""
        return str(
            self.events[len(self.kinds) - 1 - self.kinds[::-1].index(told)]["cause"]
        )

    async def make(self, *steps: Step, name: str = "Evening", **data: Any) -> Routine:
        """Add a routine."""
        routine = Routine(routine_id="", name=name, steps=steps, **data)
        subentry = ConfigSubentry(
            data=MappingProxyType(routine.as_data()),
            subentry_type=SUBENTRY_ROUTINE,
            title=name,
            unique_id=None,
        )
        self.hass.config_entries.async_add_subentry(self.boots.entry, subentry)
        routines = self.boots.coordinator.routines
        await until(lambda: routines.get(subentry.subentry_id) is not None)
        found = routines.get(subentry.subentry_id)
        assert found is not None
        return found

    async def begin(self, *steps: Step, **data: Any) -> Routine:
        """Add a routine and begin it."""
        routine = await self.make(*steps, **data)
        await self.runner.async_start(routine, ME)
        return routine

    async def told(self, what: str) -> None:
        """Wait until something was told."""
        await until(lambda: what in self.kinds)

    async def over(self) -> None:
        """Wait until nothing is under way."""
        await until(lambda: self.runner.run is None)

    async def asked(self) -> None:
        """Wait until the session waits for a person."""
        await until(lambda: self.boots.phase == "awaiting")

    async def in_boots(self, person: Context) -> None:
        """Say yes to the session, and wait until the boots say that they run."""
        await self.asked()
        await self.boots.press("confirm_session", Context(user_id=person.user_id))
        await until(lambda: self.boots.phase == "running")
        await until(lambda: self.run.ends_at is not None)

    async def reload(self) -> None:
        """Have the entry unloaded and set up again, as a restart does."""
        assert await self.hass.config_entries.async_reload(self.boots.entry.entry_id)
        await until(lambda: self.boots.coordinator.data.connected)

    def is_on(self, entity_id: str) -> bool:
        """Tell whether a device is on."""
        state = self.hass.states.get(entity_id)
        assert state is not None
        return state.state == "on"

    async def until_phase(self, phase: RunPhase) -> None:
        """Wait until the run is so."""
        await until(lambda: self.run.phase is phase)

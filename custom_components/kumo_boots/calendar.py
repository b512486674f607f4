"""Calendar: what is planned with a pair of boots, and what was done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import KumoBootsConfigEntry
from .entity import KumoBootsControl
from .people.sitting import Sitting
from .people.wearer import GUEST
from .routines.planner import Coming
from .routines.plans import Plan
from .wording import Words, cached_words

PARALLEL_UPDATES = 0

CALENDAR = CalendarEntityDescription(key="calendar", translation_key="calendar")
AHEAD = timedelta(days=9)
"""How far the next event is looked for: a weekly routine is never further away."""
SHORTEST = timedelta(minutes=1)
"""An event that begins and ends at once is none."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar of the pair."""
    async_add_entities([BootsCalendar(entry.runtime_data, CALENDAR)])


class BootsCalendar(KumoBootsControl, CalendarEntity):
    """Read-only: routines and planned sessions to come, sessions that were done."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the planner and the diary."""
        await super().async_added_to_hass()
        for listen in (self.coordinator.planner.listen, self.coordinator.diary.listen):
            self.async_on_remove(listen(self.async_write_ha_state))

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return what is planned next."""
        now = dt_util.utcnow()
        coming = sorted(
            self.coordinator.planner.coming(now, now + AHEAD),
            key=lambda each: each.at,
        )
        return self._coming(coming[0], cached_words(self.hass)) if coming else None

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return what was done, and what is planned, in a range of time."""
        words = cached_words(hass)
        # What is over is told by what was done, and not by what was planned.
        begin = max(start_date, dt_util.utcnow())
        planned = (
            self._coming(each, words)
            for each in self.coordinator.planner.coming(begin, end_date)
        )
        events = [*self._done(start_date, end_date, words), *planned]
        return sorted(events, key=lambda event: event.start)

    def _coming(self, coming: Coming, words: Words) -> CalendarEvent:
        what = coming.what
        if isinstance(what, Plan):
            summary, uid = words.say("common.calendar_planned"), what.plan_id
            wearer_id, description = what.wearer_id, self._settings(what, words)
        else:
            summary, uid = what.name, f"{what.routine_id}_{coming.at.isoformat()}"
            wearer_id = what.wearer_id
            description = ", ".join(
                words.say(f"selector.routine_step.options.{step.kind}")
                for step in what.steps
            )
        return CalendarEvent(
            start=dt_util.as_local(coming.at),
            end=dt_util.as_local(
                coming.at + max(SHORTEST, timedelta(seconds=coming.takes_s))
            ),
            summary=_for(summary, self._name(wearer_id)),
            description=description,
            uid=uid,
        )

    def _done(
        self, start: datetime, end: datetime, words: Words
    ) -> Iterator[CalendarEvent]:
        for wearer in self.coordinator.household.wearers:
            for sitting in self.coordinator.diary.sittings(wearer.wearer_id):
                event = _event_of(sitting, wearer.name, words)
                if event.start < end and event.end > start:
                    yield event

    def _name(self, wearer_id: str | None) -> str:
        """Return who is meant; nobody in particular is not named."""
        wearer = self.coordinator.household.wearer(wearer_id) or GUEST
        return "" if wearer.is_guest else wearer.name

    def _settings(self, plan: Plan, words: Words) -> str:
        settings = plan.settings
        return words.say(
            "common.calendar_settings",
            mode=words.of_programme(settings.programme),
            strength=words.of_strength(
                settings.target_mmhg, self.coordinator.capabilities.measure
            ),
            minutes=str(round(settings.duration_s / 60)),
        )


def _event_of(sitting: Sitting, name: str, words: Words) -> CalendarEvent:
    began = dt_util.as_local(sitting.started_at or sitting.ended_at)
    ended = dt_util.as_local(sitting.ended_at)
    return CalendarEvent(
        start=began,
        end=max(ended, began + SHORTEST),
        summary=_for(words.say("common.calendar_done"), name),
        uid=sitting.sitting_id,
    )


def _for(summary: str, name: str) -> str:
    return f"{summary} ({name})" if name else summary

"""A pair of boots, and Anna and Ben, who wear them."""

from collections.abc import AsyncGenerator
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people.wearer import SUBENTRY_WEARER, Wearer
from simulator.house import House

from ..conftest import until
from ..entities.acting import Acting
from ..entities.conftest import entry_of, house_plan, person
from .standing_in import ReadDiary

__all__ = ["house_plan", "person"]

ANNA_ID, BEN_ID = "anna", "ben"


class Coached(Acting):
    """A pair of boots with people."""

    @property
    def diary(self) -> ReadDiary:
        """Return the diary."""
        diary = self.coordinator.diary
        assert isinstance(diary, ReadDiary)
        return diary

    @property
    def anna(self) -> Wearer:
        """Return Anna."""
        anna = self.coordinator.household.wearer(ANNA_ID)
        assert anna is not None
        return anna

    def of(self, platform: str, key: str, wearer_id: str = ANNA_ID) -> str:
        """Return the id of an entity of a wearer."""
        entity_id = er.async_get(self.hass).async_get_entity_id(
            platform, DOMAIN, f"{self.entry.entry_id}_wearer_{wearer_id}_{key}"
        )
        assert entity_id is not None, key
        return entity_id

    def shown(self, key: str, wearer_id: str = ANNA_ID) -> str:
        """Return the state of a wearer's sensor."""
        state = self.hass.states.get(self.of("sensor", key, wearer_id))
        assert state is not None
        return state.state

    async def says(
        self, key: str, context: Context | None = None, wearer_id: str = ANNA_ID
    ) -> None:
        """Press a button of a wearer; a person's hand does it when one is given."""
        await self.call(
            "button",
            "press",
            entity_id=self.of("button", key, wearer_id),
            context=None if context is None else Context(user_id=context.user_id),
        )

    async def report(self, **data: Any) -> dict[str, Any]:
        """Report a discomfort for its response."""
        response = await self.hass.services.async_call(
            DOMAIN, "report_discomfort", data, blocking=True, return_response=True
        )
        assert response is not None
        return dict(response)

    async def worn_by_anna(self, person: Context) -> None:
        """Have Anna in a session."""
        await self.coordinator.household.async_choose(self.anna)
        await self.run(person)

    @property
    def issues(self) -> set[str]:
        """Return the issues that are there, without the entry's id."""
        return {
            issue_id.replace(f"_{self.entry.entry_id}", "")
            for (domain, issue_id), issue in ir.async_get(self.hass).issues.items()
            if domain == DOMAIN and not issue.is_fixable
        }

    @property
    def notifications(self) -> dict[str, dict[str, Any]]:
        """Return what is shown to everybody, without the entry's id."""
        return {
            notification_id.replace(f"_{self.entry.entry_id}", ""): dict(notification)
            for notification_id, notification in self.hass.data.get(
                "persistent_notification", {}
            ).items()
        }


def person_data(name: str, **facts: Any) -> dict[str, Any]:
    """Return what a subentry holds of who may always start."""
    return {
        "name": name,
        "acknowledged": "2026-11-01T20:00:00+00:00",
        "sessions_per_day": 100,
        "rest_hours": 0,
        **facts,
    }


async def set_up(hass: HomeAssistant, house: House, pair: str = "pair1") -> Coached:
    """Set a pair up that Anna and Ben wear."""
    entry = entry_of(house, pair)
    entry.add_to_hass(hass)
    for wearer_id, name in ((ANNA_ID, "Anna"), (BEN_ID, "Ben")):
        hass.states.async_set(f"person.{wearer_id}", "home")
        hass.config_entries.async_add_subentry(
            entry,
            ConfigSubentry(
                data=MappingProxyType(person_data(name, person=f"person.{wearer_id}")),
                subentry_id=wearer_id,
                subentry_type=SUBENTRY_WEARER,
                title=name,
                unique_id=None,
            ),
        )
    assert await hass.config_entries.async_setup(entry.entry_id)
    coached = Coached(hass, entry, house)
    await until(lambda: coached.coordinator.data.connected and coached.phase == "ready")
    return coached


@pytest.fixture(autouse=True)
def _readable_diary(
    monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]
) -> None:
    """Have the diary easy to read, and on no disk."""
    monkeypatch.setattr("custom_components.kumo_boots.coordinator.Diary", ReadDiary)


@pytest.fixture
async def boots(proxied_hass: HomeAssistant, house: House) -> AsyncGenerator[Coached]:
    """Return a pair that is set up, linked and ready."""
    coached = await set_up(proxied_hass, house)
    yield coached
    if coached.entry.state is ConfigEntryState.LOADED:
        await proxied_hass.config_entries.async_unload(coached.entry.entry_id)
    await until(lambda: coached.empty)

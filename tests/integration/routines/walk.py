"""Somebody who makes a routine, screen by screen."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType

from custom_components.kumo_boots.routines.routine import SUBENTRY_ROUTINE, Routine

from ..entities.acting import Acting


def suggested(form: Any) -> dict[str, Any]:
    """Return what a screen suggests."""
    return {
        str(marker): marker.description["suggested_value"]
        for marker in form["data_schema"].schema
        if marker.description and marker.description.get("suggested_value") is not None
    }


class Walk:
    """Somebody who fills screens in."""

    def __init__(self, boots: Acting) -> None:
        """Begin nowhere."""
        self.boots = boots
        self.flows = boots.hass.config_entries.subentries
        self.form: Any = None
        self.seen: list[str] = []

    async def begin(self, routine: Routine | None = None) -> None:
        """Add one, or change one."""
        context: dict[str, Any] = {"source": SOURCE_USER}
        if routine is not None:
            context = {
                "source": SOURCE_RECONFIGURE,
                "subentry_id": routine.routine_id,
            }
        self.form = await self.flows.async_init(
            (self.boots.entry.entry_id, SUBENTRY_ROUTINE), context=context
        )

    async def fill(self, **values: Any) -> None:
        """Fill a screen in: what it suggests, but for what is said. None is left empty."""
        self.seen.append(self.form["step_id"])
        data = suggested(self.form) | values
        self.form = await self.flows.async_configure(
            self.form["flow_id"],
            {key: value for key, value in data.items() if value is not None},
        )

    async def through(self) -> None:
        """Take everything as it is suggested, to the end."""
        while self.form["type"] is FlowResultType.FORM:
            assert not self.form["errors"]
            await self.fill()

    @property
    def made(self) -> Routine:
        """Return the routine that there is now."""
        [subentry] = self.boots.entry.subentries.values()
        return Routine.from_subentry(subentry.subentry_id, subentry.data)

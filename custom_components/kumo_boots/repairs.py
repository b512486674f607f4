"""Repairs that Home Assistant can do by itself, once a person wants it."""

from typing import override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant

from .voice.install import async_install, household_language


class InstallSentences(ConfirmRepairFlow):
    """Puts the sentences in place, in the language of the home."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, then do it."""
        if user_input is not None:
            language = await self.hass.async_add_executor_job(
                household_language, self.hass
            )
            await async_install(self.hass, [language or "en"])
        return await super().async_step_confirm(user_input)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the way to mend an issue; there is one that can be."""
    return InstallSentences()

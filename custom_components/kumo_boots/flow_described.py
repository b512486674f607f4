"""The screens that say what boots are, before they are connected to."""

from dataclasses import fields
from typing import Any, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.selector import BooleanSelector
import voluptuous as vol

from .boots.drivers.defined import Confidence
from .boots.model import FailSafes, Measure
from .described import definition_of
from .flow_pairing import PairingSteps

CONF_UNDERSTOOD = "understood"

YES, NO = "✅", "❌"
"""Whether something is so, in any language."""


class DescribedSteps(PairingSteps):
    """Says what a device does not guarantee, and where a definition is from."""

    _read = False

    async def async_step_hazards(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell what a device for the bench does not guarantee, before it is added."""
        errors = {}
        if user_input is not None:
            if user_input[CONF_UNDERSTOOD]:
                return await self.async_step_pair()
            errors[CONF_UNDERSTOOD] = "acknowledge"
        return self.async_show_form(
            step_id="hazards",
            data_schema=vol.Schema(
                {vol.Required(CONF_UNDERSTOOD, default=False): BooleanSelector()}
            ),
            errors=errors,
            description_placeholders={
                "name": ", ".join(unit.name for unit in self.boots.units),
                "missing": NO,
            }
            | {
                field.name: YES
                if all(getattr(safe, field.name) for safe in self.boots.fail_safes)
                else NO
                for field in fields(FailSafes)
            },
        )

    @override
    async def async_step_pair(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell of the definition first, once."""
        if not self._read and any(
            definition_of(unit.driver) for unit in self.boots.units
        ):
            return await self.async_step_described()
        return await super().async_step_pair(user_input)

    async def async_step_described(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell the source, the confidence, and what nobody can guard."""
        if user_input is not None:
            self._read = True
            return await self.async_step_pair()
        definition = next(
            known
            for unit in self.boots.units
            if (known := definition_of(unit.driver)) is not None
        )
        measured = definition.capabilities.measure is Measure.MMHG
        return self.async_show_form(
            step_id="described",
            description_placeholders={
                "name": definition.name,
                "source": definition.source,
                "missing": NO,
                "guarded": YES if measured and definition.tells_pressure else NO,
            }
            | {
                each.value: YES if each is definition.confidence else NO
                for each in Confidence
            },
        )

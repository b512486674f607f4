"""The screen that says how well it is known what boots of a definition do."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlowResult

from .boots.drivers.defined import Confidence
from .boots.model import Measure
from .described import definition_of
from .flow_pairing import PairingSteps

YES, NO = "✅", "❌"
"""Whether something is so, in any language."""


class DescribedSteps(PairingSteps):
    """Says where a definition is from, before its boots are connected to."""

    _read = False

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

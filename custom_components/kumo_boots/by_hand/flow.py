"""Adding boots that have no Bluetooth, or none that anybody knows."""

from abc import abstractmethod
from itertools import pairwise
from typing import Any, Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now
import voluptuous as vol

from ..boots.model import Capabilities, Measure
from ..setpoints import BOTH_LEGS, LEGS
from .plan import (
    DEFAULT_ABOVE_W,
    Power,
    capabilities_by_hand,
    entry_data,
    first_options,
)

CONF_NAME: Final = "name"
CONF_CHAMBERS: Final = "chambers"
CONF_LEGS: Final = "legs"
CONF_MEASURE: Final = "measure"
CONF_LEVELS: Final = "levels"
CONF_NOMINAL: Final = "nominal_mmhg"
CONF_LOWEST: Final = "lowest_mmhg"
CONF_HIGHEST: Final = "highest_mmhg"
CONF_STEP: Final = "step_mmhg"
CONF_POWER: Final = "power_sensor"
CONF_ABOVE: Final = "above_w"
CONF_PLUG: Final = "plug"
CONF_VENTS: Final = "vents_on_power_loss"

MOST_CHAMBERS: Final = 8
MOST_LEVELS: Final = 20
HIGHEST_MMHG: Final = 240
"""The most that boots of this kind are sold with."""


def _number(low: float, high: float, unit: str | None = None) -> NumberSelector:
    config = NumberSelectorConfig(
        min=low, max=high, step=1, mode=NumberSelectorMode.BOX
    )
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def _choice(key: str, options: list[str]) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=options, translation_key=key, mode=SelectSelectorMode.LIST
        )
    )


BOOTS: Final = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_CHAMBERS, default=4): _number(1, MOST_CHAMBERS),
        vol.Required(CONF_LEGS, default=BOTH_LEGS): _choice(CONF_LEGS, [*LEGS]),
        vol.Required(CONF_MEASURE, default=Measure.LEVELS): _choice(
            CONF_MEASURE, [*Measure]
        ),
    }
)
BY_LEVELS: Final = vol.Schema(
    {
        vol.Required(CONF_LEVELS): _number(1, MOST_LEVELS),
        vol.Optional(CONF_NOMINAL): TextSelector(),
    }
)
BY_MMHG: Final = vol.Schema(
    {
        vol.Required(CONF_LOWEST): _number(1, HIGHEST_MMHG, "mmHg"),
        vol.Required(CONF_HIGHEST): _number(1, HIGHEST_MMHG, "mmHg"),
        vol.Required(CONF_STEP, default=5): _number(1, 50, "mmHg"),
    }
)
POWER: Final = vol.Schema(
    {
        vol.Optional(CONF_POWER): EntitySelector(
            EntitySelectorConfig(
                filter=[
                    EntityWithDeviceFilterSelectorConfig(
                        domain="sensor", device_class="power"
                    ),
                    EntityWithDeviceFilterSelectorConfig(domain="binary_sensor"),
                ]
            )
        ),
        vol.Required(CONF_ABOVE, default=DEFAULT_ABOVE_W): _number(1, 200, "W"),
        vol.Required(CONF_VENTS, default=False): BooleanSelector(),
        vol.Optional(CONF_PLUG): EntitySelector(EntitySelectorConfig(domain="switch")),
    }
)


class ByHandSteps(ConfigFlow):
    """The screens from the name of the boots to the precautions."""

    named: str = ""
    """What the boots by hand are called; empty where these are no such boots."""
    _boots: dict[str, Any]
    _range: dict[str, Any]
    _capabilities: Capabilities
    _power: Power

    async def async_step_by_hand(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what the boots are."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self.named = user_input[CONF_NAME].strip()
            self._boots = user_input
            if not self.named:
                errors[CONF_NAME] = "name_needed"
            elif user_input[CONF_MEASURE] == Measure.LEVELS:
                return await self.async_step_by_hand_levels()
            else:
                return await self.async_step_by_hand_mmhg()
        return self._show("by_hand", BOOTS, user_input, errors)

    async def async_step_by_hand_levels(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the levels, and what the maker says of them."""
        errors: dict[str, str] = {}
        if user_input is not None:
            levels = int(user_input[CONF_LEVELS])
            try:
                nominal = _nominal(user_input.get(CONF_NOMINAL, ""), levels)
            except ValueError:
                errors[CONF_NOMINAL] = "nominal_per_level"
            else:
                self._range = {
                    "lowest": 1,
                    "highest": levels,
                    "step": 1,
                    "nominal_mmhg": nominal,
                }
                return await self.async_step_by_hand_power()
        return self._show("by_hand_levels", BY_LEVELS, user_input, errors)

    async def async_step_by_hand_mmhg(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the range, where the boots show mmHg themselves."""
        errors: dict[str, str] = {}
        if user_input is not None:
            lowest, highest, step = (
                int(user_input[key]) for key in (CONF_LOWEST, CONF_HIGHEST, CONF_STEP)
            )
            if lowest <= highest:
                self._range = {"lowest": lowest, "highest": highest, "step": step}
                return await self.async_step_by_hand_power()
            errors[CONF_HIGHEST] = "below_lowest"
        return self._show("by_hand_mmhg", BY_MMHG, user_input, errors)

    async def async_step_by_hand_power(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what tells that they run, and whether power loss lets the air out."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[CONF_VENTS] or CONF_PLUG not in user_input:
                self._power = Power(
                    sensor=user_input.get(CONF_POWER),
                    above_w=float(user_input[CONF_ABOVE]),
                    plug=user_input.get(CONF_PLUG),
                )
                self._capabilities = capabilities_by_hand(
                    legs=LEGS[self._boots[CONF_LEGS]],
                    chambers=int(self._boots[CONF_CHAMBERS]),
                    measure=Measure(self._boots[CONF_MEASURE]),
                    vents_on_power_loss=user_input[CONF_VENTS],
                    **self._range,
                )
                return await self.async_step_precautions()
            errors[CONF_PLUG] = "plug_must_vent"
        return self._show("by_hand_power", POWER, user_input, errors)

    @abstractmethod
    async def async_step_precautions(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell for whom boots are not: the same for all boots."""

    async def make_by_hand(self) -> ConfigFlowResult:
        """Make the entry."""
        await self.async_set_unique_id(f"by-hand-{ulid_now()}")
        return self.async_create_entry(
            title=self.named,
            data=entry_data(
                self._capabilities, self._power, dt_util.utcnow().isoformat()
            ),
            options=first_options(self._capabilities),
        )

    def _show(
        self,
        step_id: str,
        schema: vol.Schema,
        user_input: dict[str, Any] | None,
        errors: dict[str, str],
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"name": self.named},
        )


def _nominal(text: str, levels: int) -> tuple[int, ...]:
    """Read what each level is, in mmHg; ValueError unless they rise, one per level."""
    numbers = tuple(int(part) for part in text.replace(",", " ").split())
    if numbers and (
        len(numbers) != levels
        or numbers[0] < 1
        or any(low >= high for low, high in pairwise(numbers))
    ):
        raise ValueError(text)
    return numbers

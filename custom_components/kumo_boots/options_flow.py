"""What a person may change later; applied in place, also during a session."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from .alarms import NOTIFY
from .boots.model import Measure
from .boots.session import Policy
from .const import (
    CONF_CAPABILITIES,
    OPT_AGENTS,
    OPT_DURATION_MAX,
    OPT_HISTORY,
    OPT_IDLE_RELEASE,
    OPT_LEVEL_MAX,
    OPT_NOTIFY,
    OPT_ON_LEG_LOST,
    OPT_POLICY,
    OPT_STUDIO,
    OPT_TARGET_MAX,
    OPT_WAIT,
    HistoryDetail,
)
from .options import Options
from .people.limits_asked import CONF_SURE, must_ask_again, sure_schema
from .remembered import capabilities_from_dict

NOT_TARGETS = frozenset({"send_message", "notify", "persistent_notification"})
"""Notify actions that are no target of their own."""


def _number(low: float, high: float, unit: str, step: float = 1) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=low, max=high, step=step, unit_of_measurement=unit)
    )


def _choice(key: str, values: list[str]) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=values, translation_key=key, mode=SelectSelectorMode.LIST
        )
    )


WHOLE = {OPT_TARGET_MAX, OPT_DURATION_MAX, OPT_WAIT, OPT_IDLE_RELEASE}

OVER_BLUETOOTH = {
    vol.Required(OPT_ON_LEG_LOST): _choice(OPT_ON_LEG_LOST, ["stop", "continue"]),
    vol.Required(OPT_IDLE_RELEASE): _number(10, 3600, "s", 10),
    vol.Required(OPT_HISTORY): _choice(OPT_HISTORY, [*HistoryDetail]),
}
"""What means nothing to boots by hand."""


class KumoBootsOptionsFlow(OptionsFlow):
    """The options of one pair of boots."""

    _chosen: dict[str, Any]

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show and take all options."""
        if user_input is not None:
            if OPT_LEVEL_MAX in user_input:
                user_input[OPT_TARGET_MAX] = user_input.pop(OPT_LEVEL_MAX)
            for key in WHOLE & user_input.keys():
                user_input[key] = int(user_input[key])
            self._chosen = user_input
            before = Options.of(self.config_entry.options).target_max_mmhg
            if must_ask_again(before, user_input[OPT_TARGET_MAX]):
                return await self.async_step_above_80()
            return self.async_create_entry(data=user_input)
        capabilities = capabilities_from_dict(self.config_entry.data[CONF_CAPABILITIES])
        in_levels = capabilities.measure is Measure.LEVELS
        strength = OPT_LEVEL_MAX if in_levels else OPT_TARGET_MAX
        schema = vol.Schema(
            {
                vol.Required(OPT_POLICY): _choice(OPT_POLICY, [*Policy]),
                vol.Required(strength): _number(
                    capabilities.target_min_mmhg,
                    capabilities.target_max_mmhg,
                    "" if in_levels else "mmHg",
                ),
                vol.Required(OPT_DURATION_MAX): _number(
                    max(1, capabilities.duration_min_s // 60),
                    capabilities.duration_max_s // 60,
                    "min",
                ),
                vol.Required(OPT_WAIT): _number(1, 60, "min"),
                **({} if capabilities.by_hand else OVER_BLUETOOTH),
                vol.Optional(OPT_NOTIFY, default=[]): SelectSelector(
                    SelectSelectorConfig(
                        options=self._targets(), multiple=True, custom_value=True
                    )
                ),
                vol.Required(OPT_STUDIO, default=False): BooleanSelector(),
                vol.Optional(OPT_AGENTS, default=False): BooleanSelector(),
            }
        )
        options = Options.of(self.config_entry.options)
        now = {
            OPT_POLICY: options.policy,
            strength: min(options.target_max_mmhg, capabilities.target_max_mmhg),
            OPT_DURATION_MAX: min(
                options.duration_max_min, capabilities.duration_max_s // 60
            ),
            OPT_WAIT: options.wait_min,
            OPT_ON_LEG_LOST: options.on_leg_lost,
            OPT_IDLE_RELEASE: options.idle_release_s,
            OPT_HISTORY: options.history,
            OPT_NOTIFY: list(options.notify_targets),
            OPT_STUDIO: options.studio,
            OPT_AGENTS: options.agents_see_history,
        }
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(schema, now),
        )

    async def async_step_above_80(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask again where the ceiling is raised above 80 mmHg."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[CONF_SURE]:
                return self.async_create_entry(data=self._chosen)
            errors[CONF_SURE] = "not_sure"
        return self.async_show_form(
            step_id="above_80",
            data_schema=sure_schema(),
            errors=errors,
            description_placeholders={"pressure": str(self._chosen[OPT_TARGET_MAX])},
        )

    def _targets(self) -> list[SelectOptionDict]:
        """Return whom Home Assistant can notify: entities and actions."""
        targets = {
            state.entity_id: state.name for state in self.hass.states.async_all(NOTIFY)
        }
        for action in self.hass.services.async_services_for_domain(NOTIFY):
            if action not in NOT_TARGETS:
                targets.setdefault(f"{NOTIFY}.{action}", f"{NOTIFY}.{action}")
        return [
            SelectOptionDict(value=value, label=label)
            for value, label in sorted(targets.items())
        ]

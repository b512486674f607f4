"""Adding a wearer, and changing what they allow themself."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.helpers.selector import (
    BooleanSelector,
    DeviceFilterSelectorConfig,
    DeviceSelector,
    DeviceSelectorConfig,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    TextSelector,
    TimeSelector,
)
import voluptuous as vol

from ..boots.levels import as_counted
from ..boots.model import Capabilities, Measure
from ..const import CONF_CAPABILITIES, DEFAULT_TARGET_MAX_MMHG, OPT_LEVEL_MAX
from ..remembered import capabilities_from_dict
from .limits_asked import CONF_SURE, must_ask_again, sure_schema
from .wearer import (
    CONF_ACKNOWLEDGED,
    CONF_DURATION_MAX,
    CONF_FOLLOW_COACH,
    CONF_NAME,
    CONF_PERSON,
    CONF_PHONE,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_REST,
    CONF_SESSIONS_PER_DAY,
    CONF_TARGET_MAX,
    GUEST,
    SUBENTRY_WEARER,
    Wearer,
)

MOST_SESSIONS = 6
"""A day, as far as the form goes."""
LONGEST_REST_H = 48

NOT_NAMES = frozenset({GUEST.name, STATE_UNKNOWN, STATE_UNAVAILABLE})
"""What the select means something else by."""

WHOLE = (CONF_TARGET_MAX, CONF_DURATION_MAX, CONF_SESSIONS_PER_DAY)


def _number(low: float, high: float, unit: str, step: float = 1) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=low, max=high, step=step, unit_of_measurement=unit)
    )


def _strength(capabilities: Capabilities) -> str:
    """Return how the form asks for the highest target."""
    in_levels = capabilities.measure is Measure.LEVELS
    return OPT_LEVEL_MAX if in_levels else CONF_TARGET_MAX


def _schema(capabilities: Capabilities) -> vol.Schema:
    return vol.Schema(
        {
            vol.Optional(CONF_PERSON): EntitySelector(
                EntitySelectorConfig(domain="person")
            ),
            vol.Optional(CONF_NAME): TextSelector(),
            vol.Required(_strength(capabilities)): _number(
                capabilities.target_min_mmhg,
                capabilities.target_max_mmhg,
                "" if capabilities.measure is Measure.LEVELS else "mmHg",
            ),
            vol.Required(CONF_DURATION_MAX): _number(
                max(1, capabilities.duration_min_s // 60),
                capabilities.duration_max_s // 60,
                "min",
            ),
            vol.Required(CONF_SESSIONS_PER_DAY): _number(1, MOST_SESSIONS, ""),
            vol.Required(CONF_REST): _number(0, LONGEST_REST_H, "h", 0.5),
            vol.Optional(CONF_QUIET_FROM): TimeSelector(),
            vol.Optional(CONF_QUIET_TO): TimeSelector(),
            vol.Required(CONF_FOLLOW_COACH): BooleanSelector(),
            vol.Optional(CONF_PHONE): DeviceSelector(
                DeviceSelectorConfig(
                    filter=[DeviceFilterSelectorConfig(integration="mobile_app")]
                )
            ),
        }
    )


class WearerSubentryFlow(ConfigSubentryFlow):
    """Who wears the boots, and how far they go."""

    _data: dict[str, Any]

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add somebody."""
        return await self._form("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change what somebody allows themself."""
        return await self._form("reconfigure", user_input)

    async def _form(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = self._cleaned(user_input)
            errors = self._errors(self._data)
            if not errors:
                before = 0 if self._before is None else self._before.target_max_mmhg
                if must_ask_again(before, self._data[CONF_TARGET_MAX]):
                    return await self.async_step_above_80()
                return await self._after_limits()
        capabilities = capabilities_from_dict(self._get_entry().data[CONF_CAPABILITIES])
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                _schema(capabilities), user_input or self._suggested(capabilities)
            ),
            errors=errors,
            description_placeholders={"boots": self._get_entry().title},
        )

    async def async_step_above_80(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask again where the limit is raised above 80 mmHg."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[CONF_SURE]:
                return await self._after_limits()
            errors[CONF_SURE] = "not_sure"
        return self.async_show_form(
            step_id="above_80",
            data_schema=sure_schema(),
            errors=errors,
            description_placeholders={
                "name": self._data[CONF_NAME],
                "pressure": str(self._data[CONF_TARGET_MAX]),
            },
        )

    async def async_step_precautions(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show for whom boots are not; the wearer says yes to it themself, later."""
        if user_input is not None:
            return self._finish()
        return self.async_show_form(
            step_id="precautions",
            data_schema=vol.Schema({}),
            description_placeholders={"name": self._data[CONF_NAME]},
        )

    async def _after_limits(self) -> SubentryFlowResult:
        if CONF_ACKNOWLEDGED in self._data:
            return self._finish()
        return await self.async_step_precautions()

    def _finish(self) -> SubentryFlowResult:
        name, person = self._data[CONF_NAME], self._data.get(CONF_PERSON)
        if self._subentry is None:
            return self.async_create_entry(
                title=name, data=self._data, unique_id=person
            )
        return self.async_update_and_abort(
            self._get_entry(),
            self._subentry,
            title=name,
            data=self._data,
            unique_id=person,
        )

    @property
    def _subentry(self) -> ConfigSubentry | None:
        """The wearer who is changed; None where somebody is added."""
        if self.source != SOURCE_RECONFIGURE:
            return None
        return self._get_reconfigure_subentry()

    @property
    def _before(self) -> Wearer | None:
        """The wearer as they were; None for a new one, or who cannot be read."""
        if (subentry := self._subentry) is None:
            return None
        try:
            return Wearer.from_subentry(subentry.subentry_id, subentry.data)
        except KeyError, TypeError, ValueError:
            return None

    def _suggested(self, capabilities: Capabilities) -> Mapping[str, Any]:
        wearer = self._before or Wearer(
            wearer_id=None,
            name="",
            target_max_mmhg=as_counted(DEFAULT_TARGET_MAX_MMHG, capabilities),
        )
        return {
            CONF_NAME: wearer.name,
            CONF_PERSON: wearer.person,
            _strength(capabilities): min(
                wearer.target_max_mmhg, capabilities.target_max_mmhg
            ),
            CONF_DURATION_MAX: min(
                wearer.duration_max_min, capabilities.duration_max_s // 60
            ),
            CONF_SESSIONS_PER_DAY: wearer.sessions_per_day,
            CONF_REST: wearer.rest_h,
            CONF_QUIET_FROM: _as_text(wearer.quiet_from),
            CONF_QUIET_TO: _as_text(wearer.quiet_to),
            CONF_FOLLOW_COACH: wearer.follow_coach,
            CONF_PHONE: wearer.phone,
        }

    def _cleaned(self, user_input: dict[str, Any]) -> dict[str, Any]:
        """Return the subentry's data: the person's name where none was given."""
        data: dict[str, Any] = {
            key: int(value) if key in WHOLE else value
            for key, value in user_input.items()
        }
        if OPT_LEVEL_MAX in data:
            data[CONF_TARGET_MAX] = int(data.pop(OPT_LEVEL_MAX))
        name, person = str(data.get(CONF_NAME, "")).strip(), data.get(CONF_PERSON)
        if not name and person and (state := self.hass.states.get(person)) is not None:
            name = state.name
        data[CONF_NAME] = name
        before = self._before
        # Who is somebody else has not read anything yet.
        if before and before.acknowledged and before.person == person:
            data[CONF_ACKNOWLEDGED] = before.acknowledged.isoformat()
        return data

    def _errors(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the form, by field."""
        errors: dict[str, str] = {}
        others = [
            subentry
            for subentry in self._get_entry().subentries.values()
            if subentry.subentry_type == SUBENTRY_WEARER and subentry != self._subentry
        ]
        name, person = data[CONF_NAME].casefold(), data.get(CONF_PERSON)
        if not name:
            errors[CONF_NAME] = "name_needed"
        elif name in NOT_NAMES or any(o.title.casefold() == name for o in others):
            errors[CONF_NAME] = "name_taken"
        if person and any(other.unique_id == person for other in others):
            errors[CONF_PERSON] = "person_taken"
        quiet = [data.get(key) for key in (CONF_QUIET_FROM, CONF_QUIET_TO)]
        if quiet.count(None) == 1 or (None not in quiet and quiet[0] == quiet[1]):
            errors[CONF_QUIET_TO] = "quiet_hours"
        return errors


def _as_text(value: time | None) -> str | None:
    return None if value is None else value.isoformat()

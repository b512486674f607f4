"""Adding a routine, and changing it: a screen for each step, and one for when."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.helpers.selector import (
    ActionSelector,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TimeSelector,
)
import voluptuous as vol

from ..boots.model import Capabilities
from ..const import CONF_CAPABILITIES
from ..people.wearer import SUBENTRY_WEARER
from ..remembered import capabilities_from_dict
from ..wording import cached_words
from .routine import (
    CONF_AFTER,
    CONF_AT,
    CONF_BEFORE,
    CONF_DAYS,
    CONF_ENABLED,
    CONF_FINISH_BY,
    CONF_NAME,
    CONF_SPEAKER,
    CONF_STEPS,
    CONF_TELL_BY,
    CONF_WEARER,
    DAYS,
    SUBENTRY_ROUTINE,
    Routine,
    Step,
    StepKind,
    TellBy,
    step_as_dict,
)
from .step_screens import FIELDS, entered, errors_of, suggested
from .templates import USUAL, Template, steps_of

CONF_TEMPLATE = "template"
WHOEVER = "whoever"
"""Wears the boots then."""


def _choice(
    options: list[str], translation_key: str, *, multiple: bool = False
) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=options, translation_key=translation_key, multiple=multiple
        )
    )


class RoutineSubentryFlow(ConfigSubentryFlow):
    """What is done of an evening, for whom, and when."""

    _before: Routine | None = None
    """As it was, where it is changed."""
    _known: Mapping[StepKind, Step]
    """What the screens of the steps suggest."""
    _chosen: dict[str, Any]
    """The subentry's data so far."""
    _ahead: list[StepKind]
    """The steps whose screens are to come."""
    _steps: list[Step]

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a name, for whom, and what to begin with."""
        errors = {}
        if user_input is not None:
            template = Template(user_input.pop(CONF_TEMPLATE))
            if not (errors := self._take_name(user_input)):
                self._begin_with(steps_of(template, self._capabilities))
                return await self.async_step_steps()
            user_input[CONF_TEMPLATE] = template
        words = cached_words(self.hass)
        first = {
            CONF_NAME: words.say("selector.routine_template.options.evening"),
            CONF_WEARER: WHOEVER,
            CONF_TEMPLATE: Template.EVENING,
        }
        schema = self._whose().extend(
            {vol.Required(CONF_TEMPLATE): _choice([*Template], "routine_template")}
        )
        return self._form("user", schema, user_input or first, errors)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for another name, or for whom else."""
        subentry = self._get_reconfigure_subentry()
        try:
            before = Routine.from_subentry(subentry.subentry_id, subentry.data)
        except KeyError, TypeError, ValueError:
            # What cannot be read is made anew.
            before = Routine(routine_id=subentry.subentry_id, name=subentry.title)
        errors = {}
        if user_input is not None and not (errors := self._take_name(user_input)):
            self._before = before
            self._begin_with(before.steps)
            return await self.async_step_steps()
        now = {CONF_NAME: before.name, CONF_WEARER: before.wearer_id or WHOEVER}
        return self._form("reconfigure", self._whose(), user_input or now, errors)

    def _whose(self) -> vol.Schema:
        words = cached_words(self.hass)
        whoever = words.say("selector.routine_wearer.options.whoever")
        wearers = [
            SelectOptionDict(value=subentry.subentry_id, label=subentry.title)
            for subentry in self._get_entry().subentries.values()
            if subentry.subentry_type == SUBENTRY_WEARER
        ]
        options = [SelectOptionDict(value=WHOEVER, label=whoever), *wearers]
        return vol.Schema(
            {
                vol.Required(CONF_NAME): TextSelector(),
                vol.Required(CONF_WEARER): SelectSelector(
                    SelectSelectorConfig(options=options)
                ),
            }
        )

    def _take_name(self, user_input: Mapping[str, Any]) -> dict[str, str]:
        name = str(user_input[CONF_NAME]).strip()
        if not name:
            return {CONF_NAME: "name_needed"}
        others = [
            subentry.title.casefold()
            for subentry in self._get_entry().subentries.values()
            if subentry.subentry_type == SUBENTRY_ROUTINE and subentry != self._subentry
        ]
        if name.casefold() in others:
            return {CONF_NAME: "name_taken"}
        self._chosen = {CONF_NAME: name}
        if user_input[CONF_WEARER] != WHOEVER:
            self._chosen[CONF_WEARER] = user_input[CONF_WEARER]
        return {}

    @property
    def _subentry(self) -> ConfigSubentry | None:
        """The routine that is changed; None where one is added."""
        if self.source != SOURCE_RECONFIGURE:
            return None
        return self._get_reconfigure_subentry()

    def _begin_with(self, steps: tuple[Step, ...]) -> None:
        self._known = {**USUAL, **{step.kind: step for step in steps}}
        self._ahead = [step.kind for step in steps]

    # ---- the steps

    async def async_step_steps(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which steps there are, in the order in which they are picked."""
        errors = {}
        if user_input is not None:
            self._ahead = [StepKind(kind) for kind in user_input[CONF_STEPS]]
            self._steps = []
            if self._ahead:
                return await self._next_step()
            errors[CONF_STEPS] = "no_steps"
        schema = vol.Schema(
            {
                vol.Required(CONF_STEPS): _choice(
                    [*StepKind], "routine_step", multiple=True
                )
            }
        )
        return self._form("steps", schema, {CONF_STEPS: self._ahead}, errors)

    async def _next_step(self) -> SubentryFlowResult:
        if not self._ahead:
            return await self.async_step_around()
        return await self._one_step(self._ahead[0], None)

    async def _one_step(
        self, kind: StepKind, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        capabilities, errors = self._capabilities, {}
        if user_input is not None:
            step = entered(kind, user_input)
            if not (errors := errors_of(step, capabilities)):
                self._steps.append(step)
                self._ahead.pop(0)
                return await self._next_step()
        return self._form(
            kind,
            vol.Schema(FIELDS[kind](capabilities)),
            user_input or suggested(self._known[kind], capabilities.measure),
            errors,
            shortest=str(capabilities.duration_min_s // 60),
            longest=str(capabilities.duration_max_s // 60),
        )

    async def async_step_mobility(
        self, user_input: dict[str, Any]
    ) -> SubentryFlowResult:
        """Ask how long, and what to do."""
        return await self._one_step(StepKind.MOBILITY, user_input)

    async def async_step_massage(
        self, user_input: dict[str, Any]
    ) -> SubentryFlowResult:
        """Ask how long, and which massager can be switched."""
        return await self._one_step(StepKind.MASSAGE, user_input)

    async def async_step_session(
        self, user_input: dict[str, Any]
    ) -> SubentryFlowResult:
        """Ask what the session in the boots is; all of it may be left to the coach."""
        return await self._one_step(StepKind.SESSION, user_input)

    async def async_step_light(self, user_input: dict[str, Any]) -> SubentryFlowResult:
        """Ask how long, which light, and how it shines."""
        return await self._one_step(StepKind.LIGHT, user_input)

    async def async_step_elevation(
        self, user_input: dict[str, Any]
    ) -> SubentryFlowResult:
        """Ask how long."""
        return await self._one_step(StepKind.ELEVATION, user_input)

    async def async_step_water(self, user_input: dict[str, Any]) -> SubentryFlowResult:
        """Ask how long the reminder stays."""
        return await self._one_step(StepKind.WATER, user_input)

    # ---- around it, and when

    async def async_step_around(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what is done before and after, and where the person is told."""
        errors = {}
        if user_input is not None:
            if user_input[CONF_TELL_BY] != TellBy.SPEAKER or CONF_SPEAKER in user_input:
                self._chosen |= user_input
                return await self.async_step_schedule()
            errors[CONF_SPEAKER] = "speaker_needed"
        schema = vol.Schema(
            {
                vol.Required(CONF_TELL_BY): _choice([*TellBy], "routine_tell_by"),
                vol.Optional(CONF_SPEAKER): EntitySelector(
                    EntitySelectorConfig(domain=["assist_satellite", "media_player"])
                ),
                vol.Optional(CONF_BEFORE): ActionSelector(),
                vol.Optional(CONF_AFTER): ActionSelector(),
            }
        )
        return self._form(
            "around",
            schema,
            user_input or {CONF_TELL_BY: TellBy.PHONE, **self._as_it_was},
            errors,
        )

    async def async_step_schedule(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask on which days it is due, and when."""
        errors = {}
        if user_input is not None:
            if not user_input[CONF_DAYS] or CONF_AT in user_input:
                return self._finish(user_input)
            errors[CONF_AT] = "time_needed"
        schema = vol.Schema(
            {
                vol.Required(CONF_DAYS, default=[]): _choice(
                    [*DAYS], "routine_days", multiple=True
                ),
                vol.Optional(CONF_AT): TimeSelector(),
                vol.Required(CONF_FINISH_BY): BooleanSelector(),
                vol.Required(CONF_ENABLED): BooleanSelector(),
            }
        )
        return self._form(
            "schedule",
            schema,
            user_input
            or {CONF_FINISH_BY: False, CONF_ENABLED: True, **self._as_it_was},
            errors,
        )

    @property
    def _as_it_was(self) -> dict[str, Any]:
        return {} if self._before is None else self._before.as_data()

    def _finish(self, schedule: dict[str, Any]) -> SubentryFlowResult:
        data = {
            **self._chosen,
            CONF_STEPS: [step_as_dict(step) for step in self._steps],
            **schedule,
        }
        title = data[CONF_NAME]
        if (subentry := self._subentry) is None:
            return self.async_create_entry(title=title, data=data)
        return self.async_update_and_abort(
            self._get_entry(), subentry, title=title, data=data
        )

    @property
    def _capabilities(self) -> Capabilities:
        return capabilities_from_dict(self._get_entry().data[CONF_CAPABILITIES])

    def _form(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any],
        errors: dict[str, str],
        **placeholders: str,
    ) -> SubentryFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders={
                "boots": self._get_entry().title,
                **placeholders,
            },
        )

"""Adding boots: from *Discovered* to ready in four screens."""

import asyncio
from collections.abc import Mapping
from typing import Any, override

from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import (
    BluetoothCallbackMatcher,
    BluetoothServiceInfoBleak,
)
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import BooleanSelector
import voluptuous as vol

from .boots.session_state import ACTIVE
from .by_hand.flow import ByHandSteps
from .card import async_setup_card
from .const import CONF_BY_HAND, CONF_PAIR_ID, CONF_UNITS, DOMAIN
from .coordinator import KumoBootsConfigEntry
from .described import async_load
from .flow_described import CONF_UNDERSTOOD, DescribedSteps
from .found import (
    FoundBoots,
    FoundUnit,
    ask_the_air,
    configured,
    entry_of_pair,
    find_boots,
    found_unit,
)
from .options_flow import KumoBootsOptionsFlow
from .people.subentry_flow import WearerSubentryFlow
from .people.wearer import SUBENTRY_WEARER
from .picking import pick_from
from .remembered import RememberedUnit
from .routines.routine import SUBENTRY_ROUTINE
from .routines.subentry_flow import RoutineSubentryFlow
from .teaching.steps import CONF_UNLISTED, TeachingSteps
from .units import advertised, service_uuid

CONF_BOOTS = "boots"
CONF_REPLACE = "replace"

OTHER_WAYS = {
    vol.Optional(CONF_UNLISTED, default=False): BooleanSelector(),
    vol.Optional(CONF_BY_HAND, default=False): BooleanSelector(),
}
"""The ways out for boots that Bluetooth does not find, or that nobody knows."""

BESIDE_S = 1.0
"""How long after the first boots others are waited for; they advertise several times
a second."""


class KumoBootsConfigFlow(TeachingSteps, DescribedSteps, ByHandSteps, domain=DOMAIN):
    """The ways in: discovery, by hand, a refused key, a replaced unit."""

    VERSION = 1
    MINOR_VERSION = 1

    _search: asyncio.Task[None] | None = None
    _found: dict[str, FoundBoots]

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> KumoBootsOptionsFlow:
        """Return the options flow."""
        return KumoBootsOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to a pair: its wearers and routines."""
        return {
            SUBENTRY_WEARER: WearerSubentryFlow,
            SUBENTRY_ROUTINE: RoutineSubentryFlow,
        }

    # ---- discovered

    @override
    async def async_step_bluetooth(
        self, discovery_info: BluetoothServiceInfoBleak
    ) -> ConfigFlowResult:
        """Take a unit that was heard; its pair is one flow."""
        # Before whoever adds these boots opens a page: it will know the card.
        async_setup_card(self.hass)
        # Before whoever adds these boots opens a page: it will know the card.
        async_setup_card(self.hass)
        entries = self._async_current_entries(include_ignore=False)
        if discovery_info.address in configured(entries):
            return self.async_abort(reason="already_configured")
        unit = found_unit(await self._with_scan_response(discovery_info))
        if unit is None:
            return self.async_abort(reason="not_supported")
        entry = entry_of_pair(entries, unit.pair_hash)
        if entry is not None:
            known = {leg for each in entry.data[CONF_UNITS] for leg in each["legs"]}
            if known & unit.legs:
                return self.async_abort(reason="already_configured")
        await self.async_set_unique_id(unit.key)
        self._abort_if_unique_id_configured()
        self.boots = FoundBoots((unit,))
        self.context["title_placeholders"] = {"name": unit.name}
        return await self.async_step_precautions()

    async def _with_scan_response(
        self, info: BluetoothServiceInfoBleak
    ) -> BluetoothServiceInfoBleak:
        """Return what the unit says when it is asked: only that names its pair.

        Scanners may only have listened. A unit that does not answer is taken as it is.
        """
        if service_uuid(info) is None or advertised(info) is not None:
            return info
        answer = await ask_the_air(
            self.hass,
            lambda heard: advertised(heard) is not None,
            BluetoothCallbackMatcher(address=info.address),
        )
        return answer or info

    @override
    async def async_step_precautions(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell for whom boots are not, before anything else."""
        errors = {}
        if user_input is not None:
            if not user_input[CONF_UNDERSTOOD]:
                errors[CONF_UNDERSTOOD] = "acknowledge"
        if not self.named:
            self.look_for_partner()
        if user_input is not None and not errors:
            if self.named:
                return await self.make_by_hand()
            if self.boots.bench_only:
                return await self.async_step_hazards()
            return await self.async_step_pair()
        return self.async_show_form(
            step_id="precautions",
            data_schema=vol.Schema(
                {vol.Required(CONF_UNDERSTOOD, default=False): BooleanSelector()}
            ),
            errors=errors,
            description_placeholders={
                "name": self.named or ", ".join(unit.name for unit in self.boots.units)
            },
        )

    # ---- by hand

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Look for boots and let the person pick."""
        if not bluetooth.async_scanner_count(self.hass, connectable=True):
            return await self.async_step_no_bluetooth()
        await async_load(self.hass)
        if find_boots(self.hass):
            return await self.async_step_pick()
        return await self.async_step_search()

    async def async_step_no_bluetooth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that nothing can be found here; what works by hand needs no Bluetooth."""
        return self.async_show_menu(
            step_id="no_bluetooth", menu_options=["by_hand", "user"]
        )

    async def async_step_search(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the air actively: some adapters only listen otherwise."""
        if self._search is None:
            self._search = self.hass.async_create_background_task(
                self._look_around(), f"{DOMAIN} search"
            )
        if not self._search.done():
            return self.async_show_progress(
                step_id="search", progress_action="search", progress_task=self._search
            )
        self._search = None
        if not (find_boots(self.hass) if self.updates is None else self._like_known()):
            return self.async_show_progress_done(next_step_id="none_found")
        return self.async_show_progress_done(
            next_step_id="pick" if self.updates is None else "replace"
        )

    async def _look_around(self) -> None:
        """Return when boots were heard, and a moment later for those beside them."""
        answered = await ask_the_air(
            self.hass,
            lambda _: self._all_answered(),
            BluetoothCallbackMatcher(connectable=True),
        )
        if answered:
            await asyncio.sleep(BESIDE_S)

    def _all_answered(self) -> bool:
        """Return whether boots were heard, and which pairs they are."""
        found = find_boots(self.hass)
        return bool(found) and all(unit.legs for boots in found for unit in boots.units)

    async def async_step_none_found(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what to do, and look again when it is done."""
        if user_input is not None:
            if (other := await self._another_way(user_input)) is not None:
                return other
            return await self.async_step_search()
        return self.async_show_form(
            step_id="none_found",
            data_schema=vol.Schema({} if self.updates else OTHER_WAYS),
        )

    async def _another_way(self, user_input: dict[str, Any]) -> ConfigFlowResult | None:
        if user_input.get(CONF_UNLISTED):
            return await self.async_step_teach()
        if user_input.get(CONF_BY_HAND):
            return await self.async_step_by_hand()
        return None

    async def async_step_pick(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Pick a pair, or two boots that do not know each other."""
        errors = {}
        if user_input is not None:
            if (other := await self._another_way(user_input)) is not None:
                return other
            picked = [
                self._found[key] for key in user_input[CONF_BOOTS] if key in self._found
            ]
            if len(picked) == 1:
                return await self._picked(picked[0], strangers=False)
            if [len(boots.units) for boots in picked] == [1, 1]:
                both = FoundBoots((*picked[0].units, *picked[1].units))
                return await self._picked(both, strangers=True)
            errors[CONF_BOOTS] = "pick_one_pair"
        self._found = {boots.key: boots for boots in find_boots(self.hass)}
        labels = {key: boots.label for key, boots in self._found.items()}
        first = [next(iter(labels))] if len(labels) == 1 else []
        return self.async_show_form(
            step_id="pick",
            data_schema=vol.Schema(
                {
                    vol.Required(CONF_BOOTS, default=first): pick_from(
                        labels, several=True
                    ),
                    **OTHER_WAYS,
                }
            ),
            errors=errors,
        )

    async def _picked(self, boots: FoundBoots, *, strangers: bool) -> ConfigFlowResult:
        self.boots = boots
        self.strangers = strangers
        await self.async_set_unique_id(boots.key, raise_on_progress=False)
        return await self.async_step_precautions()

    # ---- the key is refused

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Pair again with boots that do not know this home any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell what is about to happen, then pair again."""
        entry: KumoBootsConfigEntry = self._get_reauth_entry()
        if user_input is None:
            return self.async_show_form(step_id="reauth_confirm")
        if _in_session(entry):
            return self.async_abort(reason="in_session")
        units = [RememberedUnit.from_dict(unit) for unit in entry.data[CONF_UNITS]]
        if hasattr(entry, "runtime_data"):
            refused = {u.address for u in entry.runtime_data.units if u.refused}
            units = [unit for unit in units if unit.address in refused] or units
        self._pair_into(entry, units)
        self.free_link(entry)
        self.boots = FoundBoots(
            tuple(
                FoundUnit(
                    address=unit.address,
                    name=unit.name,
                    driver=unit.driver,
                    legs=unit.legs,
                    pair_hash=None,
                    rssi=0,
                )
                for unit in units
            )
        )
        return await self.async_step_pair()

    def _pair_into(
        self, entry: KumoBootsConfigEntry, units: list[RememberedUnit]
    ) -> None:
        """Have the paired units take the place of ``units`` in ``entry``."""
        self.updates = entry
        self.replaced = frozenset(unit.address for unit in units)
        self.must_serve = frozenset(leg for unit in units for leg in unit.legs)
        if (pair_id := entry.data.get(CONF_PAIR_ID)) is not None:
            self.belongs_to = bytes.fromhex(pair_id)

    # ---- a unit is replaced

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which unit is replaced."""
        entry: KumoBootsConfigEntry = self._get_reconfigure_entry()
        if _in_session(entry):
            return self.async_abort(reason="in_session")
        if not entry.data[CONF_UNITS]:
            return self.async_abort(reason="nothing_to_replace")
        units = {
            unit["address"]: RememberedUnit.from_dict(unit)
            for unit in entry.data[CONF_UNITS]
        }
        if user_input is not None:
            self._pair_into(entry, [units[user_input[CONF_REPLACE]]])
            return await self.async_step_search()
        labels = {
            address: f"{unit.name} ({', '.join(sorted(unit.legs))})"
            for address, unit in units.items()
        }
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=vol.Schema(
                {
                    vol.Required(CONF_REPLACE, default=next(iter(labels))): pick_from(
                        labels, several=False
                    )
                }
            ),
        )

    async def async_step_replace(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Pick the unit that takes its place."""
        units = self._like_known()
        if user_input is not None and user_input[CONF_BOOTS] in units:
            self.boots = FoundBoots((units[user_input[CONF_BOOTS]],))
            return await self.async_step_pair()
        labels = {address: FoundBoots((unit,)).label for address, unit in units.items()}
        return self.async_show_form(
            step_id="replace",
            data_schema=vol.Schema(
                {
                    vol.Required(CONF_BOOTS, default=next(iter(labels), "")): pick_from(
                        labels, several=False
                    )
                }
            ),
        )

    def _like_known(self) -> dict[str, FoundUnit]:
        """Return the units on the air that are of the kind of the one replaced.

        Another kind of device is another decision: it may be for the bench.
        """
        known = self._get_reconfigure_entry().data[CONF_UNITS]
        kinds = {unit["driver"] for unit in known}
        return {
            unit.address: unit
            for boots in find_boots(self.hass)
            for unit in boots.units
            if unit.driver in kinds
        }


def _in_session(entry: KumoBootsConfigEntry) -> bool:
    """Return whether pairing would disturb a session."""
    coordinator = getattr(entry, "runtime_data", None)
    return coordinator is not None and coordinator.session.state.phase in ACTIVE

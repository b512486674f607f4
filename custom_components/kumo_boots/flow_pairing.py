"""The screens from *hold the start button* to *ready*, for every way into them."""

import asyncio
from typing import Any, override

from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import (
    BluetoothCallbackMatcher,
    BluetoothReachabilityIntent,
)
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.helpers.selector import BooleanSelector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .boots.errors import BootsError
from .boots.model import BOTH, Settings, Side
from .const import (
    CONF_ACKNOWLEDGED,
    CONF_CAPABILITIES,
    CONF_PAIR_ID,
    CONF_UNITS,
    DOMAIN,
    TRIAL_DURATION_S,
    TRIAL_TARGET_MMHG,
)
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from .found import FoundBoots, FoundUnit, ask_the_air, partners
from .pairing import NotAPairError, Paired, Pairing, WrongLegError
from .remembered import capabilities_as_dict
from .trial import ask_for_trial, trial_of

FINAL = (NotAPairError, WrongLegError)
"""Errors that trying again does not mend."""

CONF_TRY = "try"


class PairingSteps(ConfigFlow):
    """Pairs ``boots`` and makes an entry of them, or updates one."""

    boots: FoundBoots
    strangers = False
    """Two units that do not know each other are to become a pair."""
    must_serve: frozenset[Side] | None = None
    belongs_to: bytes | None = None
    """The pair id that the units are given."""
    updates: ConfigEntry | None = None
    """The entry whose units are paired again or replaced."""
    replaced: frozenset[str] = frozenset()
    """Addresses of the units of ``updates`` that the new ones take the place of."""

    _scan: asyncio.Task[None] | None = None
    _task: asyncio.Task[Paired] | None = None
    _pairing: Pairing | None = None
    _paired: Paired
    _error: BootsError
    _freed: KumoBootsCoordinator | None = None
    _trial: Settings | None = None

    def look_for_partner(self) -> None:
        """Look for the other leg while the person reads, and again when they did.

        The card may have waited for hours, and the other leg was switched on since.
        """
        if (self._scan is None or self._scan.done()) and not self.strangers:
            self._scan = self.hass.async_create_background_task(
                self._find_partner(self.boots.units[0]), f"{DOMAIN} other leg"
            )

    async def _find_partner(self, unit: FoundUnit) -> None:
        """Wait until both legs were heard, unless there is no other one to wait for."""

        def all_heard(_: object = None) -> bool:
            self.boots = partners(self.hass, unit)
            alone = any(
                found.legs and not found.pair_hash for found in self.boots.units
            )
            return alone or self.boots.legs == BOTH

        if not all_heard():
            await ask_the_air(
                self.hass, all_heard, BluetoothCallbackMatcher(connectable=True)
            )

    def free_link(self, entry: KumoBootsConfigEntry) -> None:
        """Let go of boots that are set up, for they serve one connection at a time."""
        if entry.state is ConfigEntryState.LOADED:
            self._freed = entry.runtime_data
            self._freed.set_link_free(True)

    async def async_step_pair(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait for the buttons."""
        if self._task is None:
            self._task = self.hass.async_create_background_task(
                self._pair(), f"{DOMAIN} pairing"
            )
        if not self._task.done():
            return self.async_show_progress(
                step_id="pair",
                progress_action="hold_start"
                if any(unit.speaks.needs_key for unit in self.boots.units)
                else "reading",
                progress_task=self._task,
                description_placeholders={"name": self._names},
            )
        task, self._task = self._task, None
        try:
            self._paired = task.result()
        except BootsError as error:
            self._error = error
            return self.async_show_progress_done(next_step_id="pair_failed")
        return self.async_show_progress_done(next_step_id="paired")

    async def _pair(self) -> Paired:
        if self._scan is not None:
            await self._scan
            self._scan = None
        if self._pairing is None:
            self._pairing = Pairing(
                self.hass,
                self.boots.units,
                legs=self.must_serve,
                pair_id=self.belongs_to,
                strangers=self.strangers,
                progress=self.async_update_progress,
            )
        return await self._pairing.run()

    @property
    def _names(self) -> str:
        return ", ".join(unit.name for unit in self.boots.units)

    async def async_step_pair_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what went wrong and offer to try again."""
        if user_input is not None:
            return await self.async_step_pair()
        if isinstance(self._error, FINAL):
            return self.async_abort(reason=self._error.key)
        return self.async_show_form(
            step_id="pair_failed",
            errors={"base": self._error.key},
            description_placeholders={
                "name": self._names,
                "reason": "\n".join(
                    bluetooth.async_address_reachability_diagnostics(
                        self.hass, unit.address, BluetoothReachabilityIntent.CONNECTION
                    )
                    for unit in self.boots.units
                ),
            },
        )

    async def async_step_paired(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Decide what the paired boots are: new ones, or part of what is there."""
        paired = self._paired
        if self.updates is not None:
            return await self._update(self.updates)
        key = paired.units[0].address if not paired.pair_id else paired.pair_id.hex()
        entry = await self.async_set_unique_id(key, raise_on_progress=False)
        if entry is not None and entry.data:
            known = {leg for unit in entry.data[CONF_UNITS] for leg in unit["legs"]}
            if known & {leg for unit in paired.units for leg in unit.legs}:
                return self.async_abort(reason="already_configured")
            return await self._update(entry)
        if self.boots.bench_only:
            return await self.async_step_done_bench()
        if any(unit.legs == BOTH for unit in paired.units) or len(paired.units) > 1:
            return await self.async_step_done()
        return await self.async_step_done_one_leg()

    async def _update(self, entry: ConfigEntry) -> ConfigFlowResult:
        """Put the paired units into an entry that is there."""
        units = [
            unit
            for unit in entry.data[CONF_UNITS]
            if unit["address"] not in self.replaced
        ]
        joins = not self.replaced
        units += [unit.as_dict() for unit in self._paired.units]
        units.sort(key=lambda unit: unit["legs"])
        capabilities = entry.data[CONF_CAPABILITIES] | {
            "legs": sorted(leg for unit in units for leg in unit["legs"])
        }
        await self._keep()
        updates = {CONF_UNITS: units, CONF_CAPABILITIES: capabilities}
        if entry.state is not ConfigEntryState.LOADED:
            # A loaded entry hears of its new units and reloads itself.
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        if joins:
            self.hass.config_entries.async_update_entry(
                entry, data=entry.data | updates
            )
            return self.async_abort(
                reason="leg_joined", description_placeholders={"name": entry.title}
            )
        return self.async_update_and_abort(entry, data_updates=updates)

    async def async_step_done(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that all is ready, and offer a first try."""
        return await self._ready("done", user_input)

    async def async_step_done_one_leg(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that one boot is ready, and that the other may join later."""
        return await self._ready("done_one_leg", user_input)

    async def async_step_done_bench(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that all is ready, for the bench: nobody is asked to put them on."""
        return await self._ready("done_bench", user_input)

    async def _ready(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        paired = self._paired
        trial = None if self.boots.bench_only else trial_of(paired.capabilities)
        if user_input is None:
            return self.async_show_form(
                step_id=step_id,
                data_schema=vol.Schema(
                    {vol.Required(CONF_TRY, default=False): BooleanSelector()}
                    if trial
                    else {}
                ),
                description_placeholders={
                    "name": self._names,
                    "minutes": str(TRIAL_DURATION_S // 60),
                    "pressure": str(TRIAL_TARGET_MMHG),
                    "lease": str(round(paired.capabilities.lease_s)),
                },
                last_step=True,
            )
        if user_input.get(CONF_TRY):
            self._trial = trial
        await self._keep()
        self._end_other_flows()
        first = paired.units[0]
        return self.async_create_entry(
            title=first.identity.model or first.name,
            data={
                CONF_UNITS: [unit.as_dict() for unit in paired.units],
                CONF_CAPABILITIES: capabilities_as_dict(paired.capabilities),
                CONF_PAIR_ID: paired.pair_id.hex() if paired.pair_id else None,
                CONF_ACKNOWLEDGED: dt_util.utcnow().isoformat(),
            },
        )

    async def _keep(self) -> None:
        """Let go of the boots, and have ``async_remove`` erase nothing."""
        await self._paired.keep()
        self._pairing = None

    def _end_other_flows(self) -> None:
        """End discoveries of what is set up now."""
        keys = {key for unit in self.boots.units for key in (unit.address, unit.key)}
        for flow in self._async_in_progress(include_uninitialized=True):
            if flow["context"].get("unique_id") in keys:
                self.hass.config_entries.flow.async_abort(flow["flow_id"])

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Ask for the first try, now that the boots are set up."""
        entry: KumoBootsConfigEntry = result["result"]
        if self._trial and entry.state is ConfigEntryState.LOADED:
            entry.async_create_background_task(
                self.hass,
                ask_for_trial(entry.runtime_data, self._trial),
                f"{DOMAIN} first try",
            )
        return result

    @override
    def async_remove(self) -> None:
        """Leave nothing behind when the person walks away."""
        for task in (self._scan, self._task):
            if task is not None:
                task.cancel()
        if self._pairing is not None:
            self.hass.async_create_background_task(
                self._pairing.close(), f"{DOMAIN} forgets"
            )
        if self._freed is not None:
            self._freed.set_link_free(False)

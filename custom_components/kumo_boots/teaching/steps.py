"""The screens for boots that are not listed: pick, listen, press, download."""

import asyncio
import re
from typing import Any, override

from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import (
    BluetoothCallbackMatcher,
    BluetoothReachabilityIntent,
    BluetoothServiceInfoBleak,
)
from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import __version__ as HOME_ASSISTANT
from homeassistant.loader import async_get_integration
import voluptuous as vol

from ..boots.errors import LinkError
from ..const import DOMAIN
from ..found import ask_the_air, configured
from ..picking import pick_from
from .bundle import Private, Recording, bundle_of
from .download import async_drop, async_keep, async_serve
from .listening import Listening

CONF_DEVICE = "device"
CONF_UNLISTED = "unlisted"
MOST_SHOWN = 25
"""Devices that are offered, the nearest first."""

AT_REST, STARTED, STRONGER, STOPPED = "at_rest", "started", "stronger", "stopped"
"""What the person does while the device is listened to: labels of the recording."""


class TeachingSteps(ConfigFlow):
    """Records what an unknown device says; adds nothing."""

    _heard: asyncio.Task[BluetoothServiceInfoBleak | None] | None = None
    _opening: asyncio.Task[None] | None = None
    _listening: Listening | None = None
    _device: BluetoothServiceInfoBleak
    _recording: Recording
    _nearby: dict[str, BluetoothServiceInfoBleak]
    _why: LinkError

    async def async_step_teach(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell what is going to happen, and what is not."""
        if user_input is None:
            async_serve(self.hass)
            return self.async_show_form(step_id="teach")
        return await self.async_step_teach_scan()

    async def async_step_teach_scan(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask everything in reach what it is."""
        if self._heard is None:
            self._heard = self.hass.async_create_background_task(
                ask_the_air(
                    self.hass,
                    lambda _: False,
                    BluetoothCallbackMatcher(connectable=True),
                ),
                f"{DOMAIN} listens to the air",
                eager_start=False,
            )
        if not self._heard.done():
            return self.async_show_progress(
                step_id="teach_scan",
                progress_action="listening",
                progress_task=self._heard,
            )
        self._heard = None
        return self.async_show_progress_done(next_step_id="teach_pick")

    async def async_step_teach_pick(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which of them are the boots."""
        if user_input is not None:
            self._device = self._nearby[user_input[CONF_DEVICE]]
            return await self.async_step_teach_open()
        taken = configured(self.hass.config_entries.async_entries(DOMAIN))
        near = sorted(
            (
                info
                for info in bluetooth.async_discovered_service_info(self.hass)
                if info.address not in taken
            ),
            key=lambda info: -info.rssi,
        )[:MOST_SHOWN]
        self._nearby = {info.address: info for info in near}
        if not near:
            return self.async_abort(reason="nothing_in_reach")
        return self.async_show_form(
            step_id="teach_pick",
            data_schema=vol.Schema(
                {
                    vol.Required(CONF_DEVICE): pick_from(
                        {
                            info.address: f"{info.name} ({info.rssi} dBm)"
                            for info in near
                        },
                        several=False,
                    )
                }
            ),
        )

    async def async_step_teach_open(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Connect, read and subscribe."""
        if self._opening is None:
            info = self._device
            self._recording = Recording(
                # Home Assistant calls who says no name by the address.
                name="" if info.name == info.address else info.name,
                service_uuids=tuple(info.service_uuids),
                manufacturers=tuple(info.manufacturer_data),
            )
            self._listening = Listening(self.hass, info.address, self._recording)
            self._now(AT_REST)
            self._opening = self.hass.async_create_background_task(
                self._listening.start(), f"{DOMAIN} listens", eager_start=False
            )
        if not self._opening.done():
            return self.async_show_progress(
                step_id="teach_open",
                progress_action="opening",
                progress_task=self._opening,
            )
        task, self._opening = self._opening, None
        try:
            task.result()
        except LinkError as error:
            self._why = error
            return self.async_show_progress_done(next_step_id="teach_failed")
        return self.async_show_progress_done(next_step_id="teach_at_rest")

    async def async_step_teach_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say why it could not be listened to, and try again."""
        if user_input is not None:
            return await self.async_step_teach_open()
        return self.async_show_form(
            step_id="teach_failed",
            errors={"base": self._why.key},
            description_placeholders={
                "reason": bluetooth.async_address_reachability_diagnostics(
                    self.hass,
                    self._device.address,
                    BluetoothReachabilityIntent.CONNECTION,
                )
            },
        )

    # ---- what the person does, and when it is done

    async def async_step_teach_at_rest(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Record what the device says while nothing happens."""
        if user_input is None:
            return self.async_show_form(step_id="teach_at_rest")
        return await self.async_step_teach_started()

    async def async_step_teach_started(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Record a start, by the button on the boots."""
        if user_input is None:
            self._now(STARTED)
            return self.async_show_form(step_id="teach_started")
        return await self.async_step_teach_stronger()

    async def async_step_teach_stronger(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Record a higher level."""
        if user_input is None:
            self._now(STRONGER)
            return self.async_show_form(step_id="teach_stronger")
        return await self.async_step_teach_stopped()

    async def async_step_teach_stopped(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Record a stop."""
        if user_input is None:
            self._now(STOPPED)
            return self.async_show_form(step_id="teach_stopped")
        return await self.async_step_teach_done()

    def _now(self, label: str) -> None:
        self._recording.label = label

    async def _let_go(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            await listening.close()

    async def async_step_teach_done(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer what was recorded."""
        if user_input is not None:
            return self.async_abort(reason="taught")
        lost = self._recording.lost
        await self._let_go()
        integration = await async_get_integration(self.hass, DOMAIN)
        private = Private(
            address=self._device.address,
            serial=self._recording.serial,
            household=await self._household(),
        )
        bundle = bundle_of(
            self._recording,
            private,
            {
                "home_assistant": HOME_ASSISTANT,
                "kumo_boots": str(integration.version),
            },
        )
        return self.async_show_form(
            step_id="teach_done",
            errors={"base": "link_lost"} if lost else {},
            description_placeholders={
                "bundle": async_keep(self.hass, self.flow_id, bundle),
                "messages": str(len(bundle["recording"])),
                "left_out": str(bundle["left_out"]),
                "characteristics": str(
                    sum(len(service["characteristics"]) for service in bundle["gatt"])
                ),
            },
            last_step=True,
        )

    async def _household(self) -> frozenset[str]:
        """Return the words of the names of everybody here, and of the home."""
        names = [user.name or "" for user in await self.hass.auth.async_get_users()]
        names += [state.name for state in self.hass.states.async_all("person")]
        names.append(self.hass.config.location_name)
        return frozenset(
            word.lower() for name in names for word in re.findall(r"[^\W_]{3,}", name)
        )

    @override
    def async_remove(self) -> None:
        """Leave nothing behind: no connection, no recording."""
        for task in (self._heard, self._opening):
            if task is not None:
                task.cancel()
        self.hass.async_create_background_task(
            self._let_go(), f"{DOMAIN} listens no more"
        )
        async_drop(self.hass, self.flow_id)
        super().async_remove()

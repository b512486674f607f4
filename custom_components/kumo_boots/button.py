"""Buttons: say yes, stop, pause, go on, find the boots."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .boots.cause import Cause
from .boots.model import Capabilities, Feature
from .by_hand.entities import say_off, say_runs
from .callers import async_cause_from
from .confirming import async_cause_by_hand, async_cause_of_yes
from .coordinator import KumoBootsConfigEntry, KumoBootsCoordinator
from .entity import (
    KumoBootsControl,
    KumoBootsDescription,
    async_stop,
    entities_of,
    over_bluetooth,
)
from .exceptions import speaking_to_people
from .people.acknowledging import ACKNOWLEDGE, AcknowledgeButton
from .people.buttons import add_wearer_buttons
from .people.device import add_for_wearers
from .routines.entities import add_buttons

PARALLEL_UPDATES = 0


async def anybody(
    coordinator: KumoBootsCoordinator, context: Context | None, what: str
) -> Cause:
    """Tell who presses; anybody may."""
    return await async_cause_from(coordinator.hass, context)


async def confirm(coordinator: KumoBootsCoordinator, cause: Cause) -> None:
    """Start what waits for a yes."""
    await coordinator.session.confirm(cause)


async def pause(coordinator: KumoBootsCoordinator, cause: Cause) -> None:
    """Let the air out and keep the rest of the session."""
    await coordinator.session.pause(cause)


async def resume(coordinator: KumoBootsCoordinator, cause: Cause) -> None:
    """Go on after a pause."""
    await coordinator.session.resume(cause)


async def identify(coordinator: KumoBootsCoordinator, cause: Cause) -> None:
    """Let the boots show which they are."""
    await coordinator.pair.identify()


@dataclass(frozen=True, kw_only=True)
class KumoBootsButtonDescription(KumoBootsDescription, ButtonEntityDescription):
    """Something to do with a pair."""

    press_fn: Callable[[KumoBootsCoordinator, Cause], Awaitable[None]]
    cause_fn: Callable[
        [KumoBootsCoordinator, Context | None, str], Awaitable[Cause]
    ] = anybody
    """Tells, or refuses, who presses."""


def can_pause(capabilities: Capabilities) -> bool:
    """Tell whether these boots know a pause."""
    return Feature.PAUSE in capabilities.features


BUTTONS = (
    KumoBootsButtonDescription(
        key="confirm_session",
        translation_key="confirm_session",
        press_fn=confirm,
        cause_fn=async_cause_of_yes,
    ),
    KumoBootsButtonDescription(
        key="stop",
        translation_key="stop",
        press_fn=async_stop,
        exists_fn=over_bluetooth,
    ),
    # The same to whoever may press it; only the air is let out by hand.
    KumoBootsButtonDescription(
        key="stop",
        translation_key="stop_by_hand",
        press_fn=async_stop,
        exists_fn=lambda capabilities: capabilities.by_hand,
    ),
    KumoBootsButtonDescription(
        key="it_runs",
        translation_key="it_runs",
        press_fn=say_runs,
        exists_fn=lambda capabilities: capabilities.by_hand,
    ),
    KumoBootsButtonDescription(
        key="they_are_off",
        translation_key="they_are_off",
        press_fn=say_off,
        exists_fn=lambda capabilities: capabilities.by_hand,
    ),
    KumoBootsButtonDescription(
        key="pause", translation_key="pause", press_fn=pause, exists_fn=can_pause
    ),
    KumoBootsButtonDescription(
        key="resume",
        translation_key="resume",
        press_fn=resume,
        exists_fn=can_pause,
        cause_fn=async_cause_by_hand,
    ),
    KumoBootsButtonDescription(
        key="identify",
        device_class=ButtonDeviceClass.IDENTIFY,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        press_fn=identify,
        exists_fn=lambda capabilities: Feature.IDENTIFY in capabilities.features,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: KumoBootsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what can be done with these boots."""
    coordinator = entry.runtime_data
    async_add_entities(entities_of(coordinator, KumoBootsButton, BUTTONS))
    add_for_wearers(
        coordinator,
        async_add_entities,
        lambda wearer: [AcknowledgeButton(coordinator, wearer, ACKNOWLEDGE)],
    )
    add_wearer_buttons(coordinator, async_add_entities)
    add_buttons(coordinator, async_add_entities)


class KumoBootsButton(KumoBootsControl, ButtonEntity):
    """Something to do with a pair, whether or not it is in reach now."""

    entity_description: KumoBootsButtonDescription

    @override
    async def async_press(self) -> None:
        """Do it, and tell a person what went wrong."""
        cause = await self.entity_description.cause_fn(
            self.coordinator, self._context, self.entity_id
        )
        with speaking_to_people(self.coordinator.reachability):
            await self.entity_description.press_fn(self.coordinator, cause)

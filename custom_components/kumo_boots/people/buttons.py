"""Buttons of each wearer: what they say of a session, and the one they usually have."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import Context
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..confirming import async_cause_by_hand
from ..coordinator import KumoBootsCoordinator
from ..exceptions import speaking_to_people
from .device import WearerEntity, add_for_wearers
from .own_hand import async_need_own_hand
from .reporting import async_report
from .sitting import Discomfort, Feeling
from .wearer import Wearer


@dataclass(frozen=True, kw_only=True)
class Press:
    """Somebody pressed a button of a wearer."""

    coordinator: KumoBootsCoordinator
    wearer: Wearer
    context: Context | None
    entity_id: str


async def comfortable(press: Press) -> None:
    """Call the last session comfortable, which may lead a step up: the wearer only."""
    await async_need_own_hand(
        press.coordinator, press.wearer, press.context, press.entity_id
    )
    press.coordinator.coach.feel(press.wearer, Feeling.COMFORTABLE)


async def too_strong(press: Press) -> None:
    """Call the last session too strong; less is for anybody to ask."""
    press.coordinator.coach.feel(press.wearer, Feeling.TOO_STRONG)


async def usual_session(press: Press) -> None:
    """Ask for what was comfortable last."""
    cause = await async_cause_by_hand(press.coordinator, press.context, press.entity_id)
    await press.coordinator.coach.async_request_usual(press.wearer, cause)


async def report_discomfort(press: Press) -> None:
    """Stop, then keep that something was not well; a button cannot say what."""
    await async_report(
        press.coordinator, press.wearer, press.context, Discomfort.UNSPECIFIED
    )


async def acknowledge_warning(press: Press) -> None:
    """Say that the warning signs were read: the wearer only."""
    await async_need_own_hand(
        press.coordinator, press.wearer, press.context, press.entity_id
    )
    press.coordinator.coach.acknowledge(press.wearer)


@dataclass(frozen=True, kw_only=True)
class WearerButtonDescription(ButtonEntityDescription):
    """Something to do for a wearer."""

    press_fn: Callable[[Press], Awaitable[None]]
    untold: bool = False
    """The press itself would tell how the wearer felt."""


WEARER_BUTTONS = (
    WearerButtonDescription(
        key="comfortable",
        translation_key="comfortable",
        press_fn=comfortable,
        untold=True,
    ),
    WearerButtonDescription(
        key="too_strong", translation_key="too_strong", press_fn=too_strong, untold=True
    ),
    WearerButtonDescription(
        key="usual_session", translation_key="usual_session", press_fn=usual_session
    ),
    WearerButtonDescription(
        key="report_discomfort",
        translation_key="report_discomfort",
        press_fn=report_discomfort,
        untold=True,
    ),
    WearerButtonDescription(
        key="acknowledge_warning",
        translation_key="acknowledge_warning",
        press_fn=acknowledge_warning,
        untold=True,
    ),
)


def add_wearer_buttons(
    coordinator: KumoBootsCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of everybody who is known."""
    add_for_wearers(
        coordinator,
        async_add_entities,
        lambda wearer: [
            (UntoldButton if description.untold else WearerButton)(
                coordinator, wearer, description
            )
            for description in WEARER_BUTTONS
        ],
    )


class WearerButton(WearerEntity, ButtonEntity):
    """Something to do for a wearer, always there."""

    entity_description: WearerButtonDescription

    @override
    async def async_press(self) -> None:
        """Do it, and tell a person what went wrong."""
        coordinator = self.coordinator
        press = Press(
            coordinator=coordinator,
            wearer=self.wearer,
            context=self._context,
            entity_id=self.entity_id,
        )
        with speaking_to_people(coordinator.reachability):
            await self.entity_description.press_fn(press)


class UntoldButton(WearerButton):
    """A button that leaves no trace of being pressed in states, history or logbook."""

    @property  # type: ignore[misc]
    @override
    def state(self) -> None:
        """Have none: when it was pressed would tell how the wearer felt."""
        return

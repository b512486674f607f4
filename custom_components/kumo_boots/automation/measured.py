"""Triggers of what is measured: the link, and the pressure in every chamber.

They listen to the boots themselves, at the full rate, and not to recorded states. What
is found after a restart or a reload is how things are, and no news.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, Final, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)
import voluptuous as vol

from ..boots.link_status import INTENDED, LinkState
from ..boots.model import Side
from ..coordinator import KumoBootsCoordinator
from ..history import LEAST_CHANGE_MMHG
from ..last_heard import NOTE_EVERY_S
from ..people.announcing import ATTR_ENTRY_ID
from ..targets import named
from .aims import Chamber, target_schema
from .following import AimNow, Following
from .triggers import BootsTrigger

CONF_DIRECTION: Final = "direction"
CONF_PRESSURE: Final = "pressure"
CONF_LEG: Final = "leg"
CONF_CHAMBER: Final = "chamber"

NO_NEWS_S: Final = 2 * NOTE_EVERY_S
"""Boots that were there so short a time before Home Assistant's start, s, have not come
now: it is known to a quarter of an hour when they were heard last."""

type Fire = Callable[[dict[str, Any], str], object]
"""Takes the variables and a description."""


class Direction(StrEnum):
    """Which way a threshold is crossed."""

    ABOVE = "above"
    BELOW = "below"


class MeasuredTrigger(BootsTrigger):
    """Something that is seen in the boots themselves.

    Variables: ``name``, ``entry_id`` and ``device_id`` of the boots.
    """

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Be with the boots whenever they are set up."""

        @callback
        def attach(coordinator: KumoBootsCoordinator, aim: AimNow) -> CALLBACK_TYPE:
            @callback
            def fire(variables: dict[str, Any], what: str) -> None:
                entry = coordinator.config_entry
                run_action(
                    {
                        ATTR_ENTRY_ID: entry.entry_id,
                        **named(self._hass, entry),
                        **variables,
                    },
                    f"{entry.title}: {what}",
                )

            return self._attach(coordinator, aim, fire)

        return Following(self._hass, self._target, attach).start()

    @abstractmethod
    def _attach(
        self, coordinator: KumoBootsCoordinator, aim: AimNow, fire: Fire
    ) -> CALLBACK_TYPE:
        """Begin to watch a pair; returns what ends it."""


class _Link:
    """Whether a pair is there, as a person means it.

    A link that is let go after use is not lost, and one that is taken up again then
    did not come: only boots that were out of reach do.
    """

    def __init__(
        self,
        coordinator: KumoBootsCoordinator,
        came: Callable[[], object],
        went: Callable[[], object],
    ) -> None:
        self._coordinator = coordinator
        self._came = came
        self._went = went
        self._linked = coordinator.data.connected
        self._there = self._linked or coordinator.data.available
        recent = all(
            coordinator.last_heard.within(unit, NO_NEWS_S) for unit in coordinator.units
        )
        until = self._time() + NO_NEWS_S
        self._no_news_until = until if recent and not self._linked else 0.0

    def _time(self) -> float:
        return self._coordinator.hass.loop.time()

    @callback
    def changed(self) -> None:
        data = self._coordinator.data
        linked_before, self._linked = self._linked, data.connected
        there_before, news = self._there, self._time() >= self._no_news_until
        if data.connected:
            self._there, self._no_news_until = True, 0.0
            if news and not there_before:
                self._came()
        elif not data.available or (linked_before and not self._let_go()):
            self._there = False
            if news and there_before:
                self._went()

    def _let_go(self) -> bool:
        """Tell whether every link that is down was let go by ourselves."""
        return all(
            link.state is LinkState.READY or link.reason in INTENDED
            for link in self._coordinator.data.links
        )


class BootsConnectedTrigger(MeasuredTrigger):
    """Boots that were switched off or out of reach are connected."""

    @override
    def _attach(
        self, coordinator: KumoBootsCoordinator, aim: AimNow, fire: Fire
    ) -> CALLBACK_TYPE:
        link = _Link(coordinator, partial(fire, {}, "connected"), lambda: None)
        return coordinator.async_add_listener(link.changed)


class BootsDisconnectedTrigger(MeasuredTrigger):
    """Boots were lost, switched off or went out of reach."""

    @override
    def _attach(
        self, coordinator: KumoBootsCoordinator, aim: AimNow, fire: Fire
    ) -> CALLBACK_TYPE:
        link = _Link(coordinator, lambda: None, partial(fire, {}, "disconnected"))
        return coordinator.async_add_listener(link.changed)


class PressureCrossedTrigger(MeasuredTrigger):
    """A chamber's measured pressure went above, or below, a threshold.

    Variables besides: ``leg``, ``chamber`` (from 1 at the foot), ``pressure`` and
    ``threshold`` (mmHg), ``direction``.
    """

    _schema = target_schema(
        {
            vol.Required(CONF_DIRECTION, default=Direction.ABOVE): vol.Coerce(
                Direction
            ),
            vol.Required(CONF_PRESSURE): vol.All(
                vol.Coerce(float), vol.Range(min=0, max=240)
            ),
            vol.Optional(CONF_LEG): vol.Coerce(Side),
            vol.Optional(CONF_CHAMBER): vol.All(
                vol.Coerce(int), vol.Range(min=1, max=8)
            ),
        }
    )

    @override
    def _attach(
        self, coordinator: KumoBootsCoordinator, aim: AimNow, fire: Fire
    ) -> CALLBACK_TYPE:
        # Whether each chamber was beyond the threshold when it was last known.
        beyond: dict[Chamber, bool] = {}

        @callback
        def look() -> None:
            for chamber, mmhg in self._chambers(coordinator, aim).items():
                before = beyond.get(chamber)
                if mmhg is None:
                    beyond.pop(chamber, None)
                    continue
                now = beyond[chamber] = self._beyond(mmhg, before)
                if now and before is False:
                    fire(*self._told(chamber, mmhg))

        look()
        return coordinator.listen_live(look)

    def _chambers(
        self, coordinator: KumoBootsCoordinator, aim: AimNow
    ) -> Mapping[Chamber, float | None]:
        """Return what is measured now in the chambers that are meant, mmHg."""
        meant, leg = aim(), self._options.get(CONF_LEG)
        number = self._options.get(CONF_CHAMBER)
        return {
            (side, chamber): mmhg
            for side, values in coordinator.pair.state.pressures_mmhg.items()
            for chamber, mmhg in enumerate(values, start=1)
            if leg in (None, side)
            and number in (None, chamber)
            and meant.means_chamber(side, chamber)
        }

    def _beyond(self, mmhg: float, before: bool | None) -> bool:
        """Tell on which side of the threshold it is; a sensor's noise is no way back."""
        threshold: float = self._options[CONF_PRESSURE]
        back = LEAST_CHANGE_MMHG if before else 0.0
        if self._options[CONF_DIRECTION] is Direction.ABOVE:
            return mmhg > threshold - back
        return mmhg < threshold + back

    def _told(self, chamber: Chamber, mmhg: float) -> tuple[dict[str, Any], str]:
        side, number = chamber
        direction: Direction = self._options[CONF_DIRECTION]
        threshold = self._options[CONF_PRESSURE]
        return (
            {
                "leg": side.value,
                "chamber": number,
                "pressure": mmhg,
                "threshold": threshold,
                "direction": direction.value,
            },
            f"{side} chamber {number} {direction} {threshold:g} mmHg",
        )


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "boots_connected": BootsConnectedTrigger,
    "boots_disconnected": BootsDisconnectedTrigger,
    "pressure_crossed": PressureCrossedTrigger,
}

"""Triggers of what is measured: who is in reach, and the pressure in every chamber.

They listen to the boots themselves, at the full rate, and not to recorded states. What
is found after a restart or a reload is how things are, and no news.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, ClassVar, Final, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)
import voluptuous as vol

from ..boots.model import Side
from ..coordinator import KumoBootsCoordinator
from ..history import LEAST_CHANGE_MMHG
from ..last_heard import NOTE_EVERY_S
from ..people.announcing import ATTR_ENTRY_ID
from ..targets import named
from .aims import Aim, Chamber, target_schema
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


class ReachTrigger(MeasuredTrigger):
    """Boots are there (linked, or heard so that they can be), or are not any more.

    A link that is let go after use is no loss, nor news when it is taken up again.
    """

    _came: ClassVar[bool]

    @override
    def _attach(
        self, coordinator: KumoBootsCoordinator, aim: AimNow, fire: Fire
    ) -> CALLBACK_TYPE:
        time, units = self._hass.loop.time, coordinator.units
        there = coordinator.data.available
        recent = all(coordinator.last_heard.within(unit, NO_NEWS_S) for unit in units)
        news_from = time() + NO_NEWS_S if recent and not there else 0.0

        @callback
        def look() -> None:
            nonlocal there, news_from
            before, there = there, coordinator.data.available
            if before is there:
                return
            news, news_from = time() >= news_from, 0.0
            if news and there is self._came:
                fire({}, "connected" if there else "disconnected")

        return coordinator.async_add_listener(look)


class BootsConnectedTrigger(ReachTrigger):
    """Boots that were switched off or out of reach are there."""

    _came = True


class BootsDisconnectedTrigger(ReachTrigger):
    """Boots were switched off or went out of reach."""

    _came = False


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
        # Whether each chamber is beyond the threshold; what is unknown is not in it.
        beyond: dict[Chamber, bool] = {}

        @callback
        def look() -> None:
            nonlocal beyond
            before, beyond = beyond, {}
            for chamber, mmhg in self._measured(coordinator, aim()):
                beyond[chamber] = self._beyond(mmhg, before.get(chamber))
                if beyond[chamber] and before.get(chamber) is False:
                    fire(*self._told(chamber, mmhg))

        look()
        return coordinator.listen_live(look)

    def _measured(
        self, coordinator: KumoBootsCoordinator, aim: Aim
    ) -> Iterator[tuple[Chamber, float]]:
        """Find what is measured now in the chambers that are meant, mmHg."""
        leg, number = self._options.get(CONF_LEG), self._options.get(CONF_CHAMBER)
        for side, values in coordinator.pair.state.pressures_mmhg.items():
            for chamber, mmhg in enumerate(values, start=1):
                if (
                    mmhg is not None
                    and leg in (None, side)
                    and number in (None, chamber)
                    and aim.means_chamber(side, chamber)
                ):
                    yield (side, chamber), mmhg

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

"""Offering a waiting request on the boots, for a press there to accept it."""

import asyncio
from collections.abc import Coroutine, Iterable
from enum import Enum, auto
import logging

from .any_unit import AnyUnit
from .errors import BootsError
from .model import Feature, Phase

_LOGGER = logging.getLogger(__name__)

OFFER_MAX_S = 3600
"""The longest offer (Open Boots Profile, section 4)."""
NEARLY_OVER_S = 2.0
"""An offer that ends this long before its time was not ended by a person."""
WITHDRAW_LIMIT_S = 5.0


class Answer(Enum):
    """What the boots say to an offer."""

    ACCEPTED = auto()
    DECLINED = auto()


class _Offer(Enum):
    TOLD = auto()
    OPEN = auto()
    ANSWERED = auto()
    """Its acceptance was passed on; the same press is not taken twice."""


class Offers:
    """The offers of one request. Nothing inflates by them."""

    def __init__(self, units: Iterable[AnyUnit], until: float) -> None:
        """Offer on these units until then (the event loop's clock)."""
        self._units = tuple(units)
        self._until = until
        self._offers: dict[AnyUnit, _Offer] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def review(self) -> Answer | None:
        """Offer where it has not been done; return what a person answered there."""
        left_s = self._until - asyncio.get_running_loop().time()
        for unit in self._units:
            phase = unit.state.phase
            if not unit.connected:
                # An offer ends with the connection (R25).
                self._offers.pop(unit, None)
            elif unit not in self._offers:
                if (
                    left_s > 0
                    and phase is Phase.IDLE
                    and not unit.stopping
                    and self._can(unit)
                ):
                    self._offers[unit] = _Offer.TOLD
                    self._do(unit.offer(min(OFFER_MAX_S, max(1, round(left_s)))))
            elif phase is Phase.OFFERED:
                if self._offers[unit] is _Offer.ANSWERED:
                    continue
                self._offers[unit] = _Offer.OPEN
                if unit.state.accepted:
                    self._offers[unit] = _Offer.ANSWERED
                    return Answer.ACCEPTED
            elif self._offers[unit] is _Offer.ANSWERED:
                # Offered again, should the request still wait.
                del self._offers[unit]
            elif (
                self._offers[unit] is _Offer.OPEN
                and phase is Phase.IDLE
                and left_s > NEARLY_OVER_S
            ):
                return Answer.DECLINED
        return None

    def close(self) -> None:
        """Make no more offers; those that stand are left to what comes next."""
        for task in self._tasks:
            task.cancel()

    def withdraw(self) -> set[asyncio.Task[None]]:
        """Take the offers back; returns what is under way until they are."""
        self.close()
        for unit, offer in self._offers.items():
            if unit.connected and (
                offer is _Offer.TOLD or unit.state.phase is Phase.OFFERED
            ):
                self._do(unit.stop(WITHDRAW_LIMIT_S))
        self._offers.clear()
        return set(self._tasks)

    @staticmethod
    def _can(unit: AnyUnit) -> bool:
        return (
            unit.capabilities is not None
            and Feature.START_BUTTON in unit.capabilities.features
        )

    def _do(self, job: Coroutine[None, None, None]) -> None:
        async def quietly() -> None:
            try:
                await job
            except BootsError as error:
                _LOGGER.debug("Offer: %s", error)

        task = asyncio.create_task(quietly(), eager_start=True)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

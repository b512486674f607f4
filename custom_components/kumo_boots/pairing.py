"""Becoming trusted by boots: what happens between two screens of the config flow."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
import os

from homeassistant.core import HomeAssistant

from .boots.errors import BootsError
from .boots.model import Capabilities, Identity, Side
from .boots.pair_capabilities import intersect
from .boots.unit import Unit
from .const import FORGET_TIMEOUT_S, LOOK_TIMEOUT_S, PAIRING_WINDOW_S
from .found import FoundUnit
from .remembered import RememberedUnit
from .units import new_unit


class NotAPairError(BootsError):
    """The two units are not one pair: the same leg twice, or other pair ids."""

    key = "not_a_pair"


class WrongLegError(BootsError):
    """The new unit is not for the leg of the one it should replace."""

    key = "wrong_leg"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paired:
    """Boots that trust this home."""

    units: tuple[RememberedUnit, ...]
    """Left leg first."""
    capabilities: Capabilities
    pair_id: bytes | None
    keep: Callable[[], Awaitable[None]]
    """Lets go of the units; what was agreed on stays."""


class Pairing:
    """Pairs one or two units in one go; what succeeded is kept for another try."""

    def __init__(
        self,
        hass: HomeAssistant,
        found: Sequence[FoundUnit],
        *,
        legs: frozenset[Side] | None = None,
        pair_id: bytes | None = None,
        strangers: bool = False,
        progress: Callable[[float], None],
    ) -> None:
        """Take the units.

        ``legs``: what they must serve. ``pair_id``: what they are given, to belong to
        a pair that is there. ``strangers``: they do not know each other yet and are
        made a pair. ``progress`` is told 0–1.
        """
        self._units = [
            (unit, new_unit(hass, unit.address, unit.name, unit.driver))
            for unit in found
        ]
        self._legs = legs
        self._pair_id = os.urandom(4) if strangers and pair_id is None else pair_id
        self._progress = progress
        self._kept = False

    async def run(self) -> Paired:
        """Wait for the button on each unit; raises BootsError when one fails.

        A unit that needs no key is only read.
        """
        tasks = [
            asyncio.create_task(self._pair(found, unit))
            for found, unit in self._units
            if unit.key is None
        ]
        if tasks:
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            finally:
                for task in tasks:
                    task.cancel()
                with suppress(asyncio.CancelledError):
                    await asyncio.gather(*tasks, return_exceptions=True)
            for task in done:
                task.result()
        return await self._as_one()

    async def _pair(self, found: FoundUnit, unit: Unit) -> None:
        if not found.speaks.needs_key:
            await unit.ready(LOOK_TIMEOUT_S)
            return
        await unit.pair(PAIRING_WINDOW_S)
        trusted = sum(other.key is not None for _, other in self._units)
        self._progress(trusted / len(self._units))

    async def _as_one(self) -> Paired:
        """Check that the units are what they should be, and make them a pair."""
        known = [
            (_remembered(found, unit), can)
            for found, unit in self._units
            if (can := unit.capabilities)
        ]
        legs = [leg for _, can in known for leg in can.legs]
        if len(set(legs)) != len(legs):
            raise NotAPairError
        if self._legs is not None and frozenset(legs) != self._legs:
            raise WrongLegError
        pair_ids = {can.pair_id for _, can in known}
        if self._pair_id is not None:
            await asyncio.gather(
                *(unit.set_pair_id(self._pair_id) for _, unit in self._units)
            )
            pair_ids = {self._pair_id}
        if len(pair_ids) != 1:
            raise NotAPairError
        pair_id = pair_ids.pop()
        return Paired(
            units=tuple(
                sorted((unit for unit, _ in known), key=lambda unit: sorted(unit.legs))
            ),
            capabilities=replace(intersect([can for _, can in known]), pair_id=pair_id),
            pair_id=pair_id,
            keep=self._keep,
        )

    async def _keep(self) -> None:
        self._kept = True
        await self.close()

    async def close(self) -> None:
        """Let go; what was agreed on and is not kept is forgotten on both sides."""
        await asyncio.gather(*(self._close(unit) for _, unit in self._units))

    async def _close(self, unit: Unit) -> None:
        if unit.key is not None and not self._kept:
            with suppress(BootsError, TimeoutError):
                async with asyncio.timeout(FORGET_TIMEOUT_S):
                    await unit.forget_me()
        await unit.close()


def _remembered(found: FoundUnit, unit: Unit) -> RememberedUnit:
    return RememberedUnit(
        address=found.address,
        name=found.name,
        legs=unit.sides,
        key=unit.key,
        identity=unit.identity or Identity(),
        driver=found.driver,
    )

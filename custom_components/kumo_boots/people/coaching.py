"""The coach of one pair: what it says to each wearer, and what they say to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.event import async_track_time_change
from homeassistant.util import dt as dt_util

from ..boots.cause import Cause
from ..boots.listeners import Listeners
from ..boots.model import Programme, Settings, Side
from ..boots.session import Outcome
from ..boots.session_state import ACTIVE, SessionPhase
from ..const import DOMAIN
from ..setpoints import settings_from
from ..snapshot import Setpoints
from .coach import Advice, advise, usual
from .requesting import async_request_for
from .sitting import Discomfort, Feeling, Sitting
from .warning_signs import WarningSigns
from .wearer import Wearer

if TYPE_CHECKING:
    from ..coordinator import KumoBootsCoordinator

STILL_FELT: Final = timedelta(hours=24)
"""How long after a session its wearer may still say how it was: the evening's is
remembered in the morning; an older one would be guessed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """What a wearer did since the local Monday."""

    began: datetime
    sessions: int
    ran_s: int
    """Pauses included."""


class Coach:
    """Gives advice from the diary, and hears the wearers.

    Feelings and discomfort go to the diary and nowhere else.
    """

    def __init__(self, coordinator: KumoBootsCoordinator) -> None:
        """Begin without listening. The coordinator's diary is asked when needed."""
        self._coordinator = coordinator
        self.signs = WarningSigns(coordinator.hass, coordinator.config_entry)
        self._listeners = Listeners[[]]()

    @callback
    def start(self) -> Callable[[], None]:
        """Follow diary, people and calendar; returns how to end it."""
        coordinator = self._coordinator
        unsubscribe = (
            coordinator.diary.listen(self._changed),
            coordinator.household.listen(self._changed),
            # A week begins, a pause becomes longer.
            async_track_time_change(
                coordinator.hass, self._day_began, hour=0, minute=0, second=0
            ),
        )
        self._changed()

        def stop() -> None:
            for each in unsubscribe:
                each()

        return stop

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call when there may be other advice; returns how to end it."""
        return self._listeners.add(listener)

    @callback
    def _day_began(self, _now: datetime) -> None:
        self._changed()

    @callback
    def _changed(self) -> None:
        coordinator = self._coordinator
        self.signs.update(
            tuple(
                wearer
                for wearer in coordinator.household.wearers
                if wearer.wearer_id is not None
                and coordinator.diary.locked(wearer.wearer_id)
            )
        )
        self._listeners.tell()

    # ---- what it says

    def sittings(self, wearer: Wearer) -> tuple[Sitting, ...]:
        """Return what is remembered of a wearer; of a guest that is nothing."""
        if wearer.wearer_id is None:
            return ()
        return self._coordinator.diary.sittings(wearer.wearer_id)

    def advice(self, wearer: Wearer) -> Advice:
        """Return what it says of a wearer's next session, with these boots."""
        ceiling = self._coordinator.options.limits
        return advise(
            replace(
                wearer,
                target_max_mmhg=min(wearer.target_max_mmhg, ceiling.target_max_mmhg),
                duration_max_min=min(
                    wearer.duration_max_min, ceiling.duration_max_s // 60
                ),
            ),
            self.sittings(wearer),
            dt_util.utcnow(),
            self._coordinator.capabilities,
        )

    def week(self, wearer: Wearer) -> Week:
        """Return what a wearer did this week, which begins on Monday as statistics do."""
        today = dt_util.now().date()
        monday = today - timedelta(days=today.weekday())
        began = dt_util.start_of_local_day(monday)
        ends = dt_util.start_of_local_day(monday + timedelta(days=7))
        had = [
            sitting
            for sitting in self.sittings(wearer)
            if began <= sitting.started_at < ends
        ]
        return Week(
            began=began,
            sessions=len(had),
            ran_s=sum(max(0, sitting.ran_s) for sitting in had),
        )

    # ---- what it hears

    @callback
    def feel(self, wearer: Wearer, feeling: Feeling) -> None:
        """Keep what a wearer says of their last session, or of the one that is ending.

        Raises ServiceValidationError while their session goes on, and where there was
        none within ``STILL_FELT``.
        """
        self._coordinator.diary.feel(self._rated(wearer, feeling).sitting_id, feeling)

    def _rated(self, wearer: Wearer, feeling: Feeling) -> Sitting:
        """Return the session that a wearer means."""
        coordinator = self._coordinator
        phase, opened = coordinator.session.state.phase, coordinator.diary.opened
        theirs = coordinator.household.current.wearer_id == wearer.wearer_id
        if opened is not None and opened.sitting.wearer_id == wearer.wearer_id:
            # Out of sight it may go on: only what takes away can be said of it yet.
            unseen = phase is SessionPhase.UNKNOWN and feeling is Feeling.COMFORTABLE
            if phase not in ACTIVE and not unseen:
                return opened.sitting
            raise _refused("after_the_session")
        if theirs and phase in ACTIVE | {SessionPhase.STOPPING}:
            # A start that failed half-way, or a session that was forgotten: the one
            # before is not meant.
            raise _refused("after_the_session")
        last = next(reversed(self.sittings(wearer)), None)
        if last is None or dt_util.utcnow() - last.ended_at > STILL_FELT:
            raise _refused("no_session_to_rate", name=wearer.name)
        return last

    @callback
    def discomfort(self, wearer: Wearer, kind: Discomfort, one_sided: bool) -> None:
        """Keep a discomfort; a guest's is not kept. Whoever calls has stopped first."""
        if wearer.wearer_id is not None:
            self._coordinator.diary.discomfort(wearer.wearer_id, kind, one_sided)

    def locked(self, wearer: Wearer) -> bool:
        """Tell whether a wearer has warning signs to read before the next start."""
        return wearer.wearer_id is not None and self._coordinator.diary.locked(
            wearer.wearer_id
        )

    @callback
    def acknowledge(self, wearer: Wearer) -> None:
        """Let a wearer start again; who may say so was asked before."""
        if wearer.wearer_id is not None:
            self._coordinator.diary.unlock(wearer.wearer_id)

    # ---- what it does for them

    def usual_settings(self, wearer: Wearer) -> Settings:
        """Return what a wearer last called comfortable.

        Raises ServiceValidationError where there is nothing yet, or nothing that is
        still known. It is not fitted to any limit: the session refuses what is above.
        """
        sitting = usual(self.sittings(wearer))
        if sitting is None:
            raise _refused("no_usual_session", name=wearer.name)
        try:
            setpoints = replace(
                self._left_by(wearer),
                mode=Programme(sitting.programme),
                legs=frozenset(Side(leg) for leg in sitting.legs),
                target_mmhg=sitting.felt_mmhg,
                duration_s=sitting.duration_s,
                times=None,
                # What a boost adds is not remembered.
                boosted=None,
            )
        except ValueError as error:
            raise _refused("no_usual_session", name=wearer.name) from error
        return settings_from(setpoints, {})

    def _left_by(self, wearer: Wearer) -> Setpoints:
        """Return a wearer's own setpoints, for what is not remembered of a session.

        The zones that somebody leaves out are theirs, whoever wears the boots now.
        """
        coordinator = self._coordinator
        if wearer.wearer_id == coordinator.household.current.wearer_id:
            return coordinator.setpoints
        return coordinator.setpoints_of(wearer, back=True)

    async def async_request_usual(self, wearer: Wearer, cause: Cause) -> Outcome:
        """Ask for the usual session: a request like any other, for this wearer.

        Raises what ``usual_settings`` does, a BootsError while another session waits
        or runs, and what the session raises for a request.
        """
        return await async_request_for(
            self._coordinator, wearer, self.usual_settings(wearer), cause
        )


def _refused(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )

"""What ran when this controller was last there: told, adopted, never started.

A controller that was killed does not know what it had begun. Somebody else keeps that
(``Session.ran``) and says it to the next session (``Session.recall``): what still runs
is taken over with its own length, and what has ended meanwhile is told.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from .cause import Actor, Cause, by_boots, by_rule
from .model import End, Settings
from .pair_state import PairState
from .run import LEASE_MARGIN_S, Run, cause_of
from .session_state import EventKind, Ran, SessionEnd
from .standing import Standing
from .telling import facts_of

OFFER_MIN_S = 60
"""A lost session with less than this left is not worth offering again."""
LOOK_AGAIN_S = 600.0
"""How long the link is held after a session was lost, to learn how it ended."""
OFFER_FOR_S = 3600.0
"""What was lost longer ago than this is another session, not this one continued."""
RECALL_S = 60.0
"""How long boots are looked for that ran when they were last seen, before they are
told as lost: links to two units, with a retry each, take less."""


class Recalling(Standing):
    """Knows what ran before this object was made."""

    _last_ran: Ran | None = None
    _recalled_until = 0.0
    _may_offer = True
    """Nobody has asked for anything else since."""

    @property
    def ran(self) -> Ran | None:
        """What to keep for ``recall``; None when no session of ours runs.

        A session that is ended by Home Assistant's own end, or that a person has to
        end by hand, is given until the boots are empty: nobody may be there to tell
        it. What was recalled is given until its end is known.
        """
        if self._recalled:
            return self._recalled
        run, ending = self._run, self._ending
        if run is None or not run.own or run.settings is None:
            kept = ending and (
                ending.cause.actor is Actor.HOME_ASSISTANT or self._pair.by_hand
            )
            return self._last_ran if kept else None
        capabilities = self._pair.capabilities
        seen_s = self._loop.time() - max(run.seen.values())
        vents = capabilities and capabilities.fail_safes.vents_on_silence
        remaining_s = run.remaining_s or 0
        if self._pair.state.remaining_s is None:
            remaining_s = min(remaining_s, max(0, round(run.budget_s - run.clock_s)))
        self._last_ran = Ran(
            settings=run.settings,
            started_at=run.started_at,
            remaining_s=remaining_s,
            known_at=self._telling.now() - timedelta(seconds=seen_s),
            lease_s=capabilities.lease_s if capabilities and vents else None,
            session_ids=self._pair.state.session_ids,
        )
        return self._last_ran

    @property
    def recalling(self) -> bool:
        """Whether the end of what was recalled is not known yet."""
        return self._recalled is not None

    def recall(self, ran: Ran) -> None:
        """Say what ran when it was last known. Starts nothing.

        If it still runs it is adopted with its whole length and its beginning. When
        the boots are seen empty, or have not been found in ``RECALL_S`` and let the
        air out by themselves for sure, it is told how it ended.
        """
        self._recalled = ran
        self._recalled_until = self._loop.time() + RECALL_S
        self._may_offer = True
        self._review()

    def _withdraw_offer(self) -> None:
        """Offer nothing of what was lost: somebody wants something else."""
        self._continue_offer = None
        self._may_offer = False

    def _review_recalled(self, ran: Ran, now: float) -> None:
        """Tell how it ended, once that is known."""
        state = self._pair.state
        if state.connected:
            if not self._pair.inflatable:
                self._tell_recalled(self._how(ran, state))
        elif now >= self._recalled_until and ran.lease_s is not None:
            self._lost_until = now + LOOK_AGAIN_S
            self._tell_recalled(by_rule("lease"))

    def _how(self, ran: Ran, state: PairState) -> Cause:
        """Return the cause of an end that nobody saw."""
        if state.end is End.COMPLETED and ran.remaining_s <= (
            (ran.lease_s or 0) + LEASE_MARGIN_S
        ):
            return by_boots("time_up")
        if state.end in (End.STOPPED_ON_BOOTS, End.FAULT, End.RESTARTED):
            ended = next(u.state for u in self._pair.units if u.state.end is state.end)
            return cause_of(state.end, ended)
        if state.end is End.STOPPED:
            return by_boots("ended")
        return by_rule("lease")

    def _tell_recalled(self, cause: Cause) -> None:
        """Tell the end of what was recalled."""
        ran, self._recalled = self._recalled, None
        if ran is None:
            return
        ran_s = max(0, round((ran.known_at - ran.started_at).total_seconds()))
        if cause.why in _VANISHED:
            away_s = (self._telling.now() - ran.known_at).total_seconds()
            self._tell_lost(
                cause,
                ran.settings,
                ran.started_at,
                ran_s,
                max(0, ran.remaining_s - round(ran.lease_s or 0)),
                offer=self._may_offer and away_s < OFFER_FOR_S,
            )
            return
        completed = cause == by_boots("time_up")
        left_s = 0 if completed else ran.remaining_s
        self._cause = cause
        self._note_end(
            cause, ran.settings, ran.started_at, ran_s, left_s, completed=completed
        )
        self._telling.emit(
            EventKind.COMPLETED if completed else EventKind.STOPPED,
            cause,
            **facts_of(ran.settings),
            ran_s=ran_s,
            remaining_s=left_s,
        )

    def _tell_lost(
        self,
        cause: Cause,
        settings: Settings | None,
        started_at: datetime,
        ran_s: int,
        left_s: int,
        *,
        offer: bool,
    ) -> None:
        """Say that the boots vented by themselves, unseen; offer, do nothing."""
        self._cause = cause
        if offer and settings is not None and left_s >= OFFER_MIN_S:
            self._continue_offer = replace(settings, duration_s=left_s)
        self._note_end(cause, settings, started_at, ran_s, left_s, completed=False)
        self._telling.emit(
            EventKind.LOST, cause, **facts_of(settings), remaining_s=left_s
        )

    def _note_end(
        self,
        cause: Cause,
        settings: Settings | None,
        started_at: datetime | None,
        ran_s: int,
        remaining_s: int,
        *,
        completed: bool,
    ) -> None:
        """Keep how the last session ended."""
        self._last_end = SessionEnd(
            cause=cause,
            at=self._telling.now(),
            completed=completed,
            settings=settings,
            started_at=started_at,
            ran_s=ran_s,
            remaining_s=remaining_s,
        )

    def _take_over(self, run: Run) -> None:
        """Give an adopted session the beginning and the length that it really has."""
        ran, self._recalled = self._recalled, None
        if ran is not None:
            self._complete(run, ran)
        settings, remaining_s = run.settings, run.remaining_s
        if (
            ran is None
            or settings is None
            or remaining_s is None
            or settings.programme is not ran.settings.programme
            # A leg may have been lost on the way.
            or not settings.legs <= ran.settings.legs
        ):
            run.length_known = False
            return
        left_s = min(remaining_s, ran.remaining_s)
        run.length_known = True
        run.take_over(ran.settings.duration_s, ran.started_at, left_s)

    def _complete(self, run: Run, ran: Ran) -> None:
        """Fill in what a protocol does not tell of the session that it runs."""
        if run.remaining_s is None:
            run.remaining_s = max(1, ran.left_s(self._telling.now()))
        if run.settings is None and self._pair.state.programme in (
            None,
            ran.settings.programme,
        ):
            run.settings = ran.settings


_VANISHED = frozenset({"lease", "restarted"})
"""Causes of an end that nobody wanted."""

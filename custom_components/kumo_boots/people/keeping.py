"""Keeping: what a session's events and the boots' reports make of one line of history."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import callback
from homeassistant.util.ulid import ulid_at_time

from ..boots.cause import Actor, Cause
from ..boots.pair import Pair
from ..boots.session import EventKind, Session, SessionEvent, SessionPhase
from .diary import Diary, Opened
from .sitting import Sitting
from .wearer import WhoNow

UNKNOWN: Final = "unknown"
"""The programme of a session that others started, where the boots do not say it."""
UNDER_WAY: Final = "under_way"
"""Why a session ended that has not; it is stored only until it does."""
HOME_ASSISTANT_AWAY: Final = "home_assistant_away"
"""Why a session ended whose end nobody saw: Home Assistant was not running."""

NOTE_S: Final = 300.0
"""How often it is written how far a session has come; more would wear flash out."""
FOUND_AGAIN: Final = timedelta(hours=4)
"""Later than this nothing goes on: the boots count their sessions anew some day."""

RUNNING: Final = frozenset({SessionPhase.RUNNING, SessionPhase.PAUSED})


class Keeping:
    """Keeps the sessions of known wearers in the diary; of a guest it keeps nothing."""

    def __init__(
        self,
        session: Session,
        pair: Pair,
        diary: Diary,
        who: WhoNow,
        clock: Callable[[], float],
    ) -> None:
        """Take the parts; ``clock`` gives s that no change of the wall's clock moves."""
        self._session = session
        self._pair = pair
        self._diary = diary
        self._who = who
        self._clock = clock
        self._requested_by: str | None = None
        self._confirmed_by: str | None = None
        self._gone: Opened | None = None
        """What was told as lost, but may be found to run after all."""
        self._began_at = 0.0
        self._noted_at = 0.0
        self._ran_before_s = 0
        """How long the session ran before it was found again."""
        self._untold_s = 0
        """How much of that its end does not tell."""
        self._planned_before_s = 0
        """How much of its plan was over by then."""

    @callback
    def start(self) -> list[Callable[[], None]]:
        """Begin to listen; returns what ends it. The diary must have been loaded."""
        if (opened := self._diary.opened) is not None:
            sitting = replace(opened.sitting, ended_why=HOME_ASSISTANT_AWAY)
            self._diary.close(sitting)
            self._gone = replace(opened, sitting=sitting)
        return [
            self._session.listen_events(self._happened),
            self._pair.listen(self._looked),
        ]

    @callback
    def _happened(self, event: SessionEvent) -> None:
        match event.kind:
            case EventKind.REQUESTED:
                self._requested_by = _person(event.cause)
                self._confirmed_by = None
            case EventKind.CONFIRMED:
                self._confirmed_by = _person(event.cause)
            case EventKind.STARTED | EventKind.ADOPTED if self._diary.opened is None:
                self._begin(event)
            case EventKind.CHANGED | EventKind.PAUSED | EventKind.RESUMED:
                self._change(event)
            case EventKind.STOPPED | EventKind.COMPLETED:
                self._end(event)
            # A lost leg alone does not end a session.
            case EventKind.LOST if "leg" not in event.facts:
                self._gone = self._diary.opened
                self._end(event)

    def _begin(self, event: SessionEvent) -> None:
        gone, self._gone = self._gone, None
        self._began_at = self._noted_at = self._clock()
        self._ran_before_s = self._untold_s = self._planned_before_s = 0
        if gone is not None and self._is_again(gone, event.at):
            self._find_again(gone, event)
            return
        wearer_id = self._who().wearer_id
        if wearer_id is None:
            return
        boots, facts = self._pair.state, event.facts
        # What is only found to run was asked for by nobody here.
        ours = "origin" not in facts
        legs = facts.get("legs")
        target_mmhg = _whole(facts.get("target_mmhg"), boots.target_mmhg)
        self._diary.open(
            Opened(
                sitting=Sitting(
                    sitting_id=ulid_at_time(event.at.timestamp()),
                    wearer_id=wearer_id,
                    requested_by=self._requested_by if ours else None,
                    confirmed_by=self._confirmed_by if ours else None,
                    started_at=event.at,
                    ended_at=event.at,
                    ran_s=0,
                    completed=False,
                    ended_why=UNDER_WAY,
                    programme=str(facts.get("programme") or UNKNOWN),
                    target_mmhg=target_mmhg,
                    ended_mmhg=target_mmhg,
                    duration_s=_whole(facts.get("duration_s"), boots.remaining_s),
                    legs=tuple(str(legs).split(", "))
                    if legs
                    else tuple(sorted(boots.legs)),
                ),
                session_ids=boots.session_ids,
            )
        )
        self._requested_by = self._confirmed_by = None

    def _is_again(self, gone: Opened, at: datetime) -> bool:
        """Tell whether what runs now is the session that was taken for over."""
        pairs = [
            ids
            for ids in zip(gone.session_ids, self._pair.state.session_ids, strict=False)
            if None not in ids
        ]
        return (
            bool(pairs)
            and all(before == now for before, now in pairs)
            and at - gone.sitting.started_at < FOUND_AGAIN
        )

    def _find_again(self, gone: Opened, event: SessionEvent) -> None:
        """Go on with a session whose beginning is known."""
        sitting = next(
            (
                one
                for one in self._diary.sittings(gone.sitting.wearer_id)
                if one.sitting_id == gone.sitting.sitting_id
            ),
            None,
        )
        if sitting is None:
            # Forgotten meanwhile.
            return
        remaining_s = _whole(event.facts.get("remaining_s"), 0)
        self._ran_before_s = max(
            0, round((event.at - sitting.started_at).total_seconds())
        )
        # What knows its own beginning tells of the whole session.
        known_s = _whole(event.facts.get("duration_s"), 0) - remaining_s
        self._untold_s = max(0, self._ran_before_s - max(0, known_s))
        if known_s <= 0:
            self._planned_before_s = max(0, sitting.duration_s - remaining_s)
        self._diary.open(replace(gone, sitting=replace(sitting, ended_why=UNDER_WAY)))

    def _change(self, event: SessionEvent) -> None:
        """Take over another target or length, and write how far the session is."""
        if (opened := self._diary.opened) is None:
            return
        sitting = opened.sitting
        target = _whole(event.facts.get("target_mmhg"), 0)
        duration_s = _whole(event.facts.get("duration_s"), 0)
        if duration_s:
            sitting = replace(sitting, duration_s=self._planned_before_s + duration_s)
        self._note(_with_target(sitting, target))

    @callback
    def _looked(self) -> None:
        """Take over what the boots report; they may report four times a second."""
        opened = self._diary.opened
        if opened is None or self._session.state.phase not in RUNNING:
            return
        boots, before = self._pair.state, opened.sitting
        peak = boots.peak_mmhg
        sitting = replace(
            _with_target(before, boots.target_mmhg or 0),
            peak_mmhg=before.peak_mmhg
            if peak is None
            else max(round(peak, 1), before.peak_mmhg or 0.0),
        )
        if self._clock() - self._noted_at >= NOTE_S:
            self._note(sitting)
        elif sitting != before:
            self._diary.follow(sitting, save=False)

    def _note(self, sitting: Sitting) -> None:
        """Write how far the session has come, in case that nobody sees its end."""
        self._noted_at = self._clock()
        ran_s = self._ran_s()
        self._diary.follow(
            replace(
                sitting,
                ran_s=ran_s,
                ended_at=sitting.started_at + timedelta(seconds=ran_s),
            ),
            save=True,
        )

    def _ran_s(self) -> int:
        return self._ran_before_s + round(self._clock() - self._began_at)

    def _end(self, event: SessionEvent) -> None:
        if (opened := self._diary.opened) is None:
            return
        ran_s = event.facts.get("ran_s")
        self._diary.close(
            replace(
                opened.sitting,
                ended_at=event.at,
                ran_s=self._ran_s()
                if ran_s is None
                else self._untold_s + _whole(ran_s, 0),
                completed=event.kind is EventKind.COMPLETED,
                ended_why=event.cause.why,
            )
        )


def _with_target(sitting: Sitting, target_mmhg: int) -> Sitting:
    """Take over a target that is known now; 0 is none."""
    if not target_mmhg:
        return sitting
    return replace(
        sitting,
        target_mmhg=max(sitting.target_mmhg, target_mmhg),
        ended_mmhg=target_mmhg,
    )


def _person(cause: Cause) -> str | None:
    """Return the user behind a cause; routines and the boots have none."""
    return cause.user_id if cause.actor is Actor.PERSON else None


def _whole(value: str | float | None, otherwise: int | None) -> int:
    """Return a number of an event, or what the boots say, or 0 where nobody does."""
    return int(value) if isinstance(value, (int, float)) else otherwise or 0

"""What a session's events become in the diary, case by case."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

from homeassistant.core import HomeAssistant
import pytest

from custom_components.kumo_boots.boots.cause import Actor, Cause, by_boots, by_rule
from custom_components.kumo_boots.boots.model import BOTH, Side
from custom_components.kumo_boots.boots.pair import Pair
from custom_components.kumo_boots.boots.pair_state import PairState
from custom_components.kumo_boots.boots.session import (
    EventKind,
    Session,
    SessionPhase,
    SessionState,
)
from custom_components.kumo_boots.boots.telling import Telling
from custom_components.kumo_boots.people.diary import Diary
from custom_components.kumo_boots.people.keeping import Keeping
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling, Sitting
from custom_components.kumo_boots.people.wearer import GUEST, Wearer

from .remembered_sessions import ANNA, BEGAN

PERSON = Cause(actor=Actor.PERSON, why="requested", user_id="anna")
OTHER = Cause(actor=Actor.PERSON, why="confirmed", user_id="bert")
ROUTINE = Cause(actor=Actor.AUTOMATION, why="requested", user_id="anna")
SETTINGS: dict[str, Any] = {
    "programme": "wave",
    "target_mmhg": 30,
    "duration_s": 900,
    "legs": "left, right",
}


@dataclass
class Reports:
    """What a pair reports."""

    state: PairState = field(default_factory=PairState)
    listeners: list[Callable[[], None]] = field(default_factory=list)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call at every report."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def report(self, **changes: Any) -> None:
        """Report something."""
        self.state = replace(self.state, **changes)
        for listener in self.listeners:
            listener()


class Playing:
    """A session that is told by the test, at the times of the test."""

    def __init__(self, diary: Diary) -> None:
        """Begin with boots that Anna wears."""
        self.at = BEGAN
        self.clock = 1000.0
        self.telling = Telling(lambda: self.at)
        self.pair = Reports(PairState(legs=BOTH, session_ids=(7, 8)))
        self.diary = diary
        self.wearer = Wearer(wearer_id=ANNA, name="Anna")
        self.end: list[Callable[[], None]] = []
        self.keep()

    def keep(self) -> None:
        """Listen as at the start of Home Assistant."""
        for end in self.end:
            end()
        self.end = Keeping(
            cast(Session, self.telling),
            cast(Pair, self.pair),
            self.diary,
            lambda: self.wearer,
            lambda: self.clock,
        ).start()

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)
        self.clock += seconds

    def tell(self, kind: EventKind, cause: Cause = PERSON, **facts: Any) -> None:
        """Tell an event, and the phase after it."""
        phase = {
            EventKind.STARTED: SessionPhase.RUNNING,
            EventKind.ADOPTED: SessionPhase.RUNNING,
            EventKind.PAUSED: SessionPhase.PAUSED,
            EventKind.STOPPED: SessionPhase.IDLE,
            EventKind.COMPLETED: SessionPhase.IDLE,
        }.get(kind, self.telling.state.phase)
        self.telling.publish(SessionState(phase=phase))
        self.telling.emit(kind, cause, **facts)

    def run(self) -> None:
        """Begin a session as it usually begins."""
        self.tell(EventKind.REQUESTED, PERSON, **SETTINGS)
        self.tell(EventKind.CONFIRMED, OTHER, **SETTINGS)
        self.tell(EventKind.STARTED, OTHER, **SETTINGS)

    @property
    def kept(self) -> tuple[Sitting, ...]:
        """Return what is kept."""
        return self.diary.sittings(ANNA)


@pytest.fixture
def playing(hass: HomeAssistant) -> Playing:
    """Return a session to be told."""
    return Playing(Diary(hass, "entry"))


def test_a_session_from_request_to_end(playing: Playing) -> None:
    """Who, what, how high, how long, and why it ended."""
    playing.run()
    assert playing.kept == ()
    playing.pair.report(target_mmhg=30, peak_mmhg=None)
    playing.pair.report(peak_mmhg=12.34)
    playing.later(60)
    playing.tell(EventKind.CHANGED, target_mmhg=45, duration_s=None)
    playing.pair.report(target_mmhg=45, peak_mmhg=46.06)
    playing.tell(EventKind.CHANGED, target_mmhg=20, duration_s=1200)
    playing.pair.report(target_mmhg=20, peak_mmhg=20.0)
    playing.later(1140)
    playing.tell(EventKind.COMPLETED, by_boots("time_up"), ran_s=1200, remaining_s=0)
    (kept,) = playing.kept
    assert kept == Sitting(
        sitting_id=kept.sitting_id,
        wearer_id=ANNA,
        requested_by="anna",
        confirmed_by="bert",
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(seconds=1200),
        ran_s=1200,
        completed=True,
        ended_why="time_up",
        programme="wave",
        target_mmhg=45,
        duration_s=1200,
        legs=("left", "right"),
        peak_mmhg=46.1,
        ended_mmhg=20,
    )
    # The air of afterwards is nobody's.
    playing.pair.report(peak_mmhg=90.0)
    playing.tell(EventKind.STOPPED, by_rule("leg_lost"), ran_s=3)
    assert playing.kept == (kept,)


def test_a_discomfort_is_about_the_target_it_was_felt_at(playing: Playing) -> None:
    """And not about what was turned down before, nor what was changed while it stops."""
    playing.run()
    playing.pair.report(target_mmhg=60)
    playing.pair.report(target_mmhg=25)
    playing.pair.report(target_mmhg=None)
    playing.diary.discomfort(ANNA, Discomfort.PAIN, one_sided=False)
    playing.tell(EventKind.CHANGED, target_mmhg=40, duration_s=None)
    playing.tell(EventKind.STOPPED, ran_s=600)
    (kept,) = playing.kept
    assert (kept.target_mmhg, kept.ended_mmhg) == (60, 40)
    assert (kept.discomfort_mmhg, kept.felt_mmhg) == (25, 25)


def test_of_a_guest_nothing_is_kept(playing: Playing) -> None:
    """Not even that there was one."""
    playing.wearer = GUEST
    playing.run()
    playing.pair.report(target_mmhg=30, peak_mmhg=31.0)
    playing.tell(EventKind.CHANGED, target_mmhg=45)
    playing.tell(EventKind.STOPPED, PERSON, ran_s=10)
    assert playing.diary.wearer_ids == ()
    assert playing.diary.opened is None


def test_routines_and_the_boots_are_nobody(playing: Playing) -> None:
    """An automation's user is who made it, not who asked."""
    playing.tell(EventKind.REQUESTED, ROUTINE, **SETTINGS)
    playing.tell(EventKind.CONFIRMED, by_boots("confirmed"), **SETTINGS)
    playing.tell(EventKind.STARTED, by_boots("confirmed"), **SETTINGS)
    playing.tell(EventKind.STOPPED, by_boots("stopped_on_boots"), ran_s=5)
    (kept,) = playing.kept
    assert (kept.requested_by, kept.confirmed_by) == (None, None)
    assert (kept.completed, kept.ended_why) == (False, "stopped_on_boots")


def test_a_session_of_the_boots_was_asked_for_by_nobody(playing: Playing) -> None:
    """Also when a request failed before it; what is not told is taken from them."""
    playing.tell(EventKind.REQUESTED, PERSON, **SETTINGS)
    playing.tell(EventKind.FAILED, PERSON, error="faulted")
    playing.pair.report(
        target_mmhg=40, remaining_s=600, legs=frozenset({Side.LEFT}), peak_mmhg=3.0
    )
    playing.tell(
        EventKind.STARTED, by_boots("started"), origin="boots", remaining_s=600
    )
    playing.tell(EventKind.STOPPED, by_boots("stopped_on_boots"), ran_s=5)
    (kept,) = playing.kept
    assert kept.requested_by is None
    assert kept.programme == "unknown"
    assert (kept.target_mmhg, kept.duration_s, kept.legs) == (40, 600, ("left",))


def test_a_start_that_failed_is_no_session(playing: Playing) -> None:
    """And neither is a stop while it started."""
    playing.tell(EventKind.REQUESTED, PERSON, **SETTINGS)
    playing.tell(EventKind.CONFIRMED, PERSON, **SETTINGS)
    playing.tell(EventKind.STOPPED, PERSON, ran_s=0, **SETTINGS)
    playing.tell(EventKind.EXPIRED, by_rule("unconfirmed"))
    assert playing.kept == ()


def test_a_request_in_place_of_another_needs_its_own_yes(playing: Playing) -> None:
    """Who confirmed the former one did not confirm this."""
    playing.tell(EventKind.REQUESTED, OTHER, **SETTINGS)
    playing.tell(EventKind.CONFIRMED, OTHER, **SETTINGS)
    playing.tell(EventKind.REQUESTED, PERSON, **SETTINGS)
    playing.tell(EventKind.STARTED, PERSON, **SETTINGS)
    playing.tell(EventKind.STOPPED, PERSON, ran_s=1)
    (kept,) = playing.kept
    assert (kept.requested_by, kept.confirmed_by) == ("anna", None)


def test_a_lost_leg_does_not_end_a_session(playing: Playing) -> None:
    """What goes on is followed; what is lost whole is over."""
    playing.run()
    playing.later(10)
    playing.tell(EventKind.LOST, by_rule("leg_lost"), leg="left")
    assert playing.kept == ()
    playing.tell(EventKind.ADOPTED, by_rule("reconnected"), remaining_s=880)
    playing.later(20)
    playing.tell(EventKind.LOST, by_rule("lease"), remaining_s=860)
    (kept,) = playing.kept
    assert (kept.completed, kept.ended_why, kept.ran_s) == (False, "lease", 30)
    assert kept.ended_at == BEGAN + timedelta(seconds=30)


async def test_a_session_found_again_after_a_restart_is_one(
    hass: HomeAssistant, playing: Playing
) -> None:
    """Its beginning, plan and people are those of before."""
    playing.run()
    playing.later(200)
    playing.pair.report(target_mmhg=30, peak_mmhg=33.0)
    playing.later(100)
    # How far it is gets written, now and then.
    playing.pair.report(peak_mmhg=30.0)
    await playing.diary.async_flush()
    playing.diary = Diary(hass, "entry")
    await playing.diary.async_load()
    playing.later(8)
    playing.keep()
    (away,) = playing.kept
    assert (away.ended_why, away.ran_s) == ("home_assistant_away", 300)
    assert away.ended_at == BEGAN + timedelta(seconds=300)
    playing.diary.feel(away.sitting_id, Feeling.TOO_STRONG)
    playing.tell(
        EventKind.ADOPTED,
        by_rule("reconnected"),
        **(SETTINGS | {"duration_s": 590}),
        origin="this_controller",
        remaining_s=590,
    )
    assert playing.kept == ()
    playing.later(100)
    playing.tell(EventKind.CHANGED, PERSON, target_mmhg=None, duration_s=700)
    playing.tell(EventKind.STOPPED, PERSON, ran_s=100, remaining_s=600)
    (kept,) = playing.kept
    assert kept == replace(
        away,
        ended_at=playing.at,
        ran_s=408,
        duration_s=310 + 700,
        ended_why="requested",
        feeling=Feeling.TOO_STRONG,
    )
    assert kept.peak_mmhg == 33.0
    assert (kept.requested_by, kept.confirmed_by) == ("anna", "bert")


@pytest.mark.parametrize(
    ("ids", "seconds"), [((7, 9), 8), ((None, None), 8), ((7, 8), 5 * 3600)]
)
async def test_another_session_after_a_restart_is_another(
    hass: HomeAssistant,
    playing: Playing,
    ids: tuple[int | None, ...],
    seconds: float,
) -> None:
    """Another number, none, or the same one long after."""
    playing.run()
    await playing.diary.async_flush()
    playing.diary = Diary(hass, "entry")
    await playing.diary.async_load()
    playing.keep()
    playing.later(seconds)
    playing.pair.report(session_ids=ids)
    playing.tell(EventKind.STARTED, by_boots("started"), origin="boots", **SETTINGS)
    playing.tell(EventKind.COMPLETED, by_boots("time_up"), ran_s=900)
    assert [each.ended_why for each in playing.kept] == [
        "home_assistant_away",
        "time_up",
    ]


def test_a_lost_session_that_is_seen_again_is_one(playing: Playing) -> None:
    """Boots that run by themselves go on while nobody hears them."""
    playing.tell(EventKind.STARTED, by_boots("started"), origin="boots", **SETTINGS)
    playing.later(100)
    playing.tell(EventKind.LOST, by_rule("link_lost"), remaining_s=800)
    playing.later(100)
    playing.tell(
        EventKind.STARTED, by_boots("started"), origin="boots", remaining_s=700
    )
    playing.later(700)
    playing.tell(EventKind.COMPLETED, by_boots("time_up"), ran_s=700)
    (kept,) = playing.kept
    assert (kept.started_at, kept.ran_s, kept.duration_s) == (BEGAN, 900, 900)
    assert kept.completed


def test_what_was_forgotten_meanwhile_is_not_kept(playing: Playing) -> None:
    """Neither under way nor lost."""
    playing.run()
    playing.diary.forget(ANNA)
    playing.later(10)
    playing.tell(EventKind.STOPPED, PERSON, ran_s=10)
    assert playing.kept == ()
    playing.run()
    playing.tell(EventKind.LOST, by_rule("lease"), remaining_s=860)
    playing.diary.forget(ANNA)
    playing.tell(EventKind.ADOPTED, by_rule("reconnected"), remaining_s=860)
    playing.tell(EventKind.STOPPED, PERSON, ran_s=10)
    assert playing.kept == ()


async def test_what_is_taken_over_whole_is_not_counted_twice(
    hass: HomeAssistant, playing: Playing
) -> None:
    """A session that knows its beginning tells its whole length, and how long it ran."""
    playing.run()
    playing.later(300)
    playing.pair.report(peak_mmhg=30.0)
    await playing.diary.async_flush()
    playing.diary = Diary(hass, "entry")
    await playing.diary.async_load()
    playing.later(8)
    playing.keep()
    playing.tell(
        EventKind.ADOPTED,
        by_rule("reconnected"),
        **SETTINGS,
        origin="this_controller",
        remaining_s=592,
    )
    playing.later(100)
    playing.tell(EventKind.CHANGED, PERSON, target_mmhg=None, duration_s=1000)
    playing.tell(EventKind.STOPPED, PERSON, ran_s=408, remaining_s=592)
    (kept,) = playing.kept
    assert (kept.duration_s, kept.ran_s) == (1000, 408)

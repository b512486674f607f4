"""What the coach advises: pure rules over a history."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.kumo_boots.boots.errors import LimitError
from custom_components.kumo_boots.boots.limits import check_target
from custom_components.kumo_boots.boots.model import Capabilities
from custom_components.kumo_boots.people.coach import (
    GENTLE_SESSIONS,
    PAUSE,
    Advice,
    Stage,
    advise,
    usual,
)
from custom_components.kumo_boots.people.sitting import (
    Discomfort,
    Feeling,
    Sitting,
    is_warning,
)
from custom_components.kumo_boots.people.wearer import GUEST, Wearer

from .sittings import SOME_DAY, boots, sitting

ANNA = Wearer(wearer_id="anna", name="Anna")
BOOTS = boots()
COMFORTABLE, TOO_STRONG = Feeling.COMFORTABLE, Feeling.TOO_STRONG


class History:
    """One wearer's sessions, day by day."""

    def __init__(self, wearer: Wearer = ANNA, capabilities: Capabilities = BOOTS):
        """Begin with nothing."""
        self.wearer = wearer
        self.capabilities = capabilities
        self.sittings: list[Sitting] = []
        self.now = SOME_DAY

    def had(self, *feelings: Feeling | None, **facts: Any) -> History:
        """Have sessions as advised on following days; or as the facts say."""
        for feeling in feelings:
            advice = self.advice
            self.sittings.append(
                sitting(
                    self.now,
                    **{
                        "target_mmhg": advice.target_mmhg,
                        "duration_s": advice.duration_s,
                        "feeling": feeling,
                        **facts,
                    },
                )
            )
            self.now += timedelta(days=1)
        return self

    @property
    def advice(self) -> Advice:
        """Ask the coach."""
        return advise(self.wearer, self.sittings, self.now, self.capabilities)

    @property
    def steps(self) -> tuple[int, int]:
        """Return the recommendation, in mmHg and minutes."""
        return self.advice.target_mmhg, self.advice.duration_s // 60

    @property
    def caps(self) -> tuple[int, int]:
        """Return the caps, in mmHg and minutes."""
        return self.advice.cap_mmhg, self.advice.cap_duration_s // 60


def after_the_gentle_week(**facts: Any) -> History:
    """Return the history of somebody who had five gentle sessions."""
    return History(**facts).had(*[None] * GENTLE_SESSIONS)


@pytest.mark.parametrize("wearer", [ANNA, GUEST])
def test_it_begins_gently(wearer: Wearer) -> None:
    """With the lower end of the guidance, as a recommendation and as a limit."""
    assert History(wearer).advice == Advice(
        stage=Stage.GENTLE,
        target_mmhg=30,
        duration_s=900,
        cap_mmhg=30,
        cap_duration_s=900,
    )


def test_five_sessions_stay_gentle_however_comfortable() -> None:
    """Nothing rises in the first week; a comfortable fifth session ends it."""
    history = History()
    for _ in range(4):
        history.had(COMFORTABLE)
        assert history.steps == history.caps == (30, 15)
        assert history.advice.stage is Stage.GENTLE
    history.had(COMFORTABLE)
    assert history.advice.stage is Stage.BUILDING
    assert history.steps == (30, 20)
    assert history.caps == (60, 30)


def test_it_grows_in_turns_up_to_the_limits() -> None:
    """Longer, stronger, longer…, and steady at the wearer's own limits."""
    history = after_the_gentle_week()
    seen = []
    while history.advice.stage is not Stage.STEADY:
        history.had(COMFORTABLE)
        seen.append(history.steps)
    assert seen == [
        *[(30, 20), (35, 20), (35, 25), (40, 25), (40, 30), (45, 30), (50, 30)],
        *[(55, 30), (60, 30)],
    ]
    assert history.had(COMFORTABLE).steps == history.caps == (60, 30)


def test_it_grows_beyond_the_guidance_only_where_the_wearer_allows_it() -> None:
    """And the cap goes along, step by step."""
    history = after_the_gentle_week(
        wearer=replace(ANNA, target_max_mmhg=70, duration_max_min=40)
    )
    assert history.caps == (60, 30)
    history.had(*[COMFORTABLE] * 30)
    assert history.steps == history.caps == (70, 40)


def test_silence_keeps() -> None:
    """Who says nothing stays where they are."""
    history = after_the_gentle_week().had(COMFORTABLE)
    assert history.had(*[None] * 20).steps == (30, 20)


@pytest.mark.parametrize(
    "facts",
    [
        {"target_mmhg": 25},
        {"duration_s": 600},
        {"ran_s": 800},
        {"ran_s": 100, "completed": True, "duration_s": 100},
    ],
    ids=["weaker", "shorter", "broken off", "a try"],
)
def test_comfortable_counts_only_for_what_is_advised(facts: dict[str, Any]) -> None:
    """Who had less than is advised does not know how more would be."""
    history = after_the_gentle_week().had(COMFORTABLE, **facts)
    assert history.steps == (30, 15)


def test_more_than_advised_is_one_step_only() -> None:
    """However much it was."""
    history = after_the_gentle_week().had(COMFORTABLE, target_mmhg=55, duration_s=1800)
    assert history.steps == (30, 20)


def test_a_try_is_not_one_of_the_five() -> None:
    """Two minutes are over before the pressure is there."""
    history = History().had(*[None] * 10, ran_s=120)
    assert history.advice.stage is Stage.GENTLE


def test_too_strong_takes_a_step_off_the_pressure() -> None:
    """Of what was used, where that was less than advised; at the bottom it is shorter."""
    history = after_the_gentle_week().had(TOO_STRONG)
    assert history.steps == (25, 15)
    assert history.caps == (60, 30)
    assert history.had(TOO_STRONG).steps == (20, 15)
    assert history.had(TOO_STRONG).steps == (20, 10)
    assert history.had(TOO_STRONG, TOO_STRONG).steps == (20, 5)
    history = after_the_gentle_week().had(*[COMFORTABLE] * 4)
    assert history.steps == (40, 25)
    assert history.had(TOO_STRONG, target_mmhg=30).steps == (25, 25)


def test_what_was_turned_down_is_not_what_was_felt() -> None:
    """60 for a moment does not count for a session that ended with 30."""
    turned_down = {"target_mmhg": 60, "ended_mmhg": 30}
    steady = History().had(*[None] * GENTLE_SESSIONS).had(*[COMFORTABLE] * 2).advice
    assert steady.target_mmhg == 35
    # Comfortable at less than advised is no reason for more.
    grown = History().had(*[None] * GENTLE_SESSIONS).had(*[COMFORTABLE] * 2)
    assert grown.had(COMFORTABLE, **turned_down).advice == steady
    # Too strong at 30 goes below 30, and a discomfort puts the cap there.
    grown = History().had(*[None] * GENTLE_SESSIONS).had(*[COMFORTABLE] * 2)
    assert grown.had(TOO_STRONG, **turned_down).advice.target_mmhg == 25
    hurt = History().had(*[None] * GENTLE_SESSIONS)
    hurt.had(None, **turned_down, discomfort=Discomfort.NUMBNESS, discomfort_mmhg=25)
    assert (hurt.advice.target_mmhg, hurt.advice.cap_mmhg) == (20, 20)


def test_too_strong_also_takes_from_the_gentle_beginning() -> None:
    """Nobody has to bear five sessions."""
    assert History().had(TOO_STRONG).steps == (25, 15)


def test_discomfort_lowers_the_cap_below_what_was_used() -> None:
    """And the recommendation, pressure and length; five sessions go by before more."""
    history = after_the_gentle_week().had(
        None, target_mmhg=50, duration_s=1800, discomfort=Discomfort.TINGLING
    )
    assert history.caps == (45, 25)
    assert history.steps == (25, 10)
    assert history.advice.stage is Stage.BUILDING
    history.had(*[COMFORTABLE] * 4)
    assert history.steps == (25, 10)
    history.had(COMFORTABLE)
    assert history.steps == (25, 15)
    assert history.caps == (45, 25)
    history.had(*[COMFORTABLE] * 7)
    assert history.steps == history.caps == (45, 30)
    assert history.had(COMFORTABLE).steps == history.caps == (50, 30)


def test_discomfort_lowers_the_gentle_cap_too() -> None:
    """A feeling that was given as well does not matter."""
    history = History().had(COMFORTABLE, discomfort=Discomfort.UNSPECIFIED)
    assert history.steps == history.caps == (25, 10)


def test_nothing_goes_below_what_the_boots_can_do() -> None:
    """A pressure that they cannot be set to would help nobody."""
    history = History().had(*[None] * 9, discomfort=Discomfort.PAIN)
    assert history.steps == history.caps == (20, 5)


def test_two_weeks_go_a_step_back() -> None:
    """The pressure first, every two weeks, and no further than the beginning."""
    history = after_the_gentle_week().had(*[COMFORTABLE] * 4)
    assert history.steps == (40, 25)
    history.now += PAUSE - timedelta(days=1, minutes=1)
    assert history.steps == (40, 25)
    assert history.sittings[-1].ended_at + PAUSE > history.now
    last = history.sittings[-1].ended_at
    for fortnights, steps in enumerate(
        [(35, 25), (30, 25), (30, 20), (30, 15), (30, 15)], 1
    ):
        history.now = last + fortnights * PAUSE
        assert history.steps == steps
    history.now = last + PAUSE
    history.had(None)
    assert history.steps == (35, 25)


def test_a_pause_lifts_nobody() -> None:
    """Who is below the beginning stays there."""
    history = after_the_gentle_week().had(TOO_STRONG)
    history.now += 10 * PAUSE
    assert history.steps == (25, 15)


def test_a_clock_that_went_back_is_no_pause() -> None:
    """Nor does it lift anything."""
    history = after_the_gentle_week().had(*[COMFORTABLE] * 2)
    history.now -= timedelta(days=400)
    assert history.steps == (35, 20)
    assert history.had(None).steps == (35, 20)


def test_a_lower_limit_holds_at_once() -> None:
    """The history is read with the limits of today."""
    history = after_the_gentle_week().had(*[COMFORTABLE] * 9)
    history.wearer = replace(ANNA, target_max_mmhg=37, duration_max_min=17)
    assert history.steps == history.caps == (35, 17)
    assert history.advice.stage is Stage.STEADY


@pytest.mark.parametrize(
    ("facts", "first", "second"),
    [
        ({"target_step_mmhg": 1}, 30, 35),
        ({"target_step_mmhg": 2}, 30, 34),
        ({"target_step_mmhg": 10}, 30, 40),
        ({"target_min_mmhg": 28}, 28, 33),
        ({"target_min_mmhg": 40}, 40, 45),
    ],
)
def test_it_goes_in_the_boots_steps(
    facts: dict[str, Any], first: int, second: int
) -> None:
    """Not above 5 mmHg at once, unless the boots cannot do less."""
    history = after_the_gentle_week(capabilities=boots(**facts))
    assert history.steps == (first, 15)
    assert history.had(COMFORTABLE, COMFORTABLE).steps == (second, 20)


def test_nothing_fits_where_limits_and_boots_do_not_meet() -> None:
    """The wearer's limit holds; the boots refuse what is below their range."""
    wearer = replace(ANNA, target_max_mmhg=15, duration_max_min=3)
    history = after_the_gentle_week(wearer=wearer).had(COMFORTABLE, TOO_STRONG, None)
    assert history.steps == history.caps == (15, 3)
    with pytest.raises(LimitError):
        check_target(history.advice.target_mmhg, None, wearer.limits, BOOTS)


def test_the_usual_session_is_the_last_comfortable_one() -> None:
    """One that was reported is not."""
    assert usual([]) is None
    sittings = History().had(COMFORTABLE, COMFORTABLE, TOO_STRONG, None).sittings
    assert usual(sittings) is sittings[1]
    hurt = replace(sittings[1], discomfort=Discomfort.PAIN)
    assert usual([sittings[0], hurt, *sittings[2:]]) is sittings[0]


@pytest.mark.parametrize("kind", Discomfort)
def test_only_one_sided_swelling_heat_and_pain_are_warnings(kind: Discomfort) -> None:
    """As the guidance says: swells, is hot, red or painful."""
    assert not is_warning(kind, one_sided=False)
    assert is_warning(kind, one_sided=True) is (kind in {"swelling", "heat", "pain"})

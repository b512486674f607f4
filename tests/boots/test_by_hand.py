"""Boots by hand: the person's word is what is known, and nothing is made up."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace

import pytest

from custom_components.kumo_boots.boots.by_hand import (
    REST_MAX_S,
    SAY_RUNS_S,
    STOP_LIMIT_S,
    ByHand,
)
from custom_components.kumo_boots.boots.errors import (
    LimitError,
    LinkLostError,
    NotSupportedError,
    SayFirstError,
    StopNotConfirmedError,
)
from custom_components.kumo_boots.boots.model import Origin, Phase
from custom_components.kumo_boots.boots.session import Policy, Ran
from custom_components.kumo_boots.boots.session_state import SessionPhase

from .by_hand_rig import BY_LEVELS, LEVEL_3, Hands
from .rig import LEFT, ME, ROUTINE


@pytest.fixture
async def hands() -> AsyncGenerator[Hands]:
    """Boots that are off, as far as anybody said."""
    hands = Hands()
    await asyncio.sleep(0.1)
    yield hands
    await hands.close()


async def begin(hands: Hands) -> None:
    """Have a session run that a person confirmed and started."""
    await hands.session.request(LEVEL_3, ROUTINE)
    await asyncio.sleep(5)
    outcome = await hands.session.confirm(ME)
    assert outcome.result == "starting"
    await asyncio.sleep(20)
    hands.boots.say_runs()
    await asyncio.sleep(0.1)
    assert hands.session.state.phase is SessionPhase.RUNNING


async def test_a_whole_session(hands: Hands) -> None:
    """Asked, confirmed, started by hand, timed, stopped by hand."""
    assert hands.session.state.phase is SessionPhase.IDLE
    await hands.session.request(LEVEL_3, ROUTINE)
    assert hands.session.state.phase is SessionPhase.AWAITING
    await asyncio.sleep(5)
    await hands.session.confirm(ME)
    await asyncio.sleep(20)
    assert hands.session.state.phase is SessionPhase.STARTING
    assert hands.boots.state.phase is Phase.ARMED
    assert hands.boots.state.target_mmhg == 3
    hands.boots.say_runs()
    await asyncio.sleep(0.1)
    assert hands.kinds == ["requested", "confirmed", "started"]
    assert hands.session.state.origin is Origin.THIS_CONTROLLER
    assert hands.session.state.remaining_s == 600, "the clock begins with the word"
    await asyncio.sleep(300)
    assert hands.session.state.remaining_s == 300
    assert hands.pair.state.peak_mmhg is None
    assert hands.pair.state.cycles is None
    await asyncio.sleep(310)
    assert hands.session.state.phase is SessionPhase.STOPPING
    assert hands.boots.stopping
    assert "completed" not in hands.kinds, "nobody has said that they are off"
    hands.boots.say_off()
    await asyncio.sleep(0.1)
    assert hands.session.state.phase is SessionPhase.IDLE
    assert hands.kinds[-1] == "completed"
    assert 600 <= hands.facts("completed")["ran_s"] <= 610


async def test_nobody_says_that_they_run(hands: Hands) -> None:
    """The start fails, and nothing counts as done."""
    await hands.session.request(LEVEL_3, ROUTINE)
    await asyncio.sleep(5)
    await hands.session.confirm(ME)
    await asyncio.sleep(SAY_RUNS_S - 1)
    assert hands.session.state.phase is SessionPhase.STARTING
    await asyncio.sleep(2)
    assert hands.session.state.phase is SessionPhase.IDLE
    assert hands.kinds == ["requested", "confirmed", "failed"]
    assert hands.facts("failed")["error"] == "nobody_said"
    assert hands.session.state.last_end is None
    assert not hands.session.state.stop_unconfirmed


async def test_stop_asks_the_person_and_waits_for_their_word(hands: Hands) -> None:
    """It is *stopping* at once, and over when they are said to be off."""
    await begin(hands)
    asked_at = hands.loop.time()
    outcome = await hands.session.stop(ROUTINE)
    assert outcome.result == "asked"
    assert outcome.settings == LEVEL_3
    assert hands.loop.time() - asked_at < 1
    assert hands.session.state.phase is SessionPhase.STOPPING
    assert (await hands.session.stop(ME)).result == "asked"
    hands.boots.say_runs()
    assert hands.boots.stopping, "saying what was known does not end a stop"
    await asyncio.sleep(30)
    hands.boots.say_off()
    await asyncio.sleep(0.1)
    assert hands.session.state.phase is SessionPhase.IDLE
    assert hands.kinds[-1] == "stopped"
    assert hands.facts("stopped")["cause"] == "requested"


async def test_a_stop_that_nobody_answers_is_not_confirmed(hands: Hands) -> None:
    """It is told, goes on, and is over with the word all the same."""
    await begin(hands)
    await hands.session.stop(ME)
    await asyncio.sleep(STOP_LIMIT_S + 1)
    assert hands.session.state.stop_unconfirmed
    assert hands.kinds[-1] == "stop_unconfirmed"
    assert hands.session.state.phase is SessionPhase.STOPPING
    assert hands.session.ran is not None, "a restart is to ask about it"
    hands.boots.say_off()
    await asyncio.sleep(1)
    assert not hands.session.state.stop_unconfirmed
    assert hands.session.state.phase is SessionPhase.IDLE


async def test_stop_before_they_run_is_over_at_once(hands: Hands) -> None:
    """Nobody said that they run: nothing is to be waited for, and nothing begins."""
    await hands.session.request(LEVEL_3, ROUTINE)
    await asyncio.sleep(5)
    await hands.session.confirm(ME)
    await asyncio.sleep(5)
    outcome = await hands.session.stop(ME)
    assert outcome.result == "stopped"
    await asyncio.sleep(SAY_RUNS_S + 5)
    assert hands.session.state.phase is SessionPhase.IDLE
    assert "started" not in hands.kinds


async def test_stop_with_nothing_to_stop(hands: Hands) -> None:
    """It says so."""
    assert (await hands.session.stop(ME)).result == "already_idle"


async def test_said_to_be_off_in_the_middle(hands: Hands) -> None:
    """The person stopped them: the session is over, and not in full."""
    await begin(hands)
    await asyncio.sleep(100)
    hands.boots.say_off()
    await asyncio.sleep(1)
    assert hands.kinds[-1] == "stopped"
    assert hands.facts("stopped")["cause"] == "stopped_on_boots"


async def test_their_own_clock_was_first(hands: Hands) -> None:
    """Boots that end a little before our clock ended by theirs."""
    await begin(hands)
    await asyncio.sleep(570)
    hands.boots.say_off()
    await asyncio.sleep(1)
    assert hands.kinds[-1] == "completed"


async def test_the_power_tells_when_they_run(hands: Hands) -> None:
    """Rising is *it runs*; low for longer than a rest is *off*."""
    hands.boots.power(False)
    await hands.session.request(LEVEL_3, ROUTINE)
    await asyncio.sleep(5)
    await hands.session.confirm(ME)
    await asyncio.sleep(5)
    hands.boots.power(True)
    hands.boots.power(True)
    await asyncio.sleep(0.1)
    assert hands.session.state.phase is SessionPhase.RUNNING
    for _ in range(3):
        await asyncio.sleep(20)
        hands.boots.power(False)
        await asyncio.sleep(REST_MAX_S - 5)
        hands.boots.power(True)
    assert hands.session.state.phase is SessionPhase.RUNNING, "they rest in a cycle"
    hands.boots.power(False)
    await asyncio.sleep(5)
    hands.boots.power(None)
    await asyncio.sleep(REST_MAX_S)
    assert hands.session.state.phase is SessionPhase.RUNNING, "nothing was measured"
    await hands.session.stop(ME)
    hands.boots.power(True)
    assert hands.boots.stopping
    hands.boots.power(False)
    await asyncio.sleep(REST_MAX_S + 1)
    assert hands.session.state.phase is SessionPhase.IDLE
    assert hands.kinds[-1] == "stopped"


async def test_started_without_asking(hands: Hands) -> None:
    """It is theirs; what they are set to, and for how long, nobody said."""
    hands.boots.say_runs()
    await asyncio.sleep(1)
    assert hands.session.state.phase is SessionPhase.RUNNING
    assert hands.session.state.origin is Origin.BOOTS
    assert hands.session.state.settings is None
    assert hands.session.state.remaining_s is None
    await hands.session.change(ME, target_mmhg=2)
    assert hands.pair.state.target_mmhg == 2
    hands.boots.say_off()
    await asyncio.sleep(1)
    assert hands.kinds == ["started", "changed", "stopped"]
    assert hands.session.state.last_end is not None


async def test_without_an_end_of_their_own_they_end_by_the_longest(
    hands: Hands,
) -> None:
    """Nobody said for how long: the longest that there is."""
    hands.boots.say_runs()
    await asyncio.sleep(BY_LEVELS.duration_max_s + 10)
    assert hands.boots.stopping


async def test_levels_are_the_limit(hands: Hands) -> None:
    """A level above the wearer's, or the boots', is refused by its name."""
    with pytest.raises(LimitError) as refused:
        await hands.session.request(replace(LEVEL_3, target_mmhg=5), ME)
    assert refused.value.values == {
        "field": "level",
        "value": 5,
        "minimum": 1,
        "maximum": 4,
        "step": 1,
    }
    await begin(hands)
    with pytest.raises(LimitError):
        await hands.session.change(ME, target_mmhg=5)
    await hands.session.change(ME, target_mmhg=4)
    await hands.session.change(ME, duration_s=900)
    await asyncio.sleep(5)
    assert hands.session.state.settings == replace(
        LEVEL_3, target_mmhg=4, duration_s=900
    )
    assert 890 <= (hands.session.state.remaining_s or 0) <= 896


async def test_under_direct_the_person_still_starts_them() -> None:
    """A request is guidance at once; nothing runs before somebody says so."""
    hands = Hands()
    hands.session.policy = Policy.DIRECT
    await asyncio.sleep(0.1)
    assert (await hands.session.request(LEVEL_3, ROUTINE)).result == "starting"
    await asyncio.sleep(10)
    assert hands.session.state.phase is SessionPhase.STARTING
    hands.boots.say_off()
    assert hands.session.state.phase is SessionPhase.STARTING, "they were off before"
    await hands.close()


def ran(hands: Hands) -> Ran:
    """Return what is kept of the session that runs."""
    assert hands.session.ran is not None
    return hands.session.ran


@pytest.fixture
async def again(hands: Hands) -> AsyncGenerator[Hands]:
    """Restart in the middle of a session."""
    await begin(hands)
    await asyncio.sleep(100)
    kept = ran(hands)
    await hands.session.close(ME)
    assert not hands.boots.stopping, "nobody is asked by one who goes away"
    again = Hands(kept, 450)
    await asyncio.sleep(1)
    yield again
    await again.close()


async def test_after_a_restart_nothing_is_known(again: Hands) -> None:
    """Nothing resumes, nothing is told as ended, nothing new begins."""
    await asyncio.sleep(600)
    assert again.session.state.phase is SessionPhase.UNKNOWN
    assert again.kinds == []
    await again.session.request(LEVEL_3, ROUTINE)
    await asyncio.sleep(5)
    await again.session.confirm(ME)
    await asyncio.sleep(1)
    assert again.facts("failed")["error"] == SayFirstError.key
    assert again.session.state.phase is SessionPhase.AWAITING


async def test_after_a_restart_they_still_run(again: Hands) -> None:
    """They are said to: it is the same session, with the rest of its time."""
    again.boots.say_runs()
    await asyncio.sleep(1)
    assert again.kinds == ["adopted"]
    assert again.session.state.phase is SessionPhase.RUNNING
    assert again.session.state.remaining_s == 449
    assert again.session.state.settings == LEVEL_3
    assert again.pair.state.session_ids == (1,)


async def test_after_a_restart_they_are_off(again: Hands) -> None:
    """They are said to be: it ended, nobody knows when."""
    again.boots.say_off()
    await asyncio.sleep(1)
    assert again.kinds == ["stopped"]
    assert again.facts("stopped")["cause"] == "ended"
    assert again.session.state.phase is SessionPhase.IDLE


async def test_after_a_restart_stop_asks(again: Hands) -> None:
    """Nobody knows whether they run: whoever stops is asked to press the button."""
    assert (await again.session.stop(ME)).result == "asked"
    assert again.session.state.phase is SessionPhase.STOPPING
    again.boots.say_off()
    await asyncio.sleep(1)
    assert again.session.state.phase is SessionPhase.IDLE
    assert again.kinds == ["stopped"]


REFUSED: list[Callable[[ByHand], Awaitable[None]]] = [
    lambda boots: boots.pause(),
    lambda boots: boots.resume(),
    lambda boots: boots.heartbeat(),
    lambda boots: boots.offer(60),
    lambda boots: boots.identify(),
    lambda boots: boots.set_child_lock(True),
    lambda boots: boots.change(skipped=frozenset({1})),
    lambda boots: boots.change(boosted=1),
]


@pytest.mark.parametrize("do", REFUSED)
async def test_what_no_hand_can_be_told(
    hands: Hands, do: Callable[[ByHand], Awaitable[None]]
) -> None:
    """It is refused, and nothing is pretended."""
    before = hands.boots.state
    with pytest.raises(NotSupportedError):
        await do(hands.boots)
    assert hands.boots.state == before


async def test_what_a_hand_always_is(hands: Hands) -> None:
    """In reach, and never lost."""
    boots = hands.boots
    assert boots.in_sight
    assert boots.heard(0)
    assert boots.silent_s == 0
    boots.hold("looking")()
    assert hands.pair.sides == BY_LEVELS.legs


async def test_one_leg(hands: Hands) -> None:
    """The legs are those that were asked for."""
    await hands.session.request(replace(LEVEL_3, legs=LEFT), ROUTINE)
    await asyncio.sleep(5)
    await hands.session.confirm(ME)
    await asyncio.sleep(1)
    hands.boots.say_runs()
    await asyncio.sleep(1)
    assert hands.pair.state.legs == LEFT


async def test_closed(hands: Hands) -> None:
    """Nothing is asked any more, and no sensor is believed."""
    await begin(hands)
    stop = asyncio.create_task(hands.boots.stop(5))
    await asyncio.sleep(1)
    with pytest.raises(StopNotConfirmedError):
        await stop
    hands.boots.power(True)
    hands.boots.power(False)
    await hands.boots.close()
    await asyncio.sleep(REST_MAX_S + 1)
    assert hands.boots.state.phase is Phase.RUNNING
    with pytest.raises(LinkLostError):
        await hands.boots.stop(1)


async def test_the_person_is_faster(hands: Hands) -> None:
    """They press start, and say so, before they were told what to set."""
    starting = asyncio.create_task(hands.pair.begin(LEVEL_3))
    hands.boots.say_runs()
    await starting
    assert hands.boots.state.origin is Origin.THIS_CONTROLLER
    assert hands.boots.state.remaining_s == 600

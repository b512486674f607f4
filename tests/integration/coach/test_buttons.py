"""What a wearer says with a button, and the session they usually have."""

from datetime import timedelta
from typing import Any

from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest

from custom_components.kumo_boots.boots.cause import Actor, Cause
from custom_components.kumo_boots.boots.model import BOTH, Programme, Side
from custom_components.kumo_boots.boots.session import SessionPhase
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling
from custom_components.kumo_boots.people.wearer import GUEST

from ..entities.acting import until
from .conftest import ANNA_ID, BEN_ID, Coached
from .sittings import sitting


def lately(hours: float = 1, wearer_id: str = ANNA_ID, **facts: Any) -> Any:
    """Return a session of today."""
    return sitting(dt_util.utcnow() - timedelta(hours=hours), wearer_id, **facts)


@pytest.mark.parametrize("feeling", Feeling)
async def test_a_wearer_says_how_the_last_session_was(
    boots: Coached, person: Context, feeling: Feeling
) -> None:
    """Their own last one, and nobody else's."""
    boots.diary.had(lately(5), lately(), lately(wearer_id=BEN_ID))
    await boots.says(feeling.value, person)
    assert [one.feeling for one in boots.diary.sittings(ANNA_ID)] == [None, feeling]
    assert [one.feeling for one in boots.diary.sittings(BEN_ID)] == [None]


async def test_too_strong_may_be_said_by_anything(boots: Coached) -> None:
    """A routine that asks by voice, say: it only takes away."""
    boots.diary.had(lately())
    await boots.says("too_strong")
    assert boots.shown("recommended_pressure") == "25"


async def test_comfortable_is_for_the_wearer_to_say(
    hass: HomeAssistant, boots: Coached, person: Context
) -> None:
    """It may lead a step up: no routine, and nobody else's account."""
    boots.diary.had(lately())
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.says("comfortable")
    assert refusal.value.translation_key == "own_hand_needed"
    assert "Anna" in str(refusal.value)
    hass.states.async_set("person.anna", "home", {"user_id": "another"})
    with pytest.raises(ServiceValidationError):
        await boots.says("comfortable", person)
    assert boots.diary.sittings(ANNA_ID)[0].feeling is None
    hass.states.async_set("person.anna", "home", {"user_id": person.user_id})
    await boots.says("comfortable", person)
    assert boots.diary.sittings(ANNA_ID)[0].feeling is Feeling.COMFORTABLE


@pytest.mark.parametrize("hours", [None, 30])
async def test_there_has_to_be_something_to_say_it_of(
    boots: Coached, hours: float | None
) -> None:
    """What was two days ago is not felt any more."""
    if hours is not None:
        boots.diary.had(lately(hours))
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.says("too_strong")
    assert refusal.value.translation_key == "no_session_to_rate"


async def test_a_session_is_judged_when_it_is_over(
    boots: Coached, person: Context
) -> None:
    """What is too strong now wants another button; Ben may speak of his."""
    boots.diary.had(lately(), lately(wearer_id=BEN_ID))
    await boots.worn_by_anna(person)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.says("too_strong")
    assert refusal.value.translation_key == "after_the_session"
    assert boots.diary.sittings(ANNA_ID)[0].feeling is None
    await boots.says("too_strong", wearer_id=BEN_ID)
    assert boots.diary.sittings(BEN_ID)[0].feeling is Feeling.TOO_STRONG


@pytest.mark.parametrize("feeling", Feeling)
async def test_while_the_air_goes_out_the_session_that_ends_is_meant(
    boots: Coached, person: Context, feeling: Feeling
) -> None:
    """And not the one before; it is kept with what was said."""
    boots.diary.had(lately(5))
    await boots.worn_by_anna(person)
    session, coach = boots.coordinator.session, boots.coordinator.coach
    said: list[SessionPhase] = []

    def say() -> None:
        if session.state.phase is SessionPhase.STOPPING and not said:
            said.append(session.state.phase)
            coach.feel(boots.anna, feeling)

    session.listen_state(say)
    await boots.press("stop")
    await until(lambda: len(boots.diary.sittings(ANNA_ID)) == 2)
    assert [one.feeling for one in boots.diary.sittings(ANNA_ID)] == [None, feeling]


async def test_out_of_sight_only_too_strong_is_taken(
    boots: Coached, person: Context
) -> None:
    """The session may go on, or may be over; nothing says which."""
    boots.diary.had(lately(5))
    await boots.worn_by_anna(person)
    session, coach = boots.coordinator.session, boots.coordinator.coach
    said: list[SessionPhase] = []
    refused: list[str | None] = []

    def say() -> None:
        if session.state.phase is not SessionPhase.UNKNOWN or said:
            return
        said.append(session.state.phase)
        with pytest.raises(ServiceValidationError) as refusal:
            coach.feel(boots.anna, Feeling.COMFORTABLE)
        refused.append(refusal.value.translation_key)
        coach.feel(boots.anna, Feeling.TOO_STRONG)

    session.listen_state(say)
    for each in boots.house.boots.values():
        boots.house.air.set_range(each.address, in_range=False)
    await until(lambda: said)
    assert refused == ["after_the_session"]
    opened = boots.diary.opened
    assert opened is not None
    assert opened.sitting.feeling is Feeling.TOO_STRONG
    assert boots.diary.sittings(ANNA_ID)[0].feeling is None
    for each in boots.house.boots.values():
        boots.house.air.set_range(each.address, in_range=True)
    await boots.press("stop")
    await until(lambda: boots.empty and len(boots.diary.sittings(ANNA_ID)) == 2)
    assert boots.diary.sittings(ANNA_ID)[1].feeling is Feeling.TOO_STRONG


async def test_what_is_not_kept_cannot_be_rated(
    boots: Coached, person: Context
) -> None:
    """A session that was forgotten while it ran is not the one before."""
    await boots.worn_by_anna(person)
    boots.diary.forget(ANNA_ID)
    boots.diary.had(lately(5))
    session, coach = boots.coordinator.session, boots.coordinator.coach
    refused: list[str | None] = []

    def say() -> None:
        if session.state.phase is SessionPhase.STOPPING and not refused:
            with pytest.raises(ServiceValidationError) as refusal:
                coach.feel(boots.anna, Feeling.TOO_STRONG)
            refused.append(refusal.value.translation_key)

    session.listen_state(say)
    await boots.press("stop")
    assert refused == ["after_the_session"]
    assert boots.diary.sittings(ANNA_ID)[0].feeling is None


async def test_feelings_leave_no_trace_outside_of_the_diary(
    hass: HomeAssistant,
    boots: Coached,
    person: Context,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not even when a button was pressed."""
    boots.diary.had(lately())
    changed: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        changed.append(event.data["entity_id"])

    hass.bus.async_listen("state_changed", note)
    caplog.clear()
    for key in ("comfortable", "too_strong", "report_discomfort"):
        await boots.says(key, person)
    await boots.says("acknowledge_warning", person)
    await hass.async_block_till_done()
    assert not [each for each in changed if each.startswith("button.anna")]
    for key in ("comfortable", "too_strong", "report_discomfort"):
        state = hass.states.get(boots.of("button", key))
        assert state is not None
        assert state.state == "unknown"
    words = {"comfortable", "too_strong", "discomfort"}
    assert not [
        record.getMessage()
        for record in caplog.records
        if "kumo_boots" in record.name
        and any(word in record.getMessage() for word in words)
    ]


async def test_the_usual_session_is_only_asked_for(
    boots: Coached, person: Context
) -> None:
    """As it was comfortable, for the one who had it; then it waits for a person."""
    boots.diary.had(
        *(lately(hours) for hours in range(200, 100, -20)),
        lately(
            60,
            programme="wave",
            target_mmhg=60,
            ended_mmhg=35,
            duration_s=1200,
            legs=("left",),
            feeling=Feeling.COMFORTABLE,
        ),
        lately(30, target_mmhg=40),
    )
    boots.coordinator.set_setpoints(mode=Programme.FOCUS, boosted=2, target_mmhg=25)
    await boots.says("usual_session", person)
    assert boots.coordinator.household.current == boots.anna
    state = boots.coordinator.session.state
    assert state.phase == "awaiting"
    assert state.cause is not None
    assert state.cause.actor is Actor.PERSON
    settings = state.settings
    assert settings is not None
    assert (settings.programme, settings.target_mmhg, settings.duration_s) == (
        Programme.WAVE,
        35,
        1200,
    )
    assert (settings.legs, settings.boosted) == (frozenset({Side.LEFT}), None)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.says("usual_session", person, BEN_ID)
    assert refusal.value.translation_key == "no_usual_session"
    assert boots.inflations == []
    await boots.says("report_discomfort", person)
    assert boots.coordinator.session.state.phase == "idle"


async def test_an_automation_may_ask_for_it_too(boots: Coached) -> None:
    """A request is a request."""
    boots.diary.had(lately(feeling=Feeling.COMFORTABLE))
    await boots.says("usual_session")
    state = boots.coordinator.session.state
    assert state.phase == "awaiting"
    assert state.cause is not None
    assert state.cause.actor is Actor.AUTOMATION
    assert boots.inflations == []


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"programme": "something of the future"}, "no_usual_session"),
        ({"legs": ("middle",)}, "no_usual_session"),
        ({"target_mmhg": 115}, "out_of_range_target"),
        ({"duration_s": 3600}, "out_of_range_duration"),
    ],
)
async def test_what_does_not_fit_is_refused_and_not_fitted(
    boots: Coached, facts: dict[str, Any], key: str
) -> None:
    """In words; nothing waits."""
    boots.diary.had(lately(5, feeling=Feeling.COMFORTABLE, **facts))
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.says("usual_session")
    assert refusal.value.translation_key == key
    assert boots.coordinator.session.state.phase == "idle"


async def test_a_running_session_stays_whose_it_is(
    boots: Coached, person: Context
) -> None:
    """Nobody's usual session takes it away from them."""
    boots.diary.had(lately(feeling=Feeling.COMFORTABLE, wearer_id=BEN_ID))
    await boots.worn_by_anna(person)
    with pytest.raises(ServiceValidationError) as refusal:
        await boots.says("usual_session", person, BEN_ID)
    assert refusal.value.translation_key == "only_between_sessions"
    assert boots.coordinator.household.current == boots.anna
    assert boots.phase == "running"


async def test_the_button_stops_and_lowers_and_shows_the_signs(
    boots: Coached, person: Context
) -> None:
    """By whoever presses it; it cannot say what, and so locks nobody."""
    boots.diary.had(lately())
    await boots.worn_by_anna(person)
    await boots.says("report_discomfort")
    await until(lambda: boots.empty)
    assert boots.phase == "ready"
    assert boots.diary.reported == [(ANNA_ID, Discomfort.UNSPECIFIED, False)]
    assert boots.shown("recommended_pressure") == "25"
    assert set(boots.notifications) == {"warning_signs"}
    assert not boots.coordinator.coach.locked(boots.anna)


async def test_a_guest_has_no_coach(boots: Coached) -> None:
    """Nothing is remembered of one, and nothing is locked."""
    coach = boots.coordinator.coach
    coach.acknowledge(GUEST)
    coach.discomfort(GUEST, Discomfort.PAIN, one_sided=True)
    assert not coach.locked(GUEST)
    assert coach.sittings(GUEST) == ()
    assert coach.advice(GUEST).cap_mmhg == 30
    assert boots.diary.reported == []
    assert boots.coordinator.setpoints.legs == BOTH


async def test_the_usual_session_leaves_out_what_its_wearer_leaves_out(
    boots: Coached, person: Context
) -> None:
    """And not what the one before left out: a zone may be spared for a reason."""
    household = boots.coordinator.household
    boots.diary.had(lately(feeling=Feeling.COMFORTABLE))
    await household.async_choose(boots.anna)
    boots.coordinator.set_setpoints(skipped=frozenset({1}))
    ben = household.wearer(BEN_ID)
    assert ben is not None
    await household.async_choose(ben)
    boots.coordinator.set_setpoints(skipped=frozenset({3}))
    await boots.says("usual_session", person)
    session = boots.coordinator.session
    assert session.state.settings is not None
    assert session.state.settings.skipped == {1}
    # And once more, now that she wears them.
    await session.decline(Cause(actor=Actor.PERSON, why="declined"))
    await until(lambda: session.state.phase == "idle")
    await boots.says("usual_session", person)
    assert session.state.settings is not None
    assert session.state.settings.skipped == {1}


async def test_what_others_say_leaves_somebodys_setpoints_alone(
    boots: Coached,
) -> None:
    """Who turned it down finds it turned down."""
    household = boots.coordinator.household
    boots.diary.had(lately(), lately(2, wearer_id=BEN_ID))
    await household.async_choose(boots.anna)
    boots.coordinator.set_setpoints(target_mmhg=20)
    await boots.says("too_strong", None, BEN_ID)
    assert household.current == boots.anna
    assert boots.coordinator.setpoints.target_mmhg == 20
    boots.diary.tell()
    assert boots.coordinator.setpoints.target_mmhg == 20
    # What they say themselves leads to other advice, which is taken over.
    await boots.says("too_strong")
    assert boots.coordinator.setpoints.target_mmhg == 25

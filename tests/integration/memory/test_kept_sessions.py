"""Sessions of real boots, from the yes to the line in the diary."""

from pathlib import Path

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.kumo_boots.boots.session import Actor, Cause, EventKind, Session
from custom_components.kumo_boots.const import DOMAIN, EVENT_SESSION
from custom_components.kumo_boots.people.diary import Diary
from custom_components.kumo_boots.people.keeping import Keeping
from custom_components.kumo_boots.people.sitting import Sitting
from custom_components.kumo_boots.people.wearer import GUEST

from ..conftest import until
from ..entities.acting import Acting
from .conftest import Household
from .remembered_sessions import ANNA

PERSON = Cause(actor=Actor.PERSON, why="requested", user_id="somebody")


@pytest.fixture
def told(hass: HomeAssistant) -> list[Event]:
    """Return what is told on the bus."""
    return async_capture_events(hass, EVENT_SESSION)


def kept(boots: Acting) -> tuple[Sitting, ...]:
    """Return Anna's sessions."""
    return boots.coordinator.diary.sittings(ANNA)


async def run(boots: Acting, person: Context) -> None:
    """Run a session until something was measured."""
    await boots.run(person)
    await until(lambda: (boots.coordinator.pair.state.peak_mmhg or 0) > 10)


async def test_a_session_end_to_end(
    boots: Acting,
    household: Household,
    anna: Context,
    admin: Context,
    told: list[Event],
) -> None:
    """Asked for by nobody known, confirmed by Anna, stopped by somebody."""
    household.current = household.wearers[0]
    await run(boots, anna)
    assert kept(boots) == ()
    await boots.press("stop", Context(user_id=admin.user_id))
    await until(lambda: kept(boots) != ())
    (one,) = kept(boots)
    assert one.requested_by is None
    assert one.confirmed_by == anna.user_id
    assert (one.completed, one.ended_why) == (False, "requested")
    assert (one.target_mmhg, one.duration_s) == (30, 900)
    assert one.legs == ("left", "right")
    assert one.programme == boots.coordinator.setpoints.mode
    assert one.peak_mmhg is not None
    assert 10 < one.peak_mmhg < 50
    assert 0 <= one.ran_s <= (one.ended_at - one.started_at).total_seconds() + 1
    await until(lambda: boots.empty)
    # The same on the bus, with nothing that is Anna's alone.
    kinds = [event.data["kind"] for event in told]
    assert kinds == ["requested", "confirmed", "started", "stopped"]
    assert told[-1].data == {
        "entry_id": boots.entry.entry_id,
        "device_id": boots.device.id,
        "kind": "stopped",
        "wearer": "Anna",
        "wearer_id": ANNA,
        "actor": "person",
        "cause": "requested",
        "leg": None,
    }


async def test_of_a_guest_nothing_is_written(
    boots: Acting, household: Household, anna: Context, told: list[Event]
) -> None:
    """The guest's session is told as a guest's, and is not kept."""
    await run(boots, anna)
    await boots.press("stop")
    await until(lambda: boots.phase == "ready")
    assert boots.coordinator.diary.wearer_ids == ()
    assert {event.data["wearer"] for event in told} == {GUEST.name}
    assert {event.data["wearer_id"] for event in told} == {None}


async def test_an_unload_ends_a_session_that_is_kept(
    hass: HomeAssistant, boots: Acting, household: Household, anna: Context
) -> None:
    """It is on the disk when the entry is unloaded; removal erases it."""
    household.current = household.wearers[0]
    await run(boots, anna)
    entry_id = boots.entry.entry_id
    await hass.config_entries.async_unload(entry_id)
    assert boots.entry.state is ConfigEntryState.NOT_LOADED
    diary = Diary(hass, entry_id)
    await diary.async_load()
    (one,) = diary.sittings(ANNA)
    assert one.ended_why == "unload"
    path = Path(hass.config.path(".storage", f"{DOMAIN}.{entry_id}.diary"))
    assert path.exists()
    await hass.config_entries.async_remove(entry_id)
    assert not path.exists()
    assert not list(path.parent.glob(f"{DOMAIN}.{entry_id}*"))


async def test_a_session_adopted_after_a_restart_is_the_same(
    hass: HomeAssistant, boots: Acting, household: Household, anna: Context
) -> None:
    """Home Assistant dies and is back before the lease is over."""
    coordinator = boots.coordinator
    household.current = household.wearers[0]
    await run(boots, anna)
    opened = coordinator.diary.opened
    assert opened is not None
    assert None not in opened.session_ids
    await coordinator.diary.async_flush()
    # It dies: nobody stops anything, and nobody beats any more.
    await coordinator.session._end()
    diary = Diary(hass, boots.entry.entry_id)
    await diary.async_load()
    session = Session(
        coordinator.pair,
        limits=coordinator.limits,
        now=coordinator.session._telling.now,
    )
    adopted: list[EventKind] = []
    remove = session.listen_events(lambda event: adopted.append(event.kind))
    ends = Keeping(
        session, coordinator.pair, diary, lambda: GUEST, hass.loop.time
    ).start()
    (away,) = diary.sittings(ANNA)
    assert away.ended_why == "home_assistant_away"
    await until(lambda: EventKind.ADOPTED in adopted)
    assert diary.sittings(ANNA) == ()
    await session.stop(PERSON)
    await until(lambda: diary.sittings(ANNA) != ())
    (one,) = diary.sittings(ANNA)
    assert one.sitting_id == opened.sitting.sitting_id
    assert one.started_at == opened.sitting.started_at
    assert one.confirmed_by == anna.user_id
    assert (one.ended_why, one.duration_s) == ("requested", 900)
    for end in (*ends, remove):
        end()
    await session.close(PERSON)


async def test_a_wearer_who_goes_is_forgotten(
    hass: HomeAssistant, boots: Acting, household: Household, anna: Context
) -> None:
    """With their subentry; the others' sessions stay."""
    household.current = household.wearers[0]
    await run(boots, anna)
    await boots.press("stop")
    await until(lambda: kept(boots) != ())
    hass.config_entries.async_remove_subentry(
        boots.entry, household.wearers[1].wearer_id or ""
    )
    await hass.async_block_till_done()
    assert kept(boots) != ()
    hass.config_entries.async_remove_subentry(boots.entry, ANNA)
    await hass.async_block_till_done()
    assert kept(boots) == ()

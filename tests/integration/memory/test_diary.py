"""The diary keeps, bounds, says, forgets; unreadable files are kept aside."""

from dataclasses import replace
from pathlib import Path
import stat

from homeassistant.core import HomeAssistant
import pytest

from custom_components.kumo_boots.people import diary as diary_module
from custom_components.kumo_boots.people.sitting import Discomfort, Feeling

from .on_disk import OPENED, aside, issue, loaded, path_of
from .remembered_sessions import ANNA, BERT, sitting


@pytest.fixture
def path(hass: HomeAssistant) -> Path:
    """Return where the file lies."""
    return path_of(hass)


# ---- what is kept


async def test_nothing_is_remembered_of_a_guest_or_at_first(
    hass: HomeAssistant, path: Path
) -> None:
    """And reading nothing writes nothing."""
    diary = await loaded(hass)
    assert diary.sittings(None) == diary.sittings(ANNA) == ()
    assert not diary.locked(None)
    assert diary.wearer_ids == ()
    await diary.async_flush()
    assert not path.exists()
    assert issue(hass) is None


async def test_everything_is_there_after_a_restart(
    hass: HomeAssistant, path: Path
) -> None:
    """Oldest first, by wearer, in a file that only its owner reads."""
    diary = await loaded(hass)
    diary.add(sitting(1))
    diary.add(sitting(2))
    diary.add(sitting(3, BERT, peak_mmhg=None))
    diary.feel(f"{ANNA}-2", Feeling.COMFORTABLE)
    diary.discomfort(BERT, Discomfort.HEAT, one_sided=True)
    diary.open(OPENED)
    await diary.async_flush()
    again = await loaded(hass)
    assert again.sittings(ANNA) == (
        sitting(1),
        sitting(2, feeling=Feeling.COMFORTABLE),
    )
    assert again.sittings(BERT) == diary.sittings(BERT)
    assert again.reports(BERT) == diary.reports(BERT) != ()
    assert again.locked(BERT)
    assert again.opened == OPENED
    assert again.wearer_ids == (ANNA, BERT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert issue(hass) is None


async def test_the_oldest_sessions_go_first(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is bounded, for each wearer."""
    monkeypatch.setattr(diary_module, "MOST_SITTINGS", 3)
    monkeypatch.setattr(diary_module, "MOST_REPORTS", 2)
    diary = await loaded(hass)
    diary.add(sitting(1, BERT))
    for number in range(1, 6):
        diary.add(sitting(number))
        diary.discomfort(ANNA, Discomfort.PAIN, one_sided=False)
    assert [each.sitting_id[-1] for each in diary.sittings(ANNA)] == ["3", "4", "5"]
    assert [each.sitting_id for each in diary.reports(ANNA)] == [
        f"{ANNA}-4",
        f"{ANNA}-5",
    ]
    assert len(diary.sittings(BERT)) == 1


async def test_a_session_is_kept_once(hass: HomeAssistant) -> None:
    """The same id takes its own place."""
    diary = await loaded(hass)
    diary.add(sitting(1))
    diary.add(sitting(2))
    diary.add(sitting(1, ended_why="leg_lost"))
    assert [each.ended_why for each in diary.sittings(ANNA)] == ["leg_lost", "time_up"]


async def test_listeners_hear_of_every_change(hass: HomeAssistant) -> None:
    """Until they do not want to any more."""
    diary = await loaded(hass)
    heard: list[int] = []
    remove = diary.listen(lambda: heard.append(len(diary.sittings(ANNA))))
    diary.add(sitting(1))
    diary.feel(f"{ANNA}-1", Feeling.TOO_STRONG)
    diary.unlock(ANNA)
    assert heard == [1, 1]
    remove()
    remove()
    diary.forget(ANNA)
    assert heard == [1, 1]


async def test_nobody_feels_of_a_session_that_is_not_known(hass: HomeAssistant) -> None:
    """It may be older than what is kept."""
    diary = await loaded(hass)
    with pytest.raises(KeyError):
        diary.feel("long-ago", Feeling.COMFORTABLE)


# ---- discomfort


async def test_a_report_is_about_the_session_that_runs(hass: HomeAssistant) -> None:
    """Else about the last one; never about somebody else's."""
    diary = await loaded(hass)
    diary.discomfort(ANNA, Discomfort.NUMBNESS, one_sided=False)
    diary.add(sitting(1))
    diary.discomfort(ANNA, Discomfort.TINGLING, one_sided=False)
    diary.open(OPENED)
    diary.discomfort(ANNA, Discomfort.PAIN, one_sided=False)
    diary.discomfort(ANNA, Discomfort.HEAT, False, f"{ANNA}-1")
    diary.discomfort(BERT, Discomfort.HEAT, False, f"{ANNA}-1")
    diary.discomfort(BERT, Discomfort.HEAT, False)
    assert diary.opened is not None
    assert diary.opened.sitting.discomfort is Discomfort.PAIN
    assert diary.sittings(ANNA)[0].discomfort is Discomfort.HEAT
    assert [each.sitting_id for each in diary.reports(ANNA)] == [
        None,
        f"{ANNA}-1",
        f"{ANNA}-9",
        f"{ANNA}-1",
    ]
    assert [each.sitting_id for each in diary.reports(BERT)] == [None, None]
    # What was said of the open session stays with it.
    diary.close(replace(diary.opened.sitting, ended_why="requested"))
    assert diary.opened is None
    assert diary.sittings(ANNA)[-1].discomfort is Discomfort.PAIN


@pytest.mark.parametrize("kind", Discomfort)
@pytest.mark.parametrize("one_sided", [True, False])
async def test_a_warning_sign_in_one_leg_locks(
    hass: HomeAssistant, kind: Discomfort, one_sided: bool
) -> None:
    """Until it is acknowledged, and whatever else is reported then."""
    diary = await loaded(hass)
    diary.add(sitting(1))
    diary.discomfort(ANNA, kind, one_sided)
    warned = one_sided and kind in {
        Discomfort.PAIN,
        Discomfort.SWELLING,
        Discomfort.HEAT,
    }
    assert diary.locked(ANNA) is warned
    diary.discomfort(ANNA, Discomfort.TOO_STRONG, one_sided=False)
    assert diary.locked(ANNA) is warned
    # A milder report does not take the place of a graver one.
    gravest = kind if one_sided else Discomfort.TOO_STRONG
    assert diary.sittings(ANNA)[0].discomfort is gravest
    diary.unlock(ANNA)
    assert not diary.locked(ANNA)


# ---- forgetting


async def test_forgetting_is_no_way_around_a_lock(hass: HomeAssistant) -> None:
    """Everything goes but that there was a warning."""
    diary = await loaded(hass)
    for who in (ANNA, BERT):
        diary.add(sitting(1, who))
    diary.open(OPENED)
    diary.discomfort(ANNA, Discomfort.PAIN, one_sided=True)
    diary.forget(ANNA)
    assert diary.sittings(ANNA) == diary.reports(ANNA) == ()
    assert diary.opened is None
    assert diary.locked(ANNA)
    assert len(diary.sittings(BERT)) == 1
    diary.forget(BERT)
    await diary.async_flush()
    again = await loaded(hass)
    assert again.wearer_ids == (ANNA,)
    assert again.locked(ANNA)


async def test_who_is_no_wearer_any_more_is_forgotten(hass: HomeAssistant) -> None:
    """Also when only a session under way is known of them."""
    diary = await loaded(hass)
    heard: list[None] = []
    diary.listen(lambda: heard.append(None))
    diary.add(sitting(1, BERT))
    diary.open(OPENED)
    heard.clear()
    assert diary.keep_only({ANNA, BERT}) == set()
    assert not heard
    assert diary.keep_only({BERT}) == {ANNA}
    assert diary.opened is None
    assert diary.keep_only(()) == {BERT}
    assert diary.wearer_ids == ()
    assert len(heard) == 2


async def test_nothing_is_left_after_removal(hass: HomeAssistant, path: Path) -> None:
    """Neither the file nor one that was kept aside, nor the message about it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{")
    diary = await loaded(hass)
    diary.add(sitting(1))
    assert issue(hass)
    await diary.async_remove()
    await hass.async_block_till_done()
    assert not path.exists()
    assert not aside(path)
    assert issue(hass) is None
    assert diary.sittings(ANNA) == ()


async def test_a_session_is_followed_without_a_write(
    hass: HomeAssistant, path: Path
) -> None:
    """Peaks come four times a second; following nothing does nothing."""
    diary = await loaded(hass)
    diary.follow(sitting(1), save=True)
    assert diary.opened is None
    diary.open(OPENED)
    await diary.async_flush()
    higher = replace(OPENED.sitting, peak_mmhg=44.0)
    diary.follow(higher, save=False)
    await hass.async_block_till_done()
    assert diary.opened is not None
    assert diary.opened.sitting == higher
    before = (await loaded(hass)).opened
    assert before == OPENED
    diary.follow(higher, save=True)
    await diary.async_flush()
    after = (await loaded(hass)).opened
    assert after is not None
    assert after.sitting == higher


async def test_a_session_that_goes_on_is_not_over(hass: HomeAssistant) -> None:
    """It leaves the sessions that are, until it ends."""
    diary = await loaded(hass)
    diary.add(sitting(1))
    diary.add(OPENED.sitting)
    diary.open(OPENED)
    assert diary.sittings(ANNA) == (sitting(1),)
    diary.feel(OPENED.sitting.sitting_id, Feeling.TOO_STRONG)
    assert diary.opened is not None
    assert diary.opened.sitting.feeling is Feeling.TOO_STRONG

"""Files of older and newer versions, and ruined ones: kept aside, told, never lost."""

from collections.abc import Callable
from datetime import UTC, datetime
import json
from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people.sitting import Discomfort

from .on_disk import ENTRY, OPENED, aside, issue, loaded, path_of
from .remembered_sessions import ANNA, BERT, sitting


@pytest.fixture
def path(hass: HomeAssistant) -> Path:
    """Return where the file lies."""
    return path_of(hass)


async def test_an_older_file_is_brought_up_to_date(
    hass: HomeAssistant, path: Path
) -> None:
    """Version 1.0 had one list of everybody's sessions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).parent / "fixtures/diary_1_0.json", path)
    diary = await loaded(hass)
    assert diary.sittings(ANNA) == (sitting(1),)
    (berts,) = diary.sittings(BERT)
    assert berts.discomfort is Discomfort.TINGLING
    assert berts.one_sided
    assert not diary.locked(BERT)
    stored = json.loads(path.read_text())
    assert (stored["version"], stored["minor_version"]) == (1, 2)
    assert set(stored["data"]["wearers"]) == {ANNA, BERT}
    assert issue(hass) is None
    assert (await loaded(hass)).sittings(BERT) == (berts,)


async def test_a_file_of_1_1_knows_only_the_highest_target(
    hass: HomeAssistant, path: Path
) -> None:
    """What a session ended with was not noted then, and is not made up."""

    def as_it_was(stored: dict[str, Any]) -> None:
        stored["minor_version"] = 1
        for one in stored["data"]["wearers"][ANNA]["sittings"]:
            del one["ended_mmhg"], one["discomfort_mmhg"]

    await write(hass, path, as_it_was)
    diary = await loaded(hass)
    (one, *_) = diary.sittings(ANNA)
    assert (one.ended_mmhg, one.felt_mmhg) == (None, one.target_mmhg)
    assert issue(hass) is None
    assert json.loads(path.read_text())["minor_version"] == 2


@pytest.mark.parametrize("name", ["ended_mmhg", "discomfort_mmhg"])
async def test_a_target_that_is_no_number_is_no_session(
    hass: HomeAssistant, path: Path, name: str
) -> None:
    """The coach would stumble over it."""

    def ruined(stored: dict[str, Any]) -> None:
        stored["data"]["wearers"][ANNA]["sittings"][0][name] = "thirty"

    await write(hass, path, ruined)
    before = len(json.loads(path.read_text())["data"]["wearers"][ANNA]["sittings"])
    assert len((await loaded(hass)).sittings(ANNA)) == before - 1
    assert issue(hass) is not None


async def test_a_newer_minor_version_is_read(hass: HomeAssistant, path: Path) -> None:
    """After a downgrade; what is not known is left out."""
    await write(hass, path, lambda stored: stored.update(minor_version=9))
    stored = json.loads(path.read_text())
    stored["data"]["wearers"][ANNA]["sittings"][0]["mood"] = "sunny"
    path.write_text(json.dumps(stored))
    assert (await loaded(hass)).sittings(ANNA)[0] == sitting(1)
    assert issue(hass) is None


async def write(
    hass: HomeAssistant, path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    """Put a file there that was good before it was changed."""
    diary = await loaded(hass)
    diary.add(sitting(1))
    diary.add(sitting(2))
    diary.discomfort(ANNA, Discomfort.PAIN, one_sided=True)
    diary.discomfort(ANNA, Discomfort.TOO_STRONG, one_sided=False)
    diary.open(OPENED)
    await diary.async_flush()
    stored = json.loads(path.read_text())
    change(stored)
    path.write_text(json.dumps(stored))


@pytest.mark.parametrize(
    "text",
    ["", "{", "\x00\x01", "null", "[]", '"text"', "17", "{}", '{"version": 1}'],
)
async def test_a_ruined_file_is_kept_aside_and_told(
    hass: HomeAssistant, path: Path, text: str
) -> None:
    """The boots work on, with nothing remembered, and the file is not lost."""
    MockConfigEntry(domain=DOMAIN, entry_id=ENTRY, title="Boots").add_to_hass(hass)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    diary = await loaded(hass)
    assert diary.sittings(ANNA) == ()
    (kept,) = aside(path)
    assert kept.read_text() == text
    told = issue(hass)
    assert told is not None
    assert told.translation_placeholders == {"name": "Boots", "file": str(kept)}
    # What comes then is kept, and the message stays while the file is there.
    diary.add(sitting(1))
    await diary.async_flush()
    assert (await loaded(hass)).sittings(ANNA) == (sitting(1),)
    assert issue(hass)
    kept.unlink()
    await loaded(hass)
    assert issue(hass) is None


async def test_a_file_that_is_no_text_is_kept_aside(
    hass: HomeAssistant, path: Path
) -> None:
    """Bytes of a broken disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'{"version": 1, "data": "\xff\xfe')
    await loaded(hass)
    assert len(aside(path)) == 1


async def test_a_newer_major_version_is_not_written_over(
    hass: HomeAssistant, path: Path
) -> None:
    """It is kept aside for the day of the next update."""
    await write(hass, path, lambda stored: stored.update(version=2))
    diary = await loaded(hass)
    assert diary.sittings(ANNA) == ()
    (kept,) = aside(path)
    assert json.loads(kept.read_text())["version"] == 2
    assert issue(hass)


@pytest.mark.parametrize(
    "change",
    [
        {"started_at": "2026-11-02T20:00:00"},
        {"started_at": "yesterday"},
        {"ended_at": None},
        {"ran_s": "long"},
        {"target_mmhg": None},
        {"peak_mmhg": "high"},
        {"programme": 3},
        {"wearer_id": BERT},
        {"feeling": "great"},
        {"legs": None},
    ],
)
async def test_one_broken_session_does_not_take_the_others(
    hass: HomeAssistant, path: Path, change: dict[str, Any]
) -> None:
    """The rest is read, the whole file is kept aside."""

    def spoil(stored: dict[str, Any]) -> None:
        stored["data"]["wearers"][ANNA]["sittings"][0].update(change)

    await write(hass, path, spoil)
    diary = await loaded(hass)
    assert [each.sitting_id for each in diary.sittings(ANNA)] == [f"{ANNA}-2"]
    assert diary.locked(ANNA)
    assert len(diary.reports(ANNA)) == 2
    assert diary.opened == OPENED
    assert len(aside(path)) == 1
    assert issue(hass)
    await diary.async_flush()
    assert (await loaded(hass)).sittings(ANNA) == diary.sittings(ANNA)
    assert len(aside(path)) == 1


async def test_broken_reports_and_a_broken_open_session_are_left_out(
    hass: HomeAssistant, path: Path
) -> None:
    """As broken sessions are; the lock stays."""

    def spoil(stored: dict[str, Any]) -> None:
        stored["data"]["wearers"][ANNA]["reports"][0]["kind"] = "joy"
        stored["data"]["opened"]["session_ids"] = None

    await write(hass, path, spoil)
    diary = await loaded(hass)
    assert [each.kind for each in diary.reports(ANNA)] == [Discomfort.TOO_STRONG]
    assert diary.opened is None
    assert diary.locked(ANNA)
    assert len(diary.sittings(ANNA)) == 2
    assert len(aside(path)) == 1


async def test_an_unreadable_lock_is_a_lock(hass: HomeAssistant, path: Path) -> None:
    """Nobody can tell that there was no warning."""

    def spoil(stored: dict[str, Any]) -> None:
        stored["data"]["wearers"][ANNA]["locked_at"] = "some day"

    await write(hass, path, spoil)
    diary = await loaded(hass)
    assert diary.locked(ANNA)
    assert len(diary.sittings(ANNA)) == 2
    assert len(aside(path)) == 1


async def test_a_broken_page_does_not_take_the_others(
    hass: HomeAssistant, path: Path
) -> None:
    """One wearer's page may be no page at all."""

    def spoil(stored: dict[str, Any]) -> None:
        stored["data"]["wearers"][BERT] = None

    await write(hass, path, spoil)
    diary = await loaded(hass)
    assert diary.wearer_ids == (ANNA,)
    assert len(aside(path)) == 1


async def test_what_cannot_be_kept_aside_is_not_written_over(
    hass: HomeAssistant,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A disk that fails: the boots work, the file stays as it is."""
    await write(hass, path, lambda stored: stored.update(data=[]))
    before = path.read_text()

    def fail(self: Path, target: Path) -> Path:
        raise OSError("read-only file system")

    monkeypatch.setattr(Path, "rename", fail)
    diary = await loaded(hass)
    diary.add(sitting(5))
    await diary.async_flush()
    assert diary.sittings(ANNA) == (sitting(5),)
    assert path.read_text() == before


async def test_times_are_kept_to_the_moment(hass: HomeAssistant) -> None:
    """With their zone."""
    diary = await loaded(hass)
    at = datetime(2026, 11, 5, 20, 1, 2, 345678, tzinfo=UTC)
    diary.add(sitting(1, started_at=at))
    await diary.async_flush()
    assert (await loaded(hass)).sittings(ANNA)[0].started_at == at

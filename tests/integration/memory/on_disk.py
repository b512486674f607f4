"""A diary that is read from a real file."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.kumo_boots.const import DOMAIN
from custom_components.kumo_boots.people.diary import Diary, Opened

from .remembered_sessions import sitting

ENTRY = "entry"
OPENED = Opened(sitting=sitting(9, ended_why="under_way"), session_ids=(7, None))


def path_of(hass: HomeAssistant) -> Path:
    """Return where the file lies."""
    return Path(hass.config.path(".storage", f"kumo_boots.{ENTRY}.diary"))


async def loaded(hass: HomeAssistant) -> Diary:
    """Return a diary that was read from the disk."""
    diary = Diary(hass, ENTRY)
    await diary.async_load()
    return diary


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the repair issue of an unreadable file."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"diary_unreadable_{ENTRY}")


def aside(path: Path) -> list[Path]:
    """Return the files that were kept aside."""
    return sorted(path.parent.glob(f"{path.name}.corrupt.*"))

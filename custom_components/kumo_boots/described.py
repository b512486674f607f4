"""Boots that are described by definitions.

Some may come with the integration, others a person put into the folder ``kumo_boots``
of the configuration.
"""

from dataclasses import dataclass, field
from pathlib import Path

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from .boots.driver import DRIVERS, register
from .boots.drivers.defined import (
    REMEMBERED,
    Defined,
    Definition,
    DefinitionError,
    Problem,
    driver_from,
    load,
)
from .const import DOMAIN
from .remembered import readable_units

SHIPPED = Path(__file__).parent / "definitions"
OWN = "kumo_boots"
"""The folder in the configuration."""
ISSUE = "definition_"
MOST = 100
"""Files that are read of one folder."""


@dataclass(kw_only=True)
class Described:
    """What was found, by the file's name."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    """Those that can start a session."""
    drafts: dict[str, Definition] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    """Drivers that changed while a session was run by them."""


KNOWN: HassKey[Described] = HassKey(f"{DOMAIN}_described")


async def async_load(hass: HomeAssistant) -> frozenset[str]:
    """Read all definitions; returns the drivers that are new, changed or gone.

    What is wrong with a file becomes a repair, and no other file suffers from it. Units
    that are set up go on with what they have.
    """
    own = Path(hass.config.path(OWN))
    found = await hass.async_add_executor_job(_read, (SHIPPED, own))
    before = hass.data.get(KNOWN, Described())
    hass.data[KNOWN] = found
    _tell(hass, before, found)
    return _register(found)


def _read(folders: tuple[Path, ...]) -> Described:
    found = Described()
    files: dict[str, str] = {}
    for folder in folders:
        paths = sorted(folder.glob("*.y*ml"))[:MOST]
        for path in paths:
            try:
                definition = load(path.read_text(encoding="utf-8"), path.name)
            except DefinitionError as error:
                found.problems[path.name] = tuple(error.problems)
                continue
            except (OSError, UnicodeError) as error:
                problem = Problem(path.name, 1, f"it cannot be read: {error}")
                found.problems[path.name] = (problem,)
                continue
            if (other := files.get(definition.key)) is not None:
                text = f"the key '{definition.key}' is that of {other}, too"
                found.problems[path.name] = (Problem(path.name, 1, text),)
                continue
            files[definition.key] = path.name
            kind = found.definitions if definition.can_start else found.drafts
            kind[path.name] = definition
    return found


@callback
def _register(found: Described) -> frozenset[str]:
    """Have the registry know what was found, and nothing else that is defined."""
    wanted = {REMEMBERED + each.key: each for each in found.definitions.values()}
    known = {
        name: driver.definition
        for name, driver in DRIVERS.items()
        if issubclass(driver, Defined)
    }
    changed = {
        name
        for name in wanted.keys() | known.keys()
        if wanted.get(name) != known.get(name)
    }
    for name in changed:
        DRIVERS.pop(name, None)
        if (definition := wanted.get(name)) is not None:
            register(driver_from(definition))
    return frozenset(changed)


@callback
def _tell(hass: HomeAssistant, before: Described, found: Described) -> None:
    for name in before.problems.keys() | before.drafts.keys():
        if name not in found.problems and name not in found.drafts:
            ir.async_delete_issue(hass, DOMAIN, ISSUE + name)
    for name, problems in found.problems.items():
        ir.async_create_issue(
            hass,
            DOMAIN,
            ISSUE + name,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key="definition_wrong",
            translation_placeholders={
                "file": name,
                "problems": "\n".join(f"- {problem}" for problem in problems[:10]),
            },
        )
    for name in found.drafts:
        ir.async_create_issue(
            hass,
            DOMAIN,
            ISSUE + name,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="definition_draft",
            translation_placeholders={"file": name},
        )


def definition_of(driver: str) -> Definition | None:
    """Return the definition behind a driver's name; None for a driver of its own."""
    known = DRIVERS.get(driver)
    return (
        known.definition if known is not None and issubclass(known, Defined) else None
    )


def missing(entry: ConfigEntry) -> str | None:
    """Return the key of a definition that an entry needs and that is not there."""
    return next(
        (
            unit.driver.removeprefix(REMEMBERED)
            for unit in readable_units(entry.data)
            if unit.driver.startswith(REMEMBERED) and unit.driver not in DRIVERS
        ),
        None,
    )

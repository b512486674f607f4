"""A house with boots of a definition, and a folder for definitions."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.kumo_boots.boots.driver import DRIVERS
from simulator.far_harbour import FarHarbour
from simulator.house import House
from tests.boots.defined.fixtures import text_of

from ..conftest import HousePlan, until
from ..flows.walking import begin


@pytest.fixture(autouse=True)
def _drivers() -> Generator[None]:
    """Leave the registry as it was."""
    before = dict(DRIVERS)
    yield
    DRIVERS.clear()
    DRIVERS.update(before)


@pytest.fixture
def house_plan() -> HousePlan:
    """No boots of the open profile, one proxy."""
    return {"pairs": 0, "proxies": 1}


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return the folder for a person's own definitions."""
    hass.config.config_dir = str(tmp_path)
    folder = tmp_path / "kumo_boots"
    folder.mkdir()
    return folder


@pytest.fixture
async def harbour(house: House) -> AsyncGenerator[FarHarbour]:
    """Return boots of a definition, switched on."""
    harbour = FarHarbour(house.air, house.witness, speed=10.0)
    await harbour.start()
    yield harbour
    await harbour.stop()


@pytest.fixture
def text() -> str:
    """Return the definition of the boots."""
    return text_of("far_harbour")


@pytest.fixture
async def entry(
    folder: Path, proxied_hass: HomeAssistant, harbour: FarHarbour, text: str
) -> ConfigEntry:
    """Return such boots, added and linked."""
    (folder / "far.yaml").write_text(text)
    walk = await begin(proxied_hass, SOURCE_USER)
    await walk.settle()
    await walk.submit()
    await walk.submit({"understood": True})
    # It has every fail-safe, so that nothing is said of a bench.
    assert walk.result["step_id"] == "described"
    placeholders = walk.result["description_placeholders"] or {}
    assert placeholders["name"] == "Far Harbour test boots"
    assert placeholders["documented"] == "✅"
    # What is not measured cannot be guarded, and that is said.
    assert placeholders["guarded"] == ("✅" if "pressures_left" in text else "❌")
    await walk.submit()
    await walk.settle()
    assert walk.result["step_id"] == "done"
    await walk.submit()
    entry = walk.entry
    await until(lambda: entry.runtime_data.data.connected, 30)
    return entry

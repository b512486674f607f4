"""What other assistants can do with boots: the page says what their bridges do."""

from pathlib import Path
from typing import override

from homeassistant.components.alexa.config import AbstractConfig
from homeassistant.components.alexa.entities import ENTITY_ADAPTERS
from homeassistant.components.google_assistant.const import DOMAIN_TO_GOOGLE_TYPES
from homeassistant.components.google_assistant.trait import TRAITS
from homeassistant.components.homekit.accessories import HomeDriver, get_accessory
from homeassistant.components.homekit.iidmanager import AccessoryIIDStorage
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_SUPPORTED_FEATURES
from homeassistant.core import HomeAssistant, State

from ..entities.acting import Acting
from ..entities.conftest import every_entity

__all__ = ["every_entity"]

PAGE = Path(__file__).parents[3] / "docs" / "assistants.md"
TOLD = (
    ("switch", "session"),
    ("button", "confirm_session"),
    ("button", "stop"),
    ("button", "pause"),
    ("button", "resume"),
    ("select", "mode"),
    ("number", "target_pressure"),
    ("number", "duration"),
    ("binary_sensor", "session_running"),
    ("sensor", "phase"),
    ("sensor", "time_remaining"),
    ("event", "session"),
)
NOTHING = "–"
OF_ALL = {"Alexa", "Alexa.EndpointHealth"}


class Config(AbstractConfig):
    """An account at Alexa's, as far as entities are concerned."""

    @property
    @override
    def locale(self) -> str:
        return "en-US"

    @property
    @override
    def entity_config(self) -> dict[str, object]:
        return {}


Config.__abstractmethods__ = frozenset()


def google(state: State) -> str:
    """Return what Google sees: the kind of device, and what it can do."""
    kind = DOMAIN_TO_GOOGLE_TYPES.get(state.domain)
    traits = [
        trait.name.rpartition(".")[2]
        for trait in TRAITS
        if trait.supported(
            state.domain,
            state.attributes.get(ATTR_SUPPORTED_FEATURES, 0),
            state.attributes.get(ATTR_DEVICE_CLASS),
            state.attributes,
        )
    ]
    if kind is None or not traits:
        return NOTHING
    return f"{kind.rpartition('.')[2].lower()}: {', '.join(traits)}"


def alexa(hass: HomeAssistant, state: State) -> str:
    """Return what Alexa can do."""
    adapter = ENTITY_ADAPTERS.get(state.domain)
    if adapter is None:
        return NOTHING
    entity = adapter(hass, Config(hass), state)
    names = {interface.name() for interface in entity.interfaces()} - OF_ALL
    return ", ".join(sorted(name.removeprefix("Alexa.") for name in names)) or NOTHING


def homekit(hass: HomeAssistant, driver: HomeDriver, state: State) -> str:
    """Return the accessory that HomeKit shows."""
    accessory = get_accessory(hass, driver, state, 2, {"name": "Boots"})
    return NOTHING if accessory is None else type(accessory).__name__


async def test_the_page_says_what_the_bridges_do(
    boots: Acting, every_entity: None, tmp_path: Path
) -> None:
    """Row by row, as the bridges of this Home Assistant map them."""
    storage = AccessoryIIDStorage(boots.hass, "boots")
    await storage.async_initialize()
    driver = HomeDriver(
        boots.hass,
        "boots",
        "Bridge",
        "Boots",
        storage,
        loop=boots.hass.loop,
        address="127.0.0.1",
        port=0,
        persist_file=str(tmp_path / "homekit"),
    )
    rows = []
    for platform, key in TOLD:
        state = boots.get(platform, key)
        rows.append(
            f"| `{platform}` *{state.name.removeprefix('Boots ')}* | {google(state)} |"
            f" {alexa(boots.hass, state)} | {homekit(boots.hass, driver, state)} |"
        )
    page = PAGE.read_text(encoding="utf-8").splitlines()
    told = [line for line in page if line.startswith("| `")]
    assert told == rows, "\n".join(rows)

"""The dashboard card: served by the integration, and loaded by every dashboard.

Its address changes with what is in the file, so that no browser keeps an old one.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant, callback
from homeassistant.setup import async_when_setup
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

SERVED: HassKey[bool] = HassKey(f"{DOMAIN}_card")

CARD: Final = Path(__file__).parent / "frontend" / "kumo-boots-card.js"


def card_url() -> str:
    """Return where the card is served; reads the file."""
    version = sha256(CARD.read_bytes()).hexdigest()[:12]
    return f"/{DOMAIN}/{version}/{CARD.name}"


@callback
def async_setup_card(hass: HomeAssistant) -> None:
    """Have dashboards know the card, once there is a frontend; there may be none.

    Safe to call again. A page that is open already knows it after a reload.
    """
    if hass.data.get(SERVED):
        return
    hass.data[SERVED] = True
    async_when_setup(hass, "frontend", _async_serve)


async def _async_serve(hass: HomeAssistant, _frontend: str) -> None:
    url = await hass.async_add_executor_job(card_url)
    await hass.http.async_register_static_paths(
        [StaticPathConfig(url, str(CARD), cache_headers=True)]
    )
    add_extra_js_url(hass, url)

"""The card is served by the integration; a house without dashboards has none."""

from pathlib import Path
from typing import Any

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.kumo_boots import card
from custom_components.kumo_boots.const import DOMAIN
from simulator.house import House

from ..conftest import until
from ..entities.acting import Acting
from ..entities.conftest import entry_of


def urls(hass: HomeAssistant) -> list[str]:
    """Return what every dashboard loads of ours."""
    return [url for url in hass.data[DATA_EXTRA_MODULE_URL].urls if "kumo" in url]


async def test_every_dashboard_loads_it(
    proxied_hass: HomeAssistant, house: House, hass_client: Any
) -> None:
    """Without a resource that somebody has to add, and for browsers to keep."""
    hass = proxied_hass
    assert await async_setup_component(hass, "frontend", {})
    entry = entry_of(house)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    [url] = urls(hass)
    assert url == card.card_url()
    answer = await (await hass_client()).get(url)
    assert answer.status == 200
    assert await answer.read() == card.CARD.read_bytes()
    assert "max-age" in answer.headers["Cache-Control"]
    assert "javascript" in answer.content_type


async def test_a_reload_serves_it_no_second_time(boots: Acting) -> None:
    """Also where the frontend comes later than the boots, and none is no hindrance."""
    hass = boots.hass
    assert DATA_EXTRA_MODULE_URL not in hass.data
    assert await async_setup_component(hass, "frontend", {})
    await hass.async_block_till_done()
    assert len(urls(hass)) == 1
    assert await hass.config_entries.async_reload(boots.entry.entry_id)
    await hass.async_block_till_done()
    assert len(urls(hass)) == 1


async def test_boots_that_are_found_bring_it_along(proxied_hass: HomeAssistant) -> None:
    """Whoever adds them needs no reload: their page was opened after that."""
    hass = proxied_hass
    assert await async_setup_component(hass, "frontend", {})
    await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
    await until(lambda: urls(hass))
    assert len(urls(hass)) == 1


def test_another_card_has_another_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So that no browser goes on with the one before an update."""
    before = card.card_url()
    changed = tmp_path / card.CARD.name
    changed.write_bytes(card.CARD.read_bytes() + b"\n")
    monkeypatch.setattr(card, "CARD", changed)
    assert card.card_url() != before
    assert card.card_url().endswith("/kumo-boots-card.js")

"""Home Assistant's own pages about the boots, as a person reads them in a browser."""

from functools import cache
import json
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, expect
import pytest

from custom_components.kumo_boots import const
from simulator.browsing import a_browser
from simulator.page_pictures import Pages

from .card_screen import PATIENCE_MS, a_screen
from .conftest import MoveIn

pytestmark = pytest.mark.e2e

FOLDER = Path(const.__file__).parent / "translations"


@cache
def words(language: str) -> Any:
    """Return the texts of a language."""
    return json.loads((FOLDER / f"{language}.json").read_text())


async def asks_for(flow: Locator, step: dict[str, Any]) -> None:
    """Have a screen of a flow ask for its fields in order, each by its name."""
    await expect(flow.locator("ha-form")).to_be_visible(timeout=PATIENCE_MS)
    names: list[str] = await flow.locator("ha-form").evaluate(
        """form => [...form.shadowRoot.querySelectorAll("ha-selector")]
             .map(field => field.label)"""
    )
    assert len(names) > 1
    # Some are for boots that count in levels.
    assert [each for each in step["data"].values() if each in names] == names


async def reads(place: Locator, *texts: str) -> None:
    """Wait until each of these can be read there."""
    for text in texts:
        await expect(place.get_by_text(text).first).to_be_attached(timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("language", "configure"), [("en", "Configure"), ("de", "Konfigurieren")]
)
async def test_they_read_well(
    move_in: MoveIn, tmp_path: Path, language: str, configure: str
) -> None:
    """Dialogs, flows, the logbook, a repair: in words, and none of them a key."""
    resident, [pair] = await move_in()
    say = words(language)
    entities = say["entity"]
    # An entity has its name in the language of the home; its state, of who looks.
    named = words("en")["entity"]
    await resident.set_up(pair, mode="relax", target_mmhg=40, minutes=20)
    await resident.ask(pair)
    await resident.say_yes(pair)
    async with a_browser() as browser:
        screen = await a_screen(browser, resident, 1280)
        page = screen.page
        await page.add_init_script(
            f"localStorage.setItem('selectedLanguage', '\"{language}\"')"
        )
        pages = Pages(page, resident.home, tmp_path)
        await pages.go("config/integrations/dashboard")
        await pages.more_info(pair.entity("sensor.phase"))
        dialog = page.locator("ha-more-info-dialog")
        phase = entities["sensor"]["phase"]
        await reads(
            dialog,
            "Recovery boots",
            named["sensor"]["phase"]["name"],
            phase["state"]["running"],
        )

        await pages.go("config/integrations/dashboard")
        await pages.more_info(pair.entity("select.mode"))
        mode = entities["select"]["mode"]
        await reads(dialog, named["select"]["mode"]["name"], mode["state"]["relax"])

        await pages.go("config/integrations/dashboard")
        await pages.more_info(pair.entity("sensor.left.pressure_foot"))
        await reads(dialog, "mmHg", named["sensor"]["pressure_foot"]["name"])
        shown = await dialog.get_by_text("mmHg").first.inner_text()
        assert "." not in shown.replace("mmHg", "")

        device = await resident.device(pair)
        await pages.go(f"logbook?device_id={device}")
        await reads(
            page.locator("ha-logbook"),
            phase["state"]["running"],
            named["event"]["session"]["name"],
        )
        flow = page.locator("dialog-data-entry-flow")
        await pages.configure(configure)
        await asks_for(flow, say["options"]["step"]["init"])
        for kind in ("wearer", "routine"):
            subentry = say["config_subentries"][kind]
            await pages.configure(subentry["initiate_flow"]["user"])
            await asks_for(flow, subentry["step"]["user"])

        resident.house.boots["pair1-left"].faults.overpressure()
        await pages.go("config/repairs")
        repair = say["issues"]["fault_over_pressure"]
        title = repair["title"].replace("{name}", "Recovery boots")
        await page.get_by_text(title).first.click(timeout=PATIENCE_MS)
        told = page.locator("dialog-repairs-issue, dialog-data-entry-flow")
        await reads(told.first, repair["description"].split("\n\n")[0][:40])
        assert screen.errors == []

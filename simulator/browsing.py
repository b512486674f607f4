"""A signed-in person at a real browser, looking at a real Home Assistant."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import json
import shutil
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from .home import Home

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser_path() -> str:
    """Return the installed browser; raises FileNotFoundError where there is none."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("no Chromium: run script/setup --browser")


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Run a browser without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            await browser.close()


async def sign_in(
    browser: Browser,
    home: Home,
    width: int,
    height: int,
    *,
    sidebar: bool = False,
    **context: Any,
) -> Page:
    """Return a page that is signed in as the demo's person.

    As a person, and not with a long-lived token: programs cannot say yes.
    """
    page = await browser.new_page(
        viewport={"width": width, "height": height}, service_workers="block", **context
    )
    docked = "docked" if sidebar else "always_hidden"
    kept = {"hassTokens": home.tokens(), "dockedSidebar": docked}
    for name, value in kept.items():
        await page.add_init_script(
            f"localStorage.setItem({json.dumps(name)}, {json.dumps(json.dumps(value))})"
        )
    return page


async def dashboard(home: Home, path: str, config: Mapping[str, Any]) -> None:
    """Make a dashboard, or give it another content; it is at ``/{path}``."""
    known = await home.call("lovelace/dashboards/list")
    if not any(each["url_path"] == path for each in known):
        await home.call(
            "lovelace/dashboards/create",
            url_path=path,
            title="Recovery",
            mode="storage",
            show_in_sidebar=True,
            require_admin=False,
            icon="mdi:seat-recline-extra",
        )
    await home.call("lovelace/config/save", url_path=path, config=dict(config))

"""Starts a real headless Chromium: the system's if there is one, else the one that Playwright has installed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser under test must not look for updates or accounts, and in a container it is often started by root.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def system_browser() -> str | None:
    """Path of the browser that the system has, if any; without one, Playwright takes its own."""
    return next((path for name in SYSTEM_BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A running browser, closed when the block ends.

    Raises:
        playwright.sync_api.Error: there is none.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_browser(), args=list(CHROMIUM_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()

"""Starts a headless Chromium: the system's, or the one that Playwright has installed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium without windows, and the same for a page: to open one takes the processor 0.5 s instead
# of 1.5. Playwright's own headless browser is of this kind too.
HEADLESS_SHELL = "chromium-headless-shell"
# The others' toolbar is a web page itself, in a process of its own for each window: without it, and
# without a process that is kept in reserve, it takes 0.8 s.
TOOLBAR = "InitialWebUI,WebUIReloadButton,PreloadTopChromeWebUI,SpareRendererForSitePerProcess"
# What Playwright switches off. Of two such lists Chromium heeds the last one alone.
PLAYWRIGHT_SWITCHES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
# A browser under test must not look for updates or accounts. In a container root often starts it,
# which needs --no-sandbox.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={PLAYWRIGHT_SWITCHES_OFF},{TOOLBAR}",
)


def system_browser() -> str | None:
    """Path of the system's browser, or None, for which Playwright takes its own."""
    return next(filter(None, map(shutil.which, (*BROWSERS, HEADLESS_SHELL))), None)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A running browser, closed when the block ends.

    Raises:
        playwright.sync_api.Error: there is no browser.
    """
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            yield browser
        finally:
            browser.close()


def launch(chromium: BrowserType, *switches: str) -> Browser:
    """Start another browser, with switches of its own.

    Raises:
        playwright.sync_api.Error: there is no browser.
    """
    return chromium.launch(
        executable_path=shutil.which(HEADLESS_SHELL) or system_browser(),
        args=[*CHROMIUM_ARGUMENTS, *switches],
    )

"""Starts a real headless Chromium: the system's if there is one, else the one that Playwright has installed.

`python -m tests.browser` makes sure that there is one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser under test must not look for updates or accounts, and in a container it is often started by root.
ARGUMENTS = (
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
def chromium() -> Iterator[Browser]:
    """A running browser, closed when the block ends.

    Raises:
        playwright.sync_api.Error: there is none.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_browser(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def starts() -> bool:
    """Whether a browser can be started."""
    try:
        with chromium():
            return True
    except Error:
        return False


def install() -> None:
    """Install Chromium: Debian's package where that is possible without a question, else Playwright's own download."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
        apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        if not rights or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
            subprocess.run([*apt, "update"], check=False)
            ways.insert(0, [*apt, "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"])
    for way in ways:
        print("No browser to test with yet:", " ".join(way), flush=True)
        subprocess.run(way, stdout=subprocess.DEVNULL, check=False)
        if starts():
            return
    sys.exit("No browser could be installed. Install Chromium or Chrome by hand and try again.")


if __name__ == "__main__":
    if not starts():
        install()

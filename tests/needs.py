"""Makes sure of what tests need and pip does not install: a browser, and Redis. `python -m tests.needs`."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Error

from tests.browser import chromium


def browser_starts() -> bool:
    """Whether a browser can be started."""
    try:
        with chromium():
            return True
    except Error:
        return False


def redis() -> str | None:
    """Path of a program that is Redis when called `redis-server`, if there is one.

    Debian's redis-check-rdb is the same file, and comes without a service that starts with the machine.
    """
    return shutil.which("redis-server") or shutil.which("redis-check-rdb")


def apt(packages: list[str]) -> None:
    """Install Debian's packages, where that is possible without a question."""
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    may = not rights or (shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0)
    if not shutil.which("apt-get") or not may:
        return
    print("Installing what tests need:", " ".join(packages), flush=True)
    command = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*command, "update"], check=False)
    subprocess.run([*command, "install", "-y", "--no-install-recommends", *packages], stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    """Install what is missing; exit with a sentence where there is no browser in the end."""
    missing = [*([] if redis() else ["redis-tools"]), *([] if browser_starts() else ["chromium", "fonts-dejavu-core"])]
    if missing:
        apt(missing)
    if not redis():
        print("No Redis: the test that counts in Redis will be skipped.")
    if "chromium" in missing and not browser_starts():
        print("Installing Playwright's own Chromium", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL, check=False)
        if not browser_starts():
            sys.exit("No browser could be installed. Install Chromium or Chrome by hand and try again.")


if __name__ == "__main__":
    main()

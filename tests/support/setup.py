"""Installs what tests need beside Python packages: `python -m tests.support.setup`.

That is a browser, fonts, Node.js, Redis, nginx, the Autobahn test suite and an inference server.
With the argument `browser` it installs the browser and fonts alone.
"""

import contextlib
import os
import platform
import shutil
import subprocess
import sys

from playwright.sync_api import Error

from tests.support import autobahn_environment
from tests.support.browser import HEADLESS_SHELL, running_chromium
from tests.support.engines import mlserver_environment
from tests.support.nginx import nginx_program
from tests.support.separate_environment import Unavailable


def can_start_browser() -> bool:
    """Whether a browser can be started."""
    try:
        with running_chromium():
            return True
    except Error:
        return False


def redis_program() -> str | None:
    """Path of a program that is Redis when called `redis-server`, if there is one.

    Debian's redis-check-rdb is the same file, and its package starts no service.
    """
    return shutil.which("redis-server") or shutil.which("redis-check-rdb")


def apt_install(packages: list[str]) -> None:
    """Install Debian packages, where that is possible without a password."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    is_allowed = not sudo or (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    )
    if not shutil.which("apt-get") or not is_allowed:
        return
    print("Installing what tests need:", " ".join(packages), flush=True)
    command = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*command, "update"], check=False)
    subprocess.run(
        [*command, "install", "-y", "--no-install-recommends", *packages],
        stdout=subprocess.DEVNULL,
        check=False,
    )


def is_debian() -> bool:
    """Whether this is Debian itself. Ubuntu has no Chromium as a package."""
    with contextlib.suppress(OSError):
        return platform.freedesktop_os_release()["ID"] == "debian"
    return False


def install_browser() -> None:
    """Install a browser if there is none; exit with a message where that fails.

    On Debian the headless shell is installed beside another browser, since tests take twice as long
    without it.
    """
    if is_debian() and not shutil.which(HEADLESS_SHELL):
        apt_install([HEADLESS_SHELL, "fonts-dejavu-core"])
    if can_start_browser():
        return
    apt_install(["chromium", "fonts-dejavu-core"])
    if can_start_browser():
        return
    print("Installing Playwright's own Chromium", flush=True)
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"],
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if not can_start_browser():
        sys.exit("No browser could be installed. Install Chromium or Chrome by hand and try again.")


def has_chinese_font() -> bool:
    """Whether there is a font with Chinese characters; assumed where fc-list is missing."""
    if not shutil.which("fc-list"):
        return True
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=True).stdout)


def install_fonts() -> None:
    """Install a font with Chinese characters, without which screenshots show empty boxes."""
    if not has_chinese_font():
        apt_install(["fonts-wqy-microhei"])
    if not has_chinese_font():
        print("No font with Chinese characters: screenshots in Chinese will show empty boxes.")


def install_node() -> None:
    """Install Node.js for JavaScript's tests and linters; exit with a sentence where that fails."""
    if not shutil.which("node") or not shutil.which("npm"):
        apt_install(["nodejs", "npm"])
    if not shutil.which("node") or not shutil.which("npm"):
        sys.exit(
            "Node.js could not be installed. Install version 20.19 or newer by hand and try again."
        )


def install_nginx() -> None:
    """Install nginx, and stop the service that its package starts: tests start their own."""
    if nginx_program():
        return
    apt_install(["nginx-light"])
    if not nginx_program():
        print("No nginx: the tests below a sub-path will be skipped.")
    elif shutil.which("systemctl"):
        subprocess.run(["systemctl", "disable", "--now", "nginx"], capture_output=True, check=False)


def install_optional_programs() -> None:
    """Install what only a few tests need, which skip without it."""
    if not redis_program():
        apt_install(["redis-tools"])
    if not redis_program():
        print("No Redis: the test of the shared rate limit will be skipped.")
    install_nginx()
    try:
        autobahn_environment.make_environment()
    except Unavailable as unavailable:
        print(f"The test of the WebSocket protocol will be skipped: {unavailable}")
    try:
        mlserver_environment.make_environment()
    except Unavailable as unavailable:
        print(f"The test with an inference server will be skipped: {unavailable}")


if __name__ == "__main__":
    install_browser()
    install_fonts()
    if "browser" not in sys.argv[1:]:
        install_node()
        install_optional_programs()

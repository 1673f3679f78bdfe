"""Installs what tests need beside Python packages: `python -m tests.support.setup`.

That is a browser, fonts, Node.js and packages for it, Redis, nginx, HAProxy, Caddy, Prometheus, the
Autobahn test suite and an inference server. With the argument `browser` it installs the browser and
fonts alone, with `nginx` or `prometheus` that alone.
"""

import contextlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Error

from tests.support import autobahn_environment
from tests.support.browser import HEADLESS_SHELL, running_chromium
from tests.support.engines import mlserver_environment
from tests.support.files import ROOT, WEB_EXAMPLES
from tests.support.separate_environment import Unavailable
from tests.support.server_program import server_program

# Servers that tests start themselves, each with its package.
SERVERS = {
    "nginx": "nginx-light",
    "haproxy": "haproxy",
    "caddy": "caddy",
    "prometheus": "prometheus",
}


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


def install_packages(folder: Path) -> None:
    """Install the npm packages of a folder's lock file; exit with a sentence where that fails."""
    lock, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=folder, check=False).returncode:
        sys.exit(f"The npm packages of {folder} could not be installed: npm says why above.")
    installed.touch()


def install_servers(names: Iterable[str]) -> None:
    """Install servers, and stop the services that their packages start: tests start their own."""
    missing = [name for name in names if not server_program(name)]
    if not missing:
        return
    apt_install([SERVERS[name] for name in missing])
    for name in missing:
        if not server_program(name):
            print(f"No {name}: the tests with it will be skipped.")
        elif shutil.which("systemctl"):
            stop = ["systemctl", "disable", "--now", name]
            subprocess.run(stop, capture_output=True, check=False)


def install_optional_programs() -> None:
    """Install what only a few tests need, which skip without it."""
    if not redis_program():
        apt_install(["redis-tools"])
    if not redis_program():
        print("No Redis: the test of the shared rate limit will be skipped.")
    if not shutil.which("openssl"):
        apt_install(["openssl"])  # makes the certificates of proxies
    install_servers(SERVERS)
    try:
        autobahn_environment.make_environment()
    except Unavailable as unavailable:
        print(f"The test of the WebSocket protocol will be skipped: {unavailable}")
    try:
        mlserver_environment.make_environment()
    except Unavailable as unavailable:
        print(f"The test with an inference server will be skipped: {unavailable}")


if __name__ == "__main__":
    if SERVERS.keys() & sys.argv[1:]:
        install_servers(sys.argv[1:])
        sys.exit()
    install_browser()
    install_fonts()
    if "browser" not in sys.argv[1:]:
        install_node()
        install_packages(ROOT)
        install_packages(WEB_EXAMPLES)
        install_optional_programs()

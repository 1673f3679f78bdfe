"""Environments for programs that cannot be installed beside the project's own packages.

Each lies in a folder of the project, is installed once, and anew when what is wanted has changed.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

INSTALL_TIMEOUT_S = 900


class Unavailable(Exception):  # noqa: N818  # nothing is wrong with the server
    """A program cannot run here; the message says why."""


def install_once(
    folder: Path, wanted: str, *, is_usable: Callable[[], bool], install: Callable[[], None]
) -> None:
    """Install what is wanted into a folder, unless it is there.

    Args:
        folder: of the environment.
        wanted: what describes it; it is installed anew when this changes.
        is_usable: whether what is there can run.
        install: installs it; raises `Unavailable`.
    """
    stamp = folder / "stamp"
    # An environment holds its own path and cannot be moved.
    wanted = f"{folder}\n{wanted}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        # A second test run waits until the first has installed it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted and is_usable():
            return
        stamp.unlink(missing_ok=True)
        install()
        # The stamp comes last, so that an environment without one is incomplete.
        stamp.write_text(wanted)


def run_or_raise(name: str, command: Sequence[str], **environment: str) -> None:
    """Run a command that installs a program.

    Raises:
        Unavailable: it failed; the message has its last error.
    """
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(
            f"{name} cannot be installed: {INSTALL_TIMEOUT_S} s were not enough"
        ) from None
    if done.returncode:
        errors = (
            [line for line in done.stderr.splitlines() if "error" in line.lower()]
            or done.stderr.splitlines()
            or [""]
        )
        raise Unavailable(f"{name} cannot be installed: {errors[-1].strip()}")


def install_packages(
    name: str, environment: Path, *, python: str, requirements: Path, options: Sequence[str]
) -> None:
    """Make an environment, and install the packages of a file, of which none is built here.

    Args:
        name: of the program, for the error.
        environment: its folder; what it held is gone.
        python: which it is to have, as uv takes it; none is downloaded.
        requirements: the file.
        options: of `uv pip install`.

    Raises:
        Unavailable: there is no such Python, or the packages cannot be installed.
    """
    uv = [sys.executable, "-m", "uv", "--quiet", "--system-certs"]
    make = ["venv", "--clear", "--no-python-downloads", "--python", python, str(environment)]
    run_or_raise(name, [*uv, *make])
    install = ["pip", "install", "--no-build", "--python", str(environment / "bin" / "python")]
    run_or_raise(name, [*uv, *install, *options, "--requirement", str(requirements)])

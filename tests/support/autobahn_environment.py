"""Installs the Autobahn test suite into an environment of its own, with Python 2.7."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.support.files import ROOT

ENVIRONMENT_FOLDER = ROOT / ".autobahn"
REQUIREMENTS = ROOT / "tests" / "support" / "autobahn-requirements.txt"
# The last versions of virtualenv that support Python 2.7 are before 20.22.
VIRTUALENV = "virtualenv==20.15.1"
INSTALL_TIMEOUT_S = 900


class Unavailable(Exception):  # noqa: N818  # nothing is wrong with the server
    """The suite cannot run here; the message says why."""


def make_environment(folder: Path = ENVIRONMENT_FOLDER) -> Path:
    """The Python 2.7 with the suite, installed if it is missing.

    Raises:
        Unavailable: no Python 2.7 is here, or the packages cannot be installed.
    """
    python, stamp = folder / "python" / "bin" / "python", folder / "stamp"
    # An environment holds its own path and cannot be moved.
    wanted = f"{folder}\n{VIRTUALENV}\n{REQUIREMENTS.read_text()}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        # A second test run waits until the first has installed it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted and _is_python2(str(python)):
            return python
        stamp.unlink(missing_ok=True)
        _install(folder, python)
        # The stamp comes last, so that an environment without one is incomplete.
        stamp.write_text(wanted)
        return python


def _install(folder: Path, python: Path) -> None:
    base = next(_pythons(), None)
    if base is None:
        raise Unavailable(
            "the Autobahn test suite needs a Python 2.7: "
            "python2.7 on the path, or `pyenv install 2.7.18`"
        )
    tools, environment = folder / "tools", python.parent.parent
    for left_over in (tools, environment):
        shutil.rmtree(left_over, ignore_errors=True)
    install = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _run_or_raise([sys.executable, *install, "--target", str(tools), VIRTUALENV])
    # Without --no-periodic-update virtualenv looks for newer wheels in the background.
    make = [
        sys.executable,
        "-m",
        "virtualenv",
        "--quiet",
        "--no-periodic-update",
        "--python",
        base,
        str(environment),
    ]
    _run_or_raise(make, PYTHONPATH=str(tools))
    _run_or_raise([str(python), *install, "--no-deps", "--requirement", str(REQUIREMENTS)])
    shutil.rmtree(tools)


def _pythons() -> Iterator[str]:
    """Every Python 2.7 found. `python2.7` may be a shim of pyenv with no Python behind it."""
    candidates = [shutil.which("python2.7")]
    if pyenv := shutil.which("pyenv"):
        root = subprocess.run(
            [pyenv, "root"], capture_output=True, text=True, check=False
        ).stdout.strip()
        candidates += sorted(
            map(str, Path(root, "versions").glob("2.7.*/bin/python2.7")), reverse=True
        )
    return (python for python in candidates if python and _is_python2(python))


def _is_python2(python: str) -> bool:
    try:
        version = subprocess.run(
            [python, "-c", "import sys; print(sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return version.stdout.strip() == "(2, 7)"


def _run_or_raise(command: Sequence[str], **environment: str) -> None:
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
            f"the Autobahn test suite cannot be installed: {INSTALL_TIMEOUT_S} s were not enough"
        ) from None
    if done.returncode:
        errors = (
            [line for line in done.stderr.splitlines() if "error" in line.lower()]
            or done.stderr.splitlines()
            or [""]
        )
        raise Unavailable(f"the Autobahn test suite cannot be installed: {errors[-1].strip()}")

"""Installs the Autobahn test suite into an environment of its own, with Python 2.7."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.files import ROOT
from tests.support.separate_environment import Unavailable, install_once, run_or_raise

ENVIRONMENT_FOLDER = ROOT / ".autobahn"
REQUIREMENTS = ROOT / "tests" / "support" / "autobahn-requirements.txt"
# The last versions of virtualenv that support Python 2.7 are before 20.22.
VIRTUALENV = "virtualenv==20.15.1"
SUITE = "the Autobahn test suite"


def make_environment(folder: Path = ENVIRONMENT_FOLDER) -> Path:
    """The Python 2.7 with the suite, installed if it is missing.

    Raises:
        Unavailable: no Python 2.7 is here, or the packages cannot be installed.
    """
    python = folder / "python" / "bin" / "python"
    install_once(
        folder,
        f"{VIRTUALENV}\n{REQUIREMENTS.read_text()}",
        is_usable=lambda: _is_python2(str(python)),
        install=lambda: _install(folder, python),
    )
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
    run_or_raise(SUITE, [sys.executable, *install, "--target", str(tools), VIRTUALENV])
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
    run_or_raise(SUITE, make, PYTHONPATH=str(tools))
    run_or_raise(SUITE, [str(python), *install, "--no-deps", "--requirement", str(REQUIREMENTS)])
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

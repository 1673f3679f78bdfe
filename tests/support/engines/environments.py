"""Python environments of inference engines: `python -m tests.support.engines.environments`.

Engines want other versions of packages than the service, so that each has an environment of its own
in `.engines/`, with the packages that `deploy/engines/ENGINE/requirements.txt` pins.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.files import ROOT

ENGINES = ("ray", "triton", "openvino")
FOLDER = ROOT / ".engines"
REQUIREMENTS = ROOT / "deploy" / "engines"
_INSTALLED = "installed"  # in an environment: the hash of the requirements that it has


def python_of(engine: str) -> Path:
    """The Python of an engine's environment."""
    return FOLDER / engine / "bin" / "python"


def is_installed(engine: str) -> bool:
    """Whether an engine's environment has what is pinned now."""
    marker = FOLDER / engine / _INSTALLED
    return marker.exists() and marker.read_text() == _wanted(engine)


def install(engine: str) -> None:
    """Make an engine's environment, unless it is there.

    Raises:
        CalledProcessError: its packages could not be installed; pip has said why.
    """
    if is_installed(engine):
        return
    print(f"Installing {engine} in {FOLDER.name}/{engine}", flush=True)
    folder = FOLDER / engine
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [str(python_of(engine)), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    options = ["--require-hashes", "--only-binary", ":all:"]
    requirements = REQUIREMENTS / engine / "requirements.txt"
    subprocess.run([*pip, "install", *options, "-r", str(requirements)], check=True)
    (folder / _INSTALLED).write_text(_wanted(engine))


def _wanted(engine: str) -> str:
    return hashlib.sha256((REQUIREMENTS / engine / "requirements.txt").read_bytes()).hexdigest()


if __name__ == "__main__":
    for name in ENGINES:
        install(name)

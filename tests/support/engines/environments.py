"""Python environments of inference engines: `python -m tests.support.engines.environments`.

Engines want other versions of packages than the service, so that each has an environment of its own
in `.engines/`, with the packages that `deploy/engines/ENGINE/requirements.txt` pins.
"""

import sys
from pathlib import Path

from tests.support.files import ROOT
from tests.support.separate_environment import Unavailable, install_once, install_packages

ENGINES = ("ray", "triton", "openvino")
FOLDER = ROOT / ".engines"
REQUIREMENTS = ROOT / "deploy" / "engines"


def programs_of(engine: str) -> Path:
    """The folder of programs in an engine's environment."""
    return FOLDER / engine / "python" / "bin"


def python_of(engine: str) -> Path:
    """The Python of an engine's environment."""
    return programs_of(engine) / "python"


def install(engine: str) -> None:
    """Make an engine's environment, of this Python, unless it is there.

    Raises:
        Unavailable: its packages could not be installed.
    """
    FOLDER.mkdir(exist_ok=True)
    requirements = REQUIREMENTS / engine / "requirements.txt"
    install_once(
        FOLDER / engine,
        f"{sys.version}\n{requirements.read_text()}",
        is_usable=python_of(engine).exists,
        install=lambda: _install(engine, requirements),
    )


def _install(engine: str, requirements: Path) -> None:
    print(f"Installing {engine} in {FOLDER.name}/{engine}", flush=True)
    install_packages(
        engine,
        programs_of(engine).parent,
        python=sys.executable,
        requirements=requirements,
        options=["--require-hashes"],
    )


if __name__ == "__main__":
    try:
        for name in ENGINES:
            install(name)
    except Unavailable as unavailable:
        sys.exit(str(unavailable))

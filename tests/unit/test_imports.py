"""What no import contract in pyproject.toml can say: what is loaded, and what the page loads."""

import subprocess
import sys

import pytest

from tests.support.files import ROOT


@pytest.mark.parametrize("package", ["realtime", "train", "benchmarks", "tools", "tests"])
def test_package_files_are_empty(package: str) -> None:
    """The master imports packages before gevent patches the standard library."""
    files = list((ROOT / package).rglob("__init__.py"))
    assert files
    assert not [file for file in files if file.read_bytes()]


def test_the_running_application_has_not_loaded_what_it_does_not_need() -> None:
    """TensorFlow and formats of files never; the client of Redis, 6 MB of each worker, at need."""
    code = """if True:
        import realtime.app, sys
        unneeded = ("tensorflow", "keras", "train", "redis", "lxml")
        print([m for m in sys.modules if m.split(".")[0] in unneeded])
    """
    assert (
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for file in [
        *(ROOT / "web").rglob("*.html"),
        *(ROOT / "web").rglob("*.css"),
        *(ROOT / "web").rglob("*.js"),
    ]:
        for line in file.read_text().splitlines():
            assert 'src="http' not in line, f"{file}: {line}"
            assert "url(http" not in line, f"{file}: {line}"
            assert 'from "http' not in line, f"{file}: {line}"

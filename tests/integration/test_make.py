"""Tests of `make`: with whatever Python there is, and in a folder that was moved."""

import contextlib
import os
import re
import shutil
import signal
import site
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.files import ROOT
from tests.support.server import free_port

NEEDED = ("Makefile", "gunicorn.conf.py", "requirements-serve.txt", "requirements.txt")
FOLDERS = ("realtime", "web", "weights", "tools")
# What the recipes and this file's stand-ins call.
PROGRAMS = ("sh", "make", "uname", "rm", "touch", "env")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, without an environment."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in NEEDED:
        shutil.copy(ROOT / name, folder)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    return folder


def path_with(folder: Path, pythons: Mapping[str, str]) -> str:
    """A PATH on which these are all Pythons there are: names, and the version that each claims."""
    folder.mkdir()
    for name in PROGRAMS:
        program = shutil.which(name)
        assert program
        (folder / name).symlink_to(program)
    for name, version in pythons.items():
        major, minor = version.split(".")
        # Version 3.14 and newer may not be there: this Python says that it is.
        (folder / name).write_text(
            f"""#!/bin/sh
case "$1" in
-c) exec {sys.executable} "$@" ;;
-m) echo "would run $*"; exit 3 ;;
esac
exec {sys.executable} -c 'import runpy, sys
sys.version_info = ({major}, {minor}, 0, "final", 0)
runpy.run_path(sys.argv[1], run_name="__main__")' "$@"
"""
        )
        (folder / name).chmod(0o755)
    return str(folder)


def make(project: Path, *arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    """Run make with nothing else in its environment."""
    return subprocess.run(
        ["make", *arguments],
        cwd=project,
        env={"PATH": path, "CI": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3.14": "3.14"}, "python3.14"),
        ({"python3.14": "3.14", "python3": "3.9"}, "python3.14"),
        ({"python3": "3.12"}, "python3"),
        ({"python": "3.13"}, "python"),
        ({"python3": "3.15", "python3.15": "3.15", "python3.12": "3.12"}, "python3.12"),
    ],
)
def test_any_python_that_will_do_is_taken(
    project: Path, tmp_path: Path, pythons: dict[str, str], chosen: str
) -> None:
    done = make(project, ".venv/bin/python", path=path_with(tmp_path / "bin", pythons))
    assert f"{chosen} -m venv .venv" in done.stdout, done.stdout + done.stderr
    assert "would run -m venv .venv" in done.stdout


@pytest.mark.parametrize(
    ("pythons", "words"),
    [
        ({}, "CPython 3.11 to 3.14 is needed"),
        ({"python3": "3.9"}, "Python 3.9 is too old"),
        ({"python3.10": "3.10"}, "Python 3.10 is too old"),
        ({"python3.15": "3.15"}, "Python 3.15 is too new"),
        ({"python3.20": "3.20", "python3": "3.20"}, "Python 3.20 is too new"),
    ],
)
def test_where_none_will_do_it_says_why(
    project: Path, tmp_path: Path, pythons: dict[str, str], words: str
) -> None:
    done = make(project, "serve", path=path_with(tmp_path / "bin", pythons))
    assert done.returncode
    assert words in done.stderr
    assert "3.11 to 3.14" in done.stderr
    assert "PYTHON=" in done.stderr


def test_a_python_that_was_named_is_checked_too(project: Path, tmp_path: Path) -> None:
    path = path_with(tmp_path / "bin", {"mine": "3.15", "python3.13": "3.13"})
    done = make(project, "serve", "PYTHON=mine", path=path)
    assert done.returncode
    assert "Python 3.15 is too new" in done.stderr
    assert "is needed" in make(project, "serve", "PYTHON=/nowhere", path=path).stderr


def test_what_pip_could_not_install_is_said_in_words(project: Path, tmp_path: Path) -> None:
    venv.create(project / ".venv", with_pip=False, symlinks=True)
    done = make(project, "serve", path=path_with(tmp_path / "bin", {"python3": "3.13"}))
    assert done.returncode
    assert "README.md" in done.stderr


def make_environment(project: Path) -> None:
    """A .venv as pip makes it: its programs name the folder that they were installed in."""
    venv.create(project / ".venv", with_pip=False, symlinks=True)
    [packages] = (project / ".venv" / "lib").glob("python*/site-packages")
    (packages / "packages.pth").write_text("\n".join(site.getsitepackages()))
    program = project / ".venv" / "bin" / "gunicorn"
    program.write_text(
        f"#!{project}/.venv/bin/python\n"
        "import sys\nfrom gunicorn.app.wsgiapp import run\nsys.exit(run())\n"
    )
    program.chmod(0o755)
    for name in ("serving", "everything"):
        (project / ".venv" / name).touch()


def test_it_serves_in_a_folder_that_was_moved(project: Path, tmp_path: Path) -> None:
    make_environment(project)
    moved = tmp_path / "renamed and moved"
    project.rename(moved)
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "serve"],
            cwd=moved,
            env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "1"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                    assert answer.status == 200
                    break
            except OSError:
                time.sleep(0.05)
        assert process.poll() is None, log.read_text()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def test_no_recipe_runs_a_program_that_names_its_folder() -> None:
    recipes = (ROOT / "Makefile").read_text()
    # Hadolint is no script of Python's.
    programs = set(re.findall(r"\$\(BIN\)/([\w-]+)", recipes))
    assert programs == {"python", "hadolint"}


def test_an_environment_whose_python_is_gone_is_made_anew(project: Path, tmp_path: Path) -> None:
    make_environment(project)
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    path = path_with(tmp_path / "bin", {"python3.13": "3.13"})
    make(project, "serve", path=path)
    assert not (project / ".venv" / "serving").exists(), "it would not be installed again"

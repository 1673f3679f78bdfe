"""Tests of the Dockerfile: its linter, and what is in the image and what is not."""

import subprocess
import sys
from pathlib import Path

from docker.utils import exclude_paths

from tests.support.deployment import DEPLOY, DOCKERFILE
from tests.support.files import ROOT
from tools.image.dockerfile import exec_form, read_stages

BIN = Path(sys.executable).parent


def test_the_linter_finds_nothing() -> None:
    linted = subprocess.run(
        [BIN / "hadolint", DOCKERFILE], capture_output=True, text=True, check=False
    )
    assert (linted.returncode, linted.stdout + linted.stderr) == (0, "")


def test_docker_finds_the_file_itself() -> None:
    """BuildKit reads no Dockerfile that is a link; whoever looks in deploy/ finds one."""
    assert not DOCKERFILE.is_symlink()
    assert (DEPLOY / "Dockerfile").resolve() == DOCKERFILE


def test_nobody_special_runs_it_and_signals_arrive() -> None:
    last = read_stages(DOCKERFILE)[-1]
    uid, gid = map(int, last.setting("USER").split(":"))
    assert uid == gid > 1000
    assert last.setting("STOPSIGNAL") == "SIGTERM"
    # In the shell form the shell would be the first process.
    [_, *command] = (ROOT / "Procfile").read_text().split()
    assert exec_form(last.setting("CMD")) == command
    assert exec_form(last.setting("HEALTHCHECK"))[1:] == ["-m", "realtime.server.health_check"]


def test_the_image_holds_what_is_served_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    held = {
        name
        for name in exclude_paths(str(ROOT), patterns, "Dockerfile")
        if (ROOT / name).is_file() and name not in ("Dockerfile", ".dockerignore")
    }
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wanted = ("realtime/", "web/", "weights/", "gunicorn.conf.py", "requirements-serve.txt")
    served = {name for name in tracked.stdout.splitlines() if name.startswith(wanted)}
    assert served - held == {
        name
        for name in served
        if name.startswith("weights/teacher/") or (name.endswith(".png") and "weights" in name)
    }
    # Nothing that git does not know, such as what a Python has left.
    assert {name for name in held - served if not name.startswith("realtime/")} == set()
    copied = {
        source.split("/")[0]
        for stage in read_stages(DOCKERFILE)
        for step in stage.steps
        if step.instruction == "COPY" and not step.value.startswith("--from")
        for source in step.value.split()[:-1]
    }
    assert copied == {name.rstrip("/") for name in wanted}

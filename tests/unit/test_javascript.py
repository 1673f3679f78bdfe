"""Runs the tests of JavaScript modules without a DOM: `node --test tests/js/`."""

import shutil
import subprocess

import pytest

from tests.support.files import ROOT

FILES = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "js").glob("*.test.js"))


def test_there_are_javascript_tests() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES)
def test_node_passes(file: str) -> None:
    node = shutil.which("node")
    assert node, "Node.js is missing: `python -m tests.support.setup` installs it"
    done = subprocess.run(
        [node, "--test", file], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

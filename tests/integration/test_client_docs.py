"""Tests that the examples of docs/client.md run as they stand there, and print what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.files import ROOT
from tests.support.pictures import PICTURES
from tests.support.server import Server

PAGE = (ROOT / "docs" / "client.md").read_text()
EXAMPLES = re.findall(
    r"^## (.*?)\n.*?^```python\n(.*?)^```\n\nprints\n\n```text\n(.*?)^```$",
    PAGE,
    re.MULTILINE | re.DOTALL,
)
# Where the page says that the server is.
ADDRESS = "localhost:8000"


def test_there_are_three_and_no_other_code() -> None:
    assert len(EXAMPLES) == PAGE.count("```python") == 3


@pytest.mark.parametrize(("title", "code", "printed"), EXAMPLES, ids=[one[0] for one in EXAMPLES])
def test_an_example_prints_what_the_page_says(
    tmp_path: Path, server: Server, title: str, code: str, printed: str
) -> None:
    assert ADDRESS in code, title
    (tmp_path / "seven.png").write_bytes(PICTURES["dark on light"])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code.replace(ADDRESS, server.http[7:])],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == (printed, "")

"""The wheel has all that serving needs: the code, the page, the models, a command."""

import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest

from realtime.recognition.registry import ModelRegistry, ModelSource
from tests.support.drawing import SEVEN, open_session
from tests.support.files import ROOT, WEIGHTS
from tests.support.server import Server, free_port, launch


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as pip would; what it depends on is that of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run([sys.executable, *build], check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site-packages")
    return folder / "site-packages"


@pytest.fixture
def packaged_server(installed: Path, tmp_path: Path) -> Iterator[Server]:
    """The service as the command of the wheel starts it, in a folder that has nothing of ours."""
    port = free_port()
    with launch(
        ["realtime", "serve"],
        port,
        tmp_path / "log",
        folder=tmp_path,
        HOST="127.0.0.1",
        PORT=str(port),
        WEB_CONCURRENCY="1",
        PYTHONPATH=str(installed),
    ) as running:
        yield running


def test_the_wheel_serves_the_page_and_answers(packaged_server: Server, installed: Path) -> None:
    with urllib.request.urlopen(packaged_server.http) as response:  # noqa: S310
        assert b"<ink-recognizer" in response.read()
    with open_session(packaged_server.ws) as client:
        assert client.draw(SEVEN)["top"][0]["label"] == "7"
        # All that a checkout serves.
        recognizers = ModelRegistry.load(ModelSource(WEIGHTS)).by_task
        assert client.ready["recognizers"].keys() == recognizers.keys() >= {"line", "character"}
    process = packaged_server.process.pid
    assert Path(f"/proc/{process}/cwd").readlink() != ROOT
    assert (installed / "realtime" / "data" / "web" / "index.html").exists()


def test_the_wheel_names_its_command_and_no_more_packages(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == {
        "realtime"
    }
    [information] = installed.glob("*.dist-info")
    commands = (information / "entry_points.txt").read_text()
    assert "realtime-handwriting = realtime.command_line.program:main" in commands
    metadata = Parser().parsestr((information / "METADATA").read_text())
    assert metadata["Name"] == "realtime-handwriting"
    assert not [name for name in metadata.get_all("Requires-Dist", []) if "tensorflow" in name]

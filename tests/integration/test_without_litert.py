"""The service on a system for which LiteRT has no package, such as a Mac with Intel."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from realtime.protocol.session_file import read_recording
from realtime.recordings.replay import differences
from realtime.recordings.replay_client import replay_over_the_wire
from tests.support.drawing import SEVEN, open_session
from tests.support.files import RECORDINGS
from tests.support.server import Server, serve


@pytest.fixture(scope="module")
def opencv_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of two workers that finds no LiteRT."""
    folder = tmp_path_factory.mktemp("no-litert")
    package = folder / "ai_edge_litert"
    package.mkdir()
    (package / "__init__.py").write_text('raise ImportError("no package for this system")\n')
    # OpenCV runs no int8.
    settings = {"PYTHONPATH": str(folder), "INK_PRECISION": "fastest"}
    with serve(folder / "log", workers=2, environment=settings) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def test_it_says_which_runtime_answers(opencv_server: Server) -> None:
    assert "OpenCV runs digits.float32.tflite" in opencv_server.log


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_it_gives_the_recorded_answers(path: Path, opencv_server: Server) -> None:
    recording = read_recording(path)
    assert differences(recording, replay_over_the_wire(recording, opencv_server.ws)) == []


def test_it_says_that_it_cannot_be_taught(opencv_server: Server) -> None:
    with open_session(opencv_server.ws) as client:
        assert client.ready["teaches"] is False
        client.draw(SEVEN)
        error = client.ask("teach", label="1")
        assert (error["code"], error["field"], error["fatal"]) == ("bad_order", "type", False)
        assert client.ask("redo")["top"][0]["label"] == "7"

"""Tests of sessions recorded by the server."""

from pathlib import Path

from realtime.config import Settings
from realtime.protocol import session_file
from realtime.recognition.recognizer import Recognizers
from realtime.recordings import replay
from tests.support.drawing import SEVEN, open_session
from tests.support.server import serve, wait_until


def test_a_folder_that_vanished_does_not_stop_a_session(tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    with serve(tmp_path / "log", INK_RECORDINGS=str(folder)) as server:
        folder.rmdir()
        with open_session(server.ws) as client:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        assert "recording_failed" in server.log


def test_what_the_server_recorded_can_be_replayed(
    tmp_path: Path, recognizers: Recognizers, settings: Settings
) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    with serve(tmp_path / "log", INK_RECORDINGS=str(folder)) as server:
        with open_session(server.ws) as client:
            client.draw(SEVEN)
            client.ask("points", stroke=1, x=[1, 2], y=[1], t=[1, 2])
            client.ask("undo")
            client.ask("redo")
        wait_until(lambda: bool(list(folder.glob("*.json"))))
    [file] = folder.iterdir()
    recorded = session_file.read_recording(file)
    assert file.stem == client.ready["session"]
    assert len(recorded.finals) == 3
    assert (
        replay.differences(
            recorded, replay.replay_in_process(recorded, recognizers, settings.drawing)
        )
        == []
    )


def test_the_size_of_a_recording_is_limited(tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    with serve(tmp_path / "log", INK_RECORDINGS=str(folder), INK_RECORDING_BYTES="5000") as server:
        with open_session(server.ws) as client:
            for _ in range(100):
                assert client.ask("clear")["empty"]
        wait_until(lambda: bool(list(folder.glob("*.json"))))
    [file] = folder.iterdir()
    assert 4_000 < file.stat().st_size < 5_200
    assert session_file.read_recording(file).messages

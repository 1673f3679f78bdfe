"""Tests that recordings give the recorded answers in process and over the wire."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from realtime.client.connection import ServerConnection, open_connection
from realtime.config import Settings
from realtime.protocol.messages import decode
from realtime.protocol.server_messages import Prediction, ServerMessage
from realtime.protocol.session_file import read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recordings.replay import differences, replay_in_process
from realtime.recordings.replay_client import replay, replay_over_the_wire
from realtime.sessions.session import Session
from tests.support.drawing import LabelledStrokes, ink_message, open_session
from tests.support.files import RECORDINGS, ROOT
from tests.support.server import Server


def test_there_are_recordings_of_every_digit_and_of_none() -> None:
    labels = [read_recording(path).label for path in RECORDINGS]
    assert all(labels.count(digit) >= 5 for digit in "0123456789")
    assert labels.count(None) >= 3


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_in_process(path: Path, recognizers: Recognizers, settings: Settings) -> None:
    recording = read_recording(path)
    assert differences(recording, replay_in_process(recording, recognizers, settings.drawing)) == []


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_over_the_wire(path: Path, server: Server) -> None:
    recording = read_recording(path)
    assert differences(recording, replay_over_the_wire(recording, server.ws)) == []


class ObservedConnection:
    """A connection, and all that came over it."""

    def __init__(self, connection: ServerConnection) -> None:
        self.received: list[ServerMessage] = []
        self._connection = connection

    async def send(self, message: bytes) -> None:
        await self._connection.send(message)

    async def receive(self) -> ServerMessage:
        self.received.append(await self._connection.receive())
        return self.received[-1]


def test_at_recorded_speed_there_are_interim_answers(server: Server) -> None:
    recording = read_recording(
        next(path for path in RECORDINGS if read_recording(path).label == "3")
    )

    async def replay_observed() -> list[ServerMessage]:
        async with open_connection(server.ws) as connection:
            observed = ObservedConnection(connection)
            answers = await replay(recording, observed, speed=1.0)
        assert differences(recording, answers) == []
        return observed.received

    received = asyncio.run(replay_observed())
    interim = [one for one in received if isinstance(one, Prediction) and not one.final]
    assert len(interim) >= 5


def test_the_command_reports_differences(tmp_path: Path, server: Server) -> None:
    good = RECORDINGS[0]
    wrong = json.loads(good.read_text())
    wrong["label"] = "8" if wrong["label"] != "8" else "3"
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    command = [
        sys.executable,
        "-m",
        "realtime",
        "replay",
        str(good),
        str(tmp_path / "wrong.json"),
        "--url",
        server.ws,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "1 same, 1 differ" in done.stdout


def test_real_writers_are_read_over_the_wire_as_in_process(
    validation_samples: list[LabelledStrokes],
    server: Server,
    recognizers: Recognizers,
    settings: Settings,
) -> None:
    over_the_wire, in_process = [], []
    with open_session(server.ws) as client:
        for sample in validation_samples:
            client.ask("clear")
            answer = client.draw(sample.strokes)
            over_the_wire.append(answer["top"][0]["label"])
            session = Session(recognizers, settings.drawing)
            session.apply(decode(json.dumps(ink_message(1, sample.strokes))))
            in_process.append(session.answer(0, final=True).top[0].label)
    assert over_the_wire == in_process
    right = sum(
        label == sample.label
        for label, sample in zip(over_the_wire, validation_samples, strict=True)
    )
    print(
        f"{right} of {len(validation_samples)} validation samples right, "
        "over the wire and in process"
    )
    assert right / len(validation_samples) >= 0.98

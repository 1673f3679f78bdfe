"""Replays of session files, one after the other, and what became of each."""

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from realtime.client.errors import AnswerTimeoutError, ConnectionLostError
from realtime.command_line.models_here import load_models
from realtime.command_line.table import format_table
from realtime.config import Settings
from realtime.errors import RecordingError, ReportedError
from realtime.protocol.server_messages import Prediction
from realtime.protocol.session_file import Recording, read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recordings.replay import (
    Difference,
    differences,
    is_comparable,
    replay_in_process,
)
from realtime.recordings.replay_client import replay_over_the_wire

Kind = Literal["same", "differs", "skipped"]
SAME: Kind = "same"
DIFFERS: Kind = "differs"
SKIPPED: Kind = "skipped"


class Outcome(NamedTuple):
    """What became of a file.

    Attributes:
        path: of the file.
        kind: whether its answers are the same, or differ, or whether it could not be replayed.
        found: what differs.
        reason: why it was skipped.
        took_s: how long it took.
    """

    path: Path
    kind: Kind
    found: Sequence[Difference] = ()
    reason: str = ""
    took_s: float = 0.0


class Replayer:
    """Replays files on a server, or with the networks of this process.

    Args:
        settings: whose networks, limits and token count.
        url: of the WebSocket; None for this process.
        speed: see `replay_client.replay`.

    Raises:
        WeightsError: the networks of this process cannot be loaded.
    """

    def __init__(self, settings: Settings, url: str | None, speed: float | None) -> None:
        self._settings, self._url, self._speed = settings, url, speed
        self._recognizers: Recognizers = {} if url else load_models(settings).by_task

    def replay_file(self, path: Path) -> Outcome:
        """Replay a file.

        Raises:
            ClientConnectionError: no other file can be replayed either.
        """
        started_s = time.monotonic()
        try:
            recording = read_recording(path)
            if not is_comparable(recording):
                reason = "has neither a label nor an answer to compare with"
                raise RecordingError(str(path), reason)
            found = differences(recording, self.answers(recording))
        except RecordingError as error:
            return Outcome(path, SKIPPED, reason=error.reason)
        except (ConnectionLostError, AnswerTimeoutError) as error:
            return Outcome(path, SKIPPED, reason=str(error))
        except ReportedError as error:
            return Outcome(path, SKIPPED, reason=f"{error.code}: {error}")
        took_s = time.monotonic() - started_s
        return Outcome(path, DIFFERS if found else SAME, found, took_s=took_s)

    def answers(self, recording: Recording) -> dict[int, Prediction]:
        """The final answers to a recording, by `seq`.

        Raises:
            ClientConnectionError, ReportedError: there are none.
        """
        if self._url is None:
            return replay_in_process(recording, self._recognizers, self._settings.drawing)
        token = self._settings.access.token
        return replay_over_the_wire(recording, self._url, token=token, speed=self._speed)


def report(outcomes: Sequence[Outcome]) -> str:
    """What became of all files: a table of what differs, the files that were skipped, the sums."""
    parts = []
    rows = [
        (str(one.path), found.place, f"{found.what} {found.now}".strip(), _expected(found))
        for one in outcomes
        for found in one.found
    ]
    if rows:
        parts.append(format_table(("FILE", "ANSWER TO", "IS NOW", "SHOULD BE"), rows))
    parts += [f"skipped  {one.path}: {one.reason}" for one in outcomes if one.kind == SKIPPED]
    counts = Counter(one.kind for one in outcomes)
    skipped = f", {counts[SKIPPED]} skipped" if counts[SKIPPED] else ""
    parts.append(f"{counts[SAME]} same, {counts[DIFFERS]} differ{skipped}")
    return "\n".join(parts)


def _expected(found: Difference) -> str:
    return f"{found.expected} ({found.because})"

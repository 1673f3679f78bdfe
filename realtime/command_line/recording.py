"""Session files drawn anew, and written with the answers that they get."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from realtime.client.errors import AnswerTimeoutError, ConnectionLostError
from realtime.command_line.replaying import Replayer
from realtime.config import Settings
from realtime.errors import RecordingError, ReportedError
from realtime.protocol import messages
from realtime.protocol.server_messages import Prediction
from realtime.protocol.session_file import Entry, Recording, read_recording
from realtime.recordings.replay import verdict


class Recorded(NamedTuple):
    """A session file that was written: how many answers it has, and what the last one says."""

    path: Path
    answers: int
    last: str | None


class Recorder:
    """Draws session files on a server, or with the networks of this process; see `Replayer`."""

    def __init__(self, settings: Settings, url: str | None) -> None:
        self._replayer = Replayer(settings, url, None)

    def record_file(self, path: Path, folder: Path) -> Recorded | str:
        """Draw a file, and write it into a folder; or say why it cannot be.

        Raises:
            ClientConnectionError: no other file can be drawn either.
        """
        target = folder / path.name
        try:
            recording = read_recording(path)
            if target.exists() and target.samefile(path):
                return "was read, and is not written over; name another folder"
            answers = self._replayer.answers(recording)
            target.write_bytes(msgspec.json.encode(_with_answers(recording, answers)) + b"\n")
        except RecordingError as error:
            return error.reason
        except ReportedError as error:
            return f"{error.code}: {error}"
        except (ConnectionLostError, AnswerTimeoutError) as error:
            return str(error)
        except OSError as error:
            return f"{target} cannot be written: {error.strerror}"
        last = verdict(answers[max(answers)]) if answers else None
        return Recorded(target, len(answers), last)


def _with_answers(recording: Recording, answers: dict[int, Prediction]) -> Recording:
    """The same session with these answers in place of those that it had.

    Each stands behind the message that it answers. Those of the recorder have times of their own,
    which are not known here: an answer has that of its message.
    """
    entries: list[Entry] = []
    for at_ms, text in recording.sent:
        entries.append(Entry(at_ms, send=msgspec.Raw(text)))
        seq = getattr(messages.decode(text), "seq", None)
        if seq in answers:
            entries.append(Entry(at_ms, recv=msgspec.Raw(messages.encode(answers[seq]))))
    return msgspec.structs.replace(recording, messages=entries)

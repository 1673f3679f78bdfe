"""Session files: what was said on one connection, to be replayed; PROTOCOL.md has the format."""

import codecs
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from realtime.errors import RecordingError
from realtime.protocol import messages
from realtime.protocol.client_messages import Canvas, Config
from realtime.protocol.server_messages import Prediction
from realtime.protocol.validation_error import json_fault, parse_validation_error

# The task of a session that asks for none.
_UNASKED = "digit"


class Entry(msgspec.Struct, frozen=True):
    """One message, and when it went.

    Attributes:
        at: milliseconds since the connection opened.
        send: what the client sent.
        recv: what it got.
    """

    at: float
    send: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    recv: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A session file.

    Attributes:
        format: what kind of file it is.
        v: version of the format.
        label: what was drawn, of a line its text, null for ink that has to be rejected; not there
            where nobody has said it.
        canvas: size of the drawing surface.
        messages: in the order in which they went.
    """

    format: Literal["ink-session"]
    v: Literal[1]
    label: str | msgspec.UnsetType | None = msgspec.UNSET
    canvas: Canvas | msgspec.UnsetType = msgspec.UNSET
    messages: list[Entry]

    @property
    def sent(self) -> list[tuple[float, bytes]]:
        """What the client sent: (ms, JSON)."""
        return [
            (entry.at, bytes(entry.send))
            for entry in self.messages
            if not isinstance(entry.send, msgspec.UnsetType)
        ]

    @property
    def recognize(self) -> str:
        """What the client wanted to have recognized: the task in its configuration, or digits.

        Raises:
            MessageError: its first message is none.
        """
        for _, text in self.sent[:1]:
            message = messages.decode(text)
            if isinstance(message, Config) and message.recognize is not msgspec.UNSET:
                return message.recognize
        return _UNASKED

    @property
    def finals(self) -> dict[int, Prediction]:
        """The final answers as recorded, by `seq`."""
        return final_answers(
            bytes(entry.recv)
            for entry in self.messages
            if not isinstance(entry.recv, msgspec.UnsetType)
        )


def read_recording(path: Path) -> Recording:
    """Read a session file.

    Raises:
        RecordingError: it cannot be read, or is no session file; says why.
    """
    try:
        return decode_recording(_read(path))
    except OSError as error:
        raise RecordingError(str(path), f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RecordingError(str(path), str(error)) from error


def _read(path: Path) -> bytes:
    """The bytes of a file; ValueError says why they are no text that could be a session file."""
    if path.is_dir():
        raise ValueError("is a folder; name the session files in it")
    if not path.exists():
        raise ValueError("there is no such file")
    # A pipe or a device may never end.
    if not path.is_file():
        raise ValueError("is no regular file")
    data = path.read_bytes()
    if not data.strip():
        raise ValueError("is empty")
    # The zero bytes of UTF-16 without a mark lie about each letter of ASCII.
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or 0 in data[:2]:
        raise ValueError("is UTF-16; a session file is UTF-8")
    if data.startswith(codecs.BOM_UTF8):
        raise ValueError("begins with a byte order mark; save it as UTF-8 without one")
    return data


def decode_recording(data: bytes) -> Recording:
    """The session in a file's bytes, UTF-8.

    Raises:
        ValueError: there is none; says why.
    """
    try:
        # As text, since msgspec does not look into what it skips.
        recording = msgspec.json.decode(data.decode(), type=Recording)
    except msgspec.ValidationError as error:
        reason = parse_validation_error(str(error), {}).message
        raise ValueError(f"is no session file: {reason}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 from byte {error.start} on") from error
    except msgspec.DecodeError as error:
        raise ValueError(json_fault(error, data)) from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    for number, entry in enumerate(recording.messages):
        if not isinstance(entry.recv, msgspec.UnsetType):
            try:
                messages.decode_answer(bytes(entry.recv))
            except msgspec.DecodeError as error:
                reason = parse_validation_error(str(error), {}).message
                raise ValueError(f"messages[{number}].recv: {reason}") from error
    return recording


def final_answers(texts: Iterable[bytes]) -> dict[int, Prediction]:
    """The final answers among messages of a server, by `seq`."""
    answers = (messages.decode_answer(text) for text in texts)
    return {
        answer.seq: answer for answer in answers if isinstance(answer, Prediction) and answer.final
    }

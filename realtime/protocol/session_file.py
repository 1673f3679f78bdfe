"""Session files: what was said on one connection, to be replayed; PROTOCOL.md has the format."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from realtime.protocol import messages
from realtime.protocol.messages import Prediction


class Entry(msgspec.Struct, frozen=True):
    """One message, and when it went: milliseconds since the connection opened."""

    at: float
    send: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    recv: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A session file.

    `label` is what was drawn, None for ink that has to be rejected; unset where nobody has said it.
    """

    format: Literal["ink-session"]
    v: Literal[1]
    label: str | msgspec.UnsetType | None = msgspec.UNSET
    canvas: messages.Canvas | msgspec.UnsetType = msgspec.UNSET
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
        OSError: it cannot be read.
        msgspec.DecodeError: it is no session file.
    """
    return msgspec.json.decode(path.read_bytes(), type=Recording)


def final_answers(texts: Iterable[bytes]) -> dict[int, Prediction]:
    """The final answers among messages of a server, by `seq`."""
    answers = (messages.decode_answer(text) for text in texts)
    return {
        answer.seq: answer for answer in answers if isinstance(answer, Prediction) and answer.final
    }

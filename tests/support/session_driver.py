"""Drives a session by messages, in process."""

import json

import pytest

from realtime import messages
from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import Prediction
from realtime.recognizer import Recognizer
from realtime.session import Owed, Session
from tests.support.drawing import Json, Point, point_columns


class SessionDriver:
    """A session and the messages that it is sent."""

    def __init__(self, recognizer: Recognizer, limits: Config | None = None) -> None:
        self.session = Session(recognizer, limits or Config())
        self.seq = 0

    def send(self, message: Json) -> Prediction | None:
        """Apply a message; return the answer that is due, if one is."""
        self.session.apply(messages.decode(json.dumps(message)))
        return None if self.session.owed is Owed.NOTHING else self.session.answer(0)

    def do(self, kind: str, **fields: object) -> Prediction:
        """Apply a message of this type with the next `seq`, and return its answer."""
        self.seq += 1
        answer = self.send({"type": kind, "seq": self.seq, **fields})
        assert answer is not None
        assert answer.seq == self.seq
        return answer

    def stroke(self, number: int, drawn: list[Point], *, end: bool = True) -> Prediction:
        """Draw points of a stroke, and return the answer."""
        return self.do("points", stroke=number, **point_columns(drawn), end=end)

    def refused(self, kind: str, **fields: object) -> MessageError:
        """The error that a message raises."""
        self.seq += 1
        with pytest.raises(MessageError) as caught:
            self.send({"type": kind, "seq": self.seq, **fields})
        return caught.value


def top(answer: Prediction) -> str:
    """The most probable label."""
    return answer.top[0].label

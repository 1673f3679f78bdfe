"""Drives a session by messages, in process."""

import json

import pytest

from realtime.errors import MessageError
from realtime.protocol import messages
from realtime.protocol.server_messages import Prediction
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import DEFAULT_TASK, Recognizers
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import Json, Point, point_columns
from tests.support.received_messages import RECEIVED_MESSAGES


class SessionDriver:
    """A session and the messages that it is sent."""

    def __init__(
        self, recognizers: Recognizers | CharacterRecognizer, limits: DrawingLimits | None = None
    ) -> None:
        if isinstance(recognizers, CharacterRecognizer):
            recognizers = {DEFAULT_TASK: recognizers}
        self.session = Session(recognizers, limits or DrawingLimits())
        self.seq = 0

    def send(self, message: Json) -> Prediction | None:
        """Apply a message; return the answer that is due, if one is."""
        pending = self.session.apply(messages.decode(json.dumps(message)))
        if pending is PendingReply.NONE:
            return None
        answer = self.session.answer(0, final=pending is PendingReply.FINAL)
        RECEIVED_MESSAGES.check(messages.encode(answer))
        return answer

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

"""Prepares recordings as frames, with the answers that they have to get."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from realtime.protocol.server_messages import Candidate, Prediction
from realtime.protocol.session_file import Entry, Recording
from realtime.recognition.recognizer import DEFAULT_TASK, Recognizers
from realtime.recordings.replay import differences, replay_in_process
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import client_frame

# The recordings' canvas.
CANVAS_SIZE = {"width": 400, "height": 400}
# The time from the last point of a drawing to the clearing of the canvas.
BEFORE_CLEAR_S = 0.1


class ExpectedAnswer(msgspec.Struct, frozen=True):
    """An answer without its `seq`, times and picture, which differ each time."""

    empty: bool
    rejected: bool
    strokes: int
    top: list[Candidate]

    @classmethod
    def of(cls, answer: Prediction) -> "ExpectedAnswer":
        """That of an answer."""
        return cls(answer.empty, answer.rejected, answer.strokes, answer.top)


EMPTY_ANSWER = ExpectedAnswer(empty=True, rejected=False, strokes=0, top=[])


@dataclass(frozen=True)
class PreparedMessage:
    """A message without its `seq`, and the final answer that is due, if one is."""

    body: bytes
    answer: ExpectedAnswer | None = None
    ends_stroke: bool = False

    @classmethod
    def of(cls, message: dict[str, Any], answer: ExpectedAnswer | None = None) -> "PreparedMessage":
        """That of a message in Python."""
        body = msgspec.json.encode(
            {name: value for name, value in message.items() if name != "seq"}
        )
        return cls(body[1:], answer, ends_stroke=bool(message.get("end")))

    def frame(self, seq: int) -> bytes:
        """The message with this `seq` as a frame."""
        return client_frame(b'{"seq":%d,%b' % (seq, self.body))


@dataclass(frozen=True)
class DrawingStep:
    """A message of a drawing, seconds after the first, and how to resume before it."""

    at_s: float
    message: PreparedMessage
    # After a lost connection `ink` is sent, and the drawing resumes at the step that began the open
    # stroke.
    ink: PreparedMessage
    resume_step: int


PreparedDrawing = tuple[DrawingStep, ...]


def prepare_drawings(
    recordings: Sequence[Recording], recognizers: Recognizers, limits: DrawingLimits
) -> list[PreparedDrawing]:
    """Make a drawing of each recording of digits; it begins and ends on an empty canvas.

    A user draws one after the other over one connection, which reads digits or lines.

    Raises:
        ValueError: the recognizers do not give the answers that were recorded.
    """
    drawings = []
    for recording in recordings:
        if recording.recognize != DEFAULT_TASK:
            continue
        answers = replay_in_process(recording, recognizers, limits)
        if wrong := differences(recording, answers):
            raise ValueError("; ".join(map(str, wrong)))
        drawings.append(_drawing(recording, answers, recognizers, limits))
    return drawings


def _drawing(
    recording: Recording,
    answers: dict[int, Prediction],
    recognizers: Recognizers,
    limits: DrawingLimits,
) -> PreparedDrawing:
    sent = [(at / 1000, msgspec.json.decode(text)) for at, text in recording.sent]
    drawn = [(at, message) for at, message in sent if message["type"] != "config"]
    start, end = drawn[0][0], drawn[-1][0]
    # A user who has undone something draws anew after a reconnect, which loses the history.
    is_plain = all(message["type"] == "points" for _, message in drawn)
    steps: list[DrawingStep] = []
    strokes: list[dict[str, list[float]]] = []
    ink, resume_step = PreparedMessage.of({"type": "ink", "strokes": []}, EMPTY_ANSWER), 0
    for at, message in drawn:
        answer = ExpectedAnswer.of(answers[message["seq"]]) if message["seq"] in answers else None
        steps.append(DrawingStep(at - start, PreparedMessage.of(message, answer), ink, resume_step))
        if is_plain:
            _extend(strokes, message)
            if message["end"]:
                ink, resume_step = _as_ink(strokes, recognizers, limits), len(steps)
    steps.append(
        DrawingStep(
            end + BEFORE_CLEAR_S - start,
            PreparedMessage.of({"type": "clear"}, EMPTY_ANSWER),
            ink,
            resume_step,
        )
    )
    return tuple(steps)


def _extend(strokes: list[dict[str, list[float]]], message: dict[str, Any]) -> None:
    """Take a `points` message into the strokes, which are numbered from 0."""
    if message["stroke"] == len(strokes):
        strokes.append({"x": [], "y": [], "t": []})
    for name, column in strokes[-1].items():
        column += message[name]


def _as_ink(
    strokes: Sequence[dict[str, list[float]]], recognizers: Recognizers, limits: DrawingLimits
) -> PreparedMessage:
    """All strokes so far as one message, and its answer in process."""
    config = {"type": "config", "v": 1, "canvas": CANVAS_SIZE}
    message = {"type": "ink", "seq": 1, "strokes": strokes}
    entries = [Entry(0, send=msgspec.Raw(msgspec.json.encode(one))) for one in (config, message)]
    answers = replay_in_process(
        Recording(format="ink-session", v=1, messages=entries), recognizers, limits
    )
    return PreparedMessage.of(message, ExpectedAnswer.of(answers[1]))

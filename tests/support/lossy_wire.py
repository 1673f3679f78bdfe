"""A client's ink and a real session in one process, over a wire that loses what is under way."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from realtime.client.editor import Editor
from realtime.client.edits import OnDone
from realtime.client.synchronization import Synchronization
from realtime.errors import RateError, RealtimeError, ReportedError
from realtime.protocol import client_messages, messages
from realtime.protocol.client_messages import Canvas, Config, InkStroke
from realtime.protocol.server_messages import (
    Microseconds,
    Model,
    Prediction,
    Ready,
    ServerMessage,
)
from realtime.recognition.recognizer import Recognizers
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import ONE, SEVEN

LIMITS: dict[str, float] = {"message_bytes": 4_096, "message_points": 3, "example_points": 1_000}


class Wire:
    """A client's ink, a session that it draws in, and the messages under way between them.

    Attributes:
        results: what was answered to each edit, or why it was not; None where nothing was yet.
        answers: those that were not about what was replaced since.
        failure: why no connection is of use.
        limits: of the next session.
        holds_s: the pauses that the server has asked for.
        sent: all messages.
        is_rated: whether the server takes no more messages for now.
    """

    def __init__(
        self,
        recognizers: Recognizers,
        config: Config,
        drawing: DrawingLimits | None = None,
    ) -> None:
        self._recognizers = recognizers
        self.limits = drawing or DrawingLimits()
        self.synchronization = Synchronization(config)
        self.editor = Editor(self.synchronization, clock=lambda: 0.0)
        self.results: list[Prediction | RealtimeError | None] = []
        self.failure: ReportedError | None = None
        self.answers: list[Prediction] = []
        self.holds_s: list[float] = []
        self.sent: list[client_messages.ClientMessage] = []
        self.is_rated = False
        self.connect()

    def connect(self) -> None:
        """Lose the connection with all that is under way, and make another one."""
        self.synchronization.detach()
        self._session = Session(self._recognizers, self.limits)
        model = Model("some", [], "")
        self.synchronization.attach(Ready(1, "", model, LIMITS))

    def edit(self, make: Callable[[OnDone], object]) -> None:
        """Make an edit, whose result is to come."""
        place = len(self.results)
        self.results.append(None)

        def note(result: Prediction | RealtimeError) -> None:
            assert self.results[place] is None, "it was answered twice"
            self.results[place] = result

        make(note)

    def deliver(self) -> None:
        """Let all messages arrive, those that they cause, too."""
        while outbox := self.synchronization.take_messages():
            for message in outbox:
                self._deliver(message)

    def resume(self) -> None:
        """Let a pause end that the server has asked for."""
        self.is_rated = False
        self.synchronization.resume()

    def _deliver(self, message: client_messages.ClientMessage) -> None:
        self.sent.append(message)
        # As the server decodes it.
        message = messages.decode(messages.encode(message))
        answers: list[ServerMessage] = []
        try:
            if self.is_rated and not isinstance(message, Config):
                raise RateError(message="slower", retry_after_s=2.0)
            pending = self._session.apply(message)
            if pending is not PendingReply.NONE:
                is_final = pending is PendingReply.FINAL
                answers.append(self._session.answer(0, final=is_final))
        except ReportedError as error:
            answers.append(messages.error_message(error, is_fatal=False))
        for answer in answers:
            received = self.synchronization.receive(messages.decode_answer(messages.encode(answer)))
            self.failure = self.failure or received.failure
            if received.answer is not None:
                self.answers.append(received.answer)
            if received.hold_s is not None:
                self.holds_s.append(received.hold_s)


def settled(answer: Prediction | RealtimeError | None) -> Prediction:
    """An answer without what tells of the way that it took."""
    assert isinstance(answer, Prediction), answer
    return replace(answer, seq=0, us=Microseconds(0, 0, 0))


LINE = Config(recognize="line", canvas=Canvas(400, 400))
# Side by side: 7, 1, 7.
STROKES = [
    InkStroke([x / 4 + 90 * place for x, _ in ink], [y / 4 for _, y in ink], [0] * len(ink))
    for place, [ink] in enumerate([SEVEN, ONE, SEVEN])
]


def perform(wire: Wire, operation: tuple[Any, ...]) -> None:
    """Do what a person does, unless it cannot be meant."""
    kind, *details = operation
    editor, is_open = wire.editor, wire.synchronization.open is not None
    match kind:
        case "draw" if not is_open:
            wire.edit(lambda done: editor.draw(STROKES[details[0]], done))
        case "begin" if not is_open:
            editor.extend_stroke(STROKES[details[0]])
        case "end" if is_open:
            wire.edit(editor.end_stroke)
        case "undo":
            wire.edit(editor.undo)
        case "redo":
            wire.edit(editor.redo)
        case "clear":
            wire.edit(editor.clear)
        case "erase" if wire.synchronization.kept.drawing.has(details[0]):
            wire.edit(lambda done: editor.erase(details[0], done))
        case "correct" if wire.synchronization.kept.drawing.has(details[0]):
            wire.edit(lambda done: editor.correct(details[:1], details[1], done))
        case "read":
            wire.edit(lambda done: editor.replace(STROKES[: details[0]], done))

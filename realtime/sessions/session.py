"""One conversation's state: its drawing, and how its client wants answers. It does no I/O.

`apply` takes a message or raises, and has then changed nothing but the newest `seq` seen. It
returns which reply is due: a final answer after an end of stroke or an edit, an interim one while
the pen moves (if the client wants those), none after `config`. `ink/drawing.py` holds the rules of
strokes and history, `rules.py` says what is refused.
"""

import time
from collections.abc import Collection, Generator
from enum import Enum, auto

from msgspec import UNSET

from realtime.ink.drawing import Drawing
from realtime.ink.pin import Pin
from realtime.ink.stroke import Stroke
from realtime.protocol.client_messages import (
    Clear,
    ClientMessage,
    Config,
    Correct,
    DrawingMessage,
    Erase,
    Examples,
    Forget,
    HeartbeatReply,
    InkMessage,
    Points,
    Redo,
    Teach,
    TeachingMessage,
    Undo,
)
from realtime.protocol.server_messages import Prediction
from realtime.recognition.recognizer import (
    InkReader,
    Query,
    Recognizer,
    Recognizers,
    TeachableReader,
    default_task,
    finish,
)
from realtime.sessions.lessons import Lessons
from realtime.sessions.predictions import prediction_of
from realtime.sessions.rules import DrawingRules, TeachingRules, check_config, check_seq
from realtime.setting_groups import DrawingLimits

# Ink smaller than this share of the canvas is a dot: a tap, with the tremble of the finger.
DOT_SHARE = 0.02
# Between two pictures of ink under way: often enough to see it grow. Encoding one takes a tenth of
# the time of its answer.
PICTURE_INTERVAL_NS = 200_000_000


class PendingReply(Enum):
    """The reply that is due after a message."""

    NONE = auto()
    INTERIM = auto()
    FINAL = auto()


class Session:
    """One drawing, and the answers to it.

    Args:
        recognizers: by task; `config` chooses one of them.
        limits: how much a drawing may hold.

    Attributes:
        task: of the recognizer that answers.
        answers: how many were given.
    """

    def __init__(self, recognizers: Recognizers, limits: DrawingLimits) -> None:
        self.task = default_task(recognizers)
        self.answers = 0
        self._recognizers = recognizers
        self._use_reader(self.recognizer.reader())
        self._config = Config()
        self._dot_size = 0.0
        self._has_begun = False
        self._seq = -1
        self._drawing = Drawing(history_points=limits.session_points)
        self._rules = DrawingRules(self._drawing, limits)
        self._lessons = Lessons()
        self._teaching_rules = TeachingRules(self._drawing, self._lessons, limits)
        self._pictured_ns = -PICTURE_INTERVAL_NS

    @property
    def recognizer(self) -> Recognizer:
        """The recognizer that answers."""
        return self._recognizers[self.task]

    @property
    def teaches(self) -> bool:
        """Whether the recognizer that answers can be taught."""
        return self._teachable is not None

    @property
    def size(self) -> int:
        """Number of points drawn."""
        return self._drawing.size

    @property
    def strokes(self) -> list[Stroke]:
        """All strokes in the order drawn, the open one last."""
        return self._drawing.strokes

    def apply(self, message: ClientMessage) -> PendingReply:
        """Take one message, and return which reply is due.

        Raises:
            MessageError: it cannot be taken; nothing drawn has changed.
        """
        if isinstance(message, Config):
            self._configure(message)
            return PendingReply.NONE
        if isinstance(message, HeartbeatReply):
            return PendingReply.NONE
        self._has_begun = True
        check_seq(message.seq, self._seq)
        self._seq = message.seq
        if isinstance(message, TeachingMessage):
            self._teach(message)
        else:
            self._change(message)
        if not isinstance(message, Points) or message.end:
            return PendingReply.FINAL
        return PendingReply.INTERIM if self._config.interim else PendingReply.NONE

    def answer(self, received_ns: int, *, final: bool) -> Prediction:
        """The answer for the ink as it is now, without a break; see `answer_in_steps`."""
        return finish(self.answer_in_steps(received_ns, final=final))

    def answer_in_steps(
        self, received_ns: int, *, final: bool
    ) -> Generator[None, None, Prediction]:
        """The answer for the ink as it is now, in steps of a few milliseconds at most.

        No message may be applied before the last step is done.

        Args:
            received_ns: `time.perf_counter_ns()` when the newest message was received.
            final: whether to answer what the ink is; else what it will be once the pen is done.

        Raises:
            RecognitionError: the recognizer failed.
        """
        self.answers += 1
        started_ns = time.perf_counter_ns()
        drawing, config = self._drawing, self._config
        if self._teachable is not None:
            yield from self._lessons.learn(self._teachable, self._dot_size)
        # A recognizer that does not run in place lets other greenlets run, but only the greenlet
        # of this session changes its drawing.
        seq, strokes = self._seq, len(drawing.strokes)
        is_picture_due = config.image and self._is_picture_due(started_ns, final=final)
        query = Query(
            final,
            config.top,
            config.labels,
            self._dot_size,
            is_picture_due,
            config.language_model,
        )
        answer = yield from self._reader.steps(drawing, query)
        return prediction_of(
            answer,
            seq=seq,
            final=final,
            strokes=strokes,
            wait_us=(started_ns - received_ns) // 1000,
        )

    def _change(self, message: DrawingMessage) -> None:
        """Change the drawing as a message says, or refuse it."""
        drawing, rules = self._drawing, self._rules
        match message:
            case Points():
                rules.check_points(message)
                drawing.extend(message.stroke, message.x, message.y)
                if message.end:
                    drawing.finish()
            case Erase():
                rules.check_erase(message)
                drawing.erase(message.stroke)
            case Undo():
                drawing.undo()
            case Redo():
                drawing.redo()
            case Clear():
                drawing.clear()
            case InkMessage(_, strokes, pins):
                rules.check_ink(message, self._pinnable)
                drawing.replace(
                    (Stroke(number, stroke.x, stroke.y) for number, stroke in enumerate(strokes)),
                    (Pin(frozenset(pin.strokes), pin.label) for pin in pins),
                )
            case Correct(_, numbers, label):
                rules.check_correct(message, self._pinnable)
                if label is None:
                    drawing.unpin(frozenset(numbers))
                else:
                    drawing.pin(Pin(frozenset(numbers), label))

    def _teach(self, message: TeachingMessage) -> None:
        """Take what is taught, to be learnt before the next answer, or refuse it."""
        labels = self._config.labels or self.recognizer.model.labels
        self._teaching_rules.check(message, labels if self.teaches else ())
        match message:
            case Teach(_, label):
                self._lessons.teach(self._drawing.finished, label)
            case Examples(_, examples):
                self._lessons.add(examples)
            case Forget():
                self._lessons.forget()

    @property
    def _pinnable(self) -> Collection[str]:
        """The labels that strokes can be pinned to; none where the recognizer takes no pins."""
        model = self.recognizer.model
        return (self._config.labels or model.labels) if model.reads_lines else ()

    def _is_picture_due(self, now_ns: int, *, final: bool) -> bool:
        if not self._drawing.size:
            return False
        is_due = final or now_ns - self._pictured_ns >= PICTURE_INTERVAL_NS
        if is_due:
            self._pictured_ns = now_ns
        return is_due

    def _use_reader(self, reader: InkReader) -> None:
        self._reader = reader
        # To ask each time would take a hundredth of an answer.
        self._teachable = reader if isinstance(reader, TeachableReader) else None

    def _configure(self, config: Config) -> None:
        check_config(config, self._recognizers, has_begun=self._has_begun)
        self._has_begun = True
        self._config = config
        if config.recognize is not UNSET and config.recognize != self.task:
            self.task = config.recognize
            self._use_reader(self.recognizer.reader())
        if canvas := config.canvas:
            self._dot_size = max(canvas.width, canvas.height) * DOT_SHARE

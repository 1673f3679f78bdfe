"""One conversation's state: its drawing, and how its client wants answers. It does no I/O.

`apply` takes a message or raises, and has then changed nothing but the newest `seq` seen. It
returns which reply is due: a final answer after an end of stroke or an edit, an interim one while
the pen moves (if the client wants those), none after `config`. `ink/drawing.py` holds the rules of
strokes and history.
"""

import base64
import time
from enum import Enum, auto

from msgspec import UNSET

from realtime.config import DrawingLimits, setting_name
from realtime.errors import MessageError, VersionError
from realtime.ink.drawing import Drawing
from realtime.ink.stroke import Stroke
from realtime.protocol import messages
from realtime.protocol.messages import Candidate, ClientMessage, Microseconds, Prediction
from realtime.recognition.recognizer import Query, Recognizer

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
    """One drawing, and the answers to it."""

    def __init__(self, recognizer: Recognizer, limits: DrawingLimits) -> None:
        self.answers = 0
        self._labels = recognizer.model.labels
        self._reader = recognizer.reader()
        self._limits = limits
        self._config = messages.Config()
        self._dot_size = 0.0
        self._has_begun = False
        self._seq = -1
        self._drawing = Drawing(history_points=limits.session_points)
        self._pictured_ns = -PICTURE_INTERVAL_NS

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
        if isinstance(message, messages.Config):
            self._configure(message)
            return PendingReply.NONE
        self._has_begun = True
        if message.seq <= self._seq:
            reason = f"seq has to grow, {message.seq} came after {self._seq}"
            raise MessageError(
                code="bad_order", message=reason, field="seq", limit=self._seq, seq=message.seq
            )
        self._seq = message.seq
        drawing = self._drawing
        match message:
            case messages.Points():
                self._extend(message)
            case messages.Erase(seq, number):
                is_open = drawing.open is not None and drawing.open.number == number
                if not is_open and not drawing.has(number):
                    reason = f"there is no stroke {number}"
                    raise MessageError(
                        code="unknown_stroke", message=reason, field="stroke", seq=seq
                    )
                drawing.erase(number)
            case messages.Undo():
                drawing.undo()
            case messages.Redo():
                drawing.redo()
            case messages.Clear():
                drawing.clear()
            case messages.InkMessage(seq, strokes):
                self._check_room(seq, sum(len(stroke.x) for stroke in strokes), len(strokes))
                drawing.replace(
                    Stroke(number, stroke.x, stroke.y) for number, stroke in enumerate(strokes)
                )
        if not isinstance(message, messages.Points) or message.end:
            return PendingReply.FINAL
        return PendingReply.INTERIM if self._config.interim else PendingReply.NONE

    def answer(self, received_ns: int, *, final: bool) -> Prediction:
        """The answer for the ink as it is now.

        Args:
            received_ns: `time.perf_counter_ns()` when the newest message was received.
            final: whether to answer what the ink is; else what it will be once the pen is done.

        Raises:
            RecognitionError: the recognizer failed.
        """
        self.answers += 1
        started = time.perf_counter_ns()
        drawing, config = self._drawing, self._config
        # A recognizer that does not run in place lets other greenlets run, but only the greenlet
        # of this session changes its drawing.
        seq, strokes = self._seq, len(drawing.strokes)
        is_picture_due = config.image and self._is_picture_due(started, final=final)
        query = Query(final, config.top, config.labels, self._dot_size, is_picture_due)
        answer = self._reader.recognize(drawing, query)
        png = answer.picture_png
        return Prediction(
            seq,
            final,
            empty=answer.empty,
            rejected=answer.rejected,
            top=[
                Candidate(alternative.text, round(alternative.probability, 6))
                for alternative in answer.alternatives
            ],
            strokes=strokes,
            us=Microseconds(
                wait=(started - received_ns) // 1000,
                raster=answer.timings.preparation_us,
                infer=answer.timings.inference_us,
            ),
            image=UNSET if png is None else _data_url(png),
        )

    def _is_picture_due(self, now_ns: int, *, final: bool) -> bool:
        if not self._drawing.size:
            return False
        is_due = final or now_ns - self._pictured_ns >= PICTURE_INTERVAL_NS
        if is_due:
            self._pictured_ns = now_ns
        return is_due

    def _configure(self, config: messages.Config) -> None:
        version = messages.PROTOCOL_VERSION
        if config.v != version:
            reason = f"this server speaks version {version} of the protocol, not {config.v}"
            raise VersionError(code="version", message=reason, field="v", limit=version)
        if self._has_begun:
            reason = "config has to be the first message"
            raise MessageError(code="bad_order", message=reason, field="type")
        for label in config.labels or ():
            if label not in self._labels:
                known = " ".join(self._labels)
                reason = f"labels: {label!r} is not one of the model's, {known}"
                raise MessageError(code="bad_message", message=reason, field="labels")
        self._has_begun = True
        self._config = config
        if canvas := config.canvas:
            self._dot_size = max(canvas.width, canvas.height) * DOT_SHARE

    def _extend(self, message: messages.Points) -> None:
        """Add points to the open stroke, or open one."""
        stroke, seq = self._drawing.open, message.seq
        if stroke and stroke.number != message.stroke:
            reason = f"stroke {stroke.number} has to end before stroke {message.stroke} begins"
            raise MessageError(code="bad_order", message=reason, field="stroke", seq=seq)
        if not stroke and self._drawing.has(message.stroke):
            reason = f"stroke {message.stroke} has ended already; take a new number"
            raise MessageError(code="unknown_stroke", message=reason, field="stroke", seq=seq)
        if not stroke and not message.x:
            reason = "x: a stroke has to begin with a point"
            raise MessageError(code="bad_message", message=reason, field="x", seq=seq)
        points, limit = len(message.x), self._limits.message_points
        if points > limit:
            raise MessageError(
                code="limit",
                message=f"x: a message may have {limit} points; this has {points}",
                field="x",
                limit=limit,
                seq=seq,
                setting=setting_name(DrawingLimits.message_points),
            )
        self._check_room(seq, self._drawing.size + points, len(self._drawing.finished) + 1)
        self._drawing.extend(message.stroke, message.x, message.y)
        if message.end:
            self._drawing.finish()

    def _check_room(self, seq: int, points: int, strokes: int) -> None:
        """Refuse a drawing of so many points and strokes where that is more than there may be."""
        limits = self._limits
        if points > limits.session_points:
            setting = setting_name(DrawingLimits.session_points)
            field, count, limit = "points", points, limits.session_points
        elif strokes > limits.session_strokes:
            setting = setting_name(DrawingLimits.session_strokes)
            field, count, limit = "strokes", strokes, limits.session_strokes
        else:
            return
        reason = f"a drawing may have {limit} {field}; this would make {count}"
        raise MessageError(
            code="limit", message=reason, field=field, limit=limit, seq=seq, setting=setting
        )


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()

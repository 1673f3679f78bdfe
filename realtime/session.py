"""Here a stroke point is let into its drawing, and the drawing gets its answer.

A `Session` is one drawing on one connection; it does no I/O. `apply` takes a message or raises, and has then changed nothing but the
newest `seq` seen. Afterwards `owed` says what is due: a final answer after an end of stroke or an edit, an interim one while the pen
moves (if the client wants those), nothing after `config`. `drawing.py` holds the rules of strokes and history.
"""

import base64
import time
from enum import Enum, auto

import cv2
from msgspec import UNSET

from realtime import messages
from realtime.config import Config
from realtime.drawing import Drawing, Stroke
from realtime.errors import MessageError
from realtime.messages import Candidate, ClientMessage, Microseconds, Prediction
from realtime.rasterizer import LiveRaster, Raster
from realtime.recognizer import Recognizer

# Ink smaller than this share of the canvas is a dot: a tap, with the tremble of the finger.
DOT_SHARE = 0.02
# Between two pictures of ink under way: often enough to see it grow. One takes as long to write as a tenth of its answer.
PICTURE_EVERY_NS = 200_000_000


class Owed(Enum):
    """The answer that a session owes its client."""

    NOTHING = auto()
    INTERIM = auto()
    FINAL = auto()


class Session:
    """One connection's drawing, what its client wished, and the answer that is owed."""

    def __init__(self, recognizer: Recognizer, limits: Config) -> None:
        self.owed = Owed.NOTHING
        self.answers = 0
        self._recognizer = recognizer
        self._limits = limits
        self._wishes = messages.Config()
        self._has_begun = False
        self._seq = -1
        self._drawing = Drawing(history_points=limits.session_points)
        self._raster = LiveRaster()
        self._pictured_ns = -PICTURE_EVERY_NS

    @property
    def size(self) -> int:
        """Number of points drawn."""
        return self._drawing.size

    @property
    def strokes(self) -> list[Stroke]:
        """All strokes in the order drawn, the open one last."""
        return self._drawing.strokes

    def apply(self, message: ClientMessage) -> None:
        """Take one message; `owed` says afterwards what answer is due.

        Raises:
            MessageError: it cannot be taken; nothing drawn has changed.
        """
        if isinstance(message, messages.Config):
            self._configure(message)
            return
        self._has_begun = True
        if message.seq <= self._seq:
            reason = f"seq has to grow, {message.seq} came after {self._seq}"
            raise MessageError(code="bad_order", message=reason, field="seq", limit=self._seq, seq=message.seq)
        self._seq = message.seq
        drawing = self._drawing
        match message:
            case messages.Points():
                self._draw(message)
            case messages.Erase(seq, stroke):
                if not drawing.has(stroke) and not (drawing.open and drawing.open.number == stroke):
                    raise MessageError(code="unknown_stroke", message=f"there is no stroke {stroke}", field="stroke", seq=seq)
                drawing.erase(stroke)
            case messages.Undo():
                drawing.undo()
            case messages.Redo():
                drawing.redo()
            case messages.Clear():
                drawing.clear()
            case messages.Ink(seq, strokes):
                self._check_room(seq, sum(len(stroke.x) for stroke in strokes), len(strokes))
                drawing.replace(Stroke(number, stroke.x, stroke.y) for number, stroke in enumerate(strokes))
        if not isinstance(message, messages.Points) or message.end:
            self.owed = Owed.FINAL
        elif self._wishes.interim:
            self.owed = Owed.INTERIM

    def answer(self, received_ns: int) -> Prediction:
        """The answer that is owed, for the ink as it is now.

        Args:
            received_ns: `time.perf_counter_ns()` when the newest message was received.
        """
        final = self.owed is Owed.FINAL
        self.owed = Owed.NOTHING
        self.answers += 1
        drawing = self._drawing
        strokes = len(drawing.strokes)
        start = time.perf_counter_ns()
        wait_us = (start - received_ns) // 1000
        if not strokes:
            return Prediction(self._seq, final, empty=True, rejected=False, top=[], strokes=0, us=Microseconds(wait_us, 0, 0))
        raster = self._raster.draw(drawing.finished, drawing.open, dot_size=self._dot_size)
        drawn = time.perf_counter_ns()
        answer = self._recognizer.recognize(raster, final=final, top=self._wishes.top, allow=self._wishes.labels)
        inferred = time.perf_counter_ns()
        return Prediction(
            self._seq,
            final,
            empty=False,
            rejected=answer.rejected,
            top=[Candidate(label, round(p, 6)) for label, p in answer.top],
            strokes=strokes,
            us=Microseconds(wait_us, raster=(drawn - start) // 1000, infer=(inferred - drawn) // 1000),
            image=_as_url(raster) if self._is_to_be_pictured(final, start) else UNSET,
        )

    def _is_to_be_pictured(self, final: bool, now_ns: int) -> bool:
        is_due = self._wishes.image and (final or now_ns - self._pictured_ns >= PICTURE_EVERY_NS)
        if is_due:
            self._pictured_ns = now_ns
        return is_due

    @property
    def _dot_size(self) -> float:
        canvas = self._wishes.canvas
        return max(canvas.width, canvas.height) * DOT_SHARE if canvas else 0.0

    def _configure(self, wishes: messages.Config) -> None:
        if wishes.v != messages.PROTOCOL_VERSION:
            reason = f"this server speaks version {messages.PROTOCOL_VERSION} of the protocol, not {wishes.v}"
            limit = messages.PROTOCOL_VERSION
            raise MessageError(code="version", message=reason, field="v", limit=limit, close_code=messages.POLICY)
        if self._has_begun:
            raise MessageError(code="bad_order", message="config has to be the first message", field="type")
        labels = self._recognizer.card.labels
        for label in wishes.labels or ():
            if label not in labels:
                reason = f"labels: {label!r} is not one of the model's, {' '.join(labels)}"
                raise MessageError(code="bad_message", message=reason, field="labels")
        self._has_begun = True
        self._wishes = wishes

    def _draw(self, message: messages.Points) -> None:
        stroke = self._drawing.open
        if stroke and stroke.number != message.stroke:
            reason = f"stroke {stroke.number} has to end before stroke {message.stroke} begins"
            raise MessageError(code="bad_order", message=reason, field="stroke", seq=message.seq)
        if not stroke and self._drawing.has(message.stroke):
            reason = f"stroke {message.stroke} has ended already; take a new number"
            raise MessageError(code="unknown_stroke", message=reason, field="stroke", seq=message.seq)
        if not stroke and not message.x:
            raise MessageError(code="bad_message", message="x: a stroke has to begin with a point", field="x", seq=message.seq)
        points, limit = len(message.x), self._limits.message_points
        if points > limit:
            reason = f"x: a message may have {limit} points; this has {points}"
            raise MessageError(code="limit", message=reason, field="x", limit=limit, seq=message.seq, setting="message_points")
        self._check_room(message.seq, self._drawing.size + points, len(self._drawing.finished) + 1)
        self._drawing.extend(message.stroke, message.x, message.y)
        if message.end:
            self._drawing.finish()

    def _check_room(self, seq: int, points: int, strokes: int) -> None:
        limits = self._limits
        if points > limits.session_points:
            raise _no_room(seq, "points", points, limits.session_points)
        if strokes > limits.session_strokes:
            raise _no_room(seq, "strokes", strokes, limits.session_strokes)


def _no_room(seq: int, field: str, count: int, limit: int) -> MessageError:
    reason = f"a drawing may have {limit} {field}; this would make {count}"
    return MessageError(code="limit", message=reason, field=field, limit=limit, seq=seq, setting=f"session_{field}")


def _as_url(raster: Raster) -> str:
    # Compressed as little as it can be: it takes two thirds of the time, and comes out smaller.
    _, png = cv2.imencode(".png", raster[..., 0], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode()

"""Here a stroke point joins its drawing. One `Session` is one drawing on one connection; it does no I/O.

    state                       message                   next state, and what is owed
    ─────                       ───────                   ────────────────────────────
    no stroke is open           points, new stroke        that stroke is open; interim
    stroke n is open            points of n               still open; interim
    stroke n is open            points of n, end          finished, an edit; final
    stroke n is open            undo, or erase of n       n is abandoned, no edit; final
    stroke n is open            clear, ink, redo          n is abandoned first, then as below
    any                         erase m, clear            an edit, forgets what could be redone; final
    any                         undo, redo                one edit back or forth, if there is one; final
    any                         ink                       all replaced, history begins anew with one edit a stroke; final

`apply` raises for a message that cannot be taken, and has then changed nothing but the newest `seq` seen.
"""

import base64
import time
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

import cv2
import numpy as np
from msgspec import UNSET

from realtime import messages
from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import Candidate, ClientMessage, Microseconds, Prediction
from realtime.rasterizer import Points, Raster, rasterize
from realtime.recognizer import Recognizer

# Ink smaller than this share of the canvas is a dot: a tap, with the tremble of the finger.
DOT_SHARE = 0.02
# More steps than anyone takes back by hand. A client that does is not lost: it sees `strokes` differ and sends its `ink`.
HISTORY_STEPS = 200


class Owed(Enum):
    """The answer that a session owes its client."""

    NOTHING = auto()
    INTERIM = auto()
    FINAL = auto()


@dataclass(eq=False, slots=True)
class Stroke:
    """One stroke; its points are float32 of shape (n, 2), kept in pieces while they arrive."""

    number: int
    pieces: list[Points] = field(default_factory=list)

    @property
    def points(self) -> Points:
        """All points of the stroke."""
        if len(self.pieces) > 1:
            self.pieces = [np.concatenate(self.pieces)]
        return self.pieces[0]

    def __len__(self) -> int:
        return sum(map(len, self.pieces))


@dataclass(frozen=True, slots=True)
class Added:
    """Edit: a stroke was finished."""

    stroke: Stroke


@dataclass(frozen=True, slots=True)
class Removed:
    """Edit: strokes were erased or cleared. `before` is the drawing as it was."""

    before: tuple[Stroke, ...]
    after: tuple[Stroke, ...]


class Session:
    """One drawing: its strokes, its history, what its client wished, and the answer that is owed."""

    def __init__(self, recognizer: Recognizer, limits: Config) -> None:
        self.owed = Owed.NOTHING
        self.answers = 0
        self._recognizer = recognizer
        self._limits = limits
        self._wishes = messages.Config()
        self._seq: int | None = None
        self._begun = False
        self._strokes: list[Stroke] = []
        self._open: Stroke | None = None
        self._undo: deque[Added | Removed] = deque(maxlen=HISTORY_STEPS)
        self._redo: list[Added | Removed] = []

    def apply(self, message: ClientMessage) -> None:
        """Take one message; `owed` says afterwards what answer is due.

        Raises:
            MessageError: it cannot be taken; nothing drawn has changed.
        """
        if isinstance(message, messages.Config):
            self._configure(message)
            return
        self._begun = True
        if self._seq is not None and message.seq <= self._seq:
            raise MessageError(
                code="bad_order",
                message=f"seq has to grow, {message.seq} came after {self._seq}",
                field="seq",
                limit=self._seq,
                seq=message.seq,
            )
        self._seq = message.seq
        match message:
            case messages.Points():
                self._draw(message)
            case messages.Erase():
                self._erase(message)
            case messages.Undo():
                self._step_back()
            case messages.Redo():
                self._step_forth()
            case messages.Clear():
                self._open = None
                self._edit(Removed(tuple(self._strokes), ()))
            case messages.Ink():
                self._replace(message)
        if not isinstance(message, messages.Points) or message.end:
            self.owed = Owed.FINAL
        elif self._wishes.interim:
            self.owed = Owed.INTERIM

    def answer(self, received_ns: int) -> Prediction:
        """The answer that is owed, for the ink as it is now. `received_ns` is `time.perf_counter_ns` at the newest message's receipt."""
        final = self.owed is Owed.FINAL
        self.owed = Owed.NOTHING
        self.answers += 1
        strokes = [*self._strokes, self._open] if self._open else self._strokes
        start = time.perf_counter_ns()
        wait = (start - received_ns) // 1000
        seq = self._seq or 0
        if not strokes:
            return Prediction(seq, final, True, False, [], 0, Microseconds(wait, 0, 0))
        raster = rasterize([stroke.points for stroke in strokes], dot_size=self._dot_size)
        drawn = time.perf_counter_ns()
        answer = self._recognizer.recognize(raster, top=self._wishes.top, allow=self._wishes.labels)
        inferred = time.perf_counter_ns()
        return Prediction(
            seq,
            final,
            False,
            answer.rejected,
            [Candidate(label, round(p, 6)) for label, p in answer.top],
            len(strokes),
            Microseconds(wait, (drawn - start) // 1000, (inferred - drawn) // 1000),
            image=_as_url(raster) if self._wishes.image else UNSET,
        )

    @property
    def _dot_size(self) -> float:
        canvas = self._wishes.canvas
        return max(canvas.width, canvas.height) * DOT_SHARE if canvas else 0.0

    def _configure(self, wishes: messages.Config) -> None:
        if wishes.v != messages.PROTOCOL_VERSION:
            raise MessageError(
                code="version",
                message=f"this server speaks version {messages.PROTOCOL_VERSION} of the protocol, not {wishes.v}",
                field="v",
                limit=messages.PROTOCOL_VERSION,
                close_code=messages.POLICY,
            )
        if self._begun:
            raise MessageError(code="bad_order", message="config has to be the first message", field="type")
        labels = self._recognizer.card.labels
        unknown = [label for label in wishes.labels or () if label not in labels]
        if unknown:
            raise MessageError(
                code="bad_message", message=f"labels: {unknown[0]!r} is not one of the model's, {' '.join(labels)}", field="labels"
            )
        self._begun = True
        self._wishes = wishes

    def _draw(self, message: messages.Points) -> None:
        stroke = self._open
        if stroke is None:
            if any(there.number == message.stroke for there in self._strokes):
                raise MessageError(
                    code="unknown_stroke",
                    message=f"stroke {message.stroke} has ended already; take a new number",
                    field="stroke",
                    seq=message.seq,
                )
            if not message.x:
                raise MessageError(code="bad_message", message="x: a stroke has to begin with a point", field="x", seq=message.seq)
            stroke = Stroke(message.stroke)
        elif stroke.number != message.stroke:
            raise MessageError(
                code="bad_order",
                message=f"stroke {stroke.number} has to end before stroke {message.stroke} begins",
                field="stroke",
                seq=message.seq,
            )
        self._check_room(message.seq, self._size() + len(message.x), len(self._strokes) + 1)
        if message.x:
            stroke.pieces.append(_columns(message))
        self._open = stroke
        if message.end:
            self._open = None
            self._edit(Added(stroke))

    def _erase(self, message: messages.Erase) -> None:
        if self._open and self._open.number == message.stroke:
            self._open = None
            return
        after = tuple(stroke for stroke in self._strokes if stroke.number != message.stroke)
        if len(after) == len(self._strokes):
            raise MessageError(code="unknown_stroke", message=f"there is no stroke {message.stroke}", field="stroke", seq=message.seq)
        self._edit(Removed(tuple(self._strokes), after))

    def _replace(self, message: messages.Ink) -> None:
        self._check_room(message.seq, sum(len(stroke.x) for stroke in message.strokes), len(message.strokes))
        self._open = None
        self._strokes = [Stroke(number, [_columns(stroke)]) for number, stroke in enumerate(message.strokes)]
        self._undo.clear()
        self._undo.extend(Added(stroke) for stroke in self._strokes)
        self._redo.clear()

    def _edit(self, edit: Added | Removed) -> None:
        if isinstance(edit, Removed) and edit.before == edit.after:
            return  # clearing an empty canvas is nothing to undo
        self._do(edit)
        self._undo.append(edit)
        self._redo.clear()
        # Someone who draws and clears all day must not fill the memory with what was cleared.
        while sum(len(past.stroke) for past in self._undo if isinstance(past, Added)) > self._limits.session_points:
            self._undo.popleft()

    def _do(self, edit: Added | Removed) -> None:
        if isinstance(edit, Added):
            self._strokes.append(edit.stroke)
        else:
            self._strokes = list(edit.after)

    def _step_back(self) -> None:
        if self._open:
            self._open = None
        elif self._undo:
            edit = self._undo.pop()
            self._strokes = self._strokes[:-1] if isinstance(edit, Added) else list(edit.before)
            self._redo.append(edit)

    def _step_forth(self) -> None:
        self._open = None
        if self._redo:
            edit = self._redo.pop()
            self._do(edit)
            self._undo.append(edit)

    def _size(self) -> int:
        return sum(map(len, self._strokes)) + (len(self._open) if self._open else 0)

    def _check_room(self, seq: int, points: int, strokes: int) -> None:
        for name, count, limit in (("points", points, self._limits.session_points), ("strokes", strokes, self._limits.session_strokes)):
            if count > limit:
                raise MessageError(
                    code="limit", message=f"a drawing may have {limit} {name}; this would make {count}", field=name, limit=limit, seq=seq
                )


def _columns(message: messages.Points | messages.InkStroke) -> Points:
    return np.array((message.x, message.y), np.float32).T


def _as_url(raster: Raster) -> str:
    _, png = cv2.imencode(".png", raster)
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode()

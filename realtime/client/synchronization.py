"""Synchronization of a client's ink with a server, without I/O.

It keeps what was drawn and taught, makes the messages that the server lacks, and takes its answers.

    state       means                                    ends by
    ─────────   ──────────────────────────────────────   ─────────────────────────────────────────
    detached    there is no connection                   `attach` → attached, with all sent anew
    attached    each edit is sent as it is made          `detach` → detached; a `rate` error → held
    held        the server has asked for a pause;        `resume` → attached, with all sent anew;
                edits are kept                           `detach` → detached

Nothing is queued beyond the messages of an attached connection: while there is none the ink alone
grows, and a new one is sent all of it.
"""

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from realtime.client import resending
from realtime.client.edits import Change, Kept, OnDone, UnansweredEdits
from realtime.client.errors import reported_error
from realtime.client.open_stroke import OpenStroke
from realtime.client.stroke_numbers import StrokeNumbers
from realtime.errors import ReportedError
from realtime.protocol import client_messages
from realtime.protocol.client_messages import ClientMessage, Config, Points
from realtime.protocol.server_messages import Error, Heartbeat, Prediction, Ready, ServerMessage

Build = Callable[[int], ClientMessage]


class Received(NamedTuple):
    """What a message of the server means to who has the connection.

    Attributes:
        answer: to the ink, interim or final.
        hold_s: seconds after which to `resume`.
        failure: why no connection can be of use.
    """

    answer: Prediction | None = None
    hold_s: float | None = None
    failure: ReportedError | None = None


class Synchronization:
    """What a client has, and what the server has of it.

    Attributes:
        edits: what is kept, and which edits are unanswered.
        open: the stroke that is drawn.
        numbers: of the strokes on the wire.
        knows_lesson: whether the server knows which drawing was taught last.
        undoable: how many edits the server can undo as the client does.
        redoable: and redo.
    """

    def __init__(self, config: Config) -> None:
        self.edits = UnansweredEdits()
        self.open: OpenStroke | None = None
        self.numbers = StrokeNumbers()
        self.knows_lesson = False
        self.undoable = self.redoable = 0
        self._config = replace(config, heartbeat=True)
        self._outbox: list[ClientMessage] = []
        self._sizes = resending.MessageSizes()
        self._is_attached = self._is_held = False
        # The server refused the ink as a whole; the next edit sends all of it again.
        self._is_in_doubt = False
        # The answer to all of the ink told of another number of strokes, so it was sent once more.
        self._is_repeated = False
        self._seq = 0
        # Of the messages that sent all of it last: the first, and the last, whose answer counts.
        self._first_resent = self._last_resent = 0
        # By the `seq` of unanswered messages with points: the number of their stroke.
        self._stroke_of: dict[int, int] = {}

    @property
    def kept(self) -> Kept:
        """Finished strokes, pins and lessons."""
        return self.edits.kept

    @property
    def is_sending(self) -> bool:
        """Whether edits are sent as they are made."""
        return self._is_attached and not self._is_held

    @property
    def has_messages(self) -> bool:
        """Whether there are messages to be sent, beside points of the open stroke."""
        return bool(self._outbox)

    def attach(self, ready: Ready) -> None:
        """Begin a connection that the server has greeted."""
        self._sizes = resending.MessageSizes(ready.limits)
        self._is_attached, self._is_held = True, False
        self._seq = 0
        self._outbox = [self._config]
        self.send_all(with_lessons=True)

    def detach(self) -> None:
        """End a connection. What was not answered waits for the next one."""
        self._is_attached = self._is_held = False
        self._forget_sent()

    def resume(self) -> None:
        """Go on after a pause that the server has asked for."""
        if self._is_held:
            self._is_held = False
            # What of the lessons was taken is unknown.
            self.resend(with_lessons=self.edits.has_lessons)

    def resend(self, *, with_lessons: bool) -> None:
        """Replace what the server has; the lessons, too, where it may have others."""
        if with_lessons:
            self._send(client_messages.Forget)
        self.send_all(with_lessons=with_lessons)

    def send_all(self, *, with_lessons: bool) -> None:
        """Send the ink, and lessons to a server that has none; all edits wait for the answer."""
        self._is_in_doubt = False
        self._stroke_of.clear()
        self.undoable = self.redoable = 0
        self.knows_lesson = False
        self._first_resent = self._seq + 1
        if with_lessons:
            lessons = resending.lessons(self.kept.taught, self._sizes, self._next_seq)
            self._outbox.extend(lessons)
        self._outbox.extend(
            resending.ink(self.kept.drawing, self.numbers, self._sizes, self._next_seq)
        )
        self._last_resent = self._seq
        self.edits.wait_for(self._seq)
        if self.open is not None:
            self.open.streamed = 0

    def take_messages(self) -> list[ClientMessage]:
        """The messages to be sent, in their order; the points drawn since the last time, too."""
        self.stream_open()
        outbox, self._outbox = self._outbox, []
        return outbox

    def stream_open(self) -> None:
        """Send the points of the open stroke that the server lacks."""
        stroke = self.open
        is_taken = stroke is not None and stroke.refusal is None and not self._is_in_doubt
        if stroke is not None and is_taken and self.is_sending and not stroke.is_level:
            self._send_points(stroke, end=False)

    def end_open(self, stroke: OpenStroke, change: Change, on_done: OnDone) -> None:
        """Send the end of the open stroke, which makes it an edit."""
        self.open = None
        edit = self.edits.make(change, on_done, stroke=stroke.number)
        if not self.is_sending:
            return
        if self._is_in_doubt:
            self.resend(with_lessons=True)
            return
        self._send_points(stroke, end=True)
        self.undoable, self.redoable = self.undoable + 1, 0
        edit.seq = self._seq

    def edit(
        self, build: Build | None, change: Change, on_done: OnDone, *, teaches: bool = False
    ) -> None:
        """Make an edit, or teach, and send it.

        Args:
            build: makes its message of a `seq`; None where the server cannot be told of it but by
                all of the ink, and of the lessons.
            change: what it does to what is kept.
            on_done: is given the answer, or why there is none.
            teaches: whether it changes what was taught.
        """
        before = self.kept.drawing
        edit = self.edits.make(change, on_done, teaches=teaches)
        if not self.is_sending:
            return
        if build is None or self._is_in_doubt:
            self.resend(with_lessons=teaches or self._is_in_doubt)
            return
        edit.seq = self._send(build)
        if self.kept.drawing is not before:
            self.undoable, self.redoable = self.undoable + 1, 0

    def receive(self, message: ServerMessage) -> Received:
        """Take a message of the server."""
        match message:
            case Heartbeat():
                self._outbox.append(client_messages.HeartbeatReply())
            case Prediction() if message.seq >= self._last_resent and not self._is_held:
                return Received(answer=self._answered(message))
            case Error(fatal=False):
                return self._refused(message)
        return Received()

    def _answered(self, message: Prediction) -> Prediction | None:
        self._stroke_of = {seq: one for seq, one in self._stroke_of.items() if seq > message.seq}
        answer = self.numbers.translated(message)
        if not message.final:
            return answer
        is_newest = message.seq == self._seq and self.open is None
        if is_newest and message.strokes != len(self.kept.drawing.strokes):
            if not self._is_repeated:
                self._is_repeated = True
                self.resend(with_lessons=False)
                return None
        elif is_newest:
            self._is_repeated = False
        self.edits.answer(message.seq, answer)
        return answer

    def _refused(self, message: Error) -> Received:
        error = reported_error(message)
        if message.code == "rate":
            self._is_held = True
            self._forget_sent()
            return Received(hold_s=error.retry_after_s or 0.0)
        if message.seq is None:
            # Only the configuration has none.
            return Received(failure=error)
        if message.seq < self._first_resent or self._is_held:
            # It is about what was replaced since.
            return Received()
        if message.seq <= self._last_resent:
            self._is_in_doubt = True
            self.edits.refuse(self.edits.waiting_for(self._last_resent), error)
        elif message.seq in self._stroke_of:
            self._refuse_stroke(self._stroke_of[message.seq], error)
        else:
            self.edits.refuse(self.edits.waiting_for(message.seq), error)
            # What the server could undo is not what the client counted.
            self.undoable = self.redoable = 0
        return Received()

    def _refuse_stroke(self, number: int, error: ReportedError) -> None:
        """Do without a stroke of which the server may have a part."""
        if self.open is not None and self.open.number == number:
            self.open.refusal = error
        self.edits.refuse(self.edits.ending(number), error)
        self.resend(with_lessons=False)

    def _send_points(self, stroke: OpenStroke, *, end: bool) -> None:
        wire_number = self.numbers.on_wire(stroke.number)
        parts: list[Points] = [
            *stroke.messages(wire_number, self._next_seq, self._sizes.points, end=end)
        ]
        self._stroke_of.update((part.seq, stroke.number) for part in parts)
        self._outbox.extend(parts)

    def _send(self, build: Build) -> int:
        message = build(self._next_seq())
        self._outbox.append(message)
        return self._seq

    def _forget_sent(self) -> None:
        self._outbox.clear()
        self._stroke_of.clear()
        self.edits.wait_for(None)
        if self.open is not None:
            self.open.streamed = 0

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq

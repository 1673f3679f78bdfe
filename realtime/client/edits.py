"""A client's edits, made at once and taken back where the server refuses them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from realtime.client.drawing import ClientDrawing
from realtime.client.taught import Taught
from realtime.errors import RealtimeError
from realtime.protocol.server_messages import Prediction


class Kept(NamedTuple):
    """What a client keeps, and tells each new connection."""

    drawing: ClientDrawing = ClientDrawing()
    taught: Taught = Taught()


OnDone = Callable[[Prediction | RealtimeError], object]
Change = Callable[[Kept], Kept]


@dataclass(eq=False)
class Edit:
    """An edit or a lesson that the server has not answered yet.

    Attributes:
        change: what it does.
        on_done: is given the answer, or why there is none.
        before: what was kept before it.
        seq: of the message whose answer it waits for; None while that is still to be sent.
        stroke: the number of the stroke that it ends, if it ends one.
        teaches: whether it changes what was taught.
    """

    change: Change
    on_done: OnDone
    before: Kept
    seq: int | None = None
    stroke: int | None = None
    teaches: bool = False


class UnansweredEdits:
    """What is kept, with the edits that the server has not answered yet.

    Attributes:
        kept: strokes, pins and lessons, as they are when no edit is refused.
    """

    def __init__(self) -> None:
        self.kept = Kept()
        self._edits: list[Edit] = []

    def __len__(self) -> int:
        return len(self._edits)

    @property
    def is_answer_due(self) -> bool:
        """Whether a message was sent that has to be answered."""
        return any(edit.seq is not None for edit in self._edits)

    @property
    def has_lessons(self) -> bool:
        """Whether one of them changes what was taught."""
        return any(edit.teaches for edit in self._edits)

    def make(
        self,
        change: Change,
        on_done: OnDone,
        *,
        stroke: int | None = None,
        teaches: bool = False,
    ) -> Edit:
        """Make an edit; see `Edit`."""
        edit = Edit(change, on_done, self.kept, stroke=stroke, teaches=teaches)
        self.kept = change(self.kept)
        self._edits.append(edit)
        return edit

    def answer(self, seq: int, answer: Prediction) -> None:
        """Give an answer to those whose messages it knows."""
        # The server answers in order.
        done = [edit for edit in self._edits if edit.seq is not None and edit.seq <= seq]
        self._edits = [edit for edit in self._edits if edit not in done]
        for edit in done:
            edit.on_done(answer)

    def refuse(self, edits: Iterable[Edit], error: RealtimeError) -> None:
        """Take edits back, and make those after them again."""
        refused = list(edits)
        if not refused:
            return
        self.kept = min(refused, key=self._edits.index).before
        first = min(map(self._edits.index, refused))
        for edit in self._edits[first:]:
            if edit not in refused:
                edit.before, self.kept = self.kept, edit.change(self.kept)
        self._edits = [edit for edit in self._edits if edit not in refused]
        for edit in refused:
            edit.on_done(error)

    def waiting_for(self, seq: int) -> list[Edit]:
        """Those that wait for the answer to this message."""
        return [edit for edit in self._edits if edit.seq == seq]

    def ending(self, stroke: int) -> list[Edit]:
        """The one that ends this stroke, if it is unanswered."""
        return [edit for edit in self._edits if edit.stroke == stroke]

    def wait_for(self, seq: int | None) -> None:
        """Have all wait for the answer to this message, or for one that is still to be sent."""
        for edit in self._edits:
            edit.seq = seq

    def fail(self, error: RealtimeError) -> None:
        """Tell all that there will be no answer; what they did stays."""
        edits, self._edits = self._edits, []
        for edit in edits:
            edit.on_done(error)

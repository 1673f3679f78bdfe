"""The pieces that strokes are cut into: kept by the stroke, for as long as it may come back."""

from collections.abc import Callable, Generator, Sequence

from realtime.ink.stroke import Stroke
from realtime.recognition.lines.pieces import Piece

# Strokes that are cut into pieces before others may have their turn: four milliseconds.
CUTS_AT_ONCE = 10
# Strokes and their points are kept of what was taken back, until all that is kept is more than so
# many times what is there, and more than these: a line that is cleared is undone unread.
_KEPT = 2
_KEPT_STROKES = 64
_KEPT_POINTS = 5_000  # a hundred bytes each


class StrokePieces(dict[Stroke, tuple[Piece, ...]]):
    """The pieces of the finished strokes of one drawing; no id is given twice.

    Args:
        cut: makes the pieces of a stroke, given the first one's id.
    """

    def __init__(self, cut: Callable[[Stroke, int], tuple[Piece, ...]]) -> None:
        super().__init__()
        self._cut = cut
        self._points = 0
        self._next_id = 0

    def cut(self, strokes: Sequence[Stroke]) -> Generator[None, None, bool]:
        """Cut finished strokes; yields when others may have their turn.

        Returns:
            Whether other strokes were forgotten.
        """
        new = [stroke for stroke in strokes if stroke not in self]
        if not new:
            return False
        for count, stroke in enumerate(new):
            if count and count % CUTS_AT_ONCE == 0:
                yield
            self[stroke] = self.cut_open(stroke)
            self._points += stroke.size
        points = sum([stroke.size for stroke in strokes])
        if (
            len(self) <= _KEPT * len(strokes) + _KEPT_STROKES
            and self._points <= _KEPT * points + _KEPT_POINTS
        ):
            return False
        for stroke in self.keys() - set(strokes):
            del self[stroke]
        self._points = points
        return True

    def cut_open(self, stroke: Stroke) -> tuple[Piece, ...]:
        """The pieces of a stroke that still moves; nothing of it is kept.

        Their ids are never given again: what is beside them is known by these.
        """
        pieces = self._cut(stroke, self._next_id)
        self._next_id += len(pieces)
        return pieces

    def ids(self) -> set[int]:
        """The ids of all pieces that are kept."""
        return {piece.id for pieces in self.values() for piece in pieces}

"""The stroke that a client still draws: its points, and which of them the server has."""

from collections.abc import Callable, Iterator, Sequence

from realtime.errors import ReportedError
from realtime.protocol.client_messages import InkStroke, Points


class OpenStroke:
    """Points from pen down on.

    Attributes:
        number: of the stroke, by the client's count.
        streamed: how many points the server was sent on this connection.
        refusal: why the server took no more of it, if it did not.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.streamed = 0
        self.refusal: ReportedError | None = None
        self._x: list[float] = []
        self._y: list[float] = []
        self._t: list[int] = []
        # None where some of the points came without.
        self._p: list[float] | None = []

    def extend(self, part: InkStroke) -> None:
        """Append points."""
        self._x += part.x
        self._y += part.y
        self._t += part.t
        self._p = None if part.p is None or self._p is None else [*self._p, *part.p]

    @property
    def is_level(self) -> bool:
        """Whether the server was sent all of it."""
        return self.streamed == len(self._x)

    @property
    def ink(self) -> InkStroke:
        """All points."""
        return InkStroke(list(self._x), list(self._y), list(self._t), self._p)

    def messages(
        self, wire_number: int, next_seq: Callable[[], int], points: int, *, end: bool
    ) -> Iterator[Points]:
        """The messages that send what the server lacks, each of at most so many points."""
        yield from split(self.ink, wire_number, next_seq, points, first=self.streamed, end=end)
        self.streamed = len(self._x)


def split(
    ink: InkStroke,
    wire_number: int,
    next_seq: Callable[[], int],
    points: int,
    *,
    first: int = 0,
    end: bool = True,
) -> Iterator[Points]:
    """The messages that send a stroke from its `first` point on, each of at most so many."""
    count = len(ink.x)
    for start in range(first, max(count, first + 1), points):
        stop = min(start + points, count)
        if start == stop and not end:
            return
        x, y, t = (_part(column, start, stop) for column in (ink.x, ink.y, ink.t))
        p = None if ink.p is None else list(ink.p[start:stop])
        yield Points(
            next_seq(),
            wire_number,
            x,
            y,
            [int(moment) for moment in t],
            p,
            end=end and stop == count,
        )


def _part(column: Sequence[float], start: int, stop: int) -> list[float]:
    return list(column[start:stop])
